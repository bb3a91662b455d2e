//! Tables of comma-separated values.

use super::{Export, ExportError, Part};

pub(super) fn write(export: &Export<'_>) -> Result<Vec<Part>, ExportError> {
    Err(ExportError::Unfit {
        session: export.session.line.id.clone(),
        format: "csv",
        because: "this is not built yet".to_owned(),
    })
}

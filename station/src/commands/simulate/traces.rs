//! Where the rows of `--trace` go: a file a session, in a folder that is made.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::simulation::batch::Session;
use crate::simulation::trace::Trace;

/// Why a run did not come to its end.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// No folder for the traces.
    #[error("the folder {} of the traces cannot be made: {source}; give --trace another one, in a place that may be written to", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A trace that could not be written, or not to its end.
    #[error("the trace {} cannot be written: {source}; give --trace a folder that may be written to, on a disk with room for it", path.display())]
    Trace {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Standard output.
    #[error("what was simulated cannot be written: {0}; see where standard output goes")]
    Output(#[from] io::Error),
}

/// The folder of the traces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traces<'a> {
    folder: &'a Path,
}

/// A session's file.
#[derive(Debug)]
pub(super) struct TraceFile {
    path: PathBuf,
    pub(super) trace: Trace<BufWriter<File>>,
}

impl<'a> Traces<'a> {
    /// Makes the folder where it is not there.
    pub(super) fn into(folder: &'a Path) -> Result<Self, SimulateError> {
        fs::create_dir_all(folder).map_err(|source| SimulateError::Folder {
            path: folder.to_path_buf(),
            source,
        })?;
        Ok(Self { folder })
    }

    pub(super) fn begin(self, session: &Session) -> Result<TraceFile, SimulateError> {
        let path = self.folder.join(format!("{}.csv", session.id));
        match File::create(&path) {
            Ok(file) => Ok(TraceFile {
                trace: Trace::new(BufWriter::new(file)),
                path,
            }),
            Err(source) => Err(SimulateError::Trace { path, source }),
        }
    }
}

impl TraceFile {
    pub(super) fn end(self) -> Result<(), SimulateError> {
        let path = self.path;
        self.trace
            .finish()
            .map_err(|source| SimulateError::Trace { path, source })
    }
}

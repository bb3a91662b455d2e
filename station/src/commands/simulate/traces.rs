//! Where the rows of `--trace` go: a file a session, in a folder that is made. A file is whole or not there.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::making;
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

/// A session's file in the making. Dropped before it came to its end, it is gone again.
#[derive(Debug)]
pub(super) struct TraceFile {
    /// Where it is to stand.
    path: PathBuf,
    /// Where it stands until it is whole.
    beside: Beside,
    pub(super) trace: Trace<BufWriter<File>>,
}

/// A hidden file that goes where nobody takes it.
#[derive(Debug)]
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        // Once it was placed there is none; what cannot be removed has a name that no reader takes for a trace.
        drop(fs::remove_file(&self.0));
    }
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
        match making::begin(&path) {
            Ok((beside, file)) => Ok(TraceFile {
                path,
                beside: Beside(beside),
                trace: Trace::new(BufWriter::new(file)),
            }),
            Err(source) => Err(SimulateError::Trace { path, source }),
        }
    }
}

impl TraceFile {
    pub(super) fn end(self) -> Result<(), SimulateError> {
        let Self {
            path,
            beside,
            trace,
        } = self;
        trace
            .finish()
            .and_then(|()| fs::rename(&beside.0, &path))
            .map_err(|source| SimulateError::Trace { path, source })
    }
}

//! A named pipe by which another program says that something has happened.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, FileType, Mode, OFlags};
use tempfile::TempDir;

/// A named pipe, open for reading.
pub(crate) struct Fifo {
    _folder: TempDir,
    path: PathBuf,
    pipe: OwnedFd,
}

impl Fifo {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pipe");
        rustix::fs::mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
            .expect("a pipe");
        // Open for writing too: without a writer a pipe is ready at once, with its end.
        let pipe =
            rustix::fs::open(&path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).expect("open");
        Self {
            _folder: folder,
            path,
            pipe,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until somebody has written into it.
    pub(crate) fn until_written(&self) {
        let mut ready = [PollFd::new(&self.pipe, PollFlags::IN)];
        let limit = Timespec {
            tv_sec: 100,
            tv_nsec: 0,
        };
        assert!(
            poll(&mut ready, Some(&limit)).expect("waited") > 0,
            "nobody has written"
        );
        let mut line = [0; 64];
        rustix::io::read(&self.pipe, &mut line).expect("read");
    }
}

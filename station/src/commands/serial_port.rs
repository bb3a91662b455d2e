//! A serial port as the commands that look at wires use it: opened alone, set, read up to an instant.

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use drivers::port::LineSettings;
use protocols::vocabulary::Timestamp;
use serialport::{ClearBuffer, SerialPort, TTYPort};
use thiserror::Error;

use super::devices::holders::Holder;
use crate::clock::GymClock;

/// A read returns after so long even where nothing comes, so that whoever reads can look whether to go on.
const LONGEST_READ: Duration = Duration::from_millis(50);
/// How long a write may wait for room: a line that takes nothing is sick.
const LONGEST_WRITE: Duration = Duration::from_secs(2);
const READ_SIZE: usize = 4_096;

/// A port that is open.
pub(super) struct OpenPort {
    path: PathBuf,
    port: TTYPort,
    line: LineSettings,
    buffer: Vec<u8>,
}

/// Why a port cannot be used.
#[derive(Debug, Error)]
pub(super) enum PortError {
    #[error("{} is not there; plug it in, or write one of `station devices`", .0.display())]
    Missing(PathBuf),
    #[error("{} is held by {holder}; end it first", path.display())]
    Held { path: PathBuf, holder: Holder },
    #[error("{} is held by another program; end it first", .0.display())]
    HeldBySomebody(PathBuf),
    #[error("{} is not ours to open: add this user to the port's group (often dialout)", .0.display())]
    NotOurs(PathBuf),
    #[error("{} cannot be set to {line}: {source}; look whether it is a serial port", path.display())]
    Line {
        path: PathBuf,
        line: LineSettings,
        source: serialport::Error,
    },
    #[error("{} is no serial port: {source}", path.display())]
    NoPort {
        path: PathBuf,
        source: serialport::Error,
    },
    #[error("{} has gone: {source}", path.display())]
    Gone {
        path: PathBuf,
        source: std::io::Error,
    },
}

impl OpenPort {
    /// Opens a port that nobody holds, and throws away what waits in it.
    pub(super) fn open(path: &Path, line: LineSettings) -> Result<Self, PortError> {
        if !path.exists() {
            return Err(PortError::Missing(path.to_path_buf()));
        }
        // Some programs take no lock, and a user who may do everything passes any: the open files tell first.
        if let Some(holder) = Holder::of(path) {
            let path = path.to_path_buf();
            return Err(PortError::Held { path, holder });
        }
        let name = path.to_string_lossy();
        let builder = serialport::new(name, line.baud).timeout(LONGEST_READ);
        let port = builder
            .open_native()
            .map_err(|source| not_opened(path, source))?;
        let mut open = Self {
            path: path.to_path_buf(),
            port,
            line,
            buffer: vec![0; READ_SIZE],
        };
        open.set(line)?;
        Ok(open)
    }

    /// Sets the line, and throws away what waits in it.
    pub(super) fn set(&mut self, line: LineSettings) -> Result<(), PortError> {
        let set = line
            .set(&mut self.port)
            .and_then(|()| self.port.clear(ClearBuffer::All));
        self.line = line;
        set.map_err(|source| PortError::Line {
            path: self.path.clone(),
            line,
            source,
        })
    }

    /// How long a byte takes on the line.
    pub(super) fn byte_time(&self) -> Duration {
        Duration::from_secs(1)
            .saturating_mul(self.line.bits_per_byte())
            .checked_div(self.line.baud)
            .unwrap_or_default()
    }

    /// Writes; what is written is not on the line yet.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), PortError> {
        let written = self
            .port
            .set_timeout(LONGEST_WRITE)
            .map_err(std::io::Error::from)
            .and_then(|()| self.port.write_all(bytes));
        written.map_err(|source| self.gone(source))
    }

    /// Takes back what was written and is not on the line yet. A port that cannot sends it first.
    pub(super) fn discard_unsent(&mut self) {
        let _cannot = self.port.clear(ClearBuffer::Output);
    }

    /// What comes until `until`, at most the next moment's worth; empty where nothing does.
    pub(super) fn read(&mut self, clock: &GymClock, until: Timestamp) -> Result<&[u8], PortError> {
        // A wait of nothing would make a loop spin, one of less than the system's clock counts likewise.
        let wait = until
            .since(clock.now())
            .clamp(Duration::from_millis(1), LONGEST_READ);
        let read = self
            .port
            .set_timeout(wait)
            .map_err(std::io::Error::from)
            .and_then(|()| self.port.read(&mut self.buffer));
        match read {
            Ok(0) => Err(self.gone(ErrorKind::UnexpectedEof.into())),
            Ok(count) => Ok(self.buffer.get(..count).unwrap_or_default()),
            Err(error) if is_nothing_now(error.kind()) => Ok(&[]),
            Err(source) => Err(self.gone(source)),
        }
    }

    fn gone(&self, source: std::io::Error) -> PortError {
        PortError::Gone {
            path: self.path.clone(),
            source,
        }
    }
}

const fn is_nothing_now(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted
    )
}

fn not_opened(path: &Path, source: serialport::Error) -> PortError {
    let path = path.to_path_buf();
    match source.kind() {
        serialport::ErrorKind::NoDevice => PortError::HeldBySomebody(path),
        serialport::ErrorKind::Io(ErrorKind::PermissionDenied) => PortError::NotOurs(path),
        serialport::ErrorKind::Io(ErrorKind::NotFound) => PortError::Missing(path),
        serialport::ErrorKind::InvalidInput
        | serialport::ErrorKind::Unknown
        | serialport::ErrorKind::Io(_) => PortError::NoPort { path, source },
    }
}

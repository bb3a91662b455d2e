//! What the machine says, and how it is written.

use crate::ascii::Writer;
use crate::exact::Exact;
use crate::wire::{NoRoom, Report};

use super::Words;
use super::status::StatusLine;

/// A line of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// Eight fields: everything it measures.
    Status(StatusLine),
    /// `ACK`: done.
    Acknowledged,
    /// `RUN`: PC mode was on already.
    Running,
    /// `ERROR`: refused, for the wrong case of the letters too.
    Refused,
    /// Another answer: an identification, a version, a list of programs.
    Words(Words),
}

impl MachineMessage {
    /// The line as the machine sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let line = match self {
            Self::Status(status) => status.write(line),
            Self::Acknowledged => line.bytes(b"ACK"),
            Self::Running => line.bytes(b"RUN"),
            Self::Refused => line.bytes(b"ERROR"),
            Self::Words(words) => line.bytes(words.as_bytes()),
        };
        line.bytes(b"\r\n").finish()
    }

    /// What is told in units: a status line; `None` for every other line.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::Status(status) => Some(status.report()),
            Self::Acknowledged | Self::Running | Self::Refused | Self::Words(_) => None,
        }
    }

    /// Numbers of a status line that the wire carries, up to 99999, and their units do not.
    #[must_use]
    pub fn exact(&self) -> Exact {
        match self {
            Self::Status(status) => status.exact(),
            Self::Acknowledged | Self::Running | Self::Refused | Self::Words(_) => Exact::NONE,
        }
    }
}

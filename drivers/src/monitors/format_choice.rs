//! The choice of a Nonin device's format: no answer is waited for, as OEM III and Xpod may ignore it (recalled); what arrives decides.

use core::time::Duration;

use protocols::nonin::{DataFormat, HostCommand, LONGEST_COMMAND};
use protocols::vocabulary::Timestamp;

use super::stream::Request;

/// While no packet comes the choice of format is repeated so often (the interval of a public reader, mdpnp).
const AGAIN: Duration = Duration::from_secs(5);

/// Option bits of the long choice of format for a continuous stream, as mdpnp sends them.
pub(super) const CONTINUOUS: u8 = 0x21;

/// On open the short command of the older devices; while no packet comes, again each 5 s, the long command of 3150 and 9560 and the
/// short one in turns.
#[derive(Debug)]
pub(super) struct FormatChoice {
    format: DataFormat,
    options: u8,
    at: Timestamp,
    long: bool,
    /// Whether the last one brought no packet yet.
    unanswered: bool,
    command: [u8; LONGEST_COMMAND],
}

impl FormatChoice {
    pub(super) const fn of(format: DataFormat, options: u8) -> Self {
        Self {
            format,
            options,
            at: Timestamp::NEVER,
            long: false,
            unanswered: false,
            command: [0; LONGEST_COMMAND],
        }
    }

    pub(super) const fn opened(&mut self, now: Timestamp) {
        self.at = now;
        self.long = false;
        self.unanswered = false;
    }

    /// A packet came.
    pub(super) const fn answered(&mut self) {
        self.unanswered = false;
    }

    pub(super) const fn at(&self, is_up: bool) -> Timestamp {
        if is_up { Timestamp::NEVER } else { self.at }
    }

    /// The next choice of format.
    pub(super) fn request(&mut self, now: Timestamp) -> Request<'_> {
        let command = HostCommand::SelectFormat {
            format: self.format,
            options: self.long.then_some(self.options),
        };
        let last_unanswered = core::mem::replace(&mut self.unanswered, true);
        self.at = now + AGAIN;
        self.long = !self.long;
        Request {
            bytes: command.encode(&mut self.command).unwrap_or_default(),
            last_unanswered,
        }
    }
}

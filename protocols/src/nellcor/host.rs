//! What a host can send: into the interactive mode and out of it. While its menu is on the screen no lines come, so that a driver
//! never enters it during a session.

use crate::phrases::{self, Phrase, PhraseReader};
use crate::wire::{Decoded, Decoder, NoRoom, Report};

/// What the host says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `03 03`: print the menu, and stop the lines.
    EnterMenu,
    /// `1` and a line end, in the menu: tell what the instrument is.
    InstrumentInformation,
    /// `0` and a line end, in the menu: go on with lines.
    LeaveMenu,
}

const PHRASES: &[Phrase<HostMessage>] = &[
    Phrase {
        bytes: &[0x03, 0x03],
        message: HostMessage::EnterMenu,
    },
    Phrase {
        bytes: b"1\r\n",
        message: HostMessage::InstrumentInformation,
    },
    Phrase {
        bytes: b"0\r\n",
        message: HostMessage::LeaveMenu,
    },
];

impl HostMessage {
    /// The message as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; three bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        phrases::encode(PHRASES, self, buffer)
    }

    /// What the message tells in every protocol's terms: its name alone.
    #[must_use]
    pub const fn report(&self) -> Report<'static> {
        Report::named(match self {
            Self::EnterMenu => "enter_menu",
            Self::InstrumentInformation => "get_instrument_information",
            Self::LeaveMenu => "leave_menu",
        })
    }
}

/// The host's direction; what is no message is skipped in silence (assumed).
#[derive(Debug, Clone)]
pub struct HostDecoder(PhraseReader<HostMessage>);

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhraseReader::new(PHRASES))
    }
}

impl Default for HostDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        self.0.feed(bytes, sink);
    }

    fn skipped(&self) -> u64 {
        self.0.skipped()
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}

//! What a host can send to older firmware. Station has no need of either; a virtual device hears them.

use crate::phrases::{self, Phrase, PhraseReader};
use crate::wire::{Decoded, Decoder, NoRoom, Report};

/// What the host says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `F5 F5`: send what is stored.
    ReadStored,
    /// `F6 F6 F6`: go on with live packets.
    ReturnToLive,
}

const PHRASES: &[Phrase<HostMessage>] = &[
    Phrase {
        bytes: &[0xF5, 0xF5],
        message: HostMessage::ReadStored,
    },
    Phrase {
        bytes: &[0xF6, 0xF6, 0xF6],
        message: HostMessage::ReturnToLive,
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
            Self::ReadStored => "read_stored",
            Self::ReturnToLive => "return_to_live",
        })
    }
}

/// The host's direction; what is no message is skipped in silence (assumed: the sheet has no rule for it).
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

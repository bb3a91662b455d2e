//! What the host sends: commands, and answers to spot checks.

use crate::nonin::{CommandReader, Heard, HeardWhat, HostCommand};
use crate::wire::{Decoded, Decoder, NoRoom, Report};

/// The answer to a spot check that arrived.
const ACCEPTED: u8 = 0x06;
/// The answer to one that did not.
const SEND_AGAIN: u8 = 0x15;

/// What the host says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// A command, as in every format.
    Command(HostCommand),
    /// The spot check arrived (recalled).
    Accepted,
    /// The spot check did not arrive: send it again (recalled).
    SendAgain,
}

impl HostMessage {
    /// The message as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`crate::nonin::LONGEST_COMMAND`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let byte = match self {
            Self::Command(command) => return command.encode(buffer),
            Self::Accepted => ACCEPTED,
            Self::SendAgain => SEND_AGAIN,
        };
        let slot = buffer.get_mut(..1).ok_or(NoRoom)?;
        slot.fill(byte);
        Ok(slot)
    }

    /// What the message tells in every protocol's terms: its name alone.
    #[must_use]
    pub const fn report(&self) -> Report<'static> {
        match self {
            Self::Command(command) => command.report(),
            Self::Accepted => Report::named("accepted"),
            Self::SendAgain => Report::named("send_again"),
        }
    }
}

/// The host's direction: commands as in every format, and between them the answers of one byte.
#[derive(Debug, Clone, Default)]
pub struct HostDecoder {
    reader: CommandReader,
    skipped: u64,
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: CommandReader::new(),
            skipped: 0,
        }
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        let Self { reader, skipped } = self;
        for byte in bytes {
            reader.take(*byte, &mut |Heard { offset, what }| {
                let content = match what {
                    HeardWhat::Between(ACCEPTED) => Ok(HostMessage::Accepted),
                    HeardWhat::Between(SEND_AGAIN) => Ok(HostMessage::SendAgain),
                    HeardWhat::Between(_) => {
                        *skipped = skipped.saturating_add(1);
                        return;
                    }
                    HeardWhat::Command(content) => content.map(HostMessage::Command),
                };
                sink(Decoded { offset, content });
            });
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}

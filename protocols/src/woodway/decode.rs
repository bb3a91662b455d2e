//! Decoders of both directions.

use crate::trackmaster::OpcodeReader;
use crate::wire::{Decoded, Decoder};

use super::host::HostMessage;
use super::machine::MachineMessage;

/// Bytes of a message with four digits: the only ones that can be refused once they are whole.
const LONGEST: u32 = 5;

/// Decodes what a host sends.
///
/// A message that the next opcode cuts off, that a byte other than a digit ends, or whose speed begins with another digit than 0
/// and 3, is one `framing` error at the place of its opcode, with those of its bytes that came. What else is no message is
/// only counted.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    reader: OpcodeReader,
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: OpcodeReader::new(HostMessage::table),
        }
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
        for byte in bytes {
            self.reader.take(*byte, &mut |read| {
                if let Some(decoded) = read.decoded(LONGEST, HostMessage::from_wire) {
                    sink(decoded);
                }
            });
        }
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}

/// Decodes what a machine sends. `BE` and `BF` are the errors `out_of_range` and `illegal_command`, of one byte each; framing is
/// as in [`HostDecoder`].
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    reader: OpcodeReader,
}

impl MachineDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: OpcodeReader::new(MachineMessage::table),
        }
    }
}

impl Default for MachineDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for MachineDecoder {
    type Message = MachineMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<MachineMessage>)) {
        for byte in bytes {
            self.reader.take(*byte, &mut |read| {
                if let Some(decoded) = read.decoded(LONGEST, MachineMessage::from_wire) {
                    sink(decoded);
                }
            });
        }
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}

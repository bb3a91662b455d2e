//! Decoders of both directions.

use crate::wire::{Decoded, Decoder};

use super::framing::Direction;
use super::host::HostMessage;
use super::machine::MachineMessage;
use super::number::SpeedUnit;
use super::opcodes::OpcodeReader;

/// Bytes of a message with four digits.
const LONGEST: u32 = 5;

/// Decodes what a host sends.
///
/// A message that the next opcode cuts off, or that a byte other than a digit ends, is one `framing` error at the place of its
/// opcode; its `skipped_bytes` are the bytes of it that came. What else is no message is only counted.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    reader: OpcodeReader,
    unit: Option<SpeedUnit>,
}

impl HostDecoder {
    /// `unit` is what the machine is set to; without it speeds are decoded and have no value in metres a second.
    #[must_use]
    pub const fn new(unit: Option<SpeedUnit>) -> Self {
        Self {
            reader: OpcodeReader::new(Direction::Host.table()),
            unit,
        }
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        let unit = self.unit;
        for byte in bytes {
            self.reader.take(*byte, &mut |read| {
                if let Some(decoded) = read.decoded(LONGEST, |opcode, number| {
                    HostMessage::from_wire(opcode, u16::try_from(number).ok()?, unit)
                }) {
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
    unit: Option<SpeedUnit>,
}

impl MachineDecoder {
    /// `unit` is what the machine is set to; without it speeds are decoded and have no value in metres a second.
    #[must_use]
    pub const fn new(unit: Option<SpeedUnit>) -> Self {
        Self {
            reader: OpcodeReader::new(Direction::Machine.table()),
            unit,
        }
    }
}

impl Decoder for MachineDecoder {
    type Message = MachineMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<MachineMessage>)) {
        let unit = self.unit;
        for byte in bytes {
            self.reader.take(*byte, &mut |read| {
                if let Some(decoded) = read.decoded(LONGEST, |opcode, number| {
                    MachineMessage::from_wire(opcode, u16::try_from(number).ok()?, unit)
                }) {
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

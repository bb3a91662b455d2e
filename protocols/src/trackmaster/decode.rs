//! Decoders of both directions.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::framing::{Direction, Framed, FramedContent, Framer};
use super::host::HostMessage;
use super::machine::MachineMessage;
use super::number::SpeedUnit;
use super::{ILLEGAL_COMMAND, OUT_OF_RANGE};

/// Decodes what a host sends.
///
/// A message that the next opcode cuts off, or that a byte other than a digit ends, is one `framing` error at the place of its
/// opcode; its `skipped_bytes` are the bytes of it that came. What else is no message is only counted.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    framer: Framer,
    unit: Option<SpeedUnit>,
}

impl HostDecoder {
    /// `unit` is what the machine is set to; without it speeds are decoded and have no value in metres a second.
    #[must_use]
    pub const fn new(unit: Option<SpeedUnit>) -> Self {
        Self {
            framer: Framer::new(Direction::Host),
            unit,
        }
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        let unit = self.unit;
        for byte in bytes {
            self.framer.take(*byte, &mut |framed| {
                if let Some(decoded) = decoded(framed, |opcode, number| {
                    HostMessage::from_wire(opcode, number, unit)
                }) {
                    sink(decoded);
                }
            });
        }
    }

    fn skipped(&self) -> u64 {
        self.framer.skipped()
    }

    fn reset(&mut self) {
        self.framer.reset();
    }
}

/// Decodes what a machine sends. `BE` and `BF` are the errors `out_of_range` and `illegal_command`, of one byte each; framing is
/// as in [`HostDecoder`].
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    framer: Framer,
    unit: Option<SpeedUnit>,
}

impl MachineDecoder {
    /// `unit` is what the machine is set to; without it speeds are decoded and have no value in metres a second.
    #[must_use]
    pub const fn new(unit: Option<SpeedUnit>) -> Self {
        Self {
            framer: Framer::new(Direction::Machine),
            unit,
        }
    }
}

impl Decoder for MachineDecoder {
    type Message = MachineMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<MachineMessage>)) {
        let unit = self.unit;
        for byte in bytes {
            self.framer.take(*byte, &mut |framed| {
                if let Some(decoded) = decoded(framed, |opcode, number| {
                    MachineMessage::from_wire(opcode, number, unit)
                }) {
                    sink(decoded);
                }
            });
        }
    }

    fn skipped(&self) -> u64 {
        self.framer.skipped()
    }

    fn reset(&mut self) {
        self.framer.reset();
    }
}

/// A framed thing as a decoder tells it; `None` for what is only counted.
fn decoded<M>(framed: Framed, message: impl Fn(u8, u16) -> Option<M>) -> Option<Decoded<M>> {
    let error = |kind, bytes| {
        Some(Err(WireError {
            kind,
            skipped_bytes: u32::from(bytes),
        }))
    };
    let content = match framed.content {
        FramedContent::Whole {
            opcode: OUT_OF_RANGE,
            ..
        } => error(WireErrorKind::OutOfRange, 1),
        FramedContent::Whole {
            opcode: ILLEGAL_COMMAND,
            ..
        } => error(WireErrorKind::IllegalCommand, 1),
        FramedContent::Whole { opcode, number } => message(opcode, number).map(Ok),
        FramedContent::CutOff { bytes } | FramedContent::NotADigit { bytes } => {
            error(WireErrorKind::Framing, bytes)
        }
        FramedContent::UnknownOpcode(_) => None,
    }?;
    Some(Decoded {
        offset: framed.offset,
        content,
    })
}

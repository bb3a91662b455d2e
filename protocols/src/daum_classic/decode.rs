//! Decoders of both directions.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::Cockpit;
use super::host::HostMessage;
use super::lengths::{Cut, Cutter, Sender};
use super::machine::MachineMessage;

/// Decodes what a host sends to one cockpit.
///
/// A byte that begins no message, and the first byte of a message with another address, are `framing`, one byte each. Nothing is
/// skipped in silence.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    cutter: Cutter,
}

impl HostDecoder {
    /// For a host that talks to `cockpit`.
    #[must_use]
    pub const fn new(cockpit: Cockpit) -> Self {
        Self {
            cutter: Cutter::new(Sender::Host, cockpit),
        }
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        for byte in bytes {
            self.cutter.take(*byte, &mut |offset, cut| {
                let message = match cut {
                    Cut::Message(message) => HostMessage::from_bytes(message),
                    Cut::BehindReset(_) | Cut::Stray => None,
                };
                sink(told(offset, message));
            });
        }
    }

    fn skipped(&self) -> u64 {
        0
    }

    fn reset(&mut self) {
        self.cutter.reset();
    }
}

/// Decodes what one cockpit sends. Errors are as in [`HostDecoder`].
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    cutter: Cutter,
    cockpit: Cockpit,
}

impl MachineDecoder {
    /// For what `cockpit` sends.
    #[must_use]
    pub const fn new(cockpit: Cockpit) -> Self {
        Self {
            cutter: Cutter::new(Sender::Machine, cockpit),
            cockpit,
        }
    }
}

impl Decoder for MachineDecoder {
    type Message = MachineMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<MachineMessage>)) {
        let dialect = self.cockpit.dialect;
        for byte in bytes {
            self.cutter.take(*byte, &mut |offset, cut| {
                sink(told(offset, MachineMessage::from_cut(cut, dialect)));
            });
        }
    }

    fn skipped(&self) -> u64 {
        0
    }

    fn reset(&mut self) {
        self.cutter.reset();
    }
}

/// A message, or one byte that is none.
fn told<M>(offset: u64, message: Option<M>) -> Decoded<M> {
    Decoded {
        offset,
        content: message.ok_or(WireError {
            kind: WireErrorKind::Framing,
            skipped_bytes: 1,
        }),
    }
}

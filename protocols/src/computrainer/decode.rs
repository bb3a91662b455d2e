//! Decoders of both directions.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::greeting::Greeting;
use super::host::{HostMessage, Setting};
use super::machine::{MachineMessage, Telemetry};
use super::seven::{Seven, Shifted, Shifter};
use super::{HOST_GREETING, MACHINE_GREETING, MESSAGE_BYTES};

/// Decodes what a host sends.
///
/// A byte of 80 or above with fewer than six bytes before it is `framing`, with those bytes; a message whose check sum does not
/// hold is `checksum`, seven bytes. Bytes more than six before it are noise, but for the greeting, which is told as soon as it
/// is there and ends nothing.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    shifter: Shifter,
    greeting: Greeting<{ HOST_GREETING.len() }>,
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            shifter: Shifter::new(),
            greeting: Greeting::new(HOST_GREETING),
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
            let shifted = self.shifter.take(*byte);
            if self.greeting.take(*byte) {
                sink(greeted(
                    &mut self.shifter,
                    HOST_GREETING.len(),
                    HostMessage::Greeting,
                ));
            }
            if let Some(shifted) = shifted {
                sink(decoded(shifted, |seven| {
                    Setting::from_seven(seven).map(HostMessage::Setting)
                }));
            }
        }
    }

    fn skipped(&self) -> u64 {
        self.shifter.skipped()
    }

    fn reset(&mut self) {
        self.shifter.reset();
        self.greeting.reset();
    }
}

/// Decodes what a machine sends. Framing is as in [`HostDecoder`]; there is no check sum.
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    shifter: Shifter,
    greeting: Greeting<{ MACHINE_GREETING.len() }>,
}

impl MachineDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            shifter: Shifter::new(),
            greeting: Greeting::new(MACHINE_GREETING),
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
            let shifted = self.shifter.take(*byte);
            if self.greeting.take(*byte) {
                sink(greeted(
                    &mut self.shifter,
                    MACHINE_GREETING.len(),
                    MachineMessage::Greeting,
                ));
            }
            if let Some(shifted) = shifted {
                sink(decoded(shifted, |seven| {
                    Ok(MachineMessage::Telemetry(Telemetry::from_seven(seven)))
                }));
            }
        }
    }

    fn skipped(&self) -> u64 {
        self.shifter.skipped()
    }

    fn reset(&mut self) {
        self.shifter.reset();
        self.greeting.reset();
    }
}

/// A greeting that ends with the byte taken last.
fn greeted<M>(shifter: &mut Shifter, length: usize, message: M) -> Decoded<M> {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    shifter.spare(length);
    Decoded {
        offset: shifter.taken().saturating_sub(length),
        content: Ok(message),
    }
}

fn decoded<M>(shifted: Shifted, message: impl Fn(Seven) -> Result<M, WireErrorKind>) -> Decoded<M> {
    let (offset, skipped_bytes, content) = match shifted {
        Shifted::Whole { offset, bytes } => (
            offset,
            u32::try_from(MESSAGE_BYTES).unwrap_or(u32::MAX),
            message(Seven::from_bytes(bytes)),
        ),
        Shifted::Truncated { offset, bytes } => (offset, bytes, Err(WireErrorKind::Framing)),
    };
    Decoded {
        offset,
        content: content.map_err(|kind| WireError {
            kind,
            skipped_bytes,
        }),
    }
}

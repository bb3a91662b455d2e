//! What the host sends: nine bytes of type 7D, a command and six arguments.

use crate::wire::{Decoded, Decoder, NoRoom, Report, WireError, WireErrorKind};

use super::message::{DATA_BYTES, PACKET_BYTES, write};
use super::packing::unpacked;

/// The type of a command.
const COMMAND: u8 = 0x7D;
/// What only a packet's first byte has clear.
const MARK: u8 = 0x80;

/// A command of the host: its code and six arguments, unused ones 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostCommand {
    /// The code, as the maker numbers commands.
    pub code: u8,
    /// The arguments.
    pub arguments: [u8; 6],
}

impl HostCommand {
    /// A1: send real-time packets.
    pub const START_REALTIME: Self = Self::bare(0xA1);
    /// A2: send no more real-time packets.
    pub const STOP_REALTIME: Self = Self::bare(0xA2);
    /// A7: send no more stored data; the greeting of a public reader (cms50ew), before A2.
    pub const STOP_STORED: Self = Self::bare(0xA7);
    /// A8: tell the model.
    pub const MODEL: Self = Self::bare(0xA8);
    /// A9: tell the maker.
    pub const MAKER: Self = Self::bare(0xA9);
    /// AA: tell the device's id.
    pub const DEVICE_ID: Self = Self::bare(0xAA);
    /// AB: tell the user's name.
    pub const USER: Self = Self::bare(0xAB);
    /// AF: keep alive: without a command for 5 s the device ends the stream.
    pub const KEEP_ALIVE: Self = Self::bare(0xAF);
    /// B0: tell what the device can do.
    pub const INFORMATION: Self = Self::bare(0xB0);

    /// A6: send the stored data of a user's segment, both counted from 1.
    #[must_use]
    pub const fn read_stored(user: u8, segment: u8) -> Self {
        Self {
            code: 0xA6,
            arguments: [user, segment, 0, 0, 0, 0],
        }
    }

    /// A command without arguments.
    #[must_use]
    pub const fn bare(code: u8) -> Self {
        Self {
            code,
            arguments: [0; 6],
        }
    }

    /// Whether the device answers it rather than do something: A3 to A6, A8 to AB, B0 (assumed).
    #[must_use]
    pub const fn is_question(&self) -> bool {
        matches!(self.code, 0xA3..=0xA6 | 0xA8..=0xAB | 0xB0)
    }

    /// Whether it destroys stored data: AE. Station never sends it.
    #[must_use]
    pub const fn erases(&self) -> bool {
        self.code == 0xAE
    }

    /// The command as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` holds less than [`PACKET_BYTES`].
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let [first, second, third, fourth, fifth, sixth] = self.arguments;
        let data = [self.code, first, second, third, fourth, fifth, sixth];
        write(buffer, COMMAND, data)
    }

    /// What the command tells in every protocol's terms: its name alone.
    #[must_use]
    pub const fn report(&self) -> Report<'static> {
        Report::named(match self.code {
            0xA1 => "start_realtime",
            0xA2 => "stop_realtime",
            0xA3 => "get_session_count",
            0xA4 => "get_session_length",
            0xA5 => "get_session_time",
            0xA6 => "read_stored",
            0xA7 => "stop_stored",
            0xA8 => "get_model",
            0xA9 => "get_maker",
            0xAA => "get_device_id",
            0xAB => "get_user",
            0xAE => "erase_stored",
            0xAF => "keep_alive",
            0xB0 => "get_information",
            _ => "unknown_command",
        })
    }

    const fn from_data(data: [u8; DATA_BYTES]) -> Self {
        let [code, first, second, third, fourth, fifth, sixth] = data;
        Self {
            code,
            arguments: [first, second, third, fourth, fifth, sixth],
        }
    }
}

/// The host's direction. The sheet leaves its resynchronisation open; it is (assumed) like the device's: a byte with bit 7 clear
/// begins a packet, one of type 7D that is cut off is one error `framing`, all else is skipped in silence.
#[derive(Debug, Clone, Default)]
pub struct HostDecoder {
    packet: [u8; PACKET_BYTES],
    /// Bytes of the packet that are in; 0 outside a command.
    filled: usize,
    taken: u64,
    skipped: u64,
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            packet: [0; PACKET_BYTES],
            filled: 0,
            taken: 0,
            skipped: 0,
        }
    }

    fn take(&mut self, byte: u8, sink: &mut dyn FnMut(Decoded<HostCommand>)) {
        let is_first = byte & MARK == 0;
        if is_first && self.filled > 0 {
            sink(Decoded {
                offset: self.begin(),
                content: Err(WireError {
                    kind: WireErrorKind::Framing,
                    skipped_bytes: u32::try_from(self.filled).unwrap_or(u32::MAX),
                }),
            });
            self.filled = 0;
        }
        if byte == COMMAND || !is_first && self.filled > 0 {
            if let Some(slot) = self.packet.get_mut(self.filled) {
                *slot = byte;
                self.filled += 1;
            }
        } else {
            self.skipped = self.skipped.saturating_add(1);
        }
        self.taken = self.taken.saturating_add(1);
        if self.filled == PACKET_BYTES {
            let [_, high, raw @ ..] = self.packet;
            sink(Decoded {
                offset: self.begin(),
                content: Ok(HostCommand::from_data(unpacked(high, raw))),
            });
            self.filled = 0;
        }
    }

    /// Where the packet's first byte lies.
    fn begin(&self) -> u64 {
        self.taken
            .saturating_sub(u64::try_from(self.filled).unwrap_or(u64::MAX))
    }
}

impl Decoder for HostDecoder {
    type Message = HostCommand;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostCommand>)) {
        for byte in bytes {
            self.take(*byte, sink);
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.filled = 0;
    }
}

//! `A4`, length, id, data, check.

use crate::checksum;
use crate::wire::NoRoom;

/// The most data bytes of a frame here.
pub const LONGEST_DATA: usize = 32;
/// Bytes of the longest frame.
pub const LONGEST_FRAME: usize = LONGEST_DATA + 4;

/// Begins a frame.
pub(super) const SYNC: u8 = 0xA4;

/// Message ids.
pub(super) mod id {
    pub(crate) const VERSION: u8 = 0x3E;
    pub(crate) const RESPONSE: u8 = 0x40;
    pub(crate) const UNASSIGN: u8 = 0x41;
    pub(crate) const ASSIGN: u8 = 0x42;
    pub(crate) const PERIOD: u8 = 0x43;
    pub(crate) const SEARCH_TIMEOUT: u8 = 0x44;
    pub(crate) const FREQUENCY: u8 = 0x45;
    pub(crate) const NETWORK_KEY: u8 = 0x46;
    pub(crate) const RESET: u8 = 0x4A;
    pub(crate) const OPEN: u8 = 0x4B;
    pub(crate) const CLOSE: u8 = 0x4C;
    pub(crate) const REQUEST: u8 = 0x4D;
    pub(crate) const BROADCAST: u8 = 0x4E;
    pub(crate) const ACKNOWLEDGED: u8 = 0x4F;
    pub(crate) const BURST: u8 = 0x50;
    pub(crate) const CHANNEL_ID: u8 = 0x51;
    pub(crate) const CHANNEL_STATUS: u8 = 0x52;
    pub(crate) const CAPABILITIES: u8 = 0x54;
    pub(crate) const TRANSMIT_POWER: u8 = 0x60;
    pub(crate) const SERIAL_NUMBER: u8 = 0x61;
    pub(crate) const LOW_PRIORITY_SEARCH_TIMEOUT: u8 = 0x63;
    pub(crate) const EXTENDED: u8 = 0x66;
    pub(crate) const START_UP: u8 = 0x6F;
    pub(crate) const LINE_ERROR: u8 = 0xAE;
}

/// One frame: id and data. Its `Debug` masks the data of a network key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    id: u8,
    data: [u8; LONGEST_DATA],
    length: usize,
}

impl Frame {
    /// A frame of this id and data; `None` without data or with more than [`LONGEST_DATA`] bytes.
    #[must_use]
    pub fn new(id: u8, data: &[u8]) -> Option<Self> {
        if data.is_empty() {
            return None;
        }
        let mut held = [0; LONGEST_DATA];
        held.get_mut(..data.len())?.copy_from_slice(data);
        Some(Self {
            id,
            data: held,
            length: data.len(),
        })
    }

    /// A frame whose data is known to fit.
    pub(super) fn of<const BYTES: usize>(id: u8, data: [u8; BYTES]) -> Self {
        const { assert!(BYTES > 0 && BYTES <= LONGEST_DATA) };
        let mut held = [0; LONGEST_DATA];
        for (slot, byte) in held.iter_mut().zip(data) {
            *slot = byte;
        }
        Self {
            id,
            data: held,
            length: BYTES,
        }
    }

    /// A frame whose data is known to fit, put together of parts.
    pub(super) fn of_parts(id: u8, parts: &[&[u8]]) -> Self {
        let mut frame = Self {
            id,
            data: [0; LONGEST_DATA],
            length: 0,
        };
        let bytes = parts.iter().copied().flatten();
        for (slot, byte) in frame.data.iter_mut().zip(bytes) {
            *slot = *byte;
            frame.length += 1;
        }
        frame
    }

    /// The message id.
    #[must_use]
    pub const fn id(&self) -> u8 {
        self.id
    }

    /// The data bytes, 1 to [`LONGEST_DATA`].
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.data.get(..self.length).unwrap_or(&self.data)
    }

    /// Bytes of the whole frame.
    #[must_use]
    pub const fn wire_length(&self) -> usize {
        self.length + 4
    }

    /// Whether the sheet names this id, and data messages have one of their lengths. What it does not name is taken for bytes
    /// in which a frame seemed to begin.
    pub(super) fn is_named(&self) -> bool {
        match self.id {
            id::BROADCAST | id::ACKNOWLEDGED => matches!(self.length, 9 | 14),
            id::VERSION
            | id::RESPONSE
            | id::UNASSIGN
            | id::ASSIGN
            | id::PERIOD
            | id::SEARCH_TIMEOUT
            | id::FREQUENCY
            | id::NETWORK_KEY
            | id::RESET
            | id::OPEN
            | id::CLOSE
            | id::REQUEST
            | id::BURST
            | id::CHANNEL_ID
            | id::CHANNEL_STATUS
            | id::CAPABILITIES
            | id::TRANSMIT_POWER
            | id::SERIAL_NUMBER
            | id::LOW_PRIORITY_SEARCH_TIMEOUT
            | id::EXTENDED
            | id::START_UP
            | id::LINE_ERROR => true,
            _ => false,
        }
    }

    /// The frame as either side sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_FRAME`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let whole = buffer.get_mut(..self.wire_length()).ok_or(NoRoom)?;
        let length = u8::try_from(self.length).map_err(|_| NoRoom)?;
        let head = [SYNC, length, self.id];
        let check = checksum::exclusive_or(&head) ^ checksum::exclusive_or(self.data());
        let bytes = head.iter().chain(self.data()).chain([&check]);
        for (slot, byte) in whole.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        Ok(whole)
    }
}

impl core::fmt::Debug for Frame {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut shown = f.debug_struct("Frame");
        shown.field("id", &format_args!("{:02X}", self.id));
        if self.id == id::NETWORK_KEY {
            shown.field("data", &format_args!("masked"));
        } else {
            shown.field("data", &format_args!("{:02X?}", self.data()));
        }
        shown.finish_non_exhaustive()
    }
}

//! What pages of all profiles share.

use super::data::PAGE_BYTES;

/// "None" in a field of one byte, and what stands in reserved ones.
pub(super) const NONE: u8 = 0xFF;
/// "None" in a field of two bytes.
const NONE_OF_TWO: u16 = 0xFFFF;

pub(super) const MAKER: u8 = 0x50;
pub(super) const PRODUCT: u8 = 0x51;
pub(super) const BATTERY: u8 = 0x52;

/// Pages that power meters and machines have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommonPage {
    /// 80 (50 hexadecimal).
    Maker {
        /// Revision of the hardware.
        hardware: u8,
        /// The maker's number.
        maker: u16,
        /// The model's number.
        model: u16,
    },
    /// 81.
    Product {
        /// Bytes 2 and 3: the software's revision, as sent.
        software: [u8; 2],
        /// Serial number.
        serial: u32,
    },
    /// 82: the battery, bytes 1 to 7 as sent: their layout is not in the sheet.
    Battery([u8; PAGE_BYTES - 1]),
}

impl CommonPage {
    /// What a page says; `None` for other pages.
    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Option<Self> {
        let [number, b1, b2, b3, b4, b5, b6, b7] = page;
        Some(match number {
            MAKER => Self::Maker {
                hardware: b3,
                maker: u16::from_le_bytes([b4, b5]),
                model: u16::from_le_bytes([b6, b7]),
            },
            PRODUCT => Self::Product {
                software: [b2, b3],
                serial: u32::from_le_bytes([b4, b5, b6, b7]),
            },
            BATTERY => Self::Battery([b1, b2, b3, b4, b5, b6, b7]),
            _ => return None,
        })
    }

    /// The page as it is sent; reserved bytes are FF.
    #[must_use]
    pub const fn bytes(&self) -> [u8; PAGE_BYTES] {
        match *self {
            Self::Maker {
                hardware,
                maker,
                model,
            } => {
                let [b4, b5] = maker.to_le_bytes();
                let [b6, b7] = model.to_le_bytes();
                [MAKER, NONE, NONE, hardware, b4, b5, b6, b7]
            }
            Self::Product {
                software: [b2, b3],
                serial,
            } => {
                let [b4, b5, b6, b7] = serial.to_le_bytes();
                [PRODUCT, NONE, b2, b3, b4, b5, b6, b7]
            }
            Self::Battery([b1, b2, b3, b4, b5, b6, b7]) => [BATTERY, b1, b2, b3, b4, b5, b6, b7],
        }
    }
}

/// A byte that FF makes "none".
pub(super) const fn unless_none(byte: u8) -> Option<u8> {
    match byte {
        NONE => None,
        byte => Some(byte),
    }
}

/// Two bytes that FFFF makes "none".
pub(super) const fn unless_none_of_two(bytes: [u8; 2]) -> Option<u16> {
    match u16::from_le_bytes(bytes) {
        NONE_OF_TWO => None,
        number => Some(number),
    }
}

pub(super) fn or_none(byte: Option<u8>) -> u8 {
    byte.unwrap_or(NONE)
}

pub(super) fn or_none_of_two(number: Option<u16>) -> [u8; 2] {
    number.unwrap_or(NONE_OF_TWO).to_le_bytes()
}

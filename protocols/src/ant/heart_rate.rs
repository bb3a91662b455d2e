//! Pages of straps (device type 120).

use crate::vocabulary::{Absence, BeatsPerMinute};

use super::data::PAGE_BYTES;
use super::page::{NONE, unless_none};

/// One page. Bytes 4 to 7 mean the same on every page; the first four mean something only where the strap is known to be a
/// newer one: see [`ToggleWatch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeartRatePage {
    /// Bit 7 of the first byte: a newer strap turns it over every 4 messages.
    pub toggle: bool,
    /// The page's number, 0 to 127.
    pub number: u8,
    /// Bytes 1 to 3, as sent.
    pub detail: [u8; 3],
    /// When the last beat was, in 1/1024 s, wrapping at 64 s.
    pub beat_time: u16,
    /// Count of beats, modulo 256.
    pub beat_count: u8,
    /// The strap's own average in beats a minute; 0 is "none".
    pub heart_rate_raw: u8,
}

/// What bytes 1 to 3 of a newer strap's page say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeartRateDetail {
    /// Page 1: since when it has been on, in 2 s.
    OperatingTime(u32),
    /// Page 2.
    Maker {
        /// The maker's number.
        maker: u8,
        /// The upper part of the serial number.
        serial: u16,
    },
    /// Page 3.
    Product {
        /// Revision of the hardware.
        hardware: u8,
        /// Revision of the software.
        software: u8,
        /// The model's number.
        model: u8,
    },
    /// Page 4: when the beat before the last was, in 1/1024 s.
    PreviousBeat(u16),
    /// Page 7: the battery in per cent; `None` where it is not known.
    Battery(Option<u8>),
}

impl HeartRatePage {
    const TOGGLE: u8 = 0x80;

    /// Reads a page.
    #[must_use]
    pub const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [first, b1, b2, b3, low, high, beat_count, heart_rate_raw] = page;
        Self {
            toggle: first & Self::TOGGLE != 0,
            number: first & !Self::TOGGLE,
            detail: [b1, b2, b3],
            beat_time: u16::from_le_bytes([low, high]),
            beat_count,
            heart_rate_raw,
        }
    }

    /// The page as it is sent. Of a number above 127 the lowest bits count.
    #[must_use]
    pub const fn bytes(&self) -> [u8; PAGE_BYTES] {
        let toggle = if self.toggle { Self::TOGGLE } else { 0 };
        let [b1, b2, b3] = self.detail;
        let [low, high] = self.beat_time.to_le_bytes();
        [
            toggle | (self.number & !Self::TOGGLE),
            b1,
            b2,
            b3,
            low,
            high,
            self.beat_count,
            self.heart_rate_raw,
        ]
    }

    /// The heart rate.
    ///
    /// # Errors
    /// [`Absence::Searching`] for 0, the strap's "none".
    pub fn heart_rate(&self) -> Result<BeatsPerMinute, Absence> {
        BeatsPerMinute::new(self.heart_rate_raw.into()).ok_or(Absence::Searching)
    }

    /// What the first bytes say, on a strap that is known to be a newer one; `None` for pages with nothing more to say.
    #[must_use]
    pub const fn detail(&self) -> Option<HeartRateDetail> {
        let [b1, b2, b3] = self.detail;
        Some(match self.number {
            1 => HeartRateDetail::OperatingTime(u32::from_le_bytes([b1, b2, b3, 0])),
            2 => HeartRateDetail::Maker {
                maker: b1,
                serial: u16::from_le_bytes([b2, b3]),
            },
            3 => HeartRateDetail::Product {
                hardware: b1,
                software: b2,
                model: b3,
            },
            4 => HeartRateDetail::PreviousBeat(u16::from_le_bytes([b2, b3])),
            7 => HeartRateDetail::Battery(unless_none(b1)),
            _ => return None,
        })
    }

    /// The same page with another detail; reserved bytes are FF.
    #[must_use]
    pub fn with_detail(self, detail: HeartRateDetail) -> Self {
        let (number, detail) = match detail {
            HeartRateDetail::OperatingTime(time) => {
                let [b1, b2, b3, _] = time.to_le_bytes();
                (1, [b1, b2, b3])
            }
            HeartRateDetail::Maker { maker, serial } => {
                let [b2, b3] = serial.to_le_bytes();
                (2, [maker, b2, b3])
            }
            HeartRateDetail::Product {
                hardware,
                software,
                model,
            } => (3, [hardware, software, model]),
            HeartRateDetail::PreviousBeat(time) => {
                let [b2, b3] = time.to_le_bytes();
                (4, [NONE, b2, b3])
            }
            HeartRateDetail::Battery(percent) => (7, [percent.unwrap_or(NONE), NONE, NONE]),
        };
        Self {
            number,
            detail,
            ..self
        }
    }

    /// The time between the last beat of `before` and that of this page, in milliseconds; `None` unless just one beat lies
    /// between them.
    #[must_use]
    pub fn interval_since(&self, before: &Self) -> Option<u16> {
        if self.beat_count.wrapping_sub(before.beat_count) != 1 {
            return None;
        }
        let ticks = u32::from(self.beat_time.wrapping_sub(before.beat_time));
        u16::try_from(ticks * 1_000 / 1_024).ok()
    }
}

/// Whether a strap is a newer one: its toggle bit has turned over since it was first heard. Until then bytes 0 to 3 may be
/// an old strap's, where they have no meaning (as `GoldenCheetah` and `FortiusANT` note).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToggleWatch {
    first: Option<bool>,
    turned: bool,
}

impl ToggleWatch {
    /// Takes a page, and says whether page numbers may be trusted from now on.
    pub fn take(&mut self, page: &HeartRatePage) -> bool {
        let first = *self.first.get_or_insert(page.toggle);
        self.turned |= first != page.toggle;
        self.turned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: HeartRatePage = HeartRatePage {
        toggle: false,
        number: 0,
        detail: [NONE; 3],
        beat_time: 65_000,
        beat_count: 255,
        heart_rate_raw: 72,
    };

    #[test]
    fn an_interval_is_that_of_one_beat_through_both_wraps() {
        let next = HeartRatePage {
            beat_time: 65_000_u16.wrapping_add(853),
            beat_count: 0,
            ..PAGE
        };
        assert_eq!(next.interval_since(&PAGE), Some(833));
        assert_eq!(PAGE.interval_since(&PAGE), None);
        let later = HeartRatePage {
            beat_count: 1,
            ..next
        };
        assert_eq!(later.interval_since(&PAGE), None);
    }

    #[test]
    fn a_strap_is_old_until_its_toggle_turned() {
        let mut watch = ToggleWatch::default();
        assert!(!watch.take(&PAGE));
        assert!(!watch.take(&PAGE));
        let turned = HeartRatePage {
            toggle: true,
            ..PAGE
        };
        assert!(watch.take(&turned));
        assert!(watch.take(&PAGE));
    }

    #[test]
    fn every_detail_reads_as_it_was_written() {
        let details = [
            HeartRateDetail::OperatingTime(0x00AB_CDEF),
            HeartRateDetail::Maker {
                maker: 1,
                serial: 0x1234,
            },
            HeartRateDetail::Product {
                hardware: 1,
                software: 2,
                model: 3,
            },
            HeartRateDetail::PreviousBeat(57_434),
            HeartRateDetail::Battery(Some(87)),
            HeartRateDetail::Battery(None),
        ];
        for detail in details {
            let page = HeartRatePage::from_bytes(PAGE.with_detail(detail).bytes());
            assert_eq!(page.detail(), Some(detail));
            assert_eq!(page.heart_rate_raw, PAGE.heart_rate_raw);
        }
        assert_eq!(PAGE.detail(), None);
    }
}

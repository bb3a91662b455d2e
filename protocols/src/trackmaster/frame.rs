//! Messages as bytes, and as reports.

use crate::wire::{Field, Report};

use super::number::{BeltSpeed, FourDigits, TwoDigits};

/// A message as bytes, five at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    bytes: [u8; 5],
    length: usize,
}

impl Frame {
    /// The bytes to send.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }

    pub(super) const fn bare(opcode: u8) -> Self {
        Self {
            bytes: [opcode, 0, 0, 0, 0],
            length: 1,
        }
    }

    pub(super) const fn one(opcode: u8, digit: u8) -> Self {
        Self {
            bytes: [opcode, digit, 0, 0, 0],
            length: 2,
        }
    }

    pub(super) fn two(opcode: u8, number: TwoDigits) -> Self {
        let [tens, units] = number.digits();
        Self {
            bytes: [opcode, tens, units, 0, 0],
            length: 3,
        }
    }

    pub(super) fn four(opcode: u8, number: FourDigits) -> Self {
        let [thousands, hundreds, tens, units] = number.digits();
        Self {
            bytes: [opcode, thousands, hundreds, tens, units],
            length: 5,
        }
    }
}

/// A report of a speed alone.
pub(super) fn speed_report(name: &'static str, speed: BeltSpeed) -> Report<'static> {
    Report {
        speed: speed
            .metres_per_second()
            .map_or(Field::Missing, Field::Present),
        ..Report::named(name)
    }
}

/// A report of a grade alone.
pub(super) fn elevation_report(name: &'static str, tenths: FourDigits) -> Report<'static> {
    Report {
        grade: tenths.grade().map_or(Field::Missing, Field::Present),
        ..Report::named(name)
    }
}

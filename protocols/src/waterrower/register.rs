//! The monitor's memory: addresses, and values of one, two or three bytes.

use crate::ascii::{Writer, hexadecimal};
use crate::exact::{Exact, unless_held};
use crate::vocabulary::{BeatsPerMinute, MetresPerSecond, RevolutionsPerMinute, Watts};
use crate::wire::{Field, Report};

/// An address, three hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(u16);

/// The addresses that are known.
pub mod address {
    use super::Address;

    /// Distance in metres, two bytes.
    pub const DISTANCE: Address = Address(0x055);
    /// Power in watts, two bytes; zero on old firmware.
    pub const POWER: Address = Address(0x088);
    /// Energy in cal, three bytes.
    pub const ENERGY: Address = Address(0x08A);
    /// Volume of the tank, one byte.
    pub const TANK_VOLUME: Address = Address(0x0A9);
    /// Count of strokes, two bytes.
    pub const STROKES: Address = Address(0x140);
    /// Mean time of a stroke, one byte; in units of 25 ms \[recalled\].
    pub const STROKE_TIME: Address = Address(0x142);
    /// Mean time of a pull, one byte; in units of 25 ms \[recalled\].
    pub const PULL_TIME: Address = Address(0x143);
    /// Total speed in cm/s, two bytes.
    pub const TOTAL_SPEED: Address = Address(0x148);
    /// Mean speed in cm/s, two bytes.
    pub const MEAN_SPEED: Address = Address(0x14A);
    /// Heart rate a minute, 0 for none, two bytes; some hosts read one.
    pub const HEART_RATE: Address = Address(0x1A0);
    /// Strokes a minute, one byte.
    pub const STROKE_RATE: Address = Address(0x1A9);
    /// Tenths of a second of the display, one byte: decimal digits written as hexadecimal ones.
    pub const CLOCK_TENTHS: Address = Address(0x1E0);
    /// Seconds of the display, one byte, written like the tenths.
    pub const CLOCK_SECONDS: Address = Address(0x1E1);
    /// Minutes of the display, one byte, written like the tenths.
    pub const CLOCK_MINUTES: Address = Address(0x1E2);
    /// Hours of the display, one byte, written like the tenths.
    pub const CLOCK_HOURS: Address = Address(0x1E3);
}

/// How many bytes are read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// `S`: one.
    Single,
    /// `D`: two, the most significant first as text.
    Double,
    /// `T`: three.
    Triple,
}

/// A value that the monitor told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register {
    size: Size,
    address: Address,
    value: u32,
}

impl Address {
    /// An address up to FFF; `None` above.
    #[must_use]
    pub const fn new(address: u16) -> Option<Self> {
        if address <= 0xFFF {
            Some(Self(address))
        } else {
            None
        }
    }

    /// The bare address.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Size {
    /// The largest value of this size.
    #[must_use]
    pub const fn most(self) -> u32 {
        match self {
            Self::Single => 0xFF,
            Self::Double => 0xFFFF,
            Self::Triple => 0xFF_FFFF,
        }
    }

    const fn letter(self) -> u8 {
        match self {
            Self::Single => b'S',
            Self::Double => b'D',
            Self::Triple => b'T',
        }
    }

    const fn from_letter(letter: u8) -> Option<Self> {
        match letter {
            b'S' => Some(Self::Single),
            b'D' => Some(Self::Double),
            b'T' => Some(Self::Triple),
            _ => None,
        }
    }

    const fn digits(self) -> usize {
        match self {
            Self::Single => 2,
            Self::Double => 4,
            Self::Triple => 6,
        }
    }
}

impl Register {
    /// A value; `None` where it does not fit its size.
    #[must_use]
    pub const fn new(size: Size, address: Address, value: u32) -> Option<Self> {
        if value <= size.most() {
            Some(Self {
                size,
                address,
                value,
            })
        } else {
            None
        }
    }

    /// How many bytes were read.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Where.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.address
    }

    /// What stands there, the first digits the most significant.
    #[must_use]
    pub const fn value(&self) -> u32 {
        self.value
    }

    /// The value behind `ID`; `None` where it is not of the form.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (size, address, digits) = place(text)?;
        if digits.len() != size.digits() {
            return None;
        }
        Self::new(size, address, hexadecimal(digits)?)
    }

    pub(super) fn write(self, line: Writer<'_>) -> Writer<'_> {
        write_place(line.bytes(b"ID"), self.size, self.address)
            .hexadecimal(self.value, self.size.digits())
    }

    /// What is told in units: power, heart rate, strokes and mean speed, each in its own size; `None` for every other value.
    pub(super) fn report(self) -> Option<Report<'static>> {
        let small = u16::try_from(self.value).ok();
        Some(match (self.address, self.size) {
            (address::HEART_RATE, Size::Single | Size::Double) => Report {
                heart_rate: field(small.and_then(BeatsPerMinute::new)),
                ..Report::named("heart_rate")
            },
            (address::POWER, Size::Double) => Report {
                power: field(small.and_then(Watts::new)),
                ..Report::named("power")
            },
            (address::STROKE_RATE, Size::Single) => Report {
                cadence: field(small.and_then(RevolutionsPerMinute::new)),
                ..Report::named("stroke_rate")
            },
            (address::MEAN_SPEED, Size::Double) => Report {
                speed: field(MetresPerSecond::new(f64::from(self.value) / 100.0)),
                ..Report::named("mean_speed")
            },
            _ => return None,
        })
    }

    /// A heart rate that the wire carries, up to 65535, and its unit does not.
    pub(super) fn exact(self) -> Exact {
        if self.address != address::HEART_RATE || self.size == Size::Triple || self.value == 0 {
            return Exact::NONE;
        }
        let small = u16::try_from(self.value).ok();
        let held = small.and_then(BeatsPerMinute::new);
        Exact {
            heart_rate_bpm: unless_held(f64::from(self.value), held.map(BeatsPerMinute::as_f64)),
            ..Exact::NONE
        }
    }
}

/// Size and address that the text begins with, and what follows them.
pub(super) fn place(text: &[u8]) -> Option<(Size, Address, &[u8])> {
    let (letter, rest) = text.split_first()?;
    let size = Size::from_letter(*letter)?;
    let (address, rest) = rest.split_first_chunk::<3>()?;
    let address = u16::try_from(hexadecimal(address)?).ok()?;
    Some((size, Address::new(address)?, rest))
}

/// Writes size and address.
pub(super) fn write_place(line: Writer<'_>, size: Size, address: Address) -> Writer<'_> {
    line.bytes(&[size.letter()])
        .hexadecimal(address.get().into(), 3)
}

fn field<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}

//! Pages 16 to 18: what every machine tells.

use super::super::data::PAGE_BYTES;
use super::super::page::{NONE, or_none, or_none_of_two, unless_none, unless_none_of_two};
use super::status::MachineStatus;
use super::{GENERAL, METABOLIC, SETTINGS};
use crate::vocabulary::{BeatsPerMinute, MetresPerSecond, PercentGrade};

/// What kind of machine it is: five bits, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equipment(pub u8);

impl Equipment {
    /// Treadmill.
    pub const TREADMILL: Self = Self(19);
    /// Elliptical.
    pub const ELLIPTICAL: Self = Self(20);
    /// Stationary bike.
    pub const STATIONARY_BIKE: Self = Self(21);
    /// Rower.
    pub const ROWER: Self = Self(22);
    /// Climber.
    pub const CLIMBER: Self = Self(23);
    /// Nordic skier.
    pub const SKIER: Self = Self(24);
    /// Trainer, or stationary bike.
    pub const TRAINER: Self = Self(25);

    const BITS: u8 = 0x1F;
}

/// Where a machine's heart rate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateSource {
    /// Nowhere, or not told.
    None,
    /// An ANT+ strap.
    Ant,
    /// A 5 kHz strap.
    FiveKilohertz,
    /// Hand contacts.
    HandContact,
}

/// Page 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct General {
    /// What kind of machine it is.
    pub equipment: Equipment,
    /// Time in quarters of a second, modulo 256.
    pub time: u8,
    /// Distance in metres, modulo 256.
    pub distance: u8,
    /// Speed in 0.001 m/s; `None` without.
    pub speed_raw: Option<u16>,
    /// Heart rate in beats a minute; `None` without.
    pub heart_rate_raw: Option<u8>,
    /// State and flags.
    pub status: MachineStatus,
}

/// Page 17.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Length of a cycle in 0.01 m; `None` without.
    pub cycle_length: Option<u8>,
    /// Incline in 0.01 %, negative is downhill; `None` without.
    pub incline_raw: Option<i16>,
    /// Resistance in half per cents; `None` without.
    pub resistance: Option<u8>,
    /// State and flags.
    pub status: MachineStatus,
}

/// Page 18 (recalled).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metabolic {
    /// In 0.01 MET; `None` without.
    pub mets: Option<u16>,
    /// In 0.1 kcal an hour; `None` without.
    pub energy_rate: Option<u16>,
    /// Energy in kcal, modulo 256.
    pub energy: u8,
    /// State and flags.
    pub status: MachineStatus,
}

/// "None" of an incline.
const NO_INCLINE: i16 = 0x7FFF;

impl General {
    /// Speed; `None` without.
    #[must_use]
    pub fn speed(&self) -> Option<MetresPerSecond> {
        MetresPerSecond::new(f64::from(self.speed_raw?) / 1_000.0)
    }

    /// Heart rate; `None` without, and for 0.
    #[must_use]
    pub fn heart_rate(&self) -> Option<BeatsPerMinute> {
        BeatsPerMinute::new(self.heart_rate_raw?.into())
    }

    /// Where the heart rate comes from.
    #[must_use]
    pub const fn rate_source(&self) -> RateSource {
        match self.status.flags & 3 {
            1 => RateSource::Ant,
            2 => RateSource::FiveKilohertz,
            3 => RateSource::HandContact,
            _ => RateSource::None,
        }
    }

    /// Whether the distance counts.
    #[must_use]
    pub const fn distance_is_used(&self) -> bool {
        self.status.flags & 4 != 0
    }

    /// Whether the speed is computed, not measured.
    #[must_use]
    pub const fn speed_is_virtual(&self) -> bool {
        self.status.flags & 8 != 0
    }

    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, b1, b2, b3, b4, b5, b6, b7] = page;
        Self {
            equipment: Equipment(b1 & Equipment::BITS),
            time: b2,
            distance: b3,
            speed_raw: unless_none_of_two([b4, b5]),
            heart_rate_raw: unless_none(b6),
            status: MachineStatus::from_byte(b7),
        }
    }

    pub(super) fn bytes(&self) -> [u8; PAGE_BYTES] {
        let [b4, b5] = or_none_of_two(self.speed_raw);
        [
            GENERAL,
            self.equipment.0 & Equipment::BITS,
            self.time,
            self.distance,
            b4,
            b5,
            or_none(self.heart_rate_raw),
            self.status.byte(),
        ]
    }
}

impl Settings {
    /// Incline; `None` without.
    #[must_use]
    pub fn grade(&self) -> Option<PercentGrade> {
        PercentGrade::new(f64::from(self.incline_raw?) / 100.0)
    }

    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, _, _, b3, b4, b5, b6, b7] = page;
        let incline_raw = match i16::from_le_bytes([b4, b5]) {
            NO_INCLINE => None,
            incline => Some(incline),
        };
        Self {
            cycle_length: unless_none(b3),
            incline_raw,
            resistance: unless_none(b6),
            status: MachineStatus::from_byte(b7),
        }
    }

    pub(super) fn bytes(&self) -> [u8; PAGE_BYTES] {
        let [b4, b5] = self.incline_raw.unwrap_or(NO_INCLINE).to_le_bytes();
        let cycle = or_none(self.cycle_length);
        let resistance = or_none(self.resistance);
        let status = self.status.byte();
        [SETTINGS, NONE, NONE, cycle, b4, b5, resistance, status]
    }
}

impl Metabolic {
    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, _, b2, b3, b4, b5, b6, b7] = page;
        Self {
            mets: unless_none_of_two([b2, b3]),
            energy_rate: unless_none_of_two([b4, b5]),
            energy: b6,
            status: MachineStatus::from_byte(b7),
        }
    }

    pub(super) fn bytes(&self) -> [u8; PAGE_BYTES] {
        let [b2, b3] = or_none_of_two(self.mets);
        let [b4, b5] = or_none_of_two(self.energy_rate);
        let status = self.status.byte();
        [METABOLIC, NONE, b2, b3, b4, b5, self.energy, status]
    }
}

//! Pages 19 to 26: what each kind of machine tells of its motion.

use super::super::data::PAGE_BYTES;
use super::super::page::{NONE, or_none, or_none_of_two, unless_none, unless_none_of_two};
use super::status::MachineStatus;
use super::{
    CLIMBER, ELLIPTICAL, ROWER, SKIER, STATIONARY_BIKE, TRAINER, TRAINER_TORQUE, TREADMILL,
};

/// Page 19 (recalled).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Treadmill {
    /// Strides a minute; `None` without.
    pub cadence: Option<u8>,
    /// Climbed down, in 0.1 m, modulo 256.
    pub descended: u8,
    /// Climbed up, in 0.1 m, modulo 256.
    pub climbed: u8,
    /// State and flags.
    pub status: MachineStatus,
}

/// Which machine's a page of the same layout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StridingMachine {
    /// 20 (recalled).
    Elliptical,
    /// 21.
    StationaryBike,
    /// 22 (recalled).
    Rower,
    /// 23 (recalled).
    Climber,
    /// 24 (recalled).
    Skier,
}

/// Pages 20 to 24.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Striding {
    /// Which machine's it is.
    pub machine: StridingMachine,
    /// Climbed, in 0.1 m, modulo 256; of an elliptical alone, else 0.
    pub climbed: u8,
    /// Strides or strokes, modulo 256; of all but the bike, else 0.
    pub strides: u8,
    /// Turns, strides or strokes a minute; `None` without.
    pub cadence: Option<u8>,
    /// Power in watts; `None` without.
    pub power: Option<u16>,
    /// State and flags.
    pub status: MachineStatus,
}

/// Page 25.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trainer {
    /// Count of events, modulo 256.
    pub event_count: u8,
    /// Cadence per minute; `None` without.
    pub cadence: Option<u8>,
    /// Power summed over the events, in watts, modulo 65 536.
    pub accumulated: u16,
    /// Power in watts, below 4095; `None` without.
    pub power: Option<u16>,
    /// Four bits: 1 the power wants calibrating, 2 the resistance does, 4 the user's figures are wanted.
    pub wants: u8,
    /// State and flags: see [`Trainer::target_limit`].
    pub status: MachineStatus,
}

/// Whether a trainer is at its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetLimit {
    /// It is, or has none.
    AtTarget,
    /// The speed is too low for it.
    TooSlow,
    /// The speed is too high for it.
    TooFast,
    /// Not known.
    Undetermined,
}

/// Page 26.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrainerTorque {
    /// Count of events, modulo 256.
    pub event_count: u8,
    /// Turns of the wheel, modulo 256.
    pub turns: u8,
    /// Time summed, in 1/2048 s, modulo 65 536.
    pub period: u16,
    /// Torque summed, in 1/32 Nm, modulo 65 536.
    pub torque: u16,
    /// State and flags.
    pub status: MachineStatus,
}

impl Treadmill {
    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, _, _, _, b4, b5, b6, b7] = page;
        Self {
            cadence: unless_none(b4),
            descended: b5,
            climbed: b6,
            status: MachineStatus::from_byte(b7),
        }
    }

    pub(super) fn bytes(self) -> [u8; PAGE_BYTES] {
        [
            TREADMILL,
            NONE,
            NONE,
            NONE,
            or_none(self.cadence),
            self.descended,
            self.climbed,
            self.status.byte(),
        ]
    }
}

impl StridingMachine {
    const fn page(self) -> u8 {
        match self {
            Self::Elliptical => ELLIPTICAL,
            Self::StationaryBike => STATIONARY_BIKE,
            Self::Rower => ROWER,
            Self::Climber => CLIMBER,
            Self::Skier => SKIER,
        }
    }
}

impl Striding {
    pub(super) const fn from_bytes(machine: StridingMachine, page: [u8; PAGE_BYTES]) -> Self {
        let [_, _, b2, b3, b4, b5, b6, b7] = page;
        let (climbed, strides) = match machine {
            StridingMachine::Elliptical => (b2, b3),
            StridingMachine::StationaryBike => (0, 0),
            StridingMachine::Rower | StridingMachine::Climber | StridingMachine::Skier => (0, b3),
        };
        Self {
            machine,
            climbed,
            strides,
            cadence: unless_none(b4),
            power: unless_none_of_two([b5, b6]),
            status: MachineStatus::from_byte(b7),
        }
    }

    pub(super) fn bytes(&self) -> [u8; PAGE_BYTES] {
        let (b2, b3) = match self.machine {
            StridingMachine::Elliptical => (self.climbed, self.strides),
            StridingMachine::StationaryBike => (NONE, NONE),
            StridingMachine::Rower | StridingMachine::Climber | StridingMachine::Skier => {
                (NONE, self.strides)
            }
        };
        let [b5, b6] = or_none_of_two(self.power);
        let cadence = or_none(self.cadence);
        let status = self.status.byte();
        [self.machine.page(), NONE, b2, b3, cadence, b5, b6, status]
    }
}

impl Trainer {
    /// "None" of the power's 12 bits.
    const NO_POWER: u16 = 0x0FFF;

    /// Whether it is at its target.
    #[must_use]
    pub const fn target_limit(&self) -> TargetLimit {
        match self.status.flags & 3 {
            0 => TargetLimit::AtTarget,
            1 => TargetLimit::TooSlow,
            2 => TargetLimit::TooFast,
            _ => TargetLimit::Undetermined,
        }
    }

    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, b1, b2, b3, b4, b5, b6, b7] = page;
        let power = match u16::from_le_bytes([b5, b6 & 0x0F]) {
            Self::NO_POWER => None,
            power => Some(power),
        };
        Self {
            event_count: b1,
            cadence: unless_none(b2),
            accumulated: u16::from_le_bytes([b3, b4]),
            power,
            wants: b6 >> 4,
            status: MachineStatus::from_byte(b7),
        }
    }

    pub(super) fn bytes(&self) -> [u8; PAGE_BYTES] {
        let [b3, b4] = self.accumulated.to_le_bytes();
        let power = self.power.map_or(Self::NO_POWER, |power| {
            power.min(Self::NO_POWER.saturating_sub(1))
        });
        let [b5, b6] = power.to_le_bytes();
        let cadence = or_none(self.cadence);
        let b6 = b6 | (self.wants << 4);
        let status = self.status.byte();
        [TRAINER, self.event_count, cadence, b3, b4, b5, b6, status]
    }
}

impl TrainerTorque {
    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, b1, b2, b3, b4, b5, b6, b7] = page;
        Self {
            event_count: b1,
            turns: b2,
            period: u16::from_le_bytes([b3, b4]),
            torque: u16::from_le_bytes([b5, b6]),
            status: MachineStatus::from_byte(b7),
        }
    }

    pub(super) const fn bytes(&self) -> [u8; PAGE_BYTES] {
        let [b3, b4] = self.period.to_le_bytes();
        let [b5, b6] = self.torque.to_le_bytes();
        let status = self.status.byte();
        [
            TRAINER_TORQUE,
            self.event_count,
            self.turns,
            b3,
            b4,
            b5,
            b6,
            status,
        ]
    }
}

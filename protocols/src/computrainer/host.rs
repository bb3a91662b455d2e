//! What the host says, and how it is written.

use crate::vocabulary::Watts;
use crate::wire::{Field, NoRoom, Report, WireErrorKind};

use super::machine::write;
use super::seven::{Kind, Seven, Value};
use super::{HOST_GREETING, SET_MESSAGES};

/// A message of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `RacerMate`: asks whether a machine is there.
    Greeting,
    /// Seven bytes: one of the eight messages of a set.
    Setting(Setting),
}

/// Seven bytes of the host, their check sum held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// What the machine is to do with its brake.
    pub mode: Mode,
    /// Which of the eight messages it is.
    pub kind: Kind,
    /// Its value.
    pub value: Value,
}

/// What the machine is to do with its brake: the message's fourth byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode(u8);

impl Mode {
    /// Hold a load in watts.
    pub const ERGOMETER: Self = Self(0x0A);
    /// Follow a slope. Not for rehabilitation.
    pub const SLOPE: Self = Self(0x16);
    /// Calibrate the rolling resistance.
    pub const CALIBRATION: Self = Self(0x0E);

    /// A mode's byte; `None` from 80 on.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        if byte < 0x80 { Some(Self(byte)) } else { None }
    }

    /// The byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }
}

/// A load that the machine can hold, 50 to 1500 W.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Load(u16);

impl Load {
    /// The least: unloading more needs the rider to stop.
    pub const LEAST: Self = Self(50);
    /// The most.
    pub const MOST: Self = Self(1_500);

    /// A load; `None` outside [`Self::LEAST`] to [`Self::MOST`].
    #[must_use]
    pub fn new(watts: Watts) -> Option<Self> {
        (Self::LEAST.0..=Self::MOST.0)
            .contains(&watts.get())
            .then(|| Self(watts.get()))
    }

    /// In watts.
    #[must_use]
    pub const fn watts(self) -> u16 {
        self.0
    }
}

impl Setting {
    /// The message of a set that carries the load, or nothing in slope mode.
    pub const LOAD: Kind = Kind::of_table(8);

    /// The load in watts; `None` for a message that carries none.
    #[must_use]
    pub fn load(&self) -> Option<Watts> {
        (self.mode == Mode::ERGOMETER && self.kind == Self::LOAD)
            .then(|| Watts::new(self.value.get()))
            .flatten()
    }

    /// What the seven bytes say.
    ///
    /// # Errors
    /// `checksum` where theirs does not hold.
    pub(super) fn from_seven(seven: Seven) -> Result<Self, WireErrorKind> {
        let [check, _, _, mode] = seven.data;
        let setting = Self {
            // The bit that rides in the last byte is no part of the mode: the tables have it 0.
            mode: Mode(mode >> 1),
            kind: seven.kind,
            value: seven.value,
        };
        if setting.check() == check {
            Ok(setting)
        } else {
            Err(WireErrorKind::Checksum)
        }
    }

    fn seven(self) -> Seven {
        Seven {
            data: [self.check(), 0, 0, self.mode.0 << 1],
            kind: self.kind,
            value: self.value,
            is_of_host: true,
        }
    }

    /// The check sum, derived from the source's tables.
    fn check(self) -> u8 {
        0xFF_u8
            .wrapping_sub(self.mode.0 << 1)
            .wrapping_sub(self.kind.get() << 4)
            .wrapping_sub(self.value.low_byte())
            .wrapping_sub(self.value.high_bits())
    }
}

impl HostMessage {
    /// The message as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; nine bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        match self {
            Self::Greeting => write(buffer, &HOST_GREETING),
            Self::Setting(setting) => write(buffer, &setting.seven().to_bytes()),
        }
    }

    /// What is told in units: the load; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let Self::Setting(setting) = self else {
            return None;
        };
        Some(Report {
            power: Field::Present(setting.load()?),
            ..Report::named("load")
        })
    }
}

/// The eight messages that hold a load, in their order. What the values of 3 to 7 mean (rider and drag) is unknown: they are sent
/// as the source sends them.
#[must_use]
pub fn ergometer_set(load: Load) -> [Setting; SET_MESSAGES] {
    let values = [0, 0, 187, 2_108, 2_238, 2_048, 288, load.watts()];
    let mut kind = 0;
    values.map(|value| {
        kind += 1;
        Setting {
            mode: Mode::ERGOMETER,
            kind: Kind::of_table(kind),
            value: Value::of_table(value),
        }
    })
}

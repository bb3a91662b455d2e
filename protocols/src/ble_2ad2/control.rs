//! The control point: what a host writes, what the machine indicates, and what it says unasked.

use crate::gatt::{Cursor, Value, Writer};
use crate::vocabulary::number::floor_to_u16;
use crate::vocabulary::{MetresPerSecond, PercentGrade, Watts};
use crate::wire::{Field, NoRoom, Report, WireErrorKind};

/// Bytes of the longest command.
pub const LONGEST_COMMAND: usize = 7;

mod opcode {
    pub(super) const REQUEST_CONTROL: u8 = 0x00;
    pub(super) const RESET: u8 = 0x01;
    pub(super) const SPEED: u8 = 0x02;
    pub(super) const INCLINATION: u8 = 0x03;
    pub(super) const RESISTANCE: u8 = 0x04;
    pub(super) const POWER: u8 = 0x05;
    pub(super) const HEART_RATE: u8 = 0x06;
    pub(super) const START: u8 = 0x07;
    pub(super) const STOP: u8 = 0x08;
    pub(super) const SIMULATION: u8 = 0x11;
    pub(super) const WHEEL: u8 = 0x12;
    pub(super) const ANSWER: u8 = 0x80;
}

const STOP: u8 = 0x01;
const PAUSE: u8 = 0x02;

/// A resistance, in the unit's tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resistance {
    /// One byte, as the document has it.
    Narrow(u8),
    /// Two bytes, as many programs send it.
    Wide(i16),
}

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlPoint {
    /// `00`: always the first.
    RequestControl,
    /// `01`.
    Reset,
    /// `02`: speed in 0.01 km/h. A speed of 0 is no stop.
    Speed(u16),
    /// `03`: inclination in 0.1 %.
    Inclination(i16),
    /// `04`.
    Resistance(Resistance),
    /// `05`: power in watts.
    Power(i16),
    /// `06`: heart rate. Never sent by this project's host: it would make two controllers.
    HeartRate(u8),
    /// `07`: start, or go on.
    Start,
    /// `08 01`.
    Stop,
    /// `08 02`.
    Pause,
    /// `11`.
    Simulation {
        /// Wind against the rider, 0.001 m/s.
        wind: i16,
        /// Grade, 0.01 %.
        grade: i16,
        /// Rolling resistance, 10⁻⁴.
        rolling: u8,
        /// Wind coefficient, 0.01 kg/m.
        coefficient: u8,
    },
    /// `12`: the wheel's circumference, 0.1 mm.
    Wheel(u16),
}

impl ControlPoint {
    /// Asks for a power, of more than a signed number holds for that.
    #[must_use]
    pub fn power(power: Watts) -> Self {
        Self::Power(i16::try_from(power.get()).unwrap_or(i16::MAX))
    }

    /// Asks for a speed, rounded down; `None` for one that cannot be said, less than none among them.
    #[must_use]
    pub fn speed(speed: MetresPerSecond) -> Option<Self> {
        /// What a decimal fraction lacks as a double is no reason to round down.
        const SLACK: f64 = 1e-6;
        floor_to_u16(speed.get() * 360.0 + SLACK).map(Self::Speed)
    }

    /// Its opcode.
    #[must_use]
    pub const fn opcode(&self) -> u8 {
        match self {
            Self::RequestControl => opcode::REQUEST_CONTROL,
            Self::Reset => opcode::RESET,
            Self::Speed(_) => opcode::SPEED,
            Self::Inclination(_) => opcode::INCLINATION,
            Self::Resistance(_) => opcode::RESISTANCE,
            Self::Power(_) => opcode::POWER,
            Self::HeartRate(_) => opcode::HEART_RATE,
            Self::Start => opcode::START,
            Self::Stop | Self::Pause => opcode::STOP,
            Self::Simulation { .. } => opcode::SIMULATION,
            Self::Wheel(_) => opcode::WHEEL,
        }
    }

    /// What the command asks for in every protocol's terms; `None` where no reading has a name for it.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let grade = |name, percent| Report {
            grade: field(PercentGrade::new(percent)),
            ..Report::named(name)
        };
        Some(match *self {
            Self::Speed(raw) => Report {
                speed: field(MetresPerSecond::new(f64::from(raw) / 360.0)),
                ..Report::named("target_speed")
            },
            Self::Inclination(raw) => grade("target_inclination", f64::from(raw) / 10.0),
            Self::Power(raw) => Report {
                power: field(u16::try_from(raw).ok().and_then(Watts::new)),
                ..Report::named("target_power")
            },
            Self::Simulation { grade: raw, .. } => grade("simulation", f64::from(raw) / 100.0),
            Self::RequestControl
            | Self::Reset
            | Self::Resistance(_)
            | Self::HeartRate(_)
            | Self::Start
            | Self::Stop
            | Self::Pause
            | Self::Wheel(_) => return None,
        })
    }

    /// The value as the host writes it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_COMMAND`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let mut value = Writer::new(buffer);
        value.u8(Some(self.opcode()))?;
        match *self {
            Self::RequestControl | Self::Reset | Self::Start => {}
            Self::Speed(number) | Self::Wheel(number) => value.u16(Some(number))?,
            Self::Inclination(number)
            | Self::Power(number)
            | Self::Resistance(Resistance::Wide(number)) => value.i16(Some(number))?,
            Self::HeartRate(number) | Self::Resistance(Resistance::Narrow(number)) => {
                value.u8(Some(number))?;
            }
            Self::Stop => value.u8(Some(STOP))?,
            Self::Pause => value.u8(Some(PAUSE))?,
            Self::Simulation {
                wind,
                grade,
                rolling,
                coefficient,
            } => {
                value.i16(Some(wind))?;
                value.i16(Some(grade))?;
                value.bytes(&[rolling, coefficient])?;
            }
        }
        value.finish()
    }
}

impl Value for ControlPoint {
    /// Beside `framing` for a wrong length, too long among them: `illegal_command` for an opcode that is none, and
    /// `out_of_range` for a stop that is neither stop nor pause \[assumed\]. A machine answers these by `03`, `02` and `03`.
    fn from_value(value: &[u8]) -> Result<Self, WireErrorKind> {
        let mut cursor = Cursor::new(value);
        let command = match cursor.u8()? {
            opcode::REQUEST_CONTROL => Self::RequestControl,
            opcode::RESET => Self::Reset,
            opcode::SPEED => Self::Speed(cursor.u16()?),
            opcode::INCLINATION => Self::Inclination(cursor.i16()?),
            opcode::RESISTANCE if value.len() > 2 => {
                Self::Resistance(Resistance::Wide(cursor.i16()?))
            }
            opcode::RESISTANCE => Self::Resistance(Resistance::Narrow(cursor.u8()?)),
            opcode::POWER => Self::Power(cursor.i16()?),
            opcode::HEART_RATE => Self::HeartRate(cursor.u8()?),
            opcode::START => Self::Start,
            opcode::STOP => match cursor.u8()? {
                STOP => Self::Stop,
                PAUSE => Self::Pause,
                _ => return Err(WireErrorKind::OutOfRange),
            },
            opcode::SIMULATION => Self::Simulation {
                wind: cursor.i16()?,
                grade: cursor.i16()?,
                rolling: cursor.u8()?,
                coefficient: cursor.u8()?,
            },
            opcode::WHEEL => Self::Wheel(cursor.u16()?),
            _ => return Err(WireErrorKind::IllegalCommand),
        };
        if cursor.rest().is_empty() {
            Ok(command)
        } else {
            Err(WireErrorKind::Framing)
        }
    }
}

/// How a command went, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome(pub u8);

impl Outcome {
    /// Done.
    pub const DONE: Self = Self(0x01);
    /// The machine does not know it.
    pub const NOT_SUPPORTED: Self = Self(0x02);
    /// Its parameter is wrong.
    pub const BAD_PARAMETER: Self = Self(0x03);
    /// It failed.
    pub const FAILED: Self = Self(0x04);
    /// Control was not granted.
    pub const NOT_PERMITTED: Self = Self(0x05);

    /// In words, as a fragment of a sentence; `None` for a number that the sheet does not name.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::DONE => "done",
            Self::NOT_SUPPORTED => "not supported",
            Self::BAD_PARAMETER => "bad parameter",
            Self::FAILED => "failed",
            Self::NOT_PERMITTED => "not permitted",
            _ => return None,
        })
    }
}

/// What the machine indicates after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlAnswer {
    /// The opcode that is answered.
    pub opcode: u8,
    /// How it went.
    pub outcome: Outcome,
}

impl ControlAnswer {
    /// The value as the machine indicates it.
    #[must_use]
    pub const fn bytes(self) -> [u8; 3] {
        [opcode::ANSWER, self.opcode, self.outcome.0]
    }
}

impl Value for ControlAnswer {
    fn from_value(value: &[u8]) -> Result<Self, WireErrorKind> {
        match value {
            [opcode::ANSWER, opcode, outcome, ..] => Ok(Self {
                opcode: *opcode,
                outcome: Outcome(*outcome),
            }),
            _ => Err(WireErrorKind::Framing),
        }
    }
}

/// What the machine says unasked (2ADA): its first byte. What may follow it is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineEvent(pub u8);

impl MachineEvent {
    /// It was reset.
    pub const RESET: Self = Self(0x01);
    /// Its user stopped or paused it.
    pub const STOPPED_BY_USER: Self = Self(0x02);
    /// The **safety key** stopped it.
    pub const STOPPED_BY_SAFETY_KEY: Self = Self(0x03);
    /// It was started.
    pub const STARTED: Self = Self(0x04);
    /// Control was lost.
    pub const CONTROL_LOST: Self = Self(0xFF);

    /// Whether a target was changed: 05 to 08.
    #[must_use]
    pub const fn is_target_changed(self) -> bool {
        matches!(self.0, 0x05..=0x08)
    }
}

impl Value for MachineEvent {
    fn from_value(value: &[u8]) -> Result<Self, WireErrorKind> {
        Cursor::new(value).u8().map(Self)
    }
}

fn field<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}

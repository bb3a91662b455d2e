//! What a frame says, and how it is written.

use crate::ascii::{Text, Writer};
use crate::exact::{Exact, unless_held};
use crate::vocabulary::{
    BeatsPerMinute, MetresPerSecond, PercentGrade, RevolutionsPerMinute, Watts,
};
use crate::wire::{Field, NoRoom, Report};

use super::decimal::Decimal;
use super::frame::{self, COMMAND_BYTES};

/// Separates the fields of a payload.
const SEPARATOR: u8 = 0x1D;
/// Bytes of the longest payload that is kept.
pub const LONGEST_PAYLOAD: usize = 32;

/// One thing that either end sends.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "without an allocator nothing can be boxed, and one message is held at a time"
)]
pub enum Message {
    /// `06`: the frame's sum holds.
    Accepted,
    /// `15`: it does not.
    Refused,
    /// A frame.
    Frame {
        /// Its command, which the answer repeats.
        command: Command,
        /// What it carries.
        payload: Payload,
    },
}

/// The three characters of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command(pub [u8; COMMAND_BYTES]);

/// What a frame carries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Payload {
    /// Nothing: from a host a question.
    Empty,
    /// `X70`: everything it measures.
    TrainingData(TrainingData),
    /// `S23`: a power in watts, wanted by a host, in force by a machine.
    Power(Decimal),
    /// Another short payload, as sent.
    Short(Text<LONGEST_PAYLOAD>),
    /// A payload that is not kept, so many bytes long: `M70`, and whatever is longer than [`LONGEST_PAYLOAD`].
    NotKept(u16),
}

/// The thirteen fields of `X70`. Of fields that carry no reading, `None` is one that is no decimal number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingData {
    /// Time in seconds.
    pub seconds: Option<Decimal>,
    /// Heart rate a minute, 0 for none.
    pub heart_rate: Decimal,
    /// Speed in metres a second.
    pub speed: Decimal,
    /// Slope in per cent.
    pub slope: Decimal,
    /// Distance in metres.
    pub distance: Option<Decimal>,
    /// Cadence a minute.
    pub cadence: Decimal,
    /// Power in watts; some firmware sends decimals.
    pub power: Decimal,
    /// Physical energy.
    pub physical_energy: Option<Decimal>,
    /// Real energy.
    pub real_energy: Option<Decimal>,
    /// Torque.
    pub torque: Option<Decimal>,
    /// Gear and one.
    pub gear_and_one: Option<Decimal>,
    /// State of the device.
    pub state: Option<Decimal>,
    /// 0: the speed is right; 1: too low; 2: too high.
    pub speed_status: Option<Decimal>,
}

impl Command {
    /// Version of the protocol.
    pub const PROTOCOL_VERSION: Self = Self(*b"V00");
    /// Version of the dashboard.
    pub const DASHBOARD_VERSION: Self = Self(*b"V70");
    /// Type of device: 0 treadmill, 2 bike, 7 elliptical.
    pub const DEVICE_TYPE: Self = Self(*b"Y00");
    /// Type of bike.
    pub const BIKE_TYPE: Self = Self(*b"M72");
    /// Load control, 0 off or 1 on.
    pub const LOAD_CONTROL: Self = Self(*b"S20");
    /// Power that is to be held.
    pub const POWER: Self = Self(*b"S23");
    /// Gear.
    pub const GEAR: Self = Self(*b"M71");
    /// Training data.
    pub const TRAINING_DATA: Self = Self(*b"X70");
    /// Persons, programs, keys.
    pub const BINARY: Self = Self(*b"M70");
}

impl Message {
    /// A question: a command without a payload.
    #[must_use]
    pub const fn question(command: Command) -> Self {
        Self::Frame {
            command,
            payload: Payload::Empty,
        }
    }

    /// A command with a short payload; `None` where it is empty or longer than [`LONGEST_PAYLOAD`], or has a byte that is no
    /// character: frames have no escape for those outside `M70`.
    #[must_use]
    pub fn text(command: Command, payload: &[u8]) -> Option<Self> {
        let is_text = !payload.is_empty() && payload.iter().all(|byte| matches!(byte, b' '..=b'~'));
        Some(Self::Frame {
            command,
            payload: Payload::Short(Text::new(payload).filter(|_| is_text)?),
        })
    }

    /// A power to be held.
    #[must_use]
    pub fn power(watts: Watts) -> Self {
        Self::Frame {
            command: Command::POWER,
            payload: Payload::Power(Decimal::hundredths(u32::from(watts.get()) * 100)),
        }
    }

    /// The message as either end sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small, and for a payload that is not kept; [`super::LONGEST_ENCODED`] bytes are enough for
    /// every other message.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let (command, payload) = match self {
            Self::Accepted => return line.bytes(&[frame::ACCEPTED]).finish(),
            Self::Refused => return line.bytes(&[frame::REFUSED]).finish(),
            Self::Frame { command, payload } => (command, payload),
        };
        let line = line.bytes(&[frame::START]).bytes(&command.0);
        let line = match payload {
            Payload::Empty => line,
            Payload::TrainingData(fields) => fields.write(line),
            Payload::Power(watts) => watts.write(line),
            Payload::Short(text) => line.bytes(text.as_bytes()),
            Payload::NotKept(_) => return Err(NoRoom),
        };
        let (_, summed) = line.so_far().split_first().ok_or(NoRoom)?;
        let sum = frame::sum(summed);
        line.bytes(&sum).bytes(&[frame::END]).finish()
    }

    /// What is told in units: training data, and a power; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let Self::Frame { payload, .. } = self else {
            return None;
        };
        match payload {
            Payload::TrainingData(fields) => Some(fields.report()),
            Payload::Power(watts) => Some(Report {
                power: field(watts.whole_part().and_then(Watts::new)),
                ..Report::named("power")
            }),
            Payload::Empty | Payload::Short(_) | Payload::NotKept(_) => None,
        }
    }

    /// Parts of a watt, of a beat and of a revolution that were sent.
    #[must_use]
    pub fn exact(&self) -> Exact {
        let Self::Frame { payload, .. } = self else {
            return Exact::NONE;
        };
        match payload {
            Payload::TrainingData(fields) => fields.exact(),
            Payload::Power(watts) => Exact {
                power_watts: beyond(*watts),
                ..Exact::NONE
            },
            Payload::Empty | Payload::Short(_) | Payload::NotKept(_) => Exact::NONE,
        }
    }

    /// The message of a frame whose sum holds; `None` where the payload has not the shape that its command demands.
    pub(super) fn of_frame(command: [u8; COMMAND_BYTES], payload: &[u8]) -> Option<Self> {
        let command = Command(command);
        let payload = match command {
            _ if payload.is_empty() => Payload::Empty,
            Command::TRAINING_DATA => Payload::TrainingData(TrainingData::parse(payload)?),
            Command::POWER => Payload::Power(Decimal::parse(payload)?),
            Command::BINARY => not_kept(payload),
            _ => Text::new(payload).map_or_else(|| not_kept(payload), Payload::Short),
        };
        Some(Self::Frame { command, payload })
    }
}

impl TrainingData {
    fn parse(payload: &[u8]) -> Option<Self> {
        let mut fields = payload.split(|byte| *byte == SEPARATOR);
        let mut next = || fields.next().map(Decimal::parse);
        let seconds = next()?;
        let heart_rate = next()??;
        let speed = next()??;
        let slope = next()??;
        let distance = next()?;
        let cadence = next()??;
        let power = next()??;
        let data = Self {
            seconds,
            heart_rate,
            speed,
            slope,
            distance,
            cadence,
            power,
            physical_energy: next()?,
            real_energy: next()?,
            torque: next()?,
            gear_and_one: next()?,
            state: next()?,
            speed_status: next()?,
        };
        next().is_none().then_some(data)
    }

    fn write<'a>(&self, line: Writer<'a>) -> Writer<'a> {
        let fields = [
            self.seconds,
            Some(self.heart_rate),
            Some(self.speed),
            Some(self.slope),
            self.distance,
            Some(self.cadence),
            Some(self.power),
            self.physical_energy,
            self.real_energy,
            self.torque,
            self.gear_and_one,
            self.state,
            self.speed_status,
        ];
        let mut line = line;
        for (place, number) in fields.iter().enumerate() {
            if place > 0 {
                line = line.bytes(&[SEPARATOR]);
            }
            if let Some(number) = number {
                line = number.write(line);
            }
        }
        line
    }

    fn report(&self) -> Report<'static> {
        let whole = |number: &Decimal| number.whole_part();
        Report {
            heart_rate: field(whole(&self.heart_rate).and_then(BeatsPerMinute::new)),
            power: field(whole(&self.power).and_then(Watts::new)),
            cadence: field(whole(&self.cadence).and_then(RevolutionsPerMinute::new)),
            speed: field(MetresPerSecond::new(self.speed.value())),
            grade: field(PercentGrade::new(self.slope.value())),
            ..Report::named("training_data")
        }
    }

    fn exact(&self) -> Exact {
        let rate = self.heart_rate.whole_part().and_then(BeatsPerMinute::new);
        let beats = self.heart_rate.value();
        Exact {
            spo2_percent: None,
            heart_rate_bpm: unless_held(beats, rate.map(BeatsPerMinute::as_f64))
                .filter(|_| beats.abs() > 0.0),
            // The integer part of the power is what the sheet reports.
            power_watts: match self.power.whole_part() {
                Some(_) => None,
                None => Some(libm::trunc(self.power.value())),
            },
            cadence_rpm: beyond(self.cadence),
        }
    }
}

/// A number that its whole part does not hold.
fn beyond(number: Decimal) -> Option<f64> {
    unless_held(number.value(), number.whole_part().map(f64::from))
}

fn not_kept(payload: &[u8]) -> Payload {
    Payload::NotKept(u16::try_from(payload.len()).unwrap_or(u16::MAX))
}

fn field<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}

//! What the machine says, and how it is written.

use crate::vocabulary::{BeatsPerMinute, MetresPerSecond, RevolutionsPerMinute, Watts};
use crate::wire::{Field, NoRoom, Report};

use super::seven::{Kind, Seven, Value};
use super::{MACHINE_GREETING, MESSAGE_BYTES};

/// A message of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// `LinkUp`: the answer to the host's greeting.
    Greeting,
    /// Seven bytes: one value, and what comes with each.
    Telemetry(Telemetry),
}

/// Seven bytes of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telemetry {
    /// Three bytes of the pedalling analysis, meaning unknown.
    pub spin_scan: [u8; 3],
    /// Buttons of the handlebar unit.
    pub buttons: Buttons,
    /// What the value is.
    pub kind: Kind,
    /// The value, as sent.
    pub value: Value,
}

/// Buttons of the handlebar unit, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Buttons(u8);

/// What a value means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tidings {
    /// Kind 1: speed. A tenth that the source takes off by experience is taken off here too: 0.009 m/s a unit.
    Speed(MetresPerSecond),
    /// Kind 2: power; right only after the roller was calibrated warm.
    Power(Watts),
    /// Kind 3: heart rate; 0 is "none".
    HeartRate(Option<BeatsPerMinute>),
    /// Kind 6: cadence.
    Cadence(RevolutionsPerMinute),
    /// Kind 9: rolling resistance, in 1/256 pound of press-on force.
    RollingResistance(u16),
    /// Kind 11: which sensors are plugged in.
    Sensors {
        /// The cadence sensor.
        cadence: bool,
        /// The heart-rate sensor.
        heart_rate: bool,
    },
    /// A kind that is not known.
    Unknown,
}

impl Buttons {
    /// No button: what the worked examples send \[assumed\]. Bit 80 set means no button too.
    pub const NONE: Self = Self(0);

    /// The buttons of a byte as it is on the wire.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// The byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// Whether Reset is pressed.
    #[must_use]
    pub const fn reset(self) -> bool {
        self.0 & 0x01 != 0
    }

    /// Whether F1 is pressed.
    #[must_use]
    pub const fn f1(self) -> bool {
        self.0 & 0x02 != 0
    }

    /// Whether F2 is pressed.
    #[must_use]
    pub const fn f2(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// Whether F3 is pressed.
    #[must_use]
    pub const fn f3(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// Whether plus is pressed.
    #[must_use]
    pub const fn plus(self) -> bool {
        self.0 & 0x08 != 0
    }

    /// Whether minus is pressed.
    #[must_use]
    pub const fn minus(self) -> bool {
        self.0 & 0x20 != 0
    }
}

impl Telemetry {
    /// Speed, in units of 0.009 m/s.
    pub const SPEED: Kind = Kind::of_table(0x1);
    /// Power, in watts.
    pub const POWER: Kind = Kind::of_table(0x2);
    /// Heart rate, in the low byte.
    pub const HEART_RATE: Kind = Kind::of_table(0x3);
    /// Cadence, in the low byte.
    pub const CADENCE: Kind = Kind::of_table(0x6);
    /// Rolling resistance, in the low 11 bits.
    pub const ROLLING_RESISTANCE: Kind = Kind::of_table(0x9);
    /// Sensors, in bits 11 and 10.
    pub const SENSORS: Kind = Kind::of_table(0xB);

    /// A value with no button pressed and an empty pedalling analysis.
    #[must_use]
    pub const fn new(kind: Kind, value: Value) -> Self {
        Self {
            spin_scan: [0; 3],
            buttons: Buttons::NONE,
            kind,
            value,
        }
    }

    /// What the value means. Nothing is judged: 255 beats a minute and 4095 W are told as they came.
    #[must_use]
    pub fn tidings(&self) -> Tidings {
        let value = self.value.get();
        let low = u16::from(self.value.low_byte());
        let known = match self.kind {
            Self::SPEED => {
                MetresPerSecond::new(f64::from(value) * 9.0 / 1_000.0).map(Tidings::Speed)
            }
            Self::POWER => Watts::new(value).map(Tidings::Power),
            Self::HEART_RATE => Some(Tidings::HeartRate(BeatsPerMinute::new(low))),
            Self::CADENCE => RevolutionsPerMinute::new(low).map(Tidings::Cadence),
            Self::ROLLING_RESISTANCE => Some(Tidings::RollingResistance(value & 0x07FF)),
            Self::SENSORS => Some(Tidings::Sensors {
                cadence: value & 0x800 != 0,
                heart_rate: value & 0x400 != 0,
            }),
            _ => None,
        };
        known.unwrap_or(Tidings::Unknown)
    }

    pub(super) fn from_seven(seven: Seven) -> Self {
        let [a, b, c, buttons] = seven.data;
        Self {
            spin_scan: [a, b, c],
            buttons: Buttons(buttons),
            kind: seven.kind,
            value: seven.value,
        }
    }

    fn seven(self) -> Seven {
        let [a, b, c] = self.spin_scan;
        Seven {
            data: [a, b, c, self.buttons.0],
            kind: self.kind,
            value: self.value,
            is_of_host: false,
        }
    }
}

impl MachineMessage {
    /// The message as the machine sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`MESSAGE_BYTES`] always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        match self {
            Self::Greeting => write(buffer, &MACHINE_GREETING),
            Self::Telemetry(telemetry) => write(buffer, &telemetry.seven().to_bytes()),
        }
    }

    /// What is told in units; `None` for a message that carries no reading.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let Self::Telemetry(telemetry) = self else {
            return None;
        };
        Some(match telemetry.tidings() {
            Tidings::Speed(speed) => Report {
                speed: Field::Present(speed),
                ..Report::named("speed")
            },
            Tidings::Power(watts) => Report {
                power: Field::Present(watts),
                ..Report::named("power")
            },
            Tidings::HeartRate(rate) => Report {
                heart_rate: rate.map_or(Field::Missing, Field::Present),
                ..Report::named("heart_rate")
            },
            Tidings::Cadence(cadence) => Report {
                cadence: Field::Present(cadence),
                ..Report::named("cadence")
            },
            Tidings::RollingResistance(_) | Tidings::Sensors { .. } | Tidings::Unknown => {
                return None;
            }
        })
    }
}

/// Writes bytes to the begin of a buffer.
pub(super) fn write<'a>(buffer: &'a mut [u8], bytes: &[u8]) -> Result<&'a [u8], NoRoom> {
    debug_assert!(bytes.len() <= MESSAGE_BYTES + 2);
    let place = buffer.get_mut(..bytes.len()).ok_or(NoRoom)?;
    place.copy_from_slice(bytes);
    Ok(place)
}

//! Everything that a cockpit measures, in one answer.

use crate::vocabulary::{BeatsPerMinute, MetresPerSecond, RevolutionsPerMinute, Watts};
use crate::wire::{Field, Report};

use super::{Dialect, PowerStep};

/// The answer to `40`, as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunData {
    /// Program, 0 for power set by hand.
    pub program: u8,
    /// Person.
    pub person: u8,
    /// Whether somebody pedals.
    pub pedalling: Pedalling,
    /// Power; while nobody pedals it may still hold the target.
    pub power: PowerStep,
    /// Cadence a minute, 0..199.
    pub cadence_raw: u8,
    /// Speed in whole km/h, 0..99.
    pub speed_raw: u8,
    /// Distance in units of 100 m.
    pub distance_raw: u16,
    /// Time in seconds.
    pub seconds: u16,
    /// Energy \[recalled\], in a unit that is not known.
    pub energy_raw: u16,
    /// Heart rate a minute, 0..199, 0 for none.
    pub heart_rate_raw: u8,
    /// State of the pulse \[recalled\].
    pub pulse_state: u8,
    /// Gear.
    pub gear: u8,
    /// Energy or reserved; the old dialect has not got them.
    pub reserved: [u8; 2],
}

/// The pedalling byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pedalling(u8);

impl Pedalling {
    /// Nobody pedals.
    pub const NO: Self = Self(0);
    /// Somebody does.
    pub const YES: Self = Self(1);

    /// The byte as it is on the wire.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// The byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// Whether somebody pedals. Bit 7 may be set in either case; of the old dialect bit 0 alone counts.
    #[must_use]
    pub const fn is_on(self, dialect: Dialect) -> bool {
        let bits = match dialect {
            Dialect::Current => 0x7F,
            Dialect::Old => 0x01,
        };
        self.0 & bits != 0
    }
}

impl RunData {
    /// The 17 or 15 bytes behind code and address.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (
            [
                program,
                person,
                pedalling,
                power,
                cadence_raw,
                speed_raw,
                distance_low,
                distance_high,
                seconds_low,
                seconds_high,
                energy_low,
                energy_high,
                heart_rate_raw,
                pulse_state,
                gear,
            ],
            rest,
        ) = bytes.split_first_chunk::<15>()?;
        let reserved = match rest {
            [a, b, ..] => [*a, *b],
            _ => [0, 0],
        };
        Some(Self {
            program: *program,
            person: *person,
            pedalling: Pedalling(*pedalling),
            power: PowerStep::from_byte(*power),
            cadence_raw: *cadence_raw,
            speed_raw: *speed_raw,
            distance_raw: u16::from_le_bytes([*distance_low, *distance_high]),
            seconds: u16::from_le_bytes([*seconds_low, *seconds_high]),
            energy_raw: u16::from_le_bytes([*energy_low, *energy_high]),
            heart_rate_raw: *heart_rate_raw,
            pulse_state: *pulse_state,
            gear: *gear,
            reserved,
        })
    }

    /// The 17 bytes behind code and address, of which the old dialect has 15.
    pub(super) fn to_bytes(self) -> [u8; 17] {
        let [distance_low, distance_high] = self.distance_raw.to_le_bytes();
        let [seconds_low, seconds_high] = self.seconds.to_le_bytes();
        let [energy_low, energy_high] = self.energy_raw.to_le_bytes();
        let [a, b] = self.reserved;
        [
            self.program,
            self.person,
            self.pedalling.0,
            self.power.byte(),
            self.cadence_raw,
            self.speed_raw,
            distance_low,
            distance_high,
            seconds_low,
            seconds_high,
            energy_low,
            energy_high,
            self.heart_rate_raw,
            self.pulse_state,
            self.gear,
            a,
            b,
        ]
    }

    /// Power: none while nobody pedals, and none outside 25 to 800 W, whatever the byte says.
    #[must_use]
    pub fn power(&self, dialect: Dialect) -> Watts {
        let is_made = self.pedalling.is_on(dialect)
            && (PowerStep::LEAST..=PowerStep::MOST).contains(&self.power);
        is_made
            .then(|| Watts::new(self.power.watts()))
            .flatten()
            .unwrap_or(Watts::ZERO)
    }

    /// Cadence; `None` above 199, which is implausible.
    #[must_use]
    pub fn cadence(&self) -> Option<RevolutionsPerMinute> {
        up_to(199, self.cadence_raw).and_then(RevolutionsPerMinute::new)
    }

    /// Speed; `None` above 99 km/h, which is implausible.
    #[must_use]
    pub fn speed(&self) -> Option<MetresPerSecond> {
        let kilometres_per_hour = up_to(99, self.speed_raw)?;
        MetresPerSecond::from_kilometres_per_hour(kilometres_per_hour.into())
    }

    /// Heart rate; `None` for 0, the cockpit's "none", and above 199, which is implausible.
    #[must_use]
    pub fn heart_rate(&self) -> Option<BeatsPerMinute> {
        up_to(199, self.heart_rate_raw).and_then(BeatsPerMinute::new)
    }

    pub(super) fn report(&self, dialect: Dialect) -> Report<'static> {
        Report {
            heart_rate: field(self.heart_rate()),
            power: Field::Present(self.power(dialect)),
            cadence: field(self.cadence()),
            speed: field(self.speed()),
            ..Report::named("run_data")
        }
    }
}

fn up_to(most: u8, raw: u8) -> Option<u16> {
    (raw <= most).then_some(raw.into())
}

fn field<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}

//! What every virtual ergometer has in common: a brake that follows with its ramp and gives its load only to somebody who
//! pedals, the rider, and what has been done.

use std::time::Duration;

use protocols::ascii::ShortNumber;
use protocols::vocabulary::number::floor_to_u16;
use protocols::vocabulary::{MachineLoad, Timestamp, Watts};

use super::Body;
use super::console::Outbox;

/// What a sum of many small steps may be off by.
const LAST_BIT: f64 = 1e-6;
/// Watts of a kilopond at one revolution a minute: a flywheel's path of 6 m a turn (a public program's driver of Monark bikes).
const WATTS_PER_KILOPOND_AND_REVOLUTION: f64 = 0.98;

/// Brake, rider, work and line of one machine.
#[derive(Debug)]
pub(super) struct Works {
    now: Timestamp,
    pub(super) brake: Brake,
    pub(super) rider: Rider,
    pub(super) done: Done,
    pub(super) outbox: Outbox,
}

/// What the machine feels of its patient.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rider {
    /// Revolutions a minute; 0 when not pedalling.
    pub(super) cadence: f64,
    /// Beats a minute of the strap; 0 without contact.
    pub(super) heart_rate: u16,
}

/// What has been done since the counters were last cleared.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Done {
    /// Time with the crank turning.
    pub(super) time: Duration,
    /// Turns of the crank.
    pub(super) turns: f64,
    /// Work at the crank.
    pub(super) joules: f64,
}

/// How a brake holds somebody who pedals slowly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Grip {
    /// The whole load at any cadence above 0.
    Any,
    /// The whole load above so many revolutions a minute; nothing up to there, and from nothing again when they are passed.
    Above(f64),
    /// The whole load from so many revolutions a minute on, and in proportion below.
    InProportionBelow(f64),
}

/// A brake that follows what it is set to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brake {
    grip: Grip,
    /// How long it takes from any load to any other.
    ramp: Duration,
    target: Setting,
    /// In the target's own measure.
    actual: f64,
    /// In the target's own measure each second.
    rate: f64,
}

/// What a brake is set to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Setting {
    /// Watts whatever the cadence.
    Power(f64),
    /// Kilopond: power follows cadence.
    Force(f64),
}

impl Works {
    /// With a brake that does nothing yet.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            brake: Brake::new(Grip::Any, Duration::ZERO, 0.0),
            rider: Rider::default(),
            done: Done::default(),
            outbox: Outbox::default(),
        }
    }

    /// Power at the crank, in watts.
    pub(super) fn power(&self) -> f64 {
        self.brake.power(self.rider.cadence)
    }

    /// The same in whole watts, rounded down.
    pub(super) fn whole_watts(&self) -> u16 {
        whole(self.power())
    }

    pub(super) fn is_pedalled(&self) -> bool {
        self.rider.cadence > 0.0
    }

    /// What it does to its patient: a machine that is neither in use nor brakes more than `idle_watts` is at rest.
    pub(super) fn load(&self, in_use: bool, idle_watts: u16) -> Option<MachineLoad> {
        let watts = self.whole_watts();
        (in_use || watts > idle_watts).then_some(())?;
        Some(MachineLoad::Power(Watts::new(watts)?))
    }

    pub(super) fn feel(&mut self, body: &Body) {
        self.rider = Rider {
            cadence: if body.cadence.is_finite() {
                body.cadence.max(0.0)
            } else {
                0.0
            },
            heart_rate: if body.strap_contact {
                body.strap_heart_rate
            } else {
                0
            },
        };
    }

    pub(super) fn run_until(&mut self, now: Timestamp) {
        let passed = now.since(self.now);
        self.now = self.now.max(now);
        let before = self.power();
        let seconds = passed.as_secs_f64();
        self.brake.run(seconds, self.rider.cadence);
        if self.is_pedalled() {
            self.done.time += passed;
            self.done.turns += self.rider.cadence / 60.0 * seconds;
            self.done.joules += f64::midpoint(before, self.power()) * seconds;
        }
    }

    /// The brake lets go, and nothing is remembered.
    pub(super) fn lose_power(&mut self) {
        self.brake.let_go();
        self.done = Done::default();
    }
}

impl Done {
    /// Distance in metres, of a display that counts so many for each turn.
    pub(super) fn metres(&self, per_turn: f64) -> f64 {
        self.turns * per_turn
    }

    pub(super) fn kilojoules(&self) -> f64 {
        self.joules / 1_000.0
    }
}

impl Brake {
    /// A brake that holds so many watts from the beginning.
    pub(super) const fn new(grip: Grip, ramp: Duration, watts: f64) -> Self {
        Self {
            grip,
            ramp,
            target: Setting::Power(watts),
            actual: watts,
            rate: 0.0,
        }
    }

    /// Follow this from now on. The same again changes nothing: a host that repeats itself does not begin a ramp anew.
    pub(super) fn set(&mut self, target: Setting, cadence: f64) {
        if target == self.target {
            return;
        }
        let power = self.unhindered(cadence);
        self.actual = match (self.target, target) {
            (Setting::Power(_), Setting::Power(_)) | (Setting::Force(_), Setting::Force(_)) => {
                self.actual
            }
            (Setting::Force(_), Setting::Power(_)) => power,
            (Setting::Power(_), Setting::Force(_)) if cadence > 0.0 => {
                power / cadence / WATTS_PER_KILOPOND_AND_REVOLUTION
            }
            (Setting::Power(_), Setting::Force(_)) => 0.0,
        };
        self.target = target;
        let seconds = self.ramp.as_secs_f64();
        let way = (target.value() - self.actual).abs();
        self.rate = if seconds > 0.0 {
            way / seconds
        } else {
            f64::INFINITY
        };
    }

    /// No load from this moment on.
    pub(super) const fn let_go(&mut self) {
        self.target = Setting::Power(0.0);
        self.actual = 0.0;
        self.rate = 0.0;
    }

    /// What it is set to, in watts at this cadence.
    pub(super) fn target(&self, cadence: f64) -> f64 {
        self.target.watts(self.target.value(), cadence)
    }

    fn run(&mut self, seconds: f64, cadence: f64) {
        if let Grip::Above(least) = self.grip
            && cadence <= least
        {
            // It begins from nothing when it is pedalled again.
            self.actual = 0.0;
            let ramp = self.ramp.as_secs_f64();
            self.rate = if ramp > 0.0 {
                self.target.value() / ramp
            } else {
                f64::INFINITY
            };
            return;
        }
        let goal = self.target.value();
        let step = self.rate * seconds;
        if seconds > 0.0 {
            self.actual = if self.actual < goal {
                (self.actual + step).min(goal)
            } else {
                (self.actual - step).max(goal)
            };
        }
    }

    /// Power at the crank at this cadence, in watts.
    fn power(&self, cadence: f64) -> f64 {
        let whole = self.unhindered(cadence);
        match self.grip {
            _ if cadence <= 0.0 => 0.0,
            Grip::Above(least) if cadence <= least => 0.0,
            Grip::InProportionBelow(least) if cadence < least => whole * cadence / least,
            Grip::Any | Grip::Above(_) | Grip::InProportionBelow(_) => whole,
        }
    }

    fn unhindered(&self, cadence: f64) -> f64 {
        self.target.watts(self.actual, cadence)
    }
}

impl Setting {
    const fn value(self) -> f64 {
        match self {
            Self::Power(watts) => watts,
            Self::Force(kilopond) => kilopond,
        }
    }

    /// `value` in this measure as watts at a cadence.
    fn watts(self, value: f64, cadence: f64) -> f64 {
        match self {
            Self::Power(_) => value,
            Self::Force(_) => value * cadence * WATTS_PER_KILOPOND_AND_REVOLUTION,
        }
    }
}

/// A number that is not below nothing as a display shows it: whole, rounded down, with room for the last bit of a sum.
pub(super) fn whole(value: f64) -> u16 {
    floor_to_u16((value + LAST_BIT).min(u16::MAX.into())).unwrap_or(0)
}

/// The same in a byte, at most 255.
pub(super) fn whole_byte(value: f64) -> u8 {
    u8::try_from(whole(value)).unwrap_or(u8::MAX)
}

/// The same as text carries it, at most 9999.
pub(super) fn short_number(value: f64) -> ShortNumber {
    ShortNumber::new(whole(value)).unwrap_or(ShortNumber::MAX)
}

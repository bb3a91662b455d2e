//! Belt and elevation of a virtual treadmill that speaks one of Trackmaster's dialects: ramps, watchdog, and the ways to a stand.

use std::time::Duration;

use protocols::trackmaster::{BeltStatus, FourDigits, SpeedUnit};
use protocols::vocabulary::number::floor_to_u16;
use protocols::vocabulary::{MetresPerSecond, Timestamp};

/// Longest silence that a belt started with its watchdog goes on through.
const WATCHDOG: Duration = Duration::from_millis(500);
/// Slowest set speed of a start, in tenths of the unit.
pub(super) const MINIMUM_SPEED: u16 = 5;
/// Tenths of a per cent a second (assumed).
const ELEVATION_RAMP: f64 = 5.0;
/// Tenths of mph a second (assumed).
const MILES_RAMP: f64 = 5.0;
/// What a belt without power loses, with a patient on it, in tenths of mph a second (assumed).
const MILES_COASTING: f64 = 12.5;
/// Kilometres in a mile.
const KILOMETRES: f64 = 1.609_344;

/// What a sum of many small steps may be off by, in tenths.
const LAST_BIT: f64 = 1e-6;

/// What one make of treadmill takes, and how it comes to a stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) unit: SpeedUnit,
    /// Fastest, in tenths of the unit.
    pub(super) fastest: u16,
    /// Steepest, in tenths of a per cent.
    pub(super) steepest: u16,
    /// The elevation's step, in tenths of a per cent.
    pub(super) elevation_step: u16,
    /// Down to this speed, in tenths of the unit, an auto stop goes before it waits for the elevation.
    pub(super) auto_stop_waits_at: u16,
    /// Whether a host's silence takes the elevation away too.
    pub(super) silence_levels: bool,
}

/// What the belt is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Motion {
    Standing,
    Running,
    /// Speed and elevation go to their minimum, then it stops.
    AutoStopping,
    /// It slows to a stand whatever the elevation.
    Stopping,
    /// It has no power: it coasts to a stand, and the lift stays where it is.
    Coasting,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Belt {
    rules: Rules,
    motion: Motion,
    watched: bool,
    heard_at: Timestamp,
    moved_to: Timestamp,
    /// The watchdog fired, and nobody asked yet.
    has_fired: bool,
    is_set_backwards: bool,
    speed_set: u16,
    elevation_set: u16,
    /// Actual, in tenths of the unit, below nothing backwards.
    speed: f64,
    /// Actual, in tenths of a per cent.
    elevation: f64,
}

impl Belt {
    pub(super) const fn new(now: Timestamp, rules: Rules) -> Self {
        Self {
            rules,
            motion: Motion::Standing,
            watched: false,
            heard_at: now,
            moved_to: now,
            has_fired: false,
            is_set_backwards: false,
            speed_set: MINIMUM_SPEED,
            elevation_set: 0,
            speed: 0.0,
            elevation: 0.0,
        }
    }

    /// A complete known command or request came: the watchdog is fed.
    pub(super) const fn hear(&mut self, now: Timestamp) {
        self.heard_at = now;
    }

    /// Ramps up to `now`. Where the watchdog fires in between, it fires at its own instant.
    pub(super) fn move_on(&mut self, now: Timestamp) {
        let fires_at = self.heard_at + WATCHDOG;
        if self.watched && self.motion != Motion::Standing && now > fires_at {
            self.ramp_to(fires_at.max(self.moved_to));
            self.has_fired |= self.motion != Motion::Stopping;
            self.motion = Motion::Stopping;
            if self.rules.silence_levels {
                self.elevation_set = 0;
            }
        }
        self.ramp_to(now);
    }

    /// When the watchdog fires if nothing more is heard; [`Timestamp::NEVER`] where there is nothing to stop.
    pub(super) fn fires_at(&self) -> Timestamp {
        let moves = matches!(self.motion, Motion::Running | Motion::AutoStopping);
        if self.watched && moves {
            self.heard_at + WATCHDOG + Duration::from_nanos(1)
        } else {
            Timestamp::NEVER
        }
    }

    /// Whether the watchdog fired since this was last asked.
    pub(super) const fn has_fired(&mut self) -> bool {
        std::mem::replace(&mut self.has_fired, false)
    }

    /// A start while the belt runs only changes the watchdog (assumed).
    pub(super) fn start(&mut self, watched: bool) {
        self.watched = watched;
        if self.motion == Motion::Standing {
            self.motion = Motion::Running;
        }
    }

    /// The elevation stays.
    pub(super) fn stop(&mut self) {
        if self.motion != Motion::Standing {
            self.motion = Motion::Stopping;
        }
    }

    /// The drive lets go, the watchdog with it.
    pub(super) fn lose_power(&mut self) {
        self.watched = false;
        self.motion = Motion::Coasting;
    }

    pub(super) fn auto_stop(&mut self) {
        self.speed_set = self.speed_set.min(self.rules.auto_stop_waits_at);
        self.elevation_set = 0;
        if self.motion == Motion::Running {
            self.motion = Motion::AutoStopping;
        }
    }

    /// Both to their minimum; a speed that was set below it is not raised (assumed).
    pub(super) fn cool_down(&mut self) {
        self.speed_set = self.speed_set.min(MINIMUM_SPEED);
        self.elevation_set = 0;
    }

    /// `false` where the speed is above the machine's top. One below the minimum is taken as it is (assumed).
    pub(super) const fn set_speed(&mut self, tenths: u16, backwards: bool) -> bool {
        let taken = tenths <= self.rules.fastest;
        if taken {
            self.speed_set = tenths;
            self.is_set_backwards = backwards;
        }
        taken
    }

    /// `false` where the elevation is too steep or no step of the machine's.
    pub(super) const fn set_elevation(&mut self, tenths: FourDigits) -> bool {
        let is_step = tenths.get().is_multiple_of(self.rules.elevation_step);
        let taken = tenths.get() <= self.rules.steepest && is_step;
        if taken {
            self.elevation_set = tenths.get();
        }
        taken
    }

    pub(super) fn stands(&self) -> bool {
        match self.motion {
            Motion::Standing => true,
            Motion::Coasting => self.speed.abs() <= 0.0,
            Motion::Running | Motion::AutoStopping | Motion::Stopping => false,
        }
    }

    pub(super) const fn status(&self) -> BeltStatus {
        match (self.motion, self.watched) {
            (Motion::Standing | Motion::Coasting, _) => BeltStatus::Stopped,
            (Motion::Running | Motion::AutoStopping | Motion::Stopping, true) => {
                BeltStatus::RunningWatched
            }
            (Motion::Running | Motion::AutoStopping | Motion::Stopping, false) => {
                BeltStatus::RunningUnwatched
            }
        }
    }

    /// Whatever its direction.
    pub(super) fn speed(&self) -> FourDigits {
        rounded_down(self.speed.abs())
    }

    pub(super) fn runs_backwards(&self) -> bool {
        self.speed < 0.0
    }

    pub(super) fn elevation(&self) -> FourDigits {
        rounded_down(self.elevation)
    }

    pub(super) fn speed_set(&self) -> FourDigits {
        FourDigits::new(self.speed_set).unwrap_or(FourDigits::MAX)
    }

    pub(super) fn elevation_set(&self) -> FourDigits {
        FourDigits::new(self.elevation_set).unwrap_or(FourDigits::MAX)
    }

    pub(super) fn actual_speed(&self) -> Option<MetresPerSecond> {
        let per_tenth = self
            .rules
            .unit
            .metres_per_second(FourDigits::new(1)?)
            .map(MetresPerSecond::get)?;
        MetresPerSecond::new(self.speed * per_tenth)
    }

    pub(super) fn actual_elevation_percent(&self) -> f64 {
        self.elevation / 10.0
    }

    fn ramp_to(&mut self, instant: Timestamp) {
        let seconds = instant.since(self.moved_to).as_secs_f64();
        self.moved_to = self.moved_to.max(instant);
        if self.motion == Motion::Coasting {
            self.speed = towards(self.speed, 0.0, self.in_unit(MILES_COASTING) * seconds);
            return;
        }
        let goal = self.signed(self.speed_set);
        let before_stand = self.signed(self.speed_set.min(self.rules.auto_stop_waits_at));
        let elevation_left = (self.elevation - f64::from(self.elevation_set)).abs();
        self.elevation = towards(
            self.elevation,
            f64::from(self.elevation_set),
            ELEVATION_RAMP * seconds,
        );
        let step = self.speed_ramp() * seconds;
        match self.motion {
            Motion::Standing | Motion::Coasting => {}
            Motion::Running => self.speed = towards(self.speed, goal, step),
            Motion::Stopping => self.slow_to_a_stand(step),
            Motion::AutoStopping => {
                // Only what is left of the time once both are at their minimum goes into the last bit to the stand.
                let speed_takes = (self.speed - before_stand).abs() / self.speed_ramp();
                let takes = speed_takes.max(elevation_left / ELEVATION_RAMP);
                self.speed = towards(self.speed, before_stand, step);
                if seconds >= takes {
                    self.motion = Motion::Stopping;
                    self.slow_to_a_stand((seconds - takes) * self.speed_ramp());
                }
            }
        }
    }

    fn slow_to_a_stand(&mut self, step: f64) {
        self.speed = towards(self.speed, 0.0, step);
        if self.speed.abs() <= LAST_BIT {
            self.speed = 0.0;
            self.motion = Motion::Standing;
            self.speed_set = MINIMUM_SPEED;
            self.is_set_backwards = false;
        }
    }

    /// A speed in the direction that is set.
    fn signed(&self, tenths: u16) -> f64 {
        let speed = f64::from(tenths);
        if self.is_set_backwards { -speed } else { speed }
    }

    const fn speed_ramp(&self) -> f64 {
        self.in_unit(MILES_RAMP)
    }

    const fn in_unit(&self, miles: f64) -> f64 {
        match self.rules.unit {
            SpeedUnit::MilesPerHour => miles,
            SpeedUnit::KilometresPerHour => miles * KILOMETRES,
        }
    }
}

/// `from` moved towards `goal` by `step` at most.
fn towards(from: f64, goal: f64, step: f64) -> f64 {
    if from < goal {
        (from + step).min(goal)
    } else {
        (from - step).max(goal)
    }
}

/// To whole tenths, with room for the last bit of a sum.
fn rounded_down(tenths: f64) -> FourDigits {
    floor_to_u16(tenths + LAST_BIT)
        .and_then(FourDigits::new)
        .unwrap_or(FourDigits::ZERO)
}

//! Belt, brake and state of a virtual CSAFE machine, moved by time and by the patient.

use std::time::Duration;

use protocols::csafe::State;
use protocols::vocabulary::number::floor_to_u16;
use protocols::vocabulary::{MachineLoad, MetresPerSecond, PercentGrade, Timestamp, Watts};

use super::super::Body;
use super::model::CsafeModel;

/// Belt, in km/h each second \[assumed\].
const SPEED_RAMP: f64 = 0.5;
/// Grade, in per cent each second \[assumed\].
const GRADE_RAMP: f64 = 0.5;
/// What a belt without power loses, with a patient on it, in km/h each second \[assumed\].
const COASTING: f64 = 2.0;
/// Brake, in watts each second: from nothing to the greatest power, 400 W, in 3 s \[assumed\].
const POWER_RAMP: f64 = 400.0 / 3.0;
/// Without motion in use, until the machine pauses (Concept2's definition).
const PAUSE_AFTER: Duration = Duration::from_secs(6);
/// From paused to finished, and from finished to ready (Concept2's definition; the second is \[assumed\]).
const END_AFTER: Duration = Duration::from_secs(220);
/// From have-id to idle until `SETTIMEOUT` says otherwise (Concept2's default).
const ID_TIME_OUT: Duration = Duration::from_secs(10);
/// Metres that the bike's display counts for one turn of the crank \[assumed\].
const METRES_PER_TURN: f64 = 5.0;
/// Part of the patient's energy that reaches the crank \[assumed\].
const EFFICIENCY: f64 = 0.24;
/// Joules in a kilocalorie.
const JOULES_PER_KILOCALORIE: f64 = 4184.0;
/// Kilocalories that a treadmill's display counts for a metre \[assumed\].
const KILOCALORIES_PER_METRE: f64 = 0.06;
/// Strokes of a rower for one turn of the patient's crank \[assumed\]: 60 turns are 24 strokes.
const STROKES_PER_TURN: f64 = 0.4;
/// Watts of a rower for each stroke a minute \[assumed\].
const WATTS_PER_STROKE: f64 = 4.0;

/// What a machine is set to.
#[derive(Debug, Clone, Copy)]
pub(super) struct SetPoints {
    /// Tenths of km/h, 0 to 200.
    pub(super) speed: u16,
    /// Tenths of a per cent, 0 to 150.
    pub(super) grade: u16,
    /// Watts: 0, or 25 to 400.
    pub(super) power: u16,
}

impl SetPoints {
    /// At power-up and after a reset \[assumed\].
    const START: Self = Self {
        speed: 5,
        grade: 0,
        power: 25,
    };
}

/// What has been done since the exercise began.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Work {
    pub(super) time: Duration,
    pub(super) metres: f64,
    pub(super) kilocalories: f64,
}

/// The machine without its wire.
#[derive(Debug)]
pub(super) struct Mechanics {
    model: CsafeModel,
    state: State,
    state_since: Timestamp,
    now: Timestamp,
    last_motion: Timestamp,
    id_time_out: Duration,
    powered: bool,
    pub(super) set: SetPoints,
    speed: f64,
    grade: f64,
    brake: f64,
    cadence: f64,
    heart_rate: u8,
    work: Work,
    /// Metres of a whole life.
    odometer: f64,
}

impl Mechanics {
    pub(super) const fn new(model: CsafeModel) -> Self {
        Self {
            model,
            state: State::Ready,
            state_since: Timestamp::ZERO,
            now: Timestamp::ZERO,
            last_motion: Timestamp::ZERO,
            id_time_out: ID_TIME_OUT,
            powered: true,
            set: SetPoints::START,
            speed: 0.0,
            grade: 0.0,
            brake: 0.0,
            cadence: 0.0,
            heart_rate: 0,
            work: Work {
                time: Duration::ZERO,
                metres: 0.0,
                kilocalories: 0.0,
            },
            odometer: 0.0,
        }
    }

    pub(super) const fn state(&self) -> State {
        self.state
    }

    pub(super) const fn work(&self) -> Work {
        self.work
    }

    pub(super) const fn odometer_metres(&self) -> f64 {
        self.odometer
    }

    /// Of the belt, in km/h.
    pub(super) const fn speed(&self) -> f64 {
        self.speed
    }

    /// Of the belt, in per cent.
    pub(super) const fn grade(&self) -> f64 {
        self.grade
    }

    /// Beats a minute by the machine's own receiver; 0 is none.
    pub(super) const fn heart_rate(&self) -> u8 {
        self.heart_rate
    }

    /// Turns of the crank, or strokes, a minute.
    pub(super) fn cadence(&self) -> f64 {
        if self.model == CsafeModel::Concept2 {
            self.cadence * STROKES_PER_TURN
        } else {
            self.cadence
        }
    }

    /// Watts that the patient gives: the brake's where somebody pedals, nothing where nobody does.
    pub(super) fn power(&self) -> f64 {
        if self.model == CsafeModel::Concept2 {
            self.cadence() * WATTS_PER_STROKE
        } else if self.cadence > 0.0 {
            self.brake
        } else {
            0.0
        }
    }

    /// What the patient does now.
    pub(super) fn feel(&mut self, body: &Body) {
        self.cadence = if self.model.is_treadmill() {
            0.0
        } else {
            body.cadence.max(0.0)
        };
        let received = if body.strap_contact {
            body.strap_heart_rate
        } else {
            0
        };
        // 255 would read as "none".
        self.heart_rate = u8::try_from(received).unwrap_or(0).min(254);
    }

    pub(super) fn enter(&mut self, state: State) {
        if state == State::InUse {
            self.last_motion = self.now;
            if !matches!(self.state, State::InUse | State::Paused) {
                self.work = Work::default();
            }
        }
        if state != self.state {
            self.state = state;
            self.state_since = self.now;
        }
    }

    pub(super) fn reset(&mut self) {
        self.set = SetPoints::START;
        self.id_time_out = ID_TIME_OUT;
        self.enter(State::Ready);
    }

    /// Without power the brake lets go at once, the belt coasts, and the lift stays where it is; with power again everything
    /// is as just switched on \[assumed\].
    pub(super) fn set_power(&mut self, on: bool) {
        self.powered = on;
        self.brake = 0.0;
        self.reset();
        self.work = Work::default();
    }

    pub(super) const fn set_id_time_out(&mut self, after: Duration) {
        self.id_time_out = after;
    }

    /// Moves belt and brake, counts the work, and changes state where time or the patient ask for it.
    pub(super) fn run_until(&mut self, now: Timestamp) {
        let passed = now.since(self.now);
        self.now = self.now.max(now);
        let seconds = passed.as_secs_f64();
        if !self.powered {
            self.speed = toward(self.speed, 0.0, COASTING * seconds);
            return;
        }
        let (speed, grade, brake) = if self.state == State::InUse {
            let SetPoints {
                speed,
                grade,
                power,
            } = self.set;
            (
                f64::from(speed) / 10.0,
                f64::from(grade) / 10.0,
                f64::from(power),
            )
        } else {
            (0.0, 0.0, 0.0)
        };
        if self.model.is_treadmill() {
            self.speed = toward(self.speed, speed, SPEED_RAMP * seconds);
            self.grade = toward(self.grade, grade, GRADE_RAMP * seconds);
        } else if self.model != CsafeModel::Concept2 {
            self.brake = toward(self.brake, brake, POWER_RAMP * seconds);
        }
        if self.state == State::InUse {
            self.count_work(passed);
        }
        self.change_state();
    }

    fn count_work(&mut self, passed: Duration) {
        let seconds = passed.as_secs_f64();
        let (metres, kilocalories) = if self.model.is_treadmill() {
            let metres = self.speed / 3.6 * seconds;
            (metres, metres * KILOCALORIES_PER_METRE)
        } else {
            let metres = self.cadence / 60.0 * METRES_PER_TURN * seconds;
            let joules = self.power() * seconds / EFFICIENCY;
            (metres, joules / JOULES_PER_KILOCALORIE)
        };
        self.work.time += passed;
        self.work.metres += metres;
        self.work.kilocalories += kilocalories;
        self.odometer += metres;
    }

    fn change_state(&mut self) {
        let moves = if self.model.is_treadmill() {
            self.speed > 0.0
        } else {
            self.cadence > 0.0
        };
        if moves {
            self.last_motion = self.now;
        }
        let held = self.now.since(self.state_since);
        match self.state {
            State::HaveId if held >= self.id_time_out => self.enter(State::Idle),
            State::InUse if self.now.since(self.last_motion) >= PAUSE_AFTER => {
                self.enter(State::Paused);
            }
            State::Paused if moves && !self.model.is_treadmill() => self.enter(State::InUse),
            State::Paused if held >= END_AFTER => self.enter(State::Finished),
            State::Finished if held >= END_AFTER => self.enter(State::Ready),
            State::Error
            | State::Ready
            | State::Idle
            | State::HaveId
            | State::InUse
            | State::Paused
            | State::Finished
            | State::Manual
            | State::OffLine
            | State::Undefined(_) => {}
        }
    }

    /// What the patient has to do now; `None` for a machine at rest.
    pub(super) fn actual_load(&self) -> Option<MachineLoad> {
        // Nobody goes on turning the crank of a dead machine, and on a belt that stands the patient stands.
        (self.powered || self.speed > 0.0).then_some(())?;
        let in_use = self.state == State::InUse;
        if self.model.is_treadmill() {
            let moves = self.speed > 0.0 || self.grade > 0.0;
            (in_use || moves).then_some(())?;
            Some(MachineLoad::Belt {
                speed: MetresPerSecond::from_kilometres_per_hour(self.speed)?,
                grade: PercentGrade::new(self.grade)?,
            })
        } else {
            let power = self.power();
            (in_use || power > 0.0).then_some(())?;
            Some(MachineLoad::Power(Watts::new(floor_to_u16(power)?)?))
        }
    }
}

/// `from`, moved towards `to` by `most` at most.
fn toward(from: f64, to: f64, most: f64) -> f64 {
    if to > from {
        (from + most).min(to)
    } else {
        (from - most).max(to)
    }
}

//! How a bout runs its course: what time alone brings about, and what each phase begins with.

use core::time::Duration;

use protocols::vocabulary::{NetMets, Timestamp};

use super::{InHand, Load, Station};
use crate::controller::{
    Constant, Controller, Entering, Hand, HeartRateHeld, HeartRateInterval, Interval, Intervals,
    MetHeld,
};
use crate::input::{Device, LinkState};
use crate::outputs::Refusal;
use crate::phase::{Event, Exercise, Passage, Phase, Preparation};
use crate::prescription::{BoutSetup, Mode};
use crate::rules::LoadAct;
use crate::signals::Signals;
use crate::view::{Interlock, PhaseKind};

/// Rest is measured from this second of ready on (`rules.toml`, words).
pub(super) const REST_FROM: Duration = Duration::from_secs(20);

/// More readings than this make a mean of rest (`controllers.md` 3.2).
const REST_READINGS: u16 = 10;

/// The last seconds of warm-up that its mean is of, and more readings than so many make it (`controllers.md` 3.2).
const WARM_UP_SECONDS: u16 = 90;
const WARM_UP_READINGS: u16 = 20;

/// A person's word that it may begin holds so long past the least time of ready: whoever gave it still stands there (choice).
const CONFIRMATION_HOLDS: Duration = Duration::from_mins(2);

/// Seconds of conditioning that the cool-down load is a share of (`rules.toml`, words).
const COOL_DOWN_SECONDS: u16 = 60;
const COOL_DOWN_SHARE: f64 = 0.25;

/// A recovery watch goes on until the heart rate is within so many beats of rest (`safety.md` section 5) ...
const RECOVERED_WITHIN: f64 = 20.0;

/// ... but not longer than so many times its length: 15 min for one of 5.
const RECOVERY_AT_MOST: u32 = 3;

impl Station {
    /// What time alone brings about: a start that everything allows, the end of a warning, of a phase, of the watch.
    pub(super) fn follow_time(&mut self, now: Timestamp) {
        self.watch_steadiness(now);
        self.let_confirmation_lapse(now);
        let stretch = now.since(self.phase_since);
        let Some(bout) = self.bout.as_ref() else {
            return;
        };
        let due = match self.phase {
            Phase::Ready(_) => self
                .interlock(now)
                .is_clear()
                .then_some(Event::InterlockClear),
            Phase::Starting(_) => {
                (stretch >= bout.tuning.belt_warning).then_some(Event::WarningOver)
            }
            Phase::Exercise(exercise) => (exercise.before().saturating_add(stretch)
                >= length_of(exercise, bout))
            .then_some(Event::TimeOver),
            Phase::Recovery => {
                let over = stretch >= bout.tuning.recovery && self.is_recovered(now)
                    || stretch >= bout.tuning.recovery.saturating_mul(RECOVERY_AT_MOST);
                over.then_some(Event::TimeOver)
            }
            Phase::Idle | Phase::Finished | Phase::Paused { .. } | Phase::Stopped { .. } => None,
        };
        if let Some(event) = due {
            // Time's own events always have a meaning in the phase that made them.
            let _ = self.move_on(now, event);
        }
    }

    /// From one phase into another, if the event has a meaning now.
    pub(super) fn move_on(&mut self, now: Timestamp, event: Event) -> Result<(), Refusal> {
        let before = self.phase;
        let after = before.after(event, self.passage(now))?;
        if after == before {
            return Ok(());
        }
        if after.kind() == before.kind() {
            self.phase = after;
            return Ok(());
        }
        self.leave(now, before, after);
        let stretch = now.since(self.phase_since);
        self.phase = after;
        self.phase_since = now;
        self.begin_phase(now, before, stretch);
        Ok(())
    }

    pub(super) fn passage(&self, now: Timestamp) -> Passage {
        Passage {
            stretch: now.since(self.phase_since),
            belt: self.drive.is_belt(),
        }
    }

    /// What has to be kept of a phase that ends.
    fn leave(&mut self, now: Timestamp, before: Phase, after: Phase) {
        if before.kind() == PhaseKind::Ready && after.is_exercising() {
            self.resting_heart_rate = self.resting_mean(now);
            self.blood_pressure_due = self
                .bout
                .and_then(|bout| bout.prescription.blood_pressure_interval)
                .map(|interval| now + interval);
            self.cool_down_load = self.settled_cool_down_load();
        }
    }

    /// What a phase begins with, after so long of the one before.
    fn begin_phase(&mut self, now: Timestamp, before: Phase, stretch: Duration) {
        match self.phase {
            Phase::Exercise(exercise) => {
                let under_way = matches!(before, Phase::Exercise(_));
                if !under_way {
                    self.load.begin(now);
                }
                if let Phase::Exercise(Exercise::CoolDown { .. }) = before {
                    // What the ramp saved up in the cool-down is not had at once by whoever goes back: their beat may be due in this call.
                    self.load.rise = 0.0;
                }
                match exercise {
                    // After a cool-down that came early, its load is a share of the warm-up's again.
                    Exercise::WarmUp { .. } => self.cool_down_load = self.settled_cool_down_load(),
                    Exercise::Conditioning { .. } => self.begin_conditioning(now, stretch),
                    Exercise::CoolDown { .. } => {
                        self.load.beat_due = now;
                        if under_way {
                            // Whoever is under the cool-down's load when it begins stays there: it raises nothing.
                            let on = self.load.granted.max(self.least());
                            self.cool_down_load = self.cool_down_load.min(on);
                        }
                        if let InHand::Held(_) = self.hand {
                            self.hand = InHand::Free;
                        }
                    }
                }
            }
            Phase::Idle
            | Phase::Ready(_)
            | Phase::Starting(_)
            | Phase::Recovery
            | Phase::Finished
            | Phase::Paused { .. }
            | Phase::Stopped { .. } => {}
        }
    }

    /// The controller of conditioning: made at its first beginning, entered again at every other.
    fn begin_conditioning(&mut self, now: Timestamp, warmed_up: Duration) {
        let Some(bout) = self.bout else {
            return;
        };
        if let Mode::ByHand = bout.prescription.mode {
            // Where a person sets the load there is nothing else that a ceiling could hold back.
            let begins_with = bout.prescription.warm_up_load;
            self.hand = InHand::Held(match self.hand {
                InHand::Free => Hand::new(begins_with),
                InHand::Capped(ceiling) => Hand::new(ceiling.min(begins_with)),
                InHand::Held(hand) => hand,
            });
        }
        if self.controller.is_some() {
            self.reenter(now);
        } else {
            self.controller = Some(self.controller_for(&bout, now, warmed_up));
        }
    }

    fn controller_for(&self, bout: &BoutSetup, now: Timestamp, warmed_up: Duration) -> Controller {
        let prescription = &bout.prescription;
        let warm_up = Controller::Constant(Constant::new(prescription.warm_up_load));
        match prescription.mode {
            Mode::Constant { target } => Controller::Constant(Constant::new(target)),
            Mode::MetHeld { target } => Controller::Metabolic(MetHeld::new(target)),
            Mode::Interval {
                work,
                work_for,
                recovery,
                recovery_for,
                repeats,
            } => Controller::Interval(Interval::new(
                work,
                work_for,
                recovery,
                recovery_for,
                repeats,
            )),
            Mode::ByHand => warm_up,
            // Without a gain there is no mode of heart rate: the warm-up's load stays, and the rules go on.
            Mode::HeartRateHeld { target, .. } => HeartRateHeld::enter(
                &self.entering(bout, now, warmed_up, target),
            )
            .map_or(warm_up, |held| {
                let dead_band = prescription.holding.dead_band;
                Controller::HeartRate(held.with_dead_band(dead_band))
            }),
            Mode::HeartRateInterval {
                work,
                work_for,
                recovery,
                recovery_for,
                repeats,
                ..
            } => {
                let intervals = Intervals {
                    work,
                    work_for,
                    recovery,
                    recovery_for,
                    repeats,
                };
                let entering = self.entering(bout, now, warmed_up, work);
                HeartRateInterval::enter(&entering, &intervals)
                    .map_or(warm_up, Controller::HeartRateInterval)
            }
        }
    }

    /// What a mode of heart rate begins with (`controllers.md` 3.2).
    fn entering(
        &self,
        bout: &BoutSetup,
        now: Timestamp,
        warmed_up: Duration,
        target: f64,
    ) -> Entering {
        let (assessed_gain, assessed_rest) = bout.prescription.mode.assessed();
        let seconds = u16::try_from(warmed_up.as_secs()).unwrap_or(u16::MAX);
        let warm_up_mean = self
            .signals
            .heart_rate_mean(now, seconds.min(WARM_UP_SECONDS))
            .filter(|(_, count)| *count > WARM_UP_READINGS)
            .map(|(mean, _)| mean);
        Entering {
            target,
            assessed_gain,
            assessed_rest,
            rest: self.resting_heart_rate,
            warm_up_mean,
            warm_up_load: bout.prescription.warm_up_load.get(),
            applied: self.load.granted.get(),
            irregular: self.signals.is_irregular(),
            feed_forward: bout.tuning.feed_forward,
            plausibility_factor: bout.tuning.plausibility_factor,
            earlier: bout.earlier,
        }
    }

    /// The controller begins anew from the present heart rate and the load that is on.
    pub(super) fn reenter(&mut self, now: Timestamp) {
        let measured = measured_now(&self.signals, now);
        let granted = self.load.granted.max(self.least());
        if let Some(controller) = self.controller.as_mut() {
            controller.reenter(measured, granted);
        }
    }

    /// Mean of rest: trusted readings of the ready phase from second 20.
    fn resting_mean(&self, now: Timestamp) -> Option<f64> {
        let measured_for = now.since(self.phase_since).checked_sub(REST_FROM)?;
        let seconds = u16::try_from(measured_for.as_secs()).unwrap_or(u16::MAX);
        self.signals
            .heart_rate_mean(now, seconds.min(300))
            .filter(|(_, count)| *count > REST_READINGS)
            .map(|(mean, _)| mean)
    }

    /// A quarter of what was granted in the last minute of conditioning, before it of the warm-up load; not below what the machine
    /// can do.
    pub(super) fn settled_cool_down_load(&self) -> NetMets {
        let (Some(bout), Some(actuation)) = (self.bout.as_ref(), self.drive.actuation()) else {
            return NetMets::ZERO;
        };
        let conditioning = self.phase.kind() == PhaseKind::Conditioning;
        let of = if conditioning {
            self.history.mean(COOL_DOWN_SECONDS)
        } else {
            None
        };
        let of = of.unwrap_or(bout.prescription.warm_up_load.get());
        NetMets::new(COOL_DOWN_SHARE * of)
            .unwrap_or(NetMets::ZERO)
            .max(actuation.cool_down_least())
            .max(self.least())
            .min(bout.prescription.ceiling)
    }

    fn watch_steadiness(&mut self, now: Timestamp) {
        let trusted = self.is_trusted(now);
        if let Phase::Ready(preparation) = self.phase {
            let steady_since = trusted.then(|| preparation.steady_since.unwrap_or(now));
            self.phase = Phase::Ready(Preparation {
                steady_since,
                ..preparation
            });
        }
    }

    /// Nothing begins to move on a word of long ago, when at last a clip holds or a link answers.
    fn let_confirmation_lapse(&mut self, now: Timestamp) {
        let (Phase::Ready(preparation), Some(bout)) = (self.phase, self.bout.as_ref()) else {
            return;
        };
        let holds_from = self.phase_since + bout.tuning.ready_at_least;
        let confirmed = preparation
            .confirmed
            .filter(|confirmed| now.since(holds_from.max(*confirmed)) <= CONFIRMATION_HOLDS);
        self.phase = Phase::Ready(Preparation {
            confirmed,
            ..preparation
        });
    }

    /// What still keeps a bout from starting.
    pub(super) fn interlock(&self, now: Timestamp) -> Interlock {
        let (Phase::Ready(preparation), Some(bout)) = (self.phase, self.bout.as_ref()) else {
            return Interlock::default();
        };
        let steady = preparation
            .steady_since
            .is_some_and(|since| now.since(since) >= bout.tuning.steady_for);
        let measures_rest = bout.prescription.heart_rate_required;
        let long_enough = now.since(self.phase_since) >= bout.tuning.ready_at_least;
        let verdict = self.supervisor.verdict();
        // A belt starts only where it may walk on; an ergometer may wait without load.
        let least = if self.drive.is_belt() {
            LoadAct::Hold
        } else {
            LoadAct::Fall
        };
        Interlock {
            machine: self.signals.link(Device::Machine) != LinkState::Up,
            signals: !steady,
            rest: !long_enough || measures_rest && self.resting_mean(now).is_none(),
            door_check: !preparation.door_checked,
            confirmation: preparation.confirmed.is_none() || verdict.stop_latched,
            stop_circuit: self.stop_circuit_open,
            alarms: self.alarms.is_waiting() || self.fault,
            rules: verdict.act.is_some_and(|(act, _)| act >= least),
        }
    }

    /// Whether every signal that the prescription requires is fresh and trusted.
    pub(super) fn is_trusted(&self, now: Timestamp) -> bool {
        self.bout.as_ref().is_some_and(|bout| {
            let prescription = &bout.prescription;
            (!prescription.heart_rate_required || self.signals.heart_rate_trusted(now))
                && (!prescription.saturation_required || self.signals.saturation_trusted(now))
        })
    }

    fn is_recovered(&self, now: Timestamp) -> bool {
        match (self.signals.heart_rate(now), self.resting_heart_rate) {
            (Some(heart_rate), Some(rest)) => heart_rate <= rest + RECOVERED_WITHIN,
            (None, _) | (_, None) => true,
        }
    }
}

/// Mean of the trusted heart rates of the last 5 s, where there are 3 or more (`controllers.md` 3.3).
pub(super) fn measured_now(signals: &Signals, now: Timestamp) -> Option<f64> {
    signals
        .heart_rate_mean(now, 5)
        .filter(|(_, count)| *count >= 3)
        .map(|(mean, _)| mean)
}

/// How long a phase with load is.
pub(super) fn length_of(exercise: Exercise, bout: &BoutSetup) -> Duration {
    match exercise {
        Exercise::WarmUp { .. } => bout.prescription.warm_up,
        Exercise::Conditioning { .. } => bout.prescription.conditioning,
        Exercise::CoolDown { .. } => bout.prescription.cool_down,
    }
}

impl Load {
    /// No load, and nothing due.
    pub(super) const NOTHING: Self = Self {
        asked: NetMets::ZERO,
        short_of: None,
        waits: false,
        granted: NetMets::ZERO,
        binding: crate::view::Reason::Phase,
        held: crate::situation::Held::NOTHING,
        acting: crate::rules::RuleSet::EMPTY,
        beat_due: Timestamp::ZERO,
        rise: 0.0,
        ramp: 0.0,
        may_rise: false,
        fall: 0.0,
        counted_until: Timestamp::ZERO,
    };

    /// Load begins from nothing: the first beat is now, and the ramp has saved nothing up.
    const fn begin(&mut self, now: Timestamp) {
        self.beat_due = now;
        self.rise = 0.0;
        self.counted_until = now;
    }
}

#[cfg(test)]
mod tests;

//! What rules have to remember of a bout, beside the signals: its peak, its rest, its entries.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use crate::input::Entry;
use crate::rules::RuleId;
use crate::rules::machine::Follow;
use crate::signals::{DOUBTED_AFTER, KEPT, Signals, Source, Worth, second_of};
use crate::situation::Situation;
use crate::view::PhaseKind;

/// Blood pressures that are kept of a bout. Of more, one goes that no rule will ask for.
const PRESSURES: usize = 16;
/// Rest is what was read in ready from here on (`rules.toml`, words).
const REST_FROM: Duration = Duration::from_secs(20);

/// What rules remember.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Memory {
    pub(crate) follow: Follow,
    pub(crate) strap_lock: CadenceLock,
    pub(crate) pulse_lock: CadenceLock,
    peak: Option<(f64, Timestamp)>,
    exercise_ended: Option<Timestamp>,
    slow_recovery: bool,
    recovery_looks: u8,
    rest: Rest,
    pressures: [Option<Pressure>; PRESSURES],
    pub(crate) breaths: Option<u8>,
    pub(crate) unwatched_since: Option<Timestamp>,
    pub(crate) pain_is_gone: bool,
    pub(crate) fell: Option<Fell>,
    /// Until then the oximeter's pulse was known to be dead, or the pedals'.
    pub(crate) pulse_dead_until: Option<Timestamp>,
}

/// What a heart fell under that `hr-fall` tells of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fell {
    /// The heart rate, in beats a minute.
    pub(crate) limit: f64,
    /// The load that was on, in METs.
    pub(crate) load: f64,
}

/// A blood pressure, and the load that it was taken at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pressure {
    /// Systolic, in mmHg.
    pub(crate) systolic: u16,
    /// Pulse pressure, in mmHg.
    pub(crate) pulse: u16,
    /// The granted load, in METs.
    pub(crate) load: f64,
    /// Taken in ready.
    pub(crate) at_rest: bool,
}

impl Pressure {
    /// Whoever asks for the highest up to some load is told this one and never the other.
    fn outdoes(&self, other: &Self) -> bool {
        self.load <= other.load && self.systolic >= other.systolic && self.pulse >= other.pulse
    }
}

/// The mean saturation of the ready phase.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Rest {
    sum: f64,
    count: u16,
    second: u64,
}

impl Memory {
    pub(crate) const EMPTY: Self = Self {
        follow: Follow::STANDING,
        strap_lock: CadenceLock::NONE,
        pulse_lock: CadenceLock::NONE,
        peak: None,
        exercise_ended: None,
        slow_recovery: false,
        recovery_looks: 0,
        rest: Rest {
            sum: 0.0,
            count: 0,
            second: 0,
        },
        pressures: [None; PRESSURES],
        breaths: None,
        unwatched_since: None,
        pain_is_gone: false,
        fell: None,
        pulse_dead_until: None,
    };

    /// A new bout begins. What the machine was told, and that nobody watches, is of the house.
    pub(crate) const fn for_a_new_bout(&self) -> Self {
        Self {
            follow: self.follow,
            unwatched_since: self.unwatched_since,
            ..Self::EMPTY
        }
    }

    /// Time passes.
    pub(crate) fn pass(&mut self, situation: &Situation) {
        self.follow.advance(situation);
        let left_alone = situation.exercising && !situation.watched;
        self.unwatched_since = if left_alone {
            self.unwatched_since.or(Some(situation.now))
        } else {
            None
        };
    }

    /// The machine reported.
    pub(crate) fn note_report(&mut self, situation: &Situation, signals: &Signals) {
        self.note_cadence(situation.now, signals);
    }

    fn note_cadence(&mut self, now: Timestamp, signals: &Signals) {
        let (strap, pulse) = signals.worn();
        self.strap_lock.note(now, signals, strap);
        self.pulse_lock.note(now, signals, pulse);
    }

    /// A vital sign changed.
    pub(crate) fn note(&mut self, situation: &Situation, signals: &Signals) {
        let now = situation.now;
        self.note_cadence(now, signals);
        match situation.phase {
            PhaseKind::Ready => self.note_rest(situation, signals),
            PhaseKind::CoolDown | PhaseKind::Recovery => {
                self.exercise_ended.get_or_insert(situation.phase_since);
                self.note_peak(now, signals);
                self.note_recovery(now, signals);
            }
            PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::Conditioning
            | PhaseKind::Paused
            | PhaseKind::Stopped => self.note_peak(now, signals),
            PhaseKind::Idle | PhaseKind::Finished => {}
        }
        if situation.phase == PhaseKind::Conditioning {
            self.exercise_ended = None;
        }
    }

    /// A person entered something; the rules have looked at it.
    pub(crate) fn keep(&mut self, entry: Entry, situation: &Situation) {
        match entry {
            Entry::BloodPressure {
                systolic,
                diastolic,
                ..
            } => {
                self.keep_pressure(Pressure {
                    systolic: systolic.get(),
                    pulse: systolic.get().saturating_sub(diastolic.get()),
                    load: situation.granted.get(),
                    at_rest: situation.phase == PhaseKind::Ready,
                });
            }
            Entry::Breathing(breaths) => self.breaths = Some(breaths),
            Entry::Claudication(pain) => self.pain_is_gone = pain == 0,
            Entry::PerceivedExertion(_)
            | Entry::Dyspnoea(_)
            | Entry::Angina(_)
            | Entry::PoorPerfusion
            | Entry::Ectopy
            | Entry::Arrhythmia
            | Entry::Symptom
            | Entry::Glucose(_)
            | Entry::OxygenFlow(_) => {}
        }
    }

    /// The newest goes before the others, in the place of the one that goes.
    fn keep_pressure(&mut self, taken: Pressure) {
        let goes = self.pressure_that_goes(&taken);
        if let Some(until) = self.pressures.get_mut(..=goes) {
            until.rotate_right(1);
        }
        let [newest, ..] = &mut self.pressures;
        *newest = Some(taken);
    }

    /// A free place; else the oldest that another is above, or as high, at no more load, as rules ask for the highest at a lower load; else
    /// the oldest. The last one of rest stays.
    fn pressure_that_goes(&self, taken: &Pressure) -> usize {
        if let Some(free) = self.pressures.iter().position(Option::is_none) {
            return free;
        }
        let rest = self
            .pressures
            .iter()
            .position(|kept| !taken.at_rest && kept.is_some_and(|kept| kept.at_rest));
        let kept = || {
            let places = self.pressures.iter().enumerate().rev();
            places
                .filter(move |(place, _)| Some(*place) != rest)
                .filter_map(|(place, kept)| Some((place, kept.as_ref()?)))
        };
        let is_outdone = |place: usize, kept: &Pressure| {
            let outdoes = |(at, other): (usize, &Pressure)| at != place && other.outdoes(kept);
            taken.outdoes(kept) || self.pressures().enumerate().any(outdoes)
        };
        kept()
            .find(|(place, kept)| is_outdone(*place, kept))
            .or_else(|| kept().next())
            .map_or(0, |(place, _)| place)
    }

    /// The earlier blood pressures of this bout, the newest first.
    pub(crate) fn pressures(&self) -> impl Iterator<Item = &Pressure> {
        self.pressures.iter().flatten()
    }

    /// Mean saturation of ready from its second 20 on.
    pub(crate) fn resting_saturation(&self) -> Option<f64> {
        (self.rest.count != 0).then(|| self.rest.sum / f64::from(self.rest.count))
    }

    /// After the peak, heart rate fell by 12 or less in a minute, or by 22 or less in two.
    pub(crate) const fn recovery_is_slow(&self) -> bool {
        self.slow_recovery
    }

    fn note_rest(&mut self, situation: &Situation, signals: &Signals) {
        let Some(latest) = signals.saturation.latest else {
            return;
        };
        let second = second_of(latest.sent_at);
        let measured = latest.sent_at >= situation.phase_since + REST_FROM;
        let value = signals
            .saturation(situation.now)
            .filter(|_| measured && second > self.rest.second);
        if let (Some(value), Some(count)) = (value, self.rest.count.checked_add(1)) {
            self.rest = Rest {
                sum: self.rest.sum + value,
                count,
                second,
            };
        }
    }

    /// The highest 15 s mean of the bout.
    fn note_peak(&mut self, now: Timestamp, signals: &Signals) {
        let mean = signals
            .heart_rate(now)
            .and(signals.leading())
            .and_then(|source| source.bins.mean(source.bins.newest()?, 15));
        if let Some(mean) = mean
            && self.peak.is_none_or(|(highest, _)| mean > highest)
        {
            self.peak = Some((mean, now));
            self.recovery_looks = 0;
        }
    }

    /// One look a minute after the peak, and one after two: `hr-recovery`. The minute counts from the end of exercise, where the peak
    /// was before it.
    fn note_recovery(&mut self, now: Timestamp, signals: &Signals) {
        let (Some((peak, peak_at)), Some(ended)) = (self.peak, self.exercise_ended) else {
            return;
        };
        let lasts = now.since(peak_at.max(ended));
        let (minutes, enough) = match self.recovery_looks {
            0 => (1, 12.0),
            1 => (2, 22.0),
            _ => return,
        };
        if lasts < Duration::from_mins(minutes) {
            return;
        }
        let seconds = crate::rules::table::row(RuleId::HrRecovery).mean_s;
        let mean = signals
            .heart_rate(now)
            .and(signals.leading())
            .and_then(|source| source.bins.mean(source.bins.newest()?, seconds));
        if let Some(mean) = mean {
            self.recovery_looks += 1;
            // A look that comes long after its minute, because nothing was trusted then, tells nothing.
            if lasts < Duration::from_mins(minutes) + Duration::from_secs(15) {
                self.slow_recovery |= peak - mean <= enough;
            }
        }
    }
}

/// Whether the heart rate follows the cadence, as a sensor does that counts steps or turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CadenceLock {
    near: Option<bool>,
    /// Near since then.
    since: Option<Timestamp>,
    /// It was near before, until then.
    left_at: Option<Timestamp>,
    /// It was near shortly before it came near now.
    came_back: bool,
    suspicious: bool,
}

/// A heart rate that follows a change of cadence does so within this (`rules.toml`, `hr-cadence-lock`).
const FOLLOWS_WITHIN: Duration = Duration::from_secs(10);

impl CadenceLock {
    const NONE: Self = Self {
        near: None,
        since: None,
        left_at: None,
        came_back: false,
        suspicious: false,
    };

    /// Whether it is within 2 of the cadence or 3 of twice the cadence now.
    pub(crate) const fn is_near(&self) -> Option<bool> {
        self.near
    }

    /// For 20 s, after a change that it followed or a step that it began with.
    pub(crate) fn is_locked(&self, now: Timestamp) -> bool {
        self.suspicious
            && self
                .since
                .is_some_and(|since| now.since(since) >= Duration::from_secs(20))
    }

    fn note(&mut self, now: Timestamp, signals: &Signals, source: Option<&Source<KEPT>>) {
        let rate = source
            .and_then(|source| source.latest.map(|latest| (source, latest)))
            .filter(|(_, latest)| now.since(latest.sent_at) < DOUBTED_AFTER)
            .and_then(|(source, latest)| Some((source, latest.value.ok()?)));
        let cadence = signals
            .cadence
            .newest()
            .filter(|newest| newest.saturating_add(DOUBTED_AFTER.as_secs()) >= second_of(now));
        let (Some((source, rate)), Some(newest)) = (rate, cadence) else {
            *self = Self::NONE;
            return;
        };
        let Some((turns, _)) = signals.cadence.at(newest) else {
            return;
        };
        let near = turns > 0 && (rate.abs_diff(turns) <= 2 || rate.abs_diff(2 * turns) <= 3);
        if !near {
            if self.near == Some(true) {
                self.left_at = Some(now);
            }
            // The cadence and the number are not told in the same instant: a moment apart breaks nothing.
            let apart = self.left_at.map(|left_at| now.since(left_at));
            if apart.is_none_or(|apart| apart >= DOUBTED_AFTER) {
                self.since = None;
                self.suspicious = false;
            }
            self.near = Some(false);
            return;
        }
        if self.since.is_none() {
            self.since = Some(now);
            self.came_back = self
                .left_at
                .is_some_and(|left_at| now.since(left_at) <= FOLLOWS_WITHIN);
        }
        let lasts = self.since.map_or(Duration::ZERO, |since| now.since(since));
        let began_with_step = source
            .doubt
            .is_some_and(|doubt| doubt.rule == RuleId::HrStep)
            && lasts <= Duration::from_secs(1);
        self.near = Some(true);
        self.suspicious |= began_with_step || self.followed(newest, signals, source);
    }

    /// Whether the cadence changed by 5 or more within 10 s, and the heart rate was near before and after, and moved with it: one that stayed
    /// where it was while the pedals went and came back follows nobody.
    fn followed(&self, newest: u64, signals: &Signals, source: &Source<KEPT>) -> bool {
        let longest = FOLLOWS_WITHIN.as_secs() + 1;
        let seconds = match self.since {
            Some(since) if !self.came_back => {
                (newest + 1).saturating_sub(second_of(since)).min(longest)
            }
            Some(_) | None => longest,
        };
        let seconds = u16::try_from(seconds).unwrap_or_default();
        let turns = signals
            .cadence
            .range_before(newest.saturating_add(1), seconds, Worth::Trusted);
        let rates = source.bins.newest().and_then(|newest| {
            let bins = &source.bins;
            bins.range_before(newest.saturating_add(1), seconds, Worth::Heard)
        });
        turns.zip(rates).is_some_and(|(turns, rates)| {
            let changed = turns.1 - turns.0;
            // The cadence, or twice as much, whichever is nearer; half of the way and more is following.
            let times = rates.1.saturating_add(turns.1 / 2).checked_div(turns.1);
            let half = changed
                .saturating_mul(times.unwrap_or_default().clamp(1, 2))
                .div_ceil(2);
            changed >= 5 && rates.1 - rates.0 >= half
        })
    }
}

#[cfg(test)]
mod tests;

//! **I2**, and the answers to limits on heart rate and saturation: what the sensors said, judged the plain way.
//!
//! A value is good where its device does not doubt it and it lies in the range of people (30 to 220 a minute, 50 to 100 %). A rise
//! needs a good value of each required signal that is no older than 3 s, from any source, and none counts across a gap of the loop.
//! A station may well trust less than that; it may not trust more.
//!
//! Limits are judged where not a single good value, of any source, has lain on the right side of them for as long as the rule takes
//! its mean: then every mean is beyond the limit, however it is binned. After a value in doubt, or a step that a station may doubt,
//! it has to last longer: until trust is back and the mean with it.

use core::time::Duration;

use protocols::vocabulary::{Quality, Reading, Timestamp};

use crate::breach::{Invariant, Ledger};
use crate::call::{Pulse, Seen};
use crate::scene::Turn;

const HEART_RATES: core::ops::RangeInclusive<u16> = 30..=220;
const SATURATIONS: core::ops::RangeInclusive<u16> = 50..=100;
/// One value a second: a mean of so many seconds may begin so much earlier.
const ONE_BIN: Duration = Duration::from_secs(1);
/// And is half full after so long.
const HALF_A_MEAN: Duration = Duration::from_secs(3);
/// A change from one value of a source to its next that nobody can take for a step.
const STEADY: u16 = 2;

/// Both signals.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Signals {
    pub(crate) heart_rate: Track,
    pub(crate) saturation: Track,
    /// When the machine's newest report was sent.
    pub(crate) machine_newest: Option<Timestamp>,
}

/// One signal, whatever its sources.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Track {
    /// When the newest good value was sent; nothing since a gap of the loop.
    fresh: Option<Timestamp>,
    /// When a good value was last handed over.
    pub(crate) heard: Option<Timestamp>,
    /// When the newest value of any quality was sent.
    pub(crate) newest: Option<Timestamp>,
    /// Who said the last good value.
    speaker: Option<Pulse>,
    /// The last good values of strap, oximeter and machine.
    said: [Option<u16>; 3],
    /// When a value last came that a station may doubt, or came after a silence.
    unsteady: Option<Timestamp>,
    /// Since when every good value has been at the first limit or beyond.
    pub(crate) at_limit: Option<Timestamp>,
    /// The same for the second limit.
    pub(crate) at_stop: Option<Timestamp>,
    /// The same below the lower limit.
    pub(crate) at_low: Option<Timestamp>,
}

/// One value as a track takes it.
struct Heard {
    speaker: Option<Pulse>,
    sent_at: Timestamp,
    value: Option<u16>,
    quality: Option<Quality>,
    /// Whether a value lies at the first and at the second limit, or beyond.
    limits: (bool, bool),
    /// Whether it lies below the lower limit.
    low: bool,
}

impl Signals {
    /// Takes the input of a turn in.
    pub(crate) fn hear(&mut self, turn: &Turn<'_>) {
        let input = turn.call.input;
        if let Seen::HeartRate {
            source,
            reading,
            sent_at,
        } = input
        {
            self.hear_heart(turn, source, numbers(&reading), sent_at);
        } else if let Seen::Saturation { reading, sent_at } = input {
            self.hear_saturation(turn, numbers(&reading), sent_at);
        } else if let Seen::Machine { report, sent_at } = input {
            self.machine_newest = self.machine_newest.max(Some(sent_at));
            if let Some(rate) = report.heart_rate {
                let said = (Some(rate.get()), Some(Quality::Good));
                self.hear_heart(turn, Pulse::Machine, said, sent_at);
            }
        } else if input == Seen::LoopGap {
            self.heart_rate.fresh = None;
            self.saturation.fresh = None;
        }
    }

    fn hear_saturation(
        &mut self,
        turn: &Turn<'_>,
        (value, quality): (Option<u16>, Option<Quality>),
        sent_at: Timestamp,
    ) {
        let charter = turn.charter;
        let at_most = |most: u16| value.is_some_and(|value| value <= most);
        let floor = charter.saturation_floor.map(u16::from);
        let stop = u16::from(charter.saturation_stop);
        let heard = Heard {
            speaker: None,
            sent_at,
            value: value.filter(|value| SATURATIONS.contains(value)),
            quality,
            limits: (floor.is_some_and(at_most), at_most(stop.saturating_sub(1))),
            low: false,
        };
        self.saturation.hear(turn, &heard);
    }

    fn hear_heart(
        &mut self,
        turn: &Turn<'_>,
        source: Pulse,
        (value, quality): (Option<u16>, Option<Quality>),
        sent_at: Timestamp,
    ) {
        let charter = turn.charter;
        let reaches = |limit: Option<u16>| {
            limit.is_some_and(|limit| value.is_some_and(|value| value >= limit))
        };
        let heard = Heard {
            speaker: Some(source),
            sent_at,
            value: value.filter(|value| HEART_RATES.contains(value)),
            quality,
            limits: (
                reaches(charter.heart_rate_limit.map(u16::from)),
                reaches(charter.heart_rate_stop.map(u16::from)),
            ),
            low: charter
                .heart_rate_low
                .is_some_and(|low| value.is_some_and(|value| value < u16::from(low))),
        };
        self.heart_rate.hear(turn, &heard);
    }

    /// A rise of this turn, against the signals.
    pub(crate) fn judge(&self, turn: &Turn<'_>, ledger: &mut Ledger) {
        if !turn.rose() {
            return;
        }
        let (charter, times) = (turn.charter, &turn.charter.times);
        if charter.requires_heart_rate {
            self.heart_rate.judge_rise("heart rate", turn, ledger);
            let track = &self.heart_rate;
            let late = if track.is_steady(turn) {
                ONE_BIN
            } else {
                times.trust_returns.saturating_add(HALF_A_MEAN)
            };
            let at_limit = times.heart_rate_mean.saturating_add(late);
            let at_stop = times.heart_rate_stop_mean.saturating_add(late);
            if track.lasts(track.at_limit, at_limit, turn)
                || track.lasts(track.at_stop, at_stop, turn)
            {
                beyond("heart rate at its limit or above", turn, ledger);
            }
        }
        if charter.requires_saturation {
            self.saturation.judge_rise("saturation", turn, ledger);
            let track = &self.saturation;
            if track.lasts(track.at_limit, Duration::ZERO, turn)
                || track.lasts(track.at_stop, Duration::ZERO, turn)
            {
                beyond("saturation at its floor or below", turn, ledger);
            }
        }
    }
}

impl Track {
    fn hear(&mut self, turn: &Turn<'_>, heard: &Heard) {
        if heard.quality.is_some() {
            self.newest = self.newest.max(Some(heard.sent_at));
        }
        let good = heard.value.is_some()
            && matches!(
                heard.quality,
                Some(Quality::Good | Quality::MarginalPerfusion)
            );
        let before = self
            .said_by(heard.speaker)
            .replace(heard.value.unwrap_or_default());
        let stepped = heard
            .value
            .zip(before)
            .is_none_or(|(value, before)| value.abs_diff(before) > STEADY);
        if stepped || !self.is_heard(turn) {
            self.unsteady = Some(turn.now);
        }
        if !good {
            if self.speaker == heard.speaker {
                // The one that led is in doubt: rules that wait for trusted seconds wait.
                self.unsteady = Some(turn.now);
                self.within_limits();
            }
            return;
        }
        if !self.is_heard(turn) {
            self.within_limits();
        }
        self.fresh = self.fresh.max(Some(heard.sent_at));
        self.heard = Some(turn.now);
        self.speaker = heard.speaker;
        let sure = heard.quality == Some(Quality::Good);
        continue_or_end(&mut self.at_limit, heard.limits.0, sure, turn.now);
        continue_or_end(&mut self.at_stop, heard.limits.1, sure, turn.now);
        continue_or_end(&mut self.at_low, heard.low, sure, turn.now);
    }

    fn within_limits(&mut self) {
        (self.at_limit, self.at_stop, self.at_low) = (None, None, None);
    }

    fn said_by(&mut self, speaker: Option<Pulse>) -> &mut Option<u16> {
        let [strap, oximeter, machine] = &mut self.said;
        match speaker {
            Some(Pulse::Strap) | None => strap,
            Some(Pulse::Oximeter) => oximeter,
            Some(Pulse::Machine) => machine,
        }
    }

    /// Nothing came for long that a station may doubt: it trusts, and every mean is full.
    fn is_steady(&self, turn: &Turn<'_>) -> bool {
        let times = &turn.charter.times;
        let long = times.trust_returns.saturating_add(times.heart_rate_mean);
        self.unsteady
            .is_none_or(|unsteady| turn.now.since(unsteady) >= long)
    }

    fn is_heard(&self, turn: &Turn<'_>) -> bool {
        self.heard
            .is_some_and(|heard| turn.now.since(heard) <= turn.charter.times.no_rise_after)
    }

    /// Whether what began at `since` has lasted for so long, and is still heard.
    pub(crate) fn lasts(&self, since: Option<Timestamp>, long: Duration, turn: &Turn<'_>) -> bool {
        self.is_heard(turn) && since.is_some_and(|since| turn.now.since(since) >= long)
    }

    fn judge_rise(&self, name: &str, turn: &Turn<'_>, ledger: &mut Ledger) {
        let (times, grace) = (&turn.charter.times, turn.charter.allowances.grace);
        let limit = times.no_rise_after.saturating_add(grace);
        match self.fresh {
            None => ledger.write(
                Invariant::I2,
                turn.now,
                format_args!("a rise without any good {name}"),
            ),
            Some(sent_at) if turn.now.since(sent_at) > limit => {
                let age = turn.now.since(sent_at).as_secs_f64();
                ledger.write(
                    Invariant::I2,
                    turn.now,
                    format_args!("a rise on a {name} {age:.1} s old"),
                );
            }
            Some(_) => {}
        }
    }
}

fn continue_or_end(since: &mut Option<Timestamp>, beyond: bool, sure: bool, now: Timestamp) {
    if !beyond {
        *since = None;
    } else if sure && since.is_none() {
        *since = Some(now);
    }
}

fn beyond(what: &str, turn: &Turn<'_>, ledger: &mut Ledger) {
    ledger.write(
        Invariant::Answer,
        turn.now,
        format_args!("a rise with {what}"),
    );
}

fn numbers<T: Copy + Into<u16>>(reading: &Reading<T>) -> (Option<u16>, Option<Quality>) {
    match *reading {
        Reading::Value { value, quality } => (Some(value.into()), Some(quality)),
        Reading::Missing(_) => (None, None),
    }
}

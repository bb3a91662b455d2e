//! What the rules of entries say of the figures that hold, where some were corrected later: which alarms have lost their ground, and which
//! would have been raised.
//!
//! Promises: the conditions are those of `control`'s rules of entries, with its figures, over the same earlier pressures and the loads at which they were taken.
//! Deliberately absent: claudication, which asks for a rest and says no more.

use control::prescription::Prescription;
use control::rules::entry_limits::{
    ANGINA_ENDS, BREATHS, BREATHS_JUMP, DROPPED_BY, DYSPNOEA_ENDS, EXERTION_ENDS, HIGHER_MILLI,
    PRESSURE_REDUCES, PRESSURE_STOPS, RISEN_FROM_MILLI,
};
use control::rules::{LoadAct, RuleId};

use super::super::codes;
use super::super::entry::MeasurementKind;
use super::{Alarm, MeasurementRecord, SECOND_US, SessionRecord};
use crate::dashboard::words;

/// The load of a measurement is known as well as its last second tells it, while a ramp goes on: in thousandths of a MET.
const UNSURE_MILLI: i64 = 50;

/// The rules that look at what people enter.
const RULES: [RuleId; 9] = [
    RuleId::SbpHigh,
    RuleId::SbpHighTraining,
    RuleId::SbpDrop,
    RuleId::SbpNoRise,
    RuleId::PulsePressure,
    RuleId::RpeHigh,
    RuleId::DyspnoeaHigh,
    RuleId::Angina,
    RuleId::Breathing,
];

/// Whether something is so, as far as the record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// It is not.
    No,
    /// It may be.
    Maybe,
    /// It is.
    Yes,
}

impl Sure {
    fn at_least(value: i64, limit: u16) -> Self {
        let limit = i64::from(limit);
        if value >= limit + UNSURE_MILLI {
            Self::Yes
        } else if value > limit - UNSURE_MILLI {
            Self::Maybe
        } else {
            Self::No
        }
    }
}

/// What became of a rule by what was corrected.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejudged {
    /// The rule.
    pub rule: RuleId,
    /// What it says of the figures that hold.
    pub says: Says,
    /// What was corrected, in words.
    pub because: String,
}

/// What a rule says of the figures that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// The alarm of which this is the first event would not have been raised.
    Withdrawn {
        /// The event.
        alarm: i64,
    },
    /// It would have done this to the load.
    Does {
        /// The event.
        alarm: i64,
        /// What it would have done.
        act: LoadAct,
    },
    /// It would have been raised, and was not.
    Missed {
        /// What it would have done.
        act: LoadAct,
    },
    /// Whether it would have been raised cannot be told.
    NotKnown,
}

impl Rejudged {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        let (rule, because) = (self.rule, &self.because);
        match self.says {
            Says::Withdrawn { .. } => {
                format!("{rule} does not count: its figure was {because}")
            }
            Says::Does { act, .. } => {
                format!(
                    "{rule} counts as {}: its figure was {because}",
                    words::act(act)
                )
            }
            Says::Missed { .. } => format!("{rule} counts, though it was not raised: {because}"),
            Says::NotKnown => {
                format!("whether {rule} would have been raised is not known: {because}")
            }
        }
    }
}

/// A measurement of a bout as it was taken, or as it holds.
#[derive(Clone, Copy)]
struct Taken<'a> {
    first: &'a MeasurementRecord,
    figure: &'a MeasurementRecord,
    load_milli: Option<i64>,
}

impl SessionRecord {
    /// What corrections changed of what the rules of entries did, in the order of the rules.
    #[must_use]
    pub fn rejudged(&self) -> Vec<Rejudged> {
        if self.corrections.is_empty()
            && self.measurements_in_force().count() == self.measurements.len()
        {
            return Vec::new();
        }
        let alarms = self.alarms();
        let entered: Vec<Taken<'_>> = self.taken(|first| first).collect();
        let in_force: Vec<Taken<'_>> = self.taken(|first| self.in_force(first)).collect();
        RULES
            .into_iter()
            .flat_map(|rule| {
                let says = |all: &[Taken<'_>]| -> Vec<Option<(Sure, LoadAct)>> {
                    (0..all.len())
                        .map(|place| self.says(rule, all, place))
                        .collect()
                };
                of_rule(
                    rule,
                    &alarms,
                    &in_force,
                    (&says(&entered), &says(&in_force)),
                )
            })
            .collect()
    }

    fn taken<'a>(
        &'a self,
        figure: impl Fn(&'a MeasurementRecord) -> &'a MeasurementRecord,
    ) -> impl Iterator<Item = Taken<'a>> {
        self.as_first_taken().map(move |first| Taken {
            first,
            figure: figure(first),
            load_milli: self.load_at(first),
        })
    }

    /// The load that was let through when something was measured, in thousandths of a MET: that of the last second before; `None` where that
    /// is not in the record.
    fn load_at(&self, taken: &MeasurementRecord) -> Option<i64> {
        let bout = self.bouts.iter().find(|bout| bout.number == taken.bout)?;
        let before = bout
            .seconds
            .iter()
            .rev()
            .find(|second| second.t_us <= taken.t_us);
        before
            .filter(|second| taken.t_us - second.t_us <= 2 * SECOND_US)
            .map(|second| i64::from(second.granted_met_milli))
    }

    /// Whether a measurement was taken at a higher load than another.
    pub(super) fn is_at_higher_load(
        &self,
        taken: &MeasurementRecord,
        earlier: &MeasurementRecord,
    ) -> Sure {
        is_higher(self.load_at(taken), self.load_at(earlier))
    }

    /// What a rule says of one of the measurements, and what it then does; `None` where it says nothing of it.
    fn says(&self, rule: RuleId, all: &[Taken<'_>], place: usize) -> Option<(Sure, LoadAct)> {
        let taken = all.get(place)?;
        let mut earlier = all.get(..place)?.iter().filter(|earlier| {
            earlier.figure.kind == taken.figure.kind
                && self.are_of_one_memory(earlier.first.bout, taken.first.bout)
        });
        let bout = self
            .bouts
            .iter()
            .find(|bout| bout.number == taken.first.bout)?;
        let ordered = &bout.setup.as_ref()?.prescription;
        let kind: MeasurementKind = codes::read(&taken.figure.kind)?;
        let value = taken.figure.value;
        let says = match (kind, rule) {
            (MeasurementKind::BloodPressure, _) => {
                return of_pressure(rule, taken, earlier, ordered);
            }
            (MeasurementKind::PerceivedExertion, RuleId::RpeHigh) => over(
                value,
                ordered.exertion_upper,
                EXERTION_ENDS,
                LoadAct::CoolDown,
            ),
            (MeasurementKind::Dyspnoea, RuleId::DyspnoeaHigh) => over(
                value,
                ordered.dyspnoea_upper,
                DYSPNOEA_ENDS,
                LoadAct::CoolDown,
            ),
            (MeasurementKind::Angina, RuleId::Angina) => over(value, 0, ANGINA_ENDS, LoadAct::Stop),
            (MeasurementKind::Breathing, RuleId::Breathing) => {
                let jumped = earlier
                    .next_back()
                    .is_some_and(|before| value >= before.figure.value + i64::from(BREATHS_JUMP));
                (sure(value > i64::from(BREATHS) || jumped), LoadAct::Fall)
            }
            _ => return None,
        };
        Some(says)
    }

    /// Whether the core still knew in a bout what was entered in another: it goes on with what it knew when its gym was lost.
    pub(super) fn are_of_one_memory(&self, one: u16, other: u16) -> bool {
        one == other
            || self.orders().any(|bouts| {
                let has = |number| bouts.iter().any(|bout| bout.number == number);
                has(one) && has(other)
            })
    }

    /// The measurement that holds in the place of one.
    pub(super) fn in_force<'a>(&'a self, first: &'a MeasurementRecord) -> &'a MeasurementRecord {
        let mut holds = first;
        // A correction comes after what it corrects: this ends.
        while let Some(later) = self.corrected(holds).filter(|later| later.id > holds.id) {
            holds = later;
        }
        holds
    }
}

fn is_higher(load_milli: Option<i64>, before_milli: Option<i64>) -> Sure {
    match load_milli.zip(before_milli) {
        Some((load, before)) => Sure::at_least(load - before, HIGHER_MILLI),
        None => Sure::Maybe,
    }
}

const fn sure(known: bool) -> Sure {
    if known { Sure::Yes } else { Sure::No }
}

fn over(value: i64, upper: u8, ends: u8, act: LoadAct) -> (Sure, LoadAct) {
    let act = if value >= i64::from(ends) {
        act
    } else {
        LoadAct::Fall
    };
    (sure(value > i64::from(upper)), act)
}

fn of_pressure<'a, 'b: 'a>(
    rule: RuleId,
    taken: &Taken<'_>,
    earlier: impl Iterator<Item = &'a Taken<'b>>,
    ordered: &Prescription,
) -> Option<(Sure, LoadAct)> {
    let (systolic, diastolic) = taken.figure.pressure()?;
    let ends = if taken.figure.symptoms {
        LoadAct::Stop
    } else {
        LoadAct::CoolDown
    };
    let above = |(upper, lower): (u16, u16)| {
        sure(systolic > i64::from(upper) || diastolic > i64::from(lower))
    };
    if rule == RuleId::SbpHigh {
        let stops = (
            ordered.systolic_stop.min(PRESSURE_STOPS.0),
            ordered.diastolic_stop.min(PRESSURE_STOPS.1),
        );
        Some((above(stops), ends))
    } else if rule == RuleId::SbpHighTraining {
        Some((above(PRESSURE_REDUCES), LoadAct::Fall))
    } else if rule == RuleId::SbpDrop {
        let higher =
            earlier.filter(|before| systolic + i64::from(DROPPED_BY) < before.figure.value);
        let told = higher
            .map(|before| is_higher(taken.load_milli, before.load_milli))
            .max();
        Some((told.unwrap_or(Sure::No), ends))
    } else if rule == RuleId::SbpNoRise {
        let rest = earlier
            .filter(|before| before.first.phase == "ready")
            .last()?;
        let load = match taken.load_milli {
            Some(load) => Sure::at_least(load, RISEN_FROM_MILLI),
            None => Sure::Maybe,
        };
        let told = if systolic <= rest.figure.value {
            load
        } else {
            Sure::No
        };
        Some((told, LoadAct::Hold))
    } else if rule == RuleId::PulsePressure {
        let pulse = systolic - diastolic;
        let wider = earlier.filter(|before| {
            let before = before.figure.pressure();
            before.is_some_and(|(systolic, diastolic)| {
                pulse + i64::from(DROPPED_BY) <= systolic - diastolic
            })
        });
        let told = wider
            .map(|before| is_higher(taken.load_milli, before.load_milli))
            .max();
        Some((told.unwrap_or(Sure::No), LoadAct::Hold))
    } else {
        None
    }
}

impl Taken<'_> {
    fn is_of(&self, alarm: &Alarm<'_>) -> bool {
        alarm.first.bout == Some(self.first.bout)
            && (alarm.from_us..=alarm.to_us).contains(&self.first.t_us)
    }

    /// What of it was corrected, in words: the figure, or an earlier one.
    fn because(&self) -> String {
        let holds = self.figure.words();
        if self.figure.words() == self.first.words() {
            format!("{holds}, held against an earlier one that was corrected afterwards")
        } else {
            format!("corrected afterwards to {holds}")
        }
    }
}

/// What a rule says of each measurement, and what it then does.
type Told = [Option<(Sure, LoadAct)>];

/// As they were entered, and as they hold.
fn of_rule(
    rule: RuleId,
    alarms: &[Alarm<'_>],
    in_force: &[Taken<'_>],
    (entered, holds): (&Told, &Told),
) -> Vec<Rejudged> {
    let of_the_rule = || alarms.iter().filter(|alarm| alarm.rule() == rule.name());
    let hardest = |told: &Told, alarm: &Alarm<'_>| {
        let there = in_force.iter().zip(told);
        there
            .filter(|(taken, _)| taken.is_of(alarm))
            .filter_map(|(_, told)| told.filter(|(sure, _)| *sure != Sure::No))
            .map(|(_, act)| act)
            .max()
    };
    let of_alarm = |alarm: &Alarm<'_>| {
        let (was, is) = (hardest(entered, alarm)?, hardest(holds, alarm));
        let says = match is {
            None => Says::Withdrawn {
                alarm: alarm.first.id,
            },
            Some(act) if act != was => Says::Does {
                alarm: alarm.first.id,
                act,
            },
            Some(_) => return None,
        };
        let corrected = alarm
            .events()
            .rev()
            .find_map(|event| alarm.corrected(event));
        let because = corrected.map_or_else(
            || "corrected afterwards".to_owned(),
            |corrected| corrected.words(),
        );
        Some(Rejudged {
            rule,
            says,
            because,
        })
    };
    let missed = |((taken, was), is): ((&Taken<'_>, _), &Option<(Sure, LoadAct)>)| {
        let was: Option<(Sure, LoadAct)> = was;
        let was = was.map_or(Sure::No, |(sure, _)| sure);
        let says = match (was, (*is)?) {
            (Sure::No | Sure::Maybe, (Sure::Yes, act)) => Says::Missed { act },
            (Sure::No, (Sure::Maybe, _)) => Says::NotKnown,
            _ => return None,
        };
        let stands = of_the_rule().any(|alarm| taken.is_of(alarm));
        let because = taken.because();
        (!stands).then_some(Rejudged {
            rule,
            says,
            because,
        })
    };
    let by_alarm = of_the_rule().filter_map(of_alarm);
    let by_figure = in_force
        .iter()
        .zip(entered.iter().copied())
        .zip(holds)
        .filter_map(missed);
    by_alarm.chain(by_figure).collect()
}

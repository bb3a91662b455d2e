//! Figures that were corrected later, wherever an event tells of one: of what somebody entered, and of the alarm that this raised.
//!
//! Promises: an alarm that happened stays with the figure that made it; beside it stands what that was corrected to, and when.

use control::input::Action;
use control::rules::RuleId;
use control::rules::entry_limits::DROPPED_BY;
use control::rules::values::is_of_diastolic;
use serde::Serialize;

use super::super::codes;
use super::super::entry::MeasurementKind;
use super::super::observe::Figures;
use super::rejudged::Sure;
use super::{EventRecord, MeasurementRecord, SessionRecord};

/// What a figure was corrected to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrectedFigure {
    /// The measurement that holds.
    pub holds: MeasurementRecord,
    /// When it was corrected, in microseconds since 1970, UTC; `None` where the record does not tell.
    pub wall_us: Option<i64>,
    /// Whether it is not the figure that made the alarm, but an earlier one that this was held against.
    pub held_against: bool,
}

impl CorrectedFigure {
    /// In words: `corrected afterwards to blood pressure 124/78 mmHg`.
    #[must_use]
    pub fn words(&self) -> String {
        let what = if self.held_against {
            "held against an earlier one, "
        } else {
            ""
        };
        format!("{what}corrected afterwards to {}", self.holds.words())
    }

    /// The same with when, as its reader writes times.
    #[must_use]
    pub fn words_with(&self, when: impl FnOnce(i64) -> String) -> String {
        let at = self.wall_us.map(when);
        let at = at.map_or_else(String::new, |at| format!(", {at}"));
        format!("{}{at}", self.words())
    }

    /// What holds, in as few words as a column takes.
    #[must_use]
    pub fn value(&self) -> String {
        let what = if self.held_against {
            "the earlier one: "
        } else {
            ""
        };
        format!("{what}{}", self.holds.words())
    }
}

impl SessionRecord {
    /// What somebody entered by an operator's event, where it is a row of the measurements too.
    #[must_use]
    pub fn entered(&self, event: &EventRecord) -> Option<&MeasurementRecord> {
        if event.kind != "operator" {
            return None;
        }
        let Ok(Action::Enter(entry)) = serde_json::from_value(event.detail.clone()?) else {
            return None;
        };
        let figures = Figures::of(entry)?;
        self.as_first_taken()
            .filter(|taken| Some(taken.bout) == event.bout)
            .find(|taken| taken.t_us == event.t_us && taken.has(figures))
    }

    /// The measurement whose figure made an alarm's event: an alarm tells the worst that it saw, and that is the latest of such a figure.
    fn that_made(&self, event: &EventRecord) -> Option<&MeasurementRecord> {
        let rule = RuleId::from_name(event.rule.as_deref()?)?;
        let (value, limit) = event.value.zip(event.limit)?;
        let such: Vec<&MeasurementRecord> = self
            .as_first_taken()
            .filter(|taken| taken.t_us <= event.t_us)
            .filter(|taken| taken.held_by(rule, limit) == Some(value))
            .collect();
        // One that the same rule would have let pass at its load made nothing.
        let had_ground = |made: &&MeasurementRecord| {
            held_against(rule, limit).is_none_or(|earlier| {
                let there = self.earlier_than(made, (rule, limit), earlier);
                !there.is_empty()
            })
        };
        let mut latest = such.iter().rev().copied();
        latest.find(had_ground).or_else(|| such.last().copied())
    }

    /// The earlier measurement that the figure of an alarm's event was held against, where that was corrected later. Of several as high each
    /// alone would have made the limit: it has lost its ground where all were corrected.
    fn held_against(&self, event: &EventRecord) -> Option<&MeasurementRecord> {
        let rule = RuleId::from_name(event.rule.as_deref()?)?;
        let limit = event.limit?;
        let earlier = held_against(rule, limit)?;
        let there = self.earlier_than(self.that_made(event)?, (rule, limit), earlier);
        let all = there.iter().all(|taken| self.corrected(taken).is_some());
        there.last().copied().filter(|_| all)
    }

    /// The earlier measurements with that figure that a rule would hold one against: those at a lower load, or the last at rest. Where the load
    /// is not known to be lower of any, those of which it may be.
    fn earlier_than(
        &self,
        made: &MeasurementRecord,
        (rule, limit): (RuleId, f64),
        figure: f64,
    ) -> Vec<&MeasurementRecord> {
        let mut there = self
            .as_first_taken()
            .filter(|taken| taken.id < made.id && self.are_of_one_memory(taken.bout, made.bout))
            .filter(|taken| taken.kind == made.kind);
        if rule == RuleId::SbpNoRise {
            let rest = there.rfind(|taken| taken.phase == "ready");
            let rest = rest.filter(|taken| taken.held_by(rule, limit) == Some(figure));
            return rest.into_iter().collect();
        }
        let there: Vec<(Sure, &MeasurementRecord)> = there
            .filter(|taken| taken.held_by(rule, limit) == Some(figure))
            .map(|taken| (self.is_at_higher_load(made, taken), taken))
            .collect();
        let surest = there.iter().map(|(sure, _)| *sure).max();
        there
            .into_iter()
            .filter(|(sure, _)| *sure != Sure::No && Some(*sure) == surest)
            .map(|(_, taken)| taken)
            .collect()
    }

    pub(super) fn as_first_taken(&self) -> impl DoubleEndedIterator<Item = &MeasurementRecord> {
        self.measurements
            .iter()
            .filter(|taken| taken.replaces.is_none())
    }

    /// What holds where an event tells of a figure that was corrected later: somebody entered it, or it made an alarm.
    #[must_use]
    pub fn corrected_later(&self, event: &EventRecord) -> Option<CorrectedFigure> {
        let own = self.entered(event).or_else(|| self.that_made(event));
        let own = own.and_then(|taken| self.corrected(taken));
        let earlier = || {
            self.held_against(event)
                .and_then(|taken| self.corrected(taken))
        };
        let held_against = own.is_none();
        let holds = self.in_force(own.or_else(earlier)?);
        Some(CorrectedFigure {
            holds: holds.clone(),
            wall_us: self
                .correction(holds.id)
                .map(|correction| correction.wall_us),
            held_against,
        })
    }

    /// What an event of an entry says, with the value that holds.
    #[must_use]
    pub fn as_corrected(&self, event: &EventRecord) -> String {
        let own = self.entered(event);
        if own.is_some_and(|taken| self.in_force(taken).correction_is_lost) {
            return format!("{} (corrected, and what to cannot be read)", event.text);
        }
        self.corrected_later(event).map_or_else(
            || event.text.clone(),
            |corrected| format!("{} (a correction)", corrected.holds.words()),
        )
    }
}

/// The figure of the earlier measurement of which `control`'s rules of entries make their limit.
fn held_against(rule: RuleId, limit: f64) -> Option<f64> {
    if [RuleId::SbpDrop, RuleId::PulsePressure].contains(&rule) {
        Some(limit + f64::from(DROPPED_BY))
    } else {
        (rule == RuleId::SbpNoRise).then_some(limit)
    }
}

impl MeasurementRecord {
    fn has(&self, figures: Figures) -> bool {
        self.kind == codes::word(&figures.kind)
            && self.value == i64::from(figures.value)
            && self.second_value == figures.second_value.map(i64::from)
            && self.symptoms == figures.symptoms
    }

    /// The figure that a rule holds against this limit; `None` where the rule does not look at such a measurement.
    fn held_by(&self, rule: RuleId, limit: f64) -> Option<f64> {
        let kind: MeasurementKind = codes::read(&self.kind)?;
        let figure = match kind {
            MeasurementKind::BloodPressure => self.pressure_held_by(rule, limit),
            MeasurementKind::PerceivedExertion => (rule == RuleId::RpeHigh).then_some(self.value),
            MeasurementKind::Dyspnoea => (rule == RuleId::DyspnoeaHigh).then_some(self.value),
            MeasurementKind::Angina => (rule == RuleId::Angina).then_some(self.value),
            MeasurementKind::Claudication => (rule == RuleId::Claudication).then_some(self.value),
            MeasurementKind::Breathing => (rule == RuleId::Breathing).then_some(self.value),
            MeasurementKind::Glucose | MeasurementKind::OxygenFlow => None,
        };
        figure
            .and_then(|figure| i32::try_from(figure).ok())
            .map(f64::from)
    }

    fn pressure_held_by(&self, rule: RuleId, limit: f64) -> Option<i64> {
        let (systolic, diastolic) = self.pressure()?;
        if [RuleId::SbpHigh, RuleId::SbpHighTraining].contains(&rule) {
            Some(if is_of_diastolic(limit) {
                diastolic
            } else {
                systolic
            })
        } else if [RuleId::SbpDrop, RuleId::SbpNoRise].contains(&rule) {
            Some(systolic)
        } else {
            (rule == RuleId::PulsePressure).then(|| systolic.saturating_sub(diastolic))
        }
    }
}

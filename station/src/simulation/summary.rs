//! Many sessions in figures: means and centiles by condition and of all, as the sheet's tables have them.

use std::collections::BTreeMap;

use control::rules::{Priority, RuleId};
use control::view::PhaseKind;
use drivers::virtual_devices::patient::Condition;
use serde::Serialize;

use super::batch::Report;
use super::measures::mean;

/// Sums up reports as they come.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    sessions: Vec<One>,
    reached: Reached,
}

/// What all sessions came through: steps from phase to phase, and rules that told somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached {
    /// How often each step was taken.
    pub steps: BTreeMap<(PhaseKind, PhaseKind), u64>,
    /// How often each rule told somebody, or became more urgent.
    pub told: BTreeMap<RuleId, u64>,
    /// How many alarms each rule raised, by the most urgent that they became.
    pub alarms: BTreeMap<(RuleId, Priority), u64>,
}

/// What is kept of a session.
#[derive(Debug, Clone, Copy)]
struct One {
    condition: Condition,
    sound: bool,
    measures: Option<super::measures::Measures>,
    alarms: super::session::AlarmCounts,
    violations: usize,
    finished: bool,
    lasted_s: u32,
}

/// The whole run in figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// By condition, in the order of the reference cohort; those without a session are left out.
    pub by_condition: Vec<(Condition, Figures)>,
    /// All but atrial fibrillation, whose rhythm alone is 8 beats a minute of error.
    pub all_but_af: Figures,
    /// All.
    pub whole: Figures,
}

/// Figures of a group of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// How many.
    pub sessions: usize,
    /// In how many of them nothing was made to go wrong.
    pub sound: usize,
    /// How many never came to their end: they stood stopped or paused, and nobody could go on.
    pub unfinished: usize,
    /// How many have measures: they came to conditioning.
    pub measured: usize,
    /// See [`super::measures::Measures`].
    pub rmse_bpm: Option<Spread>,
    /// See [`super::measures::Measures`].
    pub rmse_mean_bpm: Option<Spread>,
    /// The mean of all.
    pub control_power_bpm2: Option<f64>,
    /// See [`super::measures::Measures`].
    pub overshoot_15s_bpm: Option<Spread>,
    /// See [`super::measures::Measures`].
    pub overshoot_mean_bpm: Option<Spread>,
    /// Of those that settled.
    pub settling_s: Option<Settling>,
    /// How many never settled.
    pub never_settled: usize,
    /// The mean of all.
    pub in_band_percent: Option<f64>,
    /// Alarms.
    pub alarms: Alarms,
    /// What should never be.
    pub violations: usize,
    /// How long all lasted, in seconds.
    pub seconds: u64,
}

/// Mean, 95th centile and greatest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// 95th centile.
    pub p95: f64,
    /// Greatest.
    pub worst: f64,
}

/// Settling times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settling {
    /// Median.
    pub median: f64,
    /// 90th centile.
    pub p90: f64,
}

/// Alarms, and how often they came in sound sessions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Alarms {
    /// High.
    pub high: u64,
    /// Medium.
    pub medium: u64,
    /// Low.
    pub low: u64,
    /// With nothing true behind them.
    #[serde(rename = "false")]
    pub untrue: u64,
    /// High ones in sound sessions.
    pub high_when_sound: u64,
    /// Medium ones an hour of sound sessions.
    pub medium_an_hour_when_sound: f64,
}

impl Gathered {
    /// What all sessions came through.
    #[must_use]
    pub const fn reached(&self) -> &Reached {
        &self.reached
    }

    /// Takes a report in.
    pub fn add(&mut self, report: &Report) {
        for step in &report.outcome.steps {
            let count = self.reached.steps.entry(*step).or_default();
            *count = count.saturating_add(1);
        }
        for told in &report.outcome.told {
            let count = self.reached.told.entry(told.rule).or_default();
            *count = count.saturating_add(1);
        }
        for alarm in &report.outcome.alarmed {
            let count = self.reached.alarms.entry(*alarm).or_default();
            *count = count.saturating_add(1);
        }
        self.sessions.push(One {
            condition: report.session.condition,
            sound: report.session.plan.faults.is_empty(),
            measures: report.outcome.measures,
            alarms: report.outcome.alarms,
            violations: report.violations.len(),
            finished: report.outcome.finished,
            lasted_s: report.outcome.lasted_s,
        });
    }

    /// Everything in figures.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            by_condition: Condition::ALL
                .into_iter()
                .map(|condition| (condition, self.figures(|one| one.condition == condition)))
                .filter(|(_, figures)| figures.sessions > 0)
                .collect(),
            all_but_af: self.figures(|one| one.condition != Condition::Af),
            whole: self.figures(|_| true),
        }
    }

    fn figures(&self, wanted: impl Fn(&One) -> bool) -> Figures {
        let group: Vec<&One> = self.sessions.iter().filter(|one| wanted(one)).collect();
        let measured: Vec<super::measures::Measures> =
            group.iter().filter_map(|one| one.measures).collect();
        let spread = |of: fn(&super::measures::Measures) -> f64| {
            Spread::of(measured.iter().map(of).collect())
        };
        let settled: Vec<f64> = measured
            .iter()
            .filter_map(|measures| measures.settling_s)
            .map(f64::from)
            .collect();
        let never_settled = measured.len().saturating_sub(settled.len());
        Figures {
            sessions: group.len(),
            sound: group.iter().filter(|one| one.sound).count(),
            unfinished: group.iter().filter(|one| !one.finished).count(),
            measured: measured.len(),
            rmse_bpm: spread(|measures| measures.rmse_bpm),
            rmse_mean_bpm: spread(|measures| measures.rmse_mean_bpm),
            control_power_bpm2: mean(measured.iter().map(|measures| measures.control_power_bpm2)),
            overshoot_15s_bpm: spread(|measures| measures.overshoot_15s_bpm),
            overshoot_mean_bpm: spread(|measures| measures.overshoot_mean_bpm),
            settling_s: Settling::of(settled),
            never_settled,
            in_band_percent: mean(measured.iter().map(|measures| measures.in_band_percent)),
            alarms: Alarms::of(&group),
            violations: group.iter().map(|one| one.violations).sum(),
            seconds: group.iter().map(|one| u64::from(one.lasted_s)).sum(),
        }
    }
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            mean: mean(values.iter().copied())?,
            p95: centile(&values, 0.95)?,
            worst: *values.last()?,
        })
    }
}

impl Settling {
    fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            median: centile(&values, 0.5)?,
            p90: centile(&values, 0.9)?,
        })
    }
}

impl Alarms {
    fn of(group: &[&One]) -> Self {
        let sum = |of: fn(&super::session::AlarmCounts) -> u32| {
            group.iter().map(|one| u64::from(of(&one.alarms))).sum()
        };
        let sound = || group.iter().filter(|one| one.sound);
        let hours = sound().map(|one| f64::from(one.lasted_s)).sum::<f64>() / 3_600.0;
        let medium: f64 = sound().map(|one| f64::from(one.alarms.medium)).sum();
        Self {
            high: sum(|alarms| alarms.high),
            medium: sum(|alarms| alarms.medium),
            low: sum(|alarms| alarms.low),
            untrue: sum(|alarms| alarms.untrue),
            high_when_sound: sound().map(|one| u64::from(one.alarms.high)).sum(),
            medium_an_hour_when_sound: if hours > 0.0 { medium / hours } else { 0.0 },
        }
    }
}

/// The centile of sorted values, between neighbours in proportion.
pub(super) fn centile(sorted: &[f64], part: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = part * f64::from(u32::try_from(last).ok()?);
    let below = sorted
        .iter()
        .zip(0_u32..)
        .take_while(|(_, index)| f64::from(*index) <= place)
        .last()?;
    let (value, index) = below;
    let next = sorted
        .get(usize::try_from(index).ok()?.saturating_add(1))
        .unwrap_or(value);
    Some(value + (next - value) * (place - f64::from(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centiles_lie_between_their_neighbours() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0];
        let parts =
            [0.0, 0.5, 0.95, 1.0].map(|part| centile(&values, part).map(|c| format!("{c:.2}")));
        assert_eq!(
            parts,
            ["1.00", "3.00", "4.80", "5.00"].map(|text| Some(text.to_owned()))
        );
        assert_eq!(centile(&[], 0.5), None);
    }
}

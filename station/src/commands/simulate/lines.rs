//! A run as JSON: one object a session, then the summary.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::simulation::batch::{Report, Violation};
use crate::simulation::fault::Fault;
use crate::simulation::summary::{Figures, Summary};

/// A session's line.
#[derive(Debug, Serialize)]
pub(super) struct Line<'r> {
    session: u32,
    id: &'r str,
    condition: &'static str,
    rmse_bpm: Option<f64>,
    rmse_mean_bpm: Option<f64>,
    control_power_bpm2: Option<f64>,
    overshoot_15s_bpm: Option<f64>,
    overshoot_mean_bpm: Option<f64>,
    settling_s: Option<u32>,
    in_band_percent: Option<f64>,
    finished: bool,
    alarms: Alarms,
    violations: &'r [Violation],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    shown_by: &'r [Fault],
}

#[derive(Debug, Serialize)]
struct Alarms {
    high: u32,
    medium: u32,
    low: u32,
    #[serde(rename = "false")]
    untrue: u32,
}

impl<'r> Line<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let measures = report.outcome.measures;
        let alarms = report.outcome.alarms;
        Self {
            session: report.session.number,
            id: &report.session.id,
            condition: report.session.condition.name(),
            rmse_bpm: measures.map(|measures| measures.rmse_bpm),
            rmse_mean_bpm: measures.map(|measures| measures.rmse_mean_bpm),
            control_power_bpm2: measures.map(|measures| measures.control_power_bpm2),
            overshoot_15s_bpm: measures.map(|measures| measures.overshoot_15s_bpm),
            overshoot_mean_bpm: measures.map(|measures| measures.overshoot_mean_bpm),
            settling_s: measures.and_then(|measures| measures.settling_s),
            in_band_percent: measures.map(|measures| measures.in_band_percent),
            finished: report.outcome.finished,
            alarms: Alarms {
                high: alarms.high,
                medium: alarms.medium,
                low: alarms.low,
                untrue: alarms.untrue,
            },
            violations: &report.violations,
            shown_by: &report.shown_by,
        }
    }
}

/// The last line.
#[derive(Debug, Serialize)]
pub(super) struct Last<'s> {
    summary: Sums<'s>,
}

#[derive(Debug, Serialize)]
struct Sums<'s> {
    by_condition: ByCondition<'s>,
    all_but_af: &'s Figures,
    whole: &'s Figures,
}

#[derive(Debug)]
struct ByCondition<'s>(&'s Summary);

impl<'s> Last<'s> {
    pub(super) const fn of(summary: &'s Summary) -> Self {
        Self {
            summary: Sums {
                by_condition: ByCondition(summary),
                all_but_af: &summary.all_but_af,
                whole: &summary.whole,
            },
        }
    }
}

impl Serialize for ByCondition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = &self.0.by_condition;
        let mut map = serializer.serialize_map(Some(all.len()))?;
        for (condition, figures) in all {
            map.serialize_entry(condition.name(), figures)?;
        }
        map.end()
    }
}

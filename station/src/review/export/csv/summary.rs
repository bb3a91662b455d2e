//! The columns of the summary: one row a session.

use protocols::vocabulary::MachineKind;

use super::Column;
use crate::records::codes;
use crate::records::session::BoutRecord;
use crate::review::export::Export;
use crate::review::export::telling::POOLED_AGE;

/// One row a session.
#[derive(Debug)]
pub(super) struct Summary<'a>(pub(super) &'a Export<'a>);

impl<'a> Summary<'a> {
    /// Its columns.
    pub(super) const COLUMNS: &'a [Column<Self>] = &[
        Column::text(
            "session",
            "its id; in disguise where de-identified",
            |row| Some(row.0.session.line.id.clone()),
        ),
        Column::text(
            "patient",
            "pseudonym; a random key where de-identified",
            |row| Some(row.0.session.line.patient.clone()),
        ),
        Column::text(
            "name",
            "the patient's, where --names asked for it and it is known",
            |row| row.0.identity.map(|identity| identity.name.clone()),
        ),
        Column::number(
            "age_years",
            "a",
            "full years when the session began, where known; 90 stands for 90 and more",
            |row| row.0.age.map(|years| years.min(POOLED_AGE).to_string()),
        ),
        Column::text("began_utc", "wall time", |row| {
            Some(row.0.session.line.began.clone())
        }),
        Column::text("ended_utc", "wall time; empty while it is open", |row| {
            row.0.session.line.ended.clone()
        }),
        Column::text("kind", "real or virtual", |row| {
            Some(row.0.session.line.kind.clone())
        }),
        Column::text("state", "open, ended or interrupted", |row| {
            Some(row.0.session.line.state.clone())
        }),
        Column::text(
            "end_reason",
            "completed, patient, staff, rule, gym-closed, interrupted",
            |row| row.0.session.line.end_reason.clone(),
        ),
        Column::text("end_rule", "the rule that ended it", |row| {
            row.0.session.line.end_rule.clone()
        }),
        Column::text("software", "what recorded it", |row| {
            Some(row.0.session.line.software.clone())
        }),
        Column::text(
            "imported",
            "whole where it was taken from another record as what was written and signed, altered where it was not that; empty where it was recorded here",
            |row| {
                let origin = row.0.session.line.imported.as_ref();
                origin.map(|origin| origin.word().to_owned())
            },
        ),
        Column::text("stations", "of its bouts, in order", |row| {
            Some(each(row.0, |bout| bout.station.to_string()))
        }),
        Column::text("machines", "of its bouts, in order", |row| {
            Some(each(row.0, |bout| codes::word(&bout.machine)))
        }),
        Column::text(
            "prescriptions",
            "id and version of each bout; without the id where de-identified",
            |row| {
                Some(each(row.0, |bout| {
                    format!("{} v{}", bout.prescription.id, bout.prescription.version)
                }))
            },
        ),
        Column::number(
            "total_min",
            "min",
            "to its end, or to the last that was recorded",
            |row| figure(Some(row.0.figures.total_min)),
        ),
        Column::number("warm_up_min", "min", "warm-up", |row| {
            figure(Some(row.0.figures.warm_up_min))
        }),
        Column::number("conditioning_min", "min", "conditioning", |row| {
            figure(Some(row.0.figures.conditioning_min))
        }),
        Column::number("cool_down_min", "min", "cool-down", |row| {
            figure(Some(row.0.figures.cool_down_min))
        }),
        Column::number(
            "paused_min",
            "min",
            "pauses and stops within the bouts",
            |row| figure(Some(row.0.figures.paused_min)),
        ),
        Column::number(
            "warm_up_unrecorded_min",
            "min",
            "how much of the warm-up was not recorded",
            |row| figure(Some(row.0.figures.unrecorded.warm_up_min)),
        ),
        Column::number(
            "conditioning_unrecorded_min",
            "min",
            "the same of conditioning",
            |row| figure(Some(row.0.figures.unrecorded.conditioning_min)),
        ),
        Column::number(
            "cool_down_unrecorded_min",
            "min",
            "the same of the cool-down",
            |row| figure(Some(row.0.figures.unrecorded.cool_down_min)),
        ),
        Column::number(
            "paused_unrecorded_min",
            "min",
            "the same of pauses and stops",
            |row| figure(Some(row.0.figures.unrecorded.paused_min)),
        ),
        Column::number(
            "hr_rest_bpm",
            "/min",
            "mean of the last 30 s before warm-up, of trusted values",
            |row| figure(row.0.figures.heart_rate.rest_bpm),
        ),
        Column::number(
            "hr_mean_bpm",
            "/min",
            "mean from warm-up to cool-down, of trusted values",
            |row| figure(row.0.figures.heart_rate.mean_bpm),
        ),
        Column::number(
            "hr_conditioning_mean_bpm",
            "/min",
            "mean of conditioning, of trusted values",
            |row| figure(row.0.figures.heart_rate.conditioning_mean_bpm),
        ),
        Column::number(
            "hr_peak_bpm",
            "/min",
            "highest mean of 5 s, of trusted values",
            |row| figure(row.0.figures.heart_rate.peak_bpm),
        ),
        Column::number(
            "hr_end_bpm",
            "/min",
            "mean of the last 5 s of exercise, of trusted values",
            |row| figure(row.0.figures.heart_rate.end_bpm),
        ),
        Column::number(
            "hr_after_1_min_bpm",
            "/min",
            "mean of 5 s around 1 min after exercise, of trusted values",
            |row| figure(row.0.figures.heart_rate.after_1_min_bpm),
        ),
        Column::number(
            "hr_after_2_min_bpm",
            "/min",
            "the same around 2 min, of trusted values",
            |row| figure(row.0.figures.heart_rate.after_2_min_bpm),
        ),
        Column::number(
            "hr_recovery_1_min_bpm",
            "/min",
            "by how much it fell within 1 min, of trusted values",
            |row| figure(row.0.figures.heart_rate.recovery_1_min_bpm),
        ),
        Column::number(
            "hr_reserve_mean_pct",
            "%",
            "share of the heart-rate reserve used in conditioning, mean, of trusted values",
            |row| figure(row.0.figures.heart_rate.reserve_mean_percent),
        ),
        Column::number(
            "hr_slope_bpm_per_w",
            "/min/W",
            "slope of heart rate against power, of trusted values; empty on a belt",
            |row| figure(slope(row.0, MachineKind::Cycle)),
        ),
        Column::number(
            "hr_slope_bpm_per_met",
            "/min/MET",
            "slope of heart rate against METs, of trusted values; on a belt",
            |row| figure(slope(row.0, MachineKind::Treadmill)),
        ),
        Column::number(
            "systolic_rest_mmhg",
            "mm[Hg]",
            "last before warm-up",
            |row| whole(row.0.figures.pressure.rest.map(|pressure| pressure.0)),
        ),
        Column::number("diastolic_rest_mmhg", "mm[Hg]", "with it", |row| {
            whole(row.0.figures.pressure.rest.map(|pressure| pressure.1))
        }),
        Column::number(
            "systolic_peak_mmhg",
            "mm[Hg]",
            "highest from warm-up to cool-down",
            |row| whole(row.0.figures.pressure.peak.map(|pressure| pressure.0)),
        ),
        Column::number("diastolic_peak_mmhg", "mm[Hg]", "with it", |row| {
            whole(row.0.figures.pressure.peak.map(|pressure| pressure.1))
        }),
        Column::number(
            "systolic_after_mmhg",
            "mm[Hg]",
            "last after exercise",
            |row| whole(row.0.figures.pressure.after.map(|pressure| pressure.0)),
        ),
        Column::number("diastolic_after_mmhg", "mm[Hg]", "with it", |row| {
            whole(row.0.figures.pressure.after.map(|pressure| pressure.1))
        }),
        Column::number(
            "rate_pressure_product_mmhg_per_min",
            "mm[Hg]/min",
            "highest of systolic times heart rate of the same minute",
            |row| figure(row.0.figures.pressure.rate_pressure_product),
        ),
        Column::number(
            "spo2_rest_pct",
            "%",
            "mean of the last 30 s before warm-up",
            |row| figure(row.0.figures.saturation.rest_percent),
        ),
        Column::number(
            "spo2_mean_pct",
            "%",
            "mean from warm-up to cool-down",
            |row| figure(row.0.figures.saturation.mean_percent),
        ),
        Column::number("spo2_nadir_pct", "%", "lowest that lasted 10 s", |row| {
            figure(row.0.figures.saturation.nadir_percent)
        }),
        Column::number(
            "spo2_end_pct",
            "%",
            "mean of the last 5 s of exercise",
            |row| figure(row.0.figures.saturation.end_percent),
        ),
        Column::number(
            "spo2_below_floor_min",
            "min",
            "below the prescription's floor",
            |row| figure(row.0.figures.saturation.below_floor_min),
        ),
        Column::number("spo2_floor_pct", "%", "the floor", |row| {
            figure(row.0.figures.saturation.floor_percent)
        }),
        Column::number("rpe_mean", "6 to 20", "mean of perceived exertion", |row| {
            figure(row.0.figures.scores.exertion_mean)
        }),
        Column::number("rpe_peak", "6 to 20", "highest", |row| {
            whole(row.0.figures.scores.exertion_peak)
        }),
        Column::number("dyspnoea_peak", "0 to 10", "highest", |row| {
            whole(row.0.figures.scores.dyspnoea_peak)
        }),
        Column::number("angina_peak", "0 to 4", "highest", |row| {
            whole(row.0.figures.scores.angina_peak)
        }),
        Column::number("claudication_peak", "0 to 4", "highest", |row| {
            whole(row.0.figures.scores.claudication_peak)
        }),
        Column::number(
            "power_mean_w",
            "W",
            "mean from warm-up to cool-down",
            |row| figure(row.0.figures.dose.power_mean_w),
        ),
        Column::number("power_peak_w", "W", "highest mean of 60 s", |row| {
            figure(row.0.figures.dose.power_peak_w)
        }),
        Column::number("speed_mean_kmh", "km/h", "mean", |row| {
            figure(row.0.figures.dose.speed_mean_kmh)
        }),
        Column::number("speed_peak_kmh", "km/h", "highest mean of 60 s", |row| {
            figure(row.0.figures.dose.speed_peak_kmh)
        }),
        Column::number("grade_mean_pct", "%", "mean", |row| {
            figure(row.0.figures.dose.grade_mean_percent)
        }),
        Column::number("grade_peak_pct", "%", "highest mean of 60 s", |row| {
            figure(row.0.figures.dose.grade_peak_percent)
        }),
        Column::number(
            "ceiling_mets",
            "MET",
            "the prescription's ceiling, rest included",
            |row| figure(row.0.figures.dose.ceiling_met),
        ),
        Column::number("work_kj", "kJ", "at the crank", |row| {
            figure(row.0.figures.dose.work_kj)
        }),
        Column::number("distance_m", "m", "of the belt", |row| {
            figure(row.0.figures.dose.distance_m)
        }),
        Column::number(
            "mets_mean",
            "MET",
            "rest included, by ACSM's equations on what the machine said",
            |row| figure(row.0.figures.dose.met_mean),
        ),
        Column::number("mets_peak", "MET", "highest mean of 60 s", |row| {
            figure(row.0.figures.dose.met_peak)
        }),
        Column::number("met_minutes", "MET min", "rest included", |row| {
            figure(row.0.figures.dose.met_minutes)
        }),
        Column::number(
            "energy_kcal",
            "kcal",
            "METs x 3.5 x kg / 200 a minute",
            |row| figure(row.0.figures.dose.energy_kcal),
        ),
        Column::number(
            "load_reported_pct",
            "%",
            "share of exercise of which the machine reported its load; work, way, METs and energy are of these seconds alone",
            |row| figure(row.0.figures.dose.reported_percent),
        ),
        Column::number(
            "equation_holds_pct",
            "%",
            "share of seconds whose load lies where the equation holds",
            |row| figure(row.0.figures.dose.equation_holds_percent),
        ),
        Column::number("mass_kg", "kg", "weight that was used", |row| {
            figure(row.0.figures.dose.mass_kg)
        }),
        Column::number(
            "zone_lower_bpm",
            "/min",
            "lower end at the end of conditioning",
            |row| figure(row.0.figures.zone.as_ref().map(|zone| zone.lower_bpm)),
        ),
        Column::number("zone_upper_bpm", "/min", "upper end", |row| {
            figure(row.0.figures.zone.as_ref().map(|zone| zone.upper_bpm))
        }),
        Column::number(
            "zone_below_min",
            "min",
            "of conditioning below, heart rate trusted",
            |row| figure(row.0.figures.zone.as_ref().map(|zone| zone.below_min)),
        ),
        Column::number("zone_in_min", "min", "within", |row| {
            figure(row.0.figures.zone.as_ref().map(|zone| zone.in_min))
        }),
        Column::number("zone_above_min", "min", "above", |row| {
            figure(row.0.figures.zone.as_ref().map(|zone| zone.above_min))
        }),
        Column::number("zone_in_pct", "%", "share within", |row| {
            figure(row.0.figures.zone.as_ref().map(|zone| zone.in_percent))
        }),
        Column::number(
            "completed_pct",
            "%",
            "share of the ordered minutes that were exercised",
            |row| figure(row.0.figures.completed_percent),
        ),
        Column::number(
            "completed_recorded_pct",
            "%",
            "the same of the seconds that were recorded",
            |row| figure(row.0.figures.completed_recorded_percent),
        ),
        Column::number(
            "ordered_work_pct",
            "%",
            "share of the ordered load of conditioning, over its ordered minutes, that was let through; empty where no load was ordered",
            |row| figure(row.0.figures.ordered_work_percent),
        ),
        Column::number(
            "hr_cover_pct",
            "%",
            "share of conditioning with a trusted heart rate; empty where none was required",
            |row| figure(row.0.figures.heart_rate_cover_percent),
        ),
        Column::number(
            "spo2_cover_pct",
            "%",
            "share of conditioning with a trusted saturation; empty where no oximeter was worn",
            |row| figure(row.0.figures.spo2_cover_percent),
        ),
        Column::text(
            "alarms",
            "rule, how often, and the longest in seconds, as far as it was recorded",
            |row| Some(alarms(row.0)),
        ),
        Column::number("alarms_acknowledged", "", "by a person", |row| {
            Some(row.0.figures.acknowledged.to_string())
        }),
        Column::number("acknowledged_median_s", "s", "until that", |row| {
            figure(row.0.figures.acknowledged_median_s)
        }),
        Column::text(
            "held_back",
            "what held the load back, in seconds of conditioning",
            |row| Some(held_back(row.0)),
        ),
        Column::number(
            "recorded_s",
            "s",
            "seconds of bouts that are in samples.csv: sums and shares are of these alone",
            |row| {
                let (recorded, _) = row.0.session.recorded_and_missing_s();
                Some(recorded.to_string())
            },
        ),
        Column::number(
            "missing_s",
            "s",
            "seconds of bouts and between them that were not recorded or are lost: in no figure",
            |row| {
                let (_, missing) = row.0.session.recorded_and_missing_s();
                Some(missing.to_string())
            },
        ),
        Column::number(
            "gaps",
            "",
            "rows of gaps.csv: what was not recorded, is lost, or was altered",
            |row| Some((row.0.session.gaps.len() + row.0.damaged.len()).to_string()),
        ),
        Column::text(
            "signature",
            "not signed, signed, or signed and how many notes and corrections came since",
            |row| Some(row.0.session.signature_state().to_string()),
        ),
    ];
}

/// The slope of heart rate, of a session on that kind of machine.
fn slope(export: &Export<'_>, machine: MachineKind) -> Option<f64> {
    let mut bouts = export.session.bouts.iter();
    export
        .figures
        .heart_rate
        .slope
        .filter(|_| bouts.all(|bout| bout.machine == machine))
}

/// A figure to the thousandth, without zeros at its end.
fn figure(value: Option<f64>) -> Option<String> {
    value.filter(|value| value.is_finite()).map(|value| {
        let text = format!("{value:.3}");
        let short = text.trim_end_matches('0').trim_end_matches('.');
        if short == "-0" { "0" } else { short }.to_owned()
    })
}

fn whole(value: Option<i64>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// Something of each bout.
fn each(export: &Export<'_>, of: impl Fn(&BoutRecord) -> String) -> String {
    let all: Vec<String> = export.session.bouts.iter().map(of).collect();
    all.join("; ")
}

fn alarms(export: &Export<'_>) -> String {
    let all: Vec<String> = export
        .figures
        .alarms
        .iter()
        .map(|count| format!("{} {} {:.0} s", count.rule, count.count, count.longest_s))
        .collect();
    all.join("; ")
}

fn held_back(export: &Export<'_>) -> String {
    let all: Vec<String> = export
        .figures
        .held_back_s
        .iter()
        .map(|(reason, seconds)| format!("{reason} {seconds} s"))
        .collect();
    all.join("; ")
}

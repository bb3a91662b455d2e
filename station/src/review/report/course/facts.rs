//! What each session says to the rules of progression.

use control::prescription::Mode;
use control::rules::LoadAct;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::visit::Visit;
use crate::clinic::ordered::{Medicines, Ordered};
use crate::clinic::progression::Facts;
use crate::records::archive::seconds;
use crate::records::session::Alarm;
use crate::review::export::span::has_oximeter;

const DAY_S: f64 = 86_400.0;

/// Days since 1970 of a wall time.
pub(super) fn day(wall_us: i64) -> f64 {
    seconds(wall_us) / DAY_S
}

/// What a session says.
pub(super) fn of(visit: &Visit, zone: &TimeZone) -> Facts {
    let (record, figures) = (&visit.record, &visit.figures);
    let setups = || record.bouts.iter().filter_map(|bout| bout.setup.as_ref());
    let ordered_zone = |setup: &control::prescription::BoutSetup| {
        setup
            .prescription
            .heart_rate
            .is_some_and(|limits| limits.zone.is_some())
    };
    let alarms = record.alarms();
    let (stop_rules, reduce_rules) =
        alarms
            .iter()
            .map(Alarm::hardest)
            .fold((0, 0), |(stop, reduce), act| match act {
                Some(LoadAct::CoolDown | LoadAct::ZeroWait | LoadAct::Stop) => (stop + 1, reduce),
                Some(LoadAct::Fall) => (stop, reduce + 1),
                Some(LoadAct::Hold) | None => (stop, reduce),
            });
    let held = setups().any(|setup| {
        matches!(
            setup.prescription.mode,
            Mode::HeartRateHeld { .. } | Mode::HeartRateInterval { .. }
        )
    });
    let middle = figures
        .zone
        .as_ref()
        .map(|zone| f64::midpoint(zone.lower_bpm, zone.upper_bpm));
    let mean = figures.heart_rate.conditioning_mean_bpm;
    let conditioning: f64 = setups()
        .map(|setup| setup.prescription.conditioning.as_secs_f64() / 60.0)
        .sum();
    Facts {
        completed_percent: figures.completed_percent,
        in_zone_percent: figures.zone.as_ref().map(|zone| zone.in_percent),
        zone_ordered: setups().any(ordered_zone),
        exertion: figures.scores.exertion_peak,
        dyspnoea: figures.scores.dyspnoea_peak,
        in_lower_half: mean
            .zip(middle)
            .filter(|_| !held)
            .map(|(mean, middle)| mean <= middle),
        heart_rate_held: held,
        stop_rules,
        reduce_rules,
        over_floor: figures
            .saturation
            .nadir_percent
            .zip(figures.saturation.floor_percent)
            .map(|(nadir, floor)| nadir - floor),
        oximeter: record.bouts.iter().any(has_oximeter),
        pressure_normal: figures
            .pressure
            .peak
            .map(|_| !alarms.iter().any(|alarm| alarm.rule().starts_with("sbp-"))),
        medicines_same: medicines_same(visit, zone),
        rest_bpm: figures.heart_rate.rest_bpm,
        mass_kg: figures.dose.mass_kg,
        day: day(record.line.began_wall_micros),
        conditioning_min: (conditioning > 0.0).then_some(conditioning),
    }
}

/// Whether the prescription says that nothing changed from the session on.
fn medicines_same(visit: &Visit, zone: &TimeZone) -> Option<bool> {
    let text = &visit.record.bouts.last()?.prescription.text;
    match Ordered::read(text).medicines? {
        Medicines::None => Some(true),
        Medicines::Taken(changed) => {
            let changed: Date = changed?.parse().ok()?;
            let wall_us = visit.record.line.began_wall_micros;
            let at = jiff::Timestamp::from_microsecond(wall_us).ok()?;
            Some(changed <= zone.to_datetime(at).date())
        }
    }
}

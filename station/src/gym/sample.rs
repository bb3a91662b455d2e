//! What a second of a bout looked like, in whole numbers for the record.

use control::view::VitalView;
use protocols::vocabulary::number::{floor_to_u16, floor_to_u32};
use protocols::vocabulary::{MachineLoad, MachineReport, Timestamp};

use super::bay::Bay;
use crate::records::{BoutId, MachineFigures, Sample};

/// A second of a bout, from the core's view of it.
pub(super) fn sample_of(
    now: Timestamp,
    bay: &Bay,
    bout: BoutId,
    zone: Option<(f64, f64)>,
) -> Sample {
    let view = bay.core.view();
    let report = view.machine.map(|(report, _)| report);
    Sample {
        bout,
        at: now,
        phase: view.phase,
        heart_rate_bpm: rounded(view.heart_rate.value),
        heart_rate_source: view.heart_rate.source,
        heart_rate_trust: view.heart_rate.trust,
        heart_rate_age_ms: age_ms(&view.heart_rate, now),
        pulse_bpm: rounded(view.pulse.value),
        spo2_percent: rounded(view.saturation.value).and_then(|value| u8::try_from(value).ok()),
        spo2_trust: view.saturation.trust,
        target_heart_rate_bpm: rounded(view.target_heart_rate),
        zone_bpm: zone.and_then(|(low, high)| Some((rounded(Some(low))?, rounded(Some(high))?))),
        proposed_met_milli: floor_to_u32(view.proposed.get() * 1_000.0).unwrap_or(0),
        granted_met_milli: floor_to_u32(view.granted.get() * 1_000.0).unwrap_or(0),
        reason: view.reason,
        by_hand: view.by_hand,
        told: view
            .told
            .as_ref()
            .map_or_else(MachineFigures::default, told),
        reported: report
            .as_ref()
            .map_or_else(MachineFigures::default, reported),
        cadence_rpm: report
            .and_then(|report| report.cadence)
            .map(protocols::vocabulary::RevolutionsPerMinute::get),
    }
}

fn rounded(value: Option<f64>) -> Option<u16> {
    value.and_then(|value| floor_to_u16(value + 0.5))
}

fn age_ms(vital: &VitalView, now: Timestamp) -> Option<u32> {
    vital
        .age(now)
        .map(|age| u32::try_from(age.as_millis()).unwrap_or(u32::MAX))
}

fn told(load: &MachineLoad) -> MachineFigures {
    match load {
        MachineLoad::Power(watts) => MachineFigures {
            power_w: Some(watts.get()),
            ..MachineFigures::default()
        },
        MachineLoad::Belt { speed, grade } => MachineFigures {
            power_w: None,
            speed_mm_s: thousandths(speed.get()),
            grade_permille: thousandths(grade.get() / 100.0),
        },
    }
}

fn reported(report: &MachineReport) -> MachineFigures {
    MachineFigures {
        power_w: report.power.map(protocols::vocabulary::Watts::get),
        speed_mm_s: report.speed.and_then(|speed| thousandths(speed.get())),
        grade_permille: report
            .grade
            .and_then(|grade| thousandths(grade.get() / 100.0)),
    }
}

/// To the nearest thousandth, of either sign.
fn thousandths(value: f64) -> Option<i32> {
    let whole = i32::try_from(floor_to_u32(value.abs() * 1_000.0 + 0.5)?).ok()?;
    Some(if value < 0.0 { -whole } else { whole })
}

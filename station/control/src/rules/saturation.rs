//! Conditions of saturation.

use protocols::vocabulary::Quality;

use super::RuleId;
use super::facts::{Facts, Judged};
use crate::signals::DOUBTED_AFTER;

/// The saturation as the rule looks at it; `None` where it is not trusted or too few seconds of the mean are.
fn saturation(id: RuleId, facts: &Facts<'_>) -> Option<f64> {
    let value = facts.signals.saturation(facts.now)?;
    match facts.mean_seconds(id) {
        0 => Some(value),
        seconds => {
            let bins = &facts.signals.saturation.bins;
            bins.mean(bins.newest()?, seconds)
        }
    }
}

/// The highest that the rule saw in the last `window` seconds, now included.
fn highest(id: RuleId, facts: &Facts<'_>, window: u16) -> Option<f64> {
    let bins = &facts.signals.saturation.bins;
    bins.highest_mean(facts.mean_seconds(id).max(1), window)
}

pub(super) fn floor(facts: &Facts<'_>) -> Option<Judged> {
    let value = saturation(RuleId::Spo2Floor, facts)?;
    let floor = facts.bout.prescription.saturation_floor;
    Some(Judged::of(value <= floor, value, floor).clears_when(value >= floor + 2.0))
}

pub(super) fn falling(facts: &Facts<'_>) -> Option<Judged> {
    let value = saturation(RuleId::Spo2Falling, facts)?;
    let falls = highest(RuleId::Spo2Falling, facts, 10)? - value > 1.0;
    let near = facts.bout.prescription.saturation_floor + 3.0;
    Some(Judged::of(value < near && falls, value, near).clears_when(!falls))
}

pub(super) fn critical(facts: &Facts<'_>) -> Option<Judged> {
    let value = saturation(RuleId::Spo2Critical, facts)?;
    let limit = facts.bout.prescription.saturation_floor - 4.0;
    let plunges = highest(RuleId::Spo2Critical, facts, 60)? - value >= 6.0;
    Some(Judged::of(value <= limit || plunges, value, limit))
}

pub(super) fn stop(facts: &Facts<'_>) -> Option<Judged> {
    let value = saturation(RuleId::Spo2Stop, facts)?;
    Some(Judged::of(value < 80.0, value, 80.0))
}

pub(super) fn below_rest(facts: &Facts<'_>) -> Option<Judged> {
    let Some(rest) = facts.memory.resting_saturation() else {
        return Some(Judged::OFF);
    };
    let value = saturation(RuleId::Spo2Fall, facts)?;
    Some(Judged::of(rest - value >= 4.0, value, rest - 4.0))
}

pub(super) fn lost(facts: &Facts<'_>) -> Judged {
    if !facts.bout.prescription.saturation_required {
        return Judged::OFF;
    }
    let since = facts
        .signals
        .saturation_trusted_at()
        .unwrap_or(facts.situation.phase_since);
    Judged::that(!facts.signals.saturation_trusted(facts.now)).true_since(since)
}

/// A flag of the oximeter, or no value. Silence is `spo2-lost`'s.
pub(super) fn weak_pulse(facts: &Facts<'_>) -> Option<Judged> {
    let latest = facts.signals.saturation.latest?;
    if facts.now.since(latest.sent_at) >= DOUBTED_AFTER {
        return None;
    }
    let flagged = match latest.quality {
        Quality::LowPerfusion | Quality::Artefact | Quality::OutOfTrack => true,
        Quality::Good | Quality::MarginalPerfusion | Quality::Frozen => false,
    };
    let weak = flagged || !matches!(latest.value, Ok(1..));
    Some(Judged {
        value: latest.value.ok().map(f64::from),
        ..Judged::that(weak)
    })
}

//! Conditions of heart rate.

use super::RuleId;
use super::facts::{Facts, Judged};
use crate::signals::Worth;

/// Share of the way to its end that a heart goes in 30 s, by a time constant of 90 s (`rules.toml`, `hr-unexplained`).
const GONE_IN_30_S: f64 = 0.283;

/// Heart rate recovers slowly; the memory of the bout looks, at a minute and at two.
pub(super) fn recovery(facts: &Facts<'_>) -> Judged {
    Judged::that(facts.memory.recovery_is_slow())
}

pub(super) fn over_zone(facts: &Facts<'_>) -> Option<Judged> {
    let Some((_, upper)) = facts.heart_rate_limits().and_then(|limits| limits.zone) else {
        return Some(Judged::OFF);
    };
    let rate = facts.highest_heart_rate(RuleId::HrOverZone)?;
    Some(Judged::of(rate > upper, rate, upper).clears_when(rate < upper))
}

pub(super) fn limit(facts: &Facts<'_>) -> Option<Judged> {
    let Some(limits) = facts.heart_rate_limits() else {
        return Some(Judged::OFF);
    };
    let rate = facts.highest_heart_rate(RuleId::HrLimit)?;
    let upper = limits.upper;
    Some(Judged::of(rate >= upper, rate, upper).clears_when(rate < upper - 3.0))
}

pub(super) fn stop(facts: &Facts<'_>) -> Option<Judged> {
    let Some(limits) = facts.heart_rate_limits() else {
        return Some(Judged::OFF);
    };
    let rate = facts.highest_heart_rate(RuleId::HrStop)?;
    Some(Judged::of(rate >= limits.stop(), rate, limits.stop()))
}

pub(super) fn defibrillator(facts: &Facts<'_>) -> Option<Judged> {
    let Some(detection) = facts
        .heart_rate_limits()
        .and_then(|limits| limits.icd_detection)
    else {
        return Some(Judged::OFF);
    };
    let rate = facts.highest_heart_rate(RuleId::HrIcd)?;
    Some(
        Judged::of(rate >= detection - 10.0, rate, detection - 10.0)
            .escalates_when(facts.signals.second_source_agrees(facts.now)),
    )
}

pub(super) fn low(facts: &Facts<'_>) -> Option<Judged> {
    let Some(limits) = facts.heart_rate_limits() else {
        return Some(Judged::OFF);
    };
    let rate = facts.lowest_heart_rate(RuleId::HrLow)?;
    let counts = facts.situation.load_on || facts.situation.is_after_exercise();
    let below = rate < limits.lower && counts;
    Some(Judged::of(below, rate, limits.lower))
}

/// Beats a minute for each MET where nothing is known of the patient's own (`controllers.md` section 5: one nominal gain, and one more for
/// hearts above it).
const TYPICAL_GAIN: f64 = 12.0;

/// No more than so many are believed of a patient: who was assessed at 30 and has 12 would faint unseen behind what that excuses (choice: a
/// seventh of the reference cohort has more, and their rules tell a little sooner).
const BELIEVED_GAIN: f64 = 18.0;

/// By how much a heart may come down because load was taken away in the `seconds` before the rule's condition began, in beats a minute: the
/// `share` of what those METs were worth that a heart goes at most in the time that the rule looks at. What was taken away since then, and
/// what any rule of a falling heart took, explains no fall.
fn explained(facts: &Facts<'_>, seconds: u16, share: f64) -> f64 {
    let began = facts.holds_from.unwrap_or(facts.now);
    let ago = u16::try_from(facts.now.since(began).as_secs()).unwrap_or(u16::MAX);
    let gain = facts
        .situation
        .response
        .map_or(TYPICAL_GAIN, |response| response.gain);
    facts.history.taken_away(seconds, ago) * gain.min(BELIEVED_GAIN) * share
}

/// A heart answers a load that went with most of what it falls within this: half a minute until it is felt, the half that is looked at,
/// and half a minute more, in seconds.
const PLUNGES_FOR: u16 = 90;

/// The most of its way that a heart goes in 30 s, by a time constant of 60 s (`supervision.md` section 3: 0.393).
const PLUNGES_BY: f64 = 0.4;

/// Down by more than 20 in 30 s, and by more than the load explains. A faint comes after exercise as well as in it.
pub(super) fn plunge(facts: &Facts<'_>) -> Option<Judged> {
    let rate = facts.heart_rate(RuleId::HrPlunge)?;
    let highest = facts.highest_mean(facts.mean_seconds(RuleId::HrPlunge), 30)?;
    let limit = highest - 20.0 - explained(facts, PLUNGES_FOR, PLUNGES_BY);
    Some(Judged::of(rate < limit, rate, limit))
}

/// A heart follows a load that went for so long, in seconds: through the recovery of an interval, and into its next work.
const FALLS_FOR: u16 = 180;

/// The most of its way that a heart goes in 60 s, by a time constant of 60 s.
const FALLS_BY: f64 = 0.63;

/// Down by 10 or more in 60 s, and by more than the load explains.
pub(super) fn fall(facts: &Facts<'_>) -> Option<Judged> {
    let rate = facts.heart_rate(RuleId::HrFall)?;
    let highest = facts.highest_mean(facts.mean_seconds(RuleId::HrFall), 60)?;
    let limit = highest - 10.0 - explained(facts, FALLS_FOR, FALLS_BY);
    Some(Judged::of(
        rate <= limit && facts.situation.load_on,
        rate,
        limit,
    ))
}

/// Up by more than 30 in 10 s. Every such rise breaks the step rule first, so this one looks at values that `hr-step` doubts as well: a
/// value that is high but unconfirmed still forbids a rise.
pub(super) fn jump(facts: &Facts<'_>) -> Option<Judged> {
    let source = facts.signals.leading()?;
    let latest = source.latest?;
    let stepped = source
        .doubt
        .is_some_and(|doubt| doubt.rule == RuleId::HrStep);
    match latest.worth {
        Worth::Usable | Worth::Trusted => {}
        Worth::Heard if stepped => {}
        Worth::Heard | Worth::Empty => return None,
    }
    let seconds = facts.mean_seconds(RuleId::HrJump);
    let newest = source.bins.newest()?;
    let mean_ago = |ago: u64| {
        source
            .bins
            .mean_of(Worth::Heard, newest.checked_sub(ago)?, seconds)
    };
    let rate = mean_ago(0)?;
    let lowest = (0..=10).filter_map(mean_ago).reduce(f64::min)?;
    let jumps = rate - lowest > 30.0 && !facts.history.is_rising(60);
    Some(
        Judged::of(jumps, rate, lowest + 30.0)
            .escalates_when(facts.signals.second_source_agrees(facts.now)),
    )
}

pub(super) fn unexplained(facts: &Facts<'_>) -> Option<Judged> {
    let Some(response) = facts.situation.response else {
        return Some(Judged::OFF);
    };
    let rate = facts.heart_rate(RuleId::HrUnexplained)?;
    let then = facts.mean_ago(facts.mean_seconds(RuleId::HrUnexplained), 30)?;
    let load = facts.history.at(30)?;
    let foretold = then + GONE_IN_30_S * (response.rest + response.gain * load - then);
    Some(Judged::of(rate - foretold > 10.0, rate, foretold + 10.0))
}

pub(super) fn no_rise(facts: &Facts<'_>) -> Option<Judged> {
    let seconds = facts.mean_seconds(RuleId::HrNoRise);
    let rate = facts.heart_rate(RuleId::HrNoRise)?;
    let then = facts.mean_ago(seconds, 180)?;
    let raised = rose(facts, 120, (240, 180), 0.5)?;
    Some(Judged::that(raised && rate - then < 3.0))
}

/// Whether all of the last `recent` seconds' load is `by` above the most of a window before.
pub(super) fn rose(facts: &Facts<'_>, recent: u16, before: (u16, u16), by: f64) -> Option<bool> {
    let most = facts.history.max(before.0, before.1)?;
    Some(facts.history.was_at_least(most + by, recent))
}

pub(super) fn over_target_at_minimum(facts: &Facts<'_>) -> Option<Judged> {
    let Some(target) = facts.situation.target else {
        return Some(Judged::OFF);
    };
    let rate = facts.heart_rate(RuleId::HrOverTargetAtMinimum)?;
    let over = facts.situation.at_minimum && rate > target + 5.0;
    Some(Judged::of(over, rate, target + 5.0).clears_when(rate <= target + 3.0))
}

pub(super) fn under_target_at_cap(facts: &Facts<'_>) -> Option<Judged> {
    let Some(target) = facts.situation.target else {
        return Some(Judged::OFF);
    };
    let rate = facts.heart_rate(RuleId::HrUnderTargetAtCap)?;
    let under = facts.situation.at_cap && rate < target - 5.0;
    Some(Judged::of(under, rate, target - 5.0))
}

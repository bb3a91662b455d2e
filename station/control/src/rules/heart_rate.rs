//! Conditions of heart rate.

use super::RuleId;
use super::facts::{Facts, Judged};
use crate::signals::Worth;
use crate::view::PhaseKind;

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
    let situation = facts.situation;
    let (counts, limit) = match situation.phase {
        PhaseKind::Paused | PhaseKind::Stopped | PhaseKind::Recovery => (
            true,
            lowest_at_rest(limits.lower, situation.resting_heart_rate),
        ),
        // Also where a brake lets go of all load, as in the cool-down of a small one, or has none yet: it would be put on.
        PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown => (true, limits.lower),
        // What the rule itself takes away does not end it.
        PhaseKind::Starting => (
            situation.load_on || facts.holds_from.is_some(),
            limits.lower,
        ),
        PhaseKind::Idle | PhaseKind::Ready | PhaseKind::Finished => (false, limits.lower),
    };
    Some(Judged::of(counts && rate < limit, rate, limit))
}

/// So far under the mean of ready nobody comes by resting, in beats a minute (choice: who is excited before the start is that much above).
const UNDER_REST: f64 = 20.0;
/// Whoever rests at the lower limit or under it may, by so much more, in beats a minute (choice).
const RESTS_LOWER_BY: f64 = 5.0;

/// The lowest heart rate of whoever has exercised and sits or stands there: the prescription's is for exercise.
fn lowest_at_rest(lower: f64, rest: Option<f64>) -> f64 {
    rest.map_or(lower, |rest| {
        f64::max(f64::min(lower, rest - RESTS_LOWER_BY), rest - UNDER_REST)
    })
}

/// No more than so many are believed of a patient: who was assessed at 30 and has 12 would faint unseen behind what that excuses (choice: a
/// seventh of the reference cohort has more, and their rules tell a little sooner).
const BELIEVED_GAIN: f64 = 18.0;

/// By how much a heart may come down because load was taken away in the `seconds` before the rule's condition began, in beats a minute: the
/// `share` of what those METs were worth that a heart goes in the time that the rule looks at. What was taken away since then, and what any
/// rule of a falling heart took, explains no fall.
fn explained(facts: &Facts<'_>, seconds: u16, share: f64, unknown: f64) -> f64 {
    let began = facts.holds_from.unwrap_or(facts.now);
    let ago = u16::try_from(facts.now.since(began).as_secs()).unwrap_or(u16::MAX);
    facts.history.taken_away(seconds, ago) * gain_or(facts, unknown) * share
}

/// Beats a minute for each MET, by this patient's own heart where that is known.
fn gain_or(facts: &Facts<'_>, unknown: f64) -> f64 {
    let response = facts.situation.response;
    response.map_or(unknown, |response| response.gain.min(BELIEVED_GAIN))
}

/// A heart answers a load that went with most of what it falls within this: half a minute until it is felt, the half that is looked at,
/// and half a minute more, in seconds.
const PLUNGES_FOR: u16 = 90;

/// How far a heart goes of its way in 30 s, by a time constant of 60 s (`supervision.md` section 3: 0.393).
const PLUNGES_BY: f64 = 0.4;

/// Beats a minute for each MET where nothing is known of the patient's own (`controllers.md` section 5: one nominal gain, and one more for
/// hearts above it).
const TYPICAL_GAIN: f64 = 12.0;

/// Down by more than 20 in 30 s, and by more than the load explains. A faint comes after exercise as well as in it.
pub(super) fn plunge(facts: &Facts<'_>) -> Option<Judged> {
    let rate = facts.heart_rate(RuleId::HrPlunge)?;
    let highest = facts.highest_mean(facts.mean_seconds(RuleId::HrPlunge), 30)?;
    let limit = highest - 20.0 - explained(facts, PLUNGES_FOR, PLUNGES_BY, TYPICAL_GAIN);
    Some(Judged::of(rate < limit, rate, limit))
}

/// A heart follows a load that went for so long, in seconds: through the recovery of an interval, and into its next work.
const FALLS_FOR: u16 = 180;

/// How far a heart goes of its way in 60 s, by a time constant of 45 s: in intervals a quick one is told of again and again else, and what
/// this one does not tell `hr-plunge` and `hr-low` do.
const FALLS_BY: f64 = 0.74;

/// Down by 10 or more in 60 s, and by more than the load explains. It is over when the heart is back where it fell from, less what the load
/// explains that is on now: a heart that lies at the bottom of its fall falls no more.
pub(super) fn fall(facts: &Facts<'_>) -> Option<Judged> {
    let rate = facts.heart_rate(RuleId::HrFall)?;
    let highest = facts.highest_mean(facts.mean_seconds(RuleId::HrFall), 60)?;
    let exercises = matches!(
        facts.situation.phase,
        PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
    );
    let is_back = facts.memory.fell.is_none_or(|fell| {
        let less = f64::max(fell.load - facts.situation.granted.get(), 0.0);
        rate > fell.limit - less * gain_or(facts, TYPICAL_GAIN)
    });
    let limit = highest - 10.0 - explained(facts, FALLS_FOR, FALLS_BY, BELIEVED_GAIN);
    let falls = exercises && rate <= limit;
    Some(Judged::of(falls, rate, limit).clears_when(!falls && is_back))
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

/// A heart that answers shows so much of what the load is worth to it, at the least (choice: in three minutes a slow one goes three quarters
/// of its way, an assessed gain seldom errs by more than a third, and the heart's own waves take of what is left; a dead number shows nothing).
const ANSWERS_WITH: f64 = 1.0 / 3.0;

/// The least that answers a load which rose by so many METs, in beats a minute: what was ordered, or less where less is to be expected of this
/// patient's heart. Until the law knows it, that is what was assessed; of whom nothing is known, what was ordered is asked.
pub(super) fn answer(facts: &Facts<'_>, rose_by: f64, ordered: f64) -> f64 {
    let today = facts.situation.response.map(|response| response.gain);
    let (assessed, _) = facts.bout.prescription.mode.assessed();
    let gain = today.or(assessed);
    gain.map_or(ordered, |gain| {
        f64::min(ordered, ANSWERS_WITH * gain * rose_by)
    })
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

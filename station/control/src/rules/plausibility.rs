//! Conditions of trust in heart rate.

use core::time::Duration;

use super::facts::{Facts, Judged, Truth};
use super::heart_rate::{answer, rose};
use super::sources::{Seen, Sources, of_each};
use super::table;
use super::{RuleId, RuleSet};
use crate::prescription::PatientFacts;
use crate::signals::{DOUBTED_AFTER, Found, STUCK_AFTER, Worth};

pub(super) fn lost(facts: &Facts<'_>) -> Judged {
    if !facts.bout.prescription.heart_rate_required {
        return Judged::OFF;
    }
    let since = facts
        .signals
        .heart_rate_trusted_at()
        .unwrap_or(facts.situation.phase_since);
    Judged::that(!facts.signals.heart_rate_trusted(facts.now)).true_since(since)
}

/// `hr-implausible`, `hr-step`: judged and ended in the signals, told from here.
pub(super) fn doubted_by_itself(id: RuleId, facts: &Facts<'_>) -> Judged {
    let doubt = facts.signals.primary().and_then(|source| source.doubt);
    match doubt {
        Some(doubt) if doubt.rule == id => Judged::that(true),
        Some(_) | None => Judged::OFF,
    }
}

/// Looks at values that a rule may doubt, as this one is such a rule and has to find its own end.
pub(super) fn no_rise_told(facts: &Facts<'_>) -> Option<Judged> {
    let bins = &facts.signals.leading()?.bins;
    let newest = bins.newest()?;
    let seconds = facts.mean_seconds(RuleId::HrNoRiseTold);
    let rate = bins.mean_of(Worth::Usable, newest, seconds)?;
    let then = bins.mean_of(Worth::Usable, newest.checked_sub(240)?, seconds)?;
    let (recent, before) = (180, (300, 240));
    let raised = rose(facts, recent, before, 1.0)?;
    let rose_by = facts.history.min(recent, 0)? - facts.history.max(before.0, before.1)?;
    let answers = then + answer(facts, rose_by, 5.0);
    Some(Judged::of(raised && rate < answers, rate, answers))
}

/// A number that has stood for less than this moves: whole numbers come more than once from a heart that is well.
const STANDS_STILL: Duration = Duration::from_secs(20);

/// Load has moved from so much on, in METs.
const MOVES: f64 = 0.2;

/// Whom these rules suspect now, of the two whom they look at, and whom no more.
pub(crate) fn suspected(rules: RuleSet, facts: &Facts<'_>) -> Found {
    let seen = Sources::of(facts);
    let mut found = Found::default();
    let is_strap = facts.signals.is_strap_worn();
    for id in rules.iter() {
        let (primary, stand_in) = if id == RuleId::HrSourcesApart {
            (true, true)
        } else if id == RuleId::HrNoRiseTold {
            // Two that are silent about the same load do not refute each other: the first stays suspected, and the other is asked.
            let is_new = !facts.signals.heart_rate_doubts().all().contains(id);
            let of_stand_in = is_strap && facts.signals.oximeter_leads();
            (is_new && !of_stand_in, is_new && of_stand_in)
        } else {
            let (primary, stand_in) = if id == RuleId::HrStuck {
                seen.each(|seen| stuck_of(facts, seen))
            } else if id == RuleId::HrCadenceLock {
                seen.each(|seen| locked_of(facts, seen))
            } else {
                (None, None)
            };
            let over = |judged: Option<Judged>| is(judged, |judged| judged.clears);
            found
                .over
                .insert(id, (over(primary), over(stand_in)), is_strap);
            let holds = |judged: Option<Judged>| is(judged, |judged| judged.holds);
            (holds(primary), holds(stand_in))
        };
        found.suspected.insert(id, (primary, stand_in), is_strap);
    }
    found
}

fn is(judged: Option<Judged>, what: fn(&Judged) -> Truth) -> bool {
    judged.is_some_and(|judged| what(&judged) == Truth::Yes)
}

/// The number that stands still, and for how long it was said.
fn still_for(facts: &Facts<'_>, Seen { source, .. }: Seen<'_>) -> Option<(f64, Duration)> {
    let latest = source.latest?;
    if facts.now.since(latest.sent_at) >= DOUBTED_AFTER {
        return None;
    }
    let value = latest.value.ok()?;
    Some((f64::from(value), latest.sent_at.since(source.same_since()?)))
}

/// For 20 s while load moved by 0.2 MET. It holds the load of whoever exercises and nothing else: a heart at rest may stand still, and so may
/// a number that load does not rest on.
pub(super) fn still(facts: &Facts<'_>) -> Option<Judged> {
    if !facts.situation.exercising {
        return Some(Judged::OFF);
    }
    let leads = Sources::of(facts).leading(facts)?;
    still_while_load_moves(facts, leads, STANDS_STILL, MOVES)
}

/// For 45 s while load moved by as much as makes [`still`] hold it: with more than that it would wait for what the hold forbids.
pub(super) fn stuck(facts: &Facts<'_>) -> Option<Judged> {
    of_each(RuleId::HrStuck, facts, |seen| stuck_of(facts, seen))
}

fn stuck_of(facts: &Facts<'_>, seen: Seen<'_>) -> Option<Judged> {
    still_while_load_moves(facts, seen, STUCK_AFTER, MOVES)
}

fn still_while_load_moves(
    facts: &Facts<'_>,
    seen: Seen<'_>,
    at_least: Duration,
    moved: f64,
) -> Option<Judged> {
    let (value, lasts) = still_for(facts, seen)?;
    // Load that moved while nothing was heard moved as well.
    let window = facts.now.since(seen.source.same_from()?).as_secs();
    let window = u16::try_from(window).unwrap_or(u16::MAX);
    let stands = lasts >= at_least;
    // At rest it begins with nobody; that the number moves again is seen there as well, or who was stopped could never go on.
    let stuck =
        facts.situation.exercising && stands && facts.history.moved_by(window) >= moved - 1e-9;
    Some(Judged {
        value: Some(value),
        ..Judged::that(stuck).clears_when(!stands)
    })
}

pub(super) fn still_at_level_load(facts: &Facts<'_>) -> Option<Judged> {
    of_each(RuleId::HrStillLevel, facts, |seen| {
        let (value, lasts) = still_for(facts, seen)?;
        let still = facts.situation.exercising
            && lasts >= Duration::from_mins(1)
            && facts.history.is_level(60);
        Some(Judged {
            value: Some(value),
            ..Judged::that(still).clears_when(lasts.is_zero())
        })
    })
}

pub(super) fn cadence_lock(facts: &Facts<'_>) -> Option<Judged> {
    of_each(RuleId::HrCadenceLock, facts, |seen| locked_of(facts, seen))
}

fn locked_of(facts: &Facts<'_>, Seen { source, lock }: Seen<'_>) -> Option<Judged> {
    let near = lock.is_near()?;
    let latest = source.latest.and_then(|latest| latest.value.ok());
    Some(Judged {
        value: latest.map(f64::from),
        ..Judged::that(near && lock.is_locked(facts.now)).clears_when(!near)
    })
}

/// By how much two sources may differ, in beats a minute.
pub(super) fn may_differ(patient: &PatientFacts) -> f64 {
    table::row(RuleId::HrSourcesDiffer)
        .limit_af
        .filter(|_| patient.atrial_fibrillation)
        .map_or(10.0, f64::from)
}

/// A number that is known to be dead, or the pedals', says nothing about the other one.
const NO_WITNESS: RuleSet = RuleSet::of(&[RuleId::HrStuck, RuleId::HrCadenceLock]);

/// Whether a source that these rules doubt is one.
pub(crate) const fn is_no_witness(doubted_by: RuleSet) -> bool {
    !doubted_by.intersection(NO_WITNESS).is_empty()
}

/// A pulse that was dead is a witness against the strap again when it has lived for so long: one number that moves now and then is no life.
const LIVES_FOR: Duration = Duration::from_mins(1);

fn has_no_witness(facts: &Facts<'_>) -> bool {
    is_no_witness(facts.signals.heart_rate_doubts().all()) || pulse_was_dead(facts)
}

/// Whether the oximeter's pulse was dead of late.
pub(super) fn pulse_was_dead(facts: &Facts<'_>) -> bool {
    let died = facts.memory.pulse_dead_until;
    died.is_some_and(|died| facts.now.since(died) < LIVES_FOR)
}

pub(super) fn differ(facts: &Facts<'_>) -> Option<Judged> {
    if has_no_witness(facts) {
        return Some(Judged::OFF);
    }
    let limit = may_differ(&facts.bout.patient);
    let (strap, pulse) = facts.both_sources(facts.mean_seconds(RuleId::HrSourcesDiffer))?;
    let difference = libm::fabs(strap - pulse);
    Some(Judged::of(difference > limit, difference, limit))
}

pub(super) fn apart(facts: &Facts<'_>) -> Option<Judged> {
    if has_no_witness(facts) {
        return Some(Judged::OFF);
    }
    let (strap, pulse) = facts.both_sources(facts.mean_seconds(RuleId::HrSourcesApart))?;
    let difference = libm::fabs(strap - pulse);
    Some(Judged::of(difference > 20.0, difference, 20.0).clears_when(difference <= 10.0))
}

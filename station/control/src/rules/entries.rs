//! Conditions of what a person measures, sees or does. They are judged in the call that carries the entry.

use super::RuleId;
use super::facts::{Facts, Judged};
use crate::input::Entry;
use crate::prescription::Prescription;

/// A load is higher from here on, in METs (`rules.toml`, words).
const HIGHER: f64 = 0.1 - 1e-9;

/// Blood pressures that end exercise whatever is prescribed, in mmHg (`rules.toml`, `sbp-high`).
pub(super) const SYSTOLIC_STOP: u16 = 250;
pub(super) const DIASTOLIC_STOP: u16 = 115;

/// Looks at one rule for one entry; `None` where the entry says nothing of it.
pub(crate) fn judge(id: RuleId, entry: Entry, facts: &Facts<'_>) -> Option<Judged> {
    let ordered = &facts.bout.prescription;
    match entry {
        Entry::BloodPressure {
            systolic,
            diastolic,
            symptoms,
        } => pressure(id, (systolic.get(), diastolic.get()), symptoms, facts),
        Entry::PerceivedExertion(rating) => (id == RuleId::RpeHigh)
            .then(|| above(rating, ordered.exertion_upper).escalates_when(rating >= 17)),
        Entry::Dyspnoea(rating) => (id == RuleId::DyspnoeaHigh)
            .then(|| above(rating, ordered.dyspnoea_upper).escalates_when(rating >= 8)),
        Entry::Angina(grade) => {
            (id == RuleId::Angina).then(|| above(grade, 0).escalates_when(grade >= 2))
        }
        Entry::Claudication(pain) => {
            (id == RuleId::Claudication).then(|| claudication(pain, ordered))
        }
        Entry::Breathing(breaths) => (id == RuleId::Breathing).then(|| {
            let jumped = facts
                .memory
                .breaths
                .is_some_and(|before| breaths >= before.saturating_add(10));
            Judged::of(breaths > 40 || jumped, f64::from(breaths), 40.0)
        }),
        Entry::PoorPerfusion => (id == RuleId::PoorPerfusion).then(Judged::happened),
        Entry::Ectopy => (id == RuleId::Ectopy).then(Judged::happened),
        Entry::Arrhythmia => (id == RuleId::Arrhythmia).then(Judged::happened),
        Entry::Symptom => (id == RuleId::Symptom).then(Judged::happened),
    }
}

fn above(rating: u8, limit: u8) -> Judged {
    Judged::of(rating > limit, f64::from(rating), f64::from(limit))
}

/// What ends it is no pain, and a person who resumes: the resuming is the supervisor's to see.
fn claudication(pain: u8, ordered: &Prescription) -> Judged {
    let limit = ordered.claudication_stop;
    Judged::of(pain >= limit, f64::from(pain), f64::from(limit)).clears_when(false)
}

fn pressure(
    id: RuleId,
    (systolic, diastolic): (u16, u16),
    symptoms: bool,
    facts: &Facts<'_>,
) -> Option<Judged> {
    let ordered = &facts.bout.prescription;
    let over = |upper: u16, lower: u16| {
        let (value, limit) = if systolic > upper {
            (systolic, upper)
        } else {
            (diastolic, lower)
        };
        Judged::of(value > limit, f64::from(value), f64::from(limit))
    };
    if id == RuleId::SbpHigh {
        // The prescription wins where it is stricter, and nowhere else.
        let (upper, lower) = (
            ordered.systolic_stop.min(SYSTOLIC_STOP),
            ordered.diastolic_stop.min(DIASTOLIC_STOP),
        );
        Some(over(upper, lower).escalates_when(symptoms))
    } else if id == RuleId::SbpHighTraining {
        Some(over(220, 105))
    } else if id == RuleId::SbpDrop {
        Some(dropped(systolic, facts).escalates_when(symptoms))
    } else if id == RuleId::SbpNoRise {
        Some(did_not_rise(systolic, facts))
    } else if id == RuleId::PulsePressure {
        Some(pulse_pressure(systolic.saturating_sub(diastolic), facts))
    } else {
        None
    }
}

/// More than 10 below an earlier one at a lower load.
fn dropped(systolic: u16, facts: &Facts<'_>) -> Judged {
    let load = facts.situation.granted.get();
    let highest = facts
        .memory
        .pressures()
        .filter(|earlier| load - earlier.load >= HIGHER)
        .map(|earlier| earlier.systolic)
        .max();
    match highest {
        Some(highest) => Judged::of(
            systolic.saturating_add(10) < highest,
            f64::from(systolic),
            f64::from(highest) - 10.0,
        ),
        None => Judged::that(false),
    }
}

/// Not above rest at 3 METs or more above it.
fn did_not_rise(systolic: u16, facts: &Facts<'_>) -> Judged {
    let rest = facts
        .memory
        .pressures()
        .find(|earlier| earlier.at_rest)
        .map(|earlier| earlier.systolic);
    match rest {
        Some(rest) => Judged::of(
            systolic <= rest && facts.situation.granted.get() >= 3.0,
            f64::from(systolic),
            f64::from(rest),
        ),
        None => Judged::that(false),
    }
}

/// 10 or more below an earlier one, at a load that has risen since.
fn pulse_pressure(pulse: u16, facts: &Facts<'_>) -> Judged {
    let load = facts.situation.granted.get();
    let highest = facts
        .memory
        .pressures()
        .filter(|earlier| load - earlier.load >= HIGHER)
        .map(|earlier| earlier.pulse)
        .max();
    match highest {
        Some(highest) => Judged::of(
            pulse.saturating_add(10) <= highest,
            f64::from(pulse),
            f64::from(highest) - 10.0,
        ),
        None => Judged::that(false),
    }
}

/// Whether an entry lies on its scale: exertion 6 to 20, dyspnoea 0 to 10, angina and claudication 0 to 4, breaths 1 to 99, and a
/// systolic pressure above the diastolic.
pub(crate) fn is_on_its_scale(entry: Entry) -> bool {
    match entry {
        Entry::PerceivedExertion(rating) => (6..=20).contains(&rating),
        Entry::Dyspnoea(rating) => rating <= 10,
        Entry::Angina(grade) | Entry::Claudication(grade) => grade <= 4,
        Entry::Breathing(breaths) => (1..=99).contains(&breaths),
        Entry::BloodPressure {
            systolic,
            diastolic,
            ..
        } => diastolic.get() > 0 && systolic > diastolic,
        Entry::PoorPerfusion | Entry::Ectopy | Entry::Arrhythmia | Entry::Symptom => true,
    }
}

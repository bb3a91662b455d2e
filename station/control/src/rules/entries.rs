//! Conditions of what a person measures, sees or does. They are judged in the call that carries the entry.

use super::RuleId;
use super::entry_limits::{
    ANGINA_ENDS, BREATHS, BREATHS_JUMP, DROPPED_BY, DYSPNOEA_ENDS, EXERTION_ENDS, HIGHER_MILLI,
    PRESSURE_REDUCES, PRESSURE_STOPS, RISEN_FROM_MILLI,
};
use super::facts::{Facts, Judged};
use crate::input::Entry;
use crate::prescription::Prescription;

/// Differences of sums of steps are compared with so much slack, in METs.
const SLACK: f64 = 1e-9;

fn mets(milli: u16) -> f64 {
    f64::from(milli) / 1_000.0
}

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
            .then(|| above(rating, ordered.exertion_upper).escalates_when(rating >= EXERTION_ENDS)),
        Entry::Dyspnoea(rating) => (id == RuleId::DyspnoeaHigh)
            .then(|| above(rating, ordered.dyspnoea_upper).escalates_when(rating >= DYSPNOEA_ENDS)),
        Entry::Angina(grade) => {
            (id == RuleId::Angina).then(|| above(grade, 0).escalates_when(grade >= ANGINA_ENDS))
        }
        Entry::Claudication(pain) => {
            (id == RuleId::Claudication).then(|| claudication(pain, ordered))
        }
        Entry::Breathing(breaths) => (id == RuleId::Breathing).then(|| {
            let jumped = facts
                .memory
                .breaths
                .is_some_and(|before| breaths >= before.saturating_add(BREATHS_JUMP));
            Judged::of(
                breaths > BREATHS || jumped,
                f64::from(breaths),
                f64::from(BREATHS),
            )
        }),
        Entry::PoorPerfusion => (id == RuleId::PoorPerfusion).then(Judged::happened),
        Entry::Ectopy => (id == RuleId::Ectopy).then(Judged::happened),
        Entry::Arrhythmia => (id == RuleId::Arrhythmia).then(Judged::happened),
        Entry::Symptom => (id == RuleId::Symptom).then(Judged::happened),
        Entry::Glucose(_) | Entry::OxygenFlow(_) => None,
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
    let over = |(upper, lower): (u16, u16)| {
        let (value, limit) = if systolic > upper {
            (systolic, upper)
        } else {
            (diastolic, lower)
        };
        Judged::of(value > limit, f64::from(value), f64::from(limit))
    };
    if id == RuleId::SbpHigh {
        // The prescription wins where it is stricter, and nowhere else.
        let stops = (
            ordered.systolic_stop.min(PRESSURE_STOPS.0),
            ordered.diastolic_stop.min(PRESSURE_STOPS.1),
        );
        Some(over(stops).escalates_when(symptoms))
    } else if id == RuleId::SbpHighTraining {
        Some(over(PRESSURE_REDUCES))
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
        .filter(|earlier| load - earlier.load >= mets(HIGHER_MILLI) - SLACK)
        .map(|earlier| earlier.systolic)
        .max();
    match highest {
        Some(highest) => Judged::of(
            systolic.saturating_add(DROPPED_BY) < highest,
            f64::from(systolic),
            f64::from(highest) - f64::from(DROPPED_BY),
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
            systolic <= rest && facts.situation.granted.get() >= mets(RISEN_FROM_MILLI),
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
        .filter(|earlier| load - earlier.load >= mets(HIGHER_MILLI) - SLACK)
        .map(|earlier| earlier.pulse)
        .max();
    match highest {
        Some(highest) => Judged::of(
            pulse.saturating_add(DROPPED_BY) <= highest,
            f64::from(pulse),
            f64::from(highest) - f64::from(DROPPED_BY),
        ),
        None => Judged::that(false),
    }
}

/// Whether an entry lies on its scale: exertion 6 to 20, dyspnoea 0 to 10, angina and claudication 0 to 4, breaths 1 to 99, glucose 20 to
/// 600 mg/dL, oxygen up to 15 L/min, and a systolic pressure above the diastolic.
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
        Entry::Glucose(milligrams) => (20..=600).contains(&milligrams),
        Entry::OxygenFlow(millilitres) => millilitres <= 15_000,
        Entry::PoorPerfusion | Entry::Ectopy | Entry::Arrhythmia | Entry::Symptom => true,
    }
}

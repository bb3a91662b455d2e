//! Who exercises in the demonstration: drawn from the virtual patients, with the prescriptions that their assessment allows.

use std::time::Duration;

use control::input::{Action, Entry};
use control::prescription::{
    BeltPreference, HeartRateLimits, Holding, Mode, PatientFacts, Prescription,
};
use drivers::virtual_devices::patient::{
    Condition, DrawnPatient, Exercise, ReferencePrescription, VirtualPatient, cycle_net_mets,
};
use protocols::vocabulary::{
    Kilograms, MachineKind, MetresPerSecond, MillimetresOfMercury, NetMets, PercentGrade,
};

use crate::clinic::{Patient, ResolvedPrescription, Validity};
use crate::gym::messages::Ask;
use crate::records::Kept;

/// The people of the demonstration: what the clinic knows of them, and the bodies that its devices touch.
pub struct People {
    /// What the clinic knows, in the order of the stations.
    pub known: Vec<Patient>,
    /// The bodies, in the same order.
    pub bodies: Vec<VirtualPatient>,
    /// What their earlier visits taught.
    pub earlier: Vec<Kept>,
}

/// Who stands where.
struct Person {
    pseudonym: &'static str,
    second_identifier: &'static str,
    condition: Condition,
    seed: u64,
    exercise: Exercise,
    order: Order,
}

/// What is ordered.
enum Order {
    HeartRateHeld,
    Constant,
    Interval,
}

const PERSONS: [Person; 8] = [
    Person {
        pseudonym: "K7PD2MXQ",
        second_identifier: "born 1958",
        condition: Condition::Cad,
        seed: 2_000,
        exercise: Exercise::Cycle,
        order: Order::HeartRateHeld,
    },
    Person {
        pseudonym: "M2QXV7RT",
        second_identifier: "born 1951",
        condition: Condition::Copd,
        seed: 5_552,
        exercise: Exercise::Treadmill,
        order: Order::Constant,
    },
    Person {
        pseudonym: "ZB40H8WN",
        second_identifier: "born 1963",
        condition: Condition::Cad,
        seed: 4_716,
        exercise: Exercise::Cycle,
        order: Order::HeartRateHeld,
    },
    Person {
        pseudonym: "T5RW9C3E",
        second_identifier: "born 1947",
        condition: Condition::Cad,
        seed: 2_097,
        exercise: Exercise::Treadmill,
        order: Order::HeartRateHeld,
    },
    Person {
        pseudonym: "H9NC4KXA",
        second_identifier: "born 1970",
        condition: Condition::Cad,
        seed: 5_104,
        exercise: Exercise::Cycle,
        order: Order::HeartRateHeld,
    },
    Person {
        pseudonym: "V3GJ7T2M",
        second_identifier: "born 1955",
        condition: Condition::Cad,
        seed: 3_746,
        exercise: Exercise::Cycle,
        order: Order::Interval,
    },
    Person {
        pseudonym: "R8LD6NQ2",
        second_identifier: "born 1949",
        condition: Condition::Copd,
        seed: 5_004,
        exercise: Exercise::Cycle,
        order: Order::HeartRateHeld,
    },
    Person {
        pseudonym: "C6YFT8HA",
        second_identifier: "born 1966",
        condition: Condition::Deconditioned,
        seed: 8_120,
        exercise: Exercise::Treadmill,
        order: Order::HeartRateHeld,
    },
];

/// The share of today's answer to load that the first patient's heart gave some days ago: now a medicine may be left out.
const ANSWERED_THEN: f64 = 0.72;

/// By how much more a heart answered to load for each week that it had trained less.
const UNTRAINED_BY_WEEK: f64 = 0.025;

/// The first so many people of the demonstration, in the order of its stations.
pub(super) fn people(count: usize) -> People {
    let drawn: Vec<(&Person, DrawnPatient)> = PERSONS
        .iter()
        .take(count)
        .map(|person| (person, person.condition.draw(person.seed)))
        .collect();
    People {
        bodies: drawn
            .iter()
            .map(|(person, drawn)| VirtualPatient::new(drawn.parameters, person.seed))
            .collect(),
        earlier: Vec::new(),
        known: drawn
            .iter()
            .map(|(person, drawn)| known(person, drawn))
            .collect(),
    }
}

/// Those of some stations, as they were so many days ago: who comes first today does less for the same heart rate than then.
pub(super) fn as_before(stations: &[u8], days_ago: u64) -> Vec<VirtualPatient> {
    (1_u8..)
        .zip(&PERSONS)
        .filter(|(number, _)| stations.contains(number))
        .map(|(number, person)| {
            let mut parameters = person.condition.draw(person.seed).parameters;
            if number == 1 {
                parameters.gain_bpm_per_met *= ANSWERED_THEN;
            }
            VirtualPatient::new(parameters, person.seed + days_ago)
        })
        .collect()
}

/// Everybody as they were so many weeks ago: those whose hearts answer to training did less for the same heart rate then, each week
/// by a little; lungs do not.
pub(super) fn weeks_before(weeks: u32, visit: u64) -> Vec<VirtualPatient> {
    PERSONS
        .iter()
        .map(|person| {
            let mut parameters = person.condition.draw(person.seed).parameters;
            if person.condition != Condition::Copd {
                parameters.gain_bpm_per_met *= 1.0 + UNTRAINED_BY_WEEK * f64::from(weeks);
            }
            VirtualPatient::new(parameters, person.seed + visit)
        })
        .collect()
}

fn known(person: &Person, drawn: &DrawnPatient) -> Patient {
    let reference = ReferencePrescription::of(drawn, person.exercise);
    let prescription = prescription(person, drawn, &reference);
    let (kind, what) = match person.exercise {
        Exercise::Cycle => (MachineKind::Cycle, "bike"),
        Exercise::Treadmill => (MachineKind::Treadmill, "treadmill"),
    };
    let minutes = prescription.conditioning.as_secs() / 60;
    let summary = match person.order {
        Order::HeartRateHeld => format!(
            "{what}: heart rate held at {}, {minutes} min",
            reference.target_bpm
        ),
        Order::Constant => format!("{what}: constant load, {minutes} min"),
        Order::Interval => {
            format!("{what}: intervals of 1 min work and 1 min recovery, {minutes} min")
        }
    };
    let facts = PatientFacts {
        mass: Kilograms::new(drawn.parameters.mass_kg).unwrap_or(Kilograms::MIN),
        atrial_fibrillation: false,
        denervated: false,
        paced: false,
        chronotropic_incompetence: false,
        lung_disease: person.condition == Condition::Copd,
    };
    let rest = drawn.assessment.assessed_rest_bpm;
    let highest = rest + drawn.assessment.assessed_gain_bpm_per_met * reference.max_met;
    let text = format!(
        "# virtual patient, {condition}, seed {}\n# {summary}\ngoals = [\"{}\"]\ndiagnosis = \"{condition}\"\nauthor = \"the demonstration\"\n\
         heart_rate_rest_bpm = {rest:.0}\nheart_rate_max_bpm = {highest:.0}\nrpe = [11, 14]\nsessions_ordered = 36\nsessions_per_week = 2\nmedicines_acting_on_heart_rate = \"none\"\n\
         # net METs, beats a minute, metres a second, per cent\n{}",
        person.seed,
        match person.exercise {
            Exercise::Cycle => "an hour on the bicycle with the grandchildren by summer",
            Exercise::Treadmill => "6-minute walk from 380 to 430 m in three months",
        },
        toml::to_string(&prescription).unwrap_or_default(),
        condition = person.condition.name(),
    );
    Patient {
        pseudonym: person.pseudonym.to_owned(),
        second_identifier: person.second_identifier.to_owned(),
        facts,
        prescriptions: vec![ResolvedPrescription {
            id: format!("{}-{what}", person.pseudonym),
            version: 1,
            summary,
            text,
            validity: Validity::ALWAYS,
            machine: kind,
            prescription,
        }],
    }
}

fn prescription(
    person: &Person,
    drawn: &DrawnPatient,
    reference: &ReferencePrescription,
) -> Prescription {
    let target = f64::from(reference.target_bpm);
    let conditioning = Duration::from_mins(20);
    let mode = mode(person, drawn, reference);
    // The demonstration's bike brakes from 25 W up: a warm-up under that would be pedalling without load.
    let warm_up = mets(match person.exercise {
        Exercise::Cycle => reference
            .warm_up_met
            .max(cycle_net_mets(&drawn.parameters, 28.0)),
        Exercise::Treadmill => reference.warm_up_met,
    });
    let belt = (person.exercise == Exercise::Treadmill).then(|| BeltPreference {
        preferred_speed: MetresPerSecond::new(reference.preferred_speed_m_s)
            .unwrap_or(MetresPerSecond::ZERO),
        max_speed: MetresPerSecond::new(reference.preferred_speed_m_s + 0.3)
            .unwrap_or(MetresPerSecond::ZERO),
        max_grade: PercentGrade::new(12.0).unwrap_or(PercentGrade::ZERO),
    });
    Prescription {
        mode,
        heart_rate: Some(HeartRateLimits {
            upper: target + 14.0,
            lower: 40.0,
            zone: Some((target - 8.0, target + 8.0)),
            stop_margin: 8.0,
            icd_detection: None,
        }),
        saturation_floor: 88.0,
        heart_rate_required: true,
        saturation_required: person.condition == Condition::Copd,
        warm_up_load: warm_up,
        ceiling: mets(reference.max_met),
        // A minute of work is reached in its first third.
        ramp_up: match mode {
            Mode::Interval { work, recovery, .. } => 3.0 * (work.get() - recovery.get()),
            Mode::Constant { .. }
            | Mode::HeartRateHeld { .. }
            | Mode::HeartRateInterval { .. }
            | Mode::MetHeld { .. }
            | Mode::ByHand => 0.8,
        },
        warm_up_ramp: 1.0,
        warm_up: Duration::from_mins(5),
        conditioning,
        cool_down: Duration::from_mins(5),
        exertion_upper: 14,
        dyspnoea_upper: 6,
        claudication_stop: 3,
        systolic_stop: 250,
        diastolic_stop: 115,
        blood_pressure_interval: Some(Duration::from_mins(10)),
        cadence_low: 40,
        belt,
        holding: Holding::default(),
    }
}

/// What conditioning asks of a person.
fn mode(person: &Person, drawn: &DrawnPatient, reference: &ReferencePrescription) -> Mode {
    let target = f64::from(reference.target_bpm);
    let holding = reference.warm_up_met / 0.45;
    match person.order {
        Order::HeartRateHeld => Mode::HeartRateHeld {
            target,
            assessed_gain: Some(drawn.assessment.assessed_gain_bpm_per_met),
            assessed_rest: Some(drawn.assessment.assessed_rest_bpm),
        },
        Order::Constant => Mode::Constant {
            target: mets(holding * 0.75),
        },
        Order::Interval => {
            let recovery = reference
                .warm_up_met
                .max(cycle_net_mets(&drawn.parameters, 28.0));
            Mode::Interval {
                // A heart that follows a minute late would still fall, by more than a rule lets pass, while a greater work begins.
                work: mets((holding * 1.1).min(recovery + 0.8)),
                work_for: Duration::from_mins(1),
                recovery: mets(recovery),
                recovery_for: Duration::from_mins(1),
                repeats: 10,
            }
        }
    }
}

fn mets(value: f64) -> NetMets {
    NetMets::new(value).unwrap_or(NetMets::ZERO)
}

/// A systolic pressure that goes with so many net METs: 8 mmHg a MET over 124, as the virtual patients have it.
pub(super) fn systolic(net_mets: f64) -> u16 {
    protocols::vocabulary::number::floor_to_u16(124.0 + 8.0 * net_mets).unwrap_or(124)
}

/// A blood pressure as it is entered.
pub(super) fn pressure(systolic: u16, diastolic: u16) -> Option<Ask> {
    Some(Ask::Act(Action::Enter(Entry::BloodPressure {
        systolic: MillimetresOfMercury::new(systolic)?,
        diastolic: MillimetresOfMercury::new(diastolic)?,
        symptoms: false,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prescription_of_the_demonstration_reads_as_a_file_does() {
        for patient in people(PERSONS.len()).known {
            for prescription in patient.prescriptions {
                let read: toml::Table = prescription.text.parse().unwrap();
                assert_eq!(read["saturation_floor"].as_float(), Some(88.0));
                let ordered = crate::clinic::ordered::Ordered::read(&prescription.text);
                assert_eq!(ordered.goals.len(), 1);
                let (rest, highest) = ordered.heart_rate_range().unwrap();
                assert!(rest + 20.0 < highest, "{rest} {highest}");
            }
        }
    }
}

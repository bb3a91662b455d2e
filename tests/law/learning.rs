//! Learning the patient on the reference cohort, the law alone: how far the figures are from the truth, whether their uncertainty is
//! honest, and what a physiologist would be told of it.

use control::learning::{Doing, Learned, Learning, OnMachine, Seen};
use drivers::virtual_devices::cohort::{CohortPatient, reference_cohort};
use drivers::virtual_devices::patient::{Condition, PatientParameters};
use protocols::vocabulary::number::from_u64;

use station::clinic::finding::{Finding, Shown, findings};

use crate::trial::{CONDITIONING_FROM, Second, Trial};

/// Every so many patients of the cohort are looked at: an odd number, so that both machines are among them.
const EVERY: usize = 5;

/// What a session of so many minutes of conditioning teaches.
pub(crate) fn taught(seconds: &[Second], minutes: u64, irregular: bool) -> Option<Learned> {
    let mut learning = Learning::NONE;
    for (second, now) in (0_u64..).zip(seconds) {
        let doing = match second {
            0..20 => Doing::Other,
            20..60 => Doing::Resting,
            60..CONDITIONING_FROM => Doing::WarmingUp,
            _ if second < CONDITIONING_FROM + 60 * minutes => {
                Doing::Conditioning(second - CONDITIONING_FROM)
            }
            _ => break,
        };
        let at = usize::try_from(second).expect("short");
        let last = &seconds[at.saturating_sub(4)..=at];
        let sum: u32 = last.iter().map(|second| u32::from(second.heart_rate)).sum();
        let count = u32::try_from(last.len()).expect("five");
        learning.look(
            second,
            &Seen {
                heart_rate: Some(f64::from(sum) / f64::from(count)),
                load: if second < 60 { 0.0 } else { now.load },
                machine: OnMachine::Watts(0.0),
                doing,
                irregular,
            },
        );
    }
    learning.learned()
}

/// The truth: beats a minute for each net MET of a command, and the mean time of the answer.
fn truth(parameters: &PatientParameters) -> (f64, f64) {
    let slow = 1.0 - parameters.fast_fraction;
    (
        parameters.gain_bpm_per_met * parameters.economy,
        parameters.fast_fraction * parameters.tau_fast_s
            + slow * parameters.tau_on_s
            + parameters.dead_time_s,
    )
}

/// How many of how many.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    of: u64,
    held: u64,
}

impl Share {
    fn look(&mut self, holds: bool) {
        self.of += 1;
        self.held += u64::from(holds);
    }

    fn is(&self) -> f64 {
        from_u64(self.held) / from_u64(self.of.max(1))
    }
}

/// What the sample shows.
#[derive(Debug, Default)]
struct Figures {
    told: Share,
    gain_near: Share,
    gain_honest: Share,
    tau_near: Share,
    tau_honest: Share,
    drift_honest: Share,
}

impl Figures {
    fn look(&mut self, one: &CohortPatient, minutes: u64) {
        let parameters = one.patient.parameters;
        let irregular = one.patient.condition == Condition::Af;
        let session = Trial::of(one.patient.condition, one.patient.seed, one.exercise).seconds();
        let learned = taught(&session, minutes, irregular);
        self.told.look(learned.is_some());
        let Some(learned) = learned else { return };
        let (gain, tau) = truth(&parameters);
        self.gain_near
            .look((0.75..=1.33).contains(&(learned.gain / gain)));
        self.gain_honest
            .look((learned.gain - gain).abs() <= 2.0 * learned.gain_sd);
        self.tau_near
            .look((0.5..=2.0).contains(&(learned.tau_s / tau)));
        self.tau_honest
            .look((learned.tau_s - tau).abs() <= 2.0 * learned.tau_sd);
        let drift = climbs(&session, &parameters, gain, minutes);
        self.drift_honest
            .look((learned.drift - drift).abs() <= 2.0 * learned.drift_sd);
    }
}

/// By how much the patient's slow part climbs in a minute, over the session.
fn climbs(session: &[Second], parameters: &PatientParameters, gain: f64, minutes: u64) -> f64 {
    let mut slow = 0.0;
    let length = CONDITIONING_FROM - 60 + 60 * minutes;
    for second in session
        .iter()
        .skip(60)
        .take(usize::try_from(length).expect("short"))
    {
        let demand = gain * second.load;
        slow += (parameters.drift_gain * demand - slow) / parameters.drift_tau_s;
    }
    slow * 60.0 / from_u64(length)
}

fn measured(minutes: u64, wanted: impl Fn(Condition) -> bool) -> Figures {
    let mut figures = Figures::default();
    for one in reference_cohort()
        .filter(|one| wanted(one.patient.condition))
        .step_by(EVERY)
    {
        figures.look(&one, minutes);
    }
    figures
}

#[test]
fn after_twenty_minutes_gain_and_time_constant_are_near_and_their_uncertainty_is_honest() {
    let figures = measured(20, |condition| condition != Condition::Af);
    println!("{figures:?}");
    assert!(figures.told.is() >= 0.95, "{figures:?}");
    assert!(figures.gain_near.is() >= 0.95, "{figures:?}");
    assert!(figures.gain_honest.is() >= 0.9, "{figures:?}");
    assert!(figures.tau_near.is() >= 0.9, "{figures:?}");
    assert!(figures.tau_honest.is() >= 0.9, "{figures:?}");
    assert!(figures.drift_honest.is() >= 0.85, "{figures:?}");
}

#[test]
fn as_soon_as_it_is_told_the_gain_is_worth_something() {
    let figures = measured(3, |condition| condition != Condition::Af);
    assert!(figures.gain_near.is() >= 0.9, "{figures:?}");
    assert!(figures.gain_honest.is() >= 0.85, "{figures:?}");
}

#[test]
fn in_atrial_fibrillation_its_doubt_is_wide_enough() {
    let figures = measured(20, |condition| condition == Condition::Af);
    assert!(figures.gain_honest.is() >= 0.9, "{figures:?}");
}

/// What is found on a day on which the heart answers so many times as strongly as on the three before.
fn found(one: &CohortPatient, answers: f64) -> Vec<Finding> {
    let irregular = one.patient.condition == Condition::Af;
    let on = |day, answers| {
        let trial = Trial::of(one.patient.condition, one.patient.seed, one.exercise);
        let session = trial.on_another_day(day, answers).seconds();
        taught(&session, 20, irregular)
    };
    let earlier: Vec<Learned> = [7, 5, 2].iter().filter_map(|day| on(*day, 1.0)).collect();
    on(0, answers).map_or_else(Vec::new, |learned| {
        findings(&Shown {
            learned: &learned,
            earlier: &earlier,
            mass_kg: None,
            assessed_gain: Some(one.patient.assessment.assessed_gain_bpm_per_met),
            irregular,
            is_first: true,
        })
    })
}

/// In how many of the sample less load, more load, and an answer unlike the assessed one are found.
fn shares(answers: f64, wanted: impl Fn(Condition) -> bool) -> [Share; 3] {
    let mut shares = [Share::default(); 3];
    for one in reference_cohort()
        .filter(|one| wanted(one.patient.condition))
        .step_by(EVERY + 2)
    {
        let found = found(&one, answers);
        let load = |sign: f64| {
            found.iter().any(|finding| {
                matches!(finding, Finding::LoadAtSameHeartRate { difference_met, .. }
                    if difference_met * sign > 0.0)
            })
        };
        let answer = |finding: &Finding| matches!(finding, Finding::AnswerToLoad { .. });
        shares[0].look(load(-1.0));
        shares[1].look(load(1.0));
        shares[2].look(found.iter().any(answer));
    }
    shares
}

#[test]
fn where_nothing_has_changed_nothing_is_found() {
    let [less, more, answer] = shares(1.0, |_| true);
    println!("{less:?} {more:?} {answer:?}");
    assert_eq!((less.held, more.held), (0, 0));
    assert!(answer.is() <= 0.02, "{answer:?}");
}

#[test]
fn a_heart_that_answers_half_again_as_strongly_is_found_in_most() {
    let [less, more, _] = shares(1.5, |condition| condition != Condition::Af);
    println!("{less:?} {more:?}");
    assert!(less.is() >= 0.7, "{less:?}");
    assert_eq!(more.held, 0);
    let [less, more, _] = shares(0.65, |condition| condition != Condition::Af);
    println!("{less:?} {more:?}");
    assert_eq!(less.held, 0);
    assert!(more.is() >= 0.5, "{more:?}");
}

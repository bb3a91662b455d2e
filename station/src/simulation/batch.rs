//! Many sessions, on as many threads as wanted, handed on in their order: the same bytes whatever the number of threads.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use drivers::virtual_devices::patient::{Condition, Exercise};
use protocols::vocabulary::MachineKind;

use super::cohort::{Cohort, TrialPatient};
use super::fault::Fault;
use super::law_alone;
use super::ordered::Ordered;
use super::random;
use super::session::{self, AlarmCounts, Observer, Outcome, Plan};
use super::shrink::shrink;
use super::watched::Watched;

/// So many finished sessions may wait for an earlier one, for each thread.
const WAITING: usize = 64;
/// A patient who comes again has disturbances of another seed, so far from the first.
const NEXT_ROUND: u64 = 1_000_000;
/// Spreads the run's seed over its sessions (the increment of `SplitMix64`).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// What goes wrong in the sessions of a run, beside what a patient's own list says.
#[derive(Debug, Clone, PartialEq)]
pub enum Faults {
    /// Nothing.
    None,
    /// Drawn anew for each session.
    Random,
    /// The same in each.
    Listed(Vec<Fault>),
}

/// On whom to simulate.
#[derive(Debug, Clone, PartialEq)]
pub enum Whom {
    /// The reference cohort; in later rounds its patients are drawn anew from their conditions.
    Reference(Cohort),
    /// The patients of a file; in later rounds the same ones on another day.
    Listed(Cohort),
    /// People who would have been assessed as the patient of a prescription was.
    Ordered(Box<Ordered>),
}

/// What to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// On whom.
    pub whom: Whom,
    /// How many sessions; a cohort is gone through again and again.
    pub sessions: u32,
    /// Of the faults, and of nothing else.
    pub seed: u64,
    /// What goes wrong.
    pub faults: Faults,
    /// The law without supervision.
    pub law_alone: bool,
    /// Whether an oximeter is worn.
    pub oximeter: bool,
}

/// One session of a run.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its number in the run, from 0.
    pub number: u32,
    /// Its name.
    pub id: String,
    /// What the patient has.
    pub condition: Condition,
    /// All that makes it.
    pub plan: Plan,
}

/// What came of a session.
#[derive(Debug, Clone)]
pub struct Report {
    /// Which.
    pub session: Session,
    /// What came of it.
    pub outcome: Outcome,
    /// What should never be.
    pub violations: Vec<Violation>,
    /// The shortest schedule of faults that still shows the first of them.
    pub shown_by: Vec<Fault>,
}

/// Something that should never be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// Which invariant, as the design numbers them, or `panic`.
    pub invariant: String,
    /// When, in milliseconds from the start of the session.
    pub at_ms: u64,
    /// What was seen.
    pub what: String,
}

impl Order {
    /// Session `number` of the run. `None` where a figure is no unit's.
    #[must_use]
    pub fn session(&self, number: u32) -> Option<Session> {
        let (id, condition, mut plan) = match &self.whom {
            Whom::Reference(cohort) => self.of_cohort(cohort, true, number)?,
            Whom::Listed(cohort) => self.of_cohort(cohort, false, number)?,
            Whom::Ordered(ordered) => (
                format!("expected-{}", number.saturating_add(1)),
                ordered.condition(),
                ordered.plan(number),
            ),
        };
        match &self.faults {
            Faults::None => {}
            Faults::Listed(listed) => {
                let exercise = exercise_of(plan.machine.kind);
                let possible = listed.iter().filter(|fault| fault.kind.fits(exercise));
                plan.faults.extend(possible.copied());
            }
            Faults::Random => {
                let seed = self
                    .seed
                    .wrapping_add(u64::from(number).wrapping_mul(SPREAD));
                let drawn = random::draw(seed, plan.machine.kind, &plan.times, self.oximeter);
                plan.faults.extend(drawn);
            }
        }
        Some(Session {
            number,
            id,
            condition,
            plan,
        })
    }

    fn of_cohort(
        &self,
        cohort: &Cohort,
        draws_anew: bool,
        number: u32,
    ) -> Option<(String, Condition, Plan)> {
        let patients = u32::try_from(cohort.patients.len()).ok()?;
        let index = usize::try_from(number.checked_rem(patients)?).ok()?;
        let round = u64::from(number.checked_div(patients)?);
        let patient = cohort.patients.get(index)?;
        let patient = match round {
            0 => patient.clone(),
            _ => again(patient, draws_anew, round),
        };
        let plan = Plan::of(&patient, cohort.session, cohort.nurse, self.oximeter)?;
        Some((patient.id, patient.condition, plan))
    }
}

/// What a patient does on that kind of machine.
const fn exercise_of(machine: MachineKind) -> Exercise {
    match machine {
        MachineKind::Cycle => Exercise::Cycle,
        MachineKind::Treadmill => Exercise::Treadmill,
    }
}

/// A patient of a later round: another of the same condition, or the same one on another day.
fn again(patient: &TrialPatient, draws_anew: bool, round: u64) -> TrialPatient {
    let seed = patient.seed.wrapping_add(round.wrapping_mul(NEXT_ROUND));
    if draws_anew {
        return TrialPatient::drawn(patient.condition, seed, patient.exercise);
    }
    TrialPatient {
        id: format!("{}-{}", patient.id, round.saturating_add(1)),
        seed,
        ..patient.clone()
    }
}

/// Runs one session under the eyes of `observer` and of the monitor. What breaks an invariant is shown by as few faults as do it.
pub fn run_one(session: &Session, law_alone: bool, observer: &mut impl Observer) -> Report {
    let (outcome, violations) = if law_alone {
        let outcome = law_alone::run(&session.plan, observer).unwrap_or_else(Outcome::of_nothing);
        (outcome, Vec::new())
    } else {
        watched(&session.plan, observer)
    };
    let shown_by = violations.first().map_or_else(Vec::new, |first| {
        shrink(&session.plan.faults, |faults| {
            let plan = Plan {
                faults: faults.to_vec(),
                ..session.plan.clone()
            };
            let (_, again) = watched(&plan, &mut ());
            again
                .iter()
                .any(|violation| violation.invariant == first.invariant)
        })
    });
    Report {
        session: session.clone(),
        outcome,
        violations,
        shown_by,
    }
}

/// A session and what the monitor saw in it. A panic of the core is a violation, not the end of the run.
fn watched(plan: &Plan, observer: &mut impl Observer) -> (Outcome, Vec<Violation>) {
    let mut monitor = Watched::new(plan);
    let ran = catch_unwind(AssertUnwindSafe(|| {
        session::run(plan, &mut (observer, &mut monitor))
    }));
    let mut violations = monitor.as_ref().map_or_else(Vec::new, Watched::violations);
    let outcome = ran.unwrap_or_else(|_| {
        violations.push(Violation {
            invariant: "panic".to_owned(),
            at_ms: 0,
            what: "the core panicked; run this session by itself to see where".to_owned(),
        });
        Outcome::of_nothing()
    });
    if let Some(second) = outcome.not_lowered_at_s {
        violations.push(Violation {
            invariant: "lowered".to_owned(),
            at_ms: u64::from(second).saturating_mul(1_000),
            what: "for a minute the machine had been told clearly more than was granted".to_owned(),
        });
    }
    (outcome, violations)
}

/// Runs all sessions, or one of them, on `jobs` threads and hands each result on in order. Stops where `take` says so.
pub fn run_all<R: Send>(
    order: &Order,
    only: Option<u32>,
    jobs: u16,
    run: impl Fn(&Session) -> R + Sync,
    mut take: impl FnMut(R) -> bool,
) {
    let first = only.unwrap_or(0);
    let end = only.map_or(order.sessions, |only| only.saturating_add(1));
    let next = AtomicU32::new(first);
    let (sender, receiver) = sync_channel(WAITING);
    let work = |sender: SyncSender<(u32, Option<R>)>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= end {
                break;
            }
            let report = order.session(number).map(|session| run(&session));
            if sender.send((number, report)).is_err() {
                break;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let sender = sender.clone();
            scope.spawn(|| work(sender));
        }
        drop(sender);
        in_order(receiver, first, &mut take);
    });
}

fn in_order<R>(receiver: Receiver<(u32, Option<R>)>, first: u32, take: &mut impl FnMut(R) -> bool) {
    let mut early = BTreeMap::new();
    let mut due = first;
    for (number, report) in receiver {
        early.insert(number, report);
        while let Some(report) = early.remove(&due) {
            due = due.saturating_add(1);
            if let Some(report) = report
                && !take(report)
            {
                return;
            }
        }
    }
}

impl TrialPatient {
    /// A patient drawn from a condition, with the reference prescription.
    #[must_use]
    pub fn drawn(condition: Condition, seed: u64, exercise: Exercise) -> Self {
        let patient = condition.draw(seed);
        Self::of(drivers::virtual_devices::cohort::CohortPatient {
            number: 0,
            patient,
            exercise,
            prescription: drivers::virtual_devices::patient::ReferencePrescription::of(
                &patient, exercise,
            ),
        })
    }
}

impl Outcome {
    /// Of a session that did not take place.
    fn of_nothing() -> Self {
        Self {
            measures: None,
            alarms: AlarmCounts::default(),
            alarmed: Vec::new(),
            told: Vec::new(),
            steps: Vec::new(),
            lasted_s: 0,
            finished: false,
            not_lowered_at_s: None,
        }
    }
}

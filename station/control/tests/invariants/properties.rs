//! The invariants as properties: readings, faults, people and time are driven through a station and a watcher looks on.
//!
//! One run of fixed seed covers all of them, and prints which states, transitions, rules and refusals it reached; what it has to
//! reach is asserted, so that the generators cannot go blind.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use control::Station;
use control::input::{Action, Device, Input, LinkState};
use control::rules::{RuleId, RuleSet, table};
use control::view::PhaseKind;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use protocols::vocabulary::Capabilities;

use crate::bench::{Bench, clinging_cycle, constant, cycle, mets, setup, treadmill};
use crate::reached;
use crate::walk::{Case, Step, case};
use crate::watcher::{Call, Watcher};

/// How often each thing was reached.
#[derive(Debug, Clone, Default)]
struct Reached(BTreeMap<String, u64>);

impl Reached {
    fn note(&mut self, kind: &str, what: impl Debug) {
        *self.0.entry(format!("{kind} {what:?}")).or_default() += 1;
    }

    fn join(&mut self, other: Self) {
        for (what, count) in other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }
}

/// A bench that is watched, and its twin.
pub(crate) struct Watched {
    pub(crate) bench: Bench,
    twin: Option<Station>,
    watcher: Watcher,
    pub(crate) case: Case,
    reached: Reached,
    /// Rules that acted on load as of the last decision, and those that were seen in the call before.
    acting: RuleSet,
    seen: RuleSet,
}

impl Watched {
    fn new(case: &Case) -> Self {
        Self::at(if case.belt { treadmill() } else { cycle() }, case)
    }

    fn at(capabilities: Capabilities, case: &Case) -> Self {
        Self {
            bench: Bench::new(capabilities),
            twin: None,
            watcher: Watcher::new(capabilities),
            case: case.clone(),
            reached: Reached::default(),
            acting: RuleSet::EMPTY,
            seen: RuleSet::EMPTY,
        }
    }

    fn send(&mut self, input: &Input) -> Result<(), String> {
        let before = self.bench.station.view();
        self.bench.send(input);
        let after = self.bench.station.view();
        let alarms: Vec<_> = self.bench.station.alarms().collect();
        let now = self.bench.now();
        self.watcher.watch(&Call {
            now,
            input,
            before: &before,
            after: &after,
            outputs: &self.bench.last,
            alarms: &alarms,
        })?;
        if let Some(twin) = self.twin.as_mut() {
            let mut outputs = control::outputs::Outputs::default();
            twin.handle(now, input, &mut outputs);
            if outputs != self.bench.last {
                return Err(format!("I10: the twin says {outputs:?}"));
            }
        }
        self.note();
        Ok(())
    }

    fn note(&mut self) {
        let outputs = &self.bench.last;
        if let Some((from, to)) = outputs.phase_change {
            self.reached.note("phase", to);
            self.reached.note("transition", (from, to));
        }
        if let Some(refusal) = outputs.refused {
            self.reached.note("refusal", refusal);
        }
        if let Some(decision) = outputs.decision {
            let reason = format!("{:?}", decision.binding);
            let kind: String = reason.chars().take_while(|c| *c != '(').collect();
            self.reached.note("reason", kind);
            self.acting = decision.acting;
        }
        self.note_rules();
    }

    /// A rule is reached when it calls, acts on load, or takes trust away.
    fn note_rules(&mut self) {
        let view = self.bench.station.view();
        let mut seen = self.acting;
        for alarm in self.bench.station.alarms() {
            seen.insert(alarm.rule);
        }
        for vital in [view.heart_rate, view.pulse, view.saturation] {
            if let Some(rule) = vital.doubted_by {
                seen.insert(rule);
            }
        }
        for rule in seen.without(self.seen).iter() {
            self.reached.note("rule", rule);
        }
        self.seen = seen;
    }

    pub(crate) fn wait(&mut self, tenths: u16) -> Result<(), String> {
        for _ in 0..tenths {
            for input in self.bench.due() {
                self.send(&input)?;
            }
        }
        Ok(())
    }

    pub(crate) fn act(&mut self, action: Action) -> Result<(), String> {
        self.send(&Input::Operator(action))
    }

    pub(crate) fn mend(&mut self) -> Result<(), String> {
        self.bench.strap_on = true;
        self.bench.oximeter_on = true;
        self.bench.reports = true;
        self.bench.saturation = 97;
        self.bench.pulse = None;
        self.bench.stuck = None;
        self.bench.weak = false;
        self.bench.heart_rate = 70;
        self.bench.gain = 11.0;
        self.bench.machine.deaf = false;
        self.bench.machine.refuses = false;
        self.bench.machine.share = 1.0;
        self.bench.machine.cadence = 60;
        for input in [
            Input::StopCircuit { open: false },
            Input::Watched { by_anyone: true },
            Input::Record { whole: true },
            Input::Sensors {
                bound: self.case.setup.sensors,
            },
        ] {
            self.send(&input)?;
        }
        for device in [Device::Machine, Device::Strap, Device::Oximeter] {
            self.send(&Input::Link {
                device,
                state: LinkState::Up,
            })?;
        }
        self.act(Action::AcknowledgeAll)
    }

    pub(crate) fn slide(&mut self, towards: u16) -> Result<(), String> {
        self.bench.gain = 0.0;
        while self.bench.heart_rate != towards {
            if self.bench.heart_rate < towards {
                self.bench.heart_rate += 1;
            } else {
                self.bench.heart_rate -= 1;
            }
            self.wait(10)?;
        }
        Ok(())
    }

    pub(crate) fn nurse(&mut self) -> Result<(), String> {
        self.mend()?;
        self.wait(150)?;
        self.act(Action::AcknowledgeAll)?;
        self.wait(2)?;
        self.act(Action::Resume)
    }

    fn begin(&mut self) -> Result<(), String> {
        self.mend()?;
        self.act(Action::Begin(self.case.setup))?;
        self.act(Action::DoorChecked)?;
        self.act(Action::ConfirmStart)?;
        self.wait(650)
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        let bench = &mut self.bench;
        match step {
            Step::Wait(tenths) => return self.wait(*tenths),
            Step::HeartRate(beats) => bench.heart_rate = *beats,
            Step::Gain(gain) => bench.gain = f64::from(*gain),
            Step::Slide(towards) => return self.slide(*towards),
            Step::Stuck(at) => bench.stuck = *at,
            Step::Pulse(differs) => bench.pulse = *differs,
            Step::Weak(weak) => bench.weak = *weak,
            Step::Half(tenths) => {
                bench.machine.share = 0.5;
                self.wait(*tenths)?;
                self.bench.machine.share = 1.0;
            }
            Step::Strap(on) => bench.strap_on = *on,
            Step::Saturation(percent) => bench.saturation = *percent,
            Step::Oximeter(on) => bench.oximeter_on = *on,
            Step::Cadence(cadence) => bench.machine.cadence = *cadence,
            Step::Deaf(deaf) => bench.machine.deaf = *deaf,
            Step::Refuses(refuses) => bench.machine.refuses = *refuses,
            Step::Restart => bench.machine.restart(),
            Step::Share(percent) => bench.machine.share = f64::from(*percent) / 100.0,
            Step::OwnKeys(much) => bench.machine.turn_up(f64::from(*much)),
            Step::Reports(on) => bench.reports = *on,
            Step::Link(device, state) => {
                let (device, state) = (*device, *state);
                return self.send(&Input::Link { device, state });
            }
            Step::StopCircuit(open) => return self.send(&Input::StopCircuit { open: *open }),
            Step::Watched(by_anyone) => {
                return self.send(&Input::Watched {
                    by_anyone: *by_anyone,
                });
            }
            Step::Record(whole) => return self.send(&Input::Record { whole: *whole }),
            Step::Gap(millis) => {
                bench.tenths += u64::from(*millis) / 100;
                let lasted = Duration::from_millis(u64::from(*millis));
                return self.send(&Input::LoopGap { lasted });
            }
            Step::Bind(bound) => return self.send(&Input::Sensors { bound: *bound }),
            Step::Fault => return self.send(&Input::Fault),
            Step::Closes { over } => return self.send(&Input::GymCloses { over: *over }),
            Step::Do(action) => return self.act(action.clone()),
            Step::Nurse => return self.nurse(),
            Step::Arrive => return self.act(Action::Begin(self.case.setup)),
            Step::Begin => return self.begin(),
            Step::Play(scene) => return self.play(*scene),
        }
        Ok(())
    }

    fn run(mut self) -> Result<(Reached, Watcher), String> {
        let steps = self.case.steps.clone();
        for (index, step) in steps.iter().enumerate() {
            if index == self.case.twin_from {
                let written = postcard::to_stdvec(&self.bench.station)
                    .map_err(|error| format!("I10: it cannot be written: {error}"))?;
                let read = postcard::from_bytes(&written)
                    .map_err(|error| format!("I10: it cannot be read: {error}"))?;
                self.twin = Some(read);
            }
            self.step(step)?;
        }
        if let Some(twin) = &self.twin
            && twin != &self.bench.station
        {
            return Err("I10: the twin is another".to_owned());
        }
        Ok((self.reached, self.watcher))
    }
}

/// What the run has to have reached.
const PHASES: [PhaseKind; 9] = [
    PhaseKind::Ready,
    PhaseKind::Starting,
    PhaseKind::WarmUp,
    PhaseKind::Conditioning,
    PhaseKind::CoolDown,
    PhaseKind::Recovery,
    PhaseKind::Finished,
    PhaseKind::Paused,
    PhaseKind::Stopped,
];

const TRANSITIONS: [(PhaseKind, PhaseKind); 24] = [
    (PhaseKind::Idle, PhaseKind::Ready),
    (PhaseKind::Ready, PhaseKind::WarmUp),
    (PhaseKind::Ready, PhaseKind::Starting),
    (PhaseKind::Ready, PhaseKind::Finished),
    (PhaseKind::Starting, PhaseKind::WarmUp),
    (PhaseKind::Starting, PhaseKind::Conditioning),
    (PhaseKind::WarmUp, PhaseKind::Conditioning),
    (PhaseKind::WarmUp, PhaseKind::CoolDown),
    (PhaseKind::WarmUp, PhaseKind::Paused),
    (PhaseKind::WarmUp, PhaseKind::Stopped),
    (PhaseKind::Conditioning, PhaseKind::CoolDown),
    (PhaseKind::Conditioning, PhaseKind::Paused),
    (PhaseKind::Conditioning, PhaseKind::Stopped),
    (PhaseKind::CoolDown, PhaseKind::Conditioning),
    (PhaseKind::CoolDown, PhaseKind::WarmUp),
    (PhaseKind::CoolDown, PhaseKind::Recovery),
    (PhaseKind::CoolDown, PhaseKind::Finished),
    (PhaseKind::CoolDown, PhaseKind::Stopped),
    (PhaseKind::Paused, PhaseKind::Conditioning),
    (PhaseKind::Paused, PhaseKind::Stopped),
    (PhaseKind::Stopped, PhaseKind::Conditioning),
    (PhaseKind::Stopped, PhaseKind::Finished),
    (PhaseKind::Recovery, PhaseKind::Finished),
    (PhaseKind::Finished, PhaseKind::Ready),
];

/// Steps that the state machine knows and the run of the usual seed does not reach, each with the reason.
const NEVER: [((PhaseKind, PhaseKind), &str); 0] = [];

/// Cases and seed of the run that every test run repeats.
const USUAL: (u32, u8) = (240, 15);

const INVARIANTS: [&str; 12] = [
    "I1", "I2", "I3", "I3 belt", "I4", "I5", "I6", "I7", "I8", "I11", "I13", "I14",
];

/// Rules that no run of a core can reach.
const OUT_OF_REACH: [(RuleId, &str); 1] = [(
    RuleId::HostSilent,
    "the relay's own timer judges it: a core that takes no turn cannot",
)];

/// What a longer run found once, and must not find again.
fn found_before() -> [(&'static str, Case); 1] {
    let mut irregular = setup(constant(), true);
    irregular.prescription.saturation_required = false;
    irregular.prescription.ceiling = mets(2.0);
    irregular.prescription.ramp_up = 0.2;
    irregular.prescription.warm_up_ramp = 3.2;
    irregular.patient.atrial_fibrillation = true;
    let steps = vec![
        Step::Begin,
        Step::StopCircuit(true),
        Step::Nurse,
        Step::Wait(80),
        Step::HeartRate(129),
        Step::Wait(52),
        Step::Wait(194),
    ];
    [(
        "a belt that went on rising while a doubtful heart rate was high",
        Case {
            belt: true,
            setup: irregular,
            steps,
            twin_from: usize::MAX,
        },
    )]
}

#[test]
fn what_was_found_before_is_not_found_again() {
    for (what, case) in found_before() {
        if let Err(broken) = Watched::new(&case).run() {
            panic!("{what}: {broken}");
        }
    }
}

/// How many cases, and of which seed: more by hand, with `INVARIANT_CASES` and `INVARIANT_SEED`.
fn from_environment<T: std::str::FromStr>(name: &str, usual: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(usual)
}

#[test]
fn the_invariants_hold_whatever_happens() {
    let cases = from_environment("INVARIANT_CASES", USUAL.0);
    let seed = from_environment("INVARIANT_SEED", USUAL.1);
    let config = Config {
        cases,
        max_shrink_iters: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, random);
    let reached = RefCell::new(Reached::default());
    let looked = RefCell::new(BTreeMap::<&'static str, u64>::new());
    let result = runner.run(&case(), |case| {
        let (found, watcher) = Watched::new(&case).run().map_err(TestCaseError::fail)?;
        reached.borrow_mut().join(found);
        for (invariant, count) in watcher.looked {
            *looked.borrow_mut().entry(invariant).or_default() += count;
        }
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\nafter {case:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    let reached = reached.into_inner();
    let looked = looked.into_inner();
    println!("{:<48} {:>9}", "reached", "times");
    for (what, count) in &reached.0 {
        println!("{what:<48} {count:>9}");
    }
    for (invariant, count) in &looked {
        println!("{:<48} {count:>9}", format!("looked at {invariant}"));
    }
    assert_nothing_impossible_was_reached(&reached);
    for phase in PHASES {
        assert!(
            reached.0.contains_key(&format!("phase {phase:?}")),
            "{phase:?} was not reached"
        );
    }
    for transition in TRANSITIONS {
        assert!(
            reached
                .0
                .contains_key(&format!("transition {transition:?}")),
            "{transition:?} was not reached"
        );
    }
    assert_every_rule_was_reached(&reached);
    for invariant in INVARIANTS {
        assert!(looked.contains_key(invariant), "{invariant} saw nothing");
    }
    if (cases, seed) == USUAL {
        assert_never_is_never(&reached);
        let out = OUT_OF_REACH.map(|(rule, why)| (rule.name().to_owned(), why));
        reached::compare(&reached::document(&reached.0, &looked, cases, &NEVER, &out));
    }
}

#[test]
fn the_invariants_hold_on_a_brake_that_cannot_let_go() {
    let config = Config {
        cases: from_environment("INVARIANT_CASES", 60),
        max_shrink_iters: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let seed = from_environment("INVARIANT_SEED", USUAL.1);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, random);
    let reached = RefCell::new(Reached::default());
    let result = runner.run(&case().prop_filter("a bike", |case| !case.belt), |case| {
        let watched = Watched::at(clinging_cycle(), &case);
        let (found, _) = watched.run().map_err(TestCaseError::fail)?;
        reached.borrow_mut().join(found);
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\nafter {case:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    for phase in PHASES {
        let is_reached = reached.borrow().0.contains_key(&format!("phase {phase:?}"));
        assert!(
            is_reached || phase == PhaseKind::Starting,
            "{phase:?} was not reached"
        );
    }
}

/// A step from phase to phase that no event of the state machine explains is a mistake, of the one or of the other.
fn assert_nothing_impossible_was_reached(reached: &Reached) {
    let possible = reached::possible();
    for pair in reached::transitions(&reached.0).into_keys() {
        assert!(
            possible.contains(&pair),
            "{pair:?} is no step of the state machine"
        );
    }
}

/// What the state machine knows and the run does not reach is named in `NEVER`, and nothing else is.
fn assert_never_is_never(reached: &Reached) {
    let found = reached::transitions(&reached.0);
    let missed: Vec<_> = reached::possible()
        .into_iter()
        .filter(|pair| !found.contains_key(pair))
        .collect();
    let mut named: Vec<_> = NEVER
        .iter()
        .map(|((from, to), _)| (format!("{from:?}"), format!("{to:?}")))
        .collect();
    named.sort();
    assert_eq!(missed, named, "never reached, and named as never reached");
}

/// Every rule of the table, but for those that cannot be; and those really are not.
fn assert_every_rule_was_reached(reached: &Reached) {
    let is_reached = |rule: RuleId| reached.0.contains_key(&format!("rule {rule:?}"));
    let missed: Vec<RuleId> = table::all()
        .map(|row| row.id)
        .filter(|rule| !is_reached(*rule) && OUT_OF_REACH.iter().all(|(out, _)| out != rule))
        .collect();
    assert!(missed.is_empty(), "never reached: {missed:?}");
    for (rule, why) in OUT_OF_REACH {
        println!("{:<48} {why}", format!("out of reach {rule:?}"));
        assert!(!is_reached(rule), "{rule:?} is said to be out of reach");
    }
}

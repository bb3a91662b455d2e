//! No change of mode, of phase or of target moves the load up by itself: for every mode, every way into it and out of it.

use std::time::Duration;

use control::input::Action;
use control::prescription::Mode;
use control::view::PhaseKind;
use proptest::prelude::*;

use crate::bench::{Bench, constant, cycle, heart_rate_held, mets, setup, treadmill};

/// Every mode.
fn modes() -> [Mode; 6] {
    [
        constant(),
        heart_rate_held(),
        Mode::MetHeld { target: mets(3.2) },
        Mode::Interval {
            work: mets(4.0),
            work_for: Duration::from_mins(2),
            recovery: mets(2.0),
            recovery_for: Duration::from_mins(2),
            repeats: 2,
        },
        four_by_four(),
        Mode::ByHand,
    ]
}

pub(crate) fn four_by_four() -> Mode {
    Mode::HeartRateInterval {
        work: 112.0,
        work_for: Duration::from_mins(2),
        recovery: 95.0,
        recovery_for: Duration::from_mins(2),
        repeats: 2,
        assessed_gain: Some(10.0),
        assessed_rest: Some(70.0),
    }
}

/// What can change who leads the load, or where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    HandUp,
    HandDown,
    Automatic,
    TargetUp,
    TargetDown,
    PauseAndResume,
    StopAndResume,
    CoolDownAndBack,
    StrapLostAndBack,
    OximeterStandsIn,
    SaturationLowAndBack,
    MachineGivesLess,
    TurnChanges,
}

const CHANGES: [Change; 13] = [
    Change::HandUp,
    Change::HandDown,
    Change::Automatic,
    Change::TargetUp,
    Change::TargetDown,
    Change::PauseAndResume,
    Change::StopAndResume,
    Change::CoolDownAndBack,
    Change::StrapLostAndBack,
    Change::OximeterStandsIn,
    Change::SaturationLowAndBack,
    Change::MachineGivesLess,
    Change::TurnChanges,
];

/// A bench that looks at each tenth of a second: load never rises faster than the ramp, and not at all in the call of a change.
struct Watched {
    bench: Bench,
    ramp_per_second: f64,
    /// The machine's least load: what comes after none.
    least: f64,
    /// Granted at each tenth of the last 5 s and now.
    granted: Vec<f64>,
}

impl Watched {
    fn new(mode: Mode, belt: bool, ramp_up: f64) -> Self {
        let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
        let mut bout = setup(mode, belt);
        bout.prescription.ramp_up = ramp_up;
        bout.prescription.conditioning = Duration::from_hours(1);
        bench.begin(&bout);
        bench.run_to(PhaseKind::Conditioning);
        Self {
            granted: vec![bench.granted()],
            bench,
            ramp_per_second: ramp_up / 60.0,
            least: if belt { 0.5 } else { 1.0 },
        }
    }

    /// Time passes, and no 5 s of it raise the load by more than two beats may: what the ramp saved up in 6 s, and in 5 s
    /// more.
    fn run(&mut self, seconds: u64, what: &str) {
        for _ in 0..seconds * 10 {
            self.bench.tenth();
            self.granted.push(self.bench.granted());
            // What a person did in between is part of the same 5 s.
            while self.granted.len() > 50 {
                self.granted.remove(0);
            }
            let ramp = match self.bench.station.phase() {
                PhaseKind::Conditioning => self.ramp_per_second,
                PhaseKind::Idle
                | PhaseKind::Ready
                | PhaseKind::Starting
                | PhaseKind::WarmUp
                | PhaseKind::CoolDown
                | PhaseKind::Recovery
                | PhaseKind::Finished
                | PhaseKind::Paused
                | PhaseKind::Stopped => 3.0 / 60.0,
            };
            let from = self.granted[0].max(self.least);
            let now = self.bench.granted();
            assert!(now - from <= ramp * 11.0 + 1e-9, "{what}: {from} to {now}");
        }
    }

    /// A person does something: the load does not rise in that call.
    fn act(&mut self, action: Action, what: &str) {
        let before = self.bench.granted().max(self.least);
        let _ = self.bench.act(action);
        let after = self.bench.granted();
        assert!(
            after <= before + 1e-9,
            "{what}: {before} to {after} at once"
        );
        self.granted.push(after);
    }

    fn change(&mut self, change: Change) {
        let what = format!("{change:?}");
        match change {
            Change::HandUp => self.act(Action::LoadUp, &what),
            Change::HandDown => self.act(Action::LoadDown, &what),
            Change::Automatic => self.act(Action::Automatic, &what),
            Change::TargetUp => self.act(Action::TargetUp, &what),
            Change::TargetDown => self.act(Action::TargetDown, &what),
            Change::PauseAndResume => {
                self.act(Action::Pause, &what);
                self.run(5, &what);
                self.act(Action::AcknowledgeAll, &what);
                self.act(Action::Resume, &what);
            }
            Change::StopAndResume => {
                self.act(Action::Stop, &what);
                self.run(8, &what);
                self.act(Action::AcknowledgeAll, &what);
                self.act(Action::Resume, &what);
            }
            Change::CoolDownAndBack => {
                let cools_down = self.bench.station.phase() == PhaseKind::CoolDown;
                self.act(Action::BeginCoolDown, &what);
                let begun_with = self.bench.granted();
                for _ in 0..20 {
                    self.run(1, &what);
                    let now = self.bench.granted();
                    // One that was begun while it paused comes back by its ramp, and so does one that a rule had begun before a pause.
                    let begun = begun_with > 0.0 && !cools_down;
                    let rose = begun && now > begun_with + 1e-9;
                    assert!(!rose, "{what}: {begun_with} to {now}");
                }
                self.act(Action::AcknowledgeAll, &what);
                self.act(Action::Resume, &what);
            }
            Change::StrapLostAndBack => {
                self.bench.strap_on = false;
                self.run(14, &what);
                self.bench.strap_on = true;
            }
            Change::OximeterStandsIn => {
                self.bench.pulse = Some(1);
                self.run(4, &what);
                self.bench.strap_on = false;
                self.run(45, &what);
                self.bench.strap_on = true;
            }
            Change::SaturationLowAndBack => {
                self.bench.saturation = 87;
                self.run(12, &what);
                self.bench.saturation = 97;
            }
            Change::MachineGivesLess => {
                self.bench.machine.share = 0.6;
                self.run(35, &what);
                self.bench.machine.share = 1.0;
            }
            Change::TurnChanges => self.run(125, &what),
        }
        self.run(20, &what);
    }
}

#[test]
fn every_change_in_every_mode_and_every_pair_of_them_moves_no_load_up_at_once() {
    for mode in modes() {
        for belt in [false, true] {
            for first in CHANGES {
                let mut watched = Watched::new(mode, belt, 2.0);
                watched.run(20, "begins");
                watched.change(first);
                let after_first = watched.bench.clone();
                for second in CHANGES.into_iter().filter(|_| !belt) {
                    watched.bench = after_first.clone();
                    watched.granted = vec![watched.bench.granted()];
                    watched.change(second);
                }
            }
        }
    }
}

/// A belt crept up by 0.3 MET/min after a pause and goes slower than a cool-down walks: the cool-down leaves it there.
#[test]
fn a_cool_down_that_begins_under_its_own_load_raises_nothing() {
    let mut watched = Watched::new(constant(), true, 0.3);
    watched.change(Change::PauseAndResume);
    watched.run(34, "waits");
    watched.change(Change::CoolDownAndBack);
}

/// The same in a warm-up that has just begun; back in it, the load of a later cool-down is a share of the warm-up's again.
#[test]
fn a_cool_down_at_the_door_raises_nothing_and_is_not_remembered() {
    let mut bench = Bench::new(treadmill());
    let mut bout = setup(constant(), true);
    bout.prescription.warm_up_ramp = 1.0;
    bench.begin(&bout);
    bench.run_to(PhaseKind::WarmUp);
    bench.run(5);
    let begun_with = bench.granted();
    assert!(begun_with > 0.0 && begun_with < 0.6, "{begun_with}");
    bench.act(Action::BeginCoolDown).expect("it is taken");
    bench.run(30);
    assert!(bench.granted() <= begun_with, "{}", bench.granted());
    bench.act(Action::Resume).expect("it is taken");
    bench.run(120);
    assert!(bench.granted() > 1.5, "{}", bench.granted());
    bench.act(Action::BeginCoolDown).expect("it is taken");
    bench.run(60);
    // 1.6 km/h, the slowest walk of a cool-down.
    let cooled = bench.granted();
    assert!((cooled - 0.762).abs() < 0.001, "{cooled}");
}

/// A hold that is acknowledged away lets the beat come at once, and so it falls into the call that goes back from the cool-down.
#[test]
fn who_goes_back_from_a_cool_down_as_a_hold_ends_gets_no_load_at_once() {
    let mut watched = Watched::new(constant(), true, 0.3);
    watched.change(Change::SaturationLowAndBack);
    watched.change(Change::MachineGivesLess);
    watched.change(Change::CoolDownAndBack);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_follows_on_what_no_load_moves_up_at_once(
        mode in 0..6_usize,
        belt in any::<bool>(),
        ramp_up in 0.3..4.0_f64,
        changes in prop::collection::vec((0..CHANGES.len(), 0..60_u64), 2..8),
    ) {
        let mut watched = Watched::new(modes()[mode], belt, ramp_up);
        for (change, wait) in changes {
            watched.run(wait, "waits");
            watched.change(CHANGES[change]);
        }
    }
}

//! Machines that give less than they are told.

use core::time::Duration;

use control::input::Action;
use control::rules::RuleId;
use control::view::PhaseKind;

use crate::bench::{Bench, constant, cycle, setup};

/// Five minutes into a conditioning of an hour at 3.5 METs.
fn under_way() -> Bench {
    let mut setup = setup(constant(), false);
    setup.prescription.conditioning = Duration::from_hours(1);
    let mut bench = Bench::new(cycle());
    bench.begin(&setup);
    bench.run_to(PhaseKind::Conditioning);
    bench.run(300);
    bench
}

fn calls(bench: &Bench) -> usize {
    let lags = |(_, rule): &&(u64, RuleId)| *rule == RuleId::MachineBelowTarget;
    bench.raised.iter().filter(lags).count()
}

/// Whoever pedals without load at the beginning of a warm-up is put none on while the heart beats under its lower limit.
#[test]
fn a_heart_under_its_lower_limit_is_given_no_load_to_begin_with() {
    let mut bench = Bench::new(cycle());
    (bench.heart_rate, bench.gain) = (34, 2.0);
    bench.begin(&setup(constant(), false));
    let began_with = bench.granted();
    for _ in 0..300 {
        bench.tenth();
        assert!(bench.granted() <= began_with, "{}", bench.granted());
    }
    assert_eq!(bench.station.phase(), PhaseKind::CoolDown);
    assert!(bench.has_alarm(RuleId::HrLow));
}

#[test]
fn the_grant_follows_down_to_what_is_given_and_no_further() {
    let mut bench = under_way();
    let told = bench.told_watts().expect("a bike");
    bench.machine.share = 0.8;
    bench.run(45);
    let follows = f64::from(bench.told_watts().expect("a bike"));
    assert!(
        (follows - f64::from(told) * 0.8).abs() < 2.0,
        "{follows} W of {told}"
    );
    for _ in 0..600 {
        bench.run(1);
        let now = f64::from(bench.told_watts().expect("a bike"));
        assert!((now - follows).abs() < 1.5, "{now} W, and it was {follows}");
    }
    assert!(
        bench.has_alarm(RuleId::MachineBelowTarget),
        "it still gives less"
    );
    // To go on is no reason to tell it more while it does not give what it is told.
    let mut resumed = bench.clone();
    resumed.act(Action::LoadDown).expect("it may");
    resumed.act(Action::Automatic).expect("it was in a hand");
    resumed.run(20);
    let now = f64::from(resumed.told_watts().expect("a bike"));
    assert!(now < follows + 1.5, "{now} W");
    assert_eq!(calls(&bench), 1);
    // Mended, it is tried again after a while, and not before.
    bench.machine.share = 1.0;
    bench.run(500);
    assert!(bench.told_watts() < Some(told));
    bench.run(300);
    assert_eq!(bench.told_watts(), Some(told));
}

/// What load is held to for ten minutes does not hang on reports of a moment, nor comes load down for them meanwhile.
#[test]
fn reports_of_a_moment_are_not_what_a_machine_gives() {
    let follows = |says: Option<(core::ops::Range<u32>, f64)>| {
        let mut bench = under_way();
        bench.machine.share = 0.7;
        let mut lowest = bench.granted();
        for tenth in 0..1_000 {
            let power = bench.machine.power;
            let said = says.as_ref().filter(|(when, _)| when.contains(&tenth));
            if let Some((_, watts)) = said {
                bench.machine.power = *watts;
            }
            bench.tenth();
            if said.is_some() {
                bench.machine.power = power;
            }
            lowest = f64::min(lowest, bench.granted());
        }
        (lowest, bench.granted())
    };
    let (_, steady) = follows(None);
    // The alarm is raised at 15.8 s, and load follows 15 s later.
    for (when, watts) in [(155..175, 8.0), (220..260, 8.0), (220..260, 90.0)] {
        let case = format!("{watts} W at {when:?}");
        let (lowest, moment) = follows(Some((when, watts)));
        let far = f64::max((moment - steady).abs(), steady - lowest);
        assert!(
            far < 0.1,
            "{case}: {lowest:.2}, {moment:.2} and {steady:.2}"
        );
    }
}

#[test]
fn a_machine_at_its_end_is_tried_again_after_ten_minutes_or_when_a_person_asks() {
    let mut bench = under_way();
    let told = bench.told_watts().expect("a bike");
    bench.machine.most = 40.0;
    bench.run(300);
    assert_eq!(calls(&bench), 1);
    assert!(
        !bench.has_alarm(RuleId::MachineBelowTarget),
        "it gives what it is told"
    );
    assert!(bench.told_watts() <= Some(41));
    bench.machine.most = 400.0;
    let mut resumed = bench.clone();
    let mut let_be = bench.clone();
    bench.act(Action::LoadUp).expect("it may");
    bench.act(Action::Automatic).expect("it was in a hand");
    bench.run(180);
    assert_eq!(bench.told_watts(), Some(told));
    resumed.act(Action::Pause).expect("it may");
    resumed.run(20);
    resumed.act(Action::Resume).expect("it may");
    resumed.run(300);
    assert_eq!(resumed.told_watts(), Some(told));
    let_be.run(180);
    assert!(let_be.told_watts() <= Some(41), "nobody asked");
    let mut bench = under_way();
    bench.machine.most = 40.0;
    bench.run(3_000);
    assert!(
        (3..=5).contains(&calls(&bench)),
        "{} in fifty minutes",
        calls(&bench)
    );
}

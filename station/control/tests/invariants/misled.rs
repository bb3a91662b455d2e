//! Hearts that fail, and sensors that mislead for minutes, through the whole station.

use control::input::Action;
use control::prescription::{BoundSensors, BoutSetup, Mode};
use control::rules::{Priority, RuleId};
use control::view::{PhaseKind, Trust};
use protocols::vocabulary::Capabilities;

use crate::bench::{Bench, constant, cycle, heart_rate_held, mets, setup, treadmill};

/// Ten minutes into a conditioning of half an hour, on a strap alone.
fn under_way(mode: Mode) -> Bench {
    let mut bench = begun(mode, cycle());
    bench.run(600);
    bench
}

fn begun(mode: Mode, machine: Capabilities) -> Bench {
    let mut setup = on_a_strap(mode, machine.belt.is_some());
    setup.prescription.conditioning = core::time::Duration::from_mins(30);
    let mut bench = Bench::new(machine);
    bench.oximeter_on = false;
    bench.gain = 10.0;
    bench.begin(&setup);
    bench.run_to(PhaseKind::Conditioning);
    bench
}

fn on_a_strap(mode: Mode, belt: bool) -> BoutSetup {
    let mut setup = setup(mode, belt);
    setup.prescription.saturation_required = false;
    setup.sensors = BoundSensors {
        strap: true,
        oximeter: false,
    };
    setup
}

fn shown(bench: &Bench) -> u16 {
    let rate = bench.station.view().heart_rate.value.expect("it is heard");
    protocols::vocabulary::number::floor_to_u16(rate).expect("a heart rate")
}

/// The strap says each of these, a second apiece.
fn says(bench: &mut Bench, rates: impl IntoIterator<Item = u16>) {
    for rate in rates {
        bench.stuck = Some(rate);
        bench.run(1);
    }
}

/// As a heart does that stays where it is.
fn around(rate: u16) -> impl Iterator<Item = u16> {
    [0, 1, 2, 1]
        .into_iter()
        .cycle()
        .map(move |more| rate + more)
}

/// Down by so many tenths of a beat each second, as long as it is over `to`.
fn down(from: u16, tenths: u16, to: u16) -> impl Iterator<Item = u16> {
    (0..)
        .map(move |second: u16| from.saturating_sub(second * tenths / 10))
        .take_while(move |rate| *rate > to)
}

/// Down by twelve in ten seconds, which is no step: the strap is believed.
fn faint(from: u16, to: u16) -> impl Iterator<Item = u16> {
    down(from, 12, to).chain(around(to).take(30))
}

/// The strap says each of these, and a person sees every alarm each half minute.
fn says_and_is_seen(
    bench: &mut Bench,
    rates: impl Iterator<Item = u16>,
    mut then: impl FnMut(&Bench, u16),
) {
    for (second, rate) in rates.enumerate() {
        says(bench, [rate]);
        if second % 30 == 0 {
            bench.act(Action::AcknowledgeAll).expect("it may");
        }
        then(bench, rate);
    }
}

/// What the plunge itself takes away is no reason to take the plunge for what less load does.
#[test]
fn who_faints_is_told_of_and_let_go_though_the_rule_itself_lowers_load() {
    for mode in [constant(), heart_rate_held()] {
        let mut bench = under_way(mode);
        let (before, from) = (bench.granted(), shown(&bench));
        for rate in faint(from, 50) {
            says(&mut bench, [rate]);
            assert!(bench.granted() <= before + 0.5, "{:?}", bench.raised);
        }
        let plunge = bench
            .station
            .alarms()
            .find(|alarm| alarm.rule == RuleId::HrPlunge);
        assert_eq!(
            plunge.map(|alarm| alarm.priority),
            Some(Priority::High),
            "{:?}",
            bench.raised
        );
        assert!(
            bench.granted() < before - 1.0,
            "{} of {before}",
            bench.granted()
        );
    }
}

#[test]
fn who_faints_slower_is_told_of_though_load_was_just_taken_away() {
    let mut bench = under_way(constant());
    let from = shown(&bench);
    bench.act(Action::LoadDown).expect("it may");
    says(&mut bench, around(from).take(10));
    // Half a beat a second: no plunge.
    let raised = bench.raised.len();
    says(&mut bench, (0..100).map(|second| from - second / 2));
    let told = bench.raised.get(raised..).unwrap_or_default();
    assert!(
        told.iter().any(|(_, rule)| *rule == RuleId::HrFall),
        "{told:?}"
    );
}

/// What `hr-fall` took while the heart came down slowly is no reason to take the plunge that follows for what less load does; and once that
/// was seen, no load comes back.
#[test]
fn who_faints_slowly_at_first_is_told_of_though_load_was_taken_away_for_it() {
    for acknowledged in [false, true] {
        let mut bench = under_way(constant());
        let from = shown(&bench);
        says(&mut bench, (0..75).map(|second| from - second * 3 / 10));
        assert!(bench.has_alarm(RuleId::HrFall), "{:?}", bench.raised);
        if acknowledged {
            bench.act(Action::AcknowledgeAll).expect("it may");
        }
        let (now, raised) = (shown(&bench), bench.raised.len());
        says(&mut bench, faint(now, 44));
        let told = bench.raised.get(raised..).unwrap_or_default();
        let plunges = told.iter().any(|(_, rule)| *rule == RuleId::HrPlunge);
        assert!(plunges, "{acknowledged}: {told:?}");
        let before = bench.granted();
        says(&mut bench, around(44).take(240));
        assert!(bench.granted() <= before, "{before} {}", bench.granted());
    }
}

/// At the bottom a heart falls no more, and what was seen of its fall is no reason to load it again.
#[test]
fn who_came_down_slowly_is_not_loaded_again_at_the_bottom() {
    for mode in [Mode::Constant { target: mets(4.6) }, heart_rate_held()] {
        let mut bench = under_way(mode);
        let from = shown(&bench);
        let mut lowest = f64::INFINITY;
        let way = down(from, 3, 55).chain(around(54).take(400));
        says_and_is_seen(&mut bench, way, |bench, rate| {
            if rate < 60 {
                let granted = bench.granted();
                lowest = lowest.min(granted);
                assert!(granted < lowest + 0.1, "{granted}: {:?}", bench.raised);
            }
        });
        assert!(lowest < 2.0, "{lowest}");
    }
}

/// The cool-down of a small load is none, and a patient sits there all the same; what a rule takes away does not end it.
#[test]
fn who_faints_where_there_is_no_load_is_told_of() {
    for cools_down in [true, false] {
        let mut bench = under_way(Mode::Constant { target: mets(3.0) });
        let from = shown(&bench);
        if cools_down {
            bench.act(Action::BeginCoolDown).expect("it may");
            says(&mut bench, around(from - 1).take(90));
            assert_eq!(bench.told_watts(), Some(0));
        }
        let raised = bench.raised.len();
        let way = down(from, 4, 36).chain(around(35).take(30));
        says_and_is_seen(&mut bench, way, |_, _| {});
        let told = bench.raised.get(raised..).unwrap_or_default();
        let low = told.iter().any(|(_, rule)| *rule == RuleId::HrLow);
        assert!(low, "{cools_down}: {told:?}");
    }
}

/// A high load that went at once explains much of what a heart does next, and not that it nearly stops: by then somebody knows.
#[test]
fn who_faints_after_a_stop_or_in_a_pause_is_told_of() {
    for by_tenths in [10, 15, 20] {
        for action in [Action::Stop, Action::Pause] {
            let case = format!("{action:?}, {by_tenths} tenths a second");
            let mut bench = under_way(Mode::Constant { target: mets(5.0) });
            let from = shown(&bench);
            bench.act(action).expect("it may");
            says(&mut bench, around(from - 1).take(3));
            let raised = bench.raised.len();
            says(&mut bench, down(from, by_tenths, 36));
            says(&mut bench, around(34).take(20));
            let told = bench.raised.get(raised..).unwrap_or_default();
            let calls = told
                .iter()
                .any(|(_, rule)| [RuleId::HrPlunge, RuleId::HrLow].contains(rule));
            assert!(calls, "{case}: {told:?}");
        }
    }
}

#[test]
fn who_faints_in_recovery_is_told_of() {
    let mut bench = under_way(constant());
    bench.act(Action::BeginCoolDown).expect("it may");
    bench.run_to(PhaseKind::Recovery);
    let from = shown(&bench);
    says(&mut bench, around(from).take(100));
    bench.act(Action::AcknowledgeAll).expect("it may");
    let raised = bench.raised.len();
    says(&mut bench, faint(from, 35));
    let told = bench.raised.get(raised..).unwrap_or_default();
    assert!(
        told.iter().any(|(_, rule)| *rule == RuleId::HrPlunge),
        "{told:?}"
    );
}

/// Frozen from the first minutes of conditioning on, while the law takes load up, and silent for a moment now and then.
#[test]
fn a_frozen_strap_is_found_though_it_has_gaps() {
    for (gap_s, every_s) in [(0, 18), (1, 18), (4, 18), (4, 40), (20, 40)] {
        let mut bench = begun(heart_rate_held(), cycle());
        let frozen = shown(&bench);
        let mut highest = 0.0_f64;
        for second in 0..400 {
            bench.strap_on = second % every_s < every_s - gap_s;
            says(&mut bench, [frozen]);
            highest = highest.max(bench.granted());
            let trust = bench.station.view().heart_rate.trust;
            let case = (gap_s, every_s, second);
            assert!(
                second < 150 || trust != Trust::Trusted,
                "{case:?}: it never moved"
            );
        }
        // The target is worth 3.5 METs; what was on when it froze is 1.8.
        assert!(highest < 2.6, "{gap_s} {every_s}: {highest}");
    }
}

#[test]
fn who_was_stopped_while_the_strap_stood_still_goes_on_once_it_moves() {
    for (machine, stood_s) in [
        (cycle(), 60),
        (treadmill(), 60),
        (cycle(), 25),
        (treadmill(), 25),
    ] {
        let mut bench = begun(heart_rate_held(), machine);
        let frozen = shown(&bench);
        says(&mut bench, core::iter::repeat_n(frozen, stood_s));
        bench.act(Action::Stop).expect("a stop is never refused");
        says(&mut bench, around(frozen).take(40));
        bench.act(Action::AcknowledgeAll).expect("it may");
        says(&mut bench, around(frozen).take(15));
        let case = (machine.kind, stood_s);
        assert_eq!(bench.act(Action::Resume), Ok(()), "{case:?}");
    }
}

/// The machine's pulse stands at 70 all the time, and then the strap steps down to it.
#[test]
fn a_pulse_of_the_machine_that_was_never_right_vouches_for_no_strap() {
    for machine in [None, Some(70)] {
        let mut bench = begun(heart_rate_held(), cycle());
        bench.machine.feels = machine;
        bench.run(400);
        let on = bench.granted();
        for rate in around(71).take(300) {
            says(&mut bench, [rate]);
            bench.act(Action::AcknowledgeAll).expect("it may");
            assert!(
                bench.granted() <= on + 0.2,
                "{machine:?}: {}",
                bench.granted()
            );
        }
        assert!(
            bench.granted() < on - 1.0,
            "{machine:?}: {}",
            bench.granted()
        );
    }
}

/// The oximeter was with the strap before it slipped, and its finger is gone: that makes a witness of nobody else.
#[test]
fn what_the_oximeter_agreed_with_makes_no_witness_of_the_machine() {
    let mut setup = setup(heart_rate_held(), false);
    setup.prescription.saturation_required = false;
    let mut bench = Bench::new(cycle());
    bench.gain = 10.0;
    bench.pulse = Some(0);
    bench.begin(&setup);
    bench.run_to(PhaseKind::Conditioning);
    bench.machine.feels = Some(70);
    bench.run(400);
    let on = bench.granted();
    says(&mut bench, around(71).take(1));
    bench.oximeter_on = false;
    says(&mut bench, around(71).take(60));
    let trust = bench.station.view().heart_rate.trust;
    assert_eq!(trust, Trust::Lost, "{:?}", bench.raised);
    assert!(bench.granted() < on - 1.0, "{}", bench.granted());
}

/// Twice the cadence, as many hearts are, and the pedals go faster for a moment: it does not follow them.
#[test]
fn a_heart_that_stays_while_the_pedals_go_and_come_is_not_locked_to_them() {
    for (turns, lasts_s) in [(66, 1), (66, 2), (54, 2), (66, 6), (50, 8)] {
        for moves in [1, 2] {
            let mut bench = under_way(constant());
            let rate = shown(&bench) & !1;
            let heart = || around(0).map(|more| rate - 1 + more * moves);
            bench.machine.cadence = rate / 2;
            says(&mut bench, heart().take(60));
            bench.machine.cadence = (rate / 2 + turns).saturating_sub(60);
            says(&mut bench, heart().take(lasts_s));
            bench.machine.cadence = rate / 2;
            says(&mut bench, heart().take(60));
            let raised: Vec<_> = bench.raised.iter().map(|(_, rule)| *rule).collect();
            let case = (turns, lasts_s, moves);
            assert!(
                !raised.contains(&RuleId::HrCadenceLock),
                "{case:?}: {raised:?}"
            );
            assert!(!raised.contains(&RuleId::HrLost), "{case:?}: {raised:?}");
        }
    }
}

/// Half of the way of the pedals is following, within what counts as near before and after.
#[test]
fn a_strap_that_goes_half_the_way_of_the_pedals_follows_them() {
    let mut bench = begun(constant(), cycle());
    bench.run(60);
    let from = shown(&bench);
    let turns = 70;
    bench.machine.cadence = turns;
    says(&mut bench, (turns + 1..=from).rev());
    says(&mut bench, core::iter::repeat_n(turns + 1, 25));
    bench.machine.cadence = turns + 6;
    says(&mut bench, core::iter::repeat_n(turns + 4, 25));
    let raised: Vec<_> = bench.raised.iter().map(|(_, rule)| *rule).collect();
    assert!(raised.contains(&RuleId::HrCadenceLock), "{raised:?}");
}

/// A strap that counts turns, at once or twice: it goes where the pedals go.
#[test]
fn a_strap_that_goes_with_the_pedals_is_found_at_once_or_twice_their_pace() {
    for (times, turns) in [(1, 66_u16), (2, 48)] {
        let mut bench = begun(constant(), cycle());
        bench.run(60);
        let towards = turns * times;
        let from = shown(&bench);
        bench.machine.cadence = turns;
        // It drifts there by itself, so that no step gives it away.
        let way: Vec<u16> = if from < towards {
            (from..=towards).collect()
        } else {
            (towards..=from).rev().collect()
        };
        says(&mut bench, way);
        says(&mut bench, around(towards - 1).take(30));
        assert!(!bench.has_alarm(RuleId::HrCadenceLock), "{times}");
        bench.machine.cadence = turns + 6;
        let more = 6 * times;
        says(&mut bench, (1..=3).map(|part| towards + more * part / 3));
        says(&mut bench, around(towards + more - 1).take(30));
        let raised: Vec<_> = bench.raised.iter().map(|(_, rule)| *rule).collect();
        assert!(
            raised.contains(&RuleId::HrCadenceLock),
            "{times}: {raised:?}"
        );
    }
}

/// Load moved before the number was first said, and not since.
#[test]
fn a_number_that_stands_at_a_level_load_is_not_stuck_by_what_the_load_did_before() {
    let mut bench = begun(constant(), cycle());
    bench.run(200);
    let rate = shown(&bench);
    says(&mut bench, core::iter::repeat_n(rate, 55));
    assert!(
        !bench
            .raised
            .iter()
            .any(|(_, rule)| *rule == RuleId::HrStuck)
    );
    assert_eq!(bench.station.view().heart_rate.trust, Trust::Trusted);
}

/// A strap that falls silent and comes back between two beats of the controller: what was asked for at the last beat waits for the next.
#[test]
fn after_a_hold_load_rises_no_faster_than_its_ramp() {
    let mut bench = begun(constant(), cycle());
    let mut granted = vec![bench.granted()];
    for tenth in 0..1_500_u32 {
        bench.strap_on = tenth % 230 < 180;
        bench.tenth();
        granted.push(bench.granted());
    }
    // 1 MET a minute, and a second saved up.
    for (began, window) in granted.windows(50).enumerate() {
        let (from, to) = (window[0], window[49]);
        assert!(to - from < 0.1 + 1e-9, "{from:.3} to {to:.3} at {began}");
    }
    assert!(granted[1_500] > granted[0] + 0.5, "it rises between");
}

/// What is heard counts for three seconds: a number that is said again each four or five stands still too.
#[test]
fn a_number_that_is_seldom_said_stands_still_as_well() {
    for every in [1_u32, 3, 4, 5] {
        let mut bench = under_way(constant());
        let rate = shown(&bench);
        let raised = bench.raised.len();
        for second in 0..150 {
            bench.strap_on = second % every == 0;
            says(&mut bench, [rate]);
        }
        let told = bench.raised.get(raised..).unwrap_or_default();
        let still = told.iter().any(|(_, rule)| *rule == RuleId::HrStillLevel);
        assert!(still, "each {every} s: {told:?}");
    }
}

/// A strap that is silent for four seconds in every twenty costs the second in which it was not to be trusted, and not the beats around it.
#[test]
fn a_hold_of_a_moment_costs_a_moment() {
    let rise = |has_gaps: bool| {
        let mut bench = begun(constant(), cycle());
        let began = bench.granted();
        for tenth in 0..1_200_u32 {
            bench.strap_on = !has_gaps || tenth % 200 < 160;
            bench.tenth();
        }
        bench.granted() - began
    };
    let (sound, with_gaps) = (rise(false), rise(true));
    assert!(with_gaps > 0.5 * sound, "{with_gaps:.2} of {sound:.2}");
}

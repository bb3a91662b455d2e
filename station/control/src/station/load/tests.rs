//! What a ramp saves up, when a beat is due, and how load follows a proposal.

use std::vec::Vec;

use protocols::vocabulary::{MachineReport, MachineState};

use super::*;
use crate::controller::Hand;
use crate::input::{Action, Input};
use crate::prescription::Mode;
use crate::rules::{RuleId, RuleSet};
use crate::station::bench::{Patient, held, mets};

const EXACT: f64 = 1e-9;

/// In conditioning towards 5 MET above rest, by 1 MET a minute, from a warm-up at 1.8.
fn rising() -> Patient {
    let mut patient = Patient::on(Mode::Constant { target: mets(5.0) });
    patient.run_to(PhaseKind::Conditioning);
    patient
}

fn later(patient: &Patient, seconds: f64) -> Timestamp {
    let millis = number::floor_to_u32(seconds * 1_000.0 + 0.5).expect("short");
    patient.now() + Duration::from_millis(millis.into())
}

/// The load that is granted at the end of each second.
fn granted(patient: &mut Patient, seconds: u64) -> Vec<f64> {
    (0..seconds)
        .map(|_| {
            patient.seconds(1);
            patient.station.load.granted.get()
        })
        .collect()
}

#[test]
fn time_saves_up_what_load_may_rise_by_and_a_cool_down_take_and_no_more_than_a_beats_worth() {
    let mut patient = rising();
    let (now, soon, late) = (patient.now(), later(&patient, 3.0), later(&patient, 60.0));
    let station = &mut patient.station;
    station.load.rise = 0.0;
    station.load.fall = 0.0;
    station.load.counted_until = now;
    station.save_up(soon);
    assert!((station.load.rise - 3.0 / 60.0).abs() < EXACT);
    assert!((station.load.fall - 3.0 * 3.0 / 60.0).abs() < EXACT);
    station.save_up(late);
    assert!((station.load.rise - 6.0 / 60.0).abs() < EXACT);
    assert!((station.load.fall - FALL_PER_BEAT).abs() < EXACT);
    assert_eq!(station.load.counted_until, late);
}

#[test]
fn beats_are_due_by_the_grid_and_one_that_is_late_by_a_whole_beat_begins_a_new_grid() {
    for (late, next) in [(0.0, 5.0), (0.3, 4.7), (4.9, 0.1), (5.0, 5.0), (7.0, 5.0)] {
        let mut patient = rising();
        let now = patient.now();
        let due = now.before(later(&patient, late).since(now));
        let expected = later(&patient, next);
        patient.station.load.beat_due = due;
        let exercise = Exercise::Conditioning {
            before: Duration::ZERO,
        };
        let _beat = patient.station.beat(now, exercise);
        assert_eq!(patient.station.load.beat_due, expected, "{late} s late");
    }
}

#[test]
fn a_cool_down_takes_what_was_saved_up_for_it_and_no_more() {
    let mut patient = rising();
    patient.seconds(90);
    let exercise = Exercise::CoolDown {
        before: Duration::ZERO,
        back: None,
    };
    let now = patient.now();
    let station = &mut patient.station;
    let on = station.load.granted.get();
    assert!(on > 3.0);
    station.cool_down_load = mets(1.5);
    for (saved, expected) in [(0.1, on - 0.1), (0.0, on), (10.0, on - FALL_PER_BEAT)] {
        station.load.fall = saved;
        let moment = station.moment(now, exercise);
        let towards = station.towards_cool_down(&moment);
        assert!((towards - expected).abs() < EXACT, "{saved}: {towards}");
    }
}

#[test]
fn load_rises_by_the_ramp_of_its_phase_and_makes_up_for_nothing() {
    let mut patient = rising();
    let all = granted(&mut patient, 120);
    for (place, pair) in all.windows(31).enumerate() {
        let rose = pair[30] - pair[0];
        assert!((rose - 0.5).abs() < 0.11, "{rose} from second {place} on");
    }
    // Without a signal nothing rises, and what was not risen meanwhile is not made up for.
    patient.strap = false;
    patient.oximeter = false;
    let lost = granted(&mut patient, 20);
    assert!(
        lost.windows(2)
            .skip(5)
            .all(|pair| pair[1] <= pair[0] + EXACT),
        "{lost:?}"
    );
    let before = lost[19];
    patient.strap = true;
    patient.oximeter = true;
    let back = granted(&mut patient, 60);
    for (second, load) in (1_u16..).zip(&back) {
        let most = before + (f64::from(second) + SAVED_UP) / 60.0;
        assert!(*load <= most + EXACT, "{load} after {second} s");
    }
    assert!(back[59] > before + 0.3, "it goes on: {back:?}");
}

#[test]
fn a_cool_down_falls_by_three_mets_a_minute() {
    let mut patient = rising();
    patient.seconds(150);
    let on = patient.station.load.granted.get();
    patient.send(&Input::Operator(Action::BeginCoolDown));
    let all = granted(&mut patient, 30);
    for (second, load) in (1_u16..).zip(&all) {
        let fell = on - load;
        let by_ramp = 3.0 * f64::from(second) / 60.0;
        let least = by_ramp.min(on - patient.station.cool_down_load.get());
        assert!(
            fell <= by_ramp + FALL_PER_BEAT + EXACT && fell >= least - FALL_PER_BEAT - EXACT,
            "{fell} after {second} s"
        );
    }
}

#[test]
fn a_duration_is_told_in_seconds() {
    for (duration, told) in [
        (Duration::from_millis(1_500), 1.5),
        (Duration::from_millis(40), 0.04),
        (Duration::ZERO, 0.0),
    ] {
        assert!((seconds(duration) - told).abs() < EXACT, "{duration:?}");
    }
}

#[test]
fn what_rose_or_fell_is_taken_from_what_was_saved_up() {
    for (moves, rise, fall) in [(0.05, 0.05, 0.2), (-0.05, 0.1, 0.15), (0.0, 0.1, 0.2)] {
        let mut patient = rising();
        patient.seconds(60);
        let now = patient.now();
        let station = &mut patient.station;
        let on = station.load.granted.get();
        station.load.asked = mets(on + moves);
        (station.load.rise, station.load.fall) = (0.1, 0.2);
        let _beat = station.dispose(now, Stimulus::Tick, None);
        assert!((station.load.granted.get() - on - moves).abs() < EXACT);
        assert!((station.load.rise - rise).abs() < EXACT, "{moves}");
        assert!((station.load.fall - fall).abs() < EXACT, "{moves}");
    }
}

#[test]
fn the_load_of_a_held_heart_rate_is_told_by_steps_and_any_other_to_the_last_watt() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    let step = patient.station.bout.expect("under way").tuning.command_step;
    assert!(step > 0.0);
    assert!((patient.station.command_step() - step).abs() < EXACT);
    patient.station.hand = InHand::Capped(mets(3.0));
    assert!((patient.station.command_step() - step).abs() < EXACT);
    patient.station.hand = InHand::Held(Hand::new(mets(2.0)));
    assert!(patient.station.command_step().abs() < EXACT);
    assert!(rising().station.command_step().abs() < EXACT);
}

#[test]
fn what_something_lowered_is_told_at_once_and_what_the_law_lowers_by_steps() {
    for (binding, told) in [(Reason::AsProposed, false), (Reason::Hand, true)] {
        let mut patient = Patient::on(held());
        patient.run_to(PhaseKind::Conditioning);
        patient.seconds(60);
        let now = patient.now();
        let station = &mut patient.station;
        let sent = station.drive.sent().expect("it was told").asked.get();
        let before = mets(sent);
        station.load.granted = mets(sent - 0.8 * station.command_step());
        station.load.binding = binding;
        let mut outputs = Outputs::default();
        station.say(now, before, Nudge::None, &mut outputs);
        assert_eq!(outputs.command.is_some(), told, "{binding:?}");
    }
}

fn verdict(act: Option<LoadAct>, stop_latched: bool) -> Verdict {
    Verdict {
        act: act.map(|act| (act, RuleId::HrLimit)),
        acting: RuleSet::EMPTY,
        began: RuleSet::EMPTY,
        relay_open: false,
        stop_latched,
    }
}

#[test]
fn outside_exercise_there_is_no_load_and_the_reason_is_what_keeps_it_away() {
    let mut patient = Patient::on(held());
    patient.seconds(5);
    assert_eq!(patient.station.phase(), PhaseKind::Ready);
    let now = patient.now();
    let rule = |act| Reason::Rule(RuleId::HrLimit, act);
    for (act, stop_latched, reason) in [
        (None, false, Reason::Phase),
        (Some(LoadAct::Hold), false, Reason::Phase),
        (Some(LoadAct::Fall), false, Reason::Phase),
        (Some(LoadAct::ZeroWait), false, rule(LoadAct::ZeroWait)),
        (Some(LoadAct::Stop), true, rule(LoadAct::Stop)),
        (None, true, Reason::StopLatched),
    ] {
        let situation = patient.station.situation(now);
        let verdict = verdict(act, stop_latched);
        let limited = patient.station.limit(&situation, &verdict);
        assert_eq!(limited.granted(), NetMets::ZERO);
        assert_eq!(limited.binding(), reason, "{act:?} {stop_latched}");
    }
}

#[test]
fn the_load_of_a_cool_down_follows_conditioning_until_a_rule_takes_load_away() {
    let stale = mets(1.0);
    for (act, stimulus, follows) in [
        (None, Stimulus::Signals, true),
        (Some(LoadAct::Hold), Stimulus::Signals, true),
        (Some(LoadAct::Fall), Stimulus::Signals, false),
        (Some(LoadAct::Stop), Stimulus::Signals, false),
        (None, Stimulus::Tick, false),
    ] {
        let mut patient = rising();
        patient.seconds(190);
        let station = &mut patient.station;
        let settled = station.settled_cool_down_load();
        assert!(settled > stale, "a quarter of the last minute: {settled:?}");
        station.cool_down_load = stale;
        station.settle_cool_down_load(stimulus, &verdict(act, false));
        let is = station.cool_down_load;
        assert_eq!(
            is,
            if follows { settled } else { stale },
            "{act:?} {stimulus:?}"
        );
    }
}

#[test]
fn a_cool_down_that_a_rule_begins_has_its_first_beat_in_that_very_call() {
    let mut patient = rising();
    patient.seconds(60);
    // Over the limit of 111, and under the stop at 121.
    patient.added = 115.0 - 70.0 - 11.0 * patient.reached;
    patient.said.clear();
    patient.run_to(PhaseKind::CoolDown);
    let begins = |said: &Outputs| said.phase_change.is_some();
    let place = patient.said.iter().position(begins).expect("it began");
    let (before, from) = patient.said.split_at(place);
    let decision = from[0].decision.expect("a change of phase is a decision");
    let before = before.iter().rev().find_map(|said| said.decision);
    let before = before.expect("the rule lowered it").granted;
    assert!(decision.proposed < before, "{decision:?} after {before:?}");
}

#[test]
fn the_law_is_told_what_was_let_through_while_it_leads() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(120);
    let now = patient.now();
    let station = &mut patient.station;
    let before = station.controller;
    station.load.asked = mets(station.load.granted.get() - 0.2);
    let _beat = station.dispose(now, Stimulus::Tick, None);
    let mut tracked = before;
    tracked
        .as_mut()
        .expect("the law")
        .track(station.load.granted);
    assert_ne!(tracked, before);
    assert_eq!(station.controller, tracked);
}

#[test]
fn a_latched_stop_stops_whatever_acts() {
    for (act, stop_latched, stops) in [
        (None, true, true),
        (Some(LoadAct::Stop), false, true),
        (Some(LoadAct::Hold), false, false),
        (None, false, false),
    ] {
        let mut patient = rising();
        let now = patient.now();
        patient
            .station
            .follow_rules(now, &verdict(act, stop_latched));
        let stopped = patient.station.phase() == PhaseKind::Stopped;
        assert_eq!(stopped, stops, "{act:?} {stop_latched}");
    }
}

#[test]
fn what_the_ramp_keeps_from_an_ordered_load_is_said_to_be_the_ramp_and_a_load_that_is_there_is_as_proposed()
 {
    let minute = Duration::from_mins(1);
    for mode in [
        Mode::Constant { target: mets(3.0) },
        Mode::MetHeld { target: mets(3.0) },
        Mode::Interval {
            work: mets(3.0),
            work_for: 5 * minute,
            recovery: mets(1.8),
            recovery_for: minute,
            repeats: 3,
        },
    ] {
        let mut patient = Patient::on(mode);
        patient.run_to(PhaseKind::WarmUp);
        patient.seconds(10);
        assert_eq!(patient.station.load.binding, Reason::Ramp, "of the warm-up");
        patient.run_to(PhaseKind::Conditioning);
        patient.seconds(20);
        assert_eq!(patient.station.load.binding, Reason::Ramp, "{mode:?}");
        let asked = patient.station.load.asked;
        assert!(asked < mets(3.0));
        let held: Vec<_> = patient.station.held_by().collect();
        assert_eq!(held.first(), Some(&(Reason::Ramp, asked)), "{mode:?}");
        patient.seconds(120);
        assert_eq!(patient.station.load.binding, Reason::AsProposed, "{mode:?}");
        assert_eq!(patient.station.load.granted, mets(3.0));
        assert_eq!(
            patient.station.load.short_of, None,
            "{mode:?}: all of it is there"
        );
        if matches!(mode, Mode::Interval { .. }) {
            continue;
        }
        // On the way down more is asked for than is ordered, and nothing is kept back.
        for _ in 0..5 {
            patient.send(&Input::Operator(Action::TargetDown));
        }
        let ordered = patient
            .station
            .controller
            .and_then(|law| law.ordered(minute));
        patient.seconds(5);
        assert!(
            patient.station.load.asked > ordered.expect("a load"),
            "{mode:?}"
        );
        assert_eq!(patient.station.load.short_of, None, "{mode:?}: it falls");
    }
    // Where a heart rate is held, no load is ordered that the ramp could keep back.
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    for _ in 0..300 {
        patient.seconds(1);
        assert_eq!(patient.station.load.short_of, None);
    }
}

/// Nothing between the two is seen from outside: where the rule's pause ended first, the halted machine would make it a person's in that call.
#[test]
fn a_rules_pause_is_a_persons_as_soon_as_the_machine_has_halted_in_it() {
    for (by, halted, then) in [
        (Waiting::Rule, false, Waiting::Rule),
        (Waiting::Rule, true, Waiting::Person),
        (Waiting::Person, true, Waiting::Person),
    ] {
        let mut patient = rising();
        patient.seconds(30);
        let Phase::Exercise(interrupted) = patient.station.phase else {
            panic!("in exercise");
        };
        patient.station.phase = Phase::Paused { interrupted, by };
        let stands = MachineReport::of(MachineState::Standing);
        for _ in 0..if halted { 2 } else { 1 } {
            patient.station.drive.hear(&stands);
        }
        let now = patient.now();
        patient.station.wait_for_a_machine_that_halted(now);
        let expected = Phase::Paused {
            interrupted,
            by: then,
        };
        assert_eq!(patient.station.phase, expected, "{by:?} {halted}");
    }
}

/// In the cool-down that a plunge began all is taken because the heart fell; in one that a person began nothing is.
#[test]
fn what_a_cool_down_takes_is_because_of_the_heart_where_that_began_it() {
    for by_plunge in [false, true] {
        let mut patient = rising();
        patient.seconds(150);
        if by_plunge {
            patient.station.load.acting = RuleSet::of(&[RuleId::HrPlunge]);
        }
        let station = &mut patient.station;
        let mut now = station.now;
        for (phase, granted) in [
            (station.phase, 4.0),
            (
                Phase::Exercise(Exercise::CoolDown {
                    before: Duration::ZERO,
                    back: None,
                }),
                2.0,
            ),
        ] {
            station.phase = phase;
            station.load.granted = mets(granted);
            station.load.binding = Reason::AsProposed;
            station.drive = crate::drive::Drive::new(&station.capabilities);
            now = now + Duration::from_secs(1);
            station.remember_load(now);
        }
        let explains = station.history.taken_away(10, 0);
        assert_eq!(explains > 1.0, !by_plunge, "{explains}");
    }
}

/// A hold between two beats takes nothing from anybody: the next one comes when it is due.
#[test]
fn a_hold_in_which_no_beat_fell_moves_no_beat() {
    let mut patient = rising();
    patient.seconds(150);
    let before = patient.station.load.beat_due;
    while patient.station.load.beat_due == before {
        patient.tenth();
    }
    let due = patient.station.load.beat_due;
    for whole in [false, true] {
        patient.send(&Input::Record { whole });
        assert_eq!(patient.station.load.may_rise, whole);
        patient.tenth();
    }
    assert_eq!(patient.station.load.beat_due, due);
}

//! The stop key: whatever the phase, the next thing on the wire is a stop; a belt is slowed to it.

use control::input::Action;
use control::rules::RuleId;
use control::view::PhaseKind;
use station::gym::messages::Ask;

use crate::house::{House, Viewer};
use crate::premises::{BIKE, CSAFE_TREADMILL, TREADMILL, gym, patient};
use crate::told::{Told, told, told_trackmaster};

/// Presses stop, and gives when the gym took it, in microseconds of its time.
fn stop(viewer: &mut Viewer) -> u64 {
    let before = viewer.at(1).stop.map(|stop| stop.asked);
    assert_eq!(viewer.ask(1, Ask::Stop), None, "a stop is never refused");
    viewer.until("the stop, sent and confirmed", |picture| {
        picture.stations[0].stop.is_some_and(|stop| {
            Some(stop.asked) != before && stop.sent.is_some() && stop.confirmed.is_some()
        })
    });
    viewer.until_alarm(1, RuleId::OperatorStop);
    viewer.at(1).stop.expect("just seen").asked.as_micros()
}

/// As a nurse does after a stop: looks, acknowledges, goes on.
fn acknowledge_and_resume(viewer: &mut Viewer, back_in: PhaseKind) {
    assert_eq!(
        viewer.refused(1, &Ask::Act(Action::Resume)),
        "acknowledge the alarm first"
    );
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.ask_until_taken(1, &Ask::Act(Action::Resume));
    viewer.until_phase(1, back_in);
}

/// Presses stop in each phase of a session in turn; gives in which, and when. `loaded` waits until conditioning has its load.
fn stop_in_every_phase(
    viewer: &mut Viewer,
    prescription: &str,
    loaded: impl Fn(&mut Viewer),
) -> Vec<(PhaseKind, u64)> {
    let mut stops = Vec::new();
    viewer.until_devices_answer(1, &["strap", "oximeter"]);
    stops.push((PhaseKind::Idle, stop(viewer)));
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));

    viewer.open(1, "P-1", prescription, &["strap", "oximeter"]);
    stops.push((PhaseKind::Ready, stop(viewer)));
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.start(1);

    viewer.until_phase(1, PhaseKind::WarmUp);
    stops.push((PhaseKind::WarmUp, stop(viewer)));
    stops.push((PhaseKind::Stopped, stop(viewer)));
    acknowledge_and_resume(viewer, PhaseKind::WarmUp);

    viewer.insist(1, &Ask::Act(Action::Pause));
    viewer.until_phase(1, PhaseKind::Paused);
    stops.push((PhaseKind::Paused, stop(viewer)));
    acknowledge_and_resume(viewer, PhaseKind::WarmUp);

    loaded(viewer);
    stops.push((PhaseKind::Conditioning, stop(viewer)));
    acknowledge_and_resume(viewer, PhaseKind::Conditioning);

    viewer.insist(1, &Ask::Act(Action::BeginCoolDown));
    viewer.until_phase(1, PhaseKind::CoolDown);
    stops.push((PhaseKind::CoolDown, stop(viewer)));
    acknowledge_and_resume(viewer, PhaseKind::CoolDown);

    viewer.until_phase(1, PhaseKind::Recovery);
    stops.push((PhaseKind::Recovery, stop(viewer)));
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.ask_until_taken(1, &Ask::Act(Action::Finish));
    viewer.until_phase(1, PhaseKind::Finished);
    stops.push((PhaseKind::Finished, stop(viewer)));
    stops
}

#[test]
fn the_stop_key_puts_a_stop_on_the_wire_in_every_phase() {
    // Long enough, where a phase ends by itself, that a busy machine finds it still there.
    let gym = gym(&[BIKE]).replace("recovery_s = 30", "recovery_s = 600");
    let patient = patient("P-1", 30.0).replace("warm_up_min = 0.5", "warm_up_min = 1.5");
    let house = House::new(&gym, &[patient]);
    let gym = house.open(&["--clock-rate", "12"]);
    let mut viewer = Viewer::attach(&house.socket);
    let stops = stop_in_every_phase(&mut viewer, "bike", |viewer| {
        viewer.until_loaded(1, 60);
    });
    assert!(gym.end());
    house.replay_all();

    let all = told(&house.sent(0));
    for (phase, asked) in stops {
        let next = all
            .iter()
            .find(|(at, _)| *at >= asked)
            .map(|(_, told)| *told);
        assert!(
            matches!(next, Some(Told::Power(0) | Told::Finished)),
            "stop in {phase:?}: the next thing told was {next:?}"
        );
    }
}

#[test]
fn a_stopped_session_is_closed_after_acknowledgement_alone_and_the_next_patient_can_begin() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0), patient("P-2", 30.0)]);
    let gym = house.open(&["--clock-rate", "10"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_phase(1, PhaseKind::WarmUp);
    stop(&mut viewer);
    viewer.until("the bike at rest", |picture| {
        picture.stations[0].view.phase == PhaseKind::Stopped
    });
    assert_eq!(
        viewer.ask(1, Ask::Close).as_deref(),
        Some("acknowledge the alarm first"),
        "else the station would be free and its control still with the patient who left"
    );
    viewer.next_picture();
    assert!(viewer.at(1).session.is_some(), "the session stays");
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.ask_until_taken(1, &Ask::Close);
    viewer.until("a station with nobody on it", |picture| {
        let there = &picture.stations[0];
        there.session.is_none() && there.view.phase == PhaseKind::Finished
    });
    viewer.open(1, "P-2", "bike", &["strap", "oximeter"]);
    assert!(gym.end());
    assert_eq!(house.sessions().len(), 2);
    house.replay_all();
}

/// A belt's slowest, in tenths of a km/h: from it a belt stands at once.
const SLOWEST: u16 = 5;

/// What a stop may take off a belt in its first step, in m/s, and in each second after it.
const FIRST_STEP: f64 = 0.35;
const A_SECOND: f64 = 0.25;

fn metres_per_second(tenths: u16) -> f64 {
    f64::from(tenths) / 36.0
}

/// From a stop on the belt is told nothing but to slow down, no faster than is safe, and then to stop; until it is started again.
fn assert_comes_down(phase: PhaseKind, all: &[(u64, Told)], asked: u64) {
    let before = all.iter().rev().find_map(|(at, told)| match told {
        _ if *at >= asked => None,
        Told::Speed(speed) => Some(*speed),
        Told::Finished => Some(0),
        // From its start on it goes at its slowest, before it is told any speed.
        Told::InUse => Some(SLOWEST),
        Told::Power(_) | Told::Else => None,
    });
    let mut speed = before.unwrap_or(0);
    let first = metres_per_second(speed);
    let mut stopped = false;
    let after = all
        .iter()
        .filter(|(at, told)| *at >= asked && *told != Told::Else)
        .take_while(|(_, told)| *told != Told::InUse);
    for (at, told) in after {
        let next = match told {
            Told::Speed(next) => *next,
            Told::Finished => {
                assert!(
                    stopped || speed <= SLOWEST,
                    "stop in {phase:?}: stopped from {speed} tenths of a km/h"
                );
                stopped = true;
                continue;
            }
            other @ (Told::Power(_) | Told::InUse | Told::Else) => {
                panic!("stop in {phase:?}: told {other:?}")
            }
        };
        if stopped {
            // Made ready for the next start.
            assert!(next <= SLOWEST, "stop in {phase:?}: told {next} after it");
            continue;
        }
        assert!(
            next <= speed,
            "stop in {phase:?}: from {speed} up to {next}"
        );
        let seconds = std::time::Duration::from_micros(at - asked).as_secs_f64();
        assert!(
            first - metres_per_second(next) <= FIRST_STEP + A_SECOND * seconds,
            "stop in {phase:?}: from {first} m/s to {next} tenths of a km/h in {seconds} s"
        );
        speed = next;
    }
    assert!(stopped, "stop in {phase:?}: the belt is never told to stop");
}

/// A session on a treadmill with a stop in each of its phases.
fn a_belt_comes_down(machine: (&str, &str), read: impl Fn(&[(u64, Vec<u8>)]) -> Vec<(u64, Told)>) {
    let house = House::new(&gym(&[machine]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "5"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.walks_on = true;
    let stops = stop_in_every_phase(&mut viewer, "walk", |viewer| {
        viewer.until("a walk at 3.5 km/h", |picture| {
            let view = &picture.stations[0].view;
            let speed = view.machine.and_then(|(report, _)| report.speed);
            view.phase == PhaseKind::Conditioning
                && speed.is_some_and(|speed| speed.kilometres_per_hour() > 3.3)
        });
    });
    assert!(gym.end());
    house.replay_all();

    let all = read(&house.sent(0));
    let fastest = all.iter().filter_map(|(_, told)| match told {
        Told::Speed(speed) => Some(*speed),
        Told::Power(_) | Told::Finished | Told::InUse | Told::Else => None,
    });
    assert!(fastest.max() >= Some(33), "it walked");
    for (phase, asked) in stops {
        assert_comes_down(phase, &all, asked);
    }
}

#[test]
fn the_stop_key_brings_a_trackmaster_down_in_every_phase() {
    a_belt_comes_down(TREADMILL, told_trackmaster);
}

#[test]
fn the_stop_key_brings_a_csafe_treadmill_down_in_every_phase() {
    a_belt_comes_down(CSAFE_TREADMILL, told);
}

//! The stop key: whatever the phase, the next thing on the wire is a stop.

use control::input::Action;
use control::rules::RuleId;
use control::view::PhaseKind;
use station::gym::messages::Ask;

use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, patient};
use crate::told::{Told, told};

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

#[test]
fn the_stop_key_puts_a_stop_on_the_wire_in_every_phase() {
    // Long enough, where a phase ends by itself, that a busy machine finds it still there.
    let gym = gym(&[BIKE]).replace("recovery_s = 30", "recovery_s = 600");
    let patient = patient("P-1", 30.0).replace("warm_up_min = 0.5", "warm_up_min = 1.5");
    let house = House::new(&gym, &[patient]);
    let gym = house.open(&["--clock-rate", "12"]);
    let mut viewer = Viewer::attach(&house.socket);
    let mut stops = Vec::new();
    viewer.until_devices_answer(1, &["strap", "oximeter"]);
    stops.push((PhaseKind::Idle, stop(&mut viewer)));
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));

    viewer.open(1, "P-1", "bike", &["strap", "oximeter"]);
    stops.push((PhaseKind::Ready, stop(&mut viewer)));
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.start(1);

    viewer.until_phase(1, PhaseKind::WarmUp);
    stops.push((PhaseKind::WarmUp, stop(&mut viewer)));
    stops.push((PhaseKind::Stopped, stop(&mut viewer)));
    acknowledge_and_resume(&mut viewer, PhaseKind::WarmUp);

    viewer.insist(1, &Ask::Act(Action::Pause));
    viewer.until_phase(1, PhaseKind::Paused);
    stops.push((PhaseKind::Paused, stop(&mut viewer)));
    acknowledge_and_resume(&mut viewer, PhaseKind::WarmUp);

    viewer.until_loaded(1, 60);
    stops.push((PhaseKind::Conditioning, stop(&mut viewer)));
    acknowledge_and_resume(&mut viewer, PhaseKind::Conditioning);

    viewer.insist(1, &Ask::Act(Action::BeginCoolDown));
    viewer.until_phase(1, PhaseKind::CoolDown);
    stops.push((PhaseKind::CoolDown, stop(&mut viewer)));
    acknowledge_and_resume(&mut viewer, PhaseKind::CoolDown);

    viewer.until_phase(1, PhaseKind::Recovery);
    stops.push((PhaseKind::Recovery, stop(&mut viewer)));
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.ask_until_taken(1, &Ask::Act(Action::Finish));
    viewer.until_phase(1, PhaseKind::Finished);
    stops.push((PhaseKind::Finished, stop(&mut viewer)));
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

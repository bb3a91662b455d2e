//! Brakes that cannot let go: what they hold when they are told nothing is known, said, and never taken for too much.

use control::input::Action;
use control::rules::RuleId;
use control::view::PhaseKind;
use protocols::vocabulary::{MachineLoad, Watts};
use station::gym::messages::Ask;

use crate::house::{House, Viewer, power};
use crate::premises::{gym, patient};
use crate::program::run_with;

const KETTLER: (&str, &str) = ("machine = \"kettler\"", "virtual");
const COMPUTRAINER: (&str, &str) = ("machine = \"computrainer\"", "virtual");

fn is_blamed(viewer: &Viewer) -> bool {
    viewer
        .at(1)
        .alarms
        .iter()
        .any(|alarm| [RuleId::MachineAboveTarget, RuleId::MachineBelowTarget].contains(&alarm.rule))
}

#[test]
fn a_session_on_a_brake_that_cannot_let_go_is_begun_paused_and_gone_on_with() {
    let house = House::new(&gym(&[KETTLER]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "8"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    viewer.insist(1, &Ask::Act(Action::Pause));
    // The patient pedals on in the pause, against what is left on the brake.
    viewer.until("it holds its least", |picture| {
        let station = &picture.stations[0];
        station.view.phase == PhaseKind::Paused && power(station) == Some(25)
    });
    let paused = viewer.at(1);
    assert_eq!(paused.view.told, Some(MachineLoad::Power(Watts::ZERO)));
    assert_eq!(paused.machine.capabilities.held_at_least().get(), 25);
    viewer.pass(std::time::Duration::from_secs(20));
    assert!(!is_blamed(&viewer), "{:?}", viewer.at(1).alarms);
    viewer.insist(1, &Ask::Act(Action::Resume));
    viewer.until_loaded(1, 60);
    viewer.insist(1, &Ask::Stop);
    viewer.until_phase(1, PhaseKind::Stopped);
    viewer.pass(std::time::Duration::from_secs(20));
    assert!(!is_blamed(&viewer), "{:?}", viewer.at(1).alarms);
    assert!(gym.end());
    house.replay_all();
}

#[test]
fn a_patient_who_may_not_have_what_a_brake_holds_is_kept_off_it() {
    let house = House::new(&gym(&[COMPUTRAINER]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "8"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.until_devices_answer(1, &["strap", "oximeter"]);
    let begin = viewer.opening(1, "P-1", "bike", &["strap", "oximeter"]);
    let refused = viewer.refused(1, &begin);
    assert!(
        refused.contains("brake holds 50 W") && refused.contains("bike orders less"),
        "{refused}"
    );
    assert!(gym.end());
}

#[test]
fn whoever_installs_such_a_machine_is_told() {
    let house = House::new(&gym(&[KETTLER]), &[patient("P-1", 30.0)]);
    let done = run_with(&["check".as_ref(), house.config.as_os_str()], b"");
    assert_eq!(done.status, Some(0), "it can be used: {}", done.stderr);
    let said = format!("{}{}", done.stdout, done.stderr);
    assert!(said.contains("brake cannot let go: 25 W"), "{said}");
}

//! A bike that is ready again by itself while it was in use.

use drivers::link::{Link as _, LinkEvent, Objection};
use drivers::virtual_devices::VirtualDevice as _;
use protocols::csafe::code;
use protocols::vocabulary::{MachineCommand, MachineState};

use super::rig::{power, riding};

#[test]
fn a_bike_that_was_reset_is_lost_and_found_and_is_told_no_load_until_it_is_started() {
    let mut rig = riding(90);
    // RESET, as from a hand at the console.
    rig.device.handle_bytes(rig.now, &[0xF1, 0x81, 0x81, 0xF2]);
    rig.pass(3_000);
    assert_eq!(
        rig.events
            .iter()
            .filter(|(_, event)| *event == LinkEvent::Silent)
            .count(),
        1
    );
    assert_eq!(
        rig.events
            .iter()
            .filter(|(_, event)| *event == LinkEvent::Up)
            .count(),
        1
    );
    assert_eq!(rig.state(), MachineState::Standing);
    rig.forget();
    let set = MachineCommand::SetLoad(power(100));
    rig.command(set);
    rig.pass(2_000);
    assert!(rig.told(&LinkEvent::Refused(set)), "{:?}", rig.events);
    assert!(rig.told(&LinkEvent::Objected(Objection::OutOfUse)));
    assert!(rig.sent_with(code::SET_POWER).is_empty(), "{:?}", rig.sent);
    let start = MachineCommand::Start(power(40));
    rig.command(start);
    rig.pass(4_000);
    assert!(rig.told(&LinkEvent::Accepted(start)), "{:?}", rig.events);
    assert_eq!(rig.state(), MachineState::Running);
    assert!(!rig.sent_with(code::GO_IN_USE).is_empty());
}

#[test]
fn a_bike_that_is_stopped_is_not_lost() {
    let mut rig = riding(90);
    rig.command(MachineCommand::Stop);
    rig.pass(5_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
    assert!(!rig.told(&LinkEvent::Silent));
    assert!(rig.link.capabilities().is_some());
}

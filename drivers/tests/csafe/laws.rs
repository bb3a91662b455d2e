//! What holds for the link whatever happens to it.

use drivers::link::LinkEvent;
use drivers::machines::csafe::CsafeProfile;
use drivers::virtual_devices::VirtualDevice;
use drivers::virtual_devices::csafe::CsafeModel;
use proptest::collection::vec;
use proptest::prelude::*;
use protocols::csafe::{HostDecoder, code};
use protocols::vocabulary::{MachineCommand, MachineLoad, MachineState};
use protocols::wire::{Decoder, Field};

use super::rig::{Rig, power, riding};

/// What a core might do to a link.
#[derive(Debug, Clone)]
enum Act {
    Command(MachineCommand),
    Pass(u64),
    Receive(Vec<u8>),
    Unplug,
    Plug,
    Cut(bool),
    Decide(bool),
}

fn act() -> impl Strategy<Value = Act> {
    let load = (0..450_u16).prop_map(power);
    prop_oneof![
        4 => load.clone().prop_map(|load| Act::Command(MachineCommand::SetLoad(load))),
        2 => load.prop_map(|load| Act::Command(MachineCommand::Start(load))),
        1 => Just(Act::Command(MachineCommand::Stop)),
        6 => (1..1_500_u64).prop_map(Act::Pass),
        1 => vec(any::<u8>(), 0..60).prop_map(Act::Receive),
        1 => Just(Act::Unplug),
        2 => Just(Act::Plug),
        1 => any::<bool>().prop_map(Act::Cut),
        1 => any::<bool>().prop_map(Act::Decide),
    ]
}

/// A bike to which all this happened.
fn after(acts: Vec<Act>, console: bool) -> Rig {
    let model = if console {
        CsafeModel::ConsoleBike
    } else {
        CsafeModel::ControllableBike
    };
    let mut rig = Rig::new(CsafeProfile::Bike, model);
    for act in acts {
        match act {
            Act::Command(command) => rig.command(command),
            Act::Pass(millis) => rig.pass(millis),
            Act::Receive(bytes) => rig.receive(&bytes),
            Act::Unplug => rig.unplug(),
            Act::Plug => rig.plug(),
            Act::Cut(cut) => rig.cut = cut,
            Act::Decide(deciding) => rig.deciding = deciding,
        }
    }
    rig
}

/// The powers in watts that the link told, and whether it told the bike to begin.
fn told(rig: &Rig) -> (Vec<u16>, bool) {
    let mut powers = Vec::new();
    for sent in &rig.sent {
        HostDecoder::new().feed(&sent.bytes, &mut |found| {
            let frame = found.content.expect("a link sends good frames");
            if let Some(Field::Present(power)) = frame.report().map(|report| report.power) {
                powers.push(power.get());
            }
        });
    }
    (powers, !rig.sent_with(code::GO_IN_USE).is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_happens_a_stop_brings_the_machine_to_rest(
        acts in vec(act(), 0..40),
        console in any::<bool>(),
    ) {
        let mut rig = after(acts, console);
        rig.cut = false;
        rig.command(MachineCommand::EmergencyStop);
        rig.plug();
        rig.pass(12_000);
        prop_assert!(rig.told(&LinkEvent::Accepted(MachineCommand::EmergencyStop)));
        prop_assert_eq!(rig.device.actual_load(), None::<MachineLoad>);
        prop_assert_eq!(rig.state(), MachineState::Standing);
    }

    #[test]
    fn whatever_happened_a_bike_whose_link_is_not_renewed_is_told_no_load_and_comes_to_rest(
        acts in vec(act(), 0..40),
        console in any::<bool>(),
    ) {
        let mut rig = after(acts, console);
        rig.cut = false;
        rig.deciding = false;
        rig.plug();
        rig.pass(2_500);
        rig.forget();
        rig.pass(12_000);
        let (powers, begun) = told(&rig);
        prop_assert!(powers.iter().all(|power| *power == 0), "{:?}", powers);
        prop_assert!(!begun);
        prop_assert_eq!(rig.device.actual_load(), None::<MachineLoad>);
    }

    #[test]
    fn no_write_asks_for_more_than_was_commanded(loads in vec((0..450_u16, 1..700_u64), 1..20)) {
        let mut rig = riding(25);
        let mut newest = 25;
        for (watts, millis) in loads {
            rig.forget();
            rig.command(MachineCommand::SetLoad(power(watts)));
            let most = watts.max(newest);
            newest = watts;
            rig.pass(millis);
            for asked in told(&rig).0 {
                prop_assert!(asked <= most.min(400));
            }
        }
    }
}

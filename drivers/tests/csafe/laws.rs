//! What holds for the link whatever happens to it.

use drivers::link::{Link, LinkEvent};
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_a_stop_brings_the_machine_to_rest(
        acts in vec(act(), 0..40),
        console in any::<bool>(),
    ) {
        let model = if console { CsafeModel::ConsoleBike } else { CsafeModel::ControllableBike };
        let mut rig = Rig::new(CsafeProfile::Bike, model);
        let mut open = false;
        for act in acts {
            match act {
                Act::Command(command) => rig.command(command),
                Act::Pass(millis) => rig.pass(millis),
                Act::Receive(bytes) => rig.receive(&bytes),
                Act::Unplug if open => {
                    rig.link.handle_closed(rig.now);
                    open = false;
                }
                Act::Plug if !open => {
                    rig.link.handle_opened(rig.now);
                    open = true;
                }
                Act::Unplug | Act::Plug => {}
                Act::Cut(cut) => rig.cut = cut,
                Act::Decide(deciding) => rig.deciding = deciding,
            }
        }
        rig.cut = false;
        rig.command(MachineCommand::EmergencyStop);
        if !open {
            rig.link.handle_opened(rig.now);
        }
        rig.pass(12_000);
        prop_assert!(rig.told(&LinkEvent::Accepted(MachineCommand::EmergencyStop)));
        prop_assert_eq!(rig.device.actual_load(), None::<MachineLoad>);
        prop_assert_eq!(rig.state(), MachineState::Standing);
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
            for sent in rig.sent_with(code::SET_POWER) {
                let bytes = &sent.bytes;
                let mut asked = None;
                Decoder::feed(
                    &mut HostDecoder::new(),
                    bytes,
                    &mut |found| {
                        let frame = found.content.expect("good");
                        if let Some(report) = frame.report() {
                            asked = Some(report.power);
                        }
                    },
                );
                if let Some(Field::Present(asked)) = asked {
                    prop_assert!(asked.get() <= most.min(400));
                }
            }
        }
    }
}

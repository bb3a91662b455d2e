//! What holds for every link whatever happens to it.

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::machines::{ble_2ad2, ergoline, waterrower};
use proptest::collection::vec;
use proptest::prelude::*;
use protocols::ergoline::Variant;
use protocols::vocabulary::{MachineCommand, Timestamp};

use super::rig::{Rig, power};
use super::stand_in::{KINDS, Kind};

#[derive(Debug, Clone)]
enum Act {
    Command(MachineCommand),
    Pass(u64),
    Receive(Vec<u8>),
    Unplug,
    Plug,
    Mute(bool),
    Stubborn(bool),
    Decide(bool),
    Pedal(u16),
}

fn kind() -> impl Strategy<Value = Kind> {
    (0..KINDS.len()).prop_map(|index| KINDS[index])
}

fn act() -> impl Strategy<Value = Act> {
    let load = (0..1_700_u16).prop_map(power);
    prop_oneof![
        4 => load.clone().prop_map(|load| Act::Command(MachineCommand::SetLoad(load))),
        2 => load.prop_map(|load| Act::Command(MachineCommand::Start(load))),
        1 => Just(Act::Command(MachineCommand::Stop)),
        6 => (1..1_500_u64).prop_map(Act::Pass),
        1 => vec(any::<u8>(), 0..60).prop_map(Act::Receive),
        1 => Just(Act::Unplug),
        2 => Just(Act::Plug),
        1 => any::<bool>().prop_map(Act::Mute),
        1 => any::<bool>().prop_map(Act::Stubborn),
        1 => any::<bool>().prop_map(Act::Decide),
        1 => (0..130_u16).prop_map(Act::Pedal),
    ]
}

fn go_through(rig: &mut Rig, acts: Vec<Act>) {
    for act in acts {
        match act {
            Act::Command(command) => rig.command(command),
            Act::Pass(millis) => rig.pass(millis),
            Act::Receive(bytes) => rig.receive(&bytes),
            Act::Unplug if rig.open => rig.close(),
            Act::Plug if !rig.open => rig.open(),
            Act::Unplug | Act::Plug => {}
            Act::Mute(mute) => rig.mood.mute = mute,
            Act::Stubborn(stubborn) => rig.mood.stubborn = stubborn,
            Act::Decide(deciding) => rig.deciding = deciding,
            Act::Pedal(cadence) => rig.mood.cadence = cadence,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_happened_a_stop_goes_out_in_its_turn_and_lets_go(
        kind in kind(),
        acts in vec(act(), 0..30),
    ) {
        let mut rig = Rig::with(kind.link(), kind.stand_in());
        go_through(&mut rig, acts);
        if !rig.open {
            rig.open();
        }
        rig.forget();
        rig.command(MachineCommand::EmergencyStop);
        prop_assert!(rig.sent.first().is_some_and(|sent| sent.preempts));
        rig.mood.mute = false;
        rig.mood.stubborn = false;
        rig.mood.cadence = 60;
        rig.pass(15_000);
        prop_assert_eq!(rig.machine.load(), kind.nothing());
        prop_assert!(rig.told(&LinkEvent::Accepted(MachineCommand::EmergencyStop)));
    }

    #[test]
    fn whatever_happened_a_machine_whose_link_is_not_renewed_lets_go(
        kind in kind(),
        acts in vec(act(), 0..30),
    ) {
        let mut rig = Rig::new(kind);
        go_through(&mut rig, acts);
        if !rig.open {
            rig.open();
        }
        rig.mood.mute = false;
        rig.mood.stubborn = false;
        rig.deciding = false;
        rig.pass(2_500);
        for _ in 0..6_000 {
            rig.pass(1);
            prop_assert_eq!(rig.machine.load().max(kind.nothing()), kind.nothing());
        }
    }

    #[test]
    fn no_machine_ever_holds_more_than_was_asked(
        kind in kind(),
        loads in vec((0..1_700_u16, 1..900_u64), 1..15),
    ) {
        let mut rig = Rig::riding(kind, 60);
        let mut before = 60;
        let most = rig.link.capabilities().and_then(|it| it.power).expect("a range").max.get();
        for (watts, millis) in loads {
            rig.command(MachineCommand::SetLoad(power(watts)));
            let asked = watts.max(before).min(most).max(kind.nothing());
            for _ in 0..millis {
                rig.pass(1);
                prop_assert!(rig.machine.load() <= asked, "{} W for {} W", rig.machine.load(), asked);
            }
            before = rig.machine.load();
        }
        let last = rig.machine.load();
        rig.pass(3_000);
        prop_assert!(rig.machine.load() <= last.max(most));
    }

    #[test]
    fn a_message_that_is_cut_off_on_the_line_never_becomes_a_load_that_nobody_asked_for(
        kind in kind(),
        most in 60..400_u16,
        acts in vec((any::<bool>(), 0..400_u16, 0..60_u64), 1..25),
    ) {
        let mut rig = Rig::with(kind.link(), kind.stand_in());
        rig.baud = Some(kind.baud());
        let mut rig = rig.opened();
        rig.command(MachineCommand::Start(power(most)));
        for (stops, watts, millis) in acts {
            let command = if stops {
                MachineCommand::Stop
            } else {
                MachineCommand::SetLoad(power(watts.min(most)))
            };
            rig.command(command);
            for _ in 0..millis {
                rig.pass(1);
                prop_assert!(rig.machine.load() <= most, "{} W", rig.machine.load());
            }
        }
        rig.forget();
        rig.command(MachineCommand::Stop);
        rig.pass(10_000);
        prop_assert_eq!(rig.machine.load(), kind.nothing());
        prop_assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
    }

    #[test]
    fn any_bytes_leave_a_link_that_waits_and_says_nothing_out_of_range(
        kind in kind(),
        acts in vec(act(), 0..10),
        noise in vec(vec(any::<u8>(), 0..80), 0..20),
        digits in vec("[BnHPSCR0-9 \r\n\t:]{0,40}", 0..20),
    ) {
        let mut rig = Rig::new(kind);
        go_through(&mut rig, acts);
        if !rig.open {
            rig.open();
        }
        let digits = digits.iter().map(String::as_bytes);
        for bytes in noise.iter().map(Vec::as_slice).chain(digits) {
            rig.receive(bytes);
            rig.pass(40);
        }
        for report in rig.reports() {
            prop_assert!(report.power.is_none_or(|power| power.get() <= 2_000));
            prop_assert!(report.cadence.is_none_or(|cadence| cadence.get() <= 255));
            prop_assert!(report.heart_rate.is_none_or(|rate| (30..=240).contains(&rate.get())));
            prop_assert!(report.speed.is_none() && report.grade.is_none());
        }
    }

    #[test]
    fn what_is_read_alone_never_sends_a_load_and_always_waits(
        which in 0..3_usize,
        acts in vec((0..5_u8, vec(any::<u8>(), 0..40), 1..900_u64), 0..60),
    ) {
        let mut link: Box<dyn Link> = match which {
            0 => Box::new(waterrower::link()),
            1 => Box::new(ble_2ad2::link()),
            _ => Box::new(ergoline::link(Variant::P4)),
        };
        let mut now = Timestamp::from_secs(1);
        link.handle_opened(now);
        for (act, bytes, millis) in acts {
            match act {
                0 => link.handle_command(now, MachineCommand::Start(power(50))),
                1 => link.handle_command(now, MachineCommand::Stop),
                2 => link.handle_command(now, MachineCommand::SetLoad(power(50))),
                _ => link.handle_bytes(now, now, &bytes),
            }
            now = now + std::time::Duration::from_millis(millis);
            loop {
                match link.poll_output(now) {
                    LinkOutput::Wait(until) => {
                        prop_assert!(until > now);
                        break;
                    }
                    LinkOutput::Preempt(_) => prop_assert!(false, "nothing to preempt for"),
                    LinkOutput::Transmit(_) => prop_assert!(which == 0),
                    LinkOutput::Event(_) => {}
                }
            }
        }
    }
}

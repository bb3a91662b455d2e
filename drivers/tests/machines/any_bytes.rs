//! A link that has nothing to do waits for an instant that lies ahead: else the control thread would turn without end.

use std::time::Duration;

use drivers::link::{Link, LinkOutput};
use drivers::machines::csafe::{CsafeLink, CsafeProfile};
use drivers::machines::trackmaster::{SpeedUnit, TrackmasterLink};
use proptest::collection::vec;
use proptest::prelude::*;
use protocols::vocabulary::{
    MachineCommand, MachineLoad, MetresPerSecond, PercentGrade, Timestamp, Watts,
};

#[derive(Debug, Clone)]
enum Act {
    Open,
    Close,
    Bytes(Vec<u8>),
    Command(MachineCommand),
    Leave(u64),
    Pass(u64),
    /// To just where the link wants to be asked.
    Due,
}

fn load(belt: bool) -> BoxedStrategy<MachineLoad> {
    if belt {
        (0_u32..250, 0_u32..300)
            .prop_map(|(speed, grade)| MachineLoad::Belt {
                speed: MetresPerSecond::from_kilometres_per_hour(f64::from(speed) / 10.0)
                    .expect("a speed"),
                grade: PercentGrade::new(f64::from(grade) / 10.0).expect("a grade"),
            })
            .boxed()
    } else {
        (0_u16..450)
            .prop_map(|watts| MachineLoad::Power(Watts::new(watts).expect("a power")))
            .boxed()
    }
}

/// Frames that a machine could send, and noise.
fn bytes(csafe: bool) -> BoxedStrategy<Vec<u8>> {
    let noise = vec(any::<u8>(), 0..40);
    if csafe {
        let status = (any::<u8>(), any::<bool>()).prop_map(|(status, readings)| {
            let mut contents = vec![status & 0xBF];
            if readings {
                contents.extend([0xB4, 3, 60, 0, 0x58, 0xA7, 3, 70, 0, 0x52]);
            }
            let sum = contents.iter().fold(0, |sum, byte| sum ^ byte);
            contents.push(sum);
            let mut frame = vec![0xF1];
            for byte in contents {
                if (0xF0..=0xF3).contains(&byte) {
                    frame.extend([0xF3, byte & 3]);
                } else {
                    frame.push(byte);
                }
            }
            frame.push(0xF2);
            frame
        });
        prop_oneof![4 => status, 1 => noise].boxed()
    } else {
        let answer = prop_oneof![
            (0xB0_u8..=0xBF).prop_map(|code| vec![code]),
            (0x31_u8..=0x33).prop_map(|status| vec![0xD0, status]),
            (0xD1_u8..=0xD4, 0_u16..300).prop_map(|(code, tenths)| {
                let mut answer = vec![code];
                answer.extend(format!("{tenths:04}").bytes());
                answer
            }),
        ];
        prop_oneof![6 => answer, 1 => noise].boxed()
    }
}

fn act(belt: bool, csafe: bool) -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Open),
        1 => Just(Act::Close),
        8 => bytes(csafe).prop_map(Act::Bytes),
        3 => load(belt).prop_map(|load| Act::Command(MachineCommand::SetLoad(load))),
        1 => load(belt).prop_map(|load| Act::Command(MachineCommand::Start(load))),
        1 => Just(Act::Command(MachineCommand::Stop)),
        1 => Just(Act::Command(MachineCommand::EmergencyStop)),
        4 => (0_u64..1_000).prop_map(Act::Leave),
        4 => (0_u64..1_500).prop_map(Act::Pass),
        12 => Just(Act::Due),
    ]
}

fn go_through(link: &mut dyn Link, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let mut now = Timestamp::from_secs(10);
    let mut due = now;
    let mut open = false;
    for act in acts {
        match act {
            Act::Open if !open => {
                link.handle_opened(now);
                open = true;
            }
            Act::Close if open => {
                link.handle_closed(now);
                open = false;
            }
            Act::Open | Act::Close => {}
            Act::Bytes(bytes) => link.handle_bytes(now, now, &bytes),
            Act::Command(command) => link.handle_command(now, command),
            Act::Leave(millis) => link.renew_leave(now + Duration::from_millis(millis)),
            Act::Pass(millis) => now = now + Duration::from_millis(millis),
            Act::Due => now = due.min(now + Duration::from_secs(5)).max(now),
        }
        let mut outputs = 0;
        due = loop {
            match link.poll_output(now) {
                LinkOutput::Wait(until) => break until,
                LinkOutput::Transmit(bytes) | LinkOutput::Preempt(bytes) => {
                    prop_assert!(open, "sent on a port that is shut");
                    prop_assert!(!bytes.is_empty());
                }
                LinkOutput::Event(_) => {}
            }
            outputs += 1;
            prop_assert!(outputs < 64, "a link that never waits");
        };
        prop_assert!(due > now, "a wait that is over");
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_machine_link_always_comes_to_wait(
        bike in vec(act(false, true), 0..120),
        treadmill in vec(act(true, true), 0..120),
        trackmaster in vec(act(true, false), 0..120),
    ) {
        go_through(&mut CsafeLink::new(CsafeProfile::Bike), bike)?;
        go_through(&mut CsafeLink::new(CsafeProfile::Treadmill), treadmill)?;
        go_through(&mut TrackmasterLink::new(SpeedUnit::KilometresPerHour), trackmaster)?;
    }
}

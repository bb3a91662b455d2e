//! What holds whatever the core asks and whatever the line does.

use std::time::Duration;

use proptest::prelude::*;
use protocols::vocabulary::{MachineCommand, MachineLoad, MetresPerSecond, PercentGrade};

use super::rig::Rig;

/// What the link of one dialect may send besides `A3`, `A4` and `C0`..`C2`.
const TRACKMASTER: [u8; 4] = [0xA0, 0xA2, 0xAA, 0xC4];
const WOODWAY: [u8; 4] = [0xA0, 0xA2, 0xAA, 0xC3];

#[derive(Debug, Clone)]
enum Step {
    Tell(MachineCommand),
    Wait(u16),
    LoseAnswers(u8),
    LoseRequests(u8),
    Noise(Vec<u8>),
    Decide(bool),
}

fn any_load() -> impl Strategy<Value = MachineLoad> {
    (-2.0..8.0_f64, -5.0..30.0_f64).prop_map(|(speed, grade)| MachineLoad::Belt {
        speed: MetresPerSecond::new(speed).expect("in range"),
        grade: PercentGrade::new(grade).expect("in range"),
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u16..3_000).prop_map(Step::Wait),
        1 => Just(Step::Wait(5_000)),
        3 => any_load().prop_map(|load| Step::Tell(MachineCommand::SetLoad(load))),
        3 => any_load().prop_map(|load| Step::Tell(MachineCommand::Start(load))),
        1 => Just(Step::Tell(MachineCommand::Stop)),
        1 => Just(Step::Tell(MachineCommand::EmergencyStop)),
        1 => (0_u8..6).prop_map(Step::LoseAnswers),
        1 => (0_u8..6).prop_map(Step::LoseRequests),
        1 => prop::collection::vec(any::<u8>(), 0..12).prop_map(Step::Noise),
        1 => any::<bool>().prop_map(Step::Decide),
    ]
}

/// Does the steps; afterwards nothing else was sent than what is allowed, and a stop ends it.
fn hold(
    mut rig: Rig,
    steps: Vec<Step>,
    allowed: [u8; 4],
    most: u32,
    grade_step: u32,
) -> Result<(), TestCaseError> {
    for step in steps {
        match step {
            Step::Tell(command) => rig.tell(command),
            Step::Wait(milliseconds) => rig.run(Duration::from_millis(milliseconds.into())),
            Step::LoseAnswers(count) => rig.lose_answers = count.into(),
            Step::LoseRequests(count) => rig.lose_requests = count.into(),
            Step::Noise(bytes) => rig.disturb(&bytes),
            Step::Decide(decides) => rig.deciding = decides,
        }
    }
    for sent in &rig.sent {
        let number: u32 = std::str::from_utf8(&sent.bytes[1..])
            .unwrap()
            .parse()
            .unwrap_or(0);
        match sent.bytes[0] {
            0xA3 => prop_assert!(number == 0 || (5..=most).contains(&number)),
            0xA4 => prop_assert!(number <= most.max(250) && number.is_multiple_of(grade_step)),
            0xC0..=0xC2 => prop_assert_eq!(sent.bytes.len(), 1),
            other => prop_assert!(
                allowed.contains(&other) && sent.bytes.len() == 1,
                "{:02X} is never sent",
                other
            ),
        }
    }
    rig.deciding = true;
    (rig.lose_answers, rig.lose_requests) = (0, 0);
    rig.run(Duration::from_millis(100));
    rig.tell(MachineCommand::Stop);
    rig.run(Duration::from_secs(70));
    prop_assert!(rig.stands(), "{:?}", rig.last_report());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_forbidden_is_sent_and_a_stop_always_ends_it(steps in prop::collection::vec(any_step(), 1..20)) {
        hold(Rig::ready(), steps, TRACKMASTER, 120, 5)?;
    }

    #[test]
    fn the_same_holds_in_woodways_dialect(steps in prop::collection::vec(any_step(), 1..20)) {
        let mut rig = Rig::woodway_powered_for(Duration::from_mins(1));
        rig.run(Duration::from_secs(1));
        hold(rig, steps, WOODWAY, 299, 1)?;
    }
}

//! Answers that come late, of machines whose answers do not say what they answer.

use drivers::link::LinkEvent;
use proptest::collection::vec;
use proptest::prelude::*;
use protocols::vocabulary::MachineCommand;

use super::rig::{Rig, Unknown, power};
use super::stand_in::Kind;

const STOP: MachineCommand = MachineCommand::Stop;
/// The machine knows no question for its target, so that its power has to prove a stop.
const KNOWS_NO_TARGET: Unknown = |bytes| bytes == b"B\r";

/// A Monark whose power, cadence and pulse are three different numbers.
fn riding() -> Rig {
    let mut rig = Rig::riding(Kind::Monark, 90);
    rig.mood.cadence = 61;
    rig.pass(3_000);
    rig.forget();
    rig
}

fn all_in_their_fields(rig: &Rig) -> bool {
    rig.reports().iter().all(|report| {
        report.power.is_none_or(|power| power.get() == 90)
            && report.cadence.is_none_or(|cadence| cadence.get() == 61)
            && report.heart_rate.is_none_or(|rate| rate.get() == 110)
    })
}

#[test]
fn answers_that_come_too_late_are_no_values_and_the_machine_is_silent_once() {
    for late in [600, 800, 1_150, 1_700, 2_500, 3_400] {
        let mut rig = riding();
        rig.answers_after = late;
        rig.pass(60_000);
        assert!(rig.reports().is_empty(), "{late}: {:?}", rig.reports());
        assert_eq!(rig.count(&LinkEvent::Silent), 1, "{late}: {:?}", rig.events);
        assert_eq!(rig.count(&LinkEvent::Up), 0, "{late}: {:?}", rig.events);
        let fell_silent = rig
            .events
            .iter()
            .find(|(_, event)| *event == LinkEvent::Silent);
        assert!(
            fell_silent.is_some_and(|(at, _)| at.as_millis() < 21_000),
            "{late}"
        );
        rig.answers_after = 20;
        rig.forget();
        rig.pass(15_000);
        assert_eq!(rig.count(&LinkEvent::Up), 1, "{late}: {:?}", rig.events);
        assert!(rig.reports().len() > 3, "{late}");
        assert!(all_in_their_fields(&rig), "{late}: {:?}", rig.reports());
    }
}

#[test]
fn answers_that_are_slow_and_in_time_are_values() {
    for slow in [100, 250, 400] {
        let mut rig = riding();
        rig.answers_after = slow;
        rig.pass(30_000);
        assert_eq!(rig.count(&LinkEvent::Silent), 0, "{slow}");
        let reports = rig.reports();
        assert!(reports.len() >= 10, "{slow}: {}", reports.len());
        assert!(all_in_their_fields(&rig), "{slow}: {reports:?}");
        assert!(
            reports.iter().all(|report| report.cadence.is_some()),
            "{slow}"
        );
    }
}

#[test]
fn a_machine_that_answers_only_who_it_is_is_silent_and_stays_so() {
    let mut rig = riding();
    rig.unknown = Some(|bytes| bytes != b"id\r" && !bytes.starts_with(b"power "));
    rig.pass(60_000);
    assert_eq!(rig.count(&LinkEvent::Silent), 1, "{:?}", rig.events);
    assert_eq!(rig.count(&LinkEvent::Up), 0);
    assert!(rig.reports().is_empty());
}

#[test]
fn a_stop_is_not_proved_by_the_answer_to_another_question() {
    for late in (20..3_000).step_by(140) {
        for into in [0, 130, 410, 770] {
            let mut rig = Rig::with(Kind::Monark.link(), Kind::Monark.stand_in());
            rig.unknown = Some(KNOWS_NO_TARGET);
            rig = rig.opened();
            rig.command(MachineCommand::Start(power(90)));
            rig.pass(5_000);
            assert_eq!(rig.machine.load(), 90);
            // No strap: the pulse is nought, and so is whatever it is taken for.
            rig.mood.heart_rate = 0;
            rig.mood.endless = true;
            rig.answers_after = late;
            rig.forget();
            rig.pass(4_000 + into);
            rig.command(STOP);
            rig.pass(20_000);
            assert!(
                !rig.told(&LinkEvent::Accepted(STOP)),
                "{late} {into}: {:?}",
                rig.events
            );
            assert_eq!(rig.count(&LinkEvent::Refused(STOP)), 1, "{late} {into}");
            let unlikely = |watts: u16| watts != 90 && watts != 0;
            assert!(
                !rig.reports().iter().any(|report| {
                    report.heart_rate.is_some() && late > 20
                        || report.power.is_some_and(|power| unlikely(power.get()))
                }),
                "{late} {into}: {:?}",
                rig.reports()
            );
        }
    }
}

#[test]
fn a_stop_of_a_slow_machine_that_obeys_is_confirmed() {
    for slow in [20, 200, 400] {
        let mut rig = riding();
        rig.answers_after = slow;
        rig.pass(3_130);
        rig.command(STOP);
        assert_eq!(rig.machine.load(), 0);
        rig.pass(6_000);
        assert!(
            rig.told(&LinkEvent::Accepted(STOP)),
            "{slow}: {:?}",
            rig.events
        );
    }
}

#[test]
fn a_kettlers_stop_is_not_proved_by_a_line_of_before() {
    for late in (20..3_000).step_by(140) {
        for into in [0, 130, 410, 770, 1_900] {
            let mut rig = Rig::riding(Kind::Kettler, 25);
            rig.answers_after = late;
            rig.pass(900);
            rig.command(MachineCommand::SetLoad(power(90)));
            rig.mood.endless = true;
            rig.pass(into);
            rig.command(STOP);
            if rig.machine.load() == 90 {
                rig.pass(20_000);
                assert!(
                    !rig.told(&LinkEvent::Accepted(STOP)),
                    "{late} {into}: {:?}",
                    rig.events
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn however_answers_are_late_no_value_is_in_anothers_field(
        delays in vec((20..2_600_u64, 200..2_500_u64), 1..30),
    ) {
        let mut rig = riding();
        for (late, millis) in delays {
            rig.answers_after = late;
            rig.pass(millis);
        }
        prop_assert!(all_in_their_fields(&rig), "{:?}", rig.reports());
    }
}

//! Alarm signals.

use core::time::Duration;

use control::alarms::{Alarms, is_as_bad};
use control::outputs::AlarmChanges;
use control::rules::{LoadAct, Priority, RuleId, RuleSet};
use control::situation::Tell;
use protocols::vocabulary::Timestamp;

fn tell(rule: RuleId, priority: Priority) -> Tell {
    Tell {
        rule,
        priority,
        value: Some(88.0),
        limit: Some(90.0),
        latched: false,
        seen: false,
        active: true,
        act: Some(LoadAct::Hold),
    }
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn update(alarms: &mut Alarms, millis: u64, tells: &[Tell]) -> AlarmChanges {
    alarms.update(at(millis), tells.iter().copied(), true)
}

#[test]
fn an_alarm_is_raised_once_and_leaves_after_five_seconds_at_the_earliest() {
    let mut alarms = Alarms::NONE;
    let told = [tell(RuleId::Spo2Floor, Priority::Medium)];
    let changes = update(&mut alarms, 0, &told);
    assert_eq!(changes.raised, RuleSet::of(&[RuleId::Spo2Floor]));
    assert!(update(&mut alarms, 100, &told).raised.is_empty());
    assert!(update(&mut alarms, 4_900, &[]).cleared.is_empty());
    assert!(!alarms.iter().next().expect("one").active);
    let changes = update(&mut alarms, 5_000, &[]);
    assert_eq!(changes.cleared, RuleSet::of(&[RuleId::Spo2Floor]));
    assert_eq!(alarms.iter().count(), 0);
}

#[test]
fn an_alarm_that_is_not_in_the_record_stays() {
    let mut alarms = Alarms::NONE;
    update(&mut alarms, 0, &[tell(RuleId::Spo2Floor, Priority::Medium)]);
    let gap = alarms.update(at(60_000), core::iter::empty(), false);
    assert!(gap.cleared.is_empty());
    assert!(!update(&mut alarms, 60_100, &[]).cleared.is_empty());
}

#[test]
fn the_most_urgent_comes_first_and_of_those_what_nobody_has_seen_and_the_oldest() {
    let mut alarms = Alarms::NONE;
    let low = tell(RuleId::HrOverZone, Priority::Low);
    let medium = tell(RuleId::HrLimit, Priority::Medium);
    let high = tell(RuleId::Spo2Stop, Priority::High);
    let later = tell(RuleId::HrIcd, Priority::High);
    update(&mut alarms, 0, &[low]);
    update(&mut alarms, 100, &[low, medium]);
    update(&mut alarms, 200, &[low, medium, high]);
    update(&mut alarms, 300, &[low, medium, high, later]);
    let order = |alarms: &Alarms| -> Vec<RuleId> { alarms.iter().map(|one| one.rule).collect() };
    assert_eq!(
        order(&alarms),
        [
            RuleId::Spo2Stop,
            RuleId::HrIcd,
            RuleId::HrLimit,
            RuleId::HrOverZone
        ]
    );
    alarms.acknowledge(RuleId::Spo2Stop);
    assert_eq!(order(&alarms)[..2], [RuleId::HrIcd, RuleId::Spo2Stop]);
}

#[test]
fn silence_covers_what_sounds_now_and_nothing_new() {
    let mut alarms = Alarms::NONE;
    let low = tell(RuleId::HrOverZone, Priority::Low);
    let medium = tell(RuleId::HrLimit, Priority::Medium);
    update(&mut alarms, 0, &[low]);
    alarms.silence(at(1_000), Duration::from_mins(10));
    let changes = update(&mut alarms, 1_100, &[low, medium]);
    assert_eq!(changes.silenced, RuleSet::of(&[RuleId::HrOverZone]));
    let views: Vec<_> = alarms.iter().collect();
    assert_eq!(views[0].silenced_until, None, "the new one sounds");
    assert_eq!(
        views[1].silenced_until,
        Some(at(121_000)),
        "two minutes at most"
    );
}

#[test]
fn an_alarm_that_becomes_more_urgent_sounds_and_calls_anew() {
    let mut alarms = Alarms::NONE;
    update(&mut alarms, 0, &[tell(RuleId::HrLimit, Priority::Medium)]);
    assert!(alarms.acknowledge(RuleId::HrLimit));
    assert!(!alarms.acknowledge(RuleId::HrLimit), "seen already");
    alarms.silence(at(100), Duration::from_mins(2));
    let changes = update(&mut alarms, 200, &[tell(RuleId::HrLimit, Priority::High)]);
    assert_eq!(changes.escalated, RuleSet::of(&[RuleId::HrLimit]));
    assert_eq!(changes.acknowledged, RuleSet::of(&[RuleId::HrLimit]));
    let view = alarms.iter().next().expect("one");
    assert!(!view.acknowledged);
    assert_eq!(view.silenced_until, None);
    assert_eq!(alarms.unacknowledged_since(), Some(at(200)));
}

#[test]
fn what_a_person_saw_covers_nothing_that_came_after() {
    let mut alarms = Alarms::NONE;
    let told = [tell(RuleId::Spo2Stop, Priority::High)];
    update(&mut alarms, 0, &told);
    assert!(alarms.acknowledge(RuleId::Spo2Stop));
    alarms.silence(at(100), Duration::from_mins(2));
    assert!(update(&mut alarms, 100, &[]).raised.is_empty());
    let changes = update(&mut alarms, 3_000, &told);
    assert_eq!(changes.raised, RuleSet::of(&[RuleId::Spo2Stop]));
    let view = alarms.iter().next().expect("one");
    assert!(!view.acknowledged);
    assert_eq!((view.since, view.silenced_until), (at(3_000), None));
    assert!(update(&mut alarms, 7_900, &[]).cleared.is_empty());
    assert!(!update(&mut alarms, 8_000, &[]).cleared.is_empty());
}

#[test]
fn a_high_alarm_calls_again_every_thirty_seconds_until_somebody_has_seen_it() {
    let mut alarms = Alarms::NONE;
    let told = [tell(RuleId::Spo2Stop, Priority::High)];
    update(&mut alarms, 0, &told);
    assert!(update(&mut alarms, 29_900, &told).repeated.is_empty());
    assert!(!update(&mut alarms, 30_000, &told).repeated.is_empty());
    assert!(update(&mut alarms, 59_900, &told).repeated.is_empty());
    assert!(!update(&mut alarms, 60_000, &told).repeated.is_empty());
    alarms.acknowledge(RuleId::Spo2Stop);
    let told = told.map(|tell| Tell { seen: true, ..tell });
    assert!(update(&mut alarms, 120_000, &told).repeated.is_empty());
    assert_eq!(alarms.unacknowledged_since(), None);
}

#[test]
fn the_call_that_nobody_came_is_no_reason_to_call_that_nobody_came() {
    let mut alarms = Alarms::NONE;
    update(
        &mut alarms,
        0,
        &[tell(RuleId::Unacknowledged, Priority::High)],
    );
    assert_eq!(alarms.unacknowledged_since(), None);
}

#[test]
fn a_latched_alarm_waits_for_a_person() {
    let mut alarms = Alarms::NONE;
    let told = [Tell {
        latched: true,
        active: false,
        ..tell(RuleId::Symptom, Priority::High)
    }];
    update(&mut alarms, 0, &told);
    assert!(alarms.is_waiting());
    alarms.acknowledge(RuleId::Symptom);
    assert!(!alarms.is_waiting());
}

/// The value that is told of the one alarm that is there.
fn told(alarms: &Alarms) -> (Option<f64>, Option<f64>) {
    let alarm = alarms.iter().next().expect("one");
    (alarm.value, alarm.limit)
}

#[test]
fn an_alarm_keeps_the_worst_that_its_rule_saw_with_the_limit_that_it_broke() {
    for (rule, values, limit, worst) in [
        (RuleId::Spo2Floor, [87.0, 86.0, 88.0], 88.0, 86.0),
        (RuleId::HrLimit, [123.0, 126.0, 122.0], 122.0, 126.0),
        (RuleId::CadenceLow, [38.0, 31.0, 39.0], 40.0, 31.0),
        (RuleId::RpeHigh, [15.0, 17.0, 16.0], 14.0, 17.0),
    ] {
        let mut alarms = Alarms::NONE;
        for (turn, value) in (0..).zip(values) {
            let tell = Tell {
                value: Some(value),
                limit: Some(limit),
                ..tell(rule, Priority::Medium)
            };
            update(&mut alarms, turn * 1_000, &[tell]);
        }
        assert_eq!(told(&alarms), (Some(worst), Some(limit)), "{rule}");
        update(&mut alarms, 4_000, &[]);
        assert_eq!(told(&alarms), (Some(worst), Some(limit)), "{rule}: over");
    }
}

#[test]
fn what_came_again_after_it_was_seen_begins_with_its_own_value_and_what_is_more_urgent_keeps_the_worst()
 {
    let of = |value: f64, priority, seen| Tell {
        value: Some(value),
        limit: Some(88.0),
        seen,
        ..tell(RuleId::Spo2Floor, priority)
    };
    let mut alarms = Alarms::NONE;
    update(&mut alarms, 0, &[of(84.0, Priority::Medium, false)]);
    update(&mut alarms, 1_000, &[of(87.0, Priority::High, false)]);
    assert_eq!(told(&alarms).0, Some(84.0));
    alarms.acknowledge(RuleId::Spo2Floor);
    update(&mut alarms, 2_000, &[of(87.0, Priority::High, true)]);
    assert_eq!(told(&alarms).0, Some(84.0));
    update(&mut alarms, 3_000, &[of(87.0, Priority::High, false)]);
    assert_eq!(told(&alarms).0, Some(87.0));
}

#[test]
fn how_bad_a_value_is_counts_from_its_own_limit() {
    // Systolic 251 over 250, then diastolic 118 over 115: the second is further beyond.
    let mut alarms = Alarms::NONE;
    for (turn, (value, limit)) in (0..).zip([(251.0, 250.0), (118.0, 115.0), (252.0, 250.0)]) {
        let tell = Tell {
            value: Some(value),
            limit: Some(limit),
            ..tell(RuleId::SbpHigh, Priority::High)
        };
        update(&mut alarms, turn * 1_000, &[tell]);
    }
    assert_eq!(told(&alarms), (Some(118.0), Some(115.0)));
}

/// The worst of an alarm is by how far its value is beyond its limit, and not by which part of it.
#[test]
fn a_value_is_worse_by_how_far_it_is_beyond_its_limit() {
    let of = |value: f64, limit: f64| (Some(value), Some(limit));
    // 30 beyond is worse than 18, and 20 under than 15.
    let higher = RuleId::HrLimit;
    assert!(is_as_bad(higher, of(130.0, 100.0), of(58.0, 40.0)));
    assert!(!is_as_bad(higher, of(58.0, 40.0), of(130.0, 100.0)));
    let lower = RuleId::HrLow;
    assert!(is_as_bad(lower, of(70.0, 90.0), of(25.0, 40.0)));
    assert!(!is_as_bad(lower, of(25.0, 40.0), of(70.0, 90.0)));
    for rule in [higher, lower] {
        assert!(
            is_as_bad(rule, of(60.0, 50.0), of(60.0, 50.0)),
            "the later of equals"
        );
        assert!(is_as_bad(rule, (None, Some(50.0)), of(60.0, 50.0)));
        assert!(is_as_bad(rule, of(60.0, 50.0), (Some(60.0), None)));
    }
}

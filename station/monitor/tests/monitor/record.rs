//! I7 to I10: journal, alarms, screen, replay.

use core::time::Duration;

use monitor::{
    Act, AlarmChange, AlarmId, Author, Entry, Invariant, Left, Priority, Seen, Shown, Signal,
};
use protocols::vocabulary::{MachineCommand, Timestamp};

use crate::desk::{Desk, bike, watts};

const COMMAND: MachineCommand = MachineCommand::SetLoad(protocols::vocabulary::MachineLoad::Power(
    protocols::vocabulary::Watts::ZERO,
));

#[test]
fn i7_a_command_has_its_whole_entry() {
    let whole = Entry {
        command: Some(COMMAND),
        author: Some(Author::Rule),
        values: true,
        alarms: false,
    };
    let short = [
        Entry {
            command: None,
            ..whole
        },
        Entry {
            command: Some(MachineCommand::Stop),
            ..whole
        },
        Entry {
            author: None,
            ..whole
        },
        Entry {
            values: false,
            ..whole
        },
    ];
    let judged = |entry: Entry| {
        let mut desk = Desk::cycling(&bike(), 60);
        desk.turn(Seen::Tick, |left| {
            left.command = Some(COMMAND);
            left.entry = Some(entry);
        });
        desk
    };
    judged(whole).assert_sound();
    for entry in short {
        judged(entry).assert_now(Invariant::I7);
    }
}

#[test]
fn i7_a_command_without_any_entry() {
    let desk = Desk::cycling(&bike(), 60);
    let mut monitor = desk.monitor;
    let found = monitor.watch(&monitor::Call {
        now: desk.now,
        input: Seen::Tick,
        left: Left {
            command: Some(COMMAND),
            ..Left::nothing(desk.phase)
        },
    });
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].invariant, Invariant::I7);
}

const fn raised(id: u16, priority: Priority, latched: bool) -> AlarmChange {
    AlarmChange::Raised {
        id: AlarmId(id),
        priority,
        latched,
    }
}
const LOW: &[AlarmChange] = &[raised(1, Priority::Low, false)];
const HIGH: &[AlarmChange] = &[raised(2, Priority::High, true)];
const LOW_LEAVES: &[AlarmChange] = &[AlarmChange::Cleared { id: AlarmId(1) }];
const HIGH_LEAVES: &[AlarmChange] = &[AlarmChange::Cleared { id: AlarmId(2) }];
const HIGH_ACKNOWLEDGED: &[AlarmChange] = &[AlarmChange::Acknowledged { id: AlarmId(2) }];

/// The alarms change, and nothing is shown afterwards.
fn quiet(desk: &mut Desk, changes: &'static [AlarmChange]) {
    desk.alarm_shown = None;
    desk.turn(Seen::Tick, |left| left.alarms = changes);
}

#[test]
fn i8_the_most_urgent_is_shown() {
    let mut desk = Desk::new(&bike());
    desk.raise(LOW, 1);
    desk.pass(1.0);
    desk.raise(HIGH, 2);
    desk.pass(1.0);
    desk.assert_sound();
    desk.alarm_shown = Some(AlarmId(1));
    desk.pass(0.1);
    desk.assert_now(Invariant::I8);
    desk.pass(5.0);
    assert_eq!(desk.breaches().len(), 1, "told once");
}

#[test]
fn i8_one_that_stands_is_shown_and_none_that_does_not() {
    let mut desk = Desk::new(&bike());
    quiet(&mut desk, LOW);
    desk.assert_now(Invariant::I8);
    let mut desk = Desk::new(&bike());
    desk.alarm_shown = Some(AlarmId(1));
    desk.see(Seen::Tick);
    desk.assert_now(Invariant::I8);
}

#[test]
fn i8_none_leaves_before_five_seconds() {
    let mut desk = Desk::new(&bike());
    desk.raise(LOW, 1);
    desk.pass(4.9);
    quiet(&mut desk, LOW_LEAVES);
    desk.assert_now(Invariant::I8);
    let mut desk = Desk::new(&bike());
    desk.raise(LOW, 1);
    desk.pass(5.0);
    quiet(&mut desk, LOW_LEAVES);
    desk.assert_sound();
}

#[test]
fn i8_a_latched_one_waits_for_a_person() {
    let mut desk = Desk::new(&bike());
    desk.raise(HIGH, 2);
    desk.pass(60.0);
    quiet(&mut desk, HIGH_LEAVES);
    desk.assert_now(Invariant::I8);
    let mut desk = Desk::new(&bike());
    desk.raise(HIGH, 2);
    desk.pass(60.0);
    desk.turn(Seen::Act(Act::Acknowledge(AlarmId(2))), |left| {
        left.alarms = HIGH_ACKNOWLEDGED;
    });
    quiet(&mut desk, HIGH_LEAVES);
    desk.assert_sound();
}

#[test]
fn i8_nobody_but_a_person_acknowledges() {
    for input in [Seen::Tick, Seen::Act(Act::Acknowledge(AlarmId(9)))] {
        let mut desk = Desk::new(&bike());
        desk.raise(HIGH, 2);
        desk.turn(input, |left| left.alarms = HIGH_ACKNOWLEDGED);
        desk.assert_now(Invariant::I8);
    }
}

#[test]
fn i8_a_raise_in_a_gap_of_the_record_waits_for_the_next_whole_state() {
    let mut desk = Desk::new(&bike());
    desk.see(Seen::Record { whole: false });
    desk.raise(LOW, 1);
    desk.pass(10.0);
    quiet(&mut desk, LOW_LEAVES);
    desk.assert_now(Invariant::I8);
    let mut desk = Desk::new(&bike());
    desk.see(Seen::Record { whole: false });
    desk.raise(LOW, 1);
    desk.pass(10.0);
    desk.see(Seen::Record { whole: true });
    quiet(&mut desk, LOW_LEAVES);
    desk.assert_sound();
}

/// A tick whose screen shows a live heart rate that was sent at `sent_at`.
fn shows(desk: &mut Desk, sent_at: Timestamp) {
    let shown: &'static [Shown] = Box::leak(Box::new([Shown {
        signal: Signal::HeartRate,
        sent_at,
        live: true,
    }]));
    desk.turn(Seen::Tick, |left| left.shown = shown);
}

#[test]
fn i9_an_old_value_does_not_look_live() {
    let mut desk = Desk::new(&bike());
    desk.pass(2.0);
    let sent_at = desk.now;
    desk.heart_rate = None;
    desk.pass(3.0);
    shows(&mut desk, sent_at);
    desk.assert_sound();
    desk.pass(0.2);
    shows(&mut desk, sent_at);
    desk.assert_now(Invariant::I9);
}

#[test]
fn i9_a_value_is_not_made_younger() {
    let mut desk = Desk::new(&bike());
    desk.pass(2.0);
    let sent_at = desk.now + Duration::from_millis(100);
    desk.heart_rate = None;
    desk.pass(1.5);
    shows(&mut desk, sent_at);
    desk.assert_now(Invariant::I9);
}

#[test]
fn i9_a_value_that_never_came_is_not_live() {
    let mut desk = Desk::new(&bike());
    desk.heart_rate = None;
    let now = desk.now;
    shows(&mut desk, now);
    desk.assert_now(Invariant::I9);
}

#[test]
fn i10_a_replay_that_differs() {
    let mut desk = Desk::cycling(&bike(), 30);
    desk.monitor.replayed(desk.now, true);
    desk.assert_sound();
    desk.monitor.replayed(desk.now, false);
    desk.assert_now(Invariant::I10);
    assert_eq!(
        desk.breaches()[0].to_string().split("  ").nth(1),
        Some("I10: a replay gave other outputs")
    );
}

#[test]
fn a_core_that_is_wrong_in_every_call_does_not_fill_the_memory() {
    let mut desk = Desk::new(&bike());
    for _ in 0..1_500 {
        desk.send(MachineCommand::SetLoad(watts(250)));
    }
    assert_eq!(desk.breaches().len(), 1_000);
    assert!(desk.monitor.dropped() >= 500);
}

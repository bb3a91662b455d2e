//! What holds whatever comes over the line.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::monitors::{NoninDf2Link, ZephyrHxmLink};
use proptest::collection::vec;
use proptest::prelude::*;
use protocols::vocabulary::Timestamp;

use crate::bench::START;
use crate::sheets::first_of_each;
use crate::wire::{UNPROVED, Wire, monitors};

/// Drains a link and gives its events; it has to end in a wait that lies ahead.
fn drain(link: &mut dyn Link, now: Timestamp) -> Vec<LinkEvent> {
    let mut events = Vec::new();
    for _ in 0..1_000 {
        match link.poll_output(now) {
            LinkOutput::Event(event) => events.push(event),
            LinkOutput::Transmit(bytes) => assert!(!bytes.is_empty()),
            LinkOutput::Preempt(_) => panic!("a monitor has nothing to preempt"),
            LinkOutput::Wait(until) => {
                assert!(until > now);
                return events;
            }
        }
    }
    panic!("a link that never waits");
}

/// Feeds pieces at random distances; noise must not bring a value or make a device live.
fn feed(link: &mut dyn Link, pieces: &[(u64, Vec<u8>)]) -> Result<(), TestCaseError> {
    let mut now = START;
    link.handle_opened(now);
    for (millis, bytes) in pieces {
        now = now + Duration::from_millis(*millis);
        link.handle_bytes(now, now, bytes);
        for event in drain(link, now) {
            prop_assert_eq!(event, LinkEvent::Silent);
        }
    }
    Ok(())
}

/// What a person can have: 1 to 100 per cent, and a rate that some device measures.
fn is_of_this_world(event: &LinkEvent) -> bool {
    match event {
        LinkEvent::HeartRate { reading, .. } | LinkEvent::PulseRate { reading, .. } => reading
            .value()
            .is_none_or(|rate| (1..=321).contains(&rate.get())),
        LinkEvent::Saturation { reading, .. } => reading
            .value()
            .is_none_or(|percent| (1..=100).contains(&percent.get())),
        LinkEvent::Up | LinkEvent::Silent => true,
        LinkEvent::Plethysmogram { .. }
        | LinkEvent::OtherProtocol(_)
        | LinkEvent::Accepted(_)
        | LinkEvent::Objected(_)
        | LinkEvent::Refused(_)
        | LinkEvent::Machine { .. } => false,
    }
}

proptest! {
    #[test]
    fn noise_never_panics_and_is_never_a_value_out_of_range(
        pieces in vec((0_u64..2_000, vec(any::<u8>(), 0..300)), 0..20),
    ) {
        for family in monitors() {
            let mut wire = Wire::believed(family.id);
            for (millis, bytes) in &pieces {
                wire.wait(*millis);
                wire.bytes(bytes);
            }
            wire.wait(1_000);
            // Noise can be one of their messages, and must still be one of this world.
            let is_weak = UNPROVED.iter().any(|(id, ..)| *id == family.id);
            for (_, event) in &wire.events {
                prop_assert!(is_of_this_world(event), "{} {event:?}", family.id);
                prop_assert!(is_weak || *event == LinkEvent::Silent, "{} {event:?}", family.id);
            }
        }
    }

    #[test]
    fn damaged_messages_never_panic_and_are_never_a_value_out_of_range(
        damage in vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..12),
        split in any::<prop::sample::Index>(),
    ) {
        for example in first_of_each() {
            let mut bytes = example.bytes.repeat(6);
            for (place, byte, is_lost) in &damage {
                let place = place.index(bytes.len());
                if *is_lost && bytes.len() > 1 {
                    bytes.remove(place);
                } else {
                    bytes[place] ^= byte;
                }
            }
            let mut wire = Wire::believed(example.id);
            let (first, second) = bytes.split_at(split.index(bytes.len()));
            wire.bytes(first);
            wire.wait(100);
            wire.bytes(second);
            wire.wait(20_000);
            for (_, event) in &wire.events {
                prop_assert!(is_of_this_world(event), "{} {event:?}", example.id);
            }
            let silences = wire.events.iter().filter(|(_, event)| *event == LinkEvent::Silent);
            prop_assert_eq!(silences.count(), 1, "{}", example.id);
        }
    }

    #[test]
    fn noise_brings_no_value_and_no_link(
        pieces in vec((0_u64..2_000, vec(any::<u8>(), 0..300)), 0..20),
    ) {
        feed(&mut NoninDf2Link::new(), &pieces)?;
        feed(&mut ZephyrHxmLink::new(), &pieces)?;
    }

    #[test]
    fn a_flood_is_bounded_and_counted(packets in 30_usize..200) {
        let quiet = |number: usize| (0..25_u8).flat_map(move |frame| {
            let status = if frame == 0 { 0x81 } else { 0x80 };
            // Its counter goes up, modulo 128.
            let count = u8::try_from(number % 128).expect("small");
            let data = if frame == 6 { count } else { 0x20 };
            [0x01, status, 0x80, data, 0x81_u8.wrapping_add(status).wrapping_add(data)]
        });
        let mut link = NoninDf2Link::new();
        link.handle_opened(START);
        let flood: Vec<u8> = (0..packets).flat_map(quiet).collect();
        link.handle_bytes(START, START, &flood);
        let events = drain(&mut link, START);
        let counters = link.counters();
        let made = u64::try_from(packets * 3 + 1).expect("small");
        prop_assert_eq!(counters.messages, u64::try_from(packets).expect("small"));
        prop_assert_eq!(counters.dropped_events, made.saturating_sub(128));
        prop_assert_eq!(u64::try_from(events.len()).expect("small") + counters.dropped_events, made);
        let newest = |event: &LinkEvent| matches!(event, LinkEvent::Plethysmogram { sent_at, .. } if *sent_at == START);
        prop_assert!(events.last().is_some_and(newest));
    }
}

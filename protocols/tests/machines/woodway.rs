//! Woodway: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::trackmaster::BeltStatus;
use protocols::vocabulary::MetresPerSecond;
use protocols::wire::{Decoder, NoRoom};
use protocols::woodway::{
    FourDigits, HostDecoder, HostMessage, LONGEST_MESSAGE, MachineDecoder, MachineMessage, Velocity,
};

use crate::vectors::{nothing, run};
use crate::wires::{
    any_cuts, any_stream, check_found_after, check_identity, check_laws, feed, messages, numbers,
};

fn host_bytes(message: HostMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_MESSAGE];
    message.encode(&mut buffer).expect("room").to_vec()
}

fn machine_bytes(message: MachineMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_MESSAGE];
    message.encode(&mut buffer).expect("room").to_vec()
}

#[test]
fn every_worked_example_reads_as_written() {
    const DOCUMENT: &str = include_str!("../../vectors/woodway/worked.json");
    let device = run(
        DOCUMENT,
        "device",
        |_| MachineDecoder::new(),
        MachineMessage::report,
        nothing,
    );
    let host = run(
        DOCUMENT,
        "host",
        |_| HostDecoder::new(),
        HostMessage::report,
        nothing,
    );
    assert_eq!((device, host), (14, 7));
}

#[test]
fn numbers_are_always_written_with_four_digits() {
    let speed = |is_reverse, tenths| {
        HostMessage::SetSpeed(Velocity::new(is_reverse, tenths).expect("in range"))
    };
    assert_eq!(host_bytes(speed(false, 40)), b"\xA30040");
    assert_eq!(host_bytes(speed(false, 2)), b"\xA30002");
    assert_eq!(host_bytes(speed(false, 0)), b"\xA30000");
    assert_eq!(host_bytes(speed(true, 20)), b"\xA33020");
    assert_eq!(Velocity::new(false, 1_000), None);
    assert_eq!(speed(true, 5).encode(&mut [0; 4]), Err(NoRoom));
    let elevation = FourDigits::new(50).expect("in range");
    assert_eq!(
        host_bytes(HostMessage::SetElevation(elevation)),
        b"\xA40050"
    );
}

#[test]
fn a_speed_is_rounded_down_and_never_backwards() {
    let tenths = |speed| {
        let velocity = Velocity::not_above(MetresPerSecond::new(speed).expect("in range"));
        assert!(!velocity.is_reverse());
        velocity.tenths()
    };
    assert_eq!(tenths(1.788), 39);
    assert_eq!(tenths(1.788_16), 40);
    assert_eq!(tenths(-1.0), 0);
    assert_eq!(tenths(20_000.0), 999);
}

#[test]
fn the_worked_answers_are_read_and_written_again() {
    for bytes in [
        b"\xD3\x00\x02\x01\x04".as_slice(),
        b"\xD13020",
        b"\xD02",
        b"\xBD",
        b"\xB9",
    ] {
        let found = messages(&mut MachineDecoder::new(), bytes);
        assert_eq!(found.len(), 1);
        assert_eq!(machine_bytes(found[0]), bytes);
    }
    let found = messages(
        &mut MachineDecoder::new(),
        b"\xD3\x00\x02\x01\x04\xD02\xD0\x05",
    );
    assert_eq!(found[0], MachineMessage::Revision(0x0002_0104));
    assert_eq!(found[1].belt_status(), Some(BeltStatus::RunningWatched));
    assert_eq!(found[2].belt_status(), None);
}

#[test]
fn a_reset_ends_a_revision_that_was_cut_off() {
    let mut decoder = MachineDecoder::new();
    assert_eq!(feed(&mut decoder, b"\xD3\x00"), []);
    decoder.reset();
    let items = feed(&mut decoder, b"\xB0");
    assert_eq!(
        (items[0].offset, items[0].content),
        (2, Ok(MachineMessage::StartedWatched))
    );
}

fn any_velocity() -> impl Strategy<Value = Velocity> {
    (any::<bool>(), 0_u16..=999)
        .prop_map(|(is_reverse, tenths)| Velocity::new(is_reverse, tenths).expect("in range"))
}

fn any_four() -> impl Strategy<Value = FourDigits> {
    (0_u16..=9_999).prop_map(|number| FourDigits::new(number).expect("in range"))
}

fn any_host_message() -> impl Strategy<Value = HostMessage> {
    prop_oneof![
        prop::sample::select(vec![
            HostMessage::StartWatched,
            HostMessage::StartUnwatched,
            HostMessage::Disengage,
            HostMessage::AutoStop,
            HostMessage::AskState,
            HostMessage::AskSpeed,
            HostMessage::AskElevation,
            HostMessage::AskRevision,
        ]),
        any_velocity().prop_map(HostMessage::SetSpeed),
        any_four().prop_map(HostMessage::SetElevation),
    ]
}

fn any_message() -> impl Strategy<Value = MachineMessage> {
    prop_oneof![
        prop::sample::select(vec![
            MachineMessage::StartedWatched,
            MachineMessage::StartedUnwatched,
            MachineMessage::Disengaged,
            MachineMessage::SpeedSet,
            MachineMessage::ElevationSet,
            MachineMessage::Stopping,
            MachineMessage::TimerFired,
        ]),
        (0_u8..0x80).prop_map(MachineMessage::State),
        any_velocity().prop_map(MachineMessage::Speed),
        any_four().prop_map(MachineMessage::Elevation),
        any::<u32>().prop_map(MachineMessage::Revision),
    ]
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    any_stream(
        b"0123\xA0\xA3\xA4\xA9\xB0\xBD\xBE\xBF\xC0\xC3\xD0\xD1\xD2\xD3\xD4",
        &[
            b"\xD13020",
            b"\xD20100",
            b"\xD3\x00\x02\x01\x04",
            b"\xA30040",
        ],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        check_laws(HostDecoder::new, &bytes, &cuts)?;
        let mut decoder = MachineDecoder::new();
        feed(&mut decoder, &bytes);
        let mut used = usize::try_from(decoder.skipped()).expect("small");
        for item in check_laws(MachineDecoder::new, &bytes, &cuts)? {
            used += match &item.content {
                Ok(message) => machine_bytes(*message).len(),
                Err(error) => usize::try_from(error.skipped_bytes).expect("small"),
            };
            let Some(report) = item.content.ok().and_then(|message| message.report()) else { continue };
            let [.., speed, grade] = numbers(&report);
            prop_assert!(speed.is_none_or(|speed| speed.abs() <= 99.9 * 0.447_04 + 1e-9));
            prop_assert!(grade.is_none_or(|grade| (0.0..=999.9).contains(&grade)));
        }
        prop_assert!(bytes.len() - used <= 4, "{} bytes are nowhere", bytes.len() - used);
    }

    #[test]
    fn what_the_host_writes_is_read_back(theirs in vec(any_host_message(), 1..12)) {
        check_identity(HostDecoder::new(), &theirs, |it| host_bytes(*it))?;
    }

    #[test]
    fn what_the_machine_writes_is_read_back(ours in vec(any_message(), 1..12)) {
        check_identity(MachineDecoder::new(), &ours, |it| machine_bytes(*it))?;
    }

    #[test]
    fn four_bytes_at_most_are_lost_to_a_revision_that_garbage_begins(
        garbage in noise(), ours in any_message(), theirs in any_host_message(),
    ) {
        check_found_after(MachineDecoder::new(), &garbage, b"0000", &ours, |it| machine_bytes(*it))?;
        check_found_after(HostDecoder::new(), &garbage, b"", &theirs, |it| host_bytes(*it))?;
    }
}

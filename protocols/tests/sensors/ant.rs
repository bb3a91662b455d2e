//! ANT radios, and the pages of what is heard through them.

mod pages;

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::ant::{
    ChannelId, ChannelKind, ChannelState, Code, Data, DataKind, Frame, HostDecoder, HostMessage,
    LONGEST_DATA, LONGEST_FRAME, NetworkKey, RadioDecoder, RadioMessage, Version,
};
use protocols::exact::Exact;
use protocols::wire::{Decoded, Decoder, Field};

use crate::support::{Items, bytes, entries, items, only, run, split_law, told};

const VECTORS: &str = include_str!("../../vectors/ant/worked.json");

fn written(frame: &Frame) -> Vec<u8> {
    let mut buffer = [0; LONGEST_FRAME];
    frame.encode(&mut buffer).expect("room").to_vec()
}

fn channel_id() -> impl Strategy<Value = ChannelId> {
    any::<(u16, u8, u8)>().prop_map(
        |(device_number, device_type, transmission_type)| ChannelId {
            device_number,
            device_type,
            transmission_type,
        },
    )
}

fn data() -> impl Strategy<Value = Data> {
    let kind = prop_oneof![
        Just(DataKind::Broadcast),
        Just(DataKind::Acknowledged),
        (0_u8..8).prop_map(DataKind::Burst)
    ];
    let first = prop_oneof![any::<u8>(), 0x10_u8..0x1B, 0x30_u8..0x37, Just(0x47)];
    let sender = prop::option::of(channel_id());
    (kind, 0_u8..4, any::<[u8; 8]>(), first, sender).prop_map(
        |(kind, channel, mut page, first, sender)| {
            page[0] = first;
            Data {
                kind,
                channel,
                page,
                sender,
            }
        },
    )
}

fn host_message() -> impl Strategy<Value = HostMessage> {
    let channel = any::<u8>();
    prop_oneof![
        Just(HostMessage::Reset),
        any::<(u8, [u8; 8])>().prop_map(|(network, key)| HostMessage::SetNetworkKey {
            network,
            key: NetworkKey::new(key)
        }),
        (any::<[u8; 3]>(), proptest::option::of(any::<u8>())).prop_map(
            |([channel, kind, network], options)| HostMessage::AssignChannel {
                channel,
                kind: ChannelKind(kind),
                network,
                options,
            }
        ),
        (channel, channel_id()).prop_map(|(channel, id)| HostMessage::SetChannelId { channel, id }),
        any::<[u8; 2]>().prop_map(
            |[channel, megahertz_above_2400]| HostMessage::SetFrequency {
                channel,
                megahertz_above_2400
            }
        ),
        any::<(u8, u16)>().prop_map(|(channel, period)| HostMessage::SetPeriod { channel, period }),
        any::<[u8; 2]>()
            .prop_map(|[channel, timeout]| HostMessage::SetSearchTimeout { channel, timeout }),
        any::<[u8; 2]>().prop_map(
            |[channel, timeout]| HostMessage::SetLowPrioritySearchTimeout { channel, timeout }
        ),
        any::<[u8; 2]>()
            .prop_map(|[channel, level]| HostMessage::SetTransmitPower { channel, level }),
        any::<bool>().prop_map(HostMessage::ExtendedMessages),
        any::<u8>().prop_map(HostMessage::OpenChannel),
        any::<u8>().prop_map(HostMessage::CloseChannel),
        any::<u8>().prop_map(HostMessage::UnassignChannel),
        any::<[u8; 2]>().prop_map(|[channel, wanted]| HostMessage::Request { channel, wanted }),
        data().prop_map(HostMessage::Data),
    ]
}

fn radio_message() -> impl Strategy<Value = RadioMessage> {
    let state = prop::sample::select(vec![
        ChannelState::Unassigned,
        ChannelState::Assigned,
        ChannelState::Searching,
        ChannelState::Tracking,
    ]);
    prop_oneof![
        any::<u8>().prop_map(RadioMessage::StartUp),
        any::<u8>().prop_map(RadioMessage::LineError),
        (any::<u8>(), 2_u8.., any::<u8>()).prop_map(|(channel, to, code)| RadioMessage::Response {
            channel,
            to,
            code: Code(code)
        }),
        any::<[u8; 2]>().prop_map(|[channel, code]| RadioMessage::Event {
            channel,
            code: Code(code)
        }),
        any::<(u8, u8, [u8; 4])>().prop_map(|(channels, networks, options)| {
            RadioMessage::Capabilities {
                channels,
                networks,
                options,
            }
        }),
        vec(1_u8.., 0..LONGEST_DATA)
            .prop_map(|text| RadioMessage::Version(Version::new(&text).expect("short"))),
        (any::<u8>(), channel_id())
            .prop_map(|(channel, id)| RadioMessage::ChannelId { channel, id }),
        (any::<u8>(), state)
            .prop_map(|(channel, state)| RadioMessage::ChannelStatus { channel, state }),
        any::<[u8; 4]>().prop_map(RadioMessage::SerialNumber),
        data().prop_map(RadioMessage::Data),
    ]
}

/// Frames of both sides, frames cut short or with a flipped bit, frames that are none, `A4`s, noise.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..40),
        vec(
            prop::sample::select(vec![0xA4_u8, 0x00, 0x01, 0x09, 0x20, 0x21, 0x4E]),
            0..20
        ),
        radio_message().prop_map(|message| written(&message.frame())),
        host_message().prop_map(|message| written(&message.frame())),
        (any::<u8>(), vec(any::<u8>(), 1..=LONGEST_DATA))
            .prop_map(|(id, data)| written(&Frame::new(id, &data).expect("fits"))),
        (radio_message(), any::<prop::sample::Index>()).prop_map(|(message, at)| {
            let bytes = written(&message.frame());
            bytes[..at.index(bytes.len())].to_vec()
        }),
        (radio_message(), any::<prop::sample::Index>(), 0_u8..8).prop_map(|(message, at, bit)| {
            let mut bytes = written(&message.frame());
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            bytes
        }),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

#[test]
fn every_worked_message_of_the_radio_reads_as_written() {
    let count = run(VECTORS, "device", RadioDecoder::new, |offset, message| {
        Some(told(offset, &message.report()?, &Exact::NONE))
    });
    assert_eq!(count, 27);
}

#[test]
fn every_worked_message_of_the_host_reads_as_written() {
    let count = run(VECTORS, "host", HostDecoder::new, |offset, message| {
        Some(told(offset, &message.report()?, &message.exact()))
    });
    assert_eq!(count, 15);
}

#[test]
fn what_reads_whole_is_written_back_byte_for_byte() {
    let mut written_back = 0;
    for direction in ["device", "host"] {
        for entry in entries(VECTORS, direction) {
            let stream = bytes(entry["bytes"].as_str().expect("bytes"));
            let frames: Vec<Option<Frame>> = if direction == "host" {
                let found = items(&mut HostDecoder::new(), &stream, &[]);
                found
                    .iter()
                    .map(|item| Some(item.content.ok()?.frame()))
                    .collect()
            } else {
                let found = items(&mut RadioDecoder::new(), &stream, &[]);
                found
                    .iter()
                    .map(|item| Some(item.content.ok()?.frame()))
                    .collect()
            };
            let skipped = entry["skipped"].as_u64() != Some(0);
            if skipped || frames.is_empty() || entry.get("not_canonical").is_some() {
                continue;
            }
            let again: Vec<u8> = frames.iter().flatten().flat_map(written).collect();
            assert_eq!(again, stream, "{}", entry["name"]);
            written_back += 1;
        }
    }
    assert_eq!(written_back, 32);
}

#[test]
fn the_worked_set_up_is_what_a_host_would_write() {
    let id = ChannelId {
        device_number: 0,
        device_type: 120,
        transmission_type: 0,
    };
    let messages = [
        (HostMessage::Reset, "A4 01 4A 00 EF"),
        (HostMessage::ExtendedMessages(true), "A4 02 66 00 01 C1"),
        (
            HostMessage::AssignChannel {
                channel: 0,
                kind: ChannelKind::RECEIVE,
                network: 0,
                options: None,
            },
            "A4 03 42 00 00 00 E5",
        ),
        (
            HostMessage::SetChannelId { channel: 0, id },
            "A4 05 51 00 00 00 78 00 88",
        ),
        (
            HostMessage::SetFrequency {
                channel: 0,
                megahertz_above_2400: protocols::ant::FREQUENCY,
            },
            "A4 02 45 00 39 DA",
        ),
        (
            HostMessage::SetPeriod {
                channel: 0,
                period: protocols::ant::Profile::HeartRate.period(),
            },
            "A4 03 43 00 86 1F 7D",
        ),
        (
            HostMessage::SetSearchTimeout {
                channel: 0,
                timeout: 12,
            },
            "A4 02 44 00 0C EE",
        ),
        (HostMessage::OpenChannel(0), "A4 01 4B 00 EE"),
        (
            HostMessage::Request {
                channel: 0,
                wanted: HostMessage::CHANNEL_ID,
            },
            "A4 02 4D 00 51 BA",
        ),
        (HostMessage::CloseChannel(0), "A4 01 4C 00 E9"),
        (HostMessage::UnassignChannel(0), "A4 01 41 00 E4"),
    ];
    for (message, text) in messages {
        assert_eq!(written(&message.frame()), bytes(text));
    }
}

#[test]
fn a_network_key_is_never_shown() {
    let digits = "0123456789abcdEF";
    let key = NetworkKey::from_hexadecimal(digits).expect("sixteen digits");
    let message = HostMessage::SetNetworkKey { network: 1, key };
    let frame = message.frame();
    assert_eq!(frame.data(), bytes("01 01 23 45 67 89 AB CD EF"));
    let short = Frame::new(0x46, &frame.data()[..5]).expect("fits");
    for shown in [
        format!("{key:?}"),
        format!("{message:?} {message:#?}"),
        format!("{frame:?} {frame:#?}"),
        format!("{:?}", HostMessage::from_frame(&short)),
    ] {
        assert!(shown.contains("masked"), "{shown}");
        assert!(!shown.contains("23") && !shown.contains("35"), "{shown}");
    }
    for wrong in [
        "",
        "0123456789abcde",
        "0123456789abcdef0",
        "0123456789abcdeg",
        "01 3456789abcdef",
    ] {
        assert_eq!(NetworkKey::from_hexadecimal(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_radio_hears_what_it_has_to_refuse() {
    let stream = written(&Frame::new(0x47, &[1, 2]).expect("fits"));
    assert!(items(&mut HostDecoder::new(), &stream, &[]).is_empty());
    let heard = only(&mut HostDecoder::of_a_radio(), &stream)
        .content
        .expect("a message");
    assert!(matches!(heard, HostMessage::Other(frame) if frame.id() == 0x47));
    let short = written(&Frame::new(0x42, &[0]).expect("fits"));
    let heard = only(&mut HostDecoder::new(), &short)
        .content
        .expect("a message");
    assert!(matches!(heard, HostMessage::Other(frame) if frame.data() == [0]));
}

#[test]
fn a_frame_has_one_to_thirty_two_bytes() {
    assert!(Frame::new(0x4E, &[]).is_none());
    assert!(Frame::new(0x4E, &[0; LONGEST_DATA]).is_some());
    assert!(Frame::new(0x4E, &[0; LONGEST_DATA + 1]).is_none());
    assert!(HostMessage::Reset.frame().encode(&mut [0; 4]).is_err());
    assert!(Version::new(&[b'V'; LONGEST_DATA]).is_none());
    assert!(Version::new(b"a\0b").is_none());
    assert!(
        (0..=255)
            .filter(|code| Code(*code).words().is_some())
            .count()
            == 17
    );
}

proptest! {
    #[test]
    fn the_radios_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..60, 0..20)) {
        let (decoder, found) = split_law(RadioDecoder::new, &stream, &pieces)?;
        for report in found.iter().filter_map(|item| item.content.ok()?.report()) {
            if let Field::Present(rate) = report.heart_rate { prop_assert!(rate.get() <= 255) }
            if let Field::Present(cadence) = report.cadence { prop_assert!(cadence.get() < 255) }
            if let Field::Present(speed) = report.speed { prop_assert!((0.0..=65.534).contains(&speed.get())) }
            if let Field::Present(grade) = report.grade { prop_assert!((-327.68..=327.66).contains(&grade.get())) }
        }
        accounts(&decoder, &found, &stream)?;
    }

    #[test]
    fn the_hosts_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..60, 0..20)) {
        let (_, found) = split_law(HostDecoder::new, &stream, &pieces)?;
        for report in found.iter().filter_map(|item| item.content.ok()?.report()) {
            if let Field::Present(power) = report.power { prop_assert!(power.get() <= 4_000) }
            if let Field::Present(grade) = report.grade { prop_assert!((-200.0..=455.34).contains(&grade.get())) }
        }
        let (decoder, found) = split_law(HostDecoder::of_a_radio, &stream, &pieces)?;
        accounts(&decoder, &found, &stream)?;
    }

    #[test]
    fn a_message_of_the_radio_reads_as_it_was_written(message in radio_message()) {
        let found = only(&mut RadioDecoder::new(), &written(&message.frame()));
        prop_assert_eq!(found.content, Ok(message));
    }

    #[test]
    fn a_message_of_the_host_reads_as_it_was_written(message in host_message()) {
        let found = only(&mut HostDecoder::new(), &written(&message.frame()));
        prop_assert_eq!(found.content, Ok(message));
    }

    #[test]
    fn one_flipped_bit_never_becomes_a_message(message in radio_message(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut stream = written(&message.frame());
        let at = at.index(stream.len());
        stream[at] ^= 1 << bit;
        let found = items(&mut RadioDecoder::new(), &stream, &[]);
        // But for a frame that happens to stand within the data.
        prop_assert!(found.iter().all(|item| item.content.is_err() || item.offset > 0));
    }

    #[test]
    fn after_noise_that_begins_no_frame_the_next_message_is_read_at_once(noise in vec(0_u8..0xA4, 0..200), message in radio_message()) {
        let found = only(&mut RadioDecoder::new(), &[noise.clone(), written(&message.frame())].concat());
        prop_assert_eq!(found.content, Ok(message));
        prop_assert_eq!(found.offset, u64::try_from(noise.len()).expect("small"));
    }

    #[test]
    fn after_any_garbage_a_message_is_read_once_the_longest_frame_could_have_ended(garbage in stream(), message in radio_message()) {
        let frame = written(&message.frame());
        let end_of_garbage = garbage.len();
        let begin = u64::try_from(end_of_garbage).expect("small");
        let stream = [garbage, frame, vec![0; LONGEST_FRAME]].concat();
        let found = items(&mut RadioDecoder::new(), &stream, &[]);
        // Garbage whose end makes a whole frame with the begin of the message takes the message with it.
        let swallowed = found.iter().any(|item| {
            let at = usize::try_from(item.offset).expect("small");
            item.content.is_ok() && item.offset < begin && at + usize::from(stream[at + 1]) + 4 > end_of_garbage
        });
        prop_assert!(swallowed || found.iter().any(|item| item.offset == begin && item.content == Ok(message)));
    }
}

/// Each byte fed belongs to exactly one of: a message, an error, noise, or an unfinished end. How long a message was stands in
/// the stream.
fn accounts<D: Decoder>(decoder: &D, found: &Items<D>, stream: &[u8]) -> Result<(), TestCaseError> {
    let of = |item: &Decoded<D::Message>| match &item.content {
        Ok(_) => usize::from(stream[usize::try_from(item.offset).expect("small") + 1]) + 4,
        Err(error) => usize::try_from(error.skipped_bytes).expect("small"),
    };
    let used: usize = found.iter().map(of).sum();
    let used = used + usize::try_from(decoder.skipped()).expect("small");
    prop_assert!(used <= stream.len(), "{used} of {}", stream.len());
    prop_assert!(
        stream.len() - used < LONGEST_FRAME,
        "{used} of {}",
        stream.len()
    );
    Ok(())
}

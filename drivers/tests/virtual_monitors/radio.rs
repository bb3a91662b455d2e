//! The ANT radio: its start-up sequence, its refusals, and what it hands on of a strap.

use protocols::ant::{
    ChannelId, ChannelKind, ChannelState, Code, HeartRatePage, HostMessage, LONGEST_FRAME,
    NetworkKey, Profile, RadioDecoder, RadioMessage, ToggleWatch,
};

use crate::host::{AsDevice, Host, NOBODY, decoded};

fn ask<D: AsDevice>(host: &mut Host<D>, message: &HostMessage) -> Vec<RadioMessage> {
    let mut buffer = [0; LONGEST_FRAME];
    let bytes = message.frame().encode(&mut buffer).expect("room").to_vec();
    decoded::<RadioDecoder>(&host.ask(&bytes))
}

pub(crate) fn strap_of(channel: u8, device_number: u16) -> [HostMessage; 7] {
    [
        HostMessage::SetNetworkKey {
            network: 0,
            key: NetworkKey::new([0x11; 8]),
        },
        HostMessage::AssignChannel {
            channel,
            kind: ChannelKind::RECEIVE,
            network: 0,
            options: None,
        },
        HostMessage::SetChannelId {
            channel,
            id: ChannelId {
                device_number,
                device_type: 120,
                transmission_type: 0,
            },
        },
        HostMessage::SetFrequency {
            channel,
            megahertz_above_2400: 57,
        },
        HostMessage::SetPeriod {
            channel,
            period: Profile::HeartRate.period(),
        },
        HostMessage::SetSearchTimeout {
            channel,
            timeout: 2,
        },
        HostMessage::OpenChannel(channel),
    ]
}

pub(crate) fn set_up<D: AsDevice>(host: &mut Host<D>, messages: &[HostMessage]) {
    for message in messages {
        let answers = ask(host, message);
        assert!(
            matches!(answers.as_slice(), [RadioMessage::Response { code: Code::DONE, to, .. }] if *to == message.frame().id()),
            "{message:?}: {answers:?}"
        );
    }
}

pub(crate) fn codes(messages: &[RadioMessage]) -> Vec<Code> {
    let mut found = Vec::new();
    for message in messages {
        if let RadioMessage::Event { code, .. } | RadioMessage::Response { code, .. } = message {
            found.push(*code);
        }
    }
    found
}

fn pages(messages: &[RadioMessage]) -> Vec<HeartRatePage> {
    let mut found = Vec::new();
    for message in messages {
        if let RadioMessage::Data(data) = message {
            found.push(HeartRatePage::from_bytes(data.page));
        }
    }
    found
}

#[test]
fn the_sheets_start_up_is_answered_by_the_sheets_bytes() {
    let mut host = Host::of("ant");
    assert!(host.run(5_000).is_empty());
    let zeros = [0; 15];
    assert!(host.ask(&zeros).is_empty());
    let exchange: [(&[u8], &[u8]); 4] = [
        (
            &[0xA4, 0x01, 0x4A, 0x00, 0xEF],
            &[0xA4, 0x01, 0x6F, 0x20, 0xEA],
        ),
        (
            &[0xA4, 0x03, 0x42, 0x00, 0x00, 0x00, 0xE5],
            &[0xA4, 0x03, 0x40, 0x00, 0x42, 0x00, 0xA5],
        ),
        (
            &[0xA4, 0x02, 0x4D, 0x00, 0x54, 0xBF],
            &[0xA4, 0x06, 0x54, 0x08, 0x03, 0x00, 0xBA, 0x36, 0x00, 0x71],
        ),
        (
            &[0xA4, 0x01, 0x4A, 0x00, 0xEE],
            &[0xA4, 0x01, 0xAE, 0x02, 0x09],
        ),
    ];
    for (question, answer) in exchange {
        assert_eq!(host.ask(question), answer, "{question:02X?}");
    }
}

#[test]
fn a_strap_is_heard_half_a_second_after_its_channel_opened() {
    let mut host = Host::of("ant");
    host.run(20_000);
    set_up(&mut host, &strap_of(0, 0));
    let early = decoded::<RadioDecoder>(&host.run(500));
    assert!(pages(&early).is_empty());
    host.run(500);
    let minute = pages(&decoded::<RadioDecoder>(&host.run(60_000)));
    assert!(minute.len().abs_diff(243) <= 1, "{}", minute.len());
    let mut toggle = ToggleWatch::default();
    let mut last = minute[0];
    let mut beats = 0;
    for page in &minute {
        toggle.take(page);
        assert_eq!(page.heart_rate_raw, 75);
        beats += u32::from(page.beat_count.wrapping_sub(last.beat_count));
        if let Some(millis) = page.interval_since(&last) {
            assert!((797..=801).contains(&millis), "{millis}");
        }
        last = *page;
    }
    assert!(toggle.take(&last));
    assert!((74..=76).contains(&beats), "{beats}");
    let numbers: Vec<u8> = minute
        .iter()
        .map(|page| page.number)
        .filter(|it| *it > 0)
        .collect();
    assert!(
        numbers == [2, 3, 2]
            || numbers == [3, 2, 3]
            || numbers == [2, 3, 2, 3]
            || numbers == [3, 2, 3, 2],
        "{numbers:?}"
    );
}

#[test]
fn extended_messages_name_the_strap_and_so_does_a_request() {
    let mut host = Host::of("ant");
    let request = |wanted| HostMessage::Request { channel: 0, wanted };
    let id_of = |answers: Vec<RadioMessage>| match answers.as_slice() {
        [RadioMessage::ChannelId { id, .. }] => id.device_number,
        _ => panic!("{answers:?}"),
    };
    set_up(&mut host, &[HostMessage::ExtendedMessages(true)]);
    set_up(&mut host, &strap_of(0, 12_345));
    assert_eq!(id_of(ask(&mut host, &request(HostMessage::CHANNEL_ID))), 0);
    let found = decoded::<RadioDecoder>(&host.run(2_000));
    let Some(RadioMessage::Data(data)) = found.last() else {
        panic!("{found:?}");
    };
    assert_eq!(data.sender.map(|it| it.device_number), Some(12_345));
    assert_eq!(
        id_of(ask(&mut host, &request(HostMessage::CHANNEL_ID))),
        12_345
    );
    let state = ask(&mut host, &request(HostMessage::CHANNEL_STATUS));
    assert!(matches!(
        state.as_slice(),
        [RadioMessage::ChannelStatus {
            state: ChannelState::Tracking,
            ..
        }]
    ));
}

#[test]
fn what_is_not_set_up_right_hears_nothing() {
    let wrong: [(usize, HostMessage); 4] = [
        (
            3,
            HostMessage::SetFrequency {
                channel: 0,
                megahertz_above_2400: 66,
            },
        ),
        (
            4,
            HostMessage::SetPeriod {
                channel: 0,
                period: 8_182,
            },
        ),
        (
            5,
            HostMessage::SetSearchTimeout {
                channel: 0,
                timeout: 255,
            },
        ),
        (
            2,
            HostMessage::SetChannelId {
                channel: 0,
                id: ChannelId {
                    device_number: 7,
                    device_type: 120,
                    transmission_type: 0,
                },
            },
        ),
    ];
    for (place, message) in wrong {
        let mut host = Host::of("ant");
        let mut messages = strap_of(0, 0);
        messages[place] = message;
        set_up(&mut host, &messages);
        let heard = !pages(&decoded::<RadioDecoder>(&host.run(3_000))).is_empty();
        assert_eq!(heard, place == 5, "{message:?}");
    }
    let mut host = Host::of("ant");
    set_up(&mut host, &strap_of(0, 0)[1..]);
    assert!(pages(&decoded::<RadioDecoder>(&host.run(3_000))).is_empty());
}

#[test]
fn a_wrong_order_is_refused_by_the_sheets_codes() {
    let mut host = Host::of("ant");
    let assign = |channel, network| HostMessage::AssignChannel {
        channel,
        kind: ChannelKind::RECEIVE,
        network,
        options: None,
    };
    let exchange = [
        (HostMessage::OpenChannel(0), Code::WRONG_STATE),
        (assign(0, 3), Code::INVALID_NETWORK),
        (assign(8, 0), Code::INVALID_MESSAGE),
        (assign(0, 0), Code::DONE),
        (assign(0, 0), Code::WRONG_STATE),
        (HostMessage::OpenChannel(0), Code::NO_ID),
        (HostMessage::CloseChannel(0), Code::WRONG_STATE),
        (strap_of(0, 0)[2], Code::DONE),
        (HostMessage::OpenChannel(0), Code::DONE),
        (HostMessage::UnassignChannel(0), Code::WRONG_STATE),
    ];
    for (message, code) in exchange {
        assert_eq!(codes(&ask(&mut host, &message)), [code], "{message:?}");
    }
    let closed = codes(&ask(&mut host, &HostMessage::CloseChannel(0)));
    assert_eq!(closed, [Code::DONE, Code::CHANNEL_CLOSED]);
    set_up(&mut host, &[HostMessage::UnassignChannel(0)]);
    // A fourth byte of options is taken: public hosts send it.
    let with_options = [0xA4, 0x04, 0x42, 0x03, 0x00, 0x00, 0x01, 0xE0];
    assert_eq!(
        host.ask(&with_options),
        [0xA4, 0x03, 0x40, 0x03, 0x42, 0x00, 0xA6]
    );
    let short = [0xA4, 0x01, 0x42, 0x00, 0xE7];
    assert_eq!(host.ask(&short), [0xA4, 0x03, 0x40, 0x00, 0x42, 0x28, 0x8D]);
    // An id that no radio knows.
    let unknown = [0xA4, 0x01, 0x99, 0x00, 0x3C];
    let refusal = [0xA4, 0x03, 0x40, 0x00, 0x99, 0x28, 0x56];
    assert_eq!(host.ask(&unknown), refusal);
}

#[test]
fn a_strap_that_sleeps_is_missed_eight_times_searched_for_and_given_up() {
    let mut host = Host::of("ant");
    host.run(10_000);
    set_up(&mut host, &strap_of(0, 0));
    host.run(5_000);
    host.body = NOBODY;
    host.run(6_000);
    let without = pages(&decoded::<RadioDecoder>(&host.run(5_000)));
    assert!(!without.is_empty());
    assert!(without.iter().all(|page| page.heart_rate_raw == 0));
    host.run(48_000);
    let found = codes(&decoded::<RadioDecoder>(&host.run(15_000)));
    let mut expected = vec![Code::RECEIVE_FAILED; 8];
    expected.extend([
        Code::GONE_TO_SEARCH,
        Code::SEARCH_TIMED_OUT,
        Code::CHANNEL_CLOSED,
    ]);
    assert_eq!(found, expected);
    set_up(&mut host, &[HostMessage::UnassignChannel(0)]);
}

#[test]
fn a_channel_for_a_power_meter_searches_until_its_time_is_over() {
    let mut host = Host::of("ant");
    let mut messages = strap_of(1, 0);
    messages[2] = HostMessage::SetChannelId {
        channel: 1,
        id: ChannelId {
            device_number: 0,
            device_type: 11,
            transmission_type: 0,
        },
    };
    set_up(&mut host, &messages);
    let found = codes(&decoded::<RadioDecoder>(&host.run(6_000)));
    assert_eq!(found, [Code::SEARCH_TIMED_OUT, Code::CHANNEL_CLOSED]);
}

#[test]
fn acknowledged_data_are_delivered_with_the_next_message() {
    use protocols::ant::{Data, DataKind};
    let mut host = Host::of("ant");
    set_up(&mut host, &strap_of(0, 0));
    host.run(2_000);
    let data = HostMessage::Data(Data::new(DataKind::Acknowledged, 0, [0xFF; 8]));
    assert!(ask(&mut host, &data).is_empty());
    let found = codes(&decoded::<RadioDecoder>(&host.run(300)));
    assert_eq!(found, [Code::DELIVERED]);
}

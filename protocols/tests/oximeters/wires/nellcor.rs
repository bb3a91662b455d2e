//! Nellcor's line.

use std::ops::RangeInclusive;

use proptest::prelude::*;
use protocols::nellcor;
use protocols::wire::Report;

use super::{Wire, characters, codec, number};

pub(crate) struct Nellcor;
impl Nellcor {
    fn shown() -> impl Strategy<Value = nellcor::Shown> {
        (number(), any::<bool>()).prop_map(|(number, is_outside_limit)| nellcor::Shown {
            number,
            is_outside_limit,
        })
    }

    fn line() -> impl Strategy<Value = nellcor::Line> {
        let code = characters(b"AA").prop_map(|code| nellcor::Status::new(code).expect("capitals"));
        let codes = prop::collection::vec(code, 0..=nellcor::StatusCodes::MOST);
        let shown = [Self::shown(), Self::shown(), Self::shown()];
        (characters(b"00-AAA-00 00:00:00"), shown, codes).prop_map(|(clock, shown, codes)| {
            let clock = nellcor::Clock::new(clock).expect("the form");
            let codes = nellcor::StatusCodes::new(&codes).expect("four at most");
            let [saturation, rate, amplitude] = shown;
            nellcor::Line::new(clock, saturation, rate, amplitude, codes)
        })
    }

    fn heading() -> impl Strategy<Value = nellcor::Heading> {
        let limits = any::<[u16; 4]>();
        ("N-[0-9]{3}[A-Z]?", "[0-9.]{1,16}", "[0-9A-F]{4}", limits).prop_map(
            |(model, version, check, [low, high, slow, fast])| nellcor::Heading {
                model: nellcor::Name::word(model.as_bytes()).expect("a word"),
                version: nellcor::Name::word(version.as_bytes()).expect("a word"),
                firmware_check: nellcor::Text::word(check.as_bytes()).expect("a word"),
                limits: nellcor::Limits {
                    saturation: [low, high],
                    rate: [slow, fast],
                },
            },
        )
    }
}
impl Wire for Nellcor {
    type Decoder = nellcor::LineDecoder;
    type Message = nellcor::DeviceMessage;
    const RATES: RangeInclusive<u16> = 1..=300;
    const LEAST_SATURATION: u8 = 1;
    const LOST_BYTES: usize = 1;

    fn fresh() -> Self::Decoder {
        nellcor::LineDecoder::new()
    }

    fn encode(message: &Self::Message) -> Vec<u8> {
        let mut buffer = [0; nellcor::LONGEST_ENCODED];
        match message {
            nellcor::DeviceMessage::Line(line) => line.encode(&mut buffer),
            nellcor::DeviceMessage::Heading(heading) => heading.encode(&mut buffer),
        }
        .expect("room")
        .to_vec()
    }

    fn report(message: &Self::Message) -> Option<Report<'_>> {
        message.report()
    }

    fn message() -> BoxedStrategy<Self::Message> {
        prop_oneof![
            4 => Self::line().prop_map(nellcor::DeviceMessage::Line),
            1 => Self::heading().prop_map(nellcor::DeviceMessage::Heading),
        ]
        .boxed()
    }
}

pub(crate) struct NellcorHost;
impl Wire for NellcorHost {
    codec!(
        nellcor::HostMessage,
        nellcor::HostDecoder,
        nellcor::HostDecoder::new(),
        |message| Some(message.report())
    );
    const UNFINISHED: Option<usize> = Some(3);
    const LOST_BYTES: usize = 1;

    fn message() -> BoxedStrategy<Self::Message> {
        prop::sample::select(vec![
            nellcor::HostMessage::EnterMenu,
            nellcor::HostMessage::InstrumentInformation,
            nellcor::HostMessage::LeaveMenu,
        ])
        .boxed()
    }
}

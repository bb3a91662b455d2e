//! Masimo's line.

use std::ops::RangeInclusive;

use proptest::prelude::*;
use protocols::masimo;
use protocols::wire::Report;

use super::{Wire, characters, number};

pub(crate) struct Masimo;
impl Wire for Masimo {
    type Decoder = masimo::LineDecoder;
    type Message = masimo::DeviceMessage;
    const RATES: RangeInclusive<u16> = 1..=300;
    const LEAST_SATURATION: u8 = 1;
    const LOST_BYTES: usize = 1;

    fn fresh() -> Self::Decoder {
        masimo::LineDecoder::new()
    }

    fn encode(message: &Self::Message) -> Vec<u8> {
        let mut buffer = [0; masimo::LONGEST_ENCODED];
        match message {
            masimo::DeviceMessage::Line(line) => line.encode(&mut buffer).expect("room").to_vec(),
            masimo::DeviceMessage::PrinterForm => b"SpO2=097 PR=069 EXC=800:SET\r\n".to_vec(),
        }
    }

    fn report(message: &Self::Message) -> Option<Report<'_>> {
        message.report()
    }

    fn message() -> BoxedStrategy<Self::Message> {
        let clock = characters(b"00/00/00 00:00:00");
        let serial = characters(b"0000000000");
        let index = prop_oneof![Just(None), (0_u16..10_000).prop_map(Some)];
        let flags = (any::<u32>(), any::<u16>());
        (
            clock,
            number(),
            number(),
            flags,
            index,
            prop::option::of(serial),
        )
            .prop_map(
                |(clock, saturation, rate, (exceptions, alarms), index, serial)| {
                    let clock = masimo::Clock::new(clock).expect("the form");
                    let exceptions = masimo::Exceptions::from_bits(exceptions);
                    let index = index.map_or(masimo::PerfusionIndex::DASHES, |hundredths| {
                        masimo::PerfusionIndex::from_hundredths(hundredths).expect("four digits")
                    });
                    let line = masimo::Line::new(clock, saturation, rate, exceptions)
                        .with_perfusion_index(index)
                        .with_alarms(masimo::Alarms::from_bits(alarms));
                    masimo::DeviceMessage::Line(match serial.and_then(masimo::SerialNumber::new) {
                        Some(number) => line.with_serial_number(number),
                        None => line,
                    })
                },
            )
            .boxed()
    }
}

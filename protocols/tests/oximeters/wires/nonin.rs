//! Nonin's binary formats.

use proptest::prelude::*;
use protocols::nonin::{
    self, DisplayValues, FRAMES, PacketValues, PulseRates, Saturations, Status,
};
use protocols::wire::Report;
use protocols::{nonin_df1, nonin_df7, nonin_df8, nonin_df13};

use super::{Wire, codec, rate, saturation};

fn display_values() -> impl Strategy<Value = DisplayValues> {
    (rate(), saturation()).prop_map(|(pulse_rate, saturation)| DisplayValues {
        pulse_rate,
        saturation,
    })
}

pub(crate) struct NoninDf1;
impl Wire for NoninDf1 {
    codec!(
        nonin_df1::Packet,
        nonin_df1::PacketDecoder,
        nonin_df1::PacketDecoder::new(),
        |packet| Some(packet.report())
    );
    const UNFINISHED: Option<usize> = Some(nonin_df1::PACKET_BYTES);

    fn message() -> BoxedStrategy<Self::Message> {
        (display_values(), any::<u8>())
            .prop_map(|(values, flags)| {
                nonin_df1::Packet::new(values, nonin::Flags::from_bits(flags))
            })
            .boxed()
    }
}

pub(crate) struct NoninDf8;
impl Wire for NoninDf8 {
    codec!(
        nonin_df8::Packet,
        nonin_df8::PacketDecoder,
        nonin_df8::PacketDecoder::new(),
        |packet| Some(packet.report())
    );
    const UNFINISHED: Option<usize> = Some(nonin_df8::PACKET_BYTES);

    fn message() -> BoxedStrategy<Self::Message> {
        (display_values(), any::<u8>(), any::<u8>())
            .prop_map(|(values, flags, more)| {
                let flags = nonin::Flags::from_bits(flags);
                nonin_df8::Packet::new(values, flags, nonin_df8::MoreFlags::from_bits(more))
            })
            .boxed()
    }
}

pub(crate) struct NoninDf7;
impl Wire for NoninDf7 {
    codec!(
        nonin_df7::Packet,
        nonin_df7::PacketDecoder,
        nonin_df7::PacketDecoder::new(),
        |packet| Some(packet.report())
    );
    const UNFINISHED: Option<usize> = Some(nonin_df7::PACKET_BYTES + 20);
    /// Two packets by the sheet, where no shifted window passes for a frame.
    const LOST_BYTES: usize = nonin_df7::PACKET_BYTES;

    fn message() -> BoxedStrategy<Self::Message> {
        let rates = [rate(), rate(), rate(), rate()];
        let percents = [
            saturation(),
            saturation(),
            saturation(),
            saturation(),
            saturation(),
            saturation(),
        ];
        let values = (rates, percents, 0_u8..128, 0_u16..16_384, any::<u8>()).prop_map(
            |(rates, percents, revision, timer, status_2)| PacketValues {
                rates: PulseRates {
                    recording: rates[0],
                    extended: rates[1],
                    display: rates[2],
                    extended_display: rates[3],
                },
                saturations: Saturations {
                    recording: percents[0],
                    display: percents[1],
                    fast: percents[2],
                    beat_to_beat: percents[3],
                    extended: percents[4],
                    extended_display: percents[5],
                },
                revision,
                timer,
                status_2,
            },
        );
        (values, any::<[u8; FRAMES]>(), any::<[u16; FRAMES]>())
            .prop_map(|(values, status, samples)| {
                nonin_df7::Packet::new(status.map(Status::from_byte), samples, values.data())
            })
            .boxed()
    }
}

pub(crate) struct NoninHost;
impl Wire for NoninHost {
    codec!(
        nonin::HostCommand,
        nonin::HostDecoder,
        nonin::HostDecoder::new(),
        |command| Some(command.report())
    );
    const UNFINISHED: Option<usize> = Some(20);
    const LOST_BYTES: usize = 20;

    fn message() -> BoxedStrategy<Self::Message> {
        let format = prop::sample::select(vec![
            nonin::DataFormat::Df2,
            nonin::DataFormat::Df7,
            nonin::DataFormat::Df8,
            nonin::DataFormat::Df13,
        ]);
        prop_oneof![
            (format, any::<Option<u8>>()).prop_map(|(format, options)| {
                nonin::HostCommand::SelectFormat { format, options }
            }),
            Just(nonin::HostCommand::GetClock),
            any::<[u8; 6]>().prop_map(|[year, month, day, hour, minute, second]| {
                nonin::HostCommand::SetClock(nonin::ClockTime {
                    year,
                    month,
                    day,
                    hour,
                    minute,
                    second,
                })
            }),
            Just(nonin::HostCommand::DeviceType),
            Just(nonin::HostCommand::SerialNumber),
            any::<u8>().prop_map(|minutes| nonin::HostCommand::BluetoothTimeout { minutes }),
        ]
        .boxed()
    }
}

pub(crate) struct NoninDf13;
impl Wire for NoninDf13 {
    codec!(
        nonin_df13::SpotCheck,
        nonin_df13::SpotCheckDecoder,
        nonin_df13::SpotCheckDecoder::new(),
        |check| Some(check.report())
    );
    const UNFINISHED: Option<usize> = Some(72);
    const LOST_BYTES: usize = 72;

    fn message() -> BoxedStrategy<Self::Message> {
        (any::<[u8; 8]>(), any::<u16>(), rate(), saturation())
            .prop_map(|(taken, outcome, pulse_rate, saturation)| {
                let [century, year, month, day, hour, minute, second, fraction] = taken;
                let taken = nonin_df13::Taken {
                    century,
                    year,
                    month,
                    day,
                    hour,
                    minute,
                    second,
                    fraction,
                };
                let measured = nonin_df13::Measured {
                    pulse_rate,
                    saturation,
                };
                let outcome = nonin_df13::Outcome::from_bits(outcome);
                nonin_df13::SpotCheck::new(taken, outcome, measured)
            })
            .boxed()
    }
}

pub(crate) struct NoninDf13Host;
impl Wire for NoninDf13Host {
    codec!(
        nonin_df13::HostMessage,
        nonin_df13::HostDecoder,
        nonin_df13::HostDecoder::new(),
        |message| Some(message.report())
    );
    const UNFINISHED: Option<usize> = Some(20);
    const LOST_BYTES: usize = 20;

    fn message() -> BoxedStrategy<Self::Message> {
        prop_oneof![
            NoninHost::message().prop_map(nonin_df13::HostMessage::Command),
            Just(nonin_df13::HostMessage::Accepted),
            Just(nonin_df13::HostMessage::SendAgain),
        ]
        .boxed()
    }
}

//! Contec's two protocols.

use std::ops::RangeInclusive;

use proptest::prelude::*;
use protocols::wire::Report;
use protocols::{contec_5, contec_9};

use super::{Wire, codec, content};

pub(crate) struct Contec5;
impl Wire for Contec5 {
    codec!(
        contec_5::Packet,
        contec_5::PacketDecoder,
        contec_5::PacketDecoder::new(),
        |packet| Some(packet.report())
    );
    const RATES: RangeInclusive<u16> = 1..=254;
    const LEAST_SATURATION: u8 = 1;
    const UNFINISHED: Option<usize> = Some(contec_5::PACKET_BYTES);

    fn message() -> BoxedStrategy<Self::Message> {
        content(127).prop_map(contec_5::Packet::new).boxed()
    }
}

pub(crate) struct Contec5Host;
impl Wire for Contec5Host {
    codec!(
        contec_5::HostMessage,
        contec_5::HostDecoder,
        contec_5::HostDecoder::new(),
        |message| Some(message.report())
    );
    const UNFINISHED: Option<usize> = Some(3);
    const LOST_BYTES: usize = 1;

    fn message() -> BoxedStrategy<Self::Message> {
        prop::sample::select(vec![
            contec_5::HostMessage::ReadStored,
            contec_5::HostMessage::ReturnToLive,
        ])
        .boxed()
    }
}

pub(crate) struct Contec9;
impl Wire for Contec9 {
    codec!(
        contec_9::DeviceMessage,
        contec_9::DeviceDecoder,
        contec_9::DeviceDecoder::new(),
        |message| message.report()
    );
    const RATES: RangeInclusive<u16> = 1..=254;
    const LEAST_SATURATION: u8 = 1;
    const UNFINISHED: Option<usize> = Some(contec_9::PACKET_BYTES);

    fn message() -> BoxedStrategy<Self::Message> {
        let packet =
            (content(255), any::<u16>(), any::<bool>()).prop_map(|(content, raw, is_valid)| {
                let index = contec_9::PerfusionIndex { raw, is_valid };
                contec_9::DeviceMessage::Packet(contec_9::Packet::new(content, index))
            });
        prop_oneof![
            8 => packet,
            1 => any::<u8>().prop_map(|reason| {
                contec_9::DeviceMessage::Disconnected(contec_9::Disconnection { reason })
            }),
            1 => any::<u8>().prop_map(|command| contec_9::DeviceMessage::Answer { command }),
        ]
        .boxed()
    }
}

pub(crate) struct Contec9Host;
impl Wire for Contec9Host {
    codec!(
        contec_9::HostCommand,
        contec_9::HostDecoder,
        contec_9::HostDecoder::new(),
        |command| Some(command.report())
    );
    const UNFINISHED: Option<usize> = Some(contec_9::PACKET_BYTES);

    fn message() -> BoxedStrategy<Self::Message> {
        (any::<u8>(), any::<[u8; 6]>())
            .prop_map(|(code, arguments)| contec_9::HostCommand { code, arguments })
            .boxed()
    }
}

//! BCI's five bytes.

use std::ops::RangeInclusive;

use proptest::prelude::*;
use protocols::bci_5;
use protocols::wire::Report;

use super::{Wire, codec, content};

pub(crate) struct Bci5;
impl Wire for Bci5 {
    codec!(
        bci_5::Packet,
        bci_5::PacketDecoder,
        bci_5::PacketDecoder::new(),
        |packet| Some(packet.report())
    );
    const RATES: RangeInclusive<u16> = 1..=254;
    const LEAST_SATURATION: u8 = 1;
    const UNFINISHED: Option<usize> = Some(bci_5::PACKET_BYTES);

    fn message() -> BoxedStrategy<Self::Message> {
        content(127).prop_map(bci_5::Packet::new).boxed()
    }
}

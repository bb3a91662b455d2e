//! Nonin, data format 1.

use protocols::{nonin, nonin_df1};

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::NoninDf1Link;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::nonin::{Commands, Format, Nonin};

/// The family.
pub const FAMILY: Family = Family {
    id: "nonin-df1",
    devices: "Nonin OEM II and III, Xpod, 8000-series boards: numbers alone, held by the device for 10 s, without a check",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(nonin_df1::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf1Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(nonin::HostDecoder::new(), |command| Some(command.report())),
        End::Device => decoding(nonin_df1::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
    ear: Some(Ear {
        can_be: |bytes| are_packets_of(3, bytes),
        ..Ear::of(Proof::Pattern, 10, || {
            counted(nonin_df1::PacketDecoder::new())
        })
    }),
    models: MODELS,
    wiring: "OEM III 3.3 V levels; Xpod and 3012 RS-232 or USB (FTDI); **RS-232 Xpods take their power from DTR and RTS** (recalled): wire both, they are held up while the port is open",
    source: "recalled; the head of format 8",
    tried: "virtual device",
    unsure: "the format itself; the range of rates; silence after 2.5 s",
};

const MODELS: &[Model] = &[
    Model {
        id: "nonin-df1",
        what: "Nonin oximeter that sends data format 1, its format chosen by a pin: it ignores commands (recalled)",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df1, Commands::Ignored)),
    },
    Model {
        id: "nonin-df1-commands",
        what: "Nonin oximeter that sends data format 1 until it is told another",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df1, Commands::Answered)),
    },
];

/// Whether most packets among the bytes have so many of them (the last may not be whole), and numbers that a device of Nonin's tells.
pub(super) fn are_packets_of(length: usize, bytes: &[u8]) -> bool {
    let begins = bytes.iter().position(|byte| *byte >= 0x80);
    let rest = begins
        .and_then(|begins| bytes.get(begins..))
        .unwrap_or_default();
    let mut packets: Vec<&[u8]> = rest.chunk_by(|_, next| *next < 0x80).collect();
    if packets.last().is_some_and(|last| last.len() < length) {
        packets.pop();
    }
    let fits = |packet: &&&[u8]| packet.len() == length && is_told(packet);
    packets.iter().filter(fits).count().saturating_mul(2) > packets.len()
}

/// A rate of the format's range and a saturation, or none of either.
const fn is_told(packet: &[u8]) -> bool {
    let [head, rate, saturation, ..] = packet else {
        return false;
    };
    // Bits 8 and 7 of the rate stand in the first byte.
    let tells_rate = match (*head & 0x03, *rate) {
        (0, rate) => rate >= 18,
        (1, _) => true,
        (2, rate) => rate <= 65,
        (_, rate) => rate == 0x7F,
    };
    tells_rate && (*saturation <= 100 || *saturation == 0x7F)
}

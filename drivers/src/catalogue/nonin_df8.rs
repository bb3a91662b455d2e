//! Nonin, data format 8.

use protocols::{nonin, nonin_df8};

use super::decoding::{End, decoding};
use super::{Family, Model, Role, nonin_df1};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::NoninDf8Link;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::nonin::{Commands, Format, Nonin};

/// The family.
pub const FAMILY: Family = Family {
    id: "nonin-df8",
    devices: "Nonin WristOx2 3150, Onyx II 9560: numbers alone, held by the device for 10 s, without a check",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(nonin_df8::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf8Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(nonin::HostDecoder::new(), |command| Some(command.report())),
        End::Device => decoding(nonin_df8::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
    ear: Some(Ear {
        can_be: |bytes| nonin_df1::are_packets_of(4, bytes),
        ..Ear::of(Proof::Pattern, 10, || {
            counted(nonin_df8::PacketDecoder::new())
        })
    }),
    models: MODELS,
    wiring: "by Bluetooth's serial port; its rate does not matter",
    source: "programs (NoninPulseOx, javautilityclasses)",
    tried: "virtual device",
    unsure: "the range of rates; silence after 2.5 s",
};

const MODELS: &[Model] = &[Model {
    id: "nonin-df8",
    what: "Nonin WristOx2 that sends data format 8 until it is told another",
    build: |now, _| Box::new(Nonin::switch_on(now, Format::Df8, Commands::Answered)),
}];

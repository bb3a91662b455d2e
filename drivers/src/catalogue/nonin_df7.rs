//! Nonin, data format 7.

use protocols::{nonin, nonin_df7};

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::NoninDf7Link;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::nonin::{Commands, Format, Nonin};

/// The family.
pub const FAMILY: Family = Family {
    id: "nonin-df7",
    devices: "Nonin OEM III, Xpod, WristOx2 3150, Onyx II 9560",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(nonin_df7::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf7Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(nonin::HostDecoder::new(), |command| Some(command.report())),
        End::Device => decoding(nonin_df7::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
    ear: Some(Ear::of(Proof::Checked, 2, || {
        counted(nonin_df7::PacketDecoder::new())
    })),
    models: MODELS,
    wiring: "as `nonin-df2`",
    source: "programs (mdpnp, NoninPulseOx)",
    tried: "virtual device",
    unsure: "the range of rates; whether OEM III and Xpod take the choice of format",
};

const MODELS: &[Model] = &[
    Model {
        id: "nonin-df7",
        what: "Nonin WristOx2 that sends data format 7 until it is told another",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df7, Commands::Answered)),
    },
    Model {
        id: "nonin-df7-pin",
        what: "Nonin OEM III with data format 7 chosen by a pin: it ignores commands (recalled)",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df7, Commands::Ignored)),
    },
];

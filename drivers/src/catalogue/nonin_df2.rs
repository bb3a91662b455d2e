//! Nonin, data format 2.

use protocols::nonin_df2;

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::NoninDf2Link;
use crate::port::LineSettings;
use crate::virtual_devices::VirtualNoninDf2;
use crate::virtual_devices::monitors::nonin::{Commands, Format, Nonin};

/// The family.
pub const FAMILY: Family = Family {
    id: "nonin-df2",
    devices: "Nonin OEM III, Xpod and others, with plethysmogram",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(nonin_df2::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf2Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(nonin_df2::HostDecoder::new(), |command| {
            Some(command.report())
        }),
        End::Device => decoding(nonin_df2::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
    ear: Some(Ear::of(Proof::Checked, 2, || {
        counted(nonin_df2::PacketDecoder::new())
    })),
    models: MODELS,
    wiring: "as `nonin-df1`; 3150 and 9560 also by Bluetooth's serial port",
    source: "programs (pufferfish, ibme, NoninPulseOx)",
    tried: "virtual device",
    unsure: "selecting the format, and the rate's range, are recalled",
};

const MODELS: &[Model] = &[
    Model {
        id: "nonin-df2",
        what: "Nonin oximeter that sends data format 2",
        build: |now, _| Box::new(VirtualNoninDf2::new(now)),
    },
    Model {
        id: "nonin-df2-commands",
        what: "Nonin WristOx2 that sends data format 2 until it is told another",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df2, Commands::Answered)),
    },
    Model {
        id: "nonin-df2-pin",
        what: "Nonin OEM III with data format 2 chosen by a pin: it ignores commands (recalled)",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df2, Commands::Ignored)),
    },
];

//! Nonin, data format 13.

use protocols::nonin_df13;

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::NoninDf13Link;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::nonin::{Commands, Format, Nonin};

/// The family.
pub const FAMILY: Family = Family {
    id: "nonin-df13",
    devices: "Nonin Onyx II 9560, WristOx2 3150 as spot check: no supervision of an exercise",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(nonin_df13::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf13Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(nonin_df13::HostDecoder::new(), |message| {
            Some(message.report())
        }),
        End::Device => decoding(nonin_df13::SpotCheckDecoder::new(), |check| {
            Some(check.report())
        }),
    },
    ear: Some(Ear::of(Proof::Checked, 2, || {
        counted(nonin_df13::SpotCheckDecoder::new())
    })),
    models: MODELS,
    wiring: "by Bluetooth's serial port; its rate does not matter",
    source: "a program (NoninPulseOx)",
    tried: "virtual device",
    unsure: "its answer and its repetition; the option bits; silence after 10 s",
};

const MODELS: &[Model] = &[Model {
    id: "nonin-df13",
    what: "Nonin WristOx2 that sends a spot check for each finger until it is answered",
    build: |now, _| Box::new(Nonin::switch_on(now, Format::Df13, Commands::Answered)),
}];

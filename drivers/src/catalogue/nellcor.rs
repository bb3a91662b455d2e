//! Nellcor, printed lines.

use protocols::nellcor;

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::NellcorLink;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::nellcor::Nellcor;

/// The family.
pub const FAMILY: Family = Family {
    id: "nellcor",
    devices: "Nellcor N-595, N-395, NPB-290 and 295, N-560, N-550 with the port set to ASCII",
    role: Role::Oximeter,
    lines: &[
        LineSettings::plain(nellcor::BAUD),
        LineSettings::plain(2_400),
        LineSettings::plain(19_200),
    ],
    settings: &[],
    link: |_| Box::new(NellcorLink::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(nellcor::HostDecoder::new(), |message| {
            Some(message.report())
        }),
        End::Device => decoding(nellcor::LineDecoder::new(), nellcor::DeviceMessage::report),
    },
    ear: Some(Ear::of(Proof::Spelled, 2, || {
        counted(nellcor::LineDecoder::new())
    })),
    models: MODELS,
    wiring: "RS-232 at the data port: 2 transmit, 3 receive, ground 5 or 10 by the model, so make the cable by its manual; RTS and DTR not used. Port set to ASCII",
    source: "makers' manuals (NPB-290, NPB-295, N-395), a program (mdpnp)",
    tried: "virtual device",
    unsure: "a line each 2 s; the rates of 2400 and 19200 baud",
};

const MODELS: &[Model] = &[Model {
    id: "nellcor",
    what: "Nellcor bench oximeter with its data port set to ASCII",
    build: |now, _| Box::new(Nellcor::switch_on(now)),
}];

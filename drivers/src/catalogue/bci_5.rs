//! BCI, five bytes.

use protocols::bci_5;

use super::decoding::{End, decoding, nothing_sent};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::Bci5Link;
use crate::port::{LineSettings, Parity};
use crate::virtual_devices::monitors::bci_5::{Bci5, Dialect};

/// The family.
pub const FAMILY: Family = Family {
    id: "bci-5",
    devices: "BCI 3301, 3303, 3180 and boards of other makers in their format",
    role: Role::Oximeter,
    lines: &[
        LineSettings::plain(bci_5::BAUD),
        LineSettings {
            parity: Parity::Even,
            ..LineSettings::plain(bci_5::BAUD)
        },
        LineSettings {
            two_stop_bits: true,
            ..LineSettings::plain(bci_5::BAUD)
        },
    ],
    settings: &[],
    link: |_| Box::new(Bci5Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => nothing_sent(),
        End::Device => decoding(bci_5::PacketDecoder::new(), |packet| Some(packet.report())),
    },
    ear: Some(Ear {
        twins: &["contec-5"],
        ..Ear::of(Proof::Pattern, 20, || counted(bci_5::PacketDecoder::new()))
    }),
    models: MODELS,
    wiring: "transmit, receive and ground, levels by the board; no handshake",
    source: "a forum's thread and programs; nothing of the maker's",
    tried: "virtual device",
    unsure: "the unplugged probe and 127 as no value; that 0 is none; silence after 1 s; no document of the maker was seen",
};

const MODELS: &[Model] = &[
    Model {
        id: "bci-5",
        what: "BCI oximeter",
        build: |now, _| Box::new(Bci5::switch_on(now, Dialect::Bci)),
    },
    Model {
        id: "bci-5-oem",
        what: "board in BCI's format whose bit for the probe says that the saturation falls, and that sends zeros for none",
        build: |now, _| Box::new(Bci5::switch_on(now, Dialect::Oem)),
    },
];

//! Contec, older dialect of five bytes.

use protocols::contec_5;

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::Contec5Link;
use crate::port::{LineSettings, Parity};
use crate::virtual_devices::monitors::contec_5::{Contec5, FingerOut};

/// The family.
pub const FAMILY: Family = Family {
    id: "contec-5",
    devices: "Contec CMS50C, D, D+ with firmware up to 4.5, older E and F: consumer devices",
    role: Role::Oximeter,
    lines: &[
        LineSettings {
            parity: Parity::Odd,
            ..LineSettings::plain(contec_5::BAUD)
        },
        LineSettings {
            parity: Parity::Even,
            ..LineSettings::plain(4_800)
        },
    ],
    settings: &[],
    link: |_| Box::new(Contec5Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(contec_5::HostDecoder::new(), |message| {
            Some(message.report())
        }),
        End::Device => decoding(contec_5::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
    ear: Some(Ear {
        twins: &["bci-5"],
        ..Ear::of(Proof::Pattern, 20, || {
            counted(contec_5::PacketDecoder::new())
        })
    }),
    models: MODELS,
    wiring: "the maker's USB cable (CP210x inside): the socket on the oximeter has bare logic levels and is no USB; XON/XOFF off",
    source: "programs (CMS50Dplus and others), a page of the maker's for newer ones",
    tried: "virtual device",
    unsure: "the flags of byte 1; that 0 is no value; ten packets in agreement",
};

const MODELS: &[Model] = &[
    Model {
        id: "contec-5",
        what: "Contec CMS50D of older firmware",
        build: |now, _| Box::new(Contec5::switch_on(now, FingerOut::Codes)),
    },
    Model {
        id: "contec-5-zeros",
        what: "Contec CMS50D whose firmware sends zeros while the finger is out",
        build: |now, _| Box::new(Contec5::switch_on(now, FingerOut::Zeros)),
    },
];

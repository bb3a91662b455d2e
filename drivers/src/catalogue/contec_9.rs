//! Contec, protocol V7.0.

use protocols::contec_9;

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::Contec9Link;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::contec_9::{Contec9, Index};

/// The family.
pub const FAMILY: Family = Family {
    id: "contec-9",
    devices: "Contec CMS50D+ from firmware 4.6, later E, F and I, CMS50EW, CMS50FW: consumer devices",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(contec_9::BAUD)],
    settings: &[],
    link: |_| Box::new(Contec9Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(contec_9::HostDecoder::new(), |command| {
            Some(command.report())
        }),
        End::Device => decoding(
            contec_9::DeviceDecoder::new(),
            contec_9::DeviceMessage::report,
        ),
    },
    ear: Some(Ear::of(Proof::Pattern, 20, || {
        counted(contec_9::DeviceDecoder::new())
    })),
    models: MODELS,
    wiring: "the maker's USB cable, or Bluetooth's serial port; XON/XOFF off",
    source: "the maker's protocol V7.0 by its first page, programs (CMS50Dplus7, cms50ew, CMS50FW)",
    tried: "virtual device",
    unsure: "the times of the start-up; that 0 is no value; ten packets in agreement",
};

const MODELS: &[Model] = &[
    Model {
        id: "contec-9",
        what: "Contec CMS50D+ from firmware 4.6, without a perfusion index",
        build: |now, _| Box::new(Contec9::switch_on(now, Index::Unsupported)),
    },
    Model {
        id: "contec-9-index",
        what: "Contec CMS50FW with a perfusion index",
        build: |now, _| Box::new(Contec9::switch_on(now, Index::Supported)),
    },
];

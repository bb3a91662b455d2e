//! `WaterRower` monitors.

use protocols::vocabulary::MachineKind;
use protocols::waterrower;

use super::decoding::{Decode, End, decoding, decoding_exact};
use super::{Family, Model, Role, Settings};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::waterrower::{WaterRowerModel, virtual_waterrower};

/// The family.
pub const FAMILY: Family = Family {
    id: "waterrower",
    devices: "WaterRower S4 and S5 monitors (read alone)",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[
        LineSettings::plain(waterrower::BAUD),
        LineSettings::plain(115_200),
    ],
    settings: &[],
    link: |_| Box::new(machines::waterrower::link()),
    decode_settings: &[],
    decode,
    ear: None,
    models: MODELS,
    wiring: "USB, a serial port of its own; its rate does not matter",
    source: "a host's code (bfritscher/waterrower); the maker's text is recalled",
    tried: "virtual device",
    unsure: "its times; the order of two bytes; that a speed that stands still means rest",
};

const MODELS: &[Model] = &[
    Model {
        id: "waterrower",
        what: "WaterRower S4, firmware 2.10",
        build: |now, _| Box::new(virtual_waterrower(now, WaterRowerModel::S4)),
    },
    Model {
        id: "waterrower-holding",
        what: "WaterRower that keeps its last power when nobody rows",
        build: |now, _| Box::new(virtual_waterrower(now, WaterRowerModel::Holding)),
    },
    Model {
        id: "waterrower-swapped",
        what: "WaterRower that sends the bytes of two-byte values the other way round",
        build: |now, _| Box::new(virtual_waterrower(now, WaterRowerModel::Swapped)),
    },
];

fn decode(from: End, _: &Settings) -> Box<dyn Decode> {
    match from {
        End::Host => decoding(
            waterrower::HostDecoder::new(),
            waterrower::HostMessage::report,
        ),
        End::Device => decoding_exact(
            waterrower::MachineDecoder::new(),
            waterrower::MachineMessage::report,
            waterrower::MachineMessage::exact,
        ),
    }
}

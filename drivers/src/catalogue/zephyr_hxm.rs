//! Zephyr `HxM`.

use protocols::zephyr_hxm;

use super::decoding::{End, decoding, nothing_sent};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::ZephyrHxmLink;
use crate::port::LineSettings;
use crate::virtual_devices::VirtualZephyrHxm;

/// The family.
pub const FAMILY: Family = Family {
    id: "zephyr-hxm",
    devices: "Zephyr HxM strap (serial over Bluetooth)",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(zephyr_hxm::BAUD)],
    settings: &[],
    link: |_| Box::new(ZephyrHxmLink::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => nothing_sent(),
        End::Device => decoding(zephyr_hxm::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
    ear: Some(Ear::of(Proof::Checked, 2, || {
        counted(zephyr_hxm::PacketDecoder::new())
    })),
    models: &[Model {
        id: "zephyr-hxm",
        what: "Zephyr HxM BT heart-rate strap",
        build: |now, _| Box::new(VirtualZephyrHxm::new(now)),
    }],
    wiring: "Bluetooth's serial port (PIN 1234, recalled), or an adapter for it at 115200 8N1",
    source: "the maker's text by other pages, programs (zephyr-bt, My Tracks)",
    tried: "virtual device",
    unsure: "identifiers and averaging are recalled",
};

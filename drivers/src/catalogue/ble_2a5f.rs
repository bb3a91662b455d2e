//! Bluetooth oximeters through a serial bridge.

use protocols::ble_2a5f;

use super::decoding::{End, nothing_sent, values};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, lines_of};
use crate::monitors::Ble2a5fLink;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::ble_2a5f::Ble2a5f;

/// The family.
pub const FAMILY: Family = Family {
    id: "ble-2a5f",
    devices: "Bluetooth LE oximeters behind a serial bridge",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(115_200)],
    settings: &[],
    link: |_| Box::new(Ble2a5fLink::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => nothing_sent(),
        End::Device => values(
            ble_2a5f::MeasurementDecoder::new(),
            |value| Some(value.report()),
            ble_2a5f::Measurement::exact,
        ),
    },
    ear: Some(Ear::bridged(|| lines_of(0x2A5F))),
    models: MODELS,
    wiring: "a serial Bluetooth bridge by its own plug",
    source: "Bluetooth's text recalled, a program (BLESSED)",
    tried: "virtual device",
    unsure: "the form of the bridge and its rate; the bits of both status fields; silence after 3 s",
};

const MODELS: &[Model] = &[Model {
    id: "ble-2a5f",
    what: "Bluetooth oximeter behind a serial bridge",
    build: |now, _| Box::new(Ble2a5f::switch_on(now)),
}];

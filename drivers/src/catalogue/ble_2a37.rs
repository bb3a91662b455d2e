//! Bluetooth straps through a serial bridge.

use protocols::ble_2a37;
use protocols::exact::Exact;

use super::decoding::{End, nothing_sent, values};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, lines_of};
use crate::monitors::Ble2a37Link;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::ble_2a37::{Ble2a37, Strap};

/// The family.
pub const FAMILY: Family = Family {
    id: "ble-2a37",
    devices: "Bluetooth LE straps behind a serial bridge",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(115_200)],
    settings: &[],
    link: |_| Box::new(Ble2a37Link::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => nothing_sent(),
        End::Device => values(
            ble_2a37::MeasurementDecoder::new(),
            |value| Some(value.report()),
            |_| Exact::NONE,
        ),
    },
    ear: Some(Ear::bridged(|| lines_of(0x2A37))),
    models: MODELS,
    wiring: "a serial Bluetooth bridge by its own plug",
    source: "Bluetooth's text by gatt-xml, programs",
    tried: "virtual device",
    unsure: "the form of the bridge and its rate; silence after 3 s",
};

const MODELS: &[Model] = &[
    Model {
        id: "ble-2a37",
        what: "Bluetooth strap behind a serial bridge, with contact and beat intervals",
        build: |now, _| Box::new(Ble2a37::switch_on(now, Strap::Full)),
    },
    Model {
        id: "ble-2a37-rate-alone",
        what: "Bluetooth strap behind a serial bridge that tells its rate alone",
        build: |now, _| Box::new(Ble2a37::switch_on(now, Strap::RateAlone)),
    },
];

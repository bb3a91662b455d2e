//! Bluetooth indoor bikes through a serial bridge.

use protocols::ble_2ad2;
use protocols::ble_2ad2::{BikeData, BikeDataDecoder, ControlPoint};
use protocols::exact::Exact;
use protocols::vocabulary::MachineKind;

use super::decoding::{End, values};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, lines_of};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::ble_2ad2::{Ble2ad2, Receiver};

/// The family.
pub const FAMILY: Family = Family {
    id: "ble-2ad2",
    devices: "Bluetooth indoor bikes behind a serial bridge (read alone)",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[LineSettings::plain(machines::ble_2ad2::BAUD)],
    settings: &[],
    link: |_| Box::new(machines::ble_2ad2::link()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => values(ble_2ad2::HostDecoder::new(), ControlPoint::report, |_| {
            Exact::NONE
        }),
        End::Device => values(BikeDataDecoder::new(), BikeData::report, BikeData::exact),
    },
    ear: Some(Ear::bridged(|| lines_of(0x2AD2))),
    models: MODELS,
    wiring: "a serial Bluetooth bridge by its own plug",
    source: "Bluetooth's texts recalled, programs (Auuki)",
    tried: "virtual device; `ftms` reads it",
    unsure: "the bridge's line and how it writes values",
};

const MODELS: &[Model] = &[
    Model {
        id: "ble-2ad2",
        what: "Bluetooth bike behind a serial bridge",
        build: |now, _| Box::new(Ble2ad2::switch_on(now, Receiver::Absent)),
    },
    Model {
        id: "ble-2ad2-heart-rate",
        what: "Bluetooth bike behind a serial bridge that receives the rider's strap",
        build: |now, _| Box::new(Ble2ad2::switch_on(now, Receiver::Fitted)),
    },
];

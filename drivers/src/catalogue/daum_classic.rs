//! Daum's classic cockpits.

use protocols::daum_classic;
use protocols::daum_classic::{Cockpit, Dialect};
use protocols::vocabulary::{MachineKind, Timestamp};

use super::decoding::{Decode, End, decoding};
use super::{Family, Model, Role, Setting, Settings};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::VirtualDevice;
use crate::virtual_devices::daum_classic::{DaumClassicModel, virtual_daum_classic};

/// The family.
pub const FAMILY: Family = Family {
    id: "daum-classic",
    devices: "Daum ergo_bike 8008, 8080 and other classic cockpits",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[
        LineSettings::plain(daum_classic::BAUD),
        LineSettings::plain(daum_classic::OLD_BAUD),
    ],
    settings: SETTINGS,
    link: |settings| Box::new(machines::daum_classic::link(cockpit(settings))),
    decode_settings: SETTINGS,
    decode,
    ear: None,
    models: MODELS,
    wiring: "RS-232 by **Daum's own cable**, older ones have a resistor between two lines in it; a plain cable often does not work; no handshake",
    source: "hosts' code (GoldenCheetah, incyclist, daumUSB2BLE); nothing of the maker's",
    tried: "virtual device",
    unsure: "silence as the end of a message; stray bytes are passed over; its greatest load (400 W); how fast it follows",
};

const MODELS: &[Model] = &[
    Model {
        id: "daum-classic",
        what: "Daum 8008 TRS cockpit, up to 800 W",
        build: |now, settings| classic(now, settings, DaumClassicModel::EightHundred),
    },
    Model {
        id: "daum-classic-400",
        what: "Daum cockpit that goes to 400 W",
        build: |now, settings| classic(now, settings, DaumClassicModel::FourHundred),
    },
    Model {
        id: "daum-classic-8008",
        what: "Daum 8008 that loses a command within 50 ms of its last answer",
        build: |now, settings| classic(now, settings, DaumClassicModel::Hasty),
    },
];

fn decode(from: End, settings: &Settings) -> Box<dyn Decode> {
    let cockpit = cockpit(settings);
    match from {
        End::Host => decoding(
            daum_classic::HostDecoder::new(cockpit),
            daum_classic::HostMessage::report,
        ),
        End::Device => decoding(
            daum_classic::MachineDecoder::new(cockpit),
            daum_classic::MachineMessage::report,
        ),
    }
}

const SETTINGS: &[Setting] = &[
    Setting {
        key: "address",
        values: &["0..=255"],
        what: "the cockpit's address; 0 without it",
        required: false,
    },
    Setting {
        key: "dialect",
        values: &["current", "old"],
        what: "which generation of cockpits: very old ones have shorter answers; current without it",
        required: false,
    },
];

fn cockpit(settings: &Settings) -> Cockpit {
    let address = settings.number("address");
    Cockpit {
        address: address
            .and_then(|address| u8::try_from(address).ok())
            .unwrap_or_default(),
        dialect: settings
            .get("dialect")
            .and_then(Dialect::from_name)
            .unwrap_or_default(),
    }
}

fn classic(now: Timestamp, settings: &Settings, model: DaumClassicModel) -> Box<dyn VirtualDevice> {
    Box::new(virtual_daum_classic(now, cockpit(settings), model))
}

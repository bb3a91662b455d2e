//! Ergoline, GE and Monark ergometers with ergoline's interface.

use protocols::ergoline;
use protocols::ergoline::Variant;
use protocols::vocabulary::MachineKind;

use super::decoding::{Decode, End, decoding, decoding_exact};
use super::{Family, Model, Role, Setting, Settings};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::ergoline::{ErgolineModel, virtual_ergoline};

/// The family.
pub const FAMILY: Family = Family {
    id: "ergoline",
    devices: "ergoline er800, er900, ergoselect; GE eBike; Monark set to er900",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[
        LineSettings::plain(ergoline::BAUD),
        LineSettings::plain(2_400),
        LineSettings::plain(9_600),
    ],
    settings: &[VARIANT],
    link: |settings| Box::new(machines::ergoline::link(variant(settings))),
    decode_settings: &[VARIANT, ASKED],
    decode,
    ear: None,
    models: MODELS,
    wiring: "5-pin DIN: 1 transmit, 2 ground, 5 receive, RS-232 levels, no handshake (in P4 also 4, CTS); later models DE-9",
    source: "ergoline er900L and er800S, GE eBike and Monark NOVO manuals",
    tried: "virtual device",
    unsure: "the rate in P10; every time; its range (25 to 400 W); how fast it follows",
};

const MODELS: &[Model] = &[
    Model {
        id: "ergoline",
        what: "ergoline er900; with the setting variant one that is set to P3 or P4",
        build: |now, settings| {
            let model = match settings.get("variant") {
                Some("P3") => ErgolineModel::P3,
                Some("P4") => ErgolineModel::P4,
                _ => ErgolineModel::Er900,
            };
            Box::new(virtual_ergoline(now, model))
        },
    },
    Model {
        id: "ergoline-spaced",
        what: "ergoline er900 that puts a space between letter and digits",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::Er900Spaced)),
    },
    Model {
        id: "ergoline-ebike",
        what: "GE eBike: tells the load it was set to, and no heart rate",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::EBike)),
    },
    Model {
        id: "ergoline-er800s",
        what: "ergoline er800S: every second start stops; no blood pressure",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::Er800S)),
    },
    Model {
        id: "ergoline-p3",
        what: "ergoline er900 set to P3: load in steps that an ECG confirms",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::P3)),
    },
    Model {
        id: "ergoline-p4",
        what: "ergoline er900 set to P4: blood pressure alone; it answers no question, so finding does not find it",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::P4)),
    },
];

fn decode(from: End, settings: &Settings) -> Box<dyn Decode> {
    let variant = variant(settings);
    match from {
        End::Host => decoding(
            ergoline::HostDecoder::new(variant),
            ergoline::HostMessage::report,
        ),
        End::Device => {
            let asked = settings.get("asked").and_then(ergoline::Asked::from_name);
            decoding_exact(
                ergoline::MachineDecoder::new(variant, asked),
                ergoline::MachineMessage::report,
                ergoline::MachineMessage::exact,
            )
        }
    }
}

const VARIANT: Setting = Setting {
    key: "variant",
    values: &["P10", "P3", "P4"],
    what: "which interface its menu is set to",
    required: true,
};

const ASKED: Setting = Setting {
    key: "asked",
    values: &["W", "X", "S", "s", "D", "H", "M", "F", "Y", "I"],
    what: "what the host asked in P3: three digits alone are power if it was W",
    required: false,
};

fn variant(settings: &Settings) -> Variant {
    settings
        .get("variant")
        .and_then(Variant::from_name)
        .unwrap_or_default()
}

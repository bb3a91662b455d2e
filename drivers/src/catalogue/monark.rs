//! Monark ergometers.

use protocols::monark;
use protocols::vocabulary::MachineKind;

use super::decoding::{Decode, End, decoding, decoding_exact};
use super::{Family, Model, Role, Setting, Settings};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::monark::{MonarkModel, virtual_monark};

/// The family.
pub const FAMILY: Family = Family {
    id: "monark",
    devices: "Monark 839E, LC and LC NOVO in PC mode; LT2 (read alone)",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[
        LineSettings::plain(monark::BAUD),
        LineSettings::plain(9_600),
    ],
    settings: &[],
    link: |_| Box::new(machines::monark::link()),
    decode_settings: DECODE_SETTINGS,
    decode,
    ear: None,
    models: MODELS,
    wiring: "RS-232: transmit, receive and ground; the machine may send XON and XOFF, which are passed over; NOVO: port type 0 in its menu",
    source: "a host's code (GoldenCheetah), a page of the LC7TT NOVO manual",
    tried: "virtual device",
    unsure: "what it answers to a load; its range (20 to 1000 W); how fast it follows",
};

const MODELS: &[Model] = &[
    Model {
        id: "monark",
        what: "Monark LC7",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Lc)),
    },
    Model {
        id: "monark-novo",
        what: "Monark LC7 NOVO",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Novo)),
    },
    Model {
        id: "monark-manual",
        what: "Monark LC7 NOVO whose brake is set by hand",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::NovoByHand)),
    },
    Model {
        id: "monark-839e",
        what: "Monark 839E",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Mec839E)),
    },
    Model {
        id: "monark-lt2",
        what: "Monark LT2, which only reads",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Lt2)),
    },
];

fn decode(from: End, settings: &Settings) -> Box<dyn Decode> {
    match from {
        End::Host => decoding(monark::HostDecoder::new(), monark::HostMessage::report),
        End::Device => {
            let asked = settings.get("asked").and_then(monark::Asked::from_name);
            decoding_exact(
                monark::MachineDecoder::new(asked),
                monark::MachineMessage::report,
                monark::MachineMessage::exact,
            )
        }
    }
}

/// What a Monark bike's wire does not say.
const DECODE_SETTINGS: &[Setting] = &[Setting {
    key: "asked",
    values: &["power", "pedal", "pulse", "id", "servo", "B"],
    what: "what the host asked: an answer does not say; no readings without it",
    required: false,
}];

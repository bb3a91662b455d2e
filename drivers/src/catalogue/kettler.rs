//! Kettler ergometers.

use protocols::kettler;
use protocols::vocabulary::MachineKind;

use super::decoding::{Decode, End, decoding, decoding_exact};
use super::{Family, Model, Role, Settings};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::kettler::{KettlerModel, virtual_kettler};

/// The family.
pub const FAMILY: Family = Family {
    id: "kettler",
    devices: "Kettler ergometers in PC mode",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[
        LineSettings::plain(kettler::BAUD),
        LineSettings::plain(57_600),
        LineSettings::plain(38_400),
        LineSettings::plain(115_200),
    ],
    settings: &[],
    link: |_| Box::new(machines::kettler::link()),
    decode_settings: &[],
    decode,
    ear: None,
    models: MODELS,
    wiring: "RS-232, or USB with an adapter inside (CP210x, recalled); transmit, receive and ground, no handshake",
    source: "hosts' code (GoldenCheetah, incyclist, pyergometer, kettler-tcx); nothing of the maker's",
    tried: "virtual device",
    unsure: "its step (5 W); how fast it follows; that it keeps its load",
};

const MODELS: &[Model] = &[
    Model {
        id: "kettler",
        what: "Kettler ergometer",
        build: |now, _| Box::new(virtual_kettler(now, KettlerModel::AnyCase)),
    },
    Model {
        id: "kettler-lower",
        what: "Kettler ergometer whose old firmware answers capitals with ERROR",
        build: |now, _| Box::new(virtual_kettler(now, KettlerModel::SmallLetters)),
    },
    Model {
        id: "kettler-pausing",
        what: "Kettler ergometer that falls back to 25 W when nobody pedals for a minute",
        build: |now, _| Box::new(virtual_kettler(now, KettlerModel::Pausing)),
    },
];

fn decode(from: End, _: &Settings) -> Box<dyn Decode> {
    match from {
        End::Host => decoding(kettler::HostDecoder::new(), kettler::HostMessage::report),
        End::Device => decoding_exact(
            kettler::MachineDecoder::new(),
            kettler::MachineMessage::report,
            kettler::MachineMessage::exact,
        ),
    }
}

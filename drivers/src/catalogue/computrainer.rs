//! `RacerMate` `CompuTrainer`.

use protocols::computrainer;
use protocols::vocabulary::MachineKind;

use super::decoding::{Decode, End, decoding};
use super::{Family, Model, Role, Settings};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::computrainer::virtual_computrainer;

/// The family.
pub const FAMILY: Family = Family {
    id: "computrainer",
    devices: "RacerMate CompuTrainer",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[LineSettings::plain(computrainer::BAUD)],
    settings: &[],
    link: |_| Box::new(machines::computrainer::link()),
    decode_settings: &[],
    decode,
    ear: None,
    models: MODELS,
    wiring: "RS-232 from the handlebar unit, no flow control; hosts hold RTS and DTR, so wire both where the plug has them",
    source: "a host's code (GoldenCheetah); nothing of the maker's",
    tried: "virtual device",
    unsure: "what it does when the host falls silent; how fast it follows",
};

const MODELS: &[Model] = &[Model {
    id: "computrainer",
    what: "RacerMate CompuTrainer in ergometer mode",
    build: |now, _| Box::new(virtual_computrainer(now)),
}];

fn decode(from: End, _: &Settings) -> Box<dyn Decode> {
    match from {
        End::Host => decoding(
            computrainer::HostDecoder::new(),
            computrainer::HostMessage::report,
        ),
        End::Device => decoding(
            computrainer::MachineDecoder::new(),
            computrainer::MachineMessage::report,
        ),
    }
}

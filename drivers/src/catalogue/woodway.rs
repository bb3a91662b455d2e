//! Woodway treadmills.

use protocols::vocabulary::MachineKind;
use protocols::woodway;

use super::decoding::{Decode, End, decoding};
use super::{Family, Model, Role, Settings};
use crate::machines::trackmaster::{TrackmasterLink, TrackmasterSettings};
use crate::port::LineSettings;
use crate::virtual_devices::woodway::virtual_woodway;

/// The family.
pub const FAMILY: Family = Family {
    id: "woodway",
    devices: "Woodway treadmills with the A0 command set",
    role: Role::Machine(&[MachineKind::Treadmill]),
    lines: &[LineSettings::plain(woodway::BAUD)],
    settings: &[],
    link: |_| {
        Box::new(TrackmasterLink::with_settings(
            TrackmasterSettings::woodway(),
        ))
    },
    decode_settings: &[],
    decode,
    ear: None,
    models: MODELS,
    wiring: "USB, an FTDI chip inside; no handshake",
    source: "one library (pyWoodway 0.2.4); nothing of the maker's",
    tried: "virtual device",
    unsure: "how long its timer waits, what its state byte says, its ramps and slowest speed; nothing of the maker's was read",
};

const MODELS: &[Model] = &[Model {
    id: "woodway",
    what: "Woodway treadmill with its timer",
    build: |now, _| Box::new(virtual_woodway(now)),
}];

fn decode(from: End, _: &Settings) -> Box<dyn Decode> {
    match from {
        End::Host => decoding(woodway::HostDecoder::new(), woodway::HostMessage::report),
        End::Device => decoding(
            woodway::MachineDecoder::new(),
            woodway::MachineMessage::report,
        ),
    }
}

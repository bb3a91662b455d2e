//! Daum's premium line.

use protocols::daum_premium;
use protocols::vocabulary::MachineKind;

use super::decoding::{Decode, End, decoding_exact};
use super::{Family, Model, Role, Settings};
use crate::machines;
use crate::port::LineSettings;
use crate::virtual_devices::daum_premium::{DaumPremiumModel, virtual_daum_premium};

/// The family.
pub const FAMILY: Family = Family {
    id: "daum-premium",
    devices: "Daum premium 8i; ergo_run (read alone)",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[LineSettings::plain(daum_premium::BAUD)],
    settings: &[],
    link: |_| Box::new(machines::daum_premium::link()),
    decode_settings: &[],
    decode,
    ear: None,
    models: MODELS,
    wiring: "RS-232; no handshake; which plug and cable the sources do not say: use Daum's own",
    source: "a host's code (incyclist); nothing of the maker's",
    tried: "virtual device",
    unsure: "the line's rate; its range (25 to 800 W); how fast it follows",
};

const MODELS: &[Model] = &[
    Model {
        id: "daum-premium",
        what: "Daum ergo_bike premium 8i",
        build: |now, _| Box::new(virtual_daum_premium(now, DaumPremiumModel::ErgoBike)),
    },
    Model {
        id: "daum-premium-run",
        what: "Daum ergo_run 8i, which only reads",
        build: |now, _| Box::new(virtual_daum_premium(now, DaumPremiumModel::ErgoRun)),
    },
];

fn decode(_: End, _: &Settings) -> Box<dyn Decode> {
    decoding_exact(
        daum_premium::FrameDecoder::new(),
        daum_premium::Message::report,
        daum_premium::Message::exact,
    )
}

//! Medlab ECG board.

use protocols::medlab_ecg;
use protocols::medlab_ecg::Notch;

use super::decoding::{End, decoding};
use super::{Family, Model, Role, Setting, Settings};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::{self, MedlabEcgLink};
use crate::port::LineSettings;
use crate::virtual_devices::monitors::medlab_ecg::{MedlabEcg, Respiration};

/// The family.
pub const FAMILY: Family = Family {
    id: "medlab-ecg",
    devices: "Medlab EG01010 ECG board with protocol 1",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(medlab_ecg::BAUD)],
    settings: &[MAINS],
    link: |settings| Box::new(MedlabEcgLink::of(monitors::MedlabEcg::new(notch(settings)))),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(medlab_ecg::HostDecoder::new(), |command| {
            Some(command.report())
        }),
        End::Device => decoding(medlab_ecg::BoardDecoder::new(), medlab_ecg::Message::report),
    },
    ear: Some(Ear {
        can_be: is_ecg,
        ..Ear::of(Proof::Pattern, 2, || {
            counted(medlab_ecg::BoardDecoder::new())
        })
    }),
    models: MODELS,
    wiring: "at the board, CMOS or RS-232 levels: transmit, receive and ground, no handshake; its patient's side is isolated",
    source: "pages of the maker's manual 1.06",
    tried: "virtual device",
    unsure: "silence after 3 s; what the board sends first",
};

const MODELS: &[Model] = &[
    Model {
        id: "medlab-ecg",
        what: "Medlab EG01010 ECG board with protocol 1",
        build: |now, _| Box::new(MedlabEcg::switch_on(now, Respiration::Absent)),
    },
    Model {
        id: "medlab-ecg-respiration",
        what: "Medlab EG01010 ECG board with the board for respiration",
        build: |now, _| Box::new(MedlabEcg::switch_on(now, Respiration::Fitted)),
    },
];

const MAINS: Setting = Setting {
    key: "mains",
    values: &["50", "60"],
    what: "frequency of the country's mains in Hz, which the board takes out; 50 without it",
    required: false,
};

fn notch(settings: &Settings) -> Notch {
    match settings.get("mains") {
        Some("60") => Notch::SixtyHertz,
        _ => Notch::FiftyHertz,
    }
}

/// The board sends samples above all, and four of the nine markers: noise has the others among it.
fn is_ecg(bytes: &[u8]) -> bool {
    let of = |wanted: fn(u8) -> bool| bytes.iter().filter(|byte| wanted(**byte)).count();
    of(|byte| byte == 0xF7 || byte >= 0xFC) == 0
        && of(|byte| byte >= 0xF8) * 4 < bytes.len()
        && of(|byte| byte == 0xF8) > 0
}

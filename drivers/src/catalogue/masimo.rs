//! Masimo, ASCII 1.

use protocols::masimo;

use super::decoding::{End, decoding, nothing_sent};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::MasimoLink;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::masimo::{Form, Masimo};

/// The family.
pub const FAMILY: Family = Family {
    id: "masimo",
    devices: "Masimo Rad-5, Rad-8, Rad-87, Radical-7 with the output set to ASCII 1",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(masimo::BAUD)],
    settings: &[],
    link: |_| Box::new(MasimoLink::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => nothing_sent(),
        End::Device => decoding(masimo::LineDecoder::new(), masimo::DeviceMessage::report),
    },
    ear: Some(Ear {
        remedy: output,
        ..Ear::of(Proof::Spelled, 2, || counted(masimo::LineDecoder::new()))
    }),
    models: MODELS,
    wiring: "DE-9 socket, RS-232 levels: 2 and 3 data, straight or crossed by the model, 5 ground; no handshake. Output to ASCII 1: Rad-8 comes with ASCII 2",
    source: "pages of the Rad-87 and Rad-8 manuals, programs (mdpnp, masimo-datacapture)",
    tried: "virtual device",
    unsure: "averaging; silence after 3 s",
};

const MODELS: &[Model] = &[
    Model {
        id: "masimo",
        what: "Masimo Rad-8 that prints ASCII 1",
        build: |now, _| Box::new(Masimo::switch_on(now, Form::Rad8)),
    },
    Model {
        id: "masimo-radical-7",
        what: "Masimo Radical-7 that prints ASCII 1 in its longer form",
        build: |now, _| Box::new(Masimo::switch_on(now, Form::Radical7)),
    },
    Model {
        id: "masimo-ascii-2",
        what: "Masimo Rad-8 whose output is left at ASCII 2",
        build: |now, _| Box::new(Masimo::switch_on(now, Form::Ascii2)),
    },
];

const SET_TO_ASCII_2: &str =
    "its output is set to ASCII 2, which cannot be read; set the output to ASCII 1 in its menu";

/// Whether lines of ASCII 2 are among them, with or without a date, and none of ASCII 1.
fn output(bytes: &[u8]) -> Option<&'static str> {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
    (has(b"SpO2=") && has(b" PR=") && !has(b"BPM=")).then_some(SET_TO_ASCII_2)
}

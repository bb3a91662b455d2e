//! Nonin, printed lines.

use protocols::nonin_ascii;

use super::decoding::{End, decoding, nothing_sent};
use super::{Family, Model, Role};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::NoninAsciiLink;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::nonin_ascii::{NoninAscii, Printer};

/// The family.
pub const FAMILY: Family = Family {
    id: "nonin-ascii",
    devices: "Nonin 8500, 8600, 9600 Avant, 9847, Avant 4000",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(nonin_ascii::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninAsciiLink::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => nothing_sent(),
        End::Device => decoding(nonin_ascii::LineDecoder::new(), |line| Some(line.report())),
    },
    ear: Some(Ear::of(Proof::Spelled, 2, || {
        counted(nonin_ascii::LineDecoder::new())
    })),
    models: MODELS,
    wiring: "RS-232: transmit, receive and ground, pins by the model's manual, no handshake",
    source: "makers' manuals (Avant 4000 and 9600, 9847, 8500, 8600V)",
    tried: "virtual device",
    unsure: "the width of fields; the range of rates; silence after 2.5 s",
};

const MODELS: &[Model] = &[
    Model {
        id: "nonin-ascii",
        what: "Nonin Avant 4000, which prints a line a second",
        build: |now, _| Box::new(NoninAscii::switch_on(now, Printer::Avant)),
    },
    Model {
        id: "nonin-ascii-8600",
        what: "Nonin 8600, which prints the time of day before its numbers",
        build: |now, _| Box::new(NoninAscii::switch_on(now, Printer::Model8600)),
    },
    Model {
        id: "nonin-ascii-9847",
        what: "Nonin 9847, which prints the time of day and marks breaths",
        build: |now, _| Box::new(NoninAscii::switch_on(now, Printer::Model9847)),
    },
];

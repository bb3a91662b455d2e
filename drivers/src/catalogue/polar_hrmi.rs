//! Polar straps by the HRMI board.

use protocols::polar_hrmi;

use super::decoding::{End, decoding};
use super::{Family, Model, Role};
use crate::monitors::PolarHrmiLink;
use crate::port::LineSettings;
use crate::virtual_devices::monitors::polar_hrmi::{Firmware, PolarHrmi};

/// The family.
pub const FAMILY: Family = Family {
    id: "polar-hrmi",
    devices: "HRMI board with Polar T31, T31C, T61C and Wearlink straps",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(polar_hrmi::BAUD)],
    settings: &[],
    link: |_| Box::new(PolarHrmiLink::new()),
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(polar_hrmi::HostDecoder::new(), |command| {
            Some(command.report())
        }),
        End::Device => decoding(polar_hrmi::AnswerDecoder::new(), |answer| {
            Some(answer.report())
        }),
    },
    ear: None,
    models: MODELS,
    wiring: "USB (FTDI) or bare logic levels, no handshake; within 80 cm of one strap",
    source: "SparkFun's page and forum, Arduino examples",
    tried: "virtual device",
    unsure: "averaging; other rates by jumper",
};

const MODELS: &[Model] = &[
    Model {
        id: "polar-hrmi",
        what: "HRMI board that receives a Polar strap",
        build: |now, _| Box::new(PolarHrmi::switch_on(now, Firmware::Rates)),
    },
    Model {
        id: "polar-hrmi-periods",
        what: "HRMI board of the second firmware, which answers by periods between beats",
        build: |now, _| Box::new(PolarHrmi::switch_on(now, Firmware::Periods)),
    },
];

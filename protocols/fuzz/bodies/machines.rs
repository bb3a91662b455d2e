//! CSAFE and the treadmills.

use protocols::trackmaster::SpeedUnit;
use protocols::{csafe, trackmaster, woodway};

use crate::bodies::laws::{Held, Ranges, WIDE, bytes};

pub(crate) fn csafe_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 254],
        ..WIDE
    };
    let held = Held {
        fresh: csafe::MachineDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; csafe::MAX_FRAME]))),
        in_range: |message| {
            RANGES.hold_some(message.report());
            let wrapper = message.answer(csafe::code::SET_USER_CONFIGURATION_1);
            let written = wrapper.and_then(csafe::concept2::answers).map(|answers| {
                let written = answers.map(|answer| bytes(answer.encode(&mut [0; 257])));
                written.collect::<Vec<_>>().concat()
            });
            assert!(
                written.is_none() || written.as_deref() == wrapper,
                "Concept2's"
            );
        },
        frame: vec![0xF1, 0x05, 0xB0, 0x01, 0x71, 0xC5, 0xF2],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn csafe_host(input: &[u8]) {
    let held = Held {
        fresh: csafe::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; csafe::MAX_FRAME]))),
        in_range: |message| {
            WIDE.hold_some(message.report());
            for command in message.commands() {
                let written = csafe::concept2::commands(command.data).map(|commands| {
                    let written = commands.map(|command| bytes(command.encode(&mut [0; 257])));
                    written.collect::<Vec<_>>().concat()
                });
                assert!(
                    written.is_none_or(|written| written == command.data),
                    "Concept2's"
                );
            }
        },
        frame: vec![0xF1, 0x34, 0x03, 0x4B, 0x00, 0x58, 0x24, 0xF2],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn trackmaster_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        speed: [0.0, 450.0],
        grade: [0.0, 999.9],
        ..WIDE
    };
    let held = Held {
        fresh: || trackmaster::MachineDecoder::new(Some(SpeedUnit::MilesPerHour)),
        written: |message| Some(message.frame().as_bytes().to_vec()),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0xD1, 0x30, 0x30, 0x32, 0x35],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn trackmaster_host(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        speed: [0.0, 450.0],
        grade: [0.0, 999.9],
        ..WIDE
    };
    let held = Held {
        fresh: || trackmaster::HostDecoder::new(Some(SpeedUnit::MilesPerHour)),
        written: |message| Some(message.frame().as_bytes().to_vec()),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0xA3, 0x30, 0x30, 0x34, 0x30],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn woodway_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        speed: [-44.67, 44.67],
        grade: [0.0, 999.9],
        ..WIDE
    };
    let held = Held {
        fresh: woodway::MachineDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; woodway::LONGEST_MESSAGE]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0xD1, 0x30, 0x30, 0x32, 0x35],
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn woodway_host(input: &[u8]) {
    let held = Held {
        fresh: woodway::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; woodway::LONGEST_MESSAGE]))),
        in_range: |message| WIDE.hold_some(message.report()),
        frame: vec![0xA3, 0x30, 0x30, 0x34, 0x30],
        bound: 1,
    };
    held.run(input);
}

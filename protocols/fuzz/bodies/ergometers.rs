//! Ergometers, the trainer and the rower.

use protocols::{computrainer, daum_classic, daum_premium, ergoline, kettler, monark, waterrower};

use crate::bodies::laws::{Held, Ranges, WIDE, bytes};

/// From nothing to what each reading's place on the wire holds.
const fn up_to(heart_rate: u16, power: u16, cadence: u16, speed: f64) -> Ranges {
    Ranges {
        heart_rate: [1, heart_rate],
        power,
        cadence,
        speed: [0.0, speed],
        grade: [0.0, 0.0],
        ..WIDE
    }
}

pub(crate) fn ergoline_device(input: &[u8]) {
    const RANGES: Ranges = up_to(510, 9_999, 9_999, 0.0);
    let held = Held {
        fresh: || ergoline::MachineDecoder::new(ergoline::Variant::P10, None),
        written: |message| {
            Some(bytes(message.encode(
                ergoline::Style::default(),
                &mut [0; ergoline::LONGEST_ENCODED],
            )))
        },
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"B075\r".to_vec(),
        bound: 2,
    };
    held.run(input);
    let p3 = Held {
        fresh: || {
            let asked = Some(ergoline::Asked::Load);
            ergoline::MachineDecoder::new(ergoline::Variant::P3, asked)
        },
        // Three digits are a power or a preset by what was asked, and are written alike.
        written: |_| None,
        frame: b"075\r\n".to_vec(),
        ..held
    };
    p3.run(input);
    Held {
        fresh: || ergoline::MachineDecoder::new(ergoline::Variant::P4, None),
        frame: b"H118\r\n".to_vec(),
        ..p3
    }
    .run(input);
}

pub(crate) fn ergoline_host(input: &[u8]) {
    const RANGES: Ranges = up_to(510, 9_999, 9_999, 0.0);
    let held = Held {
        fresh: || ergoline::HostDecoder::new(ergoline::Variant::P10),
        written: |message| Some(bytes(message.encode(&mut [0; ergoline::LONGEST_ENCODED]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"W075\r".to_vec(),
        bound: 2,
    };
    held.run(input);
    Held {
        fresh: || ergoline::HostDecoder::new(ergoline::Variant::P3),
        frame: b"050\r".to_vec(),
        ..held
    }
    .run(input);
}

/// A cockpit with the shorter answers.
const OLD: daum_classic::Cockpit = daum_classic::Cockpit {
    address: 0,
    dialect: daum_classic::Dialect::Old,
};

pub(crate) fn daum_classic_device(input: &[u8]) {
    const RANGES: Ranges = up_to(199, 1_275, 199, 27.5);
    let held = Held {
        fresh: || daum_classic::MachineDecoder::new(daum_classic::Cockpit::default()),
        written: |message| daum_classic_written(message, daum_classic::Cockpit::default()),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0x51, 0x00, 0x0F],
        bound: 0,
    };
    held.run(input);
    Held {
        fresh: || daum_classic::MachineDecoder::new(OLD),
        written: |message| daum_classic_written(message, OLD),
        ..held
    }
    .run(input);
}

/// The third byte behind a reset is a message by what stood before it alone.
fn daum_classic_written(
    message: &daum_classic::MachineMessage,
    cockpit: daum_classic::Cockpit,
) -> Option<Vec<u8>> {
    let is_whole = !matches!(message, daum_classic::MachineMessage::BehindReset(_));
    let mut room = [0; daum_classic::LONGEST_MESSAGE];
    is_whole.then(|| bytes(message.encode(cockpit, &mut room)))
}

pub(crate) fn daum_classic_host(input: &[u8]) {
    const RANGES: Ranges = up_to(0, 1_275, 0, 0.0);
    let held = Held {
        fresh: || daum_classic::HostDecoder::new(daum_classic::Cockpit::default()),
        written: |message| {
            Some(bytes(message.encode(
                daum_classic::Cockpit::default(),
                &mut [0; daum_classic::LONGEST_MESSAGE],
            )))
        },
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0x51, 0x00, 0x0F],
        bound: 0,
    };
    held.run(input);
    Held {
        fresh: || daum_classic::HostDecoder::new(OLD),
        written: |message| {
            let mut room = [0; daum_classic::LONGEST_MESSAGE];
            Some(bytes(message.encode(OLD, &mut room)))
        },
        ..held
    }
    .run(input);
}

pub(crate) fn daum_premium_both(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        speed: [-33_000.0, 33_000.0],
        ..WIDE
    };
    let held = Held {
        fresh: daum_premium::FrameDecoder::new,
        written: |message| match message {
            // What was not kept cannot be written again.
            daum_premium::Message::Frame {
                payload: daum_premium::Payload::NotKept(_),
                ..
            } => None,
            written @ (daum_premium::Message::Accepted
            | daum_premium::Message::Refused
            | daum_premium::Message::Frame { .. }) => Some(bytes(
                written.encode(&mut [0; daum_premium::LONGEST_ENCODED]),
            )),
        },
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"\x01S2375.0034\x17".to_vec(),
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn kettler_device(input: &[u8]) {
    const RANGES: Ranges = up_to(510, u16::MAX, u16::MAX, 99_999.0 / 36.0);
    let held = Held {
        fresh: kettler::MachineDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; kettler::LONGEST_ENCODED]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"095\t060\t174\t002\t075\t0012\t01:12\t070\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn kettler_host(input: &[u8]) {
    const RANGES: Ranges = up_to(510, u16::MAX, u16::MAX, 0.0);
    let held = Held {
        fresh: kettler::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; kettler::LONGEST_ENCODED]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"PW 75\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn monark_device(input: &[u8]) {
    const RANGES: Ranges = up_to(510, 9_999, 9_999, 0.0);
    let held = Held {
        fresh: || monark::MachineDecoder::new(None),
        written: |message| Some(bytes(message.encode(&mut [0; monark::LONGEST_ENCODED]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"LC7 novo\r".to_vec(),
        bound: 2,
    };
    held.run(input);
    // A number is what was asked, and is written alike.
    let power = Held {
        fresh: || monark::MachineDecoder::new(Some(monark::Asked::Power)),
        written: |_| None,
        frame: b"74\r".to_vec(),
        ..held
    };
    power.run(input);
    let cadence = Held {
        fresh: || monark::MachineDecoder::new(Some(monark::Asked::Cadence)),
        ..power
    };
    cadence.run(input);
    Held {
        fresh: || monark::MachineDecoder::new(Some(monark::Asked::HeartRate)),
        ..cadence
    }
    .run(input);
}

pub(crate) fn monark_host(input: &[u8]) {
    const RANGES: Ranges = up_to(510, 9_999, 9_999, 0.0);
    let held = Held {
        fresh: monark::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; monark::LONGEST_ENCODED]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"power 75\r".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn computrainer_device(input: &[u8]) {
    const RANGES: Ranges = up_to(255, 4_095, 255, 36.855);
    let held = Held {
        fresh: computrainer::MachineDecoder::new,
        written: |message| {
            let written = bytes(message.encode(&mut [0; computrainer::MESSAGE_BYTES]));
            let is_telemetry = matches!(message, computrainer::MachineMessage::Telemetry(_));
            let holds_a_greeting = written.windows(6).any(|word| word == b"LinkUp");
            (!is_telemetry || !holds_a_greeting).then_some(written)
        },
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0x00, 0x00, 0x00, 0x00, 0x10, 0x4B, 0x80],
        bound: 1,
    };
    // The bytes of a greeting may be those of a message too.
    held.run_where_messages_overlap(input);
}

pub(crate) fn computrainer_host(input: &[u8]) {
    let held = Held {
        fresh: computrainer::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; 9]))),
        in_range: |message| WIDE.hold_some(message.report()),
        frame: vec![0x03, 0x00, 0x00, 0x0A, 0x40, 0x32, 0xE0],
        bound: 1,
    };
    // The bytes of a greeting may be those of a message too.
    held.run_where_messages_overlap(input);
}

pub(crate) fn waterrower_device(input: &[u8]) {
    const RANGES: Ranges = up_to(510, u16::MAX, 255, 655.35);
    let held = Held {
        fresh: waterrower::MachineDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; waterrower::LONGEST_ENCODED]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"IDD1A0006E\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn waterrower_host(input: &[u8]) {
    let held = Held {
        fresh: waterrower::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; waterrower::LONGEST_ENCODED]))),
        in_range: |_| {},
        frame: b"IRD1A0\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

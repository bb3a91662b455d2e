//! Straps, radios and ECG monitors.

use protocols::{ant, ivy_450c, medlab_ecg, polar_hrmi, zephyr_hxm};

use crate::bodies::laws::{Held, Ranges, WIDE, bytes};

pub(crate) fn ant_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 255],
        cadence: 254,
        speed: [0.0, 65.534],
        grade: [-327.68, 327.66],
        ..WIDE
    };
    let held = Held {
        fresh: ant::RadioDecoder::new,
        written: |message| Some(bytes(message.frame().encode(&mut [0; ant::LONGEST_FRAME]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![
            0xA4, 9, 0x4E, 0, 0, 0xFF, 0xFF, 0xFF, 0, 0x5C, 0x2A, 0x48, 0x22,
        ],
        bound: 4,
    };
    held.run(input);
}

pub(crate) fn ant_host(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        power: 4_000,
        grade: [-200.0, 455.34],
        ..WIDE
    };
    let held = Held {
        fresh: ant::HostDecoder::new,
        written: |message| Some(bytes(message.frame().encode(&mut [0; ant::LONGEST_FRAME]))),
        in_range: |message| {
            RANGES.hold_some(message.report());
            assert!(
                message
                    .exact()
                    .power_watts
                    .is_none_or(|watts| (0.0..4_000.0).contains(&watts))
            );
        },
        frame: vec![0xA4, 1, 0x4B, 0, 0xEE],
        bound: 8,
    };
    held.run(input);
    Held {
        fresh: ant::HostDecoder::of_a_radio,
        ..held
    }
    .run(input);
}

pub(crate) fn ivy_450c_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [15, 300],
        saturation: [1, 100],
        ..WIDE
    };
    let frame = ivy_450c::Numbers {
        heart_rate: Some(80),
        ..ivy_450c::Numbers::default()
    }
    .frame(ivy_450c::Waves::new([100; ivy_450c::WAVE_BYTES]));
    let frame = bytes(
        frame
            .expect("room")
            .encode(&mut [0; ivy_450c::LONGEST_FRAME]),
    );
    let held = Held {
        fresh: ivy_450c::FrameDecoder::new,
        written: |frame| Some(bytes(frame.encode(&mut [0; ivy_450c::LONGEST_FRAME]))),
        in_range: |frame| RANGES.hold(&frame.report()),
        frame,
        bound: 3,
    };
    held.run(input);
}

pub(crate) fn medlab_ecg_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 246],
        ..WIDE
    };
    let held = Held {
        fresh: medlab_ecg::BoardDecoder::new,
        // A sample is a message by what stood before it alone.
        written: |message| match message {
            medlab_ecg::Message::Sample(_) => None,
            other @ (medlab_ecg::Message::RespirationRate(_)
            | medlab_ecg::Message::PulseRate(_)
            | medlab_ecg::Message::Information(_)) => {
                Some(bytes(other.encode(&mut [0; medlab_ecg::LONGEST_MESSAGE])))
            }
        },
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0xFA, 0x48],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn medlab_ecg_host(input: &[u8]) {
    let held = Held {
        fresh: medlab_ecg::HostDecoder::new,
        written: |command| Some(command.bytes().to_vec()),
        in_range: |_| {},
        frame: b"N".to_vec(),
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn polar_hrmi_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [30, 240],
        ..WIDE
    };
    let held = Held {
        fresh: polar_hrmi::AnswerDecoder::new,
        written: |answer| Some(bytes(answer.encode(&mut [0; polar_hrmi::LONGEST_ANSWER]))),
        in_range: |answer| RANGES.hold(&answer.report()),
        frame: b"1 5 72\r".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn polar_hrmi_host(input: &[u8]) {
    let held = Held {
        fresh: polar_hrmi::HostDecoder::new,
        written: |command| Some(bytes(command.encode(&mut [0; polar_hrmi::LONGEST_COMMAND]))),
        in_range: |_| {},
        frame: b"G1\r".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn zephyr_hxm_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [30, 240],
        speed: [0.0, 16.0],
        ..WIDE
    };
    let packet = zephyr_hxm::Packet {
        firmware: 9_500,
        firmware_version: *b"1i",
        hardware: 9_800,
        hardware_version: *b"1v",
        battery_raw: 100,
        heart_rate_raw: 72,
        beat_number: 1,
        beat_times: [0; zephyr_hxm::BEAT_TIMES],
        distance_raw: 0,
        speed_raw: 0,
        strides: 0,
    };
    let held = Held {
        fresh: zephyr_hxm::PacketDecoder::new,
        written: |packet| Some(bytes(packet.encode(&mut [0; zephyr_hxm::PACKET_BYTES]))),
        in_range: |packet| RANGES.hold(&packet.report()),
        frame: bytes(packet.encode(&mut [0; zephyr_hxm::PACKET_BYTES])),
        bound: 2,
    };
    held.run(input);
}

//! Oximeters.

use protocols::{
    bci_5, contec_5, contec_9, masimo, nellcor, nonin, nonin_ascii, nonin_df1, nonin_df2,
    nonin_df7, nonin_df8, nonin_df13,
};

use crate::bodies::laws::{Held, Ranges, WIDE, bytes};

/// Bytes that every message fits into.
const ROOM: usize = 256;

pub(crate) fn nonin_df2_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [18, 321],
        ..WIDE
    };
    let quiet = [nonin_df2::Status::QUIET; nonin_df2::FRAMES];
    let packet = nonin_df2::Packet::new(quiet, [100; nonin_df2::FRAMES], [0; nonin_df2::FRAMES]);
    let held = Held {
        fresh: nonin_df2::PacketDecoder::new,
        written: |packet| Some(bytes(packet.encode(&mut [0; nonin_df2::PACKET_BYTES]))),
        in_range: |packet| RANGES.hold(&packet.report()),
        frame: bytes(packet.encode(&mut [0; nonin_df2::PACKET_BYTES])),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn nonin_df2_host(input: &[u8]) {
    let held = Held {
        fresh: nonin_df2::HostDecoder::new,
        written: |command| Some(bytes(command.encode(&mut [0; nonin_df2::LONGEST_COMMAND]))),
        in_range: |_| {},
        frame: vec![0x02, 0x70, 0x02, 0x02, 0x02, 0x03],
        bound: 5,
    };
    held.run(input);
}

pub(crate) fn nonin_df1_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [18, 321],
        ..WIDE
    };
    let held = Held {
        fresh: nonin_df1::PacketDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold(&message.report()),
        frame: vec![0x89, 0x00, 0x5F],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn nonin_df7_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [18, 321],
        ..WIDE
    };
    let mut values = [0; nonin_df7::FRAMES];
    values[1] = 72;
    values[2] = 97;
    let status = [nonin_df7::Status::QUIET; nonin_df7::FRAMES];
    let packet = nonin_df7::Packet::new(status, [20_300; nonin_df7::FRAMES], values);
    let packet = bytes(packet.encode(&mut [0; ROOM]));
    let held = Held {
        fresh: nonin_df7::PacketDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold(&message.report()),
        frame: packet,
        bound: 4,
    };
    held.run(input);
}

pub(crate) fn nonin_df8_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [18, 321],
        ..WIDE
    };
    let held = Held {
        fresh: nonin_df8::PacketDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold(&message.report()),
        frame: vec![0x80, 0x48, 0x62, 0x00],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn nonin_df13_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [18, 321],
        ..WIDE
    };
    let held = Held {
        fresh: nonin_df13::SpotCheckDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold(&message.report()),
        frame: vec![
            0x00, 0x02, 0x00, 0x0D, 0x00, 0x0E, 0x14, 0x18, 0x05, 0x11, 0x09, 0x1E, 0x0C, 0x00,
            0x02, 0x00, 0x00, 0x48, 0x00, 0x62, 0x21, 0x03,
        ],
        bound: 5,
    };
    held.run(input);
}

pub(crate) fn nonin_df13_host(input: &[u8]) {
    let held = Held {
        fresh: nonin_df13::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |_| {},
        frame: vec![0x02, 0x70, 0x02, 0x02, 0x0D, 0x03],
        bound: 5,
    };
    held.run(input);
}

pub(crate) fn nonin_host(input: &[u8]) {
    let held = Held {
        fresh: nonin::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |_| {},
        frame: vec![0x02, 0x70, 0x02, 0x02, 0x08, 0x03],
        bound: 5,
    };
    held.run(input);
}

pub(crate) fn nonin_ascii_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [18, 321],
        saturation: [1, 100],
        ..WIDE
    };
    let held = Held {
        fresh: nonin_ascii::LineDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold(&message.report()),
        frame: b"SPO2=098 HR=072\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn contec_5_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 254],
        saturation: [1, 100],
        ..WIDE
    };
    let held = Held {
        fresh: contec_5::PacketDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold(&message.report()),
        frame: vec![0x86, 0x34, 0x07, 0x48, 0x62],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn contec_5_host(input: &[u8]) {
    let held = Held {
        fresh: contec_5::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |_| {},
        frame: vec![0xF6, 0xF6, 0xF6],
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn contec_9_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 254],
        saturation: [1, 100],
        ..WIDE
    };
    let held = Held {
        fresh: contec_9::DeviceDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold_some(message.report()),
        frame: vec![0x01, 0xE0, 0x86, 0xB4, 0x87, 0xC8, 0xE2, 0xFF, 0xFF],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn contec_9_host(input: &[u8]) {
    let held = Held {
        fresh: contec_9::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |_| {},
        frame: vec![0x7D, 0x81, 0xA1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn bci_5_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 254],
        saturation: [1, 100],
        ..WIDE
    };
    let held = Held {
        fresh: bci_5::PacketDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |message| RANGES.hold(&message.report()),
        frame: vec![0x86, 0x34, 0x07, 0x48, 0x62],
        bound: 1,
    };
    held.run(input);
}

pub(crate) fn masimo_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 300],
        saturation: [1, 100],
        ..WIDE
    };
    let held = Held {
        fresh: masimo::LineDecoder::new,
        written: |message| match message {
            masimo::DeviceMessage::Line(line) => Some(bytes(line.encode(&mut [0; ROOM]))),
            masimo::DeviceMessage::PrinterForm => None,
        },
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"09/15/10 15:10:29 SPO2=097% BPM=064 PI=11.82% ALARM=00 EXC=800\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn nellcor_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 300],
        saturation: [1, 100],
        ..WIDE
    };
    let held = Held {
        fresh: nellcor::LineDecoder::new,
        written: |message| {
            let mut room = [0; ROOM];
            Some(bytes(match message {
                nellcor::DeviceMessage::Line(line) => line.encode(&mut room),
                nellcor::DeviceMessage::Heading(heading) => heading.encode(&mut room),
            }))
        },
        in_range: |message| RANGES.hold_some(message.report()),
        frame: b"12-NOV-98 14:00:05    100   120    50\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

pub(crate) fn nellcor_host(input: &[u8]) {
    let held = Held {
        fresh: nellcor::HostDecoder::new,
        written: |message| Some(bytes(message.encode(&mut [0; ROOM]))),
        in_range: |_| {},
        frame: b"0\r\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}

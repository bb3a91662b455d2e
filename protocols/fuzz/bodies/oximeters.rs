//! Oximeters.

use protocols::nonin_df2;

use crate::bodies::laws::{Held, Ranges, WIDE, bytes};

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

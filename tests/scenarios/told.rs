//! What a bike was told over its wire, read back from the bytes that left.

use protocols::csafe::{HostDecoder, code};
use protocols::wire::Decoder;

/// One thing that a bike was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// So many watts.
    Power(u16),
    /// Exercise ends.
    Finished,
    /// Exercise begins.
    InUse,
    /// Anything else: a poll, a claim.
    Else,
}

/// Everything that a bike was told, in order: when, in microseconds, and what.
pub(crate) fn told(pieces: &[(u64, Vec<u8>)]) -> Vec<(u64, Told)> {
    let mut decoder = HostDecoder::new();
    let mut all = Vec::new();
    for (at, bytes) in pieces {
        decoder.feed(bytes, &mut |found| {
            let frame = found.content.expect("the gym sends whole frames alone");
            for command in frame.commands() {
                all.push((*at, meaning(command.code, command.data)));
            }
        });
    }
    all
}

fn meaning(command: u8, data: &[u8]) -> Told {
    match (command, data) {
        (code::SET_POWER, [low, high, ..]) => Told::Power(u16::from_le_bytes([*low, *high])),
        (code::GO_FINISHED, _) => Told::Finished,
        (code::GO_IN_USE, _) => Told::InUse,
        _ => Told::Else,
    }
}

/// The powers alone.
pub(crate) fn powers(pieces: &[(u64, Vec<u8>)]) -> Vec<(u64, u16)> {
    told(pieces)
        .into_iter()
        .filter_map(|(at, told)| match told {
            Told::Power(watts) => Some((at, watts)),
            Told::Finished | Told::InUse | Told::Else => None,
        })
        .collect()
}

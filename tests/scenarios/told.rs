//! What a machine was told over its wire, read back from the bytes that left.

use protocols::csafe::{HostDecoder, code};
use protocols::trackmaster::{self, Command, HostMessage};
use protocols::wire::Decoder;

/// One thing that a machine was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// So many watts.
    Power(u16),
    /// So many tenths of a km/h.
    Speed(u16),
    /// Exercise ends, the belt stops.
    Finished,
    /// Exercise begins, the belt starts.
    InUse,
    /// Anything else: a poll, a claim.
    Else,
}

/// Everything that a machine with a CSAFE port was told, in order: when, in microseconds, and what.
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
        // The last byte is the unit: 0.1 km/h.
        (code::SET_SPEED, [low, high, 0x31]) => Told::Speed(u16::from_le_bytes([*low, *high])),
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
            Told::Speed(_) | Told::Finished | Told::InUse | Told::Else => None,
        })
        .collect()
}

/// Everything that a Trackmaster in km/h was told, in order.
pub(crate) fn told_trackmaster(pieces: &[(u64, Vec<u8>)]) -> Vec<(u64, Told)> {
    let unit = trackmaster::SpeedUnit::KilometresPerHour;
    let mut decoder = trackmaster::HostDecoder::new(Some(unit));
    let mut all = Vec::new();
    for (at, bytes) in pieces {
        decoder.feed(bytes, &mut |found| {
            let message = found.content.expect("the gym sends whole messages alone");
            let told = match message {
                HostMessage::Command(Command::SetSpeed(speed)) => Told::Speed(speed.tenths.get()),
                HostMessage::Command(Command::Stop | Command::AutoStop) => Told::Finished,
                HostMessage::Command(Command::StartWatched) => Told::InUse,
                HostMessage::Command(_) | HostMessage::Ask(_) => Told::Else,
            };
            all.push((*at, told));
        });
    }
    all
}

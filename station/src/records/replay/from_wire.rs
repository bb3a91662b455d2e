//! Runs the bytes of a session's wires through this version's decoders and links, and holds what they say against the journal.
//!
//! A link is made anew for each device of each bout and told what the gym's was told: bytes, commands, leave, at their times. It begins
//! without what was said before the session, so that it may need some seconds to find its way: readings of that time are counted apart. For
//! the same reason it asks at other times than the gym's link did, and may take an answer to a command for a report: what a device that is
//! asked says beyond the journal is told, and is no difference. A device that is only listened to has no such excuse. Where an answer does not
//! say what it answers (a Trackmaster's, a Monark's), a link that begins in the middle may find another way or none: such a device is not judged.

mod device;

use std::collections::BTreeMap;

use control::input::{Device, HeartRateSource, Input};
use drivers::catalogue::{FAMILIES, Settings};
use drivers::link::Link;
use protocols::vocabulary::{MachineCommand, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::super::archive::{Archive, BoutRow};
use super::super::error::RecordsError;
use super::super::journal::{JournalTurn, decode_block};
use super::super::list::SessionLine;
use super::super::told;
use super::super::wire::{self, LinkOf, Stored, WireRecord};

/// What the wires of a session say to this version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WireReplay {
    /// The session.
    pub session: String,
    /// Whether every reading of the journal comes out of the bytes again, and no other.
    pub identical: bool,
    /// Bout by bout.
    pub bouts: Vec<WireBout>,
}

/// What the wires of a bout say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WireBout {
    /// Which bout, from 1.
    pub bout: u16,
    /// Its devices whose wire was kept.
    pub devices: Vec<WireDevice>,
}

/// What one device's wire says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WireDevice {
    /// `machine`, `strap` or `oximeter`.
    pub device: &'static str,
    /// Whether the new link found its way; else nothing can be said of this device.
    pub judged: bool,
    /// By which protocol it was listened to.
    pub protocol: String,
    /// How many bytes came.
    pub bytes: u64,
    /// How many frames the gym sent.
    pub frames: u64,
    /// How many readings the journal has.
    pub readings: u64,
    /// How many of them came out of the bytes again, the same in every field.
    pub same: u64,
    /// How many were taken before the new link had found its way.
    pub before: u64,
    /// How many are later than the last bytes that were written before the gym was lost: their bytes were lost with it.
    pub lost: u64,
    /// How many did not come out again.
    pub missing: u64,
    /// How many came out that the journal does not have.
    pub extra: u64,
    /// The first reading that is missing, or that is not in the journal.
    pub first: Option<Odd>,
    /// Why it could not be followed to its end.
    pub because: Option<String>,
}

/// A reading that is not on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Odd {
    /// Seconds after the bout began.
    pub bout_s: f64,
    /// Whether it stands in the journal; else it came out of the bytes.
    pub recorded: bool,
    /// The reading.
    pub reading: Value,
}

impl WireDevice {
    /// Whether nothing differs.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        let is_asked = self.frames > 0;
        self.missing == 0 && (self.extra == 0 || is_asked) && self.because.is_none()
    }
}

/// What the gym told a machine's link.
#[derive(Debug, Clone, Copy)]
struct Order {
    at: Timestamp,
    leave_until: Timestamp,
    command: Option<MachineCommand>,
}

/// Asks decoders and links again. `None` where the record has no bytes of this session.
///
/// # Errors
/// Where the file cannot be read. What cannot be followed is told, and is no error.
pub fn replay_from_wire(
    archive: &Archive,
    line: &SessionLine,
) -> Result<Option<WireReplay>, RecordsError> {
    let rate = u32::try_from(line.clock_rate.max(1)).unwrap_or(1);
    let mut bouts = Vec::new();
    for bout in archive.bouts(&line.id)? {
        let streams = streams(archive, bout.row)?;
        if streams.is_empty() {
            continue;
        }
        let turns = turns(archive, &bout)?;
        let breaks_off = breaks_off(archive, &bout)?;
        let devices = streams
            .into_iter()
            .map(|stream| of_device(&bout, breaks_off, rate, &turns, stream))
            .collect();
        bouts.push(WireBout {
            bout: bout.number,
            devices,
        });
    }
    let identical = bouts
        .iter()
        .flat_map(|bout| &bout.devices)
        .all(WireDevice::is_same);
    Ok((!bouts.is_empty()).then(|| WireReplay {
        session: line.id.clone(),
        identical,
        bouts,
    }))
}

/// One device's wire, as one link had it.
struct Stream {
    device: Device,
    link: LinkOf,
    records: Vec<WireRecord>,
    /// A block in between cannot be read.
    damage: Option<String>,
}

fn streams(archive: &Archive, bout: i64) -> Result<Vec<Stream>, RecordsError> {
    let stored = archive.query(
        &format!(
            "SELECT {} FROM wire_blocks WHERE bout_id = ?1 ORDER BY device, block, piece",
            Stored::COLUMNS
        ),
        [bout],
        Stored::read,
    )?;
    let mut streams: BTreeMap<(&'static str, LinkOf), Stream> = BTreeMap::new();
    for block in stored {
        let Some(device) = wire::device(&block.device) else {
            continue;
        };
        let stream = streams
            .entry((wire::word(device), block.link.clone()))
            .or_insert_with(|| Stream {
                device,
                link: block.link.clone(),
                records: Vec::new(),
                damage: None,
            });
        match block.checked(bout) {
            Ok(happened) => stream.records.extend(happened),
            Err(fault) => {
                stream
                    .damage
                    .get_or_insert_with(|| format!("block {} of its bytes: {fault}", block.block));
            }
        }
    }
    Ok(streams.into_values().collect())
}

/// Whether a bout has no end that its gym wrote: its bytes are written after its turns, and the last of them may be missing.
fn breaks_off(archive: &Archive, bout: &BoutRow) -> Result<bool, RecordsError> {
    let lost = archive.query(
        "SELECT EXISTS (SELECT 1 FROM gaps WHERE bout_id = ?1 AND reason = ?2)",
        (bout.row, told::LOST),
        |row| row.get(0),
    )?;
    Ok(bout.ended_us.is_none() || lost.contains(&true))
}

/// The turns of a bout that can be read.
fn turns(archive: &Archive, bout: &BoutRow) -> Result<Vec<JournalTurn>, RecordsError> {
    let mut turns = Vec::new();
    for number in archive.block_numbers(bout.row)? {
        let block = archive.block(bout.row, number)?;
        match decode_block(&block.pieces) {
            Ok(mut read) | Err((mut read, _)) => turns.append(&mut read),
        }
    }
    Ok(turns)
}

fn of_device(
    bout: &BoutRow,
    breaks_off: bool,
    rate: u32,
    turns: &[JournalTurn],
    stream: Stream,
) -> WireDevice {
    let mut found = WireDevice {
        device: wire::word(stream.device),
        judged: true,
        protocol: stream.link.protocol.clone(),
        bytes: 0,
        frames: 0,
        readings: 0,
        same: 0,
        before: 0,
        lost: 0,
        missing: 0,
        extra: 0,
        first: None,
        because: stream.damage,
    };
    let Some(link) = link_of(&stream.link) else {
        found.because = Some(format!(
            "this version has no link of the protocol {}",
            stream.link.protocol
        ));
        return found;
    };
    let orders: Option<Vec<Order>> = (stream.device == Device::Machine).then(|| {
        turns
            .iter()
            .map(|turn| Order {
                at: turn.now,
                leave_until: turn.outputs.leave_until,
                command: turn.outputs.command,
            })
            .collect()
    });
    let mut asked = device::Asked::new(link, rate, orders.as_deref());
    for record in &stream.records {
        asked.happen(record, &mut found);
    }
    if let Some(last) = turns.last() {
        asked.pass(last.now);
    }
    let recorded: Vec<&Input> = turns
        .iter()
        .map(|turn| &turn.input)
        .filter(|input| of(input).is_some_and(|(device, _)| device == stream.device))
        .collect();
    let recorded = device::Recorded {
        began_us: bout.began_us,
        readings: &recorded,
        lost_after: breaks_off
            .then(|| stream.records.last().map(|last| last.at))
            .flatten(),
    };
    device::compare(&recorded, &asked.into_readings(), &mut found);
    found
}

/// A link as the gym's was made.
fn link_of(made: &LinkOf) -> Option<Box<dyn Link>> {
    let family = FAMILIES.iter().find(|family| family.id == made.protocol)?;
    Some((family.link)(&Settings::of_words(
        &made.settings,
        family.settings,
    )))
}

/// Whose reading an input is and when it was sent, where it is one that a link makes of bytes.
const fn of(input: &Input) -> Option<(Device, Timestamp)> {
    match input {
        Input::HeartRate {
            source, sent_at, ..
        } => {
            let device = match source {
                HeartRateSource::Strap => Device::Strap,
                HeartRateSource::Oximeter => Device::Oximeter,
                HeartRateSource::Machine => Device::Machine,
            };
            Some((device, *sent_at))
        }
        Input::Saturation { sent_at, .. } => Some((Device::Oximeter, *sent_at)),
        Input::Machine { sent_at, .. } => Some((Device::Machine, *sent_at)),
        Input::Tick
        | Input::Link { .. }
        | Input::StopCircuit { .. }
        | Input::Operator(_)
        | Input::Watched { .. }
        | Input::Record { .. }
        | Input::LoopGap { .. }
        | Input::Fault
        | Input::Refused { .. }
        | Input::GymCloses { .. }
        | Input::Sensors { .. } => None,
    }
}

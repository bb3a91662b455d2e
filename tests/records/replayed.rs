//! How many seconds of a session are replayed in one: its journal through the core, and its bytes through decoders and links.

use std::error::Error;

use station::records::Archive;
use station::records::replay::from_wire::{WireDevice, replay_from_wire};
use station::records::replay::replay;

use crate::{hour, timed};

pub(crate) fn measure(minutes: u64) -> Result<Vec<String>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record.sqlite");
    hour::record(&path, 1, minutes)?;
    let archive = Archive::open(&path)?;
    let sessions = archive.sessions()?;
    let line = sessions.first().ok_or("no session")?;
    let mut seconds = 0;
    for bout in archive.bouts(&line.id)? {
        seconds += archive.samples(bout.row())?.len();
    }
    let seconds = f64::from(u32::try_from(seconds)?);
    let mut lines = vec![format!("replay of {seconds:.0} s | ms | times real time")];
    let (took_ms, replayed) = timed(|| replay(&archive, &line.id))?;
    if !replayed.identical {
        return Err("the replay is not identical".into());
    }
    lines.push(told("journal through the core", took_ms, seconds));
    let (took_ms, replayed) = timed(|| replay_from_wire(&archive, line))?;
    // The gym was cut off in the middle of a second, and still held what it had read last.
    let is_cut = |device: &WireDevice| {
        let first = device.first.as_ref();
        first.is_some_and(|odd| odd.bout_s >= seconds - 2.0)
    };
    let devices = replayed.iter().flat_map(|replayed| &replayed.bouts);
    let mut devices = devices.flat_map(|bout| &bout.devices).peekable();
    if devices.peek().is_none() {
        return Err("no bytes were kept".into());
    }
    if let Some(other) = devices.find(|device| !device.is_same() && !is_cut(device)) {
        return Err(format!("the replay from the wire is not identical: {other:?}").into());
    }
    lines.push(told("bytes through decoders and links", took_ms, seconds));
    Ok(lines)
}

fn told(what: &str, took_ms: f64, seconds: f64) -> String {
    format!("{what} | {took_ms:.1} | {:.0}", seconds * 1e3 / took_ms)
}

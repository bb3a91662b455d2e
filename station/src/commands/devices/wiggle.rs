//! Which port is which plug: one is pulled, and the one that vanishes is it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{Timespec, poll};
use serde::Serialize;

use super::listing::{self, Listed};

/// How often the ports are looked at. The system's own notice would need a library of its own; a hand is slower than this.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};

/// A port that was pulled and put back.
#[derive(Debug, Serialize)]
pub(super) struct Wiggled {
    /// As it is to be written.
    pub(super) port: PathBuf,
    /// The socket that it came back in.
    pub(super) by_path: Option<PathBuf>,
    /// The adapter's own number.
    pub(super) usb_serial: Option<String>,
}

/// Waits for a port to vanish; `None` where none has within `limit`.
pub(super) fn wait_for_a_gap(given: &[PathBuf], limit: Duration) -> Option<Listed> {
    let before = ports(given);
    wait_until(limit, || {
        let now: BTreeSet<PathBuf> = ports(given).into_iter().map(|port| port.device).collect();
        before
            .iter()
            .find(|port| !now.contains(&port.device))
            .cloned()
    })
}

/// Waits for a port to come back: one that was not there after `gone` was pulled.
pub(super) fn wait_for_return(
    given: &[PathBuf],
    gone: &Listed,
    limit: Duration,
) -> Option<Wiggled> {
    let mut left: BTreeSet<PathBuf> = ports(given).into_iter().map(|port| port.device).collect();
    left.remove(&gone.device);
    let back = wait_until(limit, || {
        ports(given)
            .into_iter()
            .find(|port| {
                !left.contains(&port.device) || (port.port == gone.port && !given.is_empty())
            })
            // The links by path come a moment after the device itself.
            .filter(|port| port.by_path.is_some() || gone.by_path.is_none())
    })?;
    Some(Wiggled {
        port: back.port,
        by_path: back.by_path,
        usb_serial: back.usb_serial,
    })
}

/// The ports that are there of those that were given, or all.
fn ports(given: &[PathBuf]) -> Vec<Listed> {
    if given.is_empty() {
        return listing::all();
    }
    given
        .iter()
        .filter(|path| path.exists())
        .map(|path| listing::named(path))
        .collect()
}

fn wait_until<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let mut left = limit.as_millis() / 200;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        left = left.checked_sub(1)?;
        // A signal that interrupts the wait is looked after by its own handler.
        let _waited = poll(&mut [], Some(&LOOK));
    }
}

/// What a port is called where it has no socket of its own.
pub(super) fn name(port: &Path, by_path: Option<&PathBuf>) -> String {
    by_path.map_or(port, PathBuf::as_path).display().to_string()
}

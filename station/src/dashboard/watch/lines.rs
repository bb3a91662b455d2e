//! The same state in lines, for screen readers and logs: everything once, then what changes, once a second at most.

use std::io::{self, Write};
use std::time::Duration;

use super::socket::{News, Socket};
use super::{Options, Outcome, WatchError};
use crate::clock;
use crate::dashboard::line;
use crate::dashboard::view::{Link, Seen};
use crate::gym::messages::FromViewer;
use crate::gym::snapshot::Snapshot;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// The first picture is waited for so long.
const FIRST_WITHIN: u64 = 3_000_000_000;

/// Writes the gym's state in lines to `out` until the gym ends or nobody reads; with `once`, one picture alone. With `counts` the gym
/// is told that somebody watches; a log is nobody.
///
/// # Errors
/// [`WatchError`]: no gym answers, or it refuses this viewer, or no picture comes.
pub fn run(
    options: &Options,
    out: &mut impl Write,
    once: bool,
    counts: bool,
) -> Result<Outcome, WatchError> {
    let socket = Socket::connect(&options.socket)?;
    let begun = clock::boot_nanos();
    let mut snapshot: Option<Box<Snapshot>> = None;
    let mut said: Vec<String> = Vec::new();
    loop {
        if let Some(latest) = socket.latest() {
            snapshot = Some(latest);
        }
        for news in socket.news() {
            match news {
                News::Answer { .. } => {}
                News::Ended { words } => return Ok(Outcome::Ended(words)),
                News::Unwelcome { because } => {
                    return Err(WatchError::Unwelcome {
                        path: socket.path().to_owned(),
                        because,
                    });
                }
            }
        }
        let seen = Seen {
            snapshot: snapshot.as_deref(),
            now: clock::boot_nanos(),
            link: socket.link(),
            ends_with_last_viewer: socket.ends_with_last_viewer(),
        };
        // Who has only just attached has no picture yet, and no old one either.
        let waits = snapshot.is_none()
            && (once || seen.link == Link::Up && seen.now.saturating_sub(begun) <= FIRST_WITHIN);
        if !waits {
            let lines = line::picture(&seen, &options.theme);
            let time = line::time(&seen, &options.theme);
            if write_changes(out, &time, &lines, &said).is_err() {
                return Ok(Outcome::Left);
            }
            said = lines;
        }
        if once && snapshot.is_some() {
            return Ok(Outcome::Left);
        }
        if once && seen.now.saturating_sub(begun) > FIRST_WITHIN {
            return Err(WatchError::NoGym {
                path: socket.path().to_owned(),
                source: io::ErrorKind::TimedOut.into(),
                elsewhere: Vec::new(),
            });
        }
        if counts {
            socket.tell(&FromViewer::Alive);
        }
        if once || snapshot.is_none() {
            socket.wait(LOOK);
        } else {
            // A thread of its own would be no better: nothing but the next look is waited for.
            std::thread::park_timeout(LOOK);
        }
    }
}

fn write_changes(
    out: &mut impl Write,
    time: &str,
    lines: &[String],
    said: &[String],
) -> io::Result<()> {
    for line in lines.iter().filter(|line| !said.contains(line)) {
        writeln!(out, "{time} {line}")?;
    }
    for gone in said
        .iter()
        .filter(|line| line::is_alarm(line) && !lines.contains(line))
    {
        // An alarm whose line only changed its wording is told by its new line.
        let still = line::alarm_of(gone)
            .is_some_and(|name| lines.iter().any(|line| line::alarm_of(line) == Some(name)));
        if !still {
            writeln!(out, "{time} over: {gone}")?;
        }
    }
    out.flush()
}

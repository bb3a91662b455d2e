//! `station replay --all`: what an update would decide otherwise in the gym's own history.

use std::process::ExitCode;

use serde::Serialize;

use super::{of_difference, written};
use crate::records::replay::history::{self, BoutHistory};
use crate::records::{Archive, RecordsError};

/// So many changed decisions of a bout are listed; a program gets them all.
const LISTED: usize = 20;

#[derive(Serialize)]
struct Every {
    sessions: usize,
    bouts: usize,
    turns: u64,
    changed: usize,
    unfollowed: usize,
    /// The bouts of which something is to be told.
    told: Vec<BoutHistory>,
}

pub(super) fn run(archive: &Archive, json: bool) -> Result<ExitCode, RecordsError> {
    let sessions = archive.sessions()?;
    let mut every = Every {
        sessions: sessions.len(),
        bouts: 0,
        turns: 0,
        changed: 0,
        unfollowed: 0,
        told: Vec::new(),
    };
    for session in sessions.iter().rev() {
        for bout in archive.bouts(&session.id)? {
            let history = history::bout(archive, &session.id, &bout)?;
            every.bouts += 1;
            every.turns += history.turns;
            every.changed += history.changed.len();
            every.unfollowed += usize::from(history.unfollowed.is_some());
            if !history.changed.is_empty() || history.unfollowed.is_some() {
                every.told.push(history);
            }
        }
    }
    let code = if every.told.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    Ok(written(json, &every, || lines(&every), code))
}

fn lines(every: &Every) -> Vec<String> {
    let mut lines = Vec::new();
    for bout in &every.told {
        lines.push(format!(
            "{} bout {} (decisions {}): {} of its decisions would be another",
            bout.session,
            bout.bout,
            bout.decisions,
            bout.changed.len()
        ));
        for changed in bout.changed.iter().take(LISTED) {
            lines.push(format!(
                "  {:.1} s to {:.1} s after it began, {} turns: {}",
                changed.from_s, changed.to_s, changed.turns, changed.field
            ));
            lines.push(format!("    recorded  {}", changed.recorded));
            lines.push(format!("    now       {}", changed.now));
        }
        if bout.changed.len() > LISTED {
            lines.push(format!(
                "  and {} more: --json lists them all",
                bout.changed.len() - LISTED
            ));
        }
        if let Some(difference) = &bout.unfollowed {
            lines.extend(of_difference(difference));
        }
    }
    let cannot = match every.unfollowed {
        0 => String::new(),
        some => format!("; {some} bouts cannot be followed to their end"),
    };
    lines.push(format!(
        "{} sessions, {} bouts, {} turns: {} decisions would be another{cannot}",
        every.sessions, every.bouts, every.turns, every.changed
    ));
    lines
}

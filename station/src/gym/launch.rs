//! A gym in a process of its own: how it is started, how it says that it is ready, how it ends.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How long a gym may take until it is ready: the demonstration rolls its sessions in advance meanwhile.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// The one line that a gym says on its standard output once everything stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Where viewers attach.
    pub socket: PathBuf,
    /// Where the record is.
    pub record: PathBuf,
    /// The gym's process.
    pub pid: u32,
}

/// Why no gym came up.
#[derive(Debug, Error)]
pub enum LaunchError {
    /// The system could not start it.
    #[error("the gym's process cannot be started: {0}")]
    Start(#[source] io::Error),
    /// It ended before it was ready, and these were its words.
    #[error("{0}")]
    Ended(String),
    /// It did not get ready.
    #[error("the gym was not ready within {} s; see its log", READY_WITHIN.as_secs())]
    Late,
}

/// Starts `station serve` with these arguments, in a session of its own, and waits until it is ready.
///
/// # Errors
/// [`LaunchError`]; a mistake in the configuration comes as the gym's own words.
pub fn start(arguments: &[std::ffi::OsString]) -> Result<(Ready, Child), LaunchError> {
    let program = std::env::current_exe().map_err(LaunchError::Start)?;
    let mut child = Command::new(program)
        .arg("serve")
        .args(arguments)
        .arg("--detached")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(LaunchError::Start)?;
    let (said, ready) = mpsc::sync_channel(1);
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut line = String::new();
            let heard = BufReader::new(output).read_line(&mut line);
            // Nobody waits any more where the time was over.
            let _late = said.send(
                heard
                    .ok()
                    .and_then(|_| serde_json::from_str::<Ready>(&line).ok()),
            );
        });
    }
    match ready.recv_timeout(READY_WITHIN) {
        Ok(Some(ready)) => {
            bury(child.stderr.take());
            Ok((ready, child))
        }
        Ok(None) | Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(LaunchError::Ended(last_words(&mut child)))
        }
        Err(mpsc::RecvTimeoutError::Timeout) => Err(LaunchError::Late),
    }
}

/// How a gym's process ended; `None` where it has not within so long.
#[must_use]
pub fn status_within(mut gym: Child, at_most: Duration) -> Option<ExitStatus> {
    let (said, ended) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        // Nobody waits any more where the time was over.
        let _late = said.send(gym.wait());
    });
    ended.recv_timeout(at_most).ok()?.ok()
}

/// Takes what a gym still says on its standard error and drops it: the terminal belongs to the dashboard now.
fn bury(errors: Option<std::process::ChildStderr>) {
    if let Some(mut errors) = errors {
        std::thread::spawn(move || io::copy(&mut errors, &mut io::sink()));
    }
}

fn last_words(child: &mut Child) -> String {
    let mut words = String::new();
    if let Some(errors) = child.stderr.take() {
        // What cannot be read cannot be told; the exit status is told below.
        let _unreadable = errors.take(64 * 1024).read_to_string(&mut words);
    }
    let status = child
        .wait()
        .map_or_else(|error| error.to_string(), |status| status.to_string());
    // Its name stands before its words, and the one who tells them writes it too.
    let words = words.trim();
    let words = words.strip_prefix("station: ").unwrap_or(words);
    if words.is_empty() {
        format!("the gym ended before it was ready ({status})")
    } else {
        words.to_owned()
    }
}

/// Says on standard output that the gym is ready.
///
/// # Errors
/// Where nobody listens any more.
pub fn announce(socket: &Path, record: &Path) -> io::Result<()> {
    let ready = Ready {
        socket: socket.to_path_buf(),
        record: record.to_path_buf(),
        pid: std::process::id(),
    };
    let line = serde_json::to_string(&ready).map_err(io::Error::other)?;
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

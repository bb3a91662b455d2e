//! The log of the gym's process: a file, never the terminal, which belongs to the dashboard.
//!
//! Lines go through a bounded queue to a thread of their own: a slow disk costs lines, counted, never the control thread's time.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait for the disk; more are dropped.
const LINES: usize = 1_024;

/// Where the last panic was: its place and text, stored by the hook, which formats nothing on the control thread.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// The log's usual place: `$XDG_STATE_HOME/station/NAME`, else `~/.local/state/station/NAME`.
#[must_use]
pub fn default_path(name: &str) -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let folder = state
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/state")))?;
    Some(folder.join("station").join(name))
}

/// Sends every event to `path`, from `info` up or as `STATION_LOG` says.
///
/// # Errors
/// What the system said where the file cannot be opened.
pub fn to_file(path: &Path) -> io::Result<()> {
    let file = private(path, OpenOptions::new().append(true))?;
    let (lines, written) = sync_channel::<Vec<u8>>(LINES);
    std::thread::Builder::new()
        .name("station-log".to_owned())
        .spawn(move || write_all(file, &written))?;
    let filter = EnvFilter::try_from_env("STATION_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Lines(Arc::new(lines)));
    // A second call in one process keeps the first one's log.
    let _already_set = subscriber.try_init();
    Ok(())
}

/// Opens a file about patients, and makes it and its folder for their owner alone where they are not there.
///
/// # Errors
/// What the system said.
pub(crate) fn private(path: &Path, how: &mut OpenOptions) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    how.create(true).mode(0o600).open(path)
}

fn write_all(mut file: File, lines: &std::sync::mpsc::Receiver<Vec<u8>>) {
    for line in lines {
        // A full disk loses the log, not the gym.
        let _full = file.write_all(&line);
    }
}

/// Keeps where a panic happened and what it said, instead of printing it into a dashboard.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or("an unknown place", |place| place.file());
        let line = panic.location().map_or(0, std::panic::Location::line);
        let text = panic.payload_as_str().unwrap_or("no words");
        let words = format!("{place}:{line}: {text}");
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }));
}

/// Where the last panic was and what it said, once.
pub fn take_panic() -> Option<String> {
    LAST_PANIC
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
}

#[derive(Clone)]
struct Lines(Arc<SyncSender<Vec<u8>>>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.0.try_send(line.to_vec()) {
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Ok(line.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_written_about_patients_is_for_its_owner_alone() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("state/gym.log");
        drop(private(&path, OpenOptions::new().append(true)).unwrap());
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }
}

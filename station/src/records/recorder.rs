//! The recorder: a thread that owns the file, and the gym's end of it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::Thread;
use std::time::Duration;

use rusqlite::params;

use super::audit::{self, Finding};
use super::blocks;
use super::entry::Anchor;
use super::error::RecordsError;
use super::identity::SessionIds;
use super::learned::{self, Kept};
use super::queue::{Queued, RecorderHandle, Shared};
use super::recovery::{self, Interrupted};
use super::schema::{self, OtherPart};
use super::store::Store;
use super::writer::Writer;
use crate::clock;

/// Entries a second that one busy station hands over, with some to spare.
const ENTRIES_A_SECOND: usize = 48;
/// The queue holds what comes in so long.
const QUEUE_SECONDS: usize = 60;
/// What is staged is committed at least so often.
const COMMIT_EVERY: Duration = Duration::from_millis(500);
/// A store that failed is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// So many entries go into one transaction at most.
const BATCH: usize = 16_384;
/// When everything is written, what can still be packed in this part of the time that the end may take is.
const PACKS_FOR: u32 = 20;
/// How many findings are worth telling when a record is opened.
const FINDINGS: usize = 10;

/// How a gym records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecorderOptions {
    /// How many stations record at once: the queue holds a minute of them.
    pub stations: usize,
    /// How many times as fast as the wall clock the gym's time runs.
    pub clock_rate: u32,
    /// The gym's time and the wall's, now.
    pub anchor: Anchor,
}

/// A record that is being written.
#[derive(Debug)]
pub struct Recorder {
    handle: RecorderHandle,
    sender: SyncSender<Queued>,
    shared: Arc<Shared>,
    thread: Thread,
    ended: Receiver<Result<(), String>>,
    run: u32,
    interrupted: Vec<Interrupted>,
    learned: Vec<Kept>,
    findings: Vec<Finding>,
    other_parts: Vec<OtherPart>,
    path: std::path::PathBuf,
}

impl Recorder {
    /// Opens the record, makes it where there is none, and starts its thread.
    ///
    /// # Errors
    /// A file that is foreign, damaged, newer or in use is refused and left as it is; each error says what to do.
    pub fn open(path: &Path, options: &RecorderOptions) -> Result<Self, RecordsError> {
        let mut store = Store::open_for_writing(path)?;
        let run = begin_run(&store, options).map_err(|error| store.failed("written", error))?;
        let interrupted =
            recovery::mark_interrupted(&mut store.connection, i64::from(run), options.anchor)
                .map_err(|error| store.failed("written", error))?;
        let learned = learned::lately(&store.connection, options.anchor.wall_micros)
            .map_err(|error| store.failed("read", error))?;
        // At one instant: a desk may be adding to it meanwhile.
        let findings = store
            .connection
            .unchecked_transaction()
            .and_then(|view| audit::check_chain(&view, FINDINGS))
            .map_err(|error| store.failed("read", error))?;
        let other_parts =
            schema::other_parts(&store.connection).map_err(|error| store.failed("read", error))?;
        let to_pack = blocks::bouts_to_pack(&store.connection)
            .map_err(|error| store.failed("read", error))?;
        let capacity = options.stations.max(1) * ENTRIES_A_SECOND * QUEUE_SECONDS;
        let (sender, receiver) = sync_channel(capacity);
        let (finished, ended) = sync_channel(1);
        let shared = Arc::new(Shared::default());
        let mut writer = Writer::new(store, run, options.clock_rate, options.anchor);
        writer.pack_too(to_pack);
        let mut worker = Worker::new(writer, receiver, Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || {
                let outcome = worker.run();
                // The file is closed and its lock free before anybody hears of it.
                drop(worker);
                drop(finished.try_send(outcome));
            })
            .map_err(|error| RecordsError::Unopened {
                path: path.to_owned(),
                because: format!("no thread could be started: {error}"),
            })?;
        Ok(Self {
            handle: RecorderHandle::new(sender.clone(), Arc::clone(&shared)),
            sender,
            shared,
            thread: thread.thread().clone(),
            ended,
            run,
            interrupted,
            learned,
            findings,
            other_parts,
            path: path.to_owned(),
        })
    }

    /// The gym's end.
    #[must_use]
    pub fn handle(&self) -> RecorderHandle {
        self.handle.clone()
    }

    /// Makes the ids of this run's sessions. To be asked for once: two of them make the same ids.
    #[must_use]
    pub const fn ids(&self) -> SessionIds {
        SessionIds::of_run(self.run)
    }

    /// The sessions that an earlier gym left open. They stand in the record as interrupted.
    #[must_use]
    pub fn interrupted(&self) -> &[Interrupted] {
        &self.interrupted
    }

    /// What the sessions of the last 90 days taught of their patients, the oldest first.
    #[must_use]
    pub fn learned(&self) -> &[Kept] {
        &self.learned
    }

    /// What is wrong with the events that were there when it was opened: a person should be told.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What of its tables, views, triggers and indexes is not what this program makes: a person should be told.
    #[must_use]
    pub fn other_parts(&self) -> &[OtherPart] {
        &self.other_parts
    }

    /// Where the record is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what was handed over and closes the file.
    ///
    /// # Errors
    /// [`RecordsError::Unfinished`] where the store failed, or not everything was written within `deadline`.
    pub fn close(self, deadline: Duration) -> Result<(), RecordsError> {
        self.ask_to_end(deadline.checked_div(PACKS_FOR).unwrap_or_default());
        let unfinished = |because: String| RecordsError::Unfinished {
            path: self.path.clone(),
            because,
        };
        match self.ended.recv_timeout(deadline) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(because)) => Err(unfinished(because)),
            Err(RecvTimeoutError::Timeout) => Err(unfinished(format!(
                "not done after {:.1} s",
                deadline.as_secs_f64()
            ))),
            Err(RecvTimeoutError::Disconnected) => {
                Err(unfinished("its thread ended before its time".to_owned()))
            }
        }
    }

    fn ask_to_end(&self, packs_for: Duration) {
        let nanos = u64::try_from(packs_for.as_nanos()).unwrap_or(u64::MAX);
        self.shared.close(clock::boot_nanos().saturating_add(nanos));
        // Full is fine: then the thread is awake and sees the mark.
        drop(self.sender.try_send(Queued::Wake));
        self.thread.unpark();
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.ask_to_end(Duration::ZERO);
    }
}

/// Adds this run to the record; its number makes ids that no other run makes.
fn begin_run(store: &Store, options: &RecorderOptions) -> rusqlite::Result<u32> {
    let connection = &store.connection;
    connection.execute(
        "INSERT INTO runs (software, clock_rate, began_wall_us) VALUES (?1, ?2, ?3)",
        params![
            super::SOFTWARE,
            options.clock_rate.max(1),
            options.anchor.wall_micros
        ],
    )?;
    let run = connection.last_insert_rowid();
    let at_us = i64::try_from(options.anchor.at.as_micros()).unwrap_or(i64::MAX);
    connection.execute(
        "INSERT INTO clock_anchors VALUES (?1, ?2, ?3)",
        params![run, at_us, options.anchor.wall_micros],
    )?;
    Ok(u32::try_from(run).unwrap_or(u32::MAX))
}

/// The thread's own part.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) writer: Writer,
    receiver: Receiver<Queued>,
    shared: Arc<Shared>,
    staged: usize,
}

impl Worker {
    pub(super) const fn new(
        writer: Writer,
        receiver: Receiver<Queued>,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            writer,
            receiver,
            shared,
            staged: 0,
        }
    }

    /// Until it is asked to end, or everybody who could hand something over is gone.
    fn run(&mut self) -> Result<(), String> {
        let every = u64::try_from(COMMIT_EVERY.as_nanos()).unwrap_or(u64::MAX);
        let mut due = clock::boot_nanos().saturating_add(every);
        loop {
            let left = Duration::from_nanos(due.saturating_sub(clock::boot_nanos()));
            let open = match self.receiver.recv_timeout(left) {
                Ok(queued) => {
                    self.take(queued);
                    self.gather();
                    true
                }
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => false,
            };
            let ending = !open || self.shared.is_closing();
            if ending {
                return self.finish();
            }
            if self.staged >= BATCH || clock::boot_nanos() >= due {
                while self.commit().is_err() && !self.shared.is_closing() {
                    std::thread::park_timeout(TRY_AGAIN);
                }
                // One block a commit: what comes in meanwhile waits no longer than that takes.
                self.writer.pack_one();
                due = clock::boot_nanos().saturating_add(every);
            }
        }
    }

    /// Takes what waits, up to a batch; the reserve comes when the queue is empty.
    pub(super) fn gather(&mut self) -> bool {
        while self.staged < BATCH {
            let Ok(queued) = self.receiver.try_recv() else {
                for queued in self.shared.take_reserve() {
                    self.take(queued);
                }
                return true;
            };
            self.take(queued);
        }
        false
    }

    fn take(&mut self, queued: Queued) {
        if let Queued::Entry(entry, hole) = queued {
            self.staged = self.staged.saturating_add(1);
            self.writer.stage(entry, hole);
        }
    }

    /// Writes what is staged; what the gym is told follows from it.
    pub(super) fn commit(&mut self) -> Result<(), String> {
        match self.writer.commit() {
            Ok(()) => {
                self.staged = 0;
                self.shared.committed(self.writer.up_to());
                Ok(())
            }
            Err(error) => {
                let because = format!("the record cannot be written: {error}");
                self.shared.failing(because.clone());
                Err(because)
            }
        }
    }

    /// Everything that was handed over, then the holes that nothing closed, then the end of the run.
    fn finish(&mut self) -> Result<(), String> {
        while !self.gather() {
            self.commit()?;
        }
        for hole in self.shared.take_holes() {
            self.writer
                .stage_hole(&hole, "the queue to the record was full");
        }
        self.commit()?;
        self.writer
            .end_run(clock::wall_micros())
            .map_err(|error| format!("the end of the run cannot be written: {error}"))?;
        // What is left is packed by the next gym.
        while clock::boot_nanos() < self.shared.packs_until() && self.writer.pack_one() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests;

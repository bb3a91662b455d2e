//! The way from the gym to the recorder's thread: a bounded queue that never makes the gym wait.
//!
//! When it is full, the journal of the bout concerned has a hole from there on: its turns are refused until a checkpoint gets through,
//! so that what stands after the hole begins with a whole state. What a person entered and the ends of sessions go to a small
//! reserve first and are lost only when that is full too.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocols::vocabulary::Timestamp;

use super::entry::Entry;
use super::identity::{BoutId, SessionId};
use super::status::RecorderStatus;
use crate::clock;

/// How many entries the reserve holds.
const RESERVE: usize = 1_024;

/// Who waits for room looks again so often.
const FULL: Duration = Duration::from_micros(500);

/// And no longer than this where the store cannot be written: a disk is full, or gone.
const GIVES_UP_NANOS: u64 = 5_000_000_000;

/// What goes through the queue.
#[derive(Debug)]
pub(super) enum Queued {
    /// Something to record, after a hole where there was one.
    Entry(Entry, Option<Hole>),
    /// Look whether there is something else to do.
    Wake,
}

/// Something that was not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) whose: Whose,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) lost: u64,
}

impl Hole {
    /// So many seconds of a bout, from when to when.
    pub(super) const fn of_seconds(bout: BoutId, span: (Timestamp, Timestamp), lost: u64) -> Self {
        Self {
            whose: Whose::Seconds(bout),
            from: span.0,
            to: span.1,
            lost,
        }
    }
}

/// Whose record has the hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
    /// A bout's journal, samples and events.
    Bout(BoutId),
    /// A bout's seconds, and nothing else of it.
    Seconds(BoutId),
    /// A session's waveform.
    Waveform(SessionId),
    /// What went over a bout's wires.
    Wire(BoutId),
    /// The gym's own notices and anchors.
    Gym,
}

/// What both ends of the queue share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Something was lost and is not whole again: looked at before the lock is taken.
    troubled: AtomicBool,
    closing: AtomicBool,
    /// Who waits for room waits no more: the store cannot be written.
    is_given_up: AtomicBool,
    /// Until when it may still pack what is written, in nanoseconds since the machine's start.
    packs_until: AtomicU64,
    /// The latest instant of which anything was handed over, in nanoseconds.
    handed_over: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    committed: Timestamp,
    failing: Option<String>,
    lost: u64,
    holes: BTreeMap<Whose, Hole>,
    reserve: Vec<Queued>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything up to then is on the disk.
    pub(super) fn committed(&self, up_to: Timestamp) {
        let mut state = self.state();
        state.committed = state.committed.max(up_to);
        state.failing = None;
    }

    /// The store cannot be written.
    pub(super) fn failing(&self, because: String) {
        self.state().failing = Some(because);
    }

    /// Asks the recorder to write what is there, to pack of it what it can until then, and to end.
    pub(super) fn close(&self, packs_until: u64) {
        self.packs_until.fetch_max(packs_until, Ordering::AcqRel);
        self.closing.store(true, Ordering::Release);
    }

    /// Until when it may still pack.
    pub(super) fn packs_until(&self) -> u64 {
        self.packs_until.load(Ordering::Acquire)
    }

    /// Whether it was asked to end.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    /// What waits in the reserve, once the queue is empty.
    pub(super) fn take_reserve(&self) -> Vec<Queued> {
        if self.troubled.load(Ordering::Acquire) {
            std::mem::take(&mut self.state().reserve)
        } else {
            Vec::new()
        }
    }

    /// The holes that nothing has closed, at the end of recording.
    pub(super) fn take_holes(&self) -> Vec<Hole> {
        std::mem::take(&mut self.state().holes)
            .into_values()
            .collect()
    }
}

/// Hands things over to the recorder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RecorderHandle {
    sender: SyncSender<Queued>,
    shared: Arc<Shared>,
}

impl RecorderHandle {
    pub(super) const fn new(sender: SyncSender<Queued>, shared: Arc<Shared>) -> Self {
        Self { sender, shared }
    }

    /// Hands something over without waiting. `false`: it was not taken. A session or bout whose opening was not taken must not start;
    /// anything else that was not taken is counted and becomes a gap in the record, and [`RecorderStatus`] says so.
    #[must_use = "a session or bout whose opening is not taken must not start"]
    pub fn try_send(&self, entry: Entry) -> bool {
        self.shared
            .handed_over
            .fetch_max(when(&entry).as_nanos(), Ordering::Relaxed);
        if self.shared.troubled.load(Ordering::Acquire) {
            return self.try_send_after_loss(entry);
        }
        match self.sender.try_send(Queued::Entry(entry, None)) {
            Ok(()) => true,
            Err(TrySendError::Full(back) | TrySendError::Disconnected(back)) => {
                self.not_taken(back, &mut self.shared.state())
            }
        }
    }

    /// Hands something over and waits while the queue is full. For simulated time alone, where nothing moves meanwhile. `false`:
    /// the recorder has ended, or the store could not be written for so long that nothing is waited for any more.
    #[must_use = "what is not taken is not recorded"]
    pub fn send(&self, entry: Entry) -> bool {
        self.shared
            .handed_over
            .fetch_max(when(&entry).as_nanos(), Ordering::Relaxed);
        let mut queued = Queued::Entry(entry, None);
        let mut fails_since = None;
        loop {
            queued = match self.sender.try_send(queued) {
                Ok(()) => return true,
                Err(TrySendError::Disconnected(_)) => return false,
                Err(TrySendError::Full(back)) => back,
            };
            if self.shared.is_given_up.load(Ordering::Acquire) {
                return false;
            }
            let now = clock::boot_nanos();
            let is_failing = self.shared.state().failing.is_some();
            fails_since = is_failing.then(|| fails_since.unwrap_or(now));
            if fails_since.is_some_and(|since| now.saturating_sub(since) > GIVES_UP_NANOS) {
                self.shared.is_given_up.store(true, Ordering::Release);
                return false;
            }
            std::thread::park_timeout(FULL);
        }
    }

    /// How the recorder is doing.
    #[must_use]
    pub fn status(&self) -> RecorderStatus {
        let state = self.shared.state();
        RecorderStatus {
            committed: state.committed,
            failing: state.failing.clone(),
            needs_checkpoint: state
                .holes
                .keys()
                .filter_map(|whose| match whose {
                    Whose::Bout(bout) => Some(*bout),
                    Whose::Seconds(_) | Whose::Waveform(_) | Whose::Wire(_) | Whose::Gym => None,
                })
                .collect(),
            lost: state.lost,
            behind: Timestamp::from_nanos(self.shared.handed_over.load(Ordering::Relaxed))
                .since(state.committed),
        }
    }

    fn try_send_after_loss(&self, entry: Entry) -> bool {
        let mut state = self.shared.state();
        let hole = whose(&entry).and_then(|whose| state.holes.get(&whose).copied());
        if let (Some(_), Entry::Turn(_)) = (hole, &entry) {
            return self.not_taken(Queued::Entry(entry, None), &mut state);
        }
        let closes = hole.filter(|_| ends_a_hole(&entry));
        if may_wait(&entry) && !state.reserve.is_empty() {
            return self.not_taken(Queued::Entry(entry, closes), &mut state);
        }
        match self.sender.try_send(Queued::Entry(entry, closes)) {
            Ok(()) => {
                if let Some(hole) = closes {
                    state.holes.remove(&hole.whose);
                }
                if state.holes.is_empty() && state.reserve.is_empty() {
                    self.shared.troubled.store(false, Ordering::Release);
                }
                true
            }
            Err(TrySendError::Full(back) | TrySendError::Disconnected(back)) => {
                self.not_taken(back, &mut state)
            }
        }
    }

    /// Keeps what may not be lost, counts the rest.
    fn not_taken(&self, back: Queued, state: &mut State) -> bool {
        let Queued::Entry(entry, closes) = back else {
            return false;
        };
        if matches!(entry, Entry::SessionOpened(_) | Entry::BoutOpened(_)) {
            return false;
        }
        self.shared.troubled.store(true, Ordering::Release);
        if may_wait(&entry) && state.reserve.len() < RESERVE {
            if let Some(hole) = closes {
                state.holes.remove(&hole.whose);
            }
            state.reserve.push(Queued::Entry(entry, closes));
            return true;
        }
        state.lost = state.lost.saturating_add(1);
        let (Some(whose), at) = (whose(&entry), when(&entry)) else {
            return false;
        };
        let hole = state.holes.entry(whose).or_insert(Hole {
            whose,
            from: at,
            to: at,
            lost: 0,
        });
        hole.to = hole.to.max(at);
        hole.lost = hole.lost.saturating_add(1);
        false
    }
}

/// Whose record an entry belongs to.
fn whose(entry: &Entry) -> Option<Whose> {
    match entry {
        Entry::BoutOpened(opened) => Some(Whose::Bout(opened.bout)),
        Entry::Turn(turn) => Some(Whose::Bout(turn.bout)),
        Entry::Checkpoint { bout, .. }
        | Entry::StoodStill { bout, .. }
        | Entry::BoutClosed { bout, .. } => Some(Whose::Bout(*bout)),
        Entry::Sample(sample) => Some(Whose::Bout(sample.bout)),
        Entry::Event(event) => event.bout.map(Whose::Bout),
        Entry::Measurement(measurement) => Some(Whose::Bout(measurement.bout)),
        Entry::Learned(learned) => Some(Whose::Bout(learned.kept.bout)),
        Entry::Plethysmogram { session, .. } => Some(Whose::Waveform(*session)),
        Entry::Wire(stream) => Some(Whose::Wire(stream.bout)),
        Entry::SessionOpened(_) | Entry::SessionResumed { .. } | Entry::SessionClosed { .. } => {
            None
        }
        Entry::Anchor(_) | Entry::Notice { .. } => Some(Whose::Gym),
    }
}

/// Whether an entry goes to the reserve before it is lost, in order with its like.
const fn may_wait(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Event(_)
            | Entry::Measurement(_)
            | Entry::Learned(_)
            | Entry::StoodStill { .. }
            | Entry::BoutClosed { .. }
            | Entry::SessionClosed { .. }
            | Entry::SessionResumed { .. }
    )
}

/// Whether what follows this entry is whole again.
const fn ends_a_hole(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Checkpoint { .. }
            | Entry::BoutClosed { .. }
            | Entry::Plethysmogram { .. }
            | Entry::Wire(_)
            | Entry::Anchor(_)
            | Entry::Notice { .. }
    )
}

/// When an entry happened, in the gym's time.
pub(super) fn when(entry: &Entry) -> Timestamp {
    match entry {
        Entry::SessionOpened(opened) => opened.at,
        Entry::BoutOpened(opened) => opened.at,
        Entry::Turn(turn) => turn.now,
        Entry::Checkpoint { now, .. } => *now,
        Entry::StoodStill { to, .. } => *to,
        Entry::Sample(sample) => sample.at,
        Entry::Event(event) => event.at,
        Entry::Measurement(measurement) => measurement.at,
        Entry::Learned(learned) => learned.at,
        Entry::Anchor(anchor) => anchor.at,
        Entry::Wire(stream) => stream
            .records
            .last()
            .map_or(Timestamp::ZERO, |record| record.at),
        Entry::SessionResumed { at, .. }
        | Entry::Plethysmogram { at, .. }
        | Entry::BoutClosed { at, .. }
        | Entry::SessionClosed { at, .. }
        | Entry::Notice { at, .. } => *at,
    }
}

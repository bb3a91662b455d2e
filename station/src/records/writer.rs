//! Entries to rows, and rows to the file in one transaction.
//!
//! Two stages, so that a full disk loses nothing that was taken: `stage` turns entries into rows in memory and cannot fail; `commit` writes
//! every row or none, and can be tried again as often as it takes.

mod bout;
mod commit;
mod place;
mod rows;
mod session;
mod waveform;

use std::collections::{BTreeMap, VecDeque};

use protocols::vocabulary::Timestamp;

use self::bout::OpenBout;
use self::rows::Row;
use self::session::OpenSession;
pub(super) use self::waveform::unpack as unpack_waveform;
use super::entry::{Anchor, Entry, EventKind};
use super::identity::{BoutId, SessionId};
use super::queue::{Hole, Whose, when};
use super::store::Store;

/// Why seconds are not there that no gym recorded, though it ran.
const STOOD_STILL: &str = "the gym stood still";

/// One run of the gym, writing.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) store: Store,
    run: i64,
    clock_rate: i64,
    anchor: Anchor,
    /// Its first pair of clocks.
    began: Anchor,
    sessions: BTreeMap<SessionId, OpenSession>,
    bouts: BTreeMap<BoutId, OpenBout>,
    bouts_made: i64,
    rows: Vec<Row>,
    up_to: Timestamp,
    /// Bouts of sessions whose end is staged.
    ending: Vec<i64>,
    /// Bouts whose seconds are to be packed: their sessions' end is written.
    to_pack: VecDeque<i64>,
}

/// Microseconds of the gym's time as a column has them.
pub(super) fn us(at: Timestamp) -> i64 {
    i64::try_from(at.as_micros()).unwrap_or(i64::MAX)
}

impl Writer {
    /// Writes as the run of that number, from that pair of clocks on.
    pub(super) fn new(store: Store, run: u32, clock_rate: u32, anchor: Anchor) -> Self {
        Self {
            store,
            run: i64::from(run),
            clock_rate: i64::from(clock_rate.max(1)),
            anchor,
            began: anchor,
            sessions: BTreeMap::new(),
            bouts: BTreeMap::new(),
            bouts_made: 0,
            rows: Vec::new(),
            up_to: Timestamp::ZERO,
            ending: Vec::new(),
            to_pack: VecDeque::new(),
        }
    }

    /// Everything staged so far happened before or then.
    pub(super) const fn up_to(&self) -> Timestamp {
        self.up_to
    }

    /// Takes an entry in, after the hole before it where there was one.
    pub(super) fn stage(&mut self, entry: Entry, hole: Option<Hole>) {
        self.up_to = self.up_to.max(when(&entry));
        let after_gap = hole.is_some();
        if let Some(hole) = hole {
            self.stage_hole(&hole, "the queue to the record was full");
        }
        match entry {
            Entry::SessionOpened(opened) => self.open_session(*opened),
            Entry::SessionResumed {
                session,
                at,
                wall_micros,
            } => self.resume_session(session, at, wall_micros),
            Entry::BoutOpened(opened) => self.open_bout(*opened),
            Entry::Turn(turn) => self.turn(*turn),
            Entry::Checkpoint {
                bout,
                now,
                state,
                replaces,
            } => self.checkpoint(bout, now, state, after_gap || replaces),
            Entry::Sample(sample) => {
                if let Some((bout, t_s)) = self.place(sample.bout, sample.at) {
                    self.rows.push(Row::Sample { bout, t_s, sample });
                }
            }
            Entry::StoodStill {
                bout,
                from,
                to,
                seconds,
            } => self.stage_hole(&Hole::of_seconds(bout, (from, to), seconds), STOOD_STILL),
            Entry::Event(event) => self.event(*event),
            Entry::Measurement(measurement) => {
                if let Some((bout, t_s)) = self.place(measurement.bout, measurement.at) {
                    self.rows.push(Row::Measurement {
                        bout,
                        t_s,
                        measurement,
                    });
                }
            }
            Entry::Learned(learned) => {
                if let Some((bout, _)) = self.place(learned.kept.bout, learned.at) {
                    self.rows.push(Row::Learned { bout, learned });
                }
            }
            Entry::Plethysmogram {
                session,
                at,
                rate_hz,
                samples,
            } => self.plethysmogram(session, at, rate_hz, &samples),
            Entry::Wire(stream) => self.wire(*stream),
            Entry::BoutClosed { bout, at } => self.close_bout(bout, at),
            Entry::SessionClosed {
                session,
                at,
                wall_micros,
                reason,
            } => self.close_session(session, at, wall_micros, reason),
            Entry::Anchor(anchor) => self.anchor(anchor),
            Entry::Notice { at, text } => self.say(None, at, EventKind::Notice, text),
        }
    }

    /// A row that says what is not there.
    pub(super) fn stage_hole(&mut self, hole: &Hole, reason: &str) {
        let (session, bout, what) = match hole.whose {
            Whose::Bout(bout) => (Some(bout.session), Some(bout), "journal"),
            Whose::Seconds(bout) => (Some(bout.session), Some(bout), "samples"),
            Whose::Waveform(session) => (Some(session), None, "plethysmogram"),
            Whose::Wire(bout) => (Some(bout.session), Some(bout), "wire"),
            Whose::Gym => (None, None, "notices"),
        };
        let row = bout.and_then(|bout| self.bouts.get(&bout).map(|open| open.row));
        let gap = Row::Gap {
            session: session.map(|session| session.to_string()),
            bout: row,
            run: self.run,
            what,
            from_us: us(hole.from),
            to_us: us(hole.to),
            lost: i64::try_from(hole.lost).unwrap_or(i64::MAX),
            reason: reason.to_owned(),
        };
        let told = gap.told();
        self.rows.push(gap);
        if let Some((_, text)) = told {
            let event = self.event_row(session, row, hole.to, EventKind::Gap, text);
            self.rows.push(Row::Event(Box::new(event)));
        }
    }
}

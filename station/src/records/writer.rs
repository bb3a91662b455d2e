//! Entries to rows, and rows to the file in one transaction.
//!
//! Two stages, so that a full disk loses nothing that was taken: `stage` turns entries into rows in memory and cannot fail; `commit` writes
//! every row or none, and can be tried again as often as it takes.

mod rows;
mod waveform;

use std::collections::{BTreeMap, VecDeque};

use control::input::Device;
use protocols::vocabulary::Timestamp;
use rusqlite::{ErrorCode, TransactionBehavior};
use serde_json::Value;

use self::rows::Row;
use self::waveform::WaveformWriter;
pub(super) use self::waveform::unpack as unpack_waveform;
use super::blocks;
use super::chain::EventRow;
use super::codes::word;
use super::entry::{
    Anchor, BoutOpened, CoreState, EndReason, Entry, Event, EventKind, SessionOpened, Turn,
};
use super::identity::{BoutId, SessionId};
use super::journal::{BlockWriter, JournalTurn, Piece};
use super::packing;
use super::queue::{Hole, Whose, when};
use super::store::Store;
use super::told;
use super::wire::{WireStream, WireWriter};

/// A block without a new checkpoint is closed all the same after so long.
const LONGEST_BLOCK_US: u64 = 90_000_000;
/// Or at this size, in bytes.
const LARGEST_BLOCK: usize = 1 << 20;
/// Why seconds are not there that no gym recorded, though it ran.
const STOOD_STILL: &str = "the gym stood still";
/// The wall clock stepped where it is off by more, in microseconds.
const WALL_STEP_US: i64 = 1_000_000;

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

/// What has to be known of a session to place its rows.
#[derive(Debug)]
struct OpenSession {
    /// When the session began, in microseconds of this run's clock; before the run where it goes on from an earlier one.
    origin_us: i64,
    /// Wall time then.
    origin_wall_us: i64,
    /// Its time is not the wall's.
    pre_rolled: bool,
    waveform: Option<WaveformWriter>,
}

#[derive(Debug)]
struct OpenBout {
    row: i64,
    journal: BlockWriter,
    wires: BTreeMap<Device, WireWriter>,
    last_state: Option<LastState>,
}

/// The last checkpoint, for the next to rest on.
#[derive(Debug)]
struct LastState {
    block: u32,
    /// How many before it rest on one another.
    chain: u32,
    state: CoreState,
}

impl OpenBout {
    /// Which block a state is to begin: the one that has no turn yet, unless another state begins that already. The header's begins the first.
    fn block_for_a_state(&mut self, block: u32) -> u32 {
        let begins = self.last_state.as_ref().map_or(0, |last| last.block);
        if block > begins {
            return block;
        }
        let next = block.saturating_add(1);
        self.journal = BlockWriter::new(next);
        next
    }

    /// What the state of a new block rests on: the last one, unless too many rest on one another by now.
    fn rest(&mut self, block: u32, state: &CoreState) -> Option<(u32, CoreState)> {
        let base = self
            .last_state
            .take()
            .filter(|last| last.chain < packing::LONGEST_CHAIN);
        self.last_state = Some(LastState {
            block,
            chain: base.as_ref().map_or(0, |last| last.chain + 1),
            state: state.clone(),
        });
        base.map(|last| (last.block, last.state))
    }
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

    /// Writes everything staged, or nothing.
    ///
    /// # Errors
    /// What the store said; everything is still staged.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        for bout in self.bouts.values_mut() {
            if let Some(piece) = bout.journal.take_piece() {
                self.rows.push(Row::Piece {
                    bout: bout.row,
                    piece,
                });
            }
            for (device, wire) in &mut bout.wires {
                if let Some(piece) = wire.take_piece() {
                    self.rows.push(Row::Wire {
                        bout: bout.row,
                        device: *device,
                        piece,
                    });
                }
            }
        }
        for (session, open) in &mut self.sessions {
            let piece = open.waveform.as_mut().and_then(WaveformWriter::take_piece);
            if let Some(piece) = piece {
                self.rows.push(Row::Waveform {
                    session: session.to_string(),
                    run: self.run,
                    piece,
                });
            }
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        match self.write_rows() {
            Err(error)
                if matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch)
                ) =>
            {
                self.write_rows_but_the_bad()?;
            }
            other => other?,
        }
        self.rows.clear();
        self.to_pack.extend(self.ending.drain(..));
        Ok(())
    }

    /// Bouts that an earlier gym left as plain rows are packed too.
    pub(super) fn pack_too(&mut self, bouts: Vec<i64>) {
        self.to_pack.extend(bouts);
    }

    /// Packs one block of the seconds of a session that is over, and says whether there was something to pack. What cannot be packed stays as it
    /// is, and the next gym tries again.
    pub(super) fn pack_one(&mut self) -> bool {
        let Some(&bout) = self.to_pack.front() else {
            return false;
        };
        match blocks::pack_next(&mut self.store.connection, bout) {
            Ok(true) => {}
            Ok(false) => {
                self.to_pack.pop_front();
            }
            Err(error) => {
                self.to_pack.pop_front();
                let text = format!("the seconds of a bout stay as they are, not packed: {error}");
                self.say(None, self.up_to, EventKind::Notice, text);
            }
        }
        true
    }

    /// The run has ended, and everything of it is written.
    ///
    /// # Errors
    /// What the store said.
    pub(super) fn end_run(&self, wall_us: i64) -> rusqlite::Result<()> {
        self.store
            .connection
            .execute(
                "UPDATE runs SET ended_wall_us = ?2 WHERE id = ?1",
                [self.run, wall_us],
            )
            .map(|_| ())
    }

    fn write_rows(&mut self) -> rusqlite::Result<()> {
        let transaction = self
            .store
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &self.rows {
            row.write(&transaction)?;
        }
        transaction.commit()
    }

    /// One row that the store will never take must not keep the others out: it becomes a gap.
    fn write_rows_but_the_bad(&mut self) -> rusqlite::Result<()> {
        let wall_us = self.wall_us(None, self.up_to);
        let mut transaction = self
            .store
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &self.rows {
            let savepoint = transaction.savepoint()?;
            match row.write(&savepoint) {
                Ok(()) => savepoint.commit()?,
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    drop(savepoint);
                    let gap = row.as_refused(self.run, us(self.up_to), &error);
                    gap.write(&transaction)?;
                    if let Some((at_us, text)) = gap.told() {
                        EventRow {
                            run: self.run,
                            at_us,
                            wall_us,
                            kind: word(&EventKind::Gap),
                            text,
                            ..EventRow::default()
                        }
                        .append(&transaction)?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        transaction.commit()
    }

    fn open_session(&mut self, opened: SessionOpened) {
        let session = opened.session;
        self.sessions.insert(
            session,
            OpenSession {
                origin_us: us(opened.at),
                origin_wall_us: opened.wall_micros,
                pre_rolled: opened.pre_rolled,
                waveform: None,
            },
        );
        let at = opened.at;
        let sum = told::sum_of_beginning(
            [
                session.as_str(),
                &opened.patient,
                &word(&opened.kind),
                super::SOFTWARE,
            ],
            [
                i64::from(opened.pre_rolled),
                i64::from(opened.clock_rate),
                us(at),
                opened.wall_micros,
            ],
        );
        self.rows.push(Row::Session {
            run: self.run,
            software: super::SOFTWARE.to_owned(),
            opened,
        });
        let event = EventRow {
            detail: Some(Value::Object(told::detail(&sum)).to_string()),
            ..self.event_row(
                Some(session),
                None,
                at,
                EventKind::Session,
                told::BEGAN.to_owned(),
            )
        };
        self.rows.push(Row::Event(Box::new(event)));
    }

    fn resume_session(&mut self, session: SessionId, at: Timestamp, wall_us: i64) {
        let began = self
            .store
            .connection
            .query_row(
                "SELECT began_wall_us FROM sessions WHERE id = ?1",
                [session.as_str()],
                |row| row.get::<_, i64>(0),
            )
            .unwrap_or(wall_us);
        let since = wall_us.saturating_sub(began).max(0);
        self.sessions.insert(
            session,
            OpenSession {
                origin_us: us(at).saturating_sub(since.saturating_mul(self.clock_rate)),
                origin_wall_us: began,
                pre_rolled: false,
                waveform: None,
            },
        );
        self.rows.push(Row::Resumed {
            session: session.to_string(),
        });
        let (since, until) = (us(self.began.at).min(us(at)), us(at));
        self.rows.push(Row::Gap {
            session: Some(session.to_string()),
            bout: None,
            run: self.run,
            what: "journal",
            from_us: since,
            to_us: until,
            lost: 0,
            reason: told::NOT_ON_YET.to_owned(),
        });
        let event = EventRow {
            detail: Some(serde_json::json!({ (told::SINCE): since }).to_string()),
            ..self.event_row(
                Some(session),
                None,
                at,
                EventKind::Session,
                told::GOES_ON.to_owned(),
            )
        };
        self.rows.push(Row::Event(Box::new(event)));
    }

    fn open_bout(&mut self, opened: BoutOpened) {
        self.bouts_made = self.bouts_made.saturating_add(1);
        // A run names its bouts by itself; no two runs share a number.
        let row = self
            .run
            .saturating_mul(1 << 20)
            .saturating_add(self.bouts_made);
        self.bouts.insert(
            opened.bout,
            OpenBout {
                row,
                journal: BlockWriter::new(0),
                wires: BTreeMap::new(),
                last_state: None,
            },
        );
        let (bout, at) = (opened.bout, opened.at);
        let text = told::bout_began(
            bout.number,
            opened.station.into(),
            [
                &word(&opened.header.machine()),
                &opened.protocol,
                &opened.prescription.id,
            ],
            opened.prescription.version.into(),
        );
        self.rows.push(Row::Bout {
            row,
            run: self.run,
            wall_us: self.wall_us(Some(bout.session), at),
            opened: Box::new(opened),
        });
        self.say_of_bout(bout, at, text);
    }

    fn turn(&mut self, turn: Turn) {
        let bout = turn.bout;
        let Some(open) = self.bouts.get_mut(&bout) else {
            return self.stray(bout, turn.now);
        };
        let now = turn.now;
        let pushed = open.journal.push(&JournalTurn {
            now,
            input: turn.input,
            outputs: turn.outputs,
        });
        let full =
            open.journal.length_us() >= LONGEST_BLOCK_US || open.journal.size() >= LARGEST_BLOCK;
        if let Err(error) = pushed {
            let hole = Hole {
                whose: Whose::Bout(bout),
                from: now,
                to: now,
                lost: 1,
            };
            self.stage_hole(
                &hole,
                &format!("a turn could not be written down ({error})"),
            );
        }
        if full {
            self.finish_block(bout, now);
        }
    }

    /// What went over a device's wire. A record that cannot be written down is a gap.
    fn wire(&mut self, stream: WireStream) {
        let Some(open) = self.bouts.get_mut(&stream.bout) else {
            let at = stream.records.last().map_or(self.up_to, |last| last.at);
            return self.stray(stream.bout, at);
        };
        let writer = open
            .wires
            .entry(stream.device)
            .or_insert_with(|| WireWriter::new(stream.link.clone()));
        let done = if writer.is_of(&stream.link) {
            None
        } else {
            writer.go_on_with(stream.link)
        };
        let (bout, device) = (open.row, stream.device);
        let mut holes = Vec::new();
        for record in &stream.records {
            if let Err(error) = writer.push(record) {
                let hole = Hole {
                    whose: Whose::Wire(stream.bout),
                    from: record.at,
                    to: record.at,
                    lost: 1,
                };
                holes.push((hole, error));
            }
        }
        self.rows.extend(done.map(|piece| Row::Wire {
            bout,
            device,
            piece,
        }));
        for (hole, error) in holes {
            self.stage_hole(&hole, &format!("it could not be written down ({error})"));
        }
    }

    /// The block so far is whole, and so are those of the wires; the next turn begins a new one.
    fn finish_block(&mut self, bout: BoutId, at: Timestamp) -> Option<(i64, u32)> {
        let open = self.bouts.get_mut(&bout)?;
        let row = open.row;
        for (device, wire) in &mut open.wires {
            self.rows.extend(wire.finish().map(|piece| Row::Wire {
                bout: row,
                device: *device,
                piece,
            }));
        }
        match open.journal.finish() {
            Ok(piece) => {
                let next = open.journal.block();
                if let Some(piece) = piece {
                    self.rows.push(Row::Piece { bout: row, piece });
                }
                Some((row, next))
            }
            // The pieces stay as they are: whole, only larger.
            Err(error) => {
                let last: Option<Piece> = open.journal.take_piece();
                open.journal = BlockWriter::new(open.journal.block().saturating_add(1));
                let next = open.journal.block();
                if let Some(piece) = last {
                    self.rows.push(Row::Piece { bout: row, piece });
                }
                self.say(
                    Some(bout.session),
                    at,
                    EventKind::Notice,
                    format!("a block of the journal could not be compressed: {error}"),
                );
                Some((row, next))
            }
        }
    }

    fn checkpoint(&mut self, bout: BoutId, now: Timestamp, state: CoreState, replaces: bool) {
        let Some((row, block)) = self.finish_block(bout, now) else {
            return self.stray(bout, now);
        };
        let Some(open) = self.bouts.get_mut(&bout) else {
            return self.stray(bout, now);
        };
        let block = open.block_for_a_state(block);
        let base = open.rest(block, &state);
        self.rows.push(Row::Checkpoint {
            bout: row,
            block,
            at_us: us(now),
            replaces,
            state,
            base,
        });
    }

    fn plethysmogram(&mut self, session: SessionId, at: Timestamp, rate_hz: u16, samples: &[u16]) {
        let run = self.run;
        let Some(open) = self.sessions.get_mut(&session) else {
            return;
        };
        let waveform = open
            .waveform
            .get_or_insert_with(|| WaveformWriter::new(rate_hz));
        for piece in waveform.push(at, rate_hz, samples) {
            self.rows.push(Row::Waveform {
                session: session.to_string(),
                run,
                piece,
            });
        }
    }

    fn event(&mut self, event: Event) {
        let session = event.bout.map(|bout| bout.session);
        let row = event
            .bout
            .and_then(|bout| self.bouts.get(&bout))
            .map(|bout| bout.row);
        let stored = EventRow {
            rule: event.rule.map(|rule| rule.name().to_owned()),
            priority: event.priority.as_ref().map(word),
            act: event.act.as_ref().map(word),
            value: event.value,
            limit: event.limit,
            detail: event.detail.map(|detail| detail.to_string()),
            ..self.event_row(session, row, event.at, event.kind, event.text)
        };
        self.rows.push(Row::Event(Box::new(stored)));
    }

    fn close_bout(&mut self, bout: BoutId, at: Timestamp) {
        if let Some((row, _)) = self.finish_block(bout, at) {
            self.rows.push(Row::BoutClosed {
                bout: row,
                at_us: us(at),
            });
            self.say_of_bout(bout, at, told::bout_ended(bout.number));
        }
    }

    fn close_session(
        &mut self,
        session: SessionId,
        at: Timestamp,
        wall_us: i64,
        reason: EndReason,
    ) {
        let (word, rule) = match reason {
            EndReason::Rule(rule) => ("rule".to_owned(), Some(rule.name().to_owned())),
            EndReason::Completed | EndReason::Patient | EndReason::Staff | EndReason::GymClosed => {
                (word(&reason), None)
            }
        };
        let open: Vec<BoutId> = self
            .bouts
            .keys()
            .filter(|bout| bout.session == session)
            .copied()
            .collect();
        for bout in open {
            if let Some((row, _)) = self.finish_block(bout, at) {
                self.rows.push(Row::BoutClosed {
                    bout: row,
                    at_us: us(at),
                });
            }
            let closed = self.bouts.remove(&bout);
            self.ending.extend(closed.map(|closed| closed.row));
        }
        let mut detail = told::detail(&told::sum_of_end(us(at), wall_us));
        let event = self.event_row(
            Some(session),
            None,
            at,
            EventKind::Session,
            told::ended(&word, rule.as_deref()),
        );
        let waveform = self
            .sessions
            .remove(&session)
            .and_then(|open| open.waveform);
        if let Some(mut waveform) = waveform {
            if let Some(piece) = waveform.finish() {
                self.rows.push(Row::Waveform {
                    session: session.to_string(),
                    run: self.run,
                    piece,
                });
            }
            detail.insert(told::PLETHYSMOGRAM.to_owned(), waveform.blocks().into());
        }
        // It tells of all that was written before it.
        self.rows.push(Row::Ended {
            session: session.to_string(),
            event: Box::new(event),
            detail,
        });
        self.rows.push(Row::SessionClosed {
            session: session.to_string(),
            at_us: us(at),
            wall_us,
            reason: word,
            rule,
        });
    }

    fn anchor(&mut self, anchor: Anchor) {
        let off = anchor
            .wall_micros
            .saturating_sub(self.wall_us(None, anchor.at));
        if off.abs() > WALL_STEP_US {
            let seconds = off / 1_000_000;
            self.say(
                None,
                anchor.at,
                EventKind::Notice,
                format!("the wall clock stepped by about {seconds} s"),
            );
        }
        self.anchor = anchor;
        self.rows.push(Row::Anchor {
            run: self.run,
            anchor,
        });
    }

    /// An entry of a bout that is not open: nothing is lost in silence.
    fn stray(&mut self, bout: BoutId, at: Timestamp) {
        let hole = Hole {
            whose: Whose::Bout(bout),
            from: at,
            to: at,
            lost: 1,
        };
        self.stage_hole(&hole, "the bout was not open");
    }

    /// The row of a bout, and the second of its session.
    fn place(&mut self, bout: BoutId, at: Timestamp) -> Option<(i64, i64)> {
        let row = self.bouts.get(&bout).map(|open| open.row);
        if row.is_none() {
            self.stray(bout, at);
        }
        Some((row?, self.second(bout.session, at)?))
    }

    /// Whole seconds, to the nearest, since a session began.
    fn second(&self, session: SessionId, at: Timestamp) -> Option<i64> {
        let open = self.sessions.get(&session)?;
        Some(
            us(at)
                .saturating_sub(open.origin_us)
                .saturating_add(500_000)
                .div_euclid(1_000_000),
        )
    }

    /// Wall time, as well as the last pair of clocks tells it.
    fn wall_us(&self, session: Option<SessionId>, at: Timestamp) -> i64 {
        let pre_rolled = session
            .and_then(|session| self.sessions.get(&session))
            .filter(|open| open.pre_rolled);
        match pre_rolled {
            Some(open) => open
                .origin_wall_us
                .saturating_add(us(at).saturating_sub(open.origin_us)),
            None => self
                .anchor
                .wall_micros
                .saturating_add(us(at).saturating_sub(us(self.anchor.at)) / self.clock_rate),
        }
    }

    fn say(&mut self, session: Option<SessionId>, at: Timestamp, kind: EventKind, text: String) {
        let row = self.event_row(session, None, at, kind, text);
        self.rows.push(Row::Event(Box::new(row)));
    }

    fn say_of_bout(&mut self, bout: BoutId, at: Timestamp, text: String) {
        let row = self.bouts.get(&bout).map(|open| open.row);
        let row = self.event_row(Some(bout.session), row, at, EventKind::Session, text);
        self.rows.push(Row::Event(Box::new(row)));
    }

    fn event_row(
        &self,
        session: Option<SessionId>,
        bout: Option<i64>,
        at: Timestamp,
        kind: EventKind,
        text: String,
    ) -> EventRow {
        EventRow {
            session: session.map(|session| session.to_string()),
            bout,
            run: self.run,
            at_us: us(at),
            wall_us: self.wall_us(session, at),
            t_s: session.and_then(|session| self.second(session, at)),
            kind: word(&kind),
            text,
            ..EventRow::default()
        }
    }
}

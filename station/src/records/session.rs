//! One session as plain data, for whoever reviews, reports or exports it: everything that was recorded, with its time on the session's own
//! clock, and nothing that was not.
//!
//! Promises: a second, a value or a waveform that was not recorded is absent here, never filled in; [`SessionRecord::gaps`] says what is
//! missing and why, also where only the hole is there, and [`SessionRecord::damage`] what of its seconds and events is not what was recorded. Deliberately absent: the journal's turns ([`super::replay`]) and who the patient is.

mod alarms;
mod corrected;
mod desk;
mod disguise;
mod ending;
mod event;
mod gap;
mod hole;
mod lost;
mod measurement;
mod phases;
mod rejudged;
mod second;
mod waveform;

use std::collections::BTreeMap;

use control::prescription::BoutSetup;
use protocols::vocabulary::MachineKind;
use serde::Serialize;

pub use self::alarms::{Alarm, Beginning, Ending, Worst};
pub use self::corrected::CorrectedFigure;
pub use self::desk::{CorrectionRecord, NoteRecord, SignatureRecord, SignatureState};
pub use self::disguise::Disguise;
pub use self::ending::Ended;
pub use self::event::EventRecord;
use self::event::{LostEvents, ReadEvents};
pub use self::gap::GapRecord;
pub use self::hole::{Hole, HoleKind};
pub use self::lost::LostRows;
pub use self::measurement::MeasurementRecord;
pub(crate) use self::measurement::figures;
pub use self::phases::Span;
pub use self::rejudged::{Rejudged, Says};
pub use self::second::Second;
pub(in crate::records) use self::second::{is_exercise, unknown_word};
pub use self::waveform::Waveform;
use super::archive::Archive;
use super::codes;
use super::error::RecordsError;
use super::list::SessionLine;
use super::proof::{self, HOLE_US, Wrong};
use super::reading::{self, Which};
use super::sums::ToldSums;

/// Seconds follow one another at this distance, in microseconds.
pub(super) const SECOND_US: i64 = 1_000_000;

/// Two seconds further apart than this do not follow one another. Whether one is missing between them is another question (2.5 s).
pub const GAP_US: i64 = 1_500_000;

/// Why an open session does not go on, and what becomes of it.
pub const NO_GYM: &str = "the session is open, but no gym writes to this record: it is interrupted, and the next gym that opens the record marks it so";

/// Everything that was recorded of one session, waveforms and journal apart.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    /// What a list says of it.
    pub line: SessionLine,
    /// Its bouts, in order.
    pub bouts: Vec<BoutRecord>,
    /// What happened, in the order of the chain; what was done at the desk later is not among it.
    pub events: Vec<EventRecord>,
    /// What people measured and asked, in order, corrections as rows of their own.
    pub measurements: Vec<MeasurementRecord>,
    /// What was not recorded, or cannot be read any more.
    pub gaps: Vec<GapRecord>,
    /// What of its seconds and events is not what was recorded, in words; empty where nothing is.
    pub damage: Vec<String>,
    /// What was written about it, in order.
    pub notes: Vec<NoteRecord>,
    /// Who corrected which measurement, in order.
    pub corrections: Vec<CorrectionRecord>,
    /// Who stands for it, in order.
    pub signatures: Vec<SignatureRecord>,
    /// How many notes and corrections came after the last signature.
    since_signature: usize,
    /// Events tell of more than can be read of these.
    additions_are_lost: bool,
    /// Events that stood among its own and cannot be read, in order.
    lost_events: Vec<LostEvents>,
    /// Seconds of it were recorded and cannot be read.
    has_damaged_seconds: bool,
    /// What events tell of and cannot be read.
    pub lost: LostRows,
    /// Below this number the measurements have the numbers that they had.
    numbers_below: usize,
    clock: SessionClock,
}

/// One bout.
#[derive(Debug, Clone)]
pub struct BoutRecord {
    /// Its row in the record.
    pub row: i64,
    /// Which of the session, from 1.
    pub number: u16,
    /// The station's number on the wall.
    pub station: i64,
    /// Cycle or treadmill.
    pub machine: MachineKind,
    /// The machine's protocol, by its id.
    pub protocol: String,
    /// What was ordered.
    pub prescription: OrderedText,
    /// When it began, in microseconds after the session began.
    pub from_us: i64,
    /// When it ended; `None` where no end was recorded.
    pub to_us: Option<i64>,
    /// Its record breaks off there: its gym was lost.
    pub broke_off: bool,
    /// What the core began with: prescription in the core's terms, patient, sensors. `None` where another version wrote it in a form that
    /// this one does not read.
    pub setup: Option<BoutSetup>,
    /// The program that recorded it.
    pub build: String,
    /// The number of its core's decisions.
    pub decisions: u32,
    /// Its seconds, in order. Where some are missing, they are not there.
    pub seconds: Vec<Second>,
}

/// A prescription as the record has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderedText {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// The file's own text.
    pub text: String,
}

/// The session's own clock: where each run's clock stood when the session began.
#[derive(Debug, Clone, Default)]
pub(super) struct SessionClock {
    origins: BTreeMap<i64, i64>,
    began_wall_us: i64,
    clock_rate: i64,
}

impl SessionClock {
    /// Of the session of a list's line.
    pub(super) fn of(archive: &Archive, line: &SessionLine) -> Result<Self, RecordsError> {
        clock(archive, line)
    }

    /// Microseconds after the session began.
    pub(super) fn place(&self, run: i64, at_us: i64) -> i64 {
        at_us.saturating_sub(self.origins.get(&run).copied().unwrap_or_default())
    }

    /// The same for what happened while no clock of the session ran: by the wall.
    fn by_wall(&self, wall_us: i64) -> i64 {
        let since = wall_us.saturating_sub(self.began_wall_us);
        since.max(0).saturating_mul(self.clock_rate)
    }
}

impl SessionRecord {
    /// Reads a session.
    ///
    /// # Errors
    /// Where there is no such session, or the file cannot be read; the error says what to do.
    pub fn read(archive: &Archive, asked: &str) -> Result<Self, RecordsError> {
        Self::of(archive, archive.find(asked)?)
    }

    /// Reads the session of a list's line.
    ///
    /// # Errors
    /// Where the file cannot be read; the error says what to do.
    pub fn of(archive: &Archive, line: SessionLine) -> Result<Self, RecordsError> {
        archive.hold_events(&line.id)?;
        // Of one instant, as a gym may be writing.
        let _view = archive.view()?;
        let clock = clock(archive, &line)?;
        let ReadBouts {
            bouts,
            gaps: mut lost,
            mut damage,
            are_damaged: has_damaged_seconds,
        } = bouts(archive, &line.id, &clock)?;
        let numbers: BTreeMap<i64, u16> =
            bouts.iter().map(|bout| (bout.row, bout.number)).collect();
        let mut gaps = gap::read(archive, &line.id, &clock, &numbers)?;
        gaps.append(&mut lost);
        let added = desk::read(archive, &line.id)?;
        let ReadEvents {
            events,
            lost: lost_events,
            mut unread,
        } = event::read(archive, &line.id, &clock, &numbers)?;
        damage.append(&mut unread);
        let mut measurements = measurement::read(archive, &line.id, &clock)?;
        let mut lost = LostRows::of(&added, &events, &measurements);
        if lost.are_only_hidden(archive)? {
            return Self::of(archive, line);
        }
        let mut numbers_below = usize::MAX;
        if archive.damage().is_empty() {
            // Without damage a gap tells why a row is not there.
            lost = LostRows::default();
        } else {
            numbers_below = lost::mark(&added, lost, &mut measurements);
        }
        let mut record = Self {
            events,
            measurements,
            lost,
            numbers_below,
            gaps,
            damage,
            notes: added.notes,
            corrections: added.corrections,
            signatures: added.signatures,
            since_signature: added.since_signature,
            additions_are_lost: added.are_lost,
            lost_events,
            has_damaged_seconds,
            bouts,
            line,
            clock,
        };
        let of_events = record
            .lost_events
            .iter()
            .map(|lost| record.gap_of_events(lost));
        let mut of_events: Vec<GapRecord> = of_events.collect();
        record.gaps.append(&mut of_events);
        if record.line.state == "open" && !archive.is_being_written() {
            record.gaps.push(record.gap_without_a_gym());
        }
        for bout in &mut record.bouts {
            bout.broke_off = record
                .gaps
                .iter()
                .any(|gap| gap.bout == Some(bout.number) && gap.is_of_a_lost_gym());
        }
        Ok(record)
    }

    /// Since the last that was recorded nothing is, and nobody knows for how long.
    fn gap_without_a_gym(&self) -> GapRecord {
        let last_us = self.length_us();
        GapRecord {
            bout: self.bouts.last().map(|bout| bout.number),
            what: "journal".to_owned(),
            from_us: last_us,
            to_us: last_us,
            lost: 0,
            reason: NO_GYM.to_owned(),
            is_damage: false,
        }
    }

    /// Where events were that cannot be read: between the last before them and the first behind them that can be.
    fn gap_of_events(&self, lost: &LostEvents) -> GapRecord {
        let own = || self.events.iter().filter(|event| event.in_session);
        let before = own().rev().find(|event| event.id < lost.from);
        let after = own().find(|event| event.id > lost.to);
        let bout = |event: Option<&EventRecord>| event.and_then(|event| event.bout);
        GapRecord {
            bout: bout(before).filter(|number| bout(after) == Some(*number)),
            what: GapRecord::EVENTS.to_owned(),
            from_us: before.map_or(0, |event| event.t_us),
            to_us: after.map_or_else(|| self.length_us(), |event| event.t_us),
            lost: lost.count,
            reason: lost.to_string(),
            is_damage: true,
        }
    }

    /// Whether events may have been there between two instants that cannot be read.
    fn has_lost_events_within(&self, from_us: i64, to_us: i64) -> bool {
        let mut lost = self.gaps.iter().filter(|gap| gap.what == GapRecord::EVENTS);
        lost.any(|gap| gap.from_us < to_us && gap.to_us > from_us)
    }

    /// What was not recorded of its bouts and between them, from when to when in microseconds after the session began, in order.
    #[must_use]
    pub fn unrecorded(&self) -> Vec<(i64, i64)> {
        let end = self.length_us();
        let told = self
            .gaps
            .iter()
            .filter(|gap| gap.is_of_seconds())
            .map(|gap| (gap.from_us.max(0), gap.to_us.min(end)));
        let mut all: Vec<(i64, i64)> = self
            .bouts
            .iter()
            .flat_map(BoutRecord::missing)
            .chain(told)
            .filter(|(from, to)| from < to)
            .collect();
        all.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in all {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                Some(_) | None => joined.push((from, to)),
            }
        }
        joined
    }

    /// How many seconds of its bouts were recorded, and how many of them and between them were not.
    #[must_use]
    pub fn recorded_and_missing_s(&self) -> (usize, i64) {
        let missing: i64 = self.unrecorded().iter().map(|(from, to)| to - from).sum();
        (
            self.seconds().count(),
            (missing + SECOND_US / 2) / SECOND_US,
        )
    }

    /// Its plethysmogram, in pieces that each go on without a hole, in order.
    ///
    /// # Errors
    /// Where the file cannot be read. A block that cannot be unpacked is left out and told as a gap.
    pub fn waveforms(
        &self,
        archive: &Archive,
    ) -> Result<(Vec<Waveform>, Vec<GapRecord>), RecordsError> {
        waveform::read(archive, &self.line.id, &self.clock)
    }

    /// Wall time of an instant of the session, in microseconds since 1970, UTC: as the session's own clock ran, whatever steps the wall
    /// clock made meanwhile.
    #[must_use]
    pub fn wall_us(&self, t_us: i64) -> i64 {
        self.clock
            .began_wall_us
            .saturating_add(t_us / self.clock.clock_rate.max(1))
    }

    /// Every second of every bout, in order.
    pub fn seconds(&self) -> impl Iterator<Item = (&BoutRecord, &Second)> {
        self.bouts
            .iter()
            .flat_map(|bout| bout.seconds.iter().map(move |second| (bout, second)))
    }

    /// How long it is, in microseconds: to its end, or to the last that was recorded of it.
    #[must_use]
    pub fn length_us(&self) -> i64 {
        let second = self.seconds().map(|(_, second)| second.t_us).max();
        let events = self.events.iter().filter(|event| event.in_session);
        let event = events.map(|event| event.t_us).max();
        let bout = self.bouts.iter().filter_map(|bout| bout.to_us).max();
        second.max(event).max(bout).unwrap_or_default()
    }

    /// Whether events between two of these numbers cannot be read.
    fn has_lost_between(&self, from: i64, to: i64) -> bool {
        let mut lost = self.lost_events.iter();
        lost.any(|lost| lost.to > from && lost.from < to)
    }

    /// Which of the session's measurements a row is, from 1, corrections counted; `None` where one before it is lost and nobody can tell.
    #[must_use]
    pub fn number_of(&self, measurement: i64) -> Option<usize> {
        let mut taken = self.measurements.iter();
        let number = taken.position(|taken| taken.id == measurement)? + 1;
        (number < self.numbers_below).then_some(number)
    }

    /// Whether seconds of it were recorded and cannot be read: a disk has changed them.
    #[must_use]
    pub const fn has_damaged_seconds(&self) -> bool {
        self.has_damaged_seconds
    }

    /// Whether events that stood among its own cannot be read.
    #[must_use]
    pub const fn has_lost_events(&self) -> bool {
        !self.lost_events.is_empty()
    }

    /// The bouts by what was ordered once: what broke off with its gym goes on as the next bout, and is not ordered again.
    pub fn orders(&self) -> impl Iterator<Item = &[BoutRecord]> {
        self.bouts.chunk_by(|earlier, later| {
            let (ordered, again) = (&earlier.prescription, &later.prescription);
            earlier.broke_off && (&ordered.id, ordered.version) == (&again.id, again.version)
        })
    }

    /// Why a bout ended, by the word of the session's end for its last; `gym-lost` and `next-bout` where the session went on after it.
    #[must_use]
    pub fn bout_ended(&self, bout: &BoutRecord) -> &str {
        let is_last = self
            .bouts
            .last()
            .is_none_or(|last| last.number == bout.number);
        match (is_last, bout.broke_off) {
            (true, _) => self.line.end_reason.as_deref().unwrap_or(&self.line.state),
            (false, true) => "gym-lost",
            (false, false) => "next-bout",
        }
    }

    /// The phases of every bout, in order.
    #[must_use]
    pub fn phases(&self) -> Vec<Span> {
        phases::spans(self)
    }

    /// The bout that an event is of; `None` of the session's own.
    #[must_use]
    pub fn bout_of(&self, event: &EventRecord) -> Option<&BoutRecord> {
        self.bouts
            .iter()
            .find(|bout| Some(bout.number) == event.bout)
    }

    /// The alarms, in the order of their beginning; those that began at once in the order of the events that tell of them first.
    #[must_use]
    pub fn alarms(&self) -> Vec<Alarm<'_>> {
        alarms::follow(self)
    }
}

impl BoutRecord {
    /// Where its seconds are missing, from when to when in microseconds after the session began.
    #[must_use]
    pub fn missing(&self) -> Vec<(i64, i64)> {
        let times = self.seconds.iter().map(|second| second.t_us);
        // The first second stands where the bout begins, or up to a second later.
        let befores = std::iter::once(self.from_us.saturating_sub(SECOND_US)).chain(times.clone());
        befores
            .zip(times.chain(self.to_us))
            .filter(|(before, after)| after.saturating_sub(*before) > HOLE_US)
            .map(|(before, after)| (before.saturating_add(SECOND_US), after))
            .collect()
    }

    /// How many of its seconds are missing.
    #[must_use]
    pub fn missing_s(&self) -> i64 {
        let missing: i64 = self.missing().iter().map(|(from, to)| to - from).sum();
        (missing + SECOND_US / 2) / SECOND_US
    }
}

/// Where each run's clock stood when the session began. A session that went on after an interruption has one of each run: its first
/// event there tells how much wall time had passed.
fn clock(archive: &Archive, line: &SessionLine) -> Result<SessionClock, RecordsError> {
    let began = archive.query(
        "SELECT run_id, began_us FROM sessions WHERE id = ?1",
        [&line.id],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
    )?;
    // The first of each run that can be read: any of them tells where its clock stood.
    let which = Which {
        columns: "run_id, at_us, wall_us",
        joined: "",
        condition: "session_id = ?1 AND t_s IS NOT NULL",
        values: &[&line.id],
        session: Some(&line.id),
    };
    let told: Vec<(i64, i64, i64)> = archive.read(|connection| {
        reading::events(connection, &which, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
    })?;
    let mut firsts: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for (run, at_us, wall_us) in told {
        firsts.entry(run).or_insert((at_us, wall_us));
    }
    let began_wall_us = line.began_wall_micros;
    let rate = line.clock_rate.max(1);
    let mut origins: BTreeMap<i64, i64> = firsts
        .into_iter()
        .map(|(run, (at_us, wall_us))| {
            let since = wall_us
                .saturating_sub(began_wall_us)
                .max(0)
                .saturating_mul(rate);
            (run, at_us.saturating_sub(since))
        })
        .collect();
    origins.extend(began);
    Ok(SessionClock {
        origins,
        began_wall_us,
        clock_rate: rate,
    })
}

/// The bouts of a session, what of their seconds is lost, and what is wrong with them.
#[derive(Debug, Default)]
struct ReadBouts {
    bouts: Vec<BoutRecord>,
    gaps: Vec<GapRecord>,
    damage: Vec<String>,
    /// Some cannot be read.
    are_damaged: bool,
}

fn bouts(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
) -> Result<ReadBouts, RecordsError> {
    let told = archive.read(|connection| ToldSums::of(connection, session))?;
    let mut read = ReadBouts::default();
    for row in archive.bouts(session)? {
        let (run, text) = archive
            .query(
                "SELECT run_id, coalesce(text, '') FROM bouts LEFT JOIN prescriptions ON prescriptions.id = prescription_id
                 AND version = prescription_version AND sha256 = prescription_sha256 WHERE bouts.id = ?1",
                [row.row],
                |row| Ok((row.get::<_, i64>(0)?, reading::text(row, 1)?)),
            )?
            .into_iter()
            .next()
            .unwrap_or_default();
        let mut seconds = archive.seconds_of(row.row)?;
        let expected = told.bouts.get(&row.number);
        let expected = expected.and_then(|(of_bout, _)| of_bout.seconds.as_ref());
        let found = i64::try_from(seconds.rows.len()).unwrap_or(i64::MAX);
        // What leads to them may lead to fewer than there are.
        if expected.is_some_and(|expected| found < expected.count)
            && archive.is_misled("sample_blocks")?
        {
            seconds = archive.seconds_of(row.row)?;
        }
        let place = |at_us: i64| clock.place(run, at_us);
        let faults =
            archive.read(|connection| proof::of_bout(connection, &row, &seconds, &told))?;
        for fault in faults {
            read.are_damaged |= fault.wrong == Wrong::Damaged;
            let words = fault.words();
            if let Some((from, to)) = fault.between_us
                && fault.wrong != Wrong::Changed
            {
                read.gaps.push(GapRecord {
                    bout: Some(row.number),
                    what: "samples".to_owned(),
                    from_us: place(from),
                    to_us: place(to),
                    lost: fault.lost,
                    reason: words.clone(),
                    is_damage: true,
                });
            }
            read.damage.push(words);
        }
        read.bouts.push(BoutRecord {
            row: row.row,
            number: row.number,
            station: row.station,
            machine: codes::read(&row.machine).unwrap_or(MachineKind::Cycle),
            prescription: OrderedText {
                id: row.prescription.0.clone(),
                version: row.prescription.1,
                text,
            },
            from_us: place(row.began_us),
            to_us: row.ended_us.map(place),
            broke_off: false,
            setup: archive.header(row.row).ok().map(|header| header.setup),
            seconds: second::of_rows(&seconds.rows, place),
            protocol: row.protocol,
            build: row.build,
            decisions: row.decisions,
        });
    }
    Ok(read)
}

#[cfg(test)]
mod tests;

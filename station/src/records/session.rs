//! One session as plain data, for whoever reviews, reports or exports it: everything that was recorded, with its time on the session's own
//! clock, and nothing that was not.
//!
//! Promises: a second, a value or a waveform that was not recorded is absent here, never filled in; [`SessionRecord::gaps`] says what is
//! missing and why. Deliberately absent: the journal's turns ([`super::replay`]) and who the patient is.

mod alarms;
mod desk;
mod disguise;
mod gap;
mod phases;
mod second;
mod waveform;

use std::collections::BTreeMap;

use control::prescription::BoutSetup;
use protocols::vocabulary::MachineKind;
use serde::Serialize;
use serde_json::Value;

pub use self::alarms::Alarm;
pub use self::desk::{CorrectionRecord, NoteRecord, SignatureRecord, SignatureState};
pub use self::disguise::Disguise;
pub use self::gap::GapRecord;
pub use self::phases::Span;
pub use self::second::Second;
pub(in crate::records) use self::second::is_exercise;
pub use self::waveform::Waveform;
use super::archive::Archive;
use super::entry::EventKind;
use super::error::RecordsError;
use super::list::SessionLine;
use super::{chain, codes};

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
    /// What was not recorded.
    pub gaps: Vec<GapRecord>,
    /// What was written about it, in order.
    pub notes: Vec<NoteRecord>,
    /// Who corrected which measurement, in order.
    pub corrections: Vec<CorrectionRecord>,
    /// Who stands for it, in order.
    pub signatures: Vec<SignatureRecord>,
    /// How many notes and corrections came after the last signature.
    since_signature: usize,
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

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventRecord {
    /// Its number in the chain.
    pub id: i64,
    /// Of which bout; `None` for the session's own.
    pub bout: Option<u16>,
    /// When, in microseconds after the session began.
    pub t_us: i64,
    /// Wall time, in microseconds since 1970, UTC.
    pub wall_us: i64,
    /// What kind of thing, by the words of [`super::EventKind`].
    pub kind: String,
    /// The rule that it speaks of.
    pub rule: Option<String>,
    /// The alarm's priority.
    pub priority: Option<String>,
    /// What the rule does to the load.
    pub act: Option<String>,
    /// The value that made it, in the rule's own unit.
    pub value: Option<f64>,
    /// The limit that it broke, in the same unit.
    pub limit: Option<f64>,
    /// In words.
    pub text: String,
    /// In full.
    pub detail: Option<Value>,
    /// Its hash in the chain.
    #[serde(serialize_with = "hex")]
    pub hash: [u8; 32],
}

/// Something that a person measured or asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasurementRecord {
    /// Its row in the record.
    pub id: i64,
    /// During which bout.
    pub bout: u16,
    /// When, in microseconds after the session began.
    pub t_us: i64,
    /// In which phase.
    pub phase: String,
    /// What it is, by the words of [`super::MeasurementKind`].
    pub kind: String,
    /// The figure.
    pub value: i64,
    /// The second figure: diastolic pressure.
    pub second_value: Option<i64>,
    /// Their unit.
    pub unit: String,
    /// With symptoms beside it.
    pub symptoms: bool,
    /// The row that it stands for, where it is a correction.
    pub replaces: Option<i64>,
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
        let clock = clock(archive, &line)?;
        let (bouts, mut damaged) = bouts(archive, &line.id, &clock)?;
        let numbers: BTreeMap<i64, u16> =
            bouts.iter().map(|bout| (bout.row, bout.number)).collect();
        let mut gaps = gap::read(archive, &line.id, &clock, &numbers)?;
        gaps.append(&mut damaged);
        let added = desk::read(archive, &line.id)?;
        Ok(Self {
            events: events(archive, &line.id, &clock, &numbers)?,
            measurements: measurements(archive, &line.id, &clock)?,
            gaps,
            notes: added.notes,
            corrections: added.corrections,
            signatures: added.signatures,
            since_signature: added.since_signature,
            bouts,
            line,
            clock,
        })
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
        let event = self.events.iter().map(|event| event.t_us).max();
        let bout = self.bouts.iter().filter_map(|bout| bout.to_us).max();
        second.max(event).max(bout).unwrap_or_default()
    }

    /// The phases of every bout, in order.
    #[must_use]
    pub fn phases(&self) -> Vec<Span> {
        phases::spans(self)
    }

    /// The alarms, in the order in which they were raised.
    #[must_use]
    pub fn alarms(&self) -> Vec<Alarm<'_>> {
        alarms::follow(self)
    }

    /// The measurements that hold: those that no later one stands for.
    pub fn measurements_in_force(&self) -> impl Iterator<Item = &MeasurementRecord> {
        self.measurements.iter().filter(|taken| {
            !self
                .measurements
                .iter()
                .any(|other| other.replaces == Some(taken.id))
        })
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
    let firsts = archive.query(
        "SELECT run_id, at_us, wall_us FROM events WHERE id IN
           (SELECT min(id) FROM events WHERE session_id = ?1 AND t_s IS NOT NULL GROUP BY run_id)",
        [&line.id],
        |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
            ))
        },
    )?;
    let began_wall_us = line.began_wall_micros;
    let rate = line.clock_rate.max(1);
    let mut origins: BTreeMap<i64, i64> = firsts
        .into_iter()
        .map(|(run, at_us, wall_us)| {
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

fn bouts(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
) -> Result<(Vec<BoutRecord>, Vec<GapRecord>), RecordsError> {
    let (mut bouts, mut damaged) = (Vec::new(), Vec::new());
    for row in archive.bouts(session)? {
        let (run, text) = archive
            .query(
                "SELECT run_id, text FROM bouts JOIN prescriptions ON prescriptions.id = prescription_id
                 AND version = prescription_version AND sha256 = prescription_sha256 WHERE bouts.id = ?1",
                [row.row],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
            )?
            .into_iter()
            .next()
            .unwrap_or_default();
        let (seconds, mut lost) = second::read(archive, (row.row, row.number), |at_us| {
            clock.place(run, at_us)
        })?;
        damaged.append(&mut lost);
        bouts.push(BoutRecord {
            row: row.row,
            number: row.number,
            station: row.station,
            machine: codes::read(&row.machine).unwrap_or(MachineKind::Cycle),
            prescription: OrderedText {
                id: row.prescription.0.clone(),
                version: row.prescription.1,
                text,
            },
            from_us: clock.place(run, row.began_us),
            to_us: row.ended_us.map(|end| clock.place(run, end)),
            setup: archive.header(row.row).ok().map(|header| header.setup),
            seconds,
            protocol: row.protocol,
            build: row.build,
            decisions: row.decisions,
        });
    }
    Ok((bouts, damaged))
}

fn events(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
    bouts: &BTreeMap<i64, u16>,
) -> Result<Vec<EventRecord>, RecordsError> {
    archive.query(
        &format!("SELECT id, bout_id, run_id, at_us, wall_us, kind, rule, priority, act, value, limit_value, text, detail, hash
         FROM events WHERE session_id = ?1 AND kind NOT IN ({}) ORDER BY id",
            EventKind::OF_THE_DESK
        ),
        [session],
        |row| {
            let bout: Option<i64> = row.get(1)?;
            let detail: Option<String> = row.get(12)?;
            Ok(EventRecord {
                id: row.get(0)?,
                bout: bout.and_then(|bout| bouts.get(&bout).copied()),
                t_us: clock.place(row.get(2)?, row.get(3)?),
                wall_us: row.get(4)?,
                kind: row.get(5)?,
                rule: row.get(6)?,
                priority: row.get(7)?,
                act: row.get(8)?,
                value: row.get(9)?,
                limit: row.get(10)?,
                text: row.get(11)?,
                detail: detail.and_then(|detail| serde_json::from_str(&detail).ok()),
                hash: row.get(13)?,
            })
        },
    )
}

fn measurements(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
) -> Result<Vec<MeasurementRecord>, RecordsError> {
    archive.query(
        "SELECT measurements.id, number, run_id, at_us, phase, kind, value, second_value, unit, symptoms, replaces
         FROM measurements JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1 ORDER BY measurements.id",
        [session],
        |row| {
            Ok(MeasurementRecord {
                id: row.get(0)?,
                bout: row.get(1)?,
                t_us: clock.place(row.get(2)?, row.get(3)?),
                phase: row.get(4)?,
                kind: row.get(5)?,
                value: row.get(6)?,
                second_value: row.get(7)?,
                unit: row.get(8)?,
                symptoms: row.get(9)?,
                replaces: row.get(10)?,
            })
        },
    )
}

fn hex<S: serde::Serializer>(hash: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&chain::Hex(hash))
}

#[cfg(test)]
mod tests;

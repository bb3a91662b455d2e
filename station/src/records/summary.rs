//! What a session came to: computed from samples, events and measurements each time it is asked for, never typed in.
//!
//! Means and peaks rest on trusted samples alone. A peak heart rate is the highest mean of 5 s, the lowest saturation one that
//! lasted 10 s, a peak of load the highest mean of 60 s (`docs/records.md` says how each figure is made).

mod alarms;
mod learned;
mod phases;
mod series;

use serde::Serialize;

use super::archive::{Archive, seconds, whole_second};
use super::codes::word;
use super::desk::{altered, not_as_written};
use super::error::RecordsError;
use super::figures::dose;
use super::list::SessionLine;
use super::session::{
    BoutRecord, CorrectionRecord, GapRecord, LostRows, MeasurementRecord, NoteRecord,
    SessionRecord, SignatureRecord, SignatureState,
};

pub use alarms::AlarmSummary;
pub(crate) use learned::learned;
pub use learned::{FindingLine, LearnedSummary, SteadySummary};
pub use phases::PhaseSpan;
pub use series::{Extremes, Figure, Zone};

/// What a session came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The session itself.
    #[serde(flatten)]
    pub session: SessionLine,
    /// Its bouts.
    pub bouts: Vec<BoutSummary>,
    /// Every alarm, in the order of their raising.
    pub alarms: Vec<AlarmSummary>,
    /// What people measured and asked, as it holds: a correction stands in the place of what it corrects.
    pub measurements: Vec<MeasurementLine>,
    /// What was not recorded.
    pub gaps: Vec<GapLine>,
    /// Interruptions, sessions' ends, and notices of the gym, in words.
    pub notices: Vec<Notice>,
    /// What was written about it.
    pub notes: Vec<NoteRecord>,
    /// Whether somebody stands for it.
    pub signature: SignatureState,
    /// Who.
    pub signatures: Vec<SignatureRecord>,
    /// What events tell of and cannot be read.
    pub lost: LostRows,
    /// What of the record stands on damaged pages, in words.
    pub damage: Vec<String>,
    /// Rows of gaps are lost with those: of which sessions, nobody knows.
    #[serde(skip)]
    pub gaps_are_lost: bool,
    /// Events that stood among its own cannot be read: there may have been more alarms and notices than are here.
    pub events_are_lost: bool,
    /// What is wrong with the events of this record, in words; empty where nothing is.
    pub findings: Vec<String>,
}

/// What a bout came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoutSummary {
    /// Which bout, from 1.
    pub bout: u16,
    /// The station's number.
    pub station: i64,
    /// `cycle` or `treadmill`.
    pub machine: String,
    /// Its protocol.
    pub protocol: String,
    /// The prescription's id.
    pub prescription: String,
    /// Its version.
    pub prescription_version: i64,
    /// How long it lasted, in seconds; `None` while it is open.
    pub seconds: Option<f64>,
    /// How many of its seconds were recorded: sums and shares are of these alone.
    pub recorded_s: usize,
    /// How many are missing.
    pub missing_s: i64,
    /// Its phases, in order.
    pub phases: Vec<PhaseSpan>,
    /// Mean and extremes of each signal from warm-up to cool-down, by name; a signal that was not there is not.
    pub signals: Vec<Figure>,
    /// Time in the prescribed zone during conditioning.
    pub zone: Option<Zone>,
    /// Share of conditioning with a trusted heart rate, in per cent.
    pub heart_rate_cover_percent: Option<f64>,
    /// Share of conditioning with a trusted saturation, in per cent.
    pub spo2_cover_percent: Option<f64>,
    /// Share of exercise of which the machine reported its load, in per cent; `None` where it reported nothing.
    pub reported_percent: Option<f64>,
    /// Work at the crank as the machine reported it, in kilojoules.
    pub work_kj: Option<f64>,
    /// Way of the belt as the machine reported it, in metres.
    pub distance_m: Option<f64>,
    /// What it taught of the patient; `None` where that would be a guess.
    pub learned: Option<LearnedSummary>,
    /// The program that recorded it.
    pub build: String,
    /// The number of its core's decisions.
    pub decisions: u32,
}

/// Something that a person measured or asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasurementLine {
    /// Which of the session's measurements, from 1, corrections counted; 0 where some are lost and nobody can tell.
    pub number: usize,
    /// Seconds after the session began.
    pub t_s: i64,
    /// In which phase.
    pub phase: String,
    /// What it is.
    pub kind: String,
    /// The figure.
    pub value: i64,
    /// The second figure: diastolic pressure.
    pub second_value: Option<i64>,
    /// Their unit.
    pub unit: String,
    /// With symptoms beside it.
    pub symptoms: bool,
    /// What it stands for, the last first; empty where it is no correction.
    pub corrected: Vec<CorrectedLine>,
    /// It was corrected, and what to cannot be read: the figure does not hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub correction_is_lost: bool,
}

/// A value that was corrected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrectedLine {
    /// Which of the session's measurements, from 1.
    pub number: usize,
    /// The figure.
    pub value: i64,
    /// The second figure.
    pub second_value: Option<i64>,
    /// With symptoms beside it.
    pub symptoms: bool,
    /// Who corrected it, when and why; `None` where the record does not tell.
    pub correction: Option<CorrectionRecord>,
}

/// Something that was not recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GapLine {
    /// From when, in seconds after the session began.
    pub t_s: Option<i64>,
    /// What.
    pub what: String,
    /// How long, in seconds.
    pub seconds: f64,
    /// How many entries; 0 where nobody knows.
    pub lost: i64,
    /// Why.
    pub reason: String,
}

/// Something in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    /// Seconds after the session began.
    pub t_s: i64,
    /// In words.
    pub text: String,
}

/// Sums a session up.
///
/// # Errors
/// Where the file cannot be read.
pub fn summarise(archive: &Archive, session: SessionLine) -> Result<Summary, RecordsError> {
    // What is read later may be written later, and would be told as what somebody added.
    let _view = archive.view()?;
    let record = SessionRecord::of(archive, session)?;
    let bouts = record
        .bouts
        .iter()
        .map(|bout| sum_up(archive, &record, bout))
        .collect::<Result<_, _>>()?;
    let mut findings = not_as_written(archive, [])?;
    findings.extend(altered(archive, &record)?.words);
    Ok(Summary {
        alarms: AlarmSummary::of_session(&record),
        measurements: measurements(&record),
        gaps: record.gaps.iter().map(GapLine::of).collect(),
        notices: notices(&record),
        bouts,
        findings,
        signature: record.signature_state(),
        lost: record.lost,
        damage: archive.damage(),
        gaps_are_lost: archive.has_lost("gaps"),
        events_are_lost: record.has_lost_events(),
        notes: record.notes,
        signatures: record.signatures,
        session: record.line,
    })
}

fn sum_up(
    archive: &Archive,
    session: &SessionRecord,
    bout: &BoutRecord,
) -> Result<BoutSummary, RecordsError> {
    let (heart_rate_cover_percent, spo2_cover_percent) = dose::covers(session, bout);
    Ok(BoutSummary {
        bout: bout.number,
        station: bout.station,
        machine: word(&bout.machine),
        protocol: bout.protocol.clone(),
        prescription: bout.prescription.id.clone(),
        prescription_version: bout.prescription.version,
        seconds: bout.to_us.map(|end| seconds(end - bout.from_us)),
        recorded_s: bout.seconds.len(),
        missing_s: bout.missing_s(),
        phases: phases::phases(session, bout),
        signals: series::figures(&bout.seconds),
        zone: series::zone(&bout.seconds),
        heart_rate_cover_percent,
        spo2_cover_percent,
        reported_percent: dose::reported_percent_of(session, bout),
        work_kj: dose::work_kj(bout.seconds.iter()),
        distance_m: dose::distance_m(bout.seconds.iter()),
        learned: learned(archive, bout.row)?,
        build: bout.build.clone(),
        decisions: bout.decisions,
    })
}

impl GapLine {
    fn of(gap: &GapRecord) -> Self {
        Self {
            t_s: Some(whole_second(gap.from_us)),
            what: gap.what.clone(),
            seconds: seconds(gap.to_us - gap.from_us),
            lost: gap.lost,
            reason: gap.reason.clone(),
        }
    }
}

fn measurements(record: &SessionRecord) -> Vec<MeasurementLine> {
    let mut lines: Vec<MeasurementLine> = record
        .measurements
        .iter()
        .filter(|taken| record.corrected(taken).is_none())
        .map(|taken| MeasurementLine {
            number: number(record, taken.id),
            t_s: whole_second(taken.t_us),
            phase: taken.phase.clone(),
            kind: taken.kind.clone(),
            value: taken.value,
            second_value: taken.second_value,
            unit: taken.unit.clone(),
            symptoms: taken.symptoms,
            corrected: corrected(record, taken),
            correction_is_lost: taken.correction_is_lost,
        })
        .collect();
    // A correction stands where what it corrects stood.
    lines.sort_by_key(|line| line.t_s);
    lines
}

/// Which of the session's measurements a row is, from 1.
fn number(record: &SessionRecord, row: i64) -> usize {
    record.number_of(row).unwrap_or(0)
}

/// What a measurement stands for, and what that stood for.
fn corrected(record: &SessionRecord, taken: &MeasurementRecord) -> Vec<CorrectedLine> {
    let mut found = Vec::new();
    let mut now = taken;
    while let Some(before) = now.replaces.and_then(|replaced| {
        let mut all = record.measurements.iter();
        // A correction comes after what it corrects: this ends.
        all.find(|other| other.id == replaced && other.id < now.id)
    }) {
        found.push(CorrectedLine {
            number: number(record, before.id),
            value: before.value,
            second_value: before.second_value,
            symptoms: before.symptoms,
            correction: record.correction(now.id).cloned(),
        });
        now = before;
    }
    found
}

fn notices(record: &SessionRecord) -> Vec<Notice> {
    let told = ["session", "notice", "link", "gap"];
    record
        .events
        .iter()
        .filter(|event| told.contains(&event.kind.as_str()))
        .map(|event| Notice {
            t_s: whole_second(event.t_us),
            text: event.text.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests;

//! A session's plethysmogram, unpacked.

use rusqlite::Connection;

use super::super::archive::Archive;
use super::super::damaged::is_lasting;
use super::super::error::RecordsError;
use super::super::waveform::Stored;
use super::{GapRecord, SessionClock};

/// A hole in time shorter than this many samples is the wire's own unevenness.
const CONTINUES_WITHIN_SAMPLES: i64 = 3;

/// Pieces; where some between them cannot be read, how many stand before those, and why.
type Pieces = (Vec<Stored>, Option<(usize, String)>);

/// A stretch of plethysmogram without a hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waveform {
    /// When its first sample was sent, in microseconds after the session began.
    pub from_us: i64,
    /// Samples a second.
    pub rate_hz: u16,
    /// The samples, as the device counts them.
    pub samples: Vec<u16>,
}

impl Waveform {
    /// When a sample was sent, in microseconds after the session began.
    #[must_use]
    pub fn time_of(&self, sample: usize) -> i64 {
        let micros = i64::try_from(sample)
            .unwrap_or(i64::MAX)
            .saturating_mul(1_000_000);
        self.from_us
            .saturating_add(micros / i64::from(self.rate_hz.max(1)))
    }

    /// When the sample after the last would come.
    #[must_use]
    pub fn to_us(&self) -> i64 {
        self.time_of(self.samples.len())
    }
}

pub(super) fn read(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
) -> Result<(Vec<Waveform>, Vec<GapRecord>), RecordsError> {
    let (pieces, damage) = archive.read(|connection| pieces(connection, session))?;
    let (mut waveforms, mut gaps): (Vec<Waveform>, Vec<GapRecord>) = (Vec::new(), Vec::new());
    if let Some((before, because)) = damage {
        let place = |piece: &Stored| clock.place(piece.run, piece.first_us);
        let last = before.checked_sub(1).and_then(|last| pieces.get(last));
        let from_us = last.map_or(0, |last| place(last).saturating_add(last.length_us()));
        gaps.push(GapRecord {
            bout: None,
            what: "plethysmogram".to_owned(),
            is_damage: true,
            from_us,
            to_us: pieces.get(before).map_or(from_us, place),
            lost: 0,
            reason: format!("the file is damaged there: {because}"),
        });
    }
    for piece in pieces {
        let from_us = clock.place(piece.run, piece.first_us);
        let fault = piece.fault();
        let (Ok(rate_hz), Some(samples), None) =
            (u16::try_from(piece.rate_hz), piece.values(), &fault)
        else {
            gaps.push(damaged(from_us, &piece, fault));
            continue;
        };
        let mut next = Waveform {
            from_us,
            rate_hz,
            samples,
        };
        match waveforms.last_mut() {
            Some(last) if continues(last, &next) => last.samples.append(&mut next.samples),
            _ => waveforms.push(next),
        }
    }
    Ok((waveforms, gaps))
}

/// The pieces in order. Where pages of the file are damaged they are read from both ends, as far as that goes: how many stand before that, and what
/// is wrong there.
fn pieces(connection: &Connection, session: &str) -> rusqlite::Result<Pieces> {
    let mut pieces = Vec::new();
    let Err(error) = walk(connection, session, "", &mut pieces) else {
        return Ok((pieces, None));
    };
    if !is_lasting(connection, &error) {
        return Err(error);
    }
    let mut behind = Vec::new();
    match walk(connection, session, "DESC", &mut behind) {
        Err(error) if !is_lasting(connection, &error) => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let before = pieces.len();
    pieces.extend(behind.into_iter().rev());
    Ok((pieces, Some((before, error.to_string()))))
}

fn walk(
    connection: &Connection,
    session: &str,
    order: &str,
    pieces: &mut Vec<Stored>,
) -> rusqlite::Result<()> {
    // In the order of the table's own key, of which every kind is a plethysmogram: to be sorted all would have to be read first.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT run_id, block, piece, whole, first_us, rate_hz, samples, data, checksum FROM waveform_blocks
         WHERE session_id = ?1 ORDER BY run_id {order}, kind {order}, block {order}, piece {order}"
    ))?;
    let mut rows = statement.query([session])?;
    while let Some(row) = rows.next()? {
        pieces.push(Stored::read(row)?);
    }
    Ok(())
}

fn continues(last: &Waveform, next: &Waveform) -> bool {
    let within = CONTINUES_WITHIN_SAMPLES * 1_000_000 / i64::from(last.rate_hz.max(1));
    last.rate_hz == next.rate_hz && last.to_us().saturating_sub(next.from_us).abs() <= within
}

fn damaged(from_us: i64, piece: &Stored, fault: Option<String>) -> GapRecord {
    GapRecord {
        bout: None,
        what: "plethysmogram".to_owned(),
        is_damage: true,
        from_us,
        to_us: from_us.saturating_add(piece.length_us()),
        lost: piece.samples,
        reason: fault.map_or_else(
            || "its block in the record is damaged".to_owned(),
            |fault| format!("its block in the record is damaged ({fault})"),
        ),
    }
}

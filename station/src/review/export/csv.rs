//! Tables of comma-separated values, for spreadsheets and statistics, and a dictionary that says what each column means.
//!
//! UTF-8, lines end with LF, a decimal point, quotes as in RFC 4180. An empty cell is a value that was not recorded. A cell of text that a
//! spreadsheet would take for a formula has an apostrophe before it. The dictionary is made from the same columns as the tables.

mod columns;
mod summary;

use std::collections::BTreeMap;

use protocols::vocabulary::MachineKind;
use serde_json::{Value, json};

use self::columns::{GAPS, NOTES, SIGNATURES};
use self::summary::Summary;
use super::{Export, ExportError, Part};
use crate::records::SOFTWARE;
use crate::records::session::{
    BoutRecord, CorrectedFigure, CorrectionRecord, EventRecord, MeasurementRecord, Second, Worst,
};
use crate::records::summary::AlarmSummary;

/// The tables' form, as the dictionary tells it; another number where a column changes its meaning.
const VERSION: u32 = 3;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number.
    Number,
    /// Letters, which a spreadsheet must not compute.
    Text,
}

/// One column.
#[derive(Debug, Clone, Copy)]
struct Column<Row> {
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    /// What it means, and how it is made.
    meaning: &'static str,
    /// Its cell; `None` where there was nothing.
    cell: fn(&Row) -> Option<String>,
}

impl<Row> Column<Row> {
    const fn number(
        name: &'static str,
        unit: &'static str,
        meaning: &'static str,
        cell: fn(&Row) -> Option<String>,
    ) -> Self {
        Self {
            name,
            kind: Kind::Number,
            unit,
            meaning,
            cell,
        }
    }

    const fn text(
        name: &'static str,
        meaning: &'static str,
        cell: fn(&Row) -> Option<String>,
    ) -> Self {
        Self {
            name,
            kind: Kind::Text,
            unit: "",
            meaning,
            cell,
        }
    }
}

/// A second, of which bout.
#[derive(Debug)]
struct SampleRow<'a> {
    bout: &'a BoutRecord,
    second: &'a Second,
}

/// An event, when its alarm was acknowledged, and what became of the load.
#[derive(Debug)]
struct EventRow<'a> {
    event: &'a EventRecord,
    /// On which kind of machine.
    machine: Option<MachineKind>,
    /// The load before and after, in METs above rest.
    loads: Option<(f64, f64)>,
    acknowledged_us: Option<i64>,
    /// What holds where it tells of a figure that was corrected later.
    corrected: Option<CorrectedFigure>,
    /// The worst of the alarm that it tells of first.
    worst: Option<Worst>,
    deidentified: bool,
}

/// A measurement, and who corrected to it.
#[derive(Debug)]
struct MeasurementRow<'a> {
    taken: &'a MeasurementRecord,
    correction: Option<&'a CorrectionRecord>,
}

pub(super) fn write(export: &Export<'_>) -> Result<Vec<Part>, ExportError> {
    let session = export.session;
    let samples: Vec<SampleRow<'_>> = session
        .seconds()
        .map(|(bout, second)| SampleRow { bout, second })
        .collect();
    let events = event_rows(export);
    let measurements: Vec<MeasurementRow<'_>> = session
        .measurements
        .iter()
        .map(|taken| MeasurementRow {
            taken,
            correction: session.correction(taken.id),
        })
        .collect();
    let gaps = session.gaps.iter().chain(export.damaged);
    let written = |name, table: Result<Vec<u8>, csv::Error>| {
        table
            .map(|bytes| Part { name, bytes })
            .map_err(|error| ExportError::Unfit {
                session: session.line.id.clone(),
                format: "csv",
                because: error.to_string(),
            })
    };
    Ok(vec![
        written("samples.csv", table(SampleRow::COLUMNS, &samples))?,
        written("events.csv", table(EventRow::COLUMNS, &events))?,
        written(
            "measurements.csv",
            table(MeasurementRow::COLUMNS, &measurements),
        )?,
        written("notes.csv", table(NOTES, &session.notes))?,
        written("signatures.csv", table(SIGNATURES, &session.signatures))?,
        written("gaps.csv", table(GAPS, gaps))?,
        written("summary.csv", table(Summary::COLUMNS, &[Summary(export)]))?,
        Part {
            name: "dictionary.json",
            bytes: dictionary(export.deidentified),
        },
    ])
}

fn event_rows<'a>(export: &'a Export<'_>) -> Vec<EventRow<'a>> {
    let session = export.session;
    let acknowledged: BTreeMap<i64, i64> = session
        .alarms()
        .iter()
        .filter_map(|alarm| Some((alarm.first.id, alarm.acknowledged()?.t_us)))
        .collect();
    let mut worst = session.worst_by_event();
    let alarms = AlarmSummary::with_events(session);
    let mut granted: BTreeMap<Option<u16>, f64> = BTreeMap::new();
    session
        .events
        .iter()
        .map(|event| {
            let loads = if matches!(event.kind.as_str(), "command" | "decision") {
                let before = event.value.and_then(|now| granted.insert(event.bout, now));
                before.zip(event.value)
            } else {
                let alarm = alarms.iter().find(|(raised, _)| *raised == event.id);
                alarm.and_then(|(_, alarm)| alarm.granted_met.zip(alarm.least_granted_met))
            };
            EventRow {
                event,
                machine: session.bout_of(event).map(|bout| bout.machine),
                loads,
                acknowledged_us: acknowledged.get(&event.id).copied(),
                corrected: session.corrected_later(event),
                worst: worst.remove(&event.id),
                deidentified: export.deidentified,
            }
        })
        .collect()
}

fn table<'r, Row: 'r>(
    columns: &[Column<Row>],
    rows: impl IntoIterator<Item = &'r Row>,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    writer.write_record(columns.iter().map(|column| column.name))?;
    for row in rows {
        for column in columns {
            let cell = (column.cell)(row).unwrap_or_default();
            match column.kind {
                Kind::Number => writer.write_field(cell)?,
                Kind::Text => writer.write_field(guarded(cell))?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// A text that no spreadsheet takes for a formula.
fn guarded(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text
    }
}

fn dictionary(deidentified: bool) -> Vec<u8> {
    let dates = if deidentified {
        "moved: a patient's first session of the export begins on 2000-01-01, 00:00 UTC, and the others as long after it as they did"
    } else {
        "as the gym's wall clock showed them, UTC"
    };
    let whole = json!({
        "format": "station csv",
        "version": VERSION,
        "software": SOFTWARE,
        "deidentified": deidentified,
        "dates": dates,
        "empty_cell": "was not recorded, or does not apply; never 0",
        "text": "an apostrophe stands before a text that begins with = + - @, a tab or a line's end: no spreadsheet computes it",
        "tables": {
            "samples.csv": described(SampleRow::COLUMNS),
            "events.csv": described(EventRow::COLUMNS),
            "measurements.csv": described(MeasurementRow::COLUMNS),
            "notes.csv": described(NOTES),
            "signatures.csv": described(SIGNATURES),
            "gaps.csv": described(GAPS),
            "summary.csv": described(Summary::COLUMNS),
        },
    });
    let mut bytes = format!("{whole:#}").into_bytes();
    bytes.push(b'\n');
    bytes
}

fn described<Row>(columns: &[Column<Row>]) -> Value {
    columns
        .iter()
        .map(|column| {
            let kind = match column.kind {
                Kind::Number => "number",
                Kind::Text => "text",
            };
            json!({ "column": column.name, "kind": kind, "unit": column.unit, "meaning": column.meaning })
        })
        .collect()
}

/// A whole number of the record, `digits` of it behind the point, written without rounding.
pub(super) fn decimal(value: i64, digits: usize) -> String {
    let size = value.unsigned_abs().to_string();
    let padded = format!("{size:0>width$}", width = digits + 1);
    let (whole, rest) = padded.split_at(padded.len() - digits);
    let rest = rest.trim_end_matches('0');
    let sign = if value < 0 { "-" } else { "" };
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest}")
    }
}

#[cfg(test)]
mod tests;

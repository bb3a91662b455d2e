//! EDF+: signals a second a record, with the oximeter's waveform, for programs of physiology.
//!
//! Source: Kemp and Olivan, European data format 'plus' (EDF+), Clinical Neurophysiology 2003, and edfplus.info.
//!
//! Promises: a second that nothing was recorded of has no record, and the file is discontinuous there (EDF+D); where one signal is missing,
//! it stands at its digital minimum, and an annotation says from when to when. Each value keeps the resolution that the record has. Start
//! and times are UTC, which the recording's field says. Deliberately absent: commands and decisions, which CSV and JSON lines have.

mod annotations;
mod grid;
mod header;

use std::borrow::Cow;

use self::annotations::{annotations, packed};
use self::grid::{Grid, Record};
use self::header::{Signal, write_header};
use super::{Export, ExportError, Part};
use crate::records::session::Second;

/// A signal, and its value of a second.
type Valued = (Signal, fn(&Second) -> Option<i64>);

/// The signals of one value a second: physical values are digital ones times the resolution, and the digital minimum is no value.
const VALUES: &[Valued] = &[
    (
        Signal::of(
            "SaO2 Oximeter",
            "pulse oximeter",
            "%",
            (-1, 100),
            ("-1", "100"),
        ),
        |second| second.spo2_percent.map(i64::from),
    ),
    (
        Signal::of(
            "HR",
            "strap, else oximeter",
            "bpm",
            (-1, 400),
            ("-1", "400"),
        ),
        |second| second.heart_rate_bpm.map(i64::from),
    ),
    (
        Signal::of("Pulse", "pulse oximeter", "bpm", (-1, 400), ("-1", "400")),
        |second| second.pulse_bpm.map(i64::from),
    ),
    (
        Signal::of("Load", "ergometer", "W", (-1, 2_000), ("-1", "2000")),
        |second| second.reported.power_w.map(i64::from),
    ),
    (
        Signal::of("Cadence", "ergometer", "rpm", (-1, 400), ("-1", "400")),
        |second| second.cadence_rpm.map(i64::from),
    ),
    (
        // Millimetres a second.
        Signal::of(
            "Speed",
            "treadmill",
            "km/h",
            (-10_000, 10_000),
            ("-36", "36"),
        ),
        |second| second.reported.speed_mm_s.map(i64::from),
    ),
    (
        // Thousandths.
        Signal::of("Grade", "treadmill", "%", (-1_000, 1_000), ("-100", "100")),
        |second| second.reported.grade_permille.map(i64::from),
    ),
];

pub(super) fn write(export: &Export<'_>) -> Result<Vec<Part>, ExportError> {
    let unfit = |because: &str| ExportError::Unfit {
        session: export.session.line.id.clone(),
        format: "edf",
        because: because.to_owned(),
    };
    let grid = Grid::of(export.session, export.waveforms);
    let Some(first) = grid.records.keys().next().copied() else {
        return Err(unfit(
            "no second of it was recorded; --format jsonl has what there is",
        ));
    };
    let begins_us = export.session.wall_us(grid.onset_us(first));
    // The file begins with a whole second; its first record begins within it.
    let since_us = grid.onset_us(first) - begins_us.rem_euclid(1_000_000);
    let onsets: Vec<i64> = grid
        .records
        .keys()
        .map(|place| grid.onset_us(*place) - since_us)
        .collect();
    let mut all = annotations(export, &grid);
    for annotation in &mut all {
        annotation.at_us -= since_us;
    }
    all.sort_by_key(|annotation| annotation.at_us);
    let (width, lists) = packed(&onsets, &all);
    let mut signals: Vec<Signal> = grid.rates.iter().map(|rate| pleth(*rate, &grid)).collect();
    signals.extend(VALUES.iter().map(|(signal, _)| signal.clone()));
    signals.push(Signal::annotations(width / 2));
    let continuous = grid.is_continuous();
    let mut bytes = write_header(export, begins_us, continuous, onsets.len(), &signals)
        .ok_or_else(|| unfit("it is longer than the format can say; --format jsonl has all"))?;
    for (record, list) in grid.records.values().zip(lists) {
        append(&mut bytes, record, &grid.rates);
        bytes.extend(list);
    }
    Ok(vec![Part::only(bytes)])
}

/// The waveform's signal: all 65 536 values of the device are in use, so that its digital minimum alone says nothing.
fn pleth(rate_hz: u16, grid: &Grid<'_>) -> Signal {
    let label = if grid.rates.len() > 1 {
        Cow::Owned(format!("Pleth {rate_hz} Hz"))
    } else {
        Cow::Borrowed("Pleth")
    };
    Signal {
        label,
        samples: usize::from(rate_hz),
        ..Signal::of(
            "Pleth",
            "pulse oximeter",
            "",
            (-32_768, 32_767),
            ("0", "65535"),
        )
    }
}

fn append(bytes: &mut Vec<u8>, record: &Record<'_>, rates: &[u16]) {
    for rate in rates {
        let samples = record.waveforms.get(rate);
        for place in 0..usize::from(*rate) {
            let sample = samples.and_then(|samples| samples.get(place).copied().flatten());
            let digital = sample.map_or(i16::MIN, |sample| {
                i16::try_from(i32::from(sample) - 32_768).unwrap_or(i16::MIN)
            });
            bytes.extend(digital.to_le_bytes());
        }
    }
    for (signal, value) in VALUES {
        let value = record.second.and_then(value);
        bytes.extend(signal.digital(value).to_le_bytes());
    }
}

#[cfg(test)]
mod tests;

//! Read back by edf-rs, which shares nothing with the writer, and held against the store's own rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use edf_rs::file::EDFFile;
use edf_rs::headers::annotation_list::AnnotationList;
use edf_rs::headers::signal_header::SignalHeader;
use edf_rs::record::Samples;
use protocols::vocabulary::Timestamp;

use super::super::Format;
use super::super::fixtures::{Made, SECRET_TEXT, made};
use super::super::write::{Order, Tells, write as write_files};
use crate::records::fixtures::{WALL, archive_of, archive_of_a_visit};
use crate::records::{Archive, SessionRecord};

/// A file as the other reader has it.
struct Seen {
    patient: String,
    recording: String,
    continuous: bool,
    signals: Vec<SignalHeader>,
    /// When each record begins, in seconds after the file, and its samples, a list a signal.
    records: Vec<(f64, Vec<Vec<i16>>)>,
    annotations: Vec<AnnotationList>,
    /// The file's beginning, in microseconds since 1970.
    begins_us: i64,
}

fn written(archive: &Archive, folder: &std::path::Path, deidentified: bool) -> PathBuf {
    let output = folder.join("visit.edf");
    let order = Order {
        format: Format::named("edf").unwrap(),
        output: &output,
        several: false,
        tells: if deidentified {
            Tells::Nothing
        } else {
            Tells::Pseudonym
        },
        notes: false,
        force: true,
    };
    write_files(archive, &archive.sessions().unwrap(), &order).unwrap();
    output
}

fn read(path: &std::path::Path) -> Seen {
    let bytes = std::fs::read(path).unwrap();
    let mut file = EDFFile::open(path).unwrap();
    let count = file.header.get_record_count().unwrap();
    let signals: Vec<SignalHeader> = file
        .header
        .get_signals()
        .iter()
        .filter(|signal| signal.label != "EDF Annotations")
        .cloned()
        .collect();
    let (mut records, mut annotations) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let record = file.read_record().unwrap().unwrap();
        let samples = record
            .raw_signal_samples
            .iter()
            .map(|samples| match samples {
                Samples::Values16Bit(samples) => samples.clone(),
                Samples::Values24Bit(_) => panic!("EDF has 16 bits"),
            })
            .collect();
        let keeping = record.annotations[0].first().unwrap();
        assert_eq!(keeping.annotations[0], "", "a record begins with its time");
        records.push((record.get_start_offset(), samples));
        annotations.extend(
            record
                .annotations
                .into_iter()
                .flatten()
                .filter(|list| !list.annotations[0].is_empty()),
        );
    }
    assert!(file.read_record().unwrap().is_none());
    let size: usize = file.header.data_record_bytes();
    assert_eq!(bytes.len(), file.header.get_header_bytes() + count * size);
    let begins = file
        .header
        .get_start_date()
        .and_time(file.header.get_start_time());
    Seen {
        patient: String::from_utf8(bytes[8..88].to_vec()).unwrap(),
        recording: String::from_utf8(bytes[88..168].to_vec()).unwrap(),
        continuous: file.header.is_continuous(),
        signals,
        records,
        annotations,
        begins_us: begins.and_utc().timestamp_micros(),
    }
}

impl Seen {
    fn place(&self, label: &str) -> usize {
        let place = self.signals.iter().position(|signal| signal.label == label);
        place.unwrap_or_else(|| panic!("{label} in {:?}", self.signals))
    }

    /// A sample as the header scales it; nothing at the digital minimum.
    fn physical(&self, place: usize, digital: i16) -> Option<f64> {
        let signal = &self.signals[place];
        let steps = f64::from(signal.digital_maximum - signal.digital_minimum);
        let scale = (signal.physical_maximum - signal.physical_minimum) / steps;
        (i32::from(digital) != signal.digital_minimum).then(|| {
            signal.physical_minimum + scale * f64::from(i32::from(digital) - signal.digital_minimum)
        })
    }

    fn says(&self, text: &str) -> Vec<&AnnotationList> {
        self.annotations
            .iter()
            .filter(|list| list.annotations.iter().any(|said| said.contains(text)))
            .collect()
    }

    /// Whether an annotation of that text covers an instant.
    fn covers(&self, text: &str, at: f64) -> bool {
        self.says(text)
            .iter()
            .any(|list| list.onset - 1e-6 <= at && at < list.onset + list.duration + 1e-6)
    }
}

/// The rows of the store: when, in microseconds since 1970, and the figures by the signals' names in the signals' units.
fn rows(made: &Made) -> Vec<(i64, BTreeMap<&'static str, Option<f64>>)> {
    let mut statement = made
        .archive
        .connection()
        .prepare(
            "SELECT began_wall_us + at_us - began_us, spo2_percent, heart_rate_bpm, pulse_bpm, reported_power_w, cadence_rpm,
               reported_speed_mm_s * 0.0036, reported_grade_permille / 10.0
             FROM session_samples JOIN sessions ON sessions.id = session_id ORDER BY at_us",
        )
        .unwrap();
    let names = [
        "SaO2 Oximeter",
        "HR",
        "Pulse",
        "Load",
        "Cadence",
        "Speed",
        "Grade",
    ];
    statement
        .query_map([], |row| {
            let figures = names
                .iter()
                .enumerate()
                .map(|(place, name)| row.get(place + 1).map(|value| (*name, value)))
                .collect::<rusqlite::Result<_>>()?;
            Ok((row.get(0)?, figures))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn seconds(micros: i64) -> f64 {
    f64::from(i32::try_from(micros).unwrap()) / 1e6
}

#[test]
fn every_second_of_the_store_is_in_a_record_of_its_own_and_a_hole_has_none() {
    let made = made();
    let seen = read(&written(&made.archive, made.folder.path(), false));
    assert!(!seen.continuous, "there is a hole");
    assert!(
        seen.patient.starts_with("K7PD2MXQ X X X "),
        "{}",
        seen.patient
    );
    assert!(
        seen.recording
            .starts_with("Startdate 23-NOV-2026 S-20261123-143107-"),
        "{}",
        seen.recording
    );
    assert!(
        seen.records
            .windows(2)
            .all(|pair| pair[1].0 - pair[0].0 > 1.0 - 1e-6)
    );
    let rows = rows(&made);
    assert!(rows.len() > 600);
    let mut used = 0;
    for (wall_us, figures) in &rows {
        let at = seconds(wall_us - seen.begins_us);
        let (begins, samples) = seen
            .records
            .iter()
            .find(|(begins, _)| *begins <= at && at < begins + 1.0)
            .unwrap_or_else(|| panic!("no record at {at}"));
        used += 1;
        for (name, expected) in figures {
            let place = seen.place(name);
            assert_eq!(samples[place].len(), 1);
            match (seen.physical(place, samples[place][0]), expected) {
                (Some(got), Some(expected)) => {
                    assert!(
                        (got - expected).abs() < 1e-9,
                        "{name} at {at}: {got} {expected}"
                    );
                }
                (None, None) => {
                    assert!(
                        seen.covers(&format!("{name} invalid"), begins + 0.5),
                        "{name} at {at}"
                    );
                }
                other => panic!("{name} at {at}: {other:?}"),
            }
        }
    }
    // No record has figures but those of the rows.
    let hr = seen.place("HR");
    let with_rate = seen
        .records
        .iter()
        .filter(|(_, samples)| seen.physical(hr, samples[hr][0]).is_some())
        .count();
    let in_store = rows
        .iter()
        .filter(|(_, figures)| figures["HR"].is_some())
        .count();
    assert_eq!(with_rate, in_store);
    assert_eq!(used, rows.len());
    // Ten seconds were not recorded, neither was most of the time between the two machines; no waveform then either.
    let silent = seconds(WALL - seen.begins_us) + 585.0;
    assert!(
        !seen
            .records
            .iter()
            .any(|(begins, _)| (silent..silent + 10.0).contains(begins))
    );
}

#[test]
fn every_sample_of_both_oximeters_is_where_it_was_and_holes_are_said() {
    let made = made();
    let seen = read(&written(&made.archive, made.folder.path(), false));
    let mut expected = 0;
    let pieces = (0..60).chain(64..120).map(|second| (second, 75_u16));
    for (second, rate) in pieces.chain((600..630).map(|second| (second, 60))) {
        let place = seen.place(&format!("Pleth {rate} Hz"));
        for sample in 0..rate {
            let value = i32::from(30_000 + sample * 7) + second * 3 - 32_768;
            // The visit begins one second into its gym's time.
            let at = seconds(WALL - seen.begins_us)
                + 29.41
                + f64::from(second)
                + f64::from(sample) / f64::from(rate);
            let (begins, samples) = seen
                .records
                .iter()
                .rfind(|(begins, _)| *begins <= at + 0.5 / f64::from(rate))
                .unwrap();
            let nearest = ((at - begins) * f64::from(rate)).round();
            assert!(
                (0.0..f64::from(rate)).contains(&nearest),
                "{at} in {begins}"
            );
            let got = samples[place]
                .iter()
                .zip(0_u16..)
                .find(|(_, number)| (f64::from(*number) - nearest).abs() < 0.25)
                .unwrap();
            assert_eq!(
                i32::from(*got.0),
                value,
                "{rate} Hz, second {second}, sample {sample}"
            );
            expected += 1;
        }
        if second == 59 {
            let hole = seconds(WALL - seen.begins_us) + 29.41 + 62.0;
            assert!(seen.covers("Pleth 75 Hz invalid", hole));
            assert!(!seen.covers("Pleth 75 Hz invalid", hole - 10.0));
        }
    }
    let there: usize = ["Pleth 75 Hz", "Pleth 60 Hz"]
        .iter()
        .map(|label| seen.place(label))
        .map(|place| {
            let all = seen.records.iter().flat_map(|(_, samples)| &samples[place]);
            all.filter(|digital| **digital != i16::MIN).count()
        })
        .sum();
    assert_eq!(there, expected);
}

#[test]
fn what_happened_is_in_the_annotations() {
    let made = made();
    let seen = read(&written(&made.archive, made.folder.path(), false));
    let session = SessionRecord::read(&made.archive, "last").unwrap();
    let began = seconds(WALL - seen.begins_us);
    for (kind, text) in [
        ("perceived-exertion", "RPE 13"),
        ("blood-pressure", "BP 142/78 mmHg"),
    ] {
        let taken = session
            .measurements
            .iter()
            .find(|taken| taken.kind == kind)
            .unwrap();
        let said = seen.says(text);
        assert_eq!(said.len(), 1, "{text}");
        assert!((said[0].onset - began - seconds(taken.t_us)).abs() < 1e-6);
    }
    let raised = session
        .events
        .iter()
        .filter(|event| event.kind == "alarm-raised");
    for event in raised {
        let rule = event.rule.as_deref().unwrap();
        let saw = event.saw().unwrap();
        let said: Vec<_> = seen
            .says(&format!("alarm-raised {rule} "))
            .into_iter()
            .filter(|list| {
                list.annotations
                    .iter()
                    .any(|text| text.contains(&format!(": {saw}")))
            })
            .collect();
        assert!(
            said.iter()
                .any(|list| (list.onset - began - seconds(event.t_us)).abs() < 1e-6),
            "{rule}"
        );
    }
    let phases = seen.says("Phase conditioning");
    assert!(!phases.is_empty() && phases.iter().all(|list| list.duration > 0.0));
    assert!(seen.covers("Not recorded: sample", began + 204.0));
    assert!(!seen.says(&SECRET_TEXT.replace('\n', " ")).is_empty());
}

#[test]
fn a_session_without_holes_is_continuous_and_needs_no_waveform() {
    let (folder, archive) = archive_of_a_visit();
    let seen = read(&written(&archive, folder.path(), false));
    assert!(seen.continuous);
    assert!(
        seen.signals
            .iter()
            .all(|signal| !signal.label.starts_with("Pleth"))
    );
    assert!(seen.records.len() > 450);
}

/// The oximeter is read before its patient's session begins.
#[test]
fn no_record_begins_before_the_session() {
    let (folder, archive) = archive_of(|visit| {
        visit.plethysmogram(Timestamp::from_millis(770));
        visit.whole();
    });
    let seen = read(&written(&archive, folder.path(), false));
    assert!(seen.begins_us >= WALL, "{}", seen.begins_us);
    let whole = archive_of_a_visit();
    let without = read(&written(&whole.1, whole.0.path(), false));
    assert_eq!(seen.records.len(), without.records.len());
    let pleth = seen.place("Pleth");
    let signal = &seen.signals[pleth];
    let there = |record: usize| {
        let samples = seen.records[record].1[pleth].iter();
        samples
            .filter(|sample| i32::from(**sample) != signal.digital_minimum)
            .count()
    };
    assert_eq!((there(0), there(1), there(3)), (75, 75, 0));
}

#[test]
fn a_session_in_disguise_begins_with_the_year_and_has_no_name() {
    let made = made();
    let seen = read(&written(&made.archive, made.folder.path(), true));
    assert!(
        seen.recording.starts_with("Startdate 01-JAN-2000 "),
        "{}",
        seen.recording
    );
    assert!(!seen.patient.contains("K7PD2MXQ"));
    assert!(seen.says("Nurse").is_empty());
    assert!(seen.records.len() > 600);
}

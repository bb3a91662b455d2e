use std::path::{Path, PathBuf};

use super::fixtures::{SECRETS, made};
use super::write::{Order, Tells, Written, write};
use super::*;
use crate::records::fixtures::{archive_of_a_corrected_alarm, pressure};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn nothing_that_leads_back_to_the_patient_is_in_a_deidentified_file_of_any_form() {
    let made = made();
    let sessions = made.archive.sessions().unwrap();
    let session = SessionRecord::read(&made.archive, "last").unwrap();
    let mut secrets: Vec<String> = SECRETS.iter().map(|secret| (*secret).to_owned()).collect();
    secrets.push(session.line.id.rsplit('-').next().unwrap().to_owned());
    // Seconds since 1970: a date as a number.
    secrets.push((session.line.began_wall_micros / 1_000_000).to_string());
    secrets.push(format!(
        "{}",
        crate::records::chain::Hex(&session.events[0].hash)
    ));
    for format in FORMATS {
        let output = made.folder.path().join(format.name);
        for several in [false, true] {
            let order = Order {
                format,
                output: &output.join(if several { "many" } else { "one" }),
                several,
                tells: Tells::Nothing,
                notes: false,
                force: false,
            };
            std::fs::create_dir_all(&output).unwrap();
            write(&made.archive, &sessions, &order).unwrap();
        }
        let written = files(&output);
        assert!(written.len() >= 2, "{}", format.name);
        for path in written {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.is_empty());
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            for secret in &secrets {
                assert!(
                    !contains(&bytes, secret),
                    "{secret} is in {}",
                    path.display()
                );
                assert!(!name.contains(secret), "{secret} is the name of {name}");
            }
        }
    }
}

#[test]
fn the_secrets_are_there_where_nothing_is_deidentified() {
    let made = made();
    let sessions = made.archive.sessions().unwrap();
    let order = Order {
        format: Format::named("jsonl").unwrap(),
        output: Path::new("-"),
        several: false,
        tells: Tells::Pseudonym,
        notes: false,
        force: false,
    };
    let Written::Bytes(bytes) = write(&made.archive, &sessions, &order).unwrap() else {
        panic!("bytes for standard output")
    };
    for secret in [
        "K7PD2MXQ",
        "Nurse Joy",
        "bike-steady",
        "target_met",
        "20261123",
    ] {
        assert!(contains(&bytes, secret), "{secret}");
    }
}

#[test]
fn files_of_many_sessions_are_called_by_pseudonym_and_id() {
    let made = made();
    let sessions = made.archive.sessions().unwrap();
    let output = made.folder.path().join("out");
    let order = Order {
        format: Format::named("jsonl").unwrap(),
        output: &output,
        several: true,
        tells: Tells::Pseudonym,
        notes: false,
        force: false,
    };
    write(&made.archive, &sessions, &order).unwrap();
    let id = &sessions[0].id;
    assert_eq!(
        files(&output),
        [output.join(format!("K7PD2MXQ_{id}.jsonl"))]
    );
    // Again: refused, and nothing changes.
    let before = std::fs::metadata(&files(&output)[0])
        .unwrap()
        .modified()
        .unwrap();
    let refusal = write(&made.archive, &sessions, &order).unwrap_err();
    assert!(matches!(refusal, ExportError::There { .. }), "{refusal}");
    assert!(refusal.to_string().contains("--force"));
    assert_eq!(
        std::fs::metadata(&files(&output)[0])
            .unwrap()
            .modified()
            .unwrap(),
        before
    );
}

#[test]
fn a_folder_of_tables_does_not_go_to_standard_output() {
    let made = made();
    let order = Order {
        format: Format::named("csv").unwrap(),
        output: Path::new("-"),
        several: false,
        tells: Tells::Pseudonym,
        notes: false,
        force: false,
    };
    let sessions = made.archive.sessions().unwrap();
    let refusal = write(&made.archive, &sessions, &order).unwrap_err();
    assert!(matches!(refusal, ExportError::Several { .. }), "{refusal}");
}

#[test]
fn a_name_is_in_a_file_where_it_was_asked_for_and_in_no_files_name() {
    let made = made();
    let sessions = made.archive.sessions().unwrap();
    for format in FORMATS {
        for names in [false, true] {
            let output = made.folder.path().join(format!("{} {names}", format.name));
            let order = Order {
                format,
                output: &output,
                several: true,
                tells: if names { Tells::Name } else { Tells::Pseudonym },
                notes: false,
                force: false,
            };
            write(&made.archive, &sessions, &order).unwrap();
            let written = files(&output);
            let named = written.iter().any(|path| {
                let bytes = std::fs::read(path).unwrap();
                contains(&bytes, "Jane Doe") || contains(&bytes, "Jane_Doe")
            });
            assert_eq!(
                named,
                names && format.takes_names,
                "{} {names}",
                format.name
            );
            for path in written {
                assert!(!path.to_str().unwrap().contains("Jane"), "{path:?}");
            }
        }
    }
}

#[test]
fn an_age_is_told_pooled_and_a_state_as_it_is() {
    let made = made();
    let sessions = made.archive.sessions().unwrap();
    let order = Order {
        format: Format::named("csv").unwrap(),
        output: &made.folder.path().join("tables"),
        several: false,
        tells: Tells::Nothing,
        notes: false,
        force: false,
    };
    write(&made.archive, &sessions, &order).unwrap();
    let summary = std::fs::read_to_string(order.output.join("summary.csv")).unwrap();
    let mut rows = summary
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let (heading, row) = (rows.next().unwrap(), rows.next().unwrap());
    let cell = |name: &str| row[heading.iter().position(|column| *column == name).unwrap()];
    // 95 on the day.
    assert_eq!(cell("age_years"), "90");
    assert!(
        summary.contains("\"signed, 1 addition since\""),
        "{summary}"
    );
}

#[test]
fn every_form_says_that_the_figure_of_an_alarm_was_corrected_and_to_what() {
    let (folder, archive) = archive_of_a_corrected_alarm(pressure(142, 118), pressure(142, 78));
    let sessions = archive.sessions().unwrap();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let day = jiff::Timestamp::from_microsecond(session.corrections[0].wall_us)
        .unwrap()
        .strftime("%Y-%m-%d")
        .to_string();
    let now = "blood pressure 142/78 mmHg";
    let saw = "diastolic 118 over stop limit 115";
    let afterwards = format!("{saw}, corrected afterwards to {now}, {day}");
    for (name, wanted) in [
        (
            "edf",
            vec![format!("alarm-raised sbp-high high: {afterwards}")],
        ),
        (
            "fhir",
            vec![
                afterwards,
                format!("\"text\": \"corrected afterwards to {now}, {day}"),
            ],
        ),
        ("fit", vec![now.to_owned()]),
        ("csv", vec![format!("raised: {saw},{now},")]),
    ] {
        let output = folder.path().join(name);
        let order = Order {
            format: Format::named(name).unwrap(),
            output: &output,
            several: false,
            tells: Tells::Pseudonym,
            notes: false,
            force: false,
        };
        write(&archive, &sessions, &order).unwrap();
        let written = if output.is_dir() {
            files(&output)
        } else {
            vec![output]
        };
        let all: Vec<Vec<u8>> = written
            .iter()
            .map(|path| std::fs::read(path).unwrap())
            .collect();
        for wanted in wanted {
            assert!(
                all.iter().any(|bytes| contains(bytes, &wanted)),
                "{name}: {wanted}"
            );
        }
    }
}

use std::collections::BTreeMap;

use super::super::fixtures::{SECRET_TEXT, made};
use super::super::write::{Order, Tells, write as write_files};
use super::super::{FORMATS, Format};
use super::*;
use crate::records::SessionRecord;

/// A reader of RFC 4180 that shares nothing with the writer, and takes nothing that the RFC does not: quotes around a field or not at all, a
/// quote within doubled, every record of the same length, here with LF.
fn read(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut letters = text.chars().peekable();
    loop {
        let mut field = String::new();
        if letters.next_if_eq(&'"').is_some() {
            loop {
                match letters.next().expect("a field that ends") {
                    '"' if letters.next_if_eq(&'"').is_some() => field.push('"'),
                    '"' => break,
                    letter => field.push(letter),
                }
            }
        } else {
            while let Some(letter) =
                letters.next_if(|letter| !matches!(letter, ',' | '\n' | '"' | '\r'))
            {
                field.push(letter);
            }
        }
        record.push(field);
        match letters.next() {
            Some(',') => {}
            Some('\n') => {
                records.push(std::mem::take(&mut record));
                if letters.peek().is_none() {
                    break;
                }
            }
            other => panic!("{other:?} after a field of {record:?}"),
        }
    }
    assert!(
        records
            .iter()
            .all(|record| record.len() == records[0].len())
    );
    records
}

type Table = Vec<BTreeMap<String, String>>;

/// A table as rows of named cells.
fn rows(text: &str) -> Table {
    let mut records = read(text).into_iter();
    let heading = records.next().expect("a heading");
    records
        .map(|record| heading.iter().cloned().zip(record).collect())
        .collect()
}

fn tables(deidentified: bool) -> (super::super::fixtures::Made, BTreeMap<String, Table>, Value) {
    let made = made();
    let output = made.folder.path().join("out");
    let order = Order {
        format: Format::named("csv").unwrap(),
        output: &output,
        several: false,
        tells: if deidentified {
            Tells::Nothing
        } else {
            Tells::Pseudonym
        },
        notes: false,
        force: false,
    };
    write_files(&made.archive, &made.archive.sessions().unwrap(), &order).unwrap();
    let mut tables = BTreeMap::new();
    for name in [
        "samples",
        "events",
        "measurements",
        "notes",
        "signatures",
        "gaps",
        "summary",
    ] {
        let text = std::fs::read_to_string(output.join(format!("{name}.csv"))).unwrap();
        tables.insert(name.to_owned(), rows(&text));
    }
    let dictionary = std::fs::read(output.join("dictionary.json")).unwrap();
    (made, tables, serde_json::from_slice(&dictionary).unwrap())
}

/// What the store has: rows of cells as text, NULL as nothing.
fn stored(made: &super::super::fixtures::Made, sql: &str) -> Vec<Vec<String>> {
    let mut statement = made.archive.connection().prepare(sql).unwrap();
    let count = statement.column_count();
    statement
        .query_map([], |row| {
            (0..count)
                .map(|column| {
                    row.get::<_, Option<String>>(column)
                        .map(Option::unwrap_or_default)
                })
                .collect()
        })
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn picked(table: &Table, columns: &[&str]) -> Vec<Vec<String>> {
    table
        .iter()
        .map(|row| columns.iter().map(|column| row[*column].clone()).collect())
        .collect()
}

#[test]
fn every_second_is_in_the_table_as_it_is_in_the_store() {
    let (made, tables, _) = tables(false);
    let samples = &tables["samples"];
    let columns = [
        "t_s",
        "bout",
        "station",
        "machine",
        "phase",
        "hr_bpm",
        "hr_source",
        "hr_quality",
        "pulse_bpm",
        "spo2_pct",
        "spo2_quality",
        "target_bpm",
        "zone_lower_bpm",
        "zone_upper_bpm",
        "load_asked_w",
        "load_actual_w",
        "cadence_rpm",
        "reason",
        "by_hand",
    ];
    let in_store = stored(
        &made,
        "SELECT CAST((at_us - 1000000) / 1000000 AS TEXT), CAST(bout AS TEXT), CAST(station AS TEXT), machine, phase,
           CAST(heart_rate_bpm AS TEXT), heart_rate_source, heart_rate_trust, CAST(pulse_bpm AS TEXT), CAST(spo2_percent AS TEXT),
           spo2_trust, CAST(target_heart_rate_bpm AS TEXT), CAST(zone_lower_bpm AS TEXT), CAST(zone_upper_bpm AS TEXT),
           CAST(told_power_w AS TEXT), CAST(reported_power_w AS TEXT), CAST(cadence_rpm AS TEXT), reason, CAST(by_hand AS TEXT)
         FROM session_samples ORDER BY bout, at_us",
    );
    assert_eq!(picked(samples, &columns), in_store);
    assert!(samples.len() > 600);
}

#[test]
fn units_are_those_of_the_headings_and_a_hole_stays_a_hole() {
    let (made, tables, _) = tables(false);
    let samples = &tables["samples"];
    // Against the store's own units, as numbers.
    let units = stored(
        &made,
        "SELECT CAST(reported_speed_mm_s AS TEXT), CAST(reported_grade_permille AS TEXT), CAST(granted_met_milli AS TEXT),
           CAST(heart_rate_age_ms AS TEXT) FROM session_samples ORDER BY bout, at_us",
    );
    let number = |text: &str| text.parse::<f64>().ok();
    for (row, store) in samples.iter().zip(&units) {
        let expected = [
            number(&store[0]).map(|speed| speed * 3.6 / 1_000.0),
            number(&store[1]).map(|grade| grade / 10.0),
            number(&store[2]).map(|met| met / 1_000.0),
            number(&store[3]).map(|age| age / 1_000.0),
        ];
        for (column, expected) in ["speed_kmh", "grade_pct", "met_granted", "hr_age_s"]
            .iter()
            .zip(expected)
        {
            let got = number(&row[*column]);
            assert_eq!(got.is_some(), expected.is_some(), "{column} {row:?}");
            let difference = got.unwrap_or_default() - expected.unwrap_or_default();
            assert!(difference.abs() < 1e-9, "{column} {row:?}");
        }
    }
    // The hole is a hole: nothing stands between its edges.
    let times: Vec<f64> = samples
        .iter()
        .filter_map(|row| number(&row["t_s"]))
        .collect();
    assert!(
        !times.iter().any(|time| (199.5..208.5).contains(time)),
        "{times:?}"
    );
    assert_eq!(tables["gaps"][0]["what"], "sample");
    assert_eq!(
        (
            tables["gaps"][0]["from_s"].as_str(),
            tables["gaps"][0]["to_s"].as_str()
        ),
        ("199", "209")
    );
}

#[test]
fn events_and_measurements_are_as_in_the_store_and_no_text_is_a_formula() {
    let (made, tables, _) = tables(false);
    let events = &tables["events"];
    let unguarded: Vec<Vec<String>> = picked(events, &["number", "kind", "rule", "reason", "hash"])
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|cell| cell.strip_prefix('\'').map_or(cell.clone(), str::to_owned))
                .collect()
        })
        .collect();
    assert_eq!(
        unguarded,
        stored(
            &made,
            "SELECT CAST(id AS TEXT), kind, rule, text, lower(hex(hash)) FROM events WHERE session_id IS NOT NULL AND run_id = 1 ORDER BY id"
        )
    );
    let guarded = format!("'{SECRET_TEXT}");
    assert!(events.iter().any(|event| event["reason"] == guarded));
    for table in tables.values() {
        for (column, cell) in table.iter().flatten() {
            let formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
            assert!(!formula, "{column}: {cell}");
        }
    }
    let raised: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "alarm-raised" && !event["ack_t_s"].is_empty())
        .collect();
    assert!(!raised.is_empty());
    for event in raised {
        let acknowledged = events.iter().any(|other| {
            other["kind"] == "alarm-acknowledged"
                && other["rule"] == event["rule"]
                && other["t_s"] == event["ack_t_s"]
        });
        assert!(acknowledged, "{event:?}");
    }
    let columns = ["number", "bout", "kind", "value", "value2", "unit", "phase"];
    assert_eq!(
        picked(&tables["measurements"], &columns),
        stored(
            &made,
            "SELECT CAST(measurements.id AS TEXT), CAST(number AS TEXT), kind, CAST(value AS TEXT), CAST(second_value AS TEXT), unit, phase
             FROM measurements JOIN bouts ON bouts.id = bout_id ORDER BY measurements.id"
        )
    );
}

#[test]
fn an_event_says_its_unit_who_did_it_and_what_became_of_the_load() {
    let (made, tables, _) = tables(false);
    let events = &tables["events"];
    let session = SessionRecord::read(&made.archive, "last").unwrap();
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    let number = |text: &str| text.parse::<f64>().ok();
    for event in events {
        let has_value = !event["value"].is_empty() || !event["limit"].is_empty();
        let of_a_load = matches!(event["kind"].as_str(), "command" | "decision");
        let has_unit = has_value && (of_a_load || !event["rule"].is_empty());
        assert_eq!(!event["unit"].is_empty(), has_unit, "{event:?}");
        let by = match event["kind"].as_str() {
            "operator" | "refused" | "alarm-acknowledged" | "alarm-silenced" => "staff",
            _ => "station",
        };
        assert_eq!(event["by"], by);
        if of_a_load {
            assert_eq!(event["unit"], "MET");
            if let Some(before) = last.insert(event["bout"].clone(), event["value"].clone()) {
                let close = |column: &str, value: &str| {
                    (number(&event[column]).unwrap() - number(value).unwrap()).abs() < 1e-3
                };
                assert!(close("from_load", &before) && close("to_load", &event["value"]));
            }
        }
    }
    let alarms = AlarmSummary::with_events(&session);
    assert!(!alarms.is_empty());
    for (raised, alarm) in alarms {
        let event = events
            .iter()
            .find(|event| event["number"] == raised.to_string())
            .unwrap();
        for (column, met) in [
            ("from_load", alarm.granted_met),
            ("to_load", alarm.least_granted_met),
        ] {
            let told = number(&event[column]);
            assert_eq!(told.is_some(), alarm.hardest_act.is_some(), "{event:?}");
            let close = told
                .zip(met)
                .is_none_or(|(told, met)| (told - met).abs() < 1e-3);
            assert!(close && met.is_some() == told.is_some(), "{event:?}");
        }
    }
    let floor = events
        .iter()
        .find(|event| event["rule"] == "spo2-floor" && event["kind"] == "alarm-raised");
    assert_eq!(floor.unwrap()["unit"], "%");
    let controllers: std::collections::BTreeSet<&str> = tables["samples"]
        .iter()
        .filter(|row| row["phase"] == "conditioning")
        .map(|row| row["controller"].as_str())
        .collect();
    assert_eq!(controllers.into_iter().collect::<Vec<_>>(), ["load"]);
}

#[test]
fn the_mets_of_the_seconds_are_those_of_the_summary() {
    let (_made, tables, _) = tables(false);
    let mets: Vec<f64> = tables["samples"]
        .iter()
        .filter_map(|row| row["mets"].parse().ok())
        .collect();
    let mean = mets.iter().sum::<f64>() / f64::from(u32::try_from(mets.len()).unwrap());
    let summed_up: f64 = tables["summary"][0]["mets_mean"].parse().unwrap();
    assert!((mean - summed_up).abs() < 1e-3, "{mean} {summed_up}");
}

#[test]
fn the_dictionary_has_every_column_with_its_meaning() {
    let (_made, tables, dictionary) = tables(false);
    for (name, table) in &tables {
        let described = dictionary["tables"][format!("{name}.csv")]
            .as_array()
            .unwrap();
        let mut names: Vec<&str> = described
            .iter()
            .map(|column| column["column"].as_str().unwrap())
            .collect();
        assert!(described.iter().all(|column| column["meaning"] != ""));
        names.sort_unstable();
        assert_eq!(
            names,
            table[0].keys().map(String::as_str).collect::<Vec<_>>(),
            "{name}"
        );
    }
    assert_eq!(dictionary["software"], SOFTWARE);
}

#[test]
fn a_session_in_disguise_keeps_its_figures_and_loses_its_hashes_and_texts() {
    let (_made, tables, dictionary) = tables(true);
    assert_eq!(dictionary["deidentified"], true);
    assert!(tables["samples"].len() > 600);
    assert!(
        tables["events"]
            .iter()
            .all(|event| event["hash"].is_empty() && event["reason"].is_empty())
    );
    assert!(tables["events"][0]["utc"].starts_with("2000-01-01T00:00:0"));
    assert_ne!(tables["summary"][0]["patient"], "K7PD2MXQ");
}

#[test]
fn decimals_are_written_without_rounding() {
    let cases = [
        (0, "0"),
        (5, "0.005"),
        (-5, "-0.005"),
        (1_230, "1.23"),
        (12_000, "12"),
    ];
    for (value, text) in cases {
        assert_eq!(decimal(value, 3), text);
    }
    assert!(FORMATS.iter().any(|format| format.name == "csv"));
}

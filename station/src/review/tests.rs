//! What every form that a session is told in has to agree on.

use std::path::Path;

use control::input::{Action, Entry};
use protocols::vocabulary::MillimetresOfMercury;
use serde_json::Value;

use super::export::Format;
use super::export::telling::Telling;
use super::export::write::{Order, Tells, write};
use super::{report, terminal};
use crate::records::figures::SessionFigures;
use crate::records::fixtures::{SECRET, archive_of, archive_of_a_visit_in_three_gyms, hire};
use crate::records::session::Alarm;
use crate::records::summary::summarise;
use crate::records::{Archive, SessionRecord, desk};

/// A session in a format; of one that is a folder the file of that name.
fn exported(archive: &Archive, folder: &Path, format: &'static str, name: &str) -> Vec<u8> {
    let output = folder.join(format);
    let order = Order {
        format: Format::named(format).unwrap(),
        output: &output,
        several: false,
        tells: Tells::Pseudonym,
        notes: false,
        force: true,
    };
    write(archive, &archive.sessions().unwrap(), &order).unwrap();
    std::fs::read(output.join(name))
        .or_else(|_| std::fs::read(output))
        .unwrap()
}

fn has(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

#[test]
fn every_form_has_the_same_alarms_and_phases_of_a_session_whose_gyms_were_lost() {
    let (folder, archive) = archive_of_a_visit_in_three_gyms();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let alarms = session.alarms();
    let line = archive.find("last").unwrap();
    let summary = summarise(&archive, line.clone()).unwrap();
    assert_eq!(summary.alarms.len(), alarms.len());
    let figures = SessionFigures::of(&session);
    assert_eq!(figures.alarm_count(), alarms.len());

    let bundle: Value =
        serde_json::from_slice(&exported(&archive, folder.path(), "fhir", "")).unwrap();
    let issues: Vec<&Value> = bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["resource"])
        .filter(|resource| resource["resourceType"] == "DetectedIssue")
        .collect();
    assert_eq!(issues.len(), alarms.len());
    assert!(
        issues
            .iter()
            .all(|issue| issue["identifiedPeriod"]["end"].is_string())
    );

    let csv = exported(&archive, folder.path(), "csv", "summary.csv");
    for count in &figures.alarms {
        let told = format!("{} {} {:.0} s", count.rule, count.count, count.longest_s);
        assert!(has(&csv, &told), "{told}");
    }
    let edf = exported(&archive, folder.path(), "edf", "");
    assert!(has(&edf, "Phase stopped") && !has(&edf, "Phase idle"));

    let page = report::session(&archive, &line, &Telling::nothing_else()).unwrap();
    assert!(page.contains("There when the session went on. "));
    assert!(page.contains("Until the record breaks off at 03:58."));
    assert!(!page.contains("There to the end"));

    let marks = terminal::marks::of(&session);
    let rows = marks.iter().filter(|mark| mark.is_alarm()).count();
    let escalated = alarms.iter().filter(|alarm| alarm.escalated().is_some());
    assert_eq!(rows, alarms.len() + escalated.count());
    assert!(marks.iter().any(|mark| {
        mark.text
            .contains("controller-fault, there when the session went on)")
    }));
}

#[test]
fn every_form_tells_an_alarm_by_what_was_seen_when_it_was_raised_and_the_worst_as_the_worst() {
    let (folder, archive) = archive_of(|visit| {
        visit.run(75);
        visit.act(Action::ConfirmStart);
        visit.run(150);
        visit.saturation = Some(86);
        visit.run(20);
        visit.saturation = Some(85);
        visit.run(20);
        visit.saturation = Some(97);
        visit.run(60);
        visit.act(Action::AcknowledgeAll);
        visit.act(Action::Finish);
        visit.run(5);
        visit.close();
    });
    let session = SessionRecord::read(&archive, "last").unwrap();
    let alarms = session.alarms();
    let floor = alarms.iter().find(|alarm| alarm.rule() == "spo2-floor");
    let worst = floor.and_then(Alarm::worst);
    let worst = worst.expect("the saturation fell further");
    let words = worst.words();
    assert!(
        words.starts_with("at worst SpO2 85 at floor 88, by "),
        "{words}"
    );

    let line = archive.find("last").unwrap();
    let summary = summarise(&archive, line.clone()).unwrap();
    let floor = summary
        .alarms
        .iter()
        .find(|alarm| alarm.rule == "spo2-floor");
    assert_eq!(floor.unwrap().saw, "SpO2 86 at floor 88");
    let page = report::session(&archive, &line, &Telling::nothing_else()).unwrap();
    assert!(page.contains("SpO2 86 at floor 88 ") && page.contains(&words));
    let marks = terminal::marks::of(&session);
    let raised = |text: &str| text.starts_with("SpO2 86 at floor 88") && text.ends_with(&words);
    assert_eq!(marks.iter().filter(|mark| raised(&mark.text)).count(), 1);
    let edf = exported(&archive, folder.path(), "edf", "");
    assert!(has(&edf, &format!("SpO2 86 at floor 88, {words}")));
    let fhir = exported(&archive, folder.path(), "fhir", "");
    assert!(has(&fhir, &format!("SpO2 86 at floor 88, {words}")));
    let csv = exported(&archive, folder.path(), "csv", "events.csv");
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let names = reader.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|there| there == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let told: Vec<_> = rows
        .iter()
        .filter(|row| !row[place("worst")].is_empty() && &row[place("rule")] == "spo2-floor")
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(&told[0][place("kind")], "alarm-raised");
    assert_eq!(
        (&told[0][place("value")], &told[0][place("worst")]),
        ("86", "85")
    );
    let by: f64 = told[0][place("worst_t_s")].parse().unwrap();
    assert!(by > told[0][place("t_s")].parse().unwrap());
}

#[test]
fn minutes_that_were_not_recorded_are_marked_wherever_they_go_out() {
    let (folder, archive) = archive_of(|visit| {
        visit.run(75);
        visit.act(Action::ConfirmStart);
        visit.run(90);
        visit.stand_still(31);
        visit.run(5);
        visit.close();
    });
    let line = archive.find("last").unwrap();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let figures = SessionFigures::of(&session);
    assert!(
        (figures.unrecorded.exercise_min() - 0.5).abs() < 0.02,
        "{figures:?}"
    );
    let (recorded, told) = (
        figures.completed_recorded_percent,
        figures.completed_percent,
    );
    assert!(told.unwrap() - recorded.unwrap() > 5.0, "{figures:?}");

    let summary = summarise(&archive, line.clone()).unwrap();
    let unrecorded: f64 = summary.bouts[0]
        .phases
        .iter()
        .map(|span| span.unrecorded_s)
        .sum();
    assert!((unrecorded - 30.0).abs() < 1.0, "{summary:?}");
    let page = report::session(&archive, &line, &Telling::nothing_else()).unwrap();
    assert!(page.contains("min, 0.5 of it not recorded") && page.contains(" % recorded"));
    let bundle: Value =
        serde_json::from_slice(&exported(&archive, folder.path(), "fhir", "")).unwrap();
    let observed = |code: &str| {
        let entries = bundle["entry"].as_array().unwrap();
        let resources = entries.iter().map(|entry| &entry["resource"]);
        let mut of_it = resources.filter(|resource| {
            let codings = resource["code"]["coding"].as_array();
            codings.is_some_and(|codings| codings.iter().any(|coding| coding["code"] == code))
        });
        of_it.next().unwrap()["note"][0]["text"]
            .as_str()
            .map(str::to_owned)
    };
    let exercise = observed("exercise-time").unwrap();
    assert_eq!(exercise, "0.5 min of it were not recorded");
    assert!(observed("completed").unwrap().ends_with(" s are missing"));
    assert!(observed("power-mean").unwrap().ends_with(" s are missing"));
    assert_eq!(observed("met-ceiling"), None);
    let csv = exported(&archive, folder.path(), "csv", "summary.csv");
    assert!(has(&csv, "conditioning_unrecorded_min") && has(&csv, "completed_recorded_pct"));
}

/// The next gym finds the session 20 s after the last that was written of it, and another program's clock knows nothing of that.
#[test]
fn what_a_gym_found_stands_when_it_found_it() {
    let (folder, archive) = archive_of_a_visit_in_three_gyms();
    let session = SessionRecord::read(&archive, "last").unwrap();
    assert!(session.events.is_sorted_by_key(|event| event.t_us));
    let began_wall_us = session.line.began_wall_micros;
    for event in &session.events {
        let by_wall = event.wall_us - began_wall_us;
        assert!((event.t_us - by_wall).abs() <= 1_000_000, "{event:?}");
    }
    let found = session.events.iter().filter(|event| !event.in_session);
    assert_eq!(found.count(), 2);
    let edf = exported(&archive, folder.path(), "edf", "");
    assert!(has(
        &edf,
        "+258\u{14}session: found open when the gym began"
    ));
    let events = exported(&archive, folder.path(), "csv", "events.csv");
    assert!(
        String::from_utf8_lossy(&events)
            .lines()
            .all(|line| !line.starts_with('-'))
    );
    let shown = summarise(&archive, session.line).unwrap().notices;
    assert!(shown.is_sorted_by_key(|notice| notice.t_s));
}

fn pressure(systolic: u16, diastolic: u16) -> Entry {
    let figure = |value| MillimetresOfMercury::new(value).unwrap();
    Entry::BloodPressure {
        systolic: figure(systolic),
        diastolic: figure(diastolic),
        symptoms: false,
    }
}

#[test]
fn a_corrected_pressure_stands_nowhere_as_if_it_held() {
    let (folder, archive) = archive_of(|visit| {
        visit.run(75);
        visit.act(Action::ConfirmStart);
        visit.run(150);
        visit.saturation = Some(86);
        visit.run(15);
        visit.act(Action::Enter(pressure(126, 75)));
        visit.run(5);
        visit.act(Action::Finish);
        visit.run(5);
        visit.close();
    });
    hire(&archive, "anna", "Anna Berg");
    let session = SessionRecord::read(&archive, "last").unwrap();
    let correction = desk::Correction {
        number: 1,
        value: pressure(190, 60),
        why: "read from the wrong line",
    };
    let (path, anna) = (archive.path(), desk::By::of(Some("anna")));
    let taken = &session.measurements;
    desk::correct(path, &anna, SECRET, &session.line.id, taken, &correction).unwrap();

    let summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
    let done: Vec<&String> = summary
        .alarms
        .iter()
        .flat_map(|alarm| &alarm.actions)
        .collect();
    assert!(
        done.iter()
            .any(|words| *words == "blood pressure 190/60 mmHg (a correction)")
    );
    assert!(
        !done.iter().any(|words| words.contains("126/75")),
        "{done:?}"
    );

    let page = report::session(&archive, &summary.session, &Telling::nothing_else()).unwrap();
    assert!(page.contains("Staff: blood pressure 190/60 mmHg (a correction)"));
    assert_eq!(
        page.matches("126/75").count(),
        page.matches("<s>126/75 mmHg</s>").count() + page.matches("correction of 126/75").count()
    );

    let edf = exported(&archive, folder.path(), "edf", "");
    assert!(has(&edf, "BP 190/60 mmHg (a correction)"));
    assert!(!has(&edf, "126/75") && !has(&edf, "operator: blood pressure"));
    let events = exported(&archive, folder.path(), "csv", "events.csv");
    assert!(has(
        &events,
        "blood pressure 126/75 mmHg,blood pressure 190/60 mmHg,"
    ));
}

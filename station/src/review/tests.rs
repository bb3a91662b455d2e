//! What every form that a session is told in has to agree on.

use std::path::Path;

use serde_json::Value;

use super::export::Format;
use super::export::telling::Telling;
use super::export::write::{Order, Tells, write};
use super::{report, terminal};
use crate::records::figures::SessionFigures;
use crate::records::fixtures::archive_of_a_visit_in_three_gyms;
use crate::records::summary::summarise;
use crate::records::{Archive, SessionRecord};

/// A session in a format, one that is a single file.
fn exported(archive: &Archive, folder: &Path, format: &'static str) -> Vec<u8> {
    let output = folder.join(format);
    let order = Order {
        format: Format::named(format).unwrap(),
        output: &output,
        several: false,
        tells: Tells::Pseudonym,
        notes: false,
        force: false,
    };
    write(archive, &archive.sessions().unwrap(), &order).unwrap();
    let file = if format == "csv" {
        output.join("summary.csv")
    } else {
        output
    };
    std::fs::read(file).unwrap()
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

    let bundle: Value = serde_json::from_slice(&exported(&archive, folder.path(), "fhir")).unwrap();
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

    let csv = exported(&archive, folder.path(), "csv");
    for count in &figures.alarms {
        let told = format!("{} {} {:.0} s", count.rule, count.count, count.longest_s);
        assert!(has(&csv, &told), "{told}");
    }
    let edf = exported(&archive, folder.path(), "edf");
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

//! Documents, seen from outside: whole or not at all, never over what is there, called by what they tell of and by no name.

use std::process::{Command, Stdio};

use crate::export::{Record, record_of};
use crate::program::{Run, run_with, station};

fn report(record: &Record, more: &[&str]) -> Run {
    let path = record.at("record.sqlite");
    let mut all = vec!["report", "--record", &path];
    all.extend(more);
    run_with(&all, b"")
}

#[test]
fn a_document_stands_where_it_is_wanted_and_gives_way_to_force_alone() {
    let record = record_of("K7PD2MXQ", 1);
    let file = record.at("visit.html");
    let run = report(&record, &["last", "--output", &file]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.lines(), [file.as_str()]);
    let text = std::fs::read_to_string(&file).expect("a file");
    assert!(text.starts_with("<!DOCTYPE html>") && text.ends_with("</html>"));
    assert!(text.contains(&record.id) && text.contains("K7PD2MXQ"));

    std::fs::write(&file, "mine").expect("written");
    let run = report(&record, &["last", "--output", &file]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
    assert_eq!(std::fs::read(&file).expect("a file"), b"mine");
    let run = report(&record, &["last", "--output", &file, "--force"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), text);

    let run = report(&record, &["last", "--output", "-"]);
    assert_eq!(run.stdout, text);
}

#[test]
fn a_document_is_called_by_what_it_tells_of() {
    let record = record_of("K7PD2MXQ", 1);
    let folder = record.at("out");
    std::fs::create_dir(&folder).expect("a folder");
    let wanted: [(&[&str], String); 3] = [
        (&["last"], format!("{}.html", record.id)),
        (
            &["--patient", "k7pd2mxq"],
            "course-K7PD2MXQ.html".to_owned(),
        ),
        (&["--day", "2026-11-23"], "day-2026-11-23.html".to_owned()),
    ];
    for (arguments, name) in wanted {
        let mut all = arguments.to_vec();
        all.extend(["--output", &folder]);
        let run = report(&record, &all);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        assert_eq!(run.lines(), [format!("{folder}/{name}")]);
    }
}

#[test]
fn a_disk_that_fills_leaves_what_was_there_and_no_half_document() {
    // A document that does not fit into the small disk below.
    let record = record_of(&"K7PD".repeat(25_000), 1);
    let file = record.at("visit.html");
    std::fs::write(&file, "old").expect("written");
    // 64 or 128 kilobytes, by the shell: a write past that fails, and is no signal that would end the program.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""])
        .arg(station().get_program())
        .args(["report", "last", "--force", "--output", &file])
        .args(["--record", &record.at("record.sqlite")])
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let run = Run::new(&output);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("nothing was left there"),
        "{}",
        run.stderr
    );
    assert_eq!(std::fs::read(&file).expect("a file"), b"old");
    assert_eq!(record.names(), ["visit.html"]);
}

#[test]
fn what_fits_no_session_is_said_with_what_to_do() {
    let record = record_of("K7PD2MXQ", 1);
    let run = report(&record, &["--day", "1999-01-01", "--output", "-"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""));
    assert!(run.stderr.contains("station sessions"), "{}", run.stderr);
    let run = report(&record, &["ZZZZZZ", "--output", "-"]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("the nearest is"), "{}", run.stderr);
    assert_eq!(report(&record, &[]).status, Some(2));
    assert_eq!(
        report(&record, &["last", "--day", "1999-01-01"]).status,
        Some(2)
    );
}

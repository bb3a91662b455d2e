//! `station check --live`: the real program commissions a virtual machine on a real pseudo-terminal.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use drivers::catalogue::{FAMILIES, Settings};

use crate::program::{Plugged, Run, run_with};

/// A machine under a name that stays: the name, and the machine behind it.
fn machine(folder: &Path, device: &str, more: &[&str]) -> (PathBuf, Plugged) {
    let port = folder.join(device);
    let link = ["--link", port.to_str().expect("text")];
    let arguments = [&[device], &link[..], more].concat();
    let plugged = Plugged::start(&arguments);
    (port, plugged)
}

fn gym(folder: &Path, machine: &str, port: &Path) -> PathBuf {
    let file = folder.join("gym.toml");
    fs::create_dir_all(folder.join("patients")).expect("a folder");
    let port = port.display();
    fs::write(
        &file,
        format!(
            "name = \"Test\"\npatients = \"patients\"\n[[station]]\nnumber = 1\nname = \"place 1\"\n{machine}\nport = \"{port}\"\nbench = \"none\"\n"
        ),
    )
    .expect("it can be written");
    file
}

fn commission(file: &Path, answer: &str) -> Run {
    commission_station(file, 1, answer)
}

fn commission_station(file: &Path, number: u8, answer: &str) -> Run {
    let file = file.to_str().expect("text");
    let number = number.to_string();
    let arguments = [
        "check",
        file,
        "--live",
        "--station",
        &number,
        "--by",
        "A. Fitter",
    ];
    run_with(&arguments, answer.as_bytes())
}

fn check(file: &Path) -> Run {
    run_with(&["check", file.to_str().expect("text")], b"")
}

#[test]
fn a_bike_is_commissioned_once_and_the_check_says_by_whom() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, _bike) = machine(folder.path(), "csafe-bike", &[]);
    let file = gym(
        folder.path(),
        "machine = \"csafe\"\nkind = \"cycle\"",
        &port,
    );
    let before = check(&file);
    assert!(
        before.stdout.contains("not commissioned: station check"),
        "{}",
        before.stdout
    );

    let done = commission(&file, "yes\n");
    assert_eq!(done.status, Some(0), "{} {}", done.stdout, done.stderr);
    let told = [
        "answers",
        "took 25 W",
        "reports 25 W",
        "reports 50 W",
        "keeps its load",
        "after a stop",
    ];
    for what in told {
        assert!(done.stdout.contains(what), "{what}: {}", done.stdout);
    }
    let book = fs::read_to_string(folder.path().join("gym.commissioned.toml")).expect("a book");
    assert!(book.contains("by = \"A. Fitter\""), "{book}");

    let after = check(&file);
    assert_eq!(after.status, Some(0));
    assert!(
        after.stdout.contains("commissioned by A. Fitter on "),
        "{}",
        after.stdout
    );

    // At another port it is another machine.
    let moved = fs::read_to_string(&file)
        .expect("a text")
        .replace("csafe-bike", "another");
    fs::write(&file, moved).expect("it can be written");
    assert!(check(&file).stdout.contains("not commissioned"));
}

#[test]
fn a_belt_that_stops_by_itself_is_found_to_do_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, _belt) = machine(folder.path(), "trackmaster", &["--set", "speed_unit=km/h"]);
    let file = gym(
        folder.path(),
        "machine = \"trackmaster\"\nspeed_unit = \"km/h\"",
        &port,
    );
    let done = commission(&file, "yes\n");
    assert_eq!(done.status, Some(0), "{} {}", done.stdout, done.stderr);
    assert!(done.stdout.contains("reports 1.6 km/h"), "{}", done.stdout);
    assert!(done.stdout.contains("let go within"), "{}", done.stdout);
    assert!(!check(&file).stdout.contains("UNGUARDED"));
    // One whose watchdog was seen not to work: what was seen counts, not what its protocol promises.
    let book = folder.path().join("gym.commissioned.toml");
    let written = fs::read_to_string(&book).expect("a book");
    assert!(written.contains("keeps_load = false"), "{written}");
    let seen = written.replace("keeps_load = false", "keeps_load = true");
    fs::write(&book, seen).expect("it can be written");
    let told = check(&file).stdout;
    assert!(told.contains("UNGUARDED: it keeps its load"), "{told}");
}

/// Every machine of the catalogue that takes load, by the way of an installer: its link meets its virtual device on a real line.
#[test]
fn every_machine_that_takes_load_can_be_commissioned() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut running = Vec::new();
    for family in FAMILIES {
        let takes_load = (family.link)(&Settings::default())
            .capabilities()
            .is_some_and(|can| can.control.is_commanded());
        if !takes_load {
            continue;
        }
        let place = folder.path().join(family.id);
        fs::create_dir(&place).expect("a folder");
        let mut told = format!("machine = \"{}\"", family.id);
        let mut sets = Vec::new();
        for setting in family.settings.iter().filter(|setting| setting.required) {
            let value = setting.values[0];
            write!(told, "\n{} = \"{value}\"", setting.key).expect("a text takes everything");
            if setting.key != "kind" {
                sets.push(format!("{}={}", setting.key, value));
            }
        }
        let more: Vec<&str> = sets
            .iter()
            .flat_map(|set| ["--set", set.as_str()])
            .collect();
        let (port, plugged) = machine(&place, family.models[0].id, &more);
        let file = gym(&place, &told, &port);
        let thread = std::thread::spawn(move || commission(&file, "yes\n"));
        running.push((family.id, plugged, thread));
    }
    assert!(running.len() >= 9, "{}", running.len());
    let mut wrong = Vec::new();
    for (id, _plugged, thread) in running {
        let done = thread.join().expect("it ended");
        if done.status != Some(0) {
            let last = done.stdout.lines().last().unwrap_or_default().to_owned();
            wrong.push(format!("{id}: {} after {last:?}", done.stderr.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_sent_without_a_yes_and_what_does_not_answer_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = "machine = \"csafe\"\nkind = \"cycle\"";
    let (port, _refuses) = machine(folder.path(), "csafe-console-bike", &[]);
    let file = gym(folder.path(), told, &port);
    let declined = commission(&file, "no\n");
    assert_eq!(declined.status, Some(1));
    assert!(
        declined.stderr.contains("nothing was sent"),
        "{}",
        declined.stderr
    );

    let done = commission(&file, "yes\n");
    assert_eq!(done.status, Some(1), "{}", done.stdout);
    assert!(done.stderr.contains("place 1 "), "{}", done.stderr);
    assert!(!folder.path().join("gym.commissioned.toml").exists());

    let file = gym(folder.path(), told, &folder.path().join("nowhere"));
    let gone = commission(&file, "yes\n");
    assert_eq!(gone.status, Some(1));
    assert!(
        gone.stderr.contains("is not there; plug it in"),
        "{}",
        gone.stderr
    );
    let unknown = [
        "check",
        file.to_str().expect("text"),
        "--live",
        "--station",
        "9",
        "--by",
        "A",
    ];
    assert_eq!(run_with(&unknown, b"").status, Some(2));
    let alone = ["check", file.to_str().expect("text"), "--live"];
    assert_eq!(run_with(&alone, b"").status, Some(2));
}

#[test]
fn a_book_that_is_none_is_a_mistake_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = gym(
        folder.path(),
        "machine = \"csafe\"\nkind = \"cycle\"",
        Path::new("/dev/serial/by-id/none"),
    );
    fs::write(
        folder.path().join("gym.commissioned.toml"),
        "[[machine]]\nstation = 1\n",
    )
    .expect("it can be written");
    let told = check(&file);
    assert_eq!(told.status, Some(1));
    assert!(told.stderr.contains("commissioned.toml"), "{}", told.stderr);
    assert!(told.stderr.contains("commission anew"), "{}", told.stderr);
}

/// A trainer that lets go when its host falls silent, and is told its load with each question.
#[test]
fn a_trainer_is_judged_by_what_it_did_before_it_was_told_its_load_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, _trainer) = machine(folder.path(), "computrainer", &[]);
    let file = gym(folder.path(), "machine = \"computrainer\"", &port);
    let done = commission(&file, "yes\n");
    assert_eq!(done.status, Some(0), "{} {}", done.stdout, done.stderr);
    assert!(done.stdout.contains("at up to 75 W"), "{}", done.stdout);
    let book = fs::read_to_string(folder.path().join("gym.commissioned.toml")).expect("a book");
    assert!(book.contains("follows = \"50 W and 75 W\""), "{book}");
    assert!(book.contains("let go within 6 s"), "{book}");
}

#[test]
fn a_machine_that_takes_no_load_is_seen_to_answer_and_not_commissioned() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, _rower) = machine(folder.path(), "waterrower", &[]);
    let file = gym(folder.path(), "machine = \"waterrower\"", &port);
    let done = commission(&file, "yes\n");
    assert_eq!(done.status, Some(0), "{} {}", done.stdout, done.stderr);
    for words in ["takes no load", "seen to answer by A. Fitter"] {
        assert!(done.stdout.contains(words), "{}", done.stdout);
    }
    assert!(!done.stdout.contains("commissioned by"), "{}", done.stdout);
    let after = check(&file).stdout;
    assert!(after.contains("seen to answer by A. Fitter on "), "{after}");
    assert!(!after.contains("not commissioned"), "{after}");
}

/// Several fitters, or one with several terminals: nobody's entry is lost.
#[test]
fn machines_that_are_tried_at_once_all_get_into_the_book() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = "name = \"Test\"\npatients = \"patients\"\n".to_owned();
    fs::create_dir_all(folder.path().join("patients")).expect("a folder");
    let mut running = Vec::new();
    for number in 1..=6 {
        let place = folder.path().join(format!("rower-{number}"));
        fs::create_dir(&place).expect("a folder");
        let (port, plugged) = machine(&place, "waterrower", &[]);
        write!(
            text,
            "[[station]]\nnumber = {number}\nname = \"place {number}\"\nmachine = \"waterrower\"\nport = \"{}\"\nbench = \"none\"\n",
            port.display()
        )
        .expect("a text takes everything");
        running.push(plugged);
    }
    let file = folder.path().join("gym.toml");
    fs::write(&file, text).expect("it can be written");
    let trials: Vec<_> = (1..=6)
        .map(|number| {
            let file = file.clone();
            std::thread::spawn(move || commission_station(&file, number, "yes\n"))
        })
        .collect();
    for trial in trials {
        let done = trial.join().expect("it ended");
        assert_eq!(done.status, Some(0), "{} {}", done.stdout, done.stderr);
    }
    let book = fs::read_to_string(folder.path().join("gym.commissioned.toml")).expect("a book");
    for number in 1..=6 {
        assert!(book.contains(&format!("station = {number}\n")), "{book}");
    }
    let left: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| name.to_string_lossy().contains(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

//! `station check --live`: the real program commissions a virtual machine on a real pseudo-terminal.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use drivers::catalogue::{FAMILIES, Settings};
use protocols::vocabulary::LoadControl;

use crate::program::{Run, run_with, station};

/// The program as a machine, under a name that stays. Dropped, it is killed.
struct Machine {
    child: Child,
    port: PathBuf,
}

impl Machine {
    fn start(folder: &Path, device: &str, more: &[&str]) -> Self {
        let port = folder.join(device);
        let mut child = station()
            .args(["virtual", device, "--pty", "--link"])
            .arg(&port)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("its path");
        Self { child, port }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
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
    let file = file.to_str().expect("text");
    let arguments = [
        "check",
        file,
        "--live",
        "--station",
        "1",
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
    let bike = Machine::start(folder.path(), "csafe-bike", &[]);
    let file = gym(
        folder.path(),
        "machine = \"csafe\"\nkind = \"cycle\"",
        &bike.port,
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
    let belt = Machine::start(folder.path(), "trackmaster", &["--set", "speed_unit=km/h"]);
    let file = gym(
        folder.path(),
        "machine = \"trackmaster\"\nspeed_unit = \"km/h\"",
        &belt.port,
    );
    let done = commission(&file, "yes\n");
    assert_eq!(done.status, Some(0), "{} {}", done.stdout, done.stderr);
    assert!(done.stdout.contains("reports 1.6 km/h"), "{}", done.stdout);
    assert!(done.stdout.contains("let go within"), "{}", done.stdout);
}

/// Every machine of the catalogue that takes load, by the way of an installer: its link meets its virtual device on a real line.
#[test]
fn every_machine_that_takes_load_can_be_commissioned() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut running = Vec::new();
    for family in FAMILIES {
        let takes_load = (family.link)(&Settings::default())
            .capabilities()
            .is_some_and(|can| can.control == LoadControl::Commanded);
        if !takes_load {
            continue;
        }
        let place = folder.path().join(family.id);
        fs::create_dir(&place).expect("a folder");
        let mut machine = format!("machine = \"{}\"", family.id);
        let mut sets = Vec::new();
        for setting in family.settings.iter().filter(|setting| setting.required) {
            let value = setting.values[0];
            write!(machine, "\n{} = \"{value}\"", setting.key).expect("a text takes everything");
            if setting.key != "kind" {
                sets.push(format!("{}={}", setting.key, value));
            }
        }
        let more: Vec<&str> = sets
            .iter()
            .flat_map(|set| ["--set", set.as_str()])
            .collect();
        let device = Machine::start(&place, family.models[0].id, &more);
        let file = gym(&place, &machine, &device.port);
        let thread = std::thread::spawn(move || commission(&file, "yes\n"));
        running.push((family.id, device, thread));
    }
    assert!(running.len() >= 9, "{}", running.len());
    let mut wrong = Vec::new();
    for (id, _device, thread) in running {
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
    let machine = "machine = \"csafe\"\nkind = \"cycle\"";
    let refuses = Machine::start(folder.path(), "csafe-console-bike", &[]);
    let file = gym(folder.path(), machine, &refuses.port);
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

    let file = gym(folder.path(), machine, &folder.path().join("nowhere"));
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

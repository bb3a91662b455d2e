//! `station devices`: the real program on real pseudo-terminals, virtual devices at their other ends.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Plugged, Run, run_with, station};

/// Every virtual device that is to be found, and what is to be said of it. A new one is a line here.
const DEVICES: &[Expected] = &[
    Expected {
        model: "csafe-bike",
        protocol: "csafe",
        certainty: "sure",
        baud: "9600 8N1",
    },
    Expected {
        model: "csafe-treadmill",
        protocol: "csafe",
        certainty: "sure",
        baud: "9600 8N1",
    },
    Expected {
        model: "trackmaster",
        protocol: "trackmaster",
        certainty: "likely",
        baud: "4800 8N1",
    },
    Expected {
        model: "nonin-df2",
        protocol: "nonin-df2",
        certainty: "sure",
        baud: "9600 8N1",
    },
    Expected {
        model: "zephyr-hxm",
        protocol: "zephyr-hxm",
        certainty: "sure",
        baud: "115200 8N1",
    },
    Expected {
        model: "ergoline",
        protocol: "ergoline",
        certainty: "likely",
        baud: "4800 8N1",
    },
    Expected {
        model: "daum-premium",
        protocol: "daum-premium",
        certainty: "sure",
        baud: "9600 8N1",
    },
    Expected {
        model: "kettler",
        protocol: "kettler",
        certainty: "likely",
        baud: "9600 8N1",
    },
    Expected {
        model: "monark",
        protocol: "monark",
        certainty: "likely",
        baud: "4800 8N1",
    },
    Expected {
        model: "nonin-df7",
        protocol: "nonin-df7",
        certainty: "sure",
        baud: "9600 8N1",
    },
    Expected {
        model: "contec-5",
        protocol: "contec-5",
        certainty: "likely",
        baud: "19200 8O1",
    },
    Expected {
        model: "ant-trainer",
        protocol: "ant",
        certainty: "sure",
        baud: "115200 8N1",
    },
    Expected {
        model: "polar-hrmi",
        protocol: "polar-hrmi",
        certainty: "likely",
        baud: "9600 8N1",
    },
    Expected {
        model: "ivy-450c",
        protocol: "ivy-450c",
        certainty: "sure",
        baud: "9600 8N1",
    },
    Expected {
        model: "medlab-ecg",
        protocol: "medlab-ecg",
        certainty: "likely",
        baud: "9600 8N1",
    },
    Expected {
        model: "waterrower",
        protocol: "waterrower",
        certainty: "possible",
        baud: "19200 8N1",
    },
];

struct Expected {
    model: &'static str,
    protocol: &'static str,
    certainty: &'static str,
    baud: &'static str,
}

fn devices(ports: &[&Path], more: &[&str]) -> Run {
    let mut arguments = vec!["devices".to_owned()];
    for port in ports {
        arguments.push("--port".to_owned());
        arguments.push(port.display().to_string());
    }
    arguments.extend(more.iter().map(|one| (*one).to_owned()));
    run_with(&arguments, b"")
}

fn rows(run: &Run) -> Vec<Value> {
    let Ok(Value::Array(rows)) = serde_json::from_str(&run.stdout) else {
        panic!("an array: {run:?}");
    };
    rows
}

#[test]
fn all_devices_at_once_are_named_right_and_none_moves() {
    let running: Vec<Plugged> = DEVICES
        .iter()
        .map(|expected| Plugged::start(&[expected.model]))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let gym = folder.path().join("gym.toml");
    let gym = gym.to_str().unwrap();
    let ports: Vec<&Path> = running.iter().map(|device| device.port.as_path()).collect();
    let run = devices(&ports, &["--json", "--write-config", gym]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let rows = rows(&run);
    assert_eq!(rows.len(), DEVICES.len());
    for ((expected, device), row) in DEVICES.iter().zip(&running).zip(&rows) {
        let model = expected.model;
        assert_eq!(row["port"], device.port.to_str().unwrap(), "{model}: {row}");
        assert_eq!(row["protocol"], expected.protocol, "{model}: {row}");
        assert_eq!(row["certainty"], expected.certainty, "{model}: {row}");
        assert_eq!(row["line"], expected.baud, "{model}: {row}");
        assert!(row["alternatives"].is_array(), "{model}: {row}");
    }
    // What was found runs as a gym as it is written; what waits for a person is named, and runs too once it is told.
    let check = run_with(&["check", gym], b"");
    assert_eq!(check.status, Some(0), "{check:?}");
    let waits = DEVICES.iter().zip(&running);
    for (_, device) in waits.filter(|(expected, _)| expected.protocol == "trackmaster") {
        let named = format!("what is on {} stands in the file", device.port.display());
        assert!(run.stderr.contains(&named), "{run:?}");
    }
    decide(gym, "speed_unit", "mph");
    let check = run_with(&["check", gym], b"");
    assert_eq!(check.status, Some(0), "{check:?}");
    let text = std::fs::read_to_string(gym).unwrap();
    assert!(text.contains("\nspeed_unit = \"mph\""), "{text}");
    for (expected, device) in DEVICES.iter().zip(&running) {
        stands(expected, &device.port);
    }
}

/// Takes the marks off the lines of whoever waits for `key`, and writes what it is; undecided, the file is refused by that name.
fn decide(gym: &str, key: &str, value: &str) {
    let text = std::fs::read_to_string(gym).unwrap();
    let asked = format!("# {key} = \"?\"");
    assert!(text.contains(&asked), "{text}");
    let blocks = text.split("\n\n").map(|block| {
        let Some((about, lines)) = block.split_once("\n# [[") else {
            return block.to_owned();
        };
        if lines.contains(&asked) {
            format!("{about}\n[[{}", lines.replace("\n# ", "\n"))
        } else {
            block.to_owned()
        }
    });
    let text = blocks.collect::<Vec<_>>().join("\n\n");
    std::fs::write(gym, &text).unwrap();
    let refused = run_with(&["check", gym], b"");
    assert_eq!(refused.status, Some(1), "{refused:?}");
    assert!(refused.stderr.contains(key), "{refused:?}");
    let decided = text.replace(&format!("{key} = \"?\""), &format!("{key} = \"{value}\""));
    std::fs::write(gym, decided).unwrap();
}

/// What finding writes works against the machine that was found, as soon as a person has told what no wire does.
#[test]
fn what_finding_writes_works_against_the_machine_that_was_found() {
    /// What is told to the virtual machine, and what a person decides: a key and its value.
    type Case = (
        &'static [&'static str],
        &'static [(&'static str, &'static str)],
    );
    const MACHINES: &[Case] = &[
        (&["csafe-bike"], &[]),
        (&["csafe-treadmill"], &[]),
        (&["csafe-concept2"], &[]),
        (
            &["trackmaster", "--set", "speed_unit=km/h"],
            &[("speed_unit", "km/h")],
        ),
        (&["woodway"], &[]),
        (&["ergoline"], &[]),
        (&["ergoline-er800s"], &[]),
        (&["ergoline-p3"], &[]),
        (&["daum-classic", "--set", "address=5"], &[]),
        (&["daum-classic", "--set", "dialect=old"], &[]),
        (&["daum-premium"], &[]),
        (&["daum-premium-run"], &[]),
        (&["kettler"], &[]),
        (&["monark"], &[]),
        (&["computrainer"], &[]),
        (&["waterrower"], &[]),
        (&["ble-2ad2"], &[]),
    ];
    let mut wrong = Vec::new();
    let running: Vec<_> = MACHINES
        .iter()
        .map(|(machine, decisions)| {
            let plugged = Plugged::start(machine);
            let thread =
                std::thread::spawn(move || commissioned_as_found(machine, decisions, &plugged));
            (machine, thread)
        })
        .collect();
    for (machine, thread) in running {
        if let Err(said) = thread.join().expect("it ended") {
            wrong.push(format!("{machine:?}: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who looked at a device that is only possible takes the marks off its lines.
fn looked_at(gym: &str) {
    let text = std::fs::read_to_string(gym).unwrap();
    let blocks = text
        .split("\n\n")
        .map(|block| match block.split_once("\n# [[") {
            Some((about, lines)) if about.contains("Only possible") => {
                format!("{about}\n[[{}", lines.replace("\n# ", "\n"))
            }
            _ => block.to_owned(),
        });
    std::fs::write(gym, blocks.collect::<Vec<_>>().join("\n\n")).unwrap();
}

/// Finds the machine, decides what the file asks, and commissions it as it was written.
fn commissioned_as_found(
    machine: &[&str],
    decisions: &[(&str, &str)],
    plugged: &Plugged,
) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let gym = folder.path().join("gym.toml");
    let gym = gym.to_str().ok_or("no text")?;
    devices(&[&plugged.port], &["--write-config", gym]);
    for (key, value) in decisions {
        decide(gym, key, value);
    }
    looked_at(gym);
    let text = std::fs::read_to_string(gym).map_err(|error| error.to_string())?;
    if text.contains("No machine was found") {
        return Err(text);
    }
    let live = [
        "check",
        gym,
        "--live",
        "--station",
        "1",
        "--by",
        "A. Fitter",
    ];
    let done = run_with(&live, b"yes\n");
    // Who takes no load at all has nothing that could be commissioned but that it answers.
    let answers = done.stdout.contains("answers");
    let takes_none = matches!(
        machine,
        ["csafe-concept2" | "daum-premium-run" | "waterrower" | "ble-2ad2"]
    );
    if answers && (takes_none || done.status == Some(0)) {
        Ok(())
    } else {
        Err(format!("{done:?}\n{text}"))
    }
}

/// Asks a machine by its own protocol whether it stands as it was switched on.
fn stands(expected: &Expected, port: &Path) {
    let question: &[u8] = match expected.protocol {
        "csafe" => &[0xF1, 0x80, 0x80, 0xF2],
        "trackmaster" => &[0xC0],
        _ => return,
    };
    set_rate(port, expected.baud);
    let mut host = File::options().read(true).write(true).open(port).unwrap();
    host.write_all(question).unwrap();
    let mut answer = [0; 64];
    let count = host.read(&mut answer).unwrap();
    let answer = &answer[..count];
    let rests = match answer {
        // Ready, whatever the toggle.
        [0xF1, status, ..] => status & 0x0F == 1,
        // Stopped.
        answer => answer == [0xD0, 0x31],
    };
    assert!(rests, "{}: {answer:02X?}", expected.model);
}

fn set_rate(port: &Path, baud: &str) {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    let terminal = File::options().read(true).write(true).open(port).unwrap();
    let mut settings = tcgetattr(&terminal).unwrap();
    let baud = baud.split(' ').next().unwrap().parse().unwrap();
    settings.set_speed(baud).unwrap();
    tcsetattr(&terminal, OptionalActions::Now, &settings).unwrap();
}

#[test]
fn a_port_that_another_program_holds_is_said_so_by_that_programs_name() {
    let device = Plugged::start(&["csafe-bike"]);
    let port = File::options()
        .read(true)
        .write(true)
        .open(&device.port)
        .unwrap();
    let run = devices(&[&device.port], &["--json"]);
    drop(port);
    assert_eq!(run.status, Some(1), "{run:?}");
    let rows = rows(&run);
    assert_eq!(rows[0]["state"], "held", "{}", rows[0]);
    let own = std::fs::read_to_string("/proc/self/comm").unwrap();
    assert_eq!(rows[0]["held_by"], own.trim());
}

#[test]
fn an_oximeter_whose_output_is_set_wrong_is_named_with_what_to_set() {
    let device = Plugged::start(&["masimo-ascii-2"]);
    let folder = tempfile::tempdir().unwrap();
    let gym = folder.path().join("gym.toml");
    let gym = gym.to_str().unwrap();
    let run = devices(&[&device.port], &["--write-config", gym]);
    assert!(run.stdout.contains("set the output to ASCII 1"), "{run:?}");
    let text = std::fs::read_to_string(gym).unwrap();
    assert!(text.contains("# protocol = \"masimo\""), "{text}");
    assert!(text.contains("set the output to ASCII 1"), "{text}");

    let line = b"SpO2=097 PR=069 PI=04.69 EXC=800:SET\r\n";
    let decoded = run_with(&["decode", "--protocol", "masimo"], line);
    assert_eq!(decoded.status, Some(1), "{decoded:?}");
    assert!(
        decoded.stderr.contains("set the output to ASCII 1"),
        "{decoded:?}"
    );
}

#[test]
fn a_port_that_is_given_twice_is_looked_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("oximeter");
    let device = Plugged::start(&["nonin-df2", "--link", link.to_str().unwrap()]);
    let real = std::fs::canonicalize(&link).unwrap();
    let run = devices(&[&link, &device.port, &real], &["--json"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let rows = rows(&run);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["protocol"], "nonin-df2");
}

#[test]
fn a_port_that_is_not_there_is_a_finding_and_says_what_to_do() {
    let run = devices(&[Path::new("/dev/no-such-port")], &[]);
    assert_eq!(run.status, Some(1));
    assert!(run.stdout.contains("plug it in"), "{run:?}");
}

#[test]
fn a_plug_that_is_pulled_and_put_back_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("bike");
    let link_text = link.to_str().unwrap();
    let device = Plugged::start(&["csafe-bike", "--link", link_text]);
    let other = Plugged::start(&["nonin-df2"]);
    let mut wiggle = station()
        .args(["devices", "--wiggle", "--port", link_text, "--port"])
        .arg(&other.port)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(wiggle.stderr.take().unwrap()).lines();
    assert!(said.next().unwrap().unwrap().contains("unplug one"));
    // Asked to end, the device takes its link along.
    rustix::process::kill_process(
        rustix::process::Pid::from_child(&device.child),
        rustix::process::Signal::TERM,
    )
    .unwrap();
    assert!(said.next().unwrap().unwrap().contains("put it back"));
    let _again = Plugged::start(&["csafe-bike", "--link", link_text]);
    let mut named = String::new();
    BufReader::new(wiggle.stdout.take().unwrap())
        .read_line(&mut named)
        .unwrap();
    assert_eq!(named.trim_end(), link_text);
    assert!(wiggle.wait().unwrap().success());
}

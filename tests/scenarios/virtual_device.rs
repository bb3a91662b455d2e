//! `station virtual`: the real program at the other end of a real pseudo-terminal.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};

use drivers::catalogue::FAMILIES;
use protocols::csafe::{self, MachineFrame, State};
use protocols::nonin_df2::{self, Packet};
use protocols::trackmaster::{self, BeltStatus, MachineMessage, SpeedUnit};
use protocols::vocabulary::BeatsPerMinute;
use protocols::wire::{Decoded, Decoder, Field};
use protocols::zephyr_hxm;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};

use crate::program::{run_with, station};

/// How long bytes may take that have to come: far longer than they ever do.
const DEADLINE: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// After how long without an answer a host asks again.
const ASK_AGAIN: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};

const GET_STATUS: &[u8] = &[0xF1, 0x80, 0x80, 0xF2];
const GO_IN_USE: &[u8] = &[0xF1, 0x85, 0x85, 0xF2];
const SET_POWER_75: &[u8] = &[0xF1, 0x34, 0x03, 0x4B, 0x00, 0x58, 0x24, 0xF2];
const GET_POWER: &[u8] = &[0xF1, 0xB4, 0xB4, 0xF2];

/// The program as a device. Dropped, it is killed.
struct Device {
    child: Child,
    path: PathBuf,
}

impl Device {
    fn start(arguments: &[&str]) -> Self {
        let mut child = station()
            .arg("virtual")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut line).expect("a line");
        let path = PathBuf::from(line.trim_end());
        Self { child, path }
    }

    fn host(&self) -> Host {
        Host::open(&self.path)
    }

    fn end_by(mut self, how: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), how).expect("it is there");
        self.child.wait().expect("an end")
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Somebody's host software.
struct Host(File);

impl Host {
    fn open(path: &Path) -> Self {
        let open = File::options().read(true).write(true).open(path);
        Self(open.expect("the port is there"))
    }

    fn say(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("it is taken");
    }

    /// What has come, once something has; `None` where the port is gone.
    fn hear(&mut self) -> Option<Vec<u8>> {
        assert!(self.hears_within(DEADLINE), "nothing comes");
        let mut buffer = [0; 4_096];
        match self.0.read(&mut buffer) {
            Ok(count) if count > 0 => Some(buffer[..count].to_vec()),
            Ok(_) | Err(_) => None,
        }
    }

    fn hears_within(&self, limit: Timespec) -> bool {
        let mut watched = [PollFd::from_borrowed_fd(self.0.as_fd(), PollFlags::IN)];
        poll(&mut watched, Some(&limit)).expect("it can be watched") > 0
    }

    /// Feeds what comes until `wanted` says that a message is the one.
    fn until<D: Decoder>(
        &mut self,
        decoder: &mut D,
        mut wanted: impl FnMut(&Decoded<D::Message>) -> bool,
    ) {
        let mut found = false;
        while !found {
            let bytes = self.hear().expect("the port stays");
            decoder.feed(&bytes, &mut |item| found |= wanted(&item));
        }
    }

    fn ask_csafe(&mut self, request: &[u8]) -> MachineFrame {
        self.say(request);
        let mut answer = None;
        self.until(&mut csafe::MachineDecoder::new(), |item| {
            answer = Some(item.content.expect("a good frame"));
            true
        });
        answer.expect("an answer")
    }
}

#[test]
fn a_bike_answers_on_its_port_and_takes_a_load() {
    let device = Device::start(&["csafe", "--pty", "--clock-rate", "10"]);
    let mut host = device.host();
    let status = host.ask_csafe(GET_STATUS).status().expect("a status");
    assert_eq!(status.state, State::Ready);
    host.ask_csafe(SET_POWER_75);
    let status = host.ask_csafe(GO_IN_USE).status().expect("a status");
    assert_eq!(status.state, State::InUse);
    // The patient begins to pedal, and the brake comes up to what was asked.
    loop {
        let answer = host.ask_csafe(GET_POWER);
        let power = answer.report().map(|report| report.power);
        if matches!(power, Some(Field::Present(watts)) if watts.get() == 75) {
            break;
        }
    }
}

#[test]
fn every_machine_of_the_list_answers_and_every_monitor_speaks() {
    for id in ["csafe-bike", "csafe-treadmill", "csafe-concept2"] {
        let status = Device::start(&[id, "--pty"]).host().ask_csafe(GET_STATUS);
        assert_eq!(
            status.status().map(|it| it.state),
            Some(State::Ready),
            "{id}"
        );
    }
    for id in ["csafe-console-bike", "csafe-console-treadmill"] {
        let status = Device::start(&[id, "--pty"]).host().ask_csafe(GET_STATUS);
        assert_eq!(
            status.status().map(|it| it.state),
            Some(State::Ready),
            "{id}"
        );
    }
    let device = Device::start(&["zephyr-hxm", "--pty", "--clock-rate", "30"]);
    let mut rate = None;
    device
        .host()
        .until(&mut zephyr_hxm::PacketDecoder::new(), |item| {
            let packet = item.content.expect("a good packet");
            rate = packet.heart_rate().ok();
            rate.is_some()
        });
    assert!(rate.is_some_and(|rate| (40..120).contains(&rate.get())));
}

#[test]
fn an_oximeter_speaks_by_itself_and_its_values_move_with_the_course() {
    let device = Device::start(&[
        "nonin-df2",
        "--pty",
        "--clock-rate",
        "30",
        "--patient",
        "copd",
        "--seed",
        "5000",
    ]);
    let mut rates = Vec::new();
    let mut packets = 0;
    device.host().until(
        &mut nonin_df2::PacketDecoder::new(),
        |item: &Decoded<Packet>| {
            // A host that was not given time for a while loses what found no room, as on a line.
            let Ok(packet) = item.content.as_ref() else {
                return false;
            };
            packets += 1;
            rates.extend(packet.pulse_rate().map(BeatsPerMinute::get));
            let (least, most) = (rates.iter().min(), rates.iter().max());
            let moved = most
                .zip(least)
                .is_some_and(|(most, least)| most - least > 8);
            // Three packets a second: a rest and a walk.
            assert!(packets < 3 * 400, "{least:?} to {most:?}");
            moved
        },
    );
}

#[test]
fn a_treadmill_counts_in_the_unit_that_was_set() {
    for (arguments, unit, tenth) in [
        (
            &["trackmaster", "--pty"][..],
            SpeedUnit::MilesPerHour,
            0.044_704,
        ),
        (
            &["trackmaster", "--pty", "--set", "speed_unit=km/h"],
            SpeedUnit::KilometresPerHour,
            1.0 / 36.0,
        ),
    ] {
        let device = Device::start(arguments);
        let mut host = device.host();
        // The top speed tells the units apart: 12.0 mph, 20.0 km/h.
        host.say(b"\xA30150\xC0");
        let mut decoder = trackmaster::MachineDecoder::new(Some(unit));
        let mut accepted = false;
        host.until(&mut decoder, |item| match item.content {
            Ok(MachineMessage::Acknowledged(_)) => {
                accepted = true;
                false
            }
            Ok(MachineMessage::Status(status)) => {
                assert_eq!(status, BeltStatus::Stopped);
                true
            }
            _ => false,
        });
        assert_eq!(accepted, unit == SpeedUnit::KilometresPerHour);
        host.say(&[0xC3]);
        host.until(&mut decoder, |item| {
            let Ok(MachineMessage::SetSpeed(speed)) = item.content else {
                return false;
            };
            let expected = if accepted { 150.0 } else { 5.0 } * tenth;
            let speed = speed.metres_per_second().expect("a speed").get();
            assert!((speed - expected).abs() < 1e-9);
            true
        });
    }
}

#[test]
fn a_fault_comes_when_it_was_ordered_and_a_link_outlives_an_unplug() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("strap");
    let link = link.to_str().expect("text");
    let device = Device::start(&[
        "zephyr-hxm",
        "--pty",
        "--link",
        link,
        "--clock-rate",
        "30",
        "--fault",
        "unplug@300+15",
        "--fault",
        "strap_value@330+6000=201",
    ]);
    assert_eq!(device.path, Path::new(link));
    let mut host = device.host();
    while host.hear().is_some() {}
    drop(host);
    let mut again = loop {
        if let Ok(file) = File::options().read(true).write(true).open(link) {
            break Host(file);
        }
        std::thread::yield_now();
    };
    again.until(&mut zephyr_hxm::PacketDecoder::new(), |item| {
        let rate = item.content.expect("a good packet").heart_rate().ok();
        rate.is_some_and(|rate| rate.get() == 201)
    });
    assert_eq!(device.end_by(Signal::TERM).code(), Some(0));
    assert!(!Path::new(link).is_symlink(), "the name goes with the port");
}

#[test]
fn either_signal_ends_it_well() {
    for how in [Signal::INT, Signal::TERM] {
        let device = Device::start(&["nonin-df2", "--pty"]);
        assert!(device.path.exists());
        assert_eq!(device.end_by(how).code(), Some(0), "{how:?}");
    }
}

#[test]
fn a_port_that_is_there_serves_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let modem = folder.path().join("modem");
    let (near, far) = null_modem();
    std::os::unix::fs::symlink(&far, &modem).expect("a link");
    let mut child = station()
        .args(["virtual", "csafe-bike", "--port"])
        .arg(&modem)
        .spawn()
        .expect("the program starts");
    let mut host = Host(near);
    // The program flushes the port as it opens it: what was asked before is lost, so a host asks until it is answered.
    host.say(GET_STATUS);
    while !host.hears_within(ASK_AGAIN) {
        assert!(child.try_wait().expect("a child").is_none(), "it has ended");
        host.say(GET_STATUS);
    }
    let mut state = None;
    host.until(&mut csafe::MachineDecoder::new(), |item| {
        state = item.content.as_ref().ok().and_then(MachineFrame::status);
        state.is_some()
    });
    assert_eq!(state.map(|status| status.state), Some(State::Ready));
    kill_process(Pid::from_child(&child), Signal::TERM).expect("it is there");
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

/// Two ends of a line: ours, and the path of the other.
fn null_modem() -> (File, String) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&near).expect("a terminal");
    unlockpt(&near).expect("a terminal");
    let far = ptsname(&near, Vec::new()).expect("a name");
    let far = far.into_string().expect("text");
    let mut settings = tcgetattr(&near).expect("settings");
    settings.make_raw();
    tcsetattr(&near, OptionalActions::Now, &settings).expect("settings");
    (File::from(near), far)
}

#[test]
fn devices_are_listed_by_the_names_that_can_be_given() {
    let plain = run_with(&["virtual", "--list"], &[]);
    let listed = run_with(&["virtual", "--list", "--json"], &[]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let ids: Vec<&str> = listed
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|row| row["id"].as_str())
        .collect();
    // A name once given stays: other people's scripts have it.
    let kept = [
        "csafe-bike",
        "csafe-treadmill",
        "csafe-console-bike",
        "csafe-console-treadmill",
        "csafe-concept2",
        "trackmaster",
        "nonin-df2",
        "zephyr-hxm",
    ];
    for id in kept {
        assert!(ids.contains(&id), "{id} of {ids:?}");
    }
    for family in FAMILIES {
        let begins = |id: &&str| id.starts_with(family.id);
        assert!(ids.iter().any(begins), "{} has a device", family.id);
    }
    for id in ids {
        assert!(
            plain.lines().iter().any(|line| line.starts_with(id)),
            "{id}"
        );
    }
}

#[test]
fn wrong_use_is_told_with_what_to_write_and_exits_2() {
    let cases: [(&[&str], &[&str]); 10] = [
        (&["csafe-rower", "--pty"], &["csafe-rower", "csafe-bike"]),
        (&["csafe-bike"], &["--port", "--pty"]),
        (&["csafe-bike", "--pty", "--clock-rate", "31"], &["1..=30"]),
        (
            &["csafe-bike", "--port", "/dev/null", "--clock-rate", "2"],
            &["--clock-rate", "--pty"],
        ),
        (&["csafe-bike", "--port", "/dev/no-such"], &["/dev/no-such"]),
        (
            &["csafe-bike", "--pty", "--patient", "tired"],
            &["cad", "transplant"],
        ),
        (
            &["csafe-bike", "--pty", "--set", "speed_unit=mph"],
            &["csafe-bike has no settings"],
        ),
        (
            &["csafe-bike", "--pty", "--fault", "fire@1+1"],
            &["fire", "silence"],
        ),
        (
            &["csafe-bike", "--pty", "--fault", "silence"],
            &["KIND@AT+FOR"],
        ),
        (
            &["csafe-bike", "--pty", "--fault", "unplug@1+1"],
            &["--link"],
        ),
    ];
    for (arguments, words) in cases {
        let arguments: Vec<&str> = ["virtual"].iter().chain(arguments).copied().collect();
        let run = run_with(&arguments, &[]);
        assert_eq!(run.status, Some(2), "{arguments:?}: {run:?}");
        assert_eq!(run.stdout, "", "{arguments:?}");
        for word in words {
            assert!(run.stderr.contains(word), "{word} in {run:?}");
        }
    }
}

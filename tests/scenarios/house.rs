//! A gym of the real binary with its own record and socket in a folder of its own, and a viewer on it that waits for conditions.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use control::input::Action;
use control::rules::RuleId;
use control::view::{PhaseKind, Reason};
use drivers::port::{Direction, capture_file};
use protocols::vocabulary::Watts;
use rustix::process::Resource;
use station::gym::launch::Ready;
use station::gym::messages::{Ask, FromGym, FromViewer, Request, VERSION};
use station::gym::snapshot::{LinkHealth, RecordHealth, Snapshot, StationSnapshot};
use station::records::Archive;
use tempfile::TempDir;

use crate::program::{Run, station};

/// Nothing that is waited for takes longer, however loaded the machine is.
const AT_LAST: Duration = Duration::from_mins(4);

/// How a request begins to be refused that was right, but came late.
pub(crate) const TOO_LATE: &str = "the screen was more than 2 s old";

/// A folder with a configuration, patients, a record and a socket.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) config: PathBuf,
    pub(crate) record: PathBuf,
    pub(crate) socket: PathBuf,
}

impl House {
    /// With this gym file and a file for each patient.
    pub(crate) fn new(gym: &str, patients: &[String]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("patients")).expect("a folder");
        std::fs::write(path("gym.toml"), gym).expect("written");
        for (number, patient) in patients.iter().enumerate() {
            std::fs::write(path(&format!("patients/{number}.toml")), patient).expect("written");
        }
        Self {
            config: path("gym.toml"),
            record: path("record.sqlite"),
            socket: path("sockets/gym.sock"),
            folder,
        }
    }

    /// The same house with a record in which nothing stands.
    pub(crate) fn with_new_record(self) -> Self {
        let record = self.folder.path().join("new-record.sqlite");
        Self { record, ..self }
    }

    /// How many samples of the record have a trusted saturation under a limit, in per cent.
    pub(crate) fn low_saturations(&self, limit: f64) -> i64 {
        let archive = Archive::open(&self.record).expect("a record");
        let sessions = archive.sessions().expect("its sessions");
        let bouts = sessions
            .iter()
            .flat_map(|session| archive.bouts(&session.id).expect("its bouts"));
        let low = bouts
            .flat_map(|bout| archive.samples(bout.row()).expect("its seconds"))
            .filter(|second| {
                let percent = second.spo2_percent.map(f64::from);
                second.spo2_trust == "trusted" && percent.is_some_and(|percent| percent < limit)
            });
        i64::try_from(low.count()).expect("a count")
    }

    /// When a rule first stands among the events of the record, in microseconds of the gym's time.
    pub(crate) fn first_event_of(&self, rule: RuleId) -> u64 {
        let record = rusqlite::Connection::open(&self.record).expect("a record");
        let at: Option<i64> = record
            .query_row(
                "SELECT min(at_us) FROM events WHERE rule = ?1",
                [rule.name()],
                |row| row.get(0),
            )
            .expect("looked for");
        u64::try_from(at.expect("it was raised")).expect("not negative")
    }

    /// The gym of this house, to be started.
    fn serve(&self) -> Command {
        self.served_by(station())
    }

    fn served_by(&self, mut command: Command) -> Command {
        command
            .arg("serve")
            .arg("--detached")
            .args(["--config".as_ref(), self.config.as_os_str()])
            .args(["--record".as_ref(), self.record.as_os_str()])
            .args(["--socket".as_ref(), self.socket.as_os_str()])
            .args([
                "--log".as_ref(),
                self.folder.path().join("gym.log").as_os_str(),
            ])
            .args(["--capture".as_ref(), self.captures().as_os_str()])
            .stdin(Stdio::null());
        command
    }

    /// Tries to start a gym that cannot start.
    pub(crate) fn refused(&self) -> Run {
        Run::new(&self.serve().output().expect("the binary runs"))
    }

    /// Starts the gym and waits until it is ready.
    pub(crate) fn open(&self, more: &[&str]) -> Gym {
        Self::start(self.serve(), more)
    }

    /// The same, on a disk that can be filled: a write that there is no room for fails, and is no signal that would end the gym.
    pub(crate) fn open_on_small_disk(&self, more: &[&str]) -> Gym {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(station().get_program());
        Self::start(self.served_by(shell), more)
    }

    fn start(mut command: Command, more: &[&str]) -> Gym {
        command
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let orders = child.stdin.take().expect("piped");
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        said.read_line(&mut line).expect("read");
        if serde_json::from_str::<Ready>(&line).is_err() {
            let mut words = String::new();
            let mut errors = child.stderr.take().expect("piped");
            errors.read_to_string(&mut words).expect("read");
            panic!("the gym did not open: {words}");
        }
        Gym { child, orders }
    }

    /// Where the bytes of each port are at the end.
    pub(crate) fn captures(&self) -> PathBuf {
        self.folder.path().join("captures")
    }

    /// Every piece that was sent to a port's device, in order: when, in microseconds, and what.
    pub(crate) fn sent(&self, port: usize) -> Vec<(u64, Vec<u8>)> {
        self.captured(port, Direction::ToDevice)
    }

    /// Every piece that came from a port's device.
    pub(crate) fn heard(&self, port: usize) -> Vec<(u64, Vec<u8>)> {
        self.captured(port, Direction::FromDevice)
    }

    fn captured(&self, port: usize, direction: Direction) -> Vec<(u64, Vec<u8>)> {
        let text = std::fs::read_to_string(self.captures().join(format!("port-{port}.capture")))
            .expect("a capture");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(capture_file::FIRST_LINE));
        let began = text.lines().find_map(capture_file::began).expect("a time");
        lines
            .filter_map(|line| capture_file::from_line(line).expect("a line that can be read"))
            .filter(|piece| piece.direction == direction)
            .map(|piece| (began.as_micros() + piece.at.as_micros(), piece.bytes))
            .collect()
    }

    /// A command on this house's record.
    pub(crate) fn on_record(&self, arguments: &[&str]) -> Output {
        station()
            .args(arguments)
            .args(["--record".as_ref(), self.record.as_os_str()])
            .output()
            .expect("the binary runs")
    }

    /// What `station show` says of a session.
    pub(crate) fn summary(&self, id: &str) -> serde_json::Value {
        let output = self.on_record(&["show", id, "--json"]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("an object")
    }

    /// Proves that the journal of every session gives the same outputs again.
    pub(crate) fn replay_all(&self) {
        for session in self.sessions() {
            let id = session["id"].as_str().expect("an id");
            let output = self.on_record(&["replay", id]);
            assert_eq!(output.status.code(), Some(0), "{output:?}");
        }
    }

    /// The record's sessions, the latest first.
    pub(crate) fn sessions(&self) -> Vec<serde_json::Value> {
        sessions_in(self.record.to_str().expect("text"))
    }
}

/// The sessions of a record, the latest first.
pub(crate) fn sessions_in(record: &str) -> Vec<serde_json::Value> {
    let output = station()
        .args(["sessions", "--json", "--record", record])
        .output()
        .expect("the binary runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("an array")
}

/// A gym's process; it is killed where a test fails.
pub(crate) struct Gym {
    child: Child,
    orders: ChildStdin,
}

impl Gym {
    /// Orders what goes wrong from now on, of a gym that was opened with `--orders`: a fault that came by the clock could come before
    /// what it is to disturb, on a loaded machine.
    pub(crate) fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("taken");
    }

    /// Fills the disk for this gym alone, or makes room again: the longest that a file of it may become is nothing.
    pub(crate) fn fill_disk(&self, full: bool) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let mut limit = rustix::process::getrlimit(Resource::Fsize);
        if full {
            limit.current = Some(0);
        }
        rustix::process::prlimit(Some(pid), Resource::Fsize, limit).expect("its own limit");
    }

    /// As a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn end(mut self) -> bool {
        self.ended().success()
    }

    /// The same where it does not end well: its status, and what it says.
    pub(crate) fn end_badly(mut self) -> (Option<i32>, String) {
        let mut words = String::new();
        let mut errors = self.child.stderr.take().expect("piped");
        let status = self.ended();
        errors.read_to_string(&mut words).expect("read");
        (status.code(), words)
    }

    fn ended(&mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("told");
        self.child.wait().expect("gone")
    }
}

impl Drop for Gym {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

/// A viewer that does what a nurse does, and waits for what a nurse would see.
pub(crate) struct Viewer {
    lines: BufReader<UnixStream>,
    out: UnixStream,
    pub(crate) picture: Snapshot,
    asked: u64,
    /// While it waits it goes on with a walk that nobody meant to end.
    pub(crate) walks_on: bool,
}

impl Viewer {
    pub(crate) fn attach(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).expect("the gym listens");
        stream.set_read_timeout(Some(AT_LAST)).expect("set");
        let mut out = stream.try_clone().expect("cloned");
        say(
            &mut out,
            &FromViewer::Hello {
                version: VERSION,
                program: "test".to_owned(),
            },
        );
        let mut lines = BufReader::new(stream);
        assert!(matches!(next(&mut lines), FromGym::Welcome { .. }));
        let picture = loop {
            if let FromGym::Picture(picture) = next(&mut lines) {
                break picture;
            }
        };
        Self {
            lines,
            out,
            picture,
            asked: 0,
            walks_on: false,
        }
    }

    fn next(&mut self) -> FromGym {
        say(&mut self.out, &FromViewer::Alive);
        let message = next(&mut self.lines);
        if let FromGym::Picture(picture) = &message {
            self.picture = picture.clone();
        }
        message
    }

    /// Waits for the next picture.
    pub(crate) fn next_picture(&mut self) {
        let seen = self.picture.number;
        self.until("the next picture", |picture| picture.number > seen);
    }

    /// The station as last seen.
    pub(crate) fn at(&self, station: u8) -> &StationSnapshot {
        self.picture
            .stations
            .iter()
            .find(|there| there.number == station)
            .expect("a station")
    }

    /// Waits until a picture fulfils the condition; says what it was waited for, where it never does.
    pub(crate) fn until(&mut self, what: &str, condition: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let limit = self.limit();
        while !condition(&self.picture) {
            let in_time = self.picture.wall_micros < limit;
            let stations: Vec<_> = self
                .picture
                .stations
                .iter()
                .map(|there| (&there.machine.link, there.view, &there.alarms))
                .collect();
            assert!(
                in_time,
                "waited in vain for {what}; last seen: {stations:#?}, {:?}",
                self.picture.notices
            );
            self.next();
            if self.walks_on && self.picture.number.is_multiple_of(5) {
                self.walk_on();
            }
        }
        self.picture.clone()
    }

    /// On a loaded machine the watchdog of a belt may find its gym late, the gym its viewers, and all of them a computer that stood still
    /// for a second: a link that was lost. Then a nurse looks, acknowledges, and goes on.
    fn walk_on(&mut self) {
        let there = self.at(1);
        let halted = there.view.phase == PhaseKind::Paused
            && self.picture.notices.iter().any(|notice| {
                notice.active && notice.text.contains("the machine stopped by itself")
            });
        let lost = there.view.phase == PhaseKind::Stopped
            && matches!(there.view.reason, Reason::Rule(RuleId::MachineLost, _));
        let seen: Vec<RuleId> = [RuleId::NobodyWatches, RuleId::MachineLost]
            .into_iter()
            .filter(|rule| {
                let mut alarms = there.alarms.iter();
                alarms.any(|alarm| alarm.rule == *rule && !alarm.acknowledged)
            })
            .collect();
        for rule in seen {
            self.request(1, Ask::Act(Action::Acknowledge(rule)));
        }
        if halted || lost {
            self.request(1, Ask::Act(Action::Resume));
        }
    }

    /// Waits until a station is in a phase.
    pub(crate) fn until_phase(&mut self, station: u8, phase: PhaseKind) -> Snapshot {
        self.until(&format!("{phase:?} at station {station}"), |picture| {
            picture
                .stations
                .iter()
                .any(|there| there.number == station && there.view.phase == phase)
        })
    }

    /// Asks, and waits for no answer.
    fn request(&mut self, station: u8, ask: Ask) {
        self.asked += 1;
        let session = (station > 0)
            .then(|| {
                self.at(station)
                    .session
                    .as_ref()
                    .map(|session| session.id.clone())
            })
            .flatten();
        let request = Request {
            number: self.asked,
            snapshot: self.picture.number,
            station,
            session,
            ask,
        };
        say(&mut self.out, &FromViewer::Ask(request));
    }

    /// Asks for something, having seen the latest picture; gives why it was refused, if it was.
    pub(crate) fn ask(&mut self, station: u8, ask: Ask) -> Option<String> {
        self.request(station, ask);
        loop {
            match self.next() {
                FromGym::Answer { request, refused } if request == self.asked => return refused,
                FromGym::Ended { .. } => return None,
                FromGym::Welcome { .. }
                | FromGym::Unwelcome { .. }
                | FromGym::Picture(_)
                | FromGym::Answer { .. } => {}
            }
        }
    }

    /// Asks as often as it is refused for having come late, as it may be on a loaded machine; gives why else it was refused, if it was.
    fn ask_in_time(&mut self, station: u8, ask: &Ask) -> Option<String> {
        let limit = self.limit();
        loop {
            let refused = self.ask(station, ask.clone());
            match refused {
                Some(words) if words.starts_with(TOO_LATE) => assert!(
                    self.picture.wall_micros < limit,
                    "{ask:?} is still refused: {words}"
                ),
                other => return other,
            }
            self.next();
        }
    }

    /// Asks for what has to be taken.
    pub(crate) fn insist(&mut self, station: u8, ask: &Ask) {
        assert_eq!(self.ask_in_time(station, ask), None, "{ask:?}");
    }

    /// Asks for what has to be refused, and gives why it was.
    pub(crate) fn refused(&mut self, station: u8, ask: &Ask) -> String {
        self.ask_in_time(station, ask)
            .unwrap_or_else(|| panic!("{ask:?} was taken"))
    }

    /// Asks until it is taken, whatever it is refused for: what was asked for needs its time to become possible.
    pub(crate) fn ask_until_taken(&mut self, station: u8, ask: &Ask) {
        let limit = self.limit();
        while let Some(words) = self.ask(station, ask.clone()) {
            assert!(
                self.picture.wall_micros < limit,
                "{ask:?} is still refused: {words}"
            );
            self.next();
        }
    }

    /// When what is waited for from now on has to have come, by the wall clock, in microseconds.
    fn limit(&self) -> i64 {
        self.picture.wall_micros + i64::try_from(AT_LAST.as_micros()).expect("small")
    }

    /// Waits until so much of the gym's time has passed since now.
    pub(crate) fn pass(&mut self, time: Duration) {
        let later = self.picture.at + time;
        self.until("time to pass", |picture| picture.at > later);
    }

    /// Waits until the devices of a station answer.
    pub(crate) fn until_devices_answer(&mut self, station: u8, sensors: &[&str]) {
        let sensors = named(station, sensors);
        self.until("the devices answer", |picture| {
            let up = |name: &String| {
                picture
                    .sensors
                    .iter()
                    .any(|sensor| sensor.name == *name && sensor.link == LinkHealth::Up)
            };
            let machine = |there: &StationSnapshot| {
                there.number == station && there.machine.link == LinkHealth::Up
            };
            sensors.iter().all(up) && picture.stations.iter().any(machine)
        });
    }

    /// How to open a session: both identifiers as they are shown, with these sensors of the station.
    pub(crate) fn opening(
        &self,
        station: u8,
        patient: &str,
        prescription: &str,
        sensors: &[&str],
    ) -> Ask {
        let there = self
            .picture
            .patients
            .iter()
            .find(|there| there.pseudonym == patient);
        Ask::Open {
            patient: patient.to_owned(),
            second_identifier: there.expect("a patient").second_identifier.clone(),
            prescription: prescription.to_owned(),
            sensors: named(station, sensors),
        }
    }

    /// Opens a session and waits in ready.
    pub(crate) fn open(
        &mut self,
        station: u8,
        patient: &str,
        prescription: &str,
        sensors: &[&str],
    ) {
        self.until_devices_answer(station, sensors);
        let open = self.opening(station, patient, prescription, sensors);
        self.insist(station, &open);
        self.until_phase(station, PhaseKind::Ready);
    }

    /// Lets a session in ready start as soon as the interlock allows.
    pub(crate) fn start(&mut self, station: u8) {
        self.insist(station, &Ask::Act(Action::DoorChecked));
        self.insist(station, &Ask::Act(Action::ConfirmStart));
    }

    /// Opens and starts a session with strap and oximeter of this station.
    pub(crate) fn begin(&mut self, station: u8, patient: &str, prescription: &str) {
        self.open(station, patient, prescription, &["strap", "oximeter"]);
        self.start(station);
    }

    /// Waits until a bike in conditioning reports the power that it was ordered, and gives that power.
    pub(crate) fn until_loaded(&mut self, station: u8, watts: u16) -> Snapshot {
        self.until(
            &format!("{watts} W of station {station} in conditioning"),
            |picture| {
                picture.stations.iter().any(|there| {
                    there.number == station
                        && there.view.phase == PhaseKind::Conditioning
                        && power(there) == Some(watts)
                })
            },
        )
    }

    /// Waits until the wall says that the record fails, in words with these in them.
    pub(crate) fn until_record_fails(&mut self, words: &str) {
        self.until(&format!("a record that fails: {words}"), |picture| {
            matches!(&picture.record, RecordHealth::Failing { because } if because.contains(words))
        });
    }

    /// Waits until the wall says that everything is recorded.
    pub(crate) fn until_recorded(&mut self) {
        self.until("a whole record", |picture| {
            matches!(picture.record, RecordHealth::Recording { .. })
        });
    }

    /// Waits until an alarm of a rule is raised, and gives since when, in microseconds of the gym's time.
    pub(crate) fn until_alarm(&mut self, station: u8, rule: RuleId) -> u64 {
        let alarm = |there: &StationSnapshot| {
            there
                .alarms
                .iter()
                .find(|alarm| alarm.rule == rule)
                .map(|alarm| alarm.since.as_micros())
        };
        self.until(&format!("an alarm of {}", rule.name()), |picture| {
            picture
                .stations
                .iter()
                .any(|there| there.number == station && alarm(there).is_some())
        });
        alarm(self.at(station)).expect("just seen")
    }
}

fn named(station: u8, sensors: &[&str]) -> Vec<String> {
    sensors
        .iter()
        .map(|sensor| format!("{sensor} {station}"))
        .collect()
}

/// What a bike reports, in watts.
pub(crate) fn power(station: &StationSnapshot) -> Option<u16> {
    let (report, _) = station.view.machine?;
    report.power.map(Watts::get)
}

fn say(out: &mut UnixStream, message: &FromViewer) {
    let mut line = serde_json::to_vec(message).expect("plain data");
    line.push(b'\n');
    // Where the gym has gone, the next reading says so.
    let _gone = out.write_all(&line);
}

fn next(lines: &mut BufReader<UnixStream>) -> FromGym {
    let mut line = String::new();
    lines.read_line(&mut line).expect("the gym speaks");
    assert!(!line.is_empty(), "the gym has gone");
    serde_json::from_str(&line).expect("our language")
}

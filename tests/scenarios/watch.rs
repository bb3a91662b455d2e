//! `station watch` in a real terminal, at the socket of a gym that never was.

use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use control::input::{Action, Entry};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use station::clock::{GymClock, boot_nanos, wall_micros};
use station::gym::address;
use station::gym::messages::{Ask, FromGym, FromViewer, Request, VERSION};
use station::gym::snapshot::Snapshot;
use tempfile::TempDir;

#[path = "../fake_gym/pictures.rs"]
mod pictures;

/// Everything here happens within a second; a machine that is busy may take its time.
const PATIENCE: Duration = Duration::from_mins(2);

/// A socket where a gym would listen.
struct Gym {
    _directory: TempDir,
    path: PathBuf,
    listener: UnixListener,
}

impl Gym {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("station").join("gym.sock");
        address::prepare(&path).unwrap();
        let listener = UnixListener::bind(&path).unwrap();
        Self {
            _directory: directory,
            path,
            listener,
        }
    }

    /// Takes the next viewer, shakes hands, and shows it a picture ten times a second until it has gone.
    fn accept(&self, snapshot: Snapshot) -> Viewer {
        let (stream, _) = self.listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut heard = BufReader::new(stream.try_clone().unwrap()).lines();
        let hello: FromViewer = serde_json::from_str(&heard.next().unwrap().unwrap()).unwrap();
        assert!(matches!(
            hello,
            FromViewer::Hello {
                version: VERSION,
                ..
            }
        ));
        let mut viewer = Viewer {
            stream,
            heard: None,
        };
        viewer.say(&FromGym::Welcome {
            version: VERSION,
            record: "record.sqlite".to_owned(),
            ends_with_last_viewer: false,
        });
        let (asks, asked) = sync_channel::<Request>(64);
        std::thread::spawn(move || {
            for line in heard.map_while(Result::ok) {
                if let Ok(FromViewer::Ask(request)) = serde_json::from_str(&line)
                    && asks.send(request).is_err()
                {
                    return;
                }
            }
        });
        let mut shows = viewer.stream.try_clone().unwrap();
        std::thread::spawn(move || show(&mut shows, snapshot));
        viewer.heard = Some(asked);
        viewer
    }
}

/// Fresh pictures until nobody takes them.
fn show(stream: &mut UnixStream, mut snapshot: Snapshot) {
    let begun = boot_nanos();
    loop {
        snapshot.number += 1;
        snapshot.clock = GymClock {
            boot_nanos: begun,
            gym_nanos: pictures::AT.as_nanos(),
            rate: 1,
        };
        snapshot.at = snapshot.clock.now();
        snapshot.wall_micros = wall_micros();
        if write_line(stream, &FromGym::Picture(snapshot.clone())).is_err() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(100));
    }
}

fn write_line(stream: &mut UnixStream, message: &FromGym) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)
}

struct Viewer {
    stream: UnixStream,
    heard: Option<Receiver<Request>>,
}

impl Viewer {
    fn say(&mut self, message: &FromGym) {
        write_line(&mut self.stream, message).unwrap();
    }

    fn next_request(&self) -> Request {
        let heard = self.heard.as_ref().unwrap();
        heard.recv_timeout(PATIENCE).expect("a request")
    }
}

/// A real terminal with the real program in it.
struct Screen {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

impl Screen {
    fn open(socket: &Path, (width, height): (u16, u16)) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize {
                rows: height,
                cols: width,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_station"));
        command.args(["watch", "--socket", socket.to_str().unwrap()]);
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env_remove("NO_COLOR");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (says, output): (SyncSender<Vec<u8>>, _) = sync_channel(1024);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if says.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keys: pair.master.take_writer().unwrap(),
            _master: pair.master,
            output,
            parser: vt100::Parser::new(
                NonZero::new(height).unwrap(),
                NonZero::new(width).unwrap(),
                0,
            ),
            bytes: Vec::new(),
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Reads until the screen shows a text.
    fn until(&mut self, text: &str) {
        let limit = boot_nanos() + u64::try_from(PATIENCE.as_nanos()).unwrap();
        while !self.parser.screen().contents().contains(text) {
            let more = self.output.recv_timeout(PATIENCE);
            let (Ok(more), true) = (more, boot_nanos() < limit) else {
                panic!("{text:?} never came:\n{}", self.parser.screen().contents());
            };
            self.parser.process(&more);
            self.bytes.extend(more);
        }
    }

    /// Reads until the program has ended; its exit code.
    fn end(&mut self) -> u32 {
        while let Ok(more) = self.output.recv_timeout(PATIENCE) {
            self.parser.process(&more);
            self.bytes.extend(more);
        }
        self.child.wait().unwrap().exit_code()
    }

    fn wrote(&self, bytes: &[u8]) -> bool {
        self.bytes
            .windows(bytes.len())
            .any(|window| window == bytes)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}

const F8: &str = "\x1b[19~";
const OTHER_SCREEN_LEFT: &[u8] = b"\x1b[?1049l";

#[test]
fn the_stop_key_reaches_the_gym_also_while_text_is_typed() {
    let gym = Gym::new();
    let mut screen = Screen::open(&gym.path, (80, 24));
    let viewer = gym.accept(pictures::eight());
    screen.until("3 ZB40");
    screen.press("3");
    screen.until("Space STOP 3");
    screen.press(F8);
    let request = viewer.next_request();
    assert_eq!((request.station, request.ask), (3, Ask::Stop));
    assert_eq!(request.session.as_deref(), Some("2026-11-23-3"));

    screen.press("r1");
    screen.until("F8 STOP 3");
    screen.press(F8);
    assert_eq!(viewer.next_request().ask, Ask::Stop);
    screen.press("3\r");
    assert_eq!(
        viewer.next_request().ask,
        Ask::Act(Action::Enter(Entry::PerceivedExertion(13)))
    );
    screen.press(" ");
    assert_eq!(viewer.next_request().ask, Ask::Stop);
}

#[test]
fn a_high_alarm_rings_the_terminals_bell() {
    let gym = Gym::new();
    let mut screen = Screen::open(&gym.path, (120, 40));
    let _viewer = gym.accept(pictures::eight());
    screen.until("HR 131 over limit 122");
    screen.until("3 a acknowledge");
    while !screen.wrote(b"\x07") {
        let more = screen.output.recv_timeout(PATIENCE).expect("a bell");
        screen.bytes.extend(more);
    }
}

/// A pseudo-terminal of which this end is the only one: dropping it hangs up.
fn lone_terminal() -> (OwnedFd, OwnedFd) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = open(
        name,
        OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&slave, size).unwrap();
    (master, slave)
}

#[test]
fn a_terminal_that_goes_ends_the_dashboard_and_nothing_else() {
    let gym = Gym::new();
    let (master, slave) = lone_terminal();
    let mut child = Command::new(env!("CARGO_BIN_EXE_station"))
        .args(["watch", "--socket"])
        .arg(&gym.path)
        .stdin(slave.try_clone().unwrap())
        .stdout(slave.try_clone().unwrap())
        .stderr(slave)
        .spawn()
        .unwrap();
    let viewer = gym.accept(pictures::quiet());
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !seen.windows(4).any(|window| window == b"N1SD") {
        let count = rustix::io::read(&master, &mut buffer).unwrap();
        seen.extend_from_slice(&buffer[..count]);
    }
    drop(master);
    // The gym hears the line close, not a request.
    let heard = viewer.heard.as_ref().unwrap().recv_timeout(PATIENCE);
    assert_eq!(heard, Err(RecvTimeoutError::Disconnected));
    child.wait().unwrap();
}

#[test]
fn a_signal_restores_the_terminal() {
    let gym = Gym::new();
    let mut screen = Screen::open(&gym.path, (80, 24));
    let _viewer = gym.accept(pictures::quiet());
    screen.until("8 N1SD");
    assert!(!screen.wrote(OTHER_SCREEN_LEFT));
    let id = screen.child.process_id().unwrap();
    let killed = Command::new("kill").arg(id.to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(screen.end(), 0);
    assert!(screen.wrote(OTHER_SCREEN_LEFT));
}

/// A dashboard whose gym has gone, and says so.
fn a_gym_that_went() -> (Gym, Screen) {
    let gym = Gym::new();
    let mut screen = Screen::open(&gym.path, (120, 40));
    let viewer = gym.accept(pictures::empty());
    screen.until("8 free");
    viewer.stream.shutdown(std::net::Shutdown::Both).unwrap();
    screen.until("NO CONNECTION TO THE GYM");
    (gym, screen)
}

#[test]
fn a_gym_that_goes_is_said_and_one_that_comes_back_is_found() {
    let (gym, mut screen) = a_gym_that_went();
    let mut snapshot = pictures::empty();
    snapshot.notices.push(pictures::notice("found again"));
    let mut viewer = gym.accept(snapshot);
    screen.until("found again");
    viewer.say(&FromGym::Ended {
        words: "The record is there.".to_owned(),
    });
    assert_eq!(screen.end(), 0);
    assert!(screen.wrote(b"The record is there."));
    assert!(screen.wrote(OTHER_SCREEN_LEFT));
}

#[test]
fn who_leaves_a_gym_that_is_gone_is_told_so() {
    let (_gym, mut screen) = a_gym_that_went();
    screen.press("q");
    assert_eq!(screen.end(), 1);
    assert!(screen.wrote(b"No connection to the gym at "));
    assert!(screen.wrote(b"Use the stop buttons at the machines."));
}

fn run(socket: &Path, arguments: &[&str]) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_station"))
        .arg("watch")
        .arg("--socket")
        .arg(socket)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn once_writes_one_picture_in_lines() {
    let gym = Gym::new();
    let child = run(&gym.path, &["--once"]);
    let _viewer = gym.accept(pictures::eight());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text.lines()
            .filter(|line| line.contains(" station "))
            .count(),
        12
    );
    assert!(text.contains("ALARM high, station 3 ZB40 (hr-limit): HR 131 over limit 122"));
}

#[test]
fn lines_begin_with_the_first_picture_and_not_with_a_lost_gym() {
    let gym = Gym::new();
    let mut child = run(&gym.path, &["--line"]);
    let mut viewer = gym.accept(pictures::eight());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("8 stations"), "{first}");
    viewer.say(&FromGym::Ended {
        words: "The record is there.".to_owned(),
    });
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(
        rest.iter().all(|line| !line.contains("NO CONNECTION")),
        "{rest:?}"
    );
    assert!(child.wait().unwrap().success());
}

#[test]
fn another_version_and_an_absent_gym_are_said_in_one_line() {
    let gym = Gym::new();
    let child = run(&gym.path, &["--once"]);
    let (mut stream, _) = gym.listener.accept().unwrap();
    let unwelcome = FromGym::Unwelcome {
        because: "this gym speaks version 9".to_owned(),
    };
    write_line(&mut stream, &unwelcome).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("this gym speaks version 9"), "{said}");
    assert_eq!(said.lines().count(), 1);

    let nowhere = gym.path.with_file_name("nobody.sock");
    let output = run(&nowhere, &[]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains(&format!("station watch --socket {}", gym.path.display())),
        "the gym that runs beside it is named: {said}"
    );
    let empty = tempfile::tempdir().unwrap();
    let nowhere = empty.path().join("station").join("gym.sock");
    let output = run(&nowhere, &[]).wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("station demo"), "{said}");
}

#[test]
fn without_a_terminal_the_lines_are_named() {
    let gym = Gym::new();
    let child = run(&gym.path, &[]);
    let _viewer = gym.accept(pictures::empty());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--line"));
}

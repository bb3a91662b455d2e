//! What the control thread holds: the gym, its ports, benches and the ways out.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use drivers::bench_io::{Bench, Signals};
use drivers::port::capture::{Capture, Direction};
use drivers::port::capture_file::{self, Head};
use protocols::vocabulary::Timestamp;
use tokio::sync::{Notify, broadcast, mpsc};
use tokio_serial::{ClearBuffer, SerialPort, SerialStream};

use super::ports::{self, Opened};
use super::watchdog::Watchdog;
use super::{Line, WiredBench};
use crate::clock::{self, GymClock};
use crate::gym::snapshot::Snapshot;
use crate::gym::socket::Words;
use crate::gym::{Event, Frame, Gym, LOOP_GAP, Output, PortId};
use crate::log;
use crate::records::{RecorderHandle, RecorderStatus};

/// How often the wall clock is written beside the gym's time.
const WALL: Duration = Duration::from_mins(1);

/// Bytes kept of each port where somebody wants to see them: half an hour of a machine that is asked as often as a Trackmaster.
const CAPTURED: usize = 2 * 1_024 * 1_024;

/// Sound commands that may run at once: one that hangs is not joined by another at each repetition of an alarm for a whole day.
const SOUNDS: usize = 4;

/// A port that is open. The reading task and the writing turn share it on one thread; it is borrowed for a call, never across an await.
pub(super) type Port = Rc<RefCell<SerialStream>>;

pub(super) struct Shell {
    gym: Gym,
    clock: GymClock,
    benches: Vec<BenchState>,
    pub(super) lines: Vec<Line>,
    pub(super) ports: Vec<Option<Port>>,
    recorder: RecorderHandle,
    record_seen: Option<RecorderStatus>,
    words: broadcast::Sender<Words>,
    sound_command: Vec<String>,
    /// How many of them run.
    pub(super) sounding: Arc<AtomicUsize>,
    pub(super) opened: mpsc::Sender<Opened>,
    captures: Vec<Capture>,
    capture_folder: Option<PathBuf>,
    watchdog: Watchdog,
    wall_read: Timestamp,
    woke: Timestamp,
    gaps: u64,
    lost_bytes: u64,
    ending: bool,
    ended: bool,
    to_open: Vec<PortId>,
}

struct BenchState {
    bench: Option<Box<dyn Bench>>,
    signals: Option<Box<dyn Signals>>,
    pressed: Option<bool>,
    /// Whether the call button was pressed when it was last looked at.
    calling: bool,
    /// Whether the last lamp that was set could not be.
    dark: bool,
}

impl Shell {
    #[expect(
        clippy::too_many_arguments,
        reason = "made once, from the parts of one struct"
    )]
    pub(super) fn new(
        gym: Gym,
        clock: GymClock,
        benches: Vec<WiredBench>,
        lines: Vec<Line>,
        recorder: RecorderHandle,
        words: broadcast::Sender<Words>,
        sound_command: Vec<String>,
        opened: mpsc::Sender<Opened>,
        capture_folder: Option<PathBuf>,
    ) -> Self {
        let kept = if capture_folder.is_some() {
            CAPTURED
        } else {
            0
        };
        let captures = lines.iter().map(|_| Capture::new(kept)).collect();
        let ports = lines.iter().map(|_| None).collect();
        let benches = benches
            .into_iter()
            .map(|wired| BenchState {
                bench: wired.safety,
                signals: wired.signals,
                pressed: None,
                calling: false,
                dark: false,
            })
            .collect();
        Self {
            gym,
            clock,
            benches,
            lines,
            ports,
            recorder,
            record_seen: None,
            words,
            sound_command,
            sounding: Arc::default(),
            opened,
            captures,
            capture_folder,
            watchdog: Watchdog::from_environment(clock.rate),
            wall_read: clock.now(),
            woke: clock.now(),
            gaps: 0,
            lost_bytes: 0,
            ending: false,
            ended: false,
            to_open: Vec::new(),
        }
    }

    /// Hands one event to the gym and carries out what it wants, in one go.
    pub(super) fn event<'a>(
        shell: &Rc<RefCell<Self>>,
        wake: &Rc<Notify>,
        event: impl FnOnce(Timestamp) -> Event<'a>,
    ) {
        let to_open = {
            let mut here = shell.borrow_mut();
            let now = here.wake_up().0;
            let event = event(now);
            let is_due = event == Event::Due;
            here.ending |= matches!(event, Event::End { .. });
            let before = here.gym.deadline();
            here.gym.handle(now, event);
            here.carry_out();
            if is_due {
                here.look_around(now);
            }
            if here.gym.deadline() < before {
                wake.notify_one();
            }
            std::mem::take(&mut here.to_open)
        };
        for port in to_open {
            ports::open(shell, wake, port);
        }
    }

    /// The time now, and how often the thread has stood still for longer than a signal may be trusted over: what waits on a port
    /// after that is older than it looks.
    pub(super) fn wake_up(&mut self) -> (Timestamp, u64) {
        let now = self.clock.now();
        if now.since(self.woke) > LOOP_GAP.saturating_mul(self.clock.rate) {
            self.gaps = self.gaps.saturating_add(1);
        }
        self.woke = now;
        (now, self.gaps)
    }

    /// Hands the gym what the wall clock shows: each minute, and where it was set.
    fn look_at_the_wall(&mut self, now: Timestamp) {
        let shows = clock::wall_micros();
        let minute = WALL.saturating_mul(self.clock.rate);
        if now.since(self.wall_read) >= minute || self.gym.wall_is_off(now, shows) {
            self.wall_read = now;
            let day = clock::day();
            self.gym.handle(now, Event::Wall { micros: shows, day });
            self.carry_out();
        }
    }

    /// Looks at stop circuits and at the record: once a turn of the clock.
    fn look_around(&mut self, now: Timestamp) {
        for bay in 0..self.benches.len() {
            let Some(state) = self.benches.get_mut(bay) else {
                continue;
            };
            let Some(bench) = state.bench.as_mut() else {
                continue;
            };
            let pressed = bench.stop_circuit().is_pressed();
            if state.pressed != Some(pressed) {
                state.pressed = Some(pressed);
                self.gym
                    .handle(now, Event::StopCircuit { bay, open: pressed });
                self.carry_out();
            }
        }
        for bay in 0..self.benches.len() {
            self.look_at_signals(now, bay);
        }
        self.look_at_the_wall(now);
        let status = self.recorder.status();
        if self.record_seen.as_ref() != Some(&status) {
            self.record_seen = Some(status.clone());
            self.gym.handle(now, Event::Record(status));
            self.carry_out();
        }
    }

    /// Shows what a station says into the room, and hears its call button.
    fn look_at_signals(&mut self, now: Timestamp, bay: usize) {
        let attention = self.gym.attention(bay, now);
        let Some(state) = self.benches.get_mut(bay) else {
            return;
        };
        let Some(signals) = state.signals.as_mut() else {
            return;
        };
        let failed = signals.show(attention.lit(now)).is_err();
        if failed && !state.dark {
            tracing::error!(
                station = bay + 1,
                "a pin of the stack light or the sounder cannot be set: look at its wiring"
            );
        }
        state.dark = failed;
        let calling = signals.is_calling().unwrap_or(false);
        let begins = calling && !state.calling;
        state.calling = calling;
        if begins {
            self.gym.handle(now, Event::Called { bay });
            self.carry_out();
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.gym.poll_output() {
            match output {
                Output::Transmit {
                    port,
                    frame,
                    preempt,
                } => self.transmit(port, &frame, preempt),
                Output::Open { port, .. } => self.to_open.push(port),
                Output::Relay { bay, open } => {
                    self.relay(bay, open);
                    self.watchdog.decided(self.woke);
                }
                Output::Record(entry) => {
                    // What is not taken is counted by the recorder, becomes a gap, and comes back as its status.
                    let _taken = self.recorder.try_send(*entry);
                }
                Output::Answer {
                    viewer,
                    request,
                    refused,
                } => {
                    let _nobody_listens = self.words.send(Words::Answer {
                        viewer,
                        request,
                        refused,
                    });
                }
                Output::Sound => self.sound(),
                Output::Ended => self.ended = true,
            }
        }
    }

    fn transmit(&mut self, port: PortId, frame: &Frame, preempt: bool) {
        let Some(Some(stream)) = self.ports.get(port.0) else {
            return;
        };
        let mut stream = stream.borrow_mut();
        if preempt {
            // A pseudo-terminal or an adapter that cannot discard still takes the frame after what it has.
            let _cannot_discard = stream.clear(ClearBuffer::Output);
        }
        let written = stream.try_write(frame.as_slice()).unwrap_or(0);
        if let Some(capture) = self.captures.get_mut(port.0) {
            capture.record(
                self.clock.now(),
                Direction::ToDevice,
                frame.as_slice().get(..written).unwrap_or_default(),
            );
        }
        let lost = frame.as_slice().len().saturating_sub(written);
        if lost > 0 {
            self.lost_bytes = self
                .lost_bytes
                .saturating_add(u64::try_from(lost).unwrap_or(u64::MAX));
            tracing::debug!(port = port.0, lost, "the line takes no more");
        }
    }

    /// Keeps what a port brought.
    pub(super) fn capture(&mut self, now: Timestamp, port: PortId, bytes: &[u8]) {
        if let Some(capture) = self.captures.get_mut(port.0) {
            capture.record(now, Direction::FromDevice, bytes);
        }
    }

    /// Writes the captures down where a folder was named: one file a port, a line a piece.
    fn write_captures(&self) {
        let Some(folder) = self.capture_folder.as_deref() else {
            return;
        };
        for (index, (capture, line)) in self.captures.iter().zip(&self.lines).enumerate() {
            let head = Head {
                port: &line.path.to_string_lossy(),
                protocol: self.gym.protocol_at(PortId(index)),
                line: line.settings,
            };
            let path = folder.join(format!("port-{index}.capture"));
            let fresh = path.with_extension("capture.new");
            let written = log::private(&fresh, OpenOptions::new().write(true).truncate(true))
                .map(io::BufWriter::new)
                .and_then(|mut file| {
                    capture_file::write(&head, capture, &mut file)?;
                    file.flush()
                })
                .and_then(|()| put_in_place(&fresh, &path));
            if let Err(error) = written {
                tracing::error!(%error, port = index, "the captured bytes cannot be written");
            }
        }
    }

    fn relay(&mut self, bay: usize, open: bool) {
        let Some(bench) = self
            .benches
            .get_mut(bay)
            .and_then(|state| state.bench.as_mut())
        else {
            return;
        };
        let done = if open { bench.open() } else { bench.pulse() };
        if done.is_err() {
            tracing::error!(
                station = bay + 1,
                "the relay's pin cannot be set: the relay falls by itself"
            );
        }
    }

    pub(super) fn sound(&self) {
        let Some((program, arguments)) = self.sound_command.split_first() else {
            return;
        };
        if self.sounding.load(Ordering::Acquire) >= SOUNDS {
            tracing::error!("the sound command does not come to its end; no more are begun");
            return;
        }
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.sounding.fetch_add(1, Ordering::AcqRel);
        let sounding = Arc::clone(&self.sounding);
        // A program can take its time to start; the control thread does not wait for it, and another thread buries it.
        let spawned = std::thread::Builder::new()
            .name("station-sound".to_owned())
            .spawn(move || {
                if let Err(error) = command.status() {
                    tracing::error!(%error, "the sound command cannot be run");
                }
                sounding.fetch_sub(1, Ordering::AcqRel);
            });
        if let Err(error) = spawned {
            self.sounding.fetch_sub(1, Ordering::AcqRel);
            tracing::error!(%error, "no thread for the sound command");
        }
    }

    /// Lets a station's core panic in its next turn.
    pub(super) fn order_panic(&mut self, station: u8) {
        self.gym.order_panic(station, self.clock.now());
    }

    pub(super) fn picture(&mut self, now: Timestamp) -> Snapshot {
        self.gym.picture(now, self.clock, clock::wall_micros())
    }

    pub(super) fn deadline(&self) -> Timestamp {
        self.gym.deadline()
    }

    pub(super) fn not_at_rest(&self) -> Vec<String> {
        self.gym.not_at_rest()
    }

    pub(super) const fn has_ended(&self) -> bool {
        self.ended
    }

    pub(super) const fn is_ending(&self) -> bool {
        self.ending
    }

    pub(super) const fn clock(&self) -> GymClock {
        self.clock
    }

    /// The last thing on every way out: each machine is told to let go, once more, and every relay opens.
    pub(super) fn let_go(&mut self) {
        let frames: Vec<(PortId, Frame)> = self
            .gym
            .release_bytes()
            .map(|(port, bytes)| (port, Frame::of(bytes)))
            .collect();
        for (port, frame) in frames {
            self.transmit(port, &frame, true);
        }
        for state in &mut self.benches {
            if let Some(bench) = state.bench.as_mut()
                && bench.open().is_err()
            {
                tracing::error!("a relay's pin could not be set at the end");
            }
        }
        self.write_captures();
    }
}

/// What a run before kept stays, under the next number that is free: it may be what is to be sent home.
fn put_in_place(fresh: &Path, path: &Path) -> io::Result<()> {
    if path.exists() {
        let earlier = (1..1_000_u16)
            .map(|number| path.with_extension(format!("{number}.capture")))
            .find(|earlier| !earlier.exists())
            .unwrap_or_else(|| path.with_extension("earlier.capture"));
        std::fs::rename(path, earlier)?;
    }
    std::fs::rename(fresh, path)
}

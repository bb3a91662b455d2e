//! `station check F --live`: one machine's commissioning, on its real port.

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use drivers::bench_io::{Bench, SafetyIo};
use drivers::link::{Link, LinkEvent, LinkOutput};
use protocols::vocabulary::{Capabilities, MachineCommand, MachineKind, Timestamp};

use super::promise_broken;
use crate::clock::{self, GymClock};
use crate::commands::output;
use crate::commands::serial_port::{OpenPort, PortError};
use crate::commands::stop_signal::stop_on_signal;
use crate::commissioning::trial::READS_ALONE;
use crate::commissioning::{Book, BookError, Order, Outcome, Trial, heaviest};
use crate::config::{BenchConfig, Config, PortAddress, StationConfig};

/// Leave to have load is renewed for so long with each turn (I13).
const LEAVE: Duration = Duration::from_millis(400);
/// What happens to a machine that takes load.
const TOLD: &str = "is told two loads, left alone for some seconds, and stopped; then its relay opens, where it has one.";
/// A read waits so long for bytes: the pace of the turns.
const TURN: Duration = Duration::from_millis(20);

/// Commissions the machine of one station, and writes down what came of it.
pub(super) fn run(file: &Path, config: &Config, number: u8, by: &str) -> ExitCode {
    let Some(station) = config
        .stations
        .iter()
        .find(|station| station.number == number)
    else {
        return output::wrong_usage(&format!(
            "there is no station {number} in {}; write one of its numbers",
            file.display()
        ));
    };
    if by.trim().is_empty() {
        return output::wrong_usage(&"nobody answers for it; write --by NAME");
    }
    match commission(file, station, by) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&error),
    }
}

fn commission(file: &Path, station: &StationConfig, by: &str) -> Result<(), String> {
    let PortAddress::Path(path) = &station.port else {
        return Err(format!(
            "{} is a virtual device of the gym's own: only a real port can be commissioned",
            station.name
        ));
    };
    // Before anything moves: a book that cannot be kept is no reason to try.
    Book::of(file).map_err(|error| told(file, &error))?;
    if !is_agreed(station).map_err(|error| format!("nobody could be asked: {error}"))? {
        return Err("not agreed to; nothing was sent".to_owned());
    }
    let stop =
        stop_on_signal().map_err(|error| format!("signals cannot be waited for: {error}"))?;
    let mut place = Place::take(station, path)?;
    let mut trial = Trial::new(place.capabilities, place.bench.is_some(), place.clock.now());
    loop {
        if stop.load(Ordering::Acquire) {
            place.let_go();
            return Err(format!(
                "{} was stopped: the trial was ended by a person",
                station.name
            ));
        }
        place.turn(&mut trial)?;
        for order in trial.turn(place.clock.now()) {
            match order {
                Order::Say(what) => println_now(&format!("{}: {what}", station.name)),
                Order::Over(outcome) => {
                    place.let_go();
                    return finish(file, station, by, outcome);
                }
                Order::Tell(_) | Order::BeSilent(_) | Order::TellLoads | Order::OpenRelay(_) => {
                    place.follow(&order);
                }
            }
        }
    }
}

/// The machine with its line and its bench.
struct Place {
    device: Box<dyn Link>,
    port: OpenPort,
    bench: Option<Box<dyn Bench>>,
    capabilities: Capabilities,
    clock: GymClock,
    is_silent: bool,
    relay_open: bool,
}

impl Place {
    fn take(station: &StationConfig, path: &Path) -> Result<Self, String> {
        let bench = bench_of(station)?;
        let protocol = station.machine.protocol();
        let port = OpenPort::open(path, protocol.line()).map_err(|error| error.to_string())?;
        let mut device = protocol.link();
        let clock = GymClock::starting_at(Timestamp::ZERO, 1);
        let capabilities = device
            .capabilities()
            .copied()
            .ok_or("a machine without abilities cannot be commissioned")?;
        device.handle_opened(clock.now());
        Ok(Self {
            device,
            port,
            bench,
            capabilities: station.limits.narrow(capabilities),
            clock,
            is_silent: false,
            relay_open: false,
        })
    }

    /// One turn of relay and line.
    fn turn(&mut self, trial: &mut Trial) -> Result<(), String> {
        if let Some(bench) = self.bench.as_mut().filter(|_| !self.relay_open) {
            let _falls_by_itself = bench.pulse();
        }
        let turn = if self.is_silent {
            self.listen(|event| trial.see(event))
        } else {
            self.talk(|event| trial.see(event))
        };
        turn.map_err(|error| error.to_string())
    }

    /// What came is handed to the link, and nothing is let out.
    fn listen(&mut self, mut see: impl FnMut(&LinkEvent)) -> Result<(), PortError> {
        let now = self.clock.now();
        let bytes = self.port.read(&self.clock, now + TURN)?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.device.renew_leave(now + LEAVE);
        self.device.handle_bytes(now, now, bytes);
        while let LinkOutput::Event(event) = self.device.poll_output(now) {
            see(&event);
        }
        Ok(())
    }

    /// What came is handed to the link, and what it wants is written.
    fn talk(&mut self, mut see: impl FnMut(&LinkEvent)) -> Result<(), PortError> {
        let now = self.clock.now();
        self.device.renew_leave(now + LEAVE);
        let bytes = self.port.read(&self.clock, now + TURN)?;
        self.device.handle_bytes(now, now, bytes);
        loop {
            match self.device.poll_output(now) {
                LinkOutput::Transmit(bytes) => self.port.write(bytes)?,
                LinkOutput::Preempt(bytes) => {
                    self.port.discard_unsent();
                    self.port.write(bytes)?;
                }
                LinkOutput::Event(event) => see(&event),
                LinkOutput::Wait(_) => return Ok(()),
            }
        }
    }

    fn follow(&mut self, order: &Order) {
        match order {
            Order::Tell(command) => self.device.handle_command(self.clock.now(), *command),
            Order::BeSilent(silent) => {
                self.is_silent = *silent;
                self.device.hold_loads(true);
            }
            Order::TellLoads => self.device.hold_loads(false),
            Order::OpenRelay(open) => {
                self.relay_open = *open;
                if let Some(bench) = self.bench.as_mut().filter(|_| *open) {
                    let _falls_by_itself = bench.open();
                }
            }
            Order::Say(_) | Order::Over(_) => {}
        }
    }

    /// The last thing on every way out: a stop by the link, and once more as bytes that need none.
    fn let_go(&mut self) {
        self.device
            .handle_command(self.clock.now(), MachineCommand::Stop);
        let until = self.clock.now() + Duration::from_secs(2);
        while self.clock.now() < until {
            if self.talk(|_| {}).is_err() {
                return;
            }
        }
        let _gone = self.port.write(self.device.release_bytes());
    }
}

fn finish(file: &Path, station: &StationConfig, by: &str, outcome: Outcome) -> Result<(), String> {
    match outcome {
        Outcome::Failed(what) => Err(format!("{} {what}", station.name)),
        Outcome::Passed(found) => {
            Book::enter(file, station, by.trim(), clock::today(), &found)
                .map_err(|error| told(file, &error))?;
            let done = if found.follows == READS_ALONE {
                "seen to answer"
            } else {
                "commissioned"
            };
            println_now(&format!(
                "{}: {done} by {}; kept in {}",
                station.name,
                by.trim(),
                Book::path(file).display()
            ));
            if station.breaks_its_promise(found.keeps_load) {
                let what = format!("{}: {}", station.name, promise_broken(station));
                if station.bench == BenchConfig::None {
                    return Err(what);
                }
                println_now(&what);
            }
            Ok(())
        }
    }
}

fn told(file: &Path, error: &BookError) -> String {
    let (what, remedy) = error.told();
    format!("{}: {what}; {remedy}", Book::path(file).display())
}

/// What is about to happen, and whether the person wants it.
fn is_agreed(station: &StationConfig) -> io::Result<bool> {
    let link = station.machine.protocol().link();
    let capabilities = link.capabilities().copied();
    let most = capabilities.and_then(|can| heaviest(&station.limits.narrow(can)));
    let name = &station.name;
    let what = match (most, station.machine.kind()) {
        (None, _) => format!("{name} takes no load: it is looked at alone, whether it answers."),
        (Some(most), MachineKind::Cycle) => format!(
            "{name} {TOLD}\nsomebody healthy has to sit on it and pedal at about 60 a minute all the time, at up to {most}."
        ),
        (Some(most), MachineKind::Treadmill) => {
            format!("{name} {TOLD}\nNOBODY may stand on it: the belt will run at up to {most}.")
        }
    };
    println_now(&format!("{what}\nWrite yes to begin:"));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn println_now(text: &str) {
    let mut out = io::stdout().lock();
    // Whoever closed the pipe does not want to read; the trial goes on to its stop.
    let _closed = writeln!(out, "{text}").and_then(|()| out.flush());
}

fn bench_of(station: &StationConfig) -> Result<Option<Box<dyn Bench>>, String> {
    match &station.bench {
        BenchConfig::None | BenchConfig::Virtual => Ok(None),
        BenchConfig::Gpio {
            chip,
            stop_line,
            relay_line,
            signals: _,
        } => {
            let bench = SafetyIo::on_lines(chip, *stop_line, *relay_line)
                .map_err(|error| format!("{}: {error}", station.name))?;
            Ok(Some(Box::new(bench)))
        }
    }
}

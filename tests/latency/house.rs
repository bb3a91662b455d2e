//! One run: a gym in conditioning on pseudo-terminals, its devices, its record, a dashboard, and blocks of breaches and echoes.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use drivers::port::LineSettings;
use drivers::pseudo_terminal::PseudoTerminal;
use protocols::vocabulary::{MachineLoad, Timestamp, number};
use rustix::process::Signal;
use station::clock::{self, GymClock};
use station::gym::messages::{FromViewer, VERSION};
use station::gym::runtime::{self, Line, OpenedFirst, Parts, WiredBench};
use station::gym::socket::{self, Greeting};
use station::records::{Anchor, Recorder, RecorderOptions};

use super::busy;
use super::figures::Measured;
use super::watch::{ECHO, GYM, REST, Shared};
use super::{devices, oximeters, watch};

/// Blocks of each kind in a run.
const BLOCKS: usize = 10;
/// Signals are fresh and load is back well within this after the hand-over, in nanoseconds.
const SETTLES: u64 = 5_000_000_000;
/// A block that has not come to its end by then is given up, in nanoseconds.
const LONGEST_BLOCK: u64 = 120_000_000_000;
/// How often it is looked whether a block is full, in nanoseconds.
const LOOK: u64 = 20_000_000;

/// Runs a gym of so many stations and takes so many samples of each kind.
///
/// # Errors
/// Where anything around the gym cannot be had, or no samples come.
pub(crate) fn measure(stations: u8, samples: usize) -> Result<Measured, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let begins = Timestamp::from_nanos(clock::boot_nanos());
    let recorder = Recorder::open(
        &folder.path().join("bench.sqlite"),
        &RecorderOptions {
            stations: usize::from(stations),
            clock_rate: 1,
            anchor: Anchor {
                at: begins,
                wall_micros: clock::wall_micros(),
            },
        },
    )?;
    let handle = recorder.handle();
    let (config, bodies) = busy::config(stations);
    let mut simulated = busy::roll(
        &config,
        bodies,
        begins,
        clock::wall_micros(),
        recorder.ids(),
        &mut |entry| assert!(handle.send(entry), "the recorder takes what is rolled"),
    )?;
    let shared = Shared::new(usize::from(stations));
    for (station, place) in simulated.picture().stations.iter().zip(&shared.stations) {
        let watts = match station.view.told {
            Some(MachineLoad::Power(watts)) => u32::from(watts.get()),
            Some(MachineLoad::Belt { .. }) | None => 0,
        };
        place.watts.store(watts, Ordering::Release);
    }
    let opens = simulated.now();
    simulated
        .gym
        .go_live(opens, clock::wall_micros(), clock::day());
    let wires = Wires::open(usize::from(stations))?;
    let listener = socket::bind(&folder.path().join("socket"))?;
    let greeting = Greeting {
        record: String::new(),
        ends_with_last_viewer: false,
    };
    let viewers = socket::serve(listener, greeting)?;
    let clock = GymClock::starting_at(opens, 1);
    let parts = Parts {
        gym: simulated.gym,
        clock,
        benches: unwired(config.stations.len()),
        lines: wires.lines(),
        recorder: recorder.handle(),
        viewers,
        sound_command: Vec::new(),
        ends_with_last_viewer: false,
        adopted: Some(OpenedFirst::open(&wires.lines())),
        capture_folder: None,
        panics: tokio::sync::mpsc::channel(1).1,
    };
    let devices = simulated.devices;
    let failed = play(
        &shared,
        &wires,
        devices,
        clock,
        folder.path(),
        parts,
        samples,
    );
    recorder.close(Duration::from_secs(20))?;
    failed?;
    Ok(std::mem::take(&mut *shared.found()))
}

/// Runs all threads; this one becomes the control thread.
fn play(
    shared: &Shared,
    wires: &Wires,
    virtual_gym: station::gym::virtual_gym::VirtualGym,
    clock: GymClock,
    folder: &Path,
    parts: Parts,
    samples: usize,
) -> Result<(), Box<dyn Error>> {
    let (forward, orders) = sync_channel(4_096);
    let bikes: Vec<&PseudoTerminal> = wires.bikes.iter().collect();
    let straps: Vec<&PseudoTerminal> = wires.straps.iter().collect();
    let fingers: Vec<&PseudoTerminal> = wires.oximeters.iter().collect();
    let own = fs::read_link("/proc/thread-self")?;
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| watch::watch(shared, &bikes, &wires.echo_out, &forward));
        let sending = scope.spawn(|| oximeters::send(shared, &fingers, &wires.echo_in));
        let (the_bikes, the_straps) = (&bikes, &straps);
        let serving = scope.spawn(move || {
            devices::serve(shared, virtual_gym, clock, the_bikes, the_straps, &orders)
        });
        let echoing = scope.spawn(|| echo(shared, wires));
        let looking = scope.spawn(|| look(shared, &folder.join("socket")));
        let directing = scope.spawn(|| direct(shared, samples, &own));
        let ran = runtime::run(parts, || Ok(()));
        shared.stop.store(true, Ordering::Release);
        // The echo waits for a byte without end.
        let _wakes = wires.echo_in.write(&[0])?;
        for thread in [watching, sending, serving, echoing, looking] {
            thread
                .join()
                .map_err(|_| "a thread of the bench failed")??;
        }
        directing
            .join()
            .map_err(|_| "the thread that directs failed")??;
        ran?;
        Ok(())
    })
}

/// The wires of every station, and the two of the echo, from the devices' side.
struct Wires {
    bikes: Vec<PseudoTerminal>,
    straps: Vec<PseudoTerminal>,
    oximeters: Vec<PseudoTerminal>,
    echo_in: PseudoTerminal,
    echo_out: PseudoTerminal,
}

/// No station has bench I/O.
fn unwired(stations: usize) -> Vec<WiredBench> {
    (0..stations).map(|_| WiredBench::default()).collect()
}

impl Wires {
    fn open(stations: usize) -> Result<Self, Box<dyn Error>> {
        let some = |baud: u32| -> Result<Vec<PseudoTerminal>, Box<dyn Error>> {
            (0..stations)
                .map(|_| PseudoTerminal::open(baud, None).map_err(Into::into))
                .collect()
        };
        Ok(Self {
            bikes: some(9_600)?,
            straps: some(115_200)?,
            oximeters: some(9_600)?,
            echo_in: PseudoTerminal::open(9_600, None)?,
            echo_out: PseudoTerminal::open(9_600, None)?,
        })
    }

    /// In the order of the gym's ports: bikes, then each station's strap and oximeter.
    fn lines(&self) -> Vec<Line> {
        let line = |terminal: &PseudoTerminal, baud| Line {
            path: PathBuf::from(terminal.device_path()),
            settings: LineSettings::plain(baud),
        };
        let bikes = self.bikes.iter().map(|bike| line(bike, 9_600));
        let sensors = self.straps.iter().zip(&self.oximeters);
        let sensors =
            sensors.flat_map(|(strap, oximeter)| [line(strap, 115_200), line(oximeter, 9_600)]);
        bikes.chain(sensors).collect()
    }
}

/// The bare echo: reads a byte from one slave, writes one to another, and does nothing else.
fn echo(shared: &Shared, wires: &Wires) -> std::io::Result<()> {
    let mut from = File::open(wires.echo_in.device_path())?;
    let mut to = File::options()
        .write(true)
        .open(wires.echo_out.device_path())?;
    let mut byte = [0_u8; 1];
    while !shared.is_over() {
        from.read_exact(&mut byte)?;
        to.write_all(&byte)?;
    }
    Ok(())
}

/// One dashboard that reads what it is sent.
fn look(shared: &Shared, socket: &Path) -> std::io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    // A gym that has ended says nothing more, and its socket lives as long as this process.
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    say(
        &mut stream,
        &FromViewer::Hello {
            version: VERSION,
            program: "bench".to_owned(),
        },
    )?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut line = Vec::new();
    let mut alive = clock::boot_nanos();
    while !shared.is_over() {
        match lines.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => line.clear(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        if clock::boot_nanos().saturating_sub(alive) > 1_000_000_000 {
            alive = clock::boot_nanos();
            say(&mut stream, &FromViewer::Alive)?;
        }
    }
    Ok(())
}

fn say(stream: &mut UnixStream, words: &FromViewer) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(words)?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// Has blocks of both kinds measured in turns, then ends the gym as a signal does.
fn direct(shared: &Shared, samples: usize, control_thread: &Path) -> Result<(), String> {
    wait(SETTLES);
    let mut outcome = Ok(());
    for block in 1..=BLOCKS {
        let wanted = samples * block / BLOCKS;
        let busy = spent(control_thread);
        let began = clock::boot_nanos();
        outcome = fill(shared, GYM, wanted, |found| found.gym.len());
        let took = clock::boot_nanos().saturating_sub(began);
        let busy = spent(control_thread).saturating_sub(busy);
        let share = number::from_u64(busy) * 100.0 / number::from_u64(took.max(1));
        shared.found().share.push(share);
        if outcome.is_ok() {
            outcome = fill(shared, ECHO, wanted, |found| found.echo.len());
        }
        if outcome.is_err() {
            break;
        }
    }
    let own = rustix::process::getpid();
    rustix::process::kill_process(own, Signal::TERM).map_err(|error| error.to_string())?;
    outcome
}

/// Measures one kind until there are so many samples of it.
fn fill(
    shared: &Shared,
    mode: u8,
    wanted: usize,
    count: impl Fn(&Measured) -> usize,
) -> Result<(), String> {
    let began = clock::boot_nanos();
    shared.mode.store(mode, Ordering::Release);
    while count(&shared.found()) < wanted {
        wait(LOOK);
        if clock::boot_nanos().saturating_sub(began) > LONGEST_BLOCK {
            return Err(format!("a block did not come to {wanted} samples"));
        }
    }
    shared.mode.store(REST, Ordering::Release);
    // What is under way comes to its end before the other kind begins.
    wait(500_000_000);
    Ok(())
}

fn wait(nanos: u64) {
    oximeters::wait_until(clock::boot_nanos() + nanos);
}

/// What a thread has had of the processors, in nanoseconds.
fn spent(thread: &Path) -> u64 {
    let path = Path::new("/proc").join(thread).join("schedstat");
    fs::read_to_string(path)
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

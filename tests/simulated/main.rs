//! `cargo bench -p station --bench simulated`: how fast a whole gym runs on simulated time, and what one tick of one core costs.
//!
//! `-- --stations 8,32 --seconds 60` sets how many stations, and how many simulated seconds are timed.

mod busy;

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use control::Station;
use control::input::Input;
use control::outputs::Outputs;
use protocols::vocabulary::{Timestamp, number};
use station::clock;
use station::records::{Anchor, Entry, Recorder, RecorderOptions};

/// Seconds of ticks that are timed.
const SECONDS_OF_TICKS: u32 = 10_000;
/// Ticks in each.
const TICKS_A_SECOND: u32 = 10;
/// The gym's own tick.
const TICK: Duration = Duration::from_millis(100);

fn main() -> Result<(), Box<dyn Error>> {
    let mut stations: Vec<u8> = vec![1, 8, 32, 64];
    let mut seconds = 120;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--stations" => {
                let list = arguments.next().unwrap_or_default();
                stations = list.split(',').map(str::parse).collect::<Result<_, _>>()?;
            }
            "--seconds" => seconds = arguments.next().unwrap_or_default().parse()?,
            // Cargo's own.
            _ => {}
        }
    }
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "stations | rolled in: simulated s, s | simulated seconds a second | s for a simulated hour, a station | ns for a tick of a core"
    )?;
    for count in stations {
        let line = measure(count, seconds)?;
        writeln!(output, "{line}")?;
    }
    Ok(())
}

/// One line of the table.
fn measure(stations: u8, seconds: u64) -> Result<String, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let begins = Timestamp::from_nanos(clock::boot_nanos());
    let wall_micros = clock::wall_micros();
    let recorder = Recorder::open(
        &folder.path().join("bench.sqlite"),
        &RecorderOptions {
            stations: usize::from(stations),
            clock_rate: 1,
            anchor: Anchor {
                at: begins,
                wall_micros,
            },
        },
    )?;
    let handle = recorder.handle();
    let (config, bodies) = busy::config(stations);
    let roll_began = clock::boot_nanos();
    let mut simulated = busy::roll(
        &config,
        bodies,
        begins,
        wall_micros,
        recorder.ids(),
        &mut |entry| {
            let _taken = handle.send(entry);
        },
    )?;
    let roll_took = seconds_since(roll_began);
    let rolled = number::from_u64(simulated.now().since(begins).as_secs());
    let mut checkpoint = None;
    let began = clock::boot_nanos();
    let until = simulated.now() + Duration::from_secs(seconds);
    simulated.run_until(until, &mut |entry| {
        if let Entry::Checkpoint { now, state, .. } = &entry {
            checkpoint = Some((*now, state.clone()));
        }
        let _taken = handle.send(entry);
    });
    let took = seconds_since(began);
    let rate = number::from_u64(seconds) / took;
    let hour = 3_600.0 / rate / f64::from(stations);
    let (at, state) = checkpoint.ok_or("no checkpoint was written: time more seconds")?;
    let tick = time_ticks(&state.restore()?, at);
    recorder.close(Duration::from_secs(10))?;
    Ok(format!(
        "{stations:8} | {rolled:14.0}, {roll_took:10.2} | {rate:26.1} | {hour:33.2} | {tick:23.0}"
    ))
}

/// What one tick costs in the mean, in nanoseconds, while every signal is fresh: a second of ticks from one checkpoint, over and over.
fn time_ticks(checkpoint: &Station, at: Timestamp) -> f64 {
    let mut outputs = Outputs::default();
    let mut spent = 0.0;
    for _ in 0..SECONDS_OF_TICKS {
        let mut core = checkpoint.clone();
        let mut now = at;
        let began = clock::boot_nanos();
        for _ in 0..TICKS_A_SECOND {
            now = now + TICK;
            core.handle(now, &Input::Tick, &mut outputs);
            std::hint::black_box(&outputs);
        }
        spent += seconds_since(began);
    }
    spent * 1e9 / f64::from(SECONDS_OF_TICKS * TICKS_A_SECOND)
}

fn seconds_since(boot_nanos: u64) -> f64 {
    number::from_u64(clock::boot_nanos().saturating_sub(boot_nanos)) / 1e9
}

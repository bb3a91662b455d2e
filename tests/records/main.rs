//! `cargo bench -p station --bench records`: what the record takes and how quick it is, beside plain rows in SQLite, in one run.
//!
//! One room a subject, each with a table of its own; what is compared is made from the same rows, in the same process, one after the other.
//! `-- --stations 4 --minutes 60 --sessions 100000` are the defaults.

#[path = "../simulated/busy.rs"]
mod busy;
mod files;
mod hour;
mod many;
mod replayed;

use std::error::Error;
use std::io::{self, Write};

use protocols::vocabulary::number;
use station::clock;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut stations, mut minutes, mut sessions) = (4, 60, 100_000);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_default();
        match argument.as_str() {
            "--stations" => stations = value().parse()?,
            "--minutes" => minutes = value().parse()?,
            "--sessions" => sessions = value().parse()?,
            // Cargo's own.
            _ => {}
        }
    }
    let mut output = io::stdout().lock();
    for line in hour::measure(stations, minutes)? {
        writeln!(output, "{line}")?;
    }
    for line in files::measure(minutes)? {
        writeln!(output, "{line}")?;
    }
    for line in replayed::measure(minutes)? {
        writeln!(output, "{line}")?;
    }
    for line in many::measure(sessions)? {
        writeln!(output, "{line}")?;
    }
    Ok(())
}

/// How long it takes, in milliseconds, at best of five, and what came out the last time.
fn timed<T, E>(mut work: impl FnMut() -> Result<T, E>) -> Result<(f64, T), E> {
    let mut best = f64::INFINITY;
    let mut outcome = None;
    for _ in 0..5 {
        let began = clock::boot_nanos();
        outcome = Some(work()?);
        let took = number::from_u64(clock::boot_nanos().saturating_sub(began)) / 1e6;
        best = best.min(took);
    }
    match outcome {
        Some(outcome) => Ok((best, outcome)),
        None => work().map(|outcome| (best, outcome)),
    }
}

//! `cargo bench -p station --bench latency`: from a breaching oximeter frame to the command that takes load away.
//!
//! In one process, on real pseudo-terminals: the gym as `serve` runs it (its control thread, its recorder with a record on disk, its
//! socket with one dashboard attached), and at the other end of every port this bench, which plays the devices and holds the watch.
//!
//! What is timed begins right before the write of the last frame of an oximeter packet whose saturation is a breach, and ends when
//! the thread that waits at the bike's end wakes with the first byte of a SETPOWER below the last one, or of a GOFINISHED. (A packet
//! is 25 frames; the link acts on whole packets, because the flags of all 25 decide whether the value may be believed.) Polls do
//! not end it. Saturation goes from 97 to 91 %: the rule `spo2-critical` (a fall of 6 or more in 60 s) takes load away in the call.
//!
//! The echo takes the same ways through the same two threads, with nothing but a blocking thread between two slaves; the gym and all
//! its devices run on meanwhile, without breaches.
//!
//! `-- --stations 32,64 --samples 1500 --runs 3` are the defaults: so many samples of each kind, in each run.

#[path = "../simulated/busy.rs"]
mod busy;
mod devices;
mod figures;
mod house;
mod oximeters;
mod watch;

use std::error::Error;
use std::io::{self, Write};

/// What the command line asks for.
struct Wanted {
    stations: Vec<u8>,
    samples: usize,
    runs: usize,
}

impl Wanted {
    fn from_arguments() -> Result<Self, Box<dyn Error>> {
        let mut wanted = Self {
            stations: vec![32, 64],
            samples: 1_500,
            runs: 3,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
            match argument.as_str() {
                "--stations" => {
                    let list = value()?;
                    wanted.stations = list.split(',').map(str::parse).collect::<Result<_, _>>()?;
                }
                "--samples" => wanted.samples = value()?.parse()?,
                "--runs" => wanted.runs = value()?.parse()?,
                // Cargo's own.
                "--bench" => {}
                other => return Err(format!("{other}: not known").into()),
            }
        }
        Ok(wanted)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = Wanted::from_arguments()?;
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "From right before the write of the last frame of a breaching oximeter packet (97 to 91 %, spo2-critical) until the bike's end \
         wakes with the command that takes load away.\nEach station: bike on csafe, strap 1/s, oximeter 75 frames/s, in conditioning; \
         journal on; one dashboard. Echo: the same two threads, one blocking thread between two slaves, the gym running on.\n\
         Microseconds.\n"
    )?;
    for stations in &wanted.stations {
        let mut runs = Vec::new();
        for run in 1..=wanted.runs {
            let measured = house::measure(*stations, wanted.samples)?;
            writeln!(
                output,
                "{stations} stations, run {run}\n{}",
                measured.table()
            )?;
            runs.push(measured);
        }
        writeln!(
            output,
            "{stations} stations, all runs\n{}",
            figures::together(runs)
        )?;
    }
    Ok(())
}

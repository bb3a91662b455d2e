//! `station capture`: keeps what comes over a port, as it comes, with its times.
//!
//! Promises: nothing is ever sent; what was read is in the file before the next is read, so that an end of any kind leaves a whole
//! file.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::{Args, ValueEnum};
use drivers::catalogue::{FAMILIES, Family};
use drivers::port::capture_file::Head;
use drivers::port::{CapturedBytes, DataBits, Direction, LineSettings, Parity, capture_file};
use protocols::vocabulary::Timestamp;
use thiserror::Error;

use super::output;
use super::serial_port::{OpenPort, PortError};
use super::stop_signal::stop_on_signal;
use crate::clock::GymClock;

const EXAMPLES: &str = "\
Examples:
  station capture /dev/ttyUSB0 -o oximeter.txt --protocol nonin-df2
  station capture /dev/ttyUSB0 -o unknown.txt --baud 19200 --parity odd --seconds 60
  station decode --protocol nonin-df2 oximeter.txt
  station virtual replay oximeter.txt --pty

The file is text: its first line is station-capture 1, then one line a piece, SECONDS < BYTES.
Nothing is sent to the device, so that one which speaks only when it is asked (most ergometers and treadmills) leaves an empty file.
What it answers is captured while a gym asks it: station serve --config GYM --capture FOLDER keeps both ways of each port.
It ends after --seconds, or on SIGINT (Ctrl+C) or SIGTERM.
Exit status: 0 done, 1 the port went away or the file cannot be written (what came is kept), 2 wrong usage.";

/// Keep the raw bytes of a port with their times
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CaptureArgs {
    /// The port
    port: PathBuf,

    /// Where to keep the bytes; a file that is there is left alone
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// The line's rate; without it the protocol's, else 9600
    #[arg(long, value_name = "BAUD", value_parser = clap::value_parser!(u32).range(50..=4_000_000))]
    baud: Option<u32>,

    /// The line's check bit; without it the protocol's, else none
    #[arg(long, value_enum)]
    parity: Option<Check>,

    /// Characters of seven bits instead of eight
    #[arg(long)]
    seven_bits: bool,

    /// What is spoken there: sets the line, and is noted in the file
    #[arg(long, value_name = "PROTOCOL")]
    protocol: Option<String>,

    /// End after so long
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Check {
    None,
    Even,
    Odd,
}

#[derive(Debug, Error)]
enum CaptureError {
    #[error("there is no protocol {given:?} with a wire; write one of {known}")]
    UnknownProtocol { given: String, known: String },
    #[error("{} is there already; write another name, or take it away", .0.display())]
    Taken(PathBuf),
    #[error("{} cannot be written: {source}; look at its folder", path.display())]
    Unwritten { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Port(#[from] PortError),
    #[error("signals cannot be waited for: {0}")]
    Signals(io::Error),
}

/// Captures until it is told to end.
#[must_use]
pub fn run(arguments: &CaptureArgs) -> ExitCode {
    match capture(arguments) {
        Ok(kept) => {
            let path = arguments.output.display();
            output::complain(&format_args!(
                "{} bytes in {} pieces are kept in {path}{}",
                kept.bytes,
                kept.pieces,
                if kept.bytes == 0 { NOTHING_CAME } else { "" }
            ));
            ExitCode::SUCCESS
        }
        Err(error @ CaptureError::UnknownProtocol { .. }) => output::wrong_usage(&error),
        Err(error) => output::finding(&error),
    }
}

/// What to do about a file without bytes.
const NOTHING_CAME: &str = "; nothing was asked, and it said nothing of itself: to capture what it answers, run station serve --config GYM --capture FOLDER";

#[derive(Debug, Default)]
struct Kept {
    bytes: usize,
    pieces: usize,
}

fn capture(arguments: &CaptureArgs) -> Result<Kept, CaptureError> {
    let line = line_of(arguments)?;
    // Before anything is begun: whoever sees the file may end us at once.
    let stop = stop_on_signal().map_err(CaptureError::Signals)?;
    let mut port = OpenPort::open(&arguments.port, line)?;
    let unwritten = |source: io::Error| {
        let path = arguments.output.clone();
        if source.kind() == io::ErrorKind::AlreadyExists {
            CaptureError::Taken(path)
        } else {
            CaptureError::Unwritten { path, source }
        }
    };
    let mut file = File::create_new(&arguments.output).map_err(unwritten)?;
    if let Some(family) = arguments.protocol.as_deref().and_then(Family::by_id)
        && family.ear.is_none()
    {
        output::complain(&format_args!(
            "{} speaks when it is asked, and nothing is asked here; station serve --config GYM --capture FOLDER captures a conversation",
            family.id
        ));
    }
    let heading = capture_file::heading(&Head {
        port: &arguments.port.to_string_lossy(),
        protocol: arguments.protocol.as_deref(),
        line,
    });
    file.write_all(heading.as_bytes()).map_err(unwritten)?;
    let clock = GymClock::starting_at(Timestamp::ZERO, 1);
    let ends = arguments.seconds.map_or(Timestamp::NEVER, |seconds| {
        Timestamp::ZERO + Duration::from_secs(u64::from(seconds))
    });
    let mut kept = Kept::default();
    while clock.now() < ends && !stop.load(Ordering::Acquire) {
        let bytes = port.read(&clock, ends)?;
        if bytes.is_empty() {
            continue;
        }
        let piece = CapturedBytes {
            at: clock.now(),
            direction: Direction::FromDevice,
            bytes: bytes.to_vec(),
        };
        file.write_all(capture_file::to_line(&piece).as_bytes())
            .map_err(unwritten)?;
        kept.bytes = kept.bytes.saturating_add(piece.bytes.len());
        kept.pieces = kept.pieces.saturating_add(1);
    }
    Ok(kept)
}

/// The protocol's line, and over it what was written.
fn line_of(arguments: &CaptureArgs) -> Result<LineSettings, CaptureError> {
    let mut line = LineSettings::plain(9_600);
    if let Some(given) = &arguments.protocol {
        let family = Family::by_id(given).ok_or_else(|| CaptureError::UnknownProtocol {
            given: given.clone(),
            known: FAMILIES
                .iter()
                .map(|family| family.id)
                .collect::<Vec<_>>()
                .join(", "),
        })?;
        line = family.line();
    }
    if let Some(baud) = arguments.baud {
        line.baud = baud;
    }
    match arguments.parity {
        None => {}
        Some(Check::None) => line.parity = Parity::None,
        Some(Check::Even) => line.parity = Parity::Even,
        Some(Check::Odd) => line.parity = Parity::Odd,
    }
    if arguments.seven_bits {
        line.data_bits = DataBits::Seven;
    }
    Ok(line)
}

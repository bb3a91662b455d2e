//! `station watch`: a dashboard of a gym that runs.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::dashboard::theme::Theme;
use crate::dashboard::watch::{self, Options, Outcome, WatchError, lines};
use crate::gym::address;

/// A dashboard of a gym that runs: any number at once; closing one changes nothing in the gym.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  station watch\n  station watch --line | grep ALARM")]
pub struct Args {
    /// The gym's socket, where it is not the usual one
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Lines instead of a screen: everything once, then what changes (for screen readers and logs)
    #[arg(long)]
    pub line: bool,
    /// One picture in lines, then leave
    #[arg(long)]
    pub once: bool,
    /// ASCII alone, for fonts without blocks (the variable `NO_COLOR` takes the colours away)
    #[arg(long)]
    pub ascii: bool,
}

/// Runs the command.
///
/// # Errors
/// [`WatchError`]: no gym answers, it refuses this viewer, or there is no terminal.
pub fn run(args: &Args) -> Result<ExitCode, WatchError> {
    let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let options = Options {
        socket: args.socket.clone().unwrap_or_else(address::default_socket),
        theme: Theme::new(colour, args.ascii, jiff::tz::TimeZone::system()),
    };
    let outcome = if args.line || args.once {
        let mut out = io::stdout().lock();
        let counts = !args.once && io::stdout().is_terminal();
        lines::run(&options, &mut out, args.once, counts)?
    } else {
        watch::run(&options)?
    };
    if let Outcome::Ended(words) = outcome {
        // Whoever started this may have closed the pipe: there is nobody left to tell.
        drop(writeln!(io::stdout(), "{words}"));
    }
    Ok(ExitCode::SUCCESS)
}

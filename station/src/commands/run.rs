//! `station run` and `station demo`: a gym in a process of its own, and a dashboard on it.

use std::process::ExitCode;

use clap::Args;

use super::serve::ServeArgs;
use super::{demo_day, watch};
use crate::dashboard::watch::terminal_is_there;
use crate::gym::demo::day::MOST_WEEKS;
use crate::gym::launch;

/// The gym with its dashboard: closing the terminal ends the dashboard alone
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  station run --config gym.toml")]
pub struct RunArgs {
    /// What the gym is told.
    #[command(flatten)]
    pub gym: ServeArgs,
    /// ASCII alone, for fonts without blocks; so it is where the locale names a character set other than UTF-8
    #[arg(long)]
    pub ascii: bool,
}

/// A gym of six virtual stations, alive, with its dashboard
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  station demo\n  station demo --day --weeks 6\nNothing but this program is needed: virtual patients on virtual machines, real bytes over real pseudo-terminals."
)]
pub struct DemoArgs {
    /// The demonstration's record, where it is not in the user's data folder
    #[arg(long, value_name = "FILE")]
    pub record: Option<std::path::PathBuf>,
    /// The socket for dashboards, where it is not the usual one
    #[arg(long, value_name = "PATH")]
    pub socket: Option<std::path::PathBuf>,
    /// How many times as fast as real time, 1 to 30
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=30))]
    pub clock_rate: u32,
    /// The log, where it is not in the user's state folder
    #[arg(long, value_name = "FILE")]
    pub log: Option<std::path::PathBuf>,
    /// ASCII alone, for fonts without blocks; so it is where the locale names a character set other than UTF-8
    #[arg(long)]
    pub ascii: bool,
    /// No dashboard: a whole day of eight patients, and their visits of the weeks before, go into the record at once, for review and report
    #[arg(long, conflicts_with_all = ["socket", "clock_rate", "log", "ascii", "inject_panic"])]
    pub day: bool,
    /// How many weeks before the day, with two visits each
    #[arg(long, value_name = "N", default_value_t = 4, requires = "day", value_parser = clap::value_parser!(u32).range(0..=i64::from(MOST_WEEKS)))]
    pub weeks: u32,
    /// Let a station's core panic so many seconds after the wall opens, as STATION@SECONDS
    #[arg(long, hide = true, value_name = "STATION@SECONDS")]
    pub inject_panic: Vec<String>,
}

/// Runs `station run`.
///
/// # Errors
/// What to tell the person.
pub fn run(args: &RunArgs) -> Result<ExitCode, String> {
    attach(&args.gym.to_arguments(), args.ascii)
}

/// Runs `station demo`.
///
/// # Errors
/// What to tell the person.
pub fn demo(args: &DemoArgs) -> Result<ExitCode, String> {
    if args.day {
        super::output::complain(&"Rolling a day of eight patients and the weeks before ...");
        return demo_day::run(args.record.as_deref(), args.weeks)
            .map_err(|error| super::output::with_causes(&error));
    }
    let mut arguments = vec![
        "--demo".into(),
        "--clock-rate".into(),
        args.clock_rate.to_string().into(),
    ];
    for (name, value) in [
        ("--record", &args.record),
        ("--socket", &args.socket),
        ("--log", &args.log),
    ] {
        if let Some(value) = value {
            arguments.extend([
                std::ffi::OsString::from(name),
                value.clone().into_os_string(),
            ]);
        }
    }
    for order in &args.inject_panic {
        arguments.extend(["--inject-panic".into(), order.into()]);
    }
    super::output::complain(&"Rolling six sessions in advance, a few seconds ...");
    attach(&arguments, args.ascii)
}

fn attach(arguments: &[std::ffi::OsString], ascii: bool) -> Result<ExitCode, String> {
    if !terminal_is_there() {
        return Err("no terminal to draw on: `station serve` runs a gym alone, `station watch --line` writes what it does in lines".to_owned());
    }
    let (ready, mut gym) =
        launch::start(arguments).map_err(|error| super::output::with_causes(&error))?;
    let watch = watch::Args {
        socket: Some(ready.socket.clone()),
        line: false,
        once: false,
        ascii,
    };
    let seen = watch::run(&watch).map_err(|error| super::output::with_causes(&error));
    if let Ok(Some(_)) = gym.try_wait() {
    } else {
        let words = format!(
            "The gym goes on (process {}). Watch it: station watch --socket {}\nEnd it: kill {}",
            ready.pid,
            ready.socket.display(),
            ready.pid
        );
        super::output::complain(&words);
    }
    seen
}

//! `station run` and `station demo`: a gym in a process of its own, and a dashboard on it.

use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use clap::Args;

use super::serve::ServeArgs;
use super::{demo_day, watch};
use crate::dashboard::watch::{Outcome, WatchError, terminal_is_there};
use crate::gym::demo::day::MOST_WEEKS;
use crate::gym::launch::{self, Ready};

/// A gym that said that it ended may take so long until its process is gone.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// A gym that was killed is known to be gone within this.
const GONE_WITHIN: Duration = Duration::from_millis(100);

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
    let (ready, gym) =
        launch::start(arguments).map_err(|error| super::output::with_causes(&error))?;
    let watch = watch::Args {
        socket: Some(ready.socket.clone()),
        line: false,
        once: false,
        ascii,
    };
    let seen = watch::show(&watch, &watch.options());
    let waits = match &seen {
        Ok(Outcome::Ended(_)) => ENDS_WITHIN,
        Ok(Outcome::Left | Outcome::Alone) | Err(_) => GONE_WITHIN,
    };
    let status = launch::status_within(gym, waits);
    let (words, code) = afterwards(&ready, &seen, status);
    if let Some(words) = words {
        super::output::complain(&words);
    }
    seen.map_err(|error| super::output::with_causes(&error))?;
    Ok(code)
}

/// What a person is told once the dashboard is gone, and how the command ends.
fn afterwards(
    ready: &Ready,
    seen: &Result<Outcome, WatchError>,
    status: Option<ExitStatus>,
) -> (Option<String>, ExitCode) {
    let (process, socket) = (ready.pid, ready.socket.display());
    let record = ready.record.display();
    match (seen, status) {
        // Its last words say why, where it did not end well.
        (Ok(Outcome::Ended(_)), Some(status)) if !status.success() => (None, ExitCode::FAILURE),
        (Ok(Outcome::Ended(_)), Some(_)) => (None, ExitCode::SUCCESS),
        (Ok(Outcome::Ended(_)), None) => (
            Some(format!(
                "Its process ({process}) is still at its last work."
            )),
            ExitCode::SUCCESS,
        ),
        (_, Some(status)) if status.success() => (
            Some(format!("The gym has ended. The record is {record}.")),
            ExitCode::SUCCESS,
        ),
        (_, Some(status)) => (
            Some(format!(
                "The gym is gone ({status}): nothing controls its machines any more, use their own stops.\n\
                 The record is {record}. Start the gym again: sessions that were open come back as interrupted."
            )),
            ExitCode::FAILURE,
        ),
        (Ok(Outcome::Alone), None) => (
            Some(format!(
                "The gym (process {process}) does not answer: use the stop buttons at the machines.\n\
                 Try again: station watch --socket {socket}"
            )),
            ExitCode::FAILURE,
        ),
        (Ok(Outcome::Left) | Err(_), None) => (
            Some(format!(
                "The gym goes on (process {process}). Watch it: station watch --socket {socket}\nEnd it: kill {process}"
            )),
            ExitCode::SUCCESS,
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn who_leaves_is_told_what_became_of_the_gym() {
        let ready = Ready {
            socket: "gym.sock".into(),
            record: "day.sqlite".into(),
            pid: 4711,
        };
        let told = |outcome, status: Option<i32>| {
            let (words, code) = afterwards(&ready, &Ok(outcome), status.map(ExitStatus::from_raw));
            (words.unwrap_or_default(), code == ExitCode::SUCCESS)
        };
        let ended = || Outcome::Ended("The gym has ended.".to_owned());
        assert_eq!(told(ended(), Some(0)), (String::new(), true));
        assert_eq!(told(ended(), Some(256)), (String::new(), false));
        let (words, done) = told(ended(), None);
        assert!(done && !words.contains("kill"), "{words}");
        let (words, done) = told(Outcome::Left, None);
        assert!(done && words.contains("End it: kill 4711"), "{words}");
        for outcome in [Outcome::Left, Outcome::Alone] {
            let (words, done) = told(outcome, Some(9));
            assert!(
                !done && words.contains("The gym is gone (signal: 9"),
                "{words}"
            );
            assert!(words.contains("The record is day.sqlite"), "{words}");
        }
        let (words, done) = told(Outcome::Alone, None);
        assert!(!done && words.contains("does not answer"), "{words}");
    }
}

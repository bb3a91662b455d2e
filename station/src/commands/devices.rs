//! `station devices`: which serial ports there are, and what answers on each.
//!
//! Promises: listens first; what it asks moves no machine and changes none (`drivers::detect`). A port that another program has open
//! is left alone. All ports at once, each within half a minute.

mod asking;
mod gym_file;
pub(super) mod holders;
mod listing;
mod wiggle;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::Args;
use drivers::detect::{Certainty, Outcome, Verdict};
use drivers::port::LineSettings;
use protocols::vocabulary::Timestamp;
use serde::Serialize;

use self::listing::Listed;
use super::output::{self, Output};
use super::serial_port::PortError;
use crate::clock::GymClock;

/// How long a hand may take over a plug.
const PATIENCE: Duration = Duration::from_mins(2);

const EXAMPLES: &str = "\
Examples:
  station devices
  station devices --port /dev/ttyUSB0 --port /dev/ttyUSB1 --json
  station devices --write-config gym.toml
  station devices --wiggle

A port is listened to first. What is asked then reads alone: it moves no machine and changes none.
Certainty: sure (a check sum held twice), likely (nobody else is known to speak so), possible (see
what else it could be). The system's own console is left out unless it is named by --port.
Exit status: 0 every port was looked at, 1 a port could not be, or there is none, 2 wrong usage.";

/// List the serial ports and say what answers on each
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DevicesArgs {
    /// This port instead of all; may be given for several
    #[arg(long = "port", value_name = "PORT")]
    ports: Vec<PathBuf>,

    /// Print one JSON array
    #[arg(long)]
    json: bool,

    /// Write a gym's file of what was found, to be finished by a person; a file that is there is left alone
    #[arg(long, value_name = "FILE", conflicts_with = "wiggle")]
    write_config: Option<PathBuf>,

    /// Ask for a plug to be pulled and put back, and say which port that was; nothing is sent
    #[arg(long)]
    wiggle: bool,
}

/// What became of one port.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    listed: Listed,
    state: State,
    protocol: Option<&'static str>,
    certainty: Option<Certainty>,
    line: Option<LineSettings>,
    identity: Option<String>,
    alternatives: Vec<&'static str>,
    /// What it told of what a gym's file says of it.
    settings: BTreeMap<&'static str, String>,
    held_by: Option<String>,
    /// What to do about it, where something is.
    words: Option<String>,
    #[serde(skip)]
    verdict: Option<Verdict>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Somebody is there.
    Found,
    /// Nobody spoke, nobody answered.
    Silent,
    /// Somebody speaks, and nobody knows what.
    Unknown,
    /// What is sent comes back.
    Echo,
    /// Another program has it.
    Held,
    /// It cannot be opened, or went away.
    Failed,
}

/// Looks at every port, or waits for one to be pulled.
#[must_use]
pub fn run(arguments: &DevicesArgs) -> ExitCode {
    if arguments.wiggle {
        return wiggle(arguments);
    }
    let ports: Vec<Listed> = if arguments.ports.is_empty() {
        listing::all()
    } else {
        each_once(&arguments.ports)
            .into_iter()
            .map(listing::named)
            .collect()
    };
    if ports.is_empty() {
        output::complain(
            &"there is no serial port; plug an adapter in, or name a port with --port",
        );
    } else {
        let count = ports.len();
        output::complain(&format_args!(
            "listening and asking on {count} port(s), half a minute at most; nothing is moved"
        ));
    }
    let rows = look_at(ports);
    let mut code = if rows.is_empty() || rows.iter().any(Row::is_finding) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    };
    let mut out = Output::new();
    if arguments.json {
        out.json_line(&rows);
    } else {
        for row in &rows {
            row.tell(&mut out);
        }
    }
    if let Err(error) = out.finish() {
        return output::finding(&format_args!(
            "the output cannot be written: {error}; look at where it goes to"
        ));
    }
    if let Some(path) = &arguments.write_config {
        let found: Vec<_> = rows.iter().filter_map(Row::for_a_gym).collect();
        match gym_file::write(path, &found) {
            Ok(waiting) => {
                for port in waiting {
                    output::complain(&format_args!(
                        "what is on {} stands in the file as a comment: it waits for a person",
                        port.display()
                    ));
                }
                output::complain(&format_args!(
                    "{path} is written; finish it, then station check {path}",
                    path = path.display()
                ));
            }
            Err(error) => code = output::finding(&error),
        }
    }
    code
}

/// Each port once, also where it was given twice or by two of its names: the second search would find it held by the first.
fn each_once(ports: &[PathBuf]) -> Vec<&Path> {
    let mut seen = HashSet::new();
    ports
        .iter()
        .map(PathBuf::as_path)
        .filter(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.to_path_buf())))
        .collect()
}

/// All ports at once, each on a thread of its own: opening one can take seconds.
fn look_at(ports: Vec<Listed>) -> Vec<Row> {
    let clock = GymClock::starting_at(Timestamp::ZERO, 1);
    thread::scope(|scope| {
        let searches: Vec<_> = ports
            .into_iter()
            .map(|listed| {
                let path = listed.port.clone();
                (listed, scope.spawn(move || asking::settle(&path, &clock)))
            })
            .collect();
        searches
            .into_iter()
            .map(|(listed, search)| match search.join() {
                Ok(settled) => Row::new(listed, settled),
                Err(_panicked) => Row {
                    words: Some("what came over this port made the program fail".to_owned()),
                    ..Row::bare(listed, State::Failed)
                },
            })
            .collect()
    })
}

impl Row {
    fn bare(listed: Listed, state: State) -> Self {
        Self {
            listed,
            state,
            protocol: None,
            certainty: None,
            line: None,
            identity: None,
            alternatives: Vec::new(),
            settings: BTreeMap::new(),
            held_by: None,
            words: None,
            verdict: None,
        }
    }

    fn new(listed: Listed, settled: Result<Outcome, PortError>) -> Self {
        let with = |state: State, words: &str| (state, Some(words.to_owned()));
        let (state, words) = match &settled {
            Ok(Outcome::Found(_)) => (State::Found, None),
            Ok(Outcome::Silent) => with(
                State::Silent,
                "nothing is heard and nothing answers; look whether the device is on, and its cable crossed or straight as it needs",
            ),
            Ok(Outcome::Unknown { bytes }) => with(
                State::Unknown,
                &format!(
                    "{bytes} bytes came that no protocol explains; keep some with station capture"
                ),
            ),
            Ok(Outcome::Echo) => with(
                State::Echo,
                "what is sent comes back; look for a loop plug or a cable whose ends are joined",
            ),
            Err(error @ (PortError::Held { .. } | PortError::HeldBySomebody(_))) => {
                with(State::Held, &error.to_string())
            }
            Err(error) => with(State::Failed, &error.to_string()),
        };
        let mut row = Self {
            words,
            ..Self::bare(listed, state)
        };
        match settled {
            Ok(Outcome::Found(verdict)) => {
                row.protocol = Some(verdict.protocol);
                row.certainty = Some(verdict.certainty);
                row.line = Some(verdict.line);
                row.identity.clone_from(&verdict.identity);
                row.alternatives.clone_from(&verdict.alternatives);
                row.settings = verdict.settings.iter().cloned().collect();
                row.words = verdict.remedy.map(str::to_owned);
                row.verdict = Some(verdict);
            }
            Err(PortError::Held { holder, .. }) => row.held_by = Some(holder.name),
            Ok(_) | Err(_) => {}
        }
        row
    }

    const fn is_finding(&self) -> bool {
        matches!(self.state, State::Held | State::Failed)
    }

    /// What a gym's file can be made of.
    fn for_a_gym(&self) -> Option<(&Path, &Verdict)> {
        Some((self.listed.port.as_path(), self.verdict.as_ref()?))
    }

    fn tell(&self, out: &mut Output) {
        out.line(&self.listed.port.display().to_string());
        if let Some(verdict) = &self.verdict {
            let identity = verdict
                .identity
                .as_ref()
                .map_or_else(String::new, |identity| format!(": {identity}"));
            out.line(&format!(
                "  {} ({}), {}{identity}",
                verdict.protocol,
                verdict.certainty.word(),
                verdict.line
            ));
            if !verdict.alternatives.is_empty() {
                out.line(&format!("  or {}", verdict.alternatives.join(", ")));
            }
        }
        if let Some(words) = &self.words {
            out.line(&format!("  {words}"));
        }
        let adapter = self.listed.adapter.as_deref();
        let number = self.listed.usb_serial.as_deref();
        if let Some(adapter) = adapter {
            let number = number.map_or_else(
                || ", without a number of its own".to_owned(),
                |number| format!(", number {number}"),
            );
            out.line(&format!("  {adapter}{number}"));
        }
        if let Some(by_path) = &self.listed.by_path
            && *by_path != self.listed.port
        {
            out.line(&format!("  in the socket {}", by_path.display()));
        }
    }
}

fn wiggle(arguments: &DevicesArgs) -> ExitCode {
    output::complain(&"unplug one");
    let Some(gone) = wiggle::wait_for_a_gap(&arguments.ports, PATIENCE) else {
        return output::finding(&"no port vanished within two minutes; begin again");
    };
    let gone_name = wiggle::name(&gone.port, gone.by_path.as_ref());
    output::complain(&format_args!("{gone_name} has gone; put it back"));
    let Some(back) = wiggle::wait_for_return(&arguments.ports, &gone, PATIENCE) else {
        return output::finding(&format_args!(
            "nothing came back within two minutes; what was pulled is {gone_name}"
        ));
    };
    let mut out = Output::new();
    if arguments.json {
        out.json_line(&[&back]);
    } else {
        out.line(&wiggle::name(&back.port, back.by_path.as_ref()));
    }
    match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!(
            "the output cannot be written: {error}; look at where it goes to"
        )),
    }
}

//! `station sessions`: what sessions a record has.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::tz::TimeZone;

use super::output::{self, Output};
use crate::records::RecordsError;
use crate::records::archive::{Archive, SessionLine, local};

const EXAMPLES: &str = "\
Examples:
  station sessions
  station sessions --json | jq '.[0].id'

Exit status: 0 when done, 1 where the record cannot be read, 2 for wrong usage.";

/// List the sessions of a record, the latest first.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct SessionsArgs {
    /// The record, where it is not the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One JSON array of objects
    #[arg(long)]
    json: bool,
}

/// Lists the sessions.
///
/// # Errors
/// Where the record cannot be read; the error says what to do.
pub fn run(args: &SessionsArgs) -> Result<ExitCode, RecordsError> {
    let sessions = Archive::open_named(args.record.as_deref())?.sessions()?;
    let mut out = Output::new();
    if args.json {
        out.json_line(&sessions);
    } else {
        for line in listed(&sessions, &TimeZone::system()) {
            out.line(&line);
        }
    }
    Ok(match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!("the list could not be written: {error}")),
    })
}

/// The list for people, at most 80 columns wide.
fn listed(sessions: &[SessionLine], zone: &TimeZone) -> Vec<String> {
    if sessions.is_empty() {
        return vec!["no session yet".to_owned()];
    }
    let mut lines = vec![format!(
        "{:<22}  {:<16}  {:<8}  {:<7}  {:>5}  ended",
        "session", "began", "patient", "kind", "min"
    )];
    for session in sessions {
        let ended = match (&session.end_reason, session.state.as_str()) {
            (_, "interrupted") => "interrupted",
            (Some(reason), _) => reason,
            (None, state) => state,
        };
        let incomplete = if session.gaps > 0 { '*' } else { ' ' };
        lines.push(format!(
            "{:<22}  {:<16}  {:<8}  {:<7}  {:>5.1}{incomplete} {ended}",
            session.id,
            local(session.began_wall_micros, zone),
            session.patient,
            session.kind,
            session.seconds / 60.0
        ));
    }
    if sessions.iter().any(|session| session.gaps > 0) {
        lines.push("* not everything of it was recorded: station show ID says what".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_fits_eighty_columns() {
        let session = SessionLine {
            id: "S-20261123-143107-K7PD".to_owned(),
            patient: "K7PD2MXQ".to_owned(),
            kind: "virtual".to_owned(),
            pre_rolled: false,
            clock_rate: 1,
            state: "interrupted".to_owned(),
            end_reason: Some("interrupted".to_owned()),
            end_rule: None,
            began: "2026-11-23T14:31:07Z".to_owned(),
            ended: None,
            began_wall_micros: 1_795_444_267_000_000,
            seconds: 7_415.0,
            software: "station 0.1.0".to_owned(),
            stations: vec![1, 2],
            alarms: 3,
            gaps: 0,
        };
        let with_gap = SessionLine {
            gaps: 2,
            ..session.clone()
        };
        let lines = listed(&[session, with_gap], &TimeZone::UTC);
        assert_eq!(
            lines[1],
            "S-20261123-143107-K7PD  2026-11-23 14:31  K7PD2MXQ  virtual  123.6  interrupted"
        );
        assert_eq!(
            lines[2..],
            [
                "S-20261123-143107-K7PD  2026-11-23 14:31  K7PD2MXQ  virtual  123.6* interrupted",
                "* not everything of it was recorded: station show ID says what",
            ]
        );
        assert!(lines.iter().all(|line| line.len() <= 80));
        assert_eq!(listed(&[], &TimeZone::UTC), ["no session yet"]);
    }
}

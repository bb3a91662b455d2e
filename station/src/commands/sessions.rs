//! `station sessions`: what sessions a record has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::day::{DayAsked, date};
use super::output::{self, Output};
use super::record::reading;
use super::staffed::{self, ByArgs};
use crate::records::RecordsError;
use crate::records::archive::{Archive, local, offset};
use crate::records::desk::{Of, identity_of, looked};
use crate::records::list::{SessionFilter, SessionLine};

const EXAMPLES: &str = "\
Examples:
  station sessions --limit 20
  station sessions --patient K7PD2MXQ --from 2026-11-01 --to 2026-11-30
  station sessions --day 2026-11-23 --search spo2-floor
  station sessions --unsigned
  station sessions --day 2026-11-23 --names --by anna
  station sessions --json | jq '.[0].id'

Exit status: 0 when done, 1 where the record cannot be read, 2 for wrong usage.";

/// List the sessions of a record, the latest first.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct SessionsArgs {
    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Of this patient alone, by pseudonym
    #[arg(long, value_name = "PSEUDONYM")]
    patient: Option<String>,

    /// Begun on this day, as the clock of this machine has it; `last` is the latest that has a session
    #[arg(long, value_name = "DAY", conflicts_with_all = ["from", "to"])]
    day: Option<DayAsked>,

    /// Begun on this day or later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    from: Option<Date>,

    /// Begun on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    to: Option<Date>,

    /// In this state alone
    #[arg(long, value_parser = ["open", "ended", "interrupted"])]
    state: Option<String>,

    /// With this text in the id, the pseudonym, the reason it ended, or a rule that ended it or raised an alarm
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    /// Over, and signed by nobody yet
    #[arg(long)]
    unsigned: bool,

    /// The latest so many
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,

    /// With who the pseudonyms are, where that was written down
    #[arg(long)]
    names: bool,

    #[command(flatten)]
    by: ByArgs,

    /// One JSON array of objects
    #[arg(long)]
    json: bool,
}

/// A session with who its patient is.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    session: &'a SessionLine,
    alarms: i64,
    gaps: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// Lists the sessions.
///
/// # Errors
/// Where the record cannot be read; the error says what to do.
pub fn run(args: &SessionsArgs) -> Result<ExitCode, RecordsError> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Ok(output::wrong_usage(&format_args!(
            "--from {from} is after --to {to}: write them the other way round"
        )));
    }
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &SessionsArgs) -> Result<ExitCode, RecordsError> {
    let zone = TimeZone::system();
    let day = DayAsked::resolve(args.day, archive, &zone)?;
    let filter = match filter(args, day, &zone) {
        Ok(filter) => filter,
        Err(error) => {
            return Ok(output::wrong_usage(&format_args!(
                "that day is none on this machine's clock: {error}"
            )));
        }
    };
    let asked = args.patient.as_deref();
    let patient = asked.map(|asked| archive.patient(asked)).transpose()?;
    let filter = SessionFilter { patient, ..filter };
    let sessions = archive.list(&filter)?;
    let names = names(args, archive, &sessions)?;
    let mut out = Output::new();
    if args.json {
        json(&mut out, archive, sessions, &names)?;
    } else if sessions.is_empty() && filter != SessionFilter::default() {
        out.line(&format!(
            "no session of {} fits; without options all are listed",
            archive.session_count()?
        ));
    } else if sessions.is_empty() && !archive.damage().is_empty() {
        out.line("no session can be read");
    } else {
        let list = List::new(&names, &zone, archive.is_being_written());
        text(&mut out, archive, sessions, list)?;
    }
    Ok(match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!("the list could not be written: {error}")),
    })
}

/// After so many lines of a list they are handed on: enough for a screen at once, and few calls for a list of very many.
const HANDED_ON: usize = 50;

/// Each session as soon as it was looked at, so that the latest of very many stand there at once; none for a reader who has gone away.
fn text(
    out: &mut Output,
    archive: &Archive,
    sessions: Vec<SessionLine>,
    mut list: List<'_>,
) -> Result<(), RecordsError> {
    out.line(&List::heading(&sessions));
    for (number, session) in sessions.into_iter().enumerate() {
        if !out.is_open() {
            return Ok(());
        }
        out.line(&list.line(&archive.with_damage(session)?));
        if (number + 1) % HANDED_ON == 0 {
            out.flush();
        }
    }
    for line in list.marks() {
        out.line(&line);
    }
    Ok(())
}

fn json(
    out: &mut Output,
    archive: &Archive,
    sessions: Vec<SessionLine>,
    names: &BTreeMap<String, String>,
) -> Result<(), RecordsError> {
    let sessions = sessions
        .into_iter()
        .map(|session| archive.with_damage(session))
        .collect::<Result<Vec<_>, _>>()?;
    let lines: Vec<Line<'_>> = sessions
        .iter()
        .map(|session| Line {
            session,
            alarms: session.alarms,
            gaps: session.gaps,
            name: names.get(&session.patient).map(String::as_str),
        })
        .collect();
    out.json_line(&lines);
    Ok(())
}

/// Who the pseudonyms are, where that was asked for; each of them is in the trail.
fn names(
    args: &SessionsArgs,
    archive: &Archive,
    sessions: &[SessionLine],
) -> Result<BTreeMap<String, String>, RecordsError> {
    let mut names = BTreeMap::new();
    if !args.names {
        return Ok(names);
    }
    let patients: BTreeSet<&str> = sessions
        .iter()
        .map(|session| session.patient.as_str())
        .collect();
    for patient in &patients {
        if let Some(identity) = identity_of(archive, patient)? {
            names.insert((*patient).to_owned(), identity.name);
        }
    }
    let of: Vec<Of<'_>> = patients
        .iter()
        .filter(|patient| names.contains_key(**patient))
        .map(|patient| Of::Patient(patient))
        .collect();
    staffed::told(looked(archive, &args.by.who(), &of, "sessions", true));
    Ok(names)
}

/// What was asked for. Days are those of `zone`, from midnight to midnight.
fn filter(
    args: &SessionsArgs,
    day: Option<Date>,
    zone: &TimeZone,
) -> Result<SessionFilter, jiff::Error> {
    SessionFilter {
        state: args.state.clone(),
        search: args.search.clone(),
        unsigned: args.unsigned,
        limit: args.limit,
        ..SessionFilter::default()
    }
    .of_days(day.or(args.from), day.or(args.to), zone)
}

/// How a session stands that nobody ended, and that no gym goes on with.
const OPEN_ALONE: &str = "open, no gym";

/// The list for people, at most 80 columns wide but for names, and what its marks mean.
struct List<'a> {
    names: &'a BTreeMap<String, String>,
    zone: &'a TimeZone,
    is_live: bool,
    incomplete: bool,
    /// The words of the first that was imported as it was written, and of the first that was not.
    imported: Option<&'static str>,
    altered: Option<&'static str>,
    /// When the first of the list began.
    latest: Option<i64>,
}

impl<'a> List<'a> {
    const fn new(names: &'a BTreeMap<String, String>, zone: &'a TimeZone, is_live: bool) -> Self {
        Self {
            names,
            zone,
            is_live,
            incomplete: false,
            imported: None,
            altered: None,
            latest: None,
        }
    }

    fn heading(sessions: &[SessionLine]) -> String {
        if sessions.is_empty() {
            return "no session yet".to_owned();
        }
        format!(
            "{:<22}  {:<16}  {:<8}  {:<7}  {:>5}  ended",
            "session", "began", "patient", "kind", "min"
        )
    }

    fn line(&mut self, session: &SessionLine) -> String {
        self.latest.get_or_insert(session.began_wall_micros);
        let ended = match (&session.end_rule, &session.end_reason) {
            (Some(rule), _) => format!("rule {rule}"),
            (None, Some(reason)) => reason.clone(),
            (None, None) if session.state == "open" && !self.is_live => OPEN_ALONE.to_owned(),
            (None, None) => session.state.clone(),
        };
        let name = self
            .names
            .get(&session.patient)
            .map_or_else(String::new, |name| format!("  {name}"));
        let origin = match &session.imported {
            None => ' ',
            Some(origin) if origin.altered => {
                self.altered.get_or_insert(origin.words());
                '!'
            }
            Some(origin) => {
                self.imported.get_or_insert(origin.words());
                '+'
            }
        };
        let is_incomplete = session.gaps > 0;
        self.incomplete |= is_incomplete;
        let incomplete = if is_incomplete { '*' } else { ' ' };
        format!(
            "{:<22}{origin} {:<16}  {:<8}  {:<7}  {:>5.1}{incomplete} {ended}{name}",
            session.id,
            local(session.began_wall_micros, self.zone),
            session.patient,
            session.kind,
            session.seconds / 60.0
        )
    }

    /// What the marks of the lines mean, and where the times are of.
    fn marks(self) -> Vec<String> {
        let incomplete = self
            .incomplete
            .then(|| "* not everything of it was recorded: station show ID says what".to_owned());
        let zone = self
            .latest
            .map(|latest| format!("times are of {}", offset(latest, self.zone)));
        incomplete
            .into_iter()
            .chain(self.imported.map(|words| format!("+ {words}")))
            .chain(self.altered.map(|words| format!("! {words}")))
            .chain(zone)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::records::origin::Origin;

    #[test]
    fn a_day_lasts_from_midnight_to_midnight_where_the_machine_stands() {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            args: SessionsArgs,
        }
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let of = |words: &[&str]| {
            let line =
                <Line as clap::Parser>::try_parse_from(["sessions"].iter().chain(words).copied())
                    .unwrap();
            let day = line.args.day.map(|day| match day {
                DayAsked::On(day) => day,
                DayAsked::Last => panic!("nobody asked for the last"),
            });
            filter(&line.args, day, &zone).unwrap()
        };
        let midnight = "2026-11-22T22:00:00Z".parse::<Timestamp>().unwrap();
        let day = 86_400_000_000;
        let one = of(&["--day", "2026-11-23"]);
        assert_eq!(one.from_wall_us, Some(midnight.as_microsecond()));
        assert_eq!(one.before_wall_us, Some(midnight.as_microsecond() + day));
        let two = of(&["--from", "2026-11-23", "--to", "2026-11-24"]);
        assert_eq!(two.from_wall_us, one.from_wall_us);
        assert_eq!(
            two.before_wall_us,
            one.before_wall_us.map(|before| before + day)
        );
        assert_eq!(of(&[]), SessionFilter::default());
    }

    /// All lines of a list.
    fn listed(sessions: &[SessionLine], is_live: bool) -> Vec<String> {
        let names = BTreeMap::new();
        let zone = TimeZone::UTC;
        let mut list = List::new(&names, &zone, is_live);
        let mut lines = vec![List::heading(sessions)];
        lines.extend(sessions.iter().map(|session| list.line(session)));
        lines.extend(list.marks());
        lines
    }

    fn session() -> SessionLine {
        SessionLine {
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
            imported: None,
        }
    }

    #[test]
    fn a_list_fits_eighty_columns() {
        let session = session();
        let with_gap = SessionLine {
            gaps: 2,
            ..session.clone()
        };
        let lines = listed(&[session, with_gap], true);
        assert_eq!(
            lines[1],
            "S-20261123-143107-K7PD  2026-11-23 14:31  K7PD2MXQ  virtual  123.6  interrupted"
        );
        assert_eq!(
            lines[2..],
            [
                "S-20261123-143107-K7PD  2026-11-23 14:31  K7PD2MXQ  virtual  123.6* interrupted",
                "* not everything of it was recorded: station show ID says what",
                "times are of UTC",
            ]
        );
        assert!(lines.iter().all(|line| line.len() <= 80));
        assert_eq!(listed(&[], false), ["no session yet"]);
    }

    #[test]
    fn what_was_imported_is_marked() {
        let of = |altered| SessionLine {
            imported: Some(Origin { at: None, altered }),
            ..session()
        };
        let sessions = [of(false), of(true), session()];
        let lines = listed(&sessions, true);
        assert!(lines[1].starts_with("S-20261123-143107-K7PD+ 2026"));
        assert!(lines[2].starts_with("S-20261123-143107-K7PD! 2026"));
        assert!(lines[3].starts_with("S-20261123-143107-K7PD  2026"));
        assert_eq!(
            lines[4..6],
            [
                "+ imported from another record",
                "! imported, though it was not what was written and signed",
            ]
        );
        assert!(lines.iter().all(|line| line.len() <= 80));
    }

    #[test]
    fn an_open_session_whose_gym_is_gone_is_told_apart() {
        let open = SessionLine {
            state: "open".to_owned(),
            end_reason: None,
            ..session()
        };
        let of = |is_live| {
            let lines = listed(std::slice::from_ref(&open), is_live);
            lines[1].rsplit("  ").next().unwrap().to_owned()
        };
        assert_eq!(of(true), "open");
        assert_eq!(of(false), "open, no gym");
    }
}

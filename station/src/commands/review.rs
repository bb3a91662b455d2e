//! `station review`: a day, opened in the terminal when the patients have gone home.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::tz::TimeZone;

use super::day::DayAsked;
use super::record::reading;
use super::staffed::ByArgs;
use super::watch::is_ascii_alone;
use crate::dashboard::theme::Theme;
use crate::records::Archive;
use crate::review::terminal::day::Looking;
use crate::review::terminal::run::{self, Begin, ReviewError};

const EXAMPLES: &str = "\
Examples:
  station review                            (the latest day that has a session)
  station review --day 2026-11-23
  station review --patient K7PD2MXQ
  station review AR4C                       (a part of an id: that session, open)

Enter opens a session, Tab changes the view, n goes to the next alarm, w says why the
load was what it was, ? shows every key, q leaves.

Exit status: 0 when left, 1 where the record cannot be read or has no such session,
2 for wrong usage.";

/// Review a day in the terminal: its sessions, each over time with what held the load back, and the patient's course over weeks.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ReviewArgs {
    /// Open this session: its id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: Option<String>,

    /// This day, as the clock of this machine has it; without one the latest that has a session
    #[arg(long, value_name = "DAY")]
    day: Option<DayAsked>,

    /// This patient's sessions alone, by pseudonym
    #[arg(long, value_name = "PSEUDONYM")]
    patient: Option<String>,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    #[command(flatten)]
    by: ByArgs,

    /// ASCII alone, for fonts without blocks; so it is where the locale names a character set other than UTF-8 (the variable `NO_COLOR`
    /// takes the colours away)
    #[arg(long)]
    ascii: bool,
}

/// Opens a review.
///
/// # Errors
/// [`ReviewError`]: there is no terminal, no such session, or the record cannot be read; the error says what to do.
pub fn run(args: &ReviewArgs) -> Result<ExitCode, ReviewError> {
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &ReviewArgs) -> Result<ExitCode, ReviewError> {
    let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let ascii = args.ascii || is_ascii_alone(|name| std::env::var(name).ok());
    let theme = Theme::new(colour, ascii, TimeZone::system());
    let asked = args.patient.as_deref();
    let patient = asked.map(|asked| archive.patient(asked)).transpose()?;
    let begin = Begin {
        looking: Looking {
            patient,
            text: None,
        },
        day: DayAsked::resolve(args.day, archive, &theme.time_zone)?,
        session: args.session.clone(),
        by: args.by.named(),
    };
    run::run(archive, &theme, &begin)?;
    Ok(ExitCode::SUCCESS)
}

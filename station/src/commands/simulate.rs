//! `station simulate`: sessions on virtual patients, faster than real time, figures for people or as JSON.
//!
//! Promises: the same seed gives the same bytes, whatever the number of threads. What ran is the core that a gym runs.

mod lines;
mod picture;
mod reached;
mod table;
mod traces;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::Args;

use jiff::civil::Date;

use crate::clock;
use crate::commands::chosen::Chosen;
use crate::commands::day::date;
use crate::commands::output::{self, Output};
use crate::commands::watch;
use crate::simulation::batch::{self, Faults, Order, Report, Session, Whom};
use crate::simulation::cohort::Cohort;
use crate::simulation::cohort_file::{self, Checked, Refused};
use crate::simulation::curves::Course;
use crate::simulation::ordered::Ordered;
use crate::simulation::summary::Gathered;
pub use traces::SimulateError;
use traces::Traces;

const EXAMPLES: &str = "\
Examples:
  station simulate
  station simulate --law-alone
  station simulate --faults random --sessions 10000 --jobs 4
  station simulate --cohort patients.json --trace traces --json
  station simulate --prescription patients/p-031.toml

Exit status: 0 when done, 1 where an invariant was broken or a file has mistakes, 2 for wrong usage.";

/// On so many people a prescription is tried.
const EXPECTED: u32 = 20;

/// Run sessions on virtual patients, faster than real time
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of a command line, not a state"
)]
pub struct SimulateArgs {
    /// On whom: `reference` (320 drawn patients of eight conditions), or a file of patients
    #[arg(long, value_name = "reference|FILE", default_value = "reference")]
    cohort: String,

    /// Draw the session that this prescription leads to, on 20 people who would have been assessed so: a patient's file, or with
    /// --patients a prescription's id
    #[arg(long, value_name = "P", conflicts_with = "cohort")]
    prescription: Option<String>,

    /// A patient's file or the folder of them, where --prescription is an id
    #[arg(long, value_name = "PATH", requires = "prescription")]
    patients: Option<PathBuf>,

    /// The patient's pseudonym, where several have a prescription of that id
    #[arg(long, value_name = "PSEUDONYM", requires = "prescription")]
    patient: Option<String>,

    /// Take the prescriptions in force on this day instead of today, such as 2026-03-01
    #[arg(long, value_name = "DAY", requires = "prescription", value_parser = date)]
    on: Option<Date>,

    /// How many sessions; without it one for each patient
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    sessions: Option<u32>,

    /// Seed of the random faults
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,

    /// What goes wrong beside what the patients' own file says: nothing, something drawn, or the events of a file
    #[arg(long, value_name = "none|random|FILE", default_value = "none")]
    faults: String,

    /// Threads; without it one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    jobs: Option<u16>,

    /// Write one CSV a session into this folder, a row a second
    #[arg(long, value_name = "DIR")]
    trace: Option<PathBuf>,

    /// One JSON object a session, then the summary
    #[arg(long)]
    json: bool,

    /// The heart-rate law alone, without supervision
    #[arg(long)]
    law_alone: bool,

    /// No oximeter is worn: heart rate has one source
    #[arg(long)]
    strap_alone: bool,

    /// Tables of what the sessions came through: steps from phase to phase, and rules that told somebody, those never reached named; not
    /// with --law-alone, which has no supervision
    #[arg(long, conflicts_with = "json")]
    reached: bool,

    /// Only this session of the run, by its number from 0: to look at one again
    #[arg(long, value_name = "NUMBER")]
    only: Option<u32>,
}

/// Runs the sessions.
///
/// # Errors
/// What could not be written.
pub fn run(args: &SimulateArgs) -> Result<ExitCode, SimulateError> {
    if args.law_alone && args.reached {
        return Ok(output::wrong_usage(
            &"--reached tells what supervision came through, and --law-alone has none; leave one of them out",
        ));
    }
    let order = match order(args) {
        Ok(order) => order,
        Err(code) => return Ok(code),
    };
    if let Some(number) = args.only
        && number >= order.sessions
    {
        return Ok(output::wrong_usage(&format_args!(
            "there is no session {number}: the run has {}, from 0 on; write --sessions {} for more",
            order.sessions,
            number.saturating_add(1)
        )));
    }
    let traces = args.trace.as_deref().map(Traces::into).transpose()?;
    let jobs = args.jobs.unwrap_or_else(every_core);
    let draws = !args.json && draws(&order);
    let mut out = Output::new();
    let mut gathered = Gathered::default();
    let mut courses = Vec::new();
    let mut broken = 0_usize;
    let mut failed = None;
    let run = |session: &Session| ran(args.law_alone, traces, session, draws);
    let take = |ran: Result<(Report, Course), SimulateError>| {
        let (report, course) = match ran {
            Ok(ran) => ran,
            Err(error) => {
                failed = Some(error);
                return false;
            }
        };
        gathered.add(&report);
        broken = broken.saturating_add(report.violations.len());
        if draws {
            courses.push(course);
        }
        if args.json {
            out.json_line(&lines::Line::of(&report));
        } else if !report.violations.is_empty() {
            out.line(&table::violations(&report));
        }
        out.is_open()
    };
    batch::run_all(&order, args.only, jobs, run, take);
    if let Some(error) = failed {
        return Err(error);
    }
    let summary = gathered.summary();
    if args.json {
        out.json_line(&lines::Last::of(&summary));
    } else if let (true, Some(first)) = (draws, order.session(args.only.unwrap_or(0))) {
        out.line(&picture::draw(&first.plan, &courses, pen()));
        out.line(&table::told(&summary.whole, gathered.reached()));
    } else {
        out.line(&table::summary(&summary));
    }
    if args.reached {
        out.line(&reached::tables(gathered.reached()));
    }
    out.finish()?;
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One patient or one prescription is drawn; many are counted.
fn draws(order: &Order) -> bool {
    match &order.whom {
        Whom::Reference(_) => false,
        Whom::Listed(cohort) => cohort.patients.len() == 1,
        Whom::Ordered(_) => true,
    }
}

/// The terminal's width, or that of paper.
fn pen() -> picture::Pen {
    let width = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
    picture::Pen {
        width: width.clamp(60, 200),
        ascii: watch::is_ascii_alone(|name| std::env::var(name).ok()),
    }
}

fn order(args: &SimulateArgs) -> Result<Order, ExitCode> {
    let whom = whom(args)?;
    let (everybody, times) = match &whom {
        Whom::Reference(cohort) | Whom::Listed(cohort) => (
            u32::try_from(cohort.patients.len()).unwrap_or(u32::MAX),
            cohort.session,
        ),
        Whom::Ordered(ordered) => (EXPECTED, ordered.times()),
    };
    let faults = match args.faults.as_str() {
        "none" => Faults::None,
        "random" => Faults::Random,
        file => {
            let read = cohort_file::examine_faults(Path::new(file), Some(times));
            Faults::Listed(told(read)?)
        }
    };
    Ok(Order {
        sessions: args.sessions.unwrap_or(everybody),
        whom,
        seed: args.seed,
        faults,
        law_alone: args.law_alone,
        oximeter: !args.strap_alone,
    })
}

fn whom(args: &SimulateArgs) -> Result<Whom, ExitCode> {
    if let Some(asked) = &args.prescription {
        let day = args.on.unwrap_or_else(clock::today);
        let patients = args.patients.as_deref();
        let chosen = Chosen::find(asked, patients, args.patient.as_deref(), day)
            .map_err(|refused| refused.tell())?;
        return Ok(Whom::Ordered(Box::new(Ordered {
            facts: chosen.facts,
            prescription: chosen.ordered.prescription,
            machine: chosen.ordered.machine,
        })));
    }
    if args.cohort == "reference" {
        return Ok(Whom::Reference(Cohort::reference()));
    }
    told(cohort_file::examine(Path::new(&args.cohort))).map(Whom::Listed)
}

/// What a file says: its mistakes told, where it has any, and after them its warnings, marked as such.
fn told<T>(read: Result<Checked<T>, Refused>) -> Result<T, ExitCode> {
    let (warnings, read) = match read {
        Ok(checked) => (checked.warnings, Ok(checked.value)),
        Err(refused) => (refused.warnings, Err(refused.mistakes)),
    };
    if let Err(mistakes) = &read {
        for mistake in mistakes {
            output::complain(mistake);
        }
    }
    for warning in &warnings {
        output::complain(&format_args!("warning: {warning}"));
    }
    read.map_err(|_| ExitCode::FAILURE)
}

/// Runs a session, traces it where that is wanted, and keeps its course where that is drawn.
fn ran(
    law_alone: bool,
    traces: Option<Traces<'_>>,
    session: &Session,
    draws: bool,
) -> Result<(Report, Course), SimulateError> {
    let mut file = traces.map(|traces| traces.begin(session)).transpose()?;
    let trace = file.as_mut().map(|file| &mut file.trace);
    let mut course = draws.then(Course::default);
    let report = batch::run_one(session, law_alone, &mut (trace, &mut course));
    if let Some(file) = file {
        file.end()?;
    }
    Ok((report, course.unwrap_or_default()))
}

fn every_core() -> u16 {
    thread::available_parallelism()
        .ok()
        .and_then(|cores| u16::try_from(cores.get()).ok())
        .unwrap_or(1)
}

//! `station simulate`: sessions on virtual patients, faster than real time, figures for people or as JSON.
//!
//! Promises: the same seed gives the same bytes, whatever the number of threads. What ran is the core that a gym runs.

mod lines;
mod table;

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::Args;

use crate::commands::output::{self, Output};
use crate::simulation::batch::{self, Faults, Order, Report, Session};
use crate::simulation::cohort::Cohort;
use crate::simulation::summary::Gathered;
use crate::simulation::trace::Trace;

const EXAMPLES: &str = "\
Examples:
  station simulate
  station simulate --law-alone
  station simulate --faults random --sessions 10000 --jobs 4
  station simulate --cohort patients.json --trace traces --json

Exit status: 0 when done, 1 where an invariant was broken or a file has mistakes, 2 for wrong usage.";

/// Run sessions on virtual patients, faster than real time
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SimulateArgs {
    /// On whom: `reference` (320 drawn patients of eight conditions), or a file of patients
    #[arg(long, value_name = "reference|FILE", default_value = "reference")]
    cohort: String,

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

    /// Only this session of the run, by its number from 0: to look at one again
    #[arg(long, value_name = "NUMBER")]
    only: Option<u32>,
}

/// Runs the sessions.
///
/// # Errors
/// What could not be written.
pub fn run(args: &SimulateArgs) -> io::Result<ExitCode> {
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
    if let Some(folder) = &args.trace {
        fs::create_dir_all(folder)?;
    }
    let jobs = args.jobs.unwrap_or_else(every_core);
    let mut out = Output::new();
    let mut gathered = Gathered::default();
    let mut broken = 0_usize;
    let mut failed = None;
    let run = |session: &Session| traced(args, session);
    let take = |(report, traced): (Report, io::Result<()>)| {
        if let Err(error) = traced {
            failed.get_or_insert(error);
            return false;
        }
        gathered.add(&report);
        broken = broken.saturating_add(report.violations.len());
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
    } else {
        out.line(&table::summary(&summary));
    }
    out.finish()?;
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn order(args: &SimulateArgs) -> Result<Order, ExitCode> {
    let (cohort, draws_anew) = if args.cohort == "reference" {
        (Cohort::reference(), true)
    } else {
        (Cohort::reference(), false)
    };
    let faults = match args.faults.as_str() {
        "none" => Faults::None,
        "random" => Faults::Random,
        _ => Faults::None,
    };
    let everybody = u32::try_from(cohort.patients.len()).unwrap_or(u32::MAX);
    Ok(Order {
        sessions: args.sessions.unwrap_or(everybody),
        cohort,
        draws_anew,
        seed: args.seed,
        faults,
        law_alone: args.law_alone,
        oximeter: !args.strap_alone,
    })
}

fn traced(args: &SimulateArgs, session: &Session) -> (Report, io::Result<()>) {
    let Some(folder) = &args.trace else {
        return (batch::run_one(session, args.law_alone, &mut ()), Ok(()));
    };
    match open(folder, session) {
        Ok(file) => {
            let mut trace = Trace::new(BufWriter::new(file));
            let report = batch::run_one(session, args.law_alone, &mut trace);
            (report, trace.finish())
        }
        Err(error) => (batch::run_one(session, args.law_alone, &mut ()), Err(error)),
    }
}

fn open(folder: &Path, session: &Session) -> io::Result<File> {
    File::create(folder.join(format!("{}.csv", session.id)))
}

fn every_core() -> u16 {
    thread::available_parallelism()
        .ok()
        .and_then(|cores| u16::try_from(cores.get()).ok())
        .unwrap_or(1)
}

//! The command line: arguments to parts to an exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use station::commands;

/// A controller for supervised cardiac and pulmonary rehabilitation gyms.
#[derive(Debug, Parser)]
#[command(name = "station", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(commands::check::CheckArgs),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Check(args) => commands::check::run(&args),
    }
}

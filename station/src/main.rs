//! The command line of Station.
#![forbid(unsafe_code)]

use std::io::Write;
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
    Watch(commands::watch::Args),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Watch(args) => commands::watch::run(&args).map_err(|error| error.to_string()),
    };
    done.unwrap_or_else(|error| {
        // Nothing is left to do where even standard error is closed.
        drop(writeln!(std::io::stderr(), "station: {error}"));
        ExitCode::FAILURE
    })
}

//! Station's command line: arguments to a command to an exit code.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use station::commands::{self, output};

/// A controller for supervised cardiac and pulmonary rehabilitation gyms.
#[derive(Debug, Parser)]
#[command(
    name = "station",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a dashboard of a gym that runs.
    Watch(commands::watch::Args),
    /// Turn recorded or live bytes of a protocol into one JSON object a message.
    Decode(commands::decode::DecodeArgs),
    /// Show the supervision rules in force.
    Rules(commands::rules::RulesArgs),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Watch(arguments) => {
            commands::watch::run(&arguments).unwrap_or_else(|error| output::finding(&error))
        }
        Command::Decode(arguments) => commands::decode::run(&arguments),
        Command::Rules(arguments) => commands::rules::run(&arguments),
    }
}

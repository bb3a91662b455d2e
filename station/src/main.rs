//! Station's command line: arguments to a command to an exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use station::commands;

/// A controller for supervised cardiac and pulmonary rehabilitation gyms.
#[derive(Debug, Parser)]
#[command(name = "station", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Turn recorded or live bytes of a protocol into one JSON object a message.
    Decode(commands::decode::DecodeArgs),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Decode(arguments) => commands::decode::run(&arguments),
    }
}

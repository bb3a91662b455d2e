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
    Demo(commands::run::DemoArgs),
    Run(commands::run::RunArgs),
    Serve(commands::serve::ServeArgs),
    /// Show a dashboard of a gym that runs.
    Watch(commands::watch::Args),
    Devices(commands::devices::DevicesArgs),
    Capture(commands::capture::CaptureArgs),
    Check(commands::check::CheckArgs),
    /// Turn recorded or live bytes of a protocol into one JSON object a message.
    Decode(commands::decode::DecodeArgs),
    /// Run one virtual device on a port, for trying any host software against it.
    Virtual(commands::virtual_device::VirtualArgs),
    /// Show the supervision rules in force.
    Rules(commands::rules::RulesArgs),
    Sessions(commands::sessions::SessionsArgs),
    Show(commands::show::ShowArgs),
    Export(commands::export::ExportArgs),
    Import(commands::import::ImportArgs),
    Note(commands::note::NoteArgs),
    Correct(commands::correct::CorrectArgs),
    Sign(commands::sign::SignArgs),
    Staff(commands::staff::StaffArgs),
    Identify(commands::identify::IdentifyArgs),
    Audit(commands::audit::AuditArgs),
    Head(commands::head::HeadArgs),
    Simulate(commands::simulate::SimulateArgs),
    Replay(commands::replay::ReplayArgs),
    Review(commands::review::ReviewArgs),
    Verify(commands::verify::VerifyArgs),
    Backup(commands::backup::BackupArgs),
    Purge(commands::purge::PurgeArgs),
}

fn main() -> ExitCode {
    let told = match Cli::parse().command {
        Command::Demo(arguments) => commands::run::demo(&arguments),
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Serve(arguments) => {
            commands::serve::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Watch(arguments) => {
            commands::watch::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Devices(arguments) => Ok(commands::devices::run(&arguments)),
        Command::Capture(arguments) => Ok(commands::capture::run(&arguments)),
        Command::Check(arguments) => Ok(commands::check::run(&arguments)),
        Command::Decode(arguments) => Ok(commands::decode::run(&arguments)),
        Command::Virtual(arguments) => Ok(commands::virtual_device::run(&arguments)),
        Command::Rules(arguments) => Ok(commands::rules::run(&arguments)),
        Command::Sessions(arguments) => {
            commands::sessions::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Show(arguments) => {
            commands::show::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Export(arguments) => {
            commands::export::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Import(arguments) => {
            commands::import::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Note(arguments) => {
            commands::note::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Correct(arguments) => {
            commands::correct::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Sign(arguments) => {
            commands::sign::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Staff(arguments) => {
            commands::staff::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Identify(arguments) => {
            commands::identify::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Audit(arguments) => {
            commands::audit::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Head(arguments) => {
            commands::head::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Simulate(arguments) => {
            commands::simulate::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Replay(arguments) => {
            commands::replay::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Review(arguments) => {
            commands::review::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Verify(arguments) => {
            commands::verify::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Backup(arguments) => {
            commands::backup::run(&arguments).map_err(|error| output::with_causes(&error))
        }
        Command::Purge(arguments) => {
            commands::purge::run(&arguments).map_err(|error| output::with_causes(&error))
        }
    };
    told.unwrap_or_else(|error| output::finding(&error))
}

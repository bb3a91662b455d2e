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
    Report(commands::report::ReportArgs),
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
    let cli = Cli::parse();
    if let Some(words) = station::clock::unknown_zone() {
        output::complain(&words);
    }
    let outcome = match cli.command {
        Command::Demo(arguments) => commands::run::demo(&arguments),
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Serve(arguments) => told(commands::serve::run(&arguments)),
        Command::Watch(arguments) => told(commands::watch::run(&arguments)),
        Command::Devices(arguments) => Ok(commands::devices::run(&arguments)),
        Command::Capture(arguments) => Ok(commands::capture::run(&arguments)),
        Command::Check(arguments) => Ok(commands::check::run(&arguments)),
        Command::Decode(arguments) => Ok(commands::decode::run(&arguments)),
        Command::Virtual(arguments) => Ok(commands::virtual_device::run(&arguments)),
        Command::Rules(arguments) => Ok(commands::rules::run(&arguments)),
        Command::Sessions(arguments) => told(commands::sessions::run(&arguments)),
        Command::Show(arguments) => told(commands::show::run(&arguments)),
        Command::Report(arguments) => told(commands::report::run(&arguments)),
        Command::Export(arguments) => told(commands::export::run(&arguments)),
        Command::Import(arguments) => told(commands::import::run(&arguments)),
        Command::Note(arguments) => told(commands::note::run(&arguments)),
        Command::Correct(arguments) => told(commands::correct::run(&arguments)),
        Command::Sign(arguments) => told(commands::sign::run(&arguments)),
        Command::Staff(arguments) => told(commands::staff::run(&arguments)),
        Command::Identify(arguments) => told(commands::identify::run(&arguments)),
        Command::Audit(arguments) => told(commands::audit::run(&arguments)),
        Command::Head(arguments) => told(commands::head::run(&arguments)),
        Command::Simulate(arguments) => told(commands::simulate::run(&arguments)),
        Command::Replay(arguments) => told(commands::replay::run(&arguments)),
        Command::Review(arguments) => told(commands::review::run(&arguments)),
        Command::Verify(arguments) => told(commands::verify::run(&arguments)),
        Command::Backup(arguments) => told(commands::backup::run(&arguments)),
        Command::Purge(arguments) => told(commands::purge::run(&arguments)),
    };
    outcome.unwrap_or_else(|error| output::finding(&error))
}

/// What a command says of its failure, with what brought it about.
fn told<E: std::error::Error>(outcome: Result<ExitCode, E>) -> Result<ExitCode, String> {
    outcome.map_err(|error| output::with_causes(&error))
}

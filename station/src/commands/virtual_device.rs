//! `station virtual`: one virtual device on a port or a pseudo-terminal, moved by a virtual patient, for trying any host
//! software against it.
//!
//! On a machine the patient does what the machine asks for. Somebody who wears a monitor alone has a course: one minute of rest,
//! three of walking at 2 net METs, and so on.

mod fault;
mod model;
mod replay;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::sync_channel;

use clap::Args;
use clap::builder::PossibleValuesParser;
use drivers::catalogue::Role;
use drivers::pseudo_terminal::PseudoTerminalError;
use drivers::virtual_devices::patient::{Condition, VirtualPatient};
use drivers::virtual_devices::rig::{FaultSchedule, ScheduledFault, VirtualRig};
use drivers::virtual_devices::shell::{RigClock, RigPort, ShellError, run_rigs};
use drivers::virtual_devices::{VirtualDevice, VirtualReplay, WalkingCourse};
use protocols::vocabulary::Timestamp;
use serde::Serialize;
use thiserror::Error;

use self::fault::FaultError;
use self::replay::ReplayError;
use crate::clock::GymClock;
use crate::commands::output::{self, Output};
use crate::commands::settings::{self, Setting, SettingsError};
use crate::commands::stop_signal::stop_on_signal;

/// As fast as virtual devices run at most: what is told from bytes by time no longer holds beyond.
const CLOCK_RATE_MAX: i64 = 30;

const EXAMPLES: &str = "\
Examples:
  station virtual nonin-df2 --pty
  station virtual csafe-bike --pty --link /tmp/bike --patient hfref --seed 4000
  station virtual trackmaster --set speed_unit=km/h --port /dev/ttyUSB1
  station virtual replay oximeter.txt --pty
  station virtual zephyr-hxm --pty --clock-rate 10 --fault strap_stuck@60+30 --fault flipped_bits@120+60=5

--pty prints the path of the port as its first line. Faults are KIND@AT+FOR or KIND@AT+FOR=VALUE, in seconds from the start:
of the wire unplug, silence, half_frames, flipped_bits, old_bytes; of patient and sensors low_perfusion, strap_silent,
strap_stuck, strap_value, strap_offset, oximeter_off, oximeter_offset, pedalling_stops, extra_met, gain_factor.
A patient with a monitor alone rests for a minute and walks for three at 2 net METs, again and again.
It ends on SIGINT (Ctrl+C) or SIGTERM.";

/// Arguments of `station virtual`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct VirtualArgs {
    /// The device; --list names them, and replay plays a file of station capture
    #[arg(required_unless_present = "list", conflicts_with = "list")]
    device: Option<String>,

    /// With replay: the file of station capture that is played
    #[arg(conflicts_with = "list")]
    file: Option<PathBuf>,

    /// A port that is there, such as one end of a null modem
    #[arg(long, value_name = "PATH", conflicts_with_all = ["list", "pty"])]
    port: Option<PathBuf>,

    /// A new pseudo-terminal; its path is the first line on standard output
    #[arg(long, conflicts_with = "list")]
    pty: bool,

    /// With --pty: a name for the port that stays, also over an unplug
    #[arg(long, value_name = "PATH", requires = "pty")]
    link: Option<PathBuf>,

    /// How many times as fast as the day it lives; more than 1 with --pty alone
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=CLOCK_RATE_MAX))]
    clock_rate: u32,

    /// What the virtual patient has
    #[arg(long, value_name = "CONDITION", default_value = Condition::Cad.name(), value_parser = PossibleValuesParser::new(Condition::ALL.map(Condition::name)))]
    patient: String,

    /// From which number the patient is drawn: the same number, the same person
    #[arg(long, value_name = "N", default_value_t = 2000)]
    seed: u64,

    /// What goes wrong, and when, as KIND@AT+FOR or KIND@AT+FOR=VALUE; may be given again and again
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<String>,

    /// What the wire does not say; may be given for several keys
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,

    /// Name the devices and their settings
    #[arg(long)]
    list: bool,

    /// With --list: as one JSON array
    #[arg(long, requires = "list")]
    json: bool,
}

/// Why there is no virtual device, or none any more.
#[derive(Debug, Error)]
enum VirtualError {
    #[error("there is no virtual device {given:?}; write one of {known}", known = model::known_ids())]
    UnknownDevice { given: String },
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Fault(#[from] FaultError),
    #[error(
        "nowhere to be found; write --port PATH for a port that is there, or --pty for a new pseudo-terminal"
    )]
    NoPlace,
    #[error("a real port keeps the day's time; leave --clock-rate out, or take --pty")]
    FastPort,
    #[error(
        "after an unplug a pseudo-terminal comes back under another path; give it a name that stays with --link PATH"
    )]
    UnplugWithoutLink,
    #[error(
        "{source}: {}; give a port or link that is there for you",
        reason(source)
    )]
    Place { source: PseudoTerminalError },
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error("{given} is a device and plays no file; leave {file} out", file = file.display())]
    FileForADevice { given: String, file: PathBuf },
    #[error("signals cannot be waited for: {0}")]
    Signals(io::Error),
    #[error("the path of the port cannot be written: {0}; look at where the output goes to")]
    Output(io::Error),
    #[error("{source}{}", because(source))]
    Served { source: ShellError },
}

impl VirtualError {
    /// Whether something else was to be written on the command line.
    const fn is_wrong_usage(&self) -> bool {
        match self {
            Self::UnknownDevice { .. }
            | Self::Settings(_)
            | Self::Fault(_)
            | Self::NoPlace
            | Self::FastPort
            | Self::UnplugWithoutLink
            | Self::Replay(_)
            | Self::FileForADevice { .. }
            | Self::Place { .. } => true,
            Self::Signals(_) | Self::Output(_) | Self::Served { .. } => false,
        }
    }
}

fn reason(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| "it is taken".to_owned(), ToString::to_string)
}

fn because(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(String::new, |source| format!(": {source}"))
}

/// Runs one device until a signal ends it, or lists the devices.
#[must_use]
pub fn run(arguments: &VirtualArgs) -> ExitCode {
    let done = if arguments.list {
        list(arguments.json)
    } else {
        serve(arguments)
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_wrong_usage() => output::wrong_usage(&error),
        Err(error) => output::finding(&error),
    }
}

fn serve(arguments: &VirtualArgs) -> Result<(), VirtualError> {
    let given = arguments.device.as_deref().unwrap_or_default();
    let device = chosen(arguments, given)?;
    let faults = arguments.faults.iter().map(|given| fault::parse(given));
    let faults: Vec<ScheduledFault> = faults.collect::<Result<_, _>>()?;
    if arguments.port.is_none() && !arguments.pty {
        return Err(VirtualError::NoPlace);
    }
    if arguments.port.is_some() && arguments.clock_rate > 1 {
        return Err(VirtualError::FastPort);
    }
    let comes_back_elsewhere = arguments.pty && arguments.link.is_none();
    if comes_back_elsewhere && faults.iter().any(fault::unplugs) {
        return Err(VirtualError::UnplugWithoutLink);
    }
    let port = match &arguments.port {
        Some(path) => RigPort::on_port(0, fault::DEVICE, device.line_rate, path),
        None => RigPort::on_pseudo_terminal(
            0,
            fault::DEVICE,
            device.line_rate,
            arguments.link.as_deref(),
        ),
    };
    let port = port.map_err(|source| VirtualError::Place { source })?;
    // Before the path is told: whoever has read it may end us at once.
    let stop = stop_on_signal().map_err(VirtualError::Signals)?;
    if arguments.pty {
        tell(&port)?;
    }
    let clock = GymClock::starting_at(Timestamp::ZERO, arguments.clock_rate);
    let rig = rig(
        device.built,
        condition(&arguments.patient),
        arguments.seed,
        faults,
    );
    live(rig, port, clock, &stop)
}

/// A device that has been switched on.
enum Built {
    /// The patient is on it.
    Machine(Box<dyn VirtualDevice>),
    /// The patient wears it, and is on no machine.
    Monitor(Box<dyn VirtualDevice>),
}

/// What is to be switched on, and how its line is set.
struct Chosen {
    built: Built,
    line_rate: u32,
}

/// The device of a name, or a capture.
fn chosen(arguments: &VirtualArgs, given: &str) -> Result<Chosen, VirtualError> {
    if given == replay::NAME {
        let played = replay::read(arguments.file.as_deref())?;
        return Ok(Chosen {
            built: Built::Monitor(Box::new(VirtualReplay::new(Timestamp::ZERO, played.pieces))),
            line_rate: played.line_rate,
        });
    }
    if let Some(file) = &arguments.file {
        return Err(VirtualError::FileForADevice {
            given: given.to_owned(),
            file: file.clone(),
        });
    }
    let (family, model) = model::by_id(given).ok_or_else(|| VirtualError::UnknownDevice {
        given: given.to_owned(),
    })?;
    let settings = settings::parse(model.id, model::settings(family), &arguments.settings)?;
    let device = (model.build)(Timestamp::ZERO, &settings);
    Ok(Chosen {
        built: match family.role {
            Role::Machine(_) => Built::Machine(device),
            Role::HeartRate | Role::Oximeter => Built::Monitor(device),
        },
        line_rate: family.line().baud,
    })
}

/// The patient with the one device.
fn rig(built: Built, condition: Condition, seed: u64, faults: Vec<ScheduledFault>) -> VirtualRig {
    let begun = Timestamp::ZERO;
    let patient = VirtualPatient::new(condition.draw(seed).parameters, seed);
    let mut rig = VirtualRig::new(begun, seed, patient);
    match built {
        Built::Machine(device) => {
            rig.add_machine(device);
        }
        Built::Monitor(device) => {
            rig.add_monitor(device);
            rig.add_machine(Box::new(WalkingCourse::new(begun)));
        }
    }
    rig.set_faults(FaultSchedule::from_iter(faults));
    rig
}

fn live(
    rig: VirtualRig,
    port: RigPort,
    clock: GymClock,
    stop: &AtomicBool,
) -> Result<(), VirtualError> {
    let now = || clock.now();
    let rig_clock = RigClock {
        now: &now,
        rate: clock.rate,
    };
    let (_nobody_orders, orders) = sync_channel(1);
    run_rigs(&mut [rig], &mut [port], &mut [], &rig_clock, &orders, stop)
        .map_err(|source| VirtualError::Served { source })
}

fn condition(name: &str) -> Condition {
    let known = Condition::ALL.into_iter().find(|one| one.name() == name);
    // The parser of arguments lets no other name through.
    known.unwrap_or(Condition::Cad)
}

/// Says where the port is.
fn tell(port: &RigPort) -> Result<(), VirtualError> {
    let mut out = Output::new();
    if let Some(path) = port.path() {
        out.line(&path.to_string_lossy());
    }
    out.finish().map_err(VirtualError::Output)
}

/// One row of `--list --json`.
#[derive(Debug, Serialize)]
struct ListedDevice {
    id: &'static str,
    what: &'static str,
    settings: &'static [Setting],
}

fn list(as_json: bool) -> Result<(), VirtualError> {
    let mut out = Output::new();
    let rows = model::all().map(|(family, model)| ListedDevice {
        id: model.id,
        what: model.what,
        settings: model::settings(family),
    });
    if as_json {
        out.json_line(&rows.collect::<Vec<_>>());
    } else {
        let width = model::all().map(|(_, it)| it.id.len()).max().unwrap_or(0);
        for ListedDevice { id, what, settings } in rows {
            out.line(&format!("{id:width$}  {what}"));
            for Setting {
                key, values, what, ..
            } in settings
            {
                let values = values.join("|");
                out.line(&format!("{:width$}    --set {key}={values}  {what}", ""));
            }
        }
    }
    out.finish().map_err(VirtualError::Output)
}

//! `station serve`: the gym alone. It owns the ports, the cores and the record, and needs no terminal.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use drivers::virtual_devices::rig::VirtualRig;
use protocols::vocabulary::Timestamp;
use thiserror::Error;

use super::output::Output;
use crate::clock::{self, GymClock};
use crate::config::{self, Config, PortAddress};
use crate::gym::fault_order;
use crate::gym::open_house::{House, HouseError, Premises};
use crate::gym::virtual_gym::VirtualGym;
use crate::gym::{Circumstances, Gym, address, demo, launch};
use crate::log;
use crate::records::location::{self, Which};
use crate::records::{Anchor, Recorder, RecorderOptions, RecordsError, schema};

/// What was rolled is written within this.
const ROLLED_WITHIN: Duration = Duration::from_mins(1);

/// The fastest clock of a gym of virtual devices.
const FASTEST: u32 = 30;

/// The gym alone: ports, control, record and socket, without a terminal
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  station serve --config gym.toml
  station watch
  station serve --config gym.toml --capture captured
  station decode --protocol kettler --from host captured/port-0.capture
  station virtual replay captured/port-0.capture --pty

A capture is written when the gym ends: what was said and answered on each port, the newest half hour at the least, in the form of station capture.
That of a run before is kept as port-0.1.capture, .2 and so on.")]
pub struct ServeArgs {
    /// The gym's configuration (see `station check`)
    #[arg(long, value_name = "FILE", required_unless_present = "demo")]
    pub config: Option<PathBuf>,
    /// The record, where it is not the user's data folder
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// The socket for dashboards, where it is not the usual one
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// How many times as fast as real time, 1 to 30; for virtual devices alone
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(FASTEST)))]
    pub clock_rate: u32,
    /// The log, where it is not in the user's state folder
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Write the last bytes of each port, both ways, into this folder when the gym ends: what to send home when a device misbehaves
    #[arg(long, value_name = "FOLDER")]
    pub capture: Option<PathBuf>,
    /// Be a session of its own and say one line when ready
    #[arg(long, hide = true)]
    pub detached: bool,
    /// The demonstration's gym
    #[arg(long, hide = true, conflicts_with = "config")]
    pub demo: bool,
    /// Order a fault of a virtual device, as STATION:KIND@AT+FOR or STATION:KIND@AT+FOR=VALUE, in seconds
    #[arg(long, hide = true, value_name = "ORDER", value_parser = fault_order::parse)]
    pub fault: Vec<fault_order::FaultOrder>,
    /// Let a station's core panic so many seconds after the start, as STATION@SECONDS; for virtual devices alone
    #[arg(long, hide = true, value_name = "STATION@SECONDS", value_parser = panic_order)]
    pub inject_panic: Vec<(u8, u32)>,
    /// Take orders on standard input while the gym runs, a line each: STATION:KIND+FOR, STATION:KIND+FOR=VALUE, STATION:mended
    /// or STATION:panic; for virtual devices alone
    #[arg(long, hide = true)]
    pub orders: bool,
}

/// Why a gym does not open.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The configuration has mistakes: each with its line and remedy.
    #[error("{0}")]
    Config(String),
    /// A faster clock and a real port.
    #[error("--clock-rate is for virtual devices alone, and {0} is a real port: leave it out")]
    RealPort(String),
    /// A panic ordered for real patients.
    #[error("--inject-panic and --orders are for virtual devices alone")]
    RealPanic,
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordsError),
    /// Everything else around the gym.
    #[error(transparent)]
    House(#[from] HouseError),
    /// The log.
    #[error("the log {path} cannot be written: {source}; name another with --log FILE")]
    Log {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system.
    #[error("the gym cannot run: {0}")]
    System(#[from] io::Error),
}

/// Runs the command until the gym has ended.
///
/// # Errors
/// [`ServeError`], each with what to do.
pub fn run(args: &ServeArgs) -> Result<ExitCode, ServeError> {
    if args.detached {
        // Fails only where this process leads a session already, which is what is wanted.
        let _leads_already = rustix::process::setsid();
    }
    log::keep_panics();
    let log_name = if args.demo { "demo.log" } else { "gym.log" };
    if let Some(path) = args.log.clone().or_else(|| log::default_path(log_name)) {
        log::to_file(&path).map_err(|source| ServeError::Log { path, source })?;
    }
    if args.demo {
        open_demo(args)?;
    } else {
        open_configured(args)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn open_configured(args: &ServeArgs) -> Result<(), ServeError> {
    let path = args.config.as_deref().unwrap_or(Path::new("gym.toml"));
    let config = load(path)?;
    refuse_real_ports(&config, args)?;
    let socket = args.socket.clone().unwrap_or_else(address::default_socket);
    let premises = Premises::take(&config, socket)?;
    let record = location::resolve(
        args.record.as_deref().or(config.record.as_deref()),
        Which::Gym,
    )?;
    let begins = now();
    let recorder = open_record(
        &record,
        config.stations.len(),
        args.clock_rate,
        begins,
        clock::wall_micros(),
    )?;
    let circumstances = Circumstances {
        now: begins,
        clock_rate: args.clock_rate,
        wall_micros: clock::wall_micros(),
        day: clock::day(),
        pre_rolled: false,
        session_ids: recorder.ids(),
    };
    let mut gym = Gym::new(&config, circumstances);
    gym.remember(recorder.learned());
    gym.found_interrupted(begins, recorder.interrupted());
    tell_of_the_record(&mut gym, begins, &recorder);
    for (station, seconds) in &args.inject_panic {
        gym.order_panic(*station, begins + Duration::from_secs(u64::from(*seconds)));
    }
    let mut devices = VirtualGym::new(&config, begins, Vec::new());
    fault_order::place(&args.fault, &config, &mut devices);
    let clock = GymClock::starting_at(begins, args.clock_rate);
    let house = House {
        show_command: show_command(args.record.as_deref()),
        premises,
        config,
        gym,
        devices,
        clock,
        recorder,
        record,
        capture_folder: args.capture.clone(),
        ends_with_last_viewer: false,
        adopted: false,
        takes_orders: args.orders,
    };
    Ok(house.run(ready(args))?)
}

fn open_demo(args: &ServeArgs) -> Result<(), ServeError> {
    let (config, mut people) = demo::gym();
    let socket = args.socket.clone().unwrap_or_else(demo_socket);
    let premises = Premises::take(&config, socket)?;
    let record = location::resolve(args.record.as_deref(), Which::Demonstration)?;
    let begins = now();
    let rolled = i64::try_from(demo::ROLLED.as_micros()).unwrap_or(0);
    let began = clock::wall_micros().saturating_sub(rolled);
    for days in demo::EARLIER_DAYS {
        roll_earlier(&record, days, &mut people, (begins, began))?;
    }
    let recorder = open_record(
        &record,
        config.stations.len(),
        args.clock_rate,
        begins,
        began,
    )?;
    let handle = recorder.handle();
    let mut simulated = demo::roll(
        &config,
        people,
        begins,
        began,
        clock::day(),
        recorder.ids(),
        &mut |entry| {
            // The recorder ends only after the gym.
            let _taken = handle.send(entry);
        },
    );
    if let Some(because) = recorder.handle().status().failing {
        return Err(RecordsError::Unfinished {
            path: record,
            because,
        }
        .into());
    }
    for refusal in simulated.refusals() {
        tracing::warn!(refusal, "a request of the rolled sessions was refused");
    }
    let opens = simulated.now();
    simulated
        .gym
        .go_live(opens, clock::wall_micros(), clock::day());
    tell_of_the_record(&mut simulated.gym, opens, &recorder);
    for (station, seconds) in &args.inject_panic {
        simulated
            .gym
            .order_panic(*station, opens + Duration::from_secs(u64::from(*seconds)));
    }
    let clock = GymClock::starting_at(opens, args.clock_rate);
    let house = House {
        show_command: show_command(Some(&record)),
        premises,
        config,
        gym: simulated.gym,
        devices: simulated.devices,
        clock,
        recorder,
        record,
        capture_folder: args.capture.clone(),
        ends_with_last_viewer: true,
        adopted: true,
        takes_orders: false,
    };
    Ok(house.run(ready(args))?)
}

/// What was found wrong with the record when it was opened.
fn tell_of_the_record(gym: &mut Gym, now: Timestamp, recorder: &Recorder) {
    for finding in recorder.findings() {
        gym.tell(
            now,
            &format!("The record has been changed from outside: {finding}"),
        );
    }
    if let Some(told) = schema::in_a_sentence(recorder.other_parts()) {
        gym.tell(now, &told);
    }
}

/// The demonstration's earlier visits, each day a run of the record by itself.
fn roll_earlier(
    record: &Path,
    days: u64,
    people: &mut demo::People,
    (begins, began): (Timestamp, i64),
) -> Result<(), ServeError> {
    let ago = Duration::from_hours(24 * days).as_micros();
    let wall_micros = began.saturating_sub(i64::try_from(ago).unwrap_or(0));
    let recorder = open_record(record, 2, 1, begins, wall_micros)?;
    let handle = recorder.handle();
    demo::roll_earlier(
        days,
        people,
        begins,
        wall_micros,
        clock::day(),
        recorder.ids(),
        &mut |entry| {
            // The recorder ends only after the gym.
            let _taken = handle.send(entry);
        },
    );
    recorder.close(ROLLED_WITHIN)?;
    Ok(())
}

/// The gym's time as it begins: that of the machine since it was switched on, so that a gym that takes over from one that died goes
/// on from its time.
fn now() -> Timestamp {
    Timestamp::from_nanos(clock::boot_nanos())
}

/// Opens a record as a gym of so many stations, at that pair of clocks.
pub(super) fn open_record(
    path: &Path,
    stations: usize,
    clock_rate: u32,
    at: Timestamp,
    wall_micros: i64,
) -> Result<Recorder, RecordsError> {
    Recorder::open(
        path,
        &RecorderOptions {
            stations,
            clock_rate,
            anchor: Anchor { at, wall_micros },
        },
    )
}

/// Reads a configuration; its mistakes are one text, a line or two each.
fn load(path: &Path) -> Result<Config, ServeError> {
    match config::load(path, clock::today()) {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                tracing::warn!(%warning, "configuration");
            }
            Ok(loaded.config)
        }
        Err(mistakes) => {
            let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            Err(ServeError::Config(lines.join("\n")))
        }
    }
}

fn refuse_real_ports(config: &Config, args: &ServeArgs) -> Result<(), ServeError> {
    let addresses = config.stations.iter().map(|station| &station.port);
    let mut addresses = addresses.chain(config.sensors.iter().map(|sensor| &sensor.port));
    match addresses.find(|address| **address != PortAddress::Virtual) {
        Some(real) if args.clock_rate != 1 => Err(ServeError::RealPort(real.words())),
        Some(_) if args.orders || !args.inject_panic.is_empty() => Err(ServeError::RealPanic),
        Some(_) | None => Ok(()),
    }
}

fn ready(args: &ServeArgs) -> impl FnOnce(&Path, &Path) -> io::Result<()> {
    let detached = args.detached;
    move |socket, record| {
        tracing::info!(socket = %socket.display(), record = %record.display(), "the gym is open");
        if detached {
            launch::announce(socket, record)
        } else {
            let mut output = Output::new();
            output.line(&format!(
                "The gym is open. Attach a dashboard: station watch --socket {}",
                socket.display()
            ));
            output.finish()
        }
    }
}

/// The command that shows the sessions of a record.
fn show_command(record: Option<&Path>) -> String {
    record.map_or_else(
        || "station sessions".to_owned(),
        |record| format!("station sessions --record {}", record.display()),
    )
}

/// The demonstration's socket: beside the gym's, so that both can run.
#[must_use]
pub fn demo_socket() -> PathBuf {
    address::default_socket().with_file_name(format!("demo-{}.sock", std::process::id()))
}

/// STATION@SECONDS.
fn panic_order(text: &str) -> Result<(u8, u32), String> {
    let (station, seconds) = text.split_once('@').ok_or("write STATION@SECONDS")?;
    Ok((
        station.parse().map_err(|_| "no station number")?,
        seconds.parse().map_err(|_| "no seconds")?,
    ))
}

impl ServeArgs {
    /// The same arguments for a process of its own.
    #[must_use]
    pub fn to_arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        let mut put = |name: &str, value: OsString| arguments.extend([OsString::from(name), value]);
        for (name, value) in [
            ("--config", &self.config),
            ("--record", &self.record),
            ("--socket", &self.socket),
            ("--log", &self.log),
            ("--capture", &self.capture),
        ] {
            if let Some(value) = value {
                put(name, value.clone().into_os_string());
            }
        }
        put("--clock-rate", self.clock_rate.to_string().into());
        for order in &self.fault {
            put("--fault", order.words.clone().into());
        }
        for (station, seconds) in &self.inject_panic {
            put("--inject-panic", format!("{station}@{seconds}").into());
        }
        if self.demo {
            arguments.push("--demo".into());
        }
        arguments
    }
}

/// A rig is moved to the devices' thread: it has to be able to.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<VirtualRig>();
};

//! Everything a gym needs around itself, put together: record, socket, devices, benches, log; and taken apart again at the end.

use std::io;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use drivers::bench_io::gpio::GpioError;
use drivers::bench_io::virtual_bench::VirtualRelay;
use drivers::bench_io::{SafetyIo, SignalIo, Signals, VirtualBench};
use drivers::pseudo_terminal::PseudoTerminalError;
use drivers::virtual_devices::rig::VirtualRig;
use drivers::virtual_devices::shell::{RigClock, RigOrder, RigPort, RigRelay, run_rigs};
use thiserror::Error;

use super::fault_order::{self, Rigs};
use super::runtime::{self, Line, OpenedFirst, Parts, WiredBench};
use super::socket::{self, Greeting, SocketError, Words};
use super::virtual_gym::{self, VirtualGym};
use super::{Gym, address};
use crate::clock::GymClock;
use crate::config::{BenchConfig, Config, PortAddress};
use crate::records::{Recorder, RecordsError};

/// How long the record may take to write the rest at the end.
const LAST_WRITES: Duration = Duration::from_secs(10);

/// How long viewers may take to hear the last words.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why a gym cannot open, or did not end well.
#[derive(Debug, Error)]
pub enum HouseError {
    /// The socket.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The socket's directory.
    #[error(transparent)]
    Address(#[from] address::AddressError),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordsError),
    /// A virtual device's port.
    #[error("no port for a virtual device")]
    VirtualPort(#[from] PseudoTerminalError),
    /// A station's GPIO lines.
    #[error(
        "station {station}: its bench I/O cannot be opened; check the lines in the configuration"
    )]
    Bench {
        /// Which station.
        station: u8,
        /// What the system said.
        #[source]
        source: GpioError,
    },
    /// Machines that were not at rest when the gym ended, by their stations' names.
    #[error(
        "the gym has ended, and a machine is not known to be at rest ({0}): stop it at its own button, and help the patient off"
    )]
    NotAtRest(String),
    /// The system.
    #[error("the gym cannot run: {0}")]
    System(#[from] io::Error),
}

/// What a gym can be refused: taken before its record is opened, so that a gym that cannot open leaves the sessions of the one before
/// to the next.
pub struct Premises {
    listener: UnixListener,
    socket: SocketFile,
    /// Each station's GPIO lines, where it has any.
    wired: Benches,
}

impl Premises {
    /// Takes the socket and the stations' GPIO lines.
    ///
    /// # Errors
    /// [`HouseError`], each with what to do.
    pub fn take(config: &Config, socket: PathBuf) -> Result<Self, HouseError> {
        address::prepare(&socket)?;
        let listener = socket::bind(&socket)?;
        Ok(Self {
            listener,
            socket: SocketFile(socket),
            wired: wired_benches(config)?,
        })
    }
}

/// The socket in the file system, for as long as somebody listens on it.
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _already_gone = std::fs::remove_file(&self.0);
    }
}

/// A gym that is about to open.
pub struct House {
    /// Its configuration.
    pub config: Config,
    /// The gym.
    pub gym: Gym,
    /// Its virtual devices.
    pub devices: VirtualGym,
    /// Its clock.
    pub clock: GymClock,
    /// The record, open.
    pub recorder: Recorder,
    /// Where the record lies.
    pub record: PathBuf,
    /// Where viewers attach, and the benches.
    pub premises: Premises,
    /// Whether the gym ends with its last viewer.
    pub ends_with_last_viewer: bool,
    /// Sessions were rolled in advance: ports are taken as the same conversation, and the clock goes on from what it shows first.
    pub adopted: bool,
    /// Where the last bytes of each port are written at the end.
    pub capture_folder: Option<PathBuf>,
    /// The command that shows the record, for the last words.
    pub show_command: String,
    /// Whether orders of faults come on standard input, for tests: of virtual devices alone.
    pub takes_orders: bool,
}

impl House {
    /// Opens everything, calls `ready`, runs until the gym has ended, and takes everything down.
    ///
    /// # Errors
    /// [`HouseError`], each with what to do.
    pub fn run(self, ready: impl FnOnce(&Path, &Path) -> io::Result<()>) -> Result<(), HouseError> {
        let Self {
            config,
            gym,
            devices,
            clock,
            recorder,
            record,
            premises,
            ends_with_last_viewer,
            adopted,
            capture_folder,
            show_command,
            takes_orders,
        } = self;
        let Premises {
            listener,
            socket,
            wired,
        } = premises;
        let greeting = Greeting {
            record: record.display().to_string(),
            ends_with_last_viewer,
        };
        let viewers = socket::serve(listener, greeting)?;
        let (lines, ports) = lines(&config, &devices)?;
        let adopted = adopted.then(|| OpenedFirst::open(&lines));
        // What was rolled in advance goes on from where it stood when everything is in place, and no device spoke in between.
        let clock = adopted.as_ref().map_or(clock, |_| clock.begun_anew());
        let (benches, relays) = benches(&config, wired, clock);
        let stop = Arc::new(AtomicBool::new(false));
        let (orders_in, orders) = mpsc::sync_channel(1);
        let (panics_in, panics) = tokio::sync::mpsc::channel(1);
        if takes_orders {
            take_orders(Rigs::of(&config, &devices), orders_in, panics_in)?;
        }
        let stopped = Arc::clone(&stop);
        let devices = serve_devices(devices.rigs, ports, relays, clock, orders, stopped)?;
        let words = viewers.words.clone();
        let alive = viewers.viewers.clone();
        let for_the_loop = Parts {
            gym,
            clock,
            benches,
            lines,
            recorder: recorder.handle(),
            viewers,
            sound_command: config.sound_command.clone(),
            ends_with_last_viewer,
            adopted,
            capture_folder,
            panics,
        };
        let ran = runtime::run(for_the_loop, || ready(&socket.0, &record));
        stop.store(true, Ordering::Release);
        let closed = recorder.close(LAST_WRITES);
        let left = ran.as_deref().unwrap_or_default().join(", ");
        let last = last_words(&record, &show_command, &left);
        let _nobody_listens = words.send(Words::Ended(last));
        say_farewell(alive)?;
        if devices.join().is_err() {
            tracing::error!("the virtual devices' thread failed");
        }
        drop(socket);
        ran?;
        closed?;
        if left.is_empty() {
            Ok(())
        } else {
            Err(HouseError::NotAtRest(left))
        }
    }
}

/// What viewers are told last. `left` are the stations whose machines may be under load.
fn last_words(record: &Path, show_command: &str, left: &str) -> String {
    let record = record.display();
    let last = format!("The gym has ended. The record is {record}.\nLook at it: {show_command}");
    if left.is_empty() {
        last
    } else {
        format!("{}\n{last}", HouseError::NotAtRest(left.to_owned()))
    }
}

/// Waits until every viewer has heard the last words, or has had the time to.
fn say_farewell(mut alive: tokio::sync::watch::Receiver<usize>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    runtime.block_on(async {
        let gone = alive.wait_for(|count| *count == 0);
        // Whoever has not gone by then sees the socket close.
        let _in_time = tokio::time::timeout(FAREWELL, gone).await.is_ok();
    });
    Ok(())
}

/// Where each port lies, in the order of ports, with pseudo-terminals for the virtual ones.
fn lines(config: &Config, devices: &VirtualGym) -> Result<(Vec<Line>, Vec<RigPort>), HouseError> {
    let addresses = config.stations.iter().map(|station| &station.port);
    let addresses = addresses.chain(config.sensors.iter().map(|sensor| &sensor.port));
    let mut lines = Vec::new();
    let mut ports = Vec::new();
    for ((index, address), settings) in addresses.enumerate().zip(virtual_gym::lines(config)) {
        let path = match address {
            PortAddress::Path(path) => path.clone(),
            PortAddress::Virtual => {
                let socket = devices.behind(super::PortId(index));
                let (rig, device) = socket.map_or((0, 0), |socket| (socket.rig, socket.device));
                let link = link_of(index);
                let port = RigPort::on_pseudo_terminal(rig, device, settings.baud, Some(&link))?;
                ports.push(port);
                link
            }
        };
        lines.push(Line { path, settings });
    }
    Ok((lines, ports))
}

/// A name that stays while the pseudo-terminal behind it comes and goes.
fn link_of(port: usize) -> PathBuf {
    std::env::temp_dir().join(format!("station-virtual-{}-{port}", std::process::id()))
}

/// Carries out what standard input orders, on a thread of its own that ends with the program.
fn take_orders(
    rigs: Rigs,
    faults: mpsc::SyncSender<(usize, RigOrder)>,
    panics: tokio::sync::mpsc::Sender<u8>,
) -> io::Result<()> {
    std::thread::Builder::new()
        .name("station-orders".to_owned())
        .spawn(move || {
            if let Err(error) = fault_order::listen(io::stdin().lock(), &rigs, &faults, &panics) {
                tracing::error!(%error, "orders cannot be read");
            }
        })?;
    Ok(())
}

fn serve_devices(
    mut rigs: Vec<VirtualRig>,
    mut ports: Vec<RigPort>,
    mut relays: Vec<RigRelay>,
    clock: GymClock,
    orders: mpsc::Receiver<(usize, RigOrder)>,
    stop: Arc<AtomicBool>,
) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name("station-devices".to_owned())
        .spawn(move || {
            let now = || clock.now();
            let rig_clock = RigClock {
                now: &now,
                rate: clock.rate,
            };
            if ports.is_empty() {
                return;
            }
            let served = run_rigs(
                &mut rigs,
                &mut ports,
                &mut relays,
                &rig_clock,
                &orders,
                &stop,
            );
            if let Err(error) = served {
                tracing::error!(%error, "the virtual devices have stopped");
            }
        })
}

/// Each station's bench I/O.
type Benches = Vec<WiredBench>;

/// The bench I/O of each station that has GPIO lines.
fn wired_benches(config: &Config) -> Result<Benches, HouseError> {
    config
        .stations
        .iter()
        .map(|station| {
            let BenchConfig::Gpio {
                chip,
                stop_line,
                relay_line,
                signals,
            } = &station.bench
            else {
                return Ok(WiredBench::default());
            };
            let refused = |source| HouseError::Bench {
                station: station.number,
                source,
            };
            let safety = SafetyIo::on_lines(chip, *stop_line, *relay_line).map_err(refused)?;
            let shown = if signals.is_wired() {
                let shown = SignalIo::on_lines(chip, signals).map_err(refused)?;
                let shown: Box<dyn Signals> = Box::new(shown);
                Some(shown)
            } else {
                None
            };
            Ok(WiredBench {
                safety: Some(Box::new(safety)),
                signals: shown,
            })
        })
        .collect()
}

/// The bench I/O of each station, its lines or a virtual one, and the relay before each machine that has a virtual one. A gym takes
/// its machines over as they are, with their power.
fn benches(config: &Config, wired: Benches, clock: GymClock) -> (Benches, Vec<RigRelay>) {
    let mut benches: Benches = Vec::new();
    let mut relays = Vec::new();
    for (rig, (station, wired)) in config.stations.iter().zip(wired).enumerate() {
        benches.push(match &station.bench {
            BenchConfig::Virtual => {
                let bench = VirtualBench::new();
                let relay = VirtualRelay::closed_at(bench.clone(), clock.now(), clock.rate);
                relays.push(RigRelay::closed(rig, relay));
                WiredBench {
                    safety: Some(Box::new(bench.safety_io())),
                    signals: None,
                }
            }
            BenchConfig::None | BenchConfig::Gpio { .. } => wired,
        });
    }
    (benches, relays)
}

//! One validated configuration: after this nobody reads a file or an environment variable.

mod devices;
pub mod file;
pub mod json;
pub mod kind;
pub mod mistake;
mod protocol;
pub mod section;
pub mod source;
mod tuning;

use std::path::PathBuf;

use control::prescription::Tuning;
use drivers::bench_io::gpio::SignalLines;
use drivers::link::Link;
use protocols::vocabulary::{Capabilities, OnSilence};

use crate::clinic::Patient;
use crate::commissioning::Book;

pub use file::{Loaded, load};
pub use mistake::Mistake;
pub use protocol::{MachineProtocol, Protocol, SensorProtocol};

/// A gym as configured, checked and resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The gym's name.
    pub gym: String,
    /// Where the record lies; `None`: the user's data directory.
    pub record: Option<PathBuf>,
    /// Whether the record keeps the bytes of every wire.
    pub keep_wire: bool,
    /// What to run when a high alarm sounds, program and arguments.
    pub sound_command: Vec<String>,
    /// The stations, by number.
    pub stations: Vec<StationConfig>,
    /// The sensors that a person may bind.
    pub sensors: Vec<SensorConfig>,
    /// The figures of control that the clinic may set.
    pub tuning: Tuning,
    /// The patients of the clinic's folder, with their prescriptions.
    pub patients: Vec<Patient>,
    /// Which machines were commissioned, and how they were found.
    pub commissioned: Book,
}

impl Config {
    /// Whether a station's machine was commissioned as it is wired. A virtual one need not be.
    #[must_use]
    pub fn is_commissioned(&self, station: &StationConfig) -> bool {
        station.port == PortAddress::Virtual || self.commissioned.entry(station).is_some()
    }

    /// Whether a station's machine [breaks its promise](StationConfig::breaks_its_promise), as its commissioning saw.
    #[must_use]
    pub fn breaks_its_promise(&self, station: &StationConfig) -> bool {
        let entry = self.commissioned.entry(station);
        station.breaks_its_promise(entry.and_then(|entry| entry.keeps_load))
    }
}

/// One station as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct StationConfig {
    /// Its number on the wall, from 1.
    pub number: u8,
    /// Its name, as people call it.
    pub name: String,
    /// The machine's protocol with what its wire does not tell.
    pub machine: MachineProtocol,
    /// Where the machine is plugged in.
    pub port: PortAddress,
    /// What the configuration narrows of the machine's abilities.
    pub limits: MachineLimits,
    /// Its bench I/O.
    pub bench: BenchConfig,
}

impl StationConfig {
    /// What the machine behind its link can do within the configuration.
    #[must_use]
    pub fn capabilities_of(&self, link: &dyn Link) -> Capabilities {
        let can = link.capabilities().copied();
        self.limits
            .narrow(can.unwrap_or(Capabilities::unknown(self.machine.kind())))
    }

    /// Whether its machine kept its load in a silence though its protocol promises that it lets go: what was seen counts.
    #[must_use]
    pub fn breaks_its_promise(&self, keeps_load: Option<bool>) -> bool {
        let link = self.machine.protocol().link();
        let promises = link
            .capabilities()
            .is_some_and(|can| can.on_silence != OnSilence::KeepsLoad);
        keeps_load == Some(true) && promises
    }
}

/// What a configuration narrows of a machine's abilities; `None` leaves the protocol's own figure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MachineLimits {
    /// Greatest power, in watts.
    pub max_power_w: Option<u16>,
    /// Fastest belt, in metres a second.
    pub max_speed_m_s: Option<f64>,
    /// Steepest belt, in per cent.
    pub max_grade_percent: Option<f64>,
}

impl MachineLimits {
    /// The machine's abilities, never widened.
    #[must_use]
    pub fn narrow(&self, mut capabilities: Capabilities) -> Capabilities {
        if let (Some(power), Some(max)) = (capabilities.power.as_mut(), self.max_power_w)
            && let Some(max) = protocols::vocabulary::Watts::new(max)
        {
            power.max = power.max.min(max);
        }
        if let Some(belt) = capabilities.belt.as_mut() {
            if let Some(max) = self
                .max_speed_m_s
                .and_then(protocols::vocabulary::MetresPerSecond::new)
            {
                belt.max_speed = belt.max_speed.min(max);
            }
            if let Some(max) = self
                .max_grade_percent
                .and_then(protocols::vocabulary::PercentGrade::new)
            {
                belt.max_grade = belt.max_grade.min(max);
            }
        }
        capabilities
    }
}

/// Where a device is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortAddress {
    /// A path, also a stable one such as `/dev/serial/by-id/...` or `/dev/serial/by-path/...`.
    Path(PathBuf),
    /// A virtual device of the gym's own, on a pseudo-terminal.
    Virtual,
}

/// A station's bench I/O as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BenchConfig {
    /// Neither stop circuit nor relay are wired. Said by a person, never assumed.
    None,
    /// Virtual, for demonstrations and tests.
    Virtual,
    /// Lines of a GPIO chip on Linux.
    Gpio {
        /// The chip's device, such as `/dev/gpiochip0`.
        chip: PathBuf,
        /// The normally-closed stop circuit's line.
        stop_line: u32,
        /// The pulsed safety relay's line.
        relay_line: u32,
        /// Stack light, sounder and call button.
        signals: SignalLines,
    },
}

/// A sensor as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct SensorConfig {
    /// Its name, as on its label.
    pub name: String,
    /// Its protocol.
    pub protocol: SensorProtocol,
    /// Where it is plugged in.
    pub port: PortAddress,
    /// The station beside which it hangs.
    pub home: Option<u8>,
}

impl PortAddress {
    /// Where it is, for people.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Virtual => "virtual".to_owned(),
        }
    }
}

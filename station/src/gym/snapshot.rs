//! What every viewer sees of the gym: a picture of one instant, complete in itself. Viewers get the latest, never a backlog.

use control::input::Device;
use control::view::{AlarmView, StationView};
use protocols::vocabulary::{Capabilities, MachineKind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clinic::finding::Finding;
use crate::clock::GymClock;

/// The gym at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Rises by one with each snapshot. A request names the one that its person saw.
    pub number: u64,
    /// When it was taken, in the gym's time.
    pub at: Timestamp,
    /// How the viewer reads the gym's time by itself.
    pub clock: GymClock,
    /// Wall time when it was taken, in microseconds since 1970, UTC.
    pub wall_micros: i64,
    /// The gym's name.
    pub gym: String,
    /// Whether the devices are virtual: a demonstration.
    pub virtual_devices: bool,
    /// The stations, by number, always in the same order.
    pub stations: Vec<StationSnapshot>,
    /// How the record is doing.
    pub record: RecordHealth,
    /// Patients who may begin a session, with their prescriptions.
    pub patients: Vec<PatientChoice>,
    /// Sensors that could be bound, with where they serve now.
    pub sensors: Vec<SensorChoice>,
    /// Things of the gym itself that a person should know, newest last: a full disk, a sick port, an interrupted session.
    pub notices: Vec<Notice>,
    /// How many viewers are attached.
    pub viewers: usize,
}

/// One station at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StationSnapshot {
    /// Its number on the wall, from 1.
    pub number: u8,
    /// Its name, as people call it.
    pub name: String,
    /// Its machine.
    pub machine: MachineSnapshot,
    /// The sensors bound to its patient.
    pub sensors: Vec<SensorSnapshot>,
    /// The session on it.
    pub session: Option<SessionSnapshot>,
    /// Its core.
    pub view: StationView,
    /// Its alarms, worst first.
    pub alarms: Vec<AlarmView>,
    /// Whether its stop circuit and relay are wired; a machine that keeps its load on silence and has no relay is shown as such.
    pub bench: BenchSnapshot,
    /// How the last stop that was asked for went.
    pub stop: Option<StopProgress>,
    /// The last ten minutes of heart rate, saturation and granted load, one point each ten seconds, oldest first.
    pub trend: Vec<TrendPoint>,
}

/// A station's machine at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MachineSnapshot {
    /// Cycle or treadmill.
    pub kind: MachineKind,
    /// The protocol's id.
    pub protocol: String,
    /// The port, as configured.
    pub port: String,
    /// What it can do.
    pub capabilities: Capabilities,
    /// How its link is.
    pub link: LinkHealth,
    /// What came over its line.
    pub line: LineCount,
}

/// What came over a line since the gym opened: garbage is counted and never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineCount {
    /// Whole, valid messages.
    pub messages: u64,
    /// Frames with a wrong check or form, requests without an answer, refused commands.
    pub faults: u64,
}

/// A sensor bound to a station's patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensorSnapshot {
    /// Its name in the configuration.
    pub name: String,
    /// Strap or oximeter.
    pub role: Device,
    /// How its link is.
    pub link: LinkHealth,
    /// What came over its line.
    pub line: LineCount,
}

/// How a link is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkHealth {
    /// The port is being opened, or was found shut and is tried again; why, where it is known.
    Opening {
        /// What the system said.
        because: Option<String>,
    },
    /// The port is open, nothing valid has come yet.
    Identifying,
    /// The device answers.
    Up,
    /// It answered, and is silent now.
    Silent,
    /// Bytes come, and none of them makes sense: another rate or parity, or another form than is described.
    Unintelligible,
    /// What comes is valid in another protocol.
    OtherProtocol {
        /// Its id.
        protocol: String,
    },
}

/// A session at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionSnapshot {
    /// Its id in the record.
    pub id: String,
    /// The patient's pseudonym.
    pub patient: String,
    /// The prescription's name and version.
    pub prescription: String,
    /// Which bout of how many, from 1.
    pub bout: (u16, u16),
    /// When the session began.
    pub since: Timestamp,
    /// Limits and goals as prescribed, for showing beside the numbers.
    pub limits: Limits,
    /// The last entries of each kind.
    pub entries: LastEntries,
    /// When conditioning is prescribed to last so long, in seconds.
    pub conditioning_s: u32,
    /// The bout was found unfinished at start: nothing moves until somebody resumes.
    pub was_interrupted: bool,
    /// What the bout shows beside the ones before it.
    pub findings: Vec<Finding>,
}

/// Limits and goals as prescribed.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Zone in heart rate.
    pub zone: Option<(f64, f64)>,
    /// Upper heart-rate limit H.
    pub heart_rate_upper: Option<f64>,
    /// Lower heart-rate limit.
    pub heart_rate_lower: Option<f64>,
    /// Saturation floor F.
    pub saturation_floor: Option<f64>,
    /// Load's ceiling in net METs.
    pub ceiling_met: f64,
    /// Step of load by hand in METs.
    pub hand_step_met: f64,
    /// Highest perceived exertion wanted.
    pub exertion_upper: u8,
}

/// The last entries of each kind, with when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LastEntries {
    /// Systolic and diastolic, in mmHg.
    pub blood_pressure: Option<((u16, u16), Timestamp)>,
    /// Perceived exertion, 6 to 20.
    pub exertion: Option<(u8, Timestamp)>,
    /// Dyspnoea, 0 to 10.
    pub dyspnoea: Option<(u8, Timestamp)>,
}

/// Bench I/O of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchSnapshot {
    /// A stop circuit is wired.
    pub stop_circuit: bool,
    /// A safety relay is wired.
    pub relay: bool,
    /// The machine keeps its load when the host dies and nothing would take it away.
    pub unguarded: bool,
}

/// How far a stop that a person asked for has come: two states on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopProgress {
    /// When it was asked for.
    pub asked: Timestamp,
    /// When its first bytes were written.
    pub sent: Option<Timestamp>,
    /// When the machine reported neither load nor motion.
    pub confirmed: Option<Timestamp>,
}

/// One point of a station's trend.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TrendPoint {
    /// When.
    pub at: Timestamp,
    /// Heart rate, where it was trusted.
    pub heart_rate: Option<f64>,
    /// Saturation, where it was trusted.
    pub saturation: Option<f64>,
    /// Granted net METs.
    pub granted: f64,
}

/// How the record is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordHealth {
    /// Everything up to then is on the disk.
    Recording {
        /// The last commit, in the gym's time; now, while nothing waits to be written.
        committed: Timestamp,
    },
    /// Something is not being recorded.
    Failing {
        /// What the store said.
        because: String,
    },
}

/// A patient who may begin a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientChoice {
    /// The pseudonym: the first identifier.
    pub pseudonym: String,
    /// The second identifier, as the clinic's file says (year of birth, or a wristband's number).
    pub second_identifier: String,
    /// Where the patient exercises now.
    pub at_station: Option<u8>,
    /// The prescriptions that were in force when the gym opened.
    pub prescriptions: Vec<PrescriptionChoice>,
}

/// A prescription that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrescriptionChoice {
    /// Its id.
    pub id: String,
    /// One line that says what it orders.
    pub summary: String,
    /// Machines it allows.
    pub machines: Vec<MachineKind>,
    /// Why no bout may begin on it now, and what to do: it has ended since, or does not hold yet.
    pub out_of_force: Option<String>,
}

/// A sensor that could be bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensorChoice {
    /// Its name in the configuration.
    pub name: String,
    /// Strap or oximeter.
    pub role: Device,
    /// The station whose patient it serves now.
    pub at_station: Option<u8>,
    /// The station beside which it hangs, to be offered first.
    pub home: Option<u8>,
    /// How its link is.
    pub link: LinkHealth,
}

/// Something of the gym itself that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// Whether it still holds.
    pub active: bool,
    /// In words, with what to do.
    pub text: String,
}

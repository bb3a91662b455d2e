//! The lanes of the chart: which value each has, what it is held against, and between which values it is drawn.

use control::prescription::BoutSetup;
use protocols::vocabulary::MachineKind;

use super::opened::Opened;
use super::plot::Scale;
use super::ui::Lane;
use crate::dashboard::words;
use crate::records::figures;
use crate::records::session::{BoutRecord, Second};

/// What a lane is drawn by.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its name, short.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Between which values it is drawn.
    pub scale: Scale,
    /// Some second of the session has its value.
    pub any: bool,
}

/// A lane as it is drawn: what a machine says of itself depends on its kind, and two kinds share no scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub lane: Lane,
    /// The kind of machine under the cursor.
    pub machine: MachineKind,
}

impl Shown {
    /// Whether the lane speaks of a bout at all.
    #[must_use]
    pub fn is_of(self, bout: &BoutRecord) -> bool {
        !matches!(self.lane, Lane::Machine | Lane::Cadence) || bout.machine == self.machine
    }
}

/// The value of a lane at a second.
#[must_use]
pub fn value(shown: Shown, bout: &BoutRecord, second: &Second) -> Option<f64> {
    if !shown.is_of(bout) {
        return None;
    }
    match shown.lane {
        Lane::HeartRate => second.heart_rate_bpm.map(f64::from),
        Lane::Load => actual(bout, second),
        Lane::Saturation => second.spo2_percent.map(f64::from),
        Lane::Machine => match bout.machine {
            MachineKind::Cycle => second.power_w(),
            MachineKind::Treadmill => second.speed_kmh(),
        },
        Lane::Cadence => match bout.machine {
            MachineKind::Cycle => second.cadence_rpm.map(f64::from),
            MachineKind::Treadmill => second.grade_percent(),
        },
    }
}

/// What was asked for in a lane at a second: of the load by phase or controller, of the machine by what it was told, of the heart rate
/// by its target.
#[must_use]
pub fn asked(shown: Shown, bout: &BoutRecord, second: &Second) -> Option<f64> {
    if !shown.is_of(bout) {
        return None;
    }
    match shown.lane {
        Lane::HeartRate => second.target_heart_rate_bpm.map(f64::from),
        Lane::Load => Some(f64::from(second.proposed_met_milli) / 1_000.0),
        Lane::Saturation => None,
        Lane::Machine => match bout.machine {
            MachineKind::Cycle => second.told.power_w.map(f64::from),
            MachineKind::Treadmill => second
                .told
                .speed_mm_s
                .map(|speed| f64::from(speed) * 3.6 / 1_000.0),
        },
        Lane::Cadence => match bout.machine {
            MachineKind::Cycle => None,
            MachineKind::Treadmill => second
                .told
                .grade_permille
                .map(|grade| f64::from(grade) / 10.0),
        },
    }
}

/// The actual load, in METs above rest, by what the machine reported and the patient's weight.
fn actual(bout: &BoutRecord, second: &Second) -> Option<f64> {
    let mass = bout.setup.as_ref().map(|setup| setup.patient.mass);
    let gross = figures::met(bout.machine, second, mass)?;
    Some((gross - 1.0).max(0.0))
}

/// The band that a value is to stay in.
#[must_use]
pub fn zone(lane: Lane, second: &Second) -> Option<(f64, f64)> {
    if lane != Lane::HeartRate || !second.is_conditioning() {
        return None;
    }
    let (lower, upper) = second.zone_bpm?;
    Some((f64::from(lower), f64::from(upper)))
}

/// The limit that a value is not to pass, and whether it is an upper one.
#[must_use]
pub fn limit(lane: Lane, setup: &BoutSetup) -> Option<(f64, bool)> {
    let ordered = &setup.prescription;
    match lane {
        Lane::HeartRate => Some((ordered.heart_rate?.upper, true)),
        Lane::Load => Some((ordered.ceiling.get(), true)),
        Lane::Saturation => setup
            .sensors
            .oximeter
            .then_some((ordered.saturation_floor, false)),
        Lane::Machine | Lane::Cadence => None,
    }
}

/// How a lane is drawn, for a session and for the one laid over it: by the values of both, so that it stays while one moves along.
#[must_use]
pub fn spec(shown: Shown, opened: &Opened, other: Option<&Opened>) -> Spec {
    let lane = shown.lane;
    let (name, unit, least) = names(shown);
    let values = [Some(opened), other]
        .into_iter()
        .flatten()
        .flat_map(|session| {
            let seconds = session.record.seconds().flat_map(move |(bout, second)| {
                [value(shown, bout, second), asked(shown, bout, second)]
            });
            let setups = session
                .record
                .bouts
                .iter()
                .filter_map(|bout| bout.setup.as_ref());
            // A ceiling that nothing comes near would flatten everything under it.
            let limits = setups
                .filter(move |_| lane != Lane::Load)
                .map(move |setup| limit(lane, setup).map(|(limit, _)| limit));
            seconds.chain(limits).flatten()
        });
    Spec {
        name,
        unit,
        scale: Scale::over(values, least),
        any: opened
            .record
            .seconds()
            .any(|(bout, second)| value(shown, bout, second).is_some()),
    }
}

/// Name, unit, and between which values it is drawn at least.
fn names(shown: Shown) -> (&'static str, &'static str, (f64, f64)) {
    match (shown.lane, shown.machine) {
        (Lane::HeartRate, _) => ("HR", "/min", (60.0, 110.0)),
        (Lane::Load, _) => ("load", "MET", (0.0, 2.0)),
        (Lane::Saturation, _) => ("SpO2", "%", (88.0, 100.0)),
        (Lane::Machine, MachineKind::Cycle) => ("power", "W", (0.0, 40.0)),
        (Lane::Machine, MachineKind::Treadmill) => ("speed", "km/h", (0.0, 3.0)),
        (Lane::Cadence, MachineKind::Cycle) => ("pedal", "rpm", (0.0, 80.0)),
        (Lane::Cadence, MachineKind::Treadmill) => ("grade", "%", (0.0, 4.0)),
    }
}

/// How many digits stand after the point of a lane's values.
#[must_use]
pub const fn digits(spec: &Spec) -> usize {
    match spec.unit.as_bytes() {
        b"MET" | b"km/h" => 1,
        _ => 0,
    }
}

/// A value of a lane in as many digits as it has.
#[must_use]
pub fn figure(spec: &Spec, value: f64) -> String {
    words::decimal(value, digits(spec))
}

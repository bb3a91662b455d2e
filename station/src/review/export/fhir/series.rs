//! The seconds, as sampled data: a series for each signal and each piece of a bout without a hole.

use protocols::vocabulary::MachineKind;
use serde_json::{Value, json};

use super::bundle::{Bundle, merged, with};
use super::code::{self, Loinc, own};
use super::device;
use crate::records::session::{BoutRecord, Second};
use crate::review::export::span::{self, Bout};

/// A signal of the seconds.
struct Signal {
    code: &'static str,
    also: &'static [Loinc],
    unit: &'static str,
    /// What one count of the data is, in the unit.
    factor: f64,
    /// Whether a bout without it is told as one: a patient's signal, not a machine's.
    always: bool,
    source: Source,
    take: fn(&Second) -> Option<i64>,
}

/// Who tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Strap,
    Oximeter,
    Machine,
    Program,
}

const SIGNALS: &[Signal] = &[
    Signal {
        code: "heart-rate-series",
        also: &[code::HEART_RATE],
        unit: "/min",
        factor: 1.0,
        always: true,
        source: Source::Strap,
        take: |second| {
            let trusted = second.trusted_heart_rate().is_some();
            second.heart_rate_bpm.filter(|_| trusted).map(i64::from)
        },
    },
    Signal {
        code: "spo2-series",
        also: &[code::SPO2, code::OXYGEN],
        unit: "%",
        factor: 1.0,
        always: true,
        source: Source::Oximeter,
        take: |second| {
            let trusted = second.trusted_spo2().is_some();
            second.spo2_percent.filter(|_| trusted).map(i64::from)
        },
    },
    Signal {
        code: "power",
        also: &[],
        unit: "W",
        factor: 1.0,
        always: false,
        source: Source::Machine,
        take: |second| second.reported.power_w.map(i64::from),
    },
    Signal {
        code: "cadence",
        also: &[],
        unit: "/min",
        factor: 1.0,
        always: false,
        source: Source::Machine,
        take: |second| second.cadence_rpm.map(i64::from),
    },
    Signal {
        code: "speed",
        also: &[],
        unit: "km/h",
        // The record has whole millimetres a second.
        factor: 0.0036,
        always: false,
        source: Source::Machine,
        take: |second| second.reported.speed_mm_s.map(i64::from),
    },
    Signal {
        code: "grade",
        also: &[],
        unit: "%",
        factor: 0.1,
        always: false,
        source: Source::Machine,
        take: |second| second.reported.grade_permille.map(i64::from),
    },
    Signal {
        code: "met-asked",
        also: &[],
        unit: "{MET}",
        factor: 0.001,
        always: false,
        source: Source::Program,
        take: |second| Some(i64::from(second.proposed_met_milli)),
    },
    Signal {
        code: "met-granted",
        also: &[],
        unit: "{MET}",
        factor: 0.001,
        always: false,
        source: Source::Program,
        take: |second| Some(i64::from(second.granted_met_milli)),
    },
];

/// Writes them; gives their addresses.
pub(super) fn write(bundle: &mut Bundle<'_>, bouts: &[Bout<'_>]) -> Vec<Value> {
    let mut written = Vec::new();
    for bout in bouts {
        let record = bout.record();
        for signal in SIGNALS {
            if record
                .seconds
                .iter()
                .any(|second| (signal.take)(second).is_some())
            {
                for (place, piece) in (1..).zip(span::pieces(&record.seconds)) {
                    written.push(series(bundle, record, signal, place, piece));
                }
            } else if signal.always {
                written.push(none(bundle, record, signal));
            }
        }
    }
    written
}

fn about(bundle: &Bundle<'_>, bout: &BoutRecord, signal: &Signal) -> Value {
    let mut codings = vec![own(signal.code)];
    codings.extend(signal.also.iter().map(|loinc| loinc.coding()));
    let about = json!({
        // Not a vital sign to FHIR: its profile of heart rate knows one value, no series.
        "category": code::category("activity"),
        "code": code::concept(&codings),
        "partOf": [bundle.reference(&format!("bout {}", bout.number))],
    });
    let of = |name: &str| bundle.reference(name);
    let source = match signal.source {
        Source::Strap if device::worn(bundle, device::STRAP) => Some(of(device::STRAP)),
        Source::Oximeter if device::worn(bundle, device::OXIMETER) => Some(of(device::OXIMETER)),
        Source::Machine if is_metric(bout.machine, signal.code) => {
            Some(of(&device::machine_metric(bout, signal.code)))
        }
        Source::Machine => Some(of(&device::machine(bout))),
        Source::Program => Some(of(device::SOFTWARE)),
        Source::Strap | Source::Oximeter => None,
    };
    with(about, "device", source)
}

fn is_metric(machine: MachineKind, signal: &str) -> bool {
    match machine {
        MachineKind::Cycle => matches!(signal, "power" | "cadence"),
        MachineKind::Treadmill => matches!(signal, "speed" | "grade"),
    }
}

fn series(
    bundle: &mut Bundle<'_>,
    bout: &BoutRecord,
    signal: &Signal,
    place: u32,
    piece: &[Second],
) -> Value {
    let data: Vec<String> = piece
        .iter()
        .map(|second| {
            (signal.take)(second).map_or_else(|| "E".to_owned(), |value| value.to_string())
        })
        .collect();
    let from_us = piece.first().map_or(0, |second| second.t_us);
    let to_us = piece
        .last()
        .map_or(0, |second| second.t_us.saturating_add(span::SECOND_US));
    let values = json!({
        "effectivePeriod": bundle.period(from_us, to_us),
        "valueSampledData": {
            "origin": code::quantity(0, signal.unit),
            "period": 1000,
            "factor": signal.factor,
            "dimensions": 1,
            "data": data.join(" "),
        },
    });
    let name = format!("series {} {} {place}", bout.number, signal.code);
    let about = about(bundle, bout, signal);
    bundle.observe(&name, merged(about, values))
}

/// A bout in which nothing of a patient's signal was heard that could be relied on.
fn none(bundle: &mut Bundle<'_>, bout: &BoutRecord, signal: &Signal) -> Value {
    let worn = match signal.source {
        Source::Oximeter => span::has_oximeter(bout),
        Source::Strap => span::has_strap(bout) || span::has_oximeter(bout),
        Source::Machine | Source::Program => true,
    };
    let period = match bout.to_us {
        Some(to_us) => bundle.period(bout.from_us, to_us),
        None => json!({ "start": bundle.instant(bout.from_us) }),
    };
    let absent = json!({
        "effectivePeriod": period,
        "dataAbsentReason": code::absent(if worn { "error" } else { "not-performed" }),
    });
    let name = format!("series {} {} none", bout.number, signal.code);
    let about = about(bundle, bout, signal);
    bundle.observe(&name, merged(about, absent))
}

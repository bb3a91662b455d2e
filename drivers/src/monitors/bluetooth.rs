//! Straps and oximeters of Bluetooth LE behind a serial bridge: one value a line, a characteristic and hexadecimal digits. The bridge's
//! form is \[assumed\]; real bridges differ. They speak unasked and are told nothing.
//!
//! Deliberately absent: a plethysmogram, which neither characteristic has.

use core::time::Duration;

use protocols::gatt::{BridgeDecoder, BridgeLine, Value};
use protocols::vocabulary::{Absence, Quality, Timestamp};
use protocols::wire::WireError;
use protocols::{ble_2a5f, ble_2a37};

use super::pace::share;
use super::stream::{Heard, Readings, Stream, StreamLink};
use super::trust::reading;

/// A strap behind a bridge at one port.
pub type Ble2a37Link = StreamLink<Ble2a37>;

/// An oximeter behind a bridge at one port.
pub type Ble2a5fLink = StreamLink<Ble2a5f>;

/// Values come about once a second; the sheet has no limit of silence \[assumed: that of other straps\].
const SILENCE: Duration = Duration::from_secs(3);

/// A strap that sends beat intervals, and none for so long, holds its last rate.
const NO_BEATS: Duration = Duration::from_secs(3);

/// The heart rate measurement.
#[derive(Debug, Default)]
pub struct Ble2a37 {
    /// When the last beat interval came; `None` from a strap that has sent none.
    beat_at: Option<Timestamp>,
}

/// The oximeter's continuous measurement. The meanings of its status bits are \[recalled\].
#[derive(Debug, Default)]
pub struct Ble2a5f(());

impl Stream for Ble2a37 {
    type Decoder = BridgeDecoder;

    const ID: &'static str = "ble-2a37";
    const SILENCE: Duration = SILENCE;
    /// The shortest line has ten bytes.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 10);

    fn opened(&mut self, _now: Timestamp) {
        self.beat_at = None;
    }

    fn take(&mut self, sent_at: Timestamp, line: &BridgeLine) -> Heard {
        let measurement: ble_2a37::Measurement = match value(ble_2a37::CHARACTERISTIC, line) {
            Ok(measurement) => measurement,
            Err(heard) => return heard,
        };
        let intervals = measurement.intervals.as_ref();
        if intervals.is_some_and(|intervals| !intervals.as_slice().is_empty()) {
            self.beat_at = Some(sent_at);
        }
        let is_held = self
            .beat_at
            .is_some_and(|beat_at| sent_at.since(beat_at) >= NO_BEATS);
        let rate = measurement.heart_rate().and_then(|rate| {
            if is_held {
                Err(Absence::Stale)
            } else {
                Ok(rate)
            }
        });
        Heard::Live(Readings::of_heart(reading(Ok(Quality::Good), rate)))
    }
}

impl Stream for Ble2a5f {
    type Decoder = BridgeDecoder;

    const ID: &'static str = "ble-2a5f";
    const SILENCE: Duration = SILENCE;
    /// The shortest line has 16 bytes.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 16);

    fn opened(&mut self, _now: Timestamp) {}

    fn take(&mut self, _sent_at: Timestamp, line: &BridgeLine) -> Heard {
        let measurement: ble_2a5f::Measurement = match value(ble_2a5f::CHARACTERISTIC, line) {
            Ok(measurement) => measurement,
            Err(heard) => return heard,
        };
        let judged = judge(&measurement);
        let absence = |sent: ble_2a5f::Sfloat| match sent.value() {
            Some(number) if number > 0.0 => Absence::OutOfRange,
            Some(_) | None => Absence::Searching,
        };
        let normal = measurement.normal;
        let saturation = measurement.saturation().ok_or(absence(normal.saturation));
        let pulse = measurement.pulse_rate().ok_or(absence(normal.rate));
        Heard::Live(Readings::of_oximeter(
            super::trust::saturation(judged, saturation),
            reading(judged, pulse),
        ))
    }
}

/// Bits of the measurement's status, counted from 0, and what they make of a value \[recalled; what they are worth assumed\]. A
/// demonstration or a test is no measurement of a patient.
const STATUS_ABSENCES: [(u16, Absence); 6] = [
    (9, Absence::Stale),
    (10, Absence::OutOfRange),
    (11, Absence::OutOfRange),
    (12, Absence::Searching),
    (13, Absence::Searching),
    (15, Absence::Searching),
];
/// Early estimate, questionable.
const STATUS_DOUBTS: u16 = 1 << 6 | 1 << 14;
/// Bits of the sensor's status: malfunction, not on the user, unknown, displaced, malfunction, disconnected.
const SENSOR_OFF: u32 = 1 << 1 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15;
/// Non-pulsatile.
const NO_PULSE: u32 = 1 << 7;
/// Irregular processing, erratic, questionable pulse, interference.
const ARTEFACT: u32 = 1 << 2 | 1 << 6 | 1 << 8 | 1 << 10;
/// Inadequate, poor, low perfusion.
const WEAK: u32 = 1 << 3 | 1 << 4 | 1 << 5;

fn judge(measurement: &ble_2a5f::Measurement) -> Result<Quality, Absence> {
    let status = measurement.status.unwrap_or(0);
    let sensor = measurement.sensor.unwrap_or(0);
    if sensor & SENSOR_OFF != 0 {
        return Err(Absence::NoContact);
    }
    if sensor & NO_PULSE != 0 {
        return Err(Absence::LowPerfusion);
    }
    let absence = STATUS_ABSENCES
        .iter()
        .find(|(bit, _)| status & (1 << bit) != 0);
    if let Some((_, absence)) = absence {
        return Err(*absence);
    }
    Ok(if sensor & ARTEFACT != 0 || status & STATUS_DOUBTS != 0 {
        Quality::Artefact
    } else if sensor & WEAK != 0 {
        Quality::LowPerfusion
    } else {
        Quality::Good
    })
}

/// What a line says, if it is of this characteristic and whole.
fn value<V: Value>(characteristic: u16, line: &BridgeLine) -> Result<V, Heard> {
    if line.characteristic != characteristic {
        return Err(Heard::Ignored);
    }
    V::from_value(line.value()).map_err(|kind| {
        Heard::Broken(WireError {
            kind,
            skipped_bytes: 0,
        })
    })
}

//! One printed object: what a message tells, or what is wrong.

use drivers::catalogue::Told;
use protocols::exact::Exact;
use protocols::vocabulary::number::floor_to_u32;
use protocols::wire::{Decoded, Field, Report};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// What a decoder found, as `station decode` prints it: units in the keys; a value that the message says it does not have is
/// null, and its name stands in `missing`; what the format does not carry is left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a>(pub(super) Decoded<Told<'a>>);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("offset", &self.0.offset)?;
        match &self.0.content {
            Ok(told) => write_report(&mut map, &told.report, told.exact)?,
            Err(error) => {
                map.serialize_entry("error", &error.kind)?;
                map.serialize_entry("skipped_bytes", &error.skipped_bytes)?;
            }
        }
        map.end()
    }
}

fn write_report<M: SerializeMap>(
    map: &mut M,
    report: &Report<'_>,
    exact: Exact,
) -> Result<(), M::Error> {
    map.serialize_entry("message", report.message)?;
    let mut missing = Vec::new();
    if !write_exact(map, "heart_rate_bpm", exact.heart_rate_bpm)? {
        write_field(map, &mut missing, "heart_rate_bpm", report.heart_rate)?;
    }
    if !write_exact(map, "spo2_percent", exact.spo2_percent)? {
        write_field(map, &mut missing, "spo2_percent", report.saturation)?;
    }
    if !write_exact(map, "power_watts", exact.power_watts)? {
        write_field(map, &mut missing, "power_watts", report.power)?;
    }
    if !write_exact(map, "cadence_rpm", exact.cadence_rpm)? {
        write_field(map, &mut missing, "cadence_rpm", report.cadence)?;
    }
    write_field(map, &mut missing, "speed_metres_per_second", report.speed)?;
    write_field(map, &mut missing, "grade_percent", report.grade)?;
    if !report.plethysmogram.is_empty() {
        map.serialize_entry("plethysmogram", report.plethysmogram)?;
    }
    if !missing.is_empty() {
        map.serialize_entry("missing", &missing)?;
    }
    if let Some(quality) = report.quality {
        map.serialize_entry("quality", quality)?;
    }
    Ok(())
}

/// Writes a number that its unit cannot hold, a whole one without a point; whether there is one.
fn write_exact<M: SerializeMap>(
    map: &mut M,
    key: &'static str,
    number: Option<f64>,
) -> Result<bool, M::Error> {
    let Some(number) = number else {
        return Ok(false);
    };
    match floor_to_u32(number).filter(|whole| f64::from(*whole).total_cmp(&number).is_eq()) {
        Some(whole) => map.serialize_entry(key, &whole)?,
        None => map.serialize_entry(key, &number)?,
    }
    Ok(true)
}

fn write_field<M: SerializeMap, T: Serialize>(
    map: &mut M,
    missing: &mut Vec<&'static str>,
    key: &'static str,
    field: Field<T>,
) -> Result<(), M::Error> {
    match field {
        Field::Absent => Ok(()),
        Field::Missing => {
            missing.push(key);
            map.serialize_entry(key, &())
        }
        Field::Present(value) => map.serialize_entry(key, &value),
    }
}

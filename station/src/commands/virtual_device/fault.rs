//! `--fault KIND@AT+FOR[=VALUE]`: what goes wrong with the one virtual device or its patient, and when.

use drivers::virtual_devices::patient::EventKind;
use drivers::virtual_devices::rig::{Fault, ScheduledFault, WireFault};
use protocols::vocabulary::number::floor_to_u16;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};
use thiserror::Error;

/// The number of the one device in its rig.
pub(super) const DEVICE: usize = 0;
/// Pieces of a thousand that lose their half where no number is given.
const HALF_FRAMES: u16 = 500;
/// Bytes of a thousand with a flipped bit where no number is given.
const FLIPPED_BITS: u16 = 50;

/// What can be ordered of the wire, for people.
const WIRE_KINDS: &str = "unplug, silence, half_frames, flipped_bits, old_bytes";
/// What can be ordered of the patient and the sensors on the patient.
const PATIENT_KINDS: &str = "low_perfusion, strap_silent, strap_stuck, strap_value, strap_offset, oximeter_off, \
                             oximeter_offset, pedalling_stops, extra_met, gain_factor";

/// A `--fault` that cannot be ordered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum FaultError {
    #[error(
        "--fault {given:?} is not understood; write KIND@AT+FOR or KIND@AT+FOR=VALUE, in seconds, such as silence@30+10"
    )]
    Form { given: String },
    #[error("there is no fault {kind:?}; write one of {WIRE_KINDS}, {PATIENT_KINDS}")]
    UnknownKind { kind: String },
    #[error("{kind} needs a value; write {kind}@AT+FOR=VALUE")]
    NeedsValue { kind: String },
    #[error("{kind} takes no value; write {kind}@AT+FOR")]
    NoValue { kind: String },
    #[error("{kind} takes so many of a thousand: write a whole number from 0 to 1000 after the =")]
    PerThousand { kind: String },
}

/// Reads one order.
pub(super) fn parse(given: &str) -> Result<ScheduledFault, FaultError> {
    let form = || FaultError::Form {
        given: given.to_owned(),
    };
    let (kind, times) = given.split_once('@').ok_or_else(form)?;
    let (times, value) = match times.split_once('=') {
        Some((times, value)) => (times, Some(number(value).ok_or_else(form)?)),
        None => (times, None),
    };
    let (at, lasts) = times.split_once('+').ok_or_else(form)?;
    let seconds = |text| {
        number(text)
            .filter(|seconds| *seconds >= 0.0)
            .ok_or_else(form)
    };
    let (at, lasts) = (seconds(at)?, seconds(lasts)?);
    Ok(ScheduledFault::from_seconds(at, lasts, fault(kind, value)?))
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn fault(kind: &str, value: Option<f64>) -> Result<Fault, FaultError> {
    let wire = |fault| Fault::Wire {
        device: DEVICE,
        fault,
    };
    let per_thousand = |otherwise| match value {
        None => Ok(otherwise),
        Some(value) => floor_to_u16(value)
            .filter(|count| *count <= 1_000 && (f64::from(*count) - value).abs() < f64::EPSILON)
            .ok_or_else(|| FaultError::PerThousand {
                kind: kind.to_owned(),
            }),
    };
    let fault = match kind {
        "half_frames" => {
            let per_thousand = per_thousand(HALF_FRAMES)?;
            return Ok(wire(WireFault::HalfFrames { per_thousand }));
        }
        "flipped_bits" => {
            let per_thousand = per_thousand(FLIPPED_BITS)?;
            return Ok(wire(WireFault::FlippedBits { per_thousand }));
        }
        "unplug" => wire(WireFault::Unplugged),
        "silence" => wire(WireFault::Silence),
        "old_bytes" => wire(WireFault::OldBytes),
        "low_perfusion" => Fault::LowPerfusion,
        _ => return patient_fault(kind, value),
    };
    match value {
        None => Ok(fault),
        Some(_) => Err(FaultError::NoValue {
            kind: kind.to_owned(),
        }),
    }
}

/// What patients' files can list, by the same words.
fn patient_fault(word: &str, value: Option<f64>) -> Result<Fault, FaultError> {
    let words: StrDeserializer<'_, WordError> = word.into_deserializer();
    let kind = EventKind::deserialize(words).map_err(|_| FaultError::UnknownKind {
        kind: word.to_owned(),
    })?;
    let has_value = match kind {
        EventKind::StrapValue
        | EventKind::StrapOffset
        | EventKind::OximeterOffset
        | EventKind::ExtraMet
        | EventKind::GainFactor => true,
        EventKind::StrapSilent
        | EventKind::StrapStuck
        | EventKind::OximeterOff
        | EventKind::PedallingStops => false,
    };
    match (has_value, value) {
        (true, None) => Err(FaultError::NeedsValue {
            kind: word.to_owned(),
        }),
        (false, Some(_)) => Err(FaultError::NoValue {
            kind: word.to_owned(),
        }),
        (_, value) => Ok(Fault::Patient {
            kind,
            value: value.unwrap_or(0.0),
        }),
    }
}

/// Whether an order takes the port away for a while.
pub(super) fn unplugs(fault: &ScheduledFault) -> bool {
    let unplugged = Fault::Wire {
        device: DEVICE,
        fault: WireFault::Unplugged,
    };
    fault.fault == unplugged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        let patient = |kind, value| Fault::Patient { kind, value };
        let wire = |fault| Fault::Wire { device: 0, fault };
        let cases = [
            (
                "oximeter_offset@120+30=-8",
                (120.0, 30.0),
                patient(EventKind::OximeterOffset, -8.0),
            ),
            (
                "strap_stuck@1.5+0.5",
                (1.5, 0.5),
                patient(EventKind::StrapStuck, 0.0),
            ),
            ("unplug@5+2", (5.0, 2.0), wire(WireFault::Unplugged)),
            ("silence@0+1", (0.0, 1.0), wire(WireFault::Silence)),
            (
                "flipped_bits@5+2=7",
                (5.0, 2.0),
                wire(WireFault::FlippedBits { per_thousand: 7 }),
            ),
            (
                "half_frames@5+2",
                (5.0, 2.0),
                wire(WireFault::HalfFrames { per_thousand: 500 }),
            ),
            ("low_perfusion@5+2", (5.0, 2.0), Fault::LowPerfusion),
        ];
        for (text, (at, lasts), fault) in cases {
            let expected = ScheduledFault::from_seconds(at, lasts, fault);
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn every_kind_that_is_named_can_be_ordered() {
        let all = WIRE_KINDS.split(", ").chain(PATIENT_KINDS.split(", "));
        for kind in all {
            let plain = parse(&format!("{kind}@1+1"));
            let valued = parse(&format!("{kind}@1+1=1"));
            assert!(plain.is_ok() || valued.is_ok(), "{kind}");
        }
    }

    #[test]
    fn what_cannot_be_ordered_says_what_can() {
        let told = |text| parse(text).unwrap_err().to_string();
        for text in [
            "silence",
            "silence@5",
            "silence@5+x",
            "silence@-1+5",
            "silence@1+NaN",
        ] {
            assert!(told(text).contains("KIND@AT+FOR"), "{text}");
        }
        assert!(told("earthquake@5+2").contains("strap_stuck"));
        assert!(told("strap_value@5+2").contains("needs a value"));
        assert!(told("silence@5+2=1").contains("no value"));
        assert!(told("strap_stuck@5+2=1").contains("no value"));
        assert!(told("flipped_bits@5+2=1001").contains("0 to 1000"));
        assert!(told("half_frames@5+2=0.5").contains("0 to 1000"));
    }
}

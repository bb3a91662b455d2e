//! What an oximeter sends of what it measured, and how it fails in ways that a patient's model does not know of: a weak pulse, and numbers
//! that stand still.

use drivers::virtual_devices::patient::SensorReadings;
use protocols::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation, Quality, Reading};

use super::fault::{Fault, FaultKind};
use super::session::rate;

/// The oximeter on one patient.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Oximeter {
    pulse: LastSaid,
    saturation: LastSaid,
}

/// What it sends in one second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sent {
    pub(super) saturation: Reading<OxygenSaturation>,
    pub(super) pulse: Reading<BeatsPerMinute>,
}

/// A number that may stand still.
#[derive(Debug, Clone, Copy, Default)]
struct LastSaid(Option<u16>);

impl LastSaid {
    /// What is said of `measured`. A number that is stuck stays what it was when it stuck, also while the finger is out or an offset acts.
    fn of(&mut self, measured: Option<u16>, stuck: bool) -> Option<u16> {
        if stuck {
            return self.0;
        }
        if measured.is_some() {
            self.0 = measured;
        }
        measured
    }
}

impl Oximeter {
    /// What it sends at the end of second `second`.
    pub(super) fn send(&mut self, measured: SensorReadings, faults: &[Fault], second: f64) -> Sent {
        let suffers = |kind| {
            faults
                .iter()
                .any(|fault| fault.kind == kind && fault.is_active(second))
        };
        let quality = if suffers(FaultKind::OximeterWeak) {
            Quality::LowPerfusion
        } else {
            Quality::Good
        };
        let pulse = self
            .pulse
            .of(measured.pulse, suffers(FaultKind::OximeterPulseStuck));
        let saturation = self.saturation.of(
            measured.saturation,
            suffers(FaultKind::OximeterSaturationStuck),
        );
        let pulse = match pulse.map(rate) {
            Some(Reading::Value { value, .. }) => Reading::Value { value, quality },
            Some(missing @ Reading::Missing(_)) => missing,
            None => Reading::Missing(Absence::NoContact),
        };
        let saturation = saturation
            .and_then(|percent| OxygenSaturation::new(u8::try_from(percent).ok()?))
            .map_or(Reading::Missing(Absence::NoContact), |value| {
                Reading::Value { value, quality }
            });
        Sent { saturation, pulse }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(kind: FaultKind) -> Fault {
        Fault {
            at_s: 2.0,
            for_s: 3.0,
            kind,
            value: 0.0,
        }
    }

    /// Pulse and saturation of six seconds, in which the one rises and the other falls; the finger is out in the fourth.
    fn said(faults: &[Fault]) -> Vec<(Option<u16>, Option<u16>)> {
        let mut oximeter = Oximeter::default();
        (0..6_u16)
            .map(|second| {
                let is_there = second != 3;
                let measured = SensorReadings {
                    strap: None,
                    pulse: is_there.then_some(80 + second),
                    saturation: is_there.then_some(97 - second),
                };
                let sent = oximeter.send(measured, faults, f64::from(second));
                (
                    good(sent.pulse).map(BeatsPerMinute::get),
                    good(sent.saturation).map(|percent| u16::from(percent.get())),
                )
            })
            .collect()
    }

    fn good<T>(reading: Reading<T>) -> Option<T> {
        match reading {
            Reading::Value {
                value,
                quality: Quality::Good,
            } => Some(value),
            Reading::Value { .. } | Reading::Missing(_) => None,
        }
    }

    #[test]
    fn either_number_stands_still_by_itself_with_good_quality() {
        let sound = said(&[]);
        assert_eq!(sound[3], (None, None));
        let pulse_stuck = said(&[fault(FaultKind::OximeterPulseStuck)]);
        let saturation_stuck = said(&[fault(FaultKind::OximeterSaturationStuck)]);
        for second in 0..6 {
            let sticks = (2..5).contains(&second);
            let (pulse, saturation) = sound[second];
            let held = |sound, last: u16| if sticks { Some(last) } else { sound };
            assert_eq!(
                pulse_stuck[second],
                (held(pulse, 81), saturation),
                "{second}"
            );
            assert_eq!(
                saturation_stuck[second],
                (pulse, held(saturation, 96)),
                "{second}"
            );
        }
    }
}

//! What a strap and an oximeter say of a patient, once a second, faults included.
//!
//! This is the model of the trials, where no wire stands between. A virtual device on a wire averages by itself, as its own
//! protocol's sheet says, from the true values.

use std::collections::VecDeque;

use protocols::vocabulary::number::{floor_to_u16, from_u64};

use super::{
    EventKind, PatientEvent, PatientParameters, STEP_S, STEPS_PER_SECOND, VirtualPatient, clamp,
    round,
};

/// Steps that the oximeter averages: 8 s.
const OXIMETER_STEPS: usize = 32;
/// Steps by which its pulse is late: 2 s.
const PULSE_DELAY_STEPS: usize = 8;
/// The longest averaging time of a strap, in steps: 60 s.
const STRAP_STEPS_MAX: f64 = 240.0;

/// The sensors on one patient.
#[derive(Debug, Clone)]
pub struct Sensors {
    heart_rates: VecDeque<f64>,
    saturations: VecDeque<f64>,
    strap_steps: usize,
    rest_heart_rate: f64,
    rest_saturation: f64,
    last_strap: Option<u16>,
    readings: SensorReadings,
}

/// One second's finished readings; `None` where a sensor gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SensorReadings {
    /// The strap's heart rate, in beats a minute.
    pub strap: Option<u16>,
    /// The oximeter's pulse rate, in beats a minute.
    pub pulse: Option<u16>,
    /// The oximeter's saturation, in per cent.
    pub saturation: Option<u16>,
}

impl Sensors {
    /// Sensors put on a rested patient.
    #[must_use]
    pub fn new(parameters: &PatientParameters) -> Self {
        let strap_steps = round(parameters.strap_average_s / STEP_S);
        let strap_steps = floor_to_u16(clamp(strap_steps, 1.0, STRAP_STEPS_MAX)).unwrap_or(1);
        let strap_steps = usize::from(strap_steps);
        let kept = strap_steps.max(OXIMETER_STEPS + PULSE_DELAY_STEPS);
        let mut sensors = Self {
            // What has not been measured yet counts as rest.
            heart_rates: VecDeque::from(vec![parameters.hr_rest_bpm; kept]),
            saturations: VecDeque::from(vec![parameters.spo2_rest_pct; OXIMETER_STEPS]),
            strap_steps,
            rest_heart_rate: parameters.hr_rest_bpm,
            rest_saturation: parameters.spo2_rest_pct,
            last_strap: None,
            readings: SensorReadings::default(),
        };
        sensors.readings = sensors.without_faults();
        sensors
    }

    /// Looks at the patient after a step, `steps` of the session being done. After the last step of each second the readings
    /// are renewed, `events` acting on them in their order; returns whether they were.
    pub fn observe(
        &mut self,
        patient: &VirtualPatient,
        steps: u64,
        events: &[PatientEvent],
    ) -> bool {
        push(&mut self.heart_rates, patient.heart_rate());
        push(&mut self.saturations, patient.saturation());
        if !steps.is_multiple_of(STEPS_PER_SECOND) {
            return false;
        }
        let second = from_u64((steps / STEPS_PER_SECOND).saturating_sub(1));
        self.renew(events, second);
        true
    }

    /// The readings of the last full second.
    #[must_use]
    pub const fn readings(&self) -> SensorReadings {
        self.readings
    }

    fn renew(&mut self, events: &[PatientEvent], second: f64) {
        let mut readings = self.without_faults();
        let mut stuck = false;
        for event in events.iter().filter(|event| event.is_active(second)) {
            match event.kind {
                EventKind::StrapSilent => readings.strap = None,
                EventKind::StrapStuck => {
                    stuck = true;
                    readings.strap = self.last_strap;
                }
                EventKind::StrapValue => readings.strap = floor_to_u16(round(event.value)),
                EventKind::StrapOffset => readings.strap = shifted(readings.strap, event.value),
                EventKind::OximeterOff => {
                    readings.pulse = None;
                    readings.saturation = None;
                }
                EventKind::OximeterOffset => {
                    let saturation = shifted(readings.saturation, event.value);
                    readings.saturation = saturation.map(|percent| percent.min(100));
                }
                EventKind::PedallingStops | EventKind::ExtraMet | EventKind::GainFactor => {}
            }
        }
        // A stuck strap keeps what it held when it stuck, also where an offset acts on what it says.
        if !stuck && readings.strap.is_some() {
            self.last_strap = readings.strap;
        }
        self.readings = readings;
    }

    fn without_faults(&self) -> SensorReadings {
        let newest = self.heart_rates.iter().rev();
        let strap = mean(newest.clone().take(self.strap_steps));
        let pulse = mean(newest.skip(PULSE_DELAY_STEPS).take(OXIMETER_STEPS));
        let saturation = mean(self.saturations.iter().rev().take(OXIMETER_STEPS));
        SensorReadings {
            strap: floor_to_u16(round(strap.unwrap_or(self.rest_heart_rate))),
            pulse: floor_to_u16(round(pulse.unwrap_or(self.rest_heart_rate))),
            saturation: floor_to_u16(round(saturation.unwrap_or(self.rest_saturation))),
        }
    }
}

/// Adds `value` to a reading, not below nothing.
fn shifted(reading: Option<u16>, value: f64) -> Option<u16> {
    reading.and_then(|count| floor_to_u16(round(f64::from(count) + value).max(0.0)))
}

/// Keeps as many values as there are, the newest last.
fn push(values: &mut VecDeque<f64>, value: f64) {
    values.pop_front();
    values.push_back(value);
}

/// A plain sum, divided once.
fn mean<'a>(values: impl Iterator<Item = &'a f64>) -> Option<f64> {
    let mut sum = 0.0;
    let mut count = 0_u64;
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / from_u64(count))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_parameters;
    use super::*;

    fn event(at_s: f64, for_s: f64, kind: EventKind, value: f64) -> PatientEvent {
        PatientEvent {
            at_s,
            for_s,
            kind,
            value,
        }
    }

    /// One reading a second of a patient who works at 3 net METs from the 5th second on.
    fn readings(events: &[PatientEvent], seconds: u64) -> Vec<SensorReadings> {
        let parameters = check_parameters(0.0);
        let mut patient = VirtualPatient::new(parameters, 42);
        let mut sensors = Sensors::new(&parameters);
        let mut all = Vec::new();
        for step in 0..seconds * STEPS_PER_SECOND {
            patient.step(if step < 20 { 0.0 } else { 3.0 }, 1.0);
            if sensors.observe(&patient, step + 1, events) {
                all.push(sensors.readings());
            }
        }
        all
    }

    #[test]
    fn readings_come_once_a_second() {
        assert_eq!(readings(&[], 30).len(), 30);
    }

    #[test]
    fn a_strap_says_the_rounded_mean_of_its_averaging_time() {
        let parameters = check_parameters(0.0);
        let mut patient = VirtualPatient::new(parameters, 42);
        let mut sensors = Sensors::new(&parameters);
        let mut history = Vec::new();
        for _ in 0..40 {
            patient.step(3.0, 1.0);
            history.push(patient.heart_rate());
            sensors.observe(&patient, patient.steps(), &[]);
        }
        let mean = history[20..].iter().sum::<f64>() / 20.0;
        let pulse = (history[..32].iter().sum::<f64>()) / 32.0;
        let strap = sensors.readings().strap.expect("a reading");
        assert!((f64::from(strap) - mean).abs() <= 0.5, "{strap} {mean}");
        let shown = sensors.readings().pulse.expect("a reading");
        assert!((f64::from(shown) - pulse).abs() <= 0.5, "{shown} {pulse}");
    }

    #[test]
    fn what_was_not_measured_yet_counts_as_rest() {
        let first = readings(&[], 1)[0];
        assert_eq!(first.saturation, Some(94));
        assert_eq!(first.pulse, Some(70));
    }

    #[test]
    fn a_stuck_strap_repeats_what_it_said_last() {
        let healthy = readings(&[], 60);
        let stuck = readings(&[event(20.0, 20.0, EventKind::StrapStuck, 0.0)], 60);
        assert_eq!(stuck[..20], healthy[..20]);
        assert!(
            stuck[20..40]
                .iter()
                .all(|one| one.strap == healthy[19].strap)
        );
        assert_eq!(stuck[40..], healthy[40..]);
        assert_ne!(healthy[39].strap, healthy[19].strap);
    }

    #[test]
    fn events_act_on_the_finished_reading_in_the_order_of_the_list() {
        let value = event(3.0, 5.0, EventKind::StrapValue, 70.0);
        let offset = event(3.0, 5.0, EventKind::StrapOffset, 20.0);
        assert_eq!(readings(&[value, offset], 8)[5].strap, Some(90));
        assert_eq!(readings(&[offset, value], 8)[5].strap, Some(70));
        let silent = event(3.0, 5.0, EventKind::StrapSilent, 0.0);
        assert_eq!(readings(&[silent, offset], 8)[5].strap, None);
    }

    #[test]
    fn a_finger_out_takes_both_numbers_of_the_oximeter() {
        let off = readings(&[event(3.0, 2.0, EventKind::OximeterOff, 0.0)], 6);
        assert_eq!((off[3].pulse, off[3].saturation), (None, None));
        assert!(off[3].strap.is_some());
        assert!(off[5].pulse.is_some() && off[5].saturation.is_some());
    }

    #[test]
    fn an_offset_never_brings_saturation_above_one_hundred() {
        let all = readings(&[event(0.0, 9.0, EventKind::OximeterOffset, 9.0)], 2);
        assert_eq!(all[0].saturation, Some(100));
    }
}

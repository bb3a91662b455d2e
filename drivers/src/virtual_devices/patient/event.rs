//! Faults that are listed, not drawn, so that a trial can be repeated.

use serde::{Deserialize, Serialize};

/// One fault of a patient's list. Active for `at_s <= t < at_s + for_s`, `t` in whole seconds from the start of the session.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientEvent {
    /// When it begins, in seconds from the start of the session.
    pub at_s: f64,
    /// How long it lasts, in seconds.
    pub for_s: f64,
    /// What happens.
    pub kind: EventKind,
    /// By how much, in the unit of the kind; 0 where the kind has none.
    #[serde(default)]
    pub value: f64,
}

impl PatientEvent {
    /// Whether it is active in second `second`.
    #[must_use]
    pub fn is_active(&self, second: f64) -> bool {
        self.at_s <= second && second < self.at_s + self.for_s
    }
}

/// What can happen to a patient or a sensor on the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The strap gives no reading: it slipped, its battery or radio is gone.
    StrapSilent,
    /// The strap repeats its last reading. The dangerous one.
    StrapStuck,
    /// The strap reports the value, in beats a minute: cadence lock, hum.
    StrapValue,
    /// The strap's reading has the value added, in beats a minute: muscle artefact, skipped beats.
    StrapOffset,
    /// The finger is out of the oximeter.
    OximeterOff,
    /// The oximeter's saturation has the value added, in per cent: motion, low perfusion.
    OximeterOffset,
    /// The patient stops pedalling.
    PedallingStops,
    /// The value is added to the net METs: talking, arms, heat, anxiety.
    ExtraMet,
    /// The gain is multiplied by the value: a missed dose, a dose that wears off.
    GainFactor,
}

/// What the active events of a step do to the body, before it steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepInfluence {
    /// Whether the patient has stopped pedalling.
    pub pedalling_stopped: bool,
    /// Net METs on top of the machine's.
    pub extra_met: f64,
    /// Factor on the gain.
    pub gain_factor: f64,
}

impl StepInfluence {
    /// What `events` do to a step that starts in second `second`.
    #[must_use]
    pub fn of(events: &[PatientEvent], second: f64) -> Self {
        let mut influence = Self {
            pedalling_stopped: false,
            extra_met: 0.0,
            gain_factor: 1.0,
        };
        for event in events.iter().filter(|event| event.is_active(second)) {
            match event.kind {
                EventKind::PedallingStops => influence.pedalling_stopped = true,
                EventKind::ExtraMet => influence.extra_met += event.value,
                EventKind::GainFactor => influence.gain_factor *= event.value,
                EventKind::StrapSilent
                | EventKind::StrapStuck
                | EventKind::StrapValue
                | EventKind::StrapOffset
                | EventKind::OximeterOff
                | EventKind::OximeterOffset => {}
            }
        }
        influence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, value: f64) -> PatientEvent {
        PatientEvent {
            at_s: 10.0,
            for_s: 5.0,
            kind,
            value,
        }
    }

    #[test]
    fn an_event_lasts_from_its_second_up_to_its_end() {
        let event = event(EventKind::StrapSilent, 0.0);
        let active: Vec<bool> = [9.0, 10.0, 14.0, 15.0]
            .map(|second| event.is_active(second))
            .to_vec();
        assert_eq!(active, [false, true, true, false]);
    }

    #[test]
    fn what_acts_on_a_step_adds_up() {
        let events = [
            event(EventKind::ExtraMet, 0.5),
            event(EventKind::ExtraMet, 0.25),
            event(EventKind::GainFactor, 1.5),
            event(EventKind::GainFactor, 2.0),
            event(EventKind::PedallingStops, 0.0),
        ];
        let influence = StepInfluence::of(&events, 12.0);
        assert_eq!(
            influence,
            StepInfluence {
                pedalling_stopped: true,
                extra_met: 0.75,
                gain_factor: 3.0
            }
        );
        assert!(!StepInfluence::of(&events, 15.0).pedalling_stopped);
    }

    #[test]
    fn a_file_names_the_kinds_and_nothing_else() {
        let text = r#"{ "at_s": 700, "for_s": 45, "kind": "strap_silent", "value": 0 }"#;
        let read: PatientEvent = serde_json::from_str(text).expect("the sheet's own example");
        assert_eq!(read.kind, EventKind::StrapSilent);
        assert!(serde_json::from_str::<EventKind>(r#""strap_lost""#).is_err());
        let unknown = r#"{ "at_s": 1, "for_s": 1, "kind": "extra_met", "value": 0, "why": 1 }"#;
        assert!(serde_json::from_str::<PatientEvent>(unknown).is_err());
    }
}

//! What of a bout's turns is worth a row that people read: events, measurements and the sample of each second.
//!
//! The journal has everything; this picks. The gym keeps one [`BoutObserver`] a bout and asks it after each `handle`.

mod wording;

use control::Station;
use control::input::{Action, Entry as Entered, Input};
use control::outputs::{Decision, Outputs};
use control::rules::{RuleId, RuleSet};
use control::view::{AlarmView, PhaseKind, Reason, StationView, Trust, VitalView};
use protocols::vocabulary::number::floor_to_u32;
use protocols::vocabulary::{MachineLoad, MachineReport, RevolutionsPerMinute, Timestamp, Watts};
use serde_json::json;

pub(crate) use self::wording::{entered as entered_in_words, refusal as refusal_in_words};
use super::codes::reason;
use super::entry::{Entry, Event, EventKind, MachineFigures, Measurement, MeasurementKind, Sample};
use super::identity::BoutId;
use crate::dashboard::words::notes;

/// Watches one bout.
#[derive(Debug, Clone, PartialEq)]
pub struct BoutObserver {
    bout: BoutId,
    /// It has had a turn.
    has_begun: bool,
    binding: Option<Reason>,
    /// Whether a relay has the machine's power in its hand, and whether it is open.
    relay_wired: bool,
    relay_open: bool,
    /// What was noted at the last decision.
    noted: Vec<&'static str>,
    /// The alarms that stood after the last turn: what is told of one that has gone.
    stood: Vec<AlarmView>,
}

impl BoutObserver {
    /// Watches a bout from its first turn on.
    #[must_use]
    pub const fn new(bout: BoutId) -> Self {
        Self {
            bout,
            has_begun: false,
            binding: None,
            relay_wired: true,
            relay_open: false,
            noted: Vec::new(),
            stood: Vec::new(),
        }
    }

    /// The same where no relay is wired: nothing opens, whatever the core wants.
    #[must_use]
    pub fn without_relay(self) -> Self {
        Self {
            relay_wired: false,
            ..self
        }
    }

    /// What is worth a row of its own in this turn: events, and a measurement where a person entered one.
    pub fn turn(
        &mut self,
        now: Timestamp,
        input: &Input,
        outputs: &Outputs,
        station: &Station,
    ) -> Vec<Entry> {
        let mut events = Vec::new();
        events.extend(self.of_input(now, input, outputs, station));
        self.has_begun = true;
        if outputs.alarms != control::outputs::AlarmChanges::default() {
            self.of_alarms(now, outputs, station, &mut events);
        }
        self.stood.clear();
        self.stood.extend(station.alarms());
        if let Some((from, to)) = outputs.phase_change {
            let text = format!(
                "{} gave way to {}",
                wording::phase(from),
                wording::phase(to)
            );
            events.push(Event {
                detail: Some(json!({ "from": from, "to": to })),
                ..self.event(now, EventKind::Phase, text)
            });
        }
        events.extend(self.of_relay(now, outputs.relay_open));
        events.extend(self.of_load(now, outputs));
        if outputs.decision.is_some() {
            self.of_notes(now, station, &mut events);
        }
        // What is entered may lead to another phase, and was measured in the one before.
        let phase = outputs
            .phase_change
            .map_or_else(|| station.phase(), |(from, _)| from);
        let measurement = self.measurement(now, input, outputs, phase);
        let mut entries: Vec<Entry> = events
            .into_iter()
            .map(|event| Entry::Event(Box::new(event)))
            .collect();
        entries.extend(measurement.map(|taken| Entry::Measurement(Box::new(taken))));
        entries
    }

    /// What this second looks like.
    #[must_use]
    pub fn sample(&self, now: Timestamp, station: &Station) -> Entry {
        let view = station.view();
        let zone = station
            .bout()
            .and_then(|setup| setup.prescription.heart_rate)
            .and_then(|limits| limits.zone);
        Entry::Sample(Box::new(sample(self.bout, now, &view, zone)))
    }

    /// What a person should know of the control of load, where that is new.
    fn of_notes(&mut self, now: Timestamp, station: &Station, events: &mut Vec<Event>) {
        let noted = notes::lasting(&station.view());
        let new = noted.iter().filter(|words| !self.noted.contains(*words));
        events.extend(new.map(|words| self.event(now, EventKind::Notice, (*words).to_owned())));
        self.noted = noted;
    }

    fn of_input(
        &self,
        now: Timestamp,
        input: &Input,
        outputs: &Outputs,
        station: &Station,
    ) -> Option<Event> {
        let (kind, text) = match input {
            Input::Operator(action) => {
                let done = wording::action(action);
                if let Some(refusal) = outputs.refused {
                    let why = wording::refusal(action, refusal);
                    (EventKind::Refused, format!("{done}: not taken, {why}"))
                } else {
                    (
                        EventKind::Operator,
                        format!("{done}{}", led_to(action, station)),
                    )
                }
            }
            Input::Link { device, state } => (EventKind::Link, wording::link(*device, *state)),
            Input::StopCircuit { open: true } => {
                (EventKind::Notice, "the stop circuit is open".to_owned())
            }
            Input::StopCircuit { open: false } => {
                (EventKind::Notice, "the stop circuit is closed".to_owned())
            }
            Input::Watched { by_anyone: true } => {
                (EventKind::Notice, "a dashboard is alive".to_owned())
            }
            Input::Watched { by_anyone: false } => {
                (EventKind::Notice, "no dashboard is alive".to_owned())
            }
            Input::Record { whole: true } => (EventKind::Notice, "the record is whole".to_owned()),
            Input::Record { whole: false } => (
                EventKind::Notice,
                "the record is not whole: load does not rise".to_owned(),
            ),
            // Only a bout that goes on after its gym was lost begins so.
            Input::LoopGap { lasted } if !self.has_begun => (
                EventKind::Notice,
                format!(
                    "the bout goes on from its last written state, {:.1} s old",
                    lasted.as_secs_f64()
                ),
            ),
            Input::LoopGap { lasted } => (
                EventKind::Notice,
                format!("the control loop stood still for {} ms", lasted.as_millis()),
            ),
            Input::Fault => (
                EventKind::Notice,
                "the station's own turn failed".to_owned(),
            ),
            Input::GymCloses { over } => (EventKind::Notice, wording::gym_closes(*over).to_owned()),
            Input::Refused { command } => (EventKind::Link, wording::refused(command)),
            Input::Sensors { bound } => (EventKind::Notice, wording::bound(*bound).to_owned()),
            Input::Tick
            | Input::HeartRate { .. }
            | Input::Saturation { .. }
            | Input::Machine { .. } => return None,
        };
        let detail = if let Input::Operator(action) = input
            // What the bout begins with stands in its header.
            && !matches!(action, Action::Begin(_))
        {
            serde_json::to_value(action).ok()
        } else {
            None
        };
        Some(Event {
            detail,
            ..self.event(now, kind, text)
        })
    }

    fn of_alarms(
        &self,
        now: Timestamp,
        outputs: &Outputs,
        station: &Station,
        events: &mut Vec<Event>,
    ) {
        let changes = &outputs.alarms;
        let kinds: [(EventKind, RuleSet); 6] = [
            (EventKind::AlarmRaised, changes.raised),
            (EventKind::AlarmEscalated, changes.escalated),
            (EventKind::AlarmRepeated, changes.repeated),
            (EventKind::AlarmAcknowledged, changes.acknowledged),
            (EventKind::AlarmSilenced, changes.silenced),
            (EventKind::AlarmCleared, changes.cleared),
        ];
        for (kind, rules) in kinds {
            for rule in rules.iter() {
                let alarm = station.alarms().find(|alarm| alarm.rule == rule);
                let mut event = self.of_alarm(now, kind, rule, alarm.as_ref());
                if alarm.is_none()
                    && let Some(gone) = self.stood.iter().find(|stood| stood.rule == rule)
                {
                    (event.value, event.limit) = (gone.value, gone.limit);
                }
                events.push(event);
            }
        }
    }

    fn of_alarm(
        &self,
        now: Timestamp,
        kind: EventKind,
        rule: RuleId,
        alarm: Option<&AlarmView>,
    ) -> Event {
        let text = wording::alarm(kind, rule, alarm);
        Event {
            rule: Some(rule),
            priority: alarm.map(|alarm| alarm.priority),
            act: alarm.and_then(|alarm| alarm.act),
            value: alarm.and_then(|alarm| alarm.value),
            limit: alarm.and_then(|alarm| alarm.limit),
            ..self.event(now, kind, text)
        }
    }

    /// The machine's power is taken, or given back.
    fn of_relay(&mut self, now: Timestamp, open: bool) -> Option<Event> {
        if core::mem::replace(&mut self.relay_open, open) == open || !self.relay_wired {
            return None;
        }
        let text = if open {
            "the relay opens: the machine has no power"
        } else {
            "the relay closes: the machine has its power back"
        };
        Some(self.event(now, EventKind::Notice, text.to_owned()))
    }

    /// Each command, with the decision that made it (I7); and a decision without one, where its reason is another than before.
    fn of_load(&mut self, now: Timestamp, outputs: &Outputs) -> Option<Event> {
        let decision = outputs.decision.as_ref();
        let binding = decision.map(|decision| decision.binding);
        let is_new = binding.is_some() && self.binding != binding;
        self.binding = binding.or(self.binding);
        let rule = match binding {
            Some(Reason::Rule(rule, _)) => Some(rule),
            Some(_) | None => None,
        };
        let (kind, text) = match (command_in_words(outputs), decision) {
            (Some(words), _) => (EventKind::Command, words),
            (None, Some(decision)) if is_new => {
                (EventKind::Decision, format!("load {}", why(decision)))
            }
            (None, _) => return None,
        };
        Some(Event {
            rule,
            value: decision.map(|decision| decision.granted.get()),
            limit: decision.map(|decision| decision.proposed.get()),
            detail: Some(json!({ "command": outputs.command, "decision": decision })),
            ..self.event(now, kind, text)
        })
    }

    fn measurement(
        &self,
        now: Timestamp,
        input: &Input,
        outputs: &Outputs,
        phase: PhaseKind,
    ) -> Option<Measurement> {
        let (Input::Operator(Action::Enter(entered)), None) = (input, outputs.refused) else {
            return None;
        };
        let figures = Figures::of(*entered)?;
        Some(Measurement {
            bout: self.bout,
            at: now,
            phase,
            kind: figures.kind,
            value: figures.value,
            second_value: figures.second_value,
            symptoms: figures.symptoms,
        })
    }

    const fn event(&self, at: Timestamp, kind: EventKind, text: String) -> Event {
        Event {
            bout: Some(self.bout),
            at,
            kind,
            rule: None,
            priority: None,
            act: None,
            value: None,
            limit: None,
            text,
            detail: None,
        }
    }
}

/// Whether an event tells that the gym is being closed.
pub(super) fn is_of_a_closing_gym(event: &str) -> bool {
    [false, true]
        .into_iter()
        .any(|over| event == wording::gym_closes(over))
}

/// What somebody entered, as the record keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) kind: MeasurementKind,
    pub(super) value: u16,
    pub(super) second_value: Option<u16>,
    pub(super) symptoms: bool,
}

impl Figures {
    /// `None` for what is seen, not measured.
    pub(super) fn of(entered: Entered) -> Option<Self> {
        let (kind, value, second_value, symptoms) = match entered {
            Entered::PerceivedExertion(score) => (
                MeasurementKind::PerceivedExertion,
                score.into(),
                None,
                false,
            ),
            Entered::BloodPressure {
                systolic,
                diastolic,
                symptoms,
            } => (
                MeasurementKind::BloodPressure,
                systolic.get(),
                Some(diastolic.get()),
                symptoms,
            ),
            Entered::Dyspnoea(score) => (MeasurementKind::Dyspnoea, score.into(), None, false),
            Entered::Angina(score) => (MeasurementKind::Angina, score.into(), None, false),
            Entered::Claudication(score) => {
                (MeasurementKind::Claudication, score.into(), None, false)
            }
            Entered::Breathing(rate) => (MeasurementKind::Breathing, rate.into(), None, false),
            Entered::Glucose(milligrams) => (MeasurementKind::Glucose, milligrams, None, false),
            Entered::OxygenFlow(millilitres) => {
                (MeasurementKind::OxygenFlow, millilitres, None, false)
            }
            Entered::PoorPerfusion | Entered::Ectopy | Entered::Arrhythmia | Entered::Symptom => {
                return None;
            }
        };
        Some(Self {
            kind,
            value,
            second_value,
            symptoms,
        })
    }
}

/// What a person moved the target to.
fn led_to(action: &Action, station: &Station) -> String {
    let moved = matches!(action, Action::TargetUp | Action::TargetDown);
    let target = station.view().notes.target.filter(|_| moved);
    target.map_or_else(String::new, |target| {
        format!(": now {}", notes::target(target))
    })
}

/// A second of a bout from what its core shows. What a device said counts while it is live: what fell silent is missing, and is never
/// said again.
fn sample(bout: BoutId, now: Timestamp, view: &StationView, zone: Option<(f64, f64)>) -> Sample {
    let machine = view.reported(now);
    let heart_rate = live(&view.heart_rate, now);
    Sample {
        bout,
        at: now,
        phase: view.phase,
        heart_rate_bpm: heart_rate,
        heart_rate_source: view.heart_rate.source,
        heart_rate_trust: view.heart_rate.trust,
        heart_rate_age_ms: heart_rate
            .and(view.heart_rate.age(now))
            .and_then(|age| u32::try_from(age.as_millis()).ok()),
        pulse_bpm: live(&view.pulse, now),
        spo2_percent: live(&view.saturation, now).and_then(|percent| u8::try_from(percent).ok()),
        spo2_trust: view.saturation.trust,
        target_heart_rate_bpm: view.target_heart_rate.and_then(nearest),
        zone_bpm: zone.and_then(|(lower, upper)| Some((nearest(lower)?, nearest(upper)?))),
        proposed_met_milli: floor_to_u32(view.proposed.get() * 1_000.0 + 0.5).unwrap_or(0),
        granted_met_milli: floor_to_u32(view.granted.get() * 1_000.0 + 0.5).unwrap_or(0),
        reason: view.reason,
        by_hand: view.by_hand,
        told: view.told.as_ref().map(told).unwrap_or_default(),
        reported: machine.map(reported).unwrap_or_default(),
        cadence_rpm: machine
            .and_then(|report| report.cadence)
            .map(RevolutionsPerMinute::get),
    }
}

/// What the machine is told in a turn, and why, in words; `None` where it is told nothing.
#[must_use]
pub fn command_in_words(outputs: &Outputs) -> Option<String> {
    let words = wording::command(outputs.command.as_ref()?);
    Some(match &outputs.decision {
        Some(decision) => format!("{words}; {}", why(decision)),
        None => words,
    })
}

fn why(decision: &Decision) -> String {
    format!(
        "{:.2} MET above rest of {:.2} asked for: {}",
        decision.granted.get(),
        decision.proposed.get(),
        reason(decision.binding).replace('_', " ")
    )
}

/// A vital sign that is there now, to the nearest whole number.
fn live(vital: &VitalView, now: Timestamp) -> Option<u16> {
    match vital.trust {
        Trust::Trusted | Trust::Doubted => vital.live(now).and_then(nearest),
        Trust::Lost | Trust::Absent => None,
    }
}

fn nearest(value: f64) -> Option<u16> {
    floor_to_u32(value + 0.5).and_then(|whole| u16::try_from(whole).ok())
}

fn told(load: &MachineLoad) -> MachineFigures {
    match load {
        MachineLoad::Power(power) => MachineFigures {
            power_w: Some(power.get()),
            ..MachineFigures::default()
        },
        MachineLoad::Belt { speed, grade } => MachineFigures {
            power_w: None,
            speed_mm_s: thousandths(speed.get()),
            grade_permille: thousandths(grade.get() / 100.0),
        },
    }
}

fn reported(report: &MachineReport) -> MachineFigures {
    MachineFigures {
        power_w: report.power.map(Watts::get),
        speed_mm_s: report.speed.and_then(|speed| thousandths(speed.get())),
        grade_permille: report
            .grade
            .and_then(|grade| thousandths(grade.get() / 100.0)),
    }
}

/// Thousandths of a value, to the nearest, of either sign.
fn thousandths(value: f64) -> Option<i32> {
    let size =
        floor_to_u32(value.abs() * 1_000.0 + 0.5).and_then(|size| i32::try_from(size).ok())?;
    Some(if value < 0.0 { -size } else { size })
}

#[cfg(test)]
mod tests;

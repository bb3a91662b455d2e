//! What a person asks for: checked against what they saw, done or refused in words.

use std::time::Duration;

use control::input::{Action, Device, Entry, Input, LinkState};
use control::outputs::Refusal;
use control::prescription::{BoundSensors, BoutSetup};
use control::view::PhaseKind;
use protocols::vocabulary::Timestamp;

use crate::clinic::earlier::expected_gain;
use crate::clinic::{Patient, ResolvedPrescription};
use crate::records::EndReason;
use crate::records::observe::refusal_in_words;

use super::bay::{Bay, Turn};
use super::messages::{Ask, Request};
use super::snapshot::{LinkHealth, RecordHealth};
use super::visit::Visit;
use super::wire::Sensor;
use super::{Gym, Output};

/// A request that rests on a picture older than this is refused, but for a stop.
const OLDEST_PICTURE: Duration = Duration::from_secs(2);

impl Gym {
    pub(super) fn asked(&mut self, now: Timestamp, viewer: u64, request: &Request) {
        let refused = self.carry_out(now, request).err();
        self.outputs.push_back(Output::Answer {
            viewer,
            request: request.number,
            refused,
        });
        self.flush_chronicle();
    }

    fn carry_out(&mut self, now: Timestamp, request: &Request) -> Result<(), String> {
        match &request.ask {
            Ask::StopAll => {
                for bay in 0..self.bays.len() {
                    self.stop(now, bay, Action::Stop);
                }
                return Ok(());
            }
            Ask::Stop => {
                let bay = self.bay_index(request.station)?;
                self.stop(now, bay, Action::Stop);
                return Ok(());
            }
            Ask::EmergencyStop => {
                let bay = self.bay_index(request.station)?;
                self.stop(now, bay, Action::EmergencyStop);
                return Ok(());
            }
            Ask::Act(Action::Stop | Action::EmergencyStop) => {
                return Err("a stop is asked for by its own request".to_owned());
            }
            Ask::Act(Action::Begin(_)) => {
                return Err("a bout begins with its patient and its record".to_owned());
            }
            Ask::Open { .. }
            | Ask::MoveTo { .. }
            | Ask::Bind { .. }
            | Ask::Act(_)
            | Ask::Close
            | Ask::EndGym => {}
        }
        self.check_picture(now, request.snapshot)?;
        if request.ask == Ask::EndGym {
            self.begin_end(now, "ended by a person");
            return Ok(());
        }
        if self.ending.is_some() && brings_load(&request.ask) {
            return Err("the gym is closing".to_owned());
        }
        let bay = self.bay_index(request.station)?;
        let on_it = self
            .bays
            .get(bay)
            .and_then(|bay| bay.visit.as_ref())
            .map(|visit| visit.session.to_string());
        if on_it != request.session {
            return Err("another session is on this station now; look again".to_owned());
        }
        match &request.ask {
            Ask::Open {
                patient,
                second_identifier,
                prescription,
                sensors,
            } => self.open(now, bay, patient, second_identifier, prescription, sensors),
            Ask::MoveTo {
                station,
                prescription,
            } => self.move_to(now, bay, *station, prescription),
            Ask::Bind { sensor, bound } => self.bind(now, bay, sensor, *bound),
            Ask::Act(action) => self
                .may_start(now, bay, action)
                .and_then(|()| self.act(now, bay, action)),
            Ask::Close => self.close(now, bay),
            Ask::Stop | Ask::StopAll | Ask::EmergencyStop | Ask::EndGym => Ok(()),
        }
    }

    /// A stop stands before everything and is never refused.
    fn stop(&mut self, now: Timestamp, bay: usize, action: Action) {
        if let Some(bay) = self.bays.get_mut(bay) {
            bay.stop_asked(now);
        }
        self.turn(now, bay, &Input::Operator(action));
        if let Some(bay) = self.bays.get_mut(bay) {
            bay.stop_sent_if_at_rest(now);
        }
    }

    fn check_picture(&self, now: Timestamp, number: u64) -> Result<(), String> {
        let limit = OLDEST_PICTURE.saturating_mul(self.clock_rate);
        self.pictures
            .iter()
            .find(|(picture, _)| *picture == number)
            .filter(|(_, at)| now.since(*at) <= limit)
            .map(|_| ())
            .ok_or_else(|| "the screen was more than 2 s old; look again and repeat".to_owned())
    }

    fn bay_index(&self, number: u8) -> Result<usize, String> {
        self.bays
            .iter()
            .position(|bay| bay.number == number)
            .ok_or_else(|| format!("there is no station {number}"))
    }

    /// The bay where a patient exercises now.
    pub(super) fn where_is(&self, pseudonym: &str) -> Option<&Bay> {
        self.bays.iter().find(|bay| {
            bay.visit
                .as_ref()
                .is_some_and(|visit| visit.patient.pseudonym == pseudonym)
        })
    }

    fn open(
        &mut self,
        now: Timestamp,
        index: usize,
        pseudonym: &str,
        second_identifier: &str,
        prescription: &str,
        sensors: &[String],
    ) -> Result<(), String> {
        self.records()?;
        if let Some(bay) = self.where_is(pseudonym) {
            return Err(format!(
                "{pseudonym} already exercises at station {}",
                bay.number
            ));
        }
        if let Some(visit) = self.bays.get(index).and_then(|bay| bay.visit.as_ref()) {
            return Err(format!(
                "{} is on this station; close that session first",
                visit.patient.pseudonym
            ));
        }
        let patient = self
            .patients
            .iter()
            .find(|patient| patient.pseudonym == pseudonym)
            .cloned()
            .ok_or_else(|| format!("there is no patient {pseudonym}"))?;
        if patient.second_identifier != second_identifier {
            return Err("the second identifier does not fit this patient".to_owned());
        }
        let prescription = patient
            .prescriptions
            .iter()
            .find(|there| there.id == prescription)
            .cloned()
            .ok_or_else(|| format!("{pseudonym} has no prescription {prescription}"))?;
        self.in_force(now, &prescription)?;
        self.sensors_free(index, sensors)?;
        let worn = |role| {
            let named = |sensor: &&Sensor| sensors.contains(&sensor.name);
            let mut bound = self.sensors.iter().filter(named);
            bound.any(|sensor| sensor.role == role)
        };
        self.may_begin(now, index, &prescription, &patient, &worn)?;
        let session = self.session_ids.next(self.chronicle.wall_micros(now));
        let visit = Visit {
            session,
            patient,
            prescription,
            bout: 1,
            since: now,
            was_interrupted: false,
            bout_closed: None,
            sampled: None,
            earlier: Vec::new(),
            findings: Vec::new(),
            found: None,
        };
        self.chronicle.session_began(now, &visit);
        for sensor in self
            .sensors
            .iter_mut()
            .filter(|sensor| sensors.contains(&sensor.name))
        {
            sensor.bay = Some(index);
        }
        let began = self.begin_bout(now, index, visit);
        if began.is_err() {
            for sensor in self
                .sensors
                .iter_mut()
                .filter(|sensor| sensor.bay == Some(index))
            {
                sensor.bay = None;
            }
        }
        began
    }

    /// No bout begins on a prescription that is out of force. One that has begun goes on: what limits it was signed for, load under a
    /// person's eyes is no less safe at midnight than a minute before, and its own length ends it.
    fn in_force(&self, now: Timestamp, ordered: &ResolvedPrescription) -> Result<(), String> {
        self.out_of_force(now, ordered)
            .map_or(Ok(()), |why| Err(format!("{} {why}", ordered.id)))
    }

    /// The start of a patient who waits in ready for longer than the prescription holds.
    fn may_start(&self, now: Timestamp, index: usize, action: &Action) -> Result<(), String> {
        let visit = self.bays.get(index).and_then(|bay| bay.visit.as_ref());
        match (action, visit) {
            (Action::ConfirmStart, Some(visit)) => self.in_force(now, &visit.prescription),
            _ => Ok(()),
        }
    }

    /// Whether what begins now will stand in the record.
    fn records(&self) -> Result<(), String> {
        if matches!(self.record, RecordHealth::Recording { .. }) {
            Ok(())
        } else {
            Err("no session starts without a record; see the notice about the record".to_owned())
        }
    }

    /// Whether all these sensors exist and serve nobody else, and no two have the same role (I12).
    fn sensors_free(&self, index: usize, names: &[String]) -> Result<(), String> {
        let mut roles = Vec::new();
        for name in names {
            let sensor = self
                .sensors
                .iter()
                .find(|sensor| sensor.name == *name)
                .ok_or_else(|| format!("there is no sensor {name}"))?;
            if let Some(bay) = sensor
                .bay
                .filter(|bay| *bay != index)
                .and_then(|bay| self.bays.get(bay))
            {
                return Err(format!(
                    "{name} serves the patient at station {}",
                    bay.number
                ));
            }
            if roles.contains(&sensor.role) {
                return Err(format!("{name} is a second sensor of the same kind"));
            }
            roles.push(sensor.role);
        }
        Ok(())
    }

    /// Whether a bout could begin there, with sensors of these kinds: asked before anything of it is written down or given up.
    fn may_begin(
        &self,
        now: Timestamp,
        index: usize,
        ordered: &ResolvedPrescription,
        patient: &Patient,
        worn: &dyn Fn(Device) -> bool,
    ) -> Result<(), String> {
        let Some(bay) = self.bays.get(index) else {
            return Err("there is no such station".to_owned());
        };
        if ordered.machine != bay.capabilities.kind {
            return Err(format!("{} is for another kind of machine", ordered.id));
        }
        let sensors = BoundSensors {
            strap: worn(Device::Strap),
            oximeter: worn(Device::Oximeter),
        };
        let setup = ordered.setup(patient.facts, sensors, self.tuning);
        let begin = Action::Begin(setup);
        match bay.would_refuse(now, &Input::Operator(begin.clone())) {
            None => Ok(()),
            Some(Refusal::BrakeHoldsMore) => Err(format!(
                "this machine's brake holds {} W whatever it is told, and {} orders less: use another machine",
                bay.capabilities.held_at_least().get(),
                ordered.id
            )),
            Some(refusal) => Err(words(&begin, refusal).to_owned()),
        }
    }

    /// A bout begins: its journal first, then the core.
    pub(super) fn begin_bout(
        &mut self,
        now: Timestamp,
        index: usize,
        mut visit: Visit,
    ) -> Result<(), String> {
        let sensors = self.worn(index);
        let Some(bay) = self.bays.get_mut(index) else {
            return Err("there is no such station".to_owned());
        };
        if visit.prescription.machine != bay.capabilities.kind {
            let words = format!("{} is for another kind of machine", visit.prescription.id);
            self.chronicle.session_closed(now, &visit, EndReason::Staff);
            return Err(words);
        }
        visit.earlier = self.chronicle.earlier.like(
            &visit.patient.pseudonym,
            bay.capabilities.kind,
            visit.bout,
        );
        let setup = BoutSetup {
            earlier: expected_gain(visit.earlier.iter().map(|kept| &kept.learned)),
            ..visit
                .prescription
                .setup(visit.patient.facts, sensors, self.tuning)
        };
        bay.visit = Some(visit);
        bay.stop = None;
        bay.trend.clear();
        bay.force_checkpoint(now);
        self.chronicle.bout_began(now, bay, &setup);
        let answer = self.act(now, index, &Action::Begin(setup));
        if let Err(words) = &answer {
            tracing::warn!(%words, "a bout could not begin");
            self.close_visit(now, index, EndReason::Staff);
        }
        if answer.is_ok() {
            self.not_commissioned(now, index);
        }
        self.tell_links(now, index);
        answer
    }

    /// Which kinds of sensor the patient of a bay wears.
    pub(super) fn worn(&self, index: usize) -> BoundSensors {
        BoundSensors {
            strap: self.has_sensor(index, Device::Strap),
            oximeter: self.has_sensor(index, Device::Oximeter),
        }
    }

    fn has_sensor(&self, bay: usize, role: Device) -> bool {
        self.sensors
            .iter()
            .any(|sensor| sensor.bay == Some(bay) && sensor.role == role)
    }

    /// Tells a core how the links of its devices are: it hears of changes alone, and these came before it had a patient.
    pub(super) fn tell_links(&mut self, now: Timestamp, index: usize) {
        let bound: Vec<(Device, usize)> = self
            .sensors
            .iter()
            .filter(|sensor| sensor.bay == Some(index))
            .map(|sensor| (sensor.role, sensor.wire))
            .collect();
        for (device, wire) in bound {
            let up = self
                .wires
                .get(wire)
                .is_some_and(|wire| wire.health == LinkHealth::Up);
            let state = if up { LinkState::Up } else { LinkState::Silent };
            self.turn(now, index, &Input::Link { device, state });
        }
    }

    fn move_to(
        &mut self,
        now: Timestamp,
        from: usize,
        station: u8,
        prescription: &str,
    ) -> Result<(), String> {
        self.records()?;
        let to = self.bay_index(station)?;
        let Some(visit) = self.bays.get(from).and_then(|bay| bay.visit.clone()) else {
            return Err("there is no session on this station".to_owned());
        };
        if let Some(there) = self.bays.get(to).and_then(|bay| bay.visit.as_ref()) {
            return Err(format!(
                "{} is on station {station}",
                there.patient.pseudonym
            ));
        }
        let phase = self.bays.get(from).map(|bay| bay.core.phase());
        if !matches!(
            phase,
            Some(PhaseKind::Recovery | PhaseKind::Finished | PhaseKind::Ready | PhaseKind::Idle)
        ) {
            return Err("end this bout first: the patient moves when load is off".to_owned());
        }
        let prescription = visit
            .patient
            .prescriptions
            .iter()
            .find(|there| there.id == prescription)
            .cloned()
            .ok_or_else(|| {
                format!(
                    "{} has no prescription {prescription}",
                    visit.patient.pseudonym
                )
            })?;
        self.in_force(now, &prescription)?;
        let worn = |role| self.has_sensor(from, role);
        self.may_begin(now, to, &prescription, &visit.patient, &worn)?;
        if phase != Some(PhaseKind::Finished) {
            self.act(now, from, &Action::Finish)?;
        }
        if let Some(bay) = self.bays.get_mut(from) {
            self.chronicle.bout_ended(now, bay);
            bay.visit = None;
        }
        for sensor in self
            .sensors
            .iter_mut()
            .filter(|sensor| sensor.bay == Some(from))
        {
            sensor.bay = Some(to);
        }
        let bout = visit.bout.saturating_add(1);
        self.begin_bout(
            now,
            to,
            Visit {
                prescription,
                bout,
                bout_closed: None,
                sampled: None,
                findings: Vec::new(),
                found: None,
                ..visit
            },
        )
    }

    fn bind(
        &mut self,
        now: Timestamp,
        index: usize,
        name: &str,
        bound: bool,
    ) -> Result<(), String> {
        if self.bays.get(index).is_none_or(|bay| bay.visit.is_none()) {
            return Err("there is no session on this station".to_owned());
        }
        let place = self
            .sensors
            .iter()
            .position(|sensor| sensor.name == name)
            .ok_or_else(|| format!("there is no sensor {name}"))?;
        let Some(sensor) = self.sensors.get(place) else {
            return Err(format!("there is no sensor {name}"));
        };
        let (role, wire) = (sensor.role, sensor.wire);
        if bound {
            if let Some(bay) = sensor.bay.and_then(|bay| self.bays.get(bay)) {
                return Err(format!(
                    "{name} serves the patient at station {}",
                    bay.number
                ));
            }
            if self.has_sensor(index, role) {
                return Err("take the other sensor of this kind off first".to_owned());
            }
        } else if sensor.bay != Some(index) {
            return Err(format!("{name} does not serve this patient"));
        }
        if let Some(sensor) = self.sensors.get_mut(place) {
            sensor.bay = bound.then_some(index);
        }
        if let Some(bay) = self.bays.get(index) {
            let words = if bound { "bound" } else { "taken off" };
            self.chronicle
                .words(now, bay, &format!("sensor {name} {words}"));
        }
        let worn = self.worn(index);
        self.turn(now, index, &Input::Sensors { bound: worn });
        let up = bound
            && self
                .wires
                .get(wire)
                .is_some_and(|wire| wire.health == LinkHealth::Up);
        let state = if up { LinkState::Up } else { LinkState::Gone };
        self.turn(
            now,
            index,
            &Input::Link {
                device: role,
                state,
            },
        );
        Ok(())
    }

    fn close(&mut self, now: Timestamp, index: usize) -> Result<(), String> {
        let Some(bay) = self.bays.get(index) else {
            return Err("there is no such station".to_owned());
        };
        let phase = bay.core.phase();
        match phase {
            PhaseKind::Idle | PhaseKind::Ready | PhaseKind::Recovery | PhaseKind::Finished => {}
            PhaseKind::Paused | PhaseKind::Stopped if bay.at_rest() => {}
            PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::Conditioning
            | PhaseKind::CoolDown
            | PhaseKind::Paused
            | PhaseKind::Stopped => {
                return Err("the patient is under load: cool down or stop first".to_owned());
            }
        }
        let reason = bay.ends_as();
        // Where the core does not let the bout end (a stop that nobody acknowledged), the session stays: without it the core would go
        // on watching a patient who has left, and refuse the next one.
        if !matches!(phase, PhaseKind::Idle | PhaseKind::Finished) {
            self.act(now, index, &Action::Finish)?;
        }
        self.close_visit(now, index, reason);
        Ok(())
    }

    /// What the core takes or refuses, in words.
    pub(super) fn act(
        &mut self,
        now: Timestamp,
        index: usize,
        action: &Action,
    ) -> Result<(), String> {
        self.attended(index);
        let input = Input::Operator(action.clone());
        let Some(bay) = self.bays.get_mut(index) else {
            return Err("there is no such station".to_owned());
        };
        match bay.turn(now, &input) {
            Turn::Done(outputs) => {
                let refused = outputs.refused;
                if let (Action::Enter(entry), None) = (action, refused) {
                    note_entry(bay, now, *entry);
                }
                self.follow(now, index, &input, outputs);
                refused.map_or(Ok(()), |refusal| Err(words(action, refusal).to_owned()))
            }
            Turn::Panicked => {
                self.recover(now, index);
                Err("the controller of this station failed; look after the patient".to_owned())
            }
        }
    }
}

/// Whether what is asked for can put a load on somebody. A gym that ends takes load away and gives none.
const fn brings_load(ask: &Ask) -> bool {
    match ask {
        Ask::Open { .. }
        | Ask::MoveTo { .. }
        | Ask::Act(
            Action::Begin(_)
            | Action::ConfirmStart
            | Action::Resume
            | Action::LoadUp
            | Action::TargetUp
            | Action::Automatic,
        ) => true,
        Ask::Stop
        | Ask::StopAll
        | Ask::EmergencyStop
        | Ask::Bind { .. }
        | Ask::Close
        | Ask::EndGym
        | Ask::Act(
            Action::DoorChecked
            | Action::Pause
            | Action::LoadDown
            | Action::TargetDown
            | Action::BeginCoolDown
            | Action::Finish
            | Action::Stop
            | Action::EmergencyStop
            | Action::Acknowledge(_)
            | Action::AcknowledgeAll
            | Action::Silence(_)
            | Action::Enter(_),
        ) => false,
    }
}

fn note_entry(bay: &mut Bay, now: Timestamp, entry: Entry) {
    match entry {
        Entry::PerceivedExertion(value) => bay.entries.exertion = Some((value, now)),
        Entry::Dyspnoea(value) => bay.entries.dyspnoea = Some((value, now)),
        Entry::BloodPressure {
            systolic,
            diastolic,
            ..
        } => {
            bay.entries.blood_pressure = Some(((systolic.get(), diastolic.get()), now));
        }
        Entry::Angina(_)
        | Entry::Claudication(_)
        | Entry::Breathing(_)
        | Entry::PoorPerfusion
        | Entry::Ectopy
        | Entry::Arrhythmia
        | Entry::Symptom
        | Entry::Glucose(_)
        | Entry::OxygenFlow(_) => {}
    }
}

/// Why the core did not take an action, for the person: as the record tells it, where there is nothing to do.
const fn words(action: &Action, refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::AcknowledgeFirst => "acknowledge the alarm first",
        Refusal::StopCircuitOpen => {
            "the stop button is pressed or its circuit is open; release it first"
        }
        Refusal::OutOfRange => "that value cannot be right",
        Refusal::CoolDownNeeded => "the cool-down may not be cut short: recovery was slow",
        Refusal::PowerReturns => "power is back: once it answers, ask again (30 s)",
        Refusal::NotNow
        | Refusal::ConditionHolds
        | Refusal::SignalNotTrusted
        | Refusal::MachineLost
        | Refusal::LimitReached
        | Refusal::WrongMachine
        | Refusal::NoTarget
        | Refusal::BrakeHoldsMore
        | Refusal::OrdersUnderItsLeast => refusal_in_words(action, refusal),
    }
}

#[cfg(test)]
mod tests;

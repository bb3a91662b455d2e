//! The nurse of the demonstration: receives each patient in time, checks at the door, starts, takes figures, moves nobody by hand.

use std::time::Duration;

use control::input::{Action, Entry as Entered};
use control::view::{AlarmView, PhaseKind};
use protocols::vocabulary::Timestamp;

use super::super::messages::Ask;
use super::super::simulated::SimulatedGym;
use super::super::snapshot::StationSnapshot;
use super::people;
use crate::config::Config;
use crate::records::Entry;

/// The station whose patient wears a strap alone.
const ALONE: u8 = 3;

/// A nurse's round.
pub(super) struct Nurse<'a> {
    /// Whether the patient of that place, counted from 0, comes now.
    pub(super) comes: &'a dyn Fn(usize) -> bool,
    /// Takes pressure before warm-up and in recovery too, and asks for breathlessness.
    pub(super) at_rest_too: bool,
}

impl Nurse<'_> {
    /// Goes round once, as each second passes.
    pub(super) fn attend(
        &self,
        simulated: &mut SimulatedGym,
        config: &Config,
        record: &mut dyn FnMut(Entry),
    ) {
        let picture = simulated.picture();
        for station in &picture.stations {
            let number = station.number;
            let place = usize::from(number.saturating_sub(1));
            let Some(patient) = config.patients.get(place) else {
                continue;
            };
            let now = simulated.now();
            let ask = match (station.session.is_some(), station.view.phase) {
                (false, PhaseKind::Idle) if (self.comes)(place) => {
                    patient.prescriptions.first().map(|prescription| Ask::Open {
                        patient: patient.pseudonym.clone(),
                        second_identifier: patient.second_identifier.clone(),
                        prescription: prescription.id.clone(),
                        sensors: worn(number),
                    })
                }
                (true, PhaseKind::Ready) if station.view.interlock.door_check => {
                    Some(Ask::Act(Action::DoorChecked))
                }
                (true, PhaseKind::Ready)
                    if station.view.interlock.confirmation
                        && !station.view.interlock.signals
                        && !station.view.interlock.rest =>
                {
                    self.pressure_at_rest(station)
                        .or(Some(Ask::Act(Action::ConfirmStart)))
                }
                (true, PhaseKind::Recovery) => self.pressure_after(station, now),
                _ => seen(station, now).or_else(|| self.figures(station, now)),
            };
            if let Some(ask) = ask {
                simulated.ask(number, ask, record);
            }
        }
    }

    fn pressure_at_rest(&self, station: &StationSnapshot) -> Option<Ask> {
        let session = station.session.as_ref()?;
        (self.at_rest_too && session.entries.blood_pressure.is_none())
            .then(|| people::pressure(people::systolic(0.0), 74))
            .flatten()
    }

    fn pressure_after(&self, station: &StationSnapshot, now: Timestamp) -> Option<Ask> {
        let session = station.session.as_ref()?;
        let (_, when) = session.entries.blood_pressure?;
        (self.at_rest_too && now.since(when) >= Duration::from_mins(4))
            .then(|| people::pressure(people::systolic(0.3), 75))
            .flatten()
    }

    /// Blood pressure and perceived exertion, each asked as it falls due.
    fn figures(&self, station: &StationSnapshot, now: Timestamp) -> Option<Ask> {
        let session = station.session.as_ref()?;
        let phase = station.view.phase;
        let exercising = matches!(
            phase,
            PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
        );
        if !exercising {
            return None;
        }
        let old = |when: Option<Timestamp>, limit: u64| {
            when.is_none_or(|when| now.since(when) >= Duration::from_secs(limit))
        };
        if old(session.entries.blood_pressure.map(|(_, when)| when), 8 * 60) {
            return people::pressure(people::systolic(station.view.granted.get()), 76);
        }
        let conditioning = phase == PhaseKind::Conditioning;
        if old(session.entries.exertion.map(|(_, when)| when), 6 * 60) {
            let exertion = if conditioning { 12 } else { 10 };
            return Some(Ask::Act(Action::Enter(Entered::PerceivedExertion(
                exertion,
            ))));
        }
        let breathless = self.at_rest_too
            && conditioning
            && old(session.entries.dyspnoea.map(|(_, when)| when), 10 * 60);
        breathless.then_some(Ask::Act(Action::Enter(Entered::Dyspnoea(3))))
    }
}

/// What a patient wears: strap and oximeter, but for the one who shows what a slipped strap does where nothing stands in for it.
fn worn(number: u8) -> Vec<String> {
    let mut worn = vec![format!("strap {number}")];
    if number != ALONE {
        worn.push(format!("oximeter {number}"));
    }
    worn
}

/// An alarm that has stood for half a minute has been seen: the nurse has looked at the patient and felt the pulse.
fn seen(station: &StationSnapshot, now: Timestamp) -> Option<Ask> {
    let waits = |alarm: &AlarmView| {
        !alarm.acknowledged && now.since(alarm.since) >= Duration::from_secs(30)
    };
    let any = station.alarms.iter().any(waits);
    any.then_some(Ask::Act(Action::AcknowledgeAll))
}

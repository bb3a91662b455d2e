//! Conditions of stop keys, of refusals, of time and of people. They need no patient.

use core::time::Duration;

use protocols::vocabulary::Timestamp;

use super::facts::Judged;
use crate::situation::{Situation, Stimulus};
use crate::supervisor::memory::Memory;
use crate::view::PhaseKind;

/// How long a blood pressure may be late (`rules.toml`, `bp-due`).
pub(super) const PRESSURE_LATE: Duration = Duration::from_mins(2);
/// How long nobody may watch (`rules.toml`, `nobody-watches`).
const UNWATCHED: Duration = Duration::from_secs(5);

/// What these conditions may ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct House<'a> {
    pub(crate) situation: &'a Situation,
    pub(crate) stimulus: Stimulus,
    /// The loop stood still for more than a second.
    pub(crate) lost_contact: bool,
    pub(crate) memory: &'a Memory,
}

pub(super) fn operator_stop(house: &House<'_>) -> Judged {
    brought_by(Stimulus::StopKey, house)
}

pub(super) fn emergency_stop(house: &House<'_>) -> Judged {
    brought_by(Stimulus::EmergencyStop, house)
}

pub(super) fn machine_refused(house: &House<'_>) -> Judged {
    brought_by(Stimulus::Refusal, house)
}

/// It happened in this very call, or is over.
fn brought_by(stimulus: Stimulus, house: &House<'_>) -> Judged {
    if house.stimulus == stimulus {
        Judged::happened()
    } else {
        Judged::OFF
    }
}

pub(super) fn gym_closes(house: &House<'_>) -> Judged {
    Judged::that(house.situation.gym_closes)
}

pub(super) fn stop_button(house: &House<'_>) -> Judged {
    Judged::that(house.situation.stop_circuit_open)
}

pub(super) fn time_over(house: &House<'_>) -> Judged {
    let conditioning = house.situation.phase == PhaseKind::Conditioning;
    Judged::that(conditioning && house.situation.conditioning_over).clears_when(!conditioning)
}

pub(super) fn pressure_due(house: &House<'_>) -> Judged {
    let late = house
        .situation
        .blood_pressure_due
        .map(|due| due + PRESSURE_LATE)
        .filter(|_| house.situation.is_under_way());
    from(late, house.situation.now)
}

pub(super) fn unacknowledged(house: &House<'_>) -> Judged {
    from(house.situation.unacknowledged_since, house.situation.now)
}

pub(super) fn nobody_watches(house: &House<'_>) -> Judged {
    let alone = house.memory.unwatched_since.map(|since| since + UNWATCHED);
    from(alone, house.situation.now)
}

pub(super) fn controller_fault(house: &House<'_>) -> Judged {
    if house.lost_contact {
        Judged::happened()
    } else {
        Judged::that(house.situation.fault)
    }
}

/// True from an instant on.
fn from(begins: Option<Timestamp>, now: Timestamp) -> Judged {
    match begins {
        Some(begins) if begins <= now => Judged::that(true).true_since(begins),
        Some(_) | None => Judged::that(false),
    }
}

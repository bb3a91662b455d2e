//! Why a figure of a session is not there: one answer for everything that tells of it.

use protocols::vocabulary::MachineKind;

use super::export::span::{has_oximeter, has_strap};
use crate::records::{SessionRecord, figures};

/// What a figure needs in order to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// A heart-rate signal.
    HeartRate,
    /// A heart-rate signal, and a zone that was ordered.
    Zone,
    /// A load that was ordered.
    Load,
    /// An oximeter.
    Oximeter,
    /// An ergometer.
    Cycle,
    /// A belt.
    Belt,
    /// A person who asks.
    Question,
    /// A cuff.
    Cuff,
    /// The weight of whoever sat on an ergometer.
    Weight,
    /// Nothing that a session may lack.
    Exercise,
}

/// Why a figure is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Nobody wore the sensor.
    NotWorn,
    /// It belongs to another kind of machine.
    OtherMachine,
    /// It was not ordered.
    NotOrdered,
    /// Nobody asked the patient.
    NotAsked,
    /// Nobody measured it.
    NotMeasured,
    /// The weight cannot be read.
    NoWeight,
    /// What was ordered cannot be read.
    OrderUnread,
    /// What it is made of was not recorded, or was not trusted.
    Unknown,
}

impl Needs {
    /// Why a figure that needs this is not there.
    pub(super) fn missing(self, session: &SessionRecord) -> Missing {
        let machine = |kind| session.bouts.iter().any(|bout| bout.machine == kind);
        let oximeter = session.bouts.iter().any(has_oximeter);
        let strap = session.bouts.iter().any(has_strap);
        match self {
            Self::Zone if !zone_ordered(session) => Missing::NotOrdered,
            Self::Load if !all_read(session) => Missing::OrderUnread,
            Self::Load if !figures::orders_load(session) => Missing::NotOrdered,
            Self::HeartRate | Self::Zone if !strap && !oximeter => Missing::NotWorn,
            Self::Oximeter if !oximeter => Missing::NotWorn,
            Self::Cycle if !machine(MachineKind::Cycle) => Missing::OtherMachine,
            Self::Belt if !machine(MachineKind::Treadmill) => Missing::OtherMachine,
            Self::Weight if machine(MachineKind::Cycle) && !all_read(session) => Missing::NoWeight,
            Self::Question => Missing::NotAsked,
            Self::Cuff => Missing::NotMeasured,
            Self::HeartRate
            | Self::Zone
            | Self::Oximeter
            | Self::Cycle
            | Self::Belt
            | Self::Load
            | Self::Weight
            | Self::Exercise => Missing::Unknown,
        }
    }
}

/// Whether what each bout began with can be read: patient and prescription.
fn all_read(session: &SessionRecord) -> bool {
    session.bouts.iter().all(|bout| bout.setup.is_some())
}

/// Whether a zone was ordered, as far as one knows: a bout of another version may have had one.
fn zone_ordered(session: &SessionRecord) -> bool {
    session.bouts.iter().any(|bout| {
        bout.setup.as_ref().is_none_or(|setup| {
            let limits = setup.prescription.heart_rate;
            limits.is_some_and(|limits| limits.zone.is_some())
        })
    })
}

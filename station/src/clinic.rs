//! The clinic: who the patients are and what was ordered for them.

pub mod equations;
pub mod patient;
pub mod prescription;

use control::prescription::{BoundSensors, BoutSetup, PatientFacts, Prescription, Tuning};
use protocols::vocabulary::MachineKind;

/// A patient as the clinic's folder knows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Patient {
    /// The pseudonym: the first identifier.
    pub pseudonym: String,
    /// The second identifier, shown and confirmed at the start and stored nowhere else.
    pub second_identifier: String,
    /// What changes the meaning of rules.
    pub facts: PatientFacts,
    /// The prescriptions in force.
    pub prescriptions: Vec<ResolvedPrescription>,
}

/// A prescription, checked, in the core's terms for one kind of machine.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedPrescription {
    /// Its id.
    pub id: String,
    /// Its version; a change is a new one.
    pub version: u32,
    /// One line that says what it orders.
    pub summary: String,
    /// The file's own text, as it goes into the record.
    pub text: String,
    /// The machine that it is for.
    pub machine: MachineKind,
    /// What the core is given.
    pub prescription: Prescription,
}

impl ResolvedPrescription {
    /// What a bout begins with.
    #[must_use]
    pub const fn setup(
        &self,
        facts: PatientFacts,
        sensors: BoundSensors,
        tuning: Tuning,
    ) -> BoutSetup {
        BoutSetup {
            prescription: self.prescription,
            patient: facts,
            sensors,
            tuning,
        }
    }
}

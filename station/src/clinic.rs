//! The clinic: who the patients are and what was ordered for them.

pub mod earlier;
pub mod equations;
pub mod finding;
pub mod ordered;
pub mod patient;
pub mod prescription;
pub mod progression;

use control::prescription::{BoundSensors, BoutSetup, PatientFacts, Prescription, Tuning};
use jiff::civil::Date;
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
    /// From when to when it holds.
    pub validity: Validity,
    /// The machine that it is for.
    pub machine: MachineKind,
    /// What the core is given.
    pub prescription: Prescription,
}

/// The days on which a prescription may begin a bout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first.
    pub from: Date,
    /// The last.
    pub until: Date,
}

impl Validity {
    /// What is not a clinic's order ends never: virtual patients and benchmarks.
    pub const ALWAYS: Self = Self {
        from: Date::MIN,
        until: Date::MAX,
    };

    /// Why nothing may begin on that day, and what to do about it; `None` where it may.
    #[must_use]
    pub fn why_not_on(&self, day: Date) -> Option<String> {
        if day > self.until {
            Some(format!(
                "ended on {}: have a new version signed, for the gym's next start",
                self.until
            ))
        } else if day < self.from {
            Some(format!(
                "begins on {}, and it is {day}: wait, or set this machine's clock",
                self.from
            ))
        } else {
            None
        }
    }
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
            earlier: None,
        }
    }
}

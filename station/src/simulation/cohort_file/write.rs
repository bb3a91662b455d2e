//! A cohort as text that reads back equal.

use serde::Serialize;

use super::super::cohort::{Cohort, NurseKind, SessionTimes, TrialPatient};
use super::kinds::GREATEST_IN_TOML;

#[derive(Serialize)]
struct File<'c> {
    format: u32,
    session: SessionTimes,
    nurse: NurseKind,
    patients: &'c [TrialPatient],
}

impl Cohort {
    /// The cohort as a file in JSON.
    ///
    /// # Errors
    ///
    /// None that is known of: every part of a cohort has its form in JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(&self.file())?;
        text.push('\n');
        Ok(text)
    }

    /// The cohort as a file in TOML.
    ///
    /// # Errors
    ///
    /// A seed that is beyond TOML's whole numbers, 2^63 or more.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let mut seeds = self.patients.iter().map(|patient| patient.seed);
        if let Some(seed) = seeds.find(|seed| *seed > GREATEST_IN_TOML) {
            let what = format!("seed {seed} is beyond TOML's whole numbers, {GREATEST_IN_TOML}");
            return Err(serde::ser::Error::custom(what));
        }
        toml::to_string(&self.file())
    }

    fn file(&self) -> File<'_> {
        File {
            format: 1,
            session: self.session,
            nurse: self.nurse,
            patients: &self.patients,
        }
    }
}

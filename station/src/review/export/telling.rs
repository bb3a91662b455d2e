//! What a form says beside the session itself.

use jiff::tz::TimeZone;

use super::Export;
use crate::records::session::SignatureState;

/// From this age on, ages are told as this one.
pub(super) const POOLED_AGE: u16 = 90;

/// What a form says beside the session itself. The default says nothing: a pseudonym is all that stands for the patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling<'a> {
    /// The patient's name, where somebody asked for names and the desk knows it.
    name: Option<&'a str>,
    age: Option<u16>,
    /// Where the gym stands, for times as its wall shows them.
    zone: TimeZone,
    signed: bool,
    deidentified: bool,
}

impl<'a> Telling<'a> {
    /// Nothing but the session, times in UTC.
    #[must_use]
    pub const fn nothing_else() -> Self {
        Self {
            name: None,
            age: None,
            zone: TimeZone::UTC,
            signed: false,
            deidentified: false,
        }
    }

    /// Nothing that leads back to the patient: the session is in disguise already, and hash, name, zone and goals stay away.
    #[must_use]
    pub fn deidentified() -> Self {
        Self {
            deidentified: true,
            ..Self::nothing_else()
        }
    }

    /// What goes with an export: local times, the age where it is known, whether somebody stands for the session, and a name where names were
    /// asked for.
    pub(super) fn of(export: &Export<'a>) -> Self {
        let mut telling = if export.deidentified {
            Self::deidentified()
        } else {
            Self::nothing_else().in_zone(TimeZone::system())
        };
        if let Some(identity) = export.identity {
            telling = telling.named(&identity.name);
        }
        if let Some(years) = export.age {
            telling = telling.aged(years);
        }
        if matches!(
            export.session.signature_state(),
            SignatureState::Signed { .. }
        ) {
            telling = telling.signed();
        }
        telling
    }

    /// With local times.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// With the patient's name.
    #[must_use]
    pub fn named(self, name: &'a str) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    /// With the patient's age in full years; from 90 on it is told as 90.
    #[must_use]
    pub fn aged(self, years: u16) -> Self {
        Self {
            age: Some(years.min(POOLED_AGE)),
            ..self
        }
    }

    /// Of a session that somebody has signed.
    #[must_use]
    pub fn signed(self) -> Self {
        Self {
            signed: true,
            ..self
        }
    }

    /// The patient's name, where it is told.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.name.filter(|_| !self.deidentified)
    }

    /// The patient's age in full years, 90 standing for 90 and more.
    #[must_use]
    pub const fn age(&self) -> Option<u16> {
        self.age
    }

    /// Where the gym stands, where that is told.
    #[must_use]
    pub fn zone(&self) -> Option<&TimeZone> {
        Some(&self.zone).filter(|_| !self.deidentified)
    }

    /// Whether somebody has signed the session.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signed
    }

    /// Whether nothing may lead back to the patient.
    #[must_use]
    pub const fn is_deidentified(&self) -> bool {
        self.deidentified
    }
}

//! A session without what leads back to its patient.
//!
//! What goes: pseudonym, session's id, dates and times of day, prescription's id and text, every free text, who did what, hashes, and the
//! numbers of rows. What stays: what was measured, asked of the machine and decided, with its time since the session began; days
//! between the sessions of one patient; the patient's weight and the conditions that change the rules. Whoever knows a patient's heart
//! rates second by second from elsewhere knows them again here: no disguise helps against that.

use super::SessionRecord;
use crate::records::list::utc;

/// What stands in the place of a patient, the same for all sessions of one export and for no other export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disguise {
    key: String,
    shift_us: i64,
}

impl Disguise {
    /// The year that disguised times begin in.
    pub const YEAR: i16 = 2000;

    /// The first instant of that year, in microseconds since 1970, UTC.
    const BEGINS_US: i64 = 946_684_800_000_000;

    /// A disguise by a random key. The patient's first session of the export, whose wall time this is, begins with the year.
    #[must_use]
    pub const fn new(key: String, first_wall_us: i64) -> Self {
        Self {
            key,
            shift_us: Self::BEGINS_US.saturating_sub(first_wall_us),
        }
    }

    /// What the session is called instead of its id.
    #[must_use]
    pub fn session(&self, number: usize) -> String {
        format!("{}-{number:02}", self.key)
    }

    const fn shifted(&self, wall_us: i64) -> i64 {
        wall_us.saturating_add(self.shift_us)
    }
}

impl SessionRecord {
    /// The session in disguise: which of the patient's in the export it is, from 1.
    #[must_use]
    pub fn disguised(mut self, disguise: &Disguise, number: usize) -> Self {
        let ended = self.line.ended.take();
        let ended: Option<jiff::Timestamp> = ended.and_then(|ended| ended.parse().ok());
        self.clock.began_wall_us = disguise.shifted(self.clock.began_wall_us);
        self.line.id = disguise.session(number);
        self.line.patient.clone_from(&disguise.key);
        self.line.began_wall_micros = disguise.shifted(self.line.began_wall_micros);
        self.line.began = utc(self.line.began_wall_micros);
        self.line.ended = ended.map(|ended| utc(disguise.shifted(ended.as_microsecond())));
        if let Some(origin) = &mut self.line.imported {
            origin.at = None;
        }
        for bout in &mut self.bouts {
            bout.row = i64::from(bout.number);
            "prescription".clone_into(&mut bout.prescription.id);
            bout.prescription.version = 1;
            bout.prescription.text.clear();
        }
        for (place, event) in (1..).zip(&mut self.events) {
            event.id = place;
            event.wall_us = disguise.shifted(event.wall_us);
            event.text.clear();
            // What phase began is told there, as a code; everything else there may hold words.
            event.detail = event.detail.take().filter(|_| event.kind == "phase");
            event.hash = [0; 32];
        }
        let places: Vec<i64> = self.measurements.iter().map(|taken| taken.id).collect();
        let place = |id: i64| (1..).zip(&places).find(|(_, there)| **there == id);
        for taken in &mut self.measurements {
            taken.id = place(taken.id).map_or(0, |(place, _)| place);
            taken.replaces = taken.replaces.and_then(place).map(|(place, _)| place);
        }
        for gap in &mut self.gaps {
            gap.reason.clear();
        }
        self.strip_the_desk(disguise, &places);
        self
    }

    /// Notes are free text and go whole; of corrections and signatures stays that they are there, and when.
    fn strip_the_desk(&mut self, disguise: &Disguise, places: &[i64]) {
        self.notes.clear();
        for correction in &mut self.corrections {
            let place = (1..)
                .zip(places)
                .find(|(_, row)| **row == correction.measurement);
            correction.measurement = place.map_or(0, |(place, _)| place);
            correction.wall_us = disguise.shifted(correction.wall_us);
            for text in [
                &mut correction.by,
                &mut correction.name,
                &mut correction.why,
            ] {
                text.clear();
            }
        }
        for (place, signature) in (1..).zip(&mut self.signatures) {
            signature.wall_us = disguise.shifted(signature.wall_us);
            signature.event = place;
            signature.sha256 = [0; 32];
            signature.by.clear();
            signature.name.clear();
        }
    }
}

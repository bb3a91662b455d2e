//! A session with everything that the documents say of it, read once.

use crate::clinic::ordered::Ordered;
use crate::records::figures::SessionFigures;
use crate::records::summary::{AlarmSummary, LearnedSummary, learned};
use crate::records::{Archive, RecordsError, SessionLine, SessionRecord};
use crate::review::course;
use crate::review::verdict::Verdict;

/// A session, and what it came to.
#[derive(Debug)]
pub(super) struct Visit {
    /// Everything that was recorded of it, waveforms apart.
    pub(super) record: SessionRecord,
    /// What it came to.
    pub(super) figures: SessionFigures,
    /// Whether it met its prescription.
    pub(super) verdict: Verdict,
    /// Its alarms, in order.
    pub(super) alarms: Vec<AlarmSummary>,
    /// What each bout taught, where it taught something.
    pub(super) learned: Vec<(u16, LearnedSummary)>,
    /// What of it is not what was recorded, written and signed, in words.
    pub(super) altered: Vec<String>,
    /// The same for a course.
    pub(super) in_course: course::Visit,
}

impl Visit {
    /// Reads a session of a list.
    pub(super) fn read(archive: &Archive, line: &SessionLine) -> Result<Self, RecordsError> {
        let (record, in_course) = course::Visit::read_with(archive, line.clone())?;
        let mut summaries = Vec::new();
        for bout in &record.bouts {
            let summary = learned(archive, bout.row)?;
            summaries.extend(summary.map(|summary| (bout.number, summary)));
        }
        Ok(Self::made(record, in_course, summaries))
    }

    /// What can be said of a session by itself.
    #[cfg(test)]
    pub(super) fn of(record: SessionRecord) -> Self {
        let in_course = course::Visit::of(&record, Vec::new());
        Self::made(record, in_course, Vec::new())
    }

    fn made(
        record: SessionRecord,
        in_course: course::Visit,
        learned: Vec<(u16, LearnedSummary)>,
    ) -> Self {
        Self {
            figures: in_course.figures.clone(),
            verdict: in_course.verdict.clone(),
            alarms: AlarmSummary::of_session(&record),
            altered: in_course.altered.clone(),
            record,
            learned,
            in_course,
        }
    }

    /// A sign for whether it met its prescription, that reads without colour.
    pub(super) const fn sign(&self) -> &'static str {
        match self.verdict.met {
            Some(true) => "\u{2713}",
            Some(false) => "\u{2717}",
            None => "?",
        }
    }

    /// What was ordered for each bout, in the words of its text; a text that stands for several bouts once.
    pub(super) fn ordered(&self) -> Vec<(String, Ordered)> {
        let mut all: Vec<(String, Ordered)> = Vec::new();
        for bout in &self.in_course.bouts {
            let (id, version) = &bout.prescription;
            let name = format!("{id} version {version}");
            if all.iter().all(|(there, _)| *there != name) {
                all.push((name, bout.ordered.clone()));
            }
        }
        all
    }
}

//! A session that is open in front of the physiologist: its record, and what is worked out of it once.

use control::prescription::BoutSetup;
use control::view::PhaseKind;

use super::marks::{self, Mark};
use super::moments::Moments;
use crate::records::archive::local;
use crate::records::figures::SessionFigures;
use crate::records::session::{BoutRecord, GapRecord, NO_GYM, Second, Span, Waveform};
use crate::records::{Archive, RecordsError, SessionRecord};
use crate::review::course::Visit;
use crate::review::verdict::Verdict;

/// What is said over every view of a session that is not what was written and signed.
pub const ALTERED: &str = "ALTERED";

/// What stands over one of which a part is lost with damaged pages, so that nobody can tell whether it was altered.
pub const DAMAGED: &str = "DAMAGED";

/// What stands over a visit whose record is not what was written.
#[must_use]
pub const fn mark(visit: &Visit) -> &'static str {
    if visit.verdict.is_damaged {
        DAMAGED
    } else {
        ALTERED
    }
}

/// A session, open.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Everything that was recorded of it.
    pub record: SessionRecord,
    /// Its figures, its verdict, and what it taught.
    pub visit: Visit,
    /// Its seconds in one row.
    pub moments: Moments,
    /// Its phases.
    pub phases: Vec<Span>,
    /// What happened.
    pub marks: Vec<Mark>,
    /// Its plethysmogram, once it was asked for, with what of it cannot be read.
    pub pleth: Option<(Vec<Waveform>, Vec<GapRecord>)>,
}

impl Opened {
    /// Opens the session of a list's line.
    ///
    /// # Errors
    /// Where the file cannot be read. What is damaged of a session stands among its gaps, and the rest is whole.
    pub fn read(archive: &Archive, asked: &str) -> Result<Self, RecordsError> {
        let record = SessionRecord::read(archive, asked)?;
        let visit = Visit::taken(archive, &record)?;
        Ok(Self {
            moments: Moments::of(&record),
            phases: record.phases(),
            marks: marks::of(&record),
            pleth: None,
            visit,
            record,
        })
    }

    /// Reads its plethysmogram, where that was not done yet.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read_pleth(&mut self, archive: &Archive) -> Result<(), RecordsError> {
        if self.pleth.is_none() {
            self.pleth = Some(self.record.waveforms(archive)?);
        }
        Ok(())
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.record.line.id
    }

    /// Its figures.
    #[must_use]
    pub const fn figures(&self) -> &SessionFigures {
        &self.visit.figures
    }

    /// Whether it met its prescription.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.visit.verdict
    }

    /// Its last second: of its recorded seconds, its bouts, and what happened.
    #[must_use]
    pub fn length_s(&self) -> i64 {
        let length = self.record.length_us().div_euclid(1_000_000);
        length.max(self.moments.last()).max(0)
    }

    /// What was recorded of a second, with its bout.
    #[must_use]
    pub fn at(&self, t_s: i64) -> Option<(&BoutRecord, &Second)> {
        self.moments.at(&self.record, t_s)
    }

    /// The bout that ran at a second, whether it was recorded or not; else the first.
    #[must_use]
    pub fn bout_at(&self, t_s: i64) -> Option<&BoutRecord> {
        let at_us = t_s.saturating_mul(1_000_000);
        let bouts = &self.record.bouts;
        bouts
            .iter()
            .rfind(|bout| bout.from_us <= at_us)
            .or_else(|| bouts.first())
    }

    /// What the bout at a second began with.
    #[must_use]
    pub fn setup_at(&self, t_s: i64) -> Option<&BoutSetup> {
        self.bout_at(t_s)?.setup.as_ref()
    }

    /// The phase at a second, by the events.
    #[must_use]
    pub fn phase_at(&self, t_s: i64) -> Option<PhaseKind> {
        let at_us = t_s.saturating_mul(1_000_000).saturating_add(500_000);
        self.phases
            .iter()
            .find(|span| (span.from_us..span.to_us).contains(&at_us))
            .map(|span| span.phase)
            // The last second of a session that goes on has no span yet.
            .or_else(|| {
                let (_, last) = self.record.seconds().last()?;
                let goes_on = self.record.line.state == "open" && last.t_s == t_s;
                goes_on.then_some(last.phase)
            })
    }

    /// The gap that a second lies in.
    #[must_use]
    pub fn gap_at(&self, t_s: i64) -> Option<&GapRecord> {
        let from = t_s.saturating_mul(1_000_000);
        let to = from.saturating_add(1_000_000);
        self.record
            .gaps
            .iter()
            .find(|gap| gap.from_us < to && gap.to_us >= from)
    }

    /// Who, when and where, in a line.
    #[must_use]
    pub fn title(&self, zone: &jiff::tz::TimeZone) -> String {
        let line = &self.record.line;
        let began = local(line.began_wall_micros, zone);
        let places: Vec<String> = line.stations.iter().map(ToString::to_string).collect();
        let state = match line.state.as_str() {
            "open" if self.record.gaps.iter().any(|gap| gap.reason == NO_GYM) => {
                ", OPEN WITHOUT A GYM"
            }
            "open" => ", STILL OPEN",
            "interrupted" => ", INTERRUPTED",
            _ => "",
        };
        let places = if places.is_empty() {
            String::new()
        } else {
            format!(" at {}", places.join("+"))
        };
        format!("{} {began}{places}{state}", line.patient)
    }

    /// What of it is not whole, and that it was imported, in a line; empty where all is and it was recorded here.
    #[must_use]
    pub fn lacks(&self) -> String {
        let gaps = &self.record.gaps;
        let seconds: i64 = gaps
            .iter()
            .map(|gap| gap.to_us.saturating_sub(gap.from_us).max(0))
            .sum::<i64>()
            / 1_000_000;
        let lost = match gaps.len() {
            0 => String::new(),
            1 => format!("1 gap {seconds} s"),
            count => format!("{count} gaps {seconds} s"),
        };
        let altered = (!self.visit.altered.is_empty()).then(|| mark(&self.visit).to_owned());
        let imported = self.record.line.imported.as_ref().map(|origin| {
            let how = if origin.altered { " as altered" } else { "" };
            format!("imported{how}")
        });
        let all = [
            altered,
            imported,
            Some(lost).filter(|lost| !lost.is_empty()),
        ];
        all.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::fixtures::{WALL, archive_of_a_visit};
    use crate::records::interchange::{gather, take};

    #[test]
    fn what_was_imported_says_so_and_whether_it_was_what_was_written() {
        let (folder, archive) = archive_of_a_visit();
        let file = folder.path().join("visit.jsonl");
        let line = archive.find("last").unwrap();
        assert_eq!(Opened::read(&archive, "last").unwrap().lacks(), "");
        for (change, words) in [
            ("SELECT 1", "imported"),
            (
                "UPDATE measurements SET value = 118 WHERE kind = 'blood-pressure'",
                "ALTERED, imported as altered",
            ),
        ] {
            rusqlite::Connection::open(archive.path())
                .unwrap()
                .execute_batch(change)
                .unwrap();
            std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
            let record = folder.path().join(format!("{}.sqlite", words.len()));
            take(&file, &record, WALL, true).unwrap();
            let there = Archive::open(&record).unwrap();
            assert_eq!(Opened::read(&there, "last").unwrap().lacks(), words);
        }
    }
}

//! One session of a course: what of it is compared with the others.

use control::learning::Learned;
use protocols::vocabulary::MachineKind;

use crate::clinic::finding::{self, Finding, Shown};
use crate::clinic::ordered::Ordered;
use crate::records::desk::altered;
use crate::records::figures::SessionFigures;
use crate::records::length;
use crate::records::list::SessionLine;
use crate::records::{Archive, RecordsError, SessionRecord, learned};
use crate::review::verdict::Verdict;

/// One session of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// What a list says of it.
    pub line: SessionLine,
    /// Its figures.
    pub figures: SessionFigures,
    /// Whether it met its prescription.
    pub verdict: Verdict,
    /// Its bouts, in order.
    pub bouts: Vec<VisitBout>,
    /// What of it is not what was recorded, written and signed, in words.
    pub altered: Vec<String>,
}

/// One bout of it.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitBout {
    /// Which bout, from 1.
    pub number: u16,
    /// Cycle or treadmill.
    pub machine: MachineKind,
    /// The prescription's id and version.
    pub prescription: (String, i64),
    /// What its text says to people.
    pub ordered: Ordered,
    /// What it taught; `None` where that would be a guess.
    pub taught: Option<Taught>,
}

/// What a bout taught of its patient's heart.
#[derive(Debug, Clone, PartialEq)]
pub struct Taught {
    /// Gain, time constant, drift and the steady part.
    pub learned: Learned,
    /// The patient's weight on that day, in kilograms.
    pub mass_kg: f64,
    /// Atrial fibrillation.
    pub irregular: bool,
    /// The gain that was assessed, in beats a minute for each net MET.
    pub assessed_gain: Option<f64>,
    /// How many earlier bouts it was compared with.
    pub compared: usize,
    /// What that showed.
    pub findings: Vec<Finding>,
}

impl Taught {
    /// The weight by which a difference of load is told in watts; `None` on a belt.
    #[must_use]
    pub fn mass_for_watts(&self, machine: MachineKind) -> Option<f64> {
        (machine == MachineKind::Cycle).then_some(self.mass_kg)
    }
}

impl VisitBout {
    /// On the same kind of machine at the same place of the visit: who comes from another machine comes with another heart rate.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.machine == other.machine && self.number == other.number
    }
}

impl Visit {
    /// Whether its figures are those of the whole session: neither altered nor of a record of which much is missing.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        !self.verdict.is_altered && self.verdict.lost_s.is_none()
    }

    /// Why they are not, in words.
    #[must_use]
    pub fn not_whole(&self) -> Option<String> {
        if self.verdict.is_altered {
            return Some(format!(
                "its record is not what was recorded: {}",
                self.altered.join("; ")
            ));
        }
        let lost = self.verdict.lost_s?;
        Some(format!(
            "{} of it are missing in the record",
            length::minutes(lost)
        ))
    }

    /// What a session comes to in a course; `taught` has a place for each of its bouts, in order. What of its rows is not what was written
    /// the session by itself does not show.
    #[must_use]
    pub fn of(session: &SessionRecord, taught: Vec<Option<Taught>>) -> Self {
        let figures = SessionFigures::of(session);
        let verdict = Verdict::of(session, &figures).of_a_record_with(&session.damage);
        let mut taught = taught.into_iter();
        let bouts = session
            .bouts
            .iter()
            .map(|bout| VisitBout {
                number: bout.number,
                machine: bout.machine,
                prescription: (bout.prescription.id.clone(), bout.prescription.version),
                ordered: Ordered::read(&bout.prescription.text),
                taught: taught.next().flatten(),
            })
            .collect();
        Self {
            line: session.line.clone(),
            figures,
            verdict,
            bouts,
            altered: session.damage.clone(),
        }
    }

    /// Reads a session as one of a course.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read(archive: &Archive, line: SessionLine) -> Result<Self, RecordsError> {
        Self::read_with(archive, line).map(|(_, visit)| visit)
    }

    /// The same, with the session that it is made of.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read_with(
        archive: &Archive,
        line: SessionLine,
    ) -> Result<(SessionRecord, Self), RecordsError> {
        let _view = archive.view()?;
        let session = SessionRecord::of(archive, line)?;
        let visit = Self::taken(archive, &session)?;
        Ok((session, visit))
    }

    /// The same of a session that was read already.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn taken(archive: &Archive, session: &SessionRecord) -> Result<Self, RecordsError> {
        let taught = session
            .bouts
            .iter()
            .map(|bout| Ok(learned::of_bout(archive, bout.row)?.map(taught)))
            .collect::<Result<_, RecordsError>>()?;
        let altered = altered(archive, session)?;
        let visit = Self::of(session, taught);
        let mut verdict = visit.verdict;
        if !altered.spares_figures {
            verdict = verdict.of_a_record_with(&altered.words);
        }
        verdict.is_damaged =
            altered.by_damage || session.has_lost_events() || !archive.damage().is_empty();
        Ok(Self {
            verdict,
            altered: altered.words,
            ..visit
        })
    }
}

fn taught((kept, judged, earlier): (learned::Kept, learned::Judged, Vec<Learned>)) -> Taught {
    let mut taught = Taught {
        learned: kept.learned,
        mass_kg: judged.mass_kg,
        irregular: judged.irregular,
        assessed_gain: judged.assessed_gain,
        compared: earlier.len(),
        findings: Vec::new(),
    };
    taught.findings = finding::findings(&Shown {
        learned: &kept.learned,
        earlier: &earlier,
        mass_kg: taught.mass_for_watts(kept.machine),
        assessed_gain: judged.assessed_gain,
        irregular: judged.irregular,
        is_first: kept.bout.number == 1,
    });
    taught
}

//! A visit of one patient: one session, bout after bout, each at a station.

use std::time::Duration;

use control::learning::Learned;
use protocols::vocabulary::{MachineKind, Timestamp};

use crate::clinic::finding::{self, Finding, Shown};
use crate::clinic::{Patient, ResolvedPrescription};
use crate::records::{Anchor, Judged, Kept, SessionId};

/// What there is to find is looked for so often: a line that comes and goes is no finding.
const FIND_EVERY: Duration = Duration::from_mins(1);

/// A session on a station. It moves along with its patient.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The session's id in the record.
    pub(super) session: SessionId,
    /// The patient.
    pub(super) patient: Patient,
    /// What is ordered for this bout.
    pub(super) prescription: ResolvedPrescription,
    /// Which bout this is, from 1.
    pub(super) bout: u16,
    /// When the session began.
    pub(super) since: Timestamp,
    /// It was found unfinished when the gym started.
    pub(super) was_interrupted: bool,
    /// When the bout was closed in the record, by both clocks: nothing more of it is written.
    pub(super) bout_closed: Option<Anchor>,
    /// The second of the last sample.
    pub(super) sampled: Option<u64>,
    /// The patient's like bouts before this one.
    pub(super) earlier: Vec<Kept>,
    /// What this bout shows beside them.
    pub(super) findings: Vec<Finding>,
    /// When that was looked for.
    pub(super) found: Option<Timestamp>,
}

impl Visit {
    /// Looks for what the bout shows, where that was not done just now.
    pub(super) fn find(&mut self, now: Timestamp, learned: Option<&Learned>) {
        if self
            .found
            .is_some_and(|found| now.since(found) < FIND_EVERY)
        {
            return;
        }
        self.found = Some(now);
        self.findings = learned.map_or_else(Vec::new, |learned| {
            let earlier: Vec<Learned> = self.earlier.iter().map(|kept| kept.learned).collect();
            let judged = self.judged();
            finding::findings(&Shown {
                learned,
                earlier: &earlier,
                mass_kg: (self.prescription.machine == MachineKind::Cycle)
                    .then_some(judged.mass_kg),
                assessed_gain: judged.assessed_gain,
                irregular: judged.irregular,
                is_first: self.bout == 1,
            })
        });
    }

    /// What findings rest on beside what was learned.
    pub(super) fn judged(&self) -> Judged {
        Judged {
            mass_kg: self.patient.facts.mass.get(),
            irregular: self.patient.facts.atrial_fibrillation,
            assessed_gain: self.prescription.prescription.mode.assessed().0,
            compared: self.earlier.iter().map(|kept| kept.bout).collect(),
        }
    }
}

/// How long the gym waits at its end for machines to come to rest.
pub(super) const END_LIMIT: Duration = Duration::from_secs(20);

//! What another prescription would have made of what was recorded: the same readings, the same people, other orders.
//!
//! The readings stay as they were, so the patient does not answer to the other load: it says what the core would have decided on what it
//! saw, not how the session would have gone on. The machine follows the other orders as the real one followed its own.

mod machine;

use std::collections::BTreeMap;

use control::Station;
use control::input::{Action, Input};
use control::outputs::Outputs;
use control::prescription::Prescription;
use control::rules::RuleId;
use control::view::{Interlock, PhaseKind, Reason};
use protocols::vocabulary::number::from_u64;
use serde::Serialize;

use self::machine::Machine;
use super::super::archive::{Archive, BoutRow, seconds};
use super::super::codes;
use super::super::error::RecordsError;
use super::super::journal::{JournalTurn, decode_block};
use super::super::session::is_exercise;
use super::{Difference, Walk, other_format, restored};

/// A bout under its own prescription and under another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoutAlternative {
    /// Which bout, from 1.
    pub bout: u16,
    /// Where the load first differed; `None` where it never did.
    pub first: Option<FirstDifference>,
    /// What still kept it from starting when exercise began as it was recorded; `None` where it began as well.
    pub waits_for: Option<Interlock>,
    /// What was recorded.
    pub recorded: Outcome,
    /// What would have been.
    pub other: Outcome,
}

/// The first turn in which the load was another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FirstDifference {
    /// Seconds after the bout began.
    pub bout_s: f64,
    /// What was let through, in METs above rest.
    pub recorded_met: f64,
    /// Why.
    pub recorded_reason: String,
    /// What would have been let through.
    pub other_met: f64,
    /// Why.
    pub other_reason: String,
}

/// What a bout came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Outcome {
    /// Minutes by phase.
    pub phases_min: BTreeMap<String, f64>,
    /// The mean load from warm-up to cool-down, in METs above rest.
    pub load_mean_met: Option<f64>,
    /// The highest load.
    pub load_peak_met: f64,
    /// MET-minutes above rest.
    pub net_met_minutes: f64,
    /// Minutes of exercise in which something but phase and controller decided the load, by reason.
    pub held_back_min: BTreeMap<String, f64>,
    /// Alarms by rule.
    pub alarms: BTreeMap<String, u32>,
}

/// Runs a bout's recorded inputs through another prescription.
///
/// # Errors
/// Where the file cannot be read. Where the journal cannot be followed, that is a [`Difference`].
pub fn bout(
    archive: &Archive,
    row: &BoutRow,
    prescription: &Prescription,
) -> Result<Result<BoutAlternative, Difference>, RecordsError> {
    if let Some(difference) = other_format(archive, row)? {
        return Ok(Err(difference));
    }
    let state = archive.header(row.row)?.state;
    let station = match restored(&state, 0) {
        Ok(station) => station,
        Err(difference) => return Ok(Err(difference)),
    };
    let mut both = Both {
        station,
        machine: Machine::default(),
        prescription: *prescription,
        began_us: row.began_us,
        recorded: Tally::default(),
        other: Tally::default(),
        first: None,
        waits_for: None,
    };
    let mut walk = Walk::default();
    for number in archive.block_numbers(row.row)? {
        let block = archive.block(row.row, number)?;
        if let Some(missing) = walk.step(&block) {
            return Ok(Err(missing));
        }
        if let Some(fault) = block.fault {
            return Ok(Err(Difference::Unreadable {
                block: number,
                because: fault.to_owned(),
            }));
        }
        match decode_block(&block.pieces) {
            Ok(turns) => turns.iter().for_each(|turn| both.turn(turn)),
            Err((_, error)) => {
                return Ok(Err(Difference::Unreadable {
                    block: number,
                    because: error.to_string(),
                }));
            }
        }
    }
    Ok(Ok(BoutAlternative {
        bout: row.number,
        first: both.first,
        waits_for: both.waits_for.filter(|_| both.other.exercised_us == 0),
        recorded: both.recorded.outcome(),
        other: both.other.outcome(),
    }))
}

/// Both ways at once.
struct Both {
    station: Station,
    machine: Machine,
    prescription: Prescription,
    began_us: i64,
    recorded: Tally,
    other: Tally,
    first: Option<FirstDifference>,
    waits_for: Option<Interlock>,
}

impl Both {
    fn turn(&mut self, turn: &JournalTurn) {
        let mut input = turn.input.clone();
        if let Input::Operator(Action::Begin(setup)) = &mut input {
            setup.prescription = self.prescription;
        } else if let Input::Machine { report, .. } = &mut input {
            *report = self.machine.report(*report);
        }
        let mut outputs = Outputs::default();
        self.station.handle(turn.now, &input, &mut outputs);
        self.machine
            .told(turn.outputs.command.as_ref(), outputs.command.as_ref());
        let at_us = i64::try_from(turn.now.as_micros()).unwrap_or(i64::MAX);
        self.recorded.take(at_us, &turn.outputs);
        self.other.take(at_us, &outputs);
        if self.waits_for.is_none() && is_exercise(self.recorded.phase) {
            self.waits_for = Some(self.station.view().interlock);
        }
        let apart = (self.recorded.load - self.other.load).abs() > 1e-9;
        if apart && self.first.is_none() {
            self.first = Some(FirstDifference {
                bout_s: seconds(at_us - self.began_us),
                recorded_met: self.recorded.load,
                recorded_reason: codes::reason(self.recorded.reason),
                other_met: self.other.load,
                other_reason: codes::reason(self.other.reason),
            });
        }
    }
}

/// What outputs add up to.
struct Tally {
    last_us: Option<i64>,
    phase: PhaseKind,
    load: f64,
    reason: Reason,
    phases: BTreeMap<String, i64>,
    held_back: BTreeMap<String, i64>,
    exercised_us: i64,
    met_us: f64,
    peak: f64,
    alarms: BTreeMap<String, u32>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            last_us: None,
            phase: PhaseKind::Idle,
            load: 0.0,
            reason: Reason::Phase,
            phases: BTreeMap::new(),
            held_back: BTreeMap::new(),
            exercised_us: 0,
            met_us: 0.0,
            peak: 0.0,
            alarms: BTreeMap::new(),
        }
    }
}

impl Tally {
    fn take(&mut self, at_us: i64, outputs: &Outputs) {
        self.pass(at_us);
        if let Some((_, into)) = outputs.phase_change {
            self.phase = into;
        }
        if let Some(decision) = outputs.decision {
            self.load = decision.granted.get();
            self.reason = decision.binding;
        }
        for rule in outputs.alarms.raised.iter().map(RuleId::name) {
            *self.alarms.entry(rule.to_owned()).or_default() += 1;
        }
    }

    /// What stood until now counts for the time since the last turn.
    fn pass(&mut self, at_us: i64) {
        let since = self
            .last_us
            .map_or(0, |last| at_us.saturating_sub(last).max(0));
        self.last_us = Some(at_us);
        *self.phases.entry(codes::word(&self.phase)).or_default() += since;
        if !is_exercise(self.phase) {
            return;
        }
        self.exercised_us += since;
        self.met_us += self.load * from_u64(since.unsigned_abs());
        self.peak = self.peak.max(self.load);
        if !matches!(self.reason, Reason::AsProposed | Reason::Phase) {
            *self
                .held_back
                .entry(codes::reason(self.reason))
                .or_default() += since;
        }
    }

    fn outcome(self) -> Outcome {
        let minutes = |times: BTreeMap<String, i64>| {
            times
                .into_iter()
                .filter(|(_, micros)| *micros > 0)
                .map(|(name, micros)| (name, seconds(micros) / 60.0))
                .collect()
        };
        let net_met_minutes = self.met_us / 60e6;
        let exercised = seconds(self.exercised_us) / 60.0;
        Outcome {
            phases_min: minutes(self.phases),
            load_mean_met: (exercised > 0.0).then(|| net_met_minutes / exercised),
            load_peak_met: self.peak,
            net_met_minutes,
            held_back_min: minutes(self.held_back),
            alarms: self.alarms,
        }
    }
}

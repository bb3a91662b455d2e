//! What this version would decide otherwise in the gym's own history: every session's journal, block by block, each from its own
//! checkpoint, so that a difference is told where it is decided and not in all that follows from it.

use control::outputs::Outputs;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::archive::{Archive, Block, BoutRow, seconds};
use super::super::entry::CoreState;
use super::super::error::RecordsError;
use super::super::journal::{JournalTurn, decode_block};
use super::{Difference, Walk, no_turn, other_format, restored, same};

/// Turns that differ within so long of one another, in the same field, are one decision told once, in microseconds.
const ONE_DECISION_US: i64 = 2_000_000;

/// A bout's history through this version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoutHistory {
    /// The session.
    pub session: String,
    /// Which bout, from 1.
    pub bout: u16,
    /// The number of decisions of the core that ran it.
    pub decisions: u32,
    /// How many turns were fed in.
    pub turns: u64,
    /// What would now be another.
    pub changed: Vec<Changed>,
    /// What kept the rest of it from being followed.
    pub unfollowed: Option<Difference>,
}

/// A decision that would now be another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// Seconds after the bout began.
    pub from_s: f64,
    /// Until when it went on to be another.
    pub to_s: f64,
    /// Which part of the outputs.
    pub field: String,
    /// As recorded, in the first of its turns.
    pub recorded: Value,
    /// As it comes out now.
    pub now: Value,
    /// How many turns.
    pub turns: u64,
}

/// Feeds a bout's journal through this version.
///
/// # Errors
/// Where the file cannot be read.
pub fn bout(archive: &Archive, session: &str, row: &BoutRow) -> Result<BoutHistory, RecordsError> {
    let mut history = BoutHistory {
        session: session.to_owned(),
        bout: row.number,
        decisions: row.decisions,
        turns: 0,
        changed: Vec::new(),
        unfollowed: other_format(archive, row)?,
    };
    if history.unfollowed.is_some() {
        return Ok(history);
    }
    let mut state = archive.header(row.row)?.state;
    let mut walk = Walk::default();
    for number in archive.block_numbers(row.row)? {
        let block = archive.block(row.row, number)?;
        if let Some(missing) = walk.step(&block) {
            history.unfollowed.get_or_insert(missing);
            if block.checkpoint.is_none() {
                break;
            }
        }
        match history.block(&block, &state, row.began_us) {
            Ok(next) => state = next,
            Err(difference) => {
                history.unfollowed.get_or_insert(difference);
                break;
            }
        }
    }
    if history.turns == 0 {
        history.unfollowed.get_or_insert_with(no_turn);
    }
    Ok(history)
}

impl BoutHistory {
    /// Feeds a block in, from its own state where it has one; gives the state after it.
    fn block(
        &mut self,
        block: &Block,
        before: &CoreState,
        began_us: i64,
    ) -> Result<CoreState, Difference> {
        let own = match &block.checkpoint {
            None => before,
            Some(checkpoint) => {
                checkpoint
                    .state
                    .as_ref()
                    .map_err(|because| Difference::Unreadable {
                        block: block.number,
                        because: because.clone(),
                    })?
            }
        };
        let mut station = restored(own, block.number)?;
        let (turns, damage) = match decode_block(&block.pieces) {
            Ok(turns) => (turns, None),
            Err((turns, error)) => (turns, Some(error.to_string())),
        };
        for turn in &turns {
            let mut outputs = Outputs::default();
            station.handle(turn.now, &turn.input, &mut outputs);
            self.turns += 1;
            if !same(&outputs, &turn.outputs) {
                self.note(turn, &outputs, began_us);
            }
        }
        match damage {
            Some(because) => Err(Difference::Unreadable {
                block: block.number,
                because,
            }),
            None => CoreState::of(&station).map_err(|error| Difference::Unreadable {
                block: block.number,
                because: error.to_string(),
            }),
        }
    }

    fn note(&mut self, turn: &JournalTurn, outputs: &Outputs, began_us: i64) {
        let now_us = i64::try_from(turn.now.as_micros()).unwrap_or(i64::MAX);
        let at_s = seconds(now_us.saturating_sub(began_us));
        for field in super::fields(&turn.outputs, outputs) {
            let goes_on = self.changed.iter_mut().rev().find(|changed| {
                changed.field == field.field && at_s - changed.to_s <= seconds(ONE_DECISION_US)
            });
            match goes_on {
                Some(changed) => {
                    changed.to_s = at_s;
                    changed.turns += 1;
                }
                None => self.changed.push(Changed {
                    from_s: at_s,
                    to_s: at_s,
                    field: field.field,
                    recorded: json!(field.recorded),
                    now: json!(field.replayed),
                    turns: 1,
                }),
            }
        }
    }
}

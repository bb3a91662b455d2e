//! Feeds a session's journal through the core from its header on, and proves that the same outputs come out, bit for bit (I10).

pub mod alternative;
pub mod from_wire;
pub mod history;
pub mod instant;

use control::Station;
use control::outputs::Outputs;
use serde::Serialize;
use serde_json::{Value, json};

use super::archive::{Archive, Block, BoutRow, seconds};
use super::entry::CoreState;
use super::error::RecordsError;
use super::journal::{self, JournalTurn, decode_block};

/// What a replay of a session found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// The session.
    pub session: String,
    /// Whether every output of every turn, and every checkpoint, came out the same.
    pub identical: bool,
    /// Bout by bout.
    pub bouts: Vec<BoutReplay>,
}

/// What a replay of a bout found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoutReplay {
    /// Which bout, from 1.
    pub bout: u16,
    /// How many turns went through the core and gave the same.
    pub turns: u64,
    /// How many checkpoints were the same.
    pub checkpoints: u64,
    /// How many times it had to go on from a checkpoint, because turns before it were not recorded or the state was replaced.
    pub restarts: u64,
    /// The first difference, after which this bout was not followed; where it is a block that cannot be read, the bout was followed on from
    /// the next checkpoint.
    pub difference: Option<Difference>,
}

/// The first thing that was not the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Difference {
    /// The outputs of a turn.
    Outputs {
        /// Which turn of the bout, from 0.
        turn: u64,
        /// When, in the gym's time, in seconds.
        at_s: f64,
        /// Seconds after the bout began.
        bout_s: f64,
        /// What the core was told.
        input: Value,
        /// Which fields differ: as recorded, and as they come out now.
        fields: Vec<FieldDifference>,
    },
    /// The state at a checkpoint, though every output before it was the same.
    State {
        /// When, in the gym's time, in seconds.
        at_s: f64,
        /// Seconds after the bout began.
        bout_s: f64,
    },
    /// The journal was made by a core that decides otherwise.
    OtherDecisions {
        /// The journal's number.
        recorded: u32,
        /// This program's.
        known: u32,
        /// The program that recorded it.
        build: String,
    },
    /// The journal, or the states in it, have a form that this program does not read.
    OtherFormat {
        /// Its number.
        recorded: u32,
        /// This program's.
        known: u32,
    },
    /// A block of the journal cannot be read, or is missing.
    Unreadable {
        /// Which block.
        block: u32,
        /// What is wrong.
        because: String,
    },
}

/// A field of a turn's outputs that is not the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldDifference {
    /// Its name.
    pub field: String,
    /// What the journal says.
    pub recorded: Value,
    /// What comes out now.
    pub replayed: Value,
}

/// Replays every bout of a session.
///
/// # Errors
/// Where the file cannot be read. What a journal says wrongly is a [`Difference`], not an error.
pub fn replay(archive: &Archive, session: &str) -> Result<Replay, RecordsError> {
    let mut bouts = Vec::new();
    for bout in archive.bouts(session)? {
        bouts.push(replay_bout(archive, &bout)?);
    }
    Ok(Replay {
        session: session.to_owned(),
        identical: bouts.iter().all(|bout| bout.difference.is_none()),
        bouts,
    })
}

fn replay_bout(archive: &Archive, bout: &BoutRow) -> Result<BoutReplay, RecordsError> {
    let mut found = BoutReplay {
        bout: bout.number,
        turns: 0,
        checkpoints: 0,
        restarts: 0,
        difference: other_version(bout),
    };
    if found.difference.is_some() {
        return Ok(found);
    }
    found.difference = other_format(archive, bout)?;
    if found.difference.is_some() {
        return Ok(found);
    }
    let header = archive.header(bout.row)?;
    let mut player = match restored(&header.state, 0) {
        Ok(station) => Player {
            station,
            began_us: bout.began_us,
            is_lost: false,
            found: &mut found,
        },
        Err(difference) => {
            found.difference = Some(difference);
            return Ok(found);
        }
    };
    let mut walk = Walk::default();
    for number in archive.block_numbers(bout.row)? {
        let block = archive.block(bout.row, number)?;
        if let Some(missing) = walk.step(&block) {
            player.lose(missing);
        }
        match player.block(&block) {
            Ok(()) => {}
            Err(damage @ Difference::Unreadable { .. }) => player.lose(damage),
            Err(difference) => {
                player.found.difference.get_or_insert(difference);
                break;
            }
        }
    }
    if found.turns == 0 {
        found.difference.get_or_insert_with(no_turn);
    }
    Ok(found)
}

/// Whether blocks follow on one another, each with turns.
#[derive(Debug, Default)]
struct Walk {
    next: u32,
    /// The block before has a state and no turn.
    is_empty: bool,
}

impl Walk {
    /// From that block on.
    fn from(block: u32) -> Self {
        Self {
            next: block,
            is_empty: false,
        }
    }

    /// What is missing before this block. A block that ends without a turn has lost its turns, unless the next state replaces its own.
    fn step(&mut self, block: &Block) -> Option<Difference> {
        let replaces = block
            .checkpoint
            .as_ref()
            .is_some_and(|checkpoint| checkpoint.replaces);
        let missing = if block.number != self.next {
            Some((self.next, "it is missing"))
        } else if self.is_empty && !replaces {
            Some((block.number.saturating_sub(1), "its turns are missing"))
        } else {
            None
        };
        self.next = block.number.saturating_add(1);
        self.is_empty = block.pieces.is_empty();
        missing.map(|(block, because)| Difference::Unreadable {
            block,
            because: because.to_owned(),
        })
    }
}

/// Nothing is proved by a journal of nothing: a bout begins with a turn.
fn no_turn() -> Difference {
    Difference::Unreadable {
        block: 0,
        because: "no turn of the bout is in the record".to_owned(),
    }
}

fn other_version(bout: &BoutRow) -> Option<Difference> {
    (bout.decisions != control::DECISIONS).then(|| Difference::OtherDecisions {
        recorded: bout.decisions,
        known: control::DECISIONS,
        build: bout.build.clone(),
    })
}

/// Whether this program reads a bout's journal and the states in it at all.
fn other_format(archive: &Archive, bout: &BoutRow) -> Result<Option<Difference>, RecordsError> {
    let other = |recorded, known| {
        (recorded != known).then_some(Difference::OtherFormat { recorded, known })
    };
    if let Some(difference) = other(bout.journal_format, journal::FORMAT) {
        return Ok(Some(difference));
    }
    let header = archive.header(bout.row)?;
    Ok(other(header.state_format, control::FORMAT))
}

/// Bytes, not values: a NaN is not equal to itself, and a zero has two signs.
fn same(one: &Outputs, other: &Outputs) -> bool {
    matches!(
        (postcard::to_stdvec(one), postcard::to_stdvec(other)),
        (Ok(one), Ok(other)) if one == other
    )
}

fn restored(state: &CoreState, block: u32) -> Result<Station, Difference> {
    state.restore().map_err(|error| Difference::Unreadable {
        block,
        because: format!("the state that it begins with cannot be read ({error})"),
    })
}

/// A core on its way through a journal.
struct Player<'a> {
    station: Station,
    began_us: i64,
    /// Turns are missing since the last state: only another state leads on.
    is_lost: bool,
    found: &'a mut BoutReplay,
}

impl Player<'_> {
    /// Something cannot be followed: the next checkpoint is where to go on.
    fn lose(&mut self, damage: Difference) {
        self.found.difference.get_or_insert(damage);
        self.is_lost = true;
    }

    fn block(&mut self, block: &Block) -> Result<(), Difference> {
        let unreadable = |because: String| Difference::Unreadable {
            block: block.number,
            because,
        };
        if self.is_lost && block.checkpoint.is_none() {
            return Err(unreadable(
                "the turns before it are missing, and it begins with no state".to_owned(),
            ));
        }
        if let Some(checkpoint) = &block.checkpoint {
            let state = checkpoint.state.as_ref().map_err(|because| {
                unreadable(format!(
                    "the state that it begins with cannot be read ({because})"
                ))
            })?;
            if checkpoint.replaces || self.is_lost {
                self.station = restored(state, block.number)?;
                self.is_lost = false;
                self.found.restarts += 1;
            } else if CoreState::of(&self.station).ok().as_ref() == Some(state) {
                self.found.checkpoints += 1;
            } else {
                return Err(Difference::State {
                    at_s: seconds(checkpoint.at_us),
                    bout_s: seconds(checkpoint.at_us - self.began_us),
                });
            }
        }
        if let Some(fault) = block.fault {
            return Err(unreadable(fault.to_owned()));
        }
        let (turns, damage) = match decode_block(&block.pieces) {
            Ok(turns) => (turns, None),
            Err((turns, error)) => (turns, Some(error)),
        };
        let recorded: u64 = block.pieces.iter().map(|piece| piece.turns).sum();
        let read = u64::try_from(turns.len()).unwrap_or(u64::MAX);
        for turn in turns {
            self.turn(&turn)?;
        }
        match damage {
            Some(error) => Err(unreadable(error.to_string())),
            None if recorded != read => {
                Err(unreadable(format!("it has {read} turns of {recorded}")))
            }
            None => Ok(()),
        }
    }

    fn turn(&mut self, turn: &JournalTurn) -> Result<(), Difference> {
        let mut outputs = Outputs::default();
        self.station.handle(turn.now, &turn.input, &mut outputs);
        if same(&outputs, &turn.outputs) {
            self.found.turns += 1;
            return Ok(());
        }
        let at_us = i64::try_from(turn.now.as_micros()).unwrap_or(i64::MAX);
        Err(Difference::Outputs {
            turn: self.found.turns,
            at_s: seconds(at_us),
            bout_s: seconds(at_us - self.began_us),
            input: json!(turn.input),
            fields: fields(&turn.outputs, &outputs),
        })
    }
}

/// The fields that differ; all of both where no difference can be seen in them.
fn fields(recorded: &Outputs, replayed: &Outputs) -> Vec<FieldDifference> {
    let (recorded, replayed) = (json!(recorded), json!(replayed));
    let fields: Vec<FieldDifference> = recorded
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, then)| {
            let now = replayed.get(name).cloned().unwrap_or(Value::Null);
            (now != *then).then(|| FieldDifference {
                field: name.clone(),
                recorded: then.clone(),
                replayed: now,
            })
        })
        .collect();
    if fields.is_empty() {
        return vec![FieldDifference {
            field: "outputs".to_owned(),
            recorded,
            replayed,
        }];
    }
    fields
}

#[cfg(test)]
mod tests;

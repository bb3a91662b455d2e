//! The core as it stood at an instant of a session: from the last checkpoint before it, with every turn since fed in again.

use control::Station;
use control::outputs::{Decision, Outputs};
use control::view::{AlarmView, Reason, StationView};
use protocols::vocabulary::{MachineCommand, NetMets, Timestamp};

use super::super::archive::{Archive, BoutRow, whole_second};
use super::super::entry::CoreState;
use super::super::error::RecordsError;
use super::super::journal::decode_block;
use super::super::length;
use super::super::session::{BoutRecord, GAP_US, SECOND_US, SessionRecord};
use super::{Difference, Walk, other_format, restored};

/// A core at an instant.
#[derive(Debug, Clone)]
pub struct Instant {
    /// Which bout, from 1.
    pub bout: u16,
    /// When it was asked for, in microseconds after the session began.
    pub asked_us: i64,
    /// When its last turn was, in microseconds after the session began.
    pub t_us: i64,
    /// The same in the gym's time.
    pub now: Timestamp,
    /// All that it showed.
    pub view: StationView,
    /// Every alarm that was raised, the most urgent first.
    pub alarms: Vec<AlarmView>,
    /// Each limit that lowered the load in that turn, in the order of the limiters, with what it left. Empty where a limiter's turn was
    /// not among those fed in.
    pub held_by: Vec<(Reason, NetMets)>,
    /// The last decision, and when it was made, in microseconds after the session began.
    pub decision: Option<(i64, Decision)>,
    /// The last command, and when it was given.
    pub command: Option<(i64, MachineCommand)>,
    /// Whether every turn that was fed in gave what the journal has.
    pub as_recorded: bool,
}

impl Instant {
    /// How long before the instant that was asked for the last turn was, in microseconds, where that is longer than a running gym leaves
    /// between two turns: nothing is known of the time since.
    #[must_use]
    pub fn stale_us(&self) -> Option<i64> {
        let before = self.asked_us.saturating_sub(self.t_us);
        (before > GAP_US).then_some(before)
    }
}

/// Why there is no core at that instant.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoInstant {
    /// Between or beside the bouts.
    #[error("no bout ran then: bouts ran {0} after the session began; give a time within one")]
    NoBout(String),
    /// The journal cannot be followed so far.
    #[error("the journal cannot be followed so far: {0}")]
    Unfollowed(String),
}

/// Up to where a second goes that is told as a whole one, in microseconds after it.
const TO_ITS_END_US: i64 = 499_999;

/// Finds the core at a second of a session, in microseconds after it began: as it stood at its end, as everything that is told of that second
/// has happened then.
///
/// # Errors
/// Where the file cannot be read; and [`NoInstant`] where there is no such instant.
pub fn at(
    archive: &Archive,
    session: &SessionRecord,
    asked_us: i64,
) -> Result<Result<Instant, NoInstant>, RecordsError> {
    let second = whole_second(asked_us);
    let t_us = second
        .saturating_mul(SECOND_US)
        .saturating_add(TO_ITS_END_US);
    let ran = |bout: &BoutRecord| {
        let last = bout.seconds.last().map(|second| second.t_us);
        (bout.from_us, bout.to_us.or(last).unwrap_or(bout.from_us))
    };
    // A bout ran in each second that is told of it, though it began or ended within that second.
    let told = |bout: &&BoutRecord| {
        let (begins, ends) = ran(bout);
        (whole_second(begins)..=whole_second(ends)).contains(&second)
    };
    let exactly = |bout: &&BoutRecord| {
        let (begins, ends) = ran(bout);
        (begins..=ends).contains(&t_us)
    };
    let mut bouts = session.bouts.iter();
    let found = bouts.clone().find(exactly).or_else(|| bouts.rfind(told));
    let Some(found) = found else {
        let spans: Vec<String> = session
            .bouts
            .iter()
            .map(|bout| {
                let (begins, ends) = ran(bout);
                format!("{} to {}", clock(begins), clock(ends))
            })
            .collect();
        if spans.is_empty() {
            return Ok(Err(NoInstant::Unfollowed(
                "the session has no bout that can be read".to_owned(),
            )));
        }
        return Ok(Err(NoInstant::NoBout(spans.join(", "))));
    };
    let row = archive
        .bouts(&session.line.id)?
        .into_iter()
        .find(|bout| bout.number == found.number);
    let Some(row) = row else {
        return Ok(Err(NoInstant::Unfollowed("its bout is missing".to_owned())));
    };
    follow(
        archive,
        &row,
        row.began_us.saturating_sub(found.from_us),
        (asked_us, t_us),
    )
}

/// Minutes and seconds after a session began, as `show` has them.
#[must_use]
pub fn clock(t_us: i64) -> String {
    length::minutes(whole_second(t_us))
}

fn follow(
    archive: &Archive,
    bout: &BoutRow,
    origin_us: i64,
    (asked_us, t_us): (i64, i64),
) -> Result<Result<Instant, NoInstant>, RecordsError> {
    if let Some(difference) = other_format(archive, bout)? {
        return Ok(Err(NoInstant::Unfollowed(because(&difference))));
    }
    // A state of that second itself may stand after its last turn.
    let at_us = origin_us.saturating_add(t_us).saturating_sub(SECOND_US - 1);
    let numbers = archive.block_numbers(bout.row)?;
    let mut state: (u32, CoreState) = (0, archive.header(bout.row)?.state);
    for number in numbers.iter().rev().copied() {
        let block = archive.block(bout.row, number)?;
        match block.checkpoint {
            Some(checkpoint) if checkpoint.at_us <= at_us => {
                match checkpoint.state {
                    Ok(found) => state = (number, found),
                    Err(because) => return Ok(Err(NoInstant::Unfollowed(because))),
                }
                break;
            }
            Some(_) | None => {}
        }
    }
    let station = match restored(&state.1, state.0) {
        Ok(station) => station,
        Err(difference) => return Ok(Err(NoInstant::Unfollowed(because(&difference)))),
    };
    let mut player = Player {
        station,
        bout: bout.number,
        origin_us,
        asked_us,
        now: None,
        decision: None,
        command: None,
        as_recorded: true,
    };
    let mut walk = Walk::from(state.0);
    for number in numbers.into_iter().filter(|number| *number >= state.0) {
        let block = archive.block(bout.row, number)?;
        if let Some(missing) = walk.step(&block) {
            return Ok(Err(NoInstant::Unfollowed(because(&missing))));
        }
        if let Some(fault) = block.fault {
            return Ok(Err(NoInstant::Unfollowed(format!(
                "block {number}: {fault}"
            ))));
        }
        let (turns, damage) = match decode_block(&block.pieces) {
            Ok(turns) => (turns, None),
            Err((turns, error)) => (turns, Some(error.to_string())),
        };
        for turn in turns {
            if player.t_us(turn.now) > t_us {
                return Ok(player.ended());
            }
            player.turn(&turn);
        }
        if let Some(damage) = damage {
            return Ok(Err(NoInstant::Unfollowed(damage)));
        }
    }
    Ok(player.ended())
}

fn because(difference: &Difference) -> String {
    match difference {
        Difference::OtherFormat { recorded, known } => {
            format!("it has format {recorded}, and this program reads {known}")
        }
        Difference::Unreadable { block, because } => format!("block {block}: {because}"),
        Difference::OtherDecisions { .. }
        | Difference::Outputs { .. }
        | Difference::State { .. } => String::new(),
    }
}

struct Player {
    station: Station,
    bout: u16,
    origin_us: i64,
    asked_us: i64,
    now: Option<Timestamp>,
    decision: Option<(i64, Decision)>,
    command: Option<(i64, MachineCommand)>,
    as_recorded: bool,
}

impl Player {
    fn turn(&mut self, turn: &super::super::journal::JournalTurn) {
        let mut outputs = Outputs::default();
        self.station.handle(turn.now, &turn.input, &mut outputs);
        self.as_recorded &= super::same(&outputs, &turn.outputs);
        let t_us = self.t_us(turn.now);
        if let Some(decision) = outputs.decision {
            self.decision = Some((t_us, decision));
        }
        if let Some(command) = outputs.command {
            self.command = Some((t_us, command));
        }
        self.now = Some(turn.now);
    }

    fn t_us(&self, now: Timestamp) -> i64 {
        i64::try_from(now.as_micros())
            .unwrap_or(i64::MAX)
            .saturating_sub(self.origin_us)
    }

    fn ended(&self) -> Result<Instant, NoInstant> {
        let Some(now) = self.now else {
            let none = "no turn between its last state and that time is in the record".to_owned();
            return Err(NoInstant::Unfollowed(none));
        };
        Ok(Instant {
            bout: self.bout,
            asked_us: self.asked_us,
            t_us: self.t_us(now),
            now,
            view: self.station.view(),
            alarms: self.station.alarms().collect(),
            held_by: self.station.held_by().collect(),
            decision: self.decision,
            command: self.command,
            as_recorded: self.as_recorded,
        })
    }
}

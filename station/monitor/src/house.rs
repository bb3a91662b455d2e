//! **I7**, **I12** and **I13**, and the answers to a gap in the record and to nobody watching: what surrounds a turn.

use protocols::vocabulary::{MachineCommand, Timestamp};

use crate::breach::{Invariant, Ledger};
use crate::call::{Act, Phase, Seen};
use crate::scene::Turn;
use crate::stops::Stops;

/// What is remembered of leave, record and people.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct House {
    /// The latest that leave has ever lasted to.
    leave_until: Option<Timestamp>,
    leave_told: bool,
    record_has_gap: bool,
    unwatched_since: Option<Timestamp>,
}

impl House {
    pub(crate) fn judge(&mut self, stops: &Stops, turn: &Turn<'_>, ledger: &mut Ledger) {
        entry(turn, ledger);
        begin(turn, ledger);
        self.leave(stops, turn, ledger);
        self.attention(turn, ledger);
    }

    /// I13: leave lasts 400 ms from its own call, and none is given by a turn that failed, nor after it until a person has
    /// acknowledged and resumed.
    fn leave(&mut self, stops: &Stops, turn: &Turn<'_>, ledger: &mut Ledger) {
        let Some(until) = turn.call.left.leave_until else {
            return;
        };
        let longest = turn.now + turn.charter.times.leave;
        let after_fault = stops.is_faulted() && Some(until) > self.leave_until;
        let wrong = until > longest || after_fault;
        if wrong && !self.leave_told {
            let millis = until.since(turn.now).as_millis();
            let why = if after_fault { ", after a fault" } else { "" };
            ledger.write(
                Invariant::I13,
                turn.now,
                format_args!("leave to have load for {millis} ms{why}"),
            );
        }
        self.leave_told = wrong;
        if !stops.is_faulted() {
            self.leave_until = self.leave_until.max(Some(until));
        }
    }

    /// Nothing rises across a gap of the record, nor while nobody has watched for 5 s of the exercise. A start is not counted: the
    /// person who confirms it is there, and begins at the least load.
    fn attention(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        if let Seen::Record { whole } = turn.call.input {
            self.record_has_gap = !whole;
        } else if let Seen::Watched(watched) = turn.call.input {
            self.unwatched_since = match self.unwatched_since {
                _ if watched => None,
                None => Some(turn.now),
                since => since,
            };
        }
        let start = matches!(turn.call.left.command, Some(MachineCommand::Start(_)));
        if !turn.rose() || start {
            return;
        }
        if self.record_has_gap {
            ledger.write(
                Invariant::Answer,
                turn.now,
                format_args!("a rise across a gap of the record"),
            );
        }
        let (times, grace) = (&turn.charter.times, turn.charter.allowances.grace);
        let limit = times.unwatched_holds_after.saturating_add(grace);
        let alone = self
            .unwatched_since
            .zip(turn.on_since)
            .map(|(unwatched, on)| turn.now.since(unwatched.max(on)));
        if let Some(alone) = alone.filter(|&alone| alone > limit) {
            let seconds = alone.as_secs_f64();
            ledger.write(
                Invariant::Answer,
                turn.now,
                format_args!("a rise with nobody watching for {seconds:.1} s"),
            );
        }
    }
}

/// I7: a command has its entry: the same command, who made it, from what values.
fn entry(turn: &Turn<'_>, ledger: &mut Ledger) {
    let Some(command) = turn.call.left.command else {
        return;
    };
    let missing = match turn.call.left.entry {
        None => "without an entry in the journal",
        Some(entry) if entry.command != Some(command) => "is not the one in the journal",
        Some(entry) if entry.author.is_none() => "does not say who made it",
        Some(entry) if !entry.values => "does not say from what values",
        Some(_) => return,
    };
    ledger.write(
        Invariant::I7,
        turn.now,
        format_args!("a command {missing}: {command:?}"),
    );
}

/// I12: a station that serves a patient is not taken for another.
fn begin(turn: &Turn<'_>, ledger: &mut Ledger) {
    let in_use = turn
        .phase_before
        .is_some_and(|phase| !matches!(phase, Phase::Idle | Phase::Finished));
    if in_use && turn.call.input == Seen::Act(Act::Begin) && !turn.call.left.refused {
        ledger.write(
            Invariant::I12,
            turn.now,
            format_args!("a station in use was taken for another patient"),
        );
    }
}

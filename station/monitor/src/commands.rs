//! **I1** and **I14**: what a single command may ask for.
//!
//! I1: the work of a command is at or below the prescription's ceiling, and each of its numbers at or below the machine's and the
//! prescription's own; there is no allowance, since rounding goes down. I14: a command of less work is in no number above the one
//! before it, and no more is a command that the journal gives to a rule. Less is what one step of speed does not explain: where load
//! is divided anew on a rise, rounding the speed down may take more than the rise gave. Whether a rise was permitted is judged where
//! rises are, and what is faster or steeper counts as one there.

use protocols::vocabulary::{MetresPerSecond, PercentGrade, Watts};

use crate::breach::{Invariant, Ledger};
use crate::call::Author;
use crate::scene::Turn;
use crate::work::{EPSILON, speed_rounding};

/// Judges the command of a turn by itself and by the one before.
pub(crate) fn judge(turn: &Turn<'_>, ledger: &mut Ledger) {
    if turn.asks() {
        ceilings(turn, ledger);
        division(turn, ledger);
    }
}

fn ceilings(turn: &Turn<'_>, ledger: &mut Ledger) {
    let after = &turn.after;
    if !after.is_on() {
        return;
    }
    let charter = turn.charter;
    let mut over = |what: &str, asked: f64, most: f64| {
        if asked > most + EPSILON {
            ledger.write(
                Invariant::I1,
                turn.now,
                format_args!("{what} {asked:.3} asked for, {most:.3} allowed"),
            );
        }
    };
    over("net METs", after.work, charter.ceiling.get());
    // What a machine does not have it cannot be asked for.
    let (power, belt) = (charter.machine.power, charter.machine.belt);
    let watts = power.map_or(Watts::ZERO, |range| range.max);
    let speed = belt.map_or(MetresPerSecond::ZERO, |range| range.max_speed);
    let grade = belt.map_or(PercentGrade::ZERO, |range| range.max_grade);
    over("watts", after.power, watts.as_f64());
    over("m/s", after.speed, speed.get());
    over("per cent of grade", after.grade, grade.get());
    if let Some(fastest) = charter.fastest {
        over("m/s", after.speed, fastest.get());
    }
    if let Some(steepest) = charter.steepest {
        over("per cent of grade", after.grade, steepest.get());
    }
}

fn division(turn: &Turn<'_>, ledger: &mut Ledger) {
    let (before, after) = (&turn.before, &turn.after);
    if !after.raises_anything_of(before) {
        return;
    }
    let step = speed_rounding(&turn.charter.machine, after);
    let why = if after.work < before.work - step - EPSILON {
        "less work with more of something"
    } else if turn.author() == Some(Author::Rule) {
        "a rule raised something"
    } else {
        return;
    };
    ledger.write(
        Invariant::I14,
        turn.now,
        format_args!("{why}: {before} to {after}"),
    );
}

//! Answers to what people enter: a complaint, a reading of a cuff, a rating.
//!
//! What ends exercise is judged among the stops. What takes load away does so from its entry on, at the rules' 3 net METs a minute: a
//! rating or a pressure until the next that is in range, anything else until a person has acknowledged an alarm. Pain of walking at its
//! limit leaves an ergometer nothing, in the call of its entry.

use crate::breach::{Invariant, Ledger};
use crate::call::{Act, Entered, Seen};
use crate::falls::Duty;
use crate::scene::Turn;

/// Breaths a minute beyond which load comes down.
const BREATHS: u8 = 40;
/// Pressures in mmHg beyond which load comes down, systolic and diastolic.
const IN_TRAINING: (u16, u16) = (220, 105);
/// Pressures beyond which exercise ends.
const ENDS: (u16, u16) = (250, 115);
/// Angina of so much, of 4, ends exercise.
const ANGINA_ENDS: u8 = 2;

/// What was entered and is not over.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent entries, not a state"
)]
pub(crate) struct Entries {
    exertion: bool,
    dyspnoea: bool,
    pressure: bool,
    /// Until a person acknowledges.
    complaint: bool,
    fall: Duty,
}

/// Whether an entry of this turn ends exercise, and was taken.
pub(crate) fn ends_exercise(turn: &Turn<'_>) -> bool {
    let Some(entered) = taken(turn) else {
        return false;
    };
    match entered {
        Entered::Illness => true,
        Entered::Angina(grade) => grade >= ANGINA_ENDS,
        Entered::Pressure {
            systolic,
            diastolic,
            symptoms,
        } => symptoms && is_over((systolic, diastolic), stop(turn)),
        Entered::Exertion(_)
        | Entered::Dyspnoea(_)
        | Entered::Claudication(_)
        | Entered::Breathing(_)
        | Entered::Figure
        | Entered::Ectopy => false,
    }
}

impl Entries {
    pub(crate) fn judge(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        if !turn.charter.machine.control.is_commanded() {
            return;
        }
        self.acknowledged(turn);
        // What ends exercise is the stops' to judge.
        if let Some(entered) = taken(turn).filter(|_| !ends_exercise(turn)) {
            self.take(entered, turn, ledger);
        }
        let is_due = self.exertion || self.dyspnoea || self.pressure || self.complaint;
        let what = (Invariant::Answer, "what a person entered asks for less");
        self.fall.judge(is_due, what, turn, ledger);
    }

    fn acknowledged(&mut self, turn: &Turn<'_>) {
        let seen = matches!(
            turn.call.input,
            Seen::Act(Act::Acknowledge(_) | Act::AcknowledgeAll)
        );
        self.complaint &= !seen || turn.call.left.refused;
    }

    fn take(&mut self, entered: Entered, turn: &Turn<'_>, ledger: &mut Ledger) {
        let limits = &turn.charter.entries;
        match entered {
            Entered::Exertion(rating) => self.exertion = rating > limits.exertion,
            Entered::Dyspnoea(rating) => self.dyspnoea = rating > limits.dyspnoea,
            Entered::Pressure {
                systolic,
                diastolic,
                symptoms: _,
            } => {
                let pressure = (systolic, diastolic);
                self.complaint |= is_over(pressure, stop(turn));
                self.pressure = is_over(pressure, IN_TRAINING);
            }
            Entered::Angina(grade) => self.complaint |= grade > 0,
            Entered::Breathing(breaths) => self.complaint |= breaths > BREATHS,
            Entered::Ectopy => self.complaint = true,
            Entered::Illness | Entered::Figure => {}
            Entered::Claudication(pain) => {
                let on = turn.before.is_on() && turn.after.is_on();
                if pain >= limits.claudication && on && !turn.is_belt() {
                    let after = &turn.after;
                    ledger.write(
                        Invariant::Answer,
                        turn.now,
                        format_args!("pain of {pain} at its limit, and {after} is still asked for"),
                    );
                }
            }
        }
    }
}

fn taken(turn: &Turn<'_>) -> Option<Entered> {
    if let Seen::Act(Act::Entry(entered)) = turn.call.input
        && !turn.call.left.refused
    {
        Some(entered)
    } else {
        None
    }
}

/// What is prescribed counts where it is stricter.
fn stop(turn: &Turn<'_>) -> (u16, u16) {
    let limits = &turn.charter.entries;
    (
        limits.systolic_stop.min(ENDS.0),
        limits.diastolic_stop.min(ENDS.1),
    )
}

const fn is_over(pressure: (u16, u16), limit: (u16, u16)) -> bool {
    pressure.0 > limit.0 || pressure.1 > limit.1
}

//! **I4** and **I6**: stops.
//!
//! A stop is a person's stop or emergency stop, an opened stop circuit or an entry that ends exercise while load is on, or the phase shown
//! becoming "stopped".
//! I6: the call that carries it takes load away, an ergometer's all of it, a belt's by a step (or it took one within the last
//! second), and a belt stands in time. I4: from then on nothing is asked for, a belt's way down excepted, until a person has
//! acknowledged an alarm and after that resumed, each after the stop and neither refused; and never while the circuit is open.

use core::time::Duration;

use protocols::vocabulary::{LoadControl, MachineCommand, Timestamp};

use crate::breach::{Invariant, Ledger};
use crate::call::{Act, Phase, Seen};
use crate::entries::ends_exercise;
use crate::scene::Turn;

/// A belt may take half as long again as its deceleration says, and then some, before it has to stand.
const BELT_MARGIN: f64 = 1.5;
const BELT_LATEST: Duration = Duration::from_secs(3);

/// The stop that is in force, if one is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stops {
    stopped: Option<Stopped>,
    circuit_open: bool,
    /// When a belt that is being stopped has to stand, and whose stop it is.
    stands_by: Option<(Timestamp, Invariant)>,
}

#[derive(Debug, Clone, Copy)]
struct Stopped {
    acknowledged: bool,
    /// The station's own turn failed: there is no leave either.
    fault: bool,
}

/// What stops in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Person,
    Emergency,
    Circuit,
    Fault,
    Rule,
}

impl Stops {
    /// The station's own turn failed, and nobody has acknowledged and resumed since.
    pub(crate) fn is_faulted(&self) -> bool {
        self.stopped.is_some_and(|stopped| stopped.fault)
    }

    pub(crate) fn judge(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        if let Seen::StopCircuit { open } = turn.call.input {
            self.circuit_open = open;
        }
        self.person(turn);
        if let Some(cause) = self.cause(turn) {
            self.fire(cause, turn, ledger);
        } else if self.stopped.is_some() || self.circuit_open {
            asked_again(turn, ledger);
        }
        self.belt(turn, ledger);
    }

    /// What a person does towards going on.
    fn person(&mut self, turn: &Turn<'_>) {
        let Seen::Act(act) = turn.call.input else {
            return;
        };
        let Some(stopped) = &mut self.stopped else {
            return;
        };
        if turn.call.left.refused {
            return;
        }
        if matches!(act, Act::Acknowledge(_) | Act::AcknowledgeAll) {
            stopped.acknowledged = true;
        } else if matches!(act, Act::Resume | Act::Begin | Act::ConfirmStart)
            && stopped.acknowledged
        {
            (self.stopped, self.stands_by) = (None, None);
        }
    }

    fn cause(&self, turn: &Turn<'_>) -> Option<Cause> {
        let on = turn.before.is_on();
        let here = !matches!(turn.call.left.phase, Phase::Idle | Phase::Finished);
        let input = turn.call.input;
        if on && input == Seen::Act(Act::Stop) {
            Some(Cause::Person)
        } else if on && input == Seen::Act(Act::EmergencyStop) {
            Some(Cause::Emergency)
        } else if on && input == (Seen::StopCircuit { open: true }) {
            Some(Cause::Circuit)
        } else if input == Seen::Fault && (on || here) {
            Some(Cause::Fault)
        } else if on && ends_exercise(turn) {
            Some(Cause::Rule)
        } else {
            (turn.became(Phase::Stopped) && self.stopped.is_none()).then_some(Cause::Rule)
        }
    }

    fn fire(&mut self, cause: Cause, turn: &Turn<'_>, ledger: &mut Ledger) {
        self.stopped = Some(Stopped {
            acknowledged: false,
            fault: cause == Cause::Fault || self.is_faulted(),
        });
        let by_hand = turn.charter.machine.control == LoadControl::ByHand;
        if !turn.before.is_on() || by_hand {
            return;
        }
        if cause == Cause::Emergency {
            emergency(turn, ledger);
        }
        let invariant = match cause {
            Cause::Person | Cause::Emergency | Cause::Circuit => Invariant::I6,
            Cause::Rule | Cause::Fault => Invariant::Answer,
        };
        let excused = match cause {
            Cause::Person | Cause::Emergency | Cause::Circuit => turn.relay_open,
            // A belt that a rule stops may take its first step with the next beat: it has to stand in time.
            Cause::Rule => turn.is_belt() || !turn.reaches_the_machine(),
            Cause::Fault => true,
        };
        if !excused && !takes_away(turn) {
            let after = &turn.after;
            ledger.write(
                invariant,
                turn.now,
                format_args!("a stop, and {after} is still asked for after its call"),
            );
        }
        if turn.call.left.refused && matches!(cause, Cause::Person | Cause::Emergency) {
            ledger.write(
                Invariant::I6,
                turn.now,
                format_args!("a stop was refused while load is on"),
            );
        }
        if turn.is_belt() && turn.after.is_on() && self.stands_by.is_none() {
            let seconds = turn.before.speed.max(0.0) / turn.charter.allowances.belt_slows;
            let latest = Duration::try_from_secs_f64(seconds * BELT_MARGIN).unwrap_or_default();
            self.stands_by = Some((turn.now + latest + BELT_LATEST, invariant));
        }
    }

    /// A belt that is being stopped has to stand in time.
    fn belt(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        let Some((latest, invariant)) = self.stands_by else {
            return;
        };
        if !turn.after.is_on() || turn.stands() || !turn.reaches_the_machine() {
            self.stands_by = None;
        } else if turn.now > latest {
            self.stands_by = None;
            let after = &turn.after;
            ledger.write(
                invariant,
                turn.now,
                format_args!("a belt that was to be stopped is still asked for {after}"),
            );
        }
    }
}

fn emergency(turn: &Turn<'_>, ledger: &mut Ledger) {
    let sent = turn.call.left.command == Some(MachineCommand::EmergencyStop);
    if !sent && !turn.link_down {
        ledger.write(
            Invariant::I6,
            turn.now,
            format_args!("an emergency stop without the machine's fastest stop"),
        );
    }
    if turn.charter.has_relay && !turn.relay_open {
        ledger.write(
            Invariant::I6,
            turn.now,
            format_args!("an emergency stop, and the relay stays closed"),
        );
    }
}

fn takes_away(turn: &Turn<'_>) -> bool {
    if !turn.after.is_on() {
        return true;
    }
    // A step that was taken just now forbids another in this call.
    let step = turn.charter.allowances.belt_step;
    turn.is_belt()
        && (turn.after.speed < turn.before.speed
            || turn
                .slowed_at
                .is_some_and(|slowed| turn.now.since(slowed) <= step))
}

/// A load asked for while a stop is in force: only a belt's way down is none.
fn asked_again(turn: &Turn<'_>, ledger: &mut Ledger) {
    if !turn.asks() || !turn.after.is_on() {
        return;
    }
    let way_down = turn.is_belt()
        && turn.before.is_on()
        && matches!(turn.call.left.command, Some(MachineCommand::SetLoad(_)))
        && !turn.after.raises_anything_of(&turn.before);
    if !way_down {
        let after = &turn.after;
        ledger.write(
            Invariant::I4,
            turn.now,
            format_args!("{after} asked for after a stop that nobody acknowledged and resumed"),
        );
    }
}

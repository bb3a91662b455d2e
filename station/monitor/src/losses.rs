//! **I5** for the machine, and for signals where nothing can be commanded.
//!
//! A silent machine is asked for no more; past its time, load is taken away by command or by the relay. A machine that takes no
//! loads is ended where it can be, or cut off by the relay, or a person is called: promptly first, urgently after a while.

use core::time::Duration;

use protocols::vocabulary::LoadControl;

use crate::alarms::Alarms;
use crate::breach::{Invariant, Ledger};
use crate::call::Priority;
use crate::scene::Turn;
use crate::signals::{Signals, Track};

/// What a rule's clock may be late by where no value has to be trusted first.
const A_SECOND: Duration = Duration::from_secs(1);

/// What was already told of a loss that lasts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Losses {
    /// Load was taken away since the machine fell silent.
    taken: bool,
    told: bool,
    called: Called,
}

/// How far a call for a person was found missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Called {
    #[default]
    Fine,
    NotAtAll,
    NotUrgently,
}

impl Losses {
    pub(crate) fn judge(
        &mut self,
        (signals, alarms): (&Signals, &Alarms),
        turn: &Turn<'_>,
        ledger: &mut Ledger,
    ) {
        match turn.charter.machine.control {
            LoadControl::Commanded | LoadControl::CommandedFromLeast => {
                self.machine(turn, ledger);
            }
            LoadControl::EndedOnly | LoadControl::ByHand => {
                self.by_hand(signals, alarms, turn, ledger);
            }
        }
    }

    fn machine(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        let Some(silent) = turn.silent_for() else {
            return;
        };
        let (times, allowed) = (&turn.charter.times, &turn.charter.allowances);
        if silent < times.machine_no_rise_after {
            (self.taken, self.told) = (false, false);
            return;
        }
        let seconds = silent.as_secs_f64();
        if turn.rose() && silent > times.machine_no_rise_after.saturating_add(allowed.grace) {
            ledger.write(
                Invariant::I5,
                turn.now,
                format_args!("a rise for a machine that is silent for {seconds:.1} s"),
            );
        }
        // A belt that is being slowed has its load taken away step by step.
        self.taken |= turn.after.is_below(&turn.before);
        let answered = !turn.after.is_on() || turn.relay_open || (turn.is_belt() && self.taken);
        let late = silent > times.machine_lost_after.saturating_add(A_SECOND);
        if late && !answered && !self.told {
            self.told = true;
            ledger.write(
                Invariant::I5,
                turn.now,
                format_args!(
                    "the machine is silent for {seconds:.1} s, its load neither taken away nor cut off"
                ),
            );
        }
    }

    fn by_hand(
        &mut self,
        signals: &Signals,
        alarms: &Alarms,
        turn: &Turn<'_>,
        ledger: &mut Ledger,
    ) {
        let moving = turn.report.is_some_and(|(report, _)| report.is_moving());
        let ended = turn.charter.machine.control == LoadControl::EndedOnly && !turn.after.is_on();
        if !moving || ended || turn.relay_open {
            self.called = Called::Fine;
            return;
        }
        let charter = turn.charter;
        let times = &charter.times;
        let silent = turn.silent_for().unwrap_or_default();
        let overdue = [
            (silent, times.machine_lost_after, true),
            (
                unheard(&signals.heart_rate, turn),
                times.heart_rate_falls_after,
                charter.requires_heart_rate,
            ),
            (
                unheard(&signals.saturation, turn),
                times.saturation_falls_after,
                charter.requires_saturation,
            ),
        ]
        .into_iter()
        .filter(|&(.., counts)| counts)
        .filter_map(|(lost, limit, _)| {
            lost.checked_sub(limit.saturating_add(charter.allowances.react))
        })
        .max();
        let Some(overdue) = overdue.filter(|overdue| !overdue.is_zero()) else {
            self.called = Called::Fine;
            return;
        };
        let urgent = overdue > times.call_escalates_after;
        let missing = match alarms.most_urgent() {
            Some((Priority::High, _)) => Called::Fine,
            Some((Priority::Medium, acknowledged)) if acknowledged || !urgent => Called::Fine,
            Some((Priority::Medium, _)) => Called::NotUrgently,
            Some((Priority::Low, _)) | None => Called::NotAtAll,
        };
        if missing > self.called {
            self.called = missing;
            let seconds = overdue.as_secs_f64();
            let what = match missing {
                Called::NotUrgently => "not called urgently",
                Called::Fine | Called::NotAtAll => "not called at all",
            };
            ledger.write(
                Invariant::I5,
                turn.now,
                format_args!(
                    "something is lost, {seconds:.1} s over its time, and a person is {what}"
                ),
            );
        }
    }
}

/// How long a signal has not been heard; nothing where it never was, as exercise by hand has no beginning that can be seen.
fn unheard(track: &Track, turn: &Turn<'_>) -> Duration {
    track
        .heard
        .map_or(Duration::ZERO, |heard| turn.now.since(heard))
}

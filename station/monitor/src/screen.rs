//! **I9**: a value older than its limit is not shown as live, nor as younger than any that came.

use crate::breach::{Invariant, Ledger};
use crate::call::Signal;
use crate::scene::Turn;
use crate::signals::Signals;

/// Which value looks live and is not, and was told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Screen {
    heart_rate: bool,
    saturation: bool,
    machine: bool,
}

impl Screen {
    pub(crate) fn judge(&mut self, signals: &Signals, turn: &Turn<'_>, ledger: &mut Ledger) {
        let (times, grace) = (&turn.charter.times, turn.charter.allowances.grace);
        let limit = times.live.saturating_add(grace);
        for shown in turn.call.left.shown {
            let (name, newest, told) = match shown.signal {
                Signal::HeartRate => (
                    "heart rate",
                    signals.heart_rate.newest,
                    &mut self.heart_rate,
                ),
                Signal::Saturation => (
                    "saturation",
                    signals.saturation.newest,
                    &mut self.saturation,
                ),
                Signal::Machine => ("machine", signals.machine_newest, &mut self.machine),
            };
            let age = turn.now.since(shown.sent_at);
            let made_younger = Some(shown.sent_at) > newest;
            let lies = shown.live && (age > limit || made_younger);
            if lies && !*told {
                let seconds = age.as_secs_f64();
                let why = if made_younger {
                    "younger than any that came"
                } else {
                    "live"
                };
                ledger.write(
                    Invariant::I9,
                    turn.now,
                    format_args!("the {name} is shown as {why}, {seconds:.1} s old"),
                );
            }
            *told = lies;
        }
    }
}

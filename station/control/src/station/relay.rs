//! When the relay opens, and how a machine that the relay has switched off comes back.
//!
//! A relay that cuts the machine's power also silences it, and a machine that does not answer keeps the relay open: neither would ever
//! end by itself. So a person who has acknowledged everything and wants to go on gives the machine its power back for a while; nothing
//! else closes a relay that something wants open. The stop stays latched meanwhile: going on needs the person once more.

use core::time::Duration;

use protocols::vocabulary::{LoadControl, Timestamp};

use super::Station;
use crate::drive::Nudge;
use crate::outputs::Refusal;
use crate::view::PhaseKind;

/// How long a machine that has its power back may take to answer (assumed: a console starts within seconds).
const RELAY_TRIAL: Duration = Duration::from_secs(30);

impl Station {
    /// The relay opens by a rule, with the emergency stop, while the turn is at fault, and where a stop has no other way to a machine
    /// that takes no commands (I5).
    pub(super) fn settle_relay(&mut self, now: Timestamp, nudge: Nudge) -> bool {
        let verdict = self.supervisor.verdict();
        let unloads = verdict.stop_latched || self.phase.kind() == PhaseKind::Paused;
        let no_other_way = self.capabilities.control == LoadControl::ByHand && unloads;
        let wanted = verdict.relay_open || self.drive.is_emergency() || self.fault || no_other_way;
        let stopped = matches!(nudge, Nudge::Stop | Nudge::Emergency);
        if !wanted || stopped || self.is_trial_over(now) {
            self.relay_trial_until = None;
        }
        self.relay_open = wanted && self.relay_trial_until.is_none();
        self.relay_open
    }

    /// The relay that a person closed opens again with the next thing that calls for a person, with a machine that comes back in
    /// motion, and where none came back in time.
    fn is_trial_over(&self, now: Timestamp) -> bool {
        let Some(until) = self.relay_trial_until else {
            return false;
        };
        // The load of a machine that takes no commands is its patient's own.
        let moves = self.capabilities.control != LoadControl::ByHand
            && self.signals.machine().is_some_and(|(report, sent_at)| {
                report.is_moving() && sent_at > until.before(RELAY_TRIAL)
            });
        now >= until || moves || self.stop_circuit_open || self.fault || self.alarms.is_waiting()
    }

    /// The machine does not answer. Where the relay may be why, a person who wants to go on closes it for a while.
    pub(super) fn give_power_back(&mut self, now: Timestamp) -> Refusal {
        if self.relay_trial_until.is_some() {
            return Refusal::PowerReturns;
        }
        if !self.relay_open {
            return Refusal::MachineLost;
        }
        if self.fault || self.alarms.is_waiting() {
            return Refusal::AcknowledgeFirst;
        }
        self.relay_trial_until = Some(now + RELAY_TRIAL);
        Refusal::PowerReturns
    }
}

#[cfg(test)]
mod tests;

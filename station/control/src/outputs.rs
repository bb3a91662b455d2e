//! What one turn of the core hands out. A struct that cannot overflow: one command slot, changes as sets, one decision.

use protocols::vocabulary::{MachineCommand, NetMets, Timestamp};
use serde::{Deserialize, Serialize};

use crate::rules::RuleSet;
use crate::view::{PhaseKind, Reason};

/// What one call of `Station::handle` hands out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Outputs {
    /// What the machine is told; the safest wins.
    pub command: Option<MachineCommand>,
    /// Whether the relay opens and stays open; else it is pulsed on.
    pub relay_open: bool,
    /// Leave to have load until then (I13).
    pub leave_until: Timestamp,
    /// What changed among the alarms.
    pub alarms: AlarmChanges,
    /// Why load is what it is, where that changed or at a beat of the controller.
    pub decision: Option<Decision>,
    /// From which phase into which.
    pub phase_change: Option<(PhaseKind, PhaseKind)>,
    /// Why a person's action was not taken.
    pub refused: Option<Refusal>,
}

impl Outputs {
    /// Puts a command into the slot unless a safer one is there.
    pub fn offer(&mut self, command: MachineCommand) {
        if self
            .command
            .is_none_or(|there| command.rank() >= there.rank())
        {
            self.command = Some(command);
        }
    }
}

/// What changed among the alarms in one turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AlarmChanges {
    /// New alarms.
    pub raised: RuleSet,
    /// Alarms that now have a higher priority.
    pub escalated: RuleSet,
    /// Alarms that a person has acknowledged.
    pub acknowledged: RuleSet,
    /// Alarms that are silenced now.
    pub silenced: RuleSet,
    /// Alarms that have gone.
    pub cleared: RuleSet,
    /// Alarms that call again because nobody came.
    pub repeated: RuleSet,
}

/// Why load is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What the controller or the phase asked for.
    pub proposed: NetMets,
    /// What was let through.
    pub granted: NetMets,
    /// What decided it in the end.
    pub binding: Reason,
    /// Every rule that acts on load now.
    pub acting: RuleSet,
    /// The controller's own figures, where this is one of its beats.
    pub beat: Option<Beat>,
    /// Heart rate that it rests on, in beats a minute.
    pub heart_rate: Option<f64>,
    /// Saturation that it rests on, in per cent.
    pub saturation: Option<f64>,
}

/// One beat of the heart-rate law (`controllers.md` 3.3), each figure as the law names it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Beat {
    /// Reference heart rate, in beats a minute.
    pub reference: f64,
    /// Mean of the trusted readings of the last 5 s.
    pub measured: Option<f64>,
    /// Error, after the downward factor.
    pub error: f64,
    /// Feed-forward, in METs.
    pub feed_forward: f64,
    /// Integrator, in METs.
    pub integral: f64,
    /// Lag, in METs.
    pub lag: f64,
    /// What the law wants after its own limits, in METs.
    pub want: f64,
}

/// Why a person's action was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Not in this phase.
    NotNow,
    /// A latched alarm has to be acknowledged first.
    AcknowledgeFirst,
    /// The condition that stopped it still holds.
    ConditionHolds,
    /// The stop circuit is open.
    StopCircuitOpen,
    /// A required signal is not trusted.
    SignalNotTrusted,
    /// The machine does not answer.
    MachineLost,
    /// More load is not permitted now.
    LimitReached,
    /// The value is outside what can be entered.
    OutOfRange,
    /// A rule forbids cutting the cool-down short.
    CoolDownNeeded,
    /// The prescription does not fit this machine.
    WrongMachine,
    /// There is no target that a person could move: the load is in a hand, or its intervals are prescribed by load.
    NoTarget,
    /// The machine's power comes back just now: it has to answer first.
    PowerReturns,
    /// The machine's brake cannot go as low as the prescription does.
    BrakeHoldsMore,
    /// The machine gives nothing at the load that conditioning orders: its least is more.
    OrdersUnderItsLeast,
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::{MachineLoad, Watts};

    use super::*;

    #[test]
    fn the_safest_command_stays_and_of_two_as_safe_the_later() {
        let load = |watts| {
            MachineCommand::SetLoad(MachineLoad::Power(Watts::new(watts).expect("in range")))
        };
        let mut outputs = Outputs::default();
        for (offered, stays) in [
            (load(50), load(50)),
            (load(40), load(40)),
            (MachineCommand::Stop, MachineCommand::Stop),
            (load(30), MachineCommand::Stop),
            (MachineCommand::EmergencyStop, MachineCommand::EmergencyStop),
            (MachineCommand::Stop, MachineCommand::EmergencyStop),
        ] {
            outputs.offer(offered);
            assert_eq!(outputs.command, Some(stays));
        }
    }
}

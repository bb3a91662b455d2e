//! What the supervisor is told of the session, beside the signals, and what it answers: the seam between who proposes a load and who
//! disposes of it. The supervisor learns where the session stands and what was granted, never why a load was proposed.

use protocols::vocabulary::{Capabilities, MachineLoad, NetMets, Timestamp};
use serde::{Deserialize, Serialize};

use crate::input::{Action, Entry};
use crate::rules::{LoadAct, Priority, RuleId, RuleSet};
use crate::view::{PhaseKind, Reason};

/// Where the session stands, as far as rules ask.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts that rules ask for, not a state"
)]
pub struct Situation {
    /// Now.
    pub now: Timestamp,
    /// The phase.
    pub phase: PhaseKind,
    /// In it since.
    pub phase_since: Timestamp,
    /// Exercise (warm-up, conditioning, cool-down, or their pause) is under way.
    pub exercising: bool,
    /// Conditioning has lasted longer than prescribed by 10 %.
    pub conditioning_over: bool,
    /// The target in heart rate, in beats a minute; `None` without one.
    pub target: Option<f64>,
    /// The load granted now.
    pub granted: NetMets,
    /// Granted above the machine's minimum, or reported above nothing.
    pub load_on: bool,
    /// The load is at its minimum.
    pub at_minimum: bool,
    /// The load is at its cap.
    pub at_cap: bool,
    /// Net METs of the cool-down load (`rules.toml`, words).
    pub cool_down_load: NetMets,
    /// A blood pressure was due then.
    pub blood_pressure_due: Option<Timestamp>,
    /// Any dashboard is alive.
    pub watched: bool,
    /// The stop circuit is open.
    pub stop_circuit_open: bool,
    /// The station's own turn failed.
    pub fault: bool,
    /// The emergency stop was called, and nobody has gone on since: the relay has the machine's power.
    pub emergency: bool,
    /// The gym is being closed.
    pub gym_closes: bool,
    /// The machine's link answers; when it last did.
    pub machine_heard: Option<Timestamp>,
    /// What the machine can do.
    pub capabilities: Capabilities,
    /// What the machine was told last.
    pub told: Option<MachineLoad>,
    /// The machine stopped, or fell out of use, by itself, or was let go, and was not started since: what it says of the crank says nothing.
    pub out_of_use: bool,
    /// The load that the machine reported last, in net METs.
    pub reported: Option<NetMets>,
    /// Mean heart rate of the ready phase, in beats a minute, once it was left.
    pub resting_heart_rate: Option<f64>,
    /// How this patient's heart answers load, where that is known.
    pub response: Option<Response>,
    /// The oldest high alarm that nobody acknowledged: [`crate::alarms::Alarms::unacknowledged_since`].
    pub unacknowledged_since: Option<Timestamp>,
    /// Everything is being recorded.
    pub record_whole: bool,
}

/// How a heart answers load, as the controller estimated it (`controllers.md` 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Gain, in beats a minute for each net MET.
    pub gain: f64,
    /// Resting heart rate, in beats a minute.
    pub rest: f64,
}

/// The limits that `Supervisor::dispose` is handed, beside those of the prescription.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The machine's greatest load for this patient.
    pub machine_ceiling: NetMets,
    /// The load that this patient's assessment explains at most (`controllers.md` 3.2); `None` outside the heart-rate-held mode.
    pub plausibility_cap: Option<NetMets>,
    /// How far load may rise above what is granted, by the ramp and the time since the last call, in METs.
    pub rise: f64,
}

/// What `Supervisor::dispose` lets through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disposed {
    /// The load, and what decided it.
    pub load: LimitedLoad,
    /// Whether load may rise now, as far as rules, trust and the record are concerned: a belt on its way up to what was granted before
    /// waits where it may not.
    pub may_rise: bool,
}

/// What this turn brought, as far as rules ask: conditions are judged when a bin or an input changes, ticks only advance timers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stimulus {
    /// Time alone.
    Tick,
    /// A signal's running bin changed.
    Signals,
    /// The machine reported, or its link changed.
    Machine,
    /// The machine refused what it was told.
    Refusal,
    /// A person entered something.
    Entry(Entry),
    /// The stop key.
    StopKey,
    /// The emergency stop.
    EmergencyStop,
    /// The stop circuit, a dashboard, the record, a fault.
    Surroundings,
}

impl Stimulus {
    /// What a person's action means to the rules.
    #[must_use]
    pub const fn of(action: &Action) -> Self {
        match action {
            Action::Enter(entry) => Self::Entry(*entry),
            Action::Stop => Self::StopKey,
            Action::EmergencyStop => Self::EmergencyStop,
            Action::Begin(_)
            | Action::DoorChecked
            | Action::ConfirmStart
            | Action::Pause
            | Action::Resume
            | Action::LoadUp
            | Action::LoadDown
            | Action::TargetUp
            | Action::TargetDown
            | Action::Automatic
            | Action::BeginCoolDown
            | Action::Finish
            | Action::Acknowledge(_)
            | Action::AcknowledgeAll
            | Action::Silence(_) => Self::Surroundings,
        }
    }
}

/// What the rules say in one turn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The strongest act on the load, and whose.
    pub act: Option<(LoadAct, RuleId)>,
    /// Every rule that acts on load now.
    pub acting: RuleSet,
    /// Rules whose act began in this very turn.
    pub began: RuleSet,
    /// The relay opens.
    pub relay_open: bool,
    /// A stop rule has fired and nobody has acknowledged and resumed (I4).
    pub stop_latched: bool,
}

/// A load on its way through the limiters: each may only lower it, and says why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitedLoad {
    granted: NetMets,
    binding: Reason,
    held: Held,
}

impl LimitedLoad {
    /// A proposal that nothing has lowered yet.
    #[must_use]
    pub const fn proposed(load: NetMets) -> Self {
        Self {
            granted: load,
            binding: Reason::AsProposed,
            held: Held::NOTHING,
        }
    }

    /// Lowers the load to `ceiling` when it is above it, and keeps why. The last reason kept is the binding one.
    pub fn cap(&mut self, ceiling: NetMets, reason: Reason) {
        if ceiling < self.granted {
            self.granted = ceiling;
            self.binding = reason;
            self.held.push(reason, ceiling);
        }
    }

    /// What is left.
    #[must_use]
    pub const fn granted(&self) -> NetMets {
        self.granted
    }

    /// What decided it.
    #[must_use]
    pub const fn binding(&self) -> Reason {
        self.binding
    }

    /// Every limit that lowered it.
    #[must_use]
    pub const fn held(&self) -> Held {
        self.held
    }
}

/// Each limit that lowered a load, in the order of the limiters, with what it left: an explanation for people, which no decision reads and
/// no state carries. Two explanations are always equal, so that a core is the same with and without one.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    limits: [(Reason, NetMets); Self::MOST],
    count: usize,
}

impl Held {
    /// More limiters than there are; what would come after is left out.
    const MOST: usize = 12;

    /// Nothing held it.
    pub const NOTHING: Self = Self {
        limits: [(Reason::AsProposed, NetMets::ZERO); Self::MOST],
        count: 0,
    };

    /// The limits, in order, each with the load that it left.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, NetMets)> + '_ {
        self.limits.iter().take(self.count).copied()
    }

    fn push(&mut self, reason: Reason, left: NetMets) {
        if let Some(place) = self.limits.get_mut(self.count) {
            *place = (reason, left);
            self.count += 1;
        }
    }
}

impl Default for Held {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl PartialEq for Held {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// How a rule calls for a person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tell {
    /// Which rule.
    pub rule: RuleId,
    /// How urgently.
    pub priority: Priority,
    /// The value that made it.
    pub value: Option<f64>,
    /// The limit that it broke.
    pub limit: Option<f64>,
    /// Whether it stays until a person acknowledges.
    pub latched: bool,
    /// Whether a person has acknowledged it since it last called for one.
    pub seen: bool,
    /// Whether the condition still holds.
    pub active: bool,
    /// What the rule does to the load now.
    pub act: Option<LoadAct>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mets(value: f64) -> NetMets {
        NetMets::new(value).expect("in range")
    }

    #[test]
    fn each_limit_that_lowered_a_load_is_kept_in_order_and_the_last_binds() {
        let mut load = LimitedLoad::proposed(mets(5.0));
        assert_eq!(load.binding(), Reason::AsProposed);
        for (ceiling, reason) in [
            (5.0, Reason::MachineCeiling),
            (4.0, Reason::PrescribedCeiling),
            (4.5, Reason::Prediction),
            (3.0, Reason::Ramp),
        ] {
            load.cap(mets(ceiling), reason);
        }
        assert_eq!((load.granted(), load.binding()), (mets(3.0), Reason::Ramp));
        let held: std::vec::Vec<_> = load.held().iter().collect();
        assert_eq!(
            held,
            [
                (Reason::PrescribedCeiling, mets(4.0)),
                (Reason::Ramp, mets(3.0))
            ]
        );
    }

    #[test]
    fn more_limits_than_there_are_places_are_left_out() {
        let mut load = LimitedLoad::proposed(mets(20.0));
        for step in 1..=15_u8 {
            load.cap(mets(20.0 - f64::from(step)), Reason::Ramp);
        }
        assert_eq!(load.granted(), mets(5.0));
        assert_eq!(load.held().iter().count(), Held::MOST);
        assert_eq!(Held::NOTHING.iter().count(), 0);
    }
}

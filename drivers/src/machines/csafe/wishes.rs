//! What the core wants of the machine and has not got yet. One slot each: the newest wins.

use protocols::csafe::State;
use protocols::vocabulary::{MachineCommand, MachineLoad, Timestamp};

use super::Machine;
use super::request::Write;

/// So many bursts at once before the stop counts as refused; further ones go on, more slowly.
const BURSTS_AT_ONCE: u8 = 3;

#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub(super) stop: Option<Stop>,
    pub(super) start: Option<Start>,
    pub(super) load: Option<MachineLoad>,
    /// The load takes something away: it does not wait.
    pub(super) urgent: bool,
    /// The load that took something away and is not confirmed: it must not get lost.
    pub(super) reducing: Option<MachineLoad>,
    /// What was last written to the wire.
    pub(super) sent: Option<MachineLoad>,
    /// What the machine took by its last answer, until its next one: a machine that tells the fate of the frame before may
    /// still refuse it.
    pub(super) taken: Option<MachineCommand>,
}

/// A stop that the machine has not confirmed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) command: MachineCommand,
    /// When the release goes out, again or for the first time; `None` while its outcome is being found out.
    pub(super) due: Option<Timestamp>,
    bursts: u8,
    /// Whether the core knows that the machine does not obey.
    pub(super) told: bool,
}

/// A start that is not through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// As the core said it.
    asked: MachineLoad,
    /// As the machine is told it.
    load: MachineLoad,
    claimed: bool,
    pub(super) loaded: bool,
}

impl Stop {
    pub(super) const fn new(command: MachineCommand, now: Timestamp) -> Self {
        Self {
            command,
            due: Some(now),
            bursts: 0,
            told: false,
        }
    }

    pub(super) const fn count_burst(&mut self) {
        self.due = None;
        self.bursts = self.bursts.saturating_add(1);
    }

    pub(super) const fn is_disobeyed(&self) -> bool {
        self.bursts >= BURSTS_AT_ONCE
    }
}

impl Start {
    pub(super) const fn new(asked: MachineLoad, load: MachineLoad) -> Self {
        Self {
            asked,
            load,
            claimed: false,
            loaded: false,
        }
    }

    pub(super) const fn command(&self) -> MachineCommand {
        MachineCommand::Start(self.asked)
    }

    pub(super) const fn mark_claimed(&mut self) {
        self.claimed = true;
    }

    /// A load that takes away from the one to start with replaces it, if it is not under way yet.
    pub(super) fn set_before_it_is_sent(&mut self, load: MachineLoad) {
        if !self.loaded && load.takes_away_from(&self.load) {
            self.load = load;
        }
    }
}

impl Wishes {
    /// What a start needs next: the machine claimed, listening to the host, loaded, begun.
    pub(super) fn next_step_of_start(&self, machine: Machine) -> Option<Write> {
        let start = self.start?;
        let in_use = matches!(machine.state?, State::InUse | State::Paused);
        let claimed = start.claimed || in_use || machine.state == Some(State::Idle);
        if !claimed {
            Some(Write::Claim)
        } else if !machine.prepared && !in_use {
            Some(Write::Extern)
        } else if !start.loaded {
            Some(Write::StartLoad(start.load))
        } else {
            Some(Write::Begin)
        }
    }
}

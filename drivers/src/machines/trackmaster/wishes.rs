//! What the core wants of the belt and has not got yet.

use std::time::Duration;

use protocols::trackmaster::{BeltSpeed, Command};
use protocols::trackmaster::{FourDigits, HostMessage};
use protocols::vocabulary::{MachineCommand, MachineLoad, Timestamp};

use super::settings::BeltSetting;

/// A value that was acknowledged longer ago than this is told again when it is asked for again: somebody may have changed it
/// at the machine's own keys (assumed).
const TOLD_HOLDS: Duration = Duration::from_secs(1);

/// A load on its way to the machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct LoadWish {
    pub(super) command: MachineCommand,
    pub(super) setting: BeltSetting,
    pub(super) due: Due,
    /// It takes something away and has not been on the wire yet: it does not wait.
    pub(super) urgent: bool,
    /// The machine refused a part of it.
    pub(super) refused: bool,
}

/// What of a load the machine has not acknowledged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    pub(super) speed: bool,
    pub(super) elevation: bool,
}

/// A start on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub(super) load: MachineLoad,
    pub(super) step: StartStep,
    /// It was rejected once.
    pub(super) again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartStep {
    Level,
    Slow,
    Go,
}

/// A stop, until the machine says that it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) command: MachineCommand,
    /// When it was last sent; `None` where it has to go out now.
    pub(super) sent_at: Option<Timestamp>,
    pub(super) acknowledged: bool,
    /// Whether the core knows that the machine refuses it.
    pub(super) refused: bool,
}

impl Stop {
    pub(super) const fn of(command: MachineCommand) -> Self {
        Self {
            command,
            sent_at: None,
            acknowledged: false,
            refused: false,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Intent {
    /// Nothing beyond loads.
    Follow,
    Start(Start),
    Stop(Stop),
}

/// What the machine acknowledged last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    speed: Option<(FourDigits, Timestamp)>,
    elevation: Option<(FourDigits, Timestamp)>,
}

impl Told {
    pub(super) fn speed(&self) -> Option<FourDigits> {
        self.speed.map(|(speed, _)| speed)
    }

    pub(super) fn acknowledge_speed(&mut self, now: Timestamp, speed: FourDigits) {
        self.speed = Some((speed, now));
    }

    pub(super) fn acknowledge_elevation(&mut self, now: Timestamp, elevation: FourDigits) {
        self.elevation = Some((elevation, now));
    }

    /// The belt stopped: its settings are no longer what was told.
    pub(super) const fn forget_settings(&mut self) {
        self.speed = None;
        self.elevation = None;
    }

    /// What of a load has to go on the wire. `speed_too` is false for a belt that stands, whose speed is not told.
    pub(super) fn wish(
        &self,
        now: Timestamp,
        command: MachineCommand,
        setting: BeltSetting,
        urgent: bool,
        speed_too: bool,
    ) -> LoadWish {
        let is_due = |told: Option<(FourDigits, Timestamp)>, wanted| {
            told.is_none_or(|(value, at)| value != wanted || now.since(at) >= TOLD_HOLDS)
        };
        LoadWish {
            command,
            setting,
            due: Due {
                speed: speed_too && is_due(self.speed, setting.speed),
                elevation: is_due(self.elevation, setting.elevation),
            },
            urgent,
            refused: false,
        }
    }

    /// What of a load goes on the wire next: what takes away first. `None` when all of it was told.
    pub(super) fn next_of(&self, wish: &LoadWish) -> Option<HostMessage> {
        let not_above = |wanted, told: Option<(FourDigits, Timestamp)>| {
            told.is_none_or(|(value, _)| wanted <= value)
        };
        let slower = wish.due.speed && not_above(wish.setting.speed, self.speed);
        let flatter = wish.due.elevation && not_above(wish.setting.elevation, self.elevation);
        if slower || (wish.due.speed && !wish.due.elevation) {
            Some(set_speed(wish.setting.speed))
        } else if flatter || wish.due.elevation {
            Some(set_elevation(wish.setting.elevation))
        } else {
            None
        }
    }
}

pub(super) const fn set_speed(tenths: FourDigits) -> HostMessage {
    HostMessage::Command(Command::SetSpeed(BeltSpeed { tenths, unit: None }))
}

pub(super) const fn set_elevation(tenths: FourDigits) -> HostMessage {
    HostMessage::Command(Command::SetElevation(tenths))
}

//! Which virtual CSAFE machines there are, and what each lets a host do when.

use protocols::csafe::{State, code};

/// A virtual machine to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsafeModel {
    /// A bike that takes power in use.
    ControllableBike,
    /// A treadmill that takes speed and grade in use.
    ControllableTreadmill,
    /// A bike that refuses power in use, and says so only when it is asked.
    ConsoleBike,
    /// A treadmill that refuses speed and grade in use, and says so only when it is asked.
    ConsoleTreadmill,
    /// A Concept2 monitor: its load is the damper and the patient.
    Concept2,
}

/// How a machine treats its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// As one shipped console's firmware (Cyclops): writes of load only before use, silence about a refusal.
    Console,
    /// Takes load while in use, answers every good frame at once \[assumed\].
    Controllable,
    /// Answers every good frame with the fate of the one before (Concept2's definition).
    Concept2,
}

impl CsafeModel {
    pub(super) const fn manner(self) -> Manner {
        match self {
            Self::ControllableBike | Self::ControllableTreadmill => Manner::Controllable,
            Self::ConsoleBike | Self::ConsoleTreadmill => Manner::Console,
            Self::Concept2 => Manner::Concept2,
        }
    }

    pub(super) const fn is_treadmill(self) -> bool {
        matches!(self, Self::ControllableTreadmill | Self::ConsoleTreadmill)
    }

    /// Whether this command is allowed in this state: the table of a shipped console (firmware of Cyclops), widened for the
    /// other manners.
    pub(super) fn permits(self, command: u8, state: State) -> bool {
        let ready = state == State::Ready;
        let unused = matches!(state, State::Ready | State::Idle | State::HaveId);
        let exercising = matches!(state, State::InUse | State::Paused);
        let console = self.manner() == Manner::Console;
        match command {
            code::GO_IDLE | code::GO_READY => unused || state == State::Finished,
            code::GO_HAVE_ID => state == State::Idle,
            code::BAD_ID => state == State::HaveId,
            code::GO_IN_USE => {
                exercising || matches!(state, State::Idle | State::HaveId) || (ready && !console)
            }
            code::GO_FINISHED => exercising,
            code::SET_SPEED | code::SET_GRADE => unused || (exercising && !console),
            code::SET_POWER if console => matches!(state, State::Ready | State::Idle),
            code::SET_POWER => unused || exercising,
            code::UP_LIST => matches!(state, State::Ready | State::Idle),
            code::SET_TWORK
            | code::SET_HORIZONTAL
            | code::SET_CALORIES
            | code::SET_PROGRAM
            | code::SET_USER_INFO
            | code::SET_LEVEL
            | code::SET_TARGET_HEART_RATE
            | code::SET_HEART_RATE_ZONE
            | code::SET_HEART_RATE_MAXIMUM
            | code::SET_GEAR
            | code::SET_TORQUE
            | code::SET_METS => unused,
            code::ID_DIGITS | code::SET_TIME | code::SET_DATE | code::SET_TIMEOUT => ready,
            _ => true,
        }
    }

    /// Whether the model has never heard of a write that others know (Concept2's list of what it leaves out).
    pub(super) fn leaves_out(self, command: u8) -> bool {
        self == Self::Concept2
            && matches!(
                command,
                code::SET_SPEED
                    | code::SET_GRADE
                    | code::SET_GEAR
                    | code::SET_TORQUE
                    | code::SET_LEVEL
                    | code::SET_TARGET_HEART_RATE
                    | code::SET_METS
                    | code::SET_HEART_RATE_ZONE
                    | code::SET_HEART_RATE_MAXIMUM
            )
    }
}

/// How many data bytes a write has; `None` where any number goes, or the code is in no table.
pub(super) const fn count_of(command: u8) -> Option<usize> {
    match command {
        code::AUTO_UPLOAD
        | code::UP_STATUS_SECONDS
        | code::UP_LIST_SECONDS
        | code::ID_DIGITS
        | code::SET_TIMEOUT
        | code::SET_GEAR
        | code::SET_LEVEL
        | code::SET_TARGET_HEART_RATE
        | code::SET_HEART_RATE_MAXIMUM
        | code::GET_CAPS => Some(1),
        code::SET_CALORIES | code::SET_PROGRAM | code::SET_METS | code::SET_HEART_RATE_ZONE => {
            Some(2)
        }
        code::SET_TIME
        | code::SET_DATE
        | code::SET_TWORK
        | code::SET_HORIZONTAL
        | code::SET_SPEED
        | code::SET_GRADE
        | code::SET_TORQUE
        | code::SET_POWER => Some(3),
        code::SET_USER_INFO => Some(5),
        _ => None,
    }
}

/// Whether a console answers this write only when its program has taken the value.
pub(super) const fn is_goal(command: u8) -> bool {
    matches!(command, 0x20..=0x24 | 0x2B | 0x2D | 0x30 | 0x34..=0x36)
}

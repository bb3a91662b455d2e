//! The byte that every answer begins with: toggle, fate of the frame before, state.

/// Bit that flips with each frame the machine accepted.
const TOGGLE: u8 = 0x80;

/// The status byte, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Flips with each frame that the machine accepted.
    pub toggle: bool,
    /// What became of the frame before.
    pub fate: Fate,
    /// What the machine is doing.
    pub state: State,
}

/// What became of a frame (bits 5 and 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Done.
    Accepted,
    /// Understood, not allowed or out of range now.
    Rejected,
    /// Wrong checksum or syntax.
    Bad,
    /// Still busy.
    NotReady,
}

/// What the machine is doing (bits 3 to 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A serious fault.
    Error,
    /// Powered and unclaimed.
    Ready,
    /// Claimed by the host, waiting for a user's id.
    Idle,
    /// The id is known: the exercise may be set up.
    HaveId,
    /// Exercise runs.
    InUse,
    /// Exercise is interrupted.
    Paused,
    /// The summary is shown.
    Finished,
    /// Started by the user from idle, without the host.
    Manual,
    /// Started by the user from ready; the host is ignored.
    OffLine,
    /// 4 and A to F: the definition gives them no meaning.
    Undefined(u8),
}

impl Status {
    /// Takes a status byte apart. The reserved bit 6 is not looked at.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self {
            toggle: byte & TOGGLE != 0,
            fate: match byte & 0x30 {
                0x00 => Fate::Accepted,
                0x10 => Fate::Rejected,
                0x20 => Fate::Bad,
                _ => Fate::NotReady,
            },
            state: State::from_bits(byte & 0x0F),
        }
    }

    /// Puts the status byte together, reserved bit 0.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        let toggle = if self.toggle { TOGGLE } else { 0 };
        let fate = match self.fate {
            Fate::Accepted => 0x00,
            Fate::Rejected => 0x10,
            Fate::Bad => 0x20,
            Fate::NotReady => 0x30,
        };
        toggle | fate | self.state.to_bits()
    }
}

impl State {
    const fn from_bits(bits: u8) -> Self {
        match bits {
            0 => Self::Error,
            1 => Self::Ready,
            2 => Self::Idle,
            3 => Self::HaveId,
            5 => Self::InUse,
            6 => Self::Paused,
            7 => Self::Finished,
            8 => Self::Manual,
            9 => Self::OffLine,
            other => Self::Undefined(other),
        }
    }

    const fn to_bits(self) -> u8 {
        match self {
            Self::Error => 0,
            Self::Ready => 1,
            Self::Idle => 2,
            Self::HaveId => 3,
            Self::InUse => 5,
            Self::Paused => 6,
            Self::Finished => 7,
            Self::Manual => 8,
            Self::OffLine => 9,
            Self::Undefined(bits) => bits & 0x0F,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_byte_comes_back_but_for_its_reserved_bit() {
        for byte in 0..=u8::MAX {
            assert_eq!(Status::from_byte(byte).to_byte(), byte & !0x40);
        }
    }
}

//! Byte 7 of the pages 16 to 26.

/// What the machine is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachinePhase {
    /// Asleep or off.
    Asleep,
    /// Ready.
    Ready,
    /// In use.
    InUse,
    /// Finished or paused.
    Finished,
    /// A number that the sheet does not name: its three bits.
    Unnamed(u8),
}

/// What the machine is doing, and four bits that each page uses for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineStatus {
    /// What it is doing.
    pub phase: MachinePhase,
    /// Turns over with each lap.
    pub lap: bool,
    /// Bits 3 to 0.
    pub flags: u8,
}

const LAP: u8 = 0x80;
const FLAGS: u8 = 0x0F;

impl MachineStatus {
    pub(super) const fn from_byte(byte: u8) -> Self {
        let phase = match (byte >> 4) & 7 {
            1 => MachinePhase::Asleep,
            2 => MachinePhase::Ready,
            3 => MachinePhase::InUse,
            4 => MachinePhase::Finished,
            other => MachinePhase::Unnamed(other),
        };
        Self {
            phase,
            lap: byte & LAP != 0,
            flags: byte & FLAGS,
        }
    }

    pub(super) const fn byte(self) -> u8 {
        let phase = match self.phase {
            MachinePhase::Asleep => 1,
            MachinePhase::Ready => 2,
            MachinePhase::InUse => 3,
            MachinePhase::Finished => 4,
            MachinePhase::Unnamed(other) => other & 7,
        };
        let lap = if self.lap { LAP } else { 0 };
        lap | (phase << 4) | (self.flags & FLAGS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_reads_as_it_was_written() {
        for byte in 0..=u8::MAX {
            assert_eq!(MachineStatus::from_byte(byte).byte(), byte);
        }
    }

    #[test]
    fn the_phase_is_in_bits_six_to_four() {
        assert_eq!(MachineStatus::from_byte(0x35).phase, MachinePhase::InUse);
        assert_eq!(MachineStatus::from_byte(0x90).phase, MachinePhase::Asleep);
        assert!(MachineStatus::from_byte(0x90).lap);
        assert_eq!(
            MachineStatus::from_byte(0x05).phase,
            MachinePhase::Unnamed(0)
        );
    }
}

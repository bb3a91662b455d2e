//! What a wire does to the bytes of any device, whatever the protocol.

use crate::virtual_devices::patient::RandomStream;

use super::WireFaults;

/// Bytes that a host's buffer keeps; what comes after is lost, as in a pseudo-terminal.
const BUFFER_MAX: usize = 65_536;

/// One device's wire.
pub(super) struct Wire {
    random: RandomStream,
    plugged: bool,
    held_back: Vec<u8>,
}

impl Wire {
    pub(super) fn new(seed: u64, device: usize) -> Self {
        let number = u64::try_from(device).unwrap_or(u64::MAX);
        Self {
            random: RandomStream::new(seed, number.wrapping_add(5)),
            plugged: true,
            held_back: Vec::new(),
        }
    }

    /// Whether the plug was pulled (false) or put in (true) since this was last asked.
    pub(super) fn plug_change(&mut self, faults: WireFaults) -> Option<bool> {
        let plugged = !faults.unplugged;
        let changed = plugged != self.plugged;
        self.plugged = plugged;
        if changed && !plugged {
            self.held_back.clear();
        }
        changed.then_some(plugged)
    }

    /// Carries a piece from the device to the host: what arrives is put at the end of `outgoing`.
    pub(super) fn carry(&mut self, faults: WireFaults, piece: &[u8], outgoing: &mut Vec<u8>) {
        if faults.is_cut() {
            return;
        }
        let arriving = if self.happens(faults.halves_per_thousand) {
            piece.get(..piece.len() / 2).unwrap_or_default()
        } else {
            piece
        };
        if faults.held_back {
            let room = BUFFER_MAX.saturating_sub(self.held_back.len());
            let kept = arriving.get(..room).unwrap_or(arriving);
            self.held_back.extend_from_slice(kept);
            return;
        }
        let start = outgoing.len();
        outgoing.extend_from_slice(arriving);
        for byte in outgoing.iter_mut().skip(start) {
            if self.happens(faults.flips_per_thousand) {
                *byte ^= 1_u8 << (self.random.bits() & 7);
            }
        }
    }

    /// Gives what was held back, once nothing holds it any more.
    pub(super) fn release(&mut self, faults: WireFaults, outgoing: &mut Vec<u8>) {
        if !faults.held_back && !faults.is_cut() {
            outgoing.append(&mut self.held_back);
        }
    }

    /// Draws a chance of so many in a thousand; draws nothing where there is none, so that a fault leaves what comes after
    /// it unchanged.
    fn happens(&mut self, per_thousand: u16) -> bool {
        per_thousand > 0 && self.random.bits() % 1000 < u64::from(per_thousand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(wire: &mut Wire, faults: WireFaults, piece: &[u8]) -> Vec<u8> {
        let mut outgoing = Vec::new();
        wire.carry(faults, piece, &mut outgoing);
        outgoing
    }

    #[test]
    fn a_sound_wire_changes_nothing() {
        let mut wire = Wire::new(1, 0);
        assert_eq!(carried(&mut wire, WireFaults::default(), b"abc"), b"abc");
    }

    #[test]
    fn half_frames_lose_their_second_half() {
        let faults = WireFaults {
            halves_per_thousand: 1000,
            ..WireFaults::default()
        };
        assert_eq!(carried(&mut Wire::new(1, 0), faults, b"abcde"), b"ab");
    }

    #[test]
    fn flipped_bits_are_single_and_about_as_many_as_ordered() {
        let faults = WireFaults {
            flips_per_thousand: 100,
            ..WireFaults::default()
        };
        let flipped = carried(&mut Wire::new(1, 0), faults, &[0; 10_000]);
        let wrong = flipped.iter().filter(|byte| **byte != 0).count();
        assert!((800..1200).contains(&wrong), "{wrong}");
        assert!(flipped.iter().all(|byte| byte.count_ones() <= 1));
        assert_eq!(flipped, carried(&mut Wire::new(1, 0), faults, &[0; 10_000]));
        assert_ne!(flipped, carried(&mut Wire::new(2, 0), faults, &[0; 10_000]));
    }

    #[test]
    fn old_bytes_come_all_at_once_and_the_buffer_has_an_end() {
        let faults = WireFaults {
            held_back: true,
            ..WireFaults::default()
        };
        let mut wire = Wire::new(1, 0);
        for _ in 0..100 {
            assert!(carried(&mut wire, faults, &[7; 1000]).is_empty());
        }
        let mut outgoing = Vec::new();
        wire.release(faults, &mut outgoing);
        assert!(outgoing.is_empty());
        wire.release(WireFaults::default(), &mut outgoing);
        assert_eq!(outgoing.len(), BUFFER_MAX);
        wire.release(WireFaults::default(), &mut outgoing);
        assert_eq!(outgoing.len(), BUFFER_MAX);
    }
}

//! The status byte that every frame carries, and the quality words that a packet's 25 of them make.

use crate::quality_words::QualityWords;

/// STATUS of one frame: what held at that frame's waveform sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(u8);

/// Amplitude of the pulse as a frame's bits 2 and 1 give it. Set only during the pulse: none between beats is normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Perfusion {
    /// No pulse in this frame.
    None,
    /// Green: good amplitude.
    Good,
    /// Red: low amplitude.
    Low,
    /// Yellow: marginal amplitude.
    Marginal,
}

impl Status {
    /// Bit 7, always 1.
    const ALWAYS: u8 = 0x80;
    /// SNSD: no sensor plugged in. Reserved on the finger devices.
    const SENSOR_DISCONNECTED: u8 = 0x40;
    /// ARTF: this pulse does not match the one before.
    const ARTEFACT: u8 = 0x20;
    /// OOT: no run of good pulses, values are not being updated.
    const OUT_OF_TRACK: u8 = 0x10;
    /// SNSA: the sensor cannot be used, or there is no finger.
    const SENSOR_ALARM: u8 = 0x08;
    /// RPRF and GPRF.
    const PERFUSION: u8 = 0x06;
    const RED: u8 = 0x04;
    const GREEN: u8 = 0x02;
    /// SYNC: 1 in frame 1 alone.
    const SYNC: u8 = 0x01;

    /// A frame with nothing to say.
    pub const QUIET: Self = Self(Self::ALWAYS);

    /// A status byte from the wire; bit 7 is taken as set.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte | Self::ALWAYS)
    }

    /// As it stands on the wire.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// Whether a byte can be a status byte at all.
    pub(crate) const fn is_possible(byte: u8) -> bool {
        byte & Self::ALWAYS != 0
    }

    /// Whether this is frame 1 of a packet.
    #[must_use]
    pub const fn sync(self) -> bool {
        self.0 & Self::SYNC != 0
    }

    /// No sensor is plugged in.
    #[must_use]
    pub const fn sensor_disconnected(self) -> bool {
        self.0 & Self::SENSOR_DISCONNECTED != 0
    }

    /// This pulse does not match the one before.
    #[must_use]
    pub const fn artefact(self) -> bool {
        self.0 & Self::ARTEFACT != 0
    }

    /// Values are not being updated.
    #[must_use]
    pub const fn out_of_track(self) -> bool {
        self.0 & Self::OUT_OF_TRACK != 0
    }

    /// The sensor cannot be used, or there is no finger.
    #[must_use]
    pub const fn sensor_alarm(self) -> bool {
        self.0 & Self::SENSOR_ALARM != 0
    }

    /// The pulse's amplitude.
    #[must_use]
    pub const fn perfusion(self) -> Perfusion {
        match self.0 & Self::PERFUSION {
            0 => Perfusion::None,
            Self::GREEN => Perfusion::Good,
            Self::RED => Perfusion::Low,
            _ => Perfusion::Marginal,
        }
    }

    /// The same with SYNC as given.
    #[must_use]
    pub const fn with_sync(self, set: bool) -> Self {
        self.with(Self::SYNC, set)
    }

    /// The same with SNSD as given.
    #[must_use]
    pub const fn with_sensor_disconnected(self, set: bool) -> Self {
        self.with(Self::SENSOR_DISCONNECTED, set)
    }

    /// The same with ARTF as given.
    #[must_use]
    pub const fn with_artefact(self, set: bool) -> Self {
        self.with(Self::ARTEFACT, set)
    }

    /// The same with OOT as given.
    #[must_use]
    pub const fn with_out_of_track(self, set: bool) -> Self {
        self.with(Self::OUT_OF_TRACK, set)
    }

    /// The same with SNSA as given.
    #[must_use]
    pub const fn with_sensor_alarm(self, set: bool) -> Self {
        self.with(Self::SENSOR_ALARM, set)
    }

    /// The same with another amplitude.
    #[must_use]
    pub const fn with_perfusion(self, perfusion: Perfusion) -> Self {
        let bits = match perfusion {
            Perfusion::None => 0,
            Perfusion::Good => Self::GREEN,
            Perfusion::Low => Self::RED,
            Perfusion::Marginal => Self::PERFUSION,
        };
        Self((self.0 & !Self::PERFUSION) | bits)
    }

    const fn with(self, mask: u8, set: bool) -> Self {
        if set {
            Self(self.0 | mask)
        } else {
            Self(self.0 & !mask)
        }
    }
}

/// STAT2, the data byte of frame 8: SPA, a high-quality measurement.
const SMARTPOINT: u8 = 0x20;
/// STAT2: low battery.
const LOW_BATTERY: u8 = 0x01;

/// The quality of a packet in the sheet's words. A bit in any of the 25 frames counts: the last frame alone tells too little.
pub(super) fn words(status: &[Status], stat2: u8) -> QualityWords {
    let any = |test: fn(Status) -> bool| status.iter().any(|one| test(*one));
    let mut words = QualityWords::default();
    for (word, stands) in [
        ("artefact", any(Status::artefact)),
        ("low_battery", stat2 & LOW_BATTERY != 0),
        (
            "low_perfusion",
            any(|one| one.perfusion() == Perfusion::Low),
        ),
        (
            "marginal_perfusion",
            any(|one| one.perfusion() == Perfusion::Marginal),
        ),
        ("out_of_track", any(Status::out_of_track)),
        ("sensor_alarm", any(Status::sensor_alarm)),
        ("sensor_disconnected", any(Status::sensor_disconnected)),
        ("smartpoint", stat2 & SMARTPOINT != 0),
    ] {
        if stands {
            words.add(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_the_status_reads_as_it_was_written() {
        for byte in 0x80..=0xFF {
            let status = Status::from_byte(byte);
            let again = Status::QUIET
                .with_sync(status.sync())
                .with_sensor_disconnected(status.sensor_disconnected())
                .with_artefact(status.artefact())
                .with_out_of_track(status.out_of_track())
                .with_sensor_alarm(status.sensor_alarm())
                .with_perfusion(status.perfusion());
            assert_eq!(again.byte(), byte);
        }
    }

    #[test]
    fn one_frame_with_a_bit_is_enough_for_its_word() {
        let mut frames = [Status::QUIET; 25];
        assert!(words(&frames, 0).as_slice().is_empty());
        frames[3] = Status::from_byte(0x84);
        frames[11] = Status::from_byte(0x86);
        frames[24] = Status::from_byte(0xA0);
        assert_eq!(
            words(&frames, 0x21).as_slice(),
            [
                "artefact",
                "low_battery",
                "low_perfusion",
                "marginal_perfusion",
                "smartpoint"
            ]
        );
    }

    #[test]
    fn all_words_at_once_are_sorted() {
        let frames = [Status::from_byte(0xFC), Status::from_byte(0x86)];
        let all = words(&frames, 0xFF);
        assert_eq!(all.as_slice().len(), QualityWords::MOST);
        assert!(all.as_slice().is_sorted());
    }

    #[test]
    fn reserved_bits_of_the_second_status_and_good_perfusion_are_no_words() {
        let frames = [Status::from_byte(0x82)];
        assert!(words(&frames, 0xDE).as_slice().is_empty());
    }
}

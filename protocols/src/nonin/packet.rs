//! A packet of 25 frames: what it says, and how it is written.

use core::marker::PhantomData;

use crate::checksum;
use crate::quality_words::QualityWords;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{NoRoom, Report};

use super::status::{self, Status};
use super::value::{self, RATE_UPPER_BITS, SEVEN_BITS, field, pieces, rate_code, saturation_code};

/// Bytes of a frame.
pub const FRAME_BYTES: usize = 5;
/// Frames of a packet.
pub const FRAMES: usize = 25;
/// Bytes of a packet.
pub const PACKET_BYTES: usize = FRAME_BYTES * FRAMES;

/// A sample of the plethysmogram, by which the two formats differ: where it lies in a frame, and how wide it is.
///
/// A frame is three bytes of the format's own, the packet's data byte, and the check. Authors of a further format: what
/// `head` writes `read` has to take, and nothing that another format's `head` writes with SYNC set.
pub trait Sample: Copy + core::fmt::Debug + PartialEq + Into<u16> {
    /// Nothing of a pulse.
    const ZERO: Self;

    /// The first three bytes of a frame.
    fn head(status: Status, sample: Self) -> [u8; 3];

    /// What three bytes say; `None` where they begin no frame of the format.
    fn read(head: [u8; 3]) -> Option<(Status, Self)>;

    /// A sample as reports have it, which came from this format.
    fn narrowed(sample: u16) -> Self;
}

/// The frames' data bytes, counted from 0 where the sheet counts frames from 1.
mod place {
    pub(super) const RATE: usize = 0;
    pub(super) const SATURATION: usize = 2;
    pub(super) const REVISION: usize = 3;
    pub(super) const TIMER: usize = 5;
    pub(super) const STATUS_2: usize = 7;
    pub(super) const SATURATION_DISPLAY: usize = 8;
    pub(super) const SATURATION_FAST: usize = 9;
    pub(super) const SATURATION_BEAT: usize = 10;
    pub(super) const RATE_EXTENDED: usize = 13;
    pub(super) const SATURATION_EXTENDED: usize = 15;
    pub(super) const SATURATION_EXTENDED_DISPLAY: usize = 16;
    pub(super) const RATE_DISPLAY: usize = 19;
    pub(super) const RATE_EXTENDED_DISPLAY: usize = 21;
}

/// One whole packet: 25 frames, a third of a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet<S> {
    status: [Status; FRAMES],
    plethysmogram: [u16; FRAMES],
    data: [u8; FRAMES],
    quality: QualityWords,
    sample: PhantomData<S>,
}

/// The pulse rates of a packet, by averaging and purpose; `None` is "no value".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PulseRates {
    /// 4-beat average for recording: goes missing at once.
    pub recording: Option<BeatsPerMinute>,
    /// 8-beat average for recording.
    pub extended: Option<BeatsPerMinute>,
    /// 4-beat average for display: held 10 s after it was lost.
    pub display: Option<BeatsPerMinute>,
    /// 8-beat average for display.
    pub extended_display: Option<BeatsPerMinute>,
}

/// The saturations of a packet, by averaging and purpose; `None` is "no value".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saturations {
    /// 4-beat average for recording: goes missing at once.
    pub recording: Option<OxygenSaturation>,
    /// 4-beat average for display: held 10 s after it was lost.
    pub display: Option<OxygenSaturation>,
    /// 4-beat average tuned for quick response, for recording.
    pub fast: Option<OxygenSaturation>,
    /// The last beat alone, for recording.
    pub beat_to_beat: Option<OxygenSaturation>,
    /// 8-beat average for recording.
    pub extended: Option<OxygenSaturation>,
    /// 8-beat average for display.
    pub extended_display: Option<OxygenSaturation>,
}

/// What a packet's data bytes say, all of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PacketValues {
    /// Pulse rates.
    pub rates: PulseRates,
    /// Saturations.
    pub saturations: Saturations,
    /// Firmware revision, 0 to 127.
    pub revision: u8,
    /// Counter of packets, modulo 16 384.
    pub timer: u16,
    /// STAT2 as it stands on the wire: 20 `SmartPoint`, 01 low battery.
    pub status_2: u8,
}

impl<S: Sample> Packet<S> {
    /// A packet of 25 statuses, samples and data bytes. SYNC is set in frame 1 and nowhere else, whatever `status` says.
    #[must_use]
    pub fn new(status: [Status; FRAMES], samples: [S; FRAMES], data: [u8; FRAMES]) -> Self {
        let mut synced = status.map(|one| one.with_sync(false));
        if let Some(first) = synced.first_mut() {
            *first = first.with_sync(true);
        }
        let stat2 = data.get(place::STATUS_2).copied().unwrap_or(0);
        Self {
            quality: status::words(&synced, stat2),
            status: synced,
            plethysmogram: samples.map(Into::into),
            data,
            sample: PhantomData,
        }
    }

    /// The pulse rate for control and record: 4-beat average, for recording.
    ///
    /// # Errors
    /// [`Absence::Searching`] for the device's own "none" (511), [`Absence::OutOfRange`] outside 18 to 321 a minute.
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        self.rate_at(place::RATE)
    }

    /// The saturation for control and record: 4-beat average, for recording. 0 % is a value of this format.
    ///
    /// # Errors
    /// [`Absence::Searching`] for the device's own "none" (127), [`Absence::OutOfRange`] above 100 %.
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        self.saturation_at(place::SATURATION)
    }

    /// Everything that the data bytes say.
    #[must_use]
    pub fn values(&self) -> PacketValues {
        PacketValues {
            rates: PulseRates {
                recording: self.rate_at(place::RATE).ok(),
                extended: self.rate_at(place::RATE_EXTENDED).ok(),
                display: self.rate_at(place::RATE_DISPLAY).ok(),
                extended_display: self.rate_at(place::RATE_EXTENDED_DISPLAY).ok(),
            },
            saturations: Saturations {
                recording: self.saturation_at(place::SATURATION).ok(),
                display: self.saturation_at(place::SATURATION_DISPLAY).ok(),
                fast: self.saturation_at(place::SATURATION_FAST).ok(),
                beat_to_beat: self.saturation_at(place::SATURATION_BEAT).ok(),
                extended: self.saturation_at(place::SATURATION_EXTENDED).ok(),
                extended_display: self.saturation_at(place::SATURATION_EXTENDED_DISPLAY).ok(),
            },
            revision: self.byte_at(place::REVISION) & SEVEN_BITS,
            timer: self.pair_at(place::TIMER, SEVEN_BITS),
            status_2: self.byte_at(place::STATUS_2),
        }
    }

    /// The status of each frame, in order.
    #[must_use]
    pub const fn status(&self) -> &[Status; FRAMES] {
        &self.status
    }

    /// The raw samples of the plethysmogram in frame order, whatever the flags say.
    #[must_use]
    pub fn plethysmogram(&self) -> [S; FRAMES] {
        self.plethysmogram.map(S::narrowed)
    }

    /// The quality words.
    #[must_use]
    pub const fn quality(&self) -> &QualityWords {
        &self.quality
    }

    /// What the packet tells in every protocol's terms. The flags erase no value: whoever uses one decides.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report {
            heart_rate: field(self.pulse_rate()),
            saturation: field(self.saturation()),
            plethysmogram: &self.plethysmogram,
            quality: Some(self.quality.as_slice()),
            ..Report::named("packet")
        }
    }

    /// The packet as the device sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` holds less than [`PACKET_BYTES`].
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let whole = buffer.get_mut(..PACKET_BYTES).ok_or(NoRoom)?;
        let frames = self.status.iter().zip(self.plethysmogram()).zip(self.data);
        for (slot, ((status, sample), data)) in whole.chunks_exact_mut(FRAME_BYTES).zip(frames) {
            slot.copy_from_slice(&Self::frame(*status, sample, data));
        }
        Ok(whole)
    }

    /// One frame with its check.
    #[must_use]
    pub fn frame(status: Status, sample: S, data: u8) -> [u8; FRAME_BYTES] {
        let [first, second, third] = S::head(status, sample);
        let check = checksum::sum(&[first, second, third, data]);
        [first, second, third, data, check]
    }

    fn byte_at(&self, place: usize) -> u8 {
        self.data.get(place).copied().unwrap_or(0)
    }

    fn pair_at(&self, place: usize, upper_mask: u8) -> u16 {
        value::joined(self.byte_at(place), upper_mask, self.byte_at(place + 1))
    }

    fn rate_at(&self, place: usize) -> Result<BeatsPerMinute, Absence> {
        value::rate(self.pair_at(place, RATE_UPPER_BITS))
    }

    fn saturation_at(&self, place: usize) -> Result<OxygenSaturation, Absence> {
        value::saturation(self.byte_at(place) & SEVEN_BITS)
    }
}

impl PacketValues {
    /// The 25 data bytes, reserved ones 0. A rate is written as it stands, also one that a reader takes for missing.
    #[must_use]
    pub fn data(&self) -> [u8; FRAMES] {
        let mut data = [0; FRAMES];
        let pairs = [
            (place::RATE, rate_code(self.rates.recording)),
            (place::TIMER, self.timer),
            (place::RATE_EXTENDED, rate_code(self.rates.extended)),
            (place::RATE_DISPLAY, rate_code(self.rates.display)),
            (
                place::RATE_EXTENDED_DISPLAY,
                rate_code(self.rates.extended_display),
            ),
        ];
        for (place, value) in pairs {
            for (slot, piece) in data.iter_mut().skip(place).zip(pieces(value)) {
                *slot = piece;
            }
        }
        let of = &self.saturations;
        let bytes = [
            (place::SATURATION, saturation_code(of.recording)),
            (place::REVISION, self.revision & SEVEN_BITS),
            (place::STATUS_2, self.status_2),
            (place::SATURATION_DISPLAY, saturation_code(of.display)),
            (place::SATURATION_FAST, saturation_code(of.fast)),
            (place::SATURATION_BEAT, saturation_code(of.beat_to_beat)),
            (place::SATURATION_EXTENDED, saturation_code(of.extended)),
            (
                place::SATURATION_EXTENDED_DISPLAY,
                saturation_code(of.extended_display),
            ),
        ];
        for (place, byte) in bytes {
            if let Some(slot) = data.get_mut(place) {
                *slot = byte;
            }
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Packet = super::Packet<u8>;

    fn with_rate(rate: u16) -> Packet {
        let values = PacketValues {
            rates: PulseRates {
                recording: BeatsPerMinute::new(rate),
                ..PulseRates::default()
            },
            ..PacketValues::default()
        };
        Packet::new([Status::QUIET; FRAMES], [128; FRAMES], values.data())
    }

    #[test]
    fn the_rate_is_right_on_both_sides_of_every_seventh_bit() {
        for rate in [18, 72, 126, 127, 128, 129, 254, 255, 256, 257, 321] {
            assert_eq!(
                with_rate(rate).pulse_rate().map(BeatsPerMinute::get),
                Ok(rate)
            );
        }
    }

    #[test]
    fn a_rate_the_device_cannot_measure_is_out_of_range() {
        for rate in [1, 17, 322, 400, 510] {
            assert_eq!(with_rate(rate).pulse_rate(), Err(Absence::OutOfRange));
        }
    }

    #[test]
    fn reserved_bits_above_the_rate_do_not_matter() {
        let mut data = [0; FRAMES];
        data[0] = 0x7D;
        data[1] = 0x80;
        let packet = Packet::new([Status::QUIET; FRAMES], [0; FRAMES], data);
        assert_eq!(packet.pulse_rate().map(BeatsPerMinute::get), Ok(128));
    }

    #[test]
    fn saturation_ends_at_one_hundred_and_has_its_own_code_for_none() {
        let with = |byte| {
            let mut data = [0; FRAMES];
            data[place::SATURATION] = byte;
            Packet::new([Status::QUIET; FRAMES], [0; FRAMES], data).saturation()
        };
        assert_eq!(with(0).map(OxygenSaturation::get), Ok(0));
        assert_eq!(with(100).map(OxygenSaturation::get), Ok(100));
        assert_eq!(with(101), Err(Absence::OutOfRange));
        assert_eq!(with(126), Err(Absence::OutOfRange));
        assert_eq!(with(127), Err(Absence::Searching));
        assert_eq!(with(0xE1).map(OxygenSaturation::get), Ok(97));
    }

    #[test]
    fn the_packet_counter_has_fourteen_bits() {
        for timer in [0, 127, 128, 16_383] {
            let values = PacketValues {
                timer,
                ..PacketValues::default()
            };
            let packet = Packet::new([Status::QUIET; FRAMES], [0; FRAMES], values.data());
            assert_eq!(packet.values().timer, timer);
        }
    }

    #[test]
    fn a_buffer_of_one_byte_less_is_refused() {
        let packet = with_rate(72);
        assert!(packet.encode(&mut [0; PACKET_BYTES - 1]).is_err());
        assert_eq!(
            packet.encode(&mut [0; PACKET_BYTES]).map(<[u8]>::len),
            Ok(PACKET_BYTES)
        );
    }
}

//! The 60 bytes of a packet: what they say, and how they are written.

use crate::checksum;
use crate::vocabulary::{Absence, BeatsPerMinute, MetresPerSecond};
use crate::wire::{Field, NoRoom, Report};

/// Bytes of a packet.
pub const PACKET_BYTES: usize = 60;
/// Beat times in a packet.
pub const BEAT_TIMES: usize = 15;

/// `02`, the message id, and the length of the payload.
pub(super) const HEADER: [u8; 3] = [0x02, 0x26, 0x37];
/// Bytes of the payload.
pub(super) const PAYLOAD_BYTES: usize = 55;
/// The packet's last byte.
pub(super) const END: u8 = 0x03;

/// The payload's fields, as offsets into it.
mod field {
    use core::ops::Range;

    pub(super) const FIRMWARE: usize = 0;
    pub(super) const FIRMWARE_VERSION: usize = 2;
    pub(super) const HARDWARE: usize = 4;
    pub(super) const HARDWARE_VERSION: usize = 6;
    pub(super) const BATTERY: usize = 8;
    pub(super) const HEART_RATE: usize = 9;
    pub(super) const BEAT_NUMBER: usize = 10;
    pub(super) const BEAT_TIMES: Range<usize> = 11..41;
    pub(super) const DISTANCE: usize = 47;
    pub(super) const SPEED: usize = 49;
    pub(super) const STRIDES: usize = 51;
}

/// What one packet says, as it stands on the wire. Reserved bytes are not kept; they are written as 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// Firmware id; 9500 is what a real strap sends (recalled).
    pub firmware: u16,
    /// Firmware version, two characters.
    pub firmware_version: [u8; 2],
    /// Hardware id; 9800 is what a real strap sends (recalled).
    pub hardware: u16,
    /// Hardware version, two characters.
    pub hardware_version: [u8; 2],
    /// Battery in per cent, as sent.
    pub battery_raw: u8,
    /// Heart rate in beats a minute, as sent; 0 is "none".
    pub heart_rate_raw: u8,
    /// Count of beats, modulo 256.
    pub beat_number: u8,
    /// When the last 15 beats were, newest first, in milliseconds of the strap's clock modulo 65 536. Places not used since
    /// it was switched on hold 0.
    pub beat_times: [u16; BEAT_TIMES],
    /// Distance in sixteenths of a metre, 0 to 4095, wrapping every 256 m.
    pub distance_raw: u16,
    /// Speed in 1/256 m/s, as sent.
    pub speed_raw: u16,
    /// Count of strides, modulo 128.
    pub strides: u8,
}

impl Packet {
    /// Heart rate. The strap averages over several beats (recalled).
    ///
    /// # Errors
    /// [`Absence::Searching`] for 0, the strap's "none"; [`Absence::OutOfRange`] outside 30 to 240 a minute.
    pub fn heart_rate(&self) -> Result<BeatsPerMinute, Absence> {
        match self.heart_rate_raw {
            0 => Err(Absence::Searching),
            rate @ 30..=240 => BeatsPerMinute::new(rate.into()).ok_or(Absence::OutOfRange),
            _ => Err(Absence::OutOfRange),
        }
    }

    /// Speed by the accelerometer: on a belt a curiosity, never for control. `None` above the 4095 that the field can mean.
    #[must_use]
    pub fn speed(&self) -> Option<MetresPerSecond> {
        /// Greatest raw value.
        const GREATEST: u16 = 4_095;
        if self.speed_raw > GREATEST {
            return None;
        }
        MetresPerSecond::new(f64::from(self.speed_raw) / 256.0)
    }

    /// Battery in per cent; `None` above 100.
    #[must_use]
    pub fn battery_percent(&self) -> Option<u8> {
        (self.battery_raw <= 100).then_some(self.battery_raw)
    }

    /// Times between neighbouring beats in milliseconds, newest first, modulo 65 536. Of a strap just switched on the older
    /// ones are made of unused places: judge them by their size.
    pub fn beat_intervals(&self) -> impl Iterator<Item = u16> + '_ {
        self.beat_times
            .iter()
            .zip(self.beat_times.iter().skip(1))
            .map(|(newer, older)| newer.wrapping_sub(*older))
    }

    /// What the packet tells in every protocol's terms.
    #[must_use]
    pub fn report(&self) -> Report<'static> {
        Report {
            heart_rate: self.heart_rate().map_or(Field::Missing, Field::Present),
            speed: self.speed().map_or(Field::Missing, Field::Present),
            ..Report::named("packet")
        }
    }

    /// The packet as the strap sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` holds less than [`PACKET_BYTES`].
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let whole: &mut [u8; PACKET_BYTES] = buffer.first_chunk_mut().ok_or(NoRoom)?;
        let payload = self.payload();
        let bytes = HEADER
            .into_iter()
            .chain(payload)
            .chain([checksum::crc8_maxim(&payload), END]);
        for (slot, byte) in whole.iter_mut().zip(bytes) {
            *slot = byte;
        }
        Ok(whole)
    }

    fn payload(&self) -> [u8; PAYLOAD_BYTES] {
        let mut payload = [0; PAYLOAD_BYTES];
        write(&mut payload, field::FIRMWARE, &self.firmware.to_le_bytes());
        write(
            &mut payload,
            field::FIRMWARE_VERSION,
            &self.firmware_version,
        );
        write(&mut payload, field::HARDWARE, &self.hardware.to_le_bytes());
        write(
            &mut payload,
            field::HARDWARE_VERSION,
            &self.hardware_version,
        );
        write(&mut payload, field::BATTERY, &[self.battery_raw]);
        write(&mut payload, field::HEART_RATE, &[self.heart_rate_raw]);
        write(&mut payload, field::BEAT_NUMBER, &[self.beat_number]);
        for (place, time) in field::BEAT_TIMES.step_by(2).zip(self.beat_times) {
            write(&mut payload, place, &time.to_le_bytes());
        }
        write(
            &mut payload,
            field::DISTANCE,
            &self.distance_raw.to_le_bytes(),
        );
        write(&mut payload, field::SPEED, &self.speed_raw.to_le_bytes());
        write(&mut payload, field::STRIDES, &[self.strides]);
        payload
    }

    pub(super) fn from_payload(payload: &[u8; PAYLOAD_BYTES]) -> Self {
        let byte = |place: usize| payload.get(place).copied().unwrap_or(0);
        let pair = |place: usize| [byte(place), byte(place + 1)];
        let mut beat_times = [0; BEAT_TIMES];
        for (time, place) in beat_times.iter_mut().zip(field::BEAT_TIMES.step_by(2)) {
            *time = u16::from_le_bytes(pair(place));
        }
        Self {
            firmware: u16::from_le_bytes(pair(field::FIRMWARE)),
            firmware_version: pair(field::FIRMWARE_VERSION),
            hardware: u16::from_le_bytes(pair(field::HARDWARE)),
            hardware_version: pair(field::HARDWARE_VERSION),
            battery_raw: byte(field::BATTERY),
            heart_rate_raw: byte(field::HEART_RATE),
            beat_number: byte(field::BEAT_NUMBER),
            beat_times,
            distance_raw: u16::from_le_bytes(pair(field::DISTANCE)),
            speed_raw: u16::from_le_bytes(pair(field::SPEED)),
            strides: byte(field::STRIDES),
        }
    }
}

fn write(payload: &mut [u8; PAYLOAD_BYTES], place: usize, bytes: &[u8]) {
    for (slot, byte) in payload.iter_mut().skip(place).zip(bytes) {
        *slot = *byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Packet = Packet {
        firmware: 9_500,
        firmware_version: *b"1i",
        hardware: 9_800,
        hardware_version: *b"1v",
        battery_raw: 100,
        heart_rate_raw: 0,
        beat_number: 0,
        beat_times: [0; BEAT_TIMES],
        distance_raw: 0,
        speed_raw: 0,
        strides: 0,
    };

    #[test]
    fn the_rate_holds_from_thirty_to_two_hundred_and_forty() {
        let rate = |heart_rate_raw| {
            Packet {
                heart_rate_raw,
                ..QUIET
            }
            .heart_rate()
            .map(BeatsPerMinute::get)
        };
        assert_eq!(rate(0), Err(Absence::Searching));
        assert_eq!(rate(29), Err(Absence::OutOfRange));
        assert_eq!(rate(30), Ok(30));
        assert_eq!(rate(240), Ok(240));
        assert_eq!(rate(241), Err(Absence::OutOfRange));
        assert_eq!(rate(255), Err(Absence::OutOfRange));
    }

    #[test]
    fn speed_above_its_field_and_battery_above_full_are_missing() {
        let speed = |speed_raw| {
            Packet { speed_raw, ..QUIET }
                .speed()
                .map(MetresPerSecond::get)
        };
        assert_eq!(speed(640), Some(2.5));
        assert_eq!(speed(4_095), Some(15.996_093_75));
        assert_eq!(speed(4_096), None);
        let battery = |battery_raw| {
            Packet {
                battery_raw,
                ..QUIET
            }
            .battery_percent()
        };
        assert_eq!(battery(100), Some(100));
        assert_eq!(battery(101), None);
    }

    #[test]
    fn intervals_between_beats_go_through_the_clocks_wrap() {
        let mut packet = QUIET;
        packet.beat_times[0] = 154;
        packet.beat_times[1] = 65_267;
        assert_eq!(packet.beat_intervals().next(), Some(423));
        assert_eq!(packet.beat_intervals().count(), BEAT_TIMES - 1);
    }

    #[test]
    fn a_buffer_of_one_byte_less_is_refused() {
        assert!(QUIET.encode(&mut [0; PACKET_BYTES - 1]).is_err());
        assert!(QUIET.encode(&mut [0; PACKET_BYTES]).is_ok());
    }
}

//! The codes behind the numbers.

use crate::quality_words::QualityWords;

/// A code of two capitals: what the monitor says of itself or of the patient's signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status([u8; 2]);

impl Status {
    /// SD: the sensor is disconnected.
    pub const SENSOR_DISCONNECTED: Self = Self(*b"SD");
    /// SO: the sensor is off the patient.
    pub const SENSOR_OFF: Self = Self(*b"SO");
    /// PS: the monitor searches for a pulse.
    pub const PULSE_SEARCH: Self = Self(*b"PS");
    /// LP: the pulse is lost.
    pub const LOSS_OF_PULSE: Self = Self(*b"LP");
    /// LM: the pulse is lost, with motion or interference.
    pub const LOSS_OF_PULSE_WITH_MOTION: Self = Self(*b"LM");
    /// MO: motion or interference.
    pub const MOTION: Self = Self(*b"MO");
    /// LB: low battery.
    pub const LOW_BATTERY: Self = Self(*b"LB");
    /// AO: alarms are off.
    pub const ALARM_OFF: Self = Self(*b"AO");
    /// AS: alarms are silenced.
    pub const ALARM_SILENCED: Self = Self(*b"AS");
    /// PH: the rate is above its limit.
    pub const RATE_HIGH: Self = Self(*b"PH");
    /// PL: the rate is below its limit.
    pub const RATE_LOW: Self = Self(*b"PL");
    /// SH: the saturation is above its limit.
    pub const SATURATION_HIGH: Self = Self(*b"SH");
    /// SL: the saturation is below its limit.
    pub const SATURATION_LOW: Self = Self(*b"SL");

    /// A code of two capitals, known or not; `None` for any other text.
    #[must_use]
    pub fn new(code: [u8; 2]) -> Option<Self> {
        code.iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(code))
    }

    /// As printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::SENSOR_DISCONNECTED => &["sensor_disconnected"],
            Self::SENSOR_OFF => &["sensor_off"],
            Self::PULSE_SEARCH => &["searching"],
            Self::LOSS_OF_PULSE => &["pulse_lost"],
            Self::LOSS_OF_PULSE_WITH_MOTION => &["pulse_lost", "artefact"],
            Self::MOTION => &["artefact"],
            Self::LOW_BATTERY => &["low_battery"],
            _ => &[],
        }
    }
}

/// Up to four codes in the order of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusCodes([Option<Status>; Self::MOST]);

impl StatusCodes {
    /// How many codes a line can have.
    pub const MOST: usize = 4;

    /// No code.
    pub const NONE: Self = Self([None; Self::MOST]);

    /// These codes; `None` where they are more than four.
    #[must_use]
    pub fn new(codes: &[Status]) -> Option<Self> {
        codes
            .iter()
            .try_fold(Self::NONE, |all, code| all.with(*code))
    }

    /// These and one more; `None` where that is one too many.
    #[must_use]
    pub fn with(mut self, code: Status) -> Option<Self> {
        let slot = self.0.iter_mut().find(|slot| slot.is_none())?;
        *slot = Some(code);
        Some(self)
    }

    /// The codes.
    pub fn iter(&self) -> impl Iterator<Item = Status> + '_ {
        self.0.iter().flatten().copied()
    }

    pub(super) fn quality(&self) -> QualityWords {
        let mut quality = QualityWords::default();
        for word in self.iter().flat_map(Status::words) {
            quality.add(word);
        }
        quality
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_room_for_four_codes() {
        let mut codes = [Status::MOTION; 5];
        codes[3] = Status::LOSS_OF_PULSE_WITH_MOTION;
        assert_eq!(StatusCodes::new(&codes), None);
        let four = StatusCodes::new(&codes[..4]).expect("four");
        assert_eq!(four.iter().count(), 4);
        assert_eq!(four.quality().as_slice(), ["artefact", "pulse_lost"]);
    }

    #[test]
    fn codes_that_are_not_known_and_alarms_have_no_word() {
        let unknown = Status::new(*b"BU").expect("capitals");
        let codes = [unknown, Status::ALARM_OFF, Status::SATURATION_LOW];
        let codes = StatusCodes::new(&codes).expect("three");
        assert!(codes.quality().as_slice().is_empty());
        assert_eq!(Status::new(*b"bu"), None);
        assert_eq!(Status::new(*b"B1"), None);
    }
}

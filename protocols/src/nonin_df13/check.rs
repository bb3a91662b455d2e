//! A spot check: what it says, and how it is written.

use crate::checksum;
use crate::nonin::{field, rate, rate_code, saturation, saturation_code};
use crate::quality_words::{QualityWords, flag_words};
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{NoRoom, Report};

/// Bytes of a frame whose data has not grown.
pub const FRAME_BYTES: usize = 22;

/// `00`, the start, and the type of the frame.
pub(super) const HEADER: [u8; 4] = [0x00, 0x02, 0x00, 0x0D];
/// Bytes of the data that this project knows.
pub(super) const DATA_BYTES: usize = 14;
/// A frame's last byte.
pub(super) const END: u8 = 0x03;

flag_words! {
    /// How the measurement went.
    Outcome(u16) {
        /// `SmartPoint` was reached: a high-quality measurement.
        SMARTPOINT = 0x0200 => "smartpoint";
        /// There was no measurement: both values are missing.
        NO_MEASUREMENT = 0x0100 => "no_measurement";
        /// Taken earlier, and kept until now.
        FROM_MEMORY = 0x0010 => "from_memory";
        /// Low battery.
        LOW_BATTERY = 0x0001 => "low_battery";
    }
}

/// When it was measured by the device's own clock, each byte plain binary and as the wire has it: nothing here judges a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Century: 20.
    pub century: u8,
    /// Year of the century.
    pub year: u8,
    /// Month.
    pub month: u8,
    /// Day of the month.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second.
    pub second: u8,
    /// Fraction of a second, in a unit that no source names.
    pub fraction: u8,
}

/// The values of a measurement; `None` is "no value".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measured {
    /// Pulse rate.
    pub pulse_rate: Option<BeatsPerMinute>,
    /// Saturation.
    pub saturation: Option<OxygenSaturation>,
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpotCheck {
    taken: Taken,
    outcome: Outcome,
    rate_raw: u16,
    saturation_raw: u8,
    quality: QualityWords,
}

impl SpotCheck {
    /// A measurement with its date.
    #[must_use]
    pub fn new(taken: Taken, outcome: Outcome, measured: Measured) -> Self {
        Self {
            taken,
            outcome,
            rate_raw: rate_code(measured.pulse_rate),
            saturation_raw: saturation_code(measured.saturation),
            quality: outcome.words(),
        }
    }

    /// When it was measured.
    #[must_use]
    pub const fn taken(&self) -> Taken {
        self.taken
    }

    /// How it went.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The pulse rate: here 16 bits, not the pieces of seven of the other formats.
    ///
    /// # Errors
    /// [`Absence::Searching`] for the device's own "none" (511, or no measurement), [`Absence::OutOfRange`] outside 18 to
    /// 321 a minute.
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        self.if_measured()?;
        rate(self.rate_raw)
    }

    /// The saturation. 0 % is a value of this format.
    ///
    /// # Errors
    /// [`Absence::Searching`] for the device's own "none" (127, or no measurement), [`Absence::OutOfRange`] above 100 %.
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        self.if_measured()?;
        saturation(self.saturation_raw)
    }

    /// What the measurement tells in every protocol's terms.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report {
            heart_rate: field(self.pulse_rate()),
            saturation: field(self.saturation()),
            quality: Some(self.quality.as_slice()),
            ..Report::named("spot_check")
        }
    }

    /// The frame as the device sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` holds less than [`FRAME_BYTES`].
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        /// The length, most significant byte first.
        const LENGTH: [u8; 2] = [0, 14];
        const _: () = assert!(DATA_BYTES == 14);
        let whole: &mut [u8; FRAME_BYTES] = buffer.first_chunk_mut().ok_or(NoRoom)?;
        let data = self.data();
        let bytes = HEADER
            .into_iter()
            .chain(LENGTH)
            .chain(data)
            .chain([checksum::sum(&data), END]);
        for (slot, byte) in whole.iter_mut().zip(bytes) {
            *slot = byte;
        }
        Ok(whole)
    }

    /// What the data of a frame says.
    pub(super) fn from_data(data: &[u8; DATA_BYTES]) -> Self {
        let [
            century,
            year,
            month,
            day,
            hour,
            minute,
            second,
            fraction,
            status_upper,
            status_lower,
            rate_upper,
            rate_lower,
            _reserved,
            saturation_raw,
        ] = *data;
        let outcome = Outcome::from_bits(u16::from_be_bytes([status_upper, status_lower]));
        Self {
            taken: Taken {
                century,
                year,
                month,
                day,
                hour,
                minute,
                second,
                fraction,
            },
            outcome,
            rate_raw: u16::from_be_bytes([rate_upper, rate_lower]),
            saturation_raw,
            quality: outcome.words(),
        }
    }

    fn data(&self) -> [u8; DATA_BYTES] {
        let taken = &self.taken;
        let [status_upper, status_lower] = self.outcome.bits().to_be_bytes();
        let [rate_upper, rate_lower] = self.rate_raw.to_be_bytes();
        [
            taken.century,
            taken.year,
            taken.month,
            taken.day,
            taken.hour,
            taken.minute,
            taken.second,
            taken.fraction,
            status_upper,
            status_lower,
            rate_upper,
            rate_lower,
            0,
            self.saturation_raw,
        ]
    }

    const fn if_measured(&self) -> Result<(), Absence> {
        if self.outcome.has(Outcome::NO_MEASUREMENT) {
            return Err(Absence::Searching);
        }
        Ok(())
    }
}

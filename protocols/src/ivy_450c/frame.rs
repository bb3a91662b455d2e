//! One frame: its waveforms, and what its lines say.

use core::ops::Range;

use crate::vocabulary::{BeatsPerMinute, OxygenSaturation};
use crate::wire::{Field, NoRoom, Report};

/// `FF` and the stream's name with its blank.
pub const HEAD: [u8; 9] = *b"\xFFANSAR-B ";
/// Ends a frame.
pub(super) const END: u8 = 0xFE;
/// Bytes of waveforms.
pub const WAVE_BYTES: usize = 400;
/// The most bytes of text.
pub const LONGEST_TEXT: usize = 600;
/// Bytes of the longest frame.
pub const LONGEST_FRAME: usize = HEAD.len() + WAVE_BYTES + LONGEST_TEXT + 1;

const LINE_FEED: u8 = b'\n';
const RETURN: u8 = b'\r';

/// A second of waveforms, as sent. `FB` stands where there is no transducer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waves([u8; WAVE_BYTES]);

/// The lines of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineName {
    /// `HR`: heart rate; lead; alarm.
    HeartRate,
    /// `RR`: respiration rate; label; alarm.
    Respiration,
    /// `ETCO2`: mmHg; label; alarm.
    CarbonDioxide,
    /// `SPO2`: per cent; `PR=` pulse rate; alarm.
    Saturation,
    /// `NIBP`: systolic; diastolic; mean; pulse; label; alarm, of the last cuff reading.
    BloodPressure,
    /// `P1`: systolic; diastolic; mean; label; alarm.
    PressureOne,
    /// `P2`: the same.
    PressureTwo,
    /// `T1`: degrees Celsius; label; alarm.
    TemperatureOne,
    /// `T2`: the same.
    TemperatureTwo,
}

/// A cuff reading of unknown age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BloodPressure {
    /// Systolic, mmHg.
    pub systolic: u16,
    /// Diastolic, mmHg.
    pub diastolic: u16,
    /// Mean, mmHg.
    pub mean: u16,
    /// Pulse rate by the cuff, per minute.
    pub pulse: u16,
}

/// One frame. LF in its text is skipped and not kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    waves: Waves,
    text: [u8; LONGEST_TEXT],
    length: usize,
}

impl Waves {
    /// From the wire's 400 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; WAVE_BYTES]) -> Self {
        Self(bytes)
    }

    /// All bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; WAVE_BYTES] {
        &self.0
    }

    /// ECG: 200 samples, zero at 100, 0.02 mV a step.
    #[must_use]
    pub fn ecg(&self) -> &[u8] {
        self.part(0..200)
    }

    /// Respiration: 50 samples.
    #[must_use]
    pub fn respiration(&self) -> &[u8] {
        self.part(200..250)
    }

    /// Plethysmogram: 50 samples, zero at 86.
    #[must_use]
    pub fn plethysmogram(&self) -> &[u8] {
        self.part(250..300)
    }

    /// Two pressures: 50 samples each, zero at 80.
    #[must_use]
    pub fn pressures(&self) -> [&[u8]; 2] {
        [self.part(300..350), self.part(350..400)]
    }

    fn part(&self, range: Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or_default()
    }
}

impl LineName {
    const fn before_digit(self) -> &'static [u8] {
        match self {
            Self::HeartRate => b"HR=",
            Self::Respiration => b"RR=",
            Self::CarbonDioxide => b"ETCO2=",
            Self::Saturation => b"SPO2=",
            Self::BloodPressure => b"NIBP=",
            Self::PressureOne => b"P1=",
            Self::PressureTwo => b"P2=",
            Self::TemperatureOne => b"T1=",
            Self::TemperatureTwo => b"T2=",
        }
    }

    /// Fields before the alarm's.
    const fn fields_before_alarm(self) -> usize {
        match self {
            Self::BloodPressure => 5,
            Self::PressureOne | Self::PressureTwo => 4,
            Self::HeartRate
            | Self::Respiration
            | Self::CarbonDioxide
            | Self::Saturation
            | Self::TemperatureOne
            | Self::TemperatureTwo => 2,
        }
    }
}

impl Frame {
    /// A frame of these waveforms and this text; `None` for more than [`LONGEST_TEXT`] bytes or one that is not ASCII.
    #[must_use]
    pub fn new(waves: Waves, text: &[u8]) -> Option<Self> {
        if text.len() > LONGEST_TEXT || !text.is_ascii() {
            return None;
        }
        let mut frame = Self {
            waves,
            text: [0; LONGEST_TEXT],
            length: 0,
        };
        let kept = text.iter().filter(|byte| **byte != LINE_FEED);
        for (slot, byte) in frame.text.iter_mut().zip(kept) {
            *slot = *byte;
            frame.length += 1;
        }
        Some(frame)
    }

    /// The waveforms.
    #[must_use]
    pub const fn waves(&self) -> &Waves {
        &self.waves
    }

    /// The text, its lines ended by CR.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or(&self.text)
    }

    /// The fields of a line, blanks around them cut off. Of two like lines the first counts; what stands before the first `;`
    /// has no known meaning and is left out, as is what stands behind the last.
    pub fn fields(&self, name: LineName) -> impl Iterator<Item = &[u8]> {
        let mut lines = self.text().split(|byte| *byte == RETURN);
        let rest = lines
            .find_map(|line| line.strip_prefix(name.before_digit()))
            .unwrap_or_default();
        let ended = rest.split_inclusive(|byte| *byte == b';').skip(1);
        ended.filter_map(|field| Some(trimmed(field.strip_suffix(b";")?)))
    }

    /// The heart rate of the ECG; `None` where it is missing or outside 15 to 300 a minute.
    #[must_use]
    pub fn heart_rate(&self) -> Option<BeatsPerMinute> {
        let rate = number(self.fields(LineName::HeartRate).next()?)?;
        let rate = (15..=300).contains(&rate).then_some(rate)?;
        BeatsPerMinute::new(rate)
    }

    /// The saturation; `None` where it is missing or outside 1 to 100 %.
    #[must_use]
    pub fn saturation(&self) -> Option<OxygenSaturation> {
        let percent = number(self.fields(LineName::Saturation).next()?)?;
        let percent = u8::try_from(percent).ok().filter(|percent| *percent > 0)?;
        OxygenSaturation::new(percent)
    }

    /// The oximeter's pulse rate, to be held against the heart rate.
    #[must_use]
    pub fn pulse_rate(&self) -> Option<BeatsPerMinute> {
        let field = self.fields(LineName::Saturation).nth(1)?;
        BeatsPerMinute::new(number(trimmed(field.strip_prefix(b"PR=")?))?)
    }

    /// The respiration rate per minute.
    #[must_use]
    pub fn respiration_rate(&self) -> Option<u16> {
        number(self.fields(LineName::Respiration).next()?)
    }

    /// The last cuff reading: no reading of now.
    #[must_use]
    pub fn blood_pressure(&self) -> Option<BloodPressure> {
        let mut fields = self.fields(LineName::BloodPressure).map(number);
        Some(BloodPressure {
            systolic: fields.next()??,
            diastolic: fields.next()??,
            mean: fields.next()??,
            pulse: fields.next()??,
        })
    }

    /// The alarm of a line, empty without one. It may stand without a `;` behind it.
    #[must_use]
    pub fn alarm(&self, name: LineName) -> &[u8] {
        let mut lines = self.text().split(|byte| *byte == RETURN);
        let Some(rest) = lines.find_map(|line| line.strip_prefix(name.before_digit())) else {
            return &[];
        };
        let mut fields = rest.split(|byte| *byte == b';');
        trimmed(
            fields
                .nth(name.fields_before_alarm() + 1)
                .unwrap_or_default(),
        )
    }

    /// What the frame tells in every protocol's terms.
    #[must_use]
    pub fn report(&self) -> Report<'static> {
        Report {
            heart_rate: self.heart_rate().map_or(Field::Missing, Field::Present),
            saturation: self.saturation().map_or(Field::Missing, Field::Present),
            ..Report::named("frame")
        }
    }

    /// The frame as the monitor sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_FRAME`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let length = HEAD.len() + WAVE_BYTES + self.length + 1;
        let whole = buffer.get_mut(..length).ok_or(NoRoom)?;
        let bytes = HEAD.iter().chain(&self.waves.0).chain(self.text());
        for (slot, byte) in whole.iter_mut().zip(bytes.chain([&END])) {
            *slot = *byte;
        }
        Ok(whole)
    }
}

impl core::fmt::Debug for Frame {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let text = core::str::from_utf8(self.text()).unwrap_or_default();
        f.debug_struct("Frame")
            .field("text", &text)
            .field("waves", &self.waves.0)
            .finish_non_exhaustive()
    }
}

fn trimmed(field: &[u8]) -> &[u8] {
    let blank = |byte: &u8| *byte == b' ';
    let begin = field.iter().take_while(|byte| blank(byte)).count();
    let field = field.get(begin..).unwrap_or_default();
    let end = field.iter().rev().take_while(|byte| blank(byte)).count();
    field.get(..field.len() - end).unwrap_or_default()
}

/// The number that one to three digits write; nothing else is one.
fn number(digits: &[u8]) -> Option<u16> {
    let fits = (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    fits.then(|| {
        digits
            .iter()
            .fold(0, |value, digit| value * 10 + u16::from(digit - b'0'))
    })
}

//! The Ivy 450C: an ECG's rate, a saturation and the oximeter's pulse in one frame a second, unasked; it is told nothing.
//!
//! A number is up to 1.6 s old when its frame is in. An alarm text takes the trust from its line's values; a lead's fault takes the value.
//! What texts there are beside the sheet's two is not known, so any that names a lead counts as one \[assumed\].
//!
//! Deliberately absent: the plethysmogram, 50 samples a second, which does not come in thirds of a second; the cuff's pressure, which
//! is repeated each second without its age.

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::ivy_450c::{Frame, FrameDecoder, LineName};
use protocols::vocabulary::{Absence, Quality, Timestamp};

use super::pace::share;
use super::stream::{Heard, Readings, Stream, StreamLink};
use super::trust::reading;

/// An Ivy 450C at one port.
pub type Ivy450cLink = StreamLink<Ivy450c>;

/// Rates of the pulse that are no nonsense, beats a minute: the sheet's for the ECG \[assumed for the pulse\].
const PULSES: RangeInclusive<u16> = 15..=300;

/// The monitor's protocol.
#[derive(Debug)]
pub struct Ivy450c {
    clip: ClipOn,
}

/// Whether the monitor's own finger clip is on the patient. Without it the monitor says "no saturation" each second, which must not
/// stand against the readings of an oximeter of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClipOn {
    /// Saturation and pulse are told, and their absence too.
    Patient,
    /// Neither is told.
    Nobody,
}

impl Ivy450c {
    /// A monitor whose clip is on the patient, or is not.
    #[must_use]
    pub const fn new(clip: ClipOn) -> Self {
        Self { clip }
    }
}

impl Stream for Ivy450c {
    type Decoder = FrameDecoder;

    const ID: &'static str = "ivy-450c";
    /// \[assumed\]
    const SILENCE: Duration = Duration::from_secs(3);
    /// A frame of some 570 bytes a second.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 570);

    fn opened(&mut self, _now: Timestamp) {}

    fn take(&mut self, _sent_at: Timestamp, frame: &Frame) -> Heard {
        let rate = frame
            .heart_rate()
            .ok_or_else(|| absence(frame, LineName::HeartRate));
        let clip = match self.clip {
            ClipOn::Patient => clip(frame),
            ClipOn::Nobody => Readings::NONE,
        };
        Heard::Live(Readings {
            heart_rate: Some(reading(judge(frame, LineName::HeartRate), rate)),
            ..clip
        })
    }
}

fn clip(frame: &Frame) -> Readings {
    let judged = judge(frame, LineName::Saturation);
    let saturation = frame
        .saturation()
        .ok_or_else(|| absence(frame, LineName::Saturation));
    // Without a saturation there is no finger for a pulse either.
    let pulse = saturation.and_then(|_| frame.pulse_rate().ok_or(Absence::Searching));
    let pulse = pulse.and_then(|rate| {
        if PULSES.contains(&rate.get()) {
            Ok(rate)
        } else {
            Err(Absence::OutOfRange)
        }
    });
    Readings::of_oximeter(reading(judged, saturation), reading(judged, pulse))
}

/// What a line's alarm leaves of its values.
fn judge(frame: &Frame, name: LineName) -> Result<Quality, Absence> {
    let alarm = frame.alarm(name);
    if alarm.windows(4).any(|word| word == b"LEAD") {
        Err(Absence::NoContact)
    } else if alarm.is_empty() {
        Ok(Quality::Good)
    } else {
        Ok(Quality::OutOfTrack)
    }
}

/// Why a line has no number that counts: none is there, or one out of range.
fn absence(frame: &Frame, name: LineName) -> Absence {
    match frame.fields(name).next() {
        None | Some([]) => Absence::Searching,
        Some(_) => Absence::OutOfRange,
    }
}

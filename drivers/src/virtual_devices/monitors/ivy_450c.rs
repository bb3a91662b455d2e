//! An Ivy 450C: a frame each second with the waveforms of the second just past. It hears nothing.

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::ivy_450c::{Numbers, WAVE_BYTES, Waves};
use protocols::vocabulary::{Timestamp, number};

use crate::virtual_devices::beats::{Sensor, Site, rounded};
use crate::virtual_devices::oximeter;
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// Beats of an average (recalled).
const AVERAGED: usize = 8;
/// The heart rate's number comes back after so many beats.
const BEATS_TO_NUMBER: usize = 3;
/// What it can say, beats a minute.
const RATES: RangeInclusive<u16> = 15..=300;
/// Where each wave is zero, and how far it goes: all far below F0, for readers that look for the frame's end in the waves.
const ECG: (f64, f64) = (100.0, 75.0);
const RESPIRATION: (f64, f64) = (128.0, 60.0);
const PLETHYSMOGRAM: (f64, f64) = (86.0, 40.0);
const NO_TRANSDUCER: u8 = 0xFB;
/// A breath, seconds (assumed).
const BREATH: f64 = 4.0;

/// The monitor. Its leads are on while the body's strap has contact; its oximeter is on the finger.
#[derive(Debug)]
pub struct Ivy450c {
    leads: Sensor,
    finger: Sensor,
}

impl Ivy450c {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                leads: Sensor::new(Site::Chest, start),
                finger: Sensor::new(Site::Finger, start),
            },
        )
    }

    fn numbers(&self, moment: &Moment) -> Numbers {
        let within = |rate: &u16| RATES.contains(rate);
        let has_number = |sensor: &Sensor| sensor.seen() >= BEATS_TO_NUMBER;
        let heart_rate = self.leads.rate(AVERAGED).filter(within);
        let pulse_rate = self.finger.rate(AVERAGED).filter(within);
        let saturation = self.finger.saturation(AVERAGED).filter(|it| *it > 0);
        Numbers {
            heart_rate: heart_rate.filter(|_| has_number(&self.leads)),
            lead_fault: self.leads.off_for(moment.at).is_some(),
            respiration_rate: None,
            saturation: saturation
                .filter(|_| has_number(&self.finger))
                .map(u16::from),
            pulse_rate: pulse_rate.filter(|_| has_number(&self.finger)),
            blood_pressure: None,
        }
    }

    fn waves(&self, moment: &Moment) -> Waves {
        let mut bytes = [NO_TRANSDUCER; WAVE_BYTES];
        let begin = moment.at.before(Duration::from_secs(1));
        let amplitude = match moment.body {
            Some(body) if body.perfusion_good => 1.0,
            _ => 0.25,
        };
        for (place, slot) in (0_u64..).zip(&mut bytes) {
            let (fast, slow) = (place * 5, place % 50 * 20);
            let at = |millis| begin + Duration::from_millis(millis);
            let (zero, deflection) = match place {
                0..200 => (ECG, self.leads.phase_at(at(fast)).map_or(0.0, ecg)),
                200..250 => (RESPIRATION, breath(at(slow))),
                250..300 => {
                    let phase = self.finger.phase_at(at(slow));
                    let wave = phase.map_or(0.0, |phase| amplitude * oximeter::waveform(phase));
                    (PLETHYSMOGRAM, wave)
                }
                _ => continue,
            };
            *slot = sample(zero, deflection);
        }
        Waves::new(bytes)
    }
}

impl Speaker for Ivy450c {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::seconds(1))
    }

    fn sense(&mut self, moment: &Moment) {
        self.leads.sense(moment);
        self.finger.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        if let Ok(frame) = self.numbers(moment).frame(self.waves(moment)) {
            out.add(|buffer| frame.encode(buffer));
        }
    }
}

/// A beat of an electrocardiogram, −1 to 1: the R peak at its begin, then S and T (assumed: shaped by eye).
pub(super) fn ecg(phase: f64) -> f64 {
    match phase {
        _ if phase < 0.04 => 1.0,
        _ if phase < 0.08 => -0.3,
        _ if phase < 0.25 => 0.0,
        _ if phase < 0.45 => 0.2,
        _ => 0.0,
    }
}

/// A breath, −1 to 1, up and down in straight lines.
fn breath(at: Timestamp) -> f64 {
    let seconds = number::from_u64(at.as_millis() % 4_000) / 1_000.0;
    let part = seconds / BREATH;
    1.0 - 4.0 * (part - 0.5).abs()
}

fn sample((zero, most): (f64, f64), deflection: f64) -> u8 {
    rounded(zero + most * deflection.clamp(-1.0, 1.0))
        .and_then(|value| u8::try_from(value).ok())
        .unwrap_or(0)
}

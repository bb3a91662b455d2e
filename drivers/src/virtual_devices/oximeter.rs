//! What Nonin's oximeters make of the beats they see: averages, track, and the display's hold.

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::nonin_df2::{PulseRates, Saturations};
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation, Timestamp, number};

/// Good beats that have to be seen before there are values.
const BEATS_TO_TRACK: u32 = 4;
/// Bad pulses in a row that lose the track (assumed).
const BAD_TO_LOSE: u32 = 3;
/// Packets for which the display keeps the last number: 10 s.
const DISPLAY_HOLD: u32 = 30;
/// A pause that loses the track: slower than the 18 beats a minute that the device measures.
const LONGEST_INTERVAL: Duration = Duration::from_millis(3_400);
/// What the devices measure, in beats a minute (recalled); they have no value for a pulse outside it (assumed).
const RATES: RangeInclusive<u16> = 18..=321;
/// Intervals that are kept.
const INTERVALS: usize = 8;

/// The signal processing of the virtual device.
#[derive(Debug, Default)]
pub(super) struct Oximeter {
    good_beats: u32,
    bad_run: u32,
    pulse_bad: bool,
    frames_since_beat: u32,
    last_beat: Option<Timestamp>,
    /// Microseconds between beats, newest first.
    intervals: [u32; INTERVALS],
    known_intervals: usize,
    saturation: SaturationAverages,
    display: Display,
}

#[derive(Debug, Clone, Copy, Default)]
struct SaturationAverages {
    four: f64,
    eight: f64,
    newest: f64,
    before: f64,
}

/// The last values for display, and for how many packets more they are held.
#[derive(Debug, Clone, Copy, Default)]
struct Display {
    rate: Option<BeatsPerMinute>,
    extended_rate: Option<BeatsPerMinute>,
    saturation: Option<OxygenSaturation>,
    extended_saturation: Option<OxygenSaturation>,
    hold: u32,
}

impl Oximeter {
    /// A beat of the finger's pulse.
    pub(super) fn beat(&mut self, at: Timestamp, saturation: f64, bad: bool) {
        let interval = self.last_beat.map(|last| at.since(last));
        self.last_beat = Some(at);
        self.frames_since_beat = 0;
        self.pulse_bad = bad;
        if bad {
            self.bad_run = self.bad_run.saturating_add(1);
            if self.bad_run >= BAD_TO_LOSE {
                self.lose_track();
            }
            return;
        }
        self.bad_run = 0;
        if let Some(interval) = interval.and_then(|it| u32::try_from(it.as_micros()).ok()) {
            self.intervals.rotate_right(1);
            if let Some(newest) = self.intervals.first_mut() {
                *newest = interval;
            }
            self.known_intervals = (self.known_intervals + 1).min(INTERVALS);
        }
        let averages = &mut self.saturation;
        if self.good_beats == 0 {
            averages.four = saturation;
            averages.eight = saturation;
            averages.newest = saturation;
        } else {
            averages.four += (saturation - averages.four) / 4.0;
            averages.eight += (saturation - averages.eight) / 8.0;
        }
        averages.before = averages.newest;
        averages.newest = saturation;
        self.good_beats = self.good_beats.saturating_add(1);
    }

    /// A frame goes by; without a beat for too long the track is lost.
    pub(super) fn pass_frame(&mut self, now: Timestamp) {
        self.frames_since_beat = self.frames_since_beat.saturating_add(1);
        if self
            .last_beat
            .is_some_and(|last| now.since(last) > LONGEST_INTERVAL)
        {
            self.lose_contact();
        }
    }

    /// No finger, no sensor or no pulse: everything starts again.
    pub(super) const fn lose_contact(&mut self) {
        self.lose_track();
        self.last_beat = None;
        self.bad_run = 0;
        self.pulse_bad = false;
        self.frames_since_beat = u32::MAX;
    }

    const fn lose_track(&mut self) {
        self.good_beats = 0;
        self.known_intervals = 0;
    }

    /// Whether the values are being updated.
    pub(super) const fn is_tracking(&self) -> bool {
        self.good_beats >= BEATS_TO_TRACK
    }

    /// Whether the current pulse does not fit.
    pub(super) const fn is_pulse_bad(&self) -> bool {
        self.pulse_bad
    }

    /// Frames since the last upstroke began.
    pub(super) const fn frames_since_beat(&self) -> u32 {
        self.frames_since_beat
    }

    /// What the next packet says. To be asked once a packet, as the display's hold counts them.
    pub(super) fn packet_values(&mut self) -> (PulseRates, Saturations) {
        let tracking = self.is_tracking();
        let averages = self.saturation;
        let rate = |over| tracking.then(|| self.rate(over)).flatten();
        let percent = |value| tracking.then(|| percent(value)).flatten();
        let (recording, extended) = (rate(4), rate(8));
        let (four, eight) = (percent(averages.four), percent(averages.eight));
        let shown = self.display.show(Display {
            rate: recording,
            extended_rate: extended,
            saturation: four,
            extended_saturation: eight,
            hold: DISPLAY_HOLD,
        });
        (
            PulseRates {
                recording,
                extended,
                display: shown.rate,
                extended_display: shown.extended_rate,
            },
            Saturations {
                recording: four,
                display: shown.saturation,
                fast: percent(averages.newest.midpoint(averages.before)),
                beat_to_beat: percent(averages.newest),
                extended: eight,
                extended_display: shown.extended_saturation,
            },
        )
    }

    /// 60 s over the mean of the last intervals, rounded.
    fn rate(&self, over: usize) -> Option<BeatsPerMinute> {
        const MICROS_A_MINUTE: f64 = 60_000_000.0;
        let used = self.intervals.iter().take(over.min(self.known_intervals));
        let count = f64::from(u32::try_from(used.len()).ok()?);
        let sum: f64 = used.map(|interval| f64::from(*interval)).sum();
        let rate = number::floor_to_u16(MICROS_A_MINUTE * count / sum + 0.5)?;
        BeatsPerMinute::new(rate).filter(|_| RATES.contains(&rate))
    }
}

impl Display {
    /// What the display says: the new values, or the last ones while they are held.
    fn show(&mut self, new: Self) -> Self {
        if new.rate.is_some() || new.saturation.is_some() {
            *self = new;
        } else if self.hold > 0 {
            self.hold -= 1;
        } else {
            *self = Self::default();
        }
        *self
    }
}

fn percent(value: f64) -> Option<OxygenSaturation> {
    let rounded = number::floor_to_u16(value + 0.5)?;
    u8::try_from(rounded).ok().and_then(OxygenSaturation::new)
}

/// One beat of a plethysmogram from −1 to 1: a smooth upstroke, a fall that slows, a dicrotic wave on it. Plain arithmetic, so
/// that it is the same on every machine (assumed: shaped by eye).
pub(super) fn waveform(phase: f64) -> f64 {
    const UPSTROKE: f64 = 0.15;
    if phase < UPSTROKE {
        let part = phase / UPSTROKE;
        return 2.0 * part * part * (3.0 - 2.0 * part) - 1.0;
    }
    let part = (phase - UPSTROKE) / (1.0 - UPSTROKE);
    let fall = 1.0 - 2.0 * part * (2.0 - part);
    let from_wave = (part - 0.4) / 0.15;
    let wave = (1.0 - from_wave * from_wave).max(0.0);
    (fall + 0.2 * wave).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(oximeter: &mut Oximeter, from_millis: u64, interval: u64, saturations: &[f64]) {
        for (index, saturation) in (0..).zip(saturations) {
            let at = Timestamp::from_millis(from_millis + index * interval);
            oximeter.beat(at, *saturation, false);
        }
    }

    #[test]
    fn the_fourth_good_beat_brings_values() {
        let mut oximeter = Oximeter::default();
        beats(&mut oximeter, 1_000, 800, &[97.0; 3]);
        assert!(!oximeter.is_tracking());
        assert_eq!(oximeter.packet_values(), Default::default());
        beats(&mut oximeter, 3_400, 800, &[97.0]);
        let (rates, saturations) = oximeter.packet_values();
        assert_eq!(rates.recording, BeatsPerMinute::new(75));
        assert_eq!(saturations.recording, OxygenSaturation::new(97));
    }

    #[test]
    fn a_falling_saturation_is_followed_by_a_quarter_a_beat() {
        let mut oximeter = Oximeter::default();
        beats(&mut oximeter, 0, 800, &[96.0, 96.0, 96.0, 96.0, 88.0]);
        let (_, saturations) = oximeter.packet_values();
        assert_eq!(saturations.recording, OxygenSaturation::new(94));
        assert_eq!(saturations.extended, OxygenSaturation::new(95));
        assert_eq!(saturations.fast, OxygenSaturation::new(92));
        assert_eq!(saturations.beat_to_beat, OxygenSaturation::new(88));
    }

    #[test]
    fn the_rate_is_of_the_last_four_intervals() {
        let mut oximeter = Oximeter::default();
        beats(&mut oximeter, 0, 1_000, &[97.0; 9]);
        beats(&mut oximeter, 8_500, 500, &[97.0; 4]);
        let (rates, _) = oximeter.packet_values();
        assert_eq!(rates.recording, BeatsPerMinute::new(120));
        assert_eq!(rates.extended, BeatsPerMinute::new(80));
    }

    #[test]
    fn a_pulse_outside_what_the_device_measures_has_no_value() {
        for (interval, rate) in [(187, Some(321)), (186, None)] {
            let mut oximeter = Oximeter::default();
            beats(&mut oximeter, 0, interval, &[97.0; 9]);
            let (rates, saturations) = oximeter.packet_values();
            assert_eq!(rates.recording.map(BeatsPerMinute::get), rate);
            assert_eq!(saturations.recording, OxygenSaturation::new(97));
        }
    }

    #[test]
    fn the_display_holds_thirty_packets_and_then_lets_go() {
        let mut oximeter = Oximeter::default();
        beats(&mut oximeter, 0, 800, &[97.0; 4]);
        let _ = oximeter.packet_values();
        oximeter.lose_contact();
        for _ in 0..30 {
            let (rates, saturations) = oximeter.packet_values();
            assert_eq!((rates.recording, saturations.recording), (None, None));
            assert_eq!(rates.display, BeatsPerMinute::new(75));
            assert_eq!(saturations.display, OxygenSaturation::new(97));
        }
        assert_eq!(oximeter.packet_values(), Default::default());
    }

    #[test]
    fn the_third_bad_pulse_in_a_row_loses_the_track() {
        let mut oximeter = Oximeter::default();
        beats(&mut oximeter, 0, 800, &[97.0; 4]);
        oximeter.beat(Timestamp::from_millis(3_200), 97.0, true);
        oximeter.beat(Timestamp::from_millis(4_000), 97.0, true);
        assert!(oximeter.is_tracking() && oximeter.is_pulse_bad());
        oximeter.beat(Timestamp::from_millis(4_800), 97.0, true);
        assert!(!oximeter.is_tracking());
        beats(&mut oximeter, 5_600, 800, &[97.0; 4]);
        assert!(oximeter.is_tracking() && !oximeter.is_pulse_bad());
    }

    #[test]
    fn a_pulse_that_stops_loses_the_track() {
        let mut oximeter = Oximeter::default();
        beats(&mut oximeter, 0, 800, &[97.0; 4]);
        oximeter.pass_frame(Timestamp::from_millis(2_400 + 3_400));
        assert!(oximeter.is_tracking());
        oximeter.pass_frame(Timestamp::from_millis(2_400 + 3_401));
        assert!(!oximeter.is_tracking());
    }

    #[test]
    fn the_waveform_rises_once_and_joins_itself() {
        let samples: Vec<f64> = (0..=1_000)
            .map(|step| waveform(f64::from(step) / 1_000.0))
            .collect();
        assert!(samples.iter().all(|sample| sample.abs() <= 1.0));
        assert!((samples[0] + 1.0).abs() < 1e-9);
        assert!((samples[150] - 1.0).abs() < 1e-9);
        assert!((samples[1_000] + 1.0).abs() < 1e-9);
        assert!(
            samples
                .windows(2)
                .all(|pair| (pair[1] - pair[0]).abs() < 0.03)
        );
    }
}

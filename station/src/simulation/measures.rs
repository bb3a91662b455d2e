//! The measures of a held heart rate, defined as in `controllers.md` section 4.

use serde::Serialize;

/// Samples are taken every so many seconds.
pub const SAMPLE_S: u32 = 5;
/// The window of RMSE, control power and time in band begins after so many seconds of conditioning, and ends with it.
const WINDOW_FROM_S: u32 = 300;
/// Half the width of the band, in beats a minute.
const BAND: f64 = 5.0;
/// The mean has to stay in the band for so long to have settled, in seconds.
const SETTLED_FOR_S: u32 = 120;

/// What was so at one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Seconds since the start of conditioning.
    pub t_s: u32,
    /// Mean of the true heart rate over the last 5 s, in beats a minute.
    pub true_rate: f64,
    /// The same without variability.
    pub mean_rate: f64,
    /// Net METs of the command that stands, before economy.
    pub commanded: f64,
}

/// The measures of one session. One that never came to conditioning, or in which it lasts no longer than five minutes, has none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measures {
    /// Root mean square of target minus true heart rate, in beats a minute.
    pub rmse_bpm: f64,
    /// The same of the heart rate without variability: what the controller is answerable for.
    pub rmse_mean_bpm: f64,
    /// Mean square of the steps of load times gain, in beats a minute squared.
    pub control_power_bpm2: f64,
    /// Largest 15 s mean of the true heart rate over target, in beats a minute.
    pub overshoot_15s_bpm: f64,
    /// Largest heart rate without variability over target, in beats a minute.
    pub overshoot_mean_bpm: f64,
    /// First second from which the mean was within 5 beats a minute of target for two minutes; `None`: never.
    pub settling_s: Option<u32>,
    /// Share of the window within 5 beats a minute of target, in per cent.
    pub in_band_percent: f64,
}

impl Measures {
    /// The measures of `samples`, one every 5 s, the first at the start of conditioning, over the `ordered_s` seconds that it is to
    /// last: what comes after them is no error of holding, and what an interruption took of them is. `gain` is the patient's true
    /// one, economy included, in beats a minute for each net MET. `None` without a sample in the window.
    #[must_use]
    pub fn of(samples: &[Sample], ordered_s: u32, target: f64, gain: f64) -> Option<Self> {
        let is_in_window = |sample: &Sample| sample.t_s > WINDOW_FROM_S && sample.t_s <= ordered_s;
        let window = || samples.iter().filter(|sample| is_in_window(sample));
        let after_start = || {
            samples
                .iter()
                .filter(|sample| sample.t_s > 0 && sample.t_s <= ordered_s)
        };
        let squares =
            |of: fn(&Sample) -> f64| mean(window().map(|sample| square(target - of(sample))));
        let rmse = squares(|sample| sample.true_rate)?;
        let rmse_mean = squares(|sample| sample.mean_rate)?;
        let steps = samples
            .iter()
            .zip(samples.iter().skip(1))
            .filter(|(_, now)| is_in_window(now));
        let control_power =
            mean(steps.map(|(then, now)| square(gain * (now.commanded - then.commanded))))?;
        let rates: Vec<f64> = after_start().map(|sample| sample.true_rate).collect();
        let overshoot_15s = rates
            .windows(3)
            .filter_map(|three| mean(three.iter().copied()))
            .fold(f64::NEG_INFINITY, f64::max);
        let overshoot_mean = after_start()
            .map(|sample| sample.mean_rate)
            .fold(f64::NEG_INFINITY, f64::max);
        let in_band = mean(window().map(|sample| {
            if (sample.mean_rate - target).abs() <= BAND {
                100.0
            } else {
                0.0
            }
        }))?;
        Some(Self {
            rmse_bpm: rmse.sqrt(),
            rmse_mean_bpm: rmse_mean.sqrt(),
            control_power_bpm2: control_power,
            overshoot_15s_bpm: overshoot_15s - target,
            overshoot_mean_bpm: overshoot_mean - target,
            settling_s: settling(after_start(), target),
            in_band_percent: in_band,
        })
    }
}

/// The start of the first stretch of two minutes in the band. A sample is of the 5 s before it.
fn settling<'a>(samples: impl Iterator<Item = &'a Sample>, target: f64) -> Option<u32> {
    let mut since = None;
    for sample in samples {
        if (sample.mean_rate - target).abs() > BAND {
            since = None;
            continue;
        }
        let first = *since.get_or_insert(sample.t_s.saturating_sub(SAMPLE_S));
        if sample.t_s.saturating_sub(first) >= SETTLED_FOR_S {
            return Some(sample.t_s.saturating_sub(SETTLED_FOR_S));
        }
    }
    None
}

fn square(value: f64) -> f64 {
    value * value
}

/// The plain mean, summed in order. `None` of nothing.
pub fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| {
        (sum + value, count.saturating_add(1))
    });
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF_AN_HOUR_S: u32 = 1800;

    /// Half an hour at these rates, sample by sample.
    fn session(rate: impl Fn(u32) -> f64, load: impl Fn(u32) -> f64) -> Vec<Sample> {
        (0..=360)
            .map(|number| {
                let t_s = number * SAMPLE_S;
                Sample {
                    t_s,
                    true_rate: rate(t_s) + 1.0,
                    mean_rate: rate(t_s),
                    commanded: load(t_s),
                }
            })
            .collect()
    }

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn a_rate_that_is_two_under_has_that_error_and_no_power() {
        let measures = Measures::of(&session(|_| 98.0, |_| 3.0), HALF_AN_HOUR_S, 100.0, 10.0)
            .expect("a window");
        assert!(near(measures.rmse_bpm, 1.0) && near(measures.rmse_mean_bpm, 2.0));
        assert!(near(measures.control_power_bpm2, 0.0));
        assert!(near(measures.overshoot_mean_bpm, -2.0) && near(measures.overshoot_15s_bpm, -1.0));
        assert_eq!(measures.settling_s, Some(0));
        assert!(near(measures.in_band_percent, 100.0));
    }

    #[test]
    fn settling_begins_where_the_band_was_reached_for_good() {
        // In the band from the sample of 200 s on, but for a moment at 250 s.
        let rate = |t| {
            if t < 200 || t == 250 { 80.0 } else { 99.0 }
        };
        let measures =
            Measures::of(&session(rate, |_| 3.0), HALF_AN_HOUR_S, 100.0, 10.0).expect("a window");
        assert_eq!(measures.settling_s, Some(250));
        let never = Measures::of(&session(|_| 80.0, |_| 3.0), HALF_AN_HOUR_S, 100.0, 10.0)
            .expect("a window");
        assert_eq!(never.settling_s, None);
    }

    #[test]
    fn power_counts_steps_inside_the_window_alone() {
        let load = |t| match t {
            0..=300 => 9.0,
            301..=900 => 3.0,
            _ => 3.1,
        };
        let measures =
            Measures::of(&session(|_| 100.0, load), HALF_AN_HOUR_S, 100.0, 10.0).expect("a window");
        // One step from 9 to 3 at 305 s and one of 0.1: the first sample of the window is measured against the one before it.
        assert!(
            near(measures.control_power_bpm2, (3600.0 + 1.0) / 300.0),
            "{measures:?}"
        );
    }

    #[test]
    fn a_session_without_conditioning_has_no_measures() {
        assert_eq!(Measures::of(&[], HALF_AN_HOUR_S, 100.0, 10.0), None);
        assert_eq!(
            Measures::of(
                &session(|_| 90.0, |_| 1.0)[..40],
                HALF_AN_HOUR_S,
                100.0,
                10.0
            ),
            None
        );
    }

    #[test]
    fn nothing_counts_that_comes_after_conditioning() {
        // Ten minutes at the target, then a cool-down, with a load that is taken away.
        let rate = |t| if t <= 600 { 99.0 } else { 160.0 };
        let load = |t| if t <= 600 { 3.0 } else { 1.0 };
        let over = |ordered_s| Measures::of(&session(rate, load), ordered_s, 100.0, 10.0);
        let measured = over(600).expect("five minutes of window");
        assert!(near(measured.rmse_mean_bpm, 1.0) && near(measured.in_band_percent, 100.0));
        assert!(near(measured.control_power_bpm2, 0.0), "{measured:?}");
        assert!(near(measured.overshoot_mean_bpm, -1.0), "{measured:?}");
        // A minute longer, and twelve of its seventy-two samples are off the target.
        let longer = over(660).expect("six minutes of window");
        assert!(
            near(longer.in_band_percent, 100.0 * 60.0 / 72.0),
            "{longer:?}"
        );
        assert_eq!(over(300), None);
    }
}

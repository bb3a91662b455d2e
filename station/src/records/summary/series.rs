//! Figures over the seconds of a bout.

use serde::Serialize;

use super::super::figures::{Lane, dose, heart};
use super::super::session::Second;

/// A signal over a bout's exercise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Which signal, with its unit.
    pub signal: &'static str,
    /// Mean and extremes.
    #[serde(flatten)]
    pub extremes: Extremes,
}

/// Mean and extremes of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Extremes {
    /// The mean of every second that has it.
    pub mean: f64,
    /// The highest.
    pub peak: f64,
    /// The lowest.
    pub lowest: f64,
    /// How many seconds have it.
    pub seconds: usize,
}

/// Time in the prescribed zone, of the seconds of conditioning with a trusted heart rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Zone {
    /// Its lower end, in beats a minute, at the end of the bout.
    pub lower_bpm: f64,
    /// Its upper end.
    pub upper_bpm: f64,
    /// Seconds below.
    pub below_s: u32,
    /// Seconds within.
    pub in_s: u32,
    /// Seconds above.
    pub above_s: u32,
    /// Share within, in per cent; `None` where no second had a trusted heart rate.
    pub in_percent: Option<f64>,
}

pub(super) fn figures(seconds: &[Second]) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |signal, window, value: &dyn Fn(&Second) -> Option<f64>| {
        figures.extend(over(seconds, window, value).map(|extremes| Figure { signal, extremes }));
    };
    add("heart_rate_bpm", heart::PEAK_S, &Second::trusted_heart_rate);
    add("spo2_percent", heart::NADIR_S, &Second::trusted_spo2);
    add("granted_met", dose::PEAK_S, &|second| {
        Some(f64::from(second.granted_met_milli) / 1_000.0)
    });
    add("power_w", dose::PEAK_S, &Second::power_w);
    add("speed_kmh", dose::PEAK_S, &Second::speed_kmh);
    add("grade_percent", dose::PEAK_S, &Second::grade_percent);
    add("cadence_rpm", 1, &|second| {
        second.cadence_rpm.map(f64::from)
    });
    figures
}

/// Mean of all, and the extremes of what lasted `window` seconds on end, from warm-up to cool-down.
fn over(
    seconds: &[Second],
    window: usize,
    value: &dyn Fn(&Second) -> Option<f64>,
) -> Option<Extremes> {
    let exercise = seconds.iter().filter(|second| second.is_exercise());
    let lane = Lane::of(exercise, value);
    Some(Extremes {
        mean: lane.mean()?,
        peak: lane.highest(window)?,
        lowest: lane.lowest(window)?,
        seconds: lane.count(),
    })
}

pub(super) fn zone(seconds: &[Second]) -> Option<Zone> {
    let counted = heart::ZoneSeconds::of(seconds.iter())?;
    Some(Zone {
        lower_bpm: counted.lower_bpm,
        upper_bpm: counted.upper_bpm,
        below_s: counted.below,
        in_s: counted.within,
        above_s: counted.above,
        in_percent: counted.in_percent(),
    })
}

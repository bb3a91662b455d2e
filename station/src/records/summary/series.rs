//! Figures over the seconds of a bout.

use protocols::vocabulary::number::from_u64;
use serde::Serialize;

use super::super::samples::SampleRow;

/// A mean over this many seconds is a peak of heart rate.
const HEART_RATE_PEAK_S: usize = 5;
/// A saturation that lasted so many seconds is a nadir.
const SATURATION_NADIR_S: usize = 10;
/// A mean over this many seconds is a peak of load.
const LOAD_PEAK_S: usize = 60;

/// The word of a sign that can be relied on.
const TRUSTED: &str = "trusted";

/// One second.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Second {
    pub(super) at_us: i64,
    phase: String,
    heart_rate: Option<f64>,
    pub(super) heart_rate_trusted: bool,
    zone: Option<(f64, f64)>,
    spo2: Option<f64>,
    pub(super) spo2_trusted: bool,
    granted: f64,
    power: Option<f64>,
    speed: Option<f64>,
    grade: Option<f64>,
    cadence: Option<f64>,
}

impl Second {
    fn of(sample: &SampleRow) -> Self {
        Self {
            at_us: sample.at_us,
            phase: sample.phase.clone(),
            heart_rate: sample.heart_rate_bpm.map(f64::from),
            heart_rate_trusted: sample.heart_rate_trust == TRUSTED,
            zone: sample
                .zone_lower_bpm
                .map(f64::from)
                .zip(sample.zone_upper_bpm.map(f64::from)),
            spo2: sample.spo2_percent.map(f64::from),
            spo2_trusted: sample.spo2_trust == TRUSTED,
            granted: f64::from(sample.granted_met_milli) / 1_000.0,
            power: sample.reported_power_w.map(f64::from),
            speed: sample
                .reported_speed_mm_s
                .map(|speed| f64::from(speed) / 1_000.0),
            grade: sample
                .reported_grade_permille
                .map(|grade| f64::from(grade) / 10.0),
            cadence: sample.cadence_rpm.map(f64::from),
        }
    }

    /// From warm-up to cool-down: the patient works.
    fn is_exercise(&self) -> bool {
        matches!(
            self.phase.as_str(),
            "warm_up" | "conditioning" | "cool_down"
        )
    }

    fn is_conditioning(&self) -> bool {
        self.phase == "conditioning"
    }
}

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
    /// Share within, in per cent.
    pub in_percent: f64,
}

pub(super) fn seconds(samples: &[SampleRow]) -> Vec<Second> {
    samples.iter().map(Second::of).collect()
}

pub(super) fn figures(samples: &[Second]) -> Vec<Figure> {
    let exercise: Vec<&Second> = samples
        .iter()
        .filter(|second| second.is_exercise())
        .collect();
    let heart_rate = |second: &Second| second.heart_rate.filter(|_| second.heart_rate_trusted);
    let spo2 = |second: &Second| second.spo2.filter(|_| second.spo2_trusted);
    let mut figures = Vec::new();
    let mut add = |signal, extremes: Option<Extremes>| {
        figures.extend(extremes.map(|extremes| Figure { signal, extremes }));
    };
    add(
        "heart_rate_bpm",
        over(&exercise, HEART_RATE_PEAK_S, heart_rate),
    );
    add("spo2_percent", over(&exercise, SATURATION_NADIR_S, spo2));
    add(
        "granted_met",
        over(&exercise, LOAD_PEAK_S, |second| Some(second.granted)),
    );
    add(
        "power_w",
        over(&exercise, LOAD_PEAK_S, |second| second.power),
    );
    add(
        "speed_kmh",
        over(&exercise, LOAD_PEAK_S, |second| {
            second.speed.map(|speed| speed * 3.6)
        }),
    );
    add(
        "grade_percent",
        over(&exercise, LOAD_PEAK_S, |second| second.grade),
    );
    add("cadence_rpm", over(&exercise, 1, |second| second.cadence));
    figures
}

/// Mean of all, and the extremes of what lasted `window` seconds on end: the highest and the lowest mean of that many. Where
/// nothing lasted so long, those of single seconds.
fn over(
    seconds: &[&Second],
    window: usize,
    value: impl Fn(&Second) -> Option<f64>,
) -> Option<Extremes> {
    let values: Vec<Option<f64>> = seconds.iter().map(|second| value(second)).collect();
    let there: Vec<f64> = values.iter().copied().flatten().collect();
    let means = |window: usize| -> Vec<f64> {
        values
            .windows(window)
            .filter_map(|run| run.iter().copied().collect::<Option<Vec<f64>>>())
            .filter_map(|run| mean(&run))
            .collect()
    };
    let mut lasting = means(window);
    if lasting.is_empty() {
        lasting = means(1);
    }
    Some(Extremes {
        mean: mean(&there)?,
        peak: lasting.iter().copied().reduce(f64::max)?,
        lowest: lasting.iter().copied().reduce(f64::min)?,
        seconds: there.len(),
    })
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count(values.len()))
}

fn count(number: usize) -> f64 {
    from_u64(u64::try_from(number).unwrap_or(u64::MAX))
}

pub(super) fn zone(samples: &[Second]) -> Option<Zone> {
    let (mut below_s, mut in_s, mut above_s) = (0_u32, 0_u32, 0_u32);
    let mut last = None;
    for second in samples.iter().filter(|second| second.is_conditioning()) {
        last = second.zone.or(last);
        let (Some((lower, upper)), Some(rate), true) =
            (second.zone, second.heart_rate, second.heart_rate_trusted)
        else {
            continue;
        };
        if rate < lower {
            below_s += 1;
        } else if rate > upper {
            above_s += 1;
        } else {
            in_s += 1;
        }
    }
    let (lower_bpm, upper_bpm) = last?;
    let all = below_s + in_s + above_s;
    Some(Zone {
        lower_bpm,
        upper_bpm,
        below_s,
        in_s,
        above_s,
        in_percent: if all == 0 {
            0.0
        } else {
            100.0 * f64::from(in_s) / f64::from(all)
        },
    })
}

/// Share of conditioning in per cent.
pub(super) fn cover(samples: &[Second], is_covered: impl Fn(&Second) -> bool) -> Option<f64> {
    let conditioning: Vec<&Second> = samples
        .iter()
        .filter(|second| second.is_conditioning())
        .collect();
    let covered = conditioning
        .iter()
        .filter(|second| is_covered(second))
        .count();
    (!conditioning.is_empty()).then(|| 100.0 * count(covered) / count(conditioning.len()))
}

pub(super) fn work_kj(samples: &[Second]) -> Option<f64> {
    sum(samples, |second| second.power).map(|joules| joules / 1_000.0)
}

pub(super) fn distance_m(samples: &[Second]) -> Option<f64> {
    sum(samples, |second| second.speed)
}

/// The sum over the bout of what stood for a second each; `None` where nothing reported it.
fn sum(samples: &[Second], value: impl Fn(&Second) -> Option<f64>) -> Option<f64> {
    samples
        .iter()
        .filter_map(value)
        .reduce(|sum, next| sum + next)
}

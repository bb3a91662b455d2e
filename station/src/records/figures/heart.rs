//! What heart, pressure, saturation and the patient said.

use std::cmp::Ordering;

use control::prescription::BoutSetup;

use super::super::session::{GapRecord, MeasurementRecord, Second, SessionRecord, is_exercise};
use super::means::{Lane, mean, number, slope};
use super::{
    GivenFigures, HeartFigures, PressureFigures, SaturationFigures, ScoreFigures, ZoneFigures,
};
use crate::clinic::ordered::Ordered;

/// A mean over this many seconds is a peak of heart rate.
pub(in crate::records) const PEAK_S: usize = 5;
/// A saturation counts as a nadir by its mean over this many seconds.
pub(in crate::records) const NADIR_S: usize = 10;
/// Rest is the mean over so long before warm-up, in microseconds.
const REST_US: i64 = 30_000_000;
/// What is said of an instant is the mean over so long around it, or before it, in microseconds.
const AROUND_US: i64 = 5_000_000;
/// Its end was recorded where the last second of exercise lies no further before it than this, in microseconds: a row a second, and some delay.
const NEAR_ITS_END_US: i64 = 2_000_000;
/// One minute, in microseconds.
const MINUTE_US: i64 = 60_000_000;
/// A slope needs so many minutes.
const SLOPE_MINUTES: usize = 5;

/// From when to when the figures are taken that are of a part of the session, in microseconds after it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stretches {
    /// The last 30 s before warm-up.
    pub rest: Option<(i64, i64)>,
    /// From the first second of warm-up to the last of cool-down.
    pub exercise: Option<(i64, i64)>,
    /// From the first second of conditioning to its last.
    pub conditioning: Option<(i64, i64)>,
    /// The last 5 s of exercise; `None` where its end was not recorded, and so with what follows.
    pub end: Option<(i64, i64)>,
    /// The 5 s around one minute after it.
    pub after_1_min: Option<(i64, i64)>,
    /// The same around two minutes.
    pub after_2_min: Option<(i64, i64)>,
}

impl Stretches {
    /// Those of a session; all `None` where nobody exercised.
    #[must_use]
    pub fn of(session: &SessionRecord) -> Self {
        let Some(exercise) = exercise(session) else {
            return Self::default();
        };
        let mut conditioning = all(session)
            .filter(|second| second.is_conditioning())
            .map(|second| second.t_us);
        let first = conditioning.next();
        let after = |minutes: i64| {
            let at = exercise.ended? + minutes * MINUTE_US;
            Some((at - AROUND_US / 2, at + AROUND_US / 2))
        };
        let before = exercise.first - 1;
        Self {
            rest: Some((before - REST_US, before)),
            exercise: Some((exercise.first, exercise.last)),
            conditioning: first.map(|first| (first, conditioning.last().unwrap_or(first))),
            end: exercise.ended.map(|ended| (ended - AROUND_US + 1, ended)),
            after_1_min: after(1),
            after_2_min: after(2),
        }
    }

    /// The mean of a value over one of them.
    fn mean(
        session: &SessionRecord,
        stretch: Option<(i64, i64)>,
        value: impl Fn(&Second) -> Option<f64>,
    ) -> Option<f64> {
        let (from_us, to_us) = stretch?;
        between(session, from_us, to_us, value)
    }
}

/// From the first second of warm-up to the last of exercise, in microseconds after the session began.
struct Exercise {
    first: i64,
    last: i64,
    /// `None` where it is not over, or where its end lies in a hole of the record.
    ended: Option<i64>,
}

fn exercise(session: &SessionRecord) -> Option<Exercise> {
    let mut times = exercised(session).map(|second| second.t_us);
    let first = times.next()?;
    let last = times.last().unwrap_or(first);
    Some(Exercise {
        first,
        last,
        ended: ended(session, last).then_some(last),
    })
}

/// Whether exercise ended with its last recorded second.
fn ended(session: &SessionRecord, last_us: i64) -> bool {
    let phases = session.phases();
    let Some(place) = phases.iter().rposition(|span| is_exercise(span.phase)) else {
        return false;
    };
    let was_left = match session.line.state.as_str() {
        "open" => false,
        "interrupted" => place + 1 < phases.len(),
        _ => true,
    };
    let near = last_us - NEAR_ITS_END_US..=last_us + NEAR_ITS_END_US;
    let hole = |gap: &GapRecord| gap.from_us <= *near.end() && gap.to_us >= last_us;
    was_left
        && phases.get(place).is_some_and(|span| near.contains(&span.to_us))
        // What the record says is missing just there may have been exercise.
        && !session.gaps.iter().any(hole)
}

fn all(session: &SessionRecord) -> impl Iterator<Item = &Second> {
    session.seconds().map(|(_, second)| second)
}

fn exercised(session: &SessionRecord) -> impl Iterator<Item = &Second> {
    all(session).filter(|second| second.is_exercise())
}

/// The mean of a value over the seconds of a stretch, both ends in it.
fn between(
    session: &SessionRecord,
    from_us: i64,
    to_us: i64,
    value: impl Fn(&Second) -> Option<f64>,
) -> Option<f64> {
    mean(
        all(session)
            .filter(|second| (from_us..=to_us).contains(&second.t_us))
            .filter_map(value),
    )
}

pub(super) fn heart_rate(session: &SessionRecord) -> HeartFigures {
    let stretches = Stretches::of(session);
    if stretches.exercise.is_none() {
        return HeartFigures::default();
    }
    let rate = Second::trusted_heart_rate;
    let lane = Lane::of(exercised(session), rate);
    let conditioning = mean(
        all(session)
            .filter(|second| second.is_conditioning())
            .filter_map(rate),
    );
    let end_bpm = Stretches::mean(session, stretches.end, rate);
    let after_1_min_bpm = Stretches::mean(session, stretches.after_1_min, rate);
    HeartFigures {
        rest_bpm: Stretches::mean(session, stretches.rest, rate),
        mean_bpm: lane.mean(),
        conditioning_mean_bpm: conditioning,
        peak_bpm: lane.highest(PEAK_S),
        end_bpm,
        after_1_min_bpm,
        after_2_min_bpm: Stretches::mean(session, stretches.after_2_min, rate),
        recovery_1_min_bpm: end_bpm.zip(after_1_min_bpm).map(|(end, after)| end - after),
        reserve_mean_percent: reserve(session, conditioning),
        slope: heart_against_load(session),
    }
}

/// By the assessment that stands in the prescription of the last bout that has one.
fn reserve(session: &SessionRecord, conditioning: Option<f64>) -> Option<f64> {
    let (rest, highest) = session
        .bouts
        .iter()
        .rev()
        .find_map(|bout| Ordered::read(&bout.prescription.text).heart_rate_range())?;
    (highest > rest).then_some(100.0 * (conditioning? - rest) / (highest - rest))
}

/// Minute by minute of exercise: mean heart rate against mean load of one kind of machine.
fn heart_against_load(session: &SessionRecord) -> Option<f64> {
    let mut points = Vec::new();
    for bout in &session.bouts {
        let mass = bout.setup.as_ref().map(|setup| setup.patient.mass);
        let mut minutes: Vec<(i64, Vec<&Second>)> = Vec::new();
        for second in bout.seconds.iter().filter(|second| second.is_exercise()) {
            let minute = second.t_s.div_euclid(60);
            match minutes.last_mut() {
                Some((last, seconds)) if *last == minute => seconds.push(second),
                _ => minutes.push((minute, vec![second])),
            }
        }
        for (_, seconds) in minutes.iter().filter(|(_, seconds)| seconds.len() >= 30) {
            let load = mean(
                seconds
                    .iter()
                    .filter_map(|second| match second.reported.power_w {
                        Some(power) => Some(f64::from(power)),
                        None => super::dose::met(bout.machine, second, mass),
                    }),
            );
            let rate = mean(
                seconds
                    .iter()
                    .filter_map(|second| second.trusted_heart_rate()),
            );
            points.extend(load.zip(rate));
        }
    }
    let one_kind = session
        .bouts
        .windows(2)
        .all(|pair| matches!(pair, [one, other] if one.machine == other.machine));
    (one_kind && points.len() >= SLOPE_MINUTES)
        .then(|| slope(&points))
        .flatten()
}

/// The phases before exercise, as a measurement names them.
fn is_before(phase: &str) -> bool {
    matches!(phase, "idle" | "ready" | "starting")
}

fn is_after(phase: &str) -> bool {
    matches!(phase, "recovery" | "finished")
}

/// The blood pressures that the figures are of, each with when it was taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pressures<'a> {
    /// The last before warm-up.
    pub rest: Option<&'a MeasurementRecord>,
    /// The one with the highest systolic from warm-up to cool-down.
    pub peak: Option<&'a MeasurementRecord>,
    /// The last after exercise.
    pub after: Option<&'a MeasurementRecord>,
}

impl<'a> Pressures<'a> {
    /// Those of a session; one without a diastolic is none.
    #[must_use]
    pub fn of(session: &'a SessionRecord) -> Self {
        let mut pressures = Self::default();
        for taken in taken_pressures(session).filter(|taken| taken.second_value.is_some()) {
            if is_before(&taken.phase) {
                pressures.rest = Some(taken);
            } else if is_after(&taken.phase) {
                pressures.after = Some(taken);
            } else if pressures.peak.is_none_or(|peak| taken.value >= peak.value) {
                pressures.peak = Some(taken);
            }
        }
        pressures
    }
}

fn taken_pressures(session: &SessionRecord) -> impl Iterator<Item = &MeasurementRecord> {
    session
        .measurements_in_force()
        .filter(|taken| taken.kind == "blood-pressure")
}

pub(super) fn pressure(session: &SessionRecord) -> PressureFigures {
    let product = |taken: &MeasurementRecord| {
        let half = MINUTE_US / 2;
        let rate = between(
            session,
            taken.t_us - half,
            taken.t_us + half,
            Second::trusted_heart_rate,
        )?;
        Some(f64::from(i32::try_from(taken.value).ok()?) * rate)
    };
    let Pressures { rest, peak, after } = Pressures::of(session);
    PressureFigures {
        rest: rest.and_then(MeasurementRecord::pressure),
        peak: peak.and_then(MeasurementRecord::pressure),
        after: after.and_then(MeasurementRecord::pressure),
        rate_pressure_product: taken_pressures(session)
            .filter_map(product)
            .reduce(f64::max),
    }
}

pub(super) fn saturation(session: &SessionRecord) -> SaturationFigures {
    let floor = session
        .bouts
        .iter()
        .filter_map(|bout| bout.setup.as_ref())
        .filter(|setup| setup.sensors.oximeter)
        .map(|setup| setup.prescription.saturation_floor)
        .reduce(f64::max);
    let stretches = Stretches::of(session);
    if stretches.exercise.is_none() {
        return SaturationFigures {
            floor_percent: floor,
            ..SaturationFigures::default()
        };
    }
    let spo2 = Second::trusted_spo2;
    let lane = Lane::of(exercised(session), spo2);
    let below = session
        .seconds()
        .filter(|(_, second)| second.is_exercise())
        .filter(|(bout, second)| {
            let floor = bout.setup.as_ref().map(floor_of);
            spo2(second)
                .zip(floor)
                .is_some_and(|(value, floor)| value < floor)
        })
        .count();
    SaturationFigures {
        rest_percent: Stretches::mean(session, stretches.rest, spo2),
        mean_percent: lane.mean(),
        nadir_percent: lane.lowest(NADIR_S),
        end_percent: Stretches::mean(session, stretches.end, spo2),
        below_floor_min: (lane.count() > 0).then(|| number(below) / 60.0),
        floor_percent: floor,
    }
}

fn floor_of(setup: &BoutSetup) -> f64 {
    setup.prescription.saturation_floor
}

pub(super) fn scores(session: &SessionRecord) -> ScoreFigures {
    let of = |kind: &'static str| {
        session
            .measurements_in_force()
            .filter(move |taken| taken.kind == kind)
            .map(|taken| taken.value)
    };
    ScoreFigures {
        exertion_mean: mean(
            of("perceived-exertion")
                .filter_map(|score| i32::try_from(score).ok())
                .map(f64::from),
        ),
        exertion_peak: of("perceived-exertion").max(),
        dyspnoea_peak: of("dyspnoea").max(),
        angina_peak: of("angina").max(),
        claudication_peak: of("claudication").max(),
    }
}

pub(super) fn given(session: &SessionRecord) -> GivenFigures {
    let of = |kind: &'static str, when: fn(&str) -> bool| {
        session
            .measurements_in_force()
            .filter(move |taken| taken.kind == kind && when(&taken.phase))
            .filter_map(|taken| i32::try_from(taken.value).ok())
            .map(f64::from)
    };
    let litres = |millilitres: f64| millilitres / 1_000.0;
    let in_exercise = |phase: &str| !is_before(phase) && !is_after(phase);
    GivenFigures {
        oxygen_rest_l_min: of("oxygen-flow", is_before).reduce(f64::max).map(litres),
        oxygen_exercise_l_min: of("oxygen-flow", in_exercise).reduce(f64::max).map(litres),
        glucose_before_mg_dl: of("glucose", is_before).last(),
        glucose_after_mg_dl: of("glucose", is_after).last(),
    }
}

pub(super) fn zone(session: &SessionRecord) -> Option<ZoneFigures> {
    let counted = ZoneSeconds::of(all(session))?;
    let in_percent = counted.in_percent()?;
    let minutes = |seconds: u32| f64::from(seconds) / 60.0;
    Some(ZoneFigures {
        lower_bpm: counted.lower_bpm,
        upper_bpm: counted.upper_bpm,
        below_min: minutes(counted.below),
        in_min: minutes(counted.within),
        above_min: minutes(counted.above),
        in_percent,
    })
}

/// Seconds of conditioning against the zone of each.
pub(in crate::records) struct ZoneSeconds {
    /// The last zone's lower end, in beats a minute.
    pub(in crate::records) lower_bpm: f64,
    /// Its upper end.
    pub(in crate::records) upper_bpm: f64,
    pub(in crate::records) below: u32,
    pub(in crate::records) within: u32,
    pub(in crate::records) above: u32,
}

impl ZoneSeconds {
    /// Counts; `None` where no second had a zone.
    pub(in crate::records) fn of<'a>(seconds: impl Iterator<Item = &'a Second>) -> Option<Self> {
        let (mut below, mut within, mut above) = (0, 0, 0);
        let mut last = None;
        for second in seconds.filter(|second| second.is_conditioning()) {
            last = second.zone_bpm.or(last);
            match second.against_zone() {
                Some(Ordering::Less) => below += 1,
                Some(Ordering::Equal) => within += 1,
                Some(Ordering::Greater) => above += 1,
                None => {}
            }
        }
        last.map(|(lower, upper)| Self {
            lower_bpm: f64::from(lower),
            upper_bpm: f64::from(upper),
            below,
            within,
            above,
        })
    }

    /// Share within, in per cent; `None` where no second had a trusted heart rate.
    pub(in crate::records) fn in_percent(&self) -> Option<f64> {
        let counted = self.below + self.within + self.above;
        (counted > 0).then(|| 100.0 * f64::from(self.within) / f64::from(counted))
    }
}

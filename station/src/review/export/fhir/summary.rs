//! The session's figures, an observation each; where there is no figure, with the reason.

use serde_json::{Value, json};

use super::bundle::{Bundle, merged, with};
use super::code::{self, Loinc, own};
use crate::dashboard::words;
use crate::records::figures::{Pressures, SessionFigures, Stretches};
use crate::records::session::MeasurementRecord;
use crate::review::missing::{Missing, Needs};

/// A figure of the session.
struct Figure {
    code: &'static str,
    also: &'static [Loinc],
    unit: &'static str,
    needs: Needs,
    part: Part,
    /// A vital sign, and so with the category that LOINC's heart rate and saturation have.
    vital: bool,
    take: fn(&SessionFigures) -> Option<f64>,
}

/// The part of the session that a figure is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it, or an instant that is not kept.
    Whole,
    /// Before warm-up.
    Rest,
    /// From warm-up to cool-down.
    Exercise,
    Conditioning,
    /// The end of exercise.
    End,
    AfterOneMinute,
    AfterTwoMinutes,
    /// From the end of exercise to one minute after it.
    Recovery,
}

impl Part {
    /// From when to when, in microseconds after the session began; `None` for the whole, and where there is no such part.
    fn of(self, stretches: &Stretches) -> Option<(i64, i64)> {
        match self {
            Self::Whole => None,
            Self::Rest => stretches.rest,
            Self::Exercise => stretches.exercise,
            Self::Conditioning => stretches.conditioning,
            Self::End => stretches.end,
            Self::AfterOneMinute => stretches.after_1_min,
            Self::AfterTwoMinutes => stretches.after_2_min,
            Self::Recovery => {
                let ((from_us, _), (_, to_us)) = stretches.end.zip(stretches.after_1_min)?;
                Some((from_us, to_us))
            }
        }
    }
}

const fn figure(
    code: &'static str,
    also: &'static [Loinc],
    unit: &'static str,
    needs: Needs,
    part: Part,
    take: fn(&SessionFigures) -> Option<f64>,
) -> Figure {
    let vital = matches!(needs, Needs::HeartRate | Needs::Oximeter) && !also.is_empty();
    Figure {
        code,
        also,
        unit,
        needs,
        part,
        vital,
        take,
    }
}

const RATE: &[Loinc] = &[code::HEART_RATE];
const SATURATION: &[Loinc] = &[code::SPO2, code::OXYGEN];
const SATURATION_WITH_EXERCISE: &[Loinc] = &[code::SPO2, code::OXYGEN, code::SPO2_WITH_EXERCISE];

/// Every figure, in the order of the summary.
const FIGURES: &[Figure] = &[
    figure(
        "total-time",
        &[],
        "min",
        Needs::Exercise,
        Part::Whole,
        |f| Some(f.total_min),
    ),
    figure(
        "exercise-time",
        &[code::DURATION],
        "min",
        Needs::Exercise,
        Part::Exercise,
        |f| Some(f.warm_up_min + f.conditioning_min + f.cool_down_min),
    ),
    figure(
        "warm-up-time",
        &[],
        "min",
        Needs::Exercise,
        Part::Exercise,
        |f| Some(f.warm_up_min),
    ),
    figure(
        "conditioning-time",
        &[],
        "min",
        Needs::Exercise,
        Part::Conditioning,
        |f| Some(f.conditioning_min),
    ),
    figure(
        "cool-down-time",
        &[],
        "min",
        Needs::Exercise,
        Part::Exercise,
        |f| Some(f.cool_down_min),
    ),
    figure(
        "paused-time",
        &[],
        "min",
        Needs::Exercise,
        Part::Whole,
        |f| Some(f.paused_min),
    ),
    figure(
        "heart-rate-rest",
        RATE,
        "/min",
        Needs::HeartRate,
        Part::Rest,
        |f| f.heart_rate.rest_bpm,
    ),
    figure(
        "heart-rate-mean",
        RATE,
        "/min",
        Needs::HeartRate,
        Part::Exercise,
        |f| f.heart_rate.mean_bpm,
    ),
    figure(
        "heart-rate-conditioning",
        RATE,
        "/min",
        Needs::HeartRate,
        Part::Conditioning,
        |f| f.heart_rate.conditioning_mean_bpm,
    ),
    figure(
        "heart-rate-peak",
        RATE,
        "/min",
        Needs::HeartRate,
        Part::Exercise,
        |f| f.heart_rate.peak_bpm,
    ),
    figure(
        "heart-rate-end",
        RATE,
        "/min",
        Needs::HeartRate,
        Part::End,
        |f| f.heart_rate.end_bpm,
    ),
    figure(
        "heart-rate-after-1-min",
        RATE,
        "/min",
        Needs::HeartRate,
        Part::AfterOneMinute,
        |f| f.heart_rate.after_1_min_bpm,
    ),
    figure(
        "heart-rate-after-2-min",
        RATE,
        "/min",
        Needs::HeartRate,
        Part::AfterTwoMinutes,
        |f| f.heart_rate.after_2_min_bpm,
    ),
    figure(
        "heart-rate-recovery",
        &[],
        "/min",
        Needs::HeartRate,
        Part::Recovery,
        |f| f.heart_rate.recovery_1_min_bpm,
    ),
    figure(
        "heart-rate-reserve",
        &[],
        "%",
        Needs::HeartRate,
        Part::Conditioning,
        |f| f.heart_rate.reserve_mean_percent,
    ),
    figure(
        "heart-rate-cover",
        &[],
        "%",
        Needs::HeartRate,
        Part::Conditioning,
        |f| f.heart_rate_cover_percent,
    ),
    figure(
        "rate-pressure-product",
        &[],
        "mm[Hg]/min",
        Needs::Cuff,
        Part::Whole,
        |f| f.pressure.rate_pressure_product,
    ),
    figure(
        "spo2-rest",
        SATURATION,
        "%",
        Needs::Oximeter,
        Part::Rest,
        |f| f.saturation.rest_percent,
    ),
    figure(
        "spo2-mean",
        SATURATION_WITH_EXERCISE,
        "%",
        Needs::Oximeter,
        Part::Exercise,
        |f| f.saturation.mean_percent,
    ),
    figure(
        "spo2-lowest",
        SATURATION,
        "%",
        Needs::Oximeter,
        Part::Exercise,
        |f| f.saturation.nadir_percent,
    ),
    figure(
        "spo2-end",
        SATURATION_WITH_EXERCISE,
        "%",
        Needs::Oximeter,
        Part::End,
        |f| f.saturation.end_percent,
    ),
    figure(
        "spo2-below-floor",
        &[],
        "min",
        Needs::Oximeter,
        Part::Exercise,
        |f| f.saturation.below_floor_min,
    ),
    figure(
        "spo2-cover",
        &[],
        "%",
        Needs::Oximeter,
        Part::Conditioning,
        |f| f.spo2_cover_percent,
    ),
    figure(
        "exertion-mean",
        &[],
        "{score}",
        Needs::Question,
        Part::Whole,
        |f| f.scores.exertion_mean,
    ),
    figure(
        "exertion-peak",
        &[],
        "{score}",
        Needs::Question,
        Part::Whole,
        |f| score(f.scores.exertion_peak),
    ),
    figure(
        "dyspnoea-peak",
        &[],
        "{score}",
        Needs::Question,
        Part::Whole,
        |f| score(f.scores.dyspnoea_peak),
    ),
    figure(
        "angina-peak",
        &[],
        "{score}",
        Needs::Question,
        Part::Whole,
        |f| score(f.scores.angina_peak),
    ),
    figure(
        "claudication-peak",
        &[],
        "{score}",
        Needs::Question,
        Part::Whole,
        |f| score(f.scores.claudication_peak),
    ),
    figure("power-mean", &[], "W", Needs::Cycle, Part::Exercise, |f| {
        f.dose.power_mean_w
    }),
    figure("power-peak", &[], "W", Needs::Cycle, Part::Exercise, |f| {
        f.dose.power_peak_w
    }),
    figure("work", &[], "kJ", Needs::Cycle, Part::Whole, |f| {
        f.dose.work_kj
    }),
    figure(
        "speed-mean",
        &[],
        "km/h",
        Needs::Belt,
        Part::Exercise,
        |f| f.dose.speed_mean_kmh,
    ),
    figure(
        "speed-peak",
        &[],
        "km/h",
        Needs::Belt,
        Part::Exercise,
        |f| f.dose.speed_peak_kmh,
    ),
    figure("grade-mean", &[], "%", Needs::Belt, Part::Exercise, |f| {
        f.dose.grade_mean_percent
    }),
    figure("grade-peak", &[], "%", Needs::Belt, Part::Exercise, |f| {
        f.dose.grade_peak_percent
    }),
    figure(
        "distance",
        &[code::DISTANCE],
        "m",
        Needs::Belt,
        Part::Whole,
        |f| f.dose.distance_m,
    ),
    figure(
        "met-ceiling",
        &[],
        "{MET}",
        Needs::Exercise,
        Part::Whole,
        |f| f.dose.ceiling_met,
    ),
    figure(
        "met-mean",
        &[],
        "{MET}",
        Needs::Weight,
        Part::Exercise,
        |f| f.dose.met_mean,
    ),
    figure(
        "met-peak",
        &[],
        "{MET}",
        Needs::Weight,
        Part::Exercise,
        |f| f.dose.met_peak,
    ),
    figure(
        "met-minutes",
        &[],
        "{MET}.min",
        Needs::Weight,
        Part::Exercise,
        |f| f.dose.met_minutes,
    ),
    figure(
        "load-reported",
        &[],
        "%",
        Needs::Exercise,
        Part::Exercise,
        |f| f.dose.reported_percent,
    ),
    figure(
        "met-equation-holds",
        &[],
        "%",
        Needs::Exercise,
        Part::Exercise,
        |f| f.dose.equation_holds_percent,
    ),
    figure(
        "energy",
        &[code::CALORIES],
        "kcal",
        Needs::Weight,
        Part::Exercise,
        |f| f.dose.energy_kcal,
    ),
    figure(
        "zone-below",
        &[],
        "min",
        Needs::Zone,
        Part::Conditioning,
        |f| Some(f.zone.as_ref()?.below_min),
    ),
    figure(
        "zone-within",
        &[],
        "min",
        Needs::Zone,
        Part::Conditioning,
        |f| Some(f.zone.as_ref()?.in_min),
    ),
    figure(
        "zone-above",
        &[],
        "min",
        Needs::Zone,
        Part::Conditioning,
        |f| Some(f.zone.as_ref()?.above_min),
    ),
    figure(
        "zone-share",
        &[],
        "%",
        Needs::Zone,
        Part::Conditioning,
        |f| Some(f.zone.as_ref()?.in_percent),
    ),
    figure(
        "completed",
        &[],
        "%",
        Needs::Exercise,
        Part::Exercise,
        |f| f.completed_percent,
    ),
    figure(
        "ordered-work",
        &[],
        "%",
        Needs::Load,
        Part::Conditioning,
        |f| f.ordered_work_percent,
    ),
];

fn score(score: Option<i64>) -> Option<f64> {
    score
        .and_then(|score| i32::try_from(score).ok())
        .map(f64::from)
}

/// Writes every figure; gives their addresses.
pub(super) fn write(bundle: &mut Bundle<'_>, figures: &SessionFigures) -> Vec<Value> {
    let mut written = Vec::new();
    let stretches = Stretches::of(bundle.session);
    for figure in FIGURES {
        let own_code = own(figure.code);
        let mut codings: Vec<Value> = figure.also.iter().map(|loinc| loinc.coding()).collect();
        codings.push(own_code.clone());
        let category = if figure.vital {
            "vital-signs"
        } else {
            "activity"
        };
        let about = json!({
            "category": code::category(category),
            "code": code::concept(&codings),
            "effectivePeriod": period(bundle, figure.part.of(&stretches)),
            "method": { "text": own_code.get("display") },
        });
        let note = of_missing(bundle, figures, figure);
        let about = with(about, "note", note.map(|words| json!([{ "text": words }])));
        let name = format!("figure {}", figure.code);
        let value = match (figure.take)(figures).filter(|value| value.is_finite()) {
            Some(value) => json!({ "valueQuantity": code::quantity(value, figure.unit) }),
            None => json!({ "dataAbsentReason": code::absent(why(bundle, figure.needs)) }),
        };
        written.push(bundle.observe(&name, merged(about, value)));
    }
    written.extend(pressures(bundle));
    written.extend(weight(bundle, figures));
    written
}

/// What is missing of a figure, in words; `None` where nothing is, or where it is of no seconds.
fn of_missing(bundle: &Bundle<'_>, figures: &SessionFigures, figure: &Figure) -> Option<String> {
    let (recorded, missing) = bundle.session.recorded_and_missing_s();
    if missing == 0 || matches!(figure.needs, Needs::Question | Needs::Cuff) {
        return None;
    }
    let unrecorded = &figures.unrecorded;
    let minutes = |minutes: f64| {
        let told = format!("{minutes:.1} min of it were not recorded");
        (minutes > 0.0).then_some(told)
    };
    match figure.code {
        "met-ceiling" => None,
        "total-time" => Some(format!("{missing} s of it were not recorded")),
        "exercise-time" => minutes(unrecorded.exercise_min()),
        "warm-up-time" => minutes(unrecorded.warm_up_min),
        "conditioning-time" => minutes(unrecorded.conditioning_min),
        "cool-down-time" => minutes(unrecorded.cool_down_min),
        "paused-time" => minutes(unrecorded.paused_min),
        "completed" => {
            let share = words::share(figures.completed_recorded_percent?);
            Some(format!(
                "{share} % by the seconds that were recorded, {missing} s are missing"
            ))
        }
        _ => Some(format!(
            "of the {recorded} s that were recorded; {missing} s are missing"
        )),
    }
}

/// A part of the session, no earlier than its beginning; the whole where it is of no part.
fn period(bundle: &Bundle<'_>, part: Option<(i64, i64)>) -> Value {
    part.map_or_else(
        || bundle.whole(),
        |(from_us, to_us)| bundle.period(from_us.max(0), to_us.max(0)),
    )
}

/// Why there is no figure, by FHIR's code.
fn why(bundle: &Bundle<'_>, needs: Needs) -> &'static str {
    match needs.missing(bundle.session) {
        Missing::NotWorn | Missing::NotMeasured => "not-performed",
        Missing::OtherMachine | Missing::NotOrdered => "not-applicable",
        Missing::NotAsked => "not-asked",
        Missing::NoWeight | Missing::OrderUnread | Missing::Unknown => "unknown",
    }
}

/// Blood pressure at rest, at its highest, and after exercise, each of when it was taken; one that was not is of the whole session.
fn pressures(bundle: &mut Bundle<'_>) -> Vec<Value> {
    let Pressures { rest, peak, after } = Pressures::of(bundle.session);
    let all = [
        ("pressure-rest", rest),
        ("pressure-peak", peak),
        ("pressure-after", after),
    ];
    all.into_iter()
        .map(|(name, taken)| {
            let when = taken.map_or_else(
                || json!({ "effectivePeriod": bundle.whole() }),
                |taken| json!({ "effectiveDateTime": bundle.instant(taken.t_us) }),
            );
            let about = json!({
                "category": code::category("vital-signs"),
                "code": code::concept(&[code::PRESSURE.coding(), own(name)]),
            });
            let pressure = panel(taken.and_then(MeasurementRecord::pressure));
            let fields = merged(merged(about, when), pressure);
            bundle.observe(&format!("figure {name}"), fields)
        })
        .collect()
}

/// The two components of a blood pressure; without a value, each with the reason.
pub(super) fn panel(pressure: Option<(i64, i64)>) -> Value {
    let component = |loinc: Loinc, value: Option<i64>| {
        let component = json!({ "code": code::concept(&[loinc.coding()]) });
        match value {
            Some(value) => with(
                component,
                "valueQuantity",
                Some(code::quantity(value, "mm[Hg]")),
            ),
            None => with(
                component,
                "dataAbsentReason",
                Some(code::absent("not-performed")),
            ),
        }
    };
    json!({ "component": [
        component(code::SYSTOLIC, pressure.map(|(systolic, _)| systolic)),
        component(code::DIASTOLIC, pressure.map(|(_, diastolic)| diastolic)),
    ] })
}

fn weight(bundle: &mut Bundle<'_>, figures: &SessionFigures) -> Option<Value> {
    let mass = figures.dose.mass_kg?;
    let weight = json!({
        "category": code::category("vital-signs"),
        "code": code::concept(&[code::WEIGHT.coding()]),
        "effectiveDateTime": bundle.instant(0),
        "valueQuantity": code::quantity(mass, "kg"),
    });
    Some(bundle.observe("figure weight", weight))
}

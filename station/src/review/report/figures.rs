//! The table of figures: every one of them with its unit, and why one is missing.

use maud::{Markup, html};
use protocols::vocabulary::MachineKind;

use super::visit::Visit;
use super::words::{NONE, decimal, lasted};
use crate::dashboard::words;
use crate::records::figures::{SessionFigures, of_what_was_recorded};
use crate::review::missing::{Missing, Needs};

/// One figure: name, unit, decimals, what it needs, why it is missing where nothing else explains that, and where it comes from.
struct Figure(
    &'static str,
    &'static str,
    usize,
    Needs,
    &'static str,
    fn(&SessionFigures) -> Option<f64>,
);

/// Figures that belong together.
struct Group {
    name: &'static str,
    figures: &'static [Figure],
}

const TIME: &str = "Time";
const SATURATION: &str = "Saturation";
/// Decimals of what recovery is the difference of, and of recovery: to whole beats it would not be the difference of what is shown.
const RECOVERY: usize = 1;
const NO_EXERCISE: &str = "no exercise was recorded";
const NOT_TRUSTED: &str = "no trusted value then";
const NO_END: &str = "the end of exercise, or the time after it, was not recorded or not trusted";
const NO_ASSESSMENT: &str = "resting and highest rate are not in the prescription";
const NO_REPORT: &str = "the machine did not report it";
const NO_ZONE: &str = "no trusted heart rate in conditioning";

/// Every figure, in the order of a summary.
const GROUPS: &[Group] = &[
    Group {
        name: TIME,
        figures: &[
            Figure("total", "min", 1, Needs::Exercise, NO_EXERCISE, |f| {
                Some(f.total_min)
            }),
            Figure("warm-up", "min", 1, Needs::Exercise, NO_EXERCISE, |f| {
                Some(f.warm_up_min)
            }),
            Figure(
                "conditioning",
                "min",
                1,
                Needs::Exercise,
                NO_EXERCISE,
                |f| Some(f.conditioning_min),
            ),
            Figure("cool-down", "min", 1, Needs::Exercise, NO_EXERCISE, |f| {
                Some(f.cool_down_min)
            }),
            Figure(
                "paused or stopped",
                "min",
                1,
                Needs::Exercise,
                NO_EXERCISE,
                |f| Some(f.paused_min),
            ),
            Figure(
                "ordered minutes done",
                "%",
                0,
                Needs::Exercise,
                "what was ordered cannot be read",
                |f| f.completed_percent,
            ),
            Figure(
                "ordered work let through",
                "%",
                0,
                Needs::Load,
                "no conditioning was recorded",
                |f| f.ordered_work_percent,
            ),
        ],
    },
    Group {
        name: "Heart rate",
        figures: &[
            Figure("at rest", "/min", 0, Needs::HeartRate, NOT_TRUSTED, |f| {
                f.heart_rate.rest_bpm
            }),
            Figure(
                "mean of exercise",
                "/min",
                0,
                Needs::HeartRate,
                NOT_TRUSTED,
                |f| f.heart_rate.mean_bpm,
            ),
            Figure(
                "mean of conditioning",
                "/min",
                0,
                Needs::HeartRate,
                NOT_TRUSTED,
                |f| f.heart_rate.conditioning_mean_bpm,
            ),
            Figure(
                "peak of 5 s",
                "/min",
                0,
                Needs::HeartRate,
                NOT_TRUSTED,
                |f| f.heart_rate.peak_bpm,
            ),
            Figure(
                "at the end of exercise",
                "/min",
                RECOVERY,
                Needs::HeartRate,
                NO_END,
                |f| f.heart_rate.end_bpm,
            ),
            Figure(
                "1 min after",
                "/min",
                RECOVERY,
                Needs::HeartRate,
                NO_END,
                |f| f.heart_rate.after_1_min_bpm,
            ),
            Figure(
                "2 min after",
                "/min",
                RECOVERY,
                Needs::HeartRate,
                NO_END,
                |f| f.heart_rate.after_2_min_bpm,
            ),
            Figure(
                "recovery in 1 min, after the cool-down",
                "/min",
                RECOVERY,
                Needs::HeartRate,
                NO_END,
                |f| f.heart_rate.recovery_1_min_bpm,
            ),
            Figure(
                "reserve used, mean",
                "%",
                0,
                Needs::HeartRate,
                NO_ASSESSMENT,
                |f| f.heart_rate.reserve_mean_percent,
            ),
            Figure("below the zone", "min", 1, Needs::Zone, NO_ZONE, |f| {
                Some(f.zone.as_ref()?.below_min)
            }),
            Figure("in the zone", "min", 1, Needs::Zone, NO_ZONE, |f| {
                Some(f.zone.as_ref()?.in_min)
            }),
            Figure("above the zone", "min", 1, Needs::Zone, NO_ZONE, |f| {
                Some(f.zone.as_ref()?.above_min)
            }),
            Figure(
                "conditioning in the zone",
                "%",
                0,
                Needs::Zone,
                NO_ZONE,
                |f| Some(f.zone.as_ref()?.in_percent),
            ),
        ],
    },
    Group {
        name: "Load and dose",
        figures: &[
            Figure("power, mean", "W", 0, Needs::Cycle, NO_REPORT, |f| {
                f.dose.power_mean_w
            }),
            Figure(
                "power, peak of 60 s",
                "W",
                0,
                Needs::Cycle,
                NO_REPORT,
                |f| f.dose.power_peak_w,
            ),
            Figure("work", "kJ", 1, Needs::Cycle, NO_REPORT, |f| f.dose.work_kj),
            Figure("speed, mean", "km/h", 1, Needs::Belt, NO_REPORT, |f| {
                f.dose.speed_mean_kmh
            }),
            Figure(
                "speed, peak of 60 s",
                "km/h",
                1,
                Needs::Belt,
                NO_REPORT,
                |f| f.dose.speed_peak_kmh,
            ),
            Figure("grade, mean", "%", 1, Needs::Belt, NO_REPORT, |f| {
                f.dose.grade_mean_percent
            }),
            Figure("grade, peak of 60 s", "%", 1, Needs::Belt, NO_REPORT, |f| {
                f.dose.grade_peak_percent
            }),
            Figure("distance", "m", 0, Needs::Belt, NO_REPORT, |f| {
                f.dose.distance_m
            }),
            Figure("METs, mean", "MET", 1, Needs::Weight, NO_REPORT, |f| {
                f.dose.met_mean
            }),
            Figure(
                "METs, peak of 60 s",
                "MET",
                1,
                Needs::Weight,
                NO_REPORT,
                |f| f.dose.met_peak,
            ),
            Figure(
                "ceiling ordered",
                "MET",
                1,
                Needs::Exercise,
                "what was ordered cannot be read",
                |f| f.dose.ceiling_met,
            ),
            Figure("MET-minutes", "MET min", 0, Needs::Weight, NO_REPORT, |f| {
                f.dose.met_minutes
            }),
            Figure("energy", "kcal", 0, Needs::Weight, NO_REPORT, |f| {
                f.dose.energy_kcal
            }),
            Figure(
                "time of which the machine reported",
                "%",
                0,
                Needs::Exercise,
                NO_REPORT,
                |f| f.dose.reported_percent,
            ),
            Figure(
                "time for which the equation holds",
                "%",
                0,
                Needs::Exercise,
                NO_REPORT,
                |f| f.dose.equation_holds_percent,
            ),
            Figure(
                "weight used",
                "kg",
                1,
                Needs::Exercise,
                "it is not in the record",
                |f| f.dose.mass_kg,
            ),
        ],
    },
    Group {
        name: SATURATION,
        figures: &[
            Figure("at rest", "%", 0, Needs::Oximeter, NOT_TRUSTED, |f| {
                f.saturation.rest_percent
            }),
            Figure(
                "mean of exercise",
                "%",
                0,
                Needs::Oximeter,
                NOT_TRUSTED,
                |f| f.saturation.mean_percent,
            ),
            Figure(
                "lowest for 10 s",
                "%",
                0,
                Needs::Oximeter,
                NOT_TRUSTED,
                |f| f.saturation.nadir_percent,
            ),
            Figure(
                "at the end of exercise",
                "%",
                0,
                Needs::Oximeter,
                NO_END,
                |f| f.saturation.end_percent,
            ),
            Figure(
                "floor ordered",
                "%",
                0,
                Needs::Oximeter,
                "what was ordered cannot be read",
                |f| f.saturation.floor_percent,
            ),
            Figure(
                "below the floor",
                "min",
                1,
                Needs::Oximeter,
                NOT_TRUSTED,
                |f| f.saturation.below_floor_min,
            ),
        ],
    },
    Group {
        name: "What the patient said",
        figures: &[
            Figure(
                "exertion, mean",
                "of 6 to 20",
                1,
                Needs::Question,
                "",
                |f| f.scores.exertion_mean,
            ),
            Figure(
                "exertion, highest",
                "of 6 to 20",
                0,
                Needs::Question,
                "",
                |f| whole(f.scores.exertion_peak),
            ),
            Figure(
                "dyspnoea, highest",
                "of 0 to 10",
                0,
                Needs::Question,
                "",
                |f| whole(f.scores.dyspnoea_peak),
            ),
            Figure(
                "angina, highest",
                "of 0 to 4",
                0,
                Needs::Question,
                "",
                |f| whole(f.scores.angina_peak),
            ),
            Figure(
                "claudication, highest",
                "of 0 to 4",
                0,
                Needs::Question,
                "",
                |f| whole(f.scores.claudication_peak),
            ),
        ],
    },
    Group {
        name: "Oxygen and glucose",
        figures: &[
            Figure(
                "oxygen before exercise, highest",
                "L/min",
                1,
                Needs::Question,
                "",
                |f| f.given.oxygen_rest_l_min,
            ),
            Figure(
                "oxygen in exercise, highest",
                "L/min",
                1,
                Needs::Question,
                "",
                |f| f.given.oxygen_exercise_l_min,
            ),
            Figure(
                "glucose before exercise",
                "mg/dL",
                0,
                Needs::Question,
                "",
                |f| f.given.glucose_before_mg_dl,
            ),
            Figure(
                "glucose after exercise",
                "mg/dL",
                0,
                Needs::Question,
                "",
                |f| f.given.glucose_after_mg_dl,
            ),
        ],
    },
    Group {
        name: "How good the signals were",
        figures: &[
            Figure(
                "heart rate trusted, of conditioning",
                "%",
                0,
                Needs::HeartRate,
                "no conditioning, or no heart rate was required",
                |f| f.heart_rate_cover_percent,
            ),
            Figure(
                "saturation trusted, of conditioning",
                "%",
                0,
                Needs::Oximeter,
                "no conditioning was recorded",
                |f| f.spo2_cover_percent,
            ),
        ],
    },
];

fn whole(score: Option<i64>) -> Option<f64> {
    score
        .and_then(|score| i32::try_from(score).ok())
        .map(f64::from)
}

/// All groups.
pub(super) fn tables(visit: &Visit) -> Markup {
    let (recorded, missing) = visit.record.recorded_and_missing_s();
    let sums_of = (missing > 0).then_some(recorded);
    html! {
        @if missing > 0 {
            p { (of_what_was_recorded(recorded, missing)) "." }
        }
        div.figures {
            @for group in GROUPS {
                table.figures {
                    caption { (group.name) }
                    tbody {
                        @for figure in group.figures { (row(visit, group, figure, sums_of)) }
                        @if group.name == "Heart rate" { (slope(visit)) }
                    }
                }
            }
            (pressures(visit))
            (alarms(visit))
        }
    }
}

/// A figure as it is written. What is in per cent and no saturation is a share of something.
fn written(group: &Group, figure: &Figure, value: f64) -> String {
    let Figure(_, unit, digits, ..) = figure;
    if *unit == "%" && *digits == 0 && group.name != SATURATION {
        words::share(value)
    } else {
        decimal(value, *digits)
    }
}

/// A figure; of how many seconds the sums are, where some are missing.
fn row(visit: &Visit, group: &Group, figure: &Figure, sums_of: Option<usize>) -> Markup {
    let Figure(name, unit, _, needs, otherwise, take) = figure;
    let value = take(&visit.figures).filter(|value| value.is_finite());
    html! {
        tr {
            th scope="row" { (name) }
            @match value {
                Some(value) => { td.number { (written(group, figure, value)) } td.unit { (unit) (of_how_much(sums_of, name)) (unrecorded(group, name, &visit.figures)) (beside_a_load(visit, *needs)) } },
                None => { (absent(why(visit, *needs, otherwise))) },
            }
        }
    }
}

/// Figures that are sums over seconds: where some are missing, they are sums over the others.
const SUMS: &[&str] = &["work", "distance", "MET-minutes", "energy"];

fn of_how_much(sums_of: Option<usize>, name: &str) -> String {
    match sums_of {
        Some(recorded) if SUMS.contains(&name) => format!(" of {recorded} s"),
        Some(_) | None => String::new(),
    }
}

/// Beside a figure of the zone, that nobody asked for it; empty where somebody did.
fn beside_a_load(visit: &Visit, needs: Needs) -> &'static str {
    if needs == Needs::Zone && visit.verdict.is_by_load() {
        ", ordered by load"
    } else {
        ""
    }
}

/// How much of the minutes of a phase was not recorded, and of the ordered ones was; empty where nothing of them is missing.
fn unrecorded(group: &Group, name: &str, figures: &SessionFigures) -> String {
    let missing = &figures.unrecorded;
    let minutes = match (group.name, name) {
        (TIME, "warm-up") => missing.warm_up_min,
        (TIME, "conditioning") => missing.conditioning_min,
        (TIME, "cool-down") => missing.cool_down_min,
        (TIME, "paused or stopped") => missing.paused_min,
        (TIME, "ordered minutes done") if missing.exercise_min() > 0.0 => {
            let recorded = figures.completed_recorded_percent;
            return recorded.map_or_else(String::new, |recorded| {
                format!(", {} % recorded", words::share(recorded))
            });
        }
        _ => 0.0,
    };
    if minutes > 0.0 {
        format!(", {} of it not recorded", decimal(minutes, 1))
    } else {
        String::new()
    }
}

/// Why a figure is missing, in words.
fn why<'a>(visit: &Visit, needs: Needs, otherwise: &'a str) -> &'a str {
    match (needs.missing(&visit.record), needs) {
        (Missing::NotWorn, Needs::Oximeter) => "no oximeter was worn",
        (Missing::NotWorn, _) => "no heart-rate sensor was worn",
        (Missing::OtherMachine, Needs::Cycle) => "no ergometer in this session",
        (Missing::OtherMachine, _) => "no treadmill in this session",
        (Missing::NotOrdered, Needs::Load) => "no load was ordered",
        (Missing::NotOrdered, _) => "no zone was ordered",
        (Missing::NotAsked, _) => "nobody asked",
        (Missing::NotMeasured, _) => "nobody measured it",
        (Missing::NoWeight, _) => "the weight cannot be read in the record",
        (Missing::OrderUnread, _) => "what was ordered cannot be read",
        (Missing::Unknown, _) => otherwise,
    }
}

fn absent(why: &str) -> Markup {
    html! { td.number.absent { (NONE) } td.unit.why { (why) } }
}

fn slope(visit: &Visit) -> Markup {
    let on_belt = Needs::Cycle.missing(&visit.record) == Missing::OtherMachine;
    let unit = words::slope_unit(if on_belt {
        MachineKind::Treadmill
    } else {
        MachineKind::Cycle
    });
    html! {
        tr {
            th scope="row" { "slope against load" }
            @match visit.figures.heart_rate.slope {
                Some(slope) => { td.number { (decimal(slope, 2)) } td.unit { (unit) } },
                None => { (absent(why(visit, Needs::HeartRate, "less than five minutes on one kind of machine"))) },
            }
        }
    }
}

fn pressures(visit: &Visit) -> Markup {
    let pressure = &visit.figures.pressure;
    let all = [
        ("at rest", pressure.rest),
        ("peak of exercise", pressure.peak),
        ("after exercise", pressure.after),
    ];
    html! {
        table.figures {
            caption { "Blood pressure" }
            tbody {
                @for (name, pressure) in all {
                    tr {
                        th scope="row" { (name) }
                        @match pressure {
                            Some((systolic, diastolic)) => { td.number { (systolic) "/" (diastolic) } td.unit { "mmHg" } },
                            None => { (absent("nobody measured it")) },
                        }
                    }
                }
                tr {
                    th scope="row" { "rate-pressure product, peak" }
                    @match pressure.rate_pressure_product {
                        Some(product) => { td.number { (decimal(product, 0)) } td.unit { "mmHg/min" } },
                        None => { (absent("no pressure with a trusted heart rate in its minute")) },
                    }
                }
            }
        }
    }
}

fn alarms(visit: &Visit) -> Markup {
    let figures = &visit.figures;
    html! {
        table.figures {
            caption { "Alarms" @if visit.record.has_lost_events() { ", as far as they can be read" } }
            tbody {
                tr { th scope="row" { "all" } td.number { (figures.alarm_count()) } td.unit {} }
                @for count in &figures.alarms {
                    tr {
                        th.inner scope="row" { (count.rule) }
                        td.number { (count.count) }
                        td.unit { "longest " (lasted(count.longest_s)) }
                    }
                }
                tr { th scope="row" { "acknowledged" } td.number { (figures.acknowledged) } td.unit {} }
                tr {
                    th scope="row" { "time until that, median" }
                    @match figures.acknowledged_median_s {
                        Some(median) => { td.number { (decimal(median, 0)) } td.unit { "s" } },
                        None if visit.record.has_lost_events() => { (absent("not known")) },
                        None => { (absent("nobody acknowledged one")) },
                    }
                }
            }
        }
    }
}

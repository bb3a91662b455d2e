//! `[tuning]` of the gym's file: the figures of control that a clinic may set, each with the sheets' figure where it is left out.

use std::time::Duration;

use control::prescription::Tuning;
use toml::Spanned;

use super::kind::Number;
use super::section::Section;

/// Reads the table. Without it, and for every key that is left out, the sheets' figures serve.
pub(super) fn read_tuning(gym: &Section<'_, '_>) -> Tuning {
    let default = Tuning::DEFAULT;
    let Some(section) = gym.table("tuning") else {
        return default;
    };
    let figure = |key, kind: Number, default: f64| {
        section
            .optional(key, &kind)
            .map_or(default, Spanned::into_inner)
    };
    let tuning = Tuning {
        plausibility_factor: figure(
            "plausibility_factor",
            Number(1.0..=2.0, "times the load that the assessment foretells"),
            default.plausibility_factor,
        ),
        feed_forward: figure(
            "feed_forward",
            Number(0.0..=1.0, "parts of the foretold load"),
            default.feed_forward,
        ),
        command_step: figure(
            "command_step_met",
            Number(0.01..=0.5, "METs"),
            default.command_step,
        ),
        hand_step: figure(
            "hand_step_met",
            Number(0.05..=1.0, "METs"),
            default.hand_step,
        ),
        ready_at_least: seconds(
            &section,
            "ready_at_least_s",
            10.0..=600.0,
            default.ready_at_least,
        ),
        steady_for: seconds(&section, "steady_for_s", 5.0..=60.0, default.steady_for),
        belt_warning: seconds(&section, "belt_warning_s", 3.0..=30.0, default.belt_warning),
        recovery: seconds(&section, "recovery_s", 30.0..=3600.0, default.recovery),
    };
    section.finish();
    tuning
}

/// A time in seconds. One that is shorter than the sheets' is allowed, and deserves a look.
fn seconds(
    section: &Section<'_, '_>,
    key: &'static str,
    range: std::ops::RangeInclusive<f64>,
    default: Duration,
) -> Duration {
    let Some(written) = section.optional(key, &Number(range, "seconds")) else {
        return default;
    };
    let at = written.span();
    let time = Duration::try_from_secs_f64(written.into_inner()).unwrap_or(default);
    if time < default {
        section.findings().warning(
            &at,
            format!(
                "{key} is {}, shorter than the {} that it is without the line",
                time.as_secs_f64(),
                default.as_secs_f64()
            ),
            format!(
                "write {key} = {} or more, or see that it is meant",
                default.as_secs_f64()
            ),
        );
    }
    time
}

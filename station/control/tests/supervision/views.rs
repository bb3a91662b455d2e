//! What is shown of a sign: its value and its age, why there is none, what its device says of it, where it is going.

use core::time::Duration;

use control::input::{HeartRateSource, Input};
use control::rules::RuleId;
use control::situation::Stimulus;
use control::view::{Trust, VitalView};
use protocols::vocabulary::{Absence, BeatsPerMinute, Quality, Reading, Timestamp};

use super::bench::{Bench, flagged, no_finger, rate};

/// What the heart rate is shown as, so many milliseconds after that instant and nothing more heard.
fn heart_rate_after(bench: &Bench, sent_at: Timestamp, millis: u64) -> VitalView {
    let now = sent_at + Duration::from_millis(millis);
    bench.signals.heart_rate_view(now)
}

fn pulse_of(value: u16, quality: Quality) -> Reading<BeatsPerMinute> {
    Reading::Value {
        value: BeatsPerMinute::new(value).expect("in range"),
        quality,
    }
}

#[test]
fn a_value_is_shown_until_it_is_ten_seconds_old_and_is_stale_then() {
    let mut bench = Bench::new();
    let sent_at = bench.now;
    bench.heart_rate(100).second();
    let view = heart_rate_after(&bench, sent_at, 9_999);
    assert_eq!((view.value, view.absence), (Some(100.0), None));
    assert_eq!(view.trust, Trust::Doubted);
    let view = heart_rate_after(&bench, sent_at, 10_000);
    assert_eq!((view.value, view.absence), (None, Some(Absence::Stale)));
    assert_eq!(view.trust, Trust::Lost);
    assert_eq!(view.sent_at, Some(sent_at), "since when stays known");
}

#[test]
fn what_was_said_before_the_loop_stood_still_is_stale_and_what_is_said_from_then_on_is_not() {
    let mut bench = Bench::new();
    bench.heart_rate(100).seconds(5);
    let lasted = Duration::from_millis(251);
    bench.turn(&Input::LoopGap { lasted }, Stimulus::Surroundings);
    let view = bench.signals.heart_rate_view(bench.now);
    assert_eq!((view.value, view.absence), (None, Some(Absence::Stale)));
    assert_eq!(bench.signals.heart_rate_shown(bench.now), None);
    // Sent in the instant in which the loop went on.
    bench.read_rate(HeartRateSource::Strap, rate(101));
    let view = bench.signals.heart_rate_view(bench.now);
    assert_eq!((view.value, view.absence), (Some(101.0), None));
    assert_eq!(view.trust, Trust::Trusted);
}

#[test]
fn a_sensor_that_has_no_value_says_why_until_that_is_stale_too() {
    let mut bench = Bench::new();
    let view = bench.signals.pulse_view(bench.now);
    assert_eq!((view.value, view.sent_at), (None, None));
    assert_eq!(view.absence, Some(Absence::Stale), "bound, and never heard");
    assert_eq!(view.trust, Trust::Lost);

    let sent_at = bench.now;
    bench.strap = Some(Reading::Missing(Absence::NoContact));
    bench.second();
    let view = heart_rate_after(&bench, sent_at, 9_999);
    assert_eq!((view.value, view.absence), (None, Some(Absence::NoContact)));
    assert_eq!(view.quality, None, "of no value there is none");
    let view = heart_rate_after(&bench, sent_at, 10_000);
    assert_eq!(view.absence, Some(Absence::Stale));
}

#[test]
fn what_the_device_says_of_its_value_is_shown_from_a_weak_pulse_on_and_as_long_as_the_value() {
    for (quality, shown) in [
        (Quality::Good, None),
        (Quality::MarginalPerfusion, None),
        (Quality::LowPerfusion, Some(Quality::LowPerfusion)),
        (Quality::Frozen, Some(Quality::Frozen)),
    ] {
        let mut bench = Bench::new();
        let sent_at = bench.now;
        bench.pulse = Some(pulse_of(100, quality));
        bench.second();
        let view = |millis| {
            bench
                .signals
                .pulse_view(sent_at + Duration::from_millis(millis))
        };
        assert_eq!(view(9_999).quality, shown);
        assert_eq!(view(10_000).quality, None, "{quality:?}");
        assert_eq!(view(0).source, Some(HeartRateSource::Oximeter));
    }
}

#[test]
fn the_trend_is_the_last_quarter_minute_against_the_minute_before_it() {
    let mut bench = Bench::new();
    bench.heart_rate(100).seconds(60);
    bench.heart_rate(104).seconds(15);
    let last = bench.now.before(Duration::from_secs(1));
    // Means of 104 and 100, whose middles lie 37.5 s apart: 4 beats in 37.5 s are 6.4 in a minute.
    let trend = |millis| heart_rate_after(&bench, last, millis).trend_per_minute;
    assert_eq!(trend(0), Some(6.4));
    // The second of the last value, and three more.
    assert_eq!(trend(3_999), Some(6.4));
    assert_eq!(trend(4_000), None);

    // Where it falls, it is negative: by 3 in 37.5 s.
    let mut bench = Bench::new();
    bench.heart_rate(100).seconds(60);
    bench.heart_rate(97).seconds(15);
    let last = bench.now.before(Duration::from_secs(1));
    let trend = heart_rate_after(&bench, last, 0).trend_per_minute;
    assert!(trend.is_some_and(|trend| (trend + 4.8).abs() < 1e-9));
}

#[test]
fn a_trend_needs_half_of_its_minute_and_a_quarter() {
    // 29 and 30 of the 60 seconds before the last 15.
    for (before, told) in [(29, false), (30, true)] {
        let mut bench = Bench::new();
        bench.heart_rate(100).seconds(before + 15);
        let trend = bench.signals.heart_rate_view(bench.now).trend_per_minute;
        assert_eq!(trend.is_some(), told, "{before}");
    }
}

#[test]
fn a_saturation_is_shown_as_doubted_from_the_turn_in_which_a_rule_doubts_it() {
    let mut bench = Bench::new();
    bench.oxygen(96).seconds(20);
    bench.saturation = Some(flagged(96, Quality::LowPerfusion));
    bench.seconds(5);
    let view = bench.signals.saturation_view(bench.now);
    assert_eq!((view.trust, view.doubted_by), (Trust::Trusted, None));
    // Five seconds after the first: its last reading was trusted when it came, and is doubted now.
    bench.turn(&Input::Tick, Stimulus::Tick);
    let view = bench.signals.saturation_view(bench.now);
    assert_eq!(view.trust, Trust::Doubted);
    assert_eq!(view.doubted_by, Some(RuleId::WeakPulse));
}

#[test]
fn a_doubted_saturation_that_is_ten_seconds_old_is_lost() {
    let mut bench = Bench::new();
    bench.oxygen(96).seconds(20);
    bench.saturation = Some(no_finger());
    bench.seconds(12);
    let view = bench.signals.saturation_view(bench.now);
    assert_eq!(view.trust, Trust::Lost);
    assert_eq!(view.doubted_by, Some(RuleId::WeakPulse));
    assert_eq!(view.absence, Some(Absence::NoContact));
}

#[test]
fn a_sign_whose_sensor_nobody_wears_is_absent() {
    let mut bench = Bench::with(|bout| {
        bout.sensors.strap = false;
        bout.sensors.oximeter = false;
    });
    bench.pulse = Some(rate(100));
    bench.seconds(5);
    let (signals, now) = (&bench.signals, bench.now);
    assert_eq!(signals.heart_rate_view(now), VitalView::ABSENT);
    assert_eq!(signals.pulse_view(now), VitalView::ABSENT);
    assert_eq!(signals.saturation_view(now), VitalView::ABSENT);
    assert_eq!(signals.machine_pulse_view(now), VitalView::ABSENT);
}

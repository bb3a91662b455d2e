use super::*;

const RESPONSE: Response = Response {
    gain: 10.0,
    rest: 70.0,
};

fn seen(heart_rate: f64) -> Seen {
    Seen {
        heart_rate: Some(heart_rate),
        response: Some(RESPONSE),
        load: Some(3.0),
        saturation: Some(95.0),
    }
}

/// The heart stands where the load holds it, so that nothing is ever off, for so many seconds from second 1000 on.
fn steady(seconds: u64) -> Prediction {
    let mut prediction = Prediction::NONE;
    for second in 0..seconds {
        prediction.look(1_000 + second, &seen(100.0));
    }
    prediction
}

#[test]
fn the_heart_rate_is_led_by_the_load() {
    let mut prediction = steady(300);
    // 90 + (70 + 10 * 3 - 90)(1 - e^(-60/90))
    prediction.look(1_300, &seen(90.0));
    let ahead = prediction.heart_rate().expect("well known");
    assert!((ahead.value - 94.865_828_8).abs() < 1e-6, "{ahead:?}");
    prediction.look(
        1_301,
        &Seen {
            load: Some(1.0),
            ..seen(100.0)
        },
    );
    let ahead = prediction.heart_rate().expect("well known");
    assert!((ahead.value - 90.268_342_4).abs() < 1e-6, "{ahead:?}");
}

#[test]
fn no_heart_is_foretold_to_beat_less_than_not_at_all() {
    // 60 + (-300 + 30 - 60)(1 - e^(-60/90)) is under nothing.
    let response = Response {
        rest: -300.0,
        ..RESPONSE
    };
    let seen = Seen {
        response: Some(response),
        ..seen(60.0)
    };
    let ahead = vital_signs::heart_rate(&seen).expect("all is known");
    assert!(ahead.abs() < f64::MIN_POSITIVE, "{ahead}");
}

#[test]
fn there_is_no_band_before_two_minutes_of_errors_are_known() {
    // The first forecast is held against what comes 60 s later; the 120th such error makes the band.
    let early = steady(179);
    assert_eq!((early.heart_rate(), early.saturation()), (None, None));
    let known = steady(180);
    let exact = |value: f64| {
        Some(Ahead {
            value,
            half_width: 1.0,
        })
    };
    assert_eq!(known.heart_rate(), exact(100.0));
    assert_eq!(known.saturation(), exact(95.0));
}

/// So many of 300 errors are 5, the others 2.
fn band_with(large: u64) -> f64 {
    let mut prediction = Prediction::NONE;
    // What is foretold is 100 throughout; what comes is off.
    for second in 0..360_u64 {
        let off = match second.checked_sub(60) {
            Some(known) if known < large => 4.5,
            Some(_) => 1.5,
            None => 0.0,
        };
        let off = if second % 2 == 0 { off } else { -off };
        prediction
            .saturation
            .look(second, 1, Some(100.0 + off), Some(100.0));
    }
    prediction.saturation().expect("well known").half_width
}

#[test]
fn the_band_is_what_nine_of_ten_errors_did_not_exceed_in_whole_units() {
    assert!((band_with(0) - 2.0).abs() < f64::EPSILON);
    assert!((band_with(30) - 2.0).abs() < f64::EPSILON);
    assert!((band_with(31) - 5.0).abs() < f64::EPSILON);
    assert!((band_with(300) - 5.0).abs() < f64::EPSILON);
}

#[test]
fn errors_of_more_than_five_minutes_ago_count_no_more() {
    let mut prediction = Prediction::NONE;
    let width_after = |prediction: &mut Prediction, from: u64, to: u64, off: f64| {
        for second in from..to {
            prediction
                .saturation
                .look(second, 1, Some(95.0 + off), Some(95.0));
        }
        prediction.saturation().expect("well known").half_width
    };
    let wrong = width_after(&mut prediction, 0, 360, 4.0);
    assert!((wrong - 4.0).abs() < f64::EPSILON);
    let still = width_after(&mut prediction, 360, 360 + 269, 0.0);
    assert!((still - 4.0).abs() < f64::EPSILON, "31 of them are left");
    let over = width_after(&mut prediction, 360 + 269, 360 + 270, 0.0);
    assert!((over - 1.0).abs() < f64::EPSILON, "30 are left");
}

#[test]
fn nothing_is_foretold_without_a_trusted_mean_a_gain_or_a_load() {
    let known = steady(300);
    let after = |seen: Seen| {
        let mut prediction = known.clone();
        prediction.look(1_300, &seen);
        (
            prediction.heart_rate().is_some(),
            prediction.saturation().is_some(),
        )
    };
    let all = seen(100.0);
    assert_eq!(after(all), (true, true));
    assert_eq!(
        after(Seen {
            heart_rate: None,
            ..all
        }),
        (false, true)
    );
    assert_eq!(
        after(Seen {
            response: None,
            ..all
        }),
        (false, true)
    );
    let unmoved = Some(Response {
        gain: 0.0,
        ..RESPONSE
    });
    assert_eq!(
        after(Seen {
            response: unmoved,
            ..all
        }),
        (false, true)
    );
    assert_eq!(
        after(Seen {
            saturation: None,
            ..all
        }),
        (true, false)
    );
    assert_eq!(after(Seen { load: None, ..all }), (false, false));
}

#[test]
fn a_signal_that_was_away_for_long_has_to_show_anew_how_far_off_it_is() {
    let back_after = |away: u64| {
        let mut prediction = steady(300);
        for second in 0..away {
            prediction.look(
                1_300 + second,
                &Seen {
                    heart_rate: None,
                    ..seen(0.0)
                },
            );
        }
        prediction.look(1_300 + away, &seen(100.0));
        prediction.heart_rate().is_some()
    };
    assert!(back_after(20));
    // Of the 300 s kept, 120 have to be from before.
    assert!(back_after(179));
    assert!(!back_after(180));
}

#[test]
fn a_second_is_looked_at_once() {
    let mut prediction = steady(300);
    let before = prediction.clone();
    assert!(!prediction.is_due(1_299));
    prediction.look(1_299, &seen(60.0));
    prediction.look(1_200, &seen(60.0));
    assert_eq!(prediction, before);
    assert!(prediction.is_due(1_300));
}

#[test]
fn an_error_too_large_to_tell_apart_is_no_band() {
    let mut prediction = Prediction::NONE;
    for second in 0..400 {
        let wild = if second % 2 == 0 { f64::NAN } else { 500.0 };
        prediction
            .saturation
            .look(second, 1, Some(wild), Some(95.0));
    }
    assert_eq!(prediction.saturation(), None);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn any_seen() -> impl Strategy<Value = Seen> {
        let maybe = |low: f64, high: f64| proptest::option::weighted(0.9, low..high);
        (
            maybe(30.0, 220.0),
            maybe(0.0, 40.0),
            maybe(0.0, 12.0),
            maybe(50.0, 100.0),
        )
            .prop_map(|(heart_rate, gain, load, saturation)| Seen {
                heart_rate,
                response: gain.map(|gain| Response { gain, rest: 70.0 }),
                load,
                saturation,
            })
    }

    proptest! {
        /// Seconds that nobody looked at are seconds in which nothing came.
        #[test]
        fn seconds_passed_over_are_seconds_without_a_reading(
            before in proptest::collection::vec(any_seen(), 1..200),
            passed in 1_u64..400,
            after in proptest::collection::vec(any_seen(), 1..100),
        ) {
            let mut jumping = Prediction::NONE;
            let mut patient = Prediction::NONE;
            let mut second = 7;
            for seen in &before {
                second += 1;
                jumping.look(second, seen);
                patient.look(second, seen);
            }
            for quiet in 1..passed {
                patient.look(second + quiet, &Seen::default());
            }
            second += passed - 1;
            for seen in &after {
                second += 1;
                jumping.look(second, seen);
                patient.look(second, seen);
                prop_assert_eq!(&jumping, &patient);
            }
        }

        /// What is shown is finite, its band is a whole number, and writing it down and reading it back changes nothing.
        #[test]
        fn it_can_be_written_down_at_any_time(
            all in proptest::collection::vec(any_seen(), 200..500),
            at in 0_usize..200,
        ) {
            let mut running = Prediction::NONE;
            let mut read_back = Prediction::NONE;
            for (second, seen) in (0_u64..).zip(&all) {
                running.look(second, seen);
                read_back.look(second, seen);
                if u64::try_from(at) == Ok(second) {
                    let bytes = postcard::to_allocvec(&read_back).expect("fits");
                    read_back = postcard::from_bytes(&bytes).expect("its own form");
                }
                for ahead in [running.heart_rate(), running.saturation()].into_iter().flatten() {
                    prop_assert!(ahead.value.is_finite() && ahead.value >= 0.0);
                    prop_assert!((1.0..60.0).contains(&ahead.half_width));
                }
            }
            prop_assert_eq!(running, read_back);
        }
    }
}

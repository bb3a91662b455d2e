use super::*;

/// A heart of this gain and time constant over 70, with a climb for each minute at a MET, whose load is stepped as in a bout.
fn taught(gain: f64, tau: f64, climb: f64, conditioned: u64) -> Learning {
    let mut learning = Learning::NONE;
    let (mut reached, mut done) = (0.0, 0.0);
    for second in 0..360 + conditioned {
        let (load, doing) = match second {
            0..60 => (0.0, Doing::Resting),
            60..360 => (1.5, Doing::WarmingUp),
            _ => (3.0, Doing::Conditioning(second - 360)),
        };
        reached += (load - reached) / tau;
        done += load / 60.0;
        let wobble = if second / 20 % 2 == 0 { 1.0 } else { -1.0 };
        learning.look(
            second,
            &seen(
                Some(70.0 + gain * reached + climb * done + wobble),
                load,
                doing,
            ),
        );
    }
    learning
}

fn seen(heart_rate: Option<f64>, load: f64, doing: Doing) -> Seen {
    Seen {
        heart_rate,
        load,
        machine: OnMachine::Watts(40.0),
        doing,
        irregular: false,
    }
}

#[test]
fn a_heart_that_follows_the_model_is_found() {
    for (gain, tau, climb) in [(5.0, 120.0, 0.0), (12.0, 60.0, 0.05), (30.0, 40.0, 0.1)] {
        let learned = taught(gain, tau, climb, 1_200)
            .learned()
            .expect("long enough");
        assert!((learned.gain / gain - 1.0).abs() < 0.06, "{learned:?}");
        assert!((learned.tau_s / tau - 1.0).abs() < 0.15, "{learned:?}");
        let found = learned.drift / 2.7;
        assert!((found - climb).abs() < 0.03, "{learned:?}");
    }
}

#[test]
fn with_time_it_knows_better() {
    let sd_after = |conditioned| {
        taught(12.0, 60.0, 0.05, conditioned)
            .learned()
            .expect("known")
            .gain_sd
    };
    let (early, late) = (sd_after(60), sd_after(1_200));
    assert!(late < early, "{late} {early}");
}

#[test]
fn before_five_minutes_there_is_nothing_to_say() {
    let mut learning = Learning::NONE;
    for second in 1..=299 {
        learning.look(second, &seen(Some(80.0), 1.5, Doing::WarmingUp));
    }
    assert_eq!(learning.learned(), None);
}

#[test]
fn the_steady_part_begins_with_minute_five_and_needs_five_minutes() {
    assert_eq!(
        taught(12.0, 60.0, 0.0, 599)
            .learned()
            .expect("known")
            .steady,
        None
    );
    let steady = taught(12.0, 60.0, 0.0, 601)
        .learned()
        .and_then(|learned| learned.steady)
        .expect("five minutes");
    assert!((steady.heart_rate - 106.0).abs() < 1.0, "{steady:?}");
    assert!((steady.load - 3.0).abs() < 1e-9, "{steady:?}");
    assert_eq!(steady.machine, OnMachine::Watts(40.0));
    assert!((steady.middle_s - 450.0).abs() < 2.0, "{steady:?}");
}

#[test]
fn in_atrial_fibrillation_it_is_less_sure() {
    let mut regular = Learning::NONE;
    let mut irregular = Learning::NONE;
    for second in 0..900 {
        let load = if second < 60 { 0.0 } else { 2.0 };
        let look = seen(Some(70.0 + 10.0 * load), load, Doing::WarmingUp);
        regular.look(second, &look);
        irregular.look(
            second,
            &Seen {
                irregular: true,
                ..look
            },
        );
    }
    let (one, other) = (
        regular.learned().expect("known"),
        irregular.learned().expect("known"),
    );
    assert!((other.gain_sd / one.gain_sd - 2.0).abs() < 1e-9);
    assert!((other.gain - one.gain).abs() < 1e-12);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn any_seen() -> impl Strategy<Value = Seen> {
        let rate = prop_oneof![
            20 => (20.0_f64..250.0).prop_map(Some),
            2 => Just(None),
            1 => proptest::sample::select(std::vec![
                Some(f64::NAN), Some(f64::INFINITY), Some(-3.0), Some(0.0), Some(1e300),
            ]),
        ];
        let load = prop_oneof![
            20 => 0.0_f64..25.0,
            1 => proptest::sample::select(std::vec![f64::NAN, f64::INFINITY, 0.0, 1e6]),
        ];
        let doing = prop_oneof![
            Just(Doing::Resting),
            Just(Doing::WarmingUp),
            Just(Doing::Conditioning(600)),
            Just(Doing::Other),
            Just(Doing::Waiting),
        ];
        (rate, load, doing, any::<bool>()).prop_map(|(heart_rate, load, doing, irregular)| Seen {
            heart_rate,
            load,
            machine: OnMachine::Belt {
                speed: 1.2,
                grade: 3.0,
            },
            doing,
            irregular,
        })
    }

    proptest! {
        /// Whatever comes: finite, and within bounds.
        #[test]
        fn every_figure_is_finite_and_bounded(
            stretches in proptest::collection::vec((any_seen(), 1_u64..400, 1_u64..3), 1..30),
        ) {
            let mut learning = Learning::NONE;
            let mut second = 0;
            for (look, lasts, step) in &stretches {
                for _ in 0..*lasts {
                    second += step;
                    learning.look(second, look);
                }
                if let Some(learned) = learning.learned() {
                    prop_assert!((GAIN_BOUNDS.0..=GAIN_BOUNDS.1).contains(&learned.gain));
                    prop_assert!((TAU_BOUNDS.0..=TAU_BOUNDS.1).contains(&learned.tau_s));
                    prop_assert!((DRIFT_BOUNDS.0..=DRIFT_BOUNDS.1).contains(&learned.drift));
                    for sd in [learned.gain_sd, learned.tau_sd, learned.drift_sd] {
                        prop_assert!(sd.is_finite() && sd > 0.0);
                    }
                    if let Some(steady) = learned.steady {
                        prop_assert!(steady.load.is_finite() && steady.heart_rate.is_finite());
                    }
                }
            }
        }

        /// A second without a trusted heart rate, or in another phase, teaches nothing; and writing it down changes nothing.
        #[test]
        fn it_stands_still_while_nothing_is_trusted(
            blind in proptest::collection::vec((any_seen(), any::<bool>()), 1..100),
        ) {
            let known = taught(12.0, 60.0, 0.05, 700);
            let mut learning = known;
            for (second, (look, other)) in (2_000_u64..).zip(&blind) {
                let look = if *other {
                    Seen { doing: Doing::Other, ..*look }
                } else {
                    Seen { heart_rate: None, ..*look }
                };
                learning.look(second, &look);
            }
            prop_assert_eq!(learning.learned(), known.learned());
            let bytes = postcard::to_allocvec(&learning).expect("fits");
            let read_back: Learning = postcard::from_bytes(&bytes).expect("its own form");
            prop_assert_eq!(read_back, learning);
        }
    }
}

#[test]
fn what_is_no_heart_rate_teaches_nothing() {
    let known = |heart_rate| {
        let mut learning = Learning::NONE;
        for second in 0..1_200 {
            learning.look(second, &seen(Some(heart_rate), 1.5, Doing::WarmingUp));
        }
        learning.learned().is_some()
    };
    assert!(known(1.0) && known(399.0));
    for none in [0.0, -1.0, 400.0, 500.0, f64::NAN, f64::INFINITY] {
        assert!(!known(none), "{none}");
    }
}

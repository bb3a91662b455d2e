//! The last door: what no bout may begin with.

use super::*;
use crate::station::bench::{held, mets, setup};

fn sound(mode: Mode) -> BoutSetup {
    let mut bout = setup(mode);
    bout.prescription.heart_rate = Some(HeartRateLimits {
        upper: 130.0,
        lower: 40.0,
        zone: Some((95.0, 115.0)),
        stop_margin: 10.0,
        icd_detection: Some(160.0),
    });
    bout.earlier = Some(EarlierGain {
        gain: 10.0,
        gain_sd: 2.0,
    });
    bout
}

fn limits(bout: &mut BoutSetup) -> &mut HeartRateLimits {
    bout.prescription
        .heart_rate
        .as_mut()
        .expect("it has limits")
}

type Set = fn(&mut BoutSetup, f64);

/// Figures that are more than nothing, each by itself.
const MORE_THAN_NOTHING: [(&str, Set); 17] = [
    ("upper limit", |bout, value| limits(bout).upper = value),
    ("lower limit", |bout, value| limits(bout).lower = value),
    ("detection", |bout, value| {
        limits(bout).icd_detection = Some(value);
    }),
    ("zone's lower end", |bout, value| {
        limits(bout).zone = Some((value, 115.0));
    }),
    ("zone's upper end", |bout, value| {
        limits(bout).zone = Some((95.0, value));
    }),
    ("target", |bout, value| {
        bout.prescription.mode = Mode::HeartRateHeld {
            target: value,
            assessed_gain: None,
            assessed_rest: None,
        };
    }),
    ("assessed gain", |bout, value| {
        bout.prescription.mode = Mode::HeartRateHeld {
            target: 105.0,
            assessed_gain: Some(value),
            assessed_rest: None,
        };
    }),
    ("assessed rest", |bout, value| {
        bout.prescription.mode = Mode::HeartRateHeld {
            target: 105.0,
            assessed_gain: None,
            assessed_rest: Some(value),
        };
    }),
    ("work", |bout, value| {
        bout.prescription.mode = by_heart_rate(value, 1e-3);
    }),
    ("recovery", |bout, value| {
        bout.prescription.mode = by_heart_rate(112.0, value);
    }),
    ("ramp", |bout, value| bout.prescription.ramp_up = value),
    ("warm-up's ramp", |bout, value| {
        bout.prescription.warm_up_ramp = value;
    }),
    ("floor", |bout, value| {
        bout.prescription.saturation_floor = value;
    }),
    ("factor", |bout, value| {
        bout.tuning.plausibility_factor = value;
    }),
    ("step by hand", |bout, value| bout.tuning.hand_step = value),
    ("earlier gain", |bout, value| {
        bout.earlier.as_mut().expect("there is one").gain = value;
    }),
    ("its uncertainty", |bout, value| {
        bout.earlier.as_mut().expect("there is one").gain_sd = value;
    }),
];

/// Figures that may be nothing, each by itself.
const NOT_NEGATIVE: [(&str, Set); 4] = [
    ("margin", |bout, value| limits(bout).stop_margin = value),
    ("fed forward", |bout, value| {
        bout.tuning.feed_forward = value;
    }),
    ("command's step", |bout, value| {
        bout.tuning.command_step = value;
    }),
    ("dead band", |bout, value| {
        bout.prescription.holding.dead_band = value;
    }),
];

const fn by_heart_rate(work: f64, recovery: f64) -> Mode {
    Mode::HeartRateInterval {
        work,
        work_for: Duration::from_mins(4),
        recovery,
        recovery_for: Duration::from_mins(3),
        repeats: 4,
        assessed_gain: None,
        assessed_rest: None,
    }
}

#[test]
fn a_figure_that_is_none_lets_no_bout_begin() {
    for (what, set) in MORE_THAN_NOTHING.into_iter().chain(NOT_NEGATIVE) {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
            let mut bout = sound(held());
            set(&mut bout, bad);
            assert!(!bout.is_sound(), "{what} {bad}");
        }
    }
    for (what, set) in MORE_THAN_NOTHING {
        let mut bout = sound(held());
        set(&mut bout, 0.0);
        assert!(!bout.is_sound(), "{what} 0");
    }
}

#[test]
fn what_has_a_meaning_is_let_through() {
    for mode in [
        held(),
        by_heart_rate(112.0, 95.0),
        by_heart_rate(100.0, 100.0),
        Mode::ByHand,
    ] {
        assert!(sound(mode).is_sound(), "{mode:?}");
    }
    for (what, set) in NOT_NEGATIVE {
        let mut bout = sound(held());
        set(&mut bout, 0.0);
        assert!(bout.is_sound(), "{what} 0");
    }
    let mut bare = sound(held());
    bare.prescription.heart_rate = None;
    bare.earlier = None;
    assert!(bare.is_sound());
    let mut nothing = sound(held());
    nothing.prescription.ceiling = NetMets::ZERO;
    assert!(!nothing.is_sound(), "a ceiling of nothing");
    assert!(
        !sound(by_heart_rate(95.0, 95.1)).is_sound(),
        "recovery over work"
    );
}

#[test]
fn the_stop_limit_is_the_nearer_of_margin_and_detection() {
    let mut bout = sound(held());
    for (icd, stop) in [
        (None, 140.0),
        (Some(156.0), 140.0),
        (Some(155.0), 140.0),
        (Some(154.0), 139.0),
    ] {
        limits(&mut bout).icd_detection = icd;
        let found = limits(&mut bout).stop();
        assert!((found - stop).abs() < 1e-9, "{icd:?}: {found}");
    }
}

#[test]
fn the_least_that_is_ordered_is_that_of_any_phase_but_the_cool_down() {
    let interval = |work: f64, recovery: f64| Mode::Interval {
        work: mets(work),
        work_for: Duration::from_mins(2),
        recovery: mets(recovery),
        recovery_for: Duration::from_mins(2),
        repeats: 2,
    };
    for (mode, least) in [
        (Mode::Constant { target: mets(3.5) }, 1.8),
        (Mode::Constant { target: mets(1.5) }, 1.5),
        (Mode::MetHeld { target: mets(1.4) }, 1.4),
        (interval(4.0, 1.2), 1.2),
        (interval(1.1, 1.2), 1.1),
        (held(), 1.8),
        (by_heart_rate(112.0, 95.0), 1.8),
        (Mode::ByHand, 1.8),
    ] {
        let found = sound(mode).prescription.least_ordered();
        assert_eq!(found, mets(least), "{mode:?}");
    }
    let mut low = sound(held());
    low.prescription.ceiling = mets(1.3);
    assert_eq!(low.prescription.least_ordered(), mets(1.3));
}

#[test]
fn a_heart_rate_leads_where_one_is_ordered() {
    assert!(held().holds_heart_rate());
    assert!(by_heart_rate(112.0, 95.0).holds_heart_rate());
    assert!(!Mode::ByHand.holds_heart_rate());
    assert!(!Mode::Constant { target: mets(3.0) }.holds_heart_rate());
    assert_eq!(held().assessed(), (Some(10.0), Some(70.0)));
    assert_eq!(Mode::ByHand.assessed(), (None, None));
}

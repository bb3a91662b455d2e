//! What the core is given for what was written.

use std::time::Duration;

use control::prescription::{Mode, Tuning};
use protocols::vocabulary::MachineKind;
use station::clinic::ResolvedPrescription;

use super::valid;

fn ordered(pseudonym: &str, id: &str) -> ResolvedPrescription {
    valid("gym.toml")
        .patients
        .into_iter()
        .find(|patient| patient.pseudonym == pseudonym)
        .expect("the patient")
        .prescriptions
        .into_iter()
        .find(|ordered| ordered.id == id)
        .expect("the prescription")
}

/// Equal but for the last bits.
fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

#[test]
fn watts_become_net_mets_by_the_patient_s_mass_and_the_risk_class_sets_what_is_not_written() {
    let bike = ordered("constant", "bike");
    assert_eq!(bike.machine, MachineKind::Cycle);
    let core = bike.prescription;
    // 80 kg: (3.5 + 10.8 * 65 / 80) / 3.5, (3.5 + 10.8 * 80 / 80) / 3.5, (3.5 + 10.8 * 20 / 80) / 3.5
    assert!(matches!(core.mode, Mode::Constant { target } if close(target.get(), 12.275 / 3.5)));
    assert!(close(core.ceiling.get(), 14.3 / 3.5));
    assert!(close(core.warm_up_load.get(), 6.2 / 3.5));
    // Low risk: 20 W a minute, margin 10, no interval of blood pressure.
    assert!(close(core.ramp_up, 2.7 / 3.5));
    assert!(close(core.warm_up_ramp, 2.7 / 3.5));
    let limits = core.heart_rate.expect("limits");
    assert!(close(limits.upper, 130.0) && close(limits.stop_margin, 10.0));
    assert!(close(limits.lower, 40.0) && close(limits.stop(), 140.0));
    assert_eq!(limits.zone, None);
    assert_eq!(core.blood_pressure_interval, None);
    assert!(close(core.saturation_floor, 88.0));
    assert!(core.heart_rate_required && !core.saturation_required);
    assert_eq!(core.warm_up, Duration::from_mins(5));
    assert_eq!(core.conditioning, Duration::from_mins(20));
    assert_eq!(core.cool_down, Duration::from_mins(5));
    assert_eq!((core.systolic_stop, core.diastolic_stop), (250, 115));
    assert_eq!(
        (
            core.exertion_upper,
            core.dyspnoea_upper,
            core.claudication_stop
        ),
        (14, 6, 3)
    );
    assert_eq!(core.cadence_low, 40);
    assert_eq!(core.belt, None);
}

#[test]
fn a_heart_rate_is_held_by_the_gain_of_the_test_or_without_one_where_a_person_says_so() {
    let Mode::HeartRateHeld {
        target,
        assessed_gain,
        assessed_rest,
    } = ordered("held", "bike").prescription.mode
    else {
        panic!("held");
    };
    assert!(close(target, 108.0));
    // (150 - 64) / (7 - 1)
    assert!(close(assessed_gain.expect("a gain"), 86.0 / 6.0));
    assert!(close(assessed_rest.expect("a rest"), 64.0));

    let high = ordered("held", "bike-high").prescription;
    assert!(matches!(
        high.mode,
        Mode::HeartRateHeld {
            assessed_gain: None,
            ..
        }
    ));
    let limits = high.heart_rate.expect("limits");
    assert_eq!(limits.zone, Some((100.0, 116.0)));
    assert!(close(limits.stop_margin, 5.0));
    assert_eq!(high.blood_pressure_interval, Some(Duration::from_mins(5)));
}

#[test]
fn a_walk_becomes_net_mets_and_the_ceiling_bounds_speed_and_grade_too() {
    let walk = ordered("belt", "walk");
    assert_eq!(walk.machine, MachineKind::Treadmill);
    let core = walk.prescription;
    // 4 km/h at 1 %: 4 / 3.6 * (6 + 1.08) / 3.5; ceiling 5 km/h at 3 %: 5 / 3.6 * (6 + 3.24) / 3.5
    assert!(
        matches!(core.mode, Mode::Constant { target } if close(target.get(), 4.0 / 3.6 * 7.08 / 3.5))
    );
    assert!(close(core.ceiling.get(), 5.0 / 3.6 * 9.24 / 3.5));
    assert!(close(core.ramp_up, 0.4 / 3.6 * 6.0 / 3.5));
    assert!(close(core.warm_up_ramp, 0.3 / 3.6 * 6.0 / 3.5));
    let belt = core.belt.expect("a belt");
    assert!(close(belt.preferred_speed.kilometres_per_hour(), 4.0));
    assert!(close(belt.max_speed.kilometres_per_hour(), 5.0));
    assert!(close(belt.max_grade.get(), 3.0));
    let mets = ordered("belt", "mets").prescription;
    assert!(matches!(mets.mode, Mode::MetHeld { target } if close(target.get(), 2.0)));
}

#[test]
fn an_interval_keeps_its_times_and_a_hand_its_ceiling() {
    let core = ordered("interval", "bike").prescription;
    let Mode::Interval {
        work,
        work_for,
        recovery,
        recovery_for,
        repeats,
    } = core.mode
    else {
        panic!("an interval");
    };
    assert!(close(work.get(), (3.5 + 9.45) / 3.5) && close(recovery.get(), 6.2 / 3.5));
    assert_eq!(
        (work_for, recovery_for),
        (Duration::from_mins(1), Duration::from_mins(1))
    );
    assert_eq!(repeats, 10);
    assert!(close(core.ramp_up, 10.8 * 100.0 / 80.0 / 3.5));
    assert_eq!(ordered("interval", "hand").prescription.mode, Mode::ByHand);
}

#[test]
fn intervals_by_heart_rate_keep_their_targets_and_their_times() {
    let ordered = ordered("interval", "four-by-four");
    let core = ordered.prescription;
    let expected = Mode::HeartRateInterval {
        work: 135.0,
        work_for: Duration::from_mins(4),
        recovery: 98.0,
        recovery_for: Duration::from_mins(3),
        repeats: 4,
        assessed_gain: Some(15.0),
        assessed_rest: Some(60.0),
    };
    assert_eq!(core.mode, expected);
    assert!(core.holding.by_oximeter && close(core.holding.dead_band, 0.0));
    assert!(
        ordered
            .summary
            .starts_with("4 x 240 s at a heart rate of 135 and 180 s at 98"),
        "{}",
        ordered.summary
    );
}

#[test]
fn a_dead_band_is_the_prescriptions_and_off_where_none_is_written() {
    let holding = |id| ordered("held", id).prescription.holding;
    assert!(close(holding("bike").dead_band, 1.0));
    assert!(close(holding("bike-high").dead_band, 0.0) && !holding("bike-high").by_oximeter);
}

#[test]
fn a_defibrillator_lowers_the_stop_and_a_patient_without_a_signal_has_no_limit() {
    let limits = ordered("devices", "icd")
        .prescription
        .heart_rate
        .expect("limits");
    assert!(close(limits.icd_detection.expect("a rate"), 150.0));
    assert!(close(limits.stop(), 135.0));
    let assisted = ordered("devices", "assist").prescription;
    assert_eq!(assisted.heart_rate, None);
    assert!(!assisted.heart_rate_required && !assisted.saturation_required);
    assert_eq!(assisted.blood_pressure_interval, None);
}

#[test]
fn lung_disease_requires_saturation_and_keeps_its_own_floor() {
    let core = ordered("lung", "bike").prescription;
    assert!(core.saturation_required);
    assert!(close(core.saturation_floor, 85.0));
    assert_eq!(core.blood_pressure_interval, Some(Duration::from_mins(5)));
}

#[test]
fn the_text_that_goes_into_the_record_is_the_prescription_s_own() {
    let first = ordered("interval", "bike").text;
    let second = ordered("interval", "mets").text;
    for (text, id) in [(&first, "bike"), (&second, "mets")] {
        assert!(text.starts_with("[[prescription]]\n"), "{text}");
        let table: toml::Table = text.parse().expect("TOML");
        let orders = table["prescription"].as_array().expect("orders");
        assert_eq!(orders.len(), 1);
        assert_eq!(orders[0]["id"].as_str(), Some(id));
    }
    assert!(!first.contains("wristband"));
}

#[test]
fn a_clinic_s_own_figures_of_control_stand_in_for_the_sheets() {
    assert!(!valid("tuned.toml").keep_wire && valid("gym.toml").keep_wire);
    let tuned = valid("tuned.toml").tuning;
    let expected = Tuning {
        plausibility_factor: 1.2,
        feed_forward: 0.0,
        command_step: 0.1,
        hand_step: 0.5,
        ready_at_least: Duration::from_secs(90),
        steady_for: Duration::from_millis(7_500),
        belt_warning: Duration::from_secs(5),
        recovery: Duration::from_mins(2),
    };
    assert_eq!(tuned, expected);
    assert_eq!(valid("gym.toml").tuning, Tuning::DEFAULT);
}

//! What every controller is told reaches the one that leads.

use super::*;

fn mets(value: f64) -> NetMets {
    NetMets::new(value).expect("in range")
}

fn entering() -> Entering {
    Entering {
        target: 110.0,
        assessed_gain: Some(10.0),
        assessed_rest: Some(70.0),
        rest: Some(72.0),
        warm_up_mean: Some(90.0),
        warm_up_load: 1.8,
        applied: 1.8,
        irregular: false,
        feed_forward: 0.7,
        plausibility_factor: 1.3,
        earlier: None,
    }
}

fn moment(applied: f64) -> Moment {
    Moment {
        applied,
        least: 1.0,
        most: 6.0,
        rise: rise_per_beat(1.0),
        measured: Some(95.0),
        heart_rate_age: Some(Duration::from_secs(1)),
        trusted_for: Duration::from_mins(1),
        elapsed: Duration::from_mins(1),
    }
}

fn held() -> Controller {
    Controller::HeartRate(HeartRateHeld::enter(&entering()).expect("it has a gain"))
}

/// A controller that has led for some beats.
fn led() -> Controller {
    let mut controller = held();
    for beat in 0..6_u8 {
        let (want, figures) = controller.propose(&moment(1.8 + 0.08 * f64::from(beat)));
        assert!(figures.is_some() && want > 1.0);
        controller.track(mets(want));
    }
    controller
}

#[test]
fn what_was_granted_is_where_a_held_heart_rate_goes_on_from() {
    let (mut full, mut half) = (led(), led());
    full.track(mets(2.4));
    half.track(mets(1.2));
    assert!(full != half);
}

#[test]
fn who_comes_back_begins_anew_and_who_is_irregular_is_averaged_longer() {
    let mut anew = led();
    anew.reenter(Some(100.0), mets(1.5));
    assert!(anew != led());
    let mut irregular = led();
    irregular.set_irregular(true);
    assert!(irregular != led());
}

#[test]
fn only_a_heart_rate_has_a_cap_of_what_is_plausible() {
    assert!(led().plausibility_cap().is_some());
    let constant = Controller::Constant(Constant::new(mets(3.0)));
    assert_eq!(constant.plausibility_cap(), None);
}

#[test]
fn a_target_of_another_kind_moves_nothing() {
    let elapsed = Duration::from_mins(1);
    let mut constant = Controller::Constant(Constant::new(mets(3.0)));
    constant.move_target(elapsed, Target::HeartRate(100.0));
    assert_eq!(constant.target(elapsed), Some(Target::Load(mets(3.0))));
    constant.move_target(elapsed, Target::Load(mets(3.2)));
    assert_eq!(constant.target(elapsed), Some(Target::Load(mets(3.2))));
    let mut metabolic = Controller::Metabolic(MetHeld::new(mets(3.0)));
    metabolic.move_target(elapsed, Target::Load(mets(2.8)));
    assert_eq!(metabolic.target(elapsed), Some(Target::Load(mets(2.8))));
    let mut held = held();
    held.move_target(elapsed, Target::Load(mets(2.8)));
    assert_eq!(held.target(elapsed), Some(Target::HeartRate(110.0)));
    held.move_target(elapsed, Target::HeartRate(108.0));
    assert_eq!(held.target(elapsed), Some(Target::HeartRate(108.0)));
}

#[test]
fn a_metabolic_rate_is_neared_by_the_ramp() {
    let held = MetHeld::new(mets(3.0));
    assert!((held.propose(&moment(2.0)) - (2.0 + 1.0 / 12.0)).abs() < 1e-9);
    assert!((held.propose(&moment(2.99)) - 3.0).abs() < 1e-9);
    assert!((held.propose(&moment(4.0)) - 3.75).abs() < 1e-9);
}

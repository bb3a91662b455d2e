//! Rules of saturation.

use control::rules::{LoadAct, Priority, RuleId};
use control::view::{PhaseKind, Trust};
use protocols::vocabulary::Quality;

use super::bench::{Bench, flagged, no_finger, percent};

fn steady(value: u8) -> Bench {
    let mut bench = Bench::new();
    bench.oxygen(value).seconds(70);
    bench
}

#[test]
fn at_the_floor_load_holds_falls_tells_and_ends_in_cool_down() {
    let mut bench = steady(90);
    bench.oxygen(89).seconds(90);
    assert!(!bench.fires(RuleId::Spo2Floor), "89 is over the floor");
    bench.oxygen(88).expect_stages(RuleId::Spo2Floor, 0);
}

#[test]
fn a_value_that_the_device_says_stands_still_is_no_saturation() {
    let mut bench = steady(96);
    bench.saturation = Some(flagged(96, Quality::Frozen));
    bench.seconds(2);
    assert!(!bench.signals.saturation_trusted(bench.now));
    bench.seconds(30);
    assert_eq!(bench.act(RuleId::Spo2Lost), Some(LoadAct::Fall));
}

#[test]
fn at_the_floor_load_holds_in_the_call_that_carries_the_reading() {
    let mut bench = steady(90);
    bench.oxygen(88);
    bench.speak();
    assert_eq!(bench.act(RuleId::Spo2Floor), Some(LoadAct::Hold));
}

#[test]
fn two_over_the_floor_for_thirty_seconds_end_it() {
    let mut bench = steady(90);
    bench.oxygen(88).seconds(20);
    assert_eq!(bench.tell(RuleId::Spo2Floor), Some(Priority::Medium));
    bench.oxygen(89).seconds(90);
    assert_eq!(
        bench.act(RuleId::Spo2Floor),
        Some(LoadAct::Fall),
        "neither worse nor over"
    );
    bench.oxygen(90).expect_end(RuleId::Spo2Floor, 30);
}

#[test]
fn a_dip_under_the_clearing_value_starts_the_clearing_anew() {
    let mut bench = steady(90);
    bench.oxygen(88).seconds(20);
    bench.oxygen(90).seconds(25);
    bench.oxygen(89).second();
    bench.oxygen(90).expect_end(RuleId::Spo2Floor, 30);
}

#[test]
fn from_the_latched_stage_on_the_floor_needs_a_person() {
    let mut bench = steady(90);
    bench.oxygen(88).seconds(61);
    bench.oxygen(95).seconds(60);
    assert_eq!(bench.act(RuleId::Spo2Floor), Some(LoadAct::CoolDown));
    bench.acknowledge(RuleId::Spo2Floor);
    assert!(!bench.fires(RuleId::Spo2Floor));
}

#[test]
fn a_fall_near_the_floor_holds_and_ends_ten_seconds_after_it_stopped() {
    let mut bench = steady(91);
    bench.oxygen(90).seconds(40);
    assert!(!bench.fires(RuleId::Spo2Falling), "down by one");
    let mut bench = steady(91);
    bench.oxygen(89).expect_stages(RuleId::Spo2Falling, 1);
    // Now is the third second of 89. The mean of the first, 90.3, leaves the last ten seconds with the twelfth; those that stay are
    // less than 1 above 89.
    bench.now_is_whole();
    bench.expect_end(RuleId::Spo2Falling, 9 + 10);
}

#[test]
fn a_fall_well_over_the_floor_is_no_matter() {
    let mut bench = steady(96);
    bench.oxygen(92).seconds(20);
    assert!(!bench.fires(RuleId::Spo2Falling));
}

#[test]
fn four_under_the_floor_load_falls_at_once() {
    let mut bench = steady(89);
    bench.oxygen(85).seconds(20);
    assert!(!bench.fires(RuleId::Spo2Critical), "85 is three under");
    let mut bench = steady(89);
    bench.oxygen(84).expect_stages(RuleId::Spo2Critical, 0);
}

#[test]
fn a_fall_of_six_in_a_minute_is_critical_wherever_it_is() {
    let mut bench = steady(98);
    bench.oxygen(93).seconds(30);
    assert!(!bench.fires(RuleId::Spo2Critical), "down by five");
    let mut bench = steady(98);
    bench.oxygen(92).expect_stages(RuleId::Spo2Critical, 0);
}

#[test]
fn a_slow_fall_of_six_is_not_critical() {
    let mut bench = steady(98);
    bench.oxygen(95).seconds(61);
    bench.oxygen(92).seconds(61);
    assert!(!bench.fires(RuleId::Spo2Critical));
}

#[test]
fn under_eighty_load_stops_after_five_seconds() {
    let mut bench = steady(83);
    bench.oxygen(80).seconds(20);
    assert!(!bench.fires(RuleId::Spo2Stop), "80 is not under 80");
    bench.oxygen(79).expect_stages(RuleId::Spo2Stop, 0);
    assert!(bench.supervisor.verdict().stop_latched);
}

#[test]
fn a_silent_first_stage_needs_no_acknowledgement() {
    let mut bench = steady(83);
    bench.oxygen(79).second();
    assert_eq!(bench.act(RuleId::Spo2Stop), Some(LoadAct::Fall));
    bench.oxygen(80).second();
    assert!(!bench.fires(RuleId::Spo2Stop), "nobody was told of it");
}

#[test]
fn four_below_rest_is_told_after_thirty_seconds() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Ready);
    // The first 20 s do not count as rest.
    bench.oxygen(90).seconds(20);
    bench.oxygen(96).seconds(40);
    bench.phase(PhaseKind::WarmUp);
    bench.seconds(10);
    bench.oxygen(93).seconds(80);
    assert!(!bench.fires(RuleId::Spo2Fall), "three below");
    bench.oxygen(92).expect_stages(RuleId::Spo2Fall, 14);
    // One reading of 93 among fifteen lifts the mean over 92; then 15 s.
    bench.oxygen(93).now_is_whole();
    bench.expect_end(RuleId::Spo2Fall, 15);
}

#[test]
fn a_required_saturation_that_is_lost_acts_by_its_age() {
    let mut bench = steady(96);
    bench.saturation = None;
    let last = bench.now.before(core::time::Duration::from_secs(1));
    bench.expect_stages_from(RuleId::Spo2Lost, last, false);
    // Back: ten seconds of trust, and a person, as the last stage latched.
    bench.saturation = Some(percent(96));
    bench.now_is_whole().acknowledge(RuleId::Spo2Lost);
    bench.expect_end(RuleId::Spo2Lost, 10);
}

#[test]
fn a_lost_saturation_that_nobody_requires_is_no_matter() {
    let mut bench = Bench::with(|bout| bout.prescription.saturation_required = false);
    bench.seconds(10);
    bench.saturation = None;
    bench.seconds(90);
    assert!(!bench.fires(RuleId::Spo2Lost));
}

#[test]
fn no_finger_holds_and_takes_trust_away_after_five_seconds() {
    let mut bench = steady(96);
    bench.saturation = Some(no_finger());
    bench.expect_stages(RuleId::WeakPulse, 0);
    bench.oxygen(96).now_is_whole();
    assert_eq!(
        bench.signals.saturation_view(bench.now).doubted_by,
        Some(RuleId::WeakPulse)
    );
    bench.expect_end(RuleId::WeakPulse, 5);
}

#[test]
fn a_flagged_value_is_believed_for_five_seconds_and_then_doubted() {
    for quality in [
        Quality::LowPerfusion,
        Quality::Artefact,
        Quality::OutOfTrack,
    ] {
        let mut bench = steady(96);
        bench.saturation = Some(flagged(96, quality));
        bench.seconds(5);
        assert!(bench.signals.saturation_trusted(bench.now), "{quality:?}");
        bench.second();
        assert!(!bench.signals.saturation_trusted(bench.now), "{quality:?}");
        assert_eq!(
            bench.signals.saturation_view(bench.now).trust,
            Trust::Doubted
        );
    }
}

#[test]
fn a_saturation_of_nothing_is_a_weak_pulse_and_never_a_breach() {
    let mut bench = steady(96);
    bench.oxygen(0).seconds(3);
    assert_eq!(bench.act(RuleId::WeakPulse), Some(LoadAct::Hold));
    assert!(!bench.fires(RuleId::Spo2Stop));
    assert!(!bench.signals.saturation_trusted(bench.now));
}

#[test]
fn a_doubted_saturation_pauses_what_waits_and_its_loss_starts_that_anew() {
    let mut bench = steady(90);
    bench.oxygen(88).seconds(4);
    bench.saturation = Some(no_finger());
    bench.second();
    bench.oxygen(88).seconds(2);
    assert_eq!(bench.act(RuleId::Spo2Floor), Some(LoadAct::Hold));
    bench.second();
    assert_eq!(
        bench.act(RuleId::Spo2Floor),
        Some(LoadAct::Fall),
        "6 s of trusted breach, one of none"
    );

    let mut bench = steady(90);
    bench.oxygen(88).seconds(4);
    bench.saturation = None;
    bench.seconds(4);
    assert!(bench.fires(RuleId::Spo2Lost));
    bench.oxygen(88).seconds(6);
    assert_eq!(bench.act(RuleId::Spo2Floor), Some(LoadAct::Hold));
    bench.second();
    assert_eq!(bench.act(RuleId::Spo2Floor), Some(LoadAct::Fall));
}

#[test]
fn a_fall_of_one_near_the_floor_holds_nothing_on_its_way() {
    let mut bench = steady(91);
    bench.oxygen(90);
    for _ in 0..15 {
        bench.second();
        assert!(!bench.fires(RuleId::Spo2Falling), "down by one");
    }
}

#[test]
fn three_over_the_floor_a_fall_is_not_near_it() {
    let mut bench = steady(94);
    bench.oxygen(91);
    for _ in 0..15 {
        bench.second();
        assert!(!bench.fires(RuleId::Spo2Falling), "91 is three over 88");
    }
}

#[test]
fn rest_counts_each_second_once_however_often_an_oximeter_speaks() {
    // Of each second the first word counts: 96, whatever is said after it.
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Ready).oxygen(96).seconds(20);
    for _ in 0..40 {
        bench.saturation = Some(percent(96));
        bench.speak();
        bench.now = bench.now + core::time::Duration::from_millis(500);
        bench.saturation = Some(percent(90));
        bench.speak();
        bench.now = bench.now + core::time::Duration::from_millis(500);
    }
    bench.phase(PhaseKind::WarmUp).oxygen(92).seconds(60);
    assert!(bench.fires(RuleId::Spo2Fall), "four below 96");
}

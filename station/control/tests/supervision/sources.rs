//! Sources of heart rate against each other, an irregular rhythm that nobody wrote down, and why a sign is doubted.

use core::time::Duration;

use control::input::HeartRateSource;
use control::rules::RuleId;
use control::situation::{Bounds, Response};
use control::view::{Irregular, Reason, Trust};
use protocols::vocabulary::{BeatsPerMinute, MachineReport, Quality, Reading};

use super::bench::{Bench, mets, rate, report};
use super::limiters::{WIDE, dispose, expect};

fn grips(value: u16) -> MachineReport {
    MachineReport {
        heart_rate: BeatsPerMinute::new(value),
        ..report(80, 71)
    }
}

/// Strap, oximeter and machine at rest with one another for 30 s.
fn three(strap: u16, pulse: u16, machine: u16) -> Bench {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(pulse));
    bench.machine = Some(grips(machine));
    bench.heart_rate(strap).seconds(30);
    bench
}

#[test]
fn the_one_of_three_that_differs_from_two_that_agree_is_named() {
    for (strap, pulse, machine, alone) in [
        (100, 100, 100, None),
        (92, 118, 117, Some(HeartRateSource::Strap)),
        (118, 92, 117, Some(HeartRateSource::Oximeter)),
        (100, 99, 130, Some(HeartRateSource::Machine)),
        (90, 104, 118, None),
    ] {
        let agreement = three(strap, pulse, machine)
            .signals
            .agreement(three(strap, pulse, machine).now);
        assert_eq!(agreement.alone, alone, "{strap} {pulse} {machine}");
        assert_eq!(agreement.differ, strap != pulse || machine != 100);
    }
}

#[test]
fn a_difference_is_said_after_fifteen_seconds_above_ten_and_not_at_ten() {
    let mut bench = Bench::with(|bout| bout.sensors.oximeter = false);
    bench.machine = Some(grips(110));
    bench.heart_rate(100).seconds(40);
    assert!(!bench.signals.agreement(bench.now).differ, "by ten");
    bench.machine = Some(grips(111));
    // The mean of ten seconds passes ten with the first second of eleven.
    bench.seconds(14);
    assert!(!bench.signals.agreement(bench.now).differ);
    bench.second();
    assert!(
        bench.signals.agreement(bench.now).differ,
        "strap and machine"
    );
}

#[test]
fn the_machines_pulse_alone_is_never_led_by_and_takes_nothing_away() {
    let mut bench = Bench::with(|bout| bout.sensors.oximeter = false);
    bench.machine = Some(grips(140));
    bench.heart_rate(100).seconds(40);
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
    assert!(bench.signals.heart_rate_trusted(bench.now));
    assert!(!bench.fires(RuleId::HrLimit) && !bench.fires(RuleId::HrSourcesDiffer));
    let view = bench.signals.machine_pulse_view(bench.now);
    assert_eq!(view.source, Some(HeartRateSource::Machine));
    bench.strap = None;
    bench.seconds(30);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    assert!(!bench.signals.agreement(bench.now).differ, "one alone");
}

#[test]
fn a_strap_that_follows_the_pedals_gives_the_lead_to_an_oximeter_that_does_not() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(104));
    bench.machine = Some(report(80, 60));
    bench.heart_rate(104).seconds(15);
    // It steps onto the cadence, and stays there.
    bench.heart_rate(60).seconds(21);
    assert!(bench.fires(RuleId::HrCadenceLock));
    bench.seconds(6);
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    assert!(bench.signals.stands_in());
    assert!(bench.fires(RuleId::HrCadenceLock), "the strap is doubted");
    assert!(bench.signals.heart_rate_trusted(bench.now), "and it alone");
}

#[test]
fn another_source_that_stands_alone_is_named_after_fifteen_seconds_of_its_own() {
    // 110 lies right between strap and pulse: from above it the machine's mean speaks against the strap, from below against the pulse.
    let mut bench = three(100, 120, 111);
    let alone = |bench: &Bench| bench.signals.agreement(bench.now).alone;
    assert_eq!(alone(&bench), Some(HeartRateSource::Strap));
    bench.machine = Some(grips(110));
    bench.seconds(9);
    assert_eq!(alone(&bench), Some(HeartRateSource::Strap), "mean 110.1");
    // The last 111 leaves the ten seconds as the first 109 comes: 109.9, and never 110 between.
    bench.machine = Some(grips(109));
    bench.seconds(14);
    assert_eq!(alone(&bench), None);
    assert!(bench.signals.agreement(bench.now).differ);
    bench.second();
    assert_eq!(alone(&bench), Some(HeartRateSource::Oximeter));
}

#[test]
fn a_source_is_weighed_until_it_is_three_seconds_old() {
    let mut bench = Bench::new();
    // Half of the ten seconds of a mean.
    bench.heart_rate(100).seconds(5);
    let sent_at = bench.now.before(Duration::from_secs(1));
    let strap = |millis| {
        let now = sent_at + Duration::from_millis(millis);
        bench.signals.agreement(now).strap
    };
    assert_eq!(strap(2_999), Some(100.0));
    assert_eq!(strap(3_000), None);
}

/// A minute of a strap that goes up and down by so much.
fn wobbling(size: u16, on_file: bool) -> Bench {
    let mut bench = Bench::with(|bout| {
        bout.patient.atrial_fibrillation = on_file;
        bout.prescription.saturation_required = false;
        bout.sensors.oximeter = false;
    });
    wobble(&mut bench, size, 70);
    bench
}

fn wobble(bench: &mut Bench, size: u16, seconds: u16) {
    for second in 0..seconds {
        bench
            .heart_rate(100 + if second % 2 == 0 { size } else { 0 })
            .second();
    }
}

#[test]
fn a_rhythm_that_varies_like_fibrillation_is_seen_and_calls_nobody() {
    for (size, seen) in [(2, false), (3, true), (6, true)] {
        let bench = wobbling(size, false);
        let irregular = bench.signals.irregular();
        assert_eq!(irregular, seen.then_some(Irregular::Seen), "{size}");
        assert!(bench.alarms.iter().next().is_none(), "{size}");
    }
    assert_eq!(
        wobbling(0, true).signals.irregular(),
        Some(Irregular::OnFile)
    );
}

#[test]
fn a_rhythm_is_seen_from_forty_changes_on_of_two_and_a_half() {
    let mut bench = Bench::with(|bout| bout.sensors.oximeter = false);
    // Changes of 2, 3, 3 and 2: 2.5 over any forty in a row.
    let mut said = [100, 102, 99, 102].into_iter().cycle();
    let mut says = |bench: &mut Bench| {
        bench.heart_rate(said.next().expect("for ever")).second();
    };
    // The running second is left out: 41 values make 40 second values, and 39 changes.
    for _ in 0..41 {
        says(&mut bench);
    }
    assert_eq!(bench.signals.irregular(), None);
    says(&mut bench);
    assert_eq!(bench.signals.irregular(), Some(Irregular::Seen));
}

#[test]
fn a_rhythm_that_was_seen_stays_until_it_is_clearly_regular() {
    let mut bench = wobbling(6, false);
    wobble(&mut bench, 2, 70);
    assert_eq!(bench.signals.irregular(), Some(Irregular::Seen), "by two");
    wobble(&mut bench, 1, 70);
    assert_eq!(bench.signals.irregular(), None, "by one");
}

#[test]
fn numbers_that_no_heart_beats_say_nothing_of_its_rhythm() {
    // Every other value is impossible: no two in a row are left.
    assert_eq!(wobbling(121, false).signals.irregular(), None);
}

#[test]
fn seconds_without_a_value_are_no_part_of_a_rhythm() {
    // Of each three seconds one is silent, and the two others lie 5 apart.
    let mut bench = Bench::with(|bout| bout.sensors.oximeter = false);
    for second in 0..150 {
        match second % 3 {
            0 => bench.strap = Some(rate(100)),
            1 => bench.strap = Some(rate(105)),
            _ => bench.strap = None,
        }
        bench.second();
    }
    // 20 changes in a minute are too few to tell.
    assert_eq!(bench.signals.irregular(), None);
}

#[test]
fn what_is_shown_and_what_predicts_is_then_a_mean_of_fifteen_seconds() {
    let mut bench = wobbling(6, false);
    let shown = bench.signals.heart_rate_view(bench.now).mean_15_s;
    assert!(
        shown.is_some_and(|mean| (102.0..=104.0).contains(&mean)),
        "{shown:?}"
    );
    let predicts = bench.signals.foretelling_heart_rate(bench.now);
    assert_eq!(predicts, shown);
    wobble(&mut bench, 1, 70);
    assert_eq!(bench.signals.irregular(), None, "regular again");
    assert_eq!(bench.signals.heart_rate_view(bench.now).mean_15_s, None);
}

#[test]
fn a_rhythm_that_is_only_seen_switches_off_no_rule() {
    let mut bench = wobbling(6, false);
    assert_eq!(bench.signals.irregular(), Some(Irregular::Seen));
    bench.heart_rate(120).second();
    assert!(bench.fires(RuleId::HrStep));
}

#[test]
fn in_atrial_fibrillation_the_higher_of_two_sources_counts_however_little_they_differ() {
    for (fibrillates, fires) in [(true, true), (false, false)] {
        let mut bench = Bench::with(|bout| bout.patient.atrial_fibrillation = fibrillates);
        bench.pulse = Some(rate(121));
        bench.heart_rate(113).seconds(40);
        assert_eq!(bench.fires(RuleId::HrLimit), fires, "{fibrillates}");
        assert!(!bench.fires(RuleId::HrSourcesDiffer));
    }
}

#[test]
fn a_sign_that_is_doubted_says_by_which_rule_or_by_what_its_device_says() {
    let mut bench = Bench::new();
    bench.heart_rate(100).seconds(10);
    let view = bench.signals.heart_rate_view(bench.now);
    assert_eq!((view.doubted_by, view.quality), (None, None));
    bench.heart_rate(130).second();
    let view = bench.signals.heart_rate_view(bench.now);
    assert_eq!(view.trust, Trust::Doubted);
    assert_eq!(view.doubted_by, Some(RuleId::HrStep));
    bench.pulse = Some(Reading::Value {
        value: BeatsPerMinute::new(100).expect("in range"),
        quality: Quality::Artefact,
    });
    bench.second();
    let view = bench.signals.pulse_view(bench.now);
    assert_eq!(view.quality, Some(Quality::Artefact));
    assert_ne!(view.trust, Trust::Trusted);
}

#[test]
fn while_sources_differ_the_lower_counts_for_a_slow_heart() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(39));
    bench.heart_rate(55).seconds(30);
    assert!(bench.fires(RuleId::HrSourcesDiffer));
    assert!(bench.fires(RuleId::HrLow), "the pulse is under 40");
    // As little as they differ without that, the strap alone counts.
    let mut bench = Bench::new();
    bench.pulse = Some(rate(39));
    bench.heart_rate(45).seconds(30);
    assert!(!bench.fires(RuleId::HrLow));
}

#[test]
fn while_the_oximeter_stands_in_a_defibrillators_detection_is_nearer_by_five() {
    for (pulse, fires) in [(134, false), (135, true)] {
        let mut bench = Bench::with(|bout| {
            if let Some(limits) = bout.prescription.heart_rate.as_mut() {
                limits.icd_detection = Some(150.0);
            }
        });
        bench.pulse = Some(rate(pulse));
        bench.heart_rate(pulse).seconds(20);
        bench.strap = None;
        bench.seconds(20);
        assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
        assert_eq!(bench.fires(RuleId::HrIcd), fires, "{pulse}");
    }
}

#[test]
fn by_twenty_sources_are_not_apart_yet() {
    for (pulse, fires) in [(120, false), (121, true)] {
        let mut bench = Bench::new();
        bench.pulse = Some(rate(pulse));
        bench.heart_rate(100).seconds(60);
        assert_eq!(bench.fires(RuleId::HrSourcesApart), fires, "{pulse}");
    }
}

#[test]
fn a_pulse_of_three_seconds_ago_is_compared_with_nothing() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(100));
    bench.heart_rate(100).seconds(20);
    bench.heart_rate(105).second();
    bench.pulse = Some(rate(96));
    bench.seconds(1);
    bench.pulse = Some(rate(92));
    bench.heart_rate(108).now_is_whole();
    let mut silent = bench.clone();
    let mut seconds = 0;
    while !bench.fires(RuleId::HrSourcesDiffer) {
        bench.speak();
        bench.now = bench.now + Duration::from_secs(1);
        seconds += 1;
        assert!(seconds < 60, "it never fires");
    }
    // Where the pulse fell silent three seconds before that second, its last word has just become too old.
    for _ in 0..seconds - 3 {
        silent.speak();
        silent.now = silent.now + Duration::from_secs(1);
    }
    silent.pulse = None;
    for _ in 0..3 {
        silent.speak();
        silent.now = silent.now + Duration::from_secs(1);
    }
    assert!(!silent.fires(RuleId::HrSourcesDiffer));
}

#[test]
fn while_the_oximeter_stands_in_the_foretold_and_the_high_are_nearer_by_five() {
    let stood_in = |pulse| {
        let mut bench = Bench::with(|bout| {
            bout.patient.denervated = true;
            bout.prescription.ceiling = mets(10.0);
            bout.prescription.heart_rate_required = false;
        });
        bench.granted(5.0);
        bench.pulse = Some(rate(pulse));
        bench.heart_rate(pulse).seconds(20);
        bench.strap = None;
        bench.seconds(60);
        bench
    };
    // H 120 is 115: (100 - 70 + (115 - 100) / 0.393) / 13.
    let mut bench = stood_in(100);
    bench.situation.response = Some(Response {
        gain: 10.0,
        rest: 70.0,
    });
    expect(
        &mut bench,
        5.3,
        &WIDE,
        (30.0 + 15.0 / 0.393) / 13.0,
        Reason::Prediction,
    );
    // A number that its device does not believe forbids a rise from 115 on as from 120 else, also where nobody requires it.
    let bounds = Bounds { rise: 9.0, ..WIDE };
    for (pulse, rises) in [(114, true), (115, false)] {
        let mut bench = stood_in(100);
        bench.pulse = Some(Reading::Value {
            value: BeatsPerMinute::new(pulse).expect("in range"),
            quality: Quality::LowPerfusion,
        });
        bench.seconds(2);
        let load = dispose(&mut bench, 5.5, &bounds);
        assert_eq!(load.binding() == Reason::AsProposed, rises, "{pulse}");
    }
}

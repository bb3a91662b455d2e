//! What signals take in and what they leave: late readings and reports, sensors that nobody wears, links, who leads and for how long it
//! has been trusted.

use core::time::Duration;

use control::input::{Device, HeartRateSource, Input, LinkState};
use control::rules::{LoadAct, RuleId};
use control::situation::Stimulus;
use control::view::Trust;
use protocols::vocabulary::{Absence, Quality, Reading, Timestamp, Watts};

use super::bench::{Bench, flagged, rate, report};

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// The strap says this now, and sent it then.
fn strap_says(bench: &mut Bench, value: u16, sent_at: Timestamp) {
    let input = Input::HeartRate {
        source: HeartRateSource::Strap,
        reading: rate(value),
        sent_at,
    };
    bench.turn(&input, Stimulus::Signals);
}

#[test]
fn a_reading_that_was_overtaken_is_dropped_and_one_of_the_same_instant_counts() {
    let mut bench = Bench::new();
    bench.now = at(1_000_900);
    let shown = |bench: &Bench| {
        (
            bench.signals.heart_rate(bench.now),
            bench.signals.heart_rate_trusted_at(),
        )
    };
    strap_says(&mut bench, 100, at(1_000_500));
    assert_eq!(shown(&bench), (Some(100.0), Some(at(1_000_500))));
    strap_says(&mut bench, 103, at(1_000_499));
    assert_eq!(shown(&bench), (Some(100.0), Some(at(1_000_500))));
    strap_says(&mut bench, 104, at(1_000_500));
    assert_eq!(shown(&bench), (Some(104.0), Some(at(1_000_500))));
}

#[test]
fn the_heart_rate_was_trusted_last_when_the_source_that_leads_sent_it() {
    let mut bench = Bench::new();
    bench.now = at(1_000_000);
    bench.read_rate(HeartRateSource::Strap, rate(100));
    bench.now = at(1_000_500);
    bench.read_rate(HeartRateSource::Oximeter, rate(100));
    assert_eq!(
        bench.signals.heart_rate_trusted_at(),
        Some(at(1_000_000)),
        "the pulse is beside it"
    );
}

#[test]
fn a_report_that_was_overtaken_is_dropped_and_one_of_the_same_instant_counts() {
    let mut bench = Bench::new();
    bench.now = at(1_000_900);
    for (watts, sent_at, taken) in [
        (80, 1_000_500, true),
        (90, 1_000_499, false),
        (100, 1_000_500, true),
    ] {
        let input = Input::Machine {
            report: report(watts, 71),
            sent_at: at(sent_at),
        };
        assert_eq!(bench.signals.take(bench.now, &input), taken, "{watts}");
    }
    let (said, sent_at) = bench.signals.machine().expect("it reported");
    assert_eq!(said.power, Watts::new(100));
    assert_eq!(sent_at, at(1_000_500));
}

#[test]
fn a_sensor_that_nobody_wears_says_nothing() {
    let strap = HeartRateSource::Strap;
    let oximeter = HeartRateSource::Oximeter;
    for (worn, silent) in [(strap, oximeter), (oximeter, strap)] {
        let mut bench = Bench::with(|bout| {
            bout.sensors.strap = worn == strap;
            bout.sensors.oximeter = worn == oximeter;
        });
        for (source, counts) in [
            (worn, true),
            (silent, false),
            (HeartRateSource::Machine, true),
        ] {
            let input = Input::HeartRate {
                source,
                reading: rate(100),
                sent_at: bench.now,
            };
            let changed = bench.signals.take(bench.now, &input);
            assert_eq!(changed, counts, "{source:?} with {worn:?}");
        }
    }
}

#[test]
fn each_device_has_a_link_of_its_own() {
    let devices = [Device::Machine, Device::Strap, Device::Oximeter];
    for up in devices {
        let mut bench = Bench::new();
        let input = Input::Link {
            device: up,
            state: LinkState::Up,
        };
        bench.signals.take(bench.now, &input);
        for device in devices {
            let state = if device == up {
                LinkState::Up
            } else {
                LinkState::Silent
            };
            assert_eq!(bench.signals.link(device), state, "{device:?}");
        }
    }
}

#[test]
fn where_nothing_was_trusted_there_is_no_mean() {
    let mut bench = Bench::new();
    bench.strap = Some(Reading::Missing(Absence::Searching));
    bench.seconds(5);
    assert_eq!(bench.signals.heart_rate_mean(bench.now, 5), None);
}

#[test]
fn a_mean_ends_with_the_second_that_came_last_or_with_the_running_one_where_a_whole_one_is_missing()
{
    let mut bench = Bench::new();
    bench.heart_rate(100).oxygen(96).seconds(8);
    let last = bench.now.before(Duration::from_secs(1));
    let counted = |millis| {
        let now = last + Duration::from_millis(millis);
        let (signals, seconds) = (&bench.signals, 5);
        (
            signals.heart_rate_mean(now, seconds),
            signals.saturation_mean(now, seconds),
        )
    };
    // Nothing came yet in the second after the last: still all five.
    assert_eq!(counted(1_999), (Some((100.0, 5)), Some((96.0, 5))));
    // A whole second without: of the five that end with the running one, the first three.
    assert_eq!(counted(2_000), (Some((100.0, 3)), Some((96.0, 3))));
}

#[test]
fn what_is_foretold_rests_on_five_trusted_seconds_of_the_last_ten() {
    let mut bench = Bench::new();
    bench.heart_rate(100).oxygen(96).seconds(4);
    assert_eq!(bench.signals.foretelling_heart_rate(bench.now), None);
    assert_eq!(bench.signals.foretelling_saturation(bench.now), None);
    bench.second();
    let (signals, now) = (&bench.signals, bench.now);
    assert_eq!(signals.foretelling_heart_rate(now), Some(100.0));
    assert_eq!(signals.foretelling_saturation(now), Some(96.0));
}

#[test]
fn trust_lasts_from_its_first_reading_through_silences_of_three_seconds_and_no_longer_ones() {
    let mut bench = Bench::new();
    let lasts = |bench: &Bench| bench.signals.heart_rate_trusted_for(bench.now);
    let says = |bench: &mut Bench, millis, reading| {
        bench.now = at(millis);
        bench.read_rate(HeartRateSource::Strap, reading);
    };
    says(&mut bench, 1_000_000, rate(100));
    assert_eq!(lasts(&bench), Duration::ZERO);
    bench.now = at(1_002_999);
    assert_eq!(lasts(&bench), Duration::from_millis(2_999));
    says(&mut bench, 1_003_000, rate(100));
    assert_eq!(lasts(&bench), Duration::from_secs(3));
    bench.now = at(1_006_000);
    assert_eq!(lasts(&bench), Duration::ZERO, "three seconds of nothing");
    says(&mut bench, 1_006_001, rate(100));
    assert_eq!(lasts(&bench), Duration::ZERO);
    bench.now = at(1_007_001);
    assert_eq!(lasts(&bench), Duration::from_secs(1));
    says(&mut bench, 1_007_500, Reading::Missing(Absence::NoContact));
    says(&mut bench, 1_008_000, rate(100));
    assert_eq!(lasts(&bench), Duration::ZERO, "contact was lost");
}

/// Strap and oximeter for 20 s; then the strap is silent until the pulse leads.
fn pulse_leads(value: u16, bench: &mut Bench) {
    bench.pulse = Some(rate(value));
    bench.heart_rate(value).seconds(20);
    bench.strap = None;
    bench.seconds(6);
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    assert!(bench.signals.oximeter_leads());
}

#[test]
fn a_strap_leads_before_an_oximeter_and_an_oximeter_where_no_strap_is_worn() {
    for (strap, oximeter, lead) in [
        (true, true, Some(HeartRateSource::Strap)),
        (true, false, Some(HeartRateSource::Strap)),
        (false, true, Some(HeartRateSource::Oximeter)),
        (false, false, None),
    ] {
        let mut bench = Bench::with(|bout| {
            bout.sensors.strap = strap;
            bout.sensors.oximeter = oximeter;
        });
        bench.pulse = Some(rate(100));
        bench.seconds(10);
        let signals = &bench.signals;
        assert_eq!(signals.lead(), lead);
        assert_eq!(signals.oximeter_leads(), oximeter && !strap);
        assert!(!signals.stands_in(), "for nothing that was lost");
    }
}

#[test]
fn an_oximeter_that_leads_keeps_the_lead_while_it_has_nothing_to_say() {
    let mut bench = Bench::new();
    pulse_leads(100, &mut bench);
    bench.pulse = Some(Reading::Missing(Absence::Searching));
    bench.seconds(20);
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    assert!(bench.signals.stands_in());
}

#[test]
fn load_does_not_rise_for_thirty_seconds_after_the_pulse_took_over() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(98));
    bench.seconds(20);
    // Five seconds after the strap's last reading.
    let took_over = bench.now + Duration::from_secs(4);
    bench.strap = None;
    bench.seconds(5);
    let lately = |millis| {
        let now = took_over + Duration::from_millis(millis);
        bench.signals.took_over_lately(now)
    };
    assert!(lately(29_999));
    assert!(!lately(30_000));
}

#[test]
fn a_pulse_is_believed_beside_a_strap_that_is_doubted_alone() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(100));
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    bench.granted(3.2);
    beside_a_living_pulse(&mut bench, 50);
    assert!(bench.fires(RuleId::HrStuck));
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    assert!(bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(bench.signals.pulse_view(bench.now).trust, Trust::Trusted);
    assert_eq!(
        bench.signals.heart_rate_view(bench.now).doubted_by,
        Some(RuleId::HrStuck)
    );
}

/// The pulse moves by a beat as hearts do.
fn beside_a_living_pulse(bench: &mut Bench, seconds: u16) {
    for second in 0..seconds {
        bench.pulse = Some(rate(100 + second % 2));
        bench.second();
    }
}

/// Its number may have stood still before it led: nobody looked, as nothing rested on it.
#[test]
fn a_pulse_that_stands_still_in_a_straps_place_is_held_and_doubted_as_a_strap_is() {
    let mut bench = Bench::new();
    pulse_leads(100, &mut bench);
    beside_a_living_pulse(&mut bench, 40);
    assert!(bench.signals.heart_rate_trusted(bench.now));
    let still = rate(104);
    bench.pulse = Some(still);
    bench.second();
    bench.granted(3.2).seconds(19);
    assert!(!bench.fires(RuleId::HrStill));
    bench.second();
    assert_eq!(bench.act(RuleId::HrStill), Some(LoadAct::Hold));
    bench.seconds(24);
    assert!(!bench.fires(RuleId::HrStuck));
    bench.second();
    assert!(bench.fires(RuleId::HrStuck));
    assert!(
        !bench.signals.heart_rate_trusted(bench.now),
        "in that very call"
    );
    bench.seconds(12);
    assert_eq!(bench.act(RuleId::HrLost), Some(LoadAct::Fall));
    assert_eq!(bench.signals.pulse_view(bench.now).trust, Trust::Lost);
    // It moves again: trusted after the ten seconds of the rule's end.
    beside_a_living_pulse(&mut bench, 9);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    beside_a_living_pulse(&mut bench, 5);
    assert!(!bench.fires(RuleId::HrStuck));
    assert!(bench.signals.heart_rate_trusted(bench.now));
}

/// No strap is worn, and the pulse is all there is.
#[test]
fn a_pulse_that_leads_alone_and_stands_still_is_doubted() {
    let mut bench = Bench::with(|bout| bout.sensors.strap = false);
    bench.strap = None;
    beside_a_living_pulse(&mut bench, 30);
    assert!(bench.signals.heart_rate_trusted(bench.now));
    bench.pulse = Some(rate(104));
    bench.second();
    bench.granted(3.2).seconds(46);
    assert!(bench.fires(RuleId::HrStuck));
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    let view = bench.signals.pulse_view(bench.now);
    assert_eq!(view.doubted_by, Some(RuleId::HrStuck));
    assert_eq!(view.trust, Trust::Doubted);
}

#[test]
fn a_stuck_strap_and_a_stuck_pulse_are_both_doubted_and_neither_stands_in() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(100));
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    bench.granted(3.2).seconds(60);
    assert!(bench.fires(RuleId::HrStuck));
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(bench.signals.strap_doubted_by(), Some(RuleId::HrStuck));
    // A strap that is well again is believed after the ten seconds of the rule's end, and leads again after ten more, whatever the
    // pulse says.
    for second in 0..18 {
        bench.heart_rate(101 + second % 3).second();
        assert!(!bench.signals.heart_rate_trusted(bench.now), "{second}");
    }
    for second in 0..4 {
        bench.heart_rate(101 + second % 3).second();
    }
    assert!(bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
    assert!(bench.fires(RuleId::HrStuck), "the pulse still stands");
    let doubted = (
        bench.signals.strap_doubted_by(),
        bench.signals.pulse_view(bench.now).doubted_by,
    );
    assert_eq!(doubted, (None, Some(RuleId::HrStuck)), "it is the pulse's");
    assert_eq!(bench.act(RuleId::HrStill), None, "no load rests on it");
    beside_a_living_pulse(&mut bench, 12);
    assert!(!bench.fires(RuleId::HrStuck));
}

/// The wall shows the number that leads, and the alarm beside it tells that one.
#[test]
fn of_two_that_stand_still_the_one_that_leads_is_told() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(104));
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    bench.granted(3.2).seconds(60);
    let told = bench
        .alarms
        .iter()
        .find(|alarm| alarm.rule == RuleId::HrStuck);
    assert_eq!(told.and_then(|alarm| alarm.value), Some(104.0));
}

/// A rule that fired for the strap ends with the strap, though what made it fire does not hold just now.
#[test]
fn a_strap_that_goes_on_standing_still_is_asked_about_though_the_pulse_moves_and_load_does() {
    let mut bench = Bench::new();
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    bench.granted(3.2);
    beside_a_living_pulse(&mut bench, 50);
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    beside_a_living_pulse(&mut bench, 70);
    assert!(bench.fires(RuleId::HrStillLevel));
    bench.granted(2.9);
    beside_a_living_pulse(&mut bench, 20);
    assert!(bench.fires(RuleId::HrStillLevel), "it has not moved");
    bench.heart_rate(101);
    beside_a_living_pulse(&mut bench, 1);
    assert!(!bench.fires(RuleId::HrStillLevel));
}

/// A pulse that led in a lost strap's place, and stands still now.
fn stuck_in_its_place() -> Bench {
    let mut bench = Bench::new();
    pulse_leads(100, &mut bench);
    beside_a_living_pulse(&mut bench, 40);
    bench.pulse = Some(rate(104));
    bench.second();
    bench.granted(3.2).seconds(50);
    assert!(bench.fires(RuleId::HrStuck));
    bench
}

/// The strap leads for a moment, and falls silent before the doubt of the pulse has had its ten seconds: the pulse may lead once it has.
#[test]
fn a_doubted_pulse_is_looked_at_while_it_does_not_lead() {
    let mut bench = stuck_in_its_place();
    for second in 0..12 {
        bench.heart_rate(102 + second % 2).second();
    }
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
    assert!(
        bench.fires(RuleId::HrStuck),
        "the pulse stands still, whoever leads"
    );
    bench.strap = None;
    bench.seconds(20);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    beside_a_living_pulse(&mut bench, 25);
    assert!(!bench.fires(RuleId::HrStuck));
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    assert!(bench.signals.heart_rate_trusted(bench.now));
}

/// One other number, and then nothing: that is not ten seconds of numbers that move.
#[test]
fn a_doubt_of_the_pulse_does_not_end_while_the_pulse_says_nothing() {
    let mut bench = stuck_in_its_place();
    bench.pulse = Some(rate(105));
    bench.second();
    bench.pulse = Some(Reading::Missing(Absence::Searching));
    bench.seconds(30);
    bench.pulse = Some(rate(105));
    bench.second();
    assert!(!bench.signals.heart_rate_trusted(bench.now));
}

/// A sensor that counts steps or turns, in the place of a strap.
#[test]
fn a_pulse_that_follows_the_pedals_in_a_straps_place_is_doubted() {
    let mut bench = Bench::new();
    pulse_leads(100, &mut bench);
    beside_a_living_pulse(&mut bench, 40);
    for second in 0..60_u16 {
        let cadence = if second < 20 { 50 } else { 56 };
        bench.machine = Some(report(60, cadence));
        bench.pulse = Some(rate(2 * cadence + second % 2));
        bench.second();
    }
    assert!(bench.fires(RuleId::HrCadenceLock));
    assert!(!bench.signals.heart_rate_trusted(bench.now));
}

/// It was the strap that did not rise, and the pulse that came in its place does not either: two that agree refute the doubt of a sensor,
/// and the load is held until a person has looked. A pulse that leads already is doubted itself.
#[test]
fn who_does_not_rise_with_load_is_doubted_and_not_who_comes_in_its_place() {
    for by_pulse in [false, true] {
        let mut bench = Bench::new();
        bench.pulse = Some(rate(100));
        bench.heart_rate(100).granted(2.0).seconds(30);
        if by_pulse {
            bench.strap = None;
        }
        for second in 0..400_u16 {
            if !by_pulse {
                bench.heart_rate(100 + second % 2);
            }
            bench.granted(if second < 60 { 2.0 } else { 3.4 });
            bench.pulse = Some(rate(100 + second % 2));
            bench.second();
        }
        assert!(bench.fires(RuleId::HrNoRiseTold), "{by_pulse}");
        assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
        assert_eq!(bench.signals.heart_rate_trusted(bench.now), !by_pulse);
        if by_pulse {
            for second in 0..15 {
                bench.heart_rate(100 + second % 2).second();
            }
            assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
            assert!(
                bench.signals.heart_rate_trusted(bench.now),
                "nobody doubts the strap"
            );
        }
    }
}

/// Both count turns, and the strap is well again before the oximeter is: it does not wait.
#[test]
fn of_two_that_follow_the_pedals_each_is_cleared_by_itself() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(100));
    bench.heart_rate(100).seconds(5);
    let goes_on = |bench: &mut Bench, second: u16, strap: u16| {
        let cadence = [50, 56][usize::from(second / 20 % 2)];
        bench.machine = Some(report(60, cadence));
        bench.pulse = Some(rate(2 * cadence + second % 2));
        let strap = if strap == 0 {
            2 * cadence + second % 2
        } else {
            strap
        };
        bench.heart_rate(strap).second();
    };
    for second in 0..120 {
        goes_on(&mut bench, second, 0);
    }
    let doubted = |bench: &Bench| {
        let (strap, pulse) = (
            bench.signals.heart_rate_view(bench.now).doubted_by,
            bench.signals.pulse_view(bench.now).doubted_by,
        );
        (strap, pulse)
    };
    let lock = Some(RuleId::HrCadenceLock);
    assert_eq!(doubted(&bench), (lock, lock));
    // The strap comes away from the pedals beat by beat, so that no step gives it away.
    for second in 120..180 {
        let strap = (100 + (second - 119) * 2 / 3).min(130);
        goes_on(&mut bench, second, strap + second % 2);
    }
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
    assert!(bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(bench.signals.pulse_view(bench.now).doubted_by, lock);
}

/// The strap goes up from 100 with the load and lives around 113; the oximeter's number stays at 100.
fn beside_a_dead_pulse() -> Bench {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(100));
    bench.heart_rate(99).granted(2.0).second();
    bench.heart_rate(100).seconds(20);
    bench.granted(2.3);
    for second in 0..26_u16 {
        bench.heart_rate(100 + second / 2).second();
    }
    bench
}

fn lives(bench: &mut Bench, around: u16, seconds: u16) {
    for second in 0..seconds {
        bench.heart_rate(around + second % 2).second();
    }
}

#[test]
fn a_dead_pulse_is_found_beside_a_strap_that_is_well_and_holds_nothing() {
    let mut bench = beside_a_dead_pulse();
    // As long as it says no other rate than the strap nobody looks at it.
    assert!(!bench.fires(RuleId::HrStuck));
    lives(&mut bench, 113, 36);
    assert!(bench.fires(RuleId::HrStuck));
    assert!(!bench.fires(RuleId::HrSourcesDiffer));
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
    assert!(bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(
        bench.signals.pulse_view(bench.now).doubted_by,
        Some(RuleId::HrStuck)
    );
    lives(&mut bench, 123, 60);
    assert!(!bench.fires(RuleId::HrSourcesApart) && !bench.fires(RuleId::HrSourcesDiffer));
    // One number that moves now and then is no life.
    for second in 0..300 {
        bench.granted(if second / 25 % 2 == 0 { 2.0 } else { 2.3 });
        bench.pulse = Some(rate(100 + second / 50 % 2));
        bench.heart_rate(123 + second % 2).second();
        assert!(!bench.fires(RuleId::HrSourcesDiffer), "{second}");
    }
    // It lives again, and says otherwise again.
    for second in 0..100 {
        bench.pulse = Some(rate(100 + second % 3));
        bench.heart_rate(123 + second % 2).second();
    }
    assert!(!bench.fires(RuleId::HrStuck));
    assert!(bench.fires(RuleId::HrSourcesDiffer));
}

#[test]
fn a_strap_that_does_not_rise_beside_a_dead_pulse_is_doubted_itself() {
    let mut bench = beside_a_dead_pulse();
    lives(&mut bench, 113, 300);
    assert!(bench.fires(RuleId::HrStuck));
    bench.granted(3.4);
    lives(&mut bench, 113, 212);
    assert!(bench.fires(RuleId::HrNoRiseTold));
    assert!(!bench.signals.heart_rate_trusted(bench.now));
}

/// What a silent strap would say nobody can tell: it is doubted until it has moved.
#[test]
fn a_strap_that_was_stuck_and_falls_silent_is_not_well_by_the_pulse_that_moves() {
    let mut bench = Bench::new();
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    bench.granted(3.2);
    beside_a_living_pulse(&mut bench, 50);
    assert!(bench.fires(RuleId::HrStuck));
    bench.strap = None;
    beside_a_living_pulse(&mut bench, 60);
    assert!(bench.fires(RuleId::HrStuck));
    assert!(
        bench.signals.heart_rate_trusted(bench.now),
        "the pulse leads"
    );
    for second in 0..14 {
        bench.pulse = Some(rate(100 + second % 2));
        bench.heart_rate(100 + second % 3).second();
    }
    assert!(!bench.fires(RuleId::HrStuck));
}

#[test]
fn neither_of_two_sources_that_are_far_apart_is_believed() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(121));
    bench.heart_rate(100).seconds(22);
    assert!(bench.fires(RuleId::HrSourcesApart));
    assert_eq!(bench.signals.pulse_view(bench.now).trust, Trust::Doubted);
    assert_eq!(
        bench.signals.heart_rate_view(bench.now).trust,
        Trust::Doubted
    );
}

#[test]
fn a_saturation_that_a_rule_doubts_is_not_trusted_whatever_its_number() {
    let mut bench = Bench::new();
    bench.oxygen(96).seconds(20);
    let first = bench.now;
    bench.saturation = Some(flagged(96, Quality::LowPerfusion));
    bench.seconds(15);
    // The doubt is there five seconds after the first one, before the sixth is read.
    assert_eq!(
        bench.signals.saturation_trusted_at(),
        Some(first + Duration::from_secs(4))
    );
}

#[test]
fn a_silent_strap_speaks_for_no_pulse_that_stands_in_for_it() {
    let mut bench = Bench::with(|bout| {
        if let Some(limits) = bout.prescription.heart_rate.as_mut() {
            limits.icd_detection = Some(150.0);
        }
    });
    pulse_leads(127, &mut bench);
    // Ten below the detection, and 5 more while it stands in. A second source would make it stop at once.
    bench.pulse = Some(rate(135));
    bench.speak();
    assert_eq!(bench.act(RuleId::HrIcd), Some(LoadAct::Fall));
}

#[test]
fn two_readings_of_one_second_that_lie_more_than_eight_apart_are_a_step() {
    for (to, step) in [(108, false), (109, true)] {
        let mut bench = Bench::new();
        bench.read_rate(HeartRateSource::Strap, rate(100));
        bench.now = bench.now + Duration::from_millis(500);
        bench.read_rate(HeartRateSource::Strap, rate(to));
        assert_eq!(bench.fires(RuleId::HrStep), step, "{to}");
        assert_eq!(bench.signals.heart_rate_trusted(bench.now), !step, "{to}");
    }
}

#[test]
fn an_impossible_value_after_a_step_is_told_as_such_and_begins_the_good_run_anew() {
    let mut bench = Bench::new();
    bench.heart_rate(100).seconds(15);
    bench.heart_rate(130).second();
    bench.heart_rate(100).seconds(5);
    bench.heart_rate(225).second();
    assert!(bench.fires(RuleId::HrImplausible));
    assert!(!bench.fires(RuleId::HrStep));
    // Ten seconds from the first good one on: the eleventh of them is trusted.
    bench.heart_rate(100).seconds(10);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    bench.second();
    assert!(bench.signals.heart_rate_trusted(bench.now));
}

#[test]
fn a_mean_ends_with_the_second_that_was_told_last_and_then_with_the_running_one() {
    let mut bench = Bench::new();
    bench.heart_rate(100).seconds(20);
    // The next second has begun, and nothing came in it yet: the five before it count.
    let count = |bench: &Bench| {
        let mean = bench.signals.heart_rate_mean(bench.now, 5);
        mean.map(|(_, count)| count)
    };
    assert_eq!(count(&bench), Some(5));
    // Two seconds later the window has gone on over two that told nothing; the running one is the third.
    bench.strap = None;
    bench.seconds(2);
    assert_eq!(count(&bench), Some(2));
}

/// Ten readings after a step have to be with the pulse. One that has stood for 45 s is stuck, and with nobody; a second before it is a heart's.
#[test]
fn a_pulse_that_has_stood_for_45_seconds_confirms_no_step() {
    for (steps_after, confirmed) in [(33, true), (34, false)] {
        let mut bench = Bench::new();
        bench.pulse = Some(rate(100));
        bench.heart_rate(92).second();
        bench.pulse = Some(rate(101));
        for second in 0..steps_after {
            bench.heart_rate(92 + second % 2).second();
        }
        for second in 0..30 {
            bench.heart_rate(110 + second % 2).second();
        }
        assert_eq!(bench.fires(RuleId::HrStep), !confirmed, "{steps_after}");
    }
}

/// A pulse that was dead is a witness again when it has lived for a minute, in the call of that minute's last tenth, in which the strap speaks:
/// 15 s later the two are said to differ.
#[test]
fn a_pulse_that_was_dead_is_a_witness_again_after_a_minute_of_life() {
    let mut bench = beside_a_dead_pulse();
    lives(&mut bench, 123, 60);
    assert!(bench.fires(RuleId::HrStuck));
    let lived = |bench: &mut Bench, rule: RuleId, fires: bool| {
        let mut tenths = 0;
        while bench.fires(rule) != fires {
            if bench.now.as_millis().is_multiple_of(1_000) {
                let second = u16::try_from(bench.now.as_secs() % 3).expect("small");
                bench.pulse = Some(rate(100 + second));
                bench.heart_rate(123 + second % 2);
            }
            if bench.now.as_millis() % 1_000 == 900 {
                bench.read_rate(HeartRateSource::Strap, rate(123));
            }
            bench.tenth();
            tenths += 1;
            assert!(tenths < 2_000, "{rule}");
        }
        tenths
    };
    lived(&mut bench, RuleId::HrStuck, false);
    assert_eq!(lived(&mut bench, RuleId::HrSourcesDiffer, true), 749);
}

//! Signals that come and go: no gap is long enough for a stage that calls, and the load is held all the same.

use core::time::Duration;

use control::rules::{LoadAct, Priority, RuleId};
use protocols::vocabulary::Timestamp;

use super::bench::{Bench, no_finger, percent, rate};

/// A sensor that speaks for some seconds and is silent, or sees nothing, for some, over and over.
struct Gaps {
    rule: RuleId,
    /// Takes the sensor's word away, or gives it back.
    speaks: fn(&mut Bench, bool),
    silent_s: u64,
    speaks_s: u64,
    /// For so long it has to speak until the rule is over.
    clear_s: u64,
}

const ALL: [Gaps; 3] = [
    Gaps {
        rule: RuleId::HrLost,
        speaks: |bench, speaks| bench.strap = speaks.then(|| rate(100)),
        silent_s: 8,
        speaks_s: 2,
        clear_s: 10,
    },
    Gaps {
        rule: RuleId::Spo2Lost,
        speaks: |bench, speaks| bench.saturation = speaks.then(|| percent(96)),
        silent_s: 8,
        speaks_s: 2,
        clear_s: 10,
    },
    Gaps {
        rule: RuleId::WeakPulse,
        speaks: |bench, speaks| {
            bench.saturation = Some(if speaks { percent(96) } else { no_finger() });
        },
        silent_s: 3,
        speaks_s: 3,
        clear_s: 5,
    },
];

impl Gaps {
    /// A tenth of a second on.
    fn tenth(&self, bench: &mut Bench, began: Timestamp) {
        let into = bench.now.since(began).as_secs() % (self.silent_s + self.speaks_s);
        (self.speaks)(bench, into >= self.silent_s);
        bench.tenth();
    }

    /// Runs until the rule has come to its first stage; says when that was, and when the first gap began.
    fn until_held(&self, bench: &mut Bench) -> (Timestamp, Timestamp) {
        let began = bench.now;
        while !bench.fires(self.rule) {
            assert!(bench.now.since(began) < Duration::from_secs(20));
            self.tenth(bench, began);
        }
        (began, bench.now.before(Duration::from_millis(100)))
    }
}

fn well() -> Bench {
    let mut bench = Bench::new();
    bench.beats = true;
    bench.seconds(30).now_is_whole();
    bench
}

#[test]
fn who_holds_the_load_for_a_minute_calls_then_and_not_a_tick_before() {
    for gaps in &ALL {
        let mut bench = well();
        let (began, held) = gaps.until_held(&mut bench);
        let due = held + Duration::from_mins(1);
        while bench.now < due {
            gaps.tenth(&mut bench, began);
            let standing = bench.supervisor.standing(gaps.rule);
            assert_eq!(standing, (Some(LoadAct::Hold), None), "{}", gaps.rule);
        }
        gaps.tenth(&mut bench, began);
        assert_eq!(bench.tell(gaps.rule), Some(Priority::Low), "{}", gaps.rule);
        assert_eq!(bench.act(gaps.rule), Some(LoadAct::Hold), "{}", gaps.rule);
        // It calls once, and whoever has seen it is not called again.
        bench.acknowledge(gaps.rule);
        let told = |bench: &Bench| {
            let told = bench.supervisor.tells().find(|told| told.rule == gaps.rule);
            told.map(|told| (told.priority, told.seen, told.latched))
        };
        for _ in 0..1_800 {
            gaps.tenth(&mut bench, began);
            assert_eq!(told(&bench), Some((Priority::Low, true, false)));
        }
        // And it is over when the signal is there for as long as it has to be.
        (gaps.speaks)(&mut bench, true);
        for _ in 0..(gaps.clear_s + 2) * 10 {
            bench.tenth();
        }
        assert!(!bench.fires(gaps.rule), "{}", gaps.rule);
    }
}

#[test]
fn a_minute_counts_from_the_first_gap_that_was_not_over() {
    for gaps in &ALL {
        let mut bench = well();
        for _ in 0..20 {
            let (began, _) = gaps.until_held(&mut bench);
            // The signal is back for long enough each time.
            (gaps.speaks)(&mut bench, true);
            while bench.fires(gaps.rule) {
                assert!(bench.now.since(began) < Duration::from_secs(30));
                assert_eq!(bench.tell(gaps.rule), None, "{}", gaps.rule);
                bench.tenth();
            }
            bench.now_is_whole();
        }
    }
}

#[test]
fn a_gap_that_is_long_enough_calls_as_ever_and_by_its_own_priority() {
    let mut bench = well();
    let strap = &ALL[0];
    let (began, held) = strap.until_held(&mut bench);
    while bench.now.since(held) < Duration::from_secs(70) {
        strap.tenth(&mut bench, began);
    }
    assert_eq!(bench.tell(RuleId::HrLost), Some(Priority::Low));
    bench.acknowledge(RuleId::HrLost);
    bench.strap = None;
    bench.seconds(20);
    let told = bench
        .supervisor
        .tells()
        .find(|told| told.rule == RuleId::HrLost);
    let told = told.map(|told| (told.priority, told.seen, told.act));
    assert_eq!(told, Some((Priority::Medium, false, Some(LoadAct::Fall))));
}

//! The core takes no memory. The crate is `no_std` without `alloc`, so that it could not; this is the proof from outside, the vocabulary
//! and `libm` included: an allocator that counts.

use control::input::{Action, Input};
use control::outputs::Outputs;
use control::view::PhaseKind;

use crate::bench::{Bench, cycle, heart_rate_held, setup, treadmill};

/// One tenth of a second; how often the core took memory in it.
fn tenth(bench: &mut Bench, extra: Option<Action>) -> u64 {
    let mut inputs = bench.due();
    inputs.extend(extra.map(Input::Operator));
    let now = bench.now();
    let mut taken = 0;
    for input in inputs {
        let mut outputs = Outputs::default();
        let mut station = bench.station.clone();
        taken += allocation_counter::measure(|| {
            station.handle(now, &input, &mut outputs);
            let _ = std::hint::black_box(station.view());
        })
        .count_total;
        bench.send(&input);
    }
    taken
}

#[test]
fn a_bout_takes_no_memory() {
    for belt in [false, true] {
        let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
        bench.begin(&setup(heart_rate_held(), belt));
        let mut taken = 0;
        for second in 0..1_500_u64 {
            // A strap that falls silent, a stop, and a person who goes on.
            bench.strap_on = !(500..560).contains(&second);
            let act = match second {
                700 => Some(Action::Stop),
                710 => Some(Action::AcknowledgeAll),
                730 => Some(Action::Resume),
                _ => None,
            };
            taken += tenth(&mut bench, act);
            for _ in 1..10 {
                taken += tenth(&mut bench, None);
            }
        }
        assert_eq!(taken, 0);
        assert!(
            bench
                .phases
                .iter()
                .any(|(_, phase)| *phase == PhaseKind::Stopped)
        );
        assert!(!bench.commands.is_empty() && !bench.raised.is_empty());
    }
    // The counter counts.
    let counted = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 64])));
    assert!(counted.count_total > 0);
}

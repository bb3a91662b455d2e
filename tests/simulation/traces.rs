//! The three printed traces of `controllers.md` 4.1, to the printed digits, by the law as `station simulate --law-alone` runs it.

use station::simulation::cohort::{Cohort, TrialPatient};
use station::simulation::law_alone;
use station::simulation::session::{Observer, Plan, Second};

/// Conditioning begins after so many seconds.
const BEGINS_S: u32 = 360;

/// t, mean, reading, u, and the machine's watts, or speed (m/s) and grade (per cent).
type Printed = (u32, f64, u16, f64, (f64, f64));

#[derive(Default)]
struct Seconds(Vec<Second>);

impl Observer for Seconds {
    fn passed(&mut self, second: &Second) {
        self.0.push(*second);
    }
}

fn patient(seed: u64) -> TrialPatient {
    Cohort::reference()
        .patients
        .into_iter()
        .find(|patient| patient.seed == seed)
        .expect("of the reference cohort")
}

fn near(is: f64, printed: f64, digit: f64) -> bool {
    (is - printed).abs() <= digit / 2.0 + 1e-9
}

/// RMSE, RMSE of the mean, control power, overshoot of the mean, settling.
type Figures = (f64, f64, f64, f64, u32);

fn check(seed: u64, rows: &[Printed], figures: Figures) {
    let cohort = Cohort::reference();
    let plan = Plan::of(&patient(seed), cohort.session, cohort.nurse, true).expect("in range");
    let mut seconds = Seconds::default();
    let outcome = law_alone::run(&plan, &mut seconds).expect("it is held");
    for (t, mean, reading, load, machine) in rows {
        let at = seconds
            .0
            .iter()
            .find(|second| second.t_s == BEGINS_S + t)
            .expect("every second has a row");
        assert!(near(at.mean_rate, *mean, 0.001), "{at:?}");
        assert_eq!(at.reading, Some(*reading), "{at:?}");
        assert!(near(at.asked, *load, 0.0001), "{at:?}");
        let on = at.load;
        assert!(near(on.0 + on.1, machine.0, 0.001), "{at:?}");
        assert!(near(on.2, machine.1, 0.1), "{at:?}");
    }
    let measured = outcome.measures.expect("it came to conditioning");
    let (rmse, rmse_mean, power, overshoot, settling) = figures;
    assert!(near(measured.rmse_bpm, rmse, 0.001), "{measured:?}");
    assert!(
        near(measured.rmse_mean_bpm, rmse_mean, 0.001),
        "{measured:?}"
    );
    assert!(
        near(measured.control_power_bpm2, power, 0.0001),
        "{measured:?}"
    );
    assert!(
        near(measured.overshoot_mean_bpm, overshoot, 0.01),
        "{measured:?}"
    );
    assert_eq!(measured.settling_s, Some(settling), "{measured:?}");
}

#[test]
fn seed_2000_on_a_cycle_follows_the_printed_trace() {
    check(
        2000,
        &[
            (0, 92.032, 87, 1.7429, (18.0, 0.0)),
            (60, 95.458, 93, 2.7206, (40.0, 0.0)),
            (120, 101.066, 102, 3.1938, (53.0, 0.0)),
            (300, 109.912, 109, 3.9224, (72.0, 0.0)),
            (900, 110.048, 109, 3.3538, (56.0, 0.0)),
            (1800, 110.863, 109, 3.5405, (62.0, 0.0)),
        ],
        (1.885, 1.391, 0.1400, 3.27, 180),
    );
}

#[test]
fn seed_2097_on_a_belt_follows_the_printed_trace() {
    check(
        2097,
        &[
            (0, 83.320, 84, 1.9125, (1.111, 0.0)),
            (60, 86.187, 84, 2.9125, (1.389, 1.0)),
            (120, 91.995, 86, 3.8936, (1.417, 3.0)),
            (300, 106.480, 105, 4.4036, (1.333, 5.0)),
            (900, 106.924, 106, 4.0598, (1.222, 5.0)),
            (1800, 105.647, 110, 3.6414, (1.083, 5.0)),
        ],
        (1.562, 0.774, 0.1514, 1.88, 225),
    );
}

#[test]
fn seed_7000_with_a_transplanted_heart_follows_the_printed_trace() {
    check(
        7000,
        &[
            (0, 109.561, 109, 1.2786, (7.0, 0.0)),
            (60, 110.417, 111, 2.2311, (30.0, 0.0)),
            (120, 113.236, 113, 2.9676, (49.0, 0.0)),
            (300, 120.102, 119, 3.1226, (56.0, 0.0)),
            (900, 118.982, 119, 2.7458, (46.0, 0.0)),
            (1800, 118.973, 119, 2.5962, (42.0, 0.0)),
        ],
        (0.606, 0.467, 0.0189, 1.48, 135),
    );
}

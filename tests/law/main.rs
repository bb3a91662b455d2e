//! The heart-rate law alone, without any rule, on the reference patients: the three printed traces of `controllers.md` 4.1, to the
//! printed digits. It is the same law and the same division of load that the core runs.

#[cfg(test)]
mod ahead;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod trial;

#[cfg(test)]
mod tests {
    use drivers::virtual_devices::patient::{Condition, Exercise};

    use crate::trial::{Figures, Row, Trial};

    /// One printed row: t, mean, reading, u, and the machine's watts, or speed (m/s) and grade (per cent).
    type Printed = (u64, f64, u16, f64, (f64, f64));

    fn near(is: f64, printed: f64, digit: f64) -> bool {
        (is - printed).abs() <= digit / 2.0 + 1e-9
    }

    fn check(trial: Trial, rows: &[Printed], figures: &Figures) {
        let (trace, measured) = trial.run();
        for (t, mean, reading, load, machine) in rows {
            let row: &Row = trace
                .iter()
                .find(|row| row.t == *t)
                .expect("every beat has a row");
            assert!(near(row.mean, *mean, 0.001), "mean at {t}: {row:?}");
            assert_eq!(row.reading, *reading, "reading at {t}: {row:?}");
            assert!(near(row.load, *load, 0.0001), "load at {t}: {row:?}");
            assert!(
                near(row.machine.0, machine.0, 0.001) && near(row.machine.1, machine.1, 0.1),
                "machine at {t}: {row:?}"
            );
        }
        assert!(near(measured.rmse, figures.rmse, 0.001), "{measured:?}");
        assert!(
            near(measured.rmse_of_mean, figures.rmse_of_mean, 0.001),
            "{measured:?}"
        );
        assert!(
            near(measured.control_power, figures.control_power, 0.0001),
            "{measured:?}"
        );
        assert!(
            near(measured.overshoot_of_mean, figures.overshoot_of_mean, 0.01),
            "{measured:?}"
        );
        assert_eq!(measured.settled_at, figures.settled_at, "{measured:?}");
    }

    #[test]
    fn seed_2000_on_a_cycle_follows_the_printed_trace() {
        check(
            Trial::of(Condition::Cad, 2000, Exercise::Cycle),
            &[
                (0, 92.032, 87, 1.7429, (18.0, 0.0)),
                (60, 95.458, 93, 2.7206, (40.0, 0.0)),
                (120, 101.066, 102, 3.1938, (53.0, 0.0)),
                (300, 109.912, 109, 3.9224, (72.0, 0.0)),
                (900, 110.048, 109, 3.3538, (56.0, 0.0)),
                (1800, 110.863, 109, 3.5405, (62.0, 0.0)),
            ],
            &Figures {
                rmse: 1.885,
                rmse_of_mean: 1.391,
                control_power: 0.1400,
                overshoot_of_mean: 3.27,
                settled_at: Some(180),
            },
        );
    }

    #[test]
    fn seed_2097_on_a_belt_follows_the_printed_trace() {
        check(
            Trial::of(Condition::Cad, 2097, Exercise::Treadmill),
            &[
                (0, 83.320, 84, 1.9125, (1.111, 0.0)),
                (60, 86.187, 84, 2.9125, (1.389, 1.0)),
                (120, 91.995, 86, 3.8936, (1.417, 3.0)),
                (300, 106.480, 105, 4.4036, (1.333, 5.0)),
                (900, 106.924, 106, 4.0598, (1.222, 5.0)),
                (1800, 105.647, 110, 3.6414, (1.083, 5.0)),
            ],
            &Figures {
                rmse: 1.562,
                rmse_of_mean: 0.774,
                control_power: 0.1514,
                overshoot_of_mean: 1.88,
                settled_at: Some(225),
            },
        );
    }

    #[test]
    fn seed_7000_with_a_transplanted_heart_follows_the_printed_trace() {
        check(
            Trial::of(Condition::Transplant, 7000, Exercise::Cycle),
            &[
                (0, 109.561, 109, 1.2786, (7.0, 0.0)),
                (60, 110.417, 111, 2.2311, (30.0, 0.0)),
                (120, 113.236, 113, 2.9676, (49.0, 0.0)),
                (300, 120.102, 119, 3.1226, (56.0, 0.0)),
                (900, 118.982, 119, 2.7458, (46.0, 0.0)),
                (1800, 118.973, 119, 2.5962, (42.0, 0.0)),
            ],
            &Figures {
                rmse: 0.606,
                rmse_of_mean: 0.467,
                control_power: 0.0189,
                overshoot_of_mean: 1.48,
                settled_at: Some(135),
            },
        );
    }
}

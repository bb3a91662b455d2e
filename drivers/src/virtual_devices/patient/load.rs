//! What a machine's load costs a body: net METs, above rest.
//!
//! ACSM's metabolic equations, 1 MET = 3.5 mL of oxygen a kilogram and minute (recalled).

use protocols::vocabulary::MachineLoad;

use super::{PatientParameters, clamp};

/// Net METs of a machine's load for this patient, economy included. A cycle costs only who pedals.
#[must_use]
pub fn net_mets(parameters: &PatientParameters, load: Option<MachineLoad>, pedalling: bool) -> f64 {
    match load {
        Some(MachineLoad::Power(watts)) if pedalling => cycle_net_mets(parameters, watts.as_f64()),
        Some(MachineLoad::Belt { speed, grade }) => {
            treadmill_net_mets(parameters, speed.get(), grade.get() / 100.0)
        }
        Some(MachineLoad::Power(_)) | None => 0.0,
    }
}

/// Net METs of pedalling at so many watts; 3.5 mL of it is unloaded pedalling.
#[must_use]
pub fn cycle_net_mets(parameters: &PatientParameters, watts: f64) -> f64 {
    parameters.economy * ((3.5 + 10.8 * watts / parameters.mass_kg) / 3.5)
}

/// Net METs of walking or running at `speed` (m/s, from 0) and `grade` (as a fraction). Between 1.7 and 2.2 m/s the one turns
/// into the other.
#[must_use]
pub fn treadmill_net_mets(parameters: &PatientParameters, speed: f64, grade: f64) -> f64 {
    let walk = speed * (6.0 + 108.0 * grade) / 3.5;
    let run = speed * (12.0 + 54.0 * grade) / 3.5;
    let running = clamp((speed - 1.7) / 0.5, 0.0, 1.0);
    parameters.economy * ((1.0 - running) * walk + running * run)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_parameters;
    use super::*;
    use protocols::vocabulary::{MetresPerSecond, PercentGrade, Watts};

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-12
    }

    #[test]
    fn one_watt_at_eighty_kilograms_is_0_0386_met() {
        let patient = check_parameters(0.0);
        let slope = cycle_net_mets(&patient, 101.0) - cycle_net_mets(&patient, 100.0);
        assert!((slope - 0.0386).abs() < 0.000_05, "{slope}");
    }

    #[test]
    fn a_belt_is_walked_then_run() {
        let patient = check_parameters(0.0);
        assert!(near(
            treadmill_net_mets(&patient, 1.4, 0.05),
            1.4 * 11.4 / 3.5
        ));
        assert!(near(
            treadmill_net_mets(&patient, 2.2, 0.0),
            2.2 * 12.0 / 3.5
        ));
        let between = treadmill_net_mets(&patient, 1.95, 0.0);
        assert!(near(between, 1.95 * 9.0 / 3.5), "{between}");
    }

    #[test]
    fn who_does_not_pedal_pays_nothing() {
        let patient = check_parameters(0.0);
        let load = Some(MachineLoad::Power(Watts::new(100).expect("in range")));
        assert!(near(net_mets(&patient, load, false), 0.0));
        assert!(near(
            net_mets(&patient, load, true),
            cycle_net_mets(&patient, 100.0)
        ));
        assert!(near(net_mets(&patient, None, true), 0.0));
    }

    #[test]
    fn a_machines_grade_is_per_cent() {
        let patient = check_parameters(0.0);
        let load = MachineLoad::Belt {
            speed: MetresPerSecond::new(1.0).expect("in range"),
            grade: PercentGrade::new(10.0).expect("in range"),
        };
        assert!(near(
            net_mets(&patient, Some(load), false),
            treadmill_net_mets(&patient, 1.0, 0.1)
        ));
    }
}

//! The clinic's equations, each with its source: what a load costs, and what a highest heart rate is estimated to be.
//!
//! Metabolic equations: American College of Sports Medicine, as Bushman printed them (ACSM's Health & Fitness Journal 2020, 24(3) and
//! 24(4)); steady state, good to about 7 per cent. They are gross (rest included); control works in net METs, which is gross less one.

use protocols::vocabulary::{Kilograms, MetresPerSecond, NetMets, PercentGrade, Watts};

/// Oxygen that one MET stands for, in mL/kg/min: rest.
pub const ONE_MET: f64 = 3.5;

/// Oxygen for each watt at the crank, in mL/min (ACSM's own form for watts; 1.8 mL for each kg m, times 6).
const PER_WATT: f64 = 10.8;

/// Oxygen for each metre of belt: 0.1 mL/kg for each m/min, so 6 for each m/s.
const PER_METRE: f64 = 6.0;

/// Oxygen for each metre climbed: 1.8 mL/kg for each m/min, so 108 for each m/s.
const PER_METRE_CLIMBED: f64 = 108.0;

/// Net METs of leg cycling at a power: `(3.5 + 10.8 W / mass) / 3.5`; pedalling without load costs one.
///
/// `None` where it is more than 30 net METs.
#[must_use]
pub fn cycling(power: Watts, mass: Kilograms) -> Option<NetMets> {
    NetMets::new((ONE_MET + PER_WATT * power.as_f64() / mass.get()) / ONE_MET)
}

/// Net METs of walking: `v (6 + 108 g) / 3.5`, v in m/s and g as a fraction. Backwards and downhill have no equation here.
///
/// `None` where it is more than 30 net METs, or less than nothing.
#[must_use]
pub fn walking(speed: MetresPerSecond, grade: PercentGrade) -> Option<NetMets> {
    NetMets::new(speed.get() * (PER_METRE + PER_METRE_CLIMBED * (grade.get() / 100.0)) / ONE_MET)
}

/// How fast net METs rise where power rises by so many watts a minute.
#[must_use]
pub fn cycling_ramp(watts_per_minute: f64, mass: Kilograms) -> f64 {
    PER_WATT * watts_per_minute / mass.get() / ONE_MET
}

/// How many watts at the crank one net MET is, for somebody of so many kilograms.
#[must_use]
pub fn watts_per_net_met(mass_kg: f64) -> f64 {
    ONE_MET * mass_kg / PER_WATT
}

/// How fast net METs rise where the belt gains so many km/h a minute on the flat: the slowest rise that this ramp can mean.
#[must_use]
pub fn walking_ramp(kilometres_per_hour_per_minute: f64) -> f64 {
    kilometres_per_hour_per_minute / 3.6 * PER_METRE / ONE_MET
}

/// Gross METs, as people write and read them.
#[must_use]
pub const fn gross(net: NetMets) -> f64 {
    net.get() + 1.0
}

/// Whether a power lies where the cycling equation holds: 50 to 200 W.
#[must_use]
pub fn cycling_holds(power: Watts) -> bool {
    (50..=200).contains(&power.get())
}

/// Whether a speed lies where the walking equation holds: 50 to 100 m/min, which is 3 to 6 km/h.
#[must_use]
pub fn walking_holds(speed: MetresPerSecond) -> bool {
    (3.0 - 1e-9..=6.0 + 1e-9).contains(&speed.kilometres_per_hour())
}

/// The highest heart rate by Tanaka 2001 (healthy adults), in beats a minute `[recalled]`: `208 - 0.7 age`.
#[must_use]
pub fn tanaka(age: f64) -> f64 {
    208.0 - 0.7 * age
}

/// The highest heart rate by Brawner 2004 (coronary disease under beta blockade), in beats a minute `[recalled]`: `164 - 0.7 age`.
#[must_use]
pub fn brawner(age: f64) -> f64 {
    164.0 - 0.7 * age
}

/// A patient's gain by assessment, in beats a minute for each net MET: `(peak - rest) / (peak METs - 1)`.
///
/// `None` where the peak is not above rest.
#[must_use]
pub fn assessed_gain(rest: f64, peak: f64, peak_mets: f64) -> Option<f64> {
    (peak > rest && peak_mets > 1.0).then(|| (peak - rest) / (peak_mets - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mass(value: f64) -> Kilograms {
        Kilograms::new(value).expect("in range")
    }

    fn close(left: f64, right: f64, within: f64) -> bool {
        (left - right).abs() <= within
    }

    #[test]
    fn sixty_watts_at_75_kg_are_4_47_mets() {
        let net = cycling(Watts::new(60).expect("in range"), mass(75.0)).expect("in range");
        assert!(close(gross(net), 15.64 / 3.5, 1e-9));
    }

    #[test]
    fn walking_4_km_h_at_2_per_cent_is_3_59_mets() {
        let speed = MetresPerSecond::from_kilometres_per_hour(4.0).expect("in range");
        let grade = PercentGrade::new(2.0).expect("in range");
        let net = walking(speed, grade).expect("in range");
        assert!(close(gross(net), 3.5905, 1e-4));
    }

    #[test]
    fn four_mets_at_80_kg_are_between_51_and_52_watts() {
        let below = cycling(Watts::new(51).expect("in range"), mass(80.0)).expect("in range");
        let above = cycling(Watts::new(52).expect("in range"), mass(80.0)).expect("in range");
        assert!(gross(below) < 4.0 && gross(above) > 4.0);
    }

    #[test]
    fn one_watt_at_80_kg_is_0_0386_mets() {
        assert!(close(cycling_ramp(1.0, mass(80.0)), 0.0386, 5e-5));
        assert!(close(walking_ramp(3.6), 6.0 / 3.5, 1e-12));
    }

    #[test]
    fn a_patient_of_65_has_the_sheet_s_highest_heart_rates() {
        assert!(close(tanaka(65.0), 162.5, 1e-9));
        assert!(close(brawner(65.0), 118.5, 1e-9));
    }

    #[test]
    fn the_equations_say_where_they_hold() {
        let watts = |value| Watts::new(value).expect("in range");
        assert!(!cycling_holds(watts(49)) && cycling_holds(watts(50)));
        assert!(cycling_holds(watts(200)) && !cycling_holds(watts(201)));
        let speed = |value| MetresPerSecond::from_kilometres_per_hour(value).expect("in range");
        assert!(!walking_holds(speed(2.9)) && walking_holds(speed(3.0)));
        assert!(walking_holds(speed(6.0)) && !walking_holds(speed(6.1)));
    }

    #[test]
    fn a_gain_needs_a_peak_above_rest() {
        assert!(close(
            assessed_gain(68.0, 138.0, 5.0).expect("a gain"),
            17.5,
            1e-12
        ));
        assert_eq!(assessed_gain(70.0, 70.0, 5.0), None);
        assert_eq!(assessed_gain(70.0, 120.0, 1.0), None);
    }
}

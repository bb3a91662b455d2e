//! Net METs into what the machine at hand can be told, and back: the last step of a decision, rounding down (`controllers.md` 3.4).
//!
//! Promises: what is told never costs more than what was granted, but for a belt's slowest walk; a lower load never goes with a
//! faster or steeper belt (I14). Metabolic equations: ACSM, as printed in `heart-rate-dynamics.md` 3.2 [recalled there].

pub mod belt;
pub mod motion;

use protocols::vocabulary::{
    BeltRange, Capabilities, Kilograms, MachineKind, MachineLoad, MachineReport, NetMets,
    PercentGrade, PowerRange, Watts, number,
};
use serde::{Deserialize, Serialize};

pub use belt::{Belt, BeltSetting};
pub use motion::{Motion, Pace};

use crate::prescription::BeltPreference;

/// Oxygen that one MET stands for, in mL/kg/min.
const ONE_MET: f64 = 3.5;

/// Oxygen for each watt at the crank, in mL/min.
const PER_WATT: f64 = 10.8;

/// Unloaded pedalling costs this much above rest, in METs.
const UNLOADED_PEDALLING: f64 = 1.0;

/// Forgives the last bits, in watts: a load that was ordered as 60 W comes back from METs as 60 W.
const SLACK: f64 = 1e-9;

/// Turns net METs into a machine's own load and back, for one machine and one patient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Actuation {
    /// An ergometer's brake.
    Cycle {
        /// What it can be told.
        range: PowerRange,
        /// The patient's weight.
        mass: Kilograms,
    },
    /// A belt.
    Treadmill(Belt),
}

/// What was sent to the machine last, and for which load.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// The net METs that it was for.
    pub asked: NetMets,
    /// What the machine was told.
    pub load: MachineLoad,
}

impl Actuation {
    /// For this machine and patient. `None` where the prescription does not fit the machine: a belt without a preference, or a
    /// machine without its own range.
    #[must_use]
    pub fn new(
        capabilities: &Capabilities,
        mass: Kilograms,
        preference: Option<&BeltPreference>,
    ) -> Option<Self> {
        match capabilities.kind {
            MachineKind::Cycle => Some(Self::Cycle {
                range: capabilities.power?,
                mass,
            }),
            MachineKind::Treadmill => {
                let range: BeltRange = capabilities.belt?;
                Belt::new(&range, preference?).map(Self::Treadmill)
            }
        }
    }

    /// The least load above nothing: unloaded pedalling, or half a MET of walking.
    #[must_use]
    pub fn least(&self) -> NetMets {
        let least = match self {
            Self::Cycle { .. } => UNLOADED_PEDALLING,
            Self::Treadmill(_) => belt::LEAST,
        };
        net_mets(least)
    }

    /// The least load at which the machine is told something: a brake that begins at 25 W gives nothing below that.
    #[must_use]
    pub fn least_given(&self) -> NetMets {
        match self {
            Self::Cycle { range, mass } => cycling(range.min, *mass),
            Self::Treadmill(belt) => self.net_mets(&belt.start().load()),
        }
    }

    /// The most that this machine can give this patient.
    #[must_use]
    pub fn most(&self) -> NetMets {
        match self {
            Self::Cycle { range, mass } => cycling(range.max, *mass),
            Self::Treadmill(belt) => belt.most(),
        }
    }

    /// What cool-down does not go below: a belt walks at 1.6 km/h or more.
    #[must_use]
    pub fn cool_down_least(&self) -> NetMets {
        match self {
            Self::Cycle { .. } => self.least(),
            Self::Treadmill(_) => net_mets(belt::COOL_DOWN_LEAST),
        }
    }

    /// What the machine is to be told for `granted`, after what it was told before. Rounds down.
    #[must_use]
    pub fn load(&self, granted: NetMets, sent: Option<&Sent>) -> MachineLoad {
        match self {
            Self::Cycle { range, mass } => MachineLoad::Power(watts(granted, *mass, *range)),
            Self::Treadmill(belt) => {
                let on = sent.and_then(|sent| match sent.load {
                    MachineLoad::Belt { speed, grade } => Some((
                        sent.asked,
                        BeltSetting {
                            speed: speed.get(),
                            grade: grade.get(),
                        },
                    )),
                    MachineLoad::Power(_) => None,
                });
                belt.divided(granted, on).load()
            }
        }
    }

    /// Nothing, in this machine's terms; a belt keeps its grade until it stands.
    #[must_use]
    pub fn nothing(&self, sent: Option<&Sent>) -> MachineLoad {
        self.load(NetMets::ZERO, sent)
    }

    /// The net METs of what a machine is told or reports.
    #[must_use]
    pub fn net_mets(&self, load: &MachineLoad) -> NetMets {
        match (self, load) {
            (Self::Cycle { mass, .. }, MachineLoad::Power(watts)) => cycling(*watts, *mass),
            (Self::Treadmill(_), MachineLoad::Belt { speed, grade }) => {
                net_mets(belt::cost(speed.get(), grade.get()))
            }
            (Self::Cycle { .. }, MachineLoad::Belt { .. })
            | (Self::Treadmill(_), MachineLoad::Power(_)) => NetMets::ZERO,
        }
    }

    /// The net METs that a machine's report stands for. `None` where it does not say.
    #[must_use]
    pub fn reported(&self, report: &MachineReport) -> Option<NetMets> {
        match self {
            Self::Cycle { mass, .. } => {
                if report.cadence.is_some_and(|cadence| cadence.get() == 0) {
                    return Some(NetMets::ZERO);
                }
                report.power.map(|power| cycling(power, *mass))
            }
            Self::Treadmill(_) => {
                let grade = report.grade.map_or(0.0, PercentGrade::get);
                report
                    .speed
                    .map(|speed| net_mets(belt::cost(speed.get(), grade)))
            }
        }
    }
}

/// Net METs of pedalling against a brake.
fn cycling(watts: Watts, mass: Kilograms) -> NetMets {
    net_mets((ONE_MET + PER_WATT * watts.as_f64() / mass.get()) / ONE_MET)
}

/// `floor((3.5 m − 3.5) mass / 10.8)`, down to a step of the machine and into its range; nothing where it is under the least.
fn watts(granted: NetMets, mass: Kilograms, range: PowerRange) -> Watts {
    let wanted = (ONE_MET * granted.get() - ONE_MET) * mass.get() / PER_WATT;
    // No load is so high that it does not fit; what is under unloaded pedalling is nothing.
    let whole = number::floor_to_u16(wanted + SLACK).unwrap_or(0);
    let limited = whole.min(range.max.get());
    let stepped = limited - limited.checked_rem(range.step).unwrap_or(0);
    match Watts::new(stepped) {
        Some(watts) if watts >= range.min => watts,
        Some(_) | None => Watts::ZERO,
    }
}

/// A cost in METs as a load; below nothing is nothing, and what the unit cannot hold is its most.
fn net_mets(cost: f64) -> NetMets {
    NetMets::new(cost).unwrap_or(if cost > 0.0 {
        NetMets::MAX
    } else {
        NetMets::ZERO
    })
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::{MetresPerSecond, RevolutionsPerMinute};

    use super::*;

    fn mets(value: f64) -> NetMets {
        NetMets::new(value).expect("in range")
    }

    fn cycle(mass: f64, min: u16, step: u16) -> Actuation {
        Actuation::Cycle {
            range: PowerRange {
                min: Watts::new(min).expect("in range"),
                max: Watts::new(400).expect("in range"),
                step,
            },
            mass: Kilograms::new(mass).expect("in range"),
        }
    }

    fn treadmill() -> Actuation {
        let range = BeltRange {
            min_speed: MetresPerSecond::new(0.5 / 3.6).expect("in range"),
            max_speed: MetresPerSecond::new(5.0).expect("in range"),
            max_grade: PercentGrade::new(15.0).expect("in range"),
            speed_step: 1.0 / 36.0,
            grade_step: 0.5,
        };
        let preference = BeltPreference {
            preferred_speed: MetresPerSecond::new(1.5).expect("in range"),
            max_speed: MetresPerSecond::new(1.5).expect("in range"),
            max_grade: PercentGrade::new(12.0).expect("in range"),
        };
        Actuation::Treadmill(Belt::new(&range, &preference).expect("a walk fits"))
    }

    /// The first row of the trace of seed 2000 in `controllers.md` 4.1; the other two worked by its formula.
    #[test]
    fn watts_are_those_of_the_printed_formula() {
        let machine = cycle(76.064, 1, 1);
        for (load, watts) in [(1.7429, 18), (2.7206, 42), (3.1938, 54)] {
            let told = machine.load(mets(load), None);
            assert_eq!(
                told,
                MachineLoad::Power(Watts::new(watts).expect("in range"))
            );
        }
    }

    #[test]
    fn a_brake_is_rounded_down_to_its_step_and_to_nothing_under_its_least() {
        let machine = cycle(80.0, 25, 5);
        for (load, watts) in [
            (0.0, 0),
            (1.0, 0),
            (1.9, 0),
            (2.0, 25),
            (2.19, 30),
            (25.0, 400),
        ] {
            let told = machine.load(mets(load), None);
            assert_eq!(
                told,
                MachineLoad::Power(Watts::new(watts).expect("in range")),
                "{load} MET"
            );
        }
    }

    #[test]
    fn what_is_told_costs_no_more_than_what_was_granted() {
        for machine in [cycle(80.0, 25, 5), cycle(51.3, 1, 1), treadmill()] {
            for watts in 25..=400_u16 {
                let ordered = MachineLoad::Power(Watts::new(watts).expect("in range"));
                if let Actuation::Cycle { range, .. } = machine
                    && range.step == 1
                {
                    let there = machine.net_mets(&ordered);
                    assert_eq!(machine.load(there, None), ordered, "there and back");
                }
            }
            for hundredths in 100..900_u16 {
                let granted = mets(f64::from(hundredths) / 100.0);
                let told = machine.load(granted, None);
                assert!(machine.net_mets(&told).get() <= granted.get() + 1e-9);
            }
        }
    }

    #[test]
    fn a_standing_crank_carries_nothing_whatever_its_brake() {
        let machine = cycle(80.0, 25, 5);
        let mut report = MachineReport::of(protocols::vocabulary::MachineState::Running);
        report.power = Watts::new(50);
        report.cadence = RevolutionsPerMinute::new(0);
        assert_eq!(machine.reported(&report), Some(NetMets::ZERO));
        report.cadence = RevolutionsPerMinute::new(60);
        let cost = machine.reported(&report).expect("it reports power").get();
        assert!((cost - (1.0 + 10.8 * 50.0 / 80.0 / 3.5)).abs() < 1e-12);
    }

    #[test]
    fn a_prescription_without_a_walk_does_not_fit_a_belt() {
        let range = BeltRange {
            min_speed: MetresPerSecond::new(0.8).expect("in range"),
            max_speed: MetresPerSecond::new(5.0).expect("in range"),
            max_grade: PercentGrade::new(15.0).expect("in range"),
            speed_step: 1.0 / 36.0,
            grade_step: 0.5,
        };
        let slow = BeltPreference {
            preferred_speed: MetresPerSecond::new(0.7).expect("in range"),
            max_speed: MetresPerSecond::new(1.0).expect("in range"),
            max_grade: PercentGrade::new(5.0).expect("in range"),
        };
        assert!(Belt::new(&range, &slow).is_none());
    }

    #[test]
    fn a_cost_beyond_what_the_unit_holds_is_its_most_and_below_nothing_is_nothing() {
        let light = cycle(20.0, 1, 1);
        let most = MachineLoad::Power(Watts::new(2_000).expect("in range"));
        assert_eq!(light.net_mets(&most), NetMets::MAX);
        assert_eq!(net_mets(1e9), NetMets::MAX);
        for cost in [-1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(net_mets(cost), NetMets::ZERO, "{cost}");
        }
        let heavy = cycle(250.0, 1, 1);
        let told = heavy.load(NetMets::MAX, None);
        assert_eq!(told, MachineLoad::Power(Watts::new(400).expect("in range")));
    }
}

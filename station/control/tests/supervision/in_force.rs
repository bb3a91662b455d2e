//! What the table says is in force for a prescription: the limit of each rule, what ends it, and why a rule is off.

use core::time::Duration;

use control::prescription::{BoutSetup, Mode};
use control::rules::values::{self, Limit, Off};
use control::rules::{RuleId, table};
use protocols::vocabulary::MachineKind;

use super::bench::Bench;

fn of(bout: &BoutSetup, rule: RuleId, machine: MachineKind) -> values::Values {
    values::of(table::row(rule), &bout.prescription, &bout.patient, machine)
}

#[test]
fn limits_and_ends_follow_the_prescription() {
    // H 120, S 130, zone 96 to 112, target 110, floor 88, cadence 40.
    let bench = Bench::held();
    let expected = [
        (
            RuleId::HrOverZone,
            Limit::Above(112.0),
            Some(Limit::Below(112.0)),
        ),
        (
            RuleId::HrLimit,
            Limit::AtLeast(120.0),
            Some(Limit::Below(117.0)),
        ),
        (RuleId::HrStop, Limit::AtLeast(130.0), None),
        (RuleId::HrLow, Limit::Below(40.0), None),
        (
            RuleId::HrOverTargetAtMinimum,
            Limit::Above(115.0),
            Some(Limit::AtMost(113.0)),
        ),
        (RuleId::HrUnderTargetAtCap, Limit::Below(105.0), None),
        (RuleId::HrSourcesDiffer, Limit::Above(10.0), None),
        (
            RuleId::Spo2Floor,
            Limit::AtMost(88.0),
            Some(Limit::AtLeast(90.0)),
        ),
        (RuleId::Spo2Falling, Limit::Below(91.0), None),
        (RuleId::Spo2Critical, Limit::AtMost(84.0), None),
        (
            RuleId::CadenceLow,
            Limit::Below(40.0),
            Some(Limit::AtLeast(45.0)),
        ),
        (
            RuleId::CadenceVeryLow,
            Limit::Below(30.0),
            Some(Limit::AtLeast(45.0)),
        ),
        (RuleId::SbpHigh, Limit::Pressure(250, 115), None),
        (RuleId::RpeHigh, Limit::Above(14.0), None),
        (RuleId::DyspnoeaHigh, Limit::Above(6.0), None),
        (RuleId::Claudication, Limit::AtLeast(3.0), None),
        // 20 min of conditioning, and a tenth.
        (
            RuleId::TimeOver,
            Limit::Longer(Duration::from_mins(22)),
            None,
        ),
    ];
    for (rule, limit, ends) in expected {
        let values = of(&bench.bout, rule, MachineKind::Cycle);
        assert_eq!((values.limit, values.ends), (Some(limit), ends), "{rule}");
        assert_eq!(values.off, None, "{rule}");
    }
}

#[test]
fn a_defibrillator_and_pressures_bring_limits_of_their_own() {
    let bench = Bench::with(|bout| {
        if let Some(limits) = bout.prescription.heart_rate.as_mut() {
            limits.icd_detection = Some(150.0);
        }
        bout.prescription.blood_pressure_interval = Some(Duration::from_mins(10));
        bout.patient.atrial_fibrillation = true;
    });
    let limit = |rule| of(&bench.bout, rule, MachineKind::Cycle).limit;
    assert_eq!(limit(RuleId::HrIcd), Some(Limit::AtLeast(140.0)));
    assert_eq!(
        limit(RuleId::BpDue),
        Some(Limit::After(Duration::from_mins(12)))
    );
    assert_eq!(limit(RuleId::HrSourcesDiffer), Some(Limit::Above(30.0)));
}

#[test]
fn a_rule_that_cannot_speak_says_why() {
    let bench = Bench::with(|bout| {
        bout.prescription.heart_rate_required = false;
        bout.prescription.saturation_required = false;
        bout.patient.denervated = true;
    });
    let expected = [
        (RuleId::HrIcd, Off::NoDefibrillator),
        (RuleId::HrUnderTargetAtCap, Off::NoTarget),
        (RuleId::HrLost, Off::NotRequired),
        (RuleId::Spo2Lost, Off::NotRequired),
        (RuleId::BpDue, Off::NoPressureOrdered),
        (RuleId::HrNoRise, Off::Patient(table::Flag::Denervated)),
        (RuleId::HostSilent, Off::Hardware),
    ];
    for (rule, why) in expected {
        let off = of(&bench.bout, rule, MachineKind::Cycle).off;
        assert_eq!(off, Some(why), "{rule}");
    }
    let on_a_belt = of(&bench.bout, RuleId::CadenceLow, MachineKind::Treadmill);
    assert_eq!(on_a_belt.off, Some(Off::NoCadence));

    let bench = Bench::with(|bout| {
        bout.prescription.heart_rate = None;
        bout.prescription.mode = Mode::ByHand;
    });
    let off = |rule| of(&bench.bout, rule, MachineKind::Cycle).off;
    assert_eq!(off(RuleId::HrLimit), Some(Off::NoHeartRateLimits));
    assert_eq!(off(RuleId::HrOverZone), Some(Off::NoZone));
}

/// One rule has two limits, and an alarm of it carries the one that was broken: which one is told by the figure alone.
#[test]
fn a_limit_of_pressure_is_known_for_systolic_or_diastolic() {
    let mut bench = Bench::held();
    for (systolic, diastolic) in [(250, 115), (160, 115), (160, 60)] {
        bench.bout.prescription.systolic_stop = systolic;
        bench.bout.prescription.diastolic_stop = diastolic;
        let values = of(&bench.bout, RuleId::SbpHigh, MachineKind::Cycle);
        let Some(Limit::Pressure(systolic, diastolic)) = values.limit else {
            panic!("{values:?}");
        };
        assert!(!values::is_of_diastolic(f64::from(systolic)));
        assert!(values::is_of_diastolic(f64::from(diastolic)));
    }
}

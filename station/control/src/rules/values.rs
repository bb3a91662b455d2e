//! What the rules come to for one prescription: the figures that values are held against, and which rows are off, and why.
//!
//! For whoever shows the table. The conditions beside this take the same figures from the same prescription; the scripts of the rules
//! hold both against each other.

use core::time::Duration;

use protocols::vocabulary::MachineKind;

use self::Limit::{Above, After, AtLeast, AtMost, Below, Longer, Pressure};
use super::entry_limits::PRESSURE_STOPS;
use super::house::PRESSURE_LATE;
use super::table::{self, Flag, Rule};
use super::{RuleId, RuleSet};
use crate::prescription::{Mode, PatientFacts, Prescription};
use crate::station::allowed_conditioning;

/// What one rule comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Values {
    /// Seconds of its mean for this patient; 0 is the value itself.
    pub mean_s: u16,
    /// What its value is held against, where prescription or patient set it.
    pub limit: Option<Limit>,
    /// What its value has to come back to, where the prescription sets it and it is another figure.
    pub ends: Option<Limit>,
    /// Why it never fires for this prescription; `None` where it can.
    pub off: Option<Off>,
}

/// A figure, and on which side of it the value has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// Above it.
    Above(f64),
    /// At it or above.
    AtLeast(f64),
    /// Below it.
    Below(f64),
    /// At it or below.
    AtMost(f64),
    /// A systolic pressure above the first, or a diastolic one above the second, in mmHg.
    Pressure(u16, u16),
    /// Longer than this.
    Longer(Duration),
    /// So long after the last.
    After(Duration),
}

/// Why a rule is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// A flag of the patient's record.
    Patient(Flag),
    /// The prescription has no limits in heart rate: the patient has no such signal.
    NoHeartRateLimits,
    /// It has no zone.
    NoZone,
    /// No heart rate is held, so no phase asks for one.
    NoTarget,
    /// It names no detection rate of a defibrillator.
    NoDefibrillator,
    /// It does not require this signal.
    NotRequired,
    /// It orders no blood pressure while load is on.
    NoPressureOrdered,
    /// A treadmill has no cadence.
    NoCadence,
    /// Nothing in the core evaluates it: the hardware does.
    Hardware,
}

/// These need limits in heart rate.
const OF_LIMITS: RuleSet = RuleSet::of(&[RuleId::HrLimit, RuleId::HrStop, RuleId::HrLow]);
/// These need a heart rate that is held.
const OF_TARGET: RuleSet = RuleSet::of(&[
    RuleId::HrOverTargetAtMinimum,
    RuleId::HrUnderTargetAtCap,
    RuleId::HrUnexplained,
]);
/// These look at a cadence.
const OF_CADENCE: RuleSet = RuleSet::of(&[
    RuleId::CadenceLow,
    RuleId::CadenceVeryLow,
    RuleId::CadenceStopped,
    RuleId::CadenceHigh,
]);

/// Whether a limit of blood pressure is one of the diastolic: no prescription orders a higher one, nor a systolic one as low.
#[must_use]
pub fn is_of_diastolic(limit: f64) -> bool {
    limit <= f64::from(PRESSURE_STOPS.1)
}

/// What a rule comes to for a patient with this prescription on that kind of machine.
#[must_use]
pub fn of(
    rule: &Rule,
    ordered: &Prescription,
    patient: &PatientFacts,
    machine: MachineKind,
) -> Values {
    let (limit, ends) = if rule.id == RuleId::HrSourcesDiffer {
        (Some(Above(super::plausibility::may_differ(patient))), None)
    } else {
        limits(rule.id, ordered)
    };
    Values {
        mean_s: rule.mean_for(patient),
        limit,
        ends,
        off: why_off(rule, ordered, patient, machine),
    }
}

fn why_off(
    rule: &Rule,
    ordered: &Prescription,
    patient: &PatientFacts,
    machine: MachineKind,
) -> Option<Off> {
    if table::NOT_EVALUATED.contains(&rule.id) {
        return Some(Off::Hardware);
    }
    if let Some(flag) = rule.switched_off_by(patient) {
        return Some(Off::Patient(flag));
    }
    let limits = ordered.heart_rate;
    let held = ordered.mode.holds_heart_rate();
    let reasons = [
        (OF_LIMITS, limits.is_none(), Off::NoHeartRateLimits),
        (
            RuleSet::of(&[RuleId::HrOverZone]),
            limits.and_then(|limits| limits.zone).is_none(),
            Off::NoZone,
        ),
        (
            RuleSet::of(&[RuleId::HrIcd]),
            limits.and_then(|limits| limits.icd_detection).is_none(),
            Off::NoDefibrillator,
        ),
        (OF_TARGET, !held, Off::NoTarget),
        (
            RuleSet::of(&[RuleId::HrLost]),
            !ordered.heart_rate_required,
            Off::NotRequired,
        ),
        (
            RuleSet::of(&[RuleId::Spo2Lost]),
            !ordered.saturation_required,
            Off::NotRequired,
        ),
        (
            RuleSet::of(&[RuleId::BpDue]),
            ordered.blood_pressure_interval.is_none(),
            Off::NoPressureOrdered,
        ),
        (
            OF_CADENCE,
            machine == MachineKind::Treadmill,
            Off::NoCadence,
        ),
    ];
    reasons
        .into_iter()
        .find(|(rules, holds, _)| *holds && rules.contains(rule.id))
        .map(|(_, _, why)| why)
}

/// A rule with what its value is held against, and what it has to come back to.
type Row = (RuleId, Option<Limit>, Option<Limit>);

fn limits(id: RuleId, ordered: &Prescription) -> (Option<Limit>, Option<Limit>) {
    of_heart_rate(ordered)
        .into_iter()
        .chain(of_saturation_and_cadence(ordered))
        .chain(of_people_and_time(ordered))
        .find(|(rule, ..)| *rule == id)
        .map_or((None, None), |(_, limit, ends)| (limit, ends))
}

fn of_heart_rate(ordered: &Prescription) -> [Row; 7] {
    let rates = ordered.heart_rate;
    let zone = rates.and_then(|rates| rates.zone).map(|(_, upper)| upper);
    let icd = rates.and_then(|rates| rates.icd_detection);
    let target = match ordered.mode {
        Mode::HeartRateHeld { target, .. } | Mode::HeartRateInterval { work: target, .. } => {
            Some(target)
        }
        Mode::Constant { .. } | Mode::MetHeld { .. } | Mode::Interval { .. } | Mode::ByHand => None,
    };
    [
        (RuleId::HrOverZone, zone.map(Above), zone.map(Below)),
        (
            RuleId::HrLimit,
            rates.map(|rates| AtLeast(rates.upper)),
            rates.map(|rates| Below(rates.upper - 3.0)),
        ),
        (
            RuleId::HrStop,
            rates.map(|rates| AtLeast(rates.stop())),
            None,
        ),
        (RuleId::HrIcd, icd.map(|icd| AtLeast(icd - 10.0)), None),
        (RuleId::HrLow, rates.map(|rates| Below(rates.lower)), None),
        (
            RuleId::HrOverTargetAtMinimum,
            target.map(|target| Above(target + 5.0)),
            target.map(|target| AtMost(target + 3.0)),
        ),
        (
            RuleId::HrUnderTargetAtCap,
            target.map(|target| Below(target - 5.0)),
            None,
        ),
    ]
}

fn of_saturation_and_cadence(ordered: &Prescription) -> [Row; 5] {
    let floor = ordered.saturation_floor;
    let cadence = f64::from(ordered.cadence_low);
    let enough = Some(AtLeast(cadence + 5.0));
    [
        (
            RuleId::Spo2Floor,
            Some(AtMost(floor)),
            Some(AtLeast(floor + 2.0)),
        ),
        (RuleId::Spo2Falling, Some(Below(floor + 3.0)), None),
        (RuleId::Spo2Critical, Some(AtMost(floor - 4.0)), None),
        (RuleId::CadenceLow, Some(Below(cadence)), enough),
        (RuleId::CadenceVeryLow, Some(Below(cadence - 10.0)), enough),
    ]
}

fn of_people_and_time(ordered: &Prescription) -> [Row; 6] {
    let pressure = Pressure(
        ordered.systolic_stop.min(PRESSURE_STOPS.0),
        ordered.diastolic_stop.min(PRESSURE_STOPS.1),
    );
    let exertion = f64::from(ordered.exertion_upper);
    let dyspnoea = f64::from(ordered.dyspnoea_upper);
    let pain = f64::from(ordered.claudication_stop);
    let late = ordered
        .blood_pressure_interval
        .map(|every| every.saturating_add(PRESSURE_LATE));
    let longest = allowed_conditioning(ordered);
    [
        (RuleId::SbpHigh, Some(pressure), None),
        (RuleId::RpeHigh, Some(Above(exertion)), None),
        (RuleId::DyspnoeaHigh, Some(Above(dyspnoea)), None),
        (RuleId::Claudication, Some(AtLeast(pain)), None),
        (RuleId::TimeOver, Some(Longer(longest)), None),
        (RuleId::BpDue, late.map(After), None),
    ]
}

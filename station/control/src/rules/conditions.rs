//! Which condition belongs to which row: the one place that joins names and evaluators.

use super::facts::{Facts, Judged};
use super::house::House;
use super::{RuleId, entries, heart_rate, house, machine, plausibility, saturation};
use crate::input::Entry;

/// What a condition may ask, and so when it is looked at.
#[derive(Clone, Copy)]
pub(crate) enum Condition {
    /// Of vital signs and of the machine. `None`: nobody can tell now.
    Sign(fn(&Facts<'_>) -> Option<Judged>),
    /// Of signs whose absence is an answer too.
    Silence(fn(&Facts<'_>) -> Judged),
    /// Of an entry. `None`: the entry says nothing of it.
    Entry(fn(RuleId, Entry, &Facts<'_>) -> Option<Judged>),
    /// Of keys, time and people.
    House(fn(&House<'_>) -> Judged),
    /// Not of this crate: [`super::table::NOT_EVALUATED`].
    Elsewhere,
}

use Condition::{Elsewhere, House as Of, Sign, Silence};

/// The condition of a rule.
pub(crate) fn of(id: RuleId) -> Condition {
    CONDITIONS.get(id.index()).copied().unwrap_or(Elsewhere)
}

/// Each at its rule's place: conditions are looked up by the thousand in a second.
static CONDITIONS: [Condition; RuleId::COUNT] = {
    let mut conditions = [Elsewhere; RuleId::COUNT];
    let mut places: &mut [Condition] = &mut conditions;
    let mut rules: &[RuleId] = RuleId::ALL;
    while let ([rule, others @ ..], [place, left @ ..]) = (rules, places) {
        *place = belonging_to(*rule);
        places = left;
        rules = others;
    }
    conditions
};

const fn belonging_to(id: RuleId) -> Condition {
    match id {
        RuleId::HrOverZone => Sign(heart_rate::over_zone),
        RuleId::HrLimit => Sign(heart_rate::limit),
        RuleId::HrStop => Sign(heart_rate::stop),
        RuleId::HrIcd => Sign(heart_rate::defibrillator),
        RuleId::HrLow => Sign(heart_rate::low),
        RuleId::HrPlunge => Sign(heart_rate::plunge),
        RuleId::HrFall => Sign(heart_rate::fall),
        RuleId::HrJump => Sign(heart_rate::jump),
        RuleId::HrUnexplained => Sign(heart_rate::unexplained),
        RuleId::HrNoRise => Sign(heart_rate::no_rise),
        RuleId::HrNoRiseTold => Sign(plausibility::no_rise_told),
        RuleId::HrRecovery => Silence(heart_rate::recovery),
        RuleId::HrOverTargetAtMinimum => Sign(heart_rate::over_target_at_minimum),
        RuleId::HrUnderTargetAtCap => Sign(heart_rate::under_target_at_cap),
        RuleId::HrLost => Silence(plausibility::lost),
        RuleId::HrImplausible => {
            Silence(|facts| plausibility::doubted_by_itself(RuleId::HrImplausible, facts))
        }
        RuleId::HrStep => Silence(|facts| plausibility::doubted_by_itself(RuleId::HrStep, facts)),
        RuleId::HrStill => Sign(plausibility::still),
        RuleId::HrStuck => Sign(plausibility::stuck),
        RuleId::HrStillLevel => Sign(plausibility::still_at_level_load),
        RuleId::HrCadenceLock => Sign(plausibility::cadence_lock),
        RuleId::HrSourcesDiffer => Sign(plausibility::differ),
        RuleId::HrSourcesApart => Sign(plausibility::apart),
        RuleId::Spo2Floor => Sign(saturation::floor),
        RuleId::Spo2Falling => Sign(saturation::falling),
        RuleId::Spo2Critical => Sign(saturation::critical),
        RuleId::Spo2Stop => Sign(saturation::stop),
        RuleId::Spo2Fall => Sign(saturation::below_rest),
        RuleId::Spo2Lost => Silence(saturation::lost),
        RuleId::WeakPulse => Sign(saturation::weak_pulse),
        RuleId::MachineLost => Silence(machine::lost),
        RuleId::MachineBelowTarget => Sign(machine::below),
        RuleId::MachineAboveTarget => Sign(machine::above),
        RuleId::CadenceLow => Sign(machine::cadence_low),
        RuleId::CadenceVeryLow => Sign(machine::cadence_very_low),
        RuleId::CadenceStopped => Sign(machine::cadence_stopped),
        RuleId::CadenceHigh => Sign(machine::cadence_high),
        RuleId::SbpHigh
        | RuleId::SbpHighTraining
        | RuleId::SbpDrop
        | RuleId::SbpNoRise
        | RuleId::PulsePressure
        | RuleId::Breathing
        | RuleId::RpeHigh
        | RuleId::DyspnoeaHigh
        | RuleId::Angina
        | RuleId::Claudication
        | RuleId::PoorPerfusion
        | RuleId::Ectopy
        | RuleId::Arrhythmia
        | RuleId::Symptom => Condition::Entry(entries::judge),
        RuleId::MachineRefused => Of(house::machine_refused),
        RuleId::OperatorStop => Of(house::operator_stop),
        RuleId::EmergencyStop => Of(house::emergency_stop),
        RuleId::StopButton => Of(house::stop_button),
        RuleId::TimeOver => Of(house::time_over),
        RuleId::BpDue => Of(house::pressure_due),
        RuleId::Unacknowledged => Of(house::unacknowledged),
        RuleId::GymCloses => Of(house::gym_closes),
        RuleId::NobodyWatches => Of(house::nobody_watches),
        RuleId::ControllerFault => Of(house::controller_fault),
        RuleId::HostSilent => Elsewhere,
    }
}

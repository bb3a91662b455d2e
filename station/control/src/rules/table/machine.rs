//! The rows of machine and link.

use super::{Rule, Stage};
use crate::rules::{LoadAct, Priority, RuleId};

/// Machine and link.
pub(super) const ROWS: [Rule; 8] = [
    Rule::new(RuleId::MachineLost, "no valid answer from the machine")
        .stages(&[Stage::after(3).load(LoadAct::Hold).tell(Priority::Medium), Stage::after(5).load(LoadAct::Stop).tell(Priority::High).relay_opens().note("the stop goes out first thing on reconnect")])
        .latched(),
    Rule::new(RuleId::MachineBelowTarget, "reported below granted, slew allowed for, by more than max(10 %, 10 W), 0.3 km/h or 1 % grade")
        .stages(&[Stage::after(15).tell(Priority::Low), Stage::after(30).load(LoadAct::Hold).tell(Priority::Medium).note("the grant follows down to what was given since it was told of (the middle of its reports), which stays its ceiling for 10 min, or until a person resumes, asks for more, or gives load back")])
        .clear_after(5),
    Rule::new(RuleId::MachineAboveTarget, "reported above granted, slew allowed for, by more than max(15 %, 15 W), 0.5 km/h or 1 % grade")
        .stages(&[Stage::after(0).load(LoadAct::Hold), Stage::after(5).load(LoadAct::Stop).tell(Priority::High), Stage::after(10).relay_opens()])
        .latched(),
    Rule::new(RuleId::MachineRefused, "the machine refuses what it was told: a stop, a start, or, while it answers and is in use, a load")
        .stages(&[Stage::after(0).load(LoadAct::Hold).tell(Priority::Medium).ask("see what its own display says").note("the grant follows down to what was in force")])
        .latched(),
    Rule::new(RuleId::CadenceLow, "cadence < 40 (or the prescription's, for arm, recumbent, stroke), load on")
        .stages(&[Stage::after(10).load(LoadAct::Hold).tell(Priority::Low), Stage::after(30).load(LoadAct::ZeroWait).tell(Priority::Medium)])
        .clear("cadence >= 45")
        .clear_after(5),
    Rule::new(RuleId::CadenceVeryLow, "cadence < 30 (or 10 below the prescription's), load on")
        .stages(&[Stage::after(5).load(LoadAct::ZeroWait).tell(Priority::Medium)])
        .clear("cadence >= 45")
        .clear_after(5),
    Rule::new(RuleId::CadenceStopped, "cadence < 10, load on")
        .stages(&[Stage::after(5).load(LoadAct::Stop).tell(Priority::High).ask("all right?")])
        .latched(),
    Rule::new(RuleId::CadenceHigh, "cadence > 100")
        .stages(&[Stage::after(15).tell(Priority::Low)])
        .clear_after(5),
];

//! The rows of time and people.

use super::{Rule, Stage};
use crate::rules::{LoadAct, Priority, RuleId};

/// Time and people.
pub(super) const ROWS: [Rule; 7] = [
    Rule::new(
        RuleId::TimeOver,
        "conditioning longer than prescribed by 10 %",
    )
    .stages(&[Stage::after(0).load(LoadAct::CoolDown).tell(Priority::Low)])
    .clear("cool-down has begun"),
    Rule::new(RuleId::BpDue, "the prescribed interval is over by 2 min")
        .stages(&[Stage::after(0).tell(Priority::Low)])
        .clear("entry"),
    Rule::new(
        RuleId::Unacknowledged,
        "a high alarm that nobody acknowledged",
    )
    .stages(&[
        Stage::after(30)
            .tell(Priority::High)
            .note("again, on every screen"),
        Stage::after(60).load(LoadAct::CoolDown),
    ])
    .clear("acknowledged"),
    Rule::new(RuleId::GymCloses, "the gym is being closed")
        .stages(&[Stage::after(0).load(LoadAct::Stop)]),
    Rule::new(
        RuleId::NobodyWatches,
        "no dashboard alive for 5 s while somebody exercises",
    )
    .stages(&[
        Stage::after(0)
            .load(LoadAct::Hold)
            .tell(Priority::High)
            .note("stack light and sound command"),
        Stage::after(60).load(LoadAct::CoolDown),
    ])
    .clear("a dashboard is back"),
    Rule::new(
        RuleId::ControllerFault,
        "the station's own turn panicked, or came more than 1 s late",
    )
    .stages(&[Stage::after(0)
        .load(LoadAct::Stop)
        .tell(Priority::High)
        .relay_opens()])
    .latched(),
    Rule::new(
        RuleId::HostSilent,
        "no completed decision for 1 s (hardware: the relay's own timer)",
    )
    .stages(&[Stage::after(0)
        .load(LoadAct::Stop)
        .tell(Priority::High)
        .relay_opens()])
    .latched(),
];

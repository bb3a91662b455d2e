//! The rows of saturation.

use super::{Doubted, Rule, Stage};
use crate::rules::{LoadAct, Priority, RuleId};

/// Saturation.
pub(super) const ROWS: [Rule; 7] = [
    Rule::new(RuleId::Spo2Floor, "saturation <= F")
        .stages(&[
            Stage::after(0).load(LoadAct::Hold),
            Stage::after(6).load(LoadAct::Fall),
            Stage::after(15).tell(Priority::Medium),
            Stage::after(60)
                .load(LoadAct::CoolDown)
                .tell(Priority::High)
                .latched(),
        ])
        .clear("saturation >= F + 2")
        .clear_after(30),
    Rule::new(
        RuleId::Spo2Falling,
        "saturation < F + 3 and falling by more than 1 in 10 s",
    )
    .mean(3)
    .stages(&[Stage::after(0).load(LoadAct::Hold)])
    .clear("no longer falling")
    .clear_after(10),
    Rule::new(
        RuleId::Spo2Critical,
        "saturation <= F - 4, or it falls by 6 or more in 60 s",
    )
    .stages(&[
        Stage::after(0).load(LoadAct::Fall),
        Stage::after(8).load(LoadAct::CoolDown).tell(Priority::High),
    ])
    .latched(),
    Rule::new(RuleId::Spo2Stop, "saturation < 80")
        .stages(&[
            Stage::after(0).load(LoadAct::Fall),
            Stage::after(5).load(LoadAct::Stop).tell(Priority::High),
        ])
        .latched(),
    Rule::new(RuleId::Spo2Fall, "saturation 4 or more below rest")
        .mean(15)
        .stages(&[Stage::after(30).tell(Priority::Low)])
        .clear_after(15),
    Rule::new(
        RuleId::Spo2Lost,
        "no trusted saturation, and the prescription requires one",
    )
    .stages(&[
        Stage::after(3).load(LoadAct::Hold),
        Stage::after(10).tell(Priority::Low),
        Stage::after(30).load(LoadAct::Fall).tell(Priority::Medium),
        Stage::after(60)
            .load(LoadAct::CoolDown)
            .tell(Priority::High)
            .latched(),
    ])
    .lingers(60, Priority::Low)
    .clear_after(10),
    Rule::new(
        RuleId::WeakPulse,
        "no finger, search, perfusion index < 0.3 %, motion, out of track, or a saturation of 0",
    )
    .stages(&[
        Stage::after(0).load(LoadAct::Hold),
        Stage::after(5)
            .tell(Priority::Low)
            .doubt(Doubted::Saturation),
    ])
    .lingers(60, Priority::Low)
    .clear_after(5),
];

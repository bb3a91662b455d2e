//! The rows of heart rate, and of trust in it.

use super::{Doubted, Escalation, Flag, Rule, Stage};
use crate::rules::{LoadAct, Priority, RuleId};

/// Heart rate, and trust in it.
pub(super) const ROWS: [Rule; 23] = [
    Rule::new(RuleId::HrOverZone, "heart rate > zone upper")
        .mean(15)
        .stages(&[Stage::after(20).load(LoadAct::Hold).tell(Priority::Low)])
        .clear("heart rate < zone upper")
        .clear_after(20),
    Rule::new(RuleId::HrLimit, "heart rate >= H")
        .mean(5)
        .mean_if_irregular(15)
        .stages(&[Stage::after(0).load(LoadAct::Hold), Stage::after(5).load(LoadAct::Fall), Stage::after(10).tell(Priority::Medium), Stage::after(30).if_denervated(120).load(LoadAct::CoolDown).tell(Priority::High).latched()])
        .clear("heart rate < H - 3")
        .clear_after(15),
    Rule::new(RuleId::HrStop, "heart rate >= S")
        .mean(3)
        .mean_if_irregular(15)
        .stages(&[Stage::after(0).load(LoadAct::Fall), Stage::after(5).load(LoadAct::CoolDown).tell(Priority::High), Stage::after(35).load(LoadAct::Stop).unless("heart rate fell by 5 or more since the stage before")])
        .latched(),
    Rule::new(RuleId::HrIcd, "heart rate >= ICD - 10")
        .stages(&[Stage::after(0).load(LoadAct::Fall), Stage::after(3).load(LoadAct::Stop).tell(Priority::High)])
        .escalate(Escalation { when: "a second source agrees", load: LoadAct::Stop, tell: Priority::High })
        .latched(),
    Rule::new(RuleId::HrLow, "heart rate < the prescription's lower limit (default 40), load on, or in warm-up, conditioning or cool-down; paused, stopped or in recovery under rest - 20, or under the lower limit and rest - 5 where that is more")
        .mean(5)
        .stages(&[Stage::after(0).load(LoadAct::Hold), Stage::after(5).load(LoadAct::Fall), Stage::after(10).load(LoadAct::CoolDown).tell(Priority::High)])
        .latched(),
    Rule::new(RuleId::HrPlunge, "heart rate falls by more than 20 in 30 s, and by more than what load was taken away in the 90 s before it began explains: 0.4 of the beats a minute a MET (learned, assessed or 12, at most 18). What this rule, hr-fall or hr-low took explains nothing")
        .mean(5)
        .off_for(&[Flag::AtrialFibrillation])
        .stages(&[Stage::after(0).load(LoadAct::Hold), Stage::after(5).load(LoadAct::Fall), Stage::after(10).load(LoadAct::CoolDown).tell(Priority::High)])
        .latched(),
    Rule::new(RuleId::HrFall, "heart rate falls by 10 or more in 60 s, and by more than what load was taken away in the 180 s before it began explains (as for hr-plunge; 0.74 of the beats, of 18 where nothing is known)")
        .mean(15)
        .off_for(&[Flag::AtrialFibrillation])
        .stages(&[Stage::after(15).load(LoadAct::Hold).tell(Priority::Medium).ask("look at the patient; to go on with less heart rate, pause and resume"), Stage::after(30).load(LoadAct::Fall)])
        .clear("heart rate back over what it fell under, less what the load explains that is on now, or a person resumes")
        .latched(),
    Rule::new(RuleId::HrJump, "heart rate rises by more than 30 in 10 s, load not rising in the last 60 s")
        .mean(3)
        .off_for(&[Flag::AtrialFibrillation])
        .stages(&[Stage::after(0).load(LoadAct::Hold).tell(Priority::Medium).ask("check the rhythm")])
        .escalate(Escalation { when: "a second source agrees", load: LoadAct::Fall, tell: Priority::Medium })
        .latched(),
    Rule::new(RuleId::HrUnexplained, "heart rate more than 10 above what was foretold for now 30 s ago: y + 0.283 (rest + k u - y), y the 10 s mean then, u the granted load then")
        .mean(10)
        .stages(&[Stage::after(30).tell(Priority::Low)])
        .clear_after(15),
    Rule::new(RuleId::HrNoRise, "the least load granted in the last 120 s is 0.5 MET or more above the most granted 180 to 240 s ago, and heart rate is less than 3 above that of 180 s ago")
        .mean(15)
        .off_for(&[Flag::Denervated, Flag::Paced, Flag::ChronotropicIncompetence])
        .stages(&[Stage::after(0).load(LoadAct::Hold)])
        .clear_after(15),
    // A heart that is slow to answer, or waves or flutters over its answer, is no sensor's fault, and where no oximeter is worn its doubt takes
    // the load and calls: what is asked is this patient's, over a minute, and for half of one more (docs/simulation.md).
    Rule::new(RuleId::HrNoRiseTold, "the least load granted in the last 180 s is 1 MET or more above the most granted 240 to 300 s ago, and heart rate is above that of 240 s ago by less than 5, or than a third of what the rise of load is worth (known today, else assessed) where that is less")
        .mean(60)
        .off_for(&[Flag::Denervated, Flag::Paced, Flag::ChronotropicIncompetence])
        .stages(&[Stage::after(0).load(LoadAct::Hold), Stage::after(30).tell(Priority::Medium).doubt(Doubted::HeartRate).ask("check the pulse by hand")])
        .latched(),
    Rule::new(RuleId::HrRecovery, "in cool-down or recovery heart rate fell by 12 or less in the first minute after the peak, or by 22 or less in two")
        .mean(5)
        .off_for(&[Flag::Denervated, Flag::Paced])
        .stages(&[Stage::after(0).tell(Priority::Low).note("marked in the report; the cool-down may not be cut short")])
        .clear("the bout ends"),
    Rule::new(RuleId::HrOverTargetAtMinimum, "load at its minimum and heart rate > target + 5")
        .mean(15)
        .stages(&[Stage::after(60).tell(Priority::Low)])
        .clear("heart rate <= target + 3")
        .clear_after(15),
    Rule::new(RuleId::HrUnderTargetAtCap, "load at its cap and heart rate < target - 5")
        .mean(15)
        .stages(&[Stage::after(180).tell(Priority::Low)])
        .clear_after(15),
    Rule::new(RuleId::HrLost, "no trusted heart rate, and the prescription requires one")
        .stages(&[Stage::after(3).load(LoadAct::Hold), Stage::after(10).load(LoadAct::Fall).tell(Priority::Medium), Stage::after(30).load(LoadAct::CoolDown).tell(Priority::High).latched()])
        // A strap that falls silent for some seconds, again and again, keeps the load where it is, and its patient from the dose.
        .lingers(60, Priority::Low)
        .clear_after(10),
    Rule::new(RuleId::HrImplausible, "heart rate outside 30 to 220")
        .stages(&[Stage::after(0).doubt(Doubted::HeartRate)])
        .clear("10 one-second values in a row inside")
        .clear_after(10),
    Rule::new(RuleId::HrStep, "heart rate changes by more than 8 in 1 s or 20 in 10 s")
        .off_for(&[Flag::AtrialFibrillation])
        .stages(&[Stage::after(0).doubt(Doubted::HeartRate)])
        .clear("one-second values within 15 + 0.1 t of the value before the step (t seconds since), or a second source agrees")
        .clear_after(10),
    // A denervated heart is not spared this one: it holds load and tells nobody, and nothing else finds its stuck strap (docs/simulation.md).
    Rule::new(RuleId::HrStill, "the same whole number for 20 s while the granted load moved by 0.2 MET or more")
        .stages(&[Stage::after(0).load(LoadAct::Hold)])
        .clear("the number moves"),
    Rule::new(RuleId::HrStuck, "the same whole number for 45 s while the granted load moved by 0.2 MET or more")
        .off_for(&[Flag::Denervated])
        .stages(&[Stage::after(0).tell(Priority::Low).doubt(Doubted::HeartRate).ask("check the pulse by hand")])
        .clear("the number moves")
        .clear_after(10),
    Rule::new(RuleId::HrStillLevel, "the same whole number for 60 s, load level")
        .off_for(&[Flag::Denervated])
        .stages(&[Stage::after(0).tell(Priority::Low).ask("check the pulse by hand")])
        .clear("the number moves"),
    Rule::new(RuleId::HrCadenceLock, "for 20 s within 2 of cadence or 3 of twice the cadence, and it followed a cadence change of 5 or more within 10 s, or began with a step")
        .stages(&[Stage::after(0).load(LoadAct::Hold).tell(Priority::Medium).doubt(Doubted::HeartRate)])
        .clear("apart from cadence and from twice the cadence")
        .clear_after(10),
    Rule::new(RuleId::HrSourcesDiffer, "strap and oximeter pulse, both good, differ by more than 10, and neither is doubted by hr-stuck or hr-cadence-lock, nor was the pulse in the last 60 s")
        .mean(10)
        .mean_if_irregular(30)
        .limit_if_irregular(30)
        .stages(&[Stage::after(15).load(LoadAct::Hold).tell(Priority::Low).note("the higher one counts for every upper limit, the lower one for every lower")])
        .clear_after(15),
    Rule::new(RuleId::HrSourcesApart, "strap and oximeter pulse, both good, differ by more than 20 (neither doubted, as for hr-sources-differ)")
        .mean(10)
        .off_for(&[Flag::AtrialFibrillation])
        .stages(&[Stage::after(15).load(LoadAct::Fall).tell(Priority::Medium).doubt(Doubted::HeartRate)])
        .clear("within 10")
        .clear_after(15),
];

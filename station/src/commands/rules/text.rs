//! The rules for people, line by line; with a prescription, its own figures.

use std::fmt::Write as _;

use control::prescription::{HeartRateLimits, Mode, PatientFacts};
use control::rules::table::{self, Flag, Rule, Stage};
use control::rules::values::{Limit, Off, Values};
use protocols::vocabulary::MachineKind;

use crate::commands::chosen::Chosen;

/// Whose prescription it is, and what the words of the table mean by it.
pub(super) fn heading(chosen: &Chosen) -> String {
    let ordered = &chosen.ordered;
    let core = &ordered.prescription;
    let machine = match ordered.machine {
        MachineKind::Cycle => "cycle",
        MachineKind::Treadmill => "treadmill",
    };
    let target = match core.mode {
        Mode::HeartRateHeld { target, .. } => format!("target {target}"),
        Mode::HeartRateInterval { work, recovery, .. } => {
            format!("target {work} in work and {recovery} in recovery")
        }
        Mode::Constant { .. } | Mode::MetHeld { .. } | Mode::Interval { .. } | Mode::ByHand => {
            "no target in heart rate".to_owned()
        }
    };
    let required: Vec<&str> = [
        (core.heart_rate_required, "heart rate"),
        (core.saturation_required, "saturation"),
    ]
    .into_iter()
    .filter_map(|(required, what)| required.then_some(what))
    .collect();
    let trusted = match required.as_slice() {
        [] => "no signal has to be trusted for load to rise".to_owned(),
        [one] => format!("load rises only while {one} is trusted"),
        several => format!(
            "load rises only while {} are trusted",
            several.join(" and ")
        ),
    };
    let lines = [
        format!(
            "{}, {} version {} for a {machine}, in force from {} to {}",
            chosen.pseudonym,
            ordered.id,
            ordered.version,
            ordered.validity.from,
            ordered.validity.until
        ),
        ordered.summary.clone(),
        core.heart_rate.map_or_else(
            || "no limits in heart rate".to_owned(),
            |limits| format!("{}, {target}", in_heart_rate(&limits)),
        ),
        format!("F = {} %; {trusted}", core.saturation_floor),
        format!(
            "no command above {:.2} METs above rest; load rises by {:.2} METs a minute at most, in warm-up by {:.2}",
            core.ceiling.get(),
            core.ramp_up,
            core.warm_up_ramp
        ),
        format!("flags of the patient's record: {}", flags(&chosen.facts)),
    ];
    lines.join("\n    ")
}

fn in_heart_rate(limits: &HeartRateLimits) -> String {
    let zone = limits.zone.map_or_else(String::new, |(lower, upper)| {
        format!(", zone {lower}-{upper}")
    });
    let icd = limits.icd_detection.map_or_else(
        || ", no defibrillator".to_owned(),
        |icd| format!(", ICD = {icd}"),
    );
    format!(
        "H = {}, S = {}, lower limit {}{zone}{icd} (upper limits 5 lower while the oximeter stands in for the strap)",
        limits.upper,
        limits.stop(),
        limits.lower
    )
}

fn flags(facts: &PatientFacts) -> String {
    let set: Vec<&str> = [
        (facts.atrial_fibrillation, Flag::AtrialFibrillation),
        (facts.denervated, Flag::Denervated),
        (facts.paced, Flag::Paced),
        (
            facts.chronotropic_incompetence,
            Flag::ChronotropicIncompetence,
        ),
    ]
    .into_iter()
    .filter_map(|(set, flag)| set.then_some(flag.name()))
    .collect();
    if set.is_empty() {
        "none".to_owned()
    } else {
        set.join(", ")
    }
}

/// One rule, in lines that a person reads. Writing to a `String` cannot fail.
pub(super) fn described(rule: &Rule, chosen: Option<&Chosen>) -> String {
    let mut text = format!("{}\n    {}", rule.id, rule.when);
    let values = chosen.map(|chosen| chosen.values(rule));
    match values {
        Some(values) => text.push_str(&mean(values.mean_s)),
        None => text.push_str(&means(rule)),
    }
    if let Some(values) = values {
        text.push_str(&in_force(&values));
    }
    let denervated = chosen.map(|chosen| chosen.facts.denervated);
    for stage in rule.stages {
        text.push_str("\n    ");
        text.push_str(&described_stage(stage, denervated));
    }
    if let Some(escalation) = rule.escalate {
        let _ok = write!(
            text,
            "\n    {:<9}{}, tell {}: {}",
            "at once",
            escalation.load.name(),
            escalation.tell.name(),
            escalation.when
        );
    }
    if let Some(lingering) = rule.lingers {
        let after = format!("{} s", lingering.after_s);
        let _ok = write!(
            text,
            "\n    {after:<9}tell {}: where it is not over for so long and none of these told",
            lingering.tell.name()
        );
    }
    let _ok = write!(text, "\n    {:<9}{}", "ends", end(rule));
    if chosen.is_none() && !rule.off_for.is_empty() {
        let flags: Vec<_> = rule.off_for.iter().map(|flag| flag.name()).collect();
        let _ok = write!(text, "\n    {:<9}{}", "off for", flags.join(", "));
    }
    if table::NOT_EVALUATED.contains(&rule.id) {
        text.push_str("\n    not evaluated by the core: the hardware's own");
    }
    text
}

fn means(rule: &Rule) -> String {
    let mut text = mean(rule.mean_s);
    if let Some(seconds) = rule.mean_s_af {
        let _ok = write!(text, ", in atrial fibrillation of {seconds} s");
    }
    if let Some(limit) = rule.limit_af {
        let _ok = write!(text, "; limit in atrial fibrillation {limit}");
    }
    text
}

fn mean(seconds: u16) -> String {
    if seconds > 0 {
        format!("; mean of {seconds} s")
    } else {
        String::new()
    }
}

/// The figures of one prescription, or why the rule is off for it.
fn in_force(values: &Values) -> String {
    if let Some(off) = values.off.filter(|off| *off != Off::Hardware) {
        return format!("\n    {:<9}{}", "OFF", why(off));
    }
    let mut text = String::new();
    if let Some(limit) = values.limit {
        let _ok = write!(text, "\n    {:<9}{}", "here", side(limit));
    }
    if let Some(ends) = values.ends {
        let _ok = write!(text, "; ends {}", side(ends));
    }
    text
}

/// Why a rule is off, for people.
pub(super) fn why(off: Off) -> String {
    match off {
        Off::Patient(flag) => format!("the patient's record says {}", flag.name()),
        Off::NoHeartRateLimits => "the patient has no heart-rate signal".to_owned(),
        Off::NoZone => "no zone is prescribed".to_owned(),
        Off::NoTarget => "no heart rate is held".to_owned(),
        Off::NoDefibrillator => "no defibrillator is prescribed for".to_owned(),
        Off::NotRequired => "the prescription does not require the signal".to_owned(),
        Off::NoPressureOrdered => "no interval of blood pressure is prescribed".to_owned(),
        Off::NoCadence => "a treadmill has no cadence".to_owned(),
        Off::Hardware => "the hardware evaluates it".to_owned(),
    }
}

fn side(limit: Limit) -> String {
    match limit {
        Limit::Above(figure) => format!("above {figure}"),
        Limit::AtLeast(figure) => format!("at {figure} or above"),
        Limit::Below(figure) => format!("below {figure}"),
        Limit::AtMost(figure) => format!("at {figure} or below"),
        Limit::Pressure(systolic, diastolic) => {
            format!("systolic above {systolic} or diastolic above {diastolic} mmHg")
        }
        Limit::Longer(time) => format!("after {} s of conditioning", time.as_secs()),
        Limit::After(time) => format!("{} s after the one before", time.as_secs()),
    }
}

/// `denervated` is `None` where no patient is known.
pub(super) fn described_stage(stage: &Stage, denervated: Option<bool>) -> String {
    let seconds = denervated.map_or(stage.after_s, |denervated| stage.after_for(denervated));
    let after = if seconds == 0 {
        String::from("at once")
    } else {
        format!("{seconds} s")
    };
    let unknown = stage.after_s_denervated.filter(|_| denervated.is_none());
    let mut acts = acts(stage);
    acts.extend(unknown.map(|seconds| format!("after {seconds} s for a denervated heart")));
    format!("{after:<9}{}", acts.join(", "))
}

/// What a stage does.
pub(super) fn acts(stage: &Stage) -> Vec<String> {
    let mut acts = Vec::new();
    acts.extend(stage.load.map(|act| act.name().to_owned()));
    acts.extend(stage.tell.map(|tell| format!("tell {}", tell.name())));
    acts.extend(stage.doubt.map(|signal| format!("doubt {}", signal.name())));
    if stage.relay_opens {
        acts.push(String::from("open the relay"));
    }
    if stage.latched {
        acts.push(String::from("latched"));
    }
    acts.extend(stage.ask.map(|what| format!("ask: {what}")));
    acts.extend(stage.note.map(str::to_owned));
    acts.extend(stage.unless.map(|when| format!("unless {when}")));
    acts
}

/// What ends a rule.
pub(super) fn end(rule: &Rule) -> String {
    let mut text = String::from(rule.clear.unwrap_or("when the condition no longer holds"));
    if let Some(seconds) = rule.clear_s {
        let _ok = write!(text, ", for {seconds} s");
    }
    if rule.latched {
        text.push_str(", and a person acknowledges");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> String {
        let rule = table::all().find(|rule| rule.id.name() == name);
        described(rule.expect("known"), None)
    }

    #[test]
    fn a_rule_reads_as_what_is_done_when() {
        insta::assert_snapshot!(text("hr-limit"), @r"
        hr-limit
            heart rate >= H; mean of 5 s, in atrial fibrillation of 15 s
            at once  hold
            5 s      fall
            10 s     tell medium
            30 s     cool_down, tell high, latched, after 120 s for a denervated heart
            ends     heart rate < H - 3, for 15 s
        ");
        insta::assert_snapshot!(text("hr-jump"), @r"
        hr-jump
            heart rate rises by more than 30 in 10 s, load not rising in the last 60 s; mean of 3 s
            at once  hold, tell medium, ask: check the rhythm
            at once  fall, tell medium: a second source agrees
            ends     when the condition no longer holds, and a person acknowledges
            off for  af
        ");
        assert!(text("host-silent").contains("not evaluated"));
    }
}

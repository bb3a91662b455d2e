//! Codes in words: the one place where reasons, rules, phases and refusals become plain sentences. Pure; records use it too.

pub mod limiters;
pub mod notes;
pub mod rules;

use std::time::Duration;

use control::input::{Device, HeartRateSource};
use control::outputs::Refusal;
use control::rules::values::is_of_diastolic;
use control::rules::{HAPPENS_ONCE, LoadAct, Priority, RuleId};
use control::view::{AlarmView, Interlock, PhaseKind, Reason, StationView, Trust};
use protocols::vocabulary::{
    Absence, MachineKind, MachineLoad, MachineState, MetresPerSecond, NetMets, Watts,
};

use crate::gym::snapshot::{LineCount, LinkHealth};

/// Minutes and seconds, `12:40`; from an hour on `1:02:40`.
#[must_use]
pub fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// How long ago, for things that last: `9 min`, `40 s`, `2 h`.
#[must_use]
pub fn ago(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..7200 => format!("{} min", seconds / 60),
        7200.. => format!("{} h", seconds / 3600),
    }
}

/// A number as a person reads it: whole where it is whole, else one decimal. A number that is none is `--`.
#[must_use]
pub fn figure(value: f64) -> String {
    let text = decimal(value, 1);
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// A number with so many digits after its point; no minus before a nothing. A number that is none is `--`.
#[must_use]
pub fn decimal(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "--".to_owned();
    }
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(size) if size.chars().all(|letter| matches!(letter, '0' | '.')) => size.to_owned(),
        Some(_) | None => text,
    }
}

/// So many of something.
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// With a capital at its beginning.
#[must_use]
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A share of a whole in per cent: to the nearest whole one, and 100 only where it is all of it.
#[must_use]
pub fn share(percent: f64) -> String {
    short_of(percent, 100.0)
}

/// The same, and the limit that it is held against only where it reaches that.
#[must_use]
pub fn share_against(percent: f64, limit: f64) -> String {
    if percent < limit {
        short_of(percent, limit)
    } else {
        share(percent)
    }
}

fn short_of(percent: f64, limit: f64) -> String {
    let nearest = (percent + 0.5).floor();
    let shown = if percent < limit && nearest >= limit {
        percent.floor()
    } else {
        nearest
    };
    decimal(shown, 0)
}

/// A rate or a saturation: always whole.
#[must_use]
pub fn whole(value: f64) -> String {
    if value.is_finite() {
        format!("{value:.0}")
    } else {
        "--".to_owned()
    }
}

/// The phase in words.
#[must_use]
pub const fn phase(phase: PhaseKind) -> &'static str {
    match phase {
        PhaseKind::Idle => "free",
        PhaseKind::Ready => "ready",
        PhaseKind::Starting => "belt starts",
        PhaseKind::WarmUp => "warm-up",
        PhaseKind::Conditioning => "conditioning",
        PhaseKind::CoolDown => "cool-down",
        PhaseKind::Recovery => "recovery",
        PhaseKind::Finished => "finished",
        PhaseKind::Paused => "paused",
        PhaseKind::Stopped => "STOPPED",
    }
}

/// The machine in words.
#[must_use]
pub const fn machine(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::Cycle => "bike",
        MachineKind::Treadmill => "treadmill",
    }
}

/// What a machine says of itself, in words.
#[must_use]
pub const fn machine_state(state: MachineState) -> &'static str {
    match state {
        MachineState::Standing => "standing",
        MachineState::Running => "running",
        MachineState::Paused => "paused at the machine",
        MachineState::Fault => "machine reports a fault",
        MachineState::ByHand => "used at its own keys",
    }
}

/// What the slope of a heart rate against load is in on that kind of machine.
#[must_use]
pub const fn slope_unit(machine: MachineKind) -> &'static str {
    match machine {
        MachineKind::Cycle => "/min per W",
        MachineKind::Treadmill => "/min per MET",
    }
}

/// A device in words.
#[must_use]
pub const fn device(device: Device) -> &'static str {
    match device {
        Device::Machine => "machine",
        Device::Strap => "strap",
        Device::Oximeter => "oximeter",
    }
}

/// Whose heart rate it is.
#[must_use]
pub const fn source(source: HeartRateSource) -> &'static str {
    match source {
        HeartRateSource::Strap => "strap",
        HeartRateSource::Oximeter => "oximeter's pulse",
        HeartRateSource::Machine => "machine's grips",
    }
}

/// How far a sign can be relied on, in a word.
#[must_use]
pub const fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Trusted => "trusted",
        Trust::Doubted => "doubted",
        Trust::Lost => "lost",
        Trust::Absent => "not worn",
    }
}

/// Why a sensor gives no value.
#[must_use]
pub const fn absence(absence: Absence) -> &'static str {
    match absence {
        Absence::NoContact => "no contact",
        Absence::Searching => "searching",
        Absence::OutOfRange => "out of range",
        Absence::LowPerfusion => "pulse too weak",
        Absence::Artefact => "motion",
        Absence::Stale => "lost",
    }
}

/// The load as the machine is told it.
#[must_use]
pub fn load(load: &MachineLoad) -> String {
    match load {
        MachineLoad::Power(watts) => format!("{} W", watts.get()),
        MachineLoad::Belt { speed, grade } => {
            format!(
                "{:.1} km/h {:.1} %",
                speed.kilometres_per_hour(),
                grade.get()
            )
        }
    }
}

/// How a link is, in words.
#[must_use]
pub fn link(health: &LinkHealth) -> String {
    match health {
        LinkHealth::Opening { because: None } => "port is being opened".to_owned(),
        LinkHealth::Opening {
            because: Some(because),
        } => format!("port not open: {because}"),
        LinkHealth::Identifying => "waiting for its first answer".to_owned(),
        LinkHealth::Up => "connected".to_owned(),
        LinkHealth::Silent => "silent".to_owned(),
        LinkHealth::Unintelligible => "makes no sense: another rate, parity or form?".to_owned(),
        LinkHealth::OtherProtocol { protocol } => {
            format!("answers in another protocol: {protocol}")
        }
    }
}

/// How good a line is, where it is not sound: what was bad on it, of how much.
#[must_use]
pub fn line(count: &LineCount) -> String {
    if count.faults == 0 {
        return String::new();
    }
    let all = count.messages.saturating_add(count.faults);
    format!(", line: {} of {all} bad", count.faults)
}

/// The priority's mark.
#[must_use]
pub const fn mark(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "*",
        Priority::Medium => "**",
        Priority::High => "***",
    }
}

/// The priority as a word.
#[must_use]
pub const fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Medium => "medium",
        Priority::High => "high",
    }
}

/// What a rule does to the load, as a state: `load held`.
#[must_use]
pub const fn act(act: LoadAct) -> &'static str {
    match act {
        LoadAct::Hold => "load held",
        LoadAct::Fall => "load lowered",
        LoadAct::CoolDown => "taken to cool-down",
        LoadAct::ZeroWait => "no load, waits",
        LoadAct::Stop => "stopped",
    }
}

/// What a rule saw, with its figures, in a sentence: `HR 131 over limit 122`.
#[must_use]
pub fn alarm(rule: RuleId, value: Option<f64>, limit: Option<f64>) -> String {
    let words = rules::of(rule);
    if words.quantity.is_empty() {
        return words.plain.to_owned();
    }
    let (quantity, relation) = (quantity(words, limit), words.relation);
    if let Some(moved) = moved(rule, value, limit) {
        return moved;
    }
    match (value, limit) {
        (Some(value), Some(limit)) => {
            format!("{quantity} {} {relation} {}", figure(value), figure(limit))
        }
        (Some(value), None) => format!("{} ({quantity} {})", words.plain, figure(value)),
        (None, _) => words.plain.to_owned(),
    }
}

/// What a rule saw that also fires on a fast change, where it was the change: its limit was not passed then, and is not named.
fn moved(rule: RuleId, value: Option<f64>, limit: Option<f64>) -> Option<String> {
    let (value, limit) = value.zip(limit)?;
    if rule == RuleId::Spo2Critical && value > limit {
        return Some(format!("SpO2 {} fell fast", figure(value)));
    }
    (rule == RuleId::Breathing && value <= limit)
        .then(|| format!("breathing {}, much faster", figure(value)))
}

/// The same as short as it goes: `HR 131 > 122`.
#[must_use]
pub fn alarm_short(rule: RuleId, value: Option<f64>, limit: Option<f64>) -> String {
    let words = rules::of(rule);
    if let Some(moved) = moved(rule, value, limit) {
        return moved;
    }
    match (words.quantity.is_empty(), value, limit) {
        // A limit that goes by the patient's rest would be taken for the floor that stands beside it, or for the value at rest.
        (false, Some(value), Some(_)) if rule == RuleId::Spo2Fall => {
            format!("{} {} well below rest", words.quantity, figure(value))
        }
        (false, Some(value), Some(limit)) => {
            let quantity = quantity(words, Some(limit));
            let (value, limit) = (figure(value), figure(limit));
            let relation = match value.parse::<f64>().ok().zip(limit.parse::<f64>().ok()) {
                Some((value, limit)) if value > limit => '>',
                Some((value, limit)) if value < limit => '<',
                // A figure beside itself reads as allowed.
                Some(_) | None => return at_limit(quantity, words.relation, &limit),
            };
            format!("{quantity} {value} {relation} {limit}")
        }
        (true, _, _) | (false, None, _) | (false, _, None) => words.plain.to_owned(),
    }
}

/// A value that is its limit: `SpO2 at floor 88`.
fn at_limit(quantity: &str, relation: &str, limit: &str) -> String {
    let relation = if relation.starts_with("at ") {
        relation
    } else {
        "at limit"
    };
    format!("{quantity} {relation} {limit}")
}

/// What a value and its limit measure: of a blood pressure, which of the two, as 110 alone reads as a systolic one.
fn quantity(words: rules::RuleWords, limit: Option<f64>) -> &'static str {
    match (words.quantity, limit) {
        (rules::BLOOD_PRESSURE, Some(limit)) if is_of_diastolic(limit) => "diastolic",
        (rules::BLOOD_PRESSURE, Some(_)) => "systolic",
        (quantity, _) => quantity,
    }
}

/// Whether what an alarm tells of is over. What happened in one moment, a key that was pressed and a time that was over stay as they are.
#[must_use]
pub fn is_over(alarm: &AlarmView) -> bool {
    let lasts = match rules::of(alarm.rule).domain {
        rules::Domain::Session => false,
        rules::Domain::Patient | rules::Domain::Equipment => !HAPPENS_ONCE.contains(alarm.rule),
    };
    lasts && !alarm.active
}

/// What to do about an alarm in this phase beside acknowledging it, or nothing.
#[must_use]
pub fn advice(rule: RuleId, phase: PhaseKind) -> &'static str {
    let over = matches!(phase, PhaseKind::Finished | PhaseKind::Idle);
    match (rule, phase) {
        (RuleId::HrRecovery, _) if over => "",
        (RuleId::HrRecovery, PhaseKind::Recovery) => "watch on until it is near rest",
        _ => rules::of(rule).advice,
    }
}

/// Why the load is what it is, in a sentence that needs no knowledge of the program.
#[must_use]
pub fn reason(view: &StationView, alarms: &[AlarmView]) -> String {
    match view.reason {
        Reason::AsProposed | Reason::Rounding | Reason::Ramp if is_under_least(view) => {
            "under the machine's least load".to_owned()
        }
        Reason::AsProposed | Reason::Rounding => as_planned(view),
        Reason::Phase => "no load in this phase".to_owned(),
        Reason::Rule(_, LoadAct::Stop) | Reason::StopLatched => stopped(view, alarms),
        Reason::Rule(rule, act) => {
            let told = alarms.iter().find(|alarm| alarm.rule == rule);
            let (value, limit) = told.map_or((None, None), |alarm| (alarm.value, alarm.limit));
            let saw = notes::named(alarm_short(rule, value, limit), rule, view);
            format!("{}: {saw}", self::act(act))
        }
        Reason::PrescribedCeiling => "at the prescribed ceiling".to_owned(),
        Reason::MachineCeiling => "at the machine's greatest load".to_owned(),
        Reason::Prediction => "held down: HR would pass its limit".to_owned(),
        Reason::PlausibilityCap => "held down: more than the assessment explains".to_owned(),
        Reason::SignalNotTrusted => match notes::awaited_signal(view) {
            none if none.is_empty() => "no rise: waits for a good signal".to_owned(),
            why => format!("no rise: {why}"),
        },
        Reason::Ramp => "rising step by step".to_owned(),
        Reason::Hand => "lowered by hand (A automatic)".to_owned(),
        Reason::RecordGap => "no rise: the record has a gap".to_owned(),
        Reason::SaturationNearFloor => "gives way: SpO2 near floor".to_owned(),
        Reason::MachineFollows => "machine gave less than asked".to_owned(),
    }
}

/// What a person does about a stop: acknowledge what is not acknowledged yet, then resume; where the relay took the machine's power,
/// that gives it back first.
fn stopped(view: &StationView, alarms: &[AlarmView]) -> String {
    if let Some(left) = view.power_back_for {
        let seconds = left.as_secs();
        return format!("power is back for {seconds} s: resume (c) once it answers");
    }

    let waits = alarms.iter().any(|alarm| !alarm.acknowledged);
    if matches!(view.phase, PhaseKind::Finished | PhaseKind::Idle) {
        // Nothing is there to be resumed.
        return if waits {
            "stopped: acknowledge (a)"
        } else {
            "no load in this phase"
        }
        .to_owned();
    }
    if waits {
        "stopped: acknowledge (a), then resume (c)"
    } else if view.relay_open {
        "no power: resume (c) gives it back"
    } else {
        "stopped: resume (c)"
    }
    .to_owned()
}

/// The load that is let through is less than the machine can give, so it was told none.
fn is_under_least(view: &StationView) -> bool {
    let told_none = view.told.is_some_and(|told| match told {
        MachineLoad::Power(power) => power == Watts::ZERO,
        MachineLoad::Belt { speed, .. } => speed == MetresPerSecond::ZERO,
    });
    told_none && view.granted > NetMets::ZERO
}

fn as_planned(view: &StationView) -> String {
    if view.by_hand {
        return "set by hand (A automatic)".to_owned();
    }
    match (view.phase, view.target_heart_rate, view.interval) {
        (PhaseKind::Conditioning, target, Some((number, work))) => {
            let turn = if work { "work" } else { "recovery" };
            let towards = target.map(|target| format!(", HR {}", whole(target)));
            format!("interval {number}: {turn}{}", towards.unwrap_or_default())
        }
        (PhaseKind::Conditioning, Some(target), None) => {
            format!("moves to hold HR {}", whole(target))
        }
        (PhaseKind::Conditioning, None, None) => "as prescribed".to_owned(),
        (PhaseKind::WarmUp, _, _) => "warm-up load".to_owned(),
        (PhaseKind::CoolDown, _, _) => "cool-down load".to_owned(),
        (PhaseKind::Paused, _, _) => "paused: no load (c resume)".to_owned(),
        (PhaseKind::Stopped, _, _) => "stopped: acknowledge (a), then resume (c)".to_owned(),
        (
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::Recovery
            | PhaseKind::Finished,
            _,
            _,
        ) => "no load in this phase".to_owned(),
    }
}

/// What still keeps a session from starting, each with the key that does it, or what is waited for.
#[must_use]
pub fn interlock(interlock: &Interlock) -> Vec<&'static str> {
    [
        (interlock.stop_circuit, "stop button: reset it"),
        (interlock.machine, "machine does not answer yet"),
        (interlock.alarms, "a acknowledge the alarm"),
        (interlock.rules, "the alarm's cause to end"),
        (interlock.signals, "signals good and steady"),
        (interlock.rest, "resting values"),
        (interlock.door_check, "d door check done"),
        (interlock.confirmation, "s start"),
    ]
    .into_iter()
    .filter_map(|(waits, words)| waits.then_some(words))
    .collect()
}

/// What a station in ready waits for. Where the start is confirmed already, it is said that nobody will be asked again.
#[must_use]
pub fn awaited(interlock: &Interlock, all: bool) -> String {
    let mut waits = self::interlock(interlock);
    if waits.is_empty() {
        return "starts".to_owned();
    }
    if !all {
        waits.truncate(1);
    }
    let waits = waits.join(", ");
    if interlock.confirmation {
        format!("waiting for: {waits}")
    } else {
        format!("STARTS BY ITSELF after: {waits}")
    }
}

/// Why a person's action was not taken, with what to do.
#[must_use]
pub const fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotNow => "not in this phase",
        Refusal::AcknowledgeFirst => "acknowledge the alarm first (a)",
        Refusal::ConditionHolds => "what stopped it still holds",
        Refusal::StopCircuitOpen => "the stop button is pressed: reset it first",
        Refusal::SignalNotTrusted => "a required signal is not good yet",
        Refusal::MachineLost => "the machine does not answer",
        Refusal::LimitReached => "more load is not permitted now",
        Refusal::OutOfRange => "the value cannot be entered",
        Refusal::NoTarget => "there is no target to move now",
        Refusal::CoolDownNeeded => "the cool-down may not be cut short",
        Refusal::WrongMachine => "the prescription does not fit this machine",
        Refusal::BrakeHoldsMore => {
            "this machine's brake cannot go as low as the prescription: use another machine"
        }
        Refusal::OrdersUnderItsLeast => {
            "this machine gives nothing at the load that is prescribed: use another machine, or prescribe more"
        }
        Refusal::PowerReturns => "its power comes back: once it answers, press it again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_up_to_what_it_does_not_reach() {
        for (percent, shown) in [
            (100.0, "100"),
            (99.67, "99"),
            (98.5, "99"),
            (83.4, "83"),
            (0.4, "0"),
            (112.6, "113"),
            (f64::NAN, "--"),
        ] {
            assert_eq!(share(percent), shown, "{percent}");
        }
        for (percent, shown) in [(94.7, "94"), (95.0, "95"), (95.6, "96"), (99.8, "99")] {
            assert_eq!(share_against(percent, 95.0), shown, "{percent}");
        }
    }

    #[test]
    fn every_value_of_a_rule_has_its_unit() {
        for rule in RuleId::ALL {
            let quantity = rules::of(*rule).quantity;
            let unit = rules::unit(*rule, MachineKind::Cycle);
            assert!(quantity.is_empty() || !unit.is_empty(), "{rule}");
            match quantity {
                "HR" | "cadence" | "breathing" => assert_eq!(unit, "/min", "{rule}"),
                "SpO2" => assert_eq!(unit, "%", "{rule}"),
                "BP" | "systolic" => assert_eq!(unit, "mm[Hg]", "{rule}"),
                "" => {}
                _ => assert_eq!(unit, "score", "{rule}"),
            }
        }
    }

    #[test]
    fn every_rule_says_something_of_its_own_kind() {
        for rule in RuleId::ALL {
            let words = rules::of(*rule);
            assert!(!words.plain.is_empty(), "{rule}");
            assert_eq!(
                words.quantity.is_empty(),
                words.relation.is_empty(),
                "{rule}"
            );
            assert!(alarm(*rule, Some(1.0), Some(2.0)).len() > 5, "{rule}");
            assert!(
                words.plain.len() <= 45,
                "{rule}: too long for a line of the wall"
            );
        }
        // The groups end in a wildcard: the last of each is checked by name, so that a rule in the wrong group is seen.
        assert_eq!(
            alarm(RuleId::HrUnderTargetAtCap, None, None),
            "under target at the greatest permitted load"
        );
        assert_eq!(
            alarm(RuleId::HrSourcesApart, None, None),
            "sensors: strap and oximeter far apart"
        );
        assert_eq!(
            alarm(RuleId::WeakPulse, None, None),
            "sensor: oximeter sees no good pulse"
        );
        assert_eq!(alarm(RuleId::CadenceHigh, None, None), "pedalling fast");
        assert_eq!(
            alarm(RuleId::Symptom, None, None),
            "symptom, or the patient asks to stop"
        );
        assert_eq!(alarm(RuleId::HostSilent, None, None), "control fell silent");
    }

    #[test]
    fn an_alarm_tells_worst_value_then_limit() {
        assert_eq!(
            alarm(RuleId::HrLimit, Some(131.0), Some(122.0)),
            "HR 131 over limit 122"
        );
        assert_eq!(
            alarm_short(RuleId::HrLimit, Some(131.0), Some(122.0)),
            "HR 131 > 122"
        );
        assert_eq!(
            alarm_short(RuleId::Spo2Floor, Some(86.0), Some(88.0)),
            "SpO2 86 < 88"
        );
        assert_eq!(
            alarm_short(RuleId::HrLimit, Some(122.0), Some(122.0)),
            "HR at limit 122"
        );
        assert_eq!(
            alarm_short(RuleId::Spo2Floor, Some(88.0), Some(88.0)),
            "SpO2 at floor 88"
        );
        assert_eq!(
            alarm_short(RuleId::MachineLost, Some(0.0), None),
            "machine does not answer"
        );
    }

    #[test]
    fn a_blood_pressure_says_which_of_the_two_passed_its_limit() {
        for (value, limit, quantity) in [
            (110.0, 105.0, "diastolic"),
            (116.0, 115.0, "diastolic"),
            (161.0, 160.0, "systolic"),
            (251.0, 250.0, "systolic"),
        ] {
            let (value, limit) = (Some(value), Some(limit));
            for rule in [RuleId::SbpHigh, RuleId::SbpHighTraining] {
                for told in [alarm(rule, value, limit), alarm_short(rule, value, limit)] {
                    assert!(told.starts_with(quantity), "{told}");
                }
            }
        }
        assert_eq!(
            alarm_short(RuleId::SbpHighTraining, Some(110.0), Some(105.0)),
            "diastolic 110 > 105"
        );
    }

    #[test]
    fn a_margin_is_never_told_as_the_figure_it_is_a_margin_of() {
        let told = |rule, value, limit| alarm(rule, Some(value), Some(limit));
        // The detection rate is 180, rest 95, the target 104: what is named beside them is the rule's own limit.
        assert_eq!(
            told(RuleId::HrIcd, 172.0, 170.0),
            "HR 172 near defibrillator's rate, limit 170"
        );
        assert_eq!(
            told(RuleId::Spo2Fall, 91.0, 91.0),
            "SpO2 91 well below rest, limit 91"
        );
        assert_eq!(
            alarm_short(RuleId::Spo2Fall, Some(88.3), Some(91.0)),
            "SpO2 88.3 well below rest"
        );
        assert_eq!(
            told(RuleId::HrOverTargetAtMinimum, 112.0, 109.0),
            "HR 112 over target, limit 109"
        );
        assert_eq!(
            told(RuleId::SbpDrop, 130.0, 135.0),
            "systolic 130 dropped under load, limit 135"
        );
    }

    #[test]
    fn a_fast_change_is_not_told_as_a_limit_that_was_passed() {
        let (value, limit) = (Some(90.0), Some(84.0));
        assert_eq!(
            alarm(RuleId::Spo2Critical, value, limit),
            "SpO2 90 fell fast"
        );
        assert_eq!(
            alarm_short(RuleId::Spo2Critical, value, limit),
            "SpO2 90 fell fast"
        );
        assert_eq!(
            alarm(RuleId::Spo2Critical, Some(83.0), limit),
            "SpO2 83 far under floor, limit 84"
        );
        assert_eq!(
            alarm(RuleId::Breathing, Some(34.0), Some(40.0)),
            "breathing 34, much faster"
        );
    }

    #[test]
    fn trouble_of_the_equipment_is_apart_from_trouble_of_the_patient() {
        assert_eq!(rules::of(RuleId::HrLost).domain, rules::Domain::Equipment);
        assert_eq!(rules::of(RuleId::HrLow).domain, rules::Domain::Patient);
        assert_eq!(rules::of(RuleId::BpDue).domain, rules::Domain::Session);
    }

    #[test]
    fn numbers_are_never_made_up() {
        assert_eq!(figure(f64::NAN), "--");
        assert_eq!(whole(f64::INFINITY), "--");
        assert_eq!(figure(-0.01), "0");
        assert_eq!(figure(3.25), "3.2");
        assert_eq!(whole(103.6), "104");
    }

    #[test]
    fn a_stop_names_the_keys_that_are_still_needed() {
        let mut station = crate::dashboard::pictures::stopped(1);
        let mut alarms = station.alarms.clone();
        let words = |station: &crate::gym::snapshot::StationSnapshot, alarms: &[AlarmView]| {
            reason(&station.view, alarms)
        };
        let first = "stopped: acknowledge (a), then resume (c)";
        assert_eq!(words(&station, &alarms), first);
        alarms[0].acknowledged = true;
        assert_eq!(words(&station, &alarms), "stopped: resume (c)");
        station.view.relay_open = true;
        assert_eq!(
            words(&station, &alarms),
            "no power: resume (c) gives it back"
        );
        station.view.relay_open = false;
        station.view.power_back_for = Some(Duration::from_millis(29_400));
        assert_eq!(
            words(&station, &alarms),
            "power is back for 29 s: resume (c) once it answers"
        );
        station.view.power_back_for = None;
        alarms[0].acknowledged = false;
        assert_eq!(words(&station, &alarms), first);
    }

    #[test]
    fn a_load_that_the_machine_cannot_give_is_told_as_that_and_not_as_planned() {
        let mut view = crate::dashboard::pictures::over_limit(1).view;
        (view.reason, view.phase) = (Reason::AsProposed, PhaseKind::Conditioning);
        view.granted = NetMets::new(1.87).unwrap();
        view.told = Some(MachineLoad::Power(Watts::ZERO));
        assert_eq!(reason(&view, &[]), "under the machine's least load");
        view.reason = Reason::Phase;
        assert_eq!(reason(&view, &[]), "no load in this phase");
        view.reason = Reason::AsProposed;
        view.told = Some(MachineLoad::Power(Watts::new(25).unwrap()));
        assert!(reason(&view, &[]).starts_with("moves to hold HR"));
    }

    #[test]
    fn a_stop_of_a_session_that_is_finished_names_nothing_to_resume() {
        let mut station = crate::dashboard::pictures::stopped(1);
        station.view.phase = PhaseKind::Finished;
        assert_eq!(
            reason(&station.view, &station.alarms),
            "stopped: acknowledge (a)"
        );
        station.alarms[0].acknowledged = true;
        assert_eq!(
            reason(&station.view, &station.alarms),
            "no load in this phase"
        );
    }

    #[test]
    fn what_happened_in_a_moment_is_never_told_as_over() {
        let mut alarm = crate::dashboard::pictures::over_limit(1).alarms[0];
        alarm.active = false;
        assert!(is_over(&alarm));
        for rule in [RuleId::Symptom, RuleId::Arrhythmia, RuleId::OperatorStop] {
            alarm.rule = rule;
            assert!(!is_over(&alarm), "{rule}");
        }
    }

    #[test]
    fn what_to_do_about_a_slow_recovery_goes_with_the_phase() {
        let advice = |phase| advice(RuleId::HrRecovery, phase);
        assert_eq!(
            advice(PhaseKind::CoolDown),
            "let the cool-down run its time"
        );
        assert!(!advice(PhaseKind::Recovery).contains("cool-down"));
        assert_eq!(advice(PhaseKind::Finished), "");
    }

    #[test]
    fn times_read_as_a_clock_does() {
        assert_eq!(minutes(Duration::from_secs(6)), "00:06");
        assert_eq!(minutes(Duration::from_secs(760)), "12:40");
        assert_eq!(minutes(Duration::from_secs(3760)), "1:02:40");
        assert_eq!(ago(Duration::from_secs(59)), "59 s");
        assert_eq!(ago(Duration::from_mins(9)), "9 min");
    }
}

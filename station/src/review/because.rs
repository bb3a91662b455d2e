//! Why the load was what it was at a second of a session: rule, value and limit in plain words, from what was recorded of that second.
//!
//! The core's own account of the same instant takes its journal ([`super::instant`]).

use control::input::HeartRateSource;
use control::prescription::{BoutSetup, Mode};
use control::rules::values::{self, Limit};
use control::rules::{LoadAct, RuleId, table};
use control::view::{PhaseKind, Reason, Trust};

use crate::dashboard::words::{self, figure, limiters};
use crate::records::archive::whole_second;
use crate::records::replay::instant::clock;
use crate::records::session::{Alarm, BoutRecord, EventRecord, Second};

/// The alarms that were there at a second of a bout, after the session began: from the second of their beginning on.
pub fn raised_at<'a, 'b>(
    alarms: &'b [Alarm<'a>],
    bout: u16,
    t_s: i64,
) -> impl Iterator<Item = &'b Alarm<'a>> {
    alarms.iter().filter(move |alarm| {
        alarm.first.bout == Some(bout)
            && whole_second(alarm.from_us) <= t_s
            && (alarm.cleared().is_none() || whole_second(alarm.to_us) > t_s)
    })
}

/// Why the load was what it was at a second, in a sentence.
#[must_use]
pub fn because(bout: &BoutRecord, second: &Second, alarms: &[Alarm<'_>]) -> String {
    let setup = bout.setup.as_ref();
    match second.reason {
        Reason::AsProposed | Reason::Rounding => as_asked(second, setup),
        Reason::Rule(rule, act) => by_rule(bout, second, alarms, (rule, act)),
        Reason::PrescribedCeiling => {
            let ceiling = setup.map(|setup| setup.prescription.ceiling.get());
            with_figure("at the prescribed ceiling", ceiling, "MET above rest")
        }
        Reason::MachineCeiling => "at the machine's greatest load".to_owned(),
        Reason::Prediction => {
            let upper = setup.and_then(|setup| Some(setup.prescription.heart_rate?.upper));
            with_figure(
                "held down: heart rate foretold to pass its limit",
                upper,
                "/min",
            )
        }
        Reason::PlausibilityCap => "held down: more than the assessment explains".to_owned(),
        Reason::SignalNotTrusted => format!("no rise: {}", untrusted(second, setup)),
        Reason::Ramp => {
            let ramp = setup.map(|setup| match second.phase {
                PhaseKind::WarmUp => setup.prescription.warm_up_ramp,
                PhaseKind::Idle
                | PhaseKind::Ready
                | PhaseKind::Starting
                | PhaseKind::Conditioning
                | PhaseKind::CoolDown
                | PhaseKind::Recovery
                | PhaseKind::Finished
                | PhaseKind::Paused
                | PhaseKind::Stopped => setup.prescription.ramp_up,
            });
            ramp.map_or_else(
                || "rising step by step".to_owned(),
                |ramp| {
                    format!(
                        "rising step by step, by at most {} MET a minute",
                        figure(ramp)
                    )
                },
            )
        }
        Reason::SaturationNearFloor => {
            let floor = setup.map(|setup| figure(setup.prescription.saturation_floor));
            let now = second
                .spo2_percent
                .map_or("--".to_owned(), |value| value.to_string());
            let floor = floor.unwrap_or_else(|| "--".to_owned());
            format!("gives way: SpO2 {now} near its floor {floor}")
        }
        Reason::MachineFollows => {
            let told = load(second.told.power_w, second.told.speed_mm_s);
            let said = load(second.reported.power_w, second.reported.speed_mm_s);
            format!("machine gave less than asked: told {told}, reports {said}")
        }
        Reason::StopLatched => stopped(bout, second, alarms),
        Reason::Phase => format!("no load in this phase ({})", words::phase(second.phase)),
        Reason::Hand => "lowered by hand: it stays a ceiling".to_owned(),
        Reason::RecordGap => "no rise: the record has a gap".to_owned(),
    }
}

fn with_figure(words: &str, value: Option<f64>, unit: &str) -> String {
    match value {
        Some(value) => format!("{words}: {} {unit}", figure(value)),
        None => words.to_owned(),
    }
}

fn as_asked(second: &Second, setup: Option<&BoutSetup>) -> String {
    if second.by_hand {
        return "as asked for: set by hand".to_owned();
    }
    let asked = match second.phase {
        PhaseKind::WarmUp => "the warm-up load".to_owned(),
        PhaseKind::CoolDown => "the cool-down load".to_owned(),
        PhaseKind::Conditioning => {
            let intervals = setup.is_some_and(|setup| {
                matches!(
                    setup.prescription.mode,
                    Mode::Interval { .. } | Mode::HeartRateInterval { .. }
                )
            });
            match (second.target_heart_rate_bpm, intervals) {
                (Some(target), true) => format!("the interval's, towards HR {target}"),
                (Some(target), false) => format!("moves to hold HR {target}"),
                (None, true) => "the interval's".to_owned(),
                (None, false) => "as prescribed".to_owned(),
            }
        }
        PhaseKind::Idle
        | PhaseKind::Ready
        | PhaseKind::Starting
        | PhaseKind::Recovery
        | PhaseKind::Finished
        | PhaseKind::Paused
        | PhaseKind::Stopped => {
            return format!("no load in this phase ({})", words::phase(second.phase));
        }
    };
    if second.given_met_milli() < second.granted_met_milli {
        return format!(
            "as asked for: {asked}; the machine is told 0 W, as its least load is more"
        );
    }
    format!("as asked for: {asked}")
}

/// A rule that acted: what it did, what it saw, and whether it had raised an alarm.
fn by_rule(
    bout: &BoutRecord,
    second: &Second,
    alarms: &[Alarm<'_>],
    (rule, act): (RuleId, LoadAct),
) -> String {
    let raised = raised_at(alarms, bout.number, second.t_s)
        .filter(|alarm| alarm.rule() == rule.name())
        .last();
    let now = measured(rule, second);
    let Some(alarm) = raised else {
        let limit = bout
            .setup
            .as_ref()
            .and_then(|setup| limit(rule, bout, setup));
        let saw = words::alarm(rule, now, limit);
        return format!("{}: {saw} (rule {rule}, no alarm yet)", words::act(act));
    };
    let told = alarm
        .events()
        .rev()
        .find(|event| event.kind == "alarm-escalated" && whole_second(event.t_us) <= second.t_s)
        .unwrap_or(alarm.first);
    let saw = saw(alarm, told);
    let now = now.map_or_else(String::new, |now| format!("; {} now", figure(now)));
    format!(
        "{}: {saw} (rule {rule}, alarm since {}{now})",
        words::act(act),
        clock(alarm.from_us)
    )
}

/// What a second has of the quantity that a rule looks at.
fn measured(rule: RuleId, second: &Second) -> Option<f64> {
    match words::rules::of(rule).quantity {
        "HR" => second.heart_rate_bpm.map(f64::from),
        "SpO2" => second.spo2_percent.map(f64::from),
        "cadence" => second.cadence_rpm.map(f64::from),
        _ => None,
    }
}

/// What a rule held that quantity against.
fn limit(rule: RuleId, bout: &BoutRecord, setup: &BoutSetup) -> Option<f64> {
    let values = values::of(
        table::row(rule),
        &setup.prescription,
        &setup.patient,
        bout.machine,
    );
    match values.limit? {
        Limit::Above(limit)
        | Limit::AtLeast(limit)
        | Limit::Below(limit)
        | Limit::AtMost(limit) => Some(limit),
        Limit::Pressure(..) | Limit::Longer(_) | Limit::After(_) => None,
    }
}

/// Which required signal a rise waited for.
fn untrusted(second: &Second, setup: Option<&BoutSetup>) -> String {
    let required = |of: fn(&BoutSetup) -> bool| setup.is_none_or(of);
    let mut waits = Vec::new();
    if required(|setup| setup.prescription.heart_rate_required) {
        let trust = second.heart_rate_trust;
        if trust != Trust::Trusted {
            waits.push(format!("heart rate {}", words::trust(trust)));
        } else if second.heart_rate_source == Some(HeartRateSource::Oximeter) {
            waits.push("heart rate by the oximeter's pulse alone".to_owned());
        }
    }
    if required(|setup| setup.prescription.saturation_required)
        && second.spo2_trust != Trust::Trusted
    {
        waits.push(format!("saturation {}", words::trust(second.spo2_trust)));
    }
    if waits.is_empty() {
        return limiters::of(Reason::SignalNotTrusted).to_owned();
    }
    waits.join(", ")
}

/// By which alarm the stop was that nobody had resumed yet.
fn stopped(bout: &BoutRecord, second: &Second, alarms: &[Alarm<'_>]) -> String {
    let by = alarms.iter().rev().find(|alarm| {
        alarm.first.bout == Some(bout.number)
            && whole_second(alarm.from_us) <= second.t_s
            && alarm.hardest() == Some(LoadAct::Stop)
    });
    let by = by.and_then(|alarm| {
        let rule = RuleId::from_name(alarm.rule())?;
        let saw = saw(alarm, alarm.first);
        Some(format!(
            ": {saw} (rule {rule}, since {})",
            clock(alarm.from_us)
        ))
    });
    format!("stopped, and nobody has resumed{}", by.unwrap_or_default())
}

/// What an event of an alarm tells that its rule saw, and what that was corrected to later.
fn saw(alarm: &Alarm<'_>, told: &EventRecord) -> String {
    let saw = told.saw().unwrap_or_default();
    match alarm.corrected(told) {
        Some(corrected) => format!("{saw}, {}", corrected.words()),
        None => saw,
    }
}

fn load(power_w: Option<u16>, speed_mm_s: Option<i32>) -> String {
    match (power_w, speed_mm_s) {
        (Some(power), _) => format!("{power} W"),
        (None, Some(speed)) => format!("{:.1} km/h", f64::from(speed) * 3.6 / 1_000.0),
        (None, None) => "--".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::SessionRecord;
    use crate::records::fixtures::archive_of_a_visit;

    #[test]
    fn every_second_of_a_visit_says_why() {
        let (_folder, archive) = archive_of_a_visit();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let alarms = session.alarms();
        let told: Vec<String> = session
            .seconds()
            .map(|(bout, second)| because(bout, second, &alarms))
            .collect();
        let has = |part: &str| told.iter().any(|words| words.contains(part));
        for part in [
            "no load in this phase (ready)",
            "as asked for: the warm-up load",
            "as asked for: as prescribed",
            "SpO2 86 at floor 88 (rule spo2-floor, no alarm yet)",
            "taken to cool-down: SpO2 86 fell fast (rule spo2-critical, alarm since 3:53; 86 now)",
            "as asked for: the cool-down load",
        ] {
            assert!(has(part), "{part}");
        }
        assert!(told.iter().all(|words| !words.is_empty()));
    }

    #[test]
    fn every_reason_has_words_whatever_the_second_knows() {
        let (_folder, archive) = archive_of_a_visit();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let (bout, second) = session.seconds().nth(200).unwrap();
        let mut unknown = bout.clone();
        unknown.setup = None;
        let rules = RuleId::ALL.iter().flat_map(|rule| {
            [LoadAct::Hold, LoadAct::Fall, LoadAct::Stop].map(|act| Reason::Rule(*rule, act))
        });
        let reasons = rules.chain([
            Reason::AsProposed,
            Reason::Phase,
            Reason::PrescribedCeiling,
            Reason::MachineCeiling,
            Reason::StopLatched,
            Reason::Prediction,
            Reason::PlausibilityCap,
            Reason::SignalNotTrusted,
            Reason::Ramp,
            Reason::Hand,
            Reason::RecordGap,
            Reason::SaturationNearFloor,
            Reason::MachineFollows,
            Reason::Rounding,
        ]);
        for reason in reasons {
            let second = Second {
                reason,
                heart_rate_bpm: None,
                spo2_percent: None,
                ..second.clone()
            };
            for bout in [bout, &unknown] {
                let told = because(bout, &second, &[]);
                assert!(told.len() > 5, "{reason:?}: {told}");
                assert!(!told.contains("NaN") && !told.contains("(a)"), "{told}");
            }
        }
    }
}

//! What ended a session. Its row tells; but a gym that is closed or lost after exercise was over ended nothing that anybody did, and there the
//! last bout's events tell.

use control::input::Action;
use control::rules::LoadAct;
use control::view::PhaseKind;

use super::phases::told;
use super::{Alarm, BoutRecord, EventRecord, SECOND_US, SessionRecord};
use crate::records::observe::is_of_a_closing_gym;

/// What ended a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Why, by the words of [`SessionLine::end_reason`](super::SessionLine::end_reason).
    pub reason: String,
    /// The rule that stopped it or took it to its cool-down.
    pub rule: Option<String>,
}

impl Ended {
    fn by(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            rule: None,
        }
    }

    fn by_rule(rule: &str) -> Self {
        Self {
            rule: Some(rule.to_owned()),
            ..Self::by("rule")
        }
    }
}

impl SessionRecord {
    /// What ended it; `None` while nothing has.
    #[must_use]
    pub fn ended_by(&self) -> Option<Ended> {
        let reason = self.line.end_reason.as_deref()?;
        let by_its_gym = matches!(reason, "gym-closed" | "interrupted");
        let before = by_its_gym.then(|| self.ended_before_its_gym()).flatten();
        before.or_else(|| {
            Some(Ended {
                reason: reason.to_owned(),
                rule: self.line.end_rule.clone(),
            })
        })
    }

    /// What had ended the exercise of its last bout before its gym was closed or lost; `None` where nothing had.
    fn ended_before_its_gym(&self) -> Option<Ended> {
        let bout = self.bouts.last()?;
        let of_bout = |event: &&EventRecord| event.bout == Some(bout.number);
        let events = self.events.iter().filter(of_bout);
        let passages = events
            .take_while(|event| !is_of_a_closing_gym(&event.text))
            .filter(|event| event.kind == "phase");
        let of_this = |alarm: &Alarm<'_>| alarm.first.bout == Some(bout.number);
        let alarms: Vec<Alarm<'_>> = self.alarms().into_iter().filter(of_this).collect();
        let (mut led, mut stopped, mut since_us) = (None, None, bout.from_us);
        let (mut finished, mut now) = (None, PhaseKind::Idle);
        for passage in passages {
            let (from, to) = (told(passage, "from")?, told(passage, "to")?);
            match to {
                PhaseKind::Idle
                | PhaseKind::Ready
                | PhaseKind::WarmUp
                | PhaseKind::Conditioning => (led, stopped) = (None, None),
                PhaseKind::CoolDown => {
                    let waited = matches!(from, PhaseKind::Starting | PhaseKind::Paused);
                    let within = (if waited { since_us } else { passage.t_us }, passage.t_us);
                    if led.is_none() {
                        led = Some(self.led_to_cool_down((bout, &alarms), from, within)?);
                    }
                    stopped = None;
                }
                PhaseKind::Stopped => {
                    let by = rule_that(&alarms, LoadAct::Stop, (passage.t_us, passage.t_us));
                    stopped = by.map(|rule| Ended::by_rule(&rule));
                }
                PhaseKind::Starting | PhaseKind::Paused | PhaseKind::Recovery => stopped = None,
                PhaseKind::Finished => {
                    let by_a_person = self.asked(bout, passage.t_us, &Action::Finish);
                    finished = by_a_person.then(|| Ended::by("staff"));
                }
            }
            if !matches!(to, PhaseKind::Starting | PhaseKind::Paused)
                || !matches!(from, PhaseKind::Starting | PhaseKind::Paused)
            {
                since_us = passage.t_us;
            }
            now = to;
        }
        match now {
            PhaseKind::Recovery => led,
            PhaseKind::Finished => stopped.or(led).or(finished),
            PhaseKind::CoolDown | PhaseKind::Paused | PhaseKind::Stopped => {
                stopped.or(led).filter(|ended| ended.reason != "completed")
            }
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::Conditioning => None,
        }
    }

    /// What led to the cool-down; `None` where the record does not tell.
    fn led_to_cool_down(
        &self,
        (bout, alarms): (&BoutRecord, &[Alarm<'_>]),
        from: PhaseKind,
        within: (i64, i64),
    ) -> Option<Ended> {
        if let Some(rule) = rule_that(alarms, LoadAct::CoolDown, within) {
            return Some(Ended::by_rule(&rule));
        }
        if self.asked(bout, within.1, &Action::BeginCoolDown) {
            return Some(Ended::by("staff"));
        }
        let in_time = from == PhaseKind::Conditioning && self.conditioning_was_done();
        in_time.then(|| Ended::by("completed"))
    }

    /// Whether a person did that just then.
    fn asked(&self, bout: &BoutRecord, t_us: i64, action: &Action) -> bool {
        let action = serde_json::to_value(action).ok();
        self.events.iter().any(|event| {
            event.bout == Some(bout.number)
                && event.t_us == t_us
                && event.kind == "operator"
                && event.detail == action
        })
    }

    /// Whether the last order's conditioning went on for as long as was ordered.
    fn conditioning_was_done(&self) -> bool {
        let Some(bouts) = self.orders().last() else {
            return false;
        };
        let spans = self.phases().into_iter();
        let done_us: i64 = spans
            .filter(|span| span.phase == PhaseKind::Conditioning)
            .filter(|span| bouts.iter().any(|bout| bout.number == span.bout))
            .map(|span| span.length_us())
            .sum();
        let setup = bouts.first().and_then(|bout| bout.setup.as_ref());
        setup.is_some_and(|setup| {
            let ordered = setup.prescription.conditioning.as_micros();
            i64::try_from(ordered).is_ok_and(|ordered| done_us >= ordered - SECOND_US)
        })
    }
}

/// The rule among a bout's alarms that did this to the load in a stretch of it.
fn rule_that(alarms: &[Alarm<'_>], act: LoadAct, within: (i64, i64)) -> Option<String> {
    let there = alarms
        .iter()
        .filter(|alarm| alarm.from_us <= within.1 && alarm.to_us >= within.0);
    // One that did more did that later.
    there
        .filter(|alarm| alarm.hardest() >= Some(act))
        .min_by_key(|alarm| alarm.hardest())
        .map(|alarm| alarm.rule().to_owned())
}

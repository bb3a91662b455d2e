//! Each alarm, and what was done about it: by the supervisor with the load, and by people.

use control::rules::{LoadAct, RuleId};
use control::view::{PhaseKind, Reason};
use serde::Serialize;

use super::super::archive::{seconds, whole_second};
use super::super::codes::word;
use super::super::session::{
    Alarm, Beginning, CorrectedFigure, Ending, EventRecord, Second, SessionRecord, Worst,
};

/// One alarm from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlarmSummary {
    /// The rule that raised it.
    pub rule: String,
    /// How it began.
    pub beginning: Beginning,
    /// Its priority when it began.
    pub raised_priority: Option<String>,
    /// Its highest priority.
    pub priority: Option<String>,
    /// Seconds until it had that; `None` where it began with it.
    pub escalated_after_s: Option<f64>,
    /// When it began, in seconds after the session did.
    pub t_s: Option<i64>,
    /// What the rule saw when it began, in words.
    pub saw: String,
    /// What the figure in it was corrected to later. The alarm happened with what it saw, and stays.
    pub corrected: Option<CorrectedFigure>,
    /// The value that made it, in the rule's own unit.
    pub value: Option<f64>,
    /// The limit that this value broke.
    pub limit: Option<f64>,
    /// The worst until it was gone, where that was worse.
    pub worst: Option<Worst>,
    /// What the rule did to the load when it was raised.
    pub act: Option<String>,
    /// The most that it did to it.
    pub hardest_act: Option<String>,
    /// The load before its rule began to take it away, or before it was raised where that was earlier, in METs above rest; `None` where the
    /// rule does nothing to the load.
    pub granted_met: Option<f64>,
    /// The least load until it was gone, or until something else than its rule ended the exercise.
    pub least_granted_met: Option<f64>,
    /// Events that may tell of it cannot be read: what is not told of it may have been.
    pub events_are_lost: bool,
    /// Whether a person acknowledged it.
    pub acknowledged: bool,
    /// Seconds until a person acknowledged it; `None` as well where nobody knows when it began.
    pub acknowledged_after_s: Option<f64>,
    /// How it ended.
    pub ending: Ending,
    /// When, in seconds after the session began.
    pub until_t_s: i64,
    /// Seconds until it was gone; `None` where that, or when it began, is not in the record.
    pub cleared_after_s: Option<f64>,
    /// How many times it called again.
    pub repeated: usize,
    /// What people did at the station while it was raised, in words; what they measured with the value that holds.
    pub actions: Vec<String>,
}

impl AlarmSummary {
    /// Said under one of which [events are lost](Self::events_are_lost).
    pub const MORE_MAY_BE_LOST: &'static str = "events that may tell more of it cannot be read";

    /// Every alarm of a session, in the order of their beginning.
    #[must_use]
    pub fn of_session(session: &SessionRecord) -> Vec<Self> {
        Self::with_events(session)
            .into_iter()
            .map(|(_, alarm)| alarm)
            .collect()
    }

    /// The same, each with the number of the first event that tells of it.
    #[must_use]
    pub fn with_events(session: &SessionRecord) -> Vec<(i64, Self)> {
        session
            .alarms()
            .iter()
            .map(|alarm| (alarm.first.id, sum_up(session, alarm)))
            .collect()
    }
}

fn sum_up(session: &SessionRecord, alarm: &Alarm<'_>) -> AlarmSummary {
    let first = alarm.first;
    let gone = alarm.cleared();
    let after = |event: &EventRecord| {
        let is_known = alarm.has_its_beginning();
        is_known.then(|| seconds(event.t_us - alarm.from_us))
    };
    let hardest = alarm.hardest();
    // A rule that does nothing to the load has taken none away, whatever else did meanwhile.
    let loads = match hardest {
        Some(_) => loads(session, alarm),
        None => Vec::new(),
    };
    let mets = |milli: u32| f64::from(milli) / 1_000.0;
    AlarmSummary {
        rule: alarm.rule().to_owned(),
        beginning: alarm.beginning,
        raised_priority: alarm.first_priority().map(str::to_owned),
        priority: alarm.priority().map(str::to_owned),
        escalated_after_s: alarm.escalated().and_then(after),
        t_s: Some(whole_second(alarm.from_us)),
        saw: first.saw().unwrap_or_default(),
        corrected: alarm.corrected(first),
        value: first.value,
        limit: first.limit,
        worst: alarm.worst(),
        act: first.act.clone(),
        hardest_act: hardest.map(|act| word(&act)),
        granted_met: loads.first().copied().map(mets),
        least_granted_met: loads.iter().min().copied().map(mets),
        events_are_lost: alarm.has_lost_events(),
        acknowledged: alarm.acknowledged().is_some(),
        acknowledged_after_s: alarm.acknowledged().and_then(after),
        ending: alarm.ending(),
        until_t_s: whole_second(alarm.to_us),
        cleared_after_s: gone.and_then(after),
        repeated: alarm.repeated(),
        actions: session
            .events
            .iter()
            .filter(|event| event.kind == "operator" && event.bout == first.bout)
            .filter(|event| event.id > first.id || event.t_us > alarm.from_us)
            .filter(|event| gone.is_none_or(|gone| event.id < gone.id))
            .map(|event| session.as_corrected(event))
            .collect(),
    }
}

/// The loads from before the rule began to take them away until the alarm was gone, or something else ended the exercise, in thousandths of
/// a MET. A rule takes load away before it calls, and goes on after that; what the end of a bout takes is not the rule's.
fn loads(session: &SessionRecord, alarm: &Alarm<'_>) -> Vec<u32> {
    let Some(bout) = session.bout_of(alarm.first) else {
        return Vec::new();
    };
    let rule = RuleId::from_name(alarm.rule());
    let takes = |second: &Second| matches!(second.reason, Reason::Rule(by, act) if Some(by) == rule && act > LoadAct::Hold);
    let before = bout
        .seconds
        .partition_point(|second| second.t_us < alarm.from_us);
    let (earlier, later) = bout.seconds.split_at(before);
    let began = earlier
        .iter()
        .rposition(|second| !takes(second))
        .unwrap_or_default();
    let own = earlier.get(began..).unwrap_or_default().iter();
    let stood = later.iter().take_while(|second| second.t_us <= alarm.to_us);
    let first = own
        .clone()
        .chain(later)
        .next()
        .map_or(PhaseKind::Conditioning, |second| second.phase);
    own.chain(stood)
        .take_while(|second| is_led_to(second.phase, first, alarm.hardest()))
        .map(|second| second.granted_met_milli)
        .collect()
}

/// Whether a rule that does this, in a phase, leads to that phase or leaves it as the bout goes: in any other it was something else that took
/// the load away, a harder rule, a person, the cool-down, or a gym that closes.
fn is_led_to(phase: PhaseKind, begun: PhaseKind, act: Option<LoadAct>) -> bool {
    let exercise = matches!(
        phase,
        PhaseKind::Starting | PhaseKind::WarmUp | PhaseKind::Conditioning
    );
    match act {
        _ if exercise || phase == begun => true,
        Some(LoadAct::CoolDown) => phase == PhaseKind::CoolDown,
        Some(LoadAct::ZeroWait | LoadAct::Stop) => true,
        Some(LoadAct::Hold | LoadAct::Fall) | None => false,
    }
}

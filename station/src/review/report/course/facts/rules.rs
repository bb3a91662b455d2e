//! What rules did in a session that says something of its patient, by the figures that hold.

use control::rules::{LoadAct, RuleId};

use crate::dashboard::words::rules::{self, Domain};
use crate::records::SessionRecord;
use crate::records::session::{Alarm, Rejudged, Says};

/// The rules of the systolic pressure's answer to load.
const OF_THE_SYSTOLIC: [RuleId; 4] = [
    RuleId::SbpHigh,
    RuleId::SbpHighTraining,
    RuleId::SbpDrop,
    RuleId::SbpNoRise,
];

/// The alarms of a session, and what corrections made of them.
pub(super) struct Rules<'a> {
    alarms: Vec<Alarm<'a>>,
    rejudged: Vec<Rejudged>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(session: &'a SessionRecord) -> Self {
        Self {
            alarms: session.alarms(),
            rejudged: session.rejudged(),
        }
    }

    /// How many rules stopped the load, and how many lowered it, for what is the patient's.
    pub(super) fn of_the_patient(&self) -> (usize, usize) {
        let raised = self
            .alarms
            .iter()
            .filter(|alarm| is_counted(alarm))
            .map(|alarm| self.act_of(alarm));
        let missed = self.rejudged.iter().map(|rejudged| match rejudged.says {
            Says::Missed { act } => Some(act),
            Says::Withdrawn { .. } | Says::Does { .. } | Says::NotKnown => None,
        });
        raised
            .chain(missed)
            .fold((0, 0), |(stop, reduce), act| match act {
                Some(LoadAct::CoolDown | LoadAct::ZeroWait | LoadAct::Stop) => (stop + 1, reduce),
                Some(LoadAct::Fall) => (stop, reduce + 1),
                Some(LoadAct::Hold) | None => (stop, reduce),
            })
    }

    /// The rules that took load away and are not among those, each with what it did, in words.
    pub(super) fn beside_the_patient(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for alarm in self.alarms.iter().filter(|alarm| !is_counted(alarm)) {
            let did = match self.act_of(alarm) {
                Some(LoadAct::Fall) => "lowered the load",
                Some(LoadAct::CoolDown) => "took the load to cool-down",
                Some(LoadAct::ZeroWait | LoadAct::Stop) => "took the load away",
                Some(LoadAct::Hold) | None => continue,
            };
            let words = format!("{} {did}", alarm.rule());
            if !all.contains(&words) {
                all.push(words);
            }
        }
        all
    }

    /// What an alarm did to the load, as far as the figures that hold bear it.
    fn act_of(&self, alarm: &Alarm<'_>) -> Option<LoadAct> {
        let says = self.rejudged.iter().map(|rejudged| rejudged.says);
        let mut of_it = says.filter_map(|says| match says {
            Says::Withdrawn { alarm: first } => (first == alarm.first.id).then_some(None),
            Says::Does { alarm: first, act } => (first == alarm.first.id).then_some(Some(act)),
            Says::Missed { .. } | Says::NotKnown => None,
        });
        of_it.next().unwrap_or_else(|| alarm.hardest())
    }

    /// Whether no rule of the systolic pressure speaks against its answer; `None` where a correction leaves that open.
    pub(super) fn pressure_normal(&self) -> Option<bool> {
        let is_one = |rule: &str| OF_THE_SYSTOLIC.iter().any(|one| one.name() == rule);
        let raised = self
            .alarms
            .iter()
            .any(|alarm| is_one(alarm.rule()) && !self.is_withdrawn(alarm.first.id));
        let says = |what: fn(Says) -> bool| {
            let mut of_pressure = self.rejudged.iter().filter(|one| is_one(one.rule.name()));
            of_pressure.any(|one| what(one.says))
        };
        if raised || says(|says| matches!(says, Says::Missed { .. })) {
            Some(false)
        } else {
            (!says(|says| says == Says::NotKnown)).then_some(true)
        }
    }

    /// Whether every alarm of a rule was raised by figures that do not hold.
    pub(super) fn has_lost_its_ground(&self, rule: RuleId) -> bool {
        let mut of_it = self
            .alarms
            .iter()
            .filter(|alarm| alarm.rule() == rule.name())
            .peekable();
        of_it.peek().is_some() && of_it.all(|alarm| self.is_withdrawn(alarm.first.id))
    }

    /// What corrections changed, in words.
    pub(super) fn corrected(&self) -> Vec<String> {
        self.rejudged.iter().map(Rejudged::words).collect()
    }

    fn is_withdrawn(&self, first: i64) -> bool {
        let withdrawn = Says::Withdrawn { alarm: first };
        self.rejudged.iter().any(|one| one.says == withdrawn)
    }
}

/// Whether what an alarm did to the load says something of what its patient bears.
fn is_counted(alarm: &Alarm<'_>) -> bool {
    RuleId::from_name(alarm.rule()).is_none_or(|rule| !is_a_rest(rule) && is_of_the_patient(rule))
}

/// Whether a rule speaks of a patient who rests: they pedal too slowly, or their legs hurt.
const fn is_a_rest(rule: RuleId) -> bool {
    matches!(
        rule,
        RuleId::CadenceLow | RuleId::CadenceVeryLow | RuleId::CadenceStopped | RuleId::Claudication
    )
}

/// Not a sensor or machine that was lost, a gym that was killed or closed, or what people did not do in time: these say nothing of the patient.
pub(super) fn is_of_the_patient(rule: RuleId) -> bool {
    let of_the_house = matches!(
        rule,
        RuleId::TimeOver
            | RuleId::BpDue
            | RuleId::Unacknowledged
            | RuleId::GymCloses
            | RuleId::NobodyWatches
    );
    !of_the_house && rules::of(rule).domain != Domain::Equipment
}

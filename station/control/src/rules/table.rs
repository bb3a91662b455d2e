//! The rules of supervision as data: which condition, how long it has to hold, what is done, what ends it. The conditions themselves are
//! evaluated beside this; texts here are for people.
//!
//! Figures are defaults that a clinic's medical director signs. Words that the conditions use:
//!
//! - H: the prescription's upper heart-rate limit. S: `min(H + margin, ICD - 15)`. ICD: lowest detection rate of an implanted
//!   defibrillator; without one its rules are off. F: the prescription's saturation floor.
//! - target: what the phase asks for; without one the rules that name it are off. rest: mean of the ready phase from second 20. peak: the
//!   highest 15 s mean of the bout.
//! - load on: granted above the machine's minimum, or reported above nothing.
//! - level, rising, not lowered: the granted load within 0.1 MET, up by 0.1 or more, not down by more than 0.1, over the rule's own window.
//! - a second source agrees: another trusted source within 10.

mod entries;
mod heart_rate;
mod house;
mod machine;
mod saturation;

use super::{LoadAct, Priority, RuleId};
use crate::prescription::PatientFacts;

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Its condition, in words.
    pub when: &'static str,
    /// It looks at the mean of so many one-second values; 0 is the value itself.
    pub mean_s: u16,
    /// The same for a patient with atrial fibrillation.
    pub mean_s_af: Option<u16>,
    /// The limit for a patient with atrial fibrillation.
    pub limit_af: Option<u16>,
    /// What happens, in the order of time.
    pub stages: &'static [Stage],
    /// A stronger act at once, where its own condition holds as well.
    pub escalate: Option<Escalation>,
    /// A call for a person where it has stood for long though none of its stages called: its condition comes and goes.
    pub lingers: Option<Lingering>,
    /// What ends it, in words; `None` where that is the condition no longer holding.
    pub clear: Option<&'static str>,
    /// What ends it has to hold for so many seconds; `None` is 0.
    pub clear_s: Option<u16>,
    /// Once it has told a person, it also needs that person's acknowledgement.
    pub latched: bool,
    /// Patients for whom it is off.
    pub off_for: &'static [Flag],
}

/// What happens once a condition has held for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Seconds since the reading that first made it true.
    pub after_s: u16,
    /// The same for a denervated heart.
    pub after_s_denervated: Option<u16>,
    /// The act on the load.
    pub load: Option<LoadAct>,
    /// The alarm's priority.
    pub tell: Option<Priority>,
    /// The signal that loses its trust.
    pub doubt: Option<Doubted>,
    /// What a person is asked.
    pub ask: Option<&'static str>,
    /// Whether the relay opens.
    pub relay_opens: bool,
    /// What else happens.
    pub note: Option<&'static str>,
    /// What keeps this stage from coming, in words.
    pub unless: Option<&'static str>,
    /// From this stage on the rule needs a person's acknowledgement.
    pub latched: bool,
}

/// A stronger act at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// Its condition beside the rule's own, in words.
    pub when: &'static str,
    /// The act on the load.
    pub load: LoadAct,
    /// The alarm's priority.
    pub tell: Priority,
}

/// A call of a rule that is not over for so long: what it does meanwhile nobody else tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lingering {
    /// Seconds since its first stage came.
    pub after_s: u16,
    /// The alarm's priority.
    pub tell: Priority,
}

/// A signal that a rule can doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubted {
    /// Heart rate.
    HeartRate,
    /// Saturation.
    Saturation,
}

/// A flag of the patient's record that switches rules off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Atrial fibrillation.
    AtrialFibrillation,
    /// A denervated heart.
    Denervated,
    /// Paced at a fixed rate.
    Paced,
    /// Chronotropic incompetence.
    ChronotropicIncompetence,
}

/// The rows that nothing in this crate evaluates: they are somebody else's to find.
///
/// `host-silent`: a core that makes no decision cannot judge that it makes none. The relay's own timer does.
pub const NOT_EVALUATED: &[RuleId] = &[RuleId::HostSilent];

/// The table, in its order.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    SECTIONS.iter().copied().flatten()
}

/// The table in its parts: what a part is about, and its rows.
pub fn parts() -> impl Iterator<Item = (&'static str, &'static [Rule])> {
    NAMES.into_iter().zip(SECTIONS)
}

/// The row of one rule.
#[must_use]
pub fn row(id: RuleId) -> &'static Rule {
    // Cannot be missing: the test below holds the table against `RuleId::ALL`. A stop is the safe row.
    ROWS.get(id.index()).copied().unwrap_or(&STOP)
}

/// The rows of all parts, each at its rule's place: rules are looked up by the thousand in a second.
static ROWS: [&Rule; RuleId::COUNT] = {
    let mut rows = [&STOP; RuleId::COUNT];
    let mut free: &mut [&Rule] = &mut rows;
    let (mut part, mut parts): (&[Rule], &[&[Rule]]) = (&[], &SECTIONS);
    while let [place, left @ ..] = free {
        while let ([], [next, others @ ..]) = (part, parts) {
            part = next;
            parts = others;
        }
        if let [rule, others @ ..] = part {
            *place = rule;
            part = others;
        }
        free = left;
    }
    rows
};

static SECTIONS: [&[Rule]; 5] = [
    &heart_rate::ROWS,
    &saturation::ROWS,
    &machine::ROWS,
    &entries::ROWS,
    &house::ROWS,
];

const NAMES: [&str; SECTIONS.len()] = [
    "Heart rate, and trust in it",
    "Saturation",
    "Machine and link",
    "Entries and operator",
    "Time and people",
];

static STOP: Rule = Rule::new(RuleId::ControllerFault, "a rule without a row")
    .stages(&[Stage::after(0)
        .load(LoadAct::Stop)
        .tell(Priority::High)
        .relay_opens()])
    .latched();

const _: () = assert!(
    heart_rate::ROWS.len()
        + saturation::ROWS.len()
        + machine::ROWS.len()
        + entries::ROWS.len()
        + house::ROWS.len()
        == RuleId::COUNT,
    "every rule has a row"
);

impl Rule {
    /// How many one-second values this rule's mean takes for this patient; 0 is the value itself.
    #[must_use]
    pub fn mean_for(&self, patient: &PatientFacts) -> u16 {
        self.mean_s_af
            .filter(|_| patient.atrial_fibrillation)
            .unwrap_or(self.mean_s)
    }

    /// Whether this patient's record switches it off.
    #[must_use]
    pub fn is_off_for(&self, patient: &PatientFacts) -> bool {
        self.switched_off_by(patient).is_some()
    }

    /// The flag of this patient's record that switches it off, if one does.
    #[must_use]
    pub fn switched_off_by(&self, patient: &PatientFacts) -> Option<Flag> {
        self.off_for.iter().copied().find(|flag| match flag {
            Flag::AtrialFibrillation => patient.atrial_fibrillation,
            Flag::Denervated => patient.denervated,
            Flag::Paced => patient.paced,
            Flag::ChronotropicIncompetence => patient.chronotropic_incompetence,
        })
    }

    const fn new(id: RuleId, when: &'static str) -> Self {
        Self {
            id,
            when,
            mean_s: 0,
            mean_s_af: None,
            limit_af: None,
            stages: &[],
            escalate: None,
            lingers: None,
            clear: None,
            clear_s: None,
            latched: false,
            off_for: &[],
        }
    }

    const fn mean(mut self, seconds: u16) -> Self {
        self.mean_s = seconds;
        self
    }

    const fn mean_if_irregular(mut self, seconds: u16) -> Self {
        self.mean_s_af = Some(seconds);
        self
    }

    const fn limit_if_irregular(mut self, limit: u16) -> Self {
        self.limit_af = Some(limit);
        self
    }

    const fn off_for(mut self, flags: &'static [Flag]) -> Self {
        self.off_for = flags;
        self
    }

    const fn stages(mut self, stages: &'static [Stage]) -> Self {
        self.stages = stages;
        self
    }

    const fn escalate(mut self, escalation: Escalation) -> Self {
        self.escalate = Some(escalation);
        self
    }

    const fn lingers(mut self, after_s: u16, tell: Priority) -> Self {
        self.lingers = Some(Lingering { after_s, tell });
        self
    }

    const fn clear(mut self, when: &'static str) -> Self {
        self.clear = Some(when);
        self
    }

    const fn clear_after(mut self, seconds: u16) -> Self {
        self.clear_s = Some(seconds);
        self
    }

    const fn latched(mut self) -> Self {
        self.latched = true;
        self
    }
}

impl Stage {
    /// When it comes for this patient, in seconds.
    #[must_use]
    pub fn after_for(&self, denervated: bool) -> u16 {
        self.after_s_denervated
            .filter(|_| denervated)
            .unwrap_or(self.after_s)
    }

    const fn after(seconds: u16) -> Self {
        Self {
            after_s: seconds,
            after_s_denervated: None,
            load: None,
            tell: None,
            doubt: None,
            ask: None,
            relay_opens: false,
            note: None,
            unless: None,
            latched: false,
        }
    }

    const fn if_denervated(mut self, seconds: u16) -> Self {
        self.after_s_denervated = Some(seconds);
        self
    }

    const fn load(mut self, act: LoadAct) -> Self {
        self.load = Some(act);
        self
    }

    const fn tell(mut self, priority: Priority) -> Self {
        self.tell = Some(priority);
        self
    }

    const fn doubt(mut self, signal: Doubted) -> Self {
        self.doubt = Some(signal);
        self
    }

    const fn ask(mut self, what: &'static str) -> Self {
        self.ask = Some(what);
        self
    }

    const fn relay_opens(mut self) -> Self {
        self.relay_opens = true;
        self
    }

    const fn note(mut self, text: &'static str) -> Self {
        self.note = Some(text);
        self
    }

    const fn unless(mut self, when: &'static str) -> Self {
        self.unless = Some(when);
        self
    }

    const fn latched(mut self) -> Self {
        self.latched = true;
        self
    }
}

impl Doubted {
    /// The signal's name, as everybody reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HeartRate => "heart_rate",
            Self::Saturation => "saturation",
        }
    }
}

impl Flag {
    /// The flag's name, as everybody reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtrialFibrillation => "af",
            Self::Denervated => "denervated",
            Self::Paced => "paced",
            Self::ChronotropicIncompetence => "chronotropic_incompetence",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_its_own_row() {
        assert!(all().map(|rule| rule.id).eq(RuleId::ALL.iter().copied()));
        for id in RuleId::ALL {
            assert_eq!(row(*id).id, *id);
        }
    }

    #[test]
    fn stages_come_in_the_order_of_time_and_never_grow_weaker() {
        for rule in all() {
            assert!(!rule.stages.is_empty(), "{}", rule.id);
            for denervated in [false, true] {
                assert!(
                    rule.stages
                        .iter()
                        .map(|stage| stage.after_for(denervated))
                        .is_sorted(),
                    "{}",
                    rule.id
                );
            }
            assert!(
                rule.stages
                    .iter()
                    .filter_map(|stage| stage.load)
                    .is_sorted()
            );
            assert!(
                rule.stages
                    .iter()
                    .filter_map(|stage| stage.tell)
                    .is_sorted()
            );
        }
    }
}

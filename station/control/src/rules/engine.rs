//! Runs the stages of one rule: from the reading that first made its condition true, through what is done when, to what ends it.
//!
//! A condition that stops holding starts its time anew; what it has done stays until it is cleared. Time is that of the rule's own
//! clock, which stands while its signal is not trusted.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use super::facts::{Judged, Truth};
use super::table::{Doubted, Rule, Stage};
use super::{LoadAct, Priority};

/// `hr-stop` spares a patient its last stage when the heart rate fell by this much since the one before, in beats a minute.
const FELL_BY: f64 = 5.0;

/// Where one rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// The condition holds since then.
    since: Option<Duration>,
    /// The same by the clock of the gym, which never stands.
    pub(crate) from: Option<Timestamp>,
    /// Nobody can tell since then whether it does.
    unknown_from: Option<Duration>,
    /// What ends the rule holds since then.
    clear_from: Option<Duration>,
    /// How many stages have come.
    reached: u8,
    /// The first of them came then.
    stands_from: Option<Duration>,
    /// It has stood for so long that it calls for that.
    lingers: bool,
    escalated: bool,
    acknowledged: bool,
    pub(crate) value: Option<f64>,
    pub(crate) limit: Option<f64>,
    /// The value when the last stage came.
    at_stage: Option<f64>,
}

impl Progress {
    /// Takes a new look at the condition, at `clock`. What nobody can tell pauses it.
    pub(crate) fn look(&mut self, rule: &Rule, judged: &Judged, clock: Duration) {
        if judged.holds == Truth::Unknown {
            self.unknown_from.get_or_insert(clock);
            return;
        }
        if let Some(from) = self.unknown_from.take() {
            let paused = clock.saturating_sub(from);
            self.since = self.since.map(|since| since.saturating_add(paused));
            self.clear_from = self.clear_from.map(|from| from.saturating_add(paused));
        }
        match judged.holds {
            Truth::Yes => {
                self.since.get_or_insert(clock);
                self.clear_from = None;
                self.value = judged.value;
                self.limit = judged.limit;
                self.escalate(rule, judged.escalates);
            }
            Truth::No => {
                self.since = None;
                match judged.clears {
                    Truth::Yes => {
                        self.clear_from.get_or_insert(clock);
                    }
                    Truth::No => self.clear_from = None,
                    Truth::Unknown => {}
                }
                if judged.over {
                    let needed = Duration::from_secs(rule.clear_s.unwrap_or_default().into());
                    self.clear_from = Some(clock.saturating_sub(needed));
                    self.clear(rule, clock);
                }
            }
            Truth::Unknown => {}
        }
    }

    /// The condition has held since `since`, whatever was thought before.
    pub(crate) fn holds_since(&mut self, since: Duration) {
        self.since = Some(since);
    }

    /// What happened is over in the moment that it happened; what it did stays until a person acknowledges.
    pub(crate) fn passes(&mut self, clock: Duration) {
        self.since = None;
        self.clear_from = Some(clock);
    }

    /// The signal was lost: timers start again from nothing.
    pub(crate) fn start_again(&mut self) {
        self.since = None;
        self.from = None;
        self.unknown_from = None;
        self.clear_from = None;
    }

    /// Lets time run up to `clock`; says whether a stage came.
    pub(crate) fn advance(&mut self, rule: &Rule, denervated: bool, clock: Duration) -> bool {
        let before = self.reached;
        if let (Some(since), None) = (self.since, self.unknown_from) {
            let held = clock.saturating_sub(since);
            while let Some(stage) = rule.stages.get(usize::from(self.reached)) {
                let due = Duration::from_secs(stage.after_for(denervated).into());
                if held < due || self.is_spared(stage) {
                    break;
                }
                self.reached += 1;
                self.at_stage = self.value;
                // A stop asks for a person of its own (I4), also where what led to it was seen.
                if stage.tell.is_some() || stage.load == Some(LoadAct::Stop) {
                    self.acknowledged = false;
                }
            }
        }
        self.linger(rule, clock);
        self.clear(rule, clock);
        self.reached > before
    }

    /// Calls for a person where it stands for long, however often its condition began anew meanwhile.
    fn linger(&mut self, rule: &Rule, clock: Duration) {
        if self.reached == 0 {
            return;
        }
        let from = *self.stands_from.get_or_insert(clock);
        let stood = clock.saturating_sub(from);
        let is_due = |after_s: u16| stood >= Duration::from_secs(after_s.into());
        if let Some(lingering) = rule.lingers
            && is_due(lingering.after_s)
            && self.tell(rule).is_none()
        {
            self.lingers = true;
            self.acknowledged = false;
        }
    }

    /// A person has seen its alarm.
    pub(crate) const fn acknowledge(&mut self) {
        self.acknowledged = true;
    }

    /// Whether it has fired and is not over.
    pub(crate) const fn is_in_force(&self) -> bool {
        self.reached > 0 || self.escalated
    }

    /// Whether time changes anything.
    pub(crate) const fn is_idle(&self) -> bool {
        !self.is_in_force() && self.since.is_none()
    }

    /// Whether the condition holds, as far as anybody can tell.
    pub(crate) const fn holds(&self) -> bool {
        self.since.is_some()
    }

    /// Whether what it does goes on: what would end it does not hold yet.
    pub(crate) const fn lasts(&self) -> bool {
        self.clear_from.is_none()
    }

    /// The strongest act that has come.
    pub(crate) fn act(&self, rule: &Rule) -> Option<LoadAct> {
        let staged = self.stages(rule).filter_map(|stage| stage.load).max();
        staged.max(self.escalation(rule).map(|(load, _)| load))
    }

    /// The most urgent call that has come.
    pub(crate) fn tell(&self, rule: &Rule) -> Option<Priority> {
        let staged = self.stages(rule).filter_map(|stage| stage.tell).max();
        let lingering = rule.lingers.filter(|_| self.lingers);
        staged
            .max(self.escalation(rule).map(|(_, tell)| tell))
            .max(lingering.map(|lingering| lingering.tell))
    }

    /// The signal that it doubts.
    pub(crate) fn doubts(&self, rule: &Rule) -> Option<Doubted> {
        self.stages(rule).find_map(|stage| stage.doubt)
    }

    /// Whether it opens the relay.
    pub(crate) fn opens_relay(&self, rule: &Rule) -> bool {
        self.stages(rule).any(|stage| stage.relay_opens)
    }

    /// Whether it needs a person. A latched rule does from the moment that it calls for one: nobody can acknowledge what nobody was
    /// told.
    pub(crate) fn is_latched(&self, rule: &Rule) -> bool {
        rule.latched && self.tell(rule).is_some() || self.stages(rule).any(|stage| stage.latched)
    }

    /// Whether a person has seen it since it last called for one.
    pub(crate) const fn is_acknowledged(&self) -> bool {
        self.acknowledged
    }

    /// Whether it waits for a person.
    pub(crate) fn waits(&self, rule: &Rule) -> bool {
        self.is_latched(rule) && !self.acknowledged
    }

    fn stages<'a>(&self, rule: &'a Rule) -> impl Iterator<Item = &'a Stage> + use<'a> {
        rule.stages.iter().take(usize::from(self.reached))
    }

    fn escalation(&self, rule: &Rule) -> Option<(LoadAct, Priority)> {
        rule.escalate
            .filter(|_| self.escalated)
            .map(|escalation| (escalation.load, escalation.tell))
    }

    fn escalate(&mut self, rule: &Rule, escalates: bool) {
        let escalates = escalates && rule.escalate.is_some();
        if escalates && !self.escalated {
            self.acknowledged = false;
        }
        self.escalated = escalates || self.escalated && rule.latched;
    }

    fn is_spared(&self, stage: &Stage) -> bool {
        match (stage.unless, self.at_stage, self.value) {
            (Some(_), Some(then), Some(now)) => then - now >= FELL_BY,
            _ => false,
        }
    }

    /// Ends the rule, where what ends it has held for long enough and nobody has to acknowledge any more.
    fn clear(&mut self, rule: &Rule, clock: Duration) {
        let needed = Duration::from_secs(rule.clear_s.unwrap_or_default().into());
        let cleared = self.since.is_none()
            && self.unknown_from.is_none()
            && self
                .clear_from
                .is_some_and(|from| clock.saturating_sub(from) >= needed);
        if cleared && !self.waits(rule) {
            *self = Self::default();
        }
    }
}

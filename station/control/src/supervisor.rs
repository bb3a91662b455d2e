//! The last word on load. It takes what the controller proposes and lets it through, lowers it, or takes it away; it does not know how
//! the proposal came about.
//!
//! Promises: nothing here raises a load (each limiter can only lower it, and says why); a breach acts in the call that carries the
//! reading; once a stop rule has fired, nothing is granted until a person has acknowledged and resumed (I4).
//!
//! A turn has two halves: [`Supervisor::judge`] looks at the rules that this turn's stimulus can change and lets their timers run;
//! [`Supervisor::dispose`] passes a proposal through the limiters, in one order.

mod limiters;
pub(crate) mod memory;
mod standing;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use self::limiters::{Fall, Gave, Given};
use self::memory::{Fell, Memory};
use self::standing::Standing;
use crate::input::Entry;
use crate::load_history::LoadHistory;
use crate::outputs::Refusal;
use crate::prescription::BoutSetup;
use crate::rules::conditions::{self, Condition};
use crate::rules::facts::{Facts, Judged};
use crate::rules::house::House;
use crate::rules::table::{self, Doubted};
use crate::rules::{LoadAct, Priority, RuleId, RuleSet, entries, plausibility};
use crate::signals::{Found, Rebound, Signals};
use crate::situation::{Situation, Stimulus, Tell, Verdict};

/// The judge of one station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Supervisor {
    standing: Standing,
    stop_latched: bool,
    fall: Option<Fall>,
    gave: Option<Gave>,
    given: Option<Given>,
    memory: Memory,
    now: Timestamp,
    /// Up to which heart rate and which saturation the rules have looked.
    seen: (u32, u32),
}

/// Judged when a vital sign changes, on the clock that stands while the heart rate is not trusted.
const HEART_RATE: RuleSet = RuleSet::of(&[
    RuleId::HrOverZone,
    RuleId::HrLimit,
    RuleId::HrStop,
    RuleId::HrIcd,
    RuleId::HrLow,
    RuleId::HrPlunge,
    RuleId::HrFall,
    RuleId::HrUnexplained,
    RuleId::HrNoRise,
    RuleId::HrRecovery,
    RuleId::HrOverTargetAtMinimum,
    RuleId::HrUnderTargetAtCap,
    RuleId::HrStill,
    RuleId::HrStillLevel,
]);
/// Judged when a vital sign changes, on the clock that never stands: most of them take trust away themselves, and have to find
/// their own end.
const DOUBTS: RuleSet = RuleSet::of(&[
    RuleId::HrJump,
    RuleId::HrNoRiseTold,
    RuleId::HrImplausible,
    RuleId::HrStep,
    RuleId::HrStuck,
    RuleId::HrCadenceLock,
    RuleId::HrSourcesDiffer,
    RuleId::HrSourcesApart,
    RuleId::WeakPulse,
]);
/// These doubt what the sensor of heart rate says, not the patient: they end with the sensor.
const OF_HEART_RATE_SENSOR: RuleSet = RuleSet::of(&[
    RuleId::HrNoRise,
    RuleId::HrNoRiseTold,
    RuleId::HrStill,
    RuleId::HrStuck,
    RuleId::HrStillLevel,
    RuleId::HrCadenceLock,
]);
/// These hold two sources of heart rate against each other.
const OF_TWO_SOURCES: RuleSet = RuleSet::of(&[RuleId::HrSourcesDiffer, RuleId::HrSourcesApart]);
/// Judged when a vital sign changes, on the clock that stands while the saturation is not trusted.
const SATURATION: RuleSet = RuleSet::of(&[
    RuleId::Spo2Floor,
    RuleId::Spo2Falling,
    RuleId::Spo2Critical,
    RuleId::Spo2Stop,
    RuleId::Spo2Fall,
]);
/// Judged when the machine reports.
const MACHINE: RuleSet = RuleSet::of(&[
    RuleId::MachineBelowTarget,
    RuleId::MachineAboveTarget,
    RuleId::CadenceLow,
    RuleId::CadenceVeryLow,
    RuleId::CadenceStopped,
    RuleId::CadenceHigh,
]);
/// Judged when a person enters something.
const ENTRIES: RuleSet = RuleSet::of(&[
    RuleId::SbpHigh,
    RuleId::SbpHighTraining,
    RuleId::SbpDrop,
    RuleId::SbpNoRise,
    RuleId::PulsePressure,
    RuleId::Breathing,
    RuleId::RpeHigh,
    RuleId::DyspnoeaHigh,
    RuleId::Angina,
    RuleId::Claudication,
    RuleId::PoorPerfusion,
    RuleId::Ectopy,
    RuleId::Arrhythmia,
    RuleId::Symptom,
]);
/// Silence and time make these true, so every turn looks at them.
const LOST: RuleSet = RuleSet::of(&[RuleId::HrLost, RuleId::Spo2Lost, RuleId::MachineLost]);
/// Keys, refusals, time and people: every turn looks at these, and they need no patient.
const HOUSE: RuleSet = RuleSet::of(&[
    RuleId::MachineRefused,
    RuleId::OperatorStop,
    RuleId::EmergencyStop,
    RuleId::StopButton,
    RuleId::TimeOver,
    RuleId::BpDue,
    RuleId::Unacknowledged,
    RuleId::GymCloses,
    RuleId::NobodyWatches,
    RuleId::ControllerFault,
]);

impl Supervisor {
    /// One for which nothing has happened yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            standing: Standing::new(),
            stop_latched: false,
            fall: None,
            gave: None,
            given: None,
            memory: Memory::EMPTY,
            now: Timestamp::ZERO,
            seen: (0, 0),
        }
    }

    /// A new bout begins: what was measured in the one before is forgotten. A latched stop is not, nor is what the house says.
    pub fn begin_bout(&mut self) {
        for id in self.standing.live().without(HOUSE).iter() {
            self.standing.forget(id);
        }
        self.memory = self.memory.for_a_new_bout();
        (self.fall, self.gave, self.given) = (None, None, None);
    }

    /// Sensors were bound anew. What doubted a sensor that is no longer worn, or was exchanged, is over; a latched alarm of it waits
    /// for its person as ever. What a rule of the patient's limits did stays, until a trusted reading shows that it is over.
    pub(crate) fn rebound(&mut self, changed: Rebound, signals: &Signals, now: Timestamp) {
        let mut over = RuleSet::EMPTY;
        if changed.judged {
            over = over.union(OF_HEART_RATE_SENSOR);
        }
        if changed.strap || changed.oximeter {
            over = over.union(OF_TWO_SOURCES);
        }
        if changed.oximeter {
            over.insert(RuleId::WeakPulse);
        }
        self.now = now;
        for id in self.standing.live().intersection(over).iter() {
            self.standing.take_in(id, &Judged::OFF, signals, now);
        }
    }

    /// Judges every rule that this turn's stimulus can change, and lets timers run. To be called once in every turn, after the signals
    /// took the input and before [`Self::dispose`]. Without a bout only the rules of keys, time and people are judged.
    pub fn judge(
        &mut self,
        situation: &Situation,
        stimulus: Stimulus,
        signals: &mut Signals,
        history: &LoadHistory,
        bout: Option<&BoutSetup>,
    ) -> Verdict {
        self.now = situation.now;
        self.memory.pass(situation);
        match stimulus {
            Stimulus::Signals => self.memory.note(situation, signals),
            Stimulus::Machine => self.memory.note_report(situation, signals),
            Stimulus::Tick
            | Stimulus::Refusal
            | Stimulus::Entry(_)
            | Stimulus::StopKey
            | Stimulus::EmergencyStop
            | Stimulus::Surroundings => {}
        }
        let rules = self.up_for_judgement(situation, stimulus, signals.taken());
        let (now, standing, memory) = (situation.now, &mut self.standing, &self.memory);
        standing.begin_turn();
        let house = House {
            situation,
            stimulus,
            lost_contact: signals.lost_contact(now),
            memory,
        };
        for id in HOUSE.iter() {
            if let Condition::House(condition) = conditions::of(id) {
                standing.take_in(id, &condition(&house), signals, now);
            }
        }
        let mut facts = bout.map(|bout| Facts {
            now,
            situation,
            signals,
            history,
            memory,
            bout,
            in_force: RuleSet::EMPTY,
            holds_from: None,
        });
        for id in rules.iter() {
            let found = match &mut facts {
                Some(facts) => {
                    facts.in_force = standing.in_force();
                    facts.holds_from = standing.holds_from(id);
                    look(id, stimulus, facts)
                }
                None => Some(Judged::OFF),
            };
            if let Some(judged) = found {
                standing.take_in(id, &judged, signals, now);
            }
        }
        standing.run(
            signals,
            now,
            bout.is_some_and(|bout| bout.patient.denervated),
        );
        self.stop_latched |= standing.stops();
        let doubting = self.standing.doubting(Doubted::HeartRate);
        let found = facts.map_or_else(Found::default, |facts| {
            plausibility::suspected(doubting, &facts)
        });
        self.conclude(situation, stimulus, signals, (doubting, found));
        self.verdict()
    }

    /// What the rules found is remembered, and takes trust away.
    fn conclude(
        &mut self,
        situation: &Situation,
        stimulus: Stimulus,
        signals: &mut Signals,
        (doubting, found): (RuleSet, Found),
    ) {
        self.remember_fall(situation);
        if let Stimulus::Entry(entry) = stimulus {
            self.memory.keep(entry, situation);
        }
        signals.doubt(
            doubting,
            found,
            self.standing.doubting(Doubted::Saturation),
            situation.now,
        );
        if plausibility::is_no_witness(signals.heart_rate_doubts().pulse) {
            self.memory.pulse_dead_until = Some(situation.now);
        }
    }

    /// What `hr-fall` began with stays until the rule is over.
    fn remember_fall(&mut self, situation: &Situation) {
        let began = self.standing.limit(RuleId::HrFall);
        self.memory.fell = began.map(|limit| {
            let load = situation.granted.get();
            self.memory.fell.unwrap_or(Fell { limit, load })
        });
    }

    /// What the rules say now, as of the last [`Self::judge`].
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict {
            act: None,
            acting: RuleSet::EMPTY,
            began: self.standing.began(),
            relay_open: false,
            stop_latched: self.stop_latched,
        };
        for (id, progress) in self.standing.fired() {
            let row = table::row(id);
            verdict.relay_open |= progress.opens_relay(row);
            if let Some(act) = progress.act(row) {
                verdict.acting.insert(id);
                if verdict.act.is_none_or(|(strongest, _)| act > strongest) {
                    verdict.act = Some((act, id));
                }
            }
        }
        verdict
    }

    /// Whether a stop rule has fired and nobody has acknowledged and resumed (I4).
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.stop_latched
    }

    /// A person has seen this rule's alarm. A latched rule ends with it, at the next [`Self::judge`] that finds its condition over.
    pub fn acknowledge(&mut self, rule: RuleId) {
        self.standing.acknowledge(rule);
    }

    /// A person wants to go on after a stop, a pause or a latched rule, or confirms a start. Frees the latched stop.
    ///
    /// # Errors
    /// Why not: a latched alarm is not acknowledged, or what stopped it still holds. Nothing changes then.
    pub fn resume(&mut self) -> Result<(), Refusal> {
        self.resume_unless(LoadAct::ZeroWait)
    }

    /// The same, where a rule that does as much as `forbids` keeps the person from going on.
    ///
    /// # Errors
    /// As [`Self::resume`]. Nothing changes then: what waits for a person waits for one whose wish is granted.
    pub fn resume_unless(&mut self, forbids: LoadAct) -> Result<(), Refusal> {
        let pain_is_gone = self.memory.pain_is_gone;
        let stands = |id: RuleId| !(id == RuleId::Claudication && pain_is_gone);
        if self
            .standing
            .fired()
            .any(|(id, progress)| stands(id) && progress.waits(table::row(id)))
        {
            return Err(Refusal::AcknowledgeFirst);
        }
        // Whoever lets the patient go on has seen the heart where it lies.
        let lies_still = self.standing.holds_from(RuleId::HrFall).is_none();
        let keeps = |id: RuleId| stands(id) && !(id == RuleId::HrFall && lies_still);
        let holding = |least: LoadAct| {
            self.standing
                .fired()
                .filter(|(id, _)| keeps(*id))
                .find(|(id, progress)| progress.act(table::row(*id)) >= Some(least))
                .map(|(id, _)| id)
        };
        match holding(LoadAct::ZeroWait).or_else(|| holding(forbids)) {
            Some(RuleId::StopButton) => return Err(Refusal::StopCircuitOpen),
            Some(RuleId::MachineLost) => return Err(Refusal::MachineLost),
            Some(_) => return Err(Refusal::ConditionHolds),
            None => {}
        }
        if pain_is_gone {
            self.standing.forget(RuleId::Claudication);
        }
        if lies_still {
            self.standing.forget(RuleId::HrFall);
        }
        self.stop_latched = false;
        self.try_again();
        Ok(())
    }

    /// Whether a rule forbids to cut the cool-down short.
    #[must_use]
    pub const fn keeps_cool_down(&self) -> bool {
        self.standing.in_force().contains(RuleId::HrRecovery)
    }

    /// What one rule does to the load now, and how it calls for a person.
    #[must_use]
    pub fn standing(&self, rule: RuleId) -> (Option<LoadAct>, Option<Priority>) {
        let row = table::row(rule);
        self.standing
            .fired()
            .find(|(id, _)| *id == rule)
            .map_or((None, None), |(_, progress)| {
                (progress.act(row), progress.tell(row))
            })
    }

    /// Every rule that has fired and is not over.
    #[must_use]
    pub const fn in_force(&self) -> RuleSet {
        self.standing.in_force()
    }

    /// Every rule that calls for a person now.
    pub fn tells(&self) -> impl Iterator<Item = Tell> {
        self.standing.fired().filter_map(|(rule, progress)| {
            let row = table::row(rule);
            Some(Tell {
                rule,
                priority: progress.tell(row)?,
                value: progress.value,
                limit: progress.limit,
                latched: progress.is_latched(row),
                seen: progress.is_acknowledged(),
                active: progress.holds(),
                act: progress.act(row),
            })
        })
    }

    /// Whether an entry can be what it says.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`] for a number outside its scale.
    pub fn check(entry: Entry) -> Result<(), Refusal> {
        if entries::is_on_its_scale(entry) {
            Ok(())
        } else {
            Err(Refusal::OutOfRange)
        }
    }
}

/// How a turn goes through the rules.
impl Supervisor {
    /// What this turn can have changed. A rule that waits for more readings is looked at in every turn, so that silence pauses it.
    fn up_for_judgement(
        &mut self,
        situation: &Situation,
        stimulus: Stimulus,
        taken: (u32, u32),
    ) -> RuleSet {
        let seen = core::mem::replace(&mut self.seen, taken);
        let waiting = if situation.is_under_way() {
            self.standing.live().intersection(DOUBTS.union(MACHINE))
        } else {
            // What a session left behind ends with it, also where nothing is read any more.
            self.standing.live().without(HOUSE)
        };
        let mut rules = LOST.union(waiting);
        if taken.0 != seen.0 {
            rules = rules.union(HEART_RATE).union(DOUBTS);
        }
        if taken.1 != seen.1 {
            rules = rules.union(SATURATION).union(DOUBTS);
        }
        match stimulus {
            Stimulus::Machine => rules.union(MACHINE),
            Stimulus::Entry(_) => rules.union(ENTRIES),
            Stimulus::Tick
            | Stimulus::Signals
            | Stimulus::Refusal
            | Stimulus::StopKey
            | Stimulus::EmergencyStop
            | Stimulus::Surroundings => rules,
        }
    }
}

impl Default for Supervisor {
    fn default() -> Self {
        Self::new()
    }
}

/// Looks at the condition of one rule of a bout.
fn look(id: RuleId, stimulus: Stimulus, facts: &Facts<'_>) -> Option<Judged> {
    if table::row(id).is_off_for(&facts.bout.patient) {
        return Some(Judged::OFF);
    }
    match (conditions::of(id), stimulus) {
        (Condition::Sign(_) | Condition::Silence(_), _) if !facts.situation.is_under_way() => {
            Some(Judged::OFF)
        }
        (Condition::Silence(condition), _) => Some(condition(facts)),
        (Condition::Sign(condition), _) => Some(condition(facts).unwrap_or(Judged::UNKNOWN)),
        (Condition::Entry(condition), Stimulus::Entry(entry)) => condition(id, entry, facts),
        (Condition::Entry(_), _) if facts.situation.is_over() => Some(Judged::OFF),
        (Condition::Entry(_) | Condition::House(_) | Condition::Elsewhere, _) => None,
    }
}

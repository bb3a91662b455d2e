//! What a person wants: done, or refused with a reason. The stops are always taken.

use protocols::vocabulary::{MachineLoad, NetMets, Timestamp, Watts};

use super::facts::SAME;
use super::{InHand, Load, Station};
use crate::actuation::Actuation;
use crate::controller::{GiveWay, Hand};
use crate::input::{Action, Device, Entry, LinkState};
use crate::learning::Learning;
use crate::load_history::LoadHistory;
use crate::outputs::Refusal;
use crate::phase::{Event, Exercise, Phase, Preparation};
use crate::prediction::Prediction;
use crate::prescription::{BoundSensors, BoutSetup, Mode};
use crate::rules::{LoadAct, RuleId, RuleSet};
use crate::supervisor::Supervisor;
use crate::view::PhaseKind;

impl Station {
    /// Does what a person wants.
    pub(super) fn act(&mut self, now: Timestamp, action: &Action) -> Result<(), Refusal> {
        match action {
            Action::Begin(setup) => self.begin(now, setup),
            Action::DoorChecked => self.prepare(|preparation| Preparation {
                door_checked: true,
                ..preparation
            }),
            Action::ConfirmStart => self.confirm(),
            Action::Pause => self.move_on(now, Event::Pause),
            Action::Resume => self.resume(now),
            Action::LoadUp => self.load_up(),
            Action::LoadDown => self.load_down(),
            Action::TargetUp => self.move_target(true),
            Action::TargetDown => self.move_target(false),
            Action::Automatic => self.give_back(now),
            Action::BeginCoolDown => self.move_on(now, Event::BeginCoolDown),
            Action::Finish => self.finish(now),
            // The phase does not wait for the rule: should the rule fail, the stop is still taken.
            Action::Stop | Action::EmergencyStop => self.move_on(now, Event::RuleStop),
            Action::Acknowledge(rule) => self.acknowledge(*rule),
            Action::AcknowledgeAll => {
                self.acknowledge_all();
                Ok(())
            }
            Action::Silence(lasts) => {
                self.alarms.silence(now, *lasts);
                Ok(())
            }
            Action::Enter(entry) => self.enter(now, *entry),
        }
    }

    fn begin(&mut self, now: Timestamp, setup: &BoutSetup) -> Result<(), Refusal> {
        if !self.is_idle() {
            return Err(Refusal::NotNow);
        }
        // The alarms of the patient before have to be seen, before they are forgotten for the next.
        if self.alarms.is_waiting() {
            return Err(Refusal::AcknowledgeFirst);
        }
        if !setup.is_sound() {
            return Err(Refusal::OutOfRange);
        }
        let actuation = Actuation::new(
            &self.capabilities,
            setup.patient.mass,
            setup.prescription.belt.as_ref(),
        )
        .ok_or(Refusal::WrongMachine)?;
        let held = self.capabilities.held_at_least();
        let costs = actuation.net_mets(&MachineLoad::Power(held)).get();
        if held > Watts::ZERO && costs > setup.prescription.least_ordered().get() + SAME {
            return Err(Refusal::BrakeHoldsMore);
        }
        if actuation.least_given().get() > setup.prescription.most_ordered().get() + SAME {
            return Err(Refusal::OrdersUnderItsLeast);
        }
        self.move_on(now, Event::Begin)?;
        self.bout = Some(*setup);
        self.signals = self.signals.rebound(setup);
        self.supervisor.begin_bout();
        self.history = LoadHistory::EMPTY;
        self.prediction = Prediction::NONE;
        self.learning = Learning::NONE;
        self.drive.take(actuation);
        self.controller = None;
        self.give_way = GiveWay::default();
        self.hand = InHand::Free;
        self.load = Load::NOTHING;
        self.resting_heart_rate = None;
        self.cool_down_load = NetMets::ZERO;
        self.blood_pressure_due = None;
        Ok(())
    }

    /// A person put a sensor on the patient, or took one off. It joins or leaves the signals in this very call; what the prescription
    /// requires stays as it is.
    pub(super) fn bind(&mut self, now: Timestamp, bound: BoundSensors) {
        let Some(bout) = self.bout.as_mut() else {
            return;
        };
        bout.sensors = bound;
        let changed = self.signals.bind(now, bound);
        self.supervisor.rebound(changed, &self.signals, now);
    }

    fn prepare(&mut self, change: impl Fn(Preparation) -> Preparation) -> Result<(), Refusal> {
        match self.phase {
            Phase::Ready(preparation) => {
                self.phase = Phase::Ready(change(preparation));
                Ok(())
            }
            Phase::Idle
            | Phase::Starting(_)
            | Phase::Exercise(_)
            | Phase::Recovery
            | Phase::Finished
            | Phase::Paused { .. }
            | Phase::Stopped { .. } => Err(Refusal::NotNow),
        }
    }

    /// A person's word that it may begin. It is also what frees a stop that was pressed before.
    fn confirm(&mut self) -> Result<(), Refusal> {
        if self.phase.kind() != PhaseKind::Ready {
            return Err(Refusal::NotNow);
        }
        self.free_to_go(LoadAct::ZeroWait)?;
        let confirmed = Some(self.now);
        self.prepare(|preparation| Preparation {
            confirmed,
            ..preparation
        })
    }

    /// Circuit closed, machine there, no rule that wants a person first and none that does as much as `forbids`. Frees a latched stop
    /// where all of it holds, and changes nothing where it does not.
    fn free_to_go(&mut self, forbids: LoadAct) -> Result<(), Refusal> {
        if self.stop_circuit_open {
            return Err(Refusal::StopCircuitOpen);
        }
        if self.signals.link(Device::Machine) != LinkState::Up {
            return Err(self.give_power_back(self.now));
        }
        if self.fault {
            return Err(Refusal::AcknowledgeFirst);
        }
        self.supervisor.resume_unless(forbids)?;
        self.drive.end_emergency();
        Ok(())
    }

    fn resume(&mut self, now: Timestamp) -> Result<(), Refusal> {
        let passage = self.passage(now);
        let next = self.phase.after(Event::Resume, passage)?;
        let loaded = match next {
            Phase::Starting(exercise) | Phase::Exercise(exercise) => match exercise {
                Exercise::WarmUp { .. } | Exercise::Conditioning { .. } => true,
                Exercise::CoolDown { .. } => false,
            },
            Phase::Idle
            | Phase::Ready(_)
            | Phase::Recovery
            | Phase::Finished
            | Phase::Paused { .. }
            | Phase::Stopped { .. } => false,
        };
        let starts_belt = matches!(next, Phase::Starting(_));
        if (loaded || starts_belt) && !self.is_trusted(now) {
            return Err(Refusal::SignalNotTrusted);
        }
        // A belt moves again only where it may walk on.
        let forbids = if starts_belt {
            LoadAct::Hold
        } else if loaded {
            LoadAct::CoolDown
        } else {
            LoadAct::ZeroWait
        };
        self.free_to_go(forbids)?;
        self.move_on(now, Event::Resume)
    }

    /// One step more by hand. It ends a ceiling step by step; without one the hand takes the load over.
    fn load_up(&mut self) -> Result<(), Refusal> {
        let (exercise, step) = self.in_hand()?;
        match exercise {
            Exercise::WarmUp { .. } | Exercise::Conditioning { .. } => {}
            Exercise::CoolDown { .. } => return Err(Refusal::NotNow),
        }
        if self.supervisor.verdict().act.is_some() || !self.record_whole {
            return Err(Refusal::LimitReached);
        }
        let most = self.most();
        self.hand = match self.hand {
            InHand::Free => InHand::Held(
                Hand::new(self.load.granted)
                    .more(step, most)
                    .ok_or(Refusal::LimitReached)?,
            ),
            InHand::Capped(ceiling) => InHand::Capped(
                Hand::new(ceiling)
                    .more(step, most)
                    .ok_or(Refusal::LimitReached)?
                    .target(),
            ),
            InHand::Held(hand) => InHand::Held(hand.more(step, most).ok_or(Refusal::LimitReached)?),
        };
        self.supervisor.try_again();
        self.wait_for_the_beat();
        Ok(())
    }

    /// One step less by hand: at once, and a ceiling from now on.
    fn load_down(&mut self) -> Result<(), Refusal> {
        let (_, step) = self.in_hand()?;
        let least = self.least();
        let granted = self.load.granted;
        self.hand = match self.hand {
            InHand::Free => InHand::Capped(
                Hand::new(granted)
                    .less(step, granted, least)
                    .ok_or(Refusal::LimitReached)?
                    .target(),
            ),
            InHand::Capped(ceiling) => InHand::Capped(
                Hand::new(ceiling)
                    .less(step, granted, least)
                    .ok_or(Refusal::LimitReached)?
                    .target(),
            ),
            InHand::Held(hand) => InHand::Held(
                hand.less(step, granted, least)
                    .ok_or(Refusal::LimitReached)?,
            ),
        };
        Ok(())
    }

    /// The exercise whose load a hand may change, and the step.
    fn in_hand(&self) -> Result<(Exercise, f64), Refusal> {
        match (self.phase, self.bout.as_ref()) {
            (Phase::Exercise(exercise), Some(bout)) => Ok((exercise, bout.tuning.hand_step)),
            (
                Phase::Exercise(_)
                | Phase::Idle
                | Phase::Ready(_)
                | Phase::Starting(_)
                | Phase::Recovery
                | Phase::Finished
                | Phase::Paused { .. }
                | Phase::Stopped { .. },
                _,
            ) => Err(Refusal::NotNow),
        }
    }

    fn give_back(&mut self, now: Timestamp) -> Result<(), Refusal> {
        self.in_hand()?;
        let by_hand = self
            .bout
            .is_some_and(|bout| matches!(bout.prescription.mode, Mode::ByHand));
        if by_hand || self.hand == InHand::Free {
            return Err(Refusal::NotNow);
        }
        self.hand = InHand::Free;
        self.supervisor.try_again();
        self.wait_for_the_beat();
        self.reenter(now);
        Ok(())
    }

    /// What was asked for at the last beat, and was not let through, is not let through by a key: the load that is on stands until the
    /// next beat.
    pub(super) fn wait_for_the_beat(&mut self) {
        self.load.asked = self.load.asked.min(self.load.granted);
    }

    fn finish(&mut self, now: Timestamp) -> Result<(), Refusal> {
        match self.phase {
            Phase::Exercise(Exercise::CoolDown { .. })
            | Phase::Paused {
                interrupted: Exercise::CoolDown { .. },
                ..
            } if self.supervisor.keeps_cool_down() => return Err(Refusal::CoolDownNeeded),
            Phase::Stopped { .. } if self.alarms.is_waiting() => {
                return Err(Refusal::AcknowledgeFirst);
            }
            Phase::Idle
            | Phase::Ready(_)
            | Phase::Starting(_)
            | Phase::Exercise(_)
            | Phase::Recovery
            | Phase::Finished
            | Phase::Paused { .. }
            | Phase::Stopped { .. } => {}
        }
        self.move_on(now, Event::Finish)
    }

    fn acknowledge(&mut self, rule: RuleId) -> Result<(), Refusal> {
        let was_raised = self.alarms.acknowledge(rule);
        self.supervisor.acknowledge(rule);
        if rule == RuleId::ControllerFault {
            self.fault = false;
        }
        if was_raised {
            Ok(())
        } else {
            Err(Refusal::NotNow)
        }
    }

    fn acknowledge_all(&mut self) {
        let mut raised = RuleSet::EMPTY;
        for alarm in self.alarms.iter() {
            raised.insert(alarm.rule);
        }
        for rule in raised.iter() {
            self.alarms.acknowledge(rule);
            self.supervisor.acknowledge(rule);
        }
        self.fault = false;
    }

    fn enter(&mut self, now: Timestamp, entry: Entry) -> Result<(), Refusal> {
        Supervisor::check(entry)?;
        if let Some(bout) = self.bout
            && matches!(entry, Entry::BloodPressure { .. })
        {
            self.blood_pressure_due = bout
                .prescription
                .blood_pressure_interval
                .map(|interval| now + interval);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

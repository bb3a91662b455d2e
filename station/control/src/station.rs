//! One station: the one value that owns all its state, and the one door into it.
//!
//! Promises: every call looks at its input in one order, signals, phase, controller, supervisor, alarms; a breach is acted on in the
//! call that carries it; a person's stop takes effect in its own call in every phase (I6); nothing here allocates or reads a clock.

mod ahead;
#[cfg(test)]
pub(crate) mod bench;
mod course;
mod facts;
mod learn;
mod load;
mod person;
mod relay;
mod show;
mod target;

use core::time::Duration;

use protocols::vocabulary::{Capabilities, MachineCommand, NetMets, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) use self::facts::allowed_conditioning;
use crate::alarms::Alarms;
use crate::controller::{Controller, GiveWay, Hand};
use crate::drive::{Drive, Nudge};
use crate::input::{Action, Device, Input, LinkState};
use crate::invariants::{self, After, Before};
use crate::learning::Learning;
use crate::load_history::LoadHistory;
use crate::outputs::{Beat, Decision, Outputs};
use crate::phase::{Event, Phase};
use crate::prediction::Prediction;
use crate::prescription::BoutSetup;
use crate::rules::{LoadAct, RuleId, RuleSet};
use crate::signals::Signals;
use crate::situation::{Held, Stimulus};
use crate::supervisor::Supervisor;
use crate::view::{AlarmView, PhaseKind, Reason};

/// Changes when the outputs of a golden journal change.
pub const DECISIONS: u32 = 13;

/// Changes when the written form of a [`Station`] changes. 4: with what is learned of the patient and what earlier sessions taught,
/// heart-rate intervals, a target that moves, the rhythm, and sources that are weighed. 5: with what a refused load leaves in force. 6: with
/// whose heart rate is doubted, and a cadence lock for each source. 7: with since when a condition holds, what a number that stands still
/// was heard, and a rise that waits for its beat. 8: with what load was taken for. 9: with since
/// when a rule stands.
pub const FORMAT: u32 = 9;

/// Each completed call grants leave to have load for so long (I13).
const LEAVE: Duration = Duration::from_millis(400);

/// All the state of one station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of the surroundings, not a state: the state is the phase"
)]
pub struct Station {
    /// The last call's.
    now: Timestamp,
    capabilities: Capabilities,
    bout: Option<BoutSetup>,
    phase: Phase,
    phase_since: Timestamp,
    signals: Signals,
    history: LoadHistory,
    prediction: Prediction,
    learning: Learning,
    supervisor: Supervisor,
    alarms: Alarms,
    drive: Drive,
    controller: Option<Controller>,
    give_way: GiveWay,
    hand: InHand,
    load: Load,
    resting_heart_rate: Option<f64>,
    cool_down_load: NetMets,
    blood_pressure_due: Option<Timestamp>,
    machine_heard: Option<Timestamp>,
    watched: bool,
    record_whole: bool,
    stop_circuit_open: bool,
    gym_closes: bool,
    fault: bool,
    relay_open: bool,
    /// A person gave the machine its power back: until then the relay is closed, whatever wants it open.
    relay_trial_until: Option<Timestamp>,
}

/// What a person's hand did to the load.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum InHand {
    /// Nothing: the controller has it.
    Free,
    /// A person lowered it: the controller goes on under this ceiling.
    Capped(NetMets),
    /// A person holds it.
    Held(Hand),
}

/// The load as it was decided last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Load {
    /// What phase or controller asked for at the last beat. It stands until the next.
    asked: NetMets,
    /// What was ordered then, where its ramp let less be asked for.
    short_of: Option<NetMets>,
    granted: NetMets,
    binding: Reason,
    /// Every limit that held it: told to people, read by nothing here.
    #[serde(skip)]
    held: Held,
    acting: RuleSet,
    /// The next beat.
    beat_due: Timestamp,
    /// What the ramp lets load rise now, in METs, saved up since it last rose.
    rise: f64,
    /// The same as it was before the last decision used it up.
    ramp: f64,
    /// Rules, trust and the record allowed a rise in the last call.
    may_rise: bool,
    /// A beat's rise was forbidden. Once it is not, that beat is taken anew: what it had asked for would come at once, and what the next one
    /// adds seconds later.
    waits: bool,
    /// What a cool-down may take off in one beat, in METs, saved up since load last fell.
    fall: f64,
    counted_until: Timestamp,
}

/// The controller's beat fell into this call.
#[derive(Debug, Clone, Copy)]
struct Beaten {
    /// The law's figures, where a law made the proposal.
    law: Option<Beat>,
}

/// What one call is about.
#[derive(Debug, Clone, Copy)]
struct Turn {
    stimulus: Stimulus,
    nudge: Nudge,
}

impl Station {
    /// A station with this machine and without a patient.
    #[must_use]
    pub fn new(capabilities: Capabilities) -> Self {
        Self {
            now: Timestamp::ZERO,
            capabilities,
            bout: None,
            phase: Phase::Idle,
            phase_since: Timestamp::ZERO,
            signals: Signals::idle(),
            history: LoadHistory::EMPTY,
            prediction: Prediction::NONE,
            learning: Learning::NONE,
            supervisor: Supervisor::new(),
            alarms: Alarms::NONE,
            drive: Drive::new(&capabilities),
            controller: None,
            give_way: GiveWay::default(),
            hand: InHand::Free,
            load: Load::NOTHING,
            resting_heart_rate: None,
            cool_down_load: NetMets::ZERO,
            blood_pressure_due: None,
            machine_heard: None,
            watched: false,
            record_whole: true,
            stop_circuit_open: false,
            gym_closes: false,
            fault: false,
            relay_open: false,
            relay_trial_until: None,
        }
    }

    /// Takes one input and says what follows from it. Times never go back; `outputs` is filled anew.
    ///
    /// Until an [`Input::Watched`] came, nobody watches; until an [`Input::Record`] came, the record is whole.
    pub fn handle(&mut self, now: Timestamp, input: &Input, outputs: &mut Outputs) {
        *outputs = Outputs::default();
        self.now = now;
        let before = self.before();
        let turn = self.take(now, input, outputs);
        self.follow_time(now);
        let beat = self.propose(now);
        let beat = self.dispose(now, turn.stimulus, beat);
        self.say(now, before.granted, turn.nudge, outputs);
        self.look_ahead(now);
        self.learn(now);
        outputs.alarms = self
            .alarms
            .update(now, self.supervisor.tells(), self.record_whole);
        let phase = self.phase.kind();
        outputs.phase_change = (phase != before.phase).then_some((before.phase, phase));
        outputs.relay_open = self.settle_relay(now, turn.nudge);
        outputs.decision = self.decision(now, &before, beat, outputs.command.is_some());
        if !self.fault {
            outputs.leave_until = now + LEAVE;
        }
        self.keep_invariants(now, turn.nudge, &before, outputs);
    }

    /// Whether no bout is under way: a patient may take the station.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle | Phase::Finished)
    }

    /// The phase.
    #[must_use]
    pub const fn phase(&self) -> PhaseKind {
        self.phase.kind()
    }

    /// Whether the bout waits because its machine stopped, or fell out of use, by itself or at its own keys.
    #[must_use]
    pub const fn waits_for_its_machine(&self) -> bool {
        matches!(self.phase, Phase::Paused { .. }) && self.drive.stopped_by_itself()
    }

    /// The bout that is under way, or the last one.
    #[must_use]
    pub const fn bout(&self) -> Option<&BoutSetup> {
        self.bout.as_ref()
    }

    /// The machine.
    #[must_use]
    pub const fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Every alarm that is raised, the most urgent first.
    pub fn alarms(&self) -> impl Iterator<Item = AlarmView> {
        self.alarms.iter()
    }

    /// Each limit that lowered the load in the last turn, in the order of the limiters, with the net METs that it left: what a person is
    /// told of a load. A state that was written down does not carry it; the next turn makes it anew.
    pub fn held_by(&self) -> impl Iterator<Item = (Reason, NetMets)> + '_ {
        self.load.held.iter()
    }

    fn before(&self) -> Before {
        Before {
            phase: self.phase.kind(),
            granted: self.load.granted,
            binding: self.load.binding,
            acting: self.load.acting,
            told: self.drive.told(),
            claimed: self.drive.is_claimed(),
        }
    }

    /// Signals first: what came is taken in, and what a person wants is done or refused.
    fn take(&mut self, now: Timestamp, input: &Input, outputs: &mut Outputs) -> Turn {
        let was_up = self.signals.link(Device::Machine) == LinkState::Up;
        self.signals.take(now, input);
        let quiet = |stimulus| Turn {
            stimulus,
            nudge: Nudge::None,
        };
        match input {
            Input::Tick => quiet(Stimulus::Tick),
            Input::HeartRate { .. } | Input::Saturation { .. } | Input::LoopGap { .. } => {
                quiet(Stimulus::Signals)
            }
            Input::Sensors { bound } => {
                self.bind(now, *bound);
                quiet(Stimulus::Signals)
            }
            Input::Machine { report, .. } => {
                self.machine_heard = Some(now);
                self.drive.hear(report);
                quiet(Stimulus::Machine)
            }
            Input::Link { device, state } => match device {
                Device::Machine => self.take_machine_link(now, *state, was_up),
                Device::Strap | Device::Oximeter => quiet(Stimulus::Signals),
            },
            Input::GymCloses { over } => {
                self.gym_closes = true;
                if *over {
                    // It has a meaning in every phase.
                    let _ = self.move_on(now, Event::GymCloses);
                }
                quiet(Stimulus::Surroundings)
            }
            Input::Refused { command } => quiet(self.take_refusal(now, command)),
            Input::StopCircuit { open } => {
                self.stop_circuit_open = *open;
                quiet(Stimulus::Surroundings)
            }
            Input::Operator(action) => self.take_action(now, action, outputs),
            Input::Watched { by_anyone } => {
                self.watched = *by_anyone;
                quiet(Stimulus::Surroundings)
            }
            Input::Record { whole } => {
                self.record_whole = *whole;
                quiet(Stimulus::Surroundings)
            }
            Input::Fault => {
                self.fault = true;
                quiet(Stimulus::Surroundings)
            }
        }
    }

    fn take_machine_link(&mut self, now: Timestamp, state: LinkState, was_up: bool) -> Turn {
        let nudge = match state {
            LinkState::Up => {
                if self.drive.is_emergency() {
                    // It was away because its power was taken, and has just begun.
                    self.machine_heard = Some(now);
                }
                // Who answers only by its name does not say what it gives: after the first time a report alone is heard.
                self.machine_heard.get_or_insert(now);
                if was_up {
                    Nudge::None
                } else {
                    Nudge::BackOnLine
                }
            }
            LinkState::Silent | LinkState::Gone => Nudge::None,
        };
        Turn {
            stimulus: Stimulus::Machine,
            nudge,
        }
    }

    /// The load is what it was before. A person is told where there is something to do: not of a load for a machine that is not there,
    /// which `machine-lost` tells, and not of one that a belt at rest was to have.
    fn take_refusal(&mut self, now: Timestamp, command: &MachineCommand) -> Stimulus {
        if let Some(in_force) = self.drive.refused(now, command) {
            let in_force = in_force.max(self.least());
            self.load.granted = self.load.granted.min(in_force);
            self.load.asked = self.load.asked.min(in_force);
            self.load.short_of = None;
        }
        let is_there = self.signals.link(Device::Machine) == LinkState::Up;
        let rests = || {
            self.signals
                .machine()
                .is_none_or(|(report, _)| !report.is_moving())
        };
        let concerns = match command {
            MachineCommand::Stop | MachineCommand::EmergencyStop => true,
            MachineCommand::Start(_) => is_there,
            MachineCommand::SetLoad(_) => is_there && !(self.drive.is_belt() && rests()),
        };
        if concerns {
            Stimulus::Refusal
        } else {
            Stimulus::Surroundings
        }
    }

    fn take_action(&mut self, now: Timestamp, action: &Action, outputs: &mut Outputs) -> Turn {
        let refused = self.act(now, action).err();
        outputs.refused = refused;
        let nudge = match action {
            Action::Stop => Nudge::Stop,
            Action::EmergencyStop => Nudge::Emergency,
            Action::Begin(_)
            | Action::DoorChecked
            | Action::ConfirmStart
            | Action::Pause
            | Action::Resume
            | Action::LoadUp
            | Action::LoadDown
            | Action::TargetUp
            | Action::TargetDown
            | Action::Automatic
            | Action::BeginCoolDown
            | Action::Finish
            | Action::Acknowledge(_)
            | Action::AcknowledgeAll
            | Action::Silence(_)
            | Action::Enter(_) => Nudge::None,
        };
        // An entry that was refused was not made: no rule may see it.
        let stimulus = if refused.is_some() {
            Stimulus::Surroundings
        } else {
            Stimulus::of(action)
        };
        Turn { stimulus, nudge }
    }

    /// Why load is what it is, where that changed, at a beat, and beside every command (I7).
    fn decision(
        &self,
        now: Timestamp,
        before: &Before,
        beat: Option<Beaten>,
        commanded: bool,
    ) -> Option<Decision> {
        let acting = self.load.acting;
        let changed = self.load.granted != before.granted
            || self.load.binding != before.binding
            || acting != before.acting;
        (beat.is_some() || changed || commanded).then(|| Decision {
            proposed: self.ordered_or_asked(),
            granted: self.load.granted,
            binding: self.load.binding,
            acting,
            beat: beat.and_then(|beat| beat.law),
            heart_rate: self.signals.heart_rate(now),
            saturation: self.signals.saturation(now),
        })
    }

    /// What holds at the end of every call. A violation fails a test; in a gym it unloads the machine and calls for a person.
    fn keep_invariants(
        &mut self,
        now: Timestamp,
        nudge: Nudge,
        before: &Before,
        outputs: &mut Outputs,
    ) {
        let after = self.after(nudge);
        let violated = invariants::violated(before, &after, outputs);
        debug_assert!(
            violated.is_none(),
            "{violated:?} broken: {before:?} {after:?} {outputs:?}"
        );
        if violated.is_some() {
            self.unload(now, outputs);
        }
    }

    /// The way out of a state that must not be: the machine's fastest stop, the relay, no leave; `controller-fault` follows in the
    /// next call.
    fn unload(&mut self, now: Timestamp, outputs: &mut Outputs) {
        self.fault = true;
        self.relay_open = true;
        self.relay_trial_until = None;
        self.load = Load::NOTHING;
        self.drive.let_go(now, outputs);
        outputs.relay_open = true;
        outputs.leave_until = Timestamp::ZERO;
        outputs.decision = Some(Decision {
            proposed: NetMets::ZERO,
            granted: NetMets::ZERO,
            binding: Reason::Rule(RuleId::ControllerFault, LoadAct::Stop),
            acting: self.supervisor.verdict().acting,
            beat: None,
            heart_rate: self.signals.heart_rate(now),
            saturation: self.signals.saturation(now),
        });
    }

    fn after(&self, nudge: Nudge) -> After {
        let ceiling = match (self.bout.as_ref(), self.drive.actuation()) {
            (Some(bout), Some(actuation)) => bout.prescription.ceiling.min(actuation.most()),
            _ => NetMets::ZERO,
        };
        After {
            phase: self.phase.kind(),
            granted: self.load.granted,
            asked_of_machine: self.drive.sent().map(|sent| sent.asked),
            ceiling,
            least: self.least(),
            ramp: self.load.ramp,
            may_rise: self.load.may_rise,
            stop_latched: self.supervisor.is_stopped(),
            stopped_by_person: matches!(nudge, Nudge::Stop | Nudge::Emergency),
            fault: self.fault,
            told: self.drive.told(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bench::{Patient, cycle, held, setup};
    use super::*;

    #[test]
    fn a_station_is_free_for_a_patient_before_a_bout_and_after_it_and_says_whose_it_is() {
        let free = Station::new(cycle());
        assert!(free.is_idle());
        assert_eq!(free.bout(), None);
        let patient = Patient::on(held());
        assert!(!patient.station.is_idle());
        assert_eq!(patient.station.bout(), Some(&setup(held())));
    }

    #[test]
    fn a_machine_that_answers_by_its_name_alone_is_lost_in_the_time_for_that() {
        let mut patient = Patient::on(held());
        patient.run_to(PhaseKind::Conditioning);
        patient.seconds(60);
        patient.machine = false;
        for second in 1..=6_u8 {
            for state in [LinkState::Silent, LinkState::Up] {
                patient.send(&Input::Link {
                    device: Device::Machine,
                    state,
                });
            }
            patient.seconds(1);
            let stands = patient.station.phase() == PhaseKind::Stopped;
            assert_eq!(stands, second >= 5, "{second} s");
        }
    }

    #[test]
    fn a_broken_invariant_lets_go_of_everything_and_calls_for_a_person() {
        let mut station = Station::new(cycle());
        let mut outputs = Outputs::default();
        let now = Timestamp::from_secs(1);
        station.handle(now, &Input::Tick, &mut outputs);
        assert!(outputs.leave_until > now);
        station.unload(now, &mut outputs);
        assert_eq!(outputs.command, Some(MachineCommand::EmergencyStop));
        assert!(outputs.relay_open && outputs.decision.is_some());
        assert_eq!(outputs.leave_until, Timestamp::ZERO);
        let next = Timestamp::from_millis(1_100);
        station.handle(next, &Input::Tick, &mut outputs);
        assert!(outputs.relay_open);
        assert_eq!(outputs.leave_until, Timestamp::ZERO);
        let alarm = station.alarms().next().expect("it is raised");
        assert_eq!(alarm.rule, RuleId::ControllerFault);
    }
}

//! One session through the real core: a virtual patient on a trial's machine, sensors that fail as ordered, people who act, and the
//! core that a gym runs. Nothing of the core is copied or left out; the wire alone is.

use control::Station;
use control::input::{Action, Device, Entry, HeartRateSource, Input};
use control::outputs::Outputs;
use control::prescription::{BoutSetup, Mode};
use control::rules::{Priority, RuleId, RuleSet};
use control::view::{PhaseKind, Reason, StationView};
use drivers::virtual_devices::patient::event::StepInfluence;
use drivers::virtual_devices::patient::{PatientEvent, PatientParameters, Sensors, VirtualPatient};
use protocols::vocabulary::{
    Absence, BeatsPerMinute, Capabilities, MachineCommand, MachineKind, MachineLoad,
    MillimetresOfMercury, Reading, Timestamp,
};

use super::cohort::{NurseKind, SessionTimes, TrialPatient};
use super::fault::{Fault, FaultKind};
use super::machine::{Machine, MachineFaults};
use super::measures::{self, Measures, SAMPLE_S, Sample};
use super::nurse::Nurse;
use super::oximeter::{self, Oximeter};
use super::trial;
use super::truth::Truth;

/// A session goes on so long past its planned end, in seconds, for what was interrupted, and is then cut.
const GRACE_S: u32 = 1800;
/// Tenths of a second at whose end a quarter of a second is over.
const STEPS_AT: [u32; 4] = [3, 5, 8, 10];
/// The tenth in which the machine reports.
const REPORTS_AT: u32 = 6;
/// No gap of the control loop is longer than this, in seconds: a gym that stands for longer is dead.
const GAP_AT_MOST_S: f64 = 5.0;
/// Quarters of a second in a sample.
const SAMPLE_STEPS: usize = 20;
/// A machine that was told so much more than was granted, in net METs ...
const CLEARLY_MORE_MET: f64 = 0.3;
/// ... for so long, in seconds, was not lowered: a belt takes ten to come down from a walk.
const TOLD_MORE_FOR_S: u32 = 60;
/// What a machine costs that was told the least it can do without standing: unloaded pedalling, the slowest level walk. In net METs.
const UNLOADED_PEDALLING_MET: f64 = 1.0;
const SLOWEST_WALK_MET: f64 = 0.5;
/// Diastolic pressure that goes with an entered systolic one, in mmHg.
const DIASTOLIC: u16 = 80;

/// Everything that makes a session what it is. The same plan gives the same session, bit for bit.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the core is told at the beginning.
    pub setup: BoutSetup,
    /// The machine.
    pub machine: Capabilities,
    /// The patient.
    pub parameters: PatientParameters,
    /// Of the patient's disturbances.
    pub seed: u64,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Who looks after it.
    pub nurse: NurseKind,
    /// How long it is planned to last.
    pub times: SessionTimes,
}

impl Plan {
    /// The plan of a trial's patient; `None` where a figure is no unit's.
    #[must_use]
    pub fn of(
        patient: &TrialPatient,
        times: SessionTimes,
        nurse: NurseKind,
        oximeter: bool,
    ) -> Option<Self> {
        Some(Self {
            setup: trial::setup(patient, &times, oximeter)?,
            machine: trial::machine(patient.exercise),
            parameters: patient.parameters,
            seed: patient.seed,
            faults: patient.events.clone(),
            nurse,
            times,
        })
    }

    /// The heart rate that is to be held; `None` in a mode without one.
    #[must_use]
    pub const fn target(&self) -> Option<f64> {
        if let Mode::HeartRateHeld { target, .. } = self.setup.prescription.mode {
            Some(target)
        } else {
            None
        }
    }
}

/// One call of the core, for whoever watches.
#[derive(Debug)]
pub struct Call<'a> {
    /// When.
    pub now: Timestamp,
    /// With what.
    pub input: &'a Input,
    /// What came of it.
    pub outputs: &'a Outputs,
    /// The station after it.
    pub station: &'a Station,
}

/// One second of a session, for whoever draws or traces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Second {
    /// Seconds since the session began, this one included.
    pub t_s: u32,
    /// The phase at its end.
    pub phase: PhaseKind,
    /// What the strap said in it.
    pub reading: Option<u16>,
    /// Heart rate without variability.
    pub mean_rate: f64,
    /// True saturation, in per cent.
    pub saturation: f64,
    /// Net METs that were asked for.
    pub asked: f64,
    /// Net METs that were granted.
    pub granted: f64,
    /// The load that is on: watts, m/s and per cent of grade.
    pub load: (f64, f64, f64),
    /// Why the load is what it is.
    pub reason: Reason,
}

/// Whoever watches a session.
pub trait Observer {
    /// The core was called.
    fn called(&mut self, call: &Call<'_>) {
        let _ = call;
    }

    /// A second is over.
    fn passed(&mut self, second: &Second) {
        let _ = second;
    }
}

/// Nobody watches.
impl Observer for () {}

impl<A: Observer, B: Observer> Observer for (A, B) {
    fn called(&mut self, call: &Call<'_>) {
        self.0.called(call);
        self.1.called(call);
    }

    fn passed(&mut self, second: &Second) {
        self.0.passed(second);
        self.1.passed(second);
    }
}

impl<O: Observer> Observer for &mut O {
    fn called(&mut self, call: &Call<'_>) {
        (**self).called(call);
    }

    fn passed(&mut self, second: &Second) {
        (**self).passed(second);
    }
}

impl<O: Observer> Observer for Option<O> {
    fn called(&mut self, call: &Call<'_>) {
        if let Some(observer) = self {
            observer.called(call);
        }
    }

    fn passed(&mut self, second: &Second) {
        if let Some(observer) = self {
            observer.passed(second);
        }
    }
}

/// Alarms of a session, each counted once at the highest priority that it reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlarmCounts {
    /// High ones.
    pub high: u32,
    /// Medium ones.
    pub medium: u32,
    /// Low ones.
    pub low: u32,
    /// Those of any priority that had nothing true behind them.
    pub untrue: u32,
}

/// An alarm that was raised, or became more urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Whose.
    pub rule: RuleId,
    /// How urgent.
    pub priority: Priority,
    /// Whether anything true was behind it.
    pub is_true: bool,
}

/// What came of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The measures, where conditioning was reached and has a target in heart rate.
    pub measures: Option<Measures>,
    /// The alarms.
    pub alarms: AlarmCounts,
    /// The same alarms, each with its rule and the most urgent that it became.
    pub alarmed: Vec<(RuleId, Priority)>,
    /// Rules that told somebody, each time.
    pub told: Vec<Told>,
    /// How often each step from phase to phase was taken.
    pub steps: Vec<(PhaseKind, PhaseKind)>,
    /// How long it lasted, in seconds.
    pub lasted_s: u32,
    /// Whether it came to its end, recovery included.
    pub finished: bool,
    /// The second from which the machine had been told clearly more than was granted for a minute, where that was so.
    pub not_lowered_at_s: Option<u32>,
}

/// Runs one session to its end.
pub fn run(plan: &Plan, observer: &mut impl Observer) -> Outcome {
    let mut session = Session::new(plan);
    session.begin(observer);
    let planned = plan
        .times
        .ready_s
        .saturating_add(plan.times.warm_up_s)
        .saturating_add(plan.times.conditioning_s)
        .saturating_add(plan.times.cool_down_s);
    for second in 0..planned.saturating_add(GRACE_S) {
        session.live(second, observer);
        if session.station.phase() == PhaseKind::Finished {
            break;
        }
    }
    session.outcome()
}

/// A session under way.
struct Session<'p> {
    plan: &'p Plan,
    events: Vec<PatientEvent>,
    station: Station,
    outputs: Outputs,
    machine: Machine,
    patient: VirtualPatient,
    sensors: Sensors,
    oximeter: Oximeter,
    nurse: Nurse,
    truth: Truth,
    now: Timestamp,
    /// The control loop has stood since then.
    standing_since: Option<Timestamp>,
    surroundings: Surroundings,
    /// What was shown at the end of the last second: what people act on.
    screen: StationView,
    relay_open: bool,
    /// The net METs of the command that stands.
    commanded: f64,
    /// True heart rates and means of the last quarters of a second, as a ring.
    rates: [(f64, f64); SAMPLE_STEPS],
    /// For so long the machine has been told clearly more than was granted.
    told_more_for_s: u32,
    conditioning_from: Option<u32>,
    samples: Vec<Sample>,
    /// Alarms that are raised, each with the highest priority that it reached.
    raised: Vec<(RuleId, Priority)>,
    outcome: Outcome,
}

/// What the core was told last of what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Surroundings {
    circuit_open: bool,
    watched: bool,
    record_whole: bool,
}

impl<'p> Session<'p> {
    fn new(plan: &'p Plan) -> Self {
        let rest = (plan.parameters.hr_rest_bpm, plan.parameters.hr_rest_bpm);
        let station = Station::new(plan.machine);
        Self {
            events: plan.faults.iter().filter_map(Fault::of_patient).collect(),
            screen: station.view(),
            station,
            outputs: Outputs::default(),
            machine: Machine::new(plan.machine),
            patient: VirtualPatient::new(plan.parameters, plan.seed),
            sensors: Sensors::new(&plan.parameters),
            oximeter: Oximeter::default(),
            nurse: Nurse::new(plan.nurse, plan.setup.prescription.conditioning),
            truth: Truth::default(),
            now: Timestamp::ZERO,
            standing_since: None,
            surroundings: Surroundings {
                circuit_open: false,
                watched: true,
                record_whole: true,
            },
            relay_open: false,
            commanded: 0.0,
            rates: [rest; SAMPLE_STEPS],
            conditioning_from: None,
            samples: Vec::new(),
            raised: Vec::new(),
            outcome: Outcome {
                measures: None,
                alarms: AlarmCounts::default(),
                alarmed: Vec::new(),
                told: Vec::new(),
                steps: Vec::new(),
                lasted_s: 0,
                finished: false,
                not_lowered_at_s: None,
            },
            told_more_for_s: 0,
            plan,
        }
    }

    /// The nurse binds the sensors, does the check at the door and confirms.
    fn begin(&mut self, observer: &mut impl Observer) {
        let begin = [
            Input::Watched { by_anyone: true },
            Input::Link {
                device: Device::Machine,
                state: control::input::LinkState::Up,
            },
            Input::Link {
                device: Device::Strap,
                state: control::input::LinkState::Up,
            },
            Input::Link {
                device: Device::Oximeter,
                state: control::input::LinkState::Up,
            },
            Input::Operator(Action::Begin(self.plan.setup)),
            Input::Operator(Action::DoorChecked),
            Input::Operator(Action::ConfirmStart),
        ];
        for input in &begin {
            self.call(input, observer);
        }
    }

    fn live(&mut self, second: u32, observer: &mut impl Observer) {
        let t = f64::from(second);
        self.machine.suffer(MachineFaults::of(&self.plan.faults, t));
        let influence = StepInfluence::of(&self.events, t);
        let faulty = self.plan.faults.iter().any(|fault| {
            // What happens in a moment has happened in its second.
            fault.is_active(t) || (t..t + 1.0).contains(&fault.at_s)
        });
        self.truth.begin(faulty);
        self.stand_or_go_on(t, observer);
        self.surround(t, observer);
        self.people(second, observer);
        for tenth in 1..=10 {
            let millis = u64::from(second) * 1_000 + u64::from(tenth) * 100;
            self.now = Timestamp::from_millis(millis);
            if STEPS_AT.contains(&tenth) {
                self.step(&influence);
            }
            if self.standing_since.is_some() {
                continue;
            }
            if tenth == 10 {
                self.read(t, observer);
            }
            if tenth == REPORTS_AT {
                self.report(observer);
            }
            self.call(&Input::Tick, observer);
        }
        self.end_second(second, observer);
    }

    /// A quarter of a second of machine and patient.
    fn step(&mut self, influence: &StepInfluence) {
        self.machine.step(self.now);
        let net = self.machine.net_mets(&self.plan.parameters) + influence.extra_met;
        self.patient.step(net.max(0.0), influence.gain_factor);
        let steps = self.patient.steps();
        self.sensors.observe(&self.patient, steps, &self.events);
        self.rates.rotate_left(1);
        if let Some(last) = self.rates.last_mut() {
            *last = (self.patient.heart_rate(), self.patient.mean_heart_rate());
        }
    }

    /// The control loop stands still, or goes on after it did.
    fn stand_or_go_on(&mut self, t: f64, observer: &mut impl Observer) {
        let stands = self.plan.faults.iter().any(|fault| {
            fault.kind == FaultKind::LoopGap
                && fault.at_s <= t
                && t < fault.at_s + fault.for_s.min(GAP_AT_MOST_S)
        });
        match (stands, self.standing_since) {
            (true, None) => self.standing_since = Some(self.now),
            (false, Some(since)) => {
                self.standing_since = None;
                let lasted = self.now.since(since);
                self.call(&Input::LoopGap { lasted }, observer);
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// Circuit, dashboards and record, where they changed.
    fn surround(&mut self, t: f64, observer: &mut impl Observer) {
        if self.standing_since.is_some() {
            return;
        }
        let active = |kind| {
            self.plan
                .faults
                .iter()
                .any(|fault| fault.kind == kind && fault.is_active(t))
        };
        let now = Surroundings {
            circuit_open: active(FaultKind::StopButton),
            watched: !active(FaultKind::NobodyWatches),
            record_whole: !active(FaultKind::RecordGap),
        };
        let before = core::mem::replace(&mut self.surroundings, now);
        if before.circuit_open != now.circuit_open {
            let open = now.circuit_open;
            self.call(&Input::StopCircuit { open }, observer);
        }
        if before.watched != now.watched {
            let by_anyone = now.watched;
            self.call(&Input::Watched { by_anyone }, observer);
        }
        if before.record_whole != now.record_whole {
            let whole = now.record_whole;
            self.call(&Input::Record { whole }, observer);
        }
    }

    /// What people do in this second: what the list says, then the nurse.
    fn people(&mut self, second: u32, observer: &mut impl Observer) {
        if self.standing_since.is_some() {
            return;
        }
        for fault in &self.plan.faults {
            if let Some(action) = action_of(fault, second, &self.plan.setup) {
                self.call(&Input::Operator(action), observer);
            }
        }
        let does = self
            .nurse
            .look(self.now, &self.screen, self.station.alarms());
        self.machine.be_pedalled(self.nurse.tells_to_pedal());
        if let Some(action) = does {
            self.call(&Input::Operator(action), observer);
        }
    }

    /// The sensors' readings of the second that ends.
    fn read(&mut self, t: f64, observer: &mut impl Observer) {
        let measured = self.sensors.readings();
        let sent_at = self.now;
        if let Some(reading) = measured.strap.map(rate) {
            let source = HeartRateSource::Strap;
            self.call(
                &Input::HeartRate {
                    source,
                    reading,
                    sent_at,
                },
                observer,
            );
        }
        if !self.plan.setup.sensors.oximeter {
            return;
        }
        let oximeter::Sent { saturation, pulse } =
            self.oximeter.send(measured, &self.plan.faults, t);
        let reading = saturation;
        self.call(&Input::Saturation { reading, sent_at }, observer);
        let reading = pulse;
        let source = HeartRateSource::Oximeter;
        self.call(
            &Input::HeartRate {
                source,
                reading,
                sent_at,
            },
            observer,
        );
    }

    fn report(&mut self, observer: &mut impl Observer) {
        let report = self.machine.report(self.now);
        if let Some(state) = self.machine.link(self.now) {
            let device = Device::Machine;
            self.call(&Input::Link { device, state }, observer);
        }
        if let Some(report) = report {
            let sent_at = self.now;
            self.call(&Input::Machine { report, sent_at }, observer);
        }
    }

    /// One call of the core, and what has to follow from it.
    fn call(&mut self, input: &Input, observer: &mut impl Observer) {
        self.station.handle(self.now, input, &mut self.outputs);
        observer.called(&Call {
            now: self.now,
            input,
            outputs: &self.outputs,
            station: &self.station,
        });
        self.machine.permit(self.outputs.leave_until);
        if self.outputs.relay_open != self.relay_open {
            self.relay_open = self.outputs.relay_open;
            self.machine.power(!self.relay_open);
        }
        self.count();
        if let Some(command) = self.outputs.command {
            self.commanded = match command {
                MachineCommand::Start(load) | MachineCommand::SetLoad(load) => self.net_mets(&load),
                MachineCommand::Stop | MachineCommand::EmergencyStop => 0.0,
            };
            if !self.machine.hear(command) {
                self.call(&Input::Refused { command }, observer);
            }
        }
    }

    /// Net METs of a load for the textbook's body: what the core reckons with.
    fn net_mets(&self, load: &MachineLoad) -> f64 {
        let textbook = PatientParameters {
            economy: 1.0,
            ..self.plan.parameters
        };
        drivers::virtual_devices::patient::net_mets(&textbook, Some(*load), true)
    }

    /// Keeps what the call changed among alarms and phases.
    fn count(&mut self) {
        if let Some((from, to)) = self.outputs.phase_change {
            self.outcome.steps.push((from, to));
            if to == PhaseKind::Conditioning && self.conditioning_from.is_none() {
                // The first whole second of it.
                let millis = self.now.as_millis().div_ceil(1_000);
                self.conditioning_from = u32::try_from(millis).ok();
            }
        }
        let changes = self.outputs.alarms;
        if changes == control::outputs::AlarmChanges::default() {
            return;
        }
        self.note_raised(changes.raised);
        self.note_raised(changes.escalated);
        self.raised.retain(|(rule, priority)| {
            let gone = changes.cleared.contains(*rule);
            if gone {
                self.outcome.alarms.add(*priority);
                self.outcome.alarmed.push((*rule, *priority));
            }
            !gone
        });
    }

    fn note_raised(&mut self, rules: RuleSet) {
        for rule in rules.iter() {
            let Some(alarm) = self.station.alarms().find(|alarm| alarm.rule == rule) else {
                continue;
            };
            let is_true = self.truth.is_behind(rule, &self.plan.setup);
            self.outcome.told.push(Told {
                rule,
                priority: alarm.priority,
                is_true,
            });
            if let Some((_, priority)) = self.raised.iter_mut().find(|(there, _)| *there == rule) {
                *priority = (*priority).max(alarm.priority);
                continue;
            }
            self.raised.push((rule, alarm.priority));
            if !is_true {
                self.outcome.alarms.untrue = self.outcome.alarms.untrue.saturating_add(1);
            }
        }
    }

    fn end_second(&mut self, second: u32, observer: &mut impl Observer) {
        let mean_rate = self.patient.mean_heart_rate();
        self.truth.end(mean_rate, self.patient.saturation());
        let over = second.saturating_add(1);
        self.outcome.lasted_s = over;
        if let Some(t_s) = self
            .conditioning_from
            .and_then(|from| over.checked_sub(from))
            && t_s.is_multiple_of(SAMPLE_S)
        {
            let mean_of = |of: fn(&(f64, f64)) -> f64| {
                measures::mean(self.rates.iter().map(of)).unwrap_or(mean_rate)
            };
            self.samples.push(Sample {
                t_s,
                true_rate: mean_of(|rates| rates.0),
                mean_rate: mean_of(|rates| rates.1),
                commanded: self.commanded,
            });
        }
        self.screen = self.station.view();
        let view = &self.screen;
        let least = match self.plan.machine.kind {
            MachineKind::Cycle => UNLOADED_PEDALLING_MET,
            MachineKind::Treadmill => SLOWEST_WALK_MET,
        };
        let allowed = view.granted.get().max(least);
        self.told_more_for_s = if self.commanded > allowed + CLEARLY_MORE_MET {
            self.told_more_for_s.saturating_add(1)
        } else {
            0
        };
        if self.told_more_for_s == TOLD_MORE_FOR_S {
            self.outcome.not_lowered_at_s.get_or_insert(over);
        }
        observer.passed(&Second {
            t_s: over,
            phase: view.phase,
            reading: self.sensors.readings().strap,
            mean_rate,
            saturation: self.patient.saturation(),
            asked: view.proposed.get(),
            granted: view.granted.get(),
            load: self.machine.load(),
            reason: view.reason,
        });
    }

    fn outcome(mut self) -> Outcome {
        for (rule, priority) in core::mem::take(&mut self.raised) {
            self.outcome.alarms.add(priority);
            self.outcome.alarmed.push((rule, priority));
        }
        let parameters = &self.plan.parameters;
        let gain = parameters.gain_bpm_per_met * parameters.economy;
        let ordered_s = self.plan.times.conditioning_s;
        self.outcome.measures = self
            .plan
            .target()
            .and_then(|target| Measures::of(&self.samples, ordered_s, target, gain));
        self.outcome.finished = self.station.phase() == PhaseKind::Finished;
        self.outcome
    }
}

impl AlarmCounts {
    const fn add(&mut self, priority: Priority) {
        let count = match priority {
            Priority::High => &mut self.high,
            Priority::Medium => &mut self.medium,
            Priority::Low => &mut self.low,
        };
        *count = count.saturating_add(1);
    }
}

/// What a person does in this second, by the list.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is nobody's act is nothing here"
)]
fn action_of(fault: &Fault, second: u32, setup: &BoutSetup) -> Option<Action> {
    let t = f64::from(second);
    let at = |moment: f64| t <= moment && moment < t + 1.0;
    let (begins, ends) = (at(fault.at_s), at(fault.at_s + fault.for_s));
    if begins {
        let whole = protocols::vocabulary::number::floor_to_u16(fault.value);
        let small = whole.and_then(|value| u8::try_from(value).ok());
        return match fault.kind {
            FaultKind::Stop => Some(Action::Stop),
            FaultKind::EmergencyStop => Some(Action::EmergencyStop),
            FaultKind::Pause => Some(Action::Pause),
            FaultKind::LoadDown => Some(Action::LoadDown),
            FaultKind::LoadUp => Some(Action::LoadUp),
            FaultKind::Exertion => {
                small.map(|rating| Action::Enter(Entry::PerceivedExertion(rating)))
            }
            FaultKind::Dyspnoea => small.map(|rating| Action::Enter(Entry::Dyspnoea(rating))),
            FaultKind::Angina => small.map(|grade| Action::Enter(Entry::Angina(grade))),
            FaultKind::Symptom => Some(Action::Enter(Entry::Symptom)),
            FaultKind::BeginAgain => Some(Action::Begin(*setup)),
            FaultKind::TargetDown => Some(Action::TargetDown),
            FaultKind::TargetUp => Some(Action::TargetUp),
            FaultKind::Systolic => {
                let systolic = whole.and_then(MillimetresOfMercury::new)?;
                let diastolic = MillimetresOfMercury::new(DIASTOLIC)?;
                Some(Action::Enter(Entry::BloodPressure {
                    systolic,
                    diastolic,
                    symptoms: false,
                }))
            }
            _ => None,
        };
    }
    match fault.kind {
        FaultKind::Pause if ends => Some(Action::Resume),
        FaultKind::LoadDown | FaultKind::LoadUp if ends => Some(Action::Automatic),
        _ => None,
    }
}

/// A heart rate as a sensor sends it.
pub(super) fn rate(value: u16) -> Reading<BeatsPerMinute> {
    BeatsPerMinute::new(value).map_or(Reading::Missing(Absence::OutOfRange), Reading::good)
}

//! A second pair of eyes: it sees what goes into a station and what comes out of it, and says which invariant was broken. It knows
//! the prescription, the clock and what the sensors said; of the core's reasons it knows nothing but what a dashboard is shown.

use std::collections::BTreeMap;
use std::time::Duration;

use control::input::{Action, HeartRateSource, Input};
use control::outputs::Outputs;
use control::prescription::{BoundSensors, BoutSetup};
use control::rules::RuleId;
use control::view::{AlarmView, PhaseKind, StationView};
use protocols::vocabulary::{Capabilities, MachineCommand, MachineKind, MachineLoad, Timestamp};

/// Forgives the last bits of sums.
const SLACK: f64 = 1e-6;

/// What stood before a call and what stands after it.
pub(crate) struct Call<'a> {
    pub(crate) now: Timestamp,
    pub(crate) input: &'a Input,
    pub(crate) before: &'a StationView,
    pub(crate) after: &'a StationView,
    pub(crate) outputs: &'a Outputs,
    pub(crate) alarms: &'a [AlarmView],
}

/// What the watcher remembers.
#[derive(Debug, Clone)]
pub(crate) struct Watcher {
    capabilities: Capabilities,
    setup: Option<BoutSetup>,
    /// When the last good value of a sensor was sent.
    strap_heard: Option<Timestamp>,
    finger_heard: Option<Timestamp>,
    machine_heard: Option<Timestamp>,
    worn: BoundSensors,
    /// The same of strap, pulse and finger since each sensor was put on: another one's value, or one from before, is not its own.
    own: [Option<Timestamp>; 3],
    record_whole: bool,
    fault: bool,
    /// A stop has been taken, and nobody has gone on since.
    stopped: bool,
    /// What the ramp has saved up, in METs, and until when that was counted.
    saved: f64,
    counted: Timestamp,
    /// When the belt was last slowed, and how much of a second's worth is used up.
    slowed: Option<(Timestamp, f64)>,
    /// Reports in a row that the belt stands.
    stood: u32,
    /// What was granted when a signal was lost, and when that was.
    granted_when_lost: Option<(f64, Timestamp)>,
    raised: BTreeMap<RuleId, Timestamp>,
    acknowledged: BTreeMap<RuleId, bool>,
    /// The most that a machine gave while it does not follow, in net METs.
    given: f64,
    /// How often each invariant was looked at with something to see.
    pub(crate) looked: BTreeMap<&'static str, u64>,
}

type Broken = Result<(), String>;

fn broken(condition: bool, what: &'static str, call: &Call<'_>) -> Broken {
    if condition {
        Err(format!(
            "{what} at {:?} by {:?}\nbefore {:?}\nafter {:?}\nout {:?}",
            call.now, call.input, call.before, call.after, call.outputs
        ))
    } else {
        Ok(())
    }
}

impl Watcher {
    pub(crate) fn new(capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            setup: None,
            strap_heard: None,
            finger_heard: None,
            machine_heard: None,
            worn: BoundSensors::default(),
            own: [None; 3],
            record_whole: true,
            fault: false,
            stopped: false,
            saved: 0.0,
            counted: Timestamp::ZERO,
            slowed: None,
            stood: 0,
            granted_when_lost: None,
            raised: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            given: 0.0,
            looked: BTreeMap::new(),
        }
    }

    pub(crate) fn watch(&mut self, call: &Call<'_>) -> Broken {
        self.hear(call);
        let checks: [fn(&mut Self, &Call<'_>) -> Broken; 12] = [
            Self::i1,
            Self::i2,
            Self::i3,
            Self::i3_belt,
            Self::i4,
            Self::i5,
            Self::i6,
            Self::i7,
            Self::i8,
            Self::i11,
            Self::i13,
            Self::i14,
        ];
        for check in checks {
            check(self, call)?;
        }
        Ok(())
    }

    fn look(&mut self, invariant: &'static str) {
        *self.looked.entry(invariant).or_default() += 1;
    }

    /// Keeps what the input says of the world.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a watcher listens to what it needs, and to nothing else"
    )]
    fn hear(&mut self, call: &Call<'_>) {
        match call.input {
            Input::HeartRate {
                source: HeartRateSource::Strap,
                reading,
                sent_at,
            } if self.worn.strap && reading.value().is_some() => {
                self.strap_heard = Some(*sent_at);
                self.own[0] = Some(*sent_at);
            }
            Input::HeartRate {
                source: HeartRateSource::Oximeter,
                reading,
                sent_at,
            } if self.worn.oximeter && reading.value().is_some() => {
                self.strap_heard = Some(*sent_at);
                self.own[1] = Some(*sent_at);
            }
            Input::Saturation { reading, sent_at }
                if self.worn.oximeter && reading.value().is_some() =>
            {
                self.finger_heard = Some(*sent_at);
                self.own[2] = Some(*sent_at);
            }
            Input::Sensors { bound } => self.hear_worn(*bound),
            Input::Machine { report, .. } => {
                self.machine_heard = Some(call.now);
                let stands = report.speed.is_some_and(|speed| speed.get() <= 0.0);
                self.stood = if stands && !report.is_moving() {
                    self.stood.saturating_add(1)
                } else {
                    0
                };
            }
            Input::Link { device, state } => {
                use control::input::{Device, LinkState};
                if (*device, *state) == (Device::Machine, LinkState::Up) {
                    self.machine_heard = Some(call.now);
                }
            }
            Input::Record { whole } => self.record_whole = *whole,
            Input::Fault => self.fault = true,
            Input::Operator(action) if call.outputs.refused.is_none() => self.hear_person(action),
            Input::Operator(Action::Acknowledge(RuleId::ControllerFault)) => self.fault = false,
            _ => {}
        }
        if matches!(
            call.input,
            Input::Operator(Action::Stop | Action::EmergencyStop)
        ) || call.after.phase == PhaseKind::Stopped
        {
            self.stopped = true;
        }
    }

    fn hear_worn(&mut self, bound: BoundSensors) {
        if bound.strap != self.worn.strap {
            self.own[0] = None;
        }
        if bound.oximeter != self.worn.oximeter {
            self.own[1] = None;
            self.own[2] = None;
        }
        self.worn = bound;
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a watcher listens to what it needs, and to nothing else"
    )]
    fn hear_person(&mut self, action: &Action) {
        match action {
            Action::Begin(setup) => {
                self.setup = Some(*setup);
                self.worn = setup.sensors;
                self.own = [None; 3];
            }
            Action::Resume | Action::ConfirmStart => self.stopped = false,
            Action::AcknowledgeAll => self.fault = false,
            Action::Acknowledge(rule) if *rule == RuleId::ControllerFault => self.fault = false,
            _ => {}
        }
    }

    /// Net METs of a load, worked here and not in the core.
    fn cost(&self, load: &MachineLoad) -> f64 {
        match load {
            MachineLoad::Power(watts) => {
                let mass = self.setup.map_or(80.0, |setup| setup.patient.mass.get());
                (3.5 + 10.8 * watts.as_f64() / mass) / 3.5
            }
            MachineLoad::Belt { speed, grade } => speed.get() * (6.0 + 1.08 * grade.get()) / 3.5,
        }
    }

    fn least(&self) -> f64 {
        match self.capabilities.kind {
            // 10.8 mL/min a watt, for the bench's patient of 80 kg.
            MachineKind::Cycle => {
                1.0 + 10.8 * self.capabilities.held_at_least().as_f64() / 80.0 / 3.5
            }
            MachineKind::Treadmill => 0.5,
        }
    }

    /// The load that a command asks for.
    fn asked(call: &Call<'_>) -> Option<MachineLoad> {
        match call.outputs.command? {
            MachineCommand::Start(load) | MachineCommand::SetLoad(load) => Some(load),
            MachineCommand::Stop | MachineCommand::EmergencyStop => None,
        }
    }

    /// Whether a command asks for more than the one before: more watts, a faster or a steeper belt.
    fn asks_more(call: &Call<'_>) -> bool {
        // A belt that is found moving is slowed from what it reports, in the very call that says so, whatever it was told before.
        let found = call.after.machine.and_then(|(report, _)| report.speed);
        if let (
            Some(MachineLoad::Belt { speed, .. }),
            Some(found),
            PhaseKind::Idle | PhaseKind::Ready | PhaseKind::Recovery | PhaseKind::Finished,
        ) = (Self::asked(call), found, call.before.phase)
            && speed <= found
        {
            return false;
        }
        // So is one that stands steeper than it was told levelled, from what it reports.
        let steep = call.after.machine.and_then(|(report, _)| report.grade);
        if let (Some(MachineLoad::Belt { speed, grade }), Some(steep)) = (Self::asked(call), steep)
            && speed.get() <= 0.0
            && grade < steep
        {
            return false;
        }
        match (Self::asked(call), call.before.told) {
            (Some(asked), Some(told)) => told.takes_away_from(&asked),
            (Some(MachineLoad::Power(watts)), None) => watts.get() > 0,
            (Some(MachineLoad::Belt { speed, .. }), None) => speed.get() > 0.0,
            (None, _) => false,
        }
    }

    /// No command asks for more than the prescription's ceiling or the machine's, in any state.
    fn i1(&mut self, call: &Call<'_>) -> Broken {
        let (Some(load), Some(setup)) = (Self::asked(call), self.setup) else {
            return Ok(());
        };
        if !Self::asks_more(call) {
            return Ok(());
        }
        self.look("I1");
        let ceiling = setup.prescription.ceiling.get();
        let in_range = match (load, self.capabilities.power, self.capabilities.belt) {
            (MachineLoad::Power(watts), Some(range), _) => {
                watts.get() == 0 || watts >= range.min && watts <= range.max
            }
            (MachineLoad::Belt { speed, grade }, _, Some(range)) => {
                let wanted = setup.prescription.belt.expect("a belt is prescribed");
                speed <= range.max_speed
                    && grade <= range.max_grade
                    && speed <= wanted.max_speed
                    && grade <= wanted.max_grade
            }
            _ => false,
        };
        broken(
            !in_range || self.cost(&load) > ceiling + SLACK || call.after.granted.get() > ceiling,
            "I1: more than the ceiling",
            call,
        )
    }

    /// Load rises only while every signal that the prescription requires is fresh and trusted, and everything is recorded.
    fn i2(&mut self, call: &Call<'_>) -> Broken {
        let Some(setup) = self.setup else {
            return broken(Self::asks_more(call), "I2: load without a patient", call);
        };
        let rises = call.after.granted.get() > call.before.granted.get().max(self.least()) + SLACK;
        if !(rises || Self::asks_more(call)) {
            return Ok(());
        }
        self.look("I2");
        let fresh = |heard: Option<Timestamp>| {
            heard.is_some_and(|at| call.now.since(at) <= Duration::from_secs(3))
        };
        let [strap, pulse, finger] = self.own.map(fresh);
        let heart = !setup.prescription.heart_rate_required || strap || pulse;
        let finger = !setup.prescription.saturation_required || finger;
        broken(
            !(heart && finger && self.record_whole),
            "I2: load rose on a signal that is not fresh",
            call,
        )
    }

    /// Load never rises faster than the ramp of the phase and prescription.
    fn i3(&mut self, call: &Call<'_>) -> Broken {
        let Some(setup) = self.setup else {
            return Ok(());
        };
        let ramp = if call.after.phase == PhaseKind::Conditioning {
            setup.prescription.ramp_up
        } else {
            setup.prescription.warm_up_ramp
        };
        let rate = ramp / 60.0;
        let passed = call.now.since(self.counted).as_secs_f64();
        self.counted = call.now;
        // A beat's worth, and what the ticks around it may be late, at the faster of both ramps.
        let most = 6.0
            * setup
                .prescription
                .ramp_up
                .max(setup.prescription.warm_up_ramp)
            / 60.0;
        self.saved = (self.saved + passed * rate).min(most);
        let base = call.before.granted.get().max(self.least());
        let rose = call.after.granted.get() - base;
        if rose <= 0.0 {
            return Ok(());
        }
        self.look("I3");
        self.saved -= rose;
        broken(
            self.saved < -SLACK,
            "I3: load rose faster than its ramp",
            call,
        )
    }

    /// A belt slows at no more than its safe deceleration unless the emergency stop is called.
    fn i3_belt(&mut self, call: &Call<'_>) -> Broken {
        let Some(MachineLoad::Belt { speed: told, .. }) = call.before.told else {
            return Ok(());
        };
        // Nothing slows a belt that has said twice that it stands.
        if self.stood >= 2 {
            self.slowed = None;
            return Ok(());
        }
        let slowest = self
            .capabilities
            .belt
            .map_or(0.0, |range| range.min_speed.get());
        let next = match call.outputs.command {
            Some(MachineCommand::SetLoad(MachineLoad::Belt { speed, .. })) => speed.get(),
            // From its slowest a belt may stand at once.
            Some(MachineCommand::Stop) if told.get() > slowest + SLACK => 0.0,
            _ => return Ok(()),
        };
        let slowed = told.get() - next;
        if slowed <= 0.0 {
            return Ok(());
        }
        self.look("I3 belt");
        // Steps are of one second; the first step of a stop may come right after an ordinary one, which was of 0.1 m/s at most.
        let before = self.slowed.map_or(0.0, |(at, used)| {
            (used - 0.25 * call.now.since(at).as_secs_f64()).max(0.0)
        });
        let used = before + slowed;
        self.slowed = Some((call.now, used));
        broken(
            used > 0.35 + SLACK,
            "I3: the belt slowed faster than is safe",
            call,
        )
    }

    /// Once a stop rule has fired, no load is asked for again until a person has acknowledged and resumed.
    fn i4(&mut self, call: &Call<'_>) -> Broken {
        if !self.stopped {
            return Ok(());
        }
        self.look("I4");
        let starts = matches!(call.outputs.command, Some(MachineCommand::Start(_)));
        broken(
            starts || Self::asks_more(call) || call.after.granted.get() > 0.0,
            "I4: load after a stop",
            call,
        )
    }

    /// A lost signal, link or machine leads, within its time, to less load; it never adds any.
    fn i5(&mut self, call: &Call<'_>) -> Broken {
        let Some(setup) = self.setup else {
            return Ok(());
        };
        let silent = |heard: Option<Timestamp>, seconds: u64| {
            heard.is_none_or(|at| call.now.since(at) > Duration::from_secs(seconds))
        };
        let loaded = matches!(
            call.after.phase,
            PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
        );
        if silent(self.machine_heard, 6) {
            self.look("I5");
            broken(loaded, "I5: load stays on without a machine", call)?;
        }
        let ordered = &setup.prescription;
        let granted = call.after.granted.get();
        let strap = ordered.heart_rate_required && silent(self.strap_heard, 11);
        let finger = ordered.saturation_required && silent(self.finger_heard, 31);
        if !(loaded && (strap || finger)) {
            self.granted_when_lost = None;
            return Ok(());
        }
        self.look("I5");
        let (was, since) = *self.granted_when_lost.get_or_insert((granted, call.now));
        // Four seconds take 0.2 MET, but not below what a cool-down walks or pedals at: a quarter of what was on, or the least.
        let floor = (was / 4.0).max(1.0).max(self.least()) + 0.3;
        let long = call.now.since(since) > Duration::from_secs(4);
        broken(
            granted > was + SLACK || long && was > floor && granted > was - 0.1,
            "I5: load does not fall without a signal",
            call,
        )
    }

    /// An operator's stop takes effect in the same call in every phase.
    fn i6(&mut self, call: &Call<'_>) -> Broken {
        let Input::Operator(action @ (Action::Stop | Action::EmergencyStop)) = call.input else {
            return Ok(());
        };
        self.look("I6");
        let takes_away = match (call.outputs.command, call.before.told) {
            (Some(MachineCommand::EmergencyStop), _) => true,
            (Some(MachineCommand::Stop), _) => *action == Action::Stop,
            (Some(MachineCommand::SetLoad(load)), Some(told)) => {
                let slower = load.takes_away_from(&told);
                let again = call.before.granted.get() <= 0.0;
                (slower || again) && !told.takes_away_from(&load)
            }
            (Some(MachineCommand::SetLoad(_) | MachineCommand::Start(_)) | None, _) => false,
        };
        broken(
            !takes_away || call.after.granted.get() > 0.0,
            "I6: a stop without effect",
            call,
        )
    }

    /// Every command that leaves has an entry that says what made it.
    fn i7(&mut self, call: &Call<'_>) -> Broken {
        let changed = call.after.granted.get() < call.before.granted.get()
            || call.after.granted.get() > call.before.granted.get();
        if call.outputs.command.is_none() && !changed {
            return Ok(());
        }
        self.look("I7");
        let says = call
            .outputs
            .decision
            .is_some_and(|decision| decision.granted == call.after.granted);
        broken(!says, "I7: a command without a reason", call)
    }

    /// The most urgent alarm comes first; none leaves before 5 s, or unseen where it is latched.
    fn i8(&mut self, call: &Call<'_>) -> Broken {
        let ordered = call
            .alarms
            .windows(2)
            .all(|pair| pair[0].priority >= pair[1].priority);
        broken(!ordered, "I8: the most urgent alarm is not first", call)?;
        for rule in call.outputs.alarms.acknowledged.iter() {
            self.acknowledged.insert(rule, true);
        }
        for rule in call.outputs.alarms.raised.iter() {
            self.raised.insert(rule, call.now);
        }
        for rule in call.outputs.alarms.cleared.iter() {
            self.look("I8");
            let lasted = self
                .raised
                .remove(&rule)
                .is_none_or(|since| call.now.since(since) >= Duration::from_secs(5));
            let unseen = self.acknowledged.get(&rule) == Some(&false);
            broken(
                !lasted || unseen || !self.record_whole,
                "I8: an alarm left early or unseen",
                call,
            )?;
        }
        self.acknowledged = call
            .alarms
            .iter()
            .filter(|alarm| alarm.latched)
            .map(|alarm| (alarm.rule, alarm.acknowledged))
            .collect();
        Ok(())
    }

    /// While the machine does not follow, no more is granted than the most that it gave since that was told; more than granted ends in a
    /// stop.
    fn i11(&mut self, call: &Call<'_>) -> Broken {
        let (Some((report, _)), Some(_)) = (call.after.machine, self.setup) else {
            return Ok(());
        };
        let loaded = matches!(
            call.after.phase,
            PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
        );
        let lags = |alarm: &&AlarmView| alarm.rule == RuleId::MachineBelowTarget;
        let lags = call.alarms.iter().find(lags);
        let (true, Some(lags), Some(watts)) = (loaded, lags, report.power) else {
            if lags.is_none() {
                self.given = 0.0;
            }
            return Ok(());
        };
        self.given = self.given.max(self.cost(&MachineLoad::Power(watts)));
        if lags.act.is_none() {
            return Ok(());
        }
        self.look("I11");
        broken(
            call.after.granted.get() > self.given + SLACK,
            "I11: more is granted than the machine gives",
            call,
        )
    }

    /// Leave to have load expires by itself: each completed call grants 400 ms of it, none at fault.
    fn i13(&mut self, call: &Call<'_>) -> Broken {
        self.look("I13");
        let leave = if self.fault {
            Timestamp::ZERO
        } else {
            call.now + Duration::from_millis(400)
        };
        broken(
            call.outputs.leave_until != leave || self.fault && !call.outputs.relay_open,
            "I13: leave is not as it must be",
            call,
        )
    }

    /// A decision that lowers load, and any decision of the supervisor, raises neither speed nor grade.
    fn i14(&mut self, call: &Call<'_>) -> Broken {
        use control::view::Reason;
        let lowers = call.after.granted.get() < call.before.granted.get();
        let judged = matches!(
            call.after.reason,
            Reason::Rule(..) | Reason::StopLatched | Reason::SignalNotTrusted
        );
        if call.outputs.command.is_none() || !(lowers || judged) {
            return Ok(());
        }
        self.look("I14");
        broken(
            Self::asks_more(call),
            "I14: less load with a faster or steeper belt",
            call,
        )
    }
}

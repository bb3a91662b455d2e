//! Shows the monitor what a simulated station does: the one place where the core's terms become the monitor's.
//!
//! The monitor judges by what was written down beforehand and by what can be seen. Nothing of the core's reasons passes here but
//! what the journal has to say of every command (I7): who made it.

use std::time::Duration;

use control::Station;
use control::input::{Action, Device, HeartRateSource, Input, LinkState};
use control::outputs::{AlarmChanges, Outputs};
use control::rules::{LoadAct, Priority, RuleId};
use control::view::{PhaseKind, Reason, StationView, Trust, VitalView};
use monitor::{
    Act, AlarmChange, AlarmId, Author, Charter, Entered, Entry, EntryLimits, Left, Monitor, Phase,
    Pulse, Ramp, Relay, Seen, Shown, Signal,
};
use protocols::vocabulary::{
    BeatsPerMinute, MachineKind, NetMets, OxygenSaturation, Timestamp, number::floor_to_u16,
};

use super::batch::Violation;
use super::session::{Call, Observer, Plan};

/// Exercise begins with the least load at once (`controllers.md` 3.4, `m_min`), in net METs.
const CYCLE_BEGINS_AT: f64 = 1.0;
const BELT_BEGINS_AT: f64 = 0.5;
/// Net METs for each m/s of walking on the flat (ACSM: 6 mL O2/kg/min a m/s, of 3.5 mL a MET).
const WALKING_MET_S_M: f64 = 6.0 / 3.5;
/// An oximeter that says its pulse is weak is doubted after this.
const WEAK_PULSE_DOUBTED: Duration = Duration::from_secs(5);
/// The screen is looked at once a second.
const LOOKS_EVERY_MS: u64 = 1_000;

/// A checkpoint is taken within the first so many seconds of a session ...
const CHECKPOINT_WITHIN_S: u64 = 2_400;
/// ... and the station made of it is held against the first for so long.
const REPLAYED_FOR: Duration = Duration::from_mins(1);

/// A station that was read back from a checkpoint.
#[derive(Debug)]
struct Shadow {
    station: Station,
    until: Timestamp,
    outputs: Outputs,
}

/// A monitor at a simulated station.
#[derive(Debug)]
pub struct Watched {
    monitor: Monitor,
    alarm_shown: Option<AlarmId>,
    changes: Vec<AlarmChange>,
    /// A second station, taken from a checkpoint of the first: it has to say the same of the same (I10).
    shadow: Option<Shadow>,
    checkpoint_at: Timestamp,
    /// Which alarms stand, and as what: changes are told, and what stands is seen.
    standing: Vec<(RuleId, Priority, bool)>,
}

impl Watched {
    /// A monitor that has read what was ordered. `None` where a figure is no unit's.
    #[must_use]
    pub fn new(plan: &Plan) -> Option<Self> {
        Some(Self {
            monitor: Monitor::new(charter(plan)?),
            alarm_shown: None,
            shadow: None,
            // Another moment in each session, from its seed.
            checkpoint_at: Timestamp::from_secs(plan.seed % CHECKPOINT_WITHIN_S),
            changes: Vec::new(),
            standing: Vec::new(),
        })
    }

    /// What it found.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.monitor
            .breaches()
            .iter()
            .map(|breach| Violation {
                invariant: breach.invariant.name().to_owned(),
                at_ms: breach.at.as_millis(),
                what: breach.what.clone(),
            })
            .collect()
    }

    /// Takes the checkpoint when its moment has come, and holds the station that came of it against the first for a minute.
    fn replay(&mut self, call: &Call<'_>) {
        let Some(shadow) = &mut self.shadow else {
            if call.now >= self.checkpoint_at {
                self.checkpoint_at = Timestamp::NEVER;
                let station = postcard::to_allocvec(call.station)
                    .ok()
                    .and_then(|bytes| postcard::from_bytes(&bytes).ok());
                match station {
                    Some(station) => {
                        self.shadow = Some(Shadow {
                            station,
                            until: call.now + REPLAYED_FOR,
                            outputs: Outputs::default(),
                        });
                    }
                    None => self.monitor.replayed(call.now, false),
                }
            }
            return;
        };
        shadow
            .station
            .handle(call.now, call.input, &mut shadow.outputs);
        let same = shadow.outputs == *call.outputs;
        if !same || call.now >= shadow.until {
            let same = same && shadow.station == *call.station;
            self.shadow = None;
            self.monitor.replayed(call.now, same);
        }
    }

    fn follow_alarms(&mut self, call: &Call<'_>) {
        self.changes.clear();
        let told: &AlarmChanges = &call.outputs.alarms;
        if *told == AlarmChanges::default() {
            return;
        }
        for rule in told.acknowledged.iter() {
            self.changes
                .push(AlarmChange::Acknowledged { id: id(rule) });
        }
        for rule in told.cleared.iter() {
            self.changes.push(AlarmChange::Cleared { id: id(rule) });
        }
        let mut standing = Vec::with_capacity(self.standing.len());
        self.alarm_shown = None;
        for alarm in call.station.alarms() {
            self.alarm_shown.get_or_insert(id(alarm.rule));
            let is = (alarm.rule, alarm.priority, alarm.latched);
            if told.raised.contains(alarm.rule) || !self.standing.contains(&is) {
                self.changes.push(AlarmChange::Raised {
                    id: id(alarm.rule),
                    priority: priority(alarm.priority),
                    latched: alarm.latched,
                });
            }
            standing.push(is);
        }
        self.standing = standing;
    }
}

impl Observer for Watched {
    fn called(&mut self, call: &Call<'_>) {
        self.follow_alarms(call);
        self.replay(call);
        let looks = matches!(call.input, Input::Tick)
            && call.now.as_millis().is_multiple_of(LOOKS_EVERY_MS);
        let signs = looks.then(|| signs(&call.station.view(), call.now));
        let mut places = [NOTHING_SHOWN; 3];
        let mut count = 0;
        for (place, sign) in places.iter_mut().zip(signs.into_iter().flatten().flatten()) {
            *place = sign;
            count += 1;
        }
        let shown = places.get(..count).unwrap_or_default();
        let outputs = call.outputs;
        self.monitor.watch(&monitor::Call {
            now: call.now,
            input: seen(call.input),
            left: Left {
                command: outputs.command,
                relay: Some(if outputs.relay_open {
                    Relay::Open
                } else {
                    Relay::Closed
                }),
                leave_until: Some(outputs.leave_until),
                alarms: &self.changes,
                alarm_shown: self.alarm_shown,
                entry: Some(entry(outputs)),
                refused: outputs.refused.is_some(),
                phase: phase(call.station.phase()),
                shown,
            },
        });
    }
}

/// What a person wrote down for this session.
fn charter(plan: &Plan) -> Option<Charter> {
    let ordered = &plan.setup.prescription;
    let ramp = Ramp::per_minute(ordered.ramp_up)?;
    let mut charter = Charter::new(plan.machine, plan.setup.patient.mass, ordered.ceiling, ramp);
    charter.warm_up = Ramp::per_minute(ordered.warm_up_ramp)?;
    charter.fastest = ordered.belt.map(|belt| belt.max_speed);
    charter.steepest = ordered.belt.map(|belt| belt.max_grade);
    charter.requires_heart_rate = ordered.heart_rate_required;
    charter.requires_saturation = ordered.saturation_required;
    let rate = |limit: f64| floor_to_u16(limit).and_then(BeatsPerMinute::new);
    charter.heart_rate_limit = ordered.heart_rate.and_then(|limits| rate(limits.upper));
    charter.heart_rate_stop = ordered.heart_rate.and_then(|limits| rate(limits.stop()));
    let floor = floor_to_u16(ordered.saturation_floor).and_then(|floor| u8::try_from(floor).ok());
    charter.saturation_floor = floor.and_then(OxygenSaturation::new);
    charter.heart_rate_low = ordered.heart_rate.and_then(|limits| rate(limits.lower));
    charter.entries = EntryLimits {
        exertion: ordered.exertion_upper,
        dyspnoea: ordered.dyspnoea_upper,
        claudication: ordered.claudication_stop,
        systolic_stop: ordered.systolic_stop,
        diastolic_stop: ordered.diastolic_stop,
    };
    charter.start_load = NetMets::new(match plan.machine.kind {
        MachineKind::Cycle => CYCLE_BEGINS_AT,
        MachineKind::Treadmill => BELT_BEGINS_AT,
    })?;
    charter.cool_down_load = NetMets::new(0.25 * ordered.warm_up_load.get())?;
    if let Some(belt) = plan.machine.belt {
        // A belt is told 0.2 km/h at once, which are two steps of the machine: one more than the monitor allows for rounding.
        charter.allowances.deadband += WALKING_MET_S_M * belt.speed_step;
    }
    charter.has_relay = true;
    // A weak pulse is doubted after 5 s, and what is doubted is lost from then on (`rules.toml`, `weak-pulse` and `spo2-lost`).
    charter.times.saturation_falls_after += WEAK_PULSE_DOUBTED;
    if plan.setup.patient.atrial_fibrillation {
        // In fibrillation limits are held against means of 15 s (`rules.toml`).
        charter.times.heart_rate_mean = Duration::from_secs(15);
        charter.times.heart_rate_stop_mean = Duration::from_secs(15);
        charter.times.heart_rate_answered_within = Duration::from_secs(30);
    }
    Some(charter)
}

fn seen(input: &Input) -> Seen {
    match input {
        Input::Tick => Seen::Tick,
        Input::HeartRate {
            source,
            reading,
            sent_at,
        } => Seen::HeartRate {
            source: match source {
                HeartRateSource::Strap => Pulse::Strap,
                HeartRateSource::Oximeter => Pulse::Oximeter,
                HeartRateSource::Machine => Pulse::Machine,
            },
            reading: *reading,
            sent_at: *sent_at,
        },
        Input::Saturation { reading, sent_at } => Seen::Saturation {
            reading: *reading,
            sent_at: *sent_at,
        },
        Input::Machine { report, sent_at } => Seen::Machine {
            report: *report,
            sent_at: *sent_at,
        },
        Input::Link {
            device: Device::Machine,
            state,
        } => Seen::Link {
            up: *state == LinkState::Up,
        },
        Input::StopCircuit { open } => Seen::StopCircuit { open: *open },
        Input::Operator(action) => act(action).map_or(Seen::Other, Seen::Act),
        Input::Watched { by_anyone } => Seen::Watched(*by_anyone),
        Input::Record { whole } => Seen::Record { whole: *whole },
        Input::LoopGap { .. } => Seen::LoopGap,
        Input::Fault => Seen::Fault,
        Input::Link { .. }
        | Input::Sensors { .. }
        | Input::Refused { .. }
        | Input::GymCloses { .. } => Seen::Other,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what no invariant speaks of is nothing to the monitor"
)]
const fn act(action: &Action) -> Option<Act> {
    Some(match action {
        Action::Begin(_) => Act::Begin,
        Action::ConfirmStart => Act::ConfirmStart,
        Action::Pause => Act::Pause,
        Action::Resume => Act::Resume,
        Action::LoadUp => Act::LoadUp,
        Action::LoadDown => Act::LoadDown,
        Action::Automatic => Act::Automatic,
        Action::BeginCoolDown => Act::CoolDown,
        Action::Finish => Act::Finish,
        Action::Stop => Act::Stop,
        Action::EmergencyStop => Act::EmergencyStop,
        Action::Acknowledge(rule) => Act::Acknowledge(id(*rule)),
        Action::AcknowledgeAll => Act::AcknowledgeAll,
        Action::Enter(entry) => Act::Entry(entered(*entry)),
        Action::TargetUp | Action::TargetDown => Act::Target,
        _ => return None,
    })
}

const fn entered(entry: control::input::Entry) -> Entered {
    use control::input::Entry;
    match entry {
        Entry::PerceivedExertion(rating) => Entered::Exertion(rating),
        Entry::BloodPressure {
            systolic,
            diastolic,
            symptoms,
        } => Entered::Pressure {
            systolic: systolic.get(),
            diastolic: diastolic.get(),
            symptoms,
        },
        Entry::Dyspnoea(rating) => Entered::Dyspnoea(rating),
        Entry::Angina(grade) => Entered::Angina(grade),
        Entry::Claudication(pain) => Entered::Claudication(pain),
        Entry::Breathing(breaths) => Entered::Breathing(breaths),
        Entry::Ectopy => Entered::Ectopy,
        Entry::Glucose(_) | Entry::OxygenFlow(_) => Entered::Figure,
        Entry::PoorPerfusion | Entry::Arrhythmia | Entry::Symptom => Entered::Illness,
    }
}

/// What the journal gets of a turn: all that came of it, and beside a command the decision.
fn entry(outputs: &Outputs) -> Entry {
    Entry {
        command: outputs.decision.and(outputs.command),
        author: outputs.decision.map(|decision| author(decision.binding)),
        values: outputs.decision.is_some(),
        alarms: true,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "ramps, ceilings and roundings are limits of a load that the controller asked for"
)]
const fn author(reason: Reason) -> Author {
    match reason {
        Reason::Rule(
            _,
            LoadAct::Hold | LoadAct::Fall | LoadAct::CoolDown | LoadAct::ZeroWait | LoadAct::Stop,
        )
        | Reason::StopLatched
        | Reason::SignalNotTrusted
        | Reason::RecordGap => Author::Rule,
        Reason::Hand => Author::Person,
        _ => Author::Controller,
    }
}

const NOTHING_SHOWN: Shown = Shown {
    signal: Signal::Machine,
    sent_at: Timestamp::ZERO,
    live: false,
};

/// What a screen shows of a station.
fn signs(view: &StationView, now: Timestamp) -> [Option<Shown>; 3] {
    let machine = view.machine.map(|(_, sent_at)| Shown {
        signal: Signal::Machine,
        sent_at,
        live: view.reported(now).is_some(),
    });
    [
        sign(Signal::HeartRate, &view.heart_rate),
        sign(Signal::Saturation, &view.saturation),
        machine,
    ]
}

/// A value with its time, as live as the core calls it.
fn sign(signal: Signal, view: &VitalView) -> Option<Shown> {
    view.value?;
    Some(Shown {
        signal,
        sent_at: view.sent_at?,
        live: view.trust == Trust::Trusted,
    })
}

const fn phase(phase: PhaseKind) -> Phase {
    match phase {
        PhaseKind::Idle => Phase::Idle,
        PhaseKind::Ready => Phase::Ready,
        PhaseKind::Starting => Phase::Starting,
        PhaseKind::WarmUp => Phase::WarmUp,
        PhaseKind::Conditioning => Phase::Conditioning,
        PhaseKind::CoolDown => Phase::CoolDown,
        PhaseKind::Recovery => Phase::Recovery,
        PhaseKind::Finished => Phase::Finished,
        PhaseKind::Paused => Phase::Paused,
        PhaseKind::Stopped => Phase::Stopped,
    }
}

const fn priority(priority: Priority) -> monitor::Priority {
    match priority {
        Priority::Low => monitor::Priority::Low,
        Priority::Medium => monitor::Priority::Medium,
        Priority::High => monitor::Priority::High,
    }
}

/// A rule by its place in the table: a name is all that the monitor wants.
#[expect(
    clippy::as_conversions,
    reason = "the discriminant of an enum of fewer than 256 rules"
)]
const fn id(rule: RuleId) -> AlarmId {
    AlarmId(rule as u16)
}

//! A toy core for a bike, sound as far as the invariants go, into which one defect can be planted: the monitor passes over the sound
//! one whatever happens around it, and finds each defect.

use core::time::Duration;

use monitor::{
    Act, AlarmChange, AlarmId, Charter, Entered, Invariant, Left, Phase, Priority, Relay, Seen,
};
use proptest::prelude::*;
use protocols::vocabulary::number::floor_to_u16;
use protocols::vocabulary::{MachineCommand, Timestamp, Watts};

use crate::desk::{Desk, bike, watts};

/// What can be wrong with a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    ForgetsTheCeiling,
    RisesOnOldValues,
    HurriesTheRamp,
    ResumesWithoutAcknowledgement,
    HoldsWhatIsLost,
    RisesForASilentMachine,
    StopsWithTheNextTick,
    KeepsNoJournal,
    ClearsAtOnce,
    IgnoresWhatIsGiven,
    TakesASecondPatient,
    GivesLongLeave,
    IgnoresTheLimit,
    IgnoresTheGap,
}

const ALARM: AlarmId = AlarmId(1);
const RAISED: &[AlarmChange] = &[AlarmChange::Raised {
    id: ALARM,
    priority: Priority::High,
    latched: true,
}];
const ACKNOWLEDGED: &[AlarmChange] = &[AlarmChange::Acknowledged { id: ALARM }];
const CLEARED: &[AlarmChange] = &[AlarmChange::Cleared { id: ALARM }];

/// Net METs of the least load and of the ceiling at 80 kg, and the watts of one.
const LEAST: f64 = 1.0 + 20.0 / PER_MET;
const CEILING: f64 = 5.0;
const PER_MET: f64 = 3.5 * 80.0 / 10.8;

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a toy, not a state"
)]
pub(crate) struct Core {
    defect: Defect,
    phase: Phase,
    target: f64,
    granted: f64,
    most: f64,
    sent: u16,
    beat: Timestamp,
    tick: Timestamp,
    heart: (Timestamp, u16),
    saturation: (Timestamp, u16),
    machine: Timestamp,
    /// Since when the machine gives less, and more, than it is asked for.
    below: Option<Timestamp>,
    above: Option<Timestamp>,
    gap: bool,
    unwatched: bool,
    circuit: bool,
    stop_pending: bool,
    raised: Option<Timestamp>,
    acknowledged: bool,
}

impl Core {
    pub(crate) fn new(defect: Defect) -> Self {
        let never = Timestamp::ZERO;
        Self {
            defect,
            phase: Phase::Ready,
            target: 4.0,
            granted: LEAST,
            most: LEAST,
            sent: 0,
            beat: never,
            tick: never,
            heart: (never, 0),
            saturation: (never, 0),
            machine: never,
            below: None,
            above: None,
            gap: false,
            unwatched: false,
            circuit: false,
            stop_pending: false,
            raised: None,
            acknowledged: false,
        }
    }

    fn is(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn exercises(&self) -> bool {
        self.phase == Phase::Conditioning
    }

    pub(crate) fn handle(&mut self, now: Timestamp, input: Seen, left: &mut Left<'static>) {
        self.hear(now, input);
        if let Seen::Act(act) = input {
            self.act(now, act, left);
        }
        if input == Seen::Fault || self.circuit || now.since(self.machine) >= SILENT {
            self.stop(now, left);
        }
        if self.stop_pending && input == Seen::Tick {
            self.stop_pending = false;
            left.command = Some(MachineCommand::Stop);
        }
        if self.exercises() && input == Seen::Tick {
            self.proceed(now, left);
        }
        self.alarm(now, left);
        if input == (Seen::StopCircuit { open: true }) {
            left.relay = Some(Relay::Open);
        } else if input == (Seen::StopCircuit { open: false }) {
            left.relay = Some(Relay::Closed);
        }
        let long = if self.is(Defect::GivesLongLeave) {
            500
        } else {
            400
        };
        left.leave_until = (input != Seen::Fault && self.phase != Phase::Stopped)
            .then_some(now + Duration::from_millis(long));
        left.phase = self.phase;
        left.alarm_shown = self.raised.map(|_| ALARM);
    }

    fn hear(&mut self, now: Timestamp, input: Seen) {
        if let Seen::HeartRate { reading, .. } = input {
            self.heart = (now, reading.value().map_or(0, u16::from));
        } else if let Seen::Saturation { reading, .. } = input {
            self.saturation = (now, reading.value().map_or(0, u16::from));
        } else if let Seen::Machine { report, .. } = input {
            self.machine = now;
            let given = i32::from(report.power.map_or(0, Watts::get)) - i32::from(self.sent);
            mark(&mut self.below, given < -10, now);
            mark(&mut self.above, given > 15, now);
        } else if let Seen::Record { whole } = input {
            self.gap = !whole;
        } else if let Seen::Watched(watched) = input {
            self.unwatched = !watched;
        } else if let Seen::StopCircuit { open } = input {
            self.circuit = open;
        } else if input == Seen::LoopGap {
            (self.heart.0, self.saturation.0) = (Timestamp::ZERO, Timestamp::ZERO);
        }
    }

    fn act(&mut self, now: Timestamp, act: Act, left: &mut Left<'static>) {
        if act == Act::Begin {
            left.refused = !self.is(Defect::TakesASecondPatient);
        } else if act == Act::Stop {
            self.stop(now, left);
        } else if act == Act::EmergencyStop {
            self.stop(now, left);
            left.command = Some(MachineCommand::EmergencyStop);
        } else if act == Act::AcknowledgeAll && self.raised.is_some() {
            self.acknowledged = true;
            left.alarms = ACKNOWLEDGED;
        } else if act == Act::ConfirmStart || act == Act::Resume {
            let free = self.raised.is_none() || self.is(Defect::ResumesWithoutAcknowledgement);
            let ready = free && !self.circuit && self.fresh(now) && !self.bad();
            left.refused = !ready || self.exercises();
            if !left.refused {
                (self.phase, self.granted) = (Phase::Conditioning, LEAST);
                (self.beat, self.tick, self.most, self.sent) = (now, now, LEAST, 20);
                (self.below, self.above) = (None, None);
                left.command = Some(MachineCommand::Start(watts(20)));
            }
        }
    }

    fn stop(&mut self, now: Timestamp, left: &mut Left<'static>) {
        if !self.exercises() {
            return;
        }
        (self.phase, self.sent) = (Phase::Stopped, 0);
        if self.raised.is_none() {
            left.alarms = RAISED;
            self.raised = Some(now);
        }
        self.acknowledged = false;
        if self.is(Defect::StopsWithTheNextTick) {
            self.stop_pending = true;
        } else {
            left.command = Some(MachineCommand::Stop);
        }
    }

    fn bad(&self) -> bool {
        let high = self.heart.1 >= 120 && !self.is(Defect::IgnoresTheLimit);
        high || self.saturation.1 <= 88
    }

    fn fresh(&self, now: Timestamp) -> bool {
        let young = |sent: Timestamp| now.since(sent) < Duration::from_secs(3);
        let values = young(self.heart.0) && young(self.saturation.0);
        (values || self.is(Defect::RisesOnOldValues))
            && (young(self.machine) || self.is(Defect::RisesForASilentMachine))
    }

    /// What a tick does to the load.
    fn proceed(&mut self, now: Timestamp, left: &mut Left<'static>) {
        let lasts = |since: Option<Timestamp>, seconds| {
            since.is_some_and(|since| now.since(since) >= Duration::from_secs(seconds))
        };
        let low = self.saturation.1 < 80 && now.since(self.saturation.0) < SILENT;
        if low {
            self.stop(now, left);
            return;
        }
        if lasts(self.above, 5) && !self.is(Defect::IgnoresWhatIsGiven) {
            self.stop(now, left);
            return;
        }
        let bad = self.bad();
        let lost = now.since(self.heart.0) >= Duration::from_secs(10)
            || now.since(self.saturation.0) >= Duration::from_secs(30);
        let seconds = now.since(self.tick).as_secs_f64();
        self.tick = now;
        if bad || (lost && !self.is(Defect::HoldsWhatIsLost)) {
            let least = LEAST.max(self.most / 4.0);
            self.granted = (self.granted - seconds * 0.05).max(least.min(self.granted));
        }
        if now.since(self.beat) >= Duration::from_secs(5) {
            self.beat = now;
            let held = bad
                || lost
                || !self.fresh(now)
                || (self.gap && !self.is(Defect::IgnoresTheGap))
                || self.unwatched
                || (lasts(self.below, 30) && !self.is(Defect::IgnoresWhatIsGiven));
            let hurry = if self.is(Defect::HurriesTheRamp) {
                1.5
            } else {
                1.0
            };
            if !held {
                self.granted = (self.granted + hurry / 12.0).min(self.target);
            }
        }
        let ceiling = if self.is(Defect::ForgetsTheCeiling) {
            9.0
        } else {
            CEILING
        };
        self.granted = self.granted.min(ceiling);
        self.most = self.most.max(self.granted);
        let load = floor_to_u16((self.granted - 1.0) * PER_MET + 1e-9).unwrap_or_default();
        if load != self.sent {
            self.sent = load;
            left.command = Some(MachineCommand::SetLoad(watts(load)));
        }
    }

    fn alarm(&mut self, now: Timestamp, left: &mut Left<'static>) {
        let Some(raised) = self.raised else {
            return;
        };
        let stood = now.since(raised) >= Duration::from_secs(5) || self.is(Defect::ClearsAtOnce);
        if self.acknowledged && stood && !self.gap && left.alarms.is_empty() {
            left.alarms = CLEARED;
            self.raised = None;
        }
    }
}

const SILENT: Duration = Duration::from_secs(5);

fn mark(since: &mut Option<Timestamp>, holds: bool, now: Timestamp) {
    *since = match *since {
        _ if !holds => None,
        None => Some(now),
        lasting => lasting,
    };
}

/// What may happen around a core.
#[derive(Debug, Clone)]
enum Event {
    Heart(Option<u16>),
    Saturation(Option<u8>),
    Answers(bool),
    Gives(Option<u16>),
    Input(Seen),
    Target(f64),
}

impl Desk {
    /// A toy core on the desk, its patient confirmed.
    fn toy(defect: Defect) -> Self {
        let charter = Charter {
            has_relay: false,
            ..bike()
        };
        let mut desk = Self::new(&charter);
        desk.core = Some(Core::new(defect));
        if defect == Defect::KeepsNoJournal {
            desk.journal = false;
        }
        desk.pass(5.0);
        desk.see(Seen::Act(Act::ConfirmStart));
        desk
    }

    fn happen(&mut self, event: &Event, seconds: f64) {
        match *event {
            Event::Heart(rate) => self.heart_rate = rate,
            Event::Saturation(percent) => self.saturation = percent,
            Event::Answers(answers) => self.answers = answers,
            Event::Gives(power) => self.gives = power.map(watts),
            Event::Input(input) => self.see(input),
            Event::Target(target) => {
                if let Some(core) = &mut self.core {
                    core.target = target;
                }
            }
        }
        self.pass(seconds);
    }
}

fn event() -> impl Strategy<Value = Event> {
    let act = prop_oneof![
        Just(Act::Stop),
        Just(Act::EmergencyStop),
        Just(Act::AcknowledgeAll),
        Just(Act::Resume),
        Just(Act::Begin),
        Just(Act::Entry(Entered::Exertion(13))),
    ];
    prop_oneof![
        proptest::option::of(prop_oneof![75_u16..119, 115_u16..135]).prop_map(Event::Heart),
        proptest::option::of(prop_oneof![90_u8..100, 75_u8..90]).prop_map(Event::Saturation),
        any::<bool>().prop_map(Event::Answers),
        proptest::option::of(10_u16..120).prop_map(Event::Gives),
        (1.5..8.0_f64).prop_map(Event::Target),
        act.prop_map(|act| Event::Input(Seen::Act(act))),
        any::<bool>().prop_map(|whole| Event::Input(Seen::Record { whole })),
        any::<bool>().prop_map(|watched| Event::Input(Seen::Watched(watched))),
        any::<bool>().prop_map(|open| Event::Input(Seen::StopCircuit { open })),
        Just(Event::Input(Seen::LoopGap)),
        Just(Event::Input(Seen::Fault)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_around_it_a_sound_core_is_passed_over(
        events in proptest::collection::vec((event(), 0.1..45.0_f64), 1..40)
    ) {
        let mut desk = Desk::toy(Defect::None);
        for (event, seconds) in events {
            desk.happen(&event, seconds);
            // Somebody comes and sees to it, most of the time.
            desk.see(Seen::Act(Act::AcknowledgeAll));
            desk.pass(6.0);
            desk.see(Seen::Act(Act::Resume));
        }
        desk.assert_sound();
    }
}

/// Plants a defect, lets things happen, and looks for breaches of `invariant` alone.
#[track_caller]
fn found(defect: Defect, invariant: Invariant, events: &[(Event, f64)]) {
    for planted in [defect, Defect::None] {
        let mut desk = Desk::toy(planted);
        desk.pass(20.0);
        for (event, seconds) in events {
            desk.happen(event, *seconds);
        }
        if planted == Defect::None {
            desk.assert_sound();
        } else {
            let from = desk.now.before(Duration::from_secs(1_000));
            desk.assert_within(invariant, from, [0.0, 1_000.0]);
        }
    }
}

#[test]
fn each_defect_is_found_by_its_number() {
    let quiet = |seconds| (Event::Heart(Some(90)), seconds);
    let act = |act, seconds| (Event::Input(Seen::Act(act)), seconds);
    found(
        Defect::ForgetsTheCeiling,
        Invariant::I1,
        &[(Event::Target(8.0), 250.0)],
    );
    found(
        Defect::RisesOnOldValues,
        Invariant::I2,
        &[(Event::Heart(None), 9.0)],
    );
    found(Defect::HurriesTheRamp, Invariant::I3, &[quiet(60.0)]);
    found(
        Defect::ResumesWithoutAcknowledgement,
        Invariant::I4,
        &[act(Act::Stop, 10.0), act(Act::Resume, 5.0)],
    );
    found(
        Defect::HoldsWhatIsLost,
        Invariant::I5,
        &[quiet(60.0), (Event::Heart(None), 30.0)],
    );
    found(
        Defect::RisesForASilentMachine,
        Invariant::I5,
        // A beat falls into the fourth second of silence.
        &[
            quiet(1.2),
            (Event::Answers(false), 4.1),
            (Event::Answers(true), 5.0),
        ],
    );
    found(
        Defect::StopsWithTheNextTick,
        Invariant::I6,
        &[act(Act::Stop, 5.0)],
    );
    found(Defect::KeepsNoJournal, Invariant::I7, &[quiet(10.0)]);
    found(
        Defect::ClearsAtOnce,
        Invariant::I8,
        &[act(Act::Stop, 1.0), act(Act::AcknowledgeAll, 5.0)],
    );
    found(
        Defect::IgnoresWhatIsGiven,
        Invariant::I11,
        &[quiet(60.0), (Event::Gives(Some(20)), 60.0)],
    );
    found(
        Defect::IgnoresWhatIsGiven,
        Invariant::I11,
        &[(Event::Gives(Some(110)), 30.0)],
    );
    found(
        Defect::TakesASecondPatient,
        Invariant::I12,
        &[act(Act::Begin, 1.0)],
    );
    found(Defect::GivesLongLeave, Invariant::I13, &[quiet(1.0)]);
    found(
        Defect::IgnoresTheLimit,
        Invariant::Answer,
        &[(Event::Heart(Some(121)), 60.0)],
    );
    found(
        Defect::IgnoresTheGap,
        Invariant::Answer,
        &[(Event::Input(Seen::Record { whole: false }), 20.0)],
    );
}

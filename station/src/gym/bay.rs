//! One station in the gym: its core, what hangs on it, and one turn of it under guard.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use control::Station;
use control::input::Input;
use control::outputs::{Outputs, Refusal};
use control::rules::{LoadAct, RuleId};
use control::view::{PhaseKind, Reason};
use drivers::link::Objection;
use protocols::vocabulary::{
    Capabilities, MachineKind, MachineReport, OnSilence, Timestamp, Watts,
};

use super::snapshot::{LastEntries, StopProgress, TrendPoint};
use super::visit::Visit;
use crate::config::{BenchConfig, MachineProtocol};
use crate::records::EndReason;

/// Points of the trend: ten minutes, one each ten seconds.
const TREND_POINTS: usize = 60;

/// What a brake makes of its least differs from it by no more watts than this (`rules.toml`, `machine-above-target`).
const BRAKES_ABOUT: u16 = 15;

/// One station in the gym.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a station's surroundings, not a state: the state is the core's phase"
)]
pub(super) struct Bay {
    pub(super) number: u8,
    pub(super) name: String,
    pub(super) protocol: MachineProtocol,
    pub(super) capabilities: Capabilities,
    pub(super) bench: BenchConfig,
    pub(super) wire: usize,
    pub(super) core: Station,
    pub(super) visit: Option<Visit>,
    pub(super) stop: Option<StopProgress>,
    pub(super) entries: LastEntries,
    pub(super) trend: VecDeque<TrendPoint>,
    pub(super) relay_open: bool,
    /// Its machine was commissioned as it is wired, or is a virtual one.
    pub(super) commissioned: bool,
    /// What it does when nobody talks to it: as its protocol says, or as its commissioning saw where that is worse.
    pub(super) on_silence: OnSilence,
    /// What its machine last said of itself that no refusal goes with, while that is so.
    pub(super) said: Option<Objection>,
    /// A person was told in words what the machine refused: they stand as long as the alarm beside them.
    pub(super) told_a_refusal: bool,
    /// The bout waits because its machine stopped by itself, and a person was told.
    pub(super) waits_for_its_machine: bool,
    /// The patient pressed the call button, and nobody has done anything here since.
    pub(super) calls: bool,
    pub(super) last_report: Option<(MachineReport, Timestamp)>,
    /// The core as it was a minute ago at most: what a panic falls back to.
    checkpoint: Box<Station>,
    checkpoint_at: Timestamp,
    panics: u32,
    panic_at: Option<Timestamp>,
    /// What stopped the bout that is stopped now: its alarm may have been seen since, and be gone.
    stopped_by: Option<RuleId>,
    /// How the bout came to its cool-down; `None` before that.
    ending: Option<EndReason>,
    /// How the bout had ended when the gym began to close; `None` where the closing ends it.
    pub(super) ended_before_closing: Option<EndReason>,
    /// What the stop circuit was told to be.
    stop_circuit_open: Option<bool>,
}

/// What came of a turn.
pub(super) enum Turn {
    /// The core decided.
    Done(Box<Outputs>),
    /// The core panicked: it is back at its last checkpoint, and its machine is to be let go.
    Panicked,
}

impl Bay {
    pub(super) fn new(
        number: u8,
        name: String,
        protocol: MachineProtocol,
        capabilities: Capabilities,
        bench: BenchConfig,
        wire: usize,
    ) -> Self {
        let core = Station::new(capabilities);
        Self {
            number,
            name,
            protocol,
            capabilities,
            bench,
            wire,
            checkpoint: Box::new(core.clone()),
            core,
            visit: None,
            stop: None,
            entries: LastEntries::default(),
            trend: VecDeque::with_capacity(TREND_POINTS),
            relay_open: false,
            commissioned: true,
            on_silence: capabilities.on_silence,
            said: None,
            told_a_refusal: false,
            waits_for_its_machine: false,
            calls: false,
            last_report: None,
            checkpoint_at: Timestamp::ZERO,
            panics: 0,
            panic_at: None,
            stopped_by: None,
            ending: None,
            ended_before_closing: None,
            stop_circuit_open: None,
        }
    }

    /// Lets the core panic at that instant, to show that the other stations do not notice. For virtual devices alone.
    pub(super) const fn panic_at(&mut self, at: Timestamp) {
        self.panic_at = Some(at);
    }

    /// One turn of the core, under guard: a panic is this station's own.
    pub(super) fn turn(&mut self, now: Timestamp, input: &Input) -> Turn {
        let mut outputs = Box::new(Outputs::default());
        if let Input::StopCircuit { open } = input {
            self.stop_circuit_open = Some(*open);
        }
        let panic_now = self.panic_at.is_some_and(|at| at <= now);
        if panic_now {
            self.panic_at = None;
        }
        let core = &mut self.core;
        let done = catch_unwind(AssertUnwindSafe(|| {
            if panic_now {
                fail_as_ordered();
            }
            core.handle(now, input, &mut outputs);
        }));
        if done.is_ok() {
            self.note_stop(&outputs);
            self.note_ending(input, &outputs);
            return Turn::Done(outputs);
        }
        self.panics = self.panics.saturating_add(1);
        self.core.clone_from(&self.checkpoint);
        Turn::Panicked
    }

    /// Why the core would not take an input now. It is tried on a copy: nothing comes of it.
    pub(super) fn would_refuse(&self, now: Timestamp, input: &Input) -> Option<Refusal> {
        let mut core = self.core.clone();
        let mut outputs = Box::new(Outputs::default());
        let tried = catch_unwind(AssertUnwindSafe(|| core.handle(now, input, &mut outputs)));
        // One that panics does so in its own turn, where it is dealt with.
        tried.ok().and(outputs.refused)
    }

    /// Keeps the core as what a panic falls back to, and says whether it did: once a minute.
    pub(super) fn keep_checkpoint(&mut self, now: Timestamp) -> bool {
        if now.since(self.checkpoint_at) < Duration::from_mins(1) {
            return false;
        }
        self.force_checkpoint(now);
        true
    }

    /// Keeps the core as it is now.
    pub(super) fn force_checkpoint(&mut self, now: Timestamp) {
        self.checkpoint_at = now;
        self.checkpoint.clone_from(&Box::new(self.core.clone()));
    }

    /// A person asked for a stop: from now on its way is shown.
    pub(super) const fn stop_asked(&mut self, now: Timestamp) {
        self.stop = Some(StopProgress {
            asked: now,
            sent: None,
            confirmed: None,
        });
    }

    /// Bytes of a stop or a reduction were handed to the port.
    pub(super) fn stop_sent(&mut self, now: Timestamp) {
        if let Some(stop) = self.stop.as_mut()
            && stop.sent.is_none()
        {
            stop.sent = Some(now);
        }
    }

    /// What the machine reported.
    pub(super) fn reported(&mut self, report: MachineReport, now: Timestamp) {
        self.last_report = Some((report, now));
        let is_belt = self.capabilities.kind == MachineKind::Treadmill;
        if let Some(stop) = self.stop.as_mut()
            && stop.confirmed.is_none()
            && !report.is_moving()
        {
            if is_belt {
                // It was on its way to a stand already: nothing more had to be said to it.
                stop.sent.get_or_insert(now);
            }
            stop.confirmed = stop.sent.map(|_| now);
        }
    }

    /// A stop of a machine that carries nothing is done as soon as it was asked for.
    pub(super) fn stop_sent_if_at_rest(&mut self, now: Timestamp) {
        let at_rest = self.at_rest();
        if let Some(stop) = self.stop.as_mut()
            && at_rest
            && self.last_report.is_some()
        {
            stop.sent.get_or_insert(now);
        }
    }

    /// Whether the machine is known to carry neither load nor motion.
    pub(super) fn at_rest(&self) -> bool {
        self.last_report
            .is_none_or(|(report, _)| !report.is_moving())
    }

    /// Whether it carries nothing that it could be rid of: a brake that cannot let go gives its least to whoever pedals on.
    pub(super) fn at_its_least(&self) -> bool {
        let least = self.capabilities.held_at_least().get();
        let brakes_no_more = self.last_report.is_some_and(|(report, _)| {
            let power = report.power.map(Watts::get);
            power.is_some_and(|power| power <= least.saturating_add(BRAKES_ABOUT))
        });
        self.at_rest() || least > 0 && brakes_no_more
    }

    /// Whether the core calls for a person because the machine refused something.
    pub(super) fn calls_of_a_refusal(&self) -> bool {
        let mut alarms = self.core.alarms();
        alarms.any(|alarm| alarm.rule == RuleId::MachineRefused)
    }

    /// Adds a point to the trend where ten seconds have passed since the last.
    pub(super) fn trace(&mut self, now: Timestamp) {
        if self
            .trend
            .back()
            .is_some_and(|last| now.since(last.at) < Duration::from_secs(10))
        {
            return;
        }
        let view = self.core.view();
        let trusted = |vital: &control::view::VitalView| {
            (vital.trust == control::view::Trust::Trusted)
                .then_some(vital.value)
                .flatten()
        };
        if self.trend.len() >= TREND_POINTS {
            self.trend.pop_front();
        }
        self.trend.push_back(TrendPoint {
            at: now,
            heart_rate: trusted(&view.heart_rate),
            saturation: trusted(&view.saturation),
            granted: view.granted.get(),
        });
    }

    fn note_stop(&mut self, outputs: &Outputs) {
        if let Some((_, into)) = outputs.phase_change {
            let reason = outputs.decision.map(|decision| decision.binding);
            self.stopped_by = match (into, reason) {
                (PhaseKind::Stopped, Some(Reason::Rule(rule, _))) => Some(rule),
                (PhaseKind::Finished, _) => self.stopped_by,
                _ => None,
            };
        }
    }

    fn note_ending(&mut self, input: &Input, outputs: &Outputs) {
        match self.core.phase() {
            PhaseKind::Idle | PhaseKind::Ready | PhaseKind::WarmUp | PhaseKind::Conditioning => {
                self.ending = None;
            }
            // In a pause a rule may lead to the cool-down that follows the pause.
            PhaseKind::Starting | PhaseKind::Paused if self.ending.is_none() => {
                self.ending = self.acts(LoadAct::CoolDown).map(EndReason::Rule);
            }
            PhaseKind::CoolDown if self.ending.is_none() => {
                let asked = matches!(input, Input::Operator(_));
                let in_time = matches!(outputs.phase_change, Some((PhaseKind::Conditioning, _)));
                self.ending = Some(match self.acts(LoadAct::CoolDown) {
                    Some(rule) => EndReason::Rule(rule),
                    None if in_time && !asked => EndReason::Completed,
                    None => EndReason::Staff,
                });
            }
            PhaseKind::Starting
            | PhaseKind::Paused
            | PhaseKind::CoolDown
            | PhaseKind::Recovery
            | PhaseKind::Finished
            | PhaseKind::Stopped => {}
        }
    }

    /// The rule that does this to the load now, where one does.
    fn acts(&self, act: LoadAct) -> Option<RuleId> {
        let mut alarms = self.core.alarms();
        alarms
            .find(|alarm| alarm.act == Some(act))
            .map(|alarm| alarm.rule)
    }

    /// How a bout that ends now ends its session.
    pub(super) fn ends_as(&self) -> EndReason {
        let stopped = self.stopped_by().map(EndReason::Rule);
        match self.core.phase() {
            PhaseKind::CoolDown | PhaseKind::Recovery => {
                self.ending.unwrap_or(EndReason::Completed)
            }
            PhaseKind::Finished => stopped.or(self.ending).unwrap_or(EndReason::Staff),
            PhaseKind::Paused | PhaseKind::Stopped => stopped
                .or(self.ending.filter(|ending| *ending != EndReason::Completed))
                .unwrap_or(EndReason::Staff),
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::Conditioning => EndReason::Staff,
        }
    }

    /// How the bout has ended already, where its exercise is over or was cut short: what comes now ends it no more.
    pub(super) fn has_ended_as(&self) -> Option<EndReason> {
        match self.core.phase() {
            PhaseKind::Recovery | PhaseKind::Finished => Some(self.ends_as()),
            PhaseKind::CoolDown | PhaseKind::Paused | PhaseKind::Stopped => self
                .stopped_by()
                .map(EndReason::Rule)
                .or(self.ending)
                .filter(|ending| *ending != EndReason::Completed),
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::Conditioning => None,
        }
    }

    /// The rule that stopped the bout, where one did.
    fn stopped_by(&self) -> Option<RuleId> {
        self.stopped_by.or_else(|| self.acts(LoadAct::Stop))
    }

    /// Whether the stop circuit is open, where anything has said so.
    pub(super) const fn stop_circuit_open(&self) -> Option<bool> {
        self.stop_circuit_open
    }

    /// How often the core has panicked.
    pub(super) const fn panics(&self) -> u32 {
        self.panics
    }
}

/// The panic that was ordered.
#[expect(
    clippy::panic,
    reason = "this is what was ordered, of virtual devices alone"
)]
fn fail_as_ordered() -> ! {
    panic!("a panic was ordered for this station");
}

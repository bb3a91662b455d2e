//! What the machine's frames, and their lack, mean for what was asked and told.

use std::time::Duration;

use protocols::csafe::{Fate, MachineFrame, State, code};
use protocols::vocabulary::{
    BeatsPerMinute, LoadControl, MachineCommand, MachineReport, MachineState, RevolutionsPerMinute,
    Timestamp, Watts,
};
use protocols::wire::{Field, Report};

use super::line::{InFlight, Presence};
use super::request::{Request, Write};
use super::{CsafeLink, CsafeProfile, Interview};
use crate::link::{LinkEvent, Objection};
use crate::machines::standstill::{Signs, Verdict};

/// How often a machine that is still busy is asked again for the fate of a write.
const QUERIES_MAX: u8 = 5;
/// Between two bursts to a machine that does not stop.
const DISOBEYED_PAUSE: Duration = Duration::from_secs(1);
/// Manufacturer byte of Concept2: load is set by the damper and the patient, never by the host.
const CONCEPT2: u8 = 22;

impl CsafeLink {
    pub(super) fn handle_frame(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        frame: &MachineFrame,
    ) {
        // An empty frame is no answer of a machine: it is our own question, come back by a loop in the cable.
        let Some(status) = frame.status() else {
            self.counters.messages += 1;
            return;
        };
        self.counters.messages += 1;
        self.line.heard(now);
        if self.fell_out_of_use(status.state) {
            // Found anew by its next frame: its core has to hear that it was away, and begins again.
            self.line.answered();
            self.line.presence = Presence::Silent;
            self.lose();
            return;
        }
        self.tell_presence();
        if status.state == State::InUse && self.machine.state != Some(State::InUse) {
            self.poll.forget_misses();
        }
        if status.state == State::Ready && self.machine.state != Some(State::Ready) {
            // It may have lost its power meanwhile, and with it what it was told.
            self.machine.prepared = false;
        }
        self.machine.state = Some(status.state);
        self.check_late_refusal(status.fate);
        let report = frame.report();
        let bare = report.is_none();
        let asked = self.line.in_flight().map(|flight| flight.request);
        let polled = matches!(asked, Some(Request::Probe | Request::Poll));
        let report = report.or_else(|| polled.then(|| Report::named("")));
        if let Some(report) = report
            && self.is_live(sent_at, status.state, frame, &report)
        {
            self.tell_report(sent_at, status.state, &report);
        }
        self.learn_identity(frame);
        if bare && self.line.is_for_the_abandoned(now) {
            return;
        }
        if let Some(flight) = self.line.in_flight() {
            self.settle(now, flight, frame, bare);
        }
    }

    /// Whether a bike was in use and is at its beginning again, though nobody stopped it: it lost its power, or was reset. A belt that
    /// does so stands, which says all.
    fn fell_out_of_use(&self, state: State) -> bool {
        self.profile == CsafeProfile::Bike
            && self.wishes.stop.is_none()
            && matches!(self.machine.state, Some(State::InUse | State::Paused))
            && matches!(state, State::Ready | State::Idle | State::HaveId)
    }

    /// Ends the request in flight where this frame answers it: a frame with readings is never the answer to a write.
    fn settle(&mut self, now: Timestamp, flight: InFlight, frame: &MachineFrame, bare: bool) {
        let Some(status) = frame.status() else {
            return;
        };
        match flight.request {
            Request::Probe => self.line.answered(),
            Request::Poll => {
                self.line.answered();
                if status.state == State::InUse {
                    self.poll.learn(frame);
                }
            }
            Request::Version if bare => {
                self.line.answered();
                self.machine.interview = Interview::Limits;
            }
            Request::Limits if bare => {
                self.line.answered();
                self.machine.interview = Interview::Done;
            }
            Request::Write(write) | Request::Fate(write) if bare => {
                self.line.answered();
                self.judge(write, status.fate, flight.tries);
            }
            Request::StopCheck if bare => {
                self.line.answered();
                self.judge_stop(now, status.state);
            }
            Request::Version
            | Request::Limits
            | Request::Write(_)
            | Request::Fate(_)
            | Request::StopBurst
            | Request::StopCheck => {}
        }
    }

    fn judge(&mut self, write: Write, fate: Fate, tries: u8) {
        match fate {
            Fate::Accepted => self.accepted(write),
            // The line spoilt it: once more, unless something newer waits.
            Fate::Bad if tries == 0 => {
                if !matches!(write, Write::Load(_)) || self.wishes.load.is_none() {
                    self.line.follow_up = Some((Request::Write(write), 1));
                }
            }
            Fate::NotReady if tries < QUERIES_MAX => {
                self.line.follow_up = Some((Request::Fate(write), tries + 1));
            }
            Fate::Rejected | Fate::Bad | Fate::NotReady => {
                self.object_by(fate);
                self.refused(write);
                self.events.forget_objection();
            }
        }
    }

    fn accepted(&mut self, write: Write) {
        // Used at its own keys a machine swallows every write, and says "ok".
        let by_hand = self
            .machine
            .state
            .is_some_and(|state| state_of(state) == MachineState::ByHand);
        match write {
            Write::Load(_) | Write::StartLoad(_) | Write::Begin if by_hand => {
                self.events.object(state_told(State::Manual));
                self.refused(write);
            }
            Write::Claim | Write::Extern | Write::StartLoad(_) => self.step_done(write),
            Write::Load(load) => {
                let command = MachineCommand::SetLoad(load);
                self.wishes.reducing = None;
                self.wishes.taken = Some(command);
                self.tell(LinkEvent::Accepted(command));
            }
            Write::Begin => {
                if let Some(start) = self.wishes.start.take() {
                    self.wishes.taken = Some(start.command());
                    self.tell(LinkEvent::Accepted(start.command()));
                }
            }
        }
    }

    fn refused(&mut self, write: Write) {
        match write {
            // Some machines are started from ready, some know no external control: the load and the start will show.
            Write::Claim | Write::Extern => self.step_done(write),
            Write::Load(load) => {
                self.wishes.reducing = None;
                self.tell(LinkEvent::Refused(MachineCommand::SetLoad(load)));
            }
            Write::StartLoad(_) | Write::Begin => {
                self.give_up_start();
            }
        }
    }

    /// A start that will not be, and the load that was to follow it: it would come into force when somebody starts the machine by its own key.
    fn give_up_start(&mut self) {
        let Some(start) = self.wishes.start.take() else {
            return;
        };
        self.tell(LinkEvent::Refused(start.command()));
        if !self.wishes.urgent
            && let Some(load) = self.wishes.load.take()
        {
            self.tell(LinkEvent::Refused(MachineCommand::SetLoad(load)));
        }
    }

    const fn step_done(&mut self, write: Write) {
        match write {
            Write::Claim => {
                self.machine.claimed = true;
                if let Some(start) = self.wishes.start.as_mut() {
                    start.mark_claimed();
                }
            }
            Write::Extern => self.machine.prepared = true,
            Write::StartLoad(_) => {
                if let Some(start) = self.wishes.start.as_mut() {
                    start.loaded = true;
                }
            }
            Write::Load(_) | Write::Begin => {}
        }
    }

    fn judge_stop(&mut self, now: Timestamp, state: State) {
        let Some(stop) = self.wishes.stop.as_mut() else {
            return;
        };
        let command = stop.command;
        match state {
            State::Ready | State::Idle | State::HaveId | State::Finished => {
                self.wishes.stop = None;
                self.tell(LinkEvent::Accepted(command));
            }
            // It does not listen: only a person or the relay can help.
            State::Error | State::Manual | State::OffLine => {
                self.wishes.stop = None;
                self.events.object(state_told(state));
                self.tell(LinkEvent::Refused(command));
            }
            // From a pause the load comes back with the next turn of the crank.
            State::InUse | State::Paused | State::Undefined(_) => {
                if !stop.is_disobeyed() {
                    stop.due = Some(now);
                    return;
                }
                stop.due = Some(now + DISOBEYED_PAUSE);
                if !std::mem::replace(&mut stop.told, true) {
                    self.events.object(state_told(state));
                    self.tell(LinkEvent::Refused(command));
                    // Whenever the machine stops at last, nobody may expect it to start any more.
                    self.give_up_start();
                }
            }
        }
    }

    /// A machine that reports the fate of the frame before tells with its next frame that it refused a write.
    fn check_late_refusal(&mut self, fate: Fate) {
        if let Some(command) = self.wishes.taken.take()
            && matches!(fate, Fate::Rejected | Fate::Bad)
        {
            self.object_by(fate);
            self.tell(LinkEvent::Refused(command));
        }
    }

    /// What the fate of a frame says of what it told.
    const fn object_by(&mut self, fate: Fate) {
        let (code, means) = match fate {
            Fate::Accepted => return,
            Fate::Rejected => ("fate 10", "not allowed, or out of range now"),
            Fate::Bad => ("fate 20", "wrong check sum or syntax"),
            Fate::NotReady => ("fate 30", "still busy"),
        };
        self.events.object(Objection::Answered { code, means });
    }

    fn learn_identity(&mut self, frame: &MachineFrame) {
        if let Some([manufacturer, ..]) = frame.answer(code::GET_VERSION) {
            self.capabilities.control = if *manufacturer == CONCEPT2 {
                LoadControl::ByHand
            } else {
                LoadControl::Commanded
            };
        }
        if let Some([_received, sent, gap]) = frame.answer(code::GET_CAPS) {
            self.poll.limit_answer(*sent);
            self.line.widen_gap(Duration::from_millis((*gap).into()));
        }
    }

    /// Deals with a request whose time is over.
    pub(super) fn expire_request(&mut self, now: Timestamp) {
        let Some(flight) = self.line.take_expired(now) else {
            return;
        };
        if flight.request == Request::StopBurst {
            self.line.follow_up = Some((Request::StopCheck, 0));
            return;
        }
        self.counters.time_outs += 1;
        match flight.request {
            // A console keeps silent about a write that it refused: that is no lost link.
            Request::Write(write) => {
                self.line.follow_up = Some((Request::Fate(write), flight.tries));
                return;
            }
            Request::Poll | Request::Version | Request::Limits if flight.tries == 0 => {
                self.line.follow_up = Some((flight.request, 1));
                return;
            }
            Request::Version => self.machine.interview = Interview::Limits,
            Request::Limits => self.machine.interview = Interview::Done,
            Request::Fate(write) => self.outcome_unknown(write),
            Request::StopCheck => {
                if let Some(stop) = self.wishes.stop.as_mut() {
                    stop.due = Some(now);
                }
            }
            Request::Probe | Request::Poll | Request::StopBurst => {}
        }
        if self.line.count_silent_poll() {
            self.lose();
        }
    }

    /// A load of which nothing is known goes out again, unless a newer one waits. The steps of a start repeat themselves.
    fn outcome_unknown(&mut self, write: Write) {
        if let Write::Load(load) = write
            && self.wishes.load.is_none()
        {
            self.wishes.load = Some(load);
            self.wishes.urgent = self.wishes.reducing.take() == Some(load);
        }
    }

    fn lose(&mut self) {
        self.forget_machine();
        self.wishes.start = None;
        if !self.wishes.urgent {
            self.wishes.load = None;
        }
        self.line.follow_up = None;
        self.tell(LinkEvent::Silent);
    }

    pub(super) fn refuse_a_start_that_cannot_be(&mut self) {
        let deaf = match self.machine.state {
            Some(State::Error | State::Manual | State::OffLine | State::Undefined(_)) => true,
            Some(
                State::Ready
                | State::Idle
                | State::HaveId
                | State::InUse
                | State::Paused
                | State::Finished,
            )
            | None => false,
        };
        if (deaf || !self.capabilities.control.is_commanded()) && self.wishes.start.is_some() {
            if let Some(state) = self.machine.state.filter(|_| deaf) {
                self.events.object(state_told(state));
            }
            self.give_up_start();
        }
    }

    fn tell_presence(&mut self) {
        if !self.line.is_up() {
            self.line.presence = Presence::Up;
            self.strangers.forget();
            self.tell(LinkEvent::Up);
        }
    }

    /// Whether a report can be handed on: a bike that is pedalled shows something that moves.
    fn is_live(
        &mut self,
        sent_at: Timestamp,
        state: State,
        frame: &MachineFrame,
        report: &Report<'_>,
    ) -> bool {
        if self.profile != CsafeProfile::Bike {
            return true;
        }
        let signs = Signs {
            time: frame.answer(code::GET_TWORK).and_then(counted),
            distance: frame.answer(code::GET_HORIZONTAL).and_then(counted),
            cadence: value(report.cadence).map(RevolutionsPerMinute::get),
            power: value(report.power).map(Watts::get),
            heart_rate: value(report.heart_rate).map(BeatsPerMinute::get),
        };
        let is_used = matches!(state, State::InUse | State::Manual | State::OffLine);
        match self.standstill.judge(sent_at, signs, is_used) {
            Verdict::Live => true,
            Verdict::Frozen { first } => {
                if first {
                    self.tell(LinkEvent::Objected(Objection::Frozen));
                }
                false
            }
        }
    }

    fn tell_report(&mut self, sent_at: Timestamp, state: State, report: &Report<'_>) {
        let bike = self.profile == CsafeProfile::Bike;
        let report = MachineReport {
            state: state_of(state),
            power: value(report.power).filter(|_| bike),
            cadence: value(report.cadence).filter(|_| bike),
            speed: value(report.speed).filter(|_| !bike),
            grade: value(report.grade).filter(|_| !bike),
            heart_rate: value(report.heart_rate),
        };
        self.tell(LinkEvent::Machine { report, sent_at });
    }
}

/// Three bytes of a count, of whatever unit: only whether it moves is asked.
fn counted(bytes: &[u8]) -> Option<u32> {
    let &[first, second, third] = bytes else {
        return None;
    };
    Some(u32::from_be_bytes([0, first, second, third]))
}

fn value<T>(field: Field<T>) -> Option<T> {
    match field {
        Field::Present(value) => Some(value),
        Field::Missing | Field::Absent => None,
    }
}

/// What a console's state means for the patient. One that the definition does not know is a fault, never a guess.
const fn state_of(state: State) -> MachineState {
    match state {
        State::Ready | State::Idle | State::HaveId | State::Finished => MachineState::Standing,
        State::InUse => MachineState::Running,
        State::Paused => MachineState::Paused,
        State::Manual | State::OffLine => MachineState::ByHand,
        State::Error | State::Undefined(_) => MachineState::Fault,
    }
}

/// What a machine's state says of a command that it does not follow.
const fn state_told(state: State) -> Objection {
    let (code, means) = match state {
        State::Error => ("state 0", "a fault"),
        State::Ready => ("state 1", "ready"),
        State::Idle => ("state 2", "idle"),
        State::HaveId => ("state 3", "has an id"),
        State::InUse => ("state 5", "in use"),
        State::Paused => ("state 6", "paused"),
        State::Finished => ("state 7", "finished"),
        State::Manual => ("state 8", "used at its own keys"),
        State::OffLine => ("state 9", "off line"),
        State::Undefined(_) => ("an undefined state", "nobody knows what"),
    };
    Objection::Answered { code, means }
}

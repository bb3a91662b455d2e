//! The link to a CSAFE bike or treadmill.
//!
//! Promises: one frame in flight, counted by its answer or its time-out; every write is confirmed by the machine's own status;
//! a stop or a load that takes away goes out in the turn that brings it, whatever is outstanding, and a stop is repeated until
//! the machine says that it is out of use. A machine that is found in use is reported and otherwise left alone: bringing it
//! down is the core's decision. Nothing is allocated after [`CsafeLink::new`]; every queue is bounded.
//!
//! A bike that was in use and is ready again by itself is lost and found anew, so that the core begins anew; a load that adds is not told
//! to a machine that is out of use.
//!
//! What the wire does not promise: CSAFE has no watchdog for load, and many consoles refuse load while in use. The link
//! reports such a refusal; the configured capabilities stay as they are, except that a Concept2 monitor, known by its own
//! answer, takes no load at all.
//!
//! Whoever else answers on the port is named where its bytes say who it is.
//!
//! A bike in use whose power or cadence is above nothing while neither time, distance nor cadence has moved for 15 s is not reported:
//! consoles go on showing both after their user has stepped off. That is said once, and the core does what it does without reports.
//!
//! Deliberately absent: whether the machine follows what it accepted. That is a rule of the core.

mod answers;
mod line;
mod profile;
mod request;
mod wishes;

use std::time::Duration;

use protocols::csafe::{MachineDecoder, MachineFrame, State};
use protocols::vocabulary::{Capabilities, MachineCommand, MachineLoad, Timestamp};
use protocols::wire::{Decoded, Decoder, WireErrorKind};

pub use self::profile::CsafeProfile;

use self::line::Line;
use self::request::{Outgoing, Poll, Request, Write};
use self::wishes::{Start, Stop, Wishes};
use super::event_queue::EventQueue;
use super::standstill::Standstill;
use crate::link::{Link, LinkCounters, LinkEvent, LinkOutput, Objection};
use crate::strangers::Strangers;

/// From poll to poll, and from probe to probe.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// A poll that has waited this long goes out in one write with the reduction that would push it back once more.
const POLL_OVERDUE: Duration = Duration::from_millis(500);
/// Past the end of the leave to have load, until the machine is released (I13).
const RELEASE_AFTER: Duration = Duration::from_secs(2);

/// A CSAFE bike or treadmill at the other end of a port.
#[derive(Debug)]
pub struct CsafeLink {
    profile: CsafeProfile,
    capabilities: Capabilities,
    decoder: MachineDecoder,
    counters: LinkCounters,
    events: EventQueue,
    line: Line,
    machine: Machine,
    poll: Poll,
    standstill: Standstill,
    wishes: Wishes,
    /// Until when the core may have load; `None` before the first leave and after a release.
    leave: Option<Timestamp>,
    outgoing: Outgoing,
    strangers: Strangers,
}

/// What the machine has said of itself since it was last found.
#[derive(Debug, Clone, Copy, Default)]
struct Machine {
    state: Option<State>,
    interview: Interview,
    /// The host has claimed it, or tried to.
    claimed: bool,
    /// It has been told to take load from the host.
    prepared: bool,
}

/// What a machine that answers is still to be asked before it is told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Interview {
    #[default]
    Version,
    Limits,
    Done,
}

impl CsafeLink {
    /// A link without a port yet.
    #[must_use]
    pub fn new(profile: CsafeProfile) -> Self {
        Self {
            profile,
            capabilities: profile.capabilities(),
            decoder: MachineDecoder::new(),
            counters: LinkCounters::default(),
            events: EventQueue::new(),
            line: Line::new(),
            machine: Machine::default(),
            poll: Poll::new(profile),
            standstill: Standstill::default(),
            wishes: Wishes::default(),
            leave: None,
            outgoing: Outgoing::new(),
            strangers: Strangers::to("csafe"),
        }
    }

    /// Forgets what the machine said of itself: it may be another one, or have lost its memory.
    fn forget_machine(&mut self) {
        self.machine = Machine::default();
        self.poll.ask_everything();
        self.standstill.forget();
    }

    fn tell(&mut self, event: LinkEvent) {
        if matches!(event, LinkEvent::Refused(_)) {
            self.counters.refusals += 1;
        }
        if !self.events.push(event) {
            self.counters.dropped_events += 1;
        }
    }

    fn stop(&mut self, now: Timestamp, command: MachineCommand) {
        self.wishes.start = None;
        self.wishes.load = None;
        self.wishes.urgent = false;
        self.wishes.reducing = None;
        let pending = self.wishes.stop.map(|stop| stop.command.rank());
        if pending.is_none_or(|pending| pending < command.rank()) {
            self.wishes.stop = Some(Stop::new(command, now));
            self.line.follow_up = None;
        }
    }

    fn set_load(&mut self, load: MachineLoad) {
        let command = MachineCommand::SetLoad(load);
        if !self.takes_load() || self.profile.frame_of(&load).is_none() {
            self.tell(LinkEvent::Refused(command));
            return;
        }
        let urgent = command.preempts(self.wishes.sent.as_ref());
        // Without leave nothing is added, and nobody would take it back.
        if (!self.line.is_open() || self.leave.is_none()) && !urgent {
            self.tell(LinkEvent::Refused(command));
            return;
        }
        let is_used = matches!(
            self.machine.state,
            None | Some(State::InUse | State::Paused)
        );
        if !is_used && !urgent && self.wishes.start.is_none() {
            // It would come into force when somebody starts it by its own key.
            self.events.object(Objection::OutOfUse);
            self.tell(LinkEvent::Refused(command));
            return;
        }
        if let Some(start) = self.wishes.start.as_mut() {
            start.set_before_it_is_sent(load);
        }
        self.line.forget_load_to_repeat();
        self.wishes.load = Some(load);
        self.wishes.urgent = urgent && self.wishes.stop.is_none();
    }

    fn start(&mut self, load: MachineLoad) {
        let sendable = self.profile.frame_of(&load).is_some();
        let disobeys = self.wishes.stop.is_some_and(|stop| stop.told);
        let may_add = self.line.is_open() && self.leave.is_some() && !disobeys;
        if !may_add || !self.takes_load() || !sendable {
            self.tell(LinkEvent::Refused(MachineCommand::Start(load)));
            return;
        }
        self.wishes.load = None;
        self.wishes.urgent = false;
        self.wishes.start = Some(Start::new(load, profile::starting(load)));
    }

    fn takes_load(&self) -> bool {
        self.capabilities.control.is_commanded()
    }

    /// Sends its release by itself once the leave has been over for long enough.
    fn expire_leave(&mut self, now: Timestamp) {
        if self.leave.is_some_and(|until| now >= until + RELEASE_AFTER) {
            self.leave = None;
            self.stop(now, MachineCommand::Stop);
        }
    }

    /// Makes ready what goes before everything else, if anything does.
    fn preempt(&mut self, now: Timestamp) -> bool {
        if let Some(stop) = self.wishes.stop.as_mut()
            && stop.due.is_some_and(|due| due <= now)
        {
            stop.count_burst();
            self.wishes.sent = Some(self.profile.nothing());
            self.outgoing.replace(self.profile.release());
            self.send_in_place_of_all(now, Request::StopBurst);
            return true;
        }
        if self.wishes.urgent
            && let Some(load) = self.wishes.load.take()
        {
            self.wishes.urgent = false;
            self.wishes.sent = Some(load);
            self.outgoing.clear();
            self.outgoing.append_frame(self.profile.frame_of(&load));
            if self.line.is_up() && now >= self.line.poll_due + POLL_OVERDUE {
                self.outgoing.append_frame(self.poll.frame());
                self.line.poll_due = now + POLL_INTERVAL;
            }
            self.send_in_place_of_all(now, Request::Write(Write::Load(load)));
            self.wishes.reducing = Some(load);
            return true;
        }
        false
    }

    fn send_in_place_of_all(&mut self, now: Timestamp, request: Request) {
        self.wishes.taken = None;
        let polls_are_bare = self.poll.asks_status_alone();
        self.line
            .abandon_and_send(now, request, self.outgoing.len(), polls_are_bare);
    }

    /// What to ask or tell next, and when at the earliest.
    fn next_request(&self, now: Timestamp) -> (Request, Timestamp) {
        if let Some((request, _)) = self.line.follow_up {
            return (request, now);
        }
        if !self.line.is_up() {
            return (Request::Probe, self.line.poll_due);
        }
        if self.line.poll_due <= now {
            return (Request::Poll, now);
        }
        match self.machine.interview {
            Interview::Version => return (Request::Version, now),
            Interview::Limits => return (Request::Limits, now),
            Interview::Done => {}
        }
        match self.next_write() {
            Some(write) => (Request::Write(write), now),
            None => (Request::Poll, self.line.poll_due),
        }
    }

    /// What to tell the machine next, if anything. Nothing but the stop, while that is not through.
    fn next_write(&self) -> Option<Write> {
        if self.wishes.stop.is_some() {
            return None;
        }
        self.wishes
            .next_step_of_start(self.machine)
            .or(self.wishes.load.map(Write::Load))
            .or_else(|| self.machine.preparation())
    }

    /// Puts a request on the wire. `false` where there is nothing to send for it.
    fn send(&mut self, now: Timestamp, request: Request) -> bool {
        self.outgoing.clear();
        if matches!(request, Request::Write(_)) {
            self.wishes.taken = None;
        }
        match request {
            Request::Poll => self.outgoing.append_frame(self.poll.frame()),
            Request::Write(Write::Load(load)) => {
                self.wishes.load.take_if(|waiting| *waiting == load);
                self.wishes.reducing.take_if(|older| *older != load);
                self.wishes.sent = Some(load);
                self.outgoing.append_frame(self.profile.frame_of(&load));
            }
            Request::Write(Write::StartLoad(load)) => {
                self.wishes.sent = Some(load);
                self.outgoing.append_frame(self.profile.frame_of(&load));
            }
            Request::Write(Write::Claim | Write::Extern | Write::Begin)
            | Request::Probe
            | Request::Version
            | Request::Limits
            | Request::Fate(_)
            | Request::StopBurst
            | Request::StopCheck => self.outgoing.replace(request.ready_made()),
        }
        if matches!(request, Request::Poll | Request::Probe) {
            self.line.poll_due = now + POLL_INTERVAL;
        }
        if !self.line.is_up()
            && let Some(name) = self.strangers.asked(self.outgoing.bytes())
        {
            self.tell(LinkEvent::OtherProtocol(name));
        }
        let length = self.outgoing.len();
        self.line.send(now, request, length);
        length > 0
    }

    fn wake_at(&self, now: Timestamp) -> Timestamp {
        let leave = self
            .leave
            .map_or(Timestamp::NEVER, |until| until + RELEASE_AFTER);
        if !self.line.is_open() {
            return leave;
        }
        let wire = self.line.deadline().unwrap_or_else(|| {
            let (_, at) = self.next_request(now);
            at.max(self.line.free_at())
        });
        let stop = self.wishes.stop.and_then(|stop| stop.due);
        leave.min(wire).min(stop.unwrap_or(Timestamp::NEVER))
    }
}

impl Machine {
    /// What is still to be told to a machine at rest before it can be started. A machine in use is not disturbed.
    fn preparation(self) -> Option<Write> {
        match self.state? {
            State::Ready if !self.claimed => Some(Write::Claim),
            State::Ready | State::Idle | State::HaveId if !self.prepared => Some(Write::Extern),
            State::Error
            | State::Ready
            | State::Idle
            | State::HaveId
            | State::InUse
            | State::Paused
            | State::Finished
            | State::Manual
            | State::OffLine
            | State::Undefined(_) => None,
        }
    }
}

impl Link for CsafeLink {
    fn handle_opened(&mut self, now: Timestamp) {
        self.decoder.reset();
        self.strangers.forget();
        self.forget_machine();
        self.line.open(now);
        if let Some(stop) = self.wishes.stop.as_mut() {
            stop.due = Some(now);
        }
    }

    fn handle_closed(&mut self, _now: Timestamp) {
        // What takes away is kept for the return, what adds load would come too late to be right.
        let kept = self.wishes.load.filter(|_| self.wishes.urgent);
        self.wishes.load = kept.or(self.wishes.reducing.take());
        self.wishes.urgent = self.wishes.load.is_some();
        self.wishes.start = None;
        self.line.close();
        self.decoder.reset();
        self.forget_machine();
    }

    fn handle_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]) {
        if !self.line.is_open() {
            return;
        }
        let before = self.decoder.skipped();
        // The decoder is moved out, because what it finds changes the rest of the link.
        let mut decoder = std::mem::take(&mut self.decoder);
        decoder.feed(
            bytes,
            &mut |found: Decoded<MachineFrame>| match found.content {
                Ok(frame) => self.handle_frame(now, sent_at, &frame),
                Err(error) => {
                    self.counters.skipped_bytes += u64::from(error.skipped_bytes);
                    if error.kind == WireErrorKind::Checksum {
                        self.counters.checksum_errors += 1;
                    } else {
                        self.counters.framing_errors += 1;
                    }
                }
            },
        );
        self.counters.skipped_bytes += decoder.skipped() - before;
        self.decoder = decoder;
        if !self.line.is_up()
            && let Some(name) = self.strangers.listen(bytes)
        {
            self.tell(LinkEvent::OtherProtocol(name));
        }
    }

    fn handle_command(&mut self, now: Timestamp, command: MachineCommand) {
        match command {
            MachineCommand::Stop | MachineCommand::EmergencyStop => self.stop(now, command),
            MachineCommand::SetLoad(load) => self.set_load(load),
            MachineCommand::Start(load) => self.start(load),
        }
    }

    fn renew_leave(&mut self, until: Timestamp) {
        self.leave = Some(until);
    }

    fn poll_output(&mut self, now: Timestamp) -> LinkOutput<'_> {
        self.expire_leave(now);
        if self.line.is_open() {
            self.expire_request(now);
            self.refuse_a_start_that_cannot_be();
        }
        if self.line.is_open() && self.preempt(now) {
            return LinkOutput::Preempt(self.outgoing.bytes());
        }
        if let Some(event) = self.events.pop() {
            return LinkOutput::Event(event);
        }
        if self.line.is_open() && self.line.deadline().is_none() {
            let (request, at) = self.next_request(now);
            if now >= at.max(self.line.free_at()) && self.send(now, request) {
                return LinkOutput::Transmit(self.outgoing.bytes());
            }
        }
        LinkOutput::Wait(self.wake_at(now))
    }

    fn release_bytes(&self) -> &'static [u8] {
        self.profile.release()
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        Some(&self.capabilities)
    }

    fn counters(&self) -> LinkCounters {
        self.counters
    }
}

//! The link to a Trackmaster treadmill, or to a Woodway that speaks a dialect of it.
//!
//! Promises: the belt is always started with the machine's own watchdog (`A0`), and past the end of the leave to have load
//! nothing is sent at all, not even a stop, so that the belt stops by itself (I13). Every command is confirmed by its acknowledgement. A
//! stop or a load that takes away goes out in the turn that brings it, whatever is outstanding, and a stop is repeated until the
//! machine says that it stands. Speeds and grades are rounded down and never negative. A belt that is found running is reported
//! and otherwise left alone: bringing it down is the core's decision. A load with speed for a belt that stands is refused, so
//! that a belt which stopped by itself is never set in advance. Nothing is allocated after [`TrackmasterLink::new`].
//!
//! A belt that says that it runs without its watchdog (status 33) is told as such, counts as keeping its load until it says otherwise, and is
//! stopped 2 s past the end of the leave: it would not stop by itself.
//!
//! A start waits 4 s after a stop command that the machine took while it stood, as the maker asks after power-up; the minimum
//! speed and no elevation are set before it. A belt that runs then goes on to the load that the start named, or to a newer one.
//! A rejected start is tried once more after another stop and 4 s, and reported as refused when that fails too.
//!
//! A Woodway needs no wait before its start, and is slowed to a stand before its drive is disengaged, as a belt that coasts is
//! nobody's. A belt that says it runs backwards is reported as a fault, and the `BD` of a timer that fired as silence.
//!
//! Deliberately absent: `A1` (no watchdog), `AC` (a toggle whose state is unknown when an answer is lost), `A5`..`A9` (without
//! effect, and `A9` starts the belt in Woodway's dialect); whether the machine follows what it accepted, which is a rule of the
//! core.

mod answers;
mod dialect;
mod line;
mod settings;
mod talk;
mod wishes;

use std::time::Duration;

use protocols::trackmaster::{BeltStatus, FourDigits, Frame, HostMessage, Request};
use protocols::vocabulary::{Capabilities, MachineCommand, MachineLoad, OnSilence, Timestamp};

pub use self::dialect::Dialect;
pub use self::settings::TrackmasterSettings;
pub use protocols::trackmaster::SpeedUnit;

use self::dialect::Ears;
use self::line::Line;
use self::wishes::{Intent, LoadWish, Start, StartStep, Stop, Told};
use super::event_queue::EventQueue;
use crate::link::{Link, LinkCounters, LinkEvent, LinkOutput, Objection};
use crate::strangers::Strangers;

/// How old an answer can be: a round of polls and what it takes on the line.
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// From the beginning of a round of polls to that of the next. The belt stops 0.5 s after the last thing it heard: a lost
/// answer is asked for again 250 ms later, and leaves a margin of 90 ms (assumed; the sheet asks for 150 to 200).
const ROUND_INTERVAL: Duration = Duration::from_millis(160);
/// A request and its repetition without an answer: nobody is there.
const SILENT_AFTER: Duration = Duration::from_millis(500);
/// Past the end of the leave to have load, until a belt is stopped that runs without its watchdog (I13).
const RELEASE_AFTER: Duration = Duration::from_secs(2);
/// How often a link without leave looks whether it has some again.
const LEAVE_LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// After so long without leave the belt may have stopped by itself: what it said before counts no more (assumed).
const LAPSE_FORGETS: Duration = Duration::from_millis(300);
/// Auto stop: both to their minimum, then stop.
const RELEASE: &[u8] = &[0xAA];

/// A Trackmaster treadmill at the other end of a port.
#[derive(Debug)]
pub struct TrackmasterLink {
    settings: TrackmasterSettings,
    capabilities: Capabilities,
    ears: Ears,
    counters: LinkCounters,
    events: EventQueue,
    open: bool,
    /// Until when anything may be sent; `None` before the first leave.
    leave: Option<Timestamp>,
    /// When the leave was found to be over; `None` while there is some.
    lapsed_at: Option<Timestamp>,
    presence: Presence,
    strangers: Strangers,
    line: Line,
    /// Since when the machine owes us an answer.
    unanswered_since: Option<Timestamp>,
    round: Round,
    belt: Belt,
    told: Told,
    intent: Intent,
    load: Option<LoadWish>,
    /// The last load that went on its way: what a newer one is compared with.
    sent: Option<MachineLoad>,
    outgoing: Frame,
}

/// What is known of anybody being at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// Nothing is known yet, and nobody was told.
    Unknown,
    /// It answers as a machine of our dialect does.
    Up,
    /// It does not answer, and that was told.
    Silent,
    /// It answers as a machine of the other dialect does, and that was told.
    Foreign,
}

/// One round of polls.
#[derive(Debug, Clone, Copy)]
struct Round {
    next: Request,
    due: Timestamp,
    /// When the oldest answer of this round was sent.
    oldest: Option<Timestamp>,
}

/// What the machine has said of itself since it was last found.
#[derive(Debug, Clone, Copy, Default)]
struct Belt {
    status: Option<BeltStatus>,
    speed: Option<FourDigits>,
    runs_backwards: bool,
    elevation: Option<FourDigits>,
    /// When it took a stop command while it stood: from then on it accepts a start, after a while.
    readied_at: Option<Timestamp>,
}

impl TrackmasterLink {
    /// A link without a port, to a machine that is set to this unit and has the limits that are expected of a TMX.
    #[must_use]
    pub fn new(unit: SpeedUnit) -> Self {
        Self::with_settings(TrackmasterSettings::new(unit))
    }

    /// A link without a port, to a machine with limits of its own.
    #[must_use]
    pub fn with_settings(settings: TrackmasterSettings) -> Self {
        Self {
            settings,
            capabilities: settings.capabilities(),
            ears: Ears::new(settings.dialect, settings.unit),
            counters: LinkCounters::default(),
            events: EventQueue::new(),
            open: false,
            leave: None,
            lapsed_at: Some(Timestamp::ZERO),
            presence: Presence::Unknown,
            strangers: Strangers::to("trackmaster"),
            line: Line::new(),
            unanswered_since: None,
            round: Round::at(Timestamp::ZERO),
            belt: Belt::default(),
            told: Told::default(),
            intent: Intent::Follow,
            load: None,
            sent: None,
            outgoing: HostMessage::Ask(Request::Status).frame(),
        }
    }

    fn tell(&mut self, event: LinkEvent) {
        if !self.events.push(event) {
            self.counters.dropped_events += 1;
        }
    }

    /// Forgets what the machine said of itself, and what would set it in motion: it may have lost its memory. A stop stays.
    fn forget_machine(&mut self, now: Timestamp) {
        self.line.clear();
        self.unanswered_since = None;
        self.round = Round::at(now);
        self.belt = Belt::default();
        self.told = Told::default();
        self.sent = None;
        self.give_up_motion();
        if let Intent::Stop(stop) = &mut self.intent {
            stop.sent_at = None;
        }
    }

    /// A start or a load that is not through is refused: it would come too late to be right. A start that may have reached the
    /// machine is taken back.
    fn give_up_motion(&mut self) {
        if let Intent::Start(start) = self.intent {
            self.load = None;
            self.intent = if start.step == StartStep::Go {
                Intent::Stop(Stop::of(MachineCommand::Stop))
            } else {
                Intent::Follow
            };
            self.tell(LinkEvent::Refused(MachineCommand::Start(start.load)));
        }
        if let Some(wish) = self.load.take() {
            self.tell(LinkEvent::Refused(wish.command));
        }
    }

    fn stop(&mut self, command: MachineCommand) {
        self.give_up_motion();
        self.intent = Intent::Stop(Stop::of(command));
    }

    fn start(&mut self, load: MachineLoad) {
        let stands = self.presence == Presence::Up && self.belt.stands();
        let free = matches!(self.intent, Intent::Follow);
        if !stands || !free || self.settings.setting_of(&load).is_none() {
            self.tell(LinkEvent::Refused(MachineCommand::Start(load)));
            return;
        }
        self.load = None;
        self.intent = Intent::Start(Start {
            load,
            step: StartStep::Level,
            again: false,
        });
    }

    fn set_load(&mut self, now: Timestamp, load: MachineLoad) {
        let command = MachineCommand::SetLoad(load);
        let Some(setting) = self
            .settings
            .setting_of(&load)
            .filter(|_| self.presence == Presence::Up)
        else {
            self.tell(LinkEvent::Refused(command));
            return;
        };
        let urgent = command.preempts(self.sent.as_ref());
        // Nobody knows just now whether it runs: what takes away does not wait for that.
        let may_run = self.belt.status.is_none() && self.sent.is_some() && urgent;
        let runs = self.belt.runs() || may_run;
        let starts = matches!(self.intent, Intent::Start(_));
        let stops = matches!(self.intent, Intent::Stop(_));
        if stops || !(runs || starts) {
            // Of a belt at rest, or on its way there, only the elevation may still come down.
            let flatter = self
                .belt
                .elevation
                .is_some_and(|now| setting.elevation <= now);
            if setting.speed > FourDigits::ZERO || !flatter {
                if !stops {
                    self.events.object(Objection::OutOfUse);
                }
                self.tell(LinkEvent::Refused(command));
                return;
            }
        }
        let urgent = urgent && !starts && !stops;
        self.sent = Some(load);
        let speed_too = starts || (runs && !stops);
        self.load = Some(self.told.wish(now, command, setting, urgent, speed_too));
    }

    /// Everything that depends on time alone.
    fn pass_time(&mut self, now: Timestamp) {
        let leave = self.has_leave(now);
        match (leave, self.lapsed_at) {
            (true, Some(lapsed_at)) => {
                self.lapsed_at = None;
                self.line.clear();
                self.round = Round::at(now);
                if now.since(lapsed_at) >= LAPSE_FORGETS {
                    self.belt = Belt::default();
                }
            }
            (false, None) => {
                self.lapsed_at = Some(now);
                self.line.clear();
                self.unanswered_since = None;
                self.repeat_stop();
            }
            (true, None) | (false, Some(_)) => {}
        }
        if !leave {
            self.give_up_motion();
        }
        if self.must_release(now) && !matches!(self.intent, Intent::Stop(_)) {
            self.stop(MachineCommand::Stop);
        }
        if leave && self.open {
            if self.line.finds_step(now) {
                self.round = Round::at(now);
                self.repeat_stop();
            }
            self.expire_requests(now);
        }
        self.finish_load();
    }

    /// Whether the leave has been over for so long that a belt which does not stop by itself has to be stopped (I13).
    fn must_release(&self, now: Timestamp) -> bool {
        self.capabilities.on_silence == OnSilence::KeepsLoad
            && self.leave.is_some_and(|until| now >= until + RELEASE_AFTER)
    }

    fn has_leave(&self, now: Timestamp) -> bool {
        self.leave.is_some_and(|until| now < until)
    }

    /// What was not answered in time is still due, and so goes out once more; then the machine counts as silent.
    fn expire_requests(&mut self, now: Timestamp) {
        if self.line.overdue(now).is_some() {
            self.counters.time_outs += 1;
            self.repeat_stop();
        }
        let silent = self
            .unanswered_since
            .is_some_and(|since| now >= since + SILENT_AFTER);
        if silent {
            self.fall_silent(now);
        }
    }

    /// Nobody is there, or somebody who has stopped by himself.
    fn fall_silent(&mut self, now: Timestamp) {
        if self.presence != Presence::Silent {
            self.presence = Presence::Silent;
            self.tell(LinkEvent::Silent);
        }
        self.forget_machine(now);
    }

    /// A stop whose acknowledgement did not come goes out again at once.
    fn repeat_stop(&mut self) {
        if let Intent::Stop(stop) = &mut self.intent
            && !stop.acknowledged
        {
            stop.sent_at = None;
        }
    }

    /// A load of which all was told is through.
    fn finish_load(&mut self) {
        if !matches!(self.intent, Intent::Follow) {
            return;
        }
        if let Some(wish) = self.load.take_if(|wish| self.told.next_of(wish).is_none()) {
            if wish.refused {
                self.tell(LinkEvent::Refused(wish.command));
            } else if matches!(wish.command, MachineCommand::SetLoad(_)) {
                self.tell(LinkEvent::Accepted(wish.command));
            }
        }
    }
}

impl Round {
    const fn at(due: Timestamp) -> Self {
        Self {
            next: Request::Status,
            due,
            oldest: None,
        }
    }
}

impl Belt {
    fn stands(&self) -> bool {
        self.status == Some(BeltStatus::Stopped) && self.speed == Some(FourDigits::ZERO)
    }

    fn runs(&self) -> bool {
        self.status.is_some_and(BeltStatus::is_running)
    }
}

impl Link for TrackmasterLink {
    fn handle_opened(&mut self, now: Timestamp) {
        self.ears.reset();
        self.strangers.forget();
        self.open = true;
        self.presence = Presence::Unknown;
        self.forget_machine(now);
    }

    fn handle_closed(&mut self, now: Timestamp) {
        self.open = false;
        self.presence = Presence::Unknown;
        self.forget_machine(now);
    }

    fn handle_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]) {
        if self.open {
            self.take_bytes(now, sent_at, bytes);
            if self.presence != Presence::Up
                && let Some(name) = self.strangers.listen(bytes)
            {
                self.tell(LinkEvent::OtherProtocol(name));
            }
        }
    }

    fn handle_command(&mut self, now: Timestamp, command: MachineCommand) {
        match command {
            MachineCommand::Stop | MachineCommand::EmergencyStop => self.stop(command),
            MachineCommand::SetLoad(load) => self.set_load(now, load),
            MachineCommand::Start(load) => self.start(load),
        }
    }

    fn renew_leave(&mut self, until: Timestamp) {
        self.leave = Some(until);
    }

    fn poll_output(&mut self, now: Timestamp) -> LinkOutput<'_> {
        self.pass_time(now);
        let may_send = self.open && (self.has_leave(now) || self.must_release(now));
        if may_send && let Some(message) = self.next_urgent(now) {
            self.put_on_the_wire(now, message);
            return LinkOutput::Preempt(self.outgoing.as_bytes());
        }
        if let Some(event) = self.events.pop() {
            return LinkOutput::Event(event);
        }
        if may_send
            && self.line.is_free()
            && let Some(message) = self.next_message(now)
        {
            self.put_on_the_wire(now, message);
            return LinkOutput::Transmit(self.outgoing.as_bytes());
        }
        LinkOutput::Wait(self.wake_at(now))
    }

    fn release_bytes(&self) -> &'static [u8] {
        RELEASE
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        Some(&self.capabilities)
    }

    fn counters(&self) -> LinkCounters {
        self.counters
    }
}

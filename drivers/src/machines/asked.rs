//! One link for every machine that is asked and told one thing at a time and keeps its load when nobody talks to it.
//!
//! Promises: one exchange outstanding. A stop, or a load that takes away, goes out in the turn that brings it, whatever is outstanding,
//! except that a reduction does not overtake one before it that is still leaving: overtaken each tenth of a second on a slow line, none
//! would ever arrive. A stop is repeated until the machine's own answer says that it has let go; said again meanwhile, it goes on. The newest load replaces one that waits. A load counts as
//! taken only when the machine says so, and is never above what was asked: it is rounded down to the machine's step, and one above
//! nothing that the machine cannot hold so low is reported as refused, after the least that it can hold was sent. Nothing is the machine's least. An answer that is lost says nothing:
//! the load counts as unchanged, and the exchange is made once more. 2 s past the leave to have load the machine is released, and again
//! while the leave is not renewed (I13). Nothing is allocated after `new`.
//!
//! Where an answer does not say what it answers, nothing counts after an exchange whose answer did not come, was overtaken, or is not
//! described, until the machine was asked who it is and said so: that answer is no other's, and answers keep their order \[assumed\]. One that never
//! says who it is counts again once the line stayed quiet. Being there is proved by an answer of which that is certain, and by none else.
//!
//! What a protocol has to say of itself is [`Asked`]: which exchanges, what they look like, what answers mean.
//!
//! Reports of a machine that tells what moves while somebody works on it are not handed on while nothing of that does; why is said once.
//!
//! Deliberately absent: whether the machine follows what it took: a rule of the core.

mod answers;
mod certainty;
mod exchange;
mod manners;
mod silence;
mod talk;
mod wishes;

use std::fmt::Debug;

use protocols::vocabulary::{
    Capabilities, LoadControl, MachineCommand, MachineLoad, OnSilence, RevolutionsPerMinute,
    Timestamp,
};

pub(super) use self::exchange::{Answer, Found, Heard, Outgoing, Readings, Said};
pub(super) use self::manners::{Expect, Manners, Script, ergometer, watched};

use self::certainty::{Doubt, Named};
use self::exchange::InFlight;
use self::wishes::{Judged, Start, Stop, Trail, Wish};
use super::event_queue::EventQueue;
use super::standstill::{Signs, Standstill};
use crate::link::{Link, LinkCounters, LinkEvent, LinkOutput};
use crate::strangers::Strangers;

/// A protocol, as far as [`AskedLink`] does not know it.
pub(super) trait Asked: Debug + Send {
    /// What can be asked or told, one exchange each.
    type Ask: Copy + PartialEq + Debug + Send + 'static;

    /// The protocol's id.
    const ID: &'static str;

    /// Rates, times, range.
    fn manners(&self) -> Manners;

    /// What is said when. Slices that change with what was learned may only grow at their ends.
    fn script(&self) -> Script<Self::Ask>;

    /// What the machine makes of it.
    fn expects(&self, ask: Self::Ask) -> Expect;

    /// Writes it, with this load in watts where it carries one.
    fn write(&mut self, ask: Self::Ask, watts: u16, outgoing: &mut Outgoing);

    /// Takes one byte, while `asked` is outstanding and `told` watts were told last, and hands on what it completes.
    fn hear(
        &mut self,
        now: Timestamp,
        byte: u8,
        asked: Option<Self::Ask>,
        told: Option<u16>,
        found: &mut Found,
    );

    /// What is asked where it is not certain to which question the next answer belongs: its own answer cannot be taken for another's.
    fn naming(&self) -> Option<Self::Ask> {
        None
    }

    /// Whether the machine cannot be asked this without being told its load.
    fn tells_load(&self, _ask: Self::Ask) -> bool {
        false
    }

    /// Drops what is unfinished.
    fn drop_unfinished(&mut self);

    /// Forgets what the machine said of itself; nothing to forget unless a protocol says so.
    fn forget(&mut self) {}

    /// It fell out of use by itself.
    fn fell_out_of_use(&mut self) {}

    /// Bytes of noise since it was made.
    fn skipped(&self) -> u64;

    /// Who has its load; ours unless a protocol says so, or the machine of itself.
    fn control(&self) -> LoadControl {
        self.manners().commanded()
    }

    /// Bytes that let go, whatever was on the wire before them.
    fn release(&self) -> &'static [u8];
}

/// A machine at the other end of a port.
#[derive(Debug)]
pub(super) struct AskedLink<P: Asked> {
    protocol: P,
    manners: Manners,
    capabilities: Capabilities,
    counters: LinkCounters,
    events: EventQueue,
    strangers: Strangers,
    open: bool,
    presence: Presence,
    in_flight: Option<InFlight<P::Ask>>,
    /// What was given up, while the machine is asked who it is: it is made once more then.
    aside: Option<InFlight<P::Ask>>,
    /// Whether the next answer may be another question's.
    doubt: Doubt,
    /// Whether it says who it is.
    named: Named,
    /// It was asked who it is, and the answer may still come.
    owes_name: bool,
    /// When the next exchange may begin.
    free_at: Timestamp,
    /// Until when nothing more is asked: whatever comes may answer something that was given up.
    deaf_until: Timestamp,
    /// So many answers that come until then are to loads that a newer one overtook on the wire.
    stale: u8,
    stale_until: Timestamp,
    /// How many things in a row were not answered.
    missed: u8,
    /// When a machine that streams has been quiet for its time.
    stream_due: Timestamp,
    last_byte_at: Timestamp,
    /// An answer that is believed once nothing follows it.
    held: Option<(Said, Timestamp, Timestamp)>,
    reply: &'static [u8],
    opening_at: usize,
    round: Round,
    /// Put together since the last report.
    readings: Readings,
    /// Of the last report.
    last_cadence: Option<RevolutionsPerMinute>,
    /// What moves, since the last report.
    signs: Option<Signs>,
    standstill: Standstill,
    wishes: Wishes,
    leave: Leave,
    /// Nothing that tells a load goes out by itself.
    holds_loads: bool,
    found: Found,
    outgoing: Outgoing,
}

/// What is known of anybody being at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// Nothing came yet, and nobody was told.
    Unknown,
    /// It answers.
    Up,
    /// It does not, and that was told.
    Silent,
}

/// One round of questions.
#[derive(Debug, Clone, Copy)]
struct Round {
    next: usize,
    due: Timestamp,
    /// When the oldest answer of this round was sent.
    oldest: Option<Timestamp>,
}

/// What the core wants and has not got yet, one slot each; and what it got.
#[derive(Debug)]
struct Wishes {
    stop: Option<Stop>,
    start: Option<Start>,
    load: Option<Wish>,
    /// The newest reduction, while one before it is still leaving: overtaken again and again none would arrive.
    later: Option<Wish>,
    /// Until when a reduction is leaving.
    leaving_until: Timestamp,
    /// Which one.
    leaving: u32,
    judged: Option<Judged>,
    trail: Option<Trail>,
    /// What the core wanted last that went on its way: what a newer load is compared with.
    sent: Option<MachineLoad>,
    /// The most that the machine may hold, in watts: what it last took, or more that was told since.
    may_hold: Option<u16>,
    /// The least that it may hold, likewise.
    may_hold_least: Option<u16>,
    /// The watts that were told last.
    told: Option<u16>,
    /// They are still to be held: told again where the machine wants that.
    again_at: Option<Timestamp>,
    /// Begun by us, and not ended.
    begun: bool,
    /// Of the newest load.
    serial: u32,
    /// How often in a row no load was read back while somebody pedals.
    idle: u8,
    /// It fell out of use by itself: nothing is added before a start.
    out_of_use: bool,
}

/// Leave to have load.
#[derive(Debug, Clone, Copy)]
struct Leave {
    release_at: Timestamp,
    lapsed: bool,
}

impl<P: Asked> AskedLink<P> {
    pub(super) fn new(protocol: P, capabilities: Capabilities) -> Self {
        Self {
            manners: protocol.manners(),
            protocol,
            capabilities,
            counters: LinkCounters::default(),
            events: EventQueue::new(),
            strangers: Strangers::to(P::ID),
            open: false,
            presence: Presence::Unknown,
            in_flight: None,
            aside: None,
            doubt: Doubt::None,
            named: Named::Unknown,
            owes_name: false,
            free_at: Timestamp::ZERO,
            deaf_until: Timestamp::ZERO,
            stale: 0,
            stale_until: Timestamp::ZERO,
            missed: 0,
            stream_due: Timestamp::NEVER,
            last_byte_at: Timestamp::ZERO,
            held: None,
            reply: &[],
            opening_at: 0,
            round: Round::at(Timestamp::ZERO),
            readings: Readings::NONE,
            last_cadence: None,
            signs: None,
            standstill: Standstill::default(),
            wishes: Wishes {
                stop: None,
                start: None,
                load: None,
                later: None,
                leaving_until: Timestamp::ZERO,
                leaving: 0,
                judged: None,
                trail: None,
                sent: None,
                may_hold: None,
                may_hold_least: None,
                told: None,
                again_at: None,
                begun: false,
                serial: 0,
                idle: 0,
                out_of_use: false,
            },
            leave: Leave {
                release_at: Timestamp::NEVER,
                lapsed: false,
            },
            holds_loads: false,
            found: Found::new(),
            outgoing: Outgoing::new(),
        }
    }

    fn tell(&mut self, event: LinkEvent) {
        if matches!(event, LinkEvent::Refused(_)) {
            self.counters.refusals += 1;
        }
        if !self.events.push(event) {
            self.counters.dropped_events += 1;
        }
    }

    fn is_up(&self) -> bool {
        self.presence == Presence::Up
    }

    /// Whether anything can be told to let go.
    fn takes_stops(&self) -> bool {
        !self.protocol.release().is_empty()
    }

    /// Everything that depends on time alone.
    fn pass_time(&mut self, now: Timestamp) {
        if now >= self.leave.release_at {
            self.leave.lapsed = true;
            self.leave.release_at = now + manners::RELEASE_AFTER;
            // A stop that is under way releases it already; a start that waits behind that one would follow it, with nobody to take it back.
            self.give_up_start();
            if self.takes_stops() {
                self.stop(now, MachineCommand::Stop);
            }
        }
        if self.open {
            self.believe_what_is_held(now);
            self.expire(now);
            self.judge_late(now);
        }
    }
}

impl Round {
    const fn at(due: Timestamp) -> Self {
        Self {
            next: 0,
            due,
            oldest: None,
        }
    }
}

impl<P: Asked> Link for AskedLink<P> {
    fn handle_opened(&mut self, now: Timestamp) {
        self.open = true;
        self.presence = Presence::Unknown;
        self.strangers.forget();
        self.protocol.drop_unfinished();
        // It may be another machine than before.
        self.named = Named::Unknown;
        self.owes_name = false;
        self.protocol.forget();
        self.capabilities.control = self.protocol.control();
        self.begin_anew(now + self.manners.after_open);
        self.free_at = now;
        self.deaf_until = now;
        self.stream_due = self
            .manners
            .stream_time_out
            .map_or(Timestamp::NEVER, |time_out| now + time_out);
        if let Some(stop) = self.wishes.stop.as_mut() {
            stop.burst_at(now);
        }
    }

    fn handle_closed(&mut self, _now: Timestamp) {
        self.open = false;
        self.presence = Presence::Unknown;
        self.protocol.drop_unfinished();
        self.begin_anew(Timestamp::ZERO);
        self.give_up_what_adds();
    }

    fn handle_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]) {
        if self.open {
            self.take_bytes(now, sent_at, bytes);
        }
    }

    fn handle_command(&mut self, now: Timestamp, command: MachineCommand) {
        match command {
            MachineCommand::Stop | MachineCommand::EmergencyStop if self.takes_stops() => {
                self.stop(now, command);
            }
            MachineCommand::Stop | MachineCommand::EmergencyStop => {
                // A machine without load has nothing to let go; on any other only a person can.
                if self.capabilities.on_silence != OnSilence::NoLoad {
                    self.tell(LinkEvent::Refused(command));
                }
            }
            MachineCommand::SetLoad(load) => self.set_load(now, load),
            MachineCommand::Start(load) => self.start(load),
        }
    }

    fn renew_leave(&mut self, until: Timestamp) {
        self.leave = Leave {
            release_at: until + manners::RELEASE_AFTER,
            lapsed: false,
        };
    }

    fn hold_loads(&mut self, held: bool) {
        self.holds_loads = held;
    }

    fn poll_output(&mut self, now: Timestamp) -> LinkOutput<'_> {
        self.pass_time(now);
        if self.open && self.preempt(now) {
            return LinkOutput::Preempt(self.outgoing.bytes());
        }
        if let Some(event) = self.events.pop() {
            return LinkOutput::Event(event);
        }
        if self.open && !self.reply.is_empty() {
            return LinkOutput::Transmit(std::mem::take(&mut self.reply));
        }
        if self.open
            && self.in_flight.is_none_or(|flight| flight.is_over)
            && let Some((ask, purpose, due)) = self.next(now)
            && now >= due.max(self.free_at).max(self.deaf_until)
        {
            self.outgoing.clear();
            self.say(now, ask, purpose);
            return LinkOutput::Transmit(self.outgoing.bytes());
        }
        LinkOutput::Wait(self.wake_at(now))
    }

    fn release_bytes(&self) -> &'static [u8] {
        self.protocol.release()
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        Some(&self.capabilities)
    }

    fn counters(&self) -> LinkCounters {
        self.counters
    }
}

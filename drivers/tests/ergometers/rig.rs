//! A link and a stand-in on one wire, on a clock of whole milliseconds.

use std::collections::VecDeque;
use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use protocols::vocabulary::{MachineCommand, MachineLoad, MachineReport, Timestamp, Watts};

use super::stand_in::{Kind, Mood, StandIn, Time};

/// Whether a machine does not understand something.
pub(crate) type Unknown = fn(&[u8]) -> bool;

/// From a question to its answer, at first, in ms.
const ANSWERS_AFTER: u64 = 20;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) at: Timestamp,
    pub(crate) preempts: bool,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Rig {
    pub(crate) link: Box<dyn Link>,
    pub(crate) machine: Box<dyn StandIn>,
    pub(crate) mood: Mood,
    pub(crate) now: Timestamp,
    pub(crate) open: bool,
    pub(crate) sent: Vec<Sent>,
    pub(crate) events: Vec<(Timestamp, LinkEvent)>,
    /// Whether the core grants leave.
    pub(crate) deciding: bool,
    answers: VecDeque<(Timestamp, Vec<u8>)>,
    /// From a question to its answer, in ms. Answers keep their order.
    pub(crate) answers_after: u64,
    /// When the link wants to be asked again; it is not asked before without a reason.
    due: Timestamp,
    /// What the machine does not understand.
    pub(crate) unknown: Option<Unknown>,
    /// The line's speed in baud; bytes arrive at once without it.
    pub(crate) baud: Option<u32>,
    /// What has not left the kernel.
    kernel: VecDeque<u8>,
    /// Bits that had the time to leave, in thousandths.
    credit: u32,
}

impl Rig {
    pub(crate) fn with(link: Box<dyn Link>, machine: Box<dyn StandIn>) -> Self {
        Self {
            link,
            machine,
            mood: Mood {
                mute: false,
                stubborn: false,
                endless: false,
                time: Time::Goes,
                cadence: 60,
                heart_rate: 110,
            },
            now: Timestamp::from_secs(1),
            open: false,
            sent: Vec::new(),
            events: Vec::new(),
            deciding: true,
            answers: VecDeque::new(),
            answers_after: ANSWERS_AFTER,
            due: Timestamp::ZERO,
            unknown: None,
            baud: None,
            kernel: VecDeque::new(),
            credit: 0,
        }
    }

    /// The port open, and the first seconds over.
    pub(crate) fn new(kind: Kind) -> Self {
        Self::with(kind.link(), kind.stand_in()).opened()
    }

    pub(crate) fn opened(mut self) -> Self {
        self.open();
        self.pass(5_000);
        self
    }

    /// A machine that works at this load.
    pub(crate) fn riding(kind: Kind, watts: u16) -> Self {
        let mut rig = Self::new(kind);
        assert!(rig.told(&LinkEvent::Up), "{kind:?}: {:?}", rig.events);
        rig.command(MachineCommand::Start(power(watts)));
        rig.pass(5_000);
        assert_eq!(rig.machine.load(), watts, "{kind:?} {:?}", rig.sent);
        assert!(
            rig.told(&LinkEvent::Accepted(MachineCommand::Start(power(watts)))),
            "{kind:?}: {:?}",
            rig.events
        );
        rig.forget();
        rig
    }

    pub(crate) fn open(&mut self) {
        self.open = true;
        self.link.handle_opened(self.now);
        self.drain();
        self.turn();
    }

    pub(crate) fn close(&mut self) {
        self.open = false;
        self.answers.clear();
        self.kernel.clear();
        self.link.handle_closed(self.now);
        self.drain();
        self.turn();
    }

    pub(crate) fn command(&mut self, command: MachineCommand) {
        self.link.handle_command(self.now, command);
        self.drain();
        self.turn();
    }

    pub(crate) fn pass(&mut self, millis: u64) {
        for _ in 0..millis {
            self.turn();
            self.leave_kernel();
            self.now = self.now + Duration::from_millis(1);
        }
        self.turn();
    }

    /// How many loads the link has told of as refused.
    pub(crate) fn refused_loads(&self) -> usize {
        let is_refused =
            |event: &LinkEvent| matches!(event, LinkEvent::Refused(MachineCommand::SetLoad(_)));
        self.events
            .iter()
            .filter(|(_, event)| is_refused(event))
            .count()
    }

    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        self.link.handle_bytes(self.now, self.now, bytes);
        self.drain();
    }

    fn turn(&mut self) {
        if self.deciding && self.now.as_millis().is_multiple_of(100) {
            self.link.renew_leave(self.now + Duration::from_millis(400));
        }
        if self.now >= self.due {
            self.drain();
        }
        let mut out = Vec::new();
        if self.now.as_millis().is_multiple_of(100) {
            self.machine.speak(self.mood, &mut out);
        }
        if self.open && !self.mood.mute && !out.is_empty() {
            self.receive(&out);
        }
        while self.answers.front().is_some_and(|(at, _)| *at <= self.now) {
            let (_, bytes) = self.answers.pop_front().expect("there");
            self.receive(&bytes);
        }
    }

    fn drain(&mut self) {
        for _ in 0..100 {
            let (bytes, preempts) = match self.link.poll_output(self.now) {
                LinkOutput::Transmit(bytes) => (bytes.to_vec(), false),
                LinkOutput::Preempt(bytes) => (bytes.to_vec(), true),
                LinkOutput::Event(event) => {
                    self.events.push((self.now, event));
                    continue;
                }
                LinkOutput::Wait(until) => {
                    assert!(until > self.now, "the link waits for the past");
                    self.due = until;
                    return;
                }
            };
            assert!(self.open, "sent on a port that is shut");
            assert!(!bytes.is_empty());
            if self.unknown.is_some_and(|unknown| unknown(&bytes)) {
                // It leaves it without an answer.
            } else if self.baud.is_none() {
                self.reach(&bytes);
            } else {
                if preempts {
                    self.kernel.clear();
                }
                self.kernel.extend(&bytes);
            }
            self.sent.push(Sent {
                at: self.now,
                preempts,
                bytes,
            });
        }
        panic!("the link never waits");
    }

    /// Bytes reach the machine.
    fn reach(&mut self, bytes: &[u8]) {
        let mut out = Vec::new();
        self.machine.hear(bytes, self.mood, &mut out);
        if !self.mood.mute && !out.is_empty() {
            let at = self.now + Duration::from_millis(self.answers_after);
            let last = self.answers.back().map_or(at, |(last, _)| *last);
            self.answers.push_back((at.max(last), out));
        }
    }

    /// A millisecond's worth of bytes goes over the line.
    fn leave_kernel(&mut self) {
        let Some(baud) = self.baud else {
            return;
        };
        self.credit += baud;
        while self.credit >= 10_000 {
            self.credit -= 10_000;
            if let Some(byte) = self.kernel.pop_front() {
                self.reach(&[byte]);
            }
        }
    }

    pub(crate) fn forget(&mut self) {
        self.sent.clear();
        self.events.clear();
    }

    pub(crate) fn told(&self, event: &LinkEvent) -> bool {
        self.events.iter().any(|(_, told)| told == event)
    }

    pub(crate) fn count(&self, event: &LinkEvent) -> usize {
        self.events.iter().filter(|(_, told)| told == event).count()
    }

    pub(crate) fn reports(&self) -> Vec<MachineReport> {
        let report = |event: &(Timestamp, LinkEvent)| match event.1 {
            LinkEvent::Machine { report, .. } => Some(report),
            LinkEvent::Up
            | LinkEvent::Silent
            | LinkEvent::Accepted(_)
            | LinkEvent::Objected(_)
            | LinkEvent::Refused(_)
            | LinkEvent::OtherProtocol(_)
            | LinkEvent::HeartRate { .. }
            | LinkEvent::PulseRate { .. }
            | LinkEvent::Saturation { .. }
            | LinkEvent::Plethysmogram { .. } => None,
        };
        self.events.iter().filter_map(report).collect()
    }

    /// What was sent that has these bytes in it.
    pub(crate) fn sent_with(&self, bytes: &[u8]) -> Vec<&Sent> {
        let has = |sent: &&Sent| sent.bytes.windows(bytes.len()).any(|part| part == bytes);
        self.sent.iter().filter(has).collect()
    }
}

pub(crate) fn power(watts: u16) -> MachineLoad {
    MachineLoad::Power(Watts::new(watts).expect("a power"))
}

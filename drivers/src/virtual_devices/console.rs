//! What every virtual machine with a console on a serial line has in common: it hears its host byte by byte, answers after its
//! delay, acts at instants of its own, and loses its mains.
//!
//! Promises: whatever bytes come, nothing panics and no queue grows without bound; what a console does at an instant of its own
//! it does at that instant and not at the next call; with power again it is as just switched on.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::{Decoder, NoRoom, WireError};

use super::ergometer::Works;
use super::{Body, DeviceOutput};

/// How many answers can wait for a caller that does not drain; what comes on top is lost, as on a real line.
const ANSWERS_MAX: usize = 32;
/// Bytes of the longest answer: a frame of Daum's premium machines.
const ANSWER_BYTES_MAX: usize = 256;
/// How much of a long time without a call is caught up with in one call.
const INSTANTS_MAX: usize = 4_096;
/// The shortest wait that a caller is told.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// What tells one make of machine from another: its words, its rules and its own clockwork.
pub(super) trait Console: Clone + Debug + Send {
    /// Reads the host's bytes.
    type Ears: Decoder + Debug + Send;

    /// Ears that have heard nothing.
    fn ears(&self) -> Self::Ears;

    /// The mains have just come; `self` is as made. Sets the brake to what it is then.
    fn switch_on(&mut self, now: Timestamp, works: &mut Works);

    /// What a byte completed: a message, or something broken.
    fn take(
        &mut self,
        now: Timestamp,
        found: Result<<Self::Ears as Decoder>::Message, WireError>,
        works: &mut Works,
    );

    /// A byte before the ears get it; whether it is used up. For what a line decoder cannot see: the time between two characters.
    fn intercept(&mut self, _now: Timestamp, _byte: u8, _works: &mut Works) -> bool {
        false
    }

    /// A byte that the ears counted as noise.
    fn take_noise(&mut self, _now: Timestamp, _byte: u8, _works: &mut Works) {}

    /// So much silence within a message, and it is dropped.
    fn cut_off(&self) -> Option<Duration> {
        None
    }

    /// What the patient does has just changed.
    fn feel(&mut self, _now: Timestamp, _works: &mut Works) {}

    /// When it acts of its own accord; [`Timestamp::NEVER`] where it waits for others.
    fn due(&self) -> Timestamp {
        Timestamp::NEVER
    }

    /// It is [`Self::due`]. Afterwards that must be later.
    fn come_due(&mut self, _now: Timestamp, _works: &mut Works) {}

    /// Time passes for what moves by itself, with power or without.
    fn run_until(&mut self, _now: Timestamp) {}

    /// The mains are gone.
    fn lose_power(&mut self) {}

    /// What it does to its patient now; `None` at rest.
    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad>;
}

/// A machine on the mains and on a line.
#[derive(Debug)]
pub(super) struct Machine<C: Console> {
    as_made: C,
    console: C,
    ears: C::Ears,
    works: Works,
    powered: bool,
    last_byte: Timestamp,
    sending: Answer,
}

/// Bytes that go out at their time, in the order in which they were said: a line has no overtaking.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    answers: VecDeque<Answer>,
    last_due: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Answer {
    due: Timestamp,
    bytes: [u8; ANSWER_BYTES_MAX],
    length: usize,
}

impl Outbox {
    /// Says what `encode` writes, at `due` and not before what was said earlier.
    pub(super) fn say(
        &mut self,
        due: Timestamp,
        encode: impl for<'a> FnOnce(&'a mut [u8]) -> Result<&'a [u8], NoRoom>,
    ) {
        let mut answer = Answer::NOTHING;
        // No message of these protocols is longer than the longest answer.
        let Ok(length) = encode(&mut answer.bytes).map(<[u8]>::len) else {
            return;
        };
        if self.answers.len() >= ANSWERS_MAX {
            return;
        }
        self.last_due = self.last_due.max(due);
        answer.due = self.last_due;
        answer.length = length;
        self.answers.push_back(answer);
    }

    /// When what was said last goes out, or went.
    pub(super) const fn last_due(&self) -> Timestamp {
        self.last_due
    }

    fn clear(&mut self) {
        self.answers.clear();
        self.last_due = Timestamp::ZERO;
    }

    fn next_due(&self) -> Timestamp {
        self.answers
            .front()
            .map_or(Timestamp::NEVER, |answer| answer.due)
    }
}

impl Answer {
    const NOTHING: Self = Self {
        due: Timestamp::ZERO,
        bytes: [0; ANSWER_BYTES_MAX],
        length: 0,
    };
}

impl<C: Console> Machine<C> {
    /// A machine switched on now.
    pub(super) fn new(now: Timestamp, console: C) -> Self {
        let mut machine = Self {
            as_made: console.clone(),
            ears: console.ears(),
            console,
            works: Works::new(now),
            powered: true,
            last_byte: now,
            sending: Answer::NOTHING,
        };
        machine.console.switch_on(now, &mut machine.works);
        machine
    }

    fn pass_time(&mut self, now: Timestamp) {
        for _ in 0..INSTANTS_MAX {
            let due = self.console.due();
            if !self.powered || due > now {
                break;
            }
            self.works.run_until(due);
            self.console.run_until(due);
            self.console.come_due(due, &mut self.works);
        }
        self.works.run_until(now);
        self.console.run_until(now);
    }

    fn hear(&mut self, now: Timestamp, byte: u8) {
        if self.console.intercept(now, byte, &mut self.works) {
            return;
        }
        let before = self.ears.skipped();
        let (console, works) = (&mut self.console, &mut self.works);
        self.ears.feed(&[byte], &mut |found| {
            console.take(now, found.content, works);
        });
        if self.ears.skipped() > before {
            self.console.take_noise(now, byte, &mut self.works);
        }
    }
}

impl<C: Console> super::VirtualDevice for Machine<C> {
    fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]) {
        self.pass_time(now);
        if bytes.is_empty() || !self.powered {
            return;
        }
        let silence = now.since(self.last_byte);
        if self.console.cut_off().is_some_and(|most| silence > most) {
            self.ears.reset();
        }
        self.last_byte = now;
        for byte in bytes {
            self.hear(now, *byte);
        }
    }

    fn advance(&mut self, now: Timestamp, body: &Body) {
        self.pass_time(now);
        self.works.feel(body);
        if self.powered {
            self.console.feel(now, &mut self.works);
        }
    }

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.pass_time(now);
        let due = self.works.outbox.next_due();
        if due <= now
            && let Some(answer) = self.works.outbox.answers.pop_front()
        {
            self.sending = answer;
            let bytes = self.sending.bytes.get(..self.sending.length);
            return DeviceOutput::Transmit(bytes.unwrap_or_default());
        }
        let own = if self.powered {
            self.console.due()
        } else {
            Timestamp::NEVER
        };
        DeviceOutput::Wait(due.min(own).max(now + SHORTEST_WAIT))
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        self.console.actual_load(&self.works, self.powered)
    }

    fn set_power(&mut self, now: Timestamp, on: bool) {
        self.pass_time(now);
        if on == self.powered {
            return;
        }
        self.powered = on;
        self.works.lose_power();
        self.works.outbox.clear();
        if on {
            self.console = self.as_made.clone();
            self.ears = self.console.ears();
            self.console.switch_on(now, &mut self.works);
        } else {
            self.console.lose_power();
        }
    }
}

//! What becomes of a stream's messages: believed or not, held or told, counted.
//!
//! Deliberately absent: bytes, and what a message means (a protocol's own file).

use core::time::Duration;

use protocols::vocabulary::{MachineCommand, Timestamp};

use super::event_queue::{self, EventQueue};
use super::liveness::Liveness;
use super::pace::{Pace, Paced};
use super::stream::{Heard, Readings};
use crate::link::{LinkCounters, LinkEvent};

/// What becomes of messages.
#[derive(Debug)]
pub(super) struct Intake {
    pub(super) liveness: Liveness,
    pace: Paced,
    queue: EventQueue,
    /// Readings that wait until it is seen that nothing follows which their format does not send.
    held: EventQueue,
    held_until: Timestamp,
    counters: LinkCounters,
}

impl Intake {
    pub(super) fn new(silence: Duration, pace: Option<Pace>) -> Self {
        Self {
            liveness: Liveness::new(silence),
            pace: Paced::new(pace),
            queue: EventQueue::new(),
            held: EventQueue::new(),
            held_until: Timestamp::ZERO,
            counters: LinkCounters::default(),
        }
    }

    /// Nothing was heard yet.
    pub(super) fn opened(&mut self, now: Timestamp) {
        self.liveness.opened(now);
        self.pace.opened();
        self.held.clear();
    }

    /// Nothing is heard any more.
    pub(super) fn closed(&mut self) {
        self.liveness.closed();
        self.held.clear();
    }

    /// A read came. Whether what it brings can be the configured device's.
    pub(super) fn hear(&mut self, now: Timestamp, count: usize) -> bool {
        self.let_go(now);
        let fits = self.pace.heard(now, count);
        if !fits {
            self.held.clear();
        }
        fits
    }

    /// Somebody else proved to be there.
    pub(super) fn disproved(&mut self, until: Timestamp) {
        self.pace.disproved(until);
        self.held.clear();
    }

    /// What was held for long enough may leave.
    fn let_go(&mut self, now: Timestamp) {
        if now < self.held_until {
            return;
        }
        while let Some(event) = self.held.pop() {
            self.queue.push(event);
        }
    }

    /// An event where the device has been silent for too long. Whoever speaks next has to be believed anew.
    fn silence(&mut self, now: Timestamp) -> Option<LinkEvent> {
        if now < self.liveness.deadline() {
            return None;
        }
        self.pace.doubt();
        self.liveness.check(now)
    }

    /// What is to be told now, silence included.
    pub(super) fn next_event(&mut self, now: Timestamp) -> Option<LinkEvent> {
        self.let_go(now);
        if let Some(silent) = self.silence(now) {
            self.queue.push(silent);
        }
        self.queue.pop()
    }

    /// When it has to be looked at again.
    pub(super) fn deadline(&self) -> Timestamp {
        let held = if self.held.is_empty() {
            Timestamp::NEVER
        } else {
            self.held_until
        };
        self.liveness.deadline().min(held)
    }

    /// Takes what a message is; the id of another protocol where it is one.
    pub(super) fn take(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        heard: Heard,
    ) -> Option<&'static str> {
        match heard {
            Heard::Live(readings) => {
                self.count_message();
                if self.pace.is_believed() {
                    if let Some(up) = self.liveness.heard(now, sent_at) {
                        self.queue.push(up);
                    }
                    self.tell(now, sent_at, &readings);
                } else {
                    self.liveness.noticed(now, sent_at);
                }
            }
            Heard::Said(readings) => {
                self.count_message();
                if self.pace.is_believed() {
                    self.tell(now, sent_at, &readings);
                }
            }
            Heard::Ignored => {}
            Heard::Broken(error) => event_queue::count(&mut self.counters, error),
            Heard::Other(id) => return Some(id),
        }
        None
    }

    pub(super) fn name(&mut self, stranger: Option<&'static str>) {
        if let Some(id) = stranger {
            self.queue.push(LinkEvent::OtherProtocol(id));
        }
    }

    /// A machine that only tells takes no command.
    pub(super) fn refuse(&mut self, command: MachineCommand) {
        self.counters.refusals = self.counters.refusals.saturating_add(1);
        self.queue.push(LinkEvent::Refused(command));
    }

    pub(super) const fn count_time_out(&mut self) {
        self.counters.time_outs = self.counters.time_outs.saturating_add(1);
    }

    /// What was counted, but for what a decoder skipped.
    pub(super) fn counters(&self) -> LinkCounters {
        let dropped = self.queue.dropped().saturating_add(self.held.dropped());
        LinkCounters {
            dropped_events: dropped,
            ..self.counters
        }
    }

    const fn count_message(&mut self) {
        self.counters.messages = self.counters.messages.saturating_add(1);
    }

    fn tell(&mut self, now: Timestamp, sent_at: Timestamp, readings: &Readings) {
        let Readings {
            saturation,
            pulse_rate,
            plethysmogram,
            heart_rate,
            machine,
        } = *readings;
        let events = [
            saturation.map(|reading| LinkEvent::Saturation { reading, sent_at }),
            pulse_rate.map(|reading| LinkEvent::PulseRate { reading, sent_at }),
            plethysmogram.map(|samples| LinkEvent::Plethysmogram { samples, sent_at }),
            heart_rate.map(|reading| LinkEvent::HeartRate { reading, sent_at }),
            machine.map(|report| LinkEvent::Machine { report, sent_at }),
        ];
        let hold = self.pace.hold();
        for event in events.into_iter().flatten() {
            if hold.is_zero() {
                self.queue.push(event);
            } else {
                self.held.push(event);
                self.held_until = now + hold;
            }
        }
    }
}

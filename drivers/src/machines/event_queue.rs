//! Events that wait for the caller's drain.

use crate::link::{LinkEvent, Objection};

/// More than any one call can bring between two drains of a caller that keeps the contract: a machine answers one request at a
/// time, so that a read of a port carries a handful of messages.
const EVENTS_MAX: usize = 16;

/// A bounded queue. Full, it loses its oldest event, because the newest says more about now.
#[derive(Debug)]
pub(super) struct EventQueue {
    events: [Option<LinkEvent>; EVENTS_MAX],
    first: usize,
    length: usize,
    /// What the machine said of a command that is about to be told as refused.
    objection: Option<Objection>,
}

impl EventQueue {
    pub(super) const fn new() -> Self {
        Self {
            events: [None; EVENTS_MAX],
            first: 0,
            length: 0,
            objection: None,
        }
    }

    /// The machine said this of what it was told: it goes before the next refusal.
    pub(super) const fn object(&mut self, objection: Objection) {
        self.objection = Some(objection);
    }

    /// Nothing that was told is refused for that.
    pub(super) const fn forget_objection(&mut self) {
        self.objection = None;
    }

    /// `false` where the oldest event was lost to it.
    pub(super) fn push(&mut self, event: LinkEvent) -> bool {
        let said = match event {
            LinkEvent::Refused(_) => self.objection.take(),
            LinkEvent::Accepted(_) => {
                self.objection = None;
                None
            }
            LinkEvent::Up
            | LinkEvent::Silent
            | LinkEvent::Objected(_)
            | LinkEvent::OtherProtocol(_)
            | LinkEvent::HeartRate { .. }
            | LinkEvent::PulseRate { .. }
            | LinkEvent::Saturation { .. }
            | LinkEvent::Plethysmogram { .. }
            | LinkEvent::Machine { .. } => None,
        };
        let said = said.is_none_or(|objection| self.put(LinkEvent::Objected(objection)));
        self.put(event) && said
    }

    fn put(&mut self, event: LinkEvent) -> bool {
        let roomy = self.length < EVENTS_MAX;
        if !roomy {
            self.pop();
        }
        let at = (self.first + self.length) % EVENTS_MAX;
        if let Some(slot) = self.events.get_mut(at) {
            *slot = Some(event);
            self.length += 1;
        }
        roomy
    }

    pub(super) fn pop(&mut self) -> Option<LinkEvent> {
        let event = self.events.get_mut(self.first)?.take()?;
        self.first = (self.first + 1) % EVENTS_MAX;
        self.length -= 1;
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::MachineCommand;

    use super::*;

    #[test]
    fn what_a_machine_said_goes_before_the_refusal_it_belongs_to() {
        let mut queue = EventQueue::new();
        let objection = Objection::Answered {
            code: "ERROR",
            means: "not now",
        };
        let refused = LinkEvent::Refused(MachineCommand::Stop);
        queue.object(objection);
        queue.push(LinkEvent::Up);
        queue.push(refused);
        queue.push(refused);
        queue.object(objection);
        queue.push(LinkEvent::Accepted(MachineCommand::Stop));
        queue.push(refused);
        let drained: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(
            drained,
            [
                LinkEvent::Up,
                LinkEvent::Objected(objection),
                refused,
                refused,
                LinkEvent::Accepted(MachineCommand::Stop),
                refused
            ]
        );
    }

    #[test]
    fn a_full_queue_loses_its_oldest_event_and_says_so() {
        let mut queue = EventQueue::new();
        assert!(queue.push(LinkEvent::Up));
        for _ in 1..EVENTS_MAX {
            assert!(queue.push(LinkEvent::Accepted(MachineCommand::Stop)));
        }
        assert!(!queue.push(LinkEvent::Silent));
        let drained: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(drained.len(), EVENTS_MAX);
        assert_eq!(
            drained.first(),
            Some(&LinkEvent::Accepted(MachineCommand::Stop))
        );
        assert_eq!(drained.last(), Some(&LinkEvent::Silent));
    }
}

//! Events that wait to be drained, in order and bounded.

use std::collections::VecDeque;

use protocols::wire::{WireError, WireErrorKind};

use crate::link::{LinkCounters, LinkEvent};

/// Holds what a read of 4096 bytes, the most that a port hands over at once, can complete of an oximeter: 33 packets of three
/// events, with room for changes of state. Of formats with shorter messages such a read holds minutes, whose old part may go.
const CAPACITY: usize = 128;

/// A queue that never grows. When it is full the oldest reading is dropped and counted, as the newest matters most; a change of
/// state (up, silent, another protocol) is never dropped for a reading.
#[derive(Debug)]
pub(super) struct EventQueue {
    events: VecDeque<LinkEvent>,
    dropped: u64,
}

impl EventQueue {
    pub(super) fn new() -> Self {
        Self {
            events: VecDeque::with_capacity(CAPACITY),
            dropped: 0,
        }
    }

    pub(super) fn push(&mut self, event: LinkEvent) {
        if self.events.len() >= CAPACITY {
            self.dropped = self.dropped.saturating_add(1);
            let oldest = self
                .events
                .iter()
                .position(|waiting| !is_state(waiting))
                .unwrap_or(0);
            self.events.remove(oldest);
        }
        self.events.push_back(event);
    }

    pub(super) fn pop(&mut self) -> Option<LinkEvent> {
        self.events.pop_front()
    }

    /// Forgets what waits; it does not count as dropped.
    pub(super) fn clear(&mut self) {
        self.events.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }
}

const fn is_state(event: &LinkEvent) -> bool {
    matches!(
        event,
        LinkEvent::Up | LinkEvent::Silent | LinkEvent::OtherProtocol(_)
    )
}

/// Counts an error by its kind, and the bytes that were lost to it.
pub(super) fn count(counters: &mut LinkCounters, error: WireError) {
    counters.skipped_bytes = counters
        .skipped_bytes
        .saturating_add(u64::from(error.skipped_bytes));
    let counter = match error.kind {
        WireErrorKind::Checksum => &mut counters.checksum_errors,
        WireErrorKind::Framing => &mut counters.framing_errors,
        WireErrorKind::OutOfRange | WireErrorKind::IllegalCommand => &mut counters.refusals,
    };
    *counter = counter.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::Timestamp;

    use super::*;

    #[test]
    fn a_full_queue_drops_its_oldest_reading_and_keeps_its_states() {
        let mut queue = EventQueue::new();
        let capacity = queue.events.capacity();
        queue.push(LinkEvent::Up);
        for index in 0..200 {
            queue.push(LinkEvent::Plethysmogram {
                samples: [0; 25],
                sent_at: Timestamp::from_secs(index),
            });
        }
        assert_eq!(queue.dropped(), 73);
        assert_eq!(queue.events.capacity(), capacity);
        assert_eq!(queue.pop(), Some(LinkEvent::Up));
        assert_eq!(
            queue.pop(),
            Some(LinkEvent::Plethysmogram {
                samples: [0; 25],
                sent_at: Timestamp::from_secs(73),
            })
        );
    }
}

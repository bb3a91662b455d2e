//! Whether a device that speaks unasked still does.

use core::time::Duration;

use protocols::vocabulary::Timestamp;

use crate::link::LinkEvent;

/// How finely a caller's clock counts: a limit of "more than" is passed this much later.
const RESOLUTION: Duration = Duration::from_micros(1);

/// The state of a link to a device that speaks unasked. Counted from when packets were sent: bytes that waited in a buffer make
/// no device live.
#[derive(Debug)]
pub(super) struct Liveness {
    limit: Duration,
    state: State,
    /// When the newest valid packet was sent, or the port was opened.
    heard: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    /// Open, and nothing valid came yet.
    Waiting,
    /// Something comes that has not been proved yet.
    Noticed {
        /// Silence was told before.
        was_silent: bool,
    },
    Up,
    Silent,
}

impl Liveness {
    /// A closed link; silence is more than `limit` without a valid packet.
    pub(super) const fn new(limit: Duration) -> Self {
        Self {
            limit,
            state: State::Closed,
            heard: Timestamp::ZERO,
        }
    }

    pub(super) const fn opened(&mut self, now: Timestamp) {
        self.state = State::Waiting;
        self.heard = now;
    }

    pub(super) const fn closed(&mut self) {
        self.state = State::Closed;
    }

    pub(super) fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    pub(super) fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// A valid packet came that was sent at `sent_at`. An event where that makes the device live.
    pub(super) fn heard(&mut self, now: Timestamp, sent_at: Timestamp) -> Option<LinkEvent> {
        if now >= self.silent_after(sent_at) {
            return None;
        }
        self.heard = self.heard.max(sent_at);
        if self.state == State::Up {
            return None;
        }
        self.state = State::Up;
        Some(LinkEvent::Up)
    }

    /// Whether something comes that is the device's, proved or not yet.
    pub(super) const fn is_heard(&self) -> bool {
        matches!(self.state, State::Up | State::Noticed { .. })
    }

    /// A packet came that is no proof yet: nobody is live by it, and nobody silent.
    pub(super) fn noticed(&mut self, now: Timestamp, sent_at: Timestamp) {
        if now >= self.silent_after(sent_at) {
            return;
        }
        self.heard = self.heard.max(sent_at);
        self.state = match self.state {
            State::Waiting => State::Noticed { was_silent: false },
            State::Silent => State::Noticed { was_silent: true },
            State::Closed | State::Noticed { .. } | State::Up => self.state,
        };
    }

    /// An event where the device has been silent for too long, once.
    pub(super) fn check(&mut self, now: Timestamp) -> Option<LinkEvent> {
        if now < self.deadline() {
            return None;
        }
        let was_silent = matches!(self.state, State::Noticed { was_silent: true });
        self.state = State::Silent;
        (!was_silent).then_some(LinkEvent::Silent)
    }

    /// When [`Self::check`] has to be asked again.
    pub(super) fn deadline(&self) -> Timestamp {
        match self.state {
            State::Waiting | State::Noticed { .. } | State::Up => self.silent_after(self.heard),
            State::Closed | State::Silent => Timestamp::NEVER,
        }
    }

    fn silent_after(&self, heard: Timestamp) -> Timestamp {
        heard + self.limit + RESOLUTION
    }
}

/// When a packet was sent that has `after` more bytes behind it in the same read, at a device's `per_byte` pace.
pub(super) fn sent_before(sent_at: Timestamp, after: usize, per_byte: Duration) -> Timestamp {
    let after = u32::try_from(after).unwrap_or(u32::MAX);
    sent_at.before(per_byte.saturating_mul(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_was_never_heard_is_silent_once_its_time_is_over() {
        let mut liveness = Liveness::new(Duration::from_secs(1));
        assert_eq!(liveness.deadline(), Timestamp::NEVER);
        liveness.opened(Timestamp::from_secs(10));
        assert_eq!(liveness.check(Timestamp::from_secs(11)), None);
        let late = Timestamp::from_micros(11_000_001);
        assert_eq!(liveness.deadline(), late);
        assert_eq!(liveness.check(late), Some(LinkEvent::Silent));
        assert_eq!(liveness.check(late), None);
        assert_eq!(liveness.deadline(), Timestamp::NEVER);
    }

    #[test]
    fn what_is_no_proof_yet_makes_nobody_live_and_nobody_silent_twice() {
        let mut liveness = Liveness::new(Duration::from_secs(1));
        liveness.opened(Timestamp::ZERO);
        for tenths in 1..30 {
            let now = Timestamp::from_millis(tenths * 100);
            liveness.noticed(now, now);
            assert_eq!(liveness.check(now), None);
            assert!(liveness.is_heard() && !liveness.is_up());
        }
        let late = Timestamp::from_secs(4);
        assert_eq!(liveness.check(late), Some(LinkEvent::Silent));
        liveness.noticed(late, late);
        assert!(liveness.is_heard());
        assert_eq!(liveness.check(Timestamp::from_secs(8)), None);
        assert!(!liveness.is_heard());
    }

    #[test]
    fn bytes_that_waited_make_no_device_live() {
        let mut liveness = Liveness::new(Duration::from_secs(1));
        liveness.opened(Timestamp::from_secs(50));
        let now = Timestamp::from_secs(50);
        assert_eq!(liveness.heard(now, Timestamp::from_secs(4)), None);
        assert!(!liveness.is_up());
        assert_eq!(liveness.heard(now, now), Some(LinkEvent::Up));
        assert_eq!(liveness.heard(now, now), None);
    }
}

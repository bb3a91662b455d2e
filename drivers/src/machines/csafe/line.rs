//! The wire as the link sees it: what is outstanding, when the next frame may go, who has been silent for how long.

use std::time::Duration;

use protocols::vocabulary::Timestamp;

use super::request::{Request, Write};

/// From the end of a request until it counts as unanswered \[assumed\].
const ANSWER_TIME_OUT: Duration = Duration::from_millis(500);
/// From the end of a stop until the machine is asked whether it stopped: both its frames are answered by then.
const STOP_SETTLES: Duration = Duration::from_millis(150);
/// Between two frames \[assumed\]; Concept2 wants 50 ms, consoles of unknown make get twice that.
const GAP_MIN: Duration = Duration::from_millis(100);
/// One byte at 9600 baud, start and stop bit counted.
const BYTE_TIME: Duration = Duration::from_nanos(1_041_667);
/// So many silent polls in a row are a lost link \[assumed\].
const SILENT_POLLS_MAX: u8 = 3;

/// What is known of anybody being at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Nothing came yet, and nobody was told.
    Unknown,
    /// It answers.
    Up,
    /// It does not, and that was told.
    Silent,
}

/// A request that waits for its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct InFlight {
    pub(super) request: Request,
    /// How often it was sent before.
    pub(super) tries: u8,
    deadline: Timestamp,
}

#[derive(Debug)]
pub(super) struct Line {
    open: bool,
    pub(super) presence: Presence,
    in_flight: Option<InFlight>,
    /// What the last answer, or its lack, makes the next request, and how often that was sent before.
    pub(super) follow_up: Option<(Request, u8)>,
    /// When the next poll, or probe, is due.
    pub(super) poll_due: Timestamp,
    /// Until when a bare status may still be the answer to a request that was abandoned.
    abandoned_until: Timestamp,
    /// When the last byte of ours, or of the machine's, was on the wire.
    quiet_since: Timestamp,
    gap: Duration,
    silent_polls: u8,
}

impl Line {
    pub(super) const fn new() -> Self {
        Self {
            open: false,
            presence: Presence::Unknown,
            in_flight: None,
            follow_up: None,
            poll_due: Timestamp::ZERO,
            abandoned_until: Timestamp::ZERO,
            quiet_since: Timestamp::ZERO,
            gap: Duration::ZERO,
            silent_polls: 0,
        }
    }

    pub(super) fn open(&mut self, now: Timestamp) {
        *self = Self {
            open: true,
            poll_due: now,
            ..Self::new()
        };
    }

    pub(super) const fn close(&mut self) {
        *self = Self::new();
    }

    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn is_up(&self) -> bool {
        self.presence == Presence::Up
    }

    /// When the next frame that is not urgent may go.
    pub(super) fn free_at(&self) -> Timestamp {
        self.quiet_since + self.gap
    }

    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.in_flight.map(|flight| flight.deadline)
    }

    pub(super) const fn in_flight(&self) -> Option<InFlight> {
        self.in_flight
    }

    /// Takes note of what goes out: so many bytes for this request.
    pub(super) fn send(&mut self, now: Timestamp, request: Request, bytes: usize) {
        let tries = match self.follow_up.take() {
            Some((followed, tries)) if followed == request => tries,
            Some(_) | None => 0,
        };
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.quiet_since = now + BYTE_TIME.saturating_mul(bytes);
        self.gap = self.gap.max(GAP_MIN);
        let time_out = if request == Request::StopBurst {
            STOP_SETTLES
        } else {
            ANSWER_TIME_OUT
        };
        self.in_flight = Some(InFlight {
            request,
            tries,
            deadline: self.quiet_since + time_out,
        });
    }

    /// The same, in place of whatever is outstanding. Its answer may still come: a bare one must not be taken for that of
    /// the new request, and the answer to a poll cannot be, unless a poll too is answered by a bare status.
    pub(super) fn abandon_and_send(
        &mut self,
        now: Timestamp,
        request: Request,
        bytes: usize,
        polls_are_bare: bool,
    ) {
        if let Some(flight) = self.in_flight.take()
            && (flight.request != Request::Poll || polls_are_bare)
        {
            self.abandoned_until = flight.deadline;
        }
        self.follow_up = None;
        self.send(now, request, bytes);
    }

    /// A load that was to be sent once more has become old.
    pub(super) fn forget_load_to_repeat(&mut self) {
        self.follow_up
            .take_if(|(request, _)| matches!(request, Request::Write(Write::Load(_))));
    }

    pub(super) fn heard(&mut self, now: Timestamp) {
        self.quiet_since = self.quiet_since.max(now);
        self.silent_polls = 0;
    }

    /// Whether a bare status that comes now belongs to an abandoned request. It is believed once.
    pub(super) fn is_for_the_abandoned(&mut self, now: Timestamp) -> bool {
        let belongs = now < self.abandoned_until;
        self.abandoned_until = Timestamp::ZERO;
        belongs
    }

    pub(super) fn answered(&mut self) {
        self.in_flight = None;
    }

    /// The request whose time is over, if it is.
    pub(super) fn take_expired(&mut self, now: Timestamp) -> Option<InFlight> {
        self.in_flight.take_if(|flight| flight.deadline <= now)
    }

    /// One more silent poll; whether the link is lost by it, for the first time.
    pub(super) fn count_silent_poll(&mut self) -> bool {
        self.silent_polls = self.silent_polls.saturating_add(1);
        let lost = self.silent_polls >= SILENT_POLLS_MAX && self.presence != Presence::Silent;
        if lost {
            self.presence = Presence::Silent;
        }
        lost
    }

    /// The machine's own least gap.
    pub(super) fn widen_gap(&mut self, told: Duration) {
        self.gap = GAP_MIN.max(told);
    }
}

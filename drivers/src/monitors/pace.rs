//! What the pace of a stream tells where its messages have no check: whether it is the configured format that speaks.
//!
//! A format of a few bytes is found by chance in what others send, and looks live there. What no other format of the same line has is its
//! pace: the sheets state how many bytes a second each sends. So a stream is believed once its pace has fitted for a stretch, and from the
//! first read on that does not fit it is not, until it has fitted for a stretch again.
//!
//! How it counts: each byte puts the stream its share of time ahead of its pace, and time takes that away again. A device of the format is
//! never further ahead than one message, but for what a line, an adapter or a reader held back; nobody who sends more stays there. Before
//! it is believed little of that is allowed for (to wait costs a second or two, a wrong value a patient); after that what came late in one
//! go is no reason for doubt. Who sends less than half is no device of the format either. After a silence everything begins anew: whoever
//! speaks then may be somebody else.
//!
//! Deliberately absent: what the pace cannot tell. Two formats of one layout at one pace (Contec's five bytes and BCI's) are each other.
//! A Nonin of format 8 that takes the place of one of format 1 before that counts as silent is found out after half a minute; until then
//! the numbers are the same.

use core::time::Duration;

use protocols::vocabulary::Timestamp;

/// For so long a pace has to fit: the third message of a format that sends one a second, though it comes a little early (assumed).
const FITS: Duration = Duration::from_millis(1_800);
/// So much a message may come late, and the next in time, before a stream is believed: adapters gather for 16 ms, a loop that is busy
/// stands for a little longer (assumed). A format of four bytes a second is seen by it with the second packet where three are due.
const LATE: Duration = Duration::from_millis(300);
/// A stream that is believed may come so much at once: what a reader finds that stood still for some seconds (assumed). At 375 bytes a
/// second a Nonin of format 2 or 7 sends as much as five seconds of format 1 or 8 within 60 ms.
const AT_ONCE: Duration = Duration::from_secs(5);
/// A message behind which its format is silent for longer leaves after so long, once it is seen that it was: a device that is exchanged
/// for one that sends 120 bytes a second or more is found out by then (assumed).
const HOLD: Duration = Duration::from_millis(200);
/// Of a byte's share nine tenths count: devices' clocks and what sheets round ("60 a second" by a timer of 16 ms is 62.5) (assumed).
const COUNTED: (u32, u32) = (9, 10);

/// What a format sends, by its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    message: Duration,
    per_byte: Duration,
}

/// Whether a stream keeps to its pace; one whose messages are proof always does.
#[derive(Debug)]
pub(super) struct Paced {
    pace: Option<Pace>,
    ahead: Duration,
    last: Timestamp,
    /// Since the pace fits; `None` while it does not.
    stretch: Option<Stretch>,
    believed: bool,
    doubted_until: Timestamp,
}

#[derive(Debug)]
struct Stretch {
    since: Timestamp,
    came: Duration,
}

/// A byte's share of the time in which a device sends so many.
pub(super) const fn share(period: Duration, bytes: u32) -> Duration {
    match period.checked_div(bytes) {
        Some(share) => share,
        None => period,
    }
}

impl Pace {
    /// Messages of so many bytes, each so long after the one before.
    #[must_use]
    pub const fn messages(period: Duration, bytes: u32) -> Self {
        Self {
            message: period,
            per_byte: share(period, bytes),
        }
    }

    /// Messages of several lengths: the longest time between two, and the most bytes that a second can have.
    #[must_use]
    pub const fn at_most(period: Duration, bytes_a_second: u32) -> Self {
        Self {
            message: period,
            per_byte: share(Duration::from_secs(1), bytes_a_second),
        }
    }

    fn of_bytes(self, count: usize) -> Duration {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.per_byte
            .saturating_mul(count)
            .saturating_mul(COUNTED.0)
            / COUNTED.1
    }

    /// How far ahead a stream may be that is not believed yet.
    const fn unproved(self) -> Duration {
        self.message.saturating_add(LATE)
    }
}

impl Paced {
    pub(super) const fn new(pace: Option<Pace>) -> Self {
        Self {
            pace,
            ahead: Duration::ZERO,
            last: Timestamp::ZERO,
            stretch: None,
            believed: false,
            doubted_until: Timestamp::ZERO,
        }
    }

    /// The port was opened.
    pub(super) const fn opened(&mut self) {
        *self = Self::new(self.pace);
    }

    /// One read brought so many bytes. Whether that is still the pace.
    pub(super) fn heard(&mut self, now: Timestamp, count: usize) -> bool {
        let Some(pace) = self.pace else {
            return true;
        };
        let came = pace.of_bytes(count);
        let passed = now.since(self.last);
        self.last = self.last.max(now);
        self.ahead = self.ahead.saturating_sub(passed).saturating_add(came);
        let most = if self.believed {
            AT_ONCE.max(pace.unproved())
        } else {
            pace.unproved()
        };
        if self.ahead > most || now < self.doubted_until {
            self.doubt();
            // Who was there before must not make the right device wait.
            self.ahead = self.ahead.min(pace.unproved());
            return false;
        }
        // What the stretch begins with was sent before it.
        let begins = Stretch {
            since: now,
            came: Duration::ZERO,
        };
        let Some(stretch) = &mut self.stretch else {
            self.stretch = Some(begins);
            return true;
        };
        stretch.came = stretch.came.saturating_add(came);
        let lasts = now.since(stretch.since);
        if !self.believed && lasts >= FITS {
            self.believed = stretch.came.saturating_mul(2) >= lasts;
            if !self.believed {
                *stretch = begins;
            }
        }
        true
    }

    /// Whether what is said may be handed on.
    pub(super) const fn is_believed(&self) -> bool {
        self.pace.is_none() || self.believed
    }

    /// The pace has to be seen to fit anew: the device was silent, or somebody else was heard.
    pub(super) fn doubt(&mut self) {
        self.believed = false;
        self.stretch = None;
    }

    /// Somebody else proved to be there: nothing counts before `until`, and the pace has to be seen to fit from then on.
    pub(super) fn disproved(&mut self, until: Timestamp) {
        if self.pace.is_some() {
            self.doubted_until = until;
            self.doubt();
        }
    }

    /// For how long what a message says has to wait.
    pub(super) fn hold(&self) -> Duration {
        match self.pace {
            Some(pace) if pace.message > HOLD => HOLD,
            Some(_) | None => Duration::ZERO,
        }
    }
}

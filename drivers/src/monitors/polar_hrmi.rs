//! The HRMI board with Polar's receiver: says nothing unasked, so it is asked for its newest rate once a second.
//!
//! The averaged rate can stand for some seconds after the strap is lost: whether a rate that does not change has to, under a load that
//! does, is `control`'s to know. The board's algorithm is never set, as that wears its memory.

use core::time::Duration;

use protocols::polar_hrmi::{Answer, AnswerDecoder, Command, LONGEST_COMMAND};
use protocols::vocabulary::{Absence, Quality, Timestamp};

use super::pace::share;
use super::standstill::Standstill;
use super::stream::{Heard, Readings, Request, Stream, StreamLink};
use super::trust::reading;

/// An HRMI board at one port.
pub type PolarHrmiLink = StreamLink<PolarHrmi>;

/// From one question to the next, and between questions once the board is lost.
const PERIOD: Duration = Duration::from_secs(1);
/// Without an answer for so long the question is asked again.
const ANSWERED: Duration = Duration::from_millis(500);
/// So many questions in a row without an answer are a lost link.
const LOST: u8 = 3;
/// The board's count goes up each second; over three questions without that the receiver hangs.
const HANGS: Duration = Duration::from_secs(3);

/// The board's protocol.
#[derive(Debug)]
pub struct PolarHrmi {
    count: Standstill,
    asked_at: Timestamp,
    at: Timestamp,
    /// Questions in a row that brought nothing, the one on the wire among them.
    unanswered: u8,
    command: [u8; LONGEST_COMMAND],
}

impl Default for PolarHrmi {
    fn default() -> Self {
        Self {
            count: Standstill::default(),
            asked_at: Timestamp::ZERO,
            at: Timestamp::NEVER,
            unanswered: 0,
            command: [0; LONGEST_COMMAND],
        }
    }
}

impl Stream for PolarHrmi {
    type Decoder = AnswerDecoder;

    const ID: &'static str = "polar-hrmi";
    /// An answer, a second's pause, and three questions of half a second each.
    const SILENCE: Duration = Duration::from_millis(2_500);
    /// The shortest answer of a rate has seven bytes and comes once a second.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 7);

    fn opened(&mut self, now: Timestamp) {
        self.count = Standstill::default();
        self.at = now;
        self.unanswered = 0;
    }

    fn take(&mut self, sent_at: Timestamp, answer: &Answer) -> Heard {
        if self.unanswered > 0 {
            self.unanswered = 0;
            self.at = self.asked_at + PERIOD;
        }
        let hangs = self.count.lasts(answer.count, sent_at) >= HANGS;
        let rate = answer
            .heart_rate()
            .and_then(|rate| if hangs { Err(Absence::Stale) } else { Ok(rate) });
        Heard::Live(Readings::of_heart(reading(Ok(Quality::Good), rate)))
    }

    fn ask_at(&self, _is_up: bool) -> Timestamp {
        self.at
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        let last_unanswered = self.unanswered > 0;
        self.unanswered = self.unanswered.saturating_add(1);
        self.asked_at = now;
        self.at = now
            + if self.unanswered >= LOST {
                PERIOD
            } else {
                ANSWERED
            };
        Request {
            bytes: Command::HeartRates(1)
                .encode(&mut self.command)
                .unwrap_or_default(),
            last_unanswered,
        }
    }
}

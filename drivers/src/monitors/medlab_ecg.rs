//! Medlab's ECG board: samples all the time, and the averaged rate at each beat. At asystole or without a lead no rate comes at all, which
//! is how this board says that there is none.
//!
//! It is told at each start and whenever it comes back that it has to measure (in simulation it sends a rate that can be believed), 50
//! samples a second, lead II and the country's mains. It answers nothing.
//!
//! Deliberately absent: the samples; protocol 2, which shows as errors of framing here.

use core::time::Duration;

use protocols::medlab_ecg::{
    BoardDecoder, Command, LONGEST_COMMAND, Lead, Message, Notch, SampleRate,
};
use protocols::vocabulary::{Absence, BeatsPerMinute, Quality, Reading, Timestamp};

use super::pace::Pace;
use super::stream::{Heard, Readings, Request, Stream, StreamLink};

/// A Medlab board at one port.
pub type MedlabEcgLink = StreamLink<MedlabEcg>;

/// While the board is not heard it is told again so often \[assumed\].
const AGAIN: Duration = Duration::from_secs(5);
/// Without a beat for so long, or for [`BEATS_MISSED`] times the last one if that is longer, there is no rate.
const STALE: Duration = Duration::from_secs(3);
const BEATS_MISSED: u32 = 4;
/// An absence is told again so often.
const TOLD: Duration = Duration::from_secs(1);
/// Rate and time between beats this much apart, in per cent, do not belong together.
const APART_PERCENT: u32 = 20;
/// For so many beats before it counts.
const APART_BEATS: u8 = 3;
/// The longest time between two beats that is no pause: 30 a minute \[assumed\]. A pause must not stretch the time after which there is
/// no rate.
const INTERVAL_MOST: Duration = Duration::from_secs(2);
const MICROSECONDS_A_MINUTE: u64 = 60_000_000;
const COMMANDS: usize = 4;
/// 50 samples; rate and markers of 246 beats a minute, the most that a byte says; breaths or a lead that is off, with markers. A board that
/// was not told yet sends twice as many samples, and is not believed.
const BYTES_A_SECOND: u32 = 50 + (3_u32 * 246).div_ceil(60) + 3;

/// The board's protocol.
#[derive(Debug)]
pub struct MedlabEcg {
    notch: Notch,
    beats: Beats,
    at: Timestamp,
    told_while_up: bool,
    commands: [u8; COMMANDS * LONGEST_COMMAND],
}

/// What is remembered of the beats before.
#[derive(Debug)]
struct Beats {
    /// When the last beat was, or the first message came.
    last: Option<Timestamp>,
    interval: Option<Duration>,
    apart: u8,
    /// Why there is no rate while no beat comes.
    absence: Absence,
    told_at: Timestamp,
}

impl MedlabEcg {
    /// A board whose notch filter is set to the country's mains.
    #[must_use]
    pub const fn new(notch: Notch) -> Self {
        Self {
            notch,
            beats: Beats::NONE,
            at: Timestamp::NEVER,
            told_while_up: false,
            commands: [0; COMMANDS * LONGEST_COMMAND],
        }
    }
}

impl Stream for MedlabEcg {
    type Decoder = BoardDecoder;

    const ID: &'static str = "medlab-ecg";
    /// As long as the rule of beats \[assumed: the sheet has none for the line\].
    const SILENCE: Duration = Duration::from_secs(3);
    /// 50 samples a second.
    const PER_BYTE: Duration = Duration::from_millis(20);
    const PACE: Option<Pace> = Some(Pace::at_most(Self::PER_BYTE, BYTES_A_SECOND));

    fn opened(&mut self, now: Timestamp) {
        self.beats = Beats::NONE;
        self.at = now;
        self.told_while_up = false;
    }

    fn take(&mut self, sent_at: Timestamp, message: &Message) -> Heard {
        let reading = match message.heart_rate() {
            Some(Ok(rate)) => Some(self.beats.beat(sent_at, rate)),
            Some(Err(absence)) => Some(self.beats.none(sent_at, absence)),
            None => self.beats.pause(sent_at),
        };
        Heard::Live(reading.map_or(Readings::NONE, Readings::of_heart))
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        match (is_up, self.told_while_up) {
            (true, true) => Timestamp::NEVER,
            (true, false) => Timestamp::ZERO,
            (false, _) => self.at,
        }
    }

    fn ask(&mut self, now: Timestamp, is_up: bool) -> Request<'_> {
        self.told_while_up = is_up;
        self.at = now + AGAIN;
        let commands: [Command; COMMANDS] = [
            Command::Normal,
            Command::SampleRate(SampleRate::Fifty),
            Command::Lead(Lead::Two),
            Command::Notch(self.notch),
        ];
        let bytes = commands.iter().flat_map(Command::bytes);
        let mut length = 0;
        for (slot, byte) in self.commands.iter_mut().zip(bytes) {
            *slot = *byte;
            length += 1;
        }
        Request {
            bytes: self.commands.get(..length).unwrap_or_default(),
            last_unanswered: false,
        }
    }
}

impl Beats {
    const NONE: Self = Self {
        last: None,
        interval: None,
        apart: 0,
        absence: Absence::Searching,
        told_at: Timestamp::ZERO,
    };

    fn beat(&mut self, sent_at: Timestamp, rate: BeatsPerMinute) -> Reading<BeatsPerMinute> {
        // The first beat after a pause has no interval.
        let before = self.last.filter(|_| self.absence == Absence::Stale);
        let interval = before.map(|before| sent_at.since(before));
        self.interval = interval.filter(|interval| *interval <= INTERVAL_MOST);
        self.last = Some(sent_at);
        self.absence = Absence::Stale;
        self.apart = match self.interval {
            Some(interval) if is_apart(interval, rate) => self.apart.saturating_add(1),
            _ => 0,
        };
        Reading::Value {
            value: rate,
            quality: if self.apart >= APART_BEATS {
                Quality::Artefact
            } else {
                Quality::Good
            },
        }
    }

    const fn none(&mut self, sent_at: Timestamp, absence: Absence) -> Reading<BeatsPerMinute> {
        self.absence = absence;
        self.interval = None;
        self.last = Some(sent_at);
        self.told_at = sent_at;
        Reading::Missing(absence)
    }

    /// The board talks of something else: a reading where no beat has come for too long.
    fn pause(&mut self, sent_at: Timestamp) -> Option<Reading<BeatsPerMinute>> {
        let last = *self.last.get_or_insert(sent_at);
        let of_beats = self
            .interval
            .unwrap_or_default()
            .saturating_mul(BEATS_MISSED);
        let is_over = sent_at.since(last) >= STALE.max(of_beats);
        if !is_over || sent_at.since(self.told_at) < TOLD {
            return None;
        }
        self.told_at = sent_at;
        self.apart = 0;
        Some(Reading::Missing(self.absence))
    }
}

/// Whether a rate does not fit the time between two beats.
fn is_apart(interval: Duration, rate: BeatsPerMinute) -> bool {
    let micros = u64::try_from(interval.as_micros()).unwrap_or(u64::MAX);
    let product = micros.saturating_mul(rate.get().into());
    product.abs_diff(MICROSECONDS_A_MINUTE).saturating_mul(100)
        > u64::from(APART_PERCENT) * MICROSECONDS_A_MINUTE
}

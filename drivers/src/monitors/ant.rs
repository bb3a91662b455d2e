//! A heart-rate strap on an ANT radio's channel 0.
//!
//! The radio is set up message by message, each answered before the next. It needs the network's key and the strap's number, which are the
//! site's: without either nothing is ever sent, and the link says no more than that it is silent. Any strap (number 0) is refused, as with
//! many straps about that is somebody else's heart.
//!
//! Deliberately absent: bike power and fitness equipment, which are machines'; proximity search.

mod set_up;

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::ant::{
    Code, Data, DataKind, HeartRatePage, NetworkKey, Profile, RadioDecoder, RadioMessage,
};
use protocols::vocabulary::{Absence, Quality, Reading, Timestamp};

use super::standstill::Standstill;
use super::stream::{Heard, Readings, Request, Stream, StreamLink, pace};
use super::trust::reading;
use set_up::SetUp;

/// A strap on an ANT radio at one port.
pub type AntLink = StreamLink<Ant>;

const CHANNEL: u8 = Profile::HeartRate.channel();
/// Bit 7 of a device type asks for pairing.
const DEVICE_TYPE: u8 = 0x7F;

/// A beat count that stands still for so long, or for [`INTERVALS_STILL`] times the last interval if that is longer, is of a held rate
/// \[assumed\].
const STILL: Duration = Duration::from_secs(3);
const INTERVALS_STILL: u32 = 3;
/// Intervals of 30 to 240 beats a minute, in milliseconds; others are gaps and stretch nothing \[assumed\].
const INTERVALS: RangeInclusive<u16> = 250..=2_000;

/// Whom to listen to, and what opens the network.
#[derive(Debug, Clone, Copy)]
pub struct Strap {
    key: NetworkKey,
    number: u16,
}

/// The radio with a strap on it.
#[derive(Debug)]
pub struct Ant {
    set_up: Option<SetUp>,
    beats: Beats,
}

#[derive(Debug, Default)]
struct Beats {
    count: Standstill,
    last: Option<HeartRatePage>,
    /// The last time between two beats, in milliseconds.
    interval: u16,
}

impl Strap {
    /// The strap of this number; `None` for 0, which is any.
    #[must_use]
    pub const fn new(key: NetworkKey, number: u16) -> Option<Self> {
        if number == 0 {
            None
        } else {
            Some(Self { key, number })
        }
    }
}

impl Ant {
    /// Without a strap nothing is ever sent.
    #[must_use]
    pub fn new(strap: Option<Strap>) -> Self {
        Self {
            set_up: strap.map(SetUp::of),
            beats: Beats::default(),
        }
    }

    /// Whether data is a page of our strap on the channel that we opened.
    fn is_ours(&self, data: &Data) -> bool {
        let Some(set_up) = self.set_up.as_ref().filter(|it| it.is_done()) else {
            return false;
        };
        let is_strap = data.sender.is_none_or(|sender| {
            sender.device_number == set_up.number()
                && sender.device_type & DEVICE_TYPE == Profile::HeartRate.device_type()
        });
        let is_page = matches!(data.kind, DataKind::Broadcast | DataKind::Acknowledged);
        data.channel == CHANNEL && is_strap && is_page
    }
}

impl Stream for Ant {
    type Decoder = RadioDecoder;

    const ID: &'static str = "ant";
    /// Twelve pages: more than the eight after which the radio itself searches \[assumed\].
    const SILENCE: Duration = Duration::from_secs(3);
    /// 18 bytes with the sender's id, 4.06 times a second.
    const PER_BYTE: Duration = pace(Duration::from_millis(246), 18);

    fn opened(&mut self, now: Timestamp) {
        self.beats = Beats::default();
        if let Some(set_up) = &mut self.set_up {
            set_up.begin(now);
        }
    }

    fn take(&mut self, sent_at: Timestamp, message: &RadioMessage) -> Heard {
        if let Some(set_up) = &mut self.set_up {
            set_up.take(sent_at, message);
        }
        match message {
            RadioMessage::Data(data) if self.is_ours(data) => {
                let page = HeartRatePage::from_bytes(data.page);
                Heard::Live(self.beats.judge(sent_at, page))
            }
            RadioMessage::Event {
                channel: CHANNEL,
                code: Code::GONE_TO_SEARCH | Code::SEARCH_TIMED_OUT | Code::CHANNEL_CLOSED,
            } => {
                self.beats = Beats::default();
                Heard::Said(Readings::of_heart(Reading::Missing(Absence::NoContact)))
            }
            RadioMessage::StartUp(_)
            | RadioMessage::LineError(_)
            | RadioMessage::Response { .. }
            | RadioMessage::Event { .. }
            | RadioMessage::Capabilities { .. }
            | RadioMessage::Version(_)
            | RadioMessage::ChannelId { .. }
            | RadioMessage::ChannelStatus { .. }
            | RadioMessage::SerialNumber(_) => Heard::Said(Readings::NONE),
            RadioMessage::Data(_) | RadioMessage::Other(_) => Heard::Ignored,
        }
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        let set_up = self.set_up.as_ref();
        set_up.map_or(Timestamp::NEVER, |set_up| set_up.at(is_up))
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        match &mut self.set_up {
            Some(set_up) => set_up.request(now),
            None => Request {
                bytes: &[],
                last_unanswered: false,
            },
        }
    }
}

impl Beats {
    /// A page's rate. The strap's 0 is a search while beats still come, and no contact once they stand still.
    fn judge(&mut self, sent_at: Timestamp, page: HeartRatePage) -> Readings {
        let interval = self.last.and_then(|last| page.interval_since(&last));
        if let Some(interval) = interval.filter(|interval| INTERVALS.contains(interval)) {
            self.interval = interval;
        }
        self.last = Some(page);
        let of_beats = Duration::from_millis(self.interval.into()) * INTERVALS_STILL;
        let is_still = self.count.lasts(page.beat_count, sent_at) >= STILL.max(of_beats);
        let rate = match page.heart_rate() {
            Ok(_) if is_still => Err(Absence::Stale),
            Err(Absence::Searching) if is_still => Err(Absence::NoContact),
            rate => rate,
        };
        Readings::of_heart(reading(Ok(Quality::Good), rate))
    }
}

//! One sensor on an ANT radio: a heart-rate strap on channel 0, or a power meter on channel 1.
//!
//! The radio is set up message by message, each answered before the next. It needs the network's key and the sensor's number, which are the
//! site's: without either nothing is ever sent, and the link says no more than that it is silent. Any sensor (number 0) is refused, as with
//! many straps about that is somebody else's heart.
//!
//! Deliberately absent: fitness equipment that takes loads; proximity search.

mod beats;
mod power_meter;
mod set_up;

use core::time::Duration;

use protocols::ant::{
    Code, Data, DataKind, NetworkKey, PAGE_BYTES, Profile, RadioDecoder, RadioMessage,
};
use protocols::vocabulary::{Capabilities, Timestamp};

use super::pace::share;
use super::stream::{Heard, Readings, Request, Stream, StreamLink};
use set_up::SetUp;

pub use beats::Beats;
pub use power_meter::PowerMeter;

/// A strap on an ANT radio at one port.
pub type AntLink = StreamLink<Ant<Beats>>;

/// A power meter on an ANT radio at one port.
pub type AntPowerLink = StreamLink<Ant<PowerMeter>>;

/// Bit 7 of a device type asks for pairing.
const DEVICE_TYPE: u8 = 0x7F;

/// Whom to listen to, and what opens the network.
#[derive(Debug, Clone, Copy)]
pub struct Sensor {
    key: NetworkKey,
    number: u16,
}

/// A kind of sensor, as far as it differs from the others.
pub trait Tells: core::fmt::Debug + Default + Send {
    /// Its channel, device type and period.
    const PROFILE: Profile;

    /// What a page of it tells.
    fn judge(&mut self, sent_at: Timestamp, page: [u8; PAGE_BYTES]) -> Readings;

    /// The radio has lost it.
    fn lost(&mut self) -> Readings;

    /// What a machine can do whose sensor it is; `None` for a person's.
    fn capabilities(&self) -> Option<&Capabilities> {
        None
    }
}

/// The radio with a sensor on it.
#[derive(Debug)]
pub struct Ant<T> {
    set_up: Option<SetUp>,
    sensor: T,
}

impl Sensor {
    /// The sensor of this number; `None` for 0, which is any.
    #[must_use]
    pub const fn new(key: NetworkKey, number: u16) -> Option<Self> {
        if number == 0 {
            None
        } else {
            Some(Self { key, number })
        }
    }
}

impl<T: Tells> Ant<T> {
    /// Without a sensor nothing is ever sent.
    #[must_use]
    pub fn new(sensor: Option<Sensor>) -> Self {
        Self {
            set_up: sensor.map(|sensor| SetUp::of(sensor, T::PROFILE)),
            sensor: T::default(),
        }
    }

    /// Whether data is a page of our sensor on the channel that we opened.
    fn is_ours(&self, data: &Data) -> bool {
        let Some(set_up) = self.set_up.as_ref().filter(|it| it.is_done()) else {
            return false;
        };
        let is_sensor = data.sender.is_none_or(|sender| {
            sender.device_number == set_up.number()
                && sender.device_type & DEVICE_TYPE == T::PROFILE.device_type()
        });
        let is_page = matches!(data.kind, DataKind::Broadcast | DataKind::Acknowledged);
        data.channel == T::PROFILE.channel() && is_sensor && is_page
    }
}

impl<T: Tells> Stream for Ant<T> {
    type Decoder = RadioDecoder;

    const ID: &'static str = "ant";
    /// Twelve pages: more than the eight after which the radio itself searches \[assumed\].
    const SILENCE: Duration = Duration::from_secs(3);
    /// 18 bytes with the sender's id, some four times a second.
    const PER_BYTE: Duration = share(Duration::from_millis(246), 18);

    fn capabilities(&self) -> Option<&Capabilities> {
        self.sensor.capabilities()
    }

    fn opened(&mut self, now: Timestamp) {
        self.sensor = T::default();
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
                Heard::Live(self.sensor.judge(sent_at, data.page))
            }
            RadioMessage::Event {
                channel,
                code: Code::GONE_TO_SEARCH | Code::SEARCH_TIMED_OUT | Code::CHANNEL_CLOSED,
            } if *channel == T::PROFILE.channel() => Heard::Said(self.sensor.lost()),
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

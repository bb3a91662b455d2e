//! An ANT radio on a serial port, with one sensor in its reach: a heart-rate strap, a power meter, or a trainer.
//!
//! Promises: every configuration message is answered, in the right order or not; data come on a channel that is set up right and on no
//! other. A channel that looks for any other sensor searches until its time is over.

mod channel;
mod power_meter;
mod strap;
mod trainer;

use protocols::ant::{
    ChannelId, Code, Data, DataKind, Frame, HostDecoder, HostMessage, PAGE_BYTES, RadioMessage,
    Version,
};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::{Decoder, WireErrorKind};

use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};
use channel::{Channel, Sensor};

pub use power_meter::PowerMeter;
pub use strap::Strap;
pub use trainer::Trainer;

/// Channels and networks of the radio.
const CHANNELS: usize = 8;
const NETWORKS: usize = 3;
/// What it can do beside, as captured from a stick.
const OPTIONS: [u8; 4] = [0x00, 0xBA, 0x36, 0x00];
/// Its serial number, of no meaning.
const SERIAL_NUMBER: [u8; 4] = [0x01, 0x00, 0x00, 0x00];
/// Start-up after a command.
const BY_COMMAND: u8 = 0x20;
/// A line error: the check did not hold.
const WRONG_CHECK: u8 = 0x02;
/// Counts of a period in a second.
const COUNTS_A_SECOND: u64 = 32_768;

/// What sends on the air, once a period.
pub trait Transmitter: Send {
    /// Who it is.
    fn id(&self) -> ChannelId;

    /// Its period, in 1/32768 s.
    fn period(&self) -> u16;

    /// Time has come to this moment.
    fn sense(&mut self, moment: &Moment);

    /// What it sends in this period; `None` while it sleeps.
    fn page(&mut self, moment: &Moment) -> Option<[u8; PAGE_BYTES]>;

    /// Acknowledged data came.
    fn take(&mut self, _moment: &Moment, _page: [u8; PAGE_BYTES]) {}

    /// See [`VirtualDevice::actual_load`](crate::virtual_devices::VirtualDevice::actual_load).
    fn actual_load(&self) -> Option<MachineLoad> {
        None
    }

    /// See [`VirtualDevice::set_power`](crate::virtual_devices::VirtualDevice::set_power). The radio has its power from the host.
    fn set_power(&mut self, _moment: &Moment, _on: bool) {}
}

/// The radio.
#[derive(Debug)]
pub struct Ant<T> {
    sensor: T,
    decoder: HostDecoder,
    channels: [Channel; CHANNELS],
    /// Which networks have a key. The key itself is not kept.
    has_key: [bool; NETWORKS],
    extended: bool,
}

impl Ant<Strap> {
    /// Switches one on, with a strap of this number near it.
    #[must_use]
    pub fn with_strap(start: Timestamp, device_number: u16) -> Stream<Self> {
        Self::switch_on(start, Strap::new(start, device_number))
    }
}

impl Ant<PowerMeter> {
    /// Switches one on, with a power meter of this number near it.
    #[must_use]
    pub fn with_power_meter(start: Timestamp, device_number: u16) -> Stream<Self> {
        Self::switch_on(start, PowerMeter::new(device_number))
    }
}

impl Ant<Trainer> {
    /// Switches one on, with a trainer of this number near it.
    #[must_use]
    pub fn with_trainer(start: Timestamp, device_number: u16) -> Stream<Self> {
        Self::switch_on(start, Trainer::new(start, device_number))
    }
}

impl<T: Transmitter> Ant<T> {
    fn switch_on(start: Timestamp, sensor: T) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                sensor,
                decoder: HostDecoder::of_a_radio(),
                channels: [Channel::default(); CHANNELS],
                has_key: [false; NETWORKS],
                extended: false,
            },
        )
    }

    fn reset(&mut self, out: &mut Outbox) {
        self.channels = [Channel::default(); CHANNELS];
        self.has_key = [false; NETWORKS];
        self.extended = false;
        say(&RadioMessage::StartUp(BY_COMMAND), out);
    }

    fn obey(&mut self, now: Timestamp, message: &HostMessage, out: &mut Outbox) {
        let id = message.frame().id();
        let (channel, code) = match *message {
            HostMessage::Reset => return self.reset(out),
            HostMessage::Request { channel, wanted } => {
                return self.tell(channel, wanted, out);
            }
            HostMessage::Data(data) => return self.take_data(&data, out),
            HostMessage::ExtendedMessages(on) => {
                self.extended = on;
                (0, Code::DONE)
            }
            HostMessage::SetNetworkKey { network, .. } => {
                let slot = self.has_key.get_mut(usize::from(network));
                let code = slot.map_or(Code::INVALID_NETWORK, |slot| {
                    *slot = true;
                    Code::DONE
                });
                (network, code)
            }
            HostMessage::AssignChannel { network, .. } if usize::from(network) >= NETWORKS => {
                (first_byte(&message.frame()), Code::INVALID_NETWORK)
            }
            HostMessage::Other(frame) => (first_byte(&frame), Code::INVALID_MESSAGE),
            HostMessage::AssignChannel { channel, .. }
            | HostMessage::SetChannelId { channel, .. }
            | HostMessage::SetFrequency { channel, .. }
            | HostMessage::SetPeriod { channel, .. }
            | HostMessage::SetSearchTimeout { channel, .. }
            | HostMessage::SetLowPrioritySearchTimeout { channel, .. }
            | HostMessage::SetTransmitPower { channel, .. }
            | HostMessage::OpenChannel(channel)
            | HostMessage::CloseChannel(channel)
            | HostMessage::UnassignChannel(channel) => {
                let slot = self.channels.get_mut(usize::from(channel));
                let code = slot.map_or(Code::INVALID_MESSAGE, |slot| slot.obey(now, message));
                (channel, code)
            }
        };
        respond(channel, id, code, out);
        if matches!(message, HostMessage::CloseChannel(_)) && code == Code::DONE {
            let code = Code::CHANNEL_CLOSED;
            say(&RadioMessage::Event { channel, code }, out);
        }
    }

    /// Answers a question.
    fn tell(&self, channel: u8, wanted: u8, out: &mut Outbox) {
        let slot = self.channels.get(usize::from(channel));
        let answer = match (wanted, slot) {
            (HostMessage::CAPABILITIES, _) => Some(RadioMessage::Capabilities {
                channels: u8::try_from(CHANNELS).unwrap_or(0),
                networks: u8::try_from(NETWORKS).unwrap_or(0),
                options: OPTIONS,
            }),
            (HostMessage::VERSION, _) => Version::new(b"VIRTUAL1.0").map(RadioMessage::Version),
            (HostMessage::SERIAL_NUMBER, _) => Some(RadioMessage::SerialNumber(SERIAL_NUMBER)),
            (HostMessage::CHANNEL_ID, Some(slot)) => Some(RadioMessage::ChannelId {
                channel,
                id: slot.id_told(self.sensor.id()),
            }),
            (HostMessage::CHANNEL_STATUS, Some(slot)) => Some(RadioMessage::ChannelStatus {
                channel,
                state: slot.state(),
            }),
            _ => None,
        };
        match answer {
            Some(answer) => say(&answer, out),
            None => respond(channel, REQUEST, Code::INVALID_MESSAGE, out),
        }
    }

    /// Data for the sensor: delivered at its next message. What is not acknowledged needs no answer and is lost \[assumed\].
    fn take_data(&mut self, data: &Data, out: &mut Outbox) {
        let slot = self.channels.get_mut(usize::from(data.channel));
        let code = match (slot, data.kind) {
            (None, _) => Code::INVALID_MESSAGE,
            (Some(slot), DataKind::Acknowledged) => slot.deliver(data.page),
            (Some(slot), _) if !slot.is_assigned() => Code::WRONG_STATE,
            (Some(slot), _) if !slot.is_open() => Code::NOT_OPEN,
            (Some(_), DataKind::Broadcast | DataKind::Burst(_)) => Code::DONE,
        };
        if code != Code::DONE {
            let id = HostMessage::Data(*data).frame().id();
            respond(data.channel, id, code, out);
        }
    }
}

impl<T: Transmitter> Speaker for Ant<T> {
    /// The sensor's period, heard or not.
    fn rhythm(&self) -> Option<Rhythm> {
        let period = self.sensor.period().into();
        Some(Rhythm::counts(period, COUNTS_A_SECOND))
    }

    fn sense(&mut self, moment: &Moment) {
        self.sensor.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        let page = self.sensor.page(moment);
        let sensor = Sensor {
            id: self.sensor.id(),
            period: self.sensor.period(),
            is_there: page.is_some(),
        };
        let has_key = self.has_key;
        let key = |network: u8| has_key.get(usize::from(network)) == Some(&true);
        for (channel, slot) in (0..).zip(&mut self.channels) {
            let mut event = |code| say(&RadioMessage::Event { channel, code }, out);
            let period = slot.period(moment.at, sensor, &key, &mut event);
            if let Some(page) = page.filter(|_| period.is_heard) {
                let mut data = Data::new(DataKind::Broadcast, channel, page);
                data.sender = self.extended.then_some(sensor.id);
                say(&RadioMessage::Data(data), out);
            }
            if let Some(page) = period.delivered {
                self.sensor.take(moment, page);
            }
        }
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        self.sensor.actual_load()
    }

    fn set_power(&mut self, moment: &Moment, on: bool) {
        self.sensor.set_power(moment, on);
    }

    fn hear(&mut self, moment: &Moment, bytes: &[u8], out: &mut Outbox) {
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(
            bytes,
            &mut |item| match item.content.map_err(|it| it.kind) {
                Ok(message) => self.obey(moment.at, &message, out),
                Err(WireErrorKind::Checksum) => say(&RadioMessage::LineError(WRONG_CHECK), out),
                Err(
                    WireErrorKind::Framing
                    | WireErrorKind::OutOfRange
                    | WireErrorKind::IllegalCommand,
                ) => {}
            },
        );
        self.decoder = decoder;
    }
}

/// The id of a request.
const REQUEST: u8 = 0x4D;

fn say(message: &RadioMessage, out: &mut Outbox) {
    let frame = message.frame();
    out.add(|buffer| frame.encode(buffer));
}

fn respond(channel: u8, to: u8, code: Code, out: &mut Outbox) {
    say(&RadioMessage::Response { channel, to, code }, out);
}

fn first_byte(frame: &Frame) -> u8 {
    frame.data().first().copied().unwrap_or(0)
}

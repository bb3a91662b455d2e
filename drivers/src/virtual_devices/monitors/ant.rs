//! An ANT radio on a serial port, with one heart-rate strap in its reach.
//!
//! Promises: every configuration message is answered, in the right order or not; data come on a channel that is set up right and on no
//! other. Power meters and trainers are not behind it: a channel that looks for one searches until its time is over.

mod channel;
mod strap;

use protocols::ant::{
    Code, Data, DataKind, Frame, HostDecoder, HostMessage, Profile, RadioMessage, Version,
};
use protocols::vocabulary::Timestamp;
use protocols::wire::{Decoder, WireErrorKind};

use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};
use channel::Channel;
use strap::Strap;

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

/// The radio.
#[derive(Debug)]
pub struct Ant {
    strap: Strap,
    decoder: HostDecoder,
    channels: [Channel; CHANNELS],
    /// Which networks have a key. The key itself is not kept.
    has_key: [bool; NETWORKS],
    extended: bool,
}

impl Ant {
    /// Switches one on, with a strap of this number near it.
    #[must_use]
    pub fn switch_on(start: Timestamp, device_number: u16) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                strap: Strap::new(start, device_number),
                decoder: HostDecoder::new(),
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
                id: slot.id_told(self.strap.id()),
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

    /// Data for the strap: it is delivered at the strap's next message, and changes nothing there.
    fn take_data(&mut self, data: &Data, out: &mut Outbox) {
        let id = HostMessage::Data(*data).frame().id();
        let Some(slot) = self.channels.get_mut(usize::from(data.channel)) else {
            return respond(data.channel, id, Code::INVALID_MESSAGE, out);
        };
        match data.kind {
            _ if !slot.is_assigned() => respond(data.channel, id, Code::WRONG_STATE, out),
            _ if !slot.is_open() => respond(data.channel, id, Code::NOT_OPEN, out),
            DataKind::Acknowledged => slot.expect_delivery(),
            DataKind::Broadcast | DataKind::Burst(_) => {}
        }
    }
}

impl Speaker for Ant {
    /// The strap's period, heard or not.
    fn rhythm(&self) -> Option<Rhythm> {
        let period = Profile::HeartRate.period().into();
        Some(Rhythm::counts(period, COUNTS_A_SECOND))
    }

    fn sense(&mut self, moment: &Moment) {
        self.strap.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        let page = self.strap.page(moment);
        let (strap, has_key) = (self.strap.id(), self.has_key);
        for (channel, slot) in (0..).zip(&mut self.channels) {
            let key = |network: u8| has_key.get(usize::from(network)) == Some(&true);
            let mut event = |code| say(&RadioMessage::Event { channel, code }, out);
            let heard = slot.period(moment.at, strap, page.is_some(), &key, &mut event);
            if let Some(page) = page.filter(|_| heard) {
                let mut data = Data::new(DataKind::Broadcast, channel, page.bytes());
                data.sender = self.extended.then_some(strap);
                say(&RadioMessage::Data(data), out);
            }
        }
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

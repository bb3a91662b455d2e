//! What a radio tells its host.

use super::channel::{ChannelId, ChannelState};
use super::code::Code;
use super::data::Data;
use super::frame::{Frame, LONGEST_DATA, id};

/// Stands where the id of an answered message would: an event.
const EVENT: u8 = 0x01;

/// A message of the radio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RadioMessage {
    /// `6F`: begun anew, and why: 00 power, 01 reset line, 02 watchdog, 20 (hexadecimal) command.
    StartUp(u8),
    /// `AE`: what came over the line was no message: 00 no `A4`, 02 checksum, 03 too long (as a public virtual stick has it).
    LineError(u8),
    /// `40`: the answer to a message.
    Response {
        /// The channel, or the network.
        channel: u8,
        /// The id of the message.
        to: u8,
        /// How it went.
        code: Code,
    },
    /// `40` with 01: something on a channel.
    Event {
        /// The channel.
        channel: u8,
        /// What.
        code: Code,
    },
    /// `54`.
    Capabilities {
        /// Channels.
        channels: u8,
        /// Networks.
        networks: u8,
        /// Options, as sent.
        options: [u8; 4],
    },
    /// `3E`.
    Version(Version),
    /// `51`: whom a channel hears; zeros until a sensor was heard.
    ChannelId {
        /// The channel.
        channel: u8,
        /// Whom.
        id: ChannelId,
    },
    /// `52`.
    ChannelStatus {
        /// The channel.
        channel: u8,
        /// What it does.
        state: ChannelState,
    },
    /// `61`.
    SerialNumber([u8; 4]),
    /// `4E`, `4F`, `50`.
    Data(Data),
    /// A frame that is none of these, or not as long as its kind.
    Other(Frame),
}

/// A radio's version: text, a zero behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    text: [u8; LONGEST_DATA],
    length: usize,
}

impl Version {
    /// `None` for more than 31 bytes, or with a zero among them.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        let mut held = [0; LONGEST_DATA];
        held.get_mut(..text.len())?.copy_from_slice(text);
        let fits = text.len() < LONGEST_DATA && !text.contains(&0);
        fits.then_some(Self {
            text: held,
            length: text.len(),
        })
    }

    /// The text without its zero.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or_default()
    }
}

impl RadioMessage {
    /// What a frame says.
    #[must_use]
    pub fn from_frame(frame: &Frame) -> Self {
        Self::known(frame).unwrap_or(Self::Other(*frame))
    }

    fn known(frame: &Frame) -> Option<Self> {
        Some(match (frame.id(), frame.data()) {
            (id::START_UP, [reason]) => Self::StartUp(*reason),
            (id::LINE_ERROR, [kind, ..]) => Self::LineError(*kind),
            (id::RESPONSE, [channel, EVENT, code]) => Self::Event {
                channel: *channel,
                code: Code(*code),
            },
            (id::RESPONSE, [channel, to, code]) => Self::Response {
                channel: *channel,
                to: *to,
                code: Code(*code),
            },
            (id::CAPABILITIES, [channels, networks, options @ ..]) => Self::Capabilities {
                channels: *channels,
                networks: *networks,
                options: options.try_into().ok()?,
            },
            (id::VERSION, text) => {
                let length = text.iter().position(|byte| *byte == 0)?;
                Self::Version(Version::new(text.get(..length)?)?)
            }
            (id::CHANNEL_ID, [channel, rest @ ..]) => Self::ChannelId {
                channel: *channel,
                id: ChannelId::from_bytes(rest.try_into().ok()?),
            },
            (id::CHANNEL_STATUS, [channel, status]) => Self::ChannelStatus {
                channel: *channel,
                state: ChannelState::from_bits(*status),
            },
            (id::SERIAL_NUMBER, number) => Self::SerialNumber(number.try_into().ok()?),
            _ => Self::Data(Data::from_frame(frame)?),
        })
    }

    /// The frame to send.
    #[must_use]
    pub fn frame(&self) -> Frame {
        match *self {
            Self::StartUp(reason) => Frame::of(id::START_UP, [reason]),
            Self::LineError(kind) => Frame::of(id::LINE_ERROR, [kind]),
            Self::Response { channel, to, code } => Frame::of(id::RESPONSE, [channel, to, code.0]),
            Self::Event { channel, code } => Frame::of(id::RESPONSE, [channel, EVENT, code.0]),
            Self::Capabilities {
                channels,
                networks,
                options: [a, b, c, d],
            } => Frame::of(id::CAPABILITIES, [channels, networks, a, b, c, d]),
            Self::Version(version) => {
                let with_zero = version.text.get(..=version.length).unwrap_or(&version.text);
                Frame::new(id::VERSION, with_zero).unwrap_or(Frame::of(id::VERSION, [0]))
            }
            Self::ChannelId { channel, id: whom } => {
                let [low, high, kind, transmission] = whom.bytes();
                Frame::of(id::CHANNEL_ID, [channel, low, high, kind, transmission])
            }
            Self::ChannelStatus { channel, state } => {
                Frame::of(id::CHANNEL_STATUS, [channel, state.bits()])
            }
            Self::SerialNumber(number) => Frame::of(id::SERIAL_NUMBER, number),
            Self::Data(data) => data.frame(),
            Self::Other(frame) => frame,
        }
    }
}

//! What a host tells its radio.

use super::channel::{ChannelId, ChannelKind};
use super::data::Data;
use super::frame::{Frame, id};
use super::key::NetworkKey;

/// A message to the radio. Each configuration message is answered by a response to its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `4A`: begin anew, everything forgotten, the key too.
    Reset,
    /// `46`: a network's key. To be sent again after every reset: without it the radio answers "done" and hears nothing.
    SetNetworkKey {
        /// The network, 0 to 2 here.
        network: u8,
        /// The key.
        key: NetworkKey,
    },
    /// `42`.
    AssignChannel {
        /// The channel.
        channel: u8,
        /// What it does.
        kind: ChannelKind,
        /// Its network.
        network: u8,
        /// A fourth byte of options, where one is sent; `01` is to search in the background. Read in a public host's code (openant), which sends
        /// it with every channel.
        options: Option<u8>,
    },
    /// `51`: whom to listen to.
    SetChannelId {
        /// The channel.
        channel: u8,
        /// Whom.
        id: ChannelId,
    },
    /// `45`.
    SetFrequency {
        /// The channel.
        channel: u8,
        /// MHz above 2400.
        megahertz_above_2400: u8,
    },
    /// `43`.
    SetPeriod {
        /// The channel.
        channel: u8,
        /// In 1/32768 s.
        period: u16,
    },
    /// `44`.
    SetSearchTimeout {
        /// The channel.
        channel: u8,
        /// In 2.5 s; 255 is for ever, 0 is none.
        timeout: u8,
    },
    /// `63`: the same for the search that does not disturb other channels.
    SetLowPrioritySearchTimeout {
        /// The channel.
        channel: u8,
        /// In 2.5 s.
        timeout: u8,
    },
    /// `60`.
    SetTransmitPower {
        /// The channel.
        channel: u8,
        /// 0 to 4; 3 is 0 dBm.
        level: u8,
    },
    /// `66`: tell the sender with each data message, or not.
    ExtendedMessages(bool),
    /// `4B`.
    OpenChannel(u8),
    /// `4C`.
    CloseChannel(u8),
    /// `41`.
    UnassignChannel(u8),
    /// `4D`: tell what a message with this id tells.
    Request {
        /// The channel.
        channel: u8,
        /// The id of the answer.
        wanted: u8,
    },
    /// `4E`, `4F`, `50`.
    Data(Data),
    /// A frame that is none of these, or not as long as its kind.
    Other(Frame),
}

impl HostMessage {
    /// Asks for the channel's id: which sensor it hears.
    pub const CHANNEL_ID: u8 = id::CHANNEL_ID;
    /// Asks for the channel's state.
    pub const CHANNEL_STATUS: u8 = id::CHANNEL_STATUS;
    /// Asks what the radio can do.
    pub const CAPABILITIES: u8 = id::CAPABILITIES;
    /// Asks for the radio's version.
    pub const VERSION: u8 = id::VERSION;
    /// Asks for the radio's serial number.
    pub const SERIAL_NUMBER: u8 = id::SERIAL_NUMBER;

    /// What a frame says.
    #[must_use]
    pub fn from_frame(frame: &Frame) -> Self {
        Self::known(frame).unwrap_or(Self::Other(*frame))
    }

    fn known(frame: &Frame) -> Option<Self> {
        Some(match (frame.id(), frame.data()) {
            (id::RESET, [_]) => Self::Reset,
            (id::NETWORK_KEY, [network, key @ ..]) => Self::SetNetworkKey {
                network: *network,
                key: NetworkKey::new(key.try_into().ok()?),
            },
            (id::ASSIGN, [channel, kind, network]) => Self::AssignChannel {
                channel: *channel,
                kind: ChannelKind(*kind),
                network: *network,
                options: None,
            },
            (id::ASSIGN, [channel, kind, network, options]) => Self::AssignChannel {
                channel: *channel,
                kind: ChannelKind(*kind),
                network: *network,
                options: Some(*options),
            },
            (id::CHANNEL_ID, [channel, rest @ ..]) => Self::SetChannelId {
                channel: *channel,
                id: ChannelId::from_bytes(rest.try_into().ok()?),
            },
            (id::FREQUENCY, [channel, megahertz]) => Self::SetFrequency {
                channel: *channel,
                megahertz_above_2400: *megahertz,
            },
            (id::PERIOD, [channel, low, high]) => Self::SetPeriod {
                channel: *channel,
                period: u16::from_le_bytes([*low, *high]),
            },
            (id::SEARCH_TIMEOUT, [channel, timeout]) => Self::SetSearchTimeout {
                channel: *channel,
                timeout: *timeout,
            },
            (id::LOW_PRIORITY_SEARCH_TIMEOUT, [channel, timeout]) => {
                Self::SetLowPrioritySearchTimeout {
                    channel: *channel,
                    timeout: *timeout,
                }
            }
            (id::TRANSMIT_POWER, [channel, level]) => Self::SetTransmitPower {
                channel: *channel,
                level: *level,
            },
            (id::EXTENDED, [_, on]) => Self::ExtendedMessages(*on != 0),
            (id::OPEN, [channel]) => Self::OpenChannel(*channel),
            (id::CLOSE, [channel]) => Self::CloseChannel(*channel),
            (id::UNASSIGN, [channel]) => Self::UnassignChannel(*channel),
            (id::REQUEST, [channel, wanted]) => Self::Request {
                channel: *channel,
                wanted: *wanted,
            },
            _ => Self::Data(Data::from_frame(frame)?),
        })
    }

    /// The frame to send.
    #[must_use]
    pub fn frame(&self) -> Frame {
        match *self {
            Self::Reset => Frame::of(id::RESET, [0]),
            Self::SetNetworkKey { network, key } => {
                Frame::of_parts(id::NETWORK_KEY, &[&[network], &key.bytes()])
            }
            Self::AssignChannel {
                channel,
                kind,
                network,
                options: None,
            } => Frame::of(id::ASSIGN, [channel, kind.0, network]),
            Self::AssignChannel {
                channel,
                kind,
                network,
                options: Some(options),
            } => Frame::of(id::ASSIGN, [channel, kind.0, network, options]),
            Self::SetChannelId { channel, id: whom } => {
                let [low, high, kind, transmission] = whom.bytes();
                Frame::of(id::CHANNEL_ID, [channel, low, high, kind, transmission])
            }
            Self::SetFrequency {
                channel,
                megahertz_above_2400,
            } => Frame::of(id::FREQUENCY, [channel, megahertz_above_2400]),
            Self::SetPeriod { channel, period } => {
                let [low, high] = period.to_le_bytes();
                Frame::of(id::PERIOD, [channel, low, high])
            }
            Self::SetSearchTimeout { channel, timeout } => {
                Frame::of(id::SEARCH_TIMEOUT, [channel, timeout])
            }
            Self::SetLowPrioritySearchTimeout { channel, timeout } => {
                Frame::of(id::LOW_PRIORITY_SEARCH_TIMEOUT, [channel, timeout])
            }
            Self::SetTransmitPower { channel, level } => {
                Frame::of(id::TRANSMIT_POWER, [channel, level])
            }
            Self::ExtendedMessages(on) => Frame::of(id::EXTENDED, [0, u8::from(on)]),
            Self::OpenChannel(channel) => Frame::of(id::OPEN, [channel]),
            Self::CloseChannel(channel) => Frame::of(id::CLOSE, [channel]),
            Self::UnassignChannel(channel) => Frame::of(id::UNASSIGN, [channel]),
            Self::Request { channel, wanted } => Frame::of(id::REQUEST, [channel, wanted]),
            Self::Data(data) => data.frame(),
            Self::Other(frame) => frame,
        }
    }
}

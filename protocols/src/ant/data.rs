//! Data on a channel: one page of 8 bytes a message.

use super::channel::ChannelId;
use super::frame::{Frame, id};

/// Bytes of a page.
pub const PAGE_BYTES: usize = 8;

/// How data is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    /// Once, whether heard or not.
    Broadcast,
    /// The other radio says that it got it.
    Acknowledged,
    /// Part of a transfer, with its sequence number, 0 to 7. Nothing is read from these.
    Burst(u8),
}

/// A data message, of either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Data {
    /// How it is sent.
    pub kind: DataKind,
    /// The channel; of a burst its lowest 5 bits.
    pub channel: u8,
    /// The page.
    pub page: [u8; PAGE_BYTES],
    /// Who sent it, where extended messages are on.
    pub sender: Option<ChannelId>,
}

/// Flag of an extended message: a channel id follows.
const CHANNEL_ID_FOLLOWS: u8 = 0x80;
const CHANNEL_BITS: u8 = 0x1F;

impl Data {
    /// A page to be sent.
    #[must_use]
    pub const fn new(kind: DataKind, channel: u8, page: [u8; PAGE_BYTES]) -> Self {
        Self {
            kind,
            channel,
            page,
            sender: None,
        }
    }

    /// The data in a frame; `None` where it is none. 14 bytes without the flag of a channel id have none.
    pub(super) fn from_frame(frame: &Frame) -> Option<Self> {
        let (channel, rest) = frame.data().split_first()?;
        let (page, rest) = rest.split_first_chunk::<PAGE_BYTES>()?;
        let sender = match rest {
            [CHANNEL_ID_FOLLOWS, low, high, kind, transmission] => {
                Some(ChannelId::from_bytes([*low, *high, *kind, *transmission]))
            }
            [] | [_, _, _, _, _] => None,
            _ => return None,
        };
        let (kind, channel) = match frame.id() {
            id::BROADCAST => (DataKind::Broadcast, *channel),
            id::ACKNOWLEDGED => (DataKind::Acknowledged, *channel),
            id::BURST => (DataKind::Burst(*channel >> 5), *channel & CHANNEL_BITS),
            _ => return None,
        };
        Some(Self {
            kind,
            channel,
            page: *page,
            sender,
        })
    }

    /// The frame of it.
    pub(super) fn frame(&self) -> Frame {
        let (id, channel) = match self.kind {
            DataKind::Broadcast => (id::BROADCAST, self.channel),
            DataKind::Acknowledged => (id::ACKNOWLEDGED, self.channel),
            DataKind::Burst(sequence) => {
                (id::BURST, (sequence << 5) | (self.channel & CHANNEL_BITS))
            }
        };
        let page: &[u8] = &self.page;
        match self.sender.map(ChannelId::bytes) {
            None => Frame::of_parts(id, &[&[channel], page]),
            Some(sender) => {
                Frame::of_parts(id, &[&[channel], page, &[CHANNEL_ID_FOLLOWS], &sender])
            }
        }
    }
}

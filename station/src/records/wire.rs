//! What went over a bout's wires: every byte with its time, so that decoders and links can be asked again.
//!
//! Promises: what is read back is what was handed over, byte for byte and to the nanosecond; a site's secrets are not in it. Deliberately
//! absent: what was on the line while the device served nobody.

mod block;
mod writer;

use control::input::{Device, HeartRateSource, Input};
use drivers::link::LinkEvent;
use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use super::identity::BoutId;

pub(super) use self::block::Stored;
pub(super) use self::writer::{WirePiece, WireWriter};

/// Something that happened on a wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireEvent {
    /// The port was opened.
    Opened,
    /// The port was shut, or has gone.
    Closed,
    /// The device sent these; their last byte so many nanoseconds before they were taken, where the port could tell.
    Received {
        /// How old they were.
        age_nanos: i64,
        /// What came.
        bytes: Vec<u8>,
    },
    /// The gym sent these.
    Sent {
        /// What went out.
        bytes: Vec<u8>,
    },
}

/// Something that happened on a wire, and when the gym saw to it: whole microseconds of its own time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireRecord {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: WireEvent,
}

/// What went over one device's wire in a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireStream {
    /// For which bout.
    pub bout: BoutId,
    /// Which of its devices.
    pub device: Device,
    /// How its link is made.
    pub link: LinkOf,
    /// What happened, in order.
    pub records: Vec<WireRecord>,
}

/// How a device's link is made: by which protocol, and what its wire does not tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkOf {
    /// The protocol's id.
    pub protocol: String,
    /// What was told of it, `key=value` with blanks between, without secrets.
    pub settings: String,
}

/// The core's input that a link's event is, where it is a reading.
#[must_use]
pub fn reading(event: &LinkEvent) -> Option<Input> {
    match *event {
        LinkEvent::HeartRate { reading, sent_at } => Some(Input::HeartRate {
            source: HeartRateSource::Strap,
            reading,
            sent_at,
        }),
        LinkEvent::PulseRate { reading, sent_at } => Some(Input::HeartRate {
            source: HeartRateSource::Oximeter,
            reading,
            sent_at,
        }),
        LinkEvent::Saturation { reading, sent_at } => Some(Input::Saturation { reading, sent_at }),
        LinkEvent::Machine { report, sent_at } => Some(Input::Machine { report, sent_at }),
        LinkEvent::Up
        | LinkEvent::Silent
        | LinkEvent::Accepted(_)
        | LinkEvent::Objected(_)
        | LinkEvent::Refused(_)
        | LinkEvent::OtherProtocol(_)
        | LinkEvent::Plethysmogram { .. } => None,
    }
}

/// A device as its column has it.
pub(super) const fn word(device: Device) -> &'static str {
    match device {
        Device::Machine => "machine",
        Device::Strap => "strap",
        Device::Oximeter => "oximeter",
    }
}

/// The device of a column.
pub(super) fn device(word: &str) -> Option<Device> {
    match word {
        "machine" => Some(Device::Machine),
        "strap" => Some(Device::Strap),
        "oximeter" => Some(Device::Oximeter),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

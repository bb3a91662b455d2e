//! What the monitor prints, to messages.

use crate::printed::{LineReader, Meaning};
use crate::wire::{Decoded, Decoder, Report};

use super::heading::Heading;
use super::line::{LONGEST_LINE, Line};

/// What the monitor prints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DeviceMessage {
    /// A line of readings.
    Line(Line),
    /// The first line above a page of readings.
    Heading(Heading),
}

/// The monitor's direction. Lines end at CR or LF. One that begins with a date is a message if it is a line of readings, and one
/// error `framing` if not, as is a line of more than [`LONGEST_LINE`] bytes, whatever it holds; others yield nothing but the
/// heading, which reports nothing either and tells who the monitor is.
///
/// [`Decoder::skipped`] counts the bytes of lines that yield nothing and are no text.
#[derive(Debug, Clone)]
pub struct LineDecoder(LineReader<LONGEST_LINE>);

impl DeviceMessage {
    /// What the message tells in every protocol's terms; `None` for a heading, of which the sheet reports nothing.
    #[must_use]
    pub fn report(&self) -> Option<Report<'_>> {
        match self {
            Self::Line(line) => Some(line.report()),
            Self::Heading(_) => None,
        }
    }

    fn read(text: &[u8]) -> Meaning<Self> {
        if Line::begins(text) {
            return Meaning::message_or_framing(Line::parse(text).map(Self::Line));
        }
        Heading::parse(text).map_or(Meaning::Nothing, |heading| {
            Meaning::Message(Self::Heading(heading))
        })
    }
}

impl LineDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(LineReader::new())
    }
}

impl Default for LineDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for LineDecoder {
    type Message = DeviceMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<DeviceMessage>)) {
        self.0.feed(bytes, DeviceMessage::read, sink);
    }

    fn skipped(&self) -> u64 {
        self.0.skipped()
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}

//! How the input writes bytes: as they are, as hexadecimal text, or as a file of `station capture`.

use std::io::{self, Read};

use drivers::catalogue::{Decode, Told};
use drivers::port::Direction;
use drivers::port::capture_file::Kind;
use protocols::wire::Decoded;
use thiserror::Error;

use super::Sender;
use super::capture::{self, CaptureError, CaptureReader};
use super::hex::{HexError, HexReader};

/// What takes what is found.
type Print<'a> = &'a mut dyn FnMut(Decoded<Told<'_>>);

/// How the input writes bytes.
#[derive(Debug)]
pub(super) enum Form {
    Raw,
    Hex(HexReader),
    Capture(CaptureReader),
}

/// Input that does not keep its form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum FormError {
    #[error(transparent)]
    Hex(#[from] HexError),
    #[error(transparent)]
    Capture(#[from] CaptureError),
}

impl Form {
    /// The form of input of which nothing was told, and the input from its beginning; `None` of a capture that cannot be read.
    pub(super) fn of(input: Box<dyn Read>) -> io::Result<(Option<Self>, Box<dyn Read>)> {
        let (kind, input) = capture::kind_of(input)?;
        let form = match kind {
            Kind::Capture => Some(Self::Capture(CaptureReader::default())),
            Kind::OtherCapture => None,
            Kind::Other | Kind::Undecided => Some(Self::Raw),
        };
        Ok((form, input))
    }

    /// What the input says of itself that its bytes are.
    pub(super) fn protocol(&self) -> Option<&str> {
        match self {
            Self::Raw | Self::Hex(_) => None,
            Self::Capture(capture) => capture.protocol(),
        }
    }

    /// Feeds the bytes that a piece of the input writes.
    pub(super) fn take(
        &mut self,
        chunk: &mut [u8],
        from: Sender,
        stream: &mut dyn Decode,
        print: Print<'_>,
    ) -> Result<(), FormError> {
        match self {
            Self::Raw => stream.feed(chunk, print),
            Self::Hex(hex) => feed_lines(hex, chunk, stream, print)?,
            Self::Capture(capture) => capture.take(chunk, direction(from), &mut |bytes| {
                feed_piece(bytes, stream, print);
            })?,
        }
        Ok(())
    }

    /// The input ends here.
    pub(super) fn finish(
        &mut self,
        from: Sender,
        stream: &mut dyn Decode,
        print: Print<'_>,
    ) -> Result<(), FormError> {
        match self {
            Self::Raw => {}
            Self::Hex(hex) => hex.finish()?,
            Self::Capture(capture) => capture.finish(direction(from), &mut |bytes| {
                feed_piece(bytes, stream, print);
            })?,
        }
        Ok(())
    }
}

const fn direction(from: Sender) -> Direction {
    match from {
        Sender::Host => Direction::ToDevice,
        Sender::Device => Direction::FromDevice,
    }
}

/// A piece of a capture may be one value, where the protocol is one of values.
fn feed_piece(bytes: &[u8], stream: &mut dyn Decode, print: Print<'_>) {
    stream.feed(bytes, print);
    stream.end_of_value(print);
}

/// Feeds the bytes that a piece of text writes; each line's end may end a value.
fn feed_lines(
    hex: &mut HexReader,
    text: &mut [u8],
    stream: &mut dyn Decode,
    print: Print<'_>,
) -> Result<(), HexError> {
    for line in text.split_inclusive_mut(|character| *character == b'\n') {
        let is_whole = line.ends_with(b"\n");
        let (bytes, broken) = hex.take(line);
        stream.feed(bytes, print);
        if let Some(broken) = broken {
            return Err(broken);
        }
        if is_whole {
            stream.end_of_value(print);
        }
    }
    Ok(())
}

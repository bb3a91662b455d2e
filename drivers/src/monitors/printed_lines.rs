//! Oximeters that print a line of text: Nonin's older monitors, Masimo and Nellcor. They speak unasked and are told nothing, have no
//! plethysmogram and no check: a flipped bit can be another number. What a sudden step is worth, `control` decides.
//!
//! Masimo and Nellcor print their clock, and never twice in a second: a line with the clock of the line before it was not measured (a
//! device or a terminal server that hangs, a replay), and counts for nothing. How the clock moves otherwise is of no account: it may be
//! set back.

use core::time::Duration;

use protocols::vocabulary::{Quality, Timestamp};
use protocols::{masimo, nellcor, nonin_ascii};

use super::pace::share;
use super::stream::{Heard, Readings, Stream, StreamLink};
use super::trust::{judge, reading, saturation};

/// A Nonin monitor that prints, at one port.
pub type NoninAsciiLink = StreamLink<NoninAscii>;

/// A Masimo oximeter at one port.
pub type MasimoLink = StreamLink<Masimo>;

/// A Nellcor oximeter at one port.
pub type NellcorLink = StreamLink<Nellcor>;

/// Nonin's line, once a second. It has no word on quality.
#[derive(Debug, Default)]
pub struct NoninAscii(());

/// Masimo's ASCII 1, a line a second.
#[derive(Debug, Default)]
pub struct Masimo {
    /// Of the line before.
    clock: Option<masimo::Clock>,
}

/// Nellcor's data port set to ASCII, a line each 2 s.
#[derive(Debug, Default)]
pub struct Nellcor {
    /// Of the line before.
    clock: Option<nellcor::Clock>,
}

impl Stream for NoninAscii {
    type Decoder = nonin_ascii::LineDecoder;

    const ID: &'static str = "nonin-ascii";
    /// The sheet's limit for the other formats of once a second \[assumed for this one\].
    const SILENCE: Duration = Duration::from_millis(2_500);
    /// The shortest line has 17 bytes.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 17);

    fn opened(&mut self, _now: Timestamp) {}

    fn take(&mut self, _sent_at: Timestamp, line: &nonin_ascii::Line) -> Heard {
        let judged = Ok(Quality::Good);
        Heard::Live(Readings::of_oximeter(
            saturation(judged, line.saturation()),
            reading(judged, line.pulse_rate()),
        ))
    }
}

impl Stream for Masimo {
    type Decoder = masimo::LineDecoder;

    const ID: &'static str = "masimo";
    /// \[assumed\]
    const SILENCE: Duration = Duration::from_secs(3);
    /// The shortest line has 64 bytes.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 64);

    fn opened(&mut self, _now: Timestamp) {
        self.clock = None;
    }

    /// A line of the printer's form is named, so that a person sets the output to ASCII 1.
    fn take(&mut self, _sent_at: Timestamp, message: &masimo::DeviceMessage) -> Heard {
        let line = match message {
            masimo::DeviceMessage::Line(line) => line,
            masimo::DeviceMessage::PrinterForm => return Heard::Other("masimo ASCII 2"),
        };
        if self.clock.replace(line.clock()) == Some(line.clock()) {
            return Heard::Said(Readings::NONE);
        }
        let words = line.exceptions().words();
        let judged = judge(words.as_slice());
        Heard::Live(Readings::of_oximeter(
            saturation(judged, line.saturation()),
            reading(judged, line.pulse_rate()),
        ))
    }
}

impl Stream for Nellcor {
    type Decoder = nellcor::LineDecoder;

    const ID: &'static str = "nellcor";
    const SILENCE: Duration = Duration::from_secs(5);
    /// The shortest line has some 40 bytes.
    const PER_BYTE: Duration = share(Duration::from_secs(2), 40);

    fn opened(&mut self, _now: Timestamp) {
        self.clock = None;
    }

    fn take(&mut self, _sent_at: Timestamp, message: &nellcor::DeviceMessage) -> Heard {
        let line = match message {
            nellcor::DeviceMessage::Line(line) => line,
            nellcor::DeviceMessage::Heading(_) => return Heard::Said(Readings::NONE),
        };
        if self.clock.replace(line.clock()) == Some(line.clock()) {
            return Heard::Said(Readings::NONE);
        }
        let judged = judge(line.report().quality.unwrap_or_default());
        Heard::Live(Readings::of_oximeter(
            saturation(judged, line.saturation()),
            reading(judged, line.pulse_rate()),
        ))
    }
}

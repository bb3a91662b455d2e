//! Nonin oximeters in data formats 1 and 8: the numbers of the device's own screen, once a second, without any check.
//!
//! The device holds its last good numbers for 10 s after they were lost. A number beside "out of track" is such a one, so it is none
//! here; formats 2 and 7 are to be preferred. A flipped bit cannot be seen; whoever else speaks is known by the pace alone. Nothing is sent
//! for format 1, which no choice of format names. That format 1 is the first three bytes of format 8 is \[recalled\].
//!
//! Deliberately absent: the plethysmogram, which these formats do not have.

use core::time::Duration;

use protocols::nonin::{DataFormat, Flags};
use protocols::vocabulary::{Absence, Quality, Timestamp};
use protocols::{nonin_df1, nonin_df8};

use super::format_choice::{CONTINUOUS, FormatChoice};
use super::pace::{Pace, share};
use super::stream::{Heard, Readings, Request, Stream, StreamLink};
use super::trust::{judge, reading, saturation};

/// A Nonin oximeter in format 1 at one port.
pub type NoninDf1Link = StreamLink<NoninDf1>;

/// A Nonin oximeter in format 8 at one port.
pub type NoninDf8Link = StreamLink<NoninDf8>;

/// Without a packet for longer than this the device is silent \[assumed\].
const SILENCE: Duration = Duration::from_millis(2_500);

/// One packet comes each second.
const SECOND: Duration = Duration::from_secs(1);

/// Data format 1: three bytes a second.
#[derive(Debug, Default)]
pub struct NoninDf1(());

/// Data format 8: four bytes a second.
#[derive(Debug)]
pub struct NoninDf8(FormatChoice);

impl Default for NoninDf8 {
    fn default() -> Self {
        Self(FormatChoice::of(DataFormat::Df8, CONTINUOUS))
    }
}

impl Stream for NoninDf1 {
    type Decoder = nonin_df1::PacketDecoder;

    const ID: &'static str = "nonin-df1";
    const SILENCE: Duration = SILENCE;
    const PER_BYTE: Duration = share(SECOND, 3);
    const PACE: Option<Pace> = Some(Pace::messages(SECOND, 3));

    fn opened(&mut self, _now: Timestamp) {}

    fn take(&mut self, _sent_at: Timestamp, packet: &nonin_df1::Packet) -> Heard {
        let words = packet.flags().words();
        let judged = judge(words.as_slice()).and_then(|good| in_track(packet.flags(), good));
        Heard::Live(Readings::of_oximeter(
            saturation(judged, packet.saturation()),
            reading(judged, packet.pulse_rate()),
        ))
    }
}

impl Stream for NoninDf8 {
    type Decoder = nonin_df8::PacketDecoder;

    const ID: &'static str = "nonin-df8";
    const SILENCE: Duration = SILENCE;
    const PER_BYTE: Duration = share(SECOND, 4);
    const PACE: Option<Pace> = Some(Pace::messages(SECOND, 4));

    fn opened(&mut self, now: Timestamp) {
        self.0.opened(now);
    }

    fn take(&mut self, _sent_at: Timestamp, packet: &nonin_df8::Packet) -> Heard {
        self.0.answered();
        let (words, more) = (packet.flags().words(), packet.more_flags().words());
        let judged = judge(more.as_slice())
            .and_then(|_| judge(words.as_slice()))
            .and_then(|good| in_track(packet.flags(), good));
        Heard::Live(Readings::of_oximeter(
            saturation(judged, packet.saturation()),
            reading(judged, packet.pulse_rate()),
        ))
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        self.0.at(is_up)
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        self.0.request(now)
    }
}

/// Out of track a number on the screen is one that is held.
fn in_track(flags: Flags, quality: Quality) -> Result<Quality, Absence> {
    if flags.has(Flags::OUT_OF_TRACK) {
        Err(Absence::Stale)
    } else {
        Ok(quality)
    }
}

//! Nonin oximeters in data formats 2 and 7.
//!
//! A packet takes a third of a second: its saturation lies in frame 3, its last frame comes 0.29 s later. Readings leave when
//! the last frame is in, not at frame 3. The flags of all 25 frames decide whether the value may be believed (a finger that
//! leaves in frame 10, an artefact in frame 20), one broken frame drops the packet whole, and what a 4-beat average of blood
//! that left the lung 15 to 45 s ago says does not age in 0.29 s by what a rule of whole seconds could see. Leaving early would
//! mean to hand out, three times a second, values that the same packet may take back.
//!
//! Values are the 4-beat averages for recording, which go missing at once; the display values are never used. The plethysmogram of
//! format 7 is left out: its samples have 16 bits.

use core::time::Duration;

use protocols::nonin::{DataFormat, Packet, PacketDecoder, Sample};
use protocols::vocabulary::Timestamp;

use super::format_choice::{CONTINUOUS, FormatChoice};
use super::pace::share;
use super::stream::{Heard, Readings, Request, Stream, StreamLink};
use super::trust::{judge, reading, saturation};

/// A Nonin oximeter in format 2 at one port.
pub type NoninDf2Link = StreamLink<NoninDf2>;

/// A Nonin oximeter in format 7 at one port.
pub type NoninDf7Link = StreamLink<NoninDf7>;

/// Without a whole packet for longer than this the device is silent (assumed).
const SILENCE: Duration = Duration::from_secs(1);

/// The device's pace: 75 frames of five bytes a second, so a byte each 2.67 ms in the mean.
const PER_BYTE: Duration = share(Duration::from_secs(1), 75 * 5);

/// Data format 2: a plethysmogram of 8 bits.
#[derive(Debug)]
pub struct NoninDf2(FormatChoice);

/// Data format 7: a plethysmogram of 16 bits.
#[derive(Debug)]
pub struct NoninDf7(FormatChoice);

impl Default for NoninDf2 {
    fn default() -> Self {
        Self(FormatChoice::of(DataFormat::Df2, CONTINUOUS))
    }
}

impl Default for NoninDf7 {
    fn default() -> Self {
        Self(FormatChoice::of(DataFormat::Df7, CONTINUOUS))
    }
}

impl Stream for NoninDf2 {
    type Decoder = PacketDecoder<u8>;

    const ID: &'static str = "nonin-df2";
    const SILENCE: Duration = SILENCE;
    const PER_BYTE: Duration = PER_BYTE;

    fn opened(&mut self, now: Timestamp) {
        self.0.opened(now);
    }

    fn take(&mut self, _sent_at: Timestamp, packet: &Packet<u8>) -> Heard {
        self.0.answered();
        Heard::Live(Readings {
            plethysmogram: Some(packet.plethysmogram()),
            ..readings(packet)
        })
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        self.0.at(is_up)
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        self.0.request(now)
    }
}

impl Stream for NoninDf7 {
    type Decoder = PacketDecoder<u16>;

    const ID: &'static str = "nonin-df7";
    const SILENCE: Duration = SILENCE;
    const PER_BYTE: Duration = PER_BYTE;

    fn opened(&mut self, now: Timestamp) {
        self.0.opened(now);
    }

    fn take(&mut self, _sent_at: Timestamp, packet: &Packet<u16>) -> Heard {
        self.0.answered();
        Heard::Live(readings(packet))
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        self.0.at(is_up)
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        self.0.request(now)
    }
}

/// The numbers, by the worst that any of the packet's 25 frames says. Without a finger or a sensor there is no value, whatever the data
/// bytes say.
fn readings<S: Sample>(packet: &Packet<S>) -> Readings {
    let judged = judge(packet.quality().as_slice());
    Readings::of_oximeter(
        saturation(judged, packet.saturation()),
        reading(judged, packet.pulse_rate()),
    )
}

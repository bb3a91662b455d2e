//! Nonin oximeters in data formats 2 and 7.
//!
//! A packet takes a third of a second: its saturation lies in frame 3, its last frame comes 0.29 s later. Readings leave when
//! the last frame is in, not at frame 3. The flags of all 25 frames decide whether the value may be believed (a finger that
//! leaves in frame 10, an artefact in frame 20), one broken frame drops the packet whole, and what a 4-beat average of blood
//! that left the lung 15 to 45 s ago says does not age in 0.29 s by what a rule of whole seconds could see. Leaving early would
//! mean to hand out, three times a second, values that the same packet may take back.
//!
//! Each packet carries a counter that goes up by one. Where that has stood for 3 s nothing was measured (a device or a terminal server that
//! hangs, a replay), and there is no value, whatever number comes again and again.
//!
//! Values are the 4-beat averages for recording, which go missing at once; the display values are never used. The plethysmogram of
//! format 7 is left out: its samples have 16 bits.

use core::time::Duration;

use protocols::nonin::{DataFormat, Packet, PacketDecoder, Sample};
use protocols::vocabulary::{Absence, Timestamp};

use super::format_choice::{CONTINUOUS, FormatChoice};
use super::pace::share;
use super::standstill::Standstill;
use super::stream::{Heard, Readings, Request, Stream, StreamLink};
use super::trust::{judge, reading, saturation};

/// A Nonin oximeter in format 2 at one port.
pub type NoninDf2Link = StreamLink<NoninDf2>;

/// A Nonin oximeter in format 7 at one port.
pub type NoninDf7Link = StreamLink<NoninDf7>;

/// Without a whole packet for longer than this the device is silent (assumed).
const SILENCE: Duration = Duration::from_secs(1);

/// The counter of packets goes up three times a second; over so long without that the device hangs \[assumed\].
const HANGS: Duration = Duration::from_secs(3);

/// The device's pace: 75 frames of five bytes a second, so a byte each 2.67 ms in the mean.
const PER_BYTE: Duration = share(Duration::from_secs(1), 75 * 5);

/// Data format 2: a plethysmogram of 8 bits.
#[derive(Debug)]
pub struct NoninDf2(Packets);

/// Data format 7: a plethysmogram of 16 bits.
#[derive(Debug)]
pub struct NoninDf7(Packets);

/// What both formats have in common.
#[derive(Debug)]
struct Packets {
    choice: FormatChoice,
    counter: Standstill<u16>,
}

impl Packets {
    fn of(format: DataFormat) -> Self {
        Self {
            choice: FormatChoice::of(format, CONTINUOUS),
            counter: Standstill::default(),
        }
    }

    fn opened(&mut self, now: Timestamp) {
        self.choice.opened(now);
        self.counter = Standstill::default();
    }

    /// A packet came; whether it was measured.
    fn take<S: Sample>(&mut self, sent_at: Timestamp, packet: &Packet<S>) -> bool {
        self.choice.answered();
        self.counter.lasts(packet.values().timer, sent_at) < HANGS
    }
}

impl Default for NoninDf2 {
    fn default() -> Self {
        Self(Packets::of(DataFormat::Df2))
    }
}

impl Default for NoninDf7 {
    fn default() -> Self {
        Self(Packets::of(DataFormat::Df7))
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

    fn take(&mut self, sent_at: Timestamp, packet: &Packet<u8>) -> Heard {
        let is_measured = self.0.take(sent_at, packet);
        Heard::Live(Readings {
            plethysmogram: is_measured.then(|| packet.plethysmogram()),
            ..readings(is_measured, packet)
        })
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        self.0.choice.at(is_up)
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        self.0.choice.request(now)
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

    fn take(&mut self, sent_at: Timestamp, packet: &Packet<u16>) -> Heard {
        let is_measured = self.0.take(sent_at, packet);
        Heard::Live(readings(is_measured, packet))
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        self.0.choice.at(is_up)
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        self.0.choice.request(now)
    }
}

/// The numbers, by the worst that any of the packet's 25 frames says. Without a finger or a sensor there is no value, whatever the data
/// bytes say.
fn readings<S: Sample>(is_measured: bool, packet: &Packet<S>) -> Readings {
    let judged = if is_measured {
        judge(packet.quality().as_slice())
    } else {
        Err(Absence::Stale)
    };
    Readings::of_oximeter(
        saturation(judged, packet.saturation()),
        reading(judged, packet.pulse_rate()),
    )
}

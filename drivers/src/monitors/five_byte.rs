//! Oximeters that send five bytes 60 times a second: Contec's older dialect and BCI's. They speak unasked and are told nothing.
//!
//! Without a check a number counts once ten packets agree on it, so readings come six times a second. The plethysmogram, a sample of
//! 7 bits a packet, is left out: it does not come in thirds of a second.
//!
//! Errors of framing in most packets mean wrong line settings (parity differs by maker): the counters show them.

use core::time::Duration;

use protocols::five_byte::{Packet, PacketDecoder, PacketFlags};
use protocols::vocabulary::{Absence, Quality, Timestamp};
use protocols::{bci_5, contec_5};

use super::agreement::Agreement;
use super::pace::{Pace, share};
use super::stream::{Heard, Readings, Stream, StreamLink};
use super::trust::{judge, reading, saturation};

/// An older Contec oximeter at one port.
pub type Contec5Link = StreamLink<Contec5>;

/// A BCI oximeter at one port.
pub type Bci5Link = StreamLink<Bci5>;

/// Without a packet for longer than this the device is silent \[assumed for BCI\].
const SILENCE: Duration = Duration::from_secs(1);

/// 60 packets of five bytes a second.
const PER_BYTE: Duration = share(Duration::from_secs(1), 60 * 5);

/// The same as what it is believed by.
const PACE: Pace = Pace::messages(share(Duration::from_secs(1), 60), 5);

/// Contec's dialect.
#[derive(Debug, Default)]
pub struct Contec5(Agreement);

/// BCI's dialect.
#[derive(Debug, Default)]
pub struct Bci5(Agreement);

impl Stream for Contec5 {
    type Decoder = PacketDecoder<contec_5::Flags>;

    const ID: &'static str = "contec-5";
    const SILENCE: Duration = SILENCE;
    const PER_BYTE: Duration = PER_BYTE;
    const PACE: Option<Pace> = Some(PACE);

    fn opened(&mut self, _now: Timestamp) {
        self.0 = Agreement::default();
    }

    fn take(&mut self, _sent_at: Timestamp, packet: &contec_5::Packet) -> Heard {
        let words = packet.content().flags.quality();
        Heard::Live(agreed(&mut self.0, packet, judge(words.as_slice())))
    }
}

impl Stream for Bci5 {
    type Decoder = PacketDecoder<bci_5::Flags>;

    const ID: &'static str = "bci-5";
    const SILENCE: Duration = SILENCE;
    const PER_BYTE: Duration = PER_BYTE;
    const PACE: Option<Pace> = Some(PACE);

    fn opened(&mut self, _now: Timestamp) {
        self.0 = Agreement::default();
    }

    fn take(&mut self, _sent_at: Timestamp, packet: &bci_5::Packet) -> Heard {
        let judged = judge_bci(packet);
        Heard::Live(agreed(&mut self.0, packet, judged))
    }
}

/// Bit 5 of byte 1 is an unplugged probe, or on boards of other makers a saturation that falls \[recalled\]: a number beside it is not to
/// be trusted, and must not vanish either, as it may be the fall that counts.
fn judge_bci(packet: &bci_5::Packet) -> Result<Quality, Absence> {
    let flags = packet.content().flags;
    let has_number = packet.saturation().is_ok();
    let rest = bci_5::Flags::from_bits(flags.bits() & !bci_5::Flags::SENSOR_DISCONNECTED.bits());
    if flags.has(bci_5::Flags::SENSOR_DISCONNECTED) && has_number {
        return judge(rest.quality().as_slice()).map(|_| Quality::OutOfTrack);
    }
    judge(flags.quality().as_slice())
}

fn agreed<F: PacketFlags>(
    agreement: &mut Agreement,
    packet: &Packet<F>,
    judged: Result<Quality, Absence>,
) -> Readings {
    agreement.take(
        saturation(judged, packet.saturation()),
        reading(judged, packet.pulse_rate()),
    )
}

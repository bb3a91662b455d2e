//! A Zephyr `HxM` strap: it speaks unasked, once a second, and is told nothing.

mod beats;

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use protocols::zephyr_hxm::{Packet, PacketDecoder};

use super::pace::share;
use super::stream::{Heard, Readings, Stream, StreamLink};
use beats::Beats;

/// A strap at one port.
pub type ZephyrHxmLink = StreamLink<ZephyrHxm>;

/// The strap's protocol.
#[derive(Debug, Default)]
pub struct ZephyrHxm {
    beats: Beats,
}

impl Stream for ZephyrHxm {
    type Decoder = PacketDecoder;

    const ID: &'static str = "zephyr-hxm";
    /// Bluetooth may bunch two packets and then pause.
    const SILENCE: Duration = Duration::from_secs(3);
    /// 60 bytes a second.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 60);

    fn opened(&mut self, _now: Timestamp) {
        self.beats = Beats::default();
    }

    fn take(&mut self, sent_at: Timestamp, packet: &Packet) -> Heard {
        Heard::Live(Readings::of_heart(self.beats.judge(sent_at, packet)))
    }
}

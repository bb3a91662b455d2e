//! A BCI oximeter, or one of the many boards that speak its five bytes: sixty packets a second from power-up, for ever. It hears
//! nothing.

use core::time::Duration;

use protocols::bci_5::{Content, Flags, PACKETS_PER_SECOND, Packet};
use protocols::vocabulary::Timestamp;

use super::finger_packet::{Clip, Phase};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// How long it searches once a finger is in.
const SEARCH: Duration = Duration::from_secs(5);
/// "None" of the signal's strength.
const NO_SIGNAL: u8 = 15;
/// A saturation that lies so far below the mean falls, in per cent (assumed).
const FALL: u8 = 1;

/// What a board says where the makers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// BCI's own: bit 5 of byte 1 is the probe's plug \[recalled\]; "none" is 255 and 127.
    Bci,
    /// A board from China: the same bit says that the saturation falls; without a finger there are zeros.
    Oem,
}

/// The oximeter.
#[derive(Debug)]
pub struct Bci5 {
    dialect: Dialect,
    clip: Clip,
}

impl Bci5 {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, dialect: Dialect) -> Stream<Self> {
        let clip = Clip::new(start, SEARCH);
        Stream::new(start, Self { dialect, clip })
    }

    fn content(&mut self, moment: &Moment) -> Content {
        let phase = self.clip.phase(moment.at);
        let mut content: Content = self.clip.content(moment, phase);
        content.flags = match phase {
            Phase::Off => Flags::NO_FINGER,
            Phase::Searching { too_long: false } => Flags::SEARCHING,
            Phase::Searching { too_long: true } => Flags::SEARCHING.with(Flags::SEARCHING_TOO_LONG),
            Phase::Measuring => Flags::NONE,
        };
        match (self.dialect, phase) {
            (Dialect::Bci, Phase::Off) => {
                content.signal_strength = NO_SIGNAL;
                if moment.faults.unplugged {
                    content.flags = content.flags.with(Flags::SENSOR_DISCONNECTED);
                }
            }
            (Dialect::Oem, Phase::Off) => {
                content.rate_raw = 0;
                content.saturation_raw = 0;
            }
            (Dialect::Oem, Phase::Measuring) if self.falls() => {
                content.flags = content.flags.with(Flags::SENSOR_DISCONNECTED);
            }
            (Dialect::Bci | Dialect::Oem, _) => {}
        }
        content
    }

    fn falls(&self) -> bool {
        let sensor = &self.clip.sensor;
        match (sensor.saturation(1), sensor.saturation(8)) {
            (Some(newest), Some(mean)) => newest.saturating_add(FALL) <= mean,
            _ => false,
        }
    }
}

impl Speaker for Bci5 {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::hertz(PACKETS_PER_SECOND))
    }

    fn sense(&mut self, moment: &Moment) {
        self.clip.sensor.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        let packet = Packet::new(self.content(moment));
        out.add(|buffer| packet.encode(buffer));
    }
}

//! A Contec finger oximeter of older firmware: sixty packets a second from switch-on until the finger has been out for 8 s.

use core::time::Duration;

use protocols::contec_5::{Content, Flags, HostDecoder, HostMessage, PACKETS_PER_SECOND, Packet};
use protocols::vocabulary::Timestamp;
use protocols::wire::Decoder;

use super::finger_packet::{Clip, Phase};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// How long it searches once a finger is in: within the sheet's 3 to 5 s.
const SEARCH: Duration = Duration::from_secs(4);
/// Without a finger for so long it switches itself off (assumed).
const SWITCHES_OFF: Duration = Duration::from_secs(8);

/// What firmware sends while the finger is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FingerOut {
    /// 255 and 127, with the flag for a search.
    Codes,
    /// Zeros, with the flag for a search too long.
    Zeros,
}

/// The oximeter. A finger that comes back switches it on again (assumed: its wearer presses the button). `F5 F5` ends the live
/// packets and `F6 F6 F6` brings them back; nothing is stored in it, so that nothing comes between (assumed: the form of a dump is not
/// known).
#[derive(Debug)]
pub struct Contec5 {
    finger_out: FingerOut,
    clip: Clip,
    decoder: HostDecoder,
    is_on: bool,
    is_live: bool,
}

impl Contec5 {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, finger_out: FingerOut) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                finger_out,
                clip: Clip::new(start, SEARCH),
                decoder: HostDecoder::new(),
                is_on: true,
                is_live: true,
            },
        )
    }

    fn content(&mut self, moment: &Moment) -> Content {
        let phase = self.clip.phase(moment.at);
        let mut content: Content = self.clip.content(moment, phase);
        content.flags = match (phase, self.finger_out) {
            (Phase::Measuring, _) => Flags::NONE,
            (Phase::Off, FingerOut::Zeros) => {
                content.rate_raw = 0;
                content.saturation_raw = 0;
                Flags::SEARCHING_TOO_LONG
            }
            (Phase::Off, FingerOut::Codes) | (Phase::Searching { too_long: false }, _) => {
                Flags::SEARCHING
            }
            (Phase::Searching { too_long: true }, _) => {
                Flags::SEARCHING.with(Flags::SEARCHING_TOO_LONG)
            }
        };
        content
    }
}

impl Speaker for Contec5 {
    fn rhythm(&self) -> Option<Rhythm> {
        (self.is_on && self.is_live).then_some(Rhythm::hertz(PACKETS_PER_SECOND))
    }

    fn sense(&mut self, moment: &Moment) {
        self.clip.sensor.sense(moment);
        self.is_on = self
            .clip
            .sensor
            .off_for(moment.at)
            .is_none_or(|time| time < SWITCHES_OFF);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        if self.is_on {
            let packet = Packet::new(self.content(moment));
            out.add(|buffer| packet.encode(buffer));
        }
    }

    fn hear(&mut self, _moment: &Moment, bytes: &[u8], _out: &mut Outbox) {
        let is_live = &mut self.is_live;
        self.decoder.feed(bytes, &mut |item| match item.content {
            Ok(HostMessage::ReadStored) => *is_live = false,
            Ok(HostMessage::ReturnToLive) => *is_live = true,
            Err(_) => {}
        });
    }
}

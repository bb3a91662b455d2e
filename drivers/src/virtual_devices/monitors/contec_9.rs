//! A Contec oximeter of protocol V7.0: silent until it is told to stream, and again when nobody keeps it alive.

use core::time::Duration;

use protocols::contec_9::{
    Content, DeviceMessage, Disconnection, Flags, HostCommand, HostDecoder, PACKETS_PER_SECOND,
    Packet, PerfusionIndex,
};
use protocols::vocabulary::Timestamp;
use protocols::wire::Decoder;

use super::finger_packet::{Clip, Phase};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// How long it searches once a finger is in (assumed: as the older dialect).
const SEARCH: Duration = Duration::from_secs(4);
/// Without a command for so long it ends the stream.
const KEPT_ALIVE: Duration = Duration::from_secs(5);
/// Without a finger for so long it ends the stream (assumed).
const FINGER_OUT: Duration = Duration::from_secs(8);
/// The perfusion index of a good and of a weak pulse, in tenths of a per cent (the unit is assumed).
const GOOD_INDEX: u16 = 24;
const WEAK_INDEX: u16 = 2;

/// Whether firmware has a perfusion index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Older: FF FF.
    Unsupported,
    /// It has.
    Supported,
}

/// The oximeter.
#[derive(Debug)]
pub struct Contec9 {
    index: Index,
    clip: Clip,
    decoder: HostDecoder,
    streaming: Option<Streaming>,
}

#[derive(Debug, Clone, Copy)]
struct Streaming {
    since: Timestamp,
    kept_alive: Timestamp,
}

impl Contec9 {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, index: Index) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                index,
                clip: Clip::new(start, SEARCH),
                decoder: HostDecoder::new(),
                streaming: None,
            },
        )
    }

    fn obey(&mut self, now: Timestamp, command: HostCommand, out: &mut Outbox) {
        if let Some(streaming) = &mut self.streaming {
            streaming.kept_alive = now;
        }
        match command.code {
            code if code == HostCommand::START_REALTIME.code => {
                self.streaming.get_or_insert(Streaming {
                    since: now,
                    kept_alive: now,
                });
            }
            code if code == HostCommand::STOP_REALTIME.code => self.streaming = None,
            command_code if command.is_question() => {
                let answer = DeviceMessage::Answer {
                    command: command_code,
                };
                out.add(|buffer| answer.encode(buffer));
            }
            _ => {}
        }
    }

    fn ended(&self, streaming: Streaming, now: Timestamp) -> Option<Disconnection> {
        if now.since(streaming.kept_alive) >= KEPT_ALIVE {
            return Some(Disconnection::NOT_KEPT_ALIVE);
        }
        let off = self.clip.sensor.off_for(now)?;
        let both = off.min(now.since(streaming.since));
        (both >= FINGER_OUT).then_some(Disconnection::FINGER_OUT)
    }

    fn packet(&mut self, moment: &Moment) -> Packet {
        let phase = self.clip.phase(moment.at);
        let mut content: Content = self.clip.content(moment, phase);
        content.flags = match phase {
            Phase::Measuring => Flags::NONE,
            Phase::Off | Phase::Searching { too_long: false } => Flags::SEARCHING,
            Phase::Searching { too_long: true } => Flags::SEARCHING.with(Flags::SEARCHING_TOO_LONG),
        };
        let index = match (self.index, phase, moment.body) {
            (Index::Supported, Phase::Measuring, Some(body)) => PerfusionIndex {
                raw: if body.perfusion_good {
                    GOOD_INDEX
                } else {
                    WEAK_INDEX
                },
                is_valid: true,
            },
            _ => PerfusionIndex::UNSUPPORTED,
        };
        Packet::new(content, index)
    }
}

impl Speaker for Contec9 {
    fn rhythm(&self) -> Option<Rhythm> {
        self.streaming.map(|_| Rhythm::hertz(PACKETS_PER_SECOND))
    }

    fn sense(&mut self, moment: &Moment) {
        self.clip.sensor.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        let Some(streaming) = self.streaming else {
            return;
        };
        let message = match self.ended(streaming, moment.at) {
            Some(reason) => {
                self.streaming = None;
                DeviceMessage::Disconnected(reason)
            }
            None => DeviceMessage::Packet(self.packet(moment)),
        };
        out.add(|buffer| message.encode(buffer));
    }

    fn hear(&mut self, moment: &Moment, bytes: &[u8], out: &mut Outbox) {
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |item| {
            if let Ok(command) = item.content {
                self.obey(moment.at, command, out);
            }
        });
        self.decoder = decoder;
    }
}

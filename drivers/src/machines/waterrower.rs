//! The link to a `WaterRower` monitor: reads alone. Its load is water and the rower's own pull: nothing is kept when nobody talks.
//!
//! Between strokes the last power stays in its memory: it counts as none when neither speed has changed, and no stroke began, for 3 s
//! \[assumed\].

use std::time::Duration;

use protocols::vocabulary::{LoadControl, OnSilence, ReadBack, Timestamp, Watts};
use protocols::waterrower::{
    Address, HostMessage, MachineDecoder, MachineMessage, Register, Size, address,
};
use protocols::wire::Decoder;

use super::asked::{
    Answer, Asked, AskedLink, Expect, Found, Manners, Outgoing, Said, Script, watched,
};
use crate::link::{Link, Objection};

/// For an answer \[assumed\].
const TIME_OUT: Duration = Duration::from_millis(500);
/// Between two lines.
const GAP: Duration = Duration::from_millis(25);
/// So many unanswered questions in a row are 3 s \[assumed\].
const MISSED_MAX: u8 = 6;
/// Nobody rows \[assumed\].
const RESTS_AFTER: Duration = Duration::from_secs(3);

/// The link to a monitor.
#[must_use]
pub fn link() -> impl Link {
    let rower = WaterRower {
        decoder: MachineDecoder::new(),
        speeds: [None; 2],
        moved_at: Timestamp::ZERO,
    };
    let reads = ReadBack {
        power: true,
        cadence: true,
        ..ReadBack::default()
    };
    let capabilities = watched(&rower.manners(), reads, OnSilence::NoLoad);
    AskedLink::new(rower, capabilities)
}

#[derive(Debug)]
struct WaterRower {
    decoder: MachineDecoder,
    /// Total and mean speed, as last told.
    speeds: [Option<u32>; 2],
    moved_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Begin,
    Identify,
    TotalSpeed,
    MeanSpeed,
    Power,
    StrokeRate,
    HeartRate,
}

impl Ask {
    /// What is read for it.
    const fn place(self) -> Option<(Size, Address)> {
        match self {
            Self::Begin | Self::Identify => None,
            Self::TotalSpeed => Some((Size::Double, address::TOTAL_SPEED)),
            Self::MeanSpeed => Some((Size::Double, address::MEAN_SPEED)),
            Self::Power => Some((Size::Double, address::POWER)),
            Self::StrokeRate => Some((Size::Single, address::STROKE_RATE)),
            Self::HeartRate => Some((Size::Double, address::HEART_RATE)),
        }
    }
}

impl Asked for WaterRower {
    type Ask = Ask;

    const ID: &'static str = "waterrower";

    fn manners(&self) -> Manners {
        Manners {
            gap: GAP,
            missed_max: MISSED_MAX,
            ..Manners::plain(protocols::waterrower::BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        Script {
            opening: &[Ask::Begin, Ask::Identify],
            round: &[
                Ask::TotalSpeed,
                Ask::MeanSpeed,
                Ask::Power,
                Ask::StrokeRate,
                Ask::HeartRate,
            ],
            starting: &[],
            loading: &[],
            stopping: &[],
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {
            // Begun already, it may have nothing to say to it.
            Ask::Begin | Ask::Identify => Expect::Perhaps(TIME_OUT),
            Ask::TotalSpeed | Ask::MeanSpeed | Ask::Power | Ask::StrokeRate | Ask::HeartRate => {
                Expect::Answer(TIME_OUT)
            }
        }
    }

    fn write(&mut self, ask: Ask, _watts: u16, outgoing: &mut Outgoing) {
        let message = match (ask, ask.place()) {
            (_, Some((size, address))) => HostMessage::Read { size, address },
            (Ask::Identify, None) => HostMessage::Identify,
            (_, None) => HostMessage::Start,
        };
        outgoing.encode(|room| message.encode(room).map(<[u8]>::len));
    }

    fn hear(
        &mut self,
        now: Timestamp,
        byte: u8,
        asked: Option<Ask>,
        _told: Option<u16>,
        found: &mut Found,
    ) {
        let speeds = &mut self.speeds;
        let moved_at = &mut self.moved_at;
        self.decoder.feed(&[byte], &mut |heard| {
            found.take(heard.content, |message| match &message {
                MachineMessage::Value(register) => {
                    if note_speed(speeds, *register) {
                        *moved_at = now;
                    }
                    let mut said =
                        Said::answers(is_answer(asked, *register)).with(message.report());
                    if now.since(*moved_at) >= RESTS_AFTER {
                        said.readings.power = said.readings.power.map(|_| Watts::ZERO);
                    }
                    said
                }
                MachineMessage::Hello => Said::answers(asked == Some(Ask::Begin)),
                MachineMessage::Model(_) => Said::answers(asked == Some(Ask::Identify)),
                MachineMessage::StrokeStart => {
                    *moved_at = now;
                    Said::answers(false)
                }
                // A Kettler says the same to what it does not know.
                MachineMessage::Refused => Said {
                    answer: Answer::Refused,
                    objection: Some(Objection::Answered {
                        code: "ERROR",
                        means: "not known",
                    }),
                    ..Said::NOTHING
                },
                MachineMessage::Accepted
                | MachineMessage::Ping
                | MachineMessage::StrokeEnd
                | MachineMessage::Pulses(_) => Said::answers(false),
                MachineMessage::Words(_) => Said::NOTHING,
            });
        });
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn forget(&mut self) {
        self.speeds = [None; 2];
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn control(&self) -> LoadControl {
        LoadControl::ByHand
    }

    fn release(&self) -> &'static [u8] {
        &[]
    }
}

/// Keeps a speed; whether it is another than before.
fn note_speed(speeds: &mut [Option<u32>; 2], register: Register) -> bool {
    let [total, mean] = speeds;
    let slot = match register.address() {
        address::TOTAL_SPEED => total,
        address::MEAN_SPEED => mean,
        _ => return false,
    };
    slot.replace(register.value()) != Some(register.value())
}

fn is_answer(asked: Option<Ask>, register: Register) -> bool {
    let place = asked.and_then(Ask::place);
    place == Some((register.size(), register.address()))
}

//! The link to a Daum ergometer of the "premium" line (8i). An `ergo_run` is read alone.
//!
//! Every frame of the machine is acknowledged, or asked for again where its sum is wrong. A power counts as taken when the machine's own
//! frame says that it is in force.
//!
//! What the machine cannot: no load at all. 25 W is its least \[assumed\], and what a stop leaves before it switches load control off.

use std::time::Duration;

use protocols::daum_premium::{Command, Decimal, FrameDecoder, Message, Payload};
use protocols::vocabulary::number::floor_to_u32;
use protocols::vocabulary::{LoadControl, ReadBack, Timestamp, Watts};
use protocols::wire::{Decoder, WireErrorKind};

use super::asked::{
    Answer, Asked, AskedLink, Expect, Found, Heard, Manners, Outgoing, Said, Script, ergometer,
};
use super::standstill::Signs;
use crate::link::{Link, Objection};

/// For an acknowledgement and the frame behind it \[assumed\].
const TIME_OUT: Duration = Duration::from_secs(2);
/// 25.00 W, then load control off.
const RELEASE: &[u8] = b"\x01S2325.0029\x17\x01S20029\x17";
/// A frame's sum holds.
const ACCEPTED: &[u8] = &[0x06];
/// It does not.
const REFUSED: &[u8] = &[0x15];

/// The link to an ergometer.
#[must_use]
pub fn link() -> impl Link {
    let daum = DaumPremium {
        decoder: FrameDecoder::new(),
        is_treadmill: false,
    };
    let reads = ReadBack {
        power: true,
        cadence: true,
        ..ReadBack::default()
    };
    let capabilities = ergometer(&daum.manners(), reads);
    AskedLink::new(daum, capabilities)
}

#[derive(Debug)]
struct DaumPremium {
    decoder: FrameDecoder,
    is_treadmill: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Version,
    DeviceType,
    ControlOn,
    SetPower,
    TrainingData,
    ControlOff,
}

impl Asked for DaumPremium {
    type Ask = Ask;

    const ID: &'static str = "daum-premium";

    fn manners(&self) -> Manners {
        Manners {
            nothing: 25,
            min: 25,
            max: 800,
            ..Manners::plain(protocols::daum_premium::BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        Script {
            opening: &[Ask::Version, Ask::DeviceType],
            round: &[Ask::TrainingData],
            starting: &[Ask::ControlOn, Ask::SetPower],
            loading: &[Ask::SetPower],
            // Without load control a power is refused, and the old one stays in store: it is switched on for the least power only
            // after that was told once, and off at the very end.
            stopping: &[
                Ask::SetPower,
                Ask::ControlOn,
                Ask::SetPower,
                Ask::ControlOff,
            ],
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {
            // Who it is matters less than that it answers.
            Ask::Version | Ask::DeviceType => Expect::Perhaps(TIME_OUT),
            Ask::ControlOn | Ask::SetPower | Ask::TrainingData | Ask::ControlOff => {
                Expect::Answer(TIME_OUT)
            }
        }
    }

    fn write(&mut self, ask: Ask, watts: u16, outgoing: &mut Outgoing) {
        let message = match ask {
            Ask::Version => Some(Message::question(Command::PROTOCOL_VERSION)),
            Ask::DeviceType => Some(Message::question(Command::DEVICE_TYPE)),
            Ask::TrainingData => Some(Message::question(Command::TRAINING_DATA)),
            Ask::ControlOn => Message::text(Command::LOAD_CONTROL, b"1"),
            Ask::ControlOff => Message::text(Command::LOAD_CONTROL, b"0"),
            Ask::SetPower => Watts::new(watts).map(Message::power),
        };
        if let Some(message) = message {
            outgoing.encode(|room| message.encode(room).map(<[u8]>::len));
        }
    }

    fn hear(
        &mut self,
        _now: Timestamp,
        byte: u8,
        asked: Option<Ask>,
        _told: Option<u16>,
        found: &mut Found,
    ) {
        self.decoder
            .feed(&[byte], &mut |heard| match heard.content {
                Ok(message) => {
                    if let Message::Frame {
                        command: Command::DEVICE_TYPE,
                        payload: Payload::Short(kind),
                    } = &message
                    {
                        self.is_treadmill = kind.as_bytes() == b"0";
                    }
                    found.push(Heard::Message(said(&message, asked)));
                }
                Err(error) => {
                    found.push(Heard::Error(error));
                    if error.kind == WireErrorKind::Checksum {
                        found.push(Heard::Message(Said {
                            reply: REFUSED,
                            ..Said::NOTHING
                        }));
                    }
                }
            });
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn forget(&mut self) {
        self.is_treadmill = false;
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn control(&self) -> LoadControl {
        if self.is_treadmill {
            LoadControl::ByHand
        } else {
            self.manners().commanded()
        }
    }

    fn release(&self) -> &'static [u8] {
        RELEASE
    }
}

fn said(message: &Message, asked: Option<Ask>) -> Said {
    let (command, payload) = match message {
        Message::Accepted => return Said::NOTHING,
        Message::Refused => {
            return Said {
                answer: Answer::Again,
                objection: Some(Objection::Answered {
                    code: "15",
                    means: "the check sum is not right",
                }),
                ..Said::NOTHING
            };
        }
        Message::Frame { command, payload } => (*command, payload),
    };
    let taken = Said {
        reply: ACCEPTED,
        ..Said::NOTHING
    };
    let answers = |ask| Said {
        reply: ACCEPTED,
        ..Said::answers(asked == Some(ask))
    };
    match (command, payload) {
        (Command::PROTOCOL_VERSION, Payload::Short(_)) => answers(Ask::Version),
        (Command::DEVICE_TYPE, Payload::Short(_)) => answers(Ask::DeviceType),
        (Command::LOAD_CONTROL, Payload::Short(state)) => {
            let wanted = match asked {
                Some(Ask::ControlOn) => b"1",
                Some(Ask::ControlOff) => b"0",
                _ => return taken,
            };
            Said {
                answer: if state.as_bytes() == wanted {
                    Answer::Done
                } else {
                    Answer::Refused
                },
                objection: Some(Objection::Answered {
                    code: "S20",
                    means: "its load control is not as it was told",
                }),
                ..taken
            }
        }
        (Command::POWER, Payload::Power(watts)) => Said {
            // What it says in parts of a watt is more than the whole.
            in_force: watts
                .whole_part()
                .map(|whole| whole.saturating_add(u16::from(watts.value() > f64::from(whole)))),
            is_proof: false,
            ..answers(Ask::SetPower)
        },
        (Command::TRAINING_DATA, Payload::TrainingData(data)) => Said {
            ends_report: true,
            signs: Some(Signs {
                time: data.seconds.and_then(counted),
                distance: data.distance.and_then(counted),
                cadence: data.cadence.whole_part(),
                power: data.power.whole_part(),
                heart_rate: None,
            }),
            ..answers(Ask::TrainingData)
        }
        .with(message.report()),
        _ => taken,
    }
}

/// What it counts, in its whole units.
fn counted(number: Decimal) -> Option<u32> {
    floor_to_u32(number.value())
}

//! The link to a Monark ergometer by its own words (839E, LC, LC NOVO in "PC mode", LT2).
//!
//! An answer does not say what it answers: one question at a time, and after an answer that did not come, or a setting whose answer is
//! not described, whatever comes is dropped until the line was quiet and the bike said who it is. A load is told again each second and counts as taken when it is read back: by
//! `B` where the bike answers that with a number, else by its power. Watts alone are told, never a force. A NOVO whose brake is set by
//! hand, and an LT2, are read alone.

use std::time::Duration;

use protocols::ascii::ShortNumber;
use protocols::monark::{Asked as Question, HostMessage, MachineDecoder, MachineMessage, Words};
use protocols::vocabulary::{LoadControl, ReadBack, Timestamp};
use protocols::wire::Decoder;

use super::asked::{
    Answer, Asked, AskedLink, Expect, Found, Manners, Outgoing, Said, Script, ergometer,
};
use crate::link::Link;

/// For an answer.
const TIME_OUT: Duration = Duration::from_millis(500);
/// For the first answer.
const IDENTIFIES_WITHIN: Duration = Duration::from_secs(1);
/// Whatever a bike answers to a setting has come by then \[assumed\].
const SETTLES: Duration = Duration::from_millis(100);
/// Silence after an answer that did not come.
const HUSH: Duration = Duration::from_millis(600);
/// A load that is not read back within this is not in force \[assumed\].
const READ_BACK_WITHIN: Duration = Duration::from_secs(10);
/// Under this cadence the power that is made says nothing of the load, in 1/min \[assumed\].
const MEASURED_FROM: u16 = 30;
/// Read back and told may differ by so many watts \[assumed\].
const TOLERANCE: u16 = 5;
/// Ends whatever line was cut off, and takes the load away.
const RELEASE: &[u8] = b"\rpower 0\r";

/// The link to an ergometer.
#[must_use]
pub fn link() -> impl Link {
    let monark = Monark {
        decoder: MachineDecoder::new(None),
        model: Model::Unknown,
        is_set_by_hand: false,
        tells_target: false,
    };
    let reads = ReadBack {
        power: true,
        cadence: true,
        ..ReadBack::default()
    };
    let capabilities = ergometer(&monark.manners(), reads);
    AskedLink::new(monark, capabilities)
}

#[derive(Debug)]
struct Monark {
    decoder: MachineDecoder,
    model: Model,
    is_set_by_hand: bool,
    /// It answers `B` with a number.
    tells_target: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    Unknown,
    Novo,
    /// Another one that takes a load.
    Other,
    /// LT2.
    ReadAlone,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Blank,
    Identify,
    Servo,
    SetPower,
    Target,
    Power,
    HeartRate,
    Cadence,
}

impl Asked for Monark {
    type Ask = Ask;

    const ID: &'static str = "monark";

    fn manners(&self) -> Manners {
        Manners {
            hush: HUSH,
            nameless: true,
            cut_off: b"\r",
            repeat: Some(Duration::from_secs(1)),
            judged_within: READ_BACK_WITHIN,
            measured_from: MEASURED_FROM,
            tolerance: TOLERANCE,
            // The LC's, recalled.
            min: 20,
            max: 1_000,
            ..Manners::plain(protocols::monark::BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        Script {
            opening: if self.model == Model::Novo {
                &[Ask::Blank, Ask::Servo, Ask::Target]
            } else {
                &[Ask::Blank, Ask::Target]
            },
            round: if self.tells_target {
                &[Ask::Power, Ask::HeartRate, Ask::Cadence, Ask::Target]
            } else {
                &[Ask::Power, Ask::HeartRate, Ask::Cadence]
            },
            starting: &[Ask::SetPower],
            loading: &[Ask::SetPower],
            stopping: if self.tells_target {
                &[Ask::SetPower, Ask::Target]
            } else {
                &[Ask::SetPower, Ask::Power]
            },
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {
            Ask::Blank | Ask::SetPower => Expect::Nothing(SETTLES),
            Ask::Identify => Expect::Perhaps(IDENTIFIES_WITHIN),
            Ask::Target if self.tells_target => Expect::Answer(TIME_OUT),
            Ask::Servo | Ask::Target => Expect::Perhaps(TIME_OUT),
            Ask::Power | Ask::HeartRate | Ask::Cadence => Expect::Answer(TIME_OUT),
        }
    }

    fn write(&mut self, ask: Ask, watts: u16, outgoing: &mut Outgoing) {
        let message = match ask {
            Ask::Blank => HostMessage::Blank,
            Ask::Identify => HostMessage::Identify,
            Ask::Servo => HostMessage::AskServo,
            Ask::SetPower => {
                HostMessage::SetPower(ShortNumber::new(watts).unwrap_or(ShortNumber::ZERO))
            }
            Ask::Target => HostMessage::AskLoad,
            Ask::Power => HostMessage::AskPower,
            Ask::HeartRate => HostMessage::AskHeartRate,
            Ask::Cadence => HostMessage::AskCadence,
        };
        outgoing.encode(|room| message.encode(room).map(<[u8]>::len));
    }

    fn hear(
        &mut self,
        _now: Timestamp,
        byte: u8,
        asked: Option<Ask>,
        _told: Option<u16>,
        found: &mut Found,
    ) {
        self.decoder.set_asked(asked.and_then(question));
        self.decoder.feed(&[byte], &mut |heard| {
            found.take(heard.content, |message| match message {
                MachineMessage::Words(words) => match asked {
                    Some(Ask::Identify) => {
                        let model = model_of(&words);
                        let is_named = model != Model::Unknown;
                        if is_named {
                            self.model = model;
                        }
                        // A bike that says no more than who it is tells nothing.
                        Said {
                            is_proof: false,
                            ..Said::answers(is_named)
                        }
                    }
                    // It was asked twice who it is.
                    Some(Ask::Servo | Ask::Target) if model_of(&words) != Model::Unknown => {
                        Said::NOTHING
                    }
                    Some(Ask::Servo) => {
                        self.is_set_by_hand = words.as_bytes() == b"manual";
                        Said {
                            is_proof: false,
                            ..Said::answers(words.as_bytes() != b"servo")
                        }
                    }
                    Some(Ask::Target) => {
                        let target = number(words.as_bytes());
                        self.tells_target |= target.is_some();
                        Said {
                            in_force: target,
                            is_proof: false,
                            ..Said::answers(words.as_bytes() != b"B")
                        }
                    }
                    _ => Said::NOTHING,
                },
                MachineMessage::Power(watts) => Said {
                    in_force: (!self.tells_target).then_some(watts.get()),
                    answer: Answer::Done,
                    ..Said::answers(true)
                }
                .with(message.report()),
                MachineMessage::Cadence(_) | MachineMessage::HeartRate(_) => {
                    Said::answers(true).with(message.report())
                }
            });
        });
    }

    fn naming(&self) -> Option<Ask> {
        Some(Ask::Identify)
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn forget(&mut self) {
        self.model = Model::Unknown;
        self.is_set_by_hand = false;
        self.tells_target = false;
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn control(&self) -> LoadControl {
        if self.is_set_by_hand || self.model == Model::ReadAlone {
            LoadControl::ByHand
        } else {
            LoadControl::Commanded
        }
    }

    fn release(&self) -> &'static [u8] {
        RELEASE
    }
}

/// What the decoder has to know; `None` where the answer is words.
const fn question(ask: Ask) -> Option<Question> {
    match ask {
        Ask::Power => Some(Question::Power),
        Ask::HeartRate => Some(Question::HeartRate),
        Ask::Cadence => Some(Question::Cadence),
        Ask::Blank | Ask::Identify | Ask::Servo | Ask::SetPower | Ask::Target => None,
    }
}

/// Who it is, without regard to case.
fn model_of(words: &Words) -> Model {
    let text = words.as_bytes();
    let has = |word: &[u8]| {
        text.windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    };
    let begins = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    if has(b"lt") {
        Model::ReadAlone
    } else if has(b"novo") {
        Model::Novo
    } else if begins(b"lc") || begins(b"mec") {
        Model::Other
    } else {
        Model::Unknown
    }
}

/// One to four digits, spaces around them allowed \[assumed\].
fn number(text: &[u8]) -> Option<u16> {
    let text = text.trim_ascii();
    if text.is_empty() || text.len() > 4 {
        return None;
    }
    text.iter().try_fold(0_u16, |number, byte| {
        let digit = char::from(*byte).to_digit(10)?;
        number
            .checked_mul(10)?
            .checked_add(u16::try_from(digit).ok()?)
    })
}

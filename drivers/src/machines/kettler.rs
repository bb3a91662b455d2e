//! The link to a Kettler ergometer in "PC mode".
//!
//! A power is answered by a status line that names the target in force. PC mode is entered by `CM`, `CD` or `CP`, whichever the firmware
//! takes, in capitals or small letters; a Racer may take 15 s for it, and is not waited for: its start is refused until it is through. A
//! stop enters PC mode too, for a bike that lost its power ignores loads without it, and leaves it by a reset.
//!
//! A bike that refuses a power after it took one has left PC mode by itself: it is lost and found anew, so that the core starts it again.
//! A status line whose `mm:ss`, distance and cadence stand still while it shows power or cadence is no report after 15 s.
//!
//! What the machine cannot: no load at all. 25 W is its least, and what a stop leaves.

use std::time::Duration;

use protocols::ascii::ShortNumber;
use protocols::kettler::{
    Command, HostMessage, LetterCase, MachineDecoder, MachineMessage, StatusLine,
};
use protocols::vocabulary::{ReadBack, Timestamp};
use protocols::wire::Decoder;

use super::asked::{
    Answer, Asked, AskedLink, Expect, Found, Manners, Outgoing, Said, Script, ergometer,
};
use super::standstill::Signs;
use crate::link::{Link, Objection};

/// For an answer.
const TIME_OUT: Duration = Duration::from_millis(500);
/// Silence after an answer that did not come \[assumed\].
const HUSH: Duration = Duration::from_millis(600);
/// For entering PC mode \[assumed\].
const ENTERS_WITHIN: Duration = Duration::from_secs(1);
/// For a reset.
const RESETS_WITHIN: Duration = Duration::from_secs(5);
/// After the port was opened.
const AFTER_OPEN: Duration = Duration::from_secs(1);
/// Ends whatever line was cut off; the least load, and a reset, in the letters of either firmware.
const RELEASE: &[u8] = b"\r\nPW 25\r\npw 25\r\nRS\r\nrs\r\n";
/// Ways into PC mode.
const WAYS_IN: [Command; 3] = [
    Command::EnterPcMode,
    Command::EnterPcModeByCd,
    Command::EnterPcModeByCp,
];

/// The link to an ergometer.
#[must_use]
pub fn link() -> impl Link {
    let kettler = Kettler {
        decoder: MachineDecoder::new(),
        letter_case: LetterCase::Upper,
        way_in: 0,
        took_power: false,
    };
    let reads = ReadBack {
        power: true,
        cadence: true,
        ..ReadBack::default()
    };
    let capabilities = ergometer(&kettler.manners(), reads);
    AskedLink::new(kettler, capabilities)
}

#[derive(Debug)]
struct Kettler {
    decoder: MachineDecoder,
    letter_case: LetterCase,
    /// Which of [`WAYS_IN`] is tried.
    way_in: usize,
    /// It has taken a power, and was not told to leave PC mode since. A silence leaves it so: what it refuses then tells that it began anew in it.
    took_power: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Identify,
    EnterPcMode,
    SetPower,
    Status,
    Reset,
}

impl Asked for Kettler {
    type Ask = Ask;

    const ID: &'static str = "kettler";

    fn manners(&self) -> Manners {
        Manners {
            after_open: AFTER_OPEN,
            missed_max: 3,
            hush: HUSH,
            nameless: true,
            cut_off: b"\r\n",
            nothing: 25,
            min: 25,
            // Some take 600 W.
            max: 400,
            // Recalled.
            step: 5,
            ..Manners::plain(protocols::kettler::BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        Script {
            opening: &[],
            round: &[Ask::Status],
            starting: &[Ask::EnterPcMode, Ask::SetPower],
            loading: &[Ask::SetPower],
            stopping: &[Ask::SetPower, Ask::EnterPcMode, Ask::SetPower, Ask::Reset],
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {
            Ask::Identify => Expect::Perhaps(TIME_OUT),
            Ask::EnterPcMode => Expect::Perhaps(ENTERS_WITHIN),
            Ask::Reset => Expect::Perhaps(RESETS_WITHIN),
            Ask::SetPower | Ask::Status => Expect::Answer(TIME_OUT),
        }
    }

    fn write(&mut self, ask: Ask, watts: u16, outgoing: &mut Outgoing) {
        let number = ShortNumber::new(watts).unwrap_or(ShortNumber::ZERO);
        let command = match ask {
            Ask::Identify => Command::Identify,
            Ask::EnterPcMode => WAYS_IN
                .get(self.way_in)
                .copied()
                .unwrap_or(Command::EnterPcMode),
            Ask::SetPower => Command::SetPower(number),
            Ask::Status => Command::Status,
            Ask::Reset => {
                self.took_power = false;
                Command::Reset
            }
        };
        let message = HostMessage {
            command,
            letter_case: self.letter_case,
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
        self.decoder.feed(&[byte], &mut |heard| {
            found.take(heard.content, |message| {
                let mut said = said(&message, asked);
                if asked == Some(Ask::SetPower) {
                    match message {
                        MachineMessage::Status(_) => self.took_power = true,
                        // It lost its power, or was reset: it has to be brought into PC mode again.
                        MachineMessage::Refused => {
                            said.has_restarted = std::mem::take(&mut self.took_power);
                        }
                        MachineMessage::Acknowledged
                        | MachineMessage::Running
                        | MachineMessage::Words(_) => {}
                    }
                }
                if message == MachineMessage::Refused {
                    match asked {
                        Some(Ask::Identify | Ask::Status) => {
                            self.letter_case = other(self.letter_case);
                        }
                        Some(Ask::EnterPcMode) => {
                            self.way_in = (self.way_in + 1) % WAYS_IN.len();
                            if self.way_in == 0 {
                                self.letter_case = other(self.letter_case);
                            }
                        }
                        Some(Ask::SetPower | Ask::Reset) | None => {}
                    }
                }
                said
            });
        });
    }

    fn naming(&self) -> Option<Ask> {
        Some(Ask::Identify)
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn release(&self) -> &'static [u8] {
        RELEASE
    }
}

const fn other(letter_case: LetterCase) -> LetterCase {
    match letter_case {
        LetterCase::Upper => LetterCase::Lower,
        LetterCase::Lower => LetterCase::Upper,
    }
}

/// What of a status line moves while somebody pedals.
fn signs(status: &StatusLine) -> Signs {
    Signs {
        time: Some(u32::from(status.minutes) * 60 + u32::from(status.seconds)),
        distance: Some(status.distance_tenths.get()),
        cadence: u16::try_from(status.cadence.get()).ok(),
        power: u16::try_from(status.power_watts.get()).ok(),
        heart_rate: None,
    }
}

fn said(message: &MachineMessage, asked: Option<Ask>) -> Said {
    match message {
        MachineMessage::Status(status) => Said {
            in_force: u16::try_from(status.target_watts.get()).ok(),
            signs: Some(signs(status)),
            ends_report: true,
            ..Said::answers(matches!(asked, Some(Ask::Status | Ask::SetPower)))
        }
        .with(message.report()),
        MachineMessage::Acknowledged | MachineMessage::Running => {
            Said::answers(matches!(asked, Some(Ask::EnterPcMode | Ask::Reset)))
        }
        // A WaterRower says the same to what it does not know.
        MachineMessage::Refused => Said {
            answer: match asked {
                // In the other letters, or by another way in, it may be understood.
                Some(Ask::Identify | Ask::EnterPcMode | Ask::Status) => Answer::Again,
                Some(Ask::SetPower | Ask::Reset) => Answer::Refused,
                None => Answer::None,
            },
            objection: Some(Objection::Answered {
                code: "ERROR",
                means: "not known, or not allowed now",
            }),
            ..Said::NOTHING
        },
        // Our own question, come back by a loop in the cable, is words too.
        MachineMessage::Words(_) => Said {
            is_proof: false,
            ..Said::answers(asked == Some(Ask::Identify))
        },
    }
}

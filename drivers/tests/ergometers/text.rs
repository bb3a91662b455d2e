//! Stand-ins that speak in lines.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a stand-in knows a few things and passes over the rest"
)]

use protocols::ascii::ShortNumber;
use protocols::ergoline::{Asked, MachineMessage as Line, Style, ThreeDigits, Variant};
use protocols::kettler::{Command, FieldNumber, LetterCase, MachineMessage as Status, StatusLine};
use protocols::monark::{HostMessage, MachineMessage as Answer, Words};
use protocols::wire::Decoder;

use super::stand_in::{Mood, StandIn, Time};

pub(crate) struct Ergoline {
    decoder: protocols::ergoline::HostDecoder,
    style: Style,
    running: bool,
    target: u16,
    preset: u16,
}

impl Ergoline {
    pub(crate) fn new(variant: Variant) -> Self {
        Self {
            decoder: protocols::ergoline::HostDecoder::new(variant),
            style: Style {
                variant,
                is_spaced: false,
            },
            running: false,
            target: 0,
            preset: 0,
        }
    }

    fn answer(&mut self, message: protocols::ergoline::HostMessage, mood: Mood) -> Option<Line> {
        use protocols::ergoline::HostMessage as Host;
        match message {
            Host::SetLoad(watts) if takes(mood, watts.get() == 0) => self.target = watts.get(),
            Host::SetInitialLoad(watts) if !mood.stubborn => self.target = watts.get(),
            Host::Start => {
                self.running = true;
                if self.style.variant == Variant::P3 && !mood.stubborn {
                    self.target = self.preset;
                }
            }
            Host::Preset(digits) => {
                self.preset = digits.get();
                return Some(Line::Digits {
                    number: digits,
                    asked: None,
                });
            }
            Host::End if !mood.endless => {
                self.running = false;
                self.target = 0;
            }
            Host::AskLoad => return Some(Line::Load(short(self.load()))),
            Host::AskAppliedLoad => {
                return Some(Line::Digits {
                    number: ThreeDigits::new(self.load()).expect("three digits"),
                    asked: Some(Asked::Load),
                });
            }
            Host::AskPedalSpeed => return Some(Line::PedalSpeed(short(mood.cadence))),
            Host::AskHeartRate => return Some(Line::HeartRate(short(110))),
            Host::Identify => {
                let name: &[u8] = match self.style.variant {
                    Variant::P10 => b"0900P10V243",
                    Variant::P3 | Variant::P4 => b"0900P03V243",
                };
                return Some(Line::Other(
                    protocols::ergoline::Words::new(name).expect("short"),
                ));
            }
            _ => {}
        }
        None
    }
}

impl StandIn for Ergoline {
    fn hear(&mut self, bytes: &[u8], mood: Mood, out: &mut Vec<u8>) {
        let mut heard = Vec::new();
        self.decoder
            .feed(bytes, &mut |found| heard.extend(found.content));
        for message in heard {
            if let Some(line) = self.answer(message, mood) {
                let mut room = [0; 80];
                out.extend_from_slice(line.encode(self.style, &mut room).expect("room"));
            }
        }
    }

    fn load(&self) -> u16 {
        if self.running { self.target } else { 0 }
    }
}

pub(crate) struct Kettler {
    decoder: protocols::kettler::HostDecoder,
    pc_mode: bool,
    target: u16,
    /// Old firmware: it knows small letters and `cd`.
    is_old: bool,
    /// Tenths of seconds since it was made.
    tenths: u16,
}

impl Kettler {
    pub(crate) fn new() -> Self {
        Self {
            decoder: protocols::kettler::HostDecoder::new(),
            pc_mode: false,
            target: 25,
            is_old: false,
            tenths: 0,
        }
    }

    pub(crate) fn old() -> Self {
        Self {
            is_old: true,
            ..Self::new()
        }
    }

    fn status(&self, mood: Mood) -> Status {
        let number = |number: u16| FieldNumber::new(number.into()).expect("five digits");
        Status::Status(StatusLine {
            heart_rate: number(110),
            cadence: number(mood.cadence),
            speed_tenths: number(174),
            distance_tenths: FieldNumber::ZERO,
            target_watts: number(self.target),
            energy_kilojoules: FieldNumber::ZERO,
            minutes: self.tenths / 600,
            seconds: u8::try_from(self.tenths / 10 % 60).expect("under 60"),
            is_recovery: false,
            power_watts: number(self.target),
        })
    }
}

impl StandIn for Kettler {
    fn hear(&mut self, bytes: &[u8], mood: Mood, out: &mut Vec<u8>) {
        let mut heard = Vec::new();
        self.decoder
            .feed(bytes, &mut |found| heard.extend(found.content));
        for message in heard {
            let is_other_case = self.is_old != (message.letter_case == LetterCase::Lower);
            let answer = match message.command {
                _ if is_other_case => Status::Refused,
                Command::EnterPcMode if self.is_old => Status::Refused,
                Command::EnterPcMode | Command::EnterPcModeByCd => {
                    self.pc_mode = true;
                    Status::Acknowledged
                }
                Command::SetPower(_) if !self.pc_mode => Status::Refused,
                Command::SetPower(watts) => {
                    if takes(mood, watts.get() == 25) {
                        self.target = watts.get().clamp(25, 400) / 5 * 5;
                    }
                    self.status(mood)
                }
                Command::Status => self.status(mood),
                Command::Reset if !mood.endless => {
                    self.pc_mode = false;
                    self.target = 25;
                    Status::Acknowledged
                }
                Command::Identify => {
                    Status::Words(protocols::kettler::Words::new(b"SDFB3129").expect("short"))
                }
                _ => Status::Refused,
            };
            let mut room = [0; 90];
            out.extend_from_slice(answer.encode(&mut room).expect("room"));
        }
    }

    fn speak(&mut self, mood: Mood, _out: &mut Vec<u8>) {
        self.tenths += u16::from(mood.time == Time::Goes);
    }

    fn load(&self) -> u16 {
        self.target
    }
}

pub(crate) struct Monark {
    decoder: protocols::monark::HostDecoder,
    name: &'static str,
    servo: &'static str,
    target: u16,
}

impl Monark {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            decoder: protocols::monark::HostDecoder::new(),
            name,
            servo: "auto",
            target: 0,
        }
    }

    /// A NOVO whose brake is set by hand.
    pub(crate) fn by_hand() -> Self {
        Self {
            servo: "manual",
            ..Self::new("LC7 novo")
        }
    }
}

impl StandIn for Monark {
    fn hear(&mut self, bytes: &[u8], mood: Mood, out: &mut Vec<u8>) {
        let mut heard = Vec::new();
        self.decoder
            .feed(bytes, &mut |found| heard.extend(found.content));
        for message in heard {
            let words = |text: &str| Answer::Words(Words::new(text.as_bytes()).expect("short"));
            let answer = match message {
                HostMessage::Blank => continue,
                HostMessage::Identify => words(self.name),
                HostMessage::AskServo => words(self.servo),
                HostMessage::AskPower => Answer::Power(short(self.target)),
                HostMessage::AskCadence => Answer::Cadence(short(mood.cadence)),
                HostMessage::AskHeartRate => Answer::HeartRate(short(mood.heart_rate)),
                HostMessage::AskLoad => words(&self.target.to_string()),
                HostMessage::SetPower(watts) => {
                    if takes(mood, watts == ShortNumber::ZERO) {
                        self.target = watts.get();
                    }
                    words("")
                }
                HostMessage::SetForce(_) | HostMessage::Other(_) => words(""),
            };
            let mut room = [0; 80];
            out.extend_from_slice(answer.encode(&mut room).expect("room"));
        }
    }

    fn load(&self) -> u16 {
        self.target
    }
}

fn takes(mood: Mood, ends: bool) -> bool {
    if ends { !mood.endless } else { !mood.stubborn }
}

fn short(number: u16) -> ShortNumber {
    ShortNumber::new(number).expect("four digits")
}

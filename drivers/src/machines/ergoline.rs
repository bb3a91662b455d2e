//! The link to an ergoline ergometer, and to whatever speaks as one (GE eBike, Monark set to er900).
//!
//! P10 takes a load in watts without an acknowledgement: it is told again each second, and counts as taken when it is read back. An end
//! is sent three times. P3 takes a load digit by digit with an echo, and applies it by a command of its own. P4 takes its load by a
//! voltage: the wire carries blood pressure records alone, of which the heart rate is read.
//!
//! One that reads no load again and again while it is pedalled and was told one is idle \[assumed of P3\]: it has ended by itself, and is lost
//! and found anew, so that the core starts it again.
//!
//! `s` is never sent twice to an er800S without an end between: the second one would stop it. Times are \[assumed\]; the manuals have none.

use std::time::Duration;

use protocols::ascii::ShortNumber;
use protocols::ergoline::{
    Asked as AskedLoad, HostMessage, MachineDecoder, MachineMessage, ThreeDigits, Variant, Words,
};
use protocols::vocabulary::{LoadControl, OnSilence, ReadBack, Timestamp};
use protocols::wire::Decoder;

use super::asked::{
    Answer, Asked, AskedLink, Expect, Found, Manners, Outgoing, Said, Script, ergometer, watched,
};
use crate::link::Link;

/// For an answer \[assumed\].
const TIME_OUT: Duration = Duration::from_millis(500);
/// Between two of the three ends of an exercise \[assumed\].
const BETWEEN_ENDS: Duration = Duration::from_millis(200);
/// After a line that is not answered \[assumed\].
const SETTLES: Duration = Duration::from_millis(50);
/// A load that is not read back within this is not in force \[assumed\].
const READ_BACK_WITHIN: Duration = Duration::from_secs(10);
/// Under this cadence the er900 brakes less than it was told, in 1/min \[recalled\].
const MEASURED_FROM: u16 = 30;
/// Read back and told may differ by so many watts \[assumed\].
const TOLERANCE: u16 = 5;
/// A load read back this far from what was told may have lost a digit, in watts \[assumed\].
const LOST_DIGIT: u16 = 50;
/// What the identification of an er800S begins with.
const ER800S: &[u8] = b"V.";
/// Ends whatever line was cut off, takes the load away, and ends the exercise.
const RELEASE_P10: &[u8] = b"\rW000\rF\rF\rF\r";
/// The same for P3: the first end takes the load away.
const RELEASE_P3: &[u8] = b"\rF\rF\r";

/// The link to an ergometer that is set to this way of talking.
#[must_use]
pub fn link(variant: Variant) -> impl Link {
    let ergoline = Ergoline {
        variant,
        decoder: MachineDecoder::new(variant, None),
        is_set_otherwise: false,
        toggles: false,
        has_begun: false,
    };
    let manners = ergoline.manners();
    let reads = ReadBack {
        power: variant != Variant::P4,
        cadence: variant != Variant::P4,
        ..ReadBack::default()
    };
    let capabilities = match variant {
        Variant::P10 | Variant::P3 => ergometer(&manners, reads),
        Variant::P4 => watched(&manners, reads, OnSilence::KeepsLoad),
    };
    AskedLink::new(ergoline, capabilities)
}

#[derive(Debug)]
struct Ergoline {
    variant: Variant,
    decoder: MachineDecoder,
    /// It says that it talks in another of the ways.
    is_set_otherwise: bool,
    /// It says that it is an er800S: a second start stops it.
    toggles: bool,
    has_begun: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Clear,
    Identify,
    InitialLoad,
    Begin,
    SetLoad,
    Load,
    Cadence,
    HeartRate,
    Release,
    End,
    /// P3: the preset load.
    Preset,
    /// P3: the preset load comes into force.
    Apply,
    /// P3: the load in force.
    AppliedLoad,
    ReleaseP3,
}

impl Asked for Ergoline {
    type Ask = Ask;

    const ID: &'static str = "ergoline";

    fn manners(&self) -> Manners {
        Manners {
            cut_off: b"\r",
            repeat: (self.variant == Variant::P10).then_some(Duration::from_secs(1)),
            judged_within: READ_BACK_WITHIN,
            measured_from: MEASURED_FROM,
            is_idle_by_load: self.variant != Variant::P4,
            tolerance: TOLERANCE,
            // Recalled: from 20 or 25 W to 400 W at the least.
            min: 25,
            max: 400,
            ..Manners::plain(protocols::ergoline::BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        match self.variant {
            Variant::P10 => Script {
                opening: &[Ask::Clear, Ask::Identify],
                round: &[Ask::Cadence, Ask::Load, Ask::HeartRate],
                starting: &[Ask::InitialLoad, Ask::Begin, Ask::SetLoad],
                loading: &[Ask::SetLoad],
                stopping: &[Ask::Release, Ask::End, Ask::End, Ask::Load],
            },
            Variant::P3 => Script {
                opening: &[Ask::Clear, Ask::Identify],
                round: &[Ask::Cadence, Ask::AppliedLoad, Ask::HeartRate],
                starting: &[Ask::Preset, Ask::Apply, Ask::AppliedLoad],
                loading: &[Ask::Preset, Ask::Apply, Ask::AppliedLoad],
                stopping: &[Ask::ReleaseP3, Ask::End, Ask::AppliedLoad],
            },
            Variant::P4 => Script {
                opening: &[],
                round: &[],
                starting: &[],
                loading: &[],
                stopping: &[],
            },
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {
            Ask::Clear | Ask::Apply => Expect::Nothing(SETTLES),
            Ask::InitialLoad | Ask::Begin | Ask::SetLoad => Expect::Nothing(Duration::ZERO),
            Ask::Release | Ask::End | Ask::ReleaseP3 => Expect::Nothing(BETWEEN_ENDS),
            // An eBike has no heart rate, and who is set to speak as an ergoline may say something else of itself.
            Ask::Identify | Ask::HeartRate => Expect::Perhaps(TIME_OUT),
            Ask::Load | Ask::Cadence | Ask::Preset | Ask::AppliedLoad => Expect::Answer(TIME_OUT),
        }
    }

    fn write(&mut self, ask: Ask, watts: u16, outgoing: &mut Outgoing) {
        let number = ShortNumber::new(watts).unwrap_or(ShortNumber::ZERO);
        match ask {
            Ask::Release | Ask::ReleaseP3 | Ask::End => self.has_begun = false,
            Ask::Begin if self.toggles && self.has_begun => {
                return self.write(Ask::SetLoad, watts, outgoing);
            }
            Ask::Begin => self.has_begun = true,
            Ask::Clear
            | Ask::Identify
            | Ask::InitialLoad
            | Ask::SetLoad
            | Ask::Load
            | Ask::Cadence
            | Ask::HeartRate
            | Ask::Preset
            | Ask::Apply
            | Ask::AppliedLoad => {}
        }
        let message = match ask {
            Ask::Clear => return outgoing.push(b"\r"),
            Ask::Release => return outgoing.push(b"W000\rF\r"),
            Ask::ReleaseP3 => return outgoing.push(b"F\r"),
            Ask::Preset => {
                let digits = ThreeDigits::new(watts);
                say(HostMessage::AnnouncePreset, outgoing);
                match digits {
                    Some(digits) => HostMessage::Preset(digits),
                    None => return,
                }
            }
            Ask::Identify => HostMessage::Identify,
            Ask::InitialLoad => HostMessage::SetInitialLoad(number),
            Ask::Begin | Ask::Apply => HostMessage::Start,
            Ask::SetLoad => HostMessage::SetLoad(number),
            Ask::Load => HostMessage::AskLoad,
            Ask::Cadence => HostMessage::AskPedalSpeed,
            Ask::HeartRate => HostMessage::AskHeartRate,
            Ask::End => HostMessage::End,
            Ask::AppliedLoad => HostMessage::AskAppliedLoad,
        };
        say(message, outgoing);
    }

    fn hear(
        &mut self,
        _now: Timestamp,
        byte: u8,
        asked: Option<Ask>,
        told: Option<u16>,
        found: &mut Found,
    ) {
        let load = asked == Some(Ask::AppliedLoad);
        self.decoder.set_asked(load.then_some(AskedLoad::Load));
        let variant = self.variant;
        self.decoder.feed(&[byte], &mut |heard| {
            found.take(heard.content, |message| {
                if let MachineMessage::Other(words) = &message {
                    let said = variant_of(words);
                    if let Some(said) = said {
                        self.is_set_otherwise = said != variant;
                        self.toggles = words.as_bytes().starts_with(ER800S);
                    }
                    return Said {
                        is_proof: said.is_some(),
                        ..Said::answers(asked == Some(Ask::Identify) && said.is_some())
                    };
                }
                said(&message, asked, told)
            });
        });
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn forget(&mut self) {
        self.is_set_otherwise = false;
    }

    fn fell_out_of_use(&mut self) {
        self.has_begun = false;
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn control(&self) -> LoadControl {
        if self.variant == Variant::P4 || self.is_set_otherwise {
            LoadControl::ByHand
        } else {
            LoadControl::Commanded
        }
    }

    fn release(&self) -> &'static [u8] {
        match self.variant {
            Variant::P10 => RELEASE_P10,
            Variant::P3 => RELEASE_P3,
            Variant::P4 => &[],
        }
    }
}

fn say(message: HostMessage, outgoing: &mut Outgoing) {
    outgoing.encode(|room| message.encode(room).map(<[u8]>::len));
}

/// What a line of the ergometer says that is none of words.
fn said(message: &MachineMessage, asked: Option<Ask>, told: Option<u16>) -> Said {
    let (answered, in_force) = match message {
        MachineMessage::Load(watts) => (Ask::Load, Some(watts.get())),
        MachineMessage::PedalSpeed(_) => (Ask::Cadence, None),
        MachineMessage::HeartRate(_) => (Ask::HeartRate, None),
        MachineMessage::Digits {
            number,
            asked: Some(AskedLoad::Load),
        } => (Ask::AppliedLoad, Some(number.get())),
        MachineMessage::Digits {
            number,
            asked: None,
        } => {
            // The echo of a preset, or a load that was asked for before it. Another one than was sent is not applied.
            let echoes = asked == Some(Ask::Preset);
            let answer = match (echoes, told == Some(number.get())) {
                (false, _) => Answer::None,
                (true, true) => Answer::Done,
                (true, false) => Answer::Again,
            };
            return Said {
                answer,
                ..Said::NOTHING
            };
        }
        MachineMessage::Systolic(_)
        | MachineMessage::Diastolic(_)
        | MachineMessage::Record(_)
        | MachineMessage::Other(_) => {
            return Said {
                ends_report: matches!(message, MachineMessage::Record(_)),
                ..Said::answers(false)
            }
            .with(message.report());
        }
    };
    let is_far =
        matches!((in_force, told), (Some(load), Some(told)) if load.abs_diff(told) > LOST_DIGIT);
    let mut said = Said {
        in_force,
        ..Said::answers(asked == Some(answered))
    }
    .with(message.report());
    if is_far && said.answer == Answer::Done {
        said.answer = Answer::Doubtful;
    }
    said
}

/// Which way of talking an identification names; `None` for a line that is none.
fn variant_of(words: &Words) -> Option<Variant> {
    let text = words.as_bytes();
    let names = |name: &[u8]| text.windows(name.len()).any(|part| part == name);
    if names(b"P10") || text.starts_with(ER800S) {
        Some(Variant::P10)
    } else if names(b"P03") || names(b"P3V") {
        Some(Variant::P3)
    } else if names(b"P04") || names(b"P4V") {
        Some(Variant::P4)
    } else {
        None
    }
}

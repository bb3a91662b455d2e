//! What answers come to. Each function gets one entry for each question asked so far, and says `None` as soon as they do not fit.

use protocols::wire::Decoder;
use protocols::{ant, csafe, daum_premium, polar_hrmi};

use super::Certainty;

/// What answers come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) protocol: &'static str,
    pub(super) certainty: Certainty,
    pub(super) identity: Option<String>,
    pub(super) alternatives: &'static [&'static str],
    /// What it told of its family's settings.
    pub(super) settings: Vec<(&'static str, String)>,
    /// What has to be set otherwise at the machine before it serves.
    pub(super) remedy: Option<&'static str>,
}

impl Judgement {
    /// Certainty after the first of two questions, and after both.
    fn after(answers: &[Vec<u8>], protocol: &'static str, most: Certainty) -> Self {
        let certainty = if answers.len() < 2 {
            Certainty::Possible
        } else {
            most
        };
        Self::of(protocol, certainty)
    }

    /// Nothing is known beside the protocol.
    const fn of(protocol: &'static str, certainty: Certainty) -> Self {
        Self {
            protocol,
            certainty,
            identity: None,
            alternatives: &[],
            settings: Vec::new(),
            remedy: None,
        }
    }

    fn named(self, identity: Option<String>) -> Self {
        Self { identity, ..self }
    }

    fn told(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((key, value.into()));
        self
    }
}

/// How many good messages a decoder finds in an answer, each handed on.
fn each<D: Decoder>(mut decoder: D, answer: &[u8], mut sink: impl FnMut(D::Message)) -> usize {
    let mut good = 0;
    decoder.feed(answer, &mut |found| {
        if let Ok(message) = found.content {
            good += 1;
            sink(message);
        }
    });
    good
}

/// The lines of an answer that hold anything, in printable characters alone; `None` where it holds others.
fn lines(answer: &[u8]) -> Option<Vec<&str>> {
    let text = core::str::from_utf8(answer).ok()?;
    let is_text = |character: char| matches!(character, '\r' | '\n' | '\t' | ' '..='~');
    text.chars().all(is_text).then(|| {
        text.split(['\r', '\n'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect()
    })
}

fn is_number(word: &str, digits: core::ops::RangeInclusive<usize>) -> bool {
    digits.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn in_hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ")
}

pub(super) fn csafe(answers: &[Vec<u8>]) -> Option<Judgement> {
    let mut identity = None;
    let mut kind = None;
    for answer in answers {
        let mut known = false;
        each(csafe::MachineDecoder::new(), answer, |frame| {
            known |= frame.status().is_some();
            if let Some(version) = frame.answer(0x91) {
                identity = Some(csafe_version(version));
                kind = csafe_kind(version);
            }
        });
        known.then_some(())?;
    }
    let judgement = Judgement::after(answers, "csafe", Certainty::Sure).named(identity);
    Some(match kind {
        Some(kind) => judgement.told("kind", kind),
        None => judgement,
    })
}

/// Which machine its class says it is \[assumed\]; other classes are a person's to tell.
const fn csafe_kind(version: &[u8]) -> Option<&'static str> {
    match version {
        [_, 1, ..] => Some("treadmill"),
        [_, 2, ..] => Some("cycle"),
        _ => None,
    }
}

fn csafe_version(version: &[u8]) -> String {
    match version {
        [22, 2, model, ..] => format!("Concept2 PM{model}"),
        [maker, class, model, ..] => format!("maker {maker}, class {class}, model {model}"),
        _ => in_hex(version),
    }
}

/// `D0` and a byte of state; `D4` and four digits from a Trackmaster, `BF` from a Woodway.
pub(super) fn belt(answers: &[Vec<u8>]) -> Option<Judgement> {
    let state_of = |answer: &Vec<u8>| match answer.as_slice() {
        [0xD0, state @ 0x31..=0x33] => Some(*state),
        _ => None,
    };
    let state = state_of(answers.first()?)?;
    let mut judgement = Judgement {
        identity: Some(match state {
            0x31 => "the belt stands".to_owned(),
            _ => "the belt runs".to_owned(),
        }),
        alternatives: &["woodway"],
        ..Judgement::of("trackmaster", Certainty::Possible)
    };
    match answers.get(1).map(Vec::as_slice) {
        None => return Some(judgement),
        Some([0xD4, digits @ ..]) if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit) => {
            judgement.alternatives = &[];
        }
        Some([0xBF]) => {
            judgement.protocol = "woodway";
            judgement.alternatives = &["trackmaster"];
        }
        Some(_) => return None,
    }
    if let Some(again) = answers.get(2) {
        state_of(again)?;
        judgement.certainty = Certainty::Likely;
    }
    Some(judgement)
}

/// What an ergoline calls its interface, and the variant by which a gym's file knows it; `None` for one that nobody talks to.
const INTERFACES: [(&str, Option<&str>); 4] = [
    ("P10", Some("P10")),
    ("P03", Some("P3")),
    ("P04", Some("P4")),
    ("P02", None),
];
const NO_CONTROL: &str =
    "its interface is set to P2, at which nobody can set its load; choose P10 in its menu";

/// `0900P10V243`, `er900P10VV243`, `V.3.3`.
pub(super) fn ergoline(answers: &[Vec<u8>]) -> Option<Judgement> {
    let mut judgement = Judgement::after(answers, "ergoline", Certainty::Likely);
    for answer in answers {
        let said = *lines(answer)?.first()?;
        let interface = INTERFACES.iter().find(|(name, _)| said.contains(name));
        let is_er800s = said.strip_prefix("V.").is_some_and(|rest| {
            rest.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        });
        let variant = match interface {
            Some((_, variant)) => *variant,
            // The answer that it has in P10.
            None if is_er800s => Some("P10"),
            None => return None,
        };
        judgement.settings.clear();
        judgement = judgement.named(Some(said.to_owned()));
        judgement = match variant {
            Some(variant) => judgement.told("variant", variant),
            None => Judgement {
                remedy: Some(NO_CONTROL),
                ..judgement
            },
        };
    }
    Some(judgement)
}

pub(super) fn monark(answers: &[Vec<u8>]) -> Option<Judgement> {
    let mut identity = None;
    for answer in answers {
        let said = *lines(answer)?.first()?;
        let small = said.to_ascii_lowercase();
        let begins = ["lc", "novo", "mec"]
            .iter()
            .any(|name| small.starts_with(name));
        (begins || small.contains("lt")).then_some(())?;
        identity = Some(said.to_owned());
    }
    Some(Judgement::after(answers, "monark", Certainty::Likely).named(identity))
}

/// A model of letters and digits, then a version of three digits; firmware that wants small letters says `ERROR` to both.
pub(super) fn kettler(answers: &[Vec<u8>]) -> Option<Judgement> {
    let is_model = |line: &str| {
        (4..=12).contains(&line.len())
            && line.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && line.bytes().any(|byte| byte.is_ascii_digit())
            && line.starts_with(|letter: char| letter.is_ascii_alphabetic())
    };
    let mut model = None;
    let mut has_version = false;
    let mut refusals = 0_u32;
    for answer in answers {
        let said = lines(answer)?;
        (!said.is_empty()).then_some(())?;
        for line in said {
            if line == "ERROR" {
                refusals += 1;
            } else if is_number(line, 3..=3) {
                has_version = true;
            } else if is_model(line) {
                model = Some(line.to_owned());
            } else {
                return None;
            }
        }
    }
    // The line before the first question is empty, and a refusal of it alone.
    let is_known = model.is_some() && (has_version || refusals >= 2);
    let certainty = if is_known && answers.len() > 1 {
        Certainty::Likely
    } else {
        Certainty::Possible
    };
    (model.is_some() || refusals > 0).then(|| Judgement {
        identity: model,
        alternatives: if is_known { &[] } else { &["waterrower"] },
        ..Judgement::of("kettler", certainty)
    })
}

/// The version, a number alone; then state, count and a rate.
pub(super) fn polar_hrmi(answers: &[Vec<u8>]) -> Option<Judgement> {
    let version = *lines(answers.first()?)?.last()?;
    is_number(version, 1..=3).then_some(())?;
    if let Some(rates) = answers.get(1) {
        let good = each(polar_hrmi::AnswerDecoder::new(), rates, |_| {});
        (good == 1).then_some(())?;
    }
    let judgement = Judgement::after(answers, "polar-hrmi", Certainty::Likely);
    Some(judgement.named(Some(format!("version {version}"))))
}

/// `11` and the address, both times.
pub(super) fn daum_classic(answers: &[Vec<u8>]) -> Option<Judgement> {
    let address = match answers.first()?.as_slice() {
        [0x11, address] => *address,
        _ => return None,
    };
    answers
        .iter()
        .all(|answer| answer.as_slice() == [0x11, address])
        .then_some(())?;
    let judgement = Judgement::after(answers, "daum-classic", Certainty::Likely)
        .named(Some(format!("address {address}")));
    Some(judgement.told("address", address.to_string()))
}

/// The same of an old cockpit, which answers to its own dialect's question: others have answered before, or speak at another rate.
pub(super) fn daum_classic_old(answers: &[Vec<u8>]) -> Option<Judgement> {
    let judgement = daum_classic(answers)?;
    let identity = judgement
        .identity
        .as_ref()
        .map(|address| format!("{address}, an old cockpit"));
    Some(judgement.named(identity).told("dialect", "old"))
}

/// The frame's sum is weak, but two frames that repeat what was asked are no chance.
pub(super) fn daum_premium(answers: &[Vec<u8>]) -> Option<Judgement> {
    let mut frames = 0_usize;
    let mut identity = None;
    for answer in answers {
        each(daum_premium::FrameDecoder::new(), answer, |message| {
            if let daum_premium::Message::Frame { command, .. } = message
                && (command == daum_premium::Command::PROTOCOL_VERSION
                    || command == daum_premium::Command::DASHBOARD_VERSION)
            {
                frames += 1;
            }
        });
        if identity.is_none() {
            identity = payload(answer).map(|version| format!("protocol {version}"));
        }
    }
    (frames > 0).then(|| {
        let certainty = if frames > 1 {
            Certainty::Sure
        } else {
            Certainty::Possible
        };
        Judgement::of("daum-premium", certainty).named(identity)
    })
}

/// What the frame of `V00` carries: what stands between the command and the sum.
fn payload(answer: &[u8]) -> Option<String> {
    let begins = answer.windows(4).position(|four| four == b"\x01V00")?;
    let rest = answer.get(begins.checked_add(4)?..)?;
    let ends = rest.iter().position(|byte| *byte == 0x17)?.checked_sub(2)?;
    core::str::from_utf8(rest.get(..ends)?)
        .ok()
        .map(str::to_owned)
}

/// Identity strings and answers: whole packets, one of which is no notice of an end.
pub(super) fn contec_9(answers: &[Vec<u8>]) -> Option<Judgement> {
    for answer in answers {
        let mut answered = false;
        let mut rest = answer.as_slice();
        while let [kind, behind @ ..] = rest {
            let length = behind.iter().take_while(|byte| **byte >= 0x80).count();
            // The high byte and at least one of data: 3 to 9 bytes in all. The ends of a line are none.
            let is_packet = matches!(kind, 0x02..=0x0D) && (2..=8).contains(&length);
            is_packet.then_some(())?;
            answered |= *kind != 0x0D;
            rest = behind.get(length..)?;
        }
        answered.then_some(())?;
    }
    Some(Judgement::after(answers, "contec-9", Certainty::Likely))
}

pub(super) fn ant(answers: &[Vec<u8>]) -> Option<Judgement> {
    let mut identity = None;
    for answer in answers {
        let good = each(ant::RadioDecoder::new(), answer, |_| {});
        (good > 0).then_some(())?;
        if let Some(text) = answer.get(3..).filter(|_| answer.get(2) == Some(&0x3E)) {
            let text: String = text
                .iter()
                .take_while(|byte| byte.is_ascii_graphic())
                .map(|byte| char::from(*byte))
                .collect();
            identity = Some(text);
        }
    }
    let judgement = Judgement {
        // Which sensor is behind a radio it does not say.
        alternatives: &["ant-power"],
        ..Judgement::after(answers, "ant", Certainty::Sure)
    };
    Some(judgement.named(identity))
}

/// `IV`, model and version, from one that is in use; one that nobody has started refuses every line. What it says unasked may come
/// between.
pub(super) fn waterrower(answers: &[Vec<u8>]) -> Option<Judgement> {
    let mut identity = None;
    for answer in answers {
        let mut has_answered = false;
        for line in lines(answer)? {
            if line
                .strip_prefix("IV")
                .is_some_and(|rest| is_number(rest, 5..=5))
            {
                identity = Some(line.to_owned());
                has_answered = true;
            } else if line == "ERROR" {
                has_answered = true;
            } else {
                let unasked = ["PING", "SS", "SE", "P", "AK"];
                unasked
                    .iter()
                    .any(|word| line.starts_with(word))
                    .then_some(())?;
            }
        }
        has_answered.then_some(())?;
    }
    let alternatives: &[&str] = if identity.is_none() {
        &["kettler"]
    } else {
        &[]
    };
    // One that nobody has started says no more than a refusal, and so do a modem (V.250) and many others.
    let most = if identity.is_some() {
        Certainty::Likely
    } else {
        Certainty::Possible
    };
    Some(Judgement {
        identity,
        alternatives,
        ..Judgement::after(answers, "waterrower", most)
    })
}

pub(super) fn computrainer(answers: &[Vec<u8>]) -> Option<Judgement> {
    let greeting = answers.first()?;
    greeting
        .windows(6)
        .any(|six| six == b"LinkUp")
        .then_some(())?;
    Some(Judgement::of("computrainer", Certainty::Likely))
}

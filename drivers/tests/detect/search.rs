//! The search against the virtual devices, in simulated time.

use drivers::catalogue::{FAMILIES, Settings};
use drivers::detect::{BYTE_GAP, Certainty, LONGEST_SEARCH, Order, Outcome, Search, Verdict};
use drivers::port::LineSettings;
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::vocabulary::Timestamp;

/// Whoever is at the other end.
trait Other {
    /// The host has sent a byte at `line`.
    fn hear(&mut self, now: Timestamp, line: LineSettings, byte: u8);
    /// What it has said by now, as a host at `line` hears it.
    fn say(&mut self, now: Timestamp, line: LineSettings) -> Vec<u8>;
}

const BODY: Body = Body {
    heart_rate: 82.0,
    strap_heart_rate: 82,
    saturation: 96.0,
    cadence: 0.0,
    walking: false,
    strap_contact: true,
    finger_in: true,
    perfusion_good: true,
};

/// A virtual device whose line is set so. At any other rate both ends hear noise.
struct Wired {
    device: Box<dyn VirtualDevice>,
    line: LineSettings,
}

impl Other for Wired {
    fn hear(&mut self, now: Timestamp, line: LineSettings, byte: u8) {
        let byte = if line.baud == self.line.baud {
            byte
        } else {
            0xFC
        };
        self.device.handle_bytes(now, &[byte]);
    }

    fn say(&mut self, now: Timestamp, line: LineSettings) -> Vec<u8> {
        // Somebody wears it, or sits on it.
        self.device.advance(now, &BODY);
        let mut said = Vec::new();
        while let DeviceOutput::Transmit(bytes) = self.device.poll_output(now) {
            said.extend_from_slice(bytes);
        }
        if line.baud != self.line.baud {
            for (place, byte) in said.iter_mut().enumerate() {
                *byte = byte
                    .wrapping_mul(37)
                    .wrapping_add(u8::try_from(place % 256).unwrap())
                    | 0x80;
            }
        }
        said
    }
}

/// A line that answers with what a function says to everything that came since it last did.
struct Answering<F> {
    line: LineSettings,
    heard: Vec<u8>,
    answer: F,
}

impl<F: FnMut(&[u8]) -> Option<Vec<u8>>> Other for Answering<F> {
    fn hear(&mut self, _: Timestamp, line: LineSettings, byte: u8) {
        if line == self.line {
            self.heard.push(byte);
        }
    }

    fn say(&mut self, _: Timestamp, line: LineSettings) -> Vec<u8> {
        if line != self.line {
            return Vec::new();
        }
        match (self.answer)(&self.heard) {
            Some(answer) => {
                self.heard.clear();
                answer
            }
            None => Vec::new(),
        }
    }
}

/// Runs a search to its end; what it came to, and how long it took.
fn search(other: &mut dyn Other) -> (Outcome, core::time::Duration) {
    let step = core::time::Duration::from_millis(5);
    let begun = Timestamp::from_secs(3);
    let mut now = begun;
    let mut search = Search::new(now);
    let mut line = LineSettings::plain(9_600);
    loop {
        match search.poll(now) {
            Order::Open(set) => {
                line = set;
                other.say(now, line);
            }
            Order::Send(bytes) => {
                for byte in bytes {
                    other.hear(now, line, *byte);
                    now = now + BYTE_GAP;
                }
            }
            Order::Wait(_) => {
                now = now + step;
                let bytes = other.say(now, line);
                if !bytes.is_empty() {
                    search.heard(now, &bytes);
                }
            }
            Order::Done => return (search.outcome(), now.since(begun)),
        }
        assert!(now.since(begun) < LONGEST_SEARCH, "{search:?}");
    }
}

fn found(other: &mut dyn Other) -> Verdict {
    match search(other) {
        (Outcome::Found(verdict), _) => verdict,
        (outcome, _) => panic!("{outcome:?}"),
    }
}

fn answering(line: u32, answer: impl FnMut(&[u8]) -> Option<Vec<u8>>) -> Verdict {
    found(&mut Answering {
        line: LineSettings::plain(line),
        heard: Vec::new(),
        answer,
    })
}

/// Their bytes have no check, or too few come in the time of a search: that they are it is possible, and no more is said.
const PROVES_NOTHING: [&str; 5] = ["nonin-df1", "nonin-df8", "masimo", "nellcor", "polar-hrmi"];

/// An ergoline with its interface set to P4 answers no P10 question; a spot check sends once a finger and waits for its acknowledgement.
const CANNOT_BE_FOUND: [&str; 2] = ["ergoline-p4", "nonin-df13"];

#[test]
fn every_virtual_device_of_the_catalogue_is_named() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        for model in family.models {
            if CANNOT_BE_FOUND.contains(&model.id) {
                continue;
            }
            let device = (model.build)(Timestamp::from_secs(3), &Settings::default());
            let mut other = Wired {
                device,
                line: family.line(),
            };
            let outcome = search(&mut other).0;
            let Outcome::Found(verdict) = &outcome else {
                wrong.push(format!("{}: {outcome:?}", model.id));
                continue;
            };
            let named = verdict.protocol == family.id || verdict.alternatives.contains(&family.id);
            let sure =
                verdict.certainty > Certainty::Possible || PROVES_NOTHING.contains(&family.id);
            let right = named && sure && verdict.line.baud == family.line().baud;
            if !right {
                wrong.push(format!("{}: {verdict:?}", model.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_has_a_check_sum_is_sure_and_a_belt_is_not() {
    let certainty = |id: &str| {
        let (family, model) = drivers::catalogue::Model::by_id(id).unwrap();
        let device = (model.build)(Timestamp::from_secs(3), &Settings::default());
        let line = family.line();
        found(&mut Wired { device, line }).certainty
    };
    for id in ["csafe-bike", "nonin-df2", "zephyr-hxm"] {
        assert_eq!(certainty(id), Certainty::Sure, "{id}");
    }
    assert_eq!(certainty("trackmaster"), Certainty::Likely);
}

/// The end of a line, and what is answered to it.
fn by_line(
    answers: &'static [(&'static str, &'static str)],
) -> impl FnMut(&[u8]) -> Option<Vec<u8>> {
    move |heard| {
        let end = *heard.last()?;
        if !matches!(end, b'\r' | b'\n' | b'e') {
            return None;
        }
        let known = answers
            .iter()
            .find(|(asked, _)| heard.ends_with(asked.as_bytes()));
        known.map(|(_, answer)| answer.as_bytes().to_vec())
    }
}

#[test]
fn machines_that_answer_in_lines_are_told_apart() {
    for (protocol, baud, answers) in [
        ("ergoline", 4_800, &[("I\r", "0900P10V243\r")][..]),
        ("ergoline", 2_400, &[("I\r", "V.3.3\r")]),
        ("monark", 4_800, &[("id\r", "LC7 novo\r")]),
        (
            "kettler",
            9_600,
            &[
                ("ID\r\n", "ERROR\r\nSDFB3129\r\n"),
                ("VE\r\n", "131\r\n"),
                ("id\r\n", "ERROR\r\n"),
            ],
        ),
        (
            "kettler",
            9_600,
            &[
                ("ID\r\n", "ERROR\r\nERROR\r\n"),
                ("VE\r\n", "ERROR\r\n"),
                ("id\r\n", "SDFB3129\r\n"),
            ],
        ),
        (
            "polar-hrmi",
            9_600,
            &[("V\r", "11\r"), ("G 1\r", "1 5 72\r")],
        ),
        (
            "waterrower",
            19_200,
            &[("USB\r\n", "_WR_\r\n"), ("IV?\r\n", "IV40210\r\n")],
        ),
        ("computrainer", 2_400, &[("RacerMate", "LinkUp")]),
    ] {
        let verdict = answering(baud, by_line(answers));
        assert_eq!(verdict.protocol, protocol, "{verdict:?}");
        assert_eq!(verdict.certainty, Certainty::Likely, "{verdict:?}");
        assert_eq!(verdict.line, LineSettings::plain(baud));
    }
}

#[test]
fn machines_that_answer_in_bytes_are_told_apart() {
    let daum = answering(9_600, |heard| {
        heard.ends_with(&[0x11]).then(|| vec![0x11, 0x07])
    });
    assert_eq!(daum.protocol, "daum-classic");
    assert_eq!(daum.identity.as_deref(), Some("address 7"));

    let woodway = answering(4_800, |heard| match heard {
        [0xC0] => Some(vec![0xD0, 0x31]),
        [_] => Some(vec![0xBF]),
        _ => None,
    });
    assert_eq!(woodway.protocol, "woodway");
    assert_eq!(woodway.alternatives, ["trackmaster"]);

    let premium = answering(9_600, |heard| {
        if heard.ends_with(b"\x01V0082\x17") {
            // 56 30 30 32 30 31 sum to 73 modulo 100.
            Some(b"\x06\x01V0020129\x17".to_vec())
        } else if heard.ends_with(b"\x01V7089\x17") {
            Some(b"\x06\x01V7010034\x17".to_vec())
        } else {
            None
        }
    });
    assert_eq!(premium.protocol, "daum-premium");
    assert_eq!(premium.certainty, Certainty::Sure);
    assert_eq!(premium.identity.as_deref(), Some("protocol 201"));

    let radio = answering(115_200, |heard| {
        if heard.ends_with(&[0x3E, 0xD5]) {
            Some(framed(&[0xA4, 0x05, 0x3E, b'A', b'P', b'2', b'5', 0x00]))
        } else if heard.ends_with(&[0x54, 0xBF]) {
            Some(framed(&[0xA4, 0x04, 0x54, 0x08, 0x03, 0x00, 0xBA]))
        } else {
            None
        }
    });
    assert_eq!(radio.protocol, "ant");
    assert_eq!(radio.certainty, Certainty::Sure);
    assert_eq!(radio.identity.as_deref(), Some("AP25"));
}

/// With the check of an ANT message behind it.
fn framed(bytes: &[u8]) -> Vec<u8> {
    let mut frame = bytes.to_vec();
    frame.push(bytes.iter().fold(0, |sum, byte| sum ^ byte));
    frame
}

/// A line with nothing on it.
struct Nobody;

impl Other for Nobody {
    fn hear(&mut self, _: Timestamp, _: LineSettings, _: u8) {}
    fn say(&mut self, _: Timestamp, _: LineSettings) -> Vec<u8> {
        Vec::new()
    }
}

/// A plug that leads back what is sent.
struct Loop(Vec<u8>);

impl Other for Loop {
    fn hear(&mut self, _: Timestamp, _: LineSettings, byte: u8) {
        self.0.push(byte);
    }
    fn say(&mut self, _: Timestamp, _: LineSettings) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }
}

/// Somebody who speaks what nobody knows.
struct Noise(u64);

impl Other for Noise {
    fn hear(&mut self, _: Timestamp, _: LineSettings, _: u8) {}
    fn say(&mut self, _: Timestamp, _: LineSettings) -> Vec<u8> {
        (0..8)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                u8::try_from(self.0 >> 56).unwrap()
            })
            .collect()
    }
}

#[test]
fn nobody_an_echo_and_noise_are_three_findings() {
    assert_eq!(search(&mut Nobody).0, Outcome::Silent);

    assert_eq!(search(&mut Loop(Vec::new())).0, Outcome::Echo);

    for seed in 1..20 {
        let (outcome, _) = search(&mut Noise(seed));
        assert!(
            matches!(outcome, Outcome::Unknown { .. }),
            "{seed}: {outcome:?}"
        );
    }
}

//! The search against the virtual devices, in simulated time.

use drivers::catalogue::{FAMILIES, Settings};
use drivers::detect::{Certainty, Outcome};
use drivers::port::LineSettings;
use protocols::vocabulary::Timestamp;

use crate::line::{Loop, Other, Wired, answering, found, search};

/// An ergoline with its interface set to P4 understands nothing but the order to measure a blood pressure.
const CANNOT_BE_FOUND: [&str; 1] = ["ergoline-p4"];

/// That it is it is possible, and no more is said: firmware that answers outside the sheet to the second question, and rowers that nobody
/// has started, which refuse every line as a modem does.
const PROVES_NOTHING: [&str; 4] = [
    "polar-hrmi-periods",
    "waterrower",
    "waterrower-holding",
    "waterrower-swapped",
];

/// Who is called by another's name: a radio does not say which sensor is behind it.
const CALLED: [(&str, &str); 1] = [("ant-power", "ant")];

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
            let called = CALLED.iter().find(|(id, _)| *id == family.id);
            let named = called.map_or(verdict.protocol == family.id, |(id, called)| {
                verdict.protocol == *called && verdict.alternatives.contains(id)
            });
            let sure =
                verdict.certainty > Certainty::Possible || PROVES_NOTHING.contains(&model.id);
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
            &[("IV?\r\n", "ERROR\r\nPING\r\nIV40210\r\n")],
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

#[test]
fn ends_of_lines_an_acknowledgement_and_a_modems_refusal_name_nobody_with_likelihood() {
    for (baud, answer) in [
        (115_200, &b"\r\n\r\n"[..]),
        (115_200, b"\r\n"),
        (115_200, &[0x06]),
        (115_200, &[0x06, 0x06, 0x06]),
        (9_600, b"\r\n\r\n"),
        (19_200, b"\r\nERROR\r\n"),
        (9_600, b"ERROR\r\n"),
        (19_200, b"ERROR\r\n"),
    ] {
        let mut other = Same {
            line: LineSettings::plain(baud),
            answer,
            heard_at: None,
        };
        match search(&mut other).0 {
            Outcome::Found(verdict) => {
                assert_eq!(verdict.certainty, Certainty::Possible, "{verdict:?}");
            }
            Outcome::Silent | Outcome::Echo | Outcome::Unknown { .. } => {}
        }
    }
}

/// Somebody who says the same to whatever was sent, 20 ms after the last byte of it.
struct Same {
    line: LineSettings,
    answer: &'static [u8],
    heard_at: Option<Timestamp>,
}

impl Other for Same {
    fn hear(&mut self, now: Timestamp, line: LineSettings, _: u8) {
        if line == self.line {
            self.heard_at = Some(now);
        }
    }

    fn say(&mut self, now: Timestamp, _: LineSettings) -> Vec<u8> {
        let due = self
            .heard_at
            .take_if(|at| now.since(*at) >= core::time::Duration::from_millis(20));
        due.map_or_else(Vec::new, |_| self.answer.to_vec())
    }
}

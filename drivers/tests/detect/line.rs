//! A search in simulated time, and who may be at the other end of its line.

use drivers::catalogue::Settings;
use drivers::detect::{BYTE_GAP, LONGEST_SEARCH, Order, Outcome, Search, Verdict};
use drivers::port::LineSettings;
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::vocabulary::Timestamp;

/// Whoever is at the other end.
pub(crate) trait Other {
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
pub(crate) struct Wired {
    pub(crate) device: Box<dyn VirtualDevice>,
    pub(crate) line: LineSettings,
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
pub(crate) struct Answering<F> {
    pub(crate) line: LineSettings,
    pub(crate) heard: Vec<u8>,
    pub(crate) answer: F,
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
pub(crate) fn search(other: &mut dyn Other) -> (Outcome, core::time::Duration) {
    search_from(Timestamp::from_secs(3), other)
}

pub(crate) fn search_from(
    begun: Timestamp,
    other: &mut dyn Other,
) -> (Outcome, core::time::Duration) {
    let step = core::time::Duration::from_millis(5);
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
                    let bytes = other.say(now, line);
                    if !bytes.is_empty() {
                        search.heard(now, &bytes);
                    }
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

pub(crate) fn found(other: &mut dyn Other) -> Verdict {
    match search(other) {
        (Outcome::Found(verdict), _) => verdict,
        (outcome, _) => panic!("{outcome:?}"),
    }
}

pub(crate) fn answering(line: u32, answer: impl FnMut(&[u8]) -> Option<Vec<u8>>) -> Verdict {
    found(&mut Answering {
        line: LineSettings::plain(line),
        heard: Vec::new(),
        answer,
    })
}

pub(crate) fn on_the_line(id: &str, told: &[(&'static str, &str)], line: u32) -> Wired {
    on_the_line_at(Timestamp::from_secs(3), id, told, line)
}

pub(crate) fn on_the_line_at(
    on: Timestamp,
    id: &str,
    told: &[(&'static str, &str)],
    line: u32,
) -> Wired {
    let (_, model) = drivers::catalogue::Model::by_id(id).unwrap();
    let told = told.iter().map(|(key, value)| (*key, (*value).to_owned()));
    Wired {
        device: (model.build)(on, &Settings::new(told.collect())),
        line: LineSettings::plain(line),
    }
}

/// A plug that leads back what is sent.
pub(crate) struct Loop(pub(crate) Vec<u8>);

impl Other for Loop {
    fn hear(&mut self, _: Timestamp, _: LineSettings, byte: u8) {
        self.0.push(byte);
    }
    fn say(&mut self, _: Timestamp, _: LineSettings) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }
}

/// The same bytes again and again.
pub(crate) struct Repeating(pub(crate) &'static [u8]);

impl Other for Repeating {
    fn hear(&mut self, _: Timestamp, _: LineSettings, _: u8) {}
    fn say(&mut self, now: Timestamp, _: LineSettings) -> Vec<u8> {
        let is_due = now.since(Timestamp::ZERO).as_millis().is_multiple_of(1_000);
        if is_due { self.0.to_vec() } else { Vec::new() }
    }
}

//! Any monitor's link with a test at the other end of its wire.

use std::time::Duration;

use drivers::catalogue::{FAMILIES, Family, Role, Settings};
use drivers::link::{Link, LinkEvent, LinkOutput};
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation, Reading, Timestamp};

use crate::bench::START;

pub(crate) struct Wire {
    pub(crate) link: Box<dyn Link>,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<(Timestamp, LinkEvent)>,
    pub(crate) sent: Vec<(Timestamp, Vec<u8>)>,
}

/// Formats whose messages are of a few bytes without a check: what each says again and again, and how many milliseconds apart.
pub(crate) const UNPROVED: [(&str, &str, u64); 6] = [
    ("nonin-df1", "80 48 62", 1_000),
    ("nonin-df8", "80 48 62 00", 1_000),
    ("contec-5", "86 34 07 48 62", 17),
    ("contec-9", "01 E0 86 B4 87 C8 E2 FF FF", 17),
    ("bci-5", "86 34 07 48 62", 17),
    ("medlab-ecg", "80", 20),
];

/// For so many milliseconds what a format of one message a second says waits.
pub(crate) const HELD: u64 = 200;

/// A link of a family by its id, with what the family cannot do without.
pub(crate) fn link_of(id: &str) -> Box<dyn Link> {
    let settings = match id {
        // No network's key: any eight bytes set up a radio in a test.
        "ant" => vec![
            ("network_key", "00".repeat(8)),
            ("device_number", "1234".to_owned()),
        ],
        "ivy-450c" => vec![("clip", "patient".to_owned())],
        _ => Vec::new(),
    };
    (family(id).link)(&Settings::new(settings))
}

pub(crate) fn family(id: &str) -> &'static Family {
    monitors().find(|family| family.id == id).expect("a family")
}

/// Every family of monitors, with or without a virtual device.
pub(crate) fn monitors() -> impl Iterator<Item = &'static Family> {
    let all = FAMILIES.iter();
    all.filter(|family| !matches!(family.role, Role::Machine(_)))
}

impl Wire {
    pub(crate) fn of(id: &str) -> Self {
        Self::with(link_of(id))
    }

    pub(crate) fn with(mut link: Box<dyn Link>) -> Self {
        link.handle_opened(START);
        let mut wire = Self {
            link,
            now: START,
            events: Vec::new(),
            sent: Vec::new(),
        };
        wire.drain();
        wire
    }

    /// A link of which only a message is missing to be live.
    pub(crate) fn ready(id: &str) -> Self {
        let mut wire = Self::of(id);
        match id {
            "contec-9" => wire.wait(250),
            "ant" => crate::radio::set_up(&mut wire),
            _ => {}
        }
        wire.events.clear();
        wire
    }

    /// The same where it is live, of formats without a check: their own stream was heard at its own pace.
    pub(crate) fn believed(id: &str) -> Self {
        let mut wire = Self::ready(id);
        let Some((_, packet, millis)) = UNPROVED.iter().find(|(known, ..)| *known == id) else {
            return wire;
        };
        if id == "medlab-ecg" {
            wire.bytes(&[0xF8]);
        }
        for _ in 0..2_400_u64.div_ceil(*millis) {
            wire.bytes(&hex(packet));
            wire.wait(*millis);
        }
        assert!(
            wire.states()
                .iter()
                .any(|(_, state)| *state == LinkEvent::Up)
        );
        wire.events.clear();
        wire
    }

    /// Bytes come that were sent just now.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.link.handle_bytes(self.now, self.now, bytes);
        self.drain();
    }

    /// Time passes; the link is woken whenever it wants to be.
    pub(crate) fn wait(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        loop {
            let next = self.drain();
            if next > end {
                self.now = end;
                self.drain();
                return;
            }
            self.now = next;
        }
    }

    /// When it wants to be woken.
    fn drain(&mut self) -> Timestamp {
        for _ in 0..10_000 {
            match self.link.poll_output(self.now) {
                LinkOutput::Event(event) => self.events.push((self.now, event)),
                LinkOutput::Transmit(bytes) => {
                    assert!(!bytes.is_empty());
                    self.sent.push((self.now, bytes.to_vec()));
                }
                LinkOutput::Preempt(_) => panic!("a monitor has nothing to preempt"),
                LinkOutput::Wait(until) => {
                    assert!(until > self.now, "a wait must lie ahead");
                    return until;
                }
            }
        }
        panic!("a link that never waits");
    }

    pub(crate) fn saturations(&self) -> Vec<Reading<OxygenSaturation>> {
        let readings = self.events.iter().filter_map(|(_, event)| {
            if let LinkEvent::Saturation { reading, .. } = event {
                Some(*reading)
            } else {
                None
            }
        });
        readings.collect()
    }

    pub(crate) fn pulses(&self) -> Vec<Reading<BeatsPerMinute>> {
        let readings = self.events.iter().filter_map(|(_, event)| {
            if let LinkEvent::PulseRate { reading, .. } = event {
                Some(*reading)
            } else {
                None
            }
        });
        readings.collect()
    }

    pub(crate) fn hearts(&self) -> Vec<Reading<BeatsPerMinute>> {
        let readings = self.events.iter().filter_map(|(_, event)| {
            if let LinkEvent::HeartRate { reading, .. } = event {
                Some(*reading)
            } else {
                None
            }
        });
        readings.collect()
    }

    /// Events that are no readings, with when they came after the start.
    pub(crate) fn states(&self) -> Vec<(Duration, LinkEvent)> {
        let is_state = |event: &LinkEvent| {
            matches!(
                event,
                LinkEvent::Up | LinkEvent::Silent | LinkEvent::OtherProtocol(_)
            )
        };
        let states = self.events.iter().filter(|(_, event)| is_state(event));
        states
            .map(|(at, event)| (at.since(START), *event))
            .collect()
    }

    /// What was sent, in hexadecimal, with when.
    pub(crate) fn sent_hex(&self) -> Vec<(u128, String)> {
        let hex = |bytes: &[u8]| {
            let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            digits.join(" ")
        };
        let sent = self.sent.iter();
        sent.map(|(at, bytes)| (at.since(START).as_millis(), hex(bytes)))
            .collect()
    }
}

/// Bytes of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal"))
        .collect()
}

//! A virtual device, a line and a link, on simulated time.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation, Reading, Timestamp};

/// What the line does to the bytes of one transmission.
type Line = Box<dyn FnMut(&mut Vec<u8>)>;

pub(crate) struct Bench<D, L> {
    pub(crate) device: D,
    pub(crate) link: L,
    pub(crate) body: Body,
    pub(crate) now: Timestamp,
    pub(crate) line: Line,
    pub(crate) events: Vec<(Timestamp, LinkEvent)>,
    pub(crate) sent: Vec<Vec<u8>>,
    step: Duration,
}

pub(crate) const START: Timestamp = Timestamp::from_secs(100);

pub(crate) const RESTING: Body = Body {
    heart_rate: 75.0,
    strap_heart_rate: 75,
    saturation: 97.0,
    cadence: 0.0,
    walking: false,
    strap_contact: true,
    finger_in: true,
    perfusion_good: true,
};

impl<D: VirtualDevice, L: Link> Bench<D, L> {
    pub(crate) fn new(device: D, mut link: L) -> Self {
        link.handle_opened(START);
        Self {
            device,
            link,
            body: RESTING,
            now: START,
            line: Box::new(|_| {}),
            events: Vec::new(),
            sent: Vec::new(),
            step: Duration::from_millis(10),
        }
    }

    /// Lets so many milliseconds pass, in steps of 10.
    pub(crate) fn run(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while self.now < end {
            if self.now.as_millis().is_multiple_of(250) {
                self.device.advance(self.now, &self.body);
            }
            let mut bytes = Vec::new();
            while let DeviceOutput::Transmit(some) = self.device.poll_output(self.now) {
                bytes.extend_from_slice(some);
            }
            (self.line)(&mut bytes);
            self.link.handle_bytes(self.now, self.now, &bytes);
            self.drain();
            self.now = self.now + self.step;
        }
    }

    /// The heart beats so often a minute, and has for long enough that a strap's averaging says so too.
    pub(crate) fn set_heart_rate(&mut self, rate: u16) {
        self.body.heart_rate = f64::from(rate);
        self.body.strap_heart_rate = rate;
    }

    pub(crate) fn drain(&mut self) {
        loop {
            match self.link.poll_output(self.now) {
                LinkOutput::Transmit(bytes) => {
                    self.sent.push(bytes.to_vec());
                    self.device.handle_bytes(self.now, bytes);
                }
                LinkOutput::Preempt(_) => panic!("a monitor has nothing to preempt"),
                LinkOutput::Event(event) => self.events.push((self.now, event)),
                LinkOutput::Wait(until) => {
                    assert!(until > self.now, "a wait must lie ahead");
                    break;
                }
            }
        }
    }

    pub(crate) fn forget(&mut self) {
        self.events.clear();
    }

    pub(crate) fn saturations(&self) -> Vec<(Timestamp, Reading<OxygenSaturation>)> {
        let reading = |(at, event): &(Timestamp, LinkEvent)| {
            if let LinkEvent::Saturation { reading, .. } = event {
                Some((*at, *reading))
            } else {
                None
            }
        };
        self.events.iter().filter_map(reading).collect()
    }

    pub(crate) fn rates(&self) -> Vec<(Timestamp, Reading<BeatsPerMinute>)> {
        let reading = |(at, event): &(Timestamp, LinkEvent)| {
            if let LinkEvent::PulseRate { reading, .. } | LinkEvent::HeartRate { reading, .. } =
                event
            {
                Some((*at, *reading))
            } else {
                None
            }
        };
        self.events.iter().filter_map(reading).collect()
    }

    /// When the readings of saturation, pulse and plethysmogram were sent.
    pub(crate) fn sent_at(&self) -> Vec<Timestamp> {
        let sent_at = |(_, event): &(Timestamp, LinkEvent)| {
            if let LinkEvent::Saturation { sent_at, .. }
            | LinkEvent::PulseRate { sent_at, .. }
            | LinkEvent::HeartRate { sent_at, .. }
            | LinkEvent::Plethysmogram { sent_at, .. } = event
            {
                Some(*sent_at)
            } else {
                None
            }
        };
        self.events.iter().filter_map(sent_at).collect()
    }

    /// Events that are no readings, in order.
    pub(crate) fn states(&self) -> Vec<LinkEvent> {
        self.events
            .iter()
            .map(|(_, event)| *event)
            .filter(|event| {
                matches!(
                    event,
                    LinkEvent::Up | LinkEvent::Silent | LinkEvent::OtherProtocol(_)
                )
            })
            .collect()
    }
}

pub(crate) fn values<T: Copy, U: From<T>>(readings: &[(Timestamp, Reading<T>)]) -> Vec<U> {
    readings
        .iter()
        .filter_map(|(_, reading)| reading.value().map(U::from))
        .collect()
}

//! Links of formats without a check: nobody else's bytes are a reading there, and their own device's are, however they are delivered.

use std::time::Duration;

use drivers::catalogue::{FAMILIES, Family, Model};
use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::vocabulary::Timestamp;

use crate::strangers::{BODY, TWINS, is_belief, settings};

const BEGUN: Timestamp = Timestamp::from_secs(3);
const UNPROVED: [&str; 6] = [
    "nonin-df1",
    "nonin-df8",
    "contec-5",
    "contec-9",
    "bci-5",
    "medlab-ecg",
];
const LONG: Duration = Duration::from_mins(1);

/// What there is to feel, and when the reader finds what has come of it.
#[derive(Debug, Clone, Copy)]
struct Delivery {
    /// It looks so often, in milliseconds.
    each: u64,
    /// It stands still from then on, in milliseconds from the opening of the port, and for so long.
    stall: (u64, u64),
    /// Who stood still looks at its clocks before it reads.
    clocks_first: bool,
    body: Body,
}

const AT_ONCE: Delivery = Delivery {
    each: 5,
    stall: (0, 0),
    clocks_first: false,
    body: BODY,
};

/// A link at a port, with a device that can be exchanged.
struct Port {
    link: Box<dyn Link>,
    device: Option<Box<dyn VirtualDevice>>,
    now: Timestamp,
    opened: Timestamp,
    delivery: Delivery,
    waiting: Vec<u8>,
    events: Vec<(Duration, LinkEvent)>,
}

impl Port {
    /// The device has run for so long when the port is opened.
    fn open(
        family: &Family,
        other: &Family,
        model: &Model,
        before: u64,
        delivery: Delivery,
    ) -> Self {
        let mut port = Self {
            link: (family.link)(&settings(family)),
            device: None,
            now: BEGUN,
            opened: Timestamp::NEVER,
            delivery,
            waiting: Vec::new(),
            events: Vec::new(),
        };
        port.plug_in(other, model);
        port.pass(Duration::from_millis(before));
        port.waiting.clear();
        port.opened = port.now;
        port.link.handle_opened(port.now);
        port.drain();
        port
    }

    fn plug_in(&mut self, other: &Family, model: &Model) {
        self.device = Some((model.build)(self.now, &settings(other)));
    }

    /// What comes meanwhile is lost.
    fn lose(&mut self, time: Duration) {
        let opened = core::mem::replace(&mut self.opened, Timestamp::NEVER);
        self.pass(time);
        self.waiting.clear();
        self.opened = opened;
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        let step = match self.delivery.each {
            each if each.is_multiple_of(5) => 5,
            each if each.is_multiple_of(2) => 2,
            _ => 1,
        };
        while self.now < end {
            self.now = self.now + Duration::from_millis(step);
            if let Some(device) = &mut self.device {
                if self.now.as_millis().is_multiple_of(250) {
                    device.advance(self.now, &self.delivery.body);
                }
                while let DeviceOutput::Transmit(bytes) = device.poll_output(self.now) {
                    self.waiting.extend_from_slice(bytes);
                }
            }
            if self.opened <= self.now {
                self.look();
            }
        }
    }

    fn look(&mut self) {
        let since = u64::try_from(self.now.since(self.opened).as_millis()).expect("short");
        let (from, lasts) = self.delivery.stall;
        if (from..from + lasts).contains(&since) {
            return;
        }
        let is_over = lasts > 0 && since == from + lasts;
        if is_over && self.delivery.clocks_first {
            self.drain();
        }
        if is_over || since.is_multiple_of(self.delivery.each) {
            self.link.handle_bytes(self.now, self.now, &self.waiting);
            self.waiting.clear();
        }
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.link.poll_output(self.now) {
                LinkOutput::Transmit(bytes) | LinkOutput::Preempt(bytes) => {
                    if let Some(device) = &mut self.device {
                        device.handle_bytes(self.now, bytes);
                    }
                }
                LinkOutput::Event(event) => {
                    self.events.push((self.now.since(self.opened), event));
                }
                LinkOutput::Wait(until) => {
                    assert!(until > self.now, "a wait must lie ahead");
                    return;
                }
            }
        }
    }

    /// Whether nothing but the body's own numbers was told.
    fn is_true(&self) -> bool {
        let is_near = |told: u16, real: f64| (f64::from(told) - real).abs() <= 1.5;
        self.events.iter().all(|(_, event)| match event {
            LinkEvent::Saturation { reading, .. } => reading
                .value()
                .is_none_or(|value| is_near(value.get().into(), self.delivery.body.saturation)),
            LinkEvent::PulseRate { reading, .. } | LinkEvent::HeartRate { reading, .. } => reading
                .value()
                .is_none_or(|value| is_near(value.get(), self.delivery.body.heart_rate)),
            LinkEvent::Machine { .. } => false,
            LinkEvent::Up
            | LinkEvent::Silent
            | LinkEvent::Accepted(_)
            | LinkEvent::Refused(_)
            | LinkEvent::Objected(_)
            | LinkEvent::OtherProtocol(_)
            | LinkEvent::Plethysmogram { .. } => true,
        })
    }

    /// When something was believed.
    fn beliefs(&self) -> Vec<Duration> {
        let beliefs = self.events.iter().filter(|(_, event)| is_belief(event));
        beliefs.map(|(at, _)| *at).collect()
    }
}

fn families() -> impl Iterator<Item = &'static Family> {
    FAMILIES
        .iter()
        .filter(|family| UNPROVED.contains(&family.id))
}

/// Who can be at the port of an unproved format at its own line setting, and is not told from it by anything.
fn strangers(family: &Family) -> impl Iterator<Item = (&'static Family, &'static Model)> {
    let others = FAMILIES.iter().filter(|other| {
        let meet = family.lines.iter().any(|line| other.lines.contains(line));
        let are_twins = TWINS.contains(&family.id) && TWINS.contains(&other.id);
        family.id != other.id && meet && !are_twins
    });
    others.flat_map(|other| other.models.iter().map(move |model| (other, model)))
}

/// A Nonin that takes the choice of format 8 is the configured device from then on.
fn takes_the_format(family: &Family, other: &Family) -> bool {
    family.id == "nonin-df8" && other.id.starts_with("nonin-df")
}

#[test]
fn nobody_else_is_believed_whenever_the_port_is_opened() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for family in families() {
        for (other, model) in strangers(family) {
            // When the port is opened, how often it is read, and what the body shows.
            for (before, each, heart_rate, saturation) in [
                (0, 5, 82.0, 96.0),
                (5_007, 1, 61.0, 91.0),
                (7_111, 16, 97.0, 99.0),
                (9_345, 100, 133.0, 88.0),
                (6_202, 250, 171.0, 84.0),
            ] {
                let body = Body {
                    heart_rate,
                    saturation,
                    ..BODY
                };
                let delivery = Delivery {
                    each,
                    body,
                    ..AT_ONCE
                };
                let mut port = Port::open(family, other, model, before, delivery);
                port.pass(LONG);
                let believed = port.beliefs();
                count += 1;
                let may_be = takes_the_format(family, other) && port.is_true();
                if !believed.is_empty() && !may_be {
                    wrong.push(format!(
                        "{} with {} after {before} ms, read each {each} ms: {} from {:?} on",
                        family.id,
                        model.id,
                        believed.len(),
                        believed.first()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 300, "{count} pairs");
}

#[test]
fn whoever_takes_a_believed_ones_place_is_not_believed() {
    let mut wrong = Vec::new();
    for family in families() {
        for (other, model) in strangers(family) {
            for (gap, each) in [(0, 1), (333, 5), (1_001, 16), (1_717, 100), (2_345, 16)] {
                let own = &family.models[0];
                let delivery = Delivery { each, ..AT_ONCE };
                let mut port = Port::open(family, family, own, 4_000, delivery);
                port.pass(Duration::from_secs(12));
                assert!(!port.beliefs().is_empty(), "{}", family.id);
                port.device = None;
                // What the right device said last may still be held.
                port.pass(Duration::from_millis(gap + 250));
                port.plug_in(other, model);
                port.events.clear();
                port.pass(LONG);
                let believed = port.beliefs();
                // Format 1 is the begin of format 8.
                let is_begin = family.id == "nonin-df1" && other.id == "nonin-df8";
                let may_be = (is_begin || takes_the_format(family, other)) && port.is_true();
                if !believed.is_empty() && !may_be {
                    wrong.push(format!(
                        "{} with {} after {gap} ms, read each {each} ms: {} at {:?}",
                        family.id,
                        model.id,
                        believed.len(),
                        believed.first()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The longest time between two beliefs, until the end.
fn longest_gap(beliefs: &[Duration], end: Duration) -> Duration {
    let until = beliefs.iter().skip(1).chain(std::iter::once(&end));
    let gaps = beliefs.iter().zip(until);
    gaps.map(|(from, until)| until.saturating_sub(*from))
        .max()
        .unwrap_or(end)
}

/// No event but that the device is there, and readings.
fn only_up(events: &[(Duration, LinkEvent)]) -> bool {
    let is_state = |event: &LinkEvent| {
        matches!(
            event,
            LinkEvent::Up | LinkEvent::Silent | LinkEvent::OtherProtocol(_)
        )
    };
    let mut states = events.iter().filter(|(_, event)| is_state(event));
    matches!(states.next(), Some((_, LinkEvent::Up))) && states.next().is_none()
}

#[test]
fn the_right_device_is_believed_within_four_seconds_and_stays_so_however_it_is_read() {
    for family in families() {
        for model in family.models {
            for (before, each) in [(9_000, 1), (9_111, 16), (9_777, 100), (9_456, 250)] {
                let delivery = Delivery { each, ..AT_ONCE };
                let mut port = Port::open(family, family, model, before, delivery);
                port.pass(LONG);
                let beliefs = port.beliefs();
                let first = beliefs.first().copied().unwrap_or(LONG);
                let longest = longest_gap(&beliefs, LONG);
                let shown = format!("{} read each {each} ms: {first:?}, {longest:?}", model.id);
                assert!(first < Duration::from_secs(4), "{shown}");
                assert!(longest < Duration::from_millis(1_500), "{shown}");
                assert!(only_up(&port.events) && port.is_true(), "{shown}");
            }
        }
    }
}

#[test]
fn a_message_that_is_lost_costs_no_belief() {
    for family in families() {
        let mut port = Port::open(family, family, &family.models[0], 9_500, AT_ONCE);
        port.pass(Duration::from_secs(20));
        let is_slow = family.id.starts_with("nonin");
        port.lose(Duration::from_millis(if is_slow { 1_000 } else { 17 }));
        port.pass(LONG);
        let beliefs = port.beliefs();
        let longest = longest_gap(&beliefs, port.now.since(port.opened));
        let most = Duration::from_millis(if is_slow { 2_050 } else { 1_500 });
        assert!(longest < most, "{} {longest:?}", family.id);
        assert!(only_up(&port.events), "{}", family.id);
    }
}

#[test]
fn a_reader_that_stood_still_for_three_seconds_goes_on_at_once_or_believes_anew() {
    for family in families() {
        for (clocks_first, most) in [(false, 500), (true, 4_500)] {
            for phase in [0, 250, 500, 750] {
                let delivery = Delivery {
                    stall: (20_000 + phase, 3_000),
                    clocks_first,
                    ..AT_ONCE
                };
                let own = &family.models[0];
                let mut port = Port::open(family, family, own, 9_000, delivery);
                port.pass(LONG);
                let ends = Duration::from_millis(23_000 + phase);
                let after = port.beliefs().into_iter().find(|at| *at >= ends);
                let waits = after.unwrap_or(LONG).saturating_sub(ends);
                let shown = format!("{} {phase} {clocks_first}: {waits:?}", family.id);
                assert!(waits <= Duration::from_millis(most), "{shown}");
                assert!(port.is_true(), "{shown}");
            }
        }
    }
}

#[test]
fn the_right_device_is_believed_soon_after_it_took_a_strangers_place() {
    for family in families() {
        for (other, model) in strangers(family) {
            let mut port = Port::open(family, other, model, 9_000, AT_ONCE);
            port.pass(Duration::from_secs(20));
            port.device = None;
            port.pass(Duration::from_millis(500));
            port.events.clear();
            port.plug_in(family, &family.models[0]);
            let plugged_in = port.now.since(port.opened);
            port.pass(LONG);
            let first = port.beliefs().first().copied().unwrap_or(LONG);
            let waits = first.saturating_sub(plugged_in);
            // The five-byte devices search for five seconds themselves, and a board that is not heard is told each five.
            let shown = format!("{} after {}: {waits:?}", family.id, model.id);
            assert!(waits < Duration::from_secs(8), "{shown}");
        }
    }
}

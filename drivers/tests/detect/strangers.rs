//! Whoever else is at a configured port, named by the link that is there.

use std::time::Duration;

use drivers::catalogue::{FAMILIES, Family, Model, Settings};
use drivers::link::{LinkEvent, LinkOutput};
use drivers::virtual_devices::{Body, DeviceOutput};
use protocols::vocabulary::{Reading, Timestamp};

const BEGUN: Timestamp = Timestamp::from_secs(3);

pub(crate) const BODY: Body = Body {
    heart_rate: 82.0,
    strap_heart_rate: 82,
    saturation: 96.0,
    cadence: 60.0,
    walking: false,
    strap_contact: true,
    finger_in: true,
    perfusion_good: true,
};

pub(crate) fn settings(family: &Family) -> Settings {
    let told = family.settings.iter().filter(|setting| setting.required);
    Settings::new(
        told.filter_map(|setting| {
            let value = match *setting.values.first()? {
                "HEX*16" => "00112233445566FF",
                "1..=65535" => "4711",
                value => value,
            };
            Some((setting.key, value.to_owned()))
        })
        .collect(),
    )
}

/// Patterns of bits without a check: noise fits them, and they each other.
const PATTERNS: [&str; 5] = ["nonin-df1", "nonin-df8", "contec-5", "bci-5", "medlab-ecg"];
/// The two that are one to each other's link.
pub(crate) const TWINS: [&str; 2] = ["contec-5", "bci-5"];

/// They say nothing that anybody else's questions bring: a machine that is asked in vain, a board, a radio, an oximeter that sleeps.
const SILENT: [&str; 12] = [
    "csafe",
    "ergoline",
    "daum-classic",
    "daum-premium",
    "kettler",
    "monark",
    "computrainer",
    "waterrower",
    "contec-9",
    "polar-hrmi",
    "ant",
    "ant-power",
];

/// Whether both are Nonin's formats, of which a link chooses its own at a device that can change, or both are an ANT radio.
fn share_a_wire(family: &Family, other: &Family) -> bool {
    ["nonin-df", "ant"]
        .iter()
        .any(|wire| family.id.starts_with(wire) && other.id.starts_with(wire))
}

/// What a link says in twenty seconds at a port with this device behind it.
fn said(family: &Family, other: &Family, model: &Model) -> Vec<LinkEvent> {
    let mut link = (family.link)(&settings(family));
    let mut device = (model.build)(BEGUN, &settings(other));
    let mut now = BEGUN;
    let mut events = Vec::new();
    link.handle_opened(now);
    while now < BEGUN + Duration::from_secs(20) {
        now = now + Duration::from_millis(5);
        if now.as_millis().is_multiple_of(250) {
            device.advance(now, &BODY);
        }
        while let DeviceOutput::Transmit(bytes) = device.poll_output(now) {
            link.handle_bytes(now, now, bytes);
        }
        link.renew_leave(now + Duration::from_millis(400));
        loop {
            match link.poll_output(now) {
                LinkOutput::Transmit(bytes) | LinkOutput::Preempt(bytes) => {
                    device.handle_bytes(now, bytes);
                }
                LinkOutput::Event(event) => events.push(event),
                LinkOutput::Wait(_) => break,
            }
        }
    }
    events
}

/// Whether a link takes somebody for its own device: by a value, or by a machine's report.
pub(crate) fn is_belief(event: &LinkEvent) -> bool {
    match event {
        LinkEvent::Machine { .. } => true,
        LinkEvent::HeartRate { reading, .. } | LinkEvent::PulseRate { reading, .. } => {
            matches!(reading, Reading::Value { .. })
        }
        LinkEvent::Saturation { reading, .. } => matches!(reading, Reading::Value { .. }),
        LinkEvent::Up
        | LinkEvent::Silent
        | LinkEvent::Accepted(_)
        | LinkEvent::Objected(_)
        | LinkEvent::Refused(_)
        | LinkEvent::OtherProtocol(_)
        | LinkEvent::Plethysmogram { .. } => false,
    }
}

/// Every two families that can meet at one line setting.
fn pairs() -> impl Iterator<Item = (&'static Family, &'static Family)> {
    FAMILIES.iter().flat_map(|family| {
        let others = FAMILIES.iter().filter(move |other| {
            let meet = family.lines.iter().any(|line| other.lines.contains(line));
            family.id != other.id && meet && !share_a_wire(family, other)
        });
        others.map(move |other| (family, other))
    })
}

#[test]
fn whoever_is_at_another_ones_port_is_named_if_its_bytes_can_and_never_wrongly() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (family, other) in pairs() {
        for model in other.models {
            let events = said(family, other, model);
            let names: Vec<&str> = events
                .iter()
                .filter_map(|event| {
                    let LinkEvent::OtherProtocol(name) = event else {
                        return None;
                    };
                    Some(*name)
                })
                .collect();
            // A Trackmaster is known by what it answers to a CSAFE frame alone, or by its dialect to a Woodway's link; and a Woodway as one.
            let is_belt = matches!(other.id, "trackmaster" | "woodway");
            let expected: &[&str] = if is_belt && !names.is_empty() {
                &["trackmaster", "woodway"]
            } else {
                &[other.id]
            };
            let can_be = !is_belt
                && !SILENT.contains(&other.id)
                && !PATTERNS.contains(&other.id)
                && model.id != "masimo-ascii-2";
            let is_right = match names.as_slice() {
                [] => !can_be,
                [name] => expected.contains(name),
                _ => false,
            };
            let are_twins = TWINS.contains(&family.id) && TWINS.contains(&other.id);
            let is_taken_in = !are_twins && events.iter().any(is_belief);
            if !is_right || is_taken_in {
                wrong.push(format!(
                    "{} with {}: {names:?}, believed {is_taken_in}",
                    family.id, model.id
                ));
            }
            count += usize::from(!names.is_empty());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 250, "{count} named");
}

//! Other devices at the port of a CSAFE machine.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::machines::csafe::{CsafeLink, CsafeProfile};
use drivers::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
use drivers::virtual_devices::{
    Body, DeviceOutput, VirtualDevice, VirtualNoninDf2, VirtualZephyrHxm,
};
use protocols::trackmaster::SpeedUnit;
use protocols::vocabulary::Timestamp;

const BODY: Body = Body {
    heart_rate: 70.0,
    strap_heart_rate: 70,
    saturation: 97.0,
    cadence: 0.0,
    walking: false,
    strap_contact: true,
    finger_in: true,
    perfusion_good: true,
};

const BEGUN: Timestamp = Timestamp::from_secs(1);

/// A CSAFE bike's link with something else behind its port, on a clock of whole milliseconds.
struct Port {
    link: CsafeLink,
    now: Timestamp,
    events: Vec<LinkEvent>,
}

impl Port {
    fn new() -> Self {
        let mut link = CsafeLink::new(CsafeProfile::Bike);
        link.handle_opened(BEGUN);
        Self {
            link,
            now: BEGUN,
            events: Vec::new(),
        }
    }

    /// Lets so many milliseconds pass with this device behind the port; gives what the link said, readings apart.
    fn pass(&mut self, device: &mut dyn VirtualDevice, millis: u64) -> Vec<LinkEvent> {
        self.events.clear();
        for _ in 0..millis {
            self.now = self.now + Duration::from_millis(1);
            if self.now.as_millis().is_multiple_of(250) {
                device.advance(self.now, &BODY);
            }
            while let DeviceOutput::Transmit(bytes) = device.poll_output(self.now) {
                self.link.handle_bytes(self.now, self.now, bytes);
            }
            loop {
                match self.link.poll_output(self.now) {
                    LinkOutput::Transmit(bytes) | LinkOutput::Preempt(bytes) => {
                        device.handle_bytes(self.now, bytes);
                    }
                    LinkOutput::Event(LinkEvent::Machine { .. } | LinkEvent::HeartRate { .. }) => {}
                    LinkOutput::Event(event) => self.events.push(event),
                    LinkOutput::Wait(_) => break,
                }
            }
        }
        self.events.clone()
    }
}

/// What is answered to a question.
type Answer = fn(&[u8]) -> Vec<u8>;

/// Answers each question in one way.
struct Answers {
    answer: Answer,
    waiting: Vec<u8>,
    sending: Vec<u8>,
}

impl VirtualDevice for Answers {
    fn handle_bytes(&mut self, _now: Timestamp, bytes: &[u8]) {
        self.waiting.extend((self.answer)(bytes));
    }

    fn advance(&mut self, _now: Timestamp, _body: &Body) {}

    fn poll_output(&mut self, _now: Timestamp) -> DeviceOutput<'_> {
        self.sending = std::mem::take(&mut self.waiting);
        if self.sending.is_empty() {
            DeviceOutput::Wait(Timestamp::NEVER)
        } else {
            DeviceOutput::Transmit(&self.sending)
        }
    }

    fn actual_load(&self) -> Option<protocols::vocabulary::MachineLoad> {
        None
    }
}

#[test]
fn each_other_device_is_named_once() {
    let others: [(&str, Box<dyn VirtualDevice>); 3] = [
        ("nonin-df2", Box::new(VirtualNoninDf2::new(BEGUN))),
        ("zephyr-hxm", Box::new(VirtualZephyrHxm::new(BEGUN))),
        (
            "trackmaster",
            Box::new(VirtualTrackmaster::new(BEGUN, SpeedUnit::MilesPerHour)),
        ),
    ];
    for (name, mut device) in others {
        let said = Port::new().pass(&mut *device, 20_000);
        let named = said
            .iter()
            .filter(|event| **event == LinkEvent::OtherProtocol(name));
        assert_eq!(named.count(), 1, "{name}: {said:?}");
        let silent = said.iter().filter(|event| **event == LinkEvent::Silent);
        assert_eq!(silent.count(), 1, "{name}: {said:?}");
        assert_eq!(said.len(), 2, "{name}: {said:?}");
    }
}

#[test]
fn what_proves_nothing_is_given_no_name() {
    let answers: [Answer; 5] = [
        |_| Vec::new(),
        // A wire that brings back noise, a number of refusals that does not fit, and such with something in between.
        |asked| vec![0x55; asked.len()],
        |asked| vec![0xBF; asked.len() - 1],
        |asked| vec![0xBF; asked.len() + 1],
        |_| vec![0xBF, 0xBF, 0x42, 0xBF, 0xBF],
    ];
    for (number, answer) in answers.into_iter().enumerate() {
        let mut device = Answers {
            answer,
            waiting: Vec::new(),
            sending: Vec::new(),
        };
        let said = Port::new().pass(&mut device, 20_000);
        assert_eq!(said, [LinkEvent::Silent], "answer {number}");
    }
}

#[test]
fn the_machine_itself_is_never_another_and_is_found_after_one() {
    let mut port = Port::new();
    let mut oximeter = VirtualNoninDf2::new(BEGUN);
    let said = port.pass(&mut oximeter, 5_000);
    assert!(said.contains(&LinkEvent::OtherProtocol("nonin-df2")));
    let mut bike = VirtualCsafe::new(CsafeModel::ControllableBike);
    assert_eq!(port.pass(&mut bike, 20_000), [LinkEvent::Up]);
    let said = port.pass(&mut oximeter, 5_000);
    assert!(
        said.contains(&LinkEvent::OtherProtocol("nonin-df2")),
        "and again, where the plugs are changed back: {said:?}"
    );
}

//! One virtual machine of the catalogue, a host and a patient's legs, on a clock of the test.

use std::time::Duration;

use drivers::catalogue::{FAMILIES, Model, Settings};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::vocabulary::{MachineLoad, Timestamp};

/// A patient's step.
const STEP_MILLIS: u64 = 250;

/// The models of everything that makes a patient pedal or row, but what a console of its own leads.
pub(crate) fn all() -> impl Iterator<Item = &'static Model> {
    let ids = [
        "ergoline",
        "daum-classic",
        "daum-premium",
        "kettler",
        "monark",
        "computrainer",
        "waterrower",
    ];
    let families = FAMILIES
        .iter()
        .filter(move |family| ids.contains(&family.id));
    families.flat_map(|family| family.models)
}

pub(crate) struct Bench {
    pub(crate) machine: Box<dyn VirtualDevice>,
    pub(crate) now: Timestamp,
    body: Body,
    heard: Vec<u8>,
}

impl Bench {
    pub(crate) fn of(id: &str) -> Self {
        Self::set(id, &Settings::default())
    }

    pub(crate) fn set(id: &str, settings: &Settings) -> Self {
        let now = Timestamp::from_secs(10);
        let model = all()
            .find(|model| model.id == id)
            .expect("a model of that name");
        let mut bench = Self {
            machine: (model.build)(now, settings),
            now,
            body: Body {
                heart_rate: 110.0,
                strap_heart_rate: 110,
                saturation: 97.0,
                cadence: 0.0,
                walking: false,
                strap_contact: true,
                finger_in: true,
                perfusion_good: true,
            },
            heard: Vec::new(),
        };
        bench.feel();
        bench
    }

    pub(crate) fn pedal(&mut self, cadence: f64) -> &mut Self {
        self.body.cadence = cadence;
        self.feel();
        self
    }

    pub(crate) fn strap(&mut self, rate: u16) -> &mut Self {
        self.body.strap_heart_rate = rate;
        self.body.strap_contact = rate > 0;
        self.feel();
        self
    }

    /// Lets time pass as a rig does: every wait is kept, and the patient moves on every 250 ms.
    pub(crate) fn wait(&mut self, millis: u64) -> &mut Self {
        let end = self.now + Duration::from_millis(millis);
        while self.now < end {
            let step = Timestamp::from_millis(
                (self.now.as_millis() / STEP_MILLIS + 1).saturating_mul(STEP_MILLIS),
            );
            self.now = self.drain().min(step).min(end);
            if self.now.as_millis().is_multiple_of(STEP_MILLIS) {
                self.feel();
            }
        }
        self.drain();
        self
    }

    pub(crate) fn seconds(&mut self, seconds: u64) -> &mut Self {
        self.wait(seconds * 1_000)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> &mut Self {
        self.machine.handle_bytes(self.now, bytes);
        self.drain();
        self
    }

    /// What came since it was last looked at.
    pub(crate) fn heard(&mut self) -> Vec<u8> {
        self.drain();
        std::mem::take(&mut self.heard)
    }

    /// What is answered within a fifth of a second.
    pub(crate) fn ask(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.heard();
        self.send(bytes).wait(200).heard()
    }

    pub(crate) fn ask_text(&mut self, text: &str) -> String {
        String::from_utf8(self.ask(text.as_bytes())).expect("text")
    }

    pub(crate) fn power(&mut self, on: bool) -> &mut Self {
        self.machine.set_power(self.now, on);
        self
    }

    /// Watts at the crank; `None` for a machine at rest.
    pub(crate) fn watts(&self) -> Option<u16> {
        match self.machine.actual_load() {
            Some(MachineLoad::Power(watts)) => Some(watts.get()),
            Some(belt @ MachineLoad::Belt { .. }) => panic!("{belt:?}"),
            None => None,
        }
    }

    fn feel(&mut self) {
        self.machine.advance(self.now, &self.body);
    }

    fn drain(&mut self) -> Timestamp {
        for _ in 0..1_000 {
            match self.machine.poll_output(self.now) {
                DeviceOutput::Transmit(bytes) => self.heard.extend_from_slice(bytes),
                DeviceOutput::Wait(until) => {
                    assert!(until > self.now, "a machine that spins");
                    return until;
                }
            }
        }
        panic!("a machine that never waits");
    }
}

pub(crate) fn settings(key: &'static str, value: &str) -> Settings {
    Settings::new(vec![(key, value.to_owned())])
}

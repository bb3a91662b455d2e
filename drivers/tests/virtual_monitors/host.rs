//! A host that listens to one device on simulated time.

use std::time::Duration;

use drivers::catalogue::{End, FAMILIES, Family, Model, Role, Settings, Told};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::gatt::BridgeDecoder;
use protocols::vocabulary::Timestamp;
use protocols::wire::{Decoded, Decoder, Report, WireErrorKind};

pub(crate) const START: Timestamp = Timestamp::from_secs(100);

pub(crate) const RESTING: Body = Body {
    heart_rate: 75.0,
    strap_heart_rate: 75,
    saturation: 97.0,
    cadence: 60.0,
    walking: false,
    strap_contact: true,
    finger_in: true,
    perfusion_good: true,
};

pub(crate) const NOBODY: Body = Body {
    strap_contact: false,
    finger_in: false,
    cadence: 0.0,
    ..RESTING
};

pub(crate) struct Host<D> {
    pub(crate) device: D,
    pub(crate) now: Timestamp,
    pub(crate) body: Body,
}

/// The model of this name.
pub(crate) fn model(id: &str) -> &'static Model {
    let models = families().flat_map(|family| family.models);
    models
        .into_iter()
        .find(|model| model.id == id)
        .expect("a model of this name")
}

/// Whoever sends by a rhythm of its own: all monitors, and the machines behind a bridge.
pub(crate) fn families() -> impl Iterator<Item = &'static Family> {
    let is_bridged = |family: &Family| family.id.starts_with("ble-");
    FAMILIES
        .iter()
        .filter(move |family| !matches!(family.role, Role::Machine(_)) || is_bridged(family))
}

/// What a family's own decoder makes of what its device sent: reports, and errors. A bridge's lines are values, one by one.
pub(crate) fn tell(
    family: &str,
    bytes: &[u8],
    sink: &mut dyn FnMut(Result<&Report<'_>, WireErrorKind>),
) {
    let family = Family::by_id(family).expect("a family");
    let mut decoder = (family.decode)(End::Device, &Settings::default());
    let mut hand_on = |found: Decoded<Told<'_>>| match found.content {
        Ok(told) => sink(Ok(&told.report)),
        Err(error) => sink(Err(error.kind)),
    };
    if !family.id.starts_with("ble-") {
        return decoder.feed(bytes, &mut hand_on);
    }
    for line in decoded::<BridgeDecoder>(bytes) {
        decoder.feed(line.value(), &mut hand_on);
        decoder.end_of_value(&mut hand_on);
    }
}

impl Host<Box<dyn VirtualDevice>> {
    pub(crate) fn of(id: &str) -> Self {
        Host::new((model(id).build)(START, &Settings::default()))
    }
}

impl<D: AsDevice> Host<D> {
    pub(crate) fn new(device: D) -> Self {
        Self {
            device,
            now: START,
            body: RESTING,
        }
    }

    /// Lets time pass in steps of 10 ms, and gives what the device sent with when it came.
    pub(crate) fn run_timed(&mut self, millis: u64) -> Vec<(Timestamp, Vec<u8>)> {
        let end = self.now + Duration::from_millis(millis);
        let mut sent = Vec::new();
        while self.now < end {
            if self.now.as_millis().is_multiple_of(250) {
                self.device.device().advance(self.now, &self.body);
            }
            for piece in drain(self.device.device(), self.now) {
                sent.push((self.now, piece));
            }
            self.now = self.now + Duration::from_millis(10);
        }
        sent
    }

    pub(crate) fn run(&mut self, millis: u64) -> Vec<u8> {
        let sent = self.run_timed(millis);
        sent.into_iter().flat_map(|(_, bytes)| bytes).collect()
    }

    /// Sends bytes, and gives what comes back at once.
    pub(crate) fn ask(&mut self, bytes: &[u8]) -> Vec<u8> {
        drain(self.device.device(), self.now);
        self.device.device().handle_bytes(self.now, bytes);
        drain(self.device.device(), self.now).concat()
    }
}

/// A device by itself, or one whose kind nobody knows.
pub(crate) trait AsDevice {
    fn device(&mut self) -> &mut dyn VirtualDevice;
}

impl AsDevice for Box<dyn VirtualDevice> {
    fn device(&mut self) -> &mut dyn VirtualDevice {
        &mut **self
    }
}

impl<S: drivers::virtual_devices::stream::Speaker> AsDevice
    for drivers::virtual_devices::stream::Stream<S>
{
    fn device(&mut self) -> &mut dyn VirtualDevice {
        self
    }
}

pub(crate) fn drain(device: &mut dyn VirtualDevice, now: Timestamp) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for _ in 0..2_000 {
        match device.poll_output(now) {
            DeviceOutput::Transmit(bytes) => {
                assert!(!bytes.is_empty());
                pieces.push(bytes.to_vec());
            }
            DeviceOutput::Wait(until) => {
                assert!(until > now, "a wait must lie ahead");
                return pieces;
            }
        }
    }
    panic!("a device that never waits");
}

/// All messages; an error is none that a device may make.
pub(crate) fn decoded<D: Decoder + Default>(bytes: &[u8]) -> Vec<D::Message> {
    let mut messages = Vec::new();
    D::default().feed(bytes, &mut |item| {
        messages.push(item.content.expect("no device breaks its own form"));
    });
    messages
}

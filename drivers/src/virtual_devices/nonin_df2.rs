//! A Nonin oximeter that streams data format 2 and no other.

use protocols::vocabulary::{MachineLoad, Timestamp};

use super::monitors::nonin::{Commands, Format, Nonin};
use super::stream::{SensorFaults, Stream};
use super::{Body, DeviceOutput, VirtualDevice};

/// An oximeter that shows its wearer's body. A command to another format is refused.
#[derive(Debug)]
pub struct VirtualNoninDf2 {
    stream: Stream<Nonin>,
    faults: SensorFaults,
}

impl VirtualNoninDf2 {
    /// A device switched on at `start`: its first frame is due then, and each next one exactly a seventy-fifth of a second
    /// later, without drift. Until it is told of a body there is no finger in it.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self {
            stream: Nonin::switch_on(start, Format::Df2, Commands::OtherFormatsRefused),
            faults: SensorFaults::default(),
        }
    }

    /// Pulls the sensor's cable, or plugs it in again.
    pub const fn set_unplugged(&mut self, unplugged: bool) {
        self.faults.unplugged = unplugged;
        self.stream.set_faults(self.faults);
    }

    /// Shakes the hand: every pulse is bad while it lasts, and after three of them the device loses track.
    pub const fn set_motion(&mut self, motion: bool) {
        self.faults.motion = motion;
        self.stream.set_faults(self.faults);
    }
}

impl VirtualDevice for VirtualNoninDf2 {
    fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]) {
        self.stream.handle_bytes(now, bytes);
    }

    fn advance(&mut self, now: Timestamp, body: &Body) {
        self.stream.advance(now, body);
    }

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.stream.poll_output(now)
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        None
    }
}

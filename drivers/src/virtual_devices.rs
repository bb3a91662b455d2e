//! The device's end of every wire, moved by a virtual patient, with faults to order: for demonstrations, tests, and trying any
//! host software against them.

mod beats;
mod belt;
pub mod cohort;
pub mod computrainer;
mod console;
mod course;
pub mod csafe;
pub mod daum_classic;
pub mod daum_premium;
pub mod ergoline;
mod ergometer;
pub mod kettler;
pub mod monark;
pub mod monitors;
mod nonin_df2;
mod oximeter;
pub mod patient;
mod pulse;
mod replay;
pub mod rig;
pub mod shell;
pub mod stream;
pub mod trackmaster;
pub mod waterrower;
pub mod woodway;
mod zephyr_hxm;

use protocols::vocabulary::{MachineLoad, Timestamp};

pub use course::WalkingCourse;
pub use nonin_df2::VirtualNoninDf2;
pub use replay::VirtualReplay;
pub use zephyr_hxm::VirtualZephyrHxm;

/// The device's end of one wire, without I/O: the mirror of [`crate::link::Link`].
pub trait VirtualDevice: Send {
    /// Bytes from the host.
    fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]);

    /// The patient moved on: called every 250 ms of the device's time with what the body shows now.
    fn advance(&mut self, now: Timestamp, body: &Body);

    /// What to send next. Drain until [`DeviceOutput::Wait`].
    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_>;

    /// What the machine really does to the patient now, after its own ramps: `None` for a monitor, and for a machine at rest.
    fn actual_load(&self) -> Option<MachineLoad>;

    /// The mains come or go, as when a safety relay closes or opens. Without power a machine hears and says nothing and its
    /// load falls to nothing; with power again it is as just switched on. A monitor has a battery: nothing happens.
    fn set_power(&mut self, _now: Timestamp, _on: bool) {}
}

/// What a virtual device wants done.
#[derive(Debug, PartialEq, Eq)]
pub enum DeviceOutput<'a> {
    /// Send these bytes.
    Transmit(&'a [u8]),
    /// Nothing to do before this instant.
    Wait(Timestamp),
}

/// What a patient's body shows to sensors and machines at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a body, not a state"
)]
pub struct Body {
    /// True momentary heart rate, in beats a minute.
    pub heart_rate: f64,
    /// What a strap of this patient's averaging says, in whole beats a minute.
    pub strap_heart_rate: u16,
    /// True momentary saturation, in per cent.
    pub saturation: f64,
    /// Cadence at the crank, in revolutions a minute; 0 when not pedalling.
    pub cadence: f64,
    /// Whether the patient stands on the belt and walks with it.
    pub walking: bool,
    /// Whether the strap has contact with the skin.
    pub strap_contact: bool,
    /// Whether the oximeter is on the finger.
    pub finger_in: bool,
    /// Perfusion good enough for the oximeter.
    pub perfusion_good: bool,
}

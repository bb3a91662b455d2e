//! ANT radios on a serial port, and the ANT+ pages of heart-rate straps, power meters and fitness equipment (FE-C).
//!
//! Line: 57 600 baud for modules, 115 200 for the USB1 stick, 8N1. A frame is `A4`, a length, an id, 1 to 32 data bytes, and the
//! exclusive or of all before it; values are little-endian where nothing else is said. Sources: the public readers
//! `GoldenCheetah`, `FortiusANT`, `openant` and Auuki; the ANT documents were not seen themselves. Recalled alone are: the
//! fitness pages 18 to 20 and 22 to 24 (decimal), the codes 8 and 9, and that the stick talks as a tty.
//!
//! Promises: both directions are decoded and encoded, pages too; a **network key** is taken from the caller, stands nowhere in
//! this crate, and is masked wherever a message is formatted for people.
//!
//! Deliberately absent: set-up of channels, retries and every rule with seconds in it, which are the driver's; the second in
//! which a machine stands still; proximity search (recalled alone, without a layout).
//!
//! **FE-C has no watchdog**: on a lost link most trainers hold their last power.

mod channel;
mod code;
mod control;
mod data;
mod decode;
mod fitness;
mod frame;
mod heart_rate;
mod host;
mod key;
mod page;
mod power;
mod radio;
mod report;

pub use channel::{ChannelId, ChannelKind, ChannelState, Profile};
pub use code::Code;
pub use control::{ControlPage, Track, Wind};
pub use data::{Data, DataKind, PAGE_BYTES};
pub use decode::{HostDecoder, RadioDecoder};
pub use fitness::{
    Capabilities, CommandOutcome, CommandStatus, Equipment, FitnessPage, General, MachinePhase,
    MachineStatus, Metabolic, RateSource, Settings, Striding, StridingMachine, TargetLimit,
    Trainer, TrainerTorque, Treadmill,
};
pub use frame::{Frame, LONGEST_DATA, LONGEST_FRAME};
pub use heart_rate::{HeartRateDetail, HeartRatePage, ToggleWatch};
pub use host::HostMessage;
pub use key::NetworkKey;
pub use page::CommonPage;
pub use power::{PowerPage, StandardPower, Torque};
pub use radio::{RadioMessage, Version};

/// The speed of a module's line.
pub const MODULE_BAUD: u32 = 57_600;
/// The speed of a USB1 stick's line.
pub const STICK_BAUD: u32 = 115_200;

/// Every profile here is on 2457 MHz: so many MHz above 2400.
pub const FREQUENCY: u8 = 57;

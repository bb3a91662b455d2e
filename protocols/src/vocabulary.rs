//! What devices say and are told, whatever the wire.

pub mod capabilities;
pub mod command;
pub mod number;
pub mod reading;
pub mod time;
pub mod units;

pub use capabilities::{
    Averaging, BeltRange, Capabilities, LoadControl, MachineKind, OnSilence, PowerRange, ReadBack,
    Slew,
};
pub use command::{MachineCommand, MachineLoad};
pub use reading::{Absence, MachineReport, MachineState, Quality, Reading};
pub use time::Timestamp;
pub use units::{
    BeatsPerMinute, Kilograms, MetresPerSecond, MillimetresOfMercury, NetMets, OxygenSaturation,
    PercentGrade, RevolutionsPerMinute, Watts,
};

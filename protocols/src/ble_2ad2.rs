//! The Bluetooth fitness machine's indoor bike: its data (characteristic 2AD2 of service 1826), and the control point (2AD9)
//! and status (2ADA) beside it.
//!
//! Source: the field order and the control point as Auuki has them; the fitness machine document is recalled, it was not seen.
//!
//! Promises: fields that the flags do not announce are left out; fields may go over several values.
//!
//! Deliberately absent: treadmill data and the supported ranges, which no id of the index names; the spin-down command, whose
//! parameter no source tells; commands that nobody who cares for a patient may send are decoded, for a virtual device has to
//! answer them. Machines **hold the last target when the link drops**: the profile has no watchdog.

mod bike;
mod control;

pub use bike::{BikeData, Energy, LONGEST_BIKE_DATA};
pub use control::{
    ControlAnswer, ControlPoint, LONGEST_COMMAND, MachineEvent, Outcome, Resistance,
};

use crate::gatt::ValueDecoder;

/// The characteristic of the data.
pub const CHARACTERISTIC: u16 = 0x2AD2;
/// The characteristic of the control point.
pub const CONTROL_POINT: u16 = 0x2AD9;
/// The characteristic of the status.
pub const STATUS: u16 = 0x2ADA;

/// Decodes the bike's data.
pub type BikeDataDecoder = ValueDecoder<BikeData>;

/// Decodes what a host writes to the control point.
pub type HostDecoder = ValueDecoder<ControlPoint>;

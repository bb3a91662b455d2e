//! The Bluetooth heart rate measurement (characteristic 2A37 of service 180D), as straps notify it about once a second.
//!
//! Source: the characteristic's published text, as public copies carry it.
//!
//! Promises: a rate is missing where the strap says that it has no contact; beat intervals are read, all of them.
//!
//! Deliberately absent: the rule against a strap that holds its last rate after contact is lost (no beat interval for 3 s),
//! which needs a clock and is the driver's; location and control point.

mod measurement;

pub use measurement::{Contact, Intervals, LONGEST_MEASUREMENT, Measurement};

use crate::gatt::ValueDecoder;

/// The characteristic.
pub const CHARACTERISTIC: u16 = 0x2A37;

/// Decodes the strap's values.
pub type MeasurementDecoder = ValueDecoder<Measurement>;

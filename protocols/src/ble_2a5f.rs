//! The Bluetooth oximeter's continuous measurement (characteristic 2A5F of service 1822).
//!
//! Source: the order of the fields as public readers have it, and recalled; the meanings of the status bits are recalled alone,
//! the document itself was not seen.
//!
//! Promises: the normal pair is read, never the fast or the slow one; both go missing where the device says that there is no
//! measurement, or an invalid one.
//!
//! Deliberately absent: the sensor's status and the other status bits as a judgement: they are handed on to the driver.

mod measurement;
mod sfloat;

pub use measurement::{LONGEST_MEASUREMENT, Measurement, Pair};
pub use sfloat::Sfloat;

use crate::gatt::ValueDecoder;

/// The characteristic.
pub const CHARACTERISTIC: u16 = 0x2A5F;

/// Decodes the oximeter's values.
pub type MeasurementDecoder = ValueDecoder<Measurement>;

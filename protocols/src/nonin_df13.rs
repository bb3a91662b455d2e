//! Nonin serial data format 13: one frame a measurement, with its date, from a spot-check oximeter (Onyx II 9560, `WristOx2`
//! 3150).
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. The layout is read in one public reader
//! (`NoninPulseOx`), which says too that the data may grow: what is longer is skipped.
//!
//! Promises: a spot check is reported only whole, with its check held. A measurement that did not succeed has no values,
//! whatever its bytes hold (assumed).
//!
//! The host answers `06` (accepted) or `15` (send again) while the device's option "ATR" is on; without an answer the device
//! repeats or stores (recalled): do not rely on it.

mod check;
mod decode;
mod host;

pub use crate::nonin::{BAUD, ClockTime, DataFormat, HostCommand, LONGEST_COMMAND};
pub use check::{FRAME_BYTES, Measured, Outcome, SpotCheck, Taken};
pub use decode::SpotCheckDecoder;
pub use host::{HostDecoder, HostMessage};

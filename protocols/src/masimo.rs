//! "ASCII 1", the line that Masimo's bench and handheld oximeters print once a second (Rad-5, Rad-8, Rad-87, Radical-7).
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no handshake (the Rad-87's manual). The form is chosen in the device's
//! output menu, where a Rad-8 has ASCII 2 at first. The line's forms and the names of its exceptions are those of mdpnp's
//! driver and the Rad-8's manual; that a line of more than 256 bytes is one error is assumed.
//!
//! Promises: after any garbage the line behind the next line end is read whole; fields may come in any number and order. Dashes
//! and zeros are both "none", as models differ. A line of ASCII 2 is known as such, so that a driver can say what to set.
//!
//! No checksum: two lines in agreement before a step is acted on. The averages are of 2 to 16 s by menu (recalled: 8 s at
//! first): a fall shows after about that time. With [`Exceptions::NO_SENSOR`] and the like the values are not to be trusted even
//! if they are shown.
//!
//! Deliberately absent: carbon monoxide, methaemoglobin, PVI and the like. Nothing is ever sent to the device.

mod decode;
mod exceptions;
mod line;
mod write;

pub use crate::printed::Number;
pub use decode::LineDecoder;
pub use exceptions::{Alarms, Exceptions};
pub use line::{Clock, DeviceMessage, LONGEST_LINE, Line, PerfusionIndex, SerialNumber};
pub use write::LONGEST_ENCODED;

/// The line's speed.
pub const BAUD: u32 = 9_600;

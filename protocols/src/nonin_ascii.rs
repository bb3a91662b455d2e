//! The line that Nonin's older monitors print once a second: pulse rate and saturation as text (8500, 8600, 9600 Avant, 9847,
//! Avant 4000).
//!
//! `SPO2=098 HR=072` and a line end; `SPO2=--- HR=---` where there is no reading. The form is that of the maker's manuals
//! (Avant 4000, Avant 9600, 9847, 8600V); the width of its fields is assumed, and so is that a line of more than 128 bytes is
//! one error.
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. 8500 and 9847 send a ninth bit that is always mark,
//! so that a receiver of eight bits reads them.
//!
//! Promises: after any garbage the line behind the next line end is read whole. Values out of range are missing (18 to 321 a
//! minute, recalled; 1 to 100 %), never other values.
//!
//! No checksum, and no word on quality: two lines in agreement before a step is acted on.
//!
//! Deliberately absent: the header at power-up, whose form no source gives, and which reads as nothing. Nothing is ever sent to
//! the device.

mod decode;
mod line;

pub use crate::nonin::BAUD;
pub use crate::printed::Number;
pub use decode::LineDecoder;
pub use line::{Clock, LONGEST_ENCODED, LONGEST_LINE, Line, Marks};

//! The line that Nellcor's bench oximeters print every 2 s on their data port set to ASCII (N-595, N-395, NPB-290 and 295,
//! N-560, N-550).
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control (mdpnp's demonstration; 2400 and 19 200 by menu,
//! recalled). The headings are those of the NPB-295's and N-395's manuals, the data line and its codes those of mdpnp's driver.
//! Recalled: a line every 2 s, a code BU of the N-395. Assumed: that a line of more than 160 bytes is one error.
//!
//! Promises: after any garbage the line behind the next line end is read whole; nothing before a line's end counts. Dashes and
//! zeros are both "none".
//!
//! No checksum: two lines in agreement before a step is acted on. SpO2 is an average of 5 to 7 s, which motion stretches to 20 s and
//! more: a fall shows some 8 to 10 s late.
//!
//! Deliberately absent: the text of the interactive mode, which reads as nothing; the format of N-100 and N-200, which is
//! another.

mod decode;
mod heading;
mod host;
mod line;
mod status;

pub use crate::printed::{Number, Text};
pub use decode::{DeviceMessage, LineDecoder};
pub use heading::{COLUMNS, Heading, Limits, Name};
pub use host::{HostDecoder, HostMessage};
pub use line::{Clock, LONGEST_ENCODED, LONGEST_LINE, Line, Shown};
pub use status::{Status, StatusCodes};

/// The line's speed.
pub const BAUD: u32 = 9_600;

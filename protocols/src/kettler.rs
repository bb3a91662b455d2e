//! The Kettler protocol in ASCII lines: ergometers and cross-trainers in "PC mode".
//!
//! The sources are public hosts (`GoldenCheetah`'s Kettler connections, incyclist's adapter, pyergometer, kettler-tcx).
//!
//! Two letters, perhaps a number, CR LF; most answers are one status line of eight fields, separated by tabs. No check sum.
//! Old firmware wants small letters and answers `ERROR` to capitals: [`LetterCase`].
//!
//! Line: 9600 baud, 8N1, no flow control; Racer models 57600 too.
//!
//! Promises: a status line is used whole or not at all, and only once its line feed has come: a cut-off last field would read as a
//! smaller power. After any garbage the line behind the next line feed is read whole.
//!
//! Deliberately absent: the Boston XL treadmill, whose lines have the same form and other meanings.

mod decode;
mod host;
mod machine;
mod status;

pub use decode::{HostDecoder, MachineDecoder};
pub use host::{Command, HostMessage, LetterCase};
pub use machine::MachineMessage;
pub use status::{FieldNumber, StatusLine};

use crate::ascii::Text;

/// The line's speed; Racer models have 57600 too.
pub const BAUD: u32 = 9_600;

/// Characters of the longest line that is read \[assumed\].
pub const LONGEST_LINE: usize = 80;

/// Bytes that are enough for every line of either end.
pub const LONGEST_ENCODED: usize = LONGEST_LINE + 2;

/// A line in words.
pub type Words = Text<LONGEST_LINE>;

//! The Ergoline protocol in ASCII lines: bicycle ergometers that an ECG or training system drives.
//!
//! Spoken by ergoline er800, er900, ergometrics and ergoselect, the GE eBike, and Monark bikes set to "er900 compatible". The
//! sources are the makers' manuals (er900L 475.043 pages 60 to 69, er800S 475.051 pages 23 to 25, GE 2018112-003 page 76,
//! Monark LC7TT NOVO page 14) where nothing else is said.
//!
//! One letter, up to four digits, a carriage return: no checksum, no address, no acknowledgement of a command. Which of three
//! ways of talking an ergometer uses is a setting of its menu, and has to be told to the decoder: [`Variant`].
//!
//! Line: 4800 baud (or 2400; stated for P2 and P4 and taken over for P10), 8N1, no handshake; ergoselect and eBike at 9600 and
//! above too \[recalled\].
//!
//! Promises: after any garbage the line behind the next carriage return is read whole. That numbers are sent in three digits
//! without a space, that any number of spaces is read before them, and that a line of more than 60 characters is one error, is
//! \[assumed\].
//!
//! Deliberately absent: whether a value is plausible. Nothing on the wire tells `B12` that has lost a digit from `B012`: a driver
//! has to.

mod decode;
mod host;
mod machine;
mod record;

pub use decode::{HostDecoder, MachineDecoder};
pub use host::HostMessage;
pub use machine::{Asked, MachineMessage, Style};
pub use record::PressureRecord;

use crate::ascii::Text;

/// The line's speed at first; 2400, and on later models 9600 and above, are possible too.
pub const BAUD: u32 = 4_800;

/// Characters of the longest line that is none of garbage \[assumed\].
pub const LONGEST_LINE: usize = 60;

/// Bytes that are enough for every line of either end.
pub const LONGEST_ENCODED: usize = LONGEST_LINE + 2;

/// A line in words that carry no reading, an identification among them.
pub type Words = Text<LONGEST_LINE>;

/// The setting of the ergometer's menu that decides how it talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    /// Digital control by a host: the usual one.
    #[default]
    P10,
    /// For an ECG that sets the load step by step.
    P3,
    /// Load by an analogue voltage; digital blood pressure records.
    P4,
}

impl Variant {
    /// The variant by the word of the configuration: `P10`, `P3` or `P4`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "P10" => Some(Self::P10),
            "P3" => Some(Self::P3),
            "P4" => Some(Self::P4),
            _ => None,
        }
    }
}

/// A number of exactly three decimal digits, as P3 has its loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ThreeDigits(u16);

impl ThreeDigits {
    /// A number up to 999; `None` above.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number <= 999 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The bare number, 0..999.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The number of text that is three digits and nothing else.
    fn parse(text: &[u8]) -> Option<Self> {
        if text.len() != 3 {
            return None;
        }
        let number = crate::ascii::decimal(text)?;
        u16::try_from(number).ok().and_then(Self::new)
    }
}

//! What answers on a port: listen first, then ask, and say how sure it is.
//!
//! Promises: sans I/O, and never told the time by anybody but its caller. A question is one that moves no machine and changes none, as
//! far as the sheets tell, and also where a machine of another protocol or at another line setting receives it (the tests go through
//! all of these pairs, bit by bit). A port is settled within [`LONGEST_SEARCH`].
//!
//! Deliberately absent: Concept2 monitors on USB, which are no serial ports.

mod answers;
pub(crate) mod ears;
mod lines;
mod probes;
mod search;

use core::time::Duration;

use serde::Serialize;

use crate::port::LineSettings;

pub use ears::Ear;
pub use probes::{PROBES, Probe};
pub use search::{Order, Search};

/// Within this a port is settled, whatever answers or does not.
pub const LONGEST_SEARCH: Duration = Duration::from_secs(30);

/// So long the line rests after each byte of a question, counted from the byte's end. Bytes close together read as others to a slower
/// receiver (`USB` at 19200 would start a Trackmaster's belt at 4800); one byte alone fills a slower receiver's up with the line's rest, and
/// nobody's opcode begins with three ones. Of half of this the tests show the same.
pub const BYTE_GAP: Duration = Duration::from_millis(20);

/// How sure it is that a protocol is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Something fits, and so would other devices.
    Possible,
    /// It answered or spoke as nobody else is known to; there is no check sum that could prove it.
    Likely,
    /// A check sum held twice.
    Sure,
}

/// What a port's bytes came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The protocol's id.
    pub protocol: &'static str,
    /// How sure that is.
    pub certainty: Certainty,
    /// How the line was set then.
    pub line: LineSettings,
    /// What it says of itself.
    pub identity: Option<String>,
    /// What else it could be.
    pub alternatives: Vec<&'static str>,
    /// What it told of what a gym's file has to say of it: keys of its family's settings, and their values.
    pub settings: Vec<(&'static str, String)>,
    /// What has to be set otherwise at the device before it serves.
    pub remedy: Option<&'static str>,
}

/// How a search ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing came, and nothing was answered.
    Silent,
    /// Bytes came, and no protocol explains them.
    Unknown {
        /// How many.
        bytes: u64,
    },
    /// What was sent came back: a loop, or a cable that echoes.
    Echo,
    /// Something is there.
    Found(Verdict),
}

impl Certainty {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

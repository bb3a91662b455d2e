//! The HRMI board (`SparkFun`, danjuliodesigns) with Polar's 5 kHz receiver RMCM01: counts the beats of a T31, T31C, T61C or
//! Wearlink strap and answers a poll with the newest heart rates.
//!
//! Line: 9600 baud, 8N1, no handshake (the shop's page); jumpers choose other rates (recalled). A command is a letter, its
//! decimal argument and CR; the answer to `G` is one line of decimal numbers with a blank between them, ended by CR. The
//! board says nothing unasked.
//!
//! Sources: the maker's and the shop's pages, captures in the shop's forum, the public Arduino examples. The letters of the
//! commands other than `G`, `S` and `V` are recalled.
//!
//! Promises: a line is reported once its CR is in, never in part; after any garbage the next line is read whole.
//!
//! Deliberately absent: the rule against a receiver whose count stands still, which needs a clock and is the driver's; answers
//! to `G0` and to the other commands, which are errors in the stream of rates (send them only before); the other firmware,
//! which gives beat periods above 255 (an error here).

mod answer;
mod command;
mod decode;
mod line;

pub use answer::{Answer, HISTORY, LONGEST_ANSWER, Status, encode_version, encode_without_rates};
pub use command::{Algorithm, Command, LONGEST_COMMAND};
pub use decode::{AnswerDecoder, HostDecoder};

/// The line's speed as delivered.
pub const BAUD: u32 = 9_600;

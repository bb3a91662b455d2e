//! Medlab EG01010, a three-lead ECG board with its own beat detector, protocol 1: samples of the curve, and the averaged rate at
//! every beat.
//!
//! Line: 9600 baud, 8N1, no handshake; the board speaks from power-up, unasked. Bytes up to F6 are data; a byte above is a
//! marker that says what the data after it are. Source: the maker's technical manual 1.06, pages 11 to 19, through manual
//! sites, where nothing else is said.
//!
//! Promises: in step again at the next marker after any garbage. There is **no checksum**: a flipped bit in a rate is a wrong
//! rate, which a host finds only by the time between beats.
//!
//! Deliberately absent: the rule against silence (at asystole or without a lead no beat comes at all), which needs a clock and
//! is the driver's; protocol 2 (115 200 baud, 8E1), whose pages contradict each other and which shows as garbage here.

mod command;
mod decode;
mod message;

pub use command::{Command, Curve, Gain, LONGEST_COMMAND, Lead, Notch, SampleRate, TriggerDelay};
pub use decode::{BoardDecoder, HostDecoder};
pub use message::{HIGHEST_DATA, LEAD_OFF, LONGEST_MESSAGE, Message, WAVEFORM};

/// The line's speed.
pub const BAUD: u32 = 9_600;

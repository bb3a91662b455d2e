//! Daum electronic's "premium" protocol: `ergo_bike` premium 8i, `ergo_lyps` and `ergo_run` 8i.
//!
//! The source is incyclist's premium driver.
//!
//! `01`, three characters of a command, a payload, two decimal digits of a check sum, `17`. Whoever got a frame answers one byte,
//! `06` if its sum holds and `15` if not; then the machine sends its own frame, which repeats the command. Both ends' frames have
//! one form: one decoder reads either.
//!
//! Line: 9600 baud, 8N1 \[assumed\]; the same bytes over TCP, port 51955 \[recalled\].
//!
//! Promises: the frame behind the next `01` is read whole, after any garbage.
//!
//! Deliberately absent: what is inside `M70` (persons, programs, keys; its escaping too): such a frame is summed as sent and not
//! looked into; commands for speed and slope of an `ergo_run`, which were not seen in public.

mod decimal;
mod decode;
mod frame;
mod message;

pub use decimal::Decimal;
pub use decode::FrameDecoder;
pub use message::{Command, LONGEST_PAYLOAD, Message, Payload, TrainingData};

/// The line's speed \[assumed\].
pub const BAUD: u32 = 9_600;

/// The port of the same bytes over TCP \[recalled\].
pub const TCP_PORT: u16 = 51_955;

/// Bytes of the longest frame that is read \[assumed\].
pub const LONGEST_FRAME: usize = 600;

/// Bytes that are enough for every frame that is written here.
pub const LONGEST_ENCODED: usize = 256;

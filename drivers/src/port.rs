//! What stands between a link and the operating system's port: when bytes were sent, and a capture of what went over the wire.

pub mod capture;
pub mod capture_file;
pub mod line_clock;
pub mod line_settings;
pub mod low_latency;

pub use capture::{Capture, CapturedBytes, Direction};
pub use line_clock::LineClock;
pub use line_settings::{DataBits, LineSettings, Parity};

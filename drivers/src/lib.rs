//! Messages to devices: links (sans-I/O state machines that know what to send when and what silence means), the ports under
//! them, bench I/O, and the virtual devices at the other end of every wire.
//!
//! Promises: a link does a bounded amount of work in each call, allocates nothing after it was made, and is never told the
//! time by anybody but its caller. This is the only crate that opens a port or a pin.
#![forbid(unsafe_code)]

pub mod bench_io;
pub mod catalogue;
pub mod detect;
pub mod link;
pub mod machines;
pub mod monitors;
pub mod port;
pub mod pseudo_terminal;
mod strangers;
pub mod virtual_devices;

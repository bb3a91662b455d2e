//! The gym: all stations, links and bouts as one value without I/O, and the shells around it.

pub mod address;
pub mod messages;
pub mod snapshot;

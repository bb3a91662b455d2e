//! Links to monitors: devices that only tell, and are told nothing about load.
//!
//! Promises: a value that leaves a link came in a whole packet whose check held, and carries when it was sent; of several
//! packets in one read the earlier ones are older, by the rate at which the device sends. Commands and leave to have load are
//! ignored, and there are no bytes to let go with.
//!
//! Deliberately absent: trust, averaging and plausibility against other signals, which are `control`'s.

mod event_queue;
mod format_choice;
mod liveness;
mod nonin_packets;
mod standstill;
mod strangers;
mod stream;
mod trust;
mod zephyr_hxm;

pub use nonin_packets::{NoninDf2, NoninDf2Link, NoninDf7, NoninDf7Link};
pub use stream::{Heard, Readings, Request, Stream, StreamLink};
pub use zephyr_hxm::{ZephyrHxm, ZephyrHxmLink};

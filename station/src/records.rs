//! The record: what a session leaves behind, in one SQLite file that a physiologist can query by hand.
//!
//! Promises: what the status calls committed survives a kill of the program; what is lost to a power cut is at most the last second;
//! what could not be recorded is itself a row that says so. The gym hands over plain data by [`RecorderHandle::try_send`] and
//! never waits. Deliberately absent: any way from here back to a machine, and any name of a patient beside the pseudonym.

pub mod archive;
pub mod audit;
pub mod backup;
mod blocks;
pub(crate) mod chain;
mod checksum;
pub(crate) mod codes;
mod damaged;
pub mod desk;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod earlier;
pub mod entry;
pub mod error;
mod extent;
pub mod figures;
#[cfg(test)]
pub(crate) mod fixtures;
mod freelist;
mod header;
pub mod identity;
pub mod interchange;
pub mod journal;
pub mod learned;
pub mod length;
pub mod list;
pub mod location;
pub mod observe;
mod older;
pub mod origin;
mod packing;
mod proof;
pub mod purge;
pub mod queue;
mod reading;
pub mod recorder;
pub mod recovery;
pub mod replay;
pub mod samples;
pub mod schema;
pub mod session;
pub mod status;
mod store;
pub mod summary;
mod sums;
mod told;
pub mod verify;
mod waveform;
pub mod wire;
mod writer;

pub use archive::Archive;
pub use entry::{
    Anchor, BoutOpened, CoreState, EndReason, Entry, Event, EventKind, JournalHeader,
    MachineFigures, Measurement, MeasurementKind, PrescriptionText, Sample, SessionKind,
    SessionOpened, Turn,
};
pub use error::RecordsError;
pub use identity::{BoutId, SessionId, SessionIds};
pub use learned::{Judged, Kept, LearnedBout};
pub use list::{SessionFilter, SessionLine};
pub use observe::BoutObserver;
pub(crate) use proof::HOLE_US;
pub use queue::RecorderHandle;
pub use recorder::{Recorder, RecorderOptions};
pub use recovery::{Interrupted, InterruptedBout};
pub use samples::{DamagedSeconds, SampleRow, Seconds};
pub use session::SessionRecord;
pub use status::RecorderStatus;

/// This program's name and version, as records know it.
pub const SOFTWARE: &str = concat!("station ", env!("CARGO_PKG_VERSION"));

//! The desk: who wrote, corrected, looked at, exported and signed what.
//!
//! Promises: whatever is done here is an event of the chain with who did it; a note, a correction and a signature are additions and change
//! nothing that stands; nothing of a signed session changes any more; who a pseudonym is stands in one table and nowhere else. A gym may
//! write to the same file meanwhile and never waits longer than a short transaction. Deliberately absent: any name of a patient in an event.

mod by;
mod check;
pub(super) mod content;
mod correct;
mod error;
mod head;
mod identity;
mod look;
mod note;
mod secret;
mod sign;
mod staff;
#[cfg(test)]
mod tests;
mod trail;
mod writer;

pub use by::By;
pub(super) use check::check;
pub(in crate::records) use check::of_session;
pub use check::{Altered, altered, not_as_signed, not_as_written};
pub use correct::{Correction, correct};
pub use error::DeskError;
pub use head::{Head, HeadError, Told, check_head, head};
pub use identity::{Identified, Identity, forget, identify, identity_of};
pub use look::{Of, exported, looked};
pub use note::note;
pub use sign::{Meaning, Signed, sign};
pub(in crate::records) use staff::prove_to;
pub use staff::{Member, NewMember, add_member, members, retire_member};
pub use trail::{Entry as TrailEntry, TrailFilter, trail};

//! Concept2's own commands, which stand inside the wrapper 1A of a frame, and what its monitors say they are.
//!
//! Rowing, ski and bike ergometers: their load is the damper's and the user's, never the host's, so nothing here sets one.
//! Numbers are least significant byte first.
//!
//! Sources: Concept2's published PM CSAFE definition for codes and counts; ergometer-js and the `PyRow` family for the scales
//! of 0.01 s and 0.1 m. The names of workout states and stroke states are \[recalled\]. That a plot's
//! bytes behind those it says it has read mean nothing, and that an answer with another count than the table's is one that is
//! not known, are \[assumed\].
//!
//! Deliberately absent: what stands inside the wrappers 76, 77, 7E and 7F, for which a monitor may want authentication.

mod answer;
mod command;
mod state;
mod version;

pub use answer::{Answer, Answers, Plot, answers};
pub use command::{Command, Commands, Split, commands};
pub use state::{StrokeState, WorkoutState};
pub use version::Version;

/// Most bytes of a plot that one answer carries, and that a host may ask for.
pub const LONGEST_PLOT: u8 = 32;

/// Codes inside the wrapper. From 80 on a command is short.
mod code {
    pub(super) const SET_SPLIT: u8 = 0x05;
    pub(super) const FORCE_PLOT: u8 = 0x6B;
    pub(super) const HEART_BEATS: u8 = 0x6C;
    pub(super) const WORKOUT_TYPE: u8 = 0x89;
    pub(super) const WORKOUT_STATE: u8 = 0x8D;
    pub(super) const INTERVAL_TYPE: u8 = 0x8E;
    pub(super) const INTERVAL_COUNT: u8 = 0x9F;
    pub(super) const WORK_TIME: u8 = 0xA0;
    pub(super) const WORK_DISTANCE: u8 = 0xA3;
    pub(super) const STROKE_STATE: u8 = 0xBF;
    pub(super) const DRAG_FACTOR: u8 = 0xC1;
    pub(super) const ERROR_VALUE: u8 = 0xC9;
    pub(super) const REST_TIME: u8 = 0xCF;
}

/// Puts a code, a count and the data down.
fn put_counted<'b>(
    code: u8,
    data: &[u8],
    buffer: &'b mut [u8],
) -> Result<&'b [u8], crate::wire::NoRoom> {
    use crate::wire::NoRoom;
    let length = data.len().checked_add(2).ok_or(NoRoom)?;
    let count = u8::try_from(data.len()).map_err(|_| NoRoom)?;
    let written = buffer.get_mut(..length).ok_or(NoRoom)?;
    let (head, body) = written.split_at_mut_checked(2).ok_or(NoRoom)?;
    head.copy_from_slice(&[code, count]);
    body.copy_from_slice(data);
    Ok(written)
}

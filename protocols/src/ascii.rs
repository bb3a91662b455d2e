//! What the protocols of ASCII lines share: lines out of a stream of bytes, their numbers, and how both are written.
//!
//! Promises: a line is handed on once its end has come, never before, and never in part; memory is bounded however long the
//! line.
//!
//! Deliberately absent: what a line means, and which lines are errors: that is each protocol's.

mod line;
mod number;
mod text;
mod writer;

pub use number::ShortNumber;
pub use text::Text;

pub(crate) use line::{Line, LineEnd, LineReader, Meaning};
pub(crate) use number::{after_spaces, decimal, hexadecimal};
pub(crate) use writer::Writer;

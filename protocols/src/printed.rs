//! What the monitors that print lines share: lines out of a stream of bytes, what stands in them, and how they are written.
//!
//! Promises: a line is read once its end has come, never before; memory is bounded however long the line.
//!
//! Deliberately absent: what a line means, which is each protocol's; lines that one given character ends.

mod line;
mod number;
mod scan;
mod text;

pub use number::Number;
pub use text::Text;

pub(crate) use line::{LineReader, Meaning};
pub(crate) use scan::Scanner;
pub(crate) use text::write;

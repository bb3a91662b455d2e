//! A machine is commissioned once by whoever wires it: it is told loads, what it reports is held against them, its host falls silent, it is
//! stopped with a watch in hand, and its relay opens. What came of it is kept with name and date beside the gym's file.
//!
//! The sheets say what a machine should do; this says what this one does.

pub mod book;
pub mod trial;

pub use book::{Book, BookError, Commissioned};
pub use trial::{Order, Outcome, Trial, heaviest};

#[cfg(test)]
mod tests;

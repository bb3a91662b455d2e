//! What is made of a record afterwards: documents for people, a day reviewed in the terminal, a patient's course, files for other programs.
//!
//! Promises: everything here is computed from what was recorded, by functions of plain data; what was not recorded is left out and
//! never drawn over.

pub mod because;
pub mod course;
pub mod export;
pub mod instant;
mod missing;
pub mod report;
pub mod terminal;
pub mod verdict;

#[cfg(test)]
mod tests;

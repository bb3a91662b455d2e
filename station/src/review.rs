//! What is made of a record afterwards: files for other programs.
//!
//! Promises: everything here is computed from what was recorded, by functions of plain data; what was not recorded is left out and
//! never drawn over.

pub mod export;

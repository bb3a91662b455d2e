//! Sessions on virtual patients, faster than real time, through the core that a gym runs.
//!
//! Pure: patients, machine, nurse and faults come from seeds and lists, so that any session can be run again to the last bit.

pub mod cohort;
pub mod cohort_file;
pub mod fault;

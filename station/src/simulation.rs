//! Sessions on virtual patients, faster than real time, through the core that a gym runs.
//!
//! Pure: patients, machine, nurse and faults come from seeds and lists, so that any session can be run again to the last bit.

pub mod batch;
pub mod cohort;
pub mod cohort_file;
pub mod curves;
pub mod fault;
pub mod law_alone;
pub mod machine;
pub mod measures;
pub mod nurse;
pub mod ordered;
mod oximeter;
pub mod random;
pub mod session;
pub mod shrink;
pub mod summary;
pub mod trace;
pub mod trial;
mod truth;
pub mod watched;

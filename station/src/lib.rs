//! Station: a controller for supervised cardiac and pulmonary rehabilitation gyms.
//!
//! Bytes come in through `drivers`, decisions are made in `control`, commands go out again; `records` and `dashboard` only watch.
#![forbid(unsafe_code)]

// The tests' pictures of a gym are shared with an example, which knows this crate by its name.
#[cfg(test)]
extern crate self as station;

pub mod clinic;
pub mod clock;
pub mod commands;
pub mod commissioning;
pub mod config;
pub mod dashboard;
pub mod gym;
pub mod log;
mod making;
mod nearest;
pub mod records;
pub mod review;
pub mod simulation;

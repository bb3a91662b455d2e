//! The decisions of one station, pure: readings, link changes, a person's actions and time go in through one door,
//! [`Station::handle`]; a command, alarm changes and a decision record come out.
//!
//! Promises: no clock, no file, no socket, no random number and no heap can be reached from here. The same inputs give the same
//! outputs, bit for bit, on every machine.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod actuation;
pub mod alarms;
mod arrays;
pub mod controller;
mod drive;
pub mod input;
pub mod invariants;
pub mod learning;
pub mod load_history;
pub mod outputs;
pub mod phase;
pub mod prediction;
pub mod prescription;
mod ring;
pub mod rules;
pub mod signals;
pub mod situation;
mod station;
pub mod supervisor;
pub mod view;

pub use station::{DECISIONS, FORMAT, Station};

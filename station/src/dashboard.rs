//! The dashboard: a wall of all stations that a nurse reads from three metres, one station by itself, and the keys.
//!
//! It only watches. It draws [`crate::gym::snapshot::Snapshot`]s, computes every age by itself, and asks for things by
//! [`crate::gym::messages::FromViewer`]; killing it changes nothing in the gym. Drawing and keys are pure functions of a
//! [`view::View`]; the terminal and the socket are in the loop around them.

pub mod ahead;
pub mod alarms;
pub mod dialog;
pub mod keys;
pub mod line;
pub mod panels;
pub mod theme;
pub mod ui;
pub mod update;
pub mod view;
pub mod watch;
pub mod words;

#[cfg(test)]
#[path = "../../tests/fake_gym/pictures.rs"]
mod pictures;

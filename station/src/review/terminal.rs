//! A day reviewed in the terminal: what the physiologist opens when the patients have gone home.
//!
//! What is seen is a function of plain data: the day, the session that is open, the one laid over it, the patient's course, and where the
//! cursor stands. Keys are a function of the same; what takes the record is a wish that the loop grants. Promises: what was not recorded
//! is not drawn, and no line crosses it; what lasted one second is seen at any zoom. Deliberately absent: any way to a machine.

mod acts;
pub mod axis;
pub mod day;
pub mod form;
pub mod keys;
pub mod lanes;
pub mod marks;
pub mod moments;
pub mod opened;
pub mod panels;
pub mod plot;
pub mod run;
pub mod ui;
pub mod update;
pub mod view;

//! Documents for people who were not there: one session for the referring doctor, a patient's course, a day of the gym. Each is one HTML file
//! with its plots as SVG in it: no script, nothing loaded from elsewhere, for screens, phones and paper alike.
//!
//! Promises: every figure is one of [`crate::records::figures`], the verdict is [`crate::review::verdict`]'s, a course is [`crate::review::course`]'s; none is
//! computed anew here; what is missing is `--`
//! with the reason; no line is drawn across a gap; nothing is told by colour alone; every text of a record is escaped. A patient is a
//! pseudonym. What is proposed is a proposal for a physiologist, with the rule that it comes from, and never an order.

mod chart;
mod controller;
mod course;
mod day;
mod entries;
mod figures;
mod happened;
mod ordered;
mod page;
mod session;
mod style;
mod svg;
mod visit;
mod words;

pub use self::course::page as course;
pub use self::day::{Names, page as day};
pub use self::session::page as session;

#[cfg(test)]
mod tests;

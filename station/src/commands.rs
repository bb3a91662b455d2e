//! The commands of the command line, one file each: what they take, and a `run`.

pub mod watch;

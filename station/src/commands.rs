//! The command line's subcommands, one a file: each takes its arguments, does its work and gives an exit code.
//!
//! 0: done. 1: a finding. 2: wrong usage.

pub mod check;

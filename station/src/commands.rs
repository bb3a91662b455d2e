//! The commands of the command line, one module each: arguments in, an exit code out.
//!
//! Every command exits with 0 when it is done, 1 for a finding and 2 for wrong usage; what it has to complain about is one or
//! two lines on standard error that say what to do.

pub mod decode;
pub mod output;
pub mod run;
pub mod serve;
pub mod watch;
//! The command line's subcommands, one a file: each takes its arguments, does its work and gives an exit code.
//! 0: done. 1: a finding. 2: wrong usage.
pub mod check;

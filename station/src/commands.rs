//! The commands of the command line, one module each: arguments in, an exit code out.
//!
//! Every command exits with 0 when it is done, 1 for a finding and 2 for wrong usage; what it has to complain about is one or
//! two lines on standard error that say what to do.

pub mod audit;
pub mod backup;
pub mod capture;
pub mod check;
mod chosen;
pub mod correct;
mod day;
pub mod decode;
mod demo_day;
pub mod devices;
pub mod export;
pub mod head;
pub mod identify;
pub mod import;
mod lines;
pub mod note;
pub mod output;
pub mod purge;
mod record;
pub mod replay;
pub mod report;
pub mod review;
pub mod rules;
pub mod run;
mod secret;
mod serial_port;
pub mod serve;
pub mod sessions;
mod settings;
pub mod show;
pub mod sign;
pub mod simulate;
pub mod staff;
mod staffed;
mod stop_signal;
pub mod verify;
pub mod virtual_device;
pub mod watch;
mod which;

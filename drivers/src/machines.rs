//! Machines: one device family a file. Each says which protocol it speaks, what it can do, and what its silence means.

pub mod csafe;
mod event_queue;
mod strangers;
pub mod trackmaster;

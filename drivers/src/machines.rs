//! Machines: one device family a file. Each says which protocol it speaks, what it can do, and what its silence means.

mod asked;
pub mod ble_2ad2;
pub mod computrainer;
pub mod csafe;
pub mod daum_classic;
pub mod daum_premium;
pub mod ergoline;
mod event_queue;
pub mod kettler;
pub mod monark;
mod standstill;
pub mod trackmaster;
pub mod waterrower;

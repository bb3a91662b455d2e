//! Wire formats of rehabilitation machines and monitors, as sans-I/O decoders and encoders for both ends of the wire,
//! and the vocabulary that devices are read and told in.
//!
//! Promises: no standard library, no allocation, no clock, no panic on any bytes. A decoder takes bytes in pieces of any
//! size and gives the same result however they were split.
//!
//! Deliberately absent: when to send what (that is `drivers`), and what a value means for a patient (that is `control`).
#![no_std]
#![forbid(unsafe_code)]

pub mod ant;
pub mod ble_2a37;
pub mod ble_2a5f;
pub mod ble_2ad2;
pub mod checksum;
pub mod csafe;
pub mod exact;
pub mod gatt;
pub mod ivy_450c;
pub mod medlab_ecg;
pub mod nonin_df2;
pub mod polar_hrmi;
pub mod trackmaster;
pub mod vocabulary;
mod window;
pub mod wire;
pub mod zephyr_hxm;

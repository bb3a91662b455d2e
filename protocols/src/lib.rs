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
pub mod ascii;
pub mod bci_5;
pub mod ble_2a37;
pub mod ble_2a5f;
pub mod ble_2ad2;
pub mod checksum;
pub mod computrainer;
pub mod contec_5;
pub mod contec_9;
pub mod csafe;
pub mod daum_classic;
pub mod daum_premium;
pub mod ergoline;
pub mod exact;
pub mod five_byte;
pub mod gatt;
pub mod ivy_450c;
pub mod kettler;
mod marked;
pub mod masimo;
pub mod medlab_ecg;
pub mod monark;
pub mod nellcor;
pub mod nonin;
pub mod nonin_ascii;
pub mod nonin_df1;
pub mod nonin_df13;
pub mod nonin_df2;
pub mod nonin_df7;
pub mod nonin_df8;
mod phrases;
pub mod polar_hrmi;
pub mod printed;
pub mod quality_words;
pub mod trackmaster;
pub mod vocabulary;
pub mod waterrower;
mod window;
pub mod wire;
pub mod woodway;
pub mod zephyr_hxm;

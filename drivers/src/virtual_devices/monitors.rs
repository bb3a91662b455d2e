//! Monitors that send by a rhythm of their own: one file a family, each a [`Speaker`](super::stream::Speaker) that
//! [`Stream`](super::stream::Stream) gives a voice.

pub mod ant;
pub mod bci_5;
pub mod ble_2a37;
pub mod ble_2a5f;
pub mod ble_2ad2;
mod brake;
pub mod contec_5;
pub mod contec_9;
mod finger_packet;
pub mod ivy_450c;
pub mod masimo;
pub mod medlab_ecg;
pub mod nellcor;
pub mod nonin;
pub mod nonin_ascii;
pub mod polar_hrmi;
mod wall_clock;

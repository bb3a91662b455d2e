//! Links to monitors, and to a machine of their kind: devices that only tell, and are told nothing about load.
//!
//! Promises: a value that leaves a link came in a whole message whose check held, or, of formats without one, from a stream whose pace is
//! that of its format, in ten alike where they come 60 times a second and in one where they come once; it carries when it was sent, and of several messages in one read the
//! earlier ones are older, by the rate at which the device sends. A number that a device only holds, or that its own words take the
//! trust from, is none. Commands and leave to have load are ignored, and there are no bytes to let go with.
//!
//! Deliberately absent: trust, averaging and plausibility against other signals, which are `control`'s.

mod agreement;
mod ant;
mod bluetooth;
mod contec_9;
mod event_queue;
mod five_byte;
mod format_choice;
mod intake;
mod ivy_450c;
mod liveness;
mod medlab_ecg;
mod nonin_df13;
mod nonin_display;
mod nonin_packets;
mod pace;
mod polar_hrmi;
mod printed_lines;
mod standstill;
mod stream;
mod trust;
mod zephyr_hxm;

pub use ant::{Ant, AntLink, AntPowerLink, Beats, PowerMeter, Sensor, Tells};
pub use bluetooth::{Ble2a5f, Ble2a5fLink, Ble2a37, Ble2a37Link};
pub use contec_9::{Contec9, Contec9Link};
pub use five_byte::{Bci5, Bci5Link, Contec5, Contec5Link};
pub use ivy_450c::{ClipOn, Ivy450c, Ivy450cLink};
pub use medlab_ecg::{MedlabEcg, MedlabEcgLink};
pub use nonin_df13::{NoninDf13, NoninDf13Link};
pub use nonin_display::{NoninDf1, NoninDf1Link, NoninDf8, NoninDf8Link};
pub use nonin_packets::{NoninDf2, NoninDf2Link, NoninDf7, NoninDf7Link};
pub use pace::Pace;
pub use polar_hrmi::{PolarHrmi, PolarHrmiLink};
pub use printed_lines::{Masimo, MasimoLink, Nellcor, NellcorLink, NoninAscii, NoninAsciiLink};
pub use stream::{Heard, Readings, Request, Stream, StreamLink};
pub use zephyr_hxm::{ZephyrHxm, ZephyrHxmLink};

//! What finger oximeters of sixty packets a second have in common: their numbers, their waveform, and how long they search.

use core::time::Duration;

use protocols::five_byte::{Content, PacketFlags};
use protocols::vocabulary::Timestamp;

use crate::virtual_devices::beats::{Sensor, Site, rounded};
use crate::virtual_devices::oximeter;
use crate::virtual_devices::stream::Moment;

/// Beats of an average (recalled for BCI's boards, assumed for Contec's).
const AVERAGED: usize = 8;
/// After so long a search the packets say so (BCI's device side; the same is assumed for Contec).
const TOO_LONG: Duration = Duration::from_secs(20);
/// Strength of a good and of a weak signal, within the 3 to 7 that devices show.
const GOOD_SIGNAL: u8 = 6;
const WEAK_SIGNAL: u8 = 3;

/// A finger in the clip, and what the packets make of it.
#[derive(Debug)]
pub(super) struct Clip {
    pub(super) sensor: Sensor,
    /// For how long there are no values after the finger came.
    search: Duration,
}

/// What the device is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no finger.
    Off,
    /// A finger, and no values yet.
    Searching {
        /// For more than 20 s.
        too_long: bool,
    },
    /// Values.
    Measuring,
}

impl Clip {
    pub(super) const fn new(start: Timestamp, search: Duration) -> Self {
        Self {
            sensor: Sensor::new(Site::Finger, start),
            search,
        }
    }

    pub(super) fn phase(&self, now: Timestamp) -> Phase {
        match self.sensor.touched_for(now) {
            None => Phase::Off,
            Some(time) if time >= self.search && self.sensor.rate(AVERAGED).is_some() => {
                Phase::Measuring
            }
            Some(time) => Phase::Searching {
                too_long: time >= TOO_LONG,
            },
        }
    }

    /// A packet's content but for the maker's flags. What cannot be said in it is "none".
    pub(super) fn content<F: PacketFlags>(&mut self, moment: &Moment, phase: Phase) -> Content<F> {
        let waveform = self.waveform(moment);
        let measuring = phase == Phase::Measuring;
        let rate = self.sensor.rate(AVERAGED).filter(|_| measuring);
        let saturation = self.sensor.saturation(AVERAGED).filter(|_| measuring);
        Content {
            beat: self.sensor.take_beat(),
            flags: F::default(),
            signal_strength: match moment.body {
                Some(body) if measuring && body.perfusion_good => GOOD_SIGNAL,
                Some(_) if measuring => WEAK_SIGNAL,
                _ => 0,
            },
            waveform,
            bar_graph: waveform / 8,
            rate_raw: rate
                .and_then(|rate| u8::try_from(rate).ok())
                .unwrap_or(Content::<F>::NO_RATE),
            saturation_raw: saturation.unwrap_or(Content::<F>::NO_SATURATION),
        }
    }

    /// A pulse's shape, 0 to 100; a quarter of it when weak (assumed), 0 without a finger.
    fn waveform(&self, moment: &Moment) -> u8 {
        const MIDDLE: f64 = 50.0;
        let amplitude = match moment.body {
            Some(_) if self.sensor.touched_for(moment.at).is_none() => return 0,
            Some(body) if body.perfusion_good => MIDDLE,
            Some(_) => MIDDLE / 4.0,
            None => return 0,
        };
        let value = MIDDLE + amplitude * oximeter::waveform(self.sensor.phase());
        rounded(value)
            .and_then(|value| u8::try_from(value).ok())
            .unwrap_or(0)
    }
}

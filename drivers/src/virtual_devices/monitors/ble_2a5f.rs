//! An oximeter behind a serial bridge for Bluetooth, a value a line \[assumed: real bridges differ\]. It hears nothing.

use core::ops::RangeInclusive;

use protocols::ble_2a5f::{CHARACTERISTIC, LONGEST_MEASUREMENT, Measurement, Pair, Sfloat};
use protocols::vocabulary::Timestamp;

use super::ble_2a37::notify;
use crate::virtual_devices::beats::{Sensor, Site};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// Beats of an average, and those before the first values (assumed).
const AVERAGED: usize = 8;
const FIRST_BEATS: usize = 4;
/// What can be read, beats a minute.
const RATES: RangeInclusive<u16> = 1..=300;
/// Ongoing, fully qualified; and unavailable (bits 5 and 8, and 13) \[recalled\].
const MEASURING: u16 = 0x0120;
const UNAVAILABLE: u16 = 0x2000;

/// The oximeter.
#[derive(Debug)]
pub struct Ble2a5f {
    sensor: Sensor,
}

impl Ble2a5f {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp) -> Stream<Self> {
        let sensor = Sensor::new(Site::Finger, start);
        Stream::new(start, Self { sensor })
    }

    fn measurement(&self) -> Measurement {
        let has_values = self.sensor.seen() >= FIRST_BEATS;
        let rate = self.sensor.rate(AVERAGED).filter(|it| RATES.contains(it));
        let saturation = self.sensor.saturation(AVERAGED).filter(|it| *it > 0);
        let whole = |value: Option<u16>| {
            value
                .filter(|_| has_values)
                .and_then(|value| Sfloat::new(i16::try_from(value).ok()?, 0))
                .unwrap_or(Sfloat::NAN)
        };
        Measurement {
            normal: Pair {
                saturation: whole(saturation.map(u16::from)),
                rate: whole(rate),
            },
            fast: None,
            slow: None,
            status: Some(if has_values { MEASURING } else { UNAVAILABLE }),
            sensor: None,
            amplitude: None,
        }
    }
}

impl Speaker for Ble2a5f {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::seconds(1))
    }

    fn sense(&mut self, moment: &Moment) {
        self.sensor.sense(moment);
    }

    fn tick(&mut self, _moment: &Moment, out: &mut Outbox) {
        let mut value = [0; LONGEST_MEASUREMENT];
        if let Ok(value) = self.measurement().encode(&mut value) {
            notify(CHARACTERISTIC, value, out);
        }
    }
}

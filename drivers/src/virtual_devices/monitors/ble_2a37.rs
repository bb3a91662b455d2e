//! A strap behind a serial bridge for Bluetooth, a value a line \[assumed: real bridges differ\]. It hears nothing.

use core::time::Duration;

use protocols::ble_2a37::{CHARACTERISTIC, Contact, Intervals, LONGEST_MEASUREMENT, Measurement};
use protocols::gatt::BridgeLine;
use protocols::vocabulary::Timestamp;

use crate::virtual_devices::beats::{Sensor, Site, rounded};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// Beats of an average (assumed).
const AVERAGED: usize = 8;
/// The last rate stands for so long once contact is lost (assumed).
const HOLD: Duration = Duration::from_secs(3);
/// Beat intervals are in so many parts of a second.
const PARTS_A_SECOND: f64 = 1_024.0;
const SECOND: Duration = Duration::from_secs(1);

/// What a strap tells beside the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strap {
    /// Contact and the intervals between beats.
    Full,
    /// Nothing: neither can be known from it.
    RateAlone,
}

/// The strap.
#[derive(Debug)]
pub struct Ble2a37 {
    strap: Strap,
    sensor: Sensor,
    rate: u16,
}

impl Ble2a37 {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, strap: Strap) -> Stream<Self> {
        let sensor = Sensor::new(Site::Chest, start);
        Stream::new(
            start,
            Self {
                strap,
                sensor,
                rate: 0,
            },
        )
    }

    fn measurement(&mut self, now: Timestamp) -> Measurement {
        let off = self.sensor.off_for(now);
        self.rate = match (off, self.sensor.rate(AVERAGED)) {
            (Some(time), _) if time >= HOLD => 0,
            (None, Some(rate)) => rate,
            // Contact, and no beat for longer than a heart pauses.
            (None, None) if self.is_without_pulse(now) => 0,
            (Some(_), _) | (None, None) => self.rate,
        };
        let is_full = self.strap == Strap::Full;
        let intervals = || {
            let seconds = self.sensor.intervals_since(now.before(SECOND));
            let parts = seconds
                .iter()
                .filter_map(|interval| rounded(interval.as_secs_f64() * PARTS_A_SECOND));
            Intervals::new(&parts.collect::<Vec<_>>())
        };
        Measurement {
            rate: self.rate,
            contact: match off {
                _ if !is_full => Contact::NotSupported,
                Some(_) => Contact::Lost,
                None => Contact::Held,
            },
            energy: None,
            intervals: if is_full && off.is_none() {
                intervals()
            } else {
                None
            },
        }
    }

    fn is_without_pulse(&self, now: Timestamp) -> bool {
        self.sensor.seen() == 0
            && self
                .sensor
                .last()
                .is_none_or(|last| now.since(last) >= HOLD)
    }
}

impl Speaker for Ble2a37 {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::seconds(1))
    }

    fn sense(&mut self, moment: &Moment) {
        self.sensor.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        let measurement = self.measurement(moment.at);
        let mut value = [0; LONGEST_MEASUREMENT];
        if let Ok(value) = measurement.encode(&mut value) {
            notify(CHARACTERISTIC, value, out);
        }
    }
}

/// A value of a characteristic as the bridge hands it on.
pub(super) fn notify(characteristic: u16, value: &[u8], out: &mut Outbox) {
    if let Some(line) = BridgeLine::new(characteristic, value) {
        out.add(|buffer| line.encode(buffer));
    }
}

//! A newer heart-rate strap: its pages, one a period.

use core::time::Duration;

use protocols::ant::{ChannelId, HeartRateDetail, HeartRatePage, PAGE_BYTES, Profile};
use protocols::vocabulary::{Timestamp, number};

use super::Transmitter;
use crate::virtual_devices::beats::{Sensor, Site, rounded};
use crate::virtual_devices::stream::Moment;

/// Beats of the strap's average (assumed: no document says).
const AVERAGED: usize = 8;
/// The last rate stands for so long once contact is lost (assumed), then 0.
const HOLD: Duration = Duration::from_secs(5);
/// The strap sleeps after so long without contact (assumed).
const SLEEP: Duration = Duration::from_mins(1);
/// The toggle turns over every so many messages.
const TOGGLE: u64 = 4;
/// Every so many messages one is page 2 or 3.
const BACKGROUND: u64 = 65;
/// A strap's transmission type \[recalled\].
const TRANSMISSION_TYPE: u8 = 1;
/// Maker, serial number, revisions and model, of no meaning.
const MAKER: HeartRateDetail = HeartRateDetail::Maker {
    maker: 0xFF,
    serial: 1,
};
const PRODUCT: HeartRateDetail = HeartRateDetail::Product {
    hardware: 1,
    software: 1,
    model: 1,
};

/// The strap.
#[derive(Debug)]
pub struct Strap {
    start: Timestamp,
    id: ChannelId,
    sensor: Sensor,
    rate: u8,
}

impl Strap {
    pub(super) const fn new(start: Timestamp, device_number: u16) -> Self {
        Self {
            start,
            id: ChannelId {
                device_number,
                device_type: Profile::HeartRate.device_type(),
                transmission_type: TRANSMISSION_TYPE,
            },
            sensor: Sensor::new(Site::Chest, start),
            rate: 0,
        }
    }

    fn rate(&self, now: Timestamp) -> Option<u8> {
        if let Some(off) = self.sensor.off_for(now) {
            return match off {
                _ if off >= SLEEP => None,
                _ if off >= HOLD => Some(0),
                _ => Some(self.rate),
            };
        }
        let rate = self.sensor.rate(AVERAGED);
        Some(match rate {
            Some(rate) => u8::try_from(rate).unwrap_or(0),
            None if self.sensor.seen() == 0 && self.is_pulse_old(now) => 0,
            None => self.rate,
        })
    }

    fn is_pulse_old(&self, now: Timestamp) -> bool {
        let last = self.sensor.last();
        last.is_none_or(|last| now.since(last) >= HOLD)
    }

    /// When the last beat was, in 1/1024 s since it was switched on, wrapping at 64 s.
    fn beat_time(&self) -> u16 {
        const PARTS_A_SECOND: f64 = 1_024.0;
        let Some(last) = self.sensor.last() else {
            return 0;
        };
        let micros = u64::try_from(last.since(self.start).as_micros() % 64_000_000).unwrap_or(0);
        rounded(number::from_u64(micros) / 1e6 * PARTS_A_SECOND).unwrap_or(0)
    }
}

impl Transmitter for Strap {
    fn id(&self) -> ChannelId {
        self.id
    }

    fn period(&self) -> u16 {
        Profile::HeartRate.period()
    }

    fn sense(&mut self, moment: &Moment) {
        self.sensor.sense(moment);
    }

    fn page(&mut self, moment: &Moment) -> Option<[u8; PAGE_BYTES]> {
        self.rate = self.rate(moment.at)?;
        let page = HeartRatePage {
            toggle: !(moment.number / TOGGLE).is_multiple_of(2),
            number: 0,
            detail: [0xFF; 3],
            beat_time: self.beat_time(),
            beat_count: u8::try_from(self.sensor.total() % 256).unwrap_or(0),
            heart_rate_raw: self.rate,
        };
        let round = moment.number / BACKGROUND;
        let page = match moment.number % BACKGROUND {
            64 if round.is_multiple_of(2) => page.with_detail(MAKER),
            64 => page.with_detail(PRODUCT),
            _ => page,
        };
        Some(page.bytes())
    }
}

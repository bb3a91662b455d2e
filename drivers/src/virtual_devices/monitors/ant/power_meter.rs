//! A power meter at the crank of a cycle whose brake is set by hand.

use protocols::ant::{ChannelId, CommonPage, PAGE_BYTES, PowerPage, Profile, StandardPower};
use protocols::vocabulary::MachineLoad;

use super::Transmitter;
use crate::virtual_devices::beats::rounded;
use crate::virtual_devices::monitors::brake::{cadence, load};
use crate::virtual_devices::stream::Moment;

/// A power meter's transmission type \[recalled\].
const TRANSMISSION_TYPE: u8 = 5;
/// What the brake takes, in watts a revolution a minute: 9.5 Nm \[assumed\].
const WATTS_A_TURN: f64 = 1.0;
/// Every 61st and 62nd page are 80 and 81.
const COMMON_EACH: u64 = 62;

/// The meter. Without a turning crank it goes on to send its last page.
#[derive(Debug)]
pub struct PowerMeter {
    id: ChannelId,
    cadence: f64,
    last: StandardPower,
}

impl PowerMeter {
    pub(super) const fn new(device_number: u16) -> Self {
        Self {
            id: ChannelId {
                device_number,
                device_type: Profile::BikePower.device_type(),
                transmission_type: TRANSMISSION_TYPE,
            },
            cadence: 0.0,
            last: StandardPower {
                event_count: 0,
                balance: None,
                cadence: Some(0),
                accumulated: 0,
                power: 0,
            },
        }
    }

    fn watts(&self) -> f64 {
        self.cadence * WATTS_A_TURN
    }

    /// Another event, while the crank turns.
    fn measure(&mut self) {
        let turns = rounded(self.cadence).and_then(|turns| u8::try_from(turns).ok());
        let Some((turns, power)) = turns.zip(rounded(self.watts())) else {
            return;
        };
        if turns > 0 {
            self.last = StandardPower {
                event_count: self.last.event_count.wrapping_add(1),
                cadence: Some(turns),
                accumulated: self.last.accumulated.wrapping_add(power),
                power,
                ..self.last
            };
        }
    }
}

impl Transmitter for PowerMeter {
    fn id(&self) -> ChannelId {
        self.id
    }

    fn period(&self) -> u16 {
        Profile::BikePower.period()
    }

    fn sense(&mut self, moment: &Moment) {
        self.cadence = moment.body.map_or(0.0, |body| cadence(body.cadence));
    }

    fn page(&mut self, moment: &Moment) -> Option<[u8; PAGE_BYTES]> {
        self.measure();
        let page = match moment.number % COMMON_EACH {
            60 => PowerPage::Common(MAKER),
            61 => PowerPage::Common(PRODUCT),
            _ => PowerPage::Standard(self.last),
        };
        Some(page.bytes())
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        load(self.watts())
    }
}

/// Maker, product and numbers of no meaning.
const MAKER: CommonPage = CommonPage::Maker {
    hardware: 1,
    maker: 0xFF,
    model: 1,
};
const PRODUCT: CommonPage = CommonPage::Product {
    software: [1, 1],
    serial: 1,
};

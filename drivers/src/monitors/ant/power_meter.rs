//! A power meter on a cycle whose load is set by hand: it is read alone.
//!
//! Page 16 alone gives readings: every meter has to send it, as is \[recalled\]. Torque is not made into power, as a mean over some
//! turns would be another quantity than the meter's own.

use core::time::Duration;

use protocols::ant::{PAGE_BYTES, PowerPage, Profile, StandardPower};
use protocols::vocabulary::{
    Capabilities, MachineKind, MachineReport, MachineState, ReadBack, RevolutionsPerMinute,
    Timestamp, Watts,
};

use super::Tells;
use crate::monitors::standstill::Standstill;
use crate::monitors::stream::Readings;

/// The same count and the same sum for so long: nobody pedals, whatever power the page repeats.
const STILL: Duration = Duration::from_secs(3);

/// What can be known of a cycle by its meter.
const CAPABILITIES: Capabilities = Capabilities {
    // Its period of 8182/32768 s.
    poll_interval: Duration::from_millis(250),
    reads: ReadBack {
        power: true,
        cadence: true,
        speed: false,
        grade: false,
    },
    ..Capabilities::unknown(MachineKind::Cycle)
};

/// What a meter's pages came to.
#[derive(Debug, Default)]
pub struct PowerMeter {
    events: Standstill<(u8, u16)>,
}

impl Tells for PowerMeter {
    const PROFILE: Profile = Profile::BikePower;

    fn judge(&mut self, sent_at: Timestamp, page: [u8; PAGE_BYTES]) -> Readings {
        let PowerPage::Standard(page) = PowerPage::from_bytes(page) else {
            return Readings::NONE;
        };
        let events = (page.event_count, page.accumulated);
        let is_still = self.events.lasts(events, sent_at) >= STILL;
        Readings {
            machine: Some(report(&page, is_still)),
            ..Readings::NONE
        }
    }

    fn lost(&mut self) -> Readings {
        *self = Self::default();
        Readings::NONE
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        Some(&CAPABILITIES)
    }
}

fn report(page: &StandardPower, is_still: bool) -> MachineReport {
    let (power, cadence) = if is_still {
        (0, page.cadence.map(|_| 0))
    } else {
        (page.power, page.cadence)
    };
    let state = if power > 0 {
        MachineState::Running
    } else {
        MachineState::Standing
    };
    MachineReport {
        power: Watts::new(power),
        cadence: cadence.and_then(|turns| RevolutionsPerMinute::new(turns.into())),
        ..MachineReport::of(state)
    }
}

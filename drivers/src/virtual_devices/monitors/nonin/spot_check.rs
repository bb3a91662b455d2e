//! Measurements of format 13: one a finger, sent again until the host has it.

use core::time::Duration;

use protocols::nonin_df7::{ClockTime, PacketValues};
use protocols::nonin_df13::{Measured, Outcome, SpotCheck, Taken};
use protocols::vocabulary::Timestamp;

use crate::virtual_devices::monitors::nonin_ascii::has_contact;
use crate::virtual_devices::stream::Moment;

/// A measurement takes so long from the finger on (assumed).
const LASTS: Duration = Duration::from_secs(10);
/// One that has not succeeded by then does not (assumed).
const GIVES_UP: Duration = Duration::from_secs(20);
/// It is sent again so long after it was sent (assumed).
const AGAIN: Duration = Duration::from_secs(4);

/// Where the measurements are.
#[derive(Debug, Default)]
pub(super) struct SpotChecks {
    finger_since: Option<Timestamp>,
    /// This finger has been measured.
    is_done: bool,
    pending: Option<Pending>,
}

#[derive(Debug, Clone, Copy)]
struct Pending {
    check: SpotCheck,
    due: Timestamp,
}

impl SpotChecks {
    /// What is to be sent at this moment. `measured` are the values while there are any.
    pub(super) fn next(
        &mut self,
        moment: &Moment,
        measured: Option<PacketValues>,
        clock: ClockTime,
    ) -> Option<SpotCheck> {
        if let Some(outcome) = self.ended(moment, measured.is_some()) {
            self.is_done = true;
            self.pending = Some(Pending {
                check: check(outcome, measured, clock),
                due: moment.at,
            });
        }
        let pending = self.pending.as_mut()?;
        if moment.at < pending.due {
            return None;
        }
        pending.due = moment.at + AGAIN;
        Some(pending.check)
    }

    /// The host has it.
    pub(super) const fn accept(&mut self) {
        self.pending = None;
    }

    /// The host wants it again.
    pub(super) const fn send_again(&mut self) {
        if let Some(pending) = &mut self.pending {
            pending.due = Timestamp::ZERO;
        }
    }

    /// How the measurement ended, at the moment when it does.
    fn ended(&mut self, moment: &Moment, is_tracking: bool) -> Option<Outcome> {
        if !has_contact(moment) {
            let was_measuring = self.finger_since.take().is_some() && !self.is_done;
            self.is_done = false;
            return was_measuring.then_some(Outcome::NO_MEASUREMENT);
        }
        let since = *self.finger_since.get_or_insert(moment.at);
        let time = moment.at.since(since);
        match (self.is_done, is_tracking) {
            (false, true) if time >= LASTS => Some(Outcome::SMARTPOINT),
            (false, false) if time >= GIVES_UP => Some(Outcome::NO_MEASUREMENT),
            _ => None,
        }
    }
}

fn check(outcome: Outcome, measured: Option<PacketValues>, clock: ClockTime) -> SpotCheck {
    let measured = measured.filter(|_| !outcome.has(Outcome::NO_MEASUREMENT));
    let values = measured.map_or_else(Measured::default, |values| Measured {
        pulse_rate: values.rates.recording,
        saturation: values.saturations.recording,
    });
    let taken = Taken {
        century: 20,
        year: clock.year,
        month: clock.month,
        day: clock.day,
        hour: clock.hour,
        minute: clock.minute,
        second: clock.second,
        fraction: 0,
    };
    SpotCheck::new(taken, outcome, values)
}

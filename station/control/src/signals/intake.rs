//! Taking what devices say into the sources, and settling whose heart rate leads.

use core::time::Duration;

use protocols::vocabulary::{Absence, MachineReport, Quality, Reading, Timestamp};

use super::bins::{Worth, second_of};
use super::source::{Second, Surroundings};
use super::trust::RETURN_AFTER;
use super::{GAP, LOST_CONTACT, Signals, TAKES_OVER_AFTER};
use crate::input::HeartRateSource;

/// Taking what came.
impl Signals {
    pub(super) fn take_rate(
        &mut self,
        now: Timestamp,
        source: HeartRateSource,
        value: Result<u16, Absence>,
        quality: Quality,
        sent_at: Timestamp,
    ) -> bool {
        if !self.is_bound(source) {
            return false;
        }
        let second =
            |rate: Option<f64>, is_unwatched| rate.map(|rate| Second { rate, is_unwatched });
        let strap = self.strap.moving_value(now).filter(|_| self.bound.strap);
        let pulse = self.pulse.moving_value(now).filter(|_| self.bound.oximeter);
        let (strap, pulse) = (second(strap, false), second(pulse, false));
        let grips = second(self.grips.moving_value(now), true);
        let around = |second, doubted| Surroundings {
            steps_allowed: self.irregular_on_file,
            second,
            doubted,
        };
        let doubted = !self.heart_rate_doubts.of(source).is_empty();
        let counts = match source {
            HeartRateSource::Strap => {
                let around = around(pulse.or(grips), doubted);
                self.strap.take_rate(value, quality, sent_at, around)
            }
            HeartRateSource::Oximeter => {
                let around = around(strap.or(grips), doubted);
                self.pulse.take_rate(value, quality, sent_at, around)
            }
            HeartRateSource::Machine => {
                let around = around(strap.or(pulse), false);
                self.grips.take_rate(value, quality, sent_at, around)
            }
        };
        if counts {
            self.taken.0 = self.taken.0.wrapping_add(1);
            self.weigh(now);
            self.rhythm.look(&self.strap.bins);
        }
        if counts && self.lead == Some(source) {
            if self.heart_rate_trusted(now) {
                self.heart_rate_clock.trusted(sent_at);
                self.heart_rate_trusted_at = Some(sent_at);
            } else {
                self.heart_rate_clock.untrusted(sent_at);
            }
        }
        counts
    }

    /// A sensor that is not on the patient says nothing of the patient.
    const fn is_bound(&self, source: HeartRateSource) -> bool {
        match source {
            HeartRateSource::Strap => self.bound.strap,
            HeartRateSource::Oximeter => self.bound.oximeter,
            HeartRateSource::Machine => true,
        }
    }

    pub(super) fn take_saturation(
        &mut self,
        value: Result<u16, Absence>,
        quality: Quality,
        sent_at: Timestamp,
    ) -> bool {
        if !self.bound.oximeter {
            return false;
        }
        let doubted = !self.saturation_doubts.is_empty();
        let counts = self
            .saturation
            .take_saturation(value, quality, sent_at, doubted);
        if counts {
            self.taken.1 = self.taken.1.wrapping_add(1);
            if self.saturation.latest_worth() == Worth::Trusted {
                self.saturation_trusted_at = Some(sent_at);
                self.saturation_clock.trusted(sent_at);
            } else {
                self.saturation_clock.untrusted(sent_at);
            }
        }
        counts
    }

    pub(super) fn take_report(
        &mut self,
        now: Timestamp,
        report: &MachineReport,
        sent_at: Timestamp,
    ) -> bool {
        if self.machine.is_some_and(|(_, heard)| sent_at < heard) {
            return false;
        }
        self.machine = Some((*report, sent_at));
        if let Some(cadence) = report.cadence {
            self.cadence
                .put(second_of(sent_at), cadence.get(), Worth::Trusted);
        }
        if let Some(rate) = report.heart_rate {
            self.take_rate(
                now,
                HeartRateSource::Machine,
                Ok(rate.get()),
                Quality::Good,
                sent_at,
            );
        }
        true
    }

    pub(super) fn stand_still(&mut self, now: Timestamp, lasted: Duration) -> bool {
        if lasted <= GAP {
            return false;
        }
        self.strap.stood_still(now);
        self.pulse.stood_still(now);
        self.saturation.stood_still(now);
        self.grips.stood_still(now);
        self.heart_rate_clock.untrusted(now);
        self.saturation_clock.untrusted(now);
        if lasted > LOST_CONTACT {
            self.late_at = Some(now);
        }
        self.taken = (self.taken.0.wrapping_add(1), self.taken.1.wrapping_add(1));
        true
    }

    pub(super) fn choose_lead(&self, now: Timestamp, began: Timestamp) -> Option<HeartRateSource> {
        if !self.bound.strap {
            return self.bound.oximeter.then_some(HeartRateSource::Oximeter);
        }
        let doubted = !self.heart_rate_doubts.pulse.is_empty();
        let out_for = now.since(self.strap.trusted_at.unwrap_or(began));
        let strap_is_out = !self.strap.is_trusted(now) && out_for >= TAKES_OVER_AFTER;
        let oximeter_can = self.bound.oximeter && self.pulse.is_trusted(now) && !doubted;
        let strap_is_back = self.strap.trusted_for(now) >= RETURN_AFTER;
        match self.lead {
            Some(HeartRateSource::Oximeter) if self.bound.oximeter && !strap_is_back => {
                Some(HeartRateSource::Oximeter)
            }
            Some(_) | None if strap_is_out && oximeter_can => Some(HeartRateSource::Oximeter),
            Some(_) | None => Some(HeartRateSource::Strap),
        }
    }
}

/// A reading without its type: the number or why there is none, and what the device says of it.
pub(super) fn bare<T>(
    reading: Reading<T>,
    number: impl Fn(T) -> u16,
) -> (Result<u16, Absence>, Quality) {
    match reading {
        Reading::Value { value, quality } => (Ok(number(value)), quality),
        Reading::Missing(absence) => (Err(absence), Quality::OutOfTrack),
    }
}

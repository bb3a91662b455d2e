//! Looking ahead, once a second: what is foretold is shown and does nothing.

use protocols::vocabulary::Timestamp;

use super::Station;
use crate::phase::Phase;
use crate::prediction::{Ahead, Seen};
use crate::signals::second_of;
use crate::situation::Response;

impl Station {
    /// Looks ahead in the first call of each second, from what this call has brought and decided.
    pub(super) fn look_ahead(&mut self, now: Timestamp) {
        let second = second_of(now);
        if !self.prediction.is_due(second) {
            return;
        }
        let seen = Seen {
            heart_rate: self.signals.foretelling_heart_rate(now),
            response: self.response().or_else(|| self.assessed_response()),
            load: self.is_loaded().then(|| self.given().get()),
            saturation: self.signals.foretelling_saturation(now),
        };
        self.prediction.look(second, &seen);
    }

    /// The heart rate 60 s ahead and half the width of its band, as long as what it rests on is trusted.
    pub(super) fn heart_rate_ahead(&self, now: Timestamp) -> Option<(f64, f64)> {
        self.signals.foretelling_heart_rate(now)?;
        self.shown(self.prediction.heart_rate())
    }

    /// The same of the saturation.
    pub(super) fn saturation_ahead(&self, now: Timestamp) -> Option<(f64, f64)> {
        self.signals.foretelling_saturation(now)?;
        self.shown(self.prediction.saturation())
    }

    fn shown(&self, ahead: Option<Ahead>) -> Option<(f64, f64)> {
        ahead
            .filter(|_| self.is_loaded())
            .map(|ahead| (ahead.value, ahead.half_width))
    }

    /// Load is due: what is foretold is what it leads to.
    const fn is_loaded(&self) -> bool {
        matches!(self.phase, Phase::Exercise(_))
    }

    /// Before the heart-rate law has made its own estimate: what was assessed, from the rest that was measured.
    fn assessed_response(&self) -> Option<Response> {
        let (assessed_gain, assessed_rest) = self.bout.as_ref()?.prescription.mode.assessed();
        Some(Response {
            gain: assessed_gain?,
            rest: self.resting_heart_rate.or(assessed_rest)?,
        })
    }
}

#[cfg(test)]
mod tests;

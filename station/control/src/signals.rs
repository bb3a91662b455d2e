//! Readings become vital signs: value, age, quality, source, and how far each can be trusted.
//!
//! Promises: plausibility, trust, averaging and staleness live here and nowhere else. A reading replaces the running one-second bin
//! and is judged at once. Age counts from when the bytes were sent, and nothing was sent after it came: a time ahead of ours would keep
//! a value live until then. Nothing that came before the control loop stood still, and nothing
//! that overtook a later reading, counts.

mod bins;
mod doubts;
mod intake;
mod rhythm;
mod source;
mod trust;
mod weighing;

use core::time::Duration;

use protocols::vocabulary::{MachineReport, Timestamp};
use serde::{Deserialize, Serialize};

use bins::Bins;
pub(crate) use bins::{Worth, as_seconds, second_of};
use doubts::Clearing;
pub(crate) use doubts::{Doubts, Found};
use intake::bare;
use rhythm::Rhythm;
pub(crate) use source::{STUCK_AFTER, Source};
pub(crate) use trust::DOUBTED_AFTER;
use trust::TrustClock;
use weighing::Weighing;

use crate::input::{Device, HeartRateSource, Input, LinkState};
use crate::prescription::{BoundSensors, BoutSetup};
use crate::rules::{RuleId, RuleSet};
use crate::view::{Irregular, Trust, VitalView};

/// Seconds that a vital sign is kept: the rules look back 300 s, plus a mean.
pub(crate) const KEPT: usize = 384;
/// Seconds that the cadence and the machine's heart rate are kept.
const KEPT_SHORT: usize = 32;
/// The oximeter's pulse takes over when the strap has not been trusted for so long (`supervision.md` 2.2).
const TAKES_OVER_AFTER: Duration = Duration::from_secs(5);
/// Load does not rise for so long after the oximeter's pulse took over (`supervision.md` 2.2).
const NO_RISE_AFTER_TAKE_OVER: Duration = Duration::from_secs(30);
/// Seconds of the mean that is shown of an irregular rhythm (`controllers.md` 3.3).
const SHOWN_SECONDS_IRREGULAR: u16 = 15;
/// Seconds of the mean that predictions rest on; in an irregular rhythm more (`supervision.md` section 3 and 4).
const FORETELLING_SECONDS: u16 = 10;
const FORETELLING_SECONDS_IRREGULAR: u16 = 15;
/// Upper limits are so much tighter, in beats a minute, while the oximeter's pulse stands in for the strap (`supervision.md` 2.2).
const TIGHTER_BY: f64 = 5.0;
/// A loop that stood still for longer makes every signal stale (`design.md` section 6).
const GAP: Duration = Duration::from_millis(250);
/// A jump of more than this is lost contact (`design.md` section 6).
const LOST_CONTACT: Duration = Duration::from_secs(1);

/// What changed when sensors were bound anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rebound {
    /// The strap was put on or taken off.
    pub(crate) strap: bool,
    /// The oximeter was.
    pub(crate) oximeter: bool,
    /// A source that rules of doubt look at is another one now.
    pub(crate) judged: bool,
}

/// The vital signs of one station, and what its machine says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    bound: BoundSensors,
    /// A strap is worn, or was at any time of this bout: the oximeter's pulse then stands in for it, and never leads as its equal.
    strap_worn: bool,
    /// Atrial fibrillation is on file.
    irregular_on_file: bool,
    rhythm: Rhythm,
    weighing: Weighing,
    began: Option<Timestamp>,
    pub(crate) strap: Source<KEPT>,
    pub(crate) pulse: Source<KEPT>,
    pub(crate) saturation: Source<KEPT>,
    grips: Source<KEPT_SHORT>,
    lead: Option<HeartRateSource>,
    taken_over_at: Option<Timestamp>,
    heart_rate_clock: TrustClock,
    heart_rate_trusted_at: Option<Timestamp>,
    saturation_clock: TrustClock,
    saturation_trusted_at: Option<Timestamp>,
    heart_rate_doubts: Doubts,
    clearing: Clearing,
    saturation_doubts: RuleSet,
    machine: Option<(MachineReport, Timestamp)>,
    pub(crate) cadence: Bins<KEPT_SHORT>,
    links: [LinkState; 3],
    late_at: Option<Timestamp>,
    /// How many heart rates, and how many saturations, were taken. Both wrap: only a difference is asked for.
    taken: (u32, u32),
}

impl Signals {
    /// With the sensors that a person bound for this bout.
    #[must_use]
    pub const fn new(bout: &BoutSetup) -> Self {
        Self {
            bound: bout.sensors,
            strap_worn: bout.sensors.strap,
            irregular_on_file: bout.patient.atrial_fibrillation,
            ..Self::idle()
        }
    }

    /// Without a patient: the machine alone is listened to.
    #[must_use]
    pub const fn idle() -> Self {
        Self {
            bound: BoundSensors {
                strap: false,
                oximeter: false,
            },
            strap_worn: false,
            irregular_on_file: false,
            rhythm: Rhythm::UNKNOWN,
            weighing: Weighing::LEVEL,
            began: None,
            strap: Source::EMPTY,
            pulse: Source::EMPTY,
            saturation: Source::EMPTY,
            grips: Source::EMPTY,
            lead: None,
            taken_over_at: None,
            heart_rate_clock: TrustClock::STOPPED,
            heart_rate_trusted_at: None,
            saturation_clock: TrustClock::STOPPED,
            saturation_trusted_at: None,
            heart_rate_doubts: Doubts::NONE,
            clearing: Clearing::NONE,
            saturation_doubts: RuleSet::EMPTY,
            machine: None,
            cadence: Bins::EMPTY,
            links: [LinkState::Silent; 3],
            late_at: None,
            taken: (0, 0),
        }
    }

    /// A patient takes the station: sensors are bound anew and everything that was read of the one before is forgotten. What the
    /// machine and the links said stays.
    #[must_use]
    pub fn rebound(&self, bout: &BoutSetup) -> Self {
        Self {
            strap: self.strap.unheard(),
            pulse: self.pulse.unheard(),
            saturation: self.saturation.unheard(),
            grips: self.grips.unheard(),
            machine: self.machine,
            cadence: self.cadence.clone(),
            links: self.links,
            late_at: self.late_at,
            taken: self.taken,
            ..Self::new(bout)
        }
    }

    /// Takes what a device said, or what became of it; says whether anything changed that a rule may ask for.
    pub fn take(&mut self, now: Timestamp, input: &Input) -> bool {
        self.began.get_or_insert(now);
        let changed = match input {
            Input::HeartRate {
                source,
                reading,
                sent_at,
            } => {
                let (value, quality) = bare(*reading, u16::from);
                self.take_rate(now, *source, value, quality, now.min(*sent_at))
            }
            Input::Saturation { reading, sent_at } => {
                let (value, quality) = bare(*reading, u16::from);
                self.take_saturation(value, quality, now.min(*sent_at))
            }
            Input::Machine { report, sent_at } => self.take_report(now, report, now.min(*sent_at)),
            Input::Link { device, state } => {
                if let Some(link) = self.links.get_mut(place(*device)) {
                    *link = *state;
                }
                true
            }
            Input::LoopGap { lasted } => self.stand_still(now, *lasted),
            Input::Tick
            | Input::StopCircuit { .. }
            | Input::Operator(_)
            | Input::Watched { .. }
            | Input::Record { .. }
            | Input::Sensors { .. }
            | Input::Refused { .. }
            | Input::GymCloses { .. }
            | Input::Fault => false,
        };
        self.tick(now);
        changed
    }

    /// Sensors are bound anew in the middle of a bout. What one of them said before it was taken off counts for nothing, nor do bytes
    /// that were sent before it was put on; when a signal was last trusted stays, so that a signal taken off is lost from then.
    pub(crate) fn bind(&mut self, now: Timestamp, bound: BoundSensors) -> Rebound {
        let changed = Rebound {
            strap: bound.strap != self.bound.strap,
            oximeter: bound.oximeter != self.bound.oximeter,
            judged: bound.strap != self.bound.strap
                || bound.oximeter != self.bound.oximeter
                    && (!bound.strap
                        || self.oximeter_leads()
                        || !self.heart_rate_doubts.pulse.is_empty()),
        };
        self.bound = bound;
        self.strap_worn |= bound.strap;
        if changed.strap {
            self.strap = Source::put_on(now);
            self.rhythm = Rhythm::UNKNOWN;
            if bound.strap && !self.pulse.is_trusted(now) {
                // Nothing stands in for it that it would have to win the lead back from.
                self.lead = None;
            }
        }
        if changed.oximeter {
            self.pulse = Source::put_on(now);
            self.saturation = Source::put_on(now);
            self.saturation_clock.untrusted(now);
        }
        self.taken = (self.taken.0.wrapping_add(1), self.taken.1.wrapping_add(1));
        self.tick(now);
        changed
    }

    /// Time alone: who leads is settled anew.
    pub fn tick(&mut self, now: Timestamp) {
        let began = *self.began.get_or_insert(now);
        let lead = self.choose_lead(now, began);
        if lead == self.lead {
            return;
        }
        let stands_in = lead == Some(HeartRateSource::Oximeter) && self.strap_worn;
        self.taken_over_at = stands_in.then_some(now);
        self.lead = lead;
        self.heart_rate_clock.untrusted(now);
        if self.heart_rate_trusted(now) {
            self.heart_rate_clock.trusted(now);
            self.heart_rate_trusted_at = self.leading().and_then(|source| source.trusted_at);
        }
    }

    /// Whose heart rate counts now.
    #[must_use]
    pub const fn lead(&self) -> Option<HeartRateSource> {
        self.lead
    }

    /// Whether the oximeter's pulse stands in for a strap that is not trusted. Heart rate is then not held by the controller, unless
    /// prescribed so (`supervision.md` 2.2).
    #[must_use]
    pub const fn stands_in(&self) -> bool {
        self.taken_over_at.is_some()
    }

    /// Whether the heart rate that counts is the oximeter's pulse, for a strap that is lost or that nobody wears.
    #[must_use]
    pub const fn oximeter_leads(&self) -> bool {
        matches!(self.lead, Some(HeartRateSource::Oximeter))
    }

    /// Whether load must not rise because the oximeter's pulse took over less than 30 s ago.
    #[must_use]
    pub fn took_over_lately(&self, now: Timestamp) -> bool {
        self.taken_over_at
            .is_some_and(|at| now.since(at) < NO_RISE_AFTER_TAKE_OVER)
    }

    /// How much tighter upper limits in heart rate are now, in beats a minute.
    #[must_use]
    pub const fn tighter_by(&self) -> f64 {
        if self.stands_in() { TIGHTER_BY } else { 0.0 }
    }

    /// Whether load may rest on the heart rate now.
    #[must_use]
    pub fn heart_rate_trusted(&self, now: Timestamp) -> bool {
        self.lead
            .is_some_and(|lead| self.heart_rate_doubts.of(lead).is_empty())
            && self.leading().is_some_and(|source| source.is_trusted(now))
    }

    /// How long the heart rate has been trusted without a break.
    #[must_use]
    pub fn heart_rate_trusted_for(&self, now: Timestamp) -> Duration {
        self.leading()
            .filter(|_| self.heart_rate_trusted(now))
            .map_or(Duration::ZERO, |source| source.trusted_for(now))
    }

    /// Mean and number of the trusted one-second values of the last `seconds` (383 at most).
    #[must_use]
    pub fn heart_rate_mean(&self, now: Timestamp, seconds: u16) -> Option<(f64, u16)> {
        mean_until(&self.leading()?.bins, now, seconds)
    }

    /// The mean that predictions of heart rate rest on: of 10 s (15 s in atrial fibrillation), half of them or more trusted, while the
    /// heart rate is trusted.
    #[must_use]
    pub fn foretelling_heart_rate(&self, now: Timestamp) -> Option<f64> {
        let seconds = if self.is_irregular() {
            FORETELLING_SECONDS_IRREGULAR
        } else {
            FORETELLING_SECONDS
        };
        self.heart_rate(now)?;
        self.heart_rate_mean(now, seconds)
            .filter(|(_, count)| count.saturating_mul(2) >= seconds)
            .map(|(mean, _)| mean)
    }

    /// The same of saturation, of 10 s.
    #[must_use]
    pub fn foretelling_saturation(&self, now: Timestamp) -> Option<f64> {
        self.saturation(now)?;
        self.saturation_mean(now, FORETELLING_SECONDS)
            .filter(|(_, count)| count.saturating_mul(2) >= FORETELLING_SECONDS)
            .map(|(mean, _)| mean)
    }

    /// The trusted heart rate now, in beats a minute.
    #[must_use]
    pub fn heart_rate(&self, now: Timestamp) -> Option<f64> {
        self.leading()
            .filter(|_| self.heart_rate_trusted(now))
            .and_then(|source| source.value(now))
    }

    /// When the last trusted heart rate was sent.
    #[must_use]
    pub const fn heart_rate_trusted_at(&self) -> Option<Timestamp> {
        self.heart_rate_trusted_at
    }

    /// When the last trusted saturation was sent.
    #[must_use]
    pub const fn saturation_trusted_at(&self) -> Option<Timestamp> {
        self.saturation_trusted_at
    }

    /// Whether load may rest on the saturation now.
    #[must_use]
    pub fn saturation_trusted(&self, now: Timestamp) -> bool {
        self.saturation_doubts.is_empty() && self.saturation.is_trusted(now)
    }

    /// Mean and number of the trusted one-second values of the last `seconds` (383 at most).
    #[must_use]
    pub fn saturation_mean(&self, now: Timestamp, seconds: u16) -> Option<(f64, u16)> {
        mean_until(&self.saturation.bins, now, seconds)
    }

    /// The trusted saturation now, in per cent.
    #[must_use]
    pub fn saturation(&self, now: Timestamp) -> Option<f64> {
        self.saturation
            .value(now)
            .filter(|_| self.saturation_doubts.is_empty())
    }

    /// The machine's last report, and when it was sent.
    #[must_use]
    pub const fn machine(&self) -> Option<(MachineReport, Timestamp)> {
        self.machine
    }

    /// What a device's link said last of whether the device answers.
    #[must_use]
    pub fn link(&self, device: Device) -> LinkState {
        self.links
            .get(place(device))
            .copied()
            .unwrap_or(LinkState::Gone)
    }

    /// Whether the loop stood still for more than a second, until `now`.
    #[must_use]
    pub fn lost_contact(&self, now: Timestamp) -> bool {
        self.late_at == Some(now)
    }

    /// How it is known that the rhythm is irregular.
    #[must_use]
    pub const fn irregular(&self) -> Option<Irregular> {
        if self.irregular_on_file {
            Some(Irregular::OnFile)
        } else if self.rhythm.is_irregular() {
            Some(Irregular::Seen)
        } else {
            None
        }
    }

    /// Whether means are of 15 s, because the rhythm is irregular.
    #[must_use]
    pub const fn is_irregular(&self) -> bool {
        self.irregular().is_some()
    }

    fn shown_mean(&self, now: Timestamp) -> Option<f64> {
        self.heart_rate(now).filter(|_| self.is_irregular())?;
        self.heart_rate_mean(now, SHOWN_SECONDS_IRREGULAR)
            .filter(|(_, count)| count.saturating_mul(2) >= SHOWN_SECONDS_IRREGULAR)
            .map(|(mean, _)| mean)
    }

    /// The machine's own pulse, as a person is shown it.
    #[must_use]
    pub fn machine_pulse_view(&self, now: Timestamp) -> VitalView {
        if self.grips.latest.is_none() {
            return VitalView::ABSENT;
        }
        VitalView {
            source: Some(HeartRateSource::Machine),
            ..self.grips.view(now)
        }
    }

    /// The heart rate that counts, as a person is shown it.
    #[must_use]
    pub fn heart_rate_view(&self, now: Timestamp) -> VitalView {
        let Some(lead) = self.lead else {
            return VitalView::ABSENT;
        };
        let mut view = self
            .leading()
            .map_or(VitalView::ABSENT, |source| source.view(now));
        view.source = Some(lead);
        view.mean_15_s = self.shown_mean(now);
        if !self.heart_rate_trusted(now) && view.trust == Trust::Trusted {
            view.trust = Trust::Doubted;
        }
        view.doubted_by = view
            .doubted_by
            .or_else(|| self.heart_rate_doubts.all().iter().next());
        view
    }

    /// The heart rate as a person is shown it, whatever the trust in it.
    #[must_use]
    pub fn heart_rate_shown(&self, now: Timestamp) -> Option<f64> {
        self.leading()?.shown(now)
    }

    /// The rule that doubts the strap that is worn, whoever leads.
    #[must_use]
    pub fn strap_doubted_by(&self) -> Option<RuleId> {
        let own = self.strap.doubt.map(|doubt| doubt.rule);
        own.or_else(|| self.heart_rate_doubts.strap.iter().next())
            .filter(|_| self.bound.strap)
    }

    /// The oximeter's pulse, as a person is shown it.
    #[must_use]
    pub fn pulse_view(&self, now: Timestamp) -> VitalView {
        if !self.bound.oximeter {
            return VitalView::ABSENT;
        }
        let view = self.pulse.view(now);
        let doubts = self.heart_rate_doubts.pulse;
        VitalView {
            source: Some(HeartRateSource::Oximeter),
            doubted_by: view.doubted_by.or_else(|| doubts.iter().next()),
            ..view
        }
    }

    /// The saturation, as a person is shown it.
    #[must_use]
    pub fn saturation_view(&self, now: Timestamp) -> VitalView {
        if !self.bound.oximeter {
            return VitalView::ABSENT;
        }
        let mut view = self.saturation.view(now);
        if !self.saturation_doubts.is_empty() && view.trust == Trust::Trusted {
            view.trust = Trust::Doubted;
        }
        view.doubted_by = self.saturation_doubts.iter().next();
        view
    }
}

/// What the rules ask beside.
impl Signals {
    /// The source that counts for rules of heart rate.
    pub(crate) fn leading(&self) -> Option<&Source<KEPT>> {
        match self.lead? {
            HeartRateSource::Strap => Some(&self.strap),
            HeartRateSource::Oximeter => Some(&self.pulse),
            HeartRateSource::Machine => None,
        }
    }

    /// The source that rules of doubt look at: the strap where one is bound.
    pub(crate) fn primary(&self) -> Option<&Source<KEPT>> {
        if self.bound.strap {
            Some(&self.strap)
        } else {
            self.bound.oximeter.then_some(&self.pulse)
        }
    }

    /// Whether the patient wears a strap now.
    pub(crate) const fn is_strap_worn(&self) -> bool {
        self.bound.strap
    }

    /// The oximeter's pulse beside a strap that is worn, where rules of doubt look at it too: while it leads, or load would rest on a number
    /// at which nobody looks; while they doubt it, whoever leads, as what may not lead while it is doubted has to find its end; and while it
    /// is `suspicious`, as it says otherwise than the strap, or was dead of late: a dead number would hold the load of a strap that is well.
    pub(crate) fn stand_in(&self, suspicious: bool) -> Option<&Source<KEPT>> {
        let looked_at =
            self.oximeter_leads() || suspicious || !self.heart_rate_doubts.pulse.is_empty();
        (self.bound.strap && self.bound.oximeter && looked_at).then_some(&self.pulse)
    }

    /// The strap and the oximeter's pulse, as far as they are worn.
    pub(crate) fn worn(&self) -> (Option<&Source<KEPT>>, Option<&Source<KEPT>>) {
        (
            self.bound.strap.then_some(&self.strap),
            self.bound.oximeter.then_some(&self.pulse),
        )
    }

    /// Which rules doubt whose heart rate.
    pub(crate) const fn heart_rate_doubts(&self) -> Doubts {
        self.heart_rate_doubts
    }

    /// Whether another trusted source is within 10 of the leading one's latest value.
    pub(crate) fn second_source_agrees(&self, now: Timestamp) -> bool {
        let Some(value) = self.latest_rate() else {
            return false;
        };
        let other = match self.lead {
            Some(HeartRateSource::Strap) => self.bound.oximeter && self.pulse.agrees(value, now),
            Some(HeartRateSource::Oximeter) => self.bound.strap && self.strap.agrees(value, now),
            Some(HeartRateSource::Machine) | None => false,
        };
        other || self.grips.agrees(value, now)
    }

    /// Both sources' means of so many seconds, where both are good and fresh.
    pub(crate) fn both_sources(&self, now: Timestamp, seconds: u16) -> Option<(f64, f64)> {
        let mean = |source: &Source<KEPT>| {
            let fresh = source.latest.is_some_and(|latest| {
                latest.worth >= Worth::Usable && now.since(latest.sent_at) < DOUBTED_AFTER
            });
            let newest = source.bins.newest().filter(|_| fresh)?;
            source.bins.mean_of(Worth::Usable, newest, seconds)
        };
        Some((mean(&self.strap)?, mean(&self.pulse)?))
    }

    /// The leading source's latest number, trusted or not.
    pub(crate) fn latest_rate(&self) -> Option<f64> {
        let latest = self.leading()?.latest?;
        latest.value.ok().map(f64::from)
    }

    /// The clock that measures `after_s` of rules of heart rate.
    pub(crate) fn heart_rate_clock(&self, at: Timestamp) -> Duration {
        self.heart_rate_clock.at(at)
    }

    /// The clock that measures `after_s` of rules of saturation.
    pub(crate) fn saturation_clock(&self, at: Timestamp) -> Duration {
        self.saturation_clock.at(at)
    }

    /// Changes when a heart rate, and when a saturation, was taken.
    pub(crate) const fn taken(&self) -> (u32, u32) {
        self.taken
    }

    /// Which rules of the supervisor doubt a signal now, and whom they suspect. What they doubt loses its trust in this very turn.
    pub(crate) fn doubt(
        &mut self,
        heart_rate: RuleSet,
        found: Found,
        saturation: RuleSet,
        now: Timestamp,
    ) {
        let primary = if self.bound.strap {
            HeartRateSource::Strap
        } else {
            HeartRateSource::Oximeter
        };
        let heart_rate = self
            .heart_rate_doubts
            .follow(heart_rate, found.suspected, primary);
        let heart_rate = self.clearing.clear(heart_rate, found.over, now);
        if heart_rate != self.heart_rate_doubts {
            self.heart_rate_doubts = heart_rate;
            if !self.heart_rate_trusted(now) {
                self.heart_rate_clock.untrusted(now);
            }
        }
        if saturation != self.saturation_doubts {
            self.saturation_doubts = saturation;
            if !saturation.is_empty() {
                self.saturation_clock.untrusted(now);
            }
        }
    }
}

/// Mean of the trusted values of the last `seconds`: of those that end with the running second, or with the one before while nothing
/// came in it yet.
fn mean_until<const N: usize>(bins: &Bins<N>, now: Timestamp, seconds: u16) -> Option<(f64, u16)> {
    let running = second_of(now);
    let last = bins
        .newest()
        .filter(|newest| newest.saturating_add(1) >= running)
        .unwrap_or(running);
    let (sum, count) = bins.trusted(last, seconds);
    (count > 0).then(|| (f64::from(sum) / f64::from(count), count))
}

const fn place(device: Device) -> usize {
    match device {
        Device::Machine => 0,
        Device::Strap => 1,
        Device::Oximeter => 2,
    }
}

#[cfg(test)]
mod tests;

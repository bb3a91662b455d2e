//! What really was so, to tell an alarm that meant something from one that did not.

use std::collections::VecDeque;

use control::prescription::BoutSetup;
use control::rules::RuleId;

/// How far back an alarm may look, in seconds: an oximeter is late, and rules wait before they tell.
const LOOKS_BACK_S: usize = 120;
/// A crossing is false while the true mean is further than this from the limit, in beats a minute (`supervision.md` section 4).
const NEAR_BPM: f64 = 3.0;
/// An oximeter is right within this, in per cent.
const NEAR_PERCENT: f64 = 2.0;

/// What was true lately, second by second.
#[derive(Debug, Clone, Default)]
pub(super) struct Truth {
    seconds: VecDeque<Second>,
    faulty_now: bool,
}

#[derive(Debug, Clone, Copy)]
struct Second {
    mean_rate: f64,
    saturation: f64,
    faulty: bool,
}

impl Truth {
    /// A second begins, in which something is wrong or not: what an alarm of the same second is about.
    pub(super) const fn begin(&mut self, faulty: bool) {
        self.faulty_now = faulty;
    }

    /// It is over: heart rate without variability, and saturation.
    pub(super) fn end(&mut self, mean_rate: f64, saturation: f64) {
        if self.seconds.len() >= LOOKS_BACK_S {
            self.seconds.pop_front();
        }
        self.seconds.push_back(Second {
            mean_rate,
            saturation,
            faulty: self.faulty_now,
        });
    }

    /// Whether an alarm of `rule` that is raised now has anything true behind it: the patient's own state for rules of the patient, a
    /// fault for all others. What only informs (a target not reached, a slow recovery, a fall of saturation) is never false.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "in a session without faults nothing else has a cause"
    )]
    pub(super) fn is_behind(&self, rule: RuleId, setup: &BoutSetup) -> bool {
        if self.faulty_now || self.seconds.iter().any(|second| second.faulty) {
            return true;
        }
        let prescription = &setup.prescription;
        let over = |limit: f64| {
            self.seconds
                .iter()
                .any(|second| second.mean_rate >= limit - NEAR_BPM)
        };
        let under = |limit: f64| {
            self.seconds
                .iter()
                .any(|second| second.saturation <= limit + NEAR_PERCENT)
        };
        let limits = prescription.heart_rate;
        match rule {
            RuleId::HrOverZone => {
                limits.is_some_and(|limits| limits.zone.is_none_or(|(_, upper)| over(upper)))
            }
            RuleId::HrLimit => limits.is_some_and(|limits| over(limits.upper)),
            RuleId::HrStop => limits.is_some_and(|limits| over(limits.stop())),
            RuleId::Spo2Floor | RuleId::Spo2Falling => under(prescription.saturation_floor),
            RuleId::Spo2Critical => under(prescription.saturation_floor - 4.0) || self.fell_by(6.0),
            RuleId::Spo2Stop => under(80.0),
            RuleId::HrOverTargetAtMinimum
            | RuleId::HrUnderTargetAtCap
            | RuleId::HrRecovery
            | RuleId::Spo2Fall
            | RuleId::TimeOver
            | RuleId::BpDue
            | RuleId::Unacknowledged => true,
            _ => false,
        }
    }

    fn fell_by(&self, percent: f64) -> bool {
        let most = self
            .seconds
            .iter()
            .map(|second| second.saturation)
            .fold(f64::NEG_INFINITY, f64::max);
        let least = self
            .seconds
            .iter()
            .map(|second| second.saturation)
            .fold(f64::INFINITY, f64::min);
        most - least >= percent - NEAR_PERCENT
    }
}

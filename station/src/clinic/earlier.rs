//! What earlier sessions taught of a patient: kept while the gym runs, and what the next bout begins with.

use control::learning::Learned;
use control::prescription::EarlierGain;
use protocols::vocabulary::MachineKind;

use crate::records::Kept;

/// So many sessions are looked back on.
pub const SESSIONS: usize = 3;

/// By how much a gain differs from day to day, as a share of it: fitness, sleep, the hour, medicines (assumed).
const FROM_DAY_TO_DAY: f64 = 0.1;

/// The last sessions of every patient.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    kept: Vec<Kept>,
}

impl Earlier {
    /// Nothing is known of anybody.
    pub const NONE: Self = Self { kept: Vec::new() };

    /// Keeps what a bout taught; of like bouts, the last three.
    pub fn keep(&mut self, taught: Kept) {
        self.kept.retain(|there| there.bout != taught.bout);
        self.kept.push(taught);
        let last = self.kept.len() - 1;
        let Some(newest) = self.kept.get(last).cloned() else {
            return;
        };
        let like =
            |there: &Kept| is_like(there, &newest.patient, newest.machine, newest.bout.number);
        if self.kept.iter().filter(|there| like(there)).count() > SESSIONS
            && let Some(oldest) = self.kept.iter().position(like)
        {
            self.kept.remove(oldest);
        }
    }

    /// Everything that is kept, the oldest first.
    #[must_use]
    pub fn all(&self) -> &[Kept] {
        &self.kept
    }

    /// The patient's last bouts on such a machine, at the same place of the visit, the oldest first: who comes from another machine comes
    /// with another heart rate.
    #[must_use]
    pub fn like(&self, patient: &str, machine: MachineKind, number: u16) -> Vec<Kept> {
        self.kept
            .iter()
            .filter(|there| is_like(there, patient, machine, number))
            .cloned()
            .collect()
    }
}

fn is_like(there: &Kept, patient: &str, machine: MachineKind, number: u16) -> bool {
    there.patient == patient && there.machine == machine && there.bout.number == number
}

/// The gain that earlier bouts lead to expect, each by its uncertainty.
#[must_use]
pub fn expected_gain<'a>(earlier: impl Iterator<Item = &'a Learned>) -> Option<EarlierGain> {
    let (mut weighted, mut weights) = (0.0, 0.0);
    for learned in earlier {
        let weight = 1.0 / (learned.gain_sd * learned.gain_sd);
        weighted += weight * learned.gain;
        weights += weight;
    }
    let gain = weighted / weights;
    let day = FROM_DAY_TO_DAY * gain;
    let gain_sd = (1.0 / weights + day * day).sqrt();
    (gain.is_finite() && gain_sd.is_finite() && gain > 0.0 && gain_sd > 0.0)
        .then_some(EarlierGain { gain, gain_sd })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{BoutId, SessionId};

    fn learned(gain: f64, gain_sd: f64) -> Learned {
        Learned {
            gain,
            gain_sd,
            tau_s: 80.0,
            tau_sd: 20.0,
            drift: 0.1,
            drift_sd: 0.1,
            steady: None,
        }
    }

    fn kept(patient: &str, minute: u8, number: u16) -> Kept {
        let session: SessionId = format!("S-20261123-14{minute:02}07-K7PD").parse().unwrap();
        Kept {
            patient: patient.to_owned(),
            bout: BoutId { session, number },
            machine: MachineKind::Cycle,
            is_virtual: false,
            learned: learned(f64::from(minute), 1.0),
        }
    }

    #[test]
    fn the_last_three_of_like_bouts_are_kept() {
        let mut earlier = Earlier::NONE;
        for minute in 1..=5 {
            earlier.keep(kept("K7PD", minute, 1));
        }
        earlier.keep(kept("K7PD", 6, 2));
        earlier.keep(kept("M2QX", 7, 1));
        let gains = |patient, number| -> Vec<f64> {
            let like = earlier.like(patient, MachineKind::Cycle, number);
            like.iter().map(|kept| kept.learned.gain).collect()
        };
        assert_eq!(gains("K7PD", 1), [3.0, 4.0, 5.0]);
        assert_eq!(gains("K7PD", 2), [6.0]);
        assert_eq!(gains("M2QX", 1), [7.0]);
        assert!(earlier.like("K7PD", MachineKind::Treadmill, 1).is_empty());
    }

    #[test]
    fn a_bout_is_kept_once() {
        let mut earlier = Earlier::NONE;
        earlier.keep(kept("K7PD", 1, 1));
        earlier.keep(kept("K7PD", 1, 1));
        assert_eq!(earlier.like("K7PD", MachineKind::Cycle, 1).len(), 1);
    }

    #[test]
    fn the_expected_gain_is_a_mean_by_uncertainty_and_not_surer_than_a_day_allows() {
        let both = [learned(10.0, 1.0), learned(13.0, 2.0)];
        let expected = expected_gain(both.iter()).unwrap();
        assert!((expected.gain - (10.0 + 13.0 / 4.0) / 1.25).abs() < 1e-12);
        let day = 0.1 * expected.gain;
        assert!((expected.gain_sd - (1.0 / 1.25 + day * day).sqrt()).abs() < 1e-12);
        assert_eq!(expected_gain([].iter()), None);
    }
}

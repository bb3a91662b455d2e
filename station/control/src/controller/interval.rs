//! Work and recovery in turn, open loop: both loads are ordered, as no interval of a few minutes can be tracked by feedback
//! (`controllers.md` section 1). Work is reached by the ramp; recovery is taken at once, as load may always fall.

use core::time::Duration;

use protocols::vocabulary::NetMets;
use serde::{Deserialize, Serialize};

use super::{Moment, bounded};

/// Proposes work and recovery in turn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    work: NetMets,
    work_for: Duration,
    recovery: NetMets,
    recovery_for: Duration,
    repeats: u16,
}

/// Where in its intervals a bout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Which interval, from 1.
    pub number: u16,
    /// Whether this is its work.
    pub work: bool,
}

impl Interval {
    /// `repeats` times `work` for `work_for`, then `recovery` for `recovery_for`.
    #[must_use]
    pub const fn new(
        work: NetMets,
        work_for: Duration,
        recovery: NetMets,
        recovery_for: Duration,
        repeats: u16,
    ) -> Self {
        Self {
            work,
            work_for,
            recovery,
            recovery_for,
            repeats,
        }
    }

    /// The same turns with other loads, in METs.
    pub(super) fn with_loads(self, work: f64, recovery: f64) -> Self {
        Self {
            work: NetMets::new(work).unwrap_or(NetMets::ZERO),
            recovery: NetMets::new(recovery).unwrap_or(NetMets::ZERO),
            ..self
        }
    }

    /// Where it stands so long after its beginning. `None` once every interval is over, or where both lengths are nothing.
    #[must_use]
    pub fn turn(&self, elapsed: Duration) -> Option<Turn> {
        let both = self.work_for.checked_add(self.recovery_for)?.as_nanos();
        let done = elapsed.as_nanos().checked_div(both)?;
        let into = elapsed.as_nanos().checked_rem(both)?;
        let number = u16::try_from(done).ok()?.checked_add(1)?;
        (number <= self.repeats).then_some(Turn {
            number,
            work: into < self.work_for.as_nanos(),
        })
    }

    /// The load that work or recovery orders so long after its beginning.
    #[must_use]
    pub fn ordered(&self, elapsed: Duration) -> NetMets {
        match self.turn(elapsed) {
            Some(Turn { work: true, .. }) => self.work,
            Some(Turn { work: false, .. }) | None => self.recovery,
        }
    }

    /// What this moment's work or recovery asks for, in METs.
    #[must_use]
    pub fn propose(&self, moment: &Moment) -> f64 {
        let wanted = self.ordered(moment.elapsed).get();
        moment.within_limits(bounded(wanted, 0.0, moment.applied + moment.rise))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mets(value: f64) -> NetMets {
        NetMets::new(value).expect("in range")
    }

    fn two_by_one() -> Interval {
        let minute = Duration::from_mins(1);
        Interval::new(mets(5.0), 2 * minute, mets(2.0), minute, 3)
    }

    #[test]
    fn work_and_recovery_take_turns_and_end() {
        let turns = [0, 119, 120, 179, 180, 539].map(|s| two_by_one().turn(Duration::from_secs(s)));
        let expected = [
            (1, true),
            (1, true),
            (1, false),
            (1, false),
            (2, true),
            (3, false),
        ]
        .map(|(number, work)| Some(Turn { number, work }));
        assert_eq!(turns, expected);
        assert_eq!(two_by_one().turn(Duration::from_mins(9)), None);
    }

    #[test]
    fn lengths_of_nothing_ask_for_recovery() {
        let empty = Interval::new(mets(5.0), Duration::ZERO, mets(2.0), Duration::ZERO, 3);
        assert_eq!(empty.turn(Duration::ZERO), None);
    }

    #[test]
    fn work_is_reached_by_the_ramp_and_recovery_at_once() {
        let moment = |applied: f64, seconds: u64| Moment {
            applied,
            least: 1.0,
            most: 8.0,
            rise: 0.25,
            measured: None,
            heart_rate_age: None,
            trusted_for: Duration::ZERO,
            elapsed: Duration::from_secs(seconds),
        };
        assert!((two_by_one().propose(&moment(2.0, 5)) - 2.25).abs() < 1e-12);
        assert!((two_by_one().propose(&moment(5.0, 125)) - 2.0).abs() < 1e-12);
    }
}

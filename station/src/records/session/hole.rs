//! Where a session has no seconds, and what that is: not everything without a line was lost.

use super::super::proof::HOLE_US;
use super::{BoutRecord, SessionRecord};

/// A stretch without seconds, between the first and the last of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// From when, in microseconds after the session began.
    pub from_us: i64,
    /// To when.
    pub to_us: i64,
    /// What it is.
    pub kind: HoleKind,
}

/// What a stretch without seconds is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoleKind {
    /// Seconds of a bout that were not recorded.
    NotRecorded,
    /// The gym was lost with the bout before, and the session had not gone on yet.
    GymLost,
    /// One bout had ended and the next had not begun: nothing is missing.
    BetweenBouts,
}

impl HoleKind {
    /// In words, as short as a chart has room for.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotRecorded => "not recorded",
            Self::GymLost => "gym lost",
            Self::BetweenBouts => "between bouts",
        }
    }
}

impl SessionRecord {
    /// The stretches without seconds, in order.
    #[must_use]
    pub fn holes(&self) -> Vec<Hole> {
        let mut holes: Vec<Hole> = self
            .bouts
            .iter()
            .flat_map(BoutRecord::missing)
            .map(|(from_us, to_us)| Hole {
                from_us,
                to_us,
                kind: HoleKind::NotRecorded,
            })
            .collect();
        holes.extend(self.between_bouts());
        holes.sort_by_key(|hole| (hole.from_us, hole.to_us));
        holes
    }

    fn between_bouts(&self) -> impl Iterator<Item = Hole> {
        self.bouts
            .iter()
            .zip(self.bouts.iter().skip(1))
            .filter_map(|(before, after)| {
                let hole = Hole {
                    from_us: before.last_us()?,
                    to_us: after.from_us,
                    kind: if before.broke_off {
                        HoleKind::GymLost
                    } else {
                        HoleKind::BetweenBouts
                    },
                };
                (hole.to_us.saturating_sub(hole.from_us) > HOLE_US).then_some(hole)
            })
    }
}

impl BoutRecord {
    /// When it ended, or its last second where no end was recorded.
    fn last_us(&self) -> Option<i64> {
        self.to_us
            .or_else(|| self.seconds.last().map(|second| second.t_us))
    }
}

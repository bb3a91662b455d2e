//! What was not recorded.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::archive::Archive;
use super::super::error::RecordsError;
use super::super::told;
use super::{NO_GYM, SessionClock};

/// Something that was not recorded, or that cannot be read any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapRecord {
    /// Of which bout; `None` for the session's own.
    pub bout: Option<u16>,
    /// What.
    pub what: String,
    /// From when, in microseconds after the session began.
    pub from_us: i64,
    /// To when.
    pub to_us: i64,
    /// How many entries; 0 where nobody knows.
    pub lost: i64,
    /// Why.
    pub reason: String,
    /// Damage: it was recorded, or nothing in the record tells why it was not.
    #[serde(skip)]
    pub is_damage: bool,
}

impl GapRecord {
    /// Whether seconds of bouts may be missing in it.
    #[must_use]
    pub fn is_of_seconds(&self) -> bool {
        !matches!(
            self.what.as_str(),
            "plethysmogram" | "wire" | "notices" | Self::EVENTS | Self::ALTERED
        )
    }

    /// Whether it is what a gym that was lost, or that is not there any more, left unwritten.
    pub(super) fn is_of_a_lost_gym(&self) -> bool {
        [told::LOST, NO_GYM].contains(&self.reason.as_str())
    }

    /// Events that stood among its own, of whatever session, and that cannot be read.
    pub const EVENTS: &'static str = "events";

    /// What a file says of a session that is not what was recorded, beside what is missing of it.
    pub const ALTERED: &'static str = "altered";
}

pub(super) fn read(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
    bouts: &BTreeMap<i64, u16>,
) -> Result<Vec<GapRecord>, RecordsError> {
    archive.query(
        "SELECT bout_id, run_id, what, from_us, to_us, lost, reason FROM gaps WHERE session_id = ?1 ORDER BY id",
        [session],
        |row| {
            let bout: Option<i64> = row.get(0)?;
            let run: i64 = row.get(1)?;
            Ok(GapRecord {
                bout: bout.and_then(|bout| bouts.get(&bout).copied()),
                what: row.get(2)?,
                from_us: clock.place(run, row.get(3)?),
                to_us: clock.place(run, row.get(4)?),
                lost: row.get(5)?,
                reason: row.get(6)?,
                is_damage: false,
            })
        },
    )
}

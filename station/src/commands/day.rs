//! Days as people write them on the command line.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::records::archive::local_date;
use crate::records::list::SessionFilter;
use crate::records::{Archive, RecordsError};

/// A day of the calendar.
///
/// # Errors
/// How a day is written.
pub(super) fn date(text: &str) -> Result<Date, String> {
    let written = text.len() == "2026-03-01".len();
    Date::from_str(text)
        .ok()
        .filter(|_| written)
        .ok_or_else(|| {
            "there is no such day: write it as YYYY-MM-DD, such as 2026-03-01".to_owned()
        })
}

/// A day of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayAsked {
    /// This one.
    On(Date),
    /// The latest that has a session.
    Last,
}

impl FromStr for DayAsked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "last" {
            return Ok(Self::Last);
        }
        date(text)
            .map(Self::On)
            .map_err(|wrong| format!("{wrong}, or `last` for the latest day that has a session"))
    }
}

impl DayAsked {
    /// Which day was asked for, where the reader is; `None` where none was, or the record has no session yet.
    pub(super) fn resolve(
        asked: Option<Self>,
        archive: &Archive,
        zone: &TimeZone,
    ) -> Result<Option<Date>, RecordsError> {
        match asked {
            None => Ok(None),
            Some(Self::On(day)) => Ok(Some(day)),
            Some(Self::Last) => {
                let latest = archive.list(&SessionFilter {
                    limit: Some(1),
                    ..SessionFilter::default()
                })?;
                Ok(latest
                    .first()
                    .map(|line| local_date(line.began_wall_micros, zone)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way_and_a_wrong_one_says_which() {
        assert_eq!(date("2026-03-01"), Ok(jiff::civil::date(2026, 3, 1)));
        assert_eq!("last".parse(), Ok(DayAsked::Last));
        for wrong in [
            "2026-13-01",
            "2026-02-30",
            "yesterday",
            "1.3.2026",
            "20260301",
            "",
        ] {
            let told = date(wrong).unwrap_err();
            assert!(told.contains("YYYY-MM-DD"), "{told}");
            let told = wrong.parse::<DayAsked>().unwrap_err();
            assert!(told.contains("or `last`"), "{told}");
        }
    }
}

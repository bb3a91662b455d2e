//! The sessions of a day as rows: what a list says at once, and what each came to as soon as it was read.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::moments::Moments;
use super::opened::mark;
use crate::records::archive::local_date;
use crate::records::list::{SessionFilter, SessionLine};
use crate::records::session::SignatureState;
use crate::records::{Archive, RecordsError, SessionRecord};
use crate::review::course::Visit;
use crate::review::verdict::Verdict;

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What the list says.
    pub line: SessionLine,
    /// What it came to; `None` until it was read, or why it cannot be.
    pub told: Option<Result<Told, String>>,
}

/// What a session came to, as a row has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The machines of its bouts, in order.
    pub machines: Vec<protocols::vocabulary::MachineKind>,
    /// Whether it met its prescription.
    pub verdict: Verdict,
    /// Share of conditioning in the zone, in per cent; `None` where a load was ordered.
    pub in_zone_percent: Option<f64>,
    /// Alarms by priority: high, medium, low.
    pub alarms: [usize; 3],
    /// Minutes of exercise in which a required signal was not trusted, or nothing was recorded.
    pub lost_min: f64,
    /// How it stands with its signature.
    pub signature: String,
}

/// A day's rows, the earliest session first.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Which; `None` in a record without a session.
    pub date: Option<Date>,
    /// The day before with a session.
    pub before: Option<Date>,
    /// The day after with a session.
    pub after: Option<Date>,
    /// Its sessions.
    pub rows: Vec<Row>,
    /// How many sessions the record has.
    pub sessions: u64,
    /// Pages of the record are damaged: it may have had more.
    pub damaged: bool,
}

/// Whose sessions are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looking {
    /// Of this patient alone.
    pub patient: Option<String>,
    /// With this text in id, pseudonym, reason or rule.
    pub text: Option<String>,
}

impl Looking {
    fn filter(&self) -> SessionFilter {
        SessionFilter {
            patient: self.patient.clone(),
            search: self.text.clone(),
            ..SessionFilter::default()
        }
    }
}

impl Day {
    /// Reads a day's list; without one the latest that has a session.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn read(
        archive: &Archive,
        looking: &Looking,
        date: Option<Date>,
        zone: &TimeZone,
    ) -> Result<Self, RecordsError> {
        let sessions = archive.session_count()?;
        let date = if date.is_some() {
            date
        } else {
            let latest = archive.list(&SessionFilter {
                limit: Some(1),
                ..looking.filter()
            })?;
            latest
                .first()
                .map(|line| local_date(line.began_wall_micros, zone))
        };
        let day = looking.filter().of_days(date, date, zone);
        let (Some(_), Ok(filter)) = (date, day) else {
            return Ok(Self {
                date,
                before: None,
                after: None,
                rows: Vec::new(),
                sessions,
                damaged: !archive.damage().is_empty(),
            });
        };
        let (before, after) = archive.beside(&filter)?;
        let rows = archive
            .list(&filter)?
            .into_iter()
            .rev()
            .map(|line| Row { line, told: None })
            .collect();
        let day_of = |wall_us: i64| local_date(wall_us, zone);
        Ok(Self {
            date,
            before: before.map(day_of),
            after: after.map(day_of),
            rows,
            sessions,
            damaged: !archive.damage().is_empty(),
        })
    }

    /// The first row that was not read yet.
    #[must_use]
    pub fn unread(&self) -> Option<usize> {
        self.rows.iter().position(|row| row.told.is_none())
    }

    /// Reads one row that was not read yet; false where every one was.
    pub fn read_one(&mut self, archive: &Archive) -> bool {
        let Some(row) = self.rows.iter_mut().find(|row| row.told.is_none()) else {
            return false;
        };
        let told = Visit::read_with(archive, row.line.clone());
        let told = told.map(|(session, visit)| Told::of(&session, &visit));
        row.told = Some(told.map_err(|error| error.to_string()));
        true
    }

    /// The place of a session among the rows.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.line.id == id)
    }
}

impl Told {
    /// What a session came to.
    #[must_use]
    pub fn of(session: &SessionRecord, visit: &Visit) -> Self {
        let mut alarms = BTreeMap::new();
        for alarm in session.alarms() {
            *alarms.entry(alarm.priority().unwrap_or("low")).or_insert(0) += 1;
        }
        let count = |priority: &str| alarms.get(priority).copied().unwrap_or(0);
        Self {
            machines: session.bouts.iter().map(|bout| bout.machine).collect(),
            verdict: visit.verdict.clone(),
            in_zone_percent: visit.verdict.zone_share(&visit.figures),
            alarms: [count("high"), count("medium"), count("low")],
            lost_min: lost_min(session),
            signature: if visit.altered.is_empty() {
                signature(session.signature_state())
            } else {
                mark(visit).to_owned()
            },
        }
    }
}

/// A signature's state as a row has room for it.
fn signature(state: SignatureState) -> String {
    match state {
        SignatureState::Unsigned => "no".to_owned(),
        SignatureState::Signed { additions: 0 } => "signed".to_owned(),
        SignatureState::Signed { additions } => format!("signed+{additions}"),
        SignatureState::NotKnown => "?".to_owned(),
    }
}

/// Minutes of exercise in which a required signal was not trusted, or a second was not recorded.
fn lost_min(session: &SessionRecord) -> f64 {
    let moments = Moments::of(session);
    let mut lost: u64 = 0;
    for span in session.phases() {
        let exercise = matches!(
            span.phase,
            control::view::PhaseKind::WarmUp
                | control::view::PhaseKind::Conditioning
                | control::view::PhaseKind::CoolDown
        );
        if !exercise {
            continue;
        }
        let second = |t_us: i64| t_us.div_euclid(1_000_000);
        let stretch = second(span.from_us)..second(span.to_us);
        let due = u64::try_from(stretch.end - stretch.start).unwrap_or(0);
        let good = moments
            .within(session, stretch)
            .filter(|(bout, second)| {
                let required = bout.setup.as_ref().map_or((true, false), |setup| {
                    let ordered = &setup.prescription;
                    (ordered.heart_rate_required, ordered.saturation_required)
                });
                (!required.0 || second.trusted_heart_rate().is_some())
                    && (!required.1 || second.trusted_spo2().is_some())
            })
            .count();
        lost += due.saturating_sub(u64::try_from(good).unwrap_or(due));
    }
    protocols::vocabulary::number::from_u64(lost) / 60.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::fixtures::{WALL, archive_of_a_visit};

    #[test]
    fn a_day_lists_its_sessions_and_reads_each_once() {
        let (_folder, archive) = archive_of_a_visit();
        let looking = Looking::default();
        let mut day = Day::read(&archive, &looking, None, &TimeZone::UTC).unwrap();
        assert_eq!(day.date, Some(local_date(WALL, &TimeZone::UTC)));
        assert_eq!((day.before, day.after, day.sessions), (None, None, 1));
        assert_eq!(day.unread(), Some(0));
        assert!(day.read_one(&archive) && !day.read_one(&archive));
        let told = day.rows[0].told.clone().unwrap().unwrap();
        assert_eq!(
            told.alarms.iter().sum::<usize>(),
            usize::try_from(day.rows[0].line.alarms).unwrap()
        );
        assert!(told.lost_min < 1.0, "{told:?}");

        let elsewhere = Looking {
            patient: Some("NOBODY".to_owned()),
            text: None,
        };
        let none = Day::read(&archive, &elsewhere, None, &TimeZone::UTC).unwrap();
        assert_eq!((none.date, none.rows.len(), none.sessions), (None, 0, 1));

        let later = day.date.unwrap().tomorrow().unwrap();
        let empty = Day::read(&archive, &looking, Some(later), &TimeZone::UTC).unwrap();
        assert_eq!((empty.rows.len(), empty.before), (0, day.date));
    }
}

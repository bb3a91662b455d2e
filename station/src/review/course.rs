//! A patient's course over weeks: sessions in, points out. Review and report draw the same points.
//!
//! Promises: a point is one session's own figure, with its day; a session that has no such figure has no point. What is carried over to
//! one and the same heart rate or load (a heart rate of 104 by which load, then and now) rests on what the bouts taught, by the same
//! formula as the findings. Deliberately absent: any consequence; a person asks and decides.

mod measure;
mod trend;
mod visit;

use control::learning::Learned;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::clinic::finding::{self, Finding, Shown};
use crate::records::archive::local_date;
use crate::records::{Archive, RecordsError, SessionFilter};

pub use self::measure::{Better, Measure};
pub use self::trend::{Point, Trend};
pub use self::visit::{Taught, Visit, VisitBout};

/// So many of the first sessions are what a month ago was.
const FIRST: usize = 3;

/// A patient's sessions and what they show together.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The sessions, the earliest first; open ones are not among them.
    pub visits: Vec<Visit>,
    /// What was measured in at least one of them, in the order of [`Measure::ALL`], by machine where the machine matters.
    pub trends: Vec<Trend>,
    /// Sessions that could not be read: id, and why.
    pub unread: Vec<(String, String)>,
}

/// What a week came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// Its Monday.
    pub begins: Date,
    /// How many sessions.
    pub sessions: usize,
    /// Minutes of exercise, from warm-up to cool-down.
    pub minutes: f64,
    /// MET-minutes, rest included; `None` where no session of the week has them.
    pub met_minutes: Option<f64>,
    /// The same of each of its sessions that has them, in order.
    pub each_met_minutes: Vec<f64>,
}

impl Course {
    /// What some sessions of one patient show together; they need not be in order.
    #[must_use]
    pub fn of(mut visits: Vec<Visit>) -> Self {
        visits.retain(|visit| visit.line.state != "open");
        visits.sort_by_key(|visit| visit.line.began_wall_micros);
        Self {
            trends: trend::all(&visits),
            visits,
            unread: Vec::new(),
        }
    }

    /// Reads a patient's course up to and with a wall time, in microseconds since 1970, UTC.
    ///
    /// # Errors
    /// Where the record cannot be read at all. A single session that cannot be is told in [`Self::unread`].
    pub fn read(
        archive: &Archive,
        patient: &str,
        until_wall_us: Option<i64>,
    ) -> Result<Self, RecordsError> {
        let lines = archive.list(&SessionFilter {
            patient: Some(patient.to_owned()),
            before_wall_us: until_wall_us.map(|until| until.saturating_add(1)),
            ..SessionFilter::default()
        })?;
        let (mut visits, mut unread) = (Vec::new(), Vec::new());
        for line in lines.into_iter().filter(|line| line.state != "open") {
            let id = line.id.clone();
            match Visit::read(archive, line) {
                Ok(visit) => visits.push(visit),
                Err(error) => unread.push((id, error.to_string())),
            }
        }
        Ok(Self {
            unread,
            ..Self::of(visits)
        })
    }

    /// The trend of a measure; of several machines the one that was used last.
    #[must_use]
    pub fn trend(&self, measure: Measure) -> Option<&Trend> {
        self.trends
            .iter()
            .filter(|trend| trend.measure == measure)
            .max_by_key(|trend| trend.points.last().map(|point| point.wall_us))
    }

    /// The weeks from the first session to the last, those without one too, as days are in that zone.
    #[must_use]
    pub fn weeks(&self, zone: &TimeZone) -> Vec<Week> {
        let mut weeks: Vec<Week> = Vec::new();
        for visit in &self.visits {
            let monday = monday(visit.line.began_wall_micros, zone);
            while weeks.last().is_some_and(|last| last.begins < monday) {
                let next = weeks
                    .last()
                    .map(|last| last.begins.saturating_add(7.days()));
                weeks.extend(next.map(Week::empty));
            }
            if weeks.is_empty() {
                weeks.push(Week::empty(monday));
            }
            let Some(week) = weeks.last_mut() else {
                continue;
            };
            let figures = &visit.figures;
            week.sessions += 1;
            week.minutes += figures.warm_up_min + figures.conditioning_min + figures.cool_down_min;
            if let Some(more) = figures.dose.met_minutes {
                week.met_minutes = Some(week.met_minutes.unwrap_or(0.0) + more);
                week.each_met_minutes.push(more);
            }
        }
        weeks
    }

    /// What the last session shows beside the ones just before it, in words.
    #[must_use]
    pub fn findings(&self) -> Vec<String> {
        let last = self.visits.last();
        last.into_iter()
            .flat_map(|visit| &visit.bouts)
            .filter_map(|bout| bout.taught.as_ref())
            .flat_map(|taught| taught.findings.iter().map(Finding::text))
            .collect()
    }

    /// What the last session shows beside the first ones, in words: the patient of today and of then. `None` where that is within chance, or
    /// where there are no sessions before those that the last one is compared with anyhow.
    #[must_use]
    pub fn since_the_first(&self) -> Option<String> {
        let last = self.compared()?;
        let now = last.taught.as_ref()?;
        let first = self.first_before(last);
        if first.is_empty() {
            return None;
        }
        let shown = Shown {
            learned: &now.learned,
            earlier: &first,
            mass_kg: now.mass_for_watts(last.machine),
            assessed_gain: None,
            irregular: now.irregular,
            is_first: last.number == 1,
        };
        finding::findings(&shown)
            .first()
            .map(|found| found.than(&the_first(first.len())))
    }

    /// With what the last session was compared where that showed nothing, or why it was not, in words; `None` where there is a finding.
    #[must_use]
    pub fn without_a_finding(&self) -> Option<String> {
        if !self.findings().is_empty() || self.since_the_first().is_some() {
            return None;
        }
        let Some((bout, now)) = self
            .compared()
            .and_then(|bout| Some((bout, bout.taught.as_ref()?)))
            .filter(|(_, now)| now.learned.steady.is_some())
        else {
            return Some(
                "the latest session has no steady part that could be compared with others"
                    .to_owned(),
            );
        };
        if now.compared < finding::AT_LEAST {
            return Some(format!(
                "for a comparison {} earlier sessions like the latest are needed",
                finding::in_words(finding::AT_LEAST)
            ));
        }
        let first = self.first_before(bout);
        let nor = if first.is_empty() {
            String::new()
        } else {
            format!(", nor from {}", the_first(first.len()))
        };
        Some(format!(
            "the load at the same heart rate differs by no more than chance from the last {} sessions{nor}",
            finding::in_words(now.compared)
        ))
    }

    /// The bout of the last session that is compared with others: the first that taught something.
    fn compared(&self) -> Option<&VisitBout> {
        let mut bouts = self.visits.last()?.bouts.iter();
        bouts.find(|bout| bout.taught.is_some())
    }

    /// What the first like it taught; none where those are the ones that it is compared with anyhow.
    fn first_before(&self, last: &VisitBout) -> Vec<Learned> {
        let before = self.visits.len().saturating_sub(1);
        let like: Vec<Learned> = self
            .visits
            .iter()
            .take(before)
            .flat_map(|visit| visit.bouts.iter().filter(|bout| bout.is_like(last)))
            .filter_map(|bout| Some(bout.taught.as_ref()?.learned))
            .collect();
        if like.len() <= FIRST {
            return Vec::new();
        }
        like.into_iter().take(FIRST).collect()
    }

    /// The goals of the last prescription, in its own words.
    #[must_use]
    pub fn goals(&self) -> &[String] {
        self.visits
            .last()
            .and_then(|visit| visit.bouts.last())
            .map_or(&[], |bout| bout.ordered.goals.as_slice())
    }
}

impl Week {
    const fn empty(begins: Date) -> Self {
        Self {
            begins,
            sessions: 0,
            minutes: 0.0,
            met_minutes: None,
            each_met_minutes: Vec::new(),
        }
    }
}

fn the_first(sessions: usize) -> String {
    format!("the first {} sessions", finding::in_words(sessions))
}

/// The Monday of the week of that time.
fn monday(wall_us: i64, zone: &TimeZone) -> Date {
    let day = local_date(wall_us, zone);
    let since = day.weekday().since(Weekday::Monday);
    day.saturating_sub(i64::from(since).days())
}

#[cfg(test)]
mod tests;

//! A session as a FIT activity file, for the programs that read those of watches and bicycle computers.
//!
//! Promises: every recorded second is one `record` message; a value that was not there, or a heart rate and saturation that could not be relied
//! on, is the type's invalid value, never a number; where seconds are missing there are no messages and the timer stands. Numbers of
//! messages and fields are those of the public profile 21.218, by the tables of `rustyfit`; what stands where is in `docs/records.md`.
//! Deliberately absent: positions, beat intervals and devices' serial numbers, none of which the record has.

mod bout;
mod developer;
mod device;
mod lap;
mod number;
#[cfg(test)]
mod tests;

use std::io::Cursor;

use embedded_io_adapters::std::FromStd;
use rustyfit::profile::mesgdef;
use rustyfit::profile::typedef::{self, DateTime};
use rustyfit::proto::{FIT, FileHeader, Message, ProtocolVersion};
use rustyfit::{Encoder, HeaderOption};

use super::span::Bout;
use super::telling::Telling;
use super::{Export, ExportError, Part};
use crate::records::SessionRecord;
use crate::records::figures::SessionFigures;

/// Why a session makes no FIT file.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A FIT file needs one second at least.
    #[error(
        "no second of it was recorded, and a FIT file needs one: `station show {0}` tells what there is"
    )]
    Empty(String),
    /// The writer refused a message, which is a mistake of this program.
    #[error("the writer of FIT files refused it: {0}")]
    Refused(String),
}

/// The form as `station export` asks for it.
pub(super) fn form(export: &Export<'_>) -> Result<Vec<Part>, ExportError> {
    write(export.session, export.figures, &Telling::of(export))
        .map(|bytes| vec![Part::only(bytes)])
        .map_err(|because| ExportError::Unfit {
            session: export.session.line.id.clone(),
            format: "fit",
            because: because.to_string(),
        })
}

/// Writes a session as a FIT activity. Where `telling` has no zone, the activity has no local time.
///
/// # Errors
/// [`FitError::Empty`] where no second was recorded.
pub fn write(
    session: &SessionRecord,
    figures: &SessionFigures,
    telling: &Telling<'_>,
) -> Result<Vec<u8>, FitError> {
    let bouts: Vec<Bout<'_>> = session
        .bouts
        .iter()
        .filter_map(|bout| Bout::of(session, bout))
        .collect();
    let (Some(first), Some(last)) = (bouts.first(), bouts.last()) else {
        return Err(FitError::Empty(session.line.id.clone()));
    };
    let clock = Clock { session };
    let mut messages = vec![
        file_id(clock.at(first.began_us())),
        device::file_creator(),
        device::user_profile(session, figures, telling),
        developer::id(),
    ];
    messages.extend(developer::descriptions());
    messages.extend(device::devices(&clock, &bouts));
    let mut laps = 0_u16;
    for (index, bout) in (0_u16..).zip(&bouts) {
        let alone = figures_of(session, figures, bout.number());
        messages.extend(bout::altered(&clock, bout));
        messages.extend(bout::messages(&clock, bout));
        let of_bout = lap::laps(&clock, bout, laps);
        let count = u16::try_from(of_bout.len()).unwrap_or(u16::MAX);
        messages.extend(of_bout);
        messages.push(lap::session(
            bout,
            &alone,
            telling,
            (index, laps, count),
            &clock,
        ));
        laps = laps.saturating_add(count);
    }
    messages.push(activity(&clock, &bouts, last.ended_us(), telling));
    encode(messages).map_err(FitError::Refused)
}

/// The session's clock in the terms of FIT.
struct Clock<'a> {
    session: &'a SessionRecord,
}

impl Clock<'_> {
    /// FIT counts whole seconds since the end of 1989, UTC; an instant between two belongs to the nearer.
    fn at(&self, t_us: i64) -> DateTime {
        DateTime::from_unix_timestamp(
            self.wall_us(t_us)
                .saturating_add(500_000)
                .div_euclid(1_000_000),
        )
    }

    /// Wall time in microseconds since 1970, UTC: from the session's beginning on by the session's own clock, second by second, also where
    /// a virtual session ran faster than the wall clock.
    const fn wall_us(&self, t_us: i64) -> i64 {
        self.session.line.began_wall_micros.saturating_add(t_us)
    }
}

/// The figures of one bout. A session of one bout has them already; else they are those of a session with no other bout.
fn figures_of(session: &SessionRecord, figures: &SessionFigures, bout: u16) -> SessionFigures {
    if session.bouts.len() < 2 {
        return figures.clone();
    }
    let mut alone = session.clone();
    alone.bouts.retain(|other| other.number == bout);
    alone.events.retain(|event| event.bout == Some(bout));
    alone.measurements.retain(|taken| taken.bout == bout);
    alone.gaps.retain(|gap| gap.bout == Some(bout));
    SessionFigures::of(&alone)
}

fn file_id(created: DateTime) -> Message {
    let mut file = mesgdef::FileId::new();
    file.r#type = typedef::File::ACTIVITY;
    file.manufacturer = typedef::Manufacturer::DEVELOPMENT;
    file.product = 0;
    file.time_created = created;
    file.product_name = Box::from("station");
    file.into()
}

fn activity(clock: &Clock<'_>, bouts: &[Bout<'_>], end_us: i64, telling: &Telling<'_>) -> Message {
    let mut activity = mesgdef::Activity::new();
    activity.timestamp = clock.at(end_us);
    activity.total_timer_time = number::milliseconds(bouts.iter().map(Bout::timer_us).sum());
    activity.num_sessions = u16::try_from(bouts.len()).unwrap_or(u16::MAX);
    activity.r#type = if bouts.len() > 1 {
        typedef::Activity::AUTO_MULTI_SPORT
    } else {
        typedef::Activity::MANUAL
    };
    activity.event = typedef::Event::ACTIVITY;
    activity.event_type = typedef::EventType::STOP;
    if let Some(zone) = telling.zone() {
        activity.local_timestamp = local(clock, end_us, zone);
    }
    activity.into()
}

/// The same instant as the clock on the gym's wall shows it.
fn local(clock: &Clock<'_>, t_us: i64, zone: &jiff::tz::TimeZone) -> typedef::LocalDateTime {
    let offset = jiff::Timestamp::from_microsecond(clock.wall_us(t_us))
        .map_or(0, |at| zone.to_offset(at).seconds());
    let shifted = t_us.saturating_add(i64::from(offset).saturating_mul(1_000_000));
    typedef::LocalDateTime(clock.at(shifted).0)
}

fn encode(messages: Vec<Message>) -> Result<Vec<u8>, String> {
    let mut fit = FIT {
        file_header: FileHeader {
            protocol_version: ProtocolVersion::V2,
            ..FileHeader::default()
        },
        messages,
        ..FIT::default()
    };
    let mut file = Cursor::new(Vec::new());
    Encoder::builder()
        .protocol_version(ProtocolVersion::V2)
        .header_option(HeaderOption::Normal(15))
        .build()
        .encode(FromStd::new(&mut file), &mut fit)
        .map_err(|error| error.to_string())?;
    Ok(file.into_inner())
}

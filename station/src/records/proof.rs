//! Whether the seconds of a session are those that were recorded: none damaged, none missing without a gap that tells why, none changed, none
//! added. The one answer for whoever shows, sums up, exports, signs or verifies it.

use rusqlite::Connection;

use super::archive::{self, BoutRow};
use super::blocks;
use super::damaged::{are_seconds_in_place, is_lasting};
use super::reading::rows;
use super::samples::{self, DamagedSeconds, SampleRow, Seconds};
use super::session::unknown_word;
use super::sums::{Counted, ToldSums};

/// Two seconds of a bout further apart than this have something missing between them, in microseconds; and so have its beginning and the first,
/// the last and its end.
pub(crate) const HOLE_US: i64 = 2_500_000;

/// A second, in microseconds.
const SECOND_US: i64 = 1_000_000;

/// What is wrong with seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// They cannot be read any more.
    Damaged,
    /// They are not there, and nothing in the record tells why.
    Missing,
    /// They are not what was recorded.
    Changed,
}

/// Something that is wrong with the seconds of a bout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) bout: u16,
    pub(super) wrong: Wrong,
    /// From when to when, in microseconds of the gym's time; `None` where it is the bout as a whole.
    pub(super) between_us: Option<(i64, i64)>,
    /// The first and the last of those seconds, since the session began.
    pub(super) between_s: Option<(i64, i64)>,
    /// How many seconds are lost; 0 where nobody knows, and where none is.
    pub(super) lost: i64,
    /// What is wrong.
    pub(super) because: String,
}

impl Fault {
    /// In words: which bout, which seconds, what.
    pub(super) fn words(&self) -> String {
        let which = match self.between_s {
            Some((from, to)) if from == to => format!("second {from} of bout {}", self.bout),
            Some((from, to)) => format!("seconds {from} to {to} of bout {}", self.bout),
            None => format!("the seconds of bout {}", self.bout),
        };
        match self.wrong {
            Wrong::Damaged => format!("{which} are damaged in the record ({})", self.because),
            Wrong::Missing => format!("{which} are missing: {}", self.because),
            Wrong::Changed => format!("{which}: {}", self.because),
        }
    }
}

/// What is wrong with the seconds of a session.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn of_session(connection: &Connection, session: &str) -> rusqlite::Result<Vec<Fault>> {
    let told = ToldSums::of(connection, session)?;
    let mut faults = Vec::new();
    for bout in archive::bouts(connection, session)? {
        let seconds = samples::joined(connection, bout.row)?;
        faults.extend(of_bout(connection, &bout, &seconds, &told)?);
    }
    Ok(faults)
}

/// How many gaps a list says that a session has beside those that the record tells of: blocks that are damaged, and bouts that have not as many
/// seconds as the event of the end tells of. Nothing is unpacked, so that a long list takes no long time; what was changed with its checksum made
/// to fit is for [`of_session`] to find.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn lost_at_a_glance(
    connection: &Connection,
    session: &str,
    told: &ToldSums,
) -> rusqlite::Result<i64> {
    let bouts = archive::bouts(connection, session)?;
    let is_there = |number: &&u16| bouts.iter().any(|bout| bout.number == **number);
    let gone = told.bouts.keys().filter(|number| !is_there(number));
    let mut lost = i64::try_from(gone.count()).unwrap_or(i64::MAX);
    for bout in &bouts {
        let (packed, damaged) = blocks::checked(connection, bout.row)?;
        let expected = told.bouts.get(&bout.number);
        let expected = expected.and_then(|(of_bout, _)| of_bout.seconds.as_ref());
        let plain = connection.query_row(
            "SELECT count(*) FROM samples WHERE bout_id = ?1",
            [bout.row],
            |row| row.get::<_, i64>(0),
        );
        let is_short = match plain {
            // Damaged pages that hold none of them are no loss.
            Err(error) if is_lasting(connection, &error) => {
                expected.is_none_or(|expected| packed < expected.count)
            }
            plain => {
                let there = packed + plain?;
                expected.is_some_and(|expected| there < expected.count)
            }
        };
        lost += damaged + i64::from(is_short);
    }
    Ok(lost)
}

/// What is wrong with the seconds of a bout, as they were read.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn of_bout(
    connection: &Connection,
    bout: &BoutRow,
    seconds: &Seconds,
    told: &ToldSums,
) -> rusqlite::Result<Vec<Fault>> {
    let of_the_end = Told::of(bout.number, &seconds.rows, told);
    let are_all_there = of_the_end
        .as_ref()
        .is_some_and(|told| told.differs.is_none());
    let look = Look {
        connection,
        bout,
        seconds,
        damaged: seconds
            .damaged
            .iter()
            // Where all seconds are there that were, a damaged page holds none of them.
            .filter(|damaged| damaged.lost > 0 || !are_all_there)
            .collect(),
        origin_us: seconds.rows.first().map_or(bout.began_us, |first| {
            first
                .at_us
                .saturating_sub(first.t_s.saturating_mul(SECOND_US))
        }),
    };
    let mut faults = look.damaged();
    faults.extend(look.holes()?);
    faults.extend(look.beside()?);
    if faults.is_empty() {
        let differs = of_the_end.and_then(|told| told.differs);
        faults.extend(differs.map(|because| look.of_whole(Wrong::Changed, because)));
    }
    Ok(faults)
}

/// What the event of the session's end tells of the seconds of a bout; none where none does.
struct Told {
    /// How they are not what it tells of.
    differs: Option<String>,
}

impl Told {
    fn of(bout: u16, rows: &[SampleRow], told: &ToldSums) -> Option<Self> {
        let (of_bout, event) = told.bouts.get(&bout)?;
        let expected = of_bout.seconds.as_ref()?;
        let found = Counted::of_seconds(rows);
        let differs = if found == *expected {
            None
        } else if found.count == expected.count {
            Some(format!("they are not those that event {event} tells of"))
        } else {
            Some(format!(
                "there are {}, and event {event} tells of {}",
                found.count, expected.count
            ))
        };
        Some(Self { differs })
    }
}

struct Look<'a> {
    connection: &'a Connection,
    bout: &'a BoutRow,
    seconds: &'a Seconds,
    /// What of them cannot be read.
    damaged: Vec<&'a DamagedSeconds>,
    /// The session's beginning on the bout's clock.
    origin_us: i64,
}

impl Look<'_> {
    fn of_whole(&self, wrong: Wrong, because: String) -> Fault {
        Fault {
            bout: self.bout.number,
            wrong,
            between_us: None,
            between_s: None,
            lost: 0,
            because,
        }
    }

    /// What cannot be read, and words that are none of this program's.
    fn damaged(&self) -> Vec<Fault> {
        let blocks = self.damaged.iter().map(|damaged| Fault {
            between_us: Some((damaged.from_us, damaged.to_us)),
            between_s: Some((damaged.from_s, damaged.to_s)),
            lost: damaged.lost,
            ..self.of_whole(Wrong::Damaged, damaged.because.clone())
        });
        let words = self.seconds.rows.iter().filter_map(|row| {
            let because = unknown_word(row)?;
            Some(Fault {
                between_us: Some((row.at_us, row.at_us)),
                between_s: Some((row.t_s, row.t_s)),
                lost: 1,
                ..self.of_whole(Wrong::Damaged, because)
            })
        });
        blocks.chain(words).collect()
    }

    /// Where the next second is too far away, and nothing is known of what was between.
    fn holes(&self) -> rusqlite::Result<Vec<Fault>> {
        let mut known = known_gaps(self.connection, self.bout.row)?;
        let damaged = self.damaged.iter();
        known.extend(damaged.map(|damaged| (damaged.from_us, damaged.to_us)));
        let because = if self.seconds.rows.is_empty() {
            "the bout has turns, but not a second was recorded"
        } else {
            "seconds are missing, and no gap tells why"
        };
        // An open bout goes on to its last turn.
        let end = match self.bout.ended_us {
            Some(ended) => Some(ended),
            None => self.last_turn()?,
        };
        let mut before = self.bout.began_us;
        let mut from = before;
        let mut faults = Vec::new();
        let times = self.seconds.rows.iter().map(|row| row.at_us);
        for (after, is_row) in times
            .map(|at| (at, true))
            .chain(end.map(|end| (end, false)))
        {
            let is_long = after.saturating_sub(before) > HOLE_US;
            if is_long && !known.iter().any(|gap| meet(*gap, (before, after))) {
                let last = if is_row { after - SECOND_US } else { after };
                let second = |at: i64| (at - self.origin_us + SECOND_US / 2).div_euclid(SECOND_US);
                faults.push(Fault {
                    between_us: Some((from, after)),
                    between_s: Some((second(from), second(last).max(second(from)))),
                    lost: (after.saturating_sub(from) + SECOND_US / 2).div_euclid(SECOND_US),
                    ..self.of_whole(Wrong::Missing, because.to_owned())
                });
            }
            before = after;
            from = after.saturating_add(SECOND_US);
        }
        Ok(faults)
    }

    /// The last turn of the journal; `None` where there is none, or it cannot be read, which stands among the findings about the journal.
    fn last_turn(&self) -> rusqlite::Result<Option<i64>> {
        let last = self.connection.query_row(
            "SELECT max(last_us) FROM journal_blocks WHERE bout_id = ?1",
            [self.bout.row],
            |row| row.get(0),
        );
        where_read(self.connection, last)
    }

    /// Rows are packed from the first on: one that stands beside a packed block was added.
    fn beside(&self) -> rusqlite::Result<Option<Fault>> {
        // What leads to them may lead to the same twice.
        let how = if are_seconds_in_place(self.connection)? {
            "NOT INDEXED"
        } else {
            ""
        };
        let added = self.connection.query_row(
            &format!(
                "SELECT (SELECT count(*) FROM samples JOIN sample_blocks AS one {how} ON one.bout_id = samples.bout_id
                   AND at_us BETWEEN one.first_us AND one.last_us WHERE samples.bout_id = ?1)
                 + (SELECT count(*) FROM sample_blocks AS one {how} JOIN sample_blocks AS other {how} ON other.bout_id = one.bout_id
                   AND other.id <> one.id AND other.first_us BETWEEN one.first_us AND one.last_us WHERE one.bout_id = ?1)"
            ),
            [self.bout.row],
            |row| row.get::<_, i64>(0),
        );
        // Where they cannot be read, that is found elsewhere.
        let added = where_read(self.connection, added)?;
        if added <= 0 {
            return Ok(None);
        }
        Ok(Some(self.of_whole(
            Wrong::Changed,
            format!("{added} rows or blocks stand where others are packed: they were added"),
        )))
    }
}

/// What the record says is missing of a bout, from when to when; nothing where that cannot be read, which stands among the findings about the file.
pub(super) fn known_gaps(connection: &Connection, bout: i64) -> rusqlite::Result<Vec<(i64, i64)>> {
    let gaps = rows(
        connection,
        "SELECT from_us, to_us FROM gaps JOIN bouts ON bouts.id = ?1
         WHERE gaps.run_id = bouts.run_id AND (gaps.session_id IS NULL OR gaps.session_id = bouts.session_id)
         AND what NOT IN ('plethysmogram', 'wire', 'notices')",
        [bout],
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    where_read(connection, gaps)
}

/// What there is, or nothing where it stands on damaged pages for which nothing stands in.
fn where_read<T: Default>(
    connection: &Connection,
    read: rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    match read {
        Err(error) if is_lasting(connection, &error) => Ok(T::default()),
        read => read,
    }
}

/// Whether two stretches of time have an instant in common.
pub(super) const fn meet(one: (i64, i64), other: (i64, i64)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

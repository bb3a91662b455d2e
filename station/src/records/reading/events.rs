//! Events in their order, each read by itself, around whatever of them is damaged.

use std::collections::BTreeSet;
use std::collections::btree_set::IntoIter;
use std::iter::Peekable;

use rusqlite::{Connection, OptionalExtension, Row, ToSql};

use super::super::chain::Hash;
use super::super::damaged::{self, Next};
use super::{damaged_page, is_of_pages, may_be_text, text};

/// Which events: columns, what is joined to them, and a condition over values.
#[derive(Clone, Copy)]
pub(in crate::records) struct Which<'a> {
    pub(in crate::records) columns: &'a str,
    pub(in crate::records) joined: &'a str,
    pub(in crate::records) condition: &'a str,
    pub(in crate::records) values: &'a [&'a dyn ToSql],
    /// The session whose events alone fit; `None` where those of others do too.
    pub(in crate::records) session: Option<&'a str>,
}

impl Which<'_> {
    /// From behind that event on, by an index; or every row in its place with whether it fits, so that no index is asked.
    fn sql(&self, after: i64, in_place: bool) -> String {
        let Self {
            columns,
            joined,
            condition,
            ..
        } = self;
        // To look behind a number leads to the page that it stands on, to look from the next one on does not.
        let from = after.saturating_add(1);
        if in_place {
            format!(
                "SELECT {columns}, ({condition}), events.id FROM events NOT INDEXED {joined} WHERE events.id >= {from} ORDER BY events.id"
            )
        } else {
            format!(
                "SELECT {columns}, 1, events.id FROM events {joined} WHERE events.id >= {from} AND ({condition}) ORDER BY events.id"
            )
        }
    }

    /// One event with whether it fits.
    fn one(&self, number: i64) -> String {
        let Self {
            columns,
            joined,
            condition,
            ..
        } = self;
        format!(
            "SELECT {columns}, ({condition}), events.id FROM events {joined} WHERE events.id = {number}"
        )
    }
}

/// The number and the hash of the last event that was written; `None` where the row that tells it is lost.
pub(in crate::records) fn end(connection: &Connection) -> rusqlite::Result<Option<(i64, Hash)>> {
    connection
        .prepare_cached("SELECT last_event, last_hash FROM record")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Hands on the events that fit, in their order, each read by itself: its number, and what it is or why it cannot be read. Where pages of the file
/// are damaged, each number that is lost is handed on so, where it was of the session that is asked for or nobody knows of which, and the rest goes on.
///
/// # Errors
/// Where not even the number of the last event can be read, or the store fails otherwise. Where a page is damaged and stand-ins are still to come:
/// who reads then does so anew.
pub(in crate::records) fn each_event<T>(
    connection: &Connection,
    which: &Which<'_>,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    take: impl FnMut(i64, rusqlite::Result<T>),
) -> rusqlite::Result<()> {
    let mut reader = Reader {
        connection,
        which,
        read,
        take,
        after: 0,
    };
    if damaged::has_keys(connection)? {
        return reader.by_keys();
    }
    match reader.walk(&mut BTreeSet::new().into_iter().peekable()) {
        Err(error) if is_of_pages(&error) && damaged::is_all_done(connection) => reader.in_place(),
        done => done,
    }
}

/// Numbers of lost events that were not handed on yet.
type Lost = Peekable<IntoIter<i64>>;

struct Reader<'a, Read, Take> {
    connection: &'a Connection,
    which: &'a Which<'a>,
    read: Read,
    take: Take,
    /// The last event that was handed on or passed.
    after: i64,
}

impl<T, Read, Take> Reader<'_, Read, Take>
where
    Read: Fn(&Row<'_>) -> rusqlite::Result<T>,
    Take: FnMut(i64, rusqlite::Result<T>),
{
    /// By the keys that stand in for those of the file, with what is lost in its place.
    fn by_keys(&mut self) -> rusqlite::Result<()> {
        let lost = damaged::lost_of(self.connection, self.which.session)?;
        let mut lost = lost.into_iter().peekable();
        loop {
            match self.walk(&mut lost) {
                Err(error) if is_of_pages(&error) && self.step_over(&mut lost)? => {}
                Err(error) if is_of_pages(&error) => break,
                done => {
                    done?;
                    break;
                }
            }
        }
        self.lose_before(i64::MAX, &mut lost);
        Ok(())
    }

    /// As the store finds them, with what is lost in its place.
    fn walk(&mut self, lost: &mut Lost) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare(&self.which.sql(self.after, false))?;
        let place = statement.column_count().saturating_sub(1);
        let mut rows = statement.query(self.which.values)?;
        while let Some(row) = rows.next()? {
            let number = row.get(place)?;
            self.lose_before(number, lost);
            self.after = number;
            (self.take)(number, (self.read)(row));
        }
        Ok(())
    }

    /// Goes on to the event that stopped the walk, and hands it on as one that cannot be read, where it may fit. Says whether there was one.
    fn step_over(&mut self, lost: &mut Lost) -> rusqlite::Result<bool> {
        while let Some(number) = damaged::next_key(self.connection, self.after)? {
            self.after = number;
            let one = self.which.one(number);
            let mut statement = self.connection.prepare(&one)?;
            let place = statement.column_count().saturating_sub(2);
            let read = statement.query_row(self.which.values, |row| {
                let fits = row.get::<_, Option<bool>>(place)? == Some(true);
                Ok(fits.then(|| (self.read)(row)))
            });
            match read.optional() {
                Ok(event) => {
                    if let Some(event) = event.flatten() {
                        self.lose_before(number, lost);
                        (self.take)(number, event);
                    }
                }
                Err(error) if is_of_pages(&error) => {
                    if self.may_fit(number)? {
                        self.lose_before(number, lost);
                        (self.take)(number, Err(error));
                    }
                    return Ok(true);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Whether an event that cannot be read may be one that is asked for.
    fn may_fit(&self, number: i64) -> rusqlite::Result<bool> {
        let Which {
            joined, condition, ..
        } = self.which;
        let asked =
            format!("SELECT 1 FROM events {joined} WHERE events.id = {number} AND ({condition})");
        let fits = self
            .connection
            .query_row(&asked, self.which.values, |_| Ok(()))
            .optional();
        match fits {
            Err(error) if is_of_pages(&error) => Ok(true),
            fits => Ok(fits?.is_some()),
        }
    }

    fn lose_before(&mut self, number: i64, lost: &mut Lost) {
        while let Some(gone) = lost.next_if(|gone| *gone < number) {
            (self.take)(gone, Err(damaged_page()));
        }
    }

    /// Every row in its place, where no stand-ins come: beside a file that is open for writing.
    fn in_place(&mut self) -> rusqlite::Result<()> {
        loop {
            match self.walk_in_place() {
                Err(error) if is_of_pages(&error) => {}
                done => return done,
            }
            let from = self.after.saturating_add(1);
            let written = end(self.connection)?.map_or(i64::MAX, |(written, _)| written);
            if self.after >= written {
                return Ok(());
            }
            let to = match damaged::next_number(self.connection, "events", from)? {
                // It was never written: the page looks like one and is none.
                Next::Row(number) if number > written => from,
                // It stands there, and what it holds cannot be read; what is before it is missing.
                Next::Row(number) => {
                    self.after = number.max(from) - 1;
                    number.max(from)
                }
                Next::None => return Ok(()),
                // To where the record says that it ends, where nothing leads on.
                Next::Damaged => match damaged::behind(self.connection, "events", from)? {
                    Some(next) => (next - 1).min(written),
                    None if written == i64::MAX => return Ok(()),
                    None => written,
                },
            };
            if to <= self.after {
                return Ok(());
            }
            for number in self.after + 1..=to {
                (self.take)(number, Err(damaged_page()));
            }
            self.after = to;
        }
    }

    fn walk_in_place(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare(&self.which.sql(self.after, true))?;
        let columns = statement.column_count();
        let mut rows = statement.query(self.which.values)?;
        let mut last = 0;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(columns.saturating_sub(1))?;
            // A page may be damaged and look like one: numbers that go back would be gone over for ever, and one of an event that was never
            // written would hide all between.
            if number > last {
                last = end(self.connection)?.map_or(i64::MAX, |(last, _)| last);
            }
            if number <= self.after || number > last {
                return Err(damaged_page());
            }
            self.after = number;
            if row.get::<_, Option<bool>>(columns.saturating_sub(2))? == Some(true) {
                (self.take)(number, (self.read)(row));
            }
        }
        Ok(())
    }
}

/// The events that fit and that can be read. What cannot be is among the findings about the chain.
pub(in crate::records) fn events<T>(
    connection: &Connection,
    which: &Which<'_>,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut found = Vec::new();
    each_event(connection, which, read, |_, event| found.extend(event))?;
    Ok(found)
}

/// One of a session's own events: number, run, text and detail.
pub(in crate::records) type OwnEvent = (i64, i64, String, Option<String>);

/// A session's own events, of no bout.
pub(in crate::records) fn each_of_session(
    connection: &Connection,
    session: &str,
) -> rusqlite::Result<Vec<OwnEvent>> {
    events(
        connection,
        &Which {
            columns: "id, run_id, text, detail",
            joined: "",
            condition: "session_id = ?1 AND kind = 'session' AND bout_id IS NULL",
            values: &[&session],
            session: Some(session),
        },
        |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                text(row, 2)?,
                may_be_text(row, 3)?,
            ))
        },
    )
}

//! A record in which pages of tables or indexes are damaged, opened for reading: what can be read of them stands in for them, beside the file.
//!
//! A damaged page of a table of few rows, or of an index, would close sessions that have nothing on it. The first reading that meets one fails, and
//! is [taken anew](Archive::read) with stand-ins: temporary tables that hide the file's own, as those of an earlier version do. They stay for as long
//! as the record is open. Events have stand-ins of their own ([`events`]); who reads blocks goes around what is damaged.
//!
//! Promises: a record without damage is read as ever, and pays for holding its tables against their indexes; nothing is written to the file; what is missing is
//! told.

mod events;
mod rising;
mod rows;
mod whole;

use rusqlite::Connection;

use super::archive::Archive;
use super::error::RecordsError;
use super::reading::is_of_pages;
use super::schema;
pub(super) use events::{has_fewer, has_keys, lost_of, next_key, of_nobody, whose};
pub(super) use rows::{Next, behind, each_row, from_both_ends, next_number};
use rows::{copy, keys};
pub(super) use whole::is_whole;
use whole::{are_more_named, has_texts, is_any_led_otherwise, is_any_misled};

/// Tables of few rows beside those of events and blocks.
const TABLES: [&str; 21] = [
    "record",
    "runs",
    "clock_anchors",
    "patients",
    "prescriptions",
    "texts",
    "sessions",
    "bouts",
    "measurements",
    "gaps",
    "learned",
    "learned_compared",
    "purged_events",
    "imported",
    "imported_numbers",
    "imported_hashes",
    "staff",
    "notes",
    "corrections",
    "signatures",
    "identities",
];

/// Tables of seconds, which are read around damage in their place.
const OF_SECONDS: [(&str, &str); 2] = [
    ("samples", "seconds that are not packed yet"),
    ("sample_blocks", "packed seconds"),
];

/// What is looked for in them.
const KEYS: [&str; 5] = ["id", "session_id", "bout_id", "patient", "sha256"];

/// Tells that no index of those is to be asked.
const SECONDS_IN_PLACE: &str = "CREATE TEMP TABLE IF NOT EXISTS seconds_in_place (beside INTEGER)";

/// So many sessions are named at the most.
const NAMED: usize = 10;

/// Tells that stand-ins were put beside an open file: what they stand in for, a row each; what was beside it before; and which state of the file
/// they are of.
const STOOD_IN: &str = "CREATE TEMP TABLE stood_in_beside AS SELECT name FROM temp.sqlite_schema WHERE name IS NOT NULL;
    CREATE TEMP TABLE stood_in_of (version INTEGER NOT NULL);
    CREATE TEMP TABLE stood_in (told TEXT NOT NULL, lost_of TEXT, explains INTEGER NOT NULL);";

/// Everything that was put there, views first.
const STAND_INS: &str = "SELECT 'DROP ' || type || ' temp.' || name FROM temp.sqlite_schema WHERE type IN ('view', 'table')
    AND name NOT IN (SELECT name FROM temp.stood_in_beside) AND name <> 'stood_in_beside' ORDER BY type DESC";

/// Something that stands on damaged pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    /// In words.
    pub(super) words: String,
    /// The table of which rows are lost by that; `None` where none are, as far as is known.
    pub(super) lost_of: Option<String>,
    /// A row may not be what was written by that, so that nobody is to be accused of having changed it.
    pub(super) explains: bool,
}

impl Damage {
    const fn without_loss(words: String) -> Self {
        Self {
            words,
            lost_of: None,
            explains: false,
        }
    }

    const fn of_some_row(words: String) -> Self {
        Self {
            words,
            lost_of: None,
            explains: true,
        }
    }

    fn of_rows(table: &str, words: String) -> Self {
        Self {
            words,
            lost_of: Some(table.to_owned()),
            explains: true,
        }
    }
}

impl Archive {
    /// Does a reading. Where damaged pages fail it, it is done once more with what can be read standing in for what cannot.
    ///
    /// # Errors
    /// Where it cannot be done so either.
    pub(super) fn read<T>(
        &self,
        mut read: impl FnMut(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, RecordsError> {
        let connection = self.connection();
        let outcome = match read(connection) {
            Err(error) if is_of_pages(&error) && !is_all_done(connection) => {
                stand_in(connection).and_then(|()| read(connection))
            }
            outcome => outcome,
        };
        outcome.map_err(|error| self.failed(error))
    }

    /// Holds what leads to rows against those that there are, and puts what can be read beside the file where that differs: a page that a disk lost
    /// without a trace looks sound and empty, and whoever looks for what stood on it is told that it never was.
    ///
    /// # Errors
    /// Where nothing can be put there.
    pub(super) fn look_through(&self) -> Result<(), RecordsError> {
        let connection = self.connection();
        let is_marked = schema::version(connection).is_ok_and(|version| version.fault().is_none());
        if !is_all_done(connection) && (!is_marked || is_any_misled(connection)) {
            self.stand_in()?;
        }
        Ok(())
    }

    /// Takes away what stands in where somebody has written to the file since: whoever reads next is told of what is there then. For who keeps a
    /// record open for long.
    ///
    /// # Errors
    /// Where that cannot be found out.
    pub fn renew(&self) -> Result<(), RecordsError> {
        let connection = self.connection();
        if !has_stand_ins(connection) {
            return Ok(());
        }
        let renewed = || -> rusqlite::Result<()> {
            let of: i64 =
                connection
                    .query_row("SELECT version FROM temp.stood_in_of", [], |row| row.get(0))?;
            if version(connection)? == of {
                return Ok(());
            }
            let all: Vec<String> =
                super::reading::rows(connection, STAND_INS, [], |row| row.get(0))?;
            for drop in all {
                connection.execute_batch(&drop)?;
            }
            connection.execute_batch("DROP TABLE temp.stood_in_beside")
        };
        renewed().map_err(|error| self.failed(error))?;
        self.look_through()
    }

    /// Whether a small table has a text that is none.
    pub(super) fn has_other_texts(&self) -> bool {
        let connection = self.connection();
        TABLES.iter().any(|table| {
            matches!(is_there(connection, table), Ok(true)) && !has_texts(connection, table)
        })
    }

    /// Puts what can be read beside the file for what cannot, before a reading fails: for who knows already that pages are damaged.
    ///
    /// # Errors
    /// Where nothing can be put there.
    pub(super) fn stand_in(&self) -> Result<(), RecordsError> {
        if is_all_done(self.connection()) {
            return Ok(());
        }
        stand_in(self.connection()).map_err(|error| self.failed(error))
    }

    /// Whether what leads to the rows of a table tells otherwise than they do, though nothing that was read failed: a page that a disk lost without
    /// a trace looks sound. Where it does, what can be read stands in from then on. For who found nothing, before that is said.
    ///
    /// # Errors
    /// Where nothing can be put there.
    pub(super) fn is_misled(&self, table: &str) -> Result<bool, RecordsError> {
        let connection = self.connection();
        if is_all_done(connection) || is_whole(connection, table) {
            return Ok(false);
        }
        self.stand_in().map(|()| true)
    }

    /// Holds the events of a session against how many it has, and puts what can be read beside the file where there are fewer: an index that leads to
    /// less than there is does not fail, and what it does not lead to would be told as what never was. For who is about to tell of a session.
    ///
    /// # Errors
    /// Where that cannot be found out.
    pub(super) fn hold_events(&self, session: &str) -> Result<(), RecordsError> {
        let is_short = self.read(|connection| {
            let can_stand_in = connection.is_readonly("main") == Ok(true) && !has_keys(connection)?;
            Ok(can_stand_in && events::is_short(connection, session)?)
        })?;
        if is_short {
            self.stand_in()?;
        }
        if is_short && !self.read(has_keys)? {
            let put = |connection: &Connection, told: &mut Vec<Damage>| {
                told.extend(events::put(connection)?);
                Ok(())
            };
            beside(self.connection(), put).map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    /// Whether events of a session are known to be lost, or it has fewer than the event of its end tells of.
    ///
    /// # Errors
    /// Where that cannot be found out.
    pub(super) fn lacks_events(&self, session: &str) -> Result<bool, RecordsError> {
        self.hold_events(session)?;
        self.read(|connection| {
            Ok(
                has_keys(connection)? && !lost_of(connection, Some(session))?.is_empty()
                    || events::is_short(connection, session)?,
            )
        })
    }

    /// Refuses where readings met damaged pages: to a file that is to be kept as it is nothing is added, and who is on a list of which rows are
    /// lost nobody knows.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`], with what is damaged.
    pub fn refuse_where_damaged(&self) -> Result<(), RecordsError> {
        let damage = self.damage();
        if damage.is_empty() {
            return Ok(());
        }
        Err(RecordsError::Damaged {
            path: self.path().to_owned(),
            because: damage.join("; "),
        })
    }

    /// What of the record stands on damaged pages, in words, as far as readings met it; nothing where it is whole.
    #[must_use]
    pub fn damage(&self) -> Vec<String> {
        let all = self.damages().into_iter();
        all.map(|damage| damage.words).collect()
    }

    /// The same, each with the table of which rows are lost.
    pub(super) fn damages(&self) -> Vec<Damage> {
        if !has_stand_ins(self.connection()) {
            return Vec::new();
        }
        let told = super::reading::rows(
            self.connection(),
            "SELECT told, lost_of, explains FROM temp.stood_in ORDER BY rowid",
            [],
            |row| {
                Ok(Damage {
                    words: row.get(0)?,
                    lost_of: row.get(1)?,
                    explains: row.get(2)?,
                })
            },
        );
        told.unwrap_or_default()
    }

    /// Whether rows of a table are lost with damaged pages, as far as readings met those.
    pub(super) fn has_lost(&self, table: &str) -> bool {
        let mut all = self.damages().into_iter();
        all.any(|damage| damage.lost_of.as_deref() == Some(table))
    }
}

/// Whether a reading failed as pages are damaged, and nothing can stand in for them: a finding about what was to be read.
pub(super) fn is_lasting(connection: &Connection, error: &rusqlite::Error) -> bool {
    is_of_pages(error) && is_all_done(connection)
}

/// Whether seconds are to be read in their place, as what leads to them is damaged.
pub(super) fn are_seconds_in_place(connection: &Connection) -> rusqlite::Result<bool> {
    is_beside(connection, "seconds_in_place")
}

/// Whether something of that name was put beside the file.
fn is_beside(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = ?1)")?
        .query_row([name], |row| row.get(0))
}

/// Whether no stand-ins are to come. Beside a file that is open for writing there are none.
pub(super) fn is_all_done(connection: &Connection) -> bool {
    connection.is_readonly("main") != Ok(true) || has_stand_ins(connection)
}

/// Changes whenever another program has written to the file.
fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

fn has_stand_ins(connection: &Connection) -> bool {
    is_beside(connection, "stood_in") == Ok(true)
}

/// Puts them beside an open file, and writes down what of it cannot be read.
fn stand_in(connection: &Connection) -> rusqlite::Result<()> {
    beside(connection, put)
}

/// Puts something beside an open file, and writes down what it finds damaged.
fn beside(
    connection: &Connection,
    put: impl FnOnce(&Connection, &mut Vec<Damage>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    // In a transaction in which a page was found to be damaged SQLite makes no tables: whoever holds one sees the record of a later instant then.
    let is_viewed = !connection.is_autocommit();
    if is_viewed {
        connection.execute_batch("ROLLBACK")?;
    }
    if !has_stand_ins(connection) {
        let version = version(connection)?;
        connection.execute_batch(STOOD_IN)?;
        connection.execute("INSERT INTO temp.stood_in_of VALUES (?1)", [version])?;
    }
    let mut told = Vec::new();
    if let Err(error) = put(connection, &mut told) {
        let words = format!("not all of it can be looked through: {error}");
        told.push(Damage::without_loss(words));
    }
    for damage in told {
        connection.execute(
            "INSERT INTO temp.stood_in VALUES (?1, ?2, ?3)",
            (damage.words, damage.lost_of, damage.explains),
        )?;
    }
    if is_viewed {
        connection.execute_batch("BEGIN")?;
    }
    Ok(())
}

/// Puts them there; says what cannot be read.
fn put(connection: &Connection, told: &mut Vec<Damage>) -> rusqlite::Result<()> {
    told.extend(
        schema::version(connection)?
            .fault()
            .map(Damage::without_loss),
    );
    for table in TABLES {
        told.extend(put_rows(connection, table)?);
    }
    for (table, what) in OF_SECONDS {
        if is_there(connection, table)? && !is_whole(connection, table) {
            connection.execute_batch(SECONDS_IN_PLACE)?;
            told.push(Damage::without_loss(format!(
                "pages of {what} are damaged, and which seconds are lost stands with each session"
            )));
        }
    }
    if is_there(connection, "events")? && !is_whole(connection, "events") {
        told.push(events::put(connection)?.unwrap_or_else(|| {
            Damage::without_loss(
                "a page of events is damaged, and no event is known to be lost".to_owned(),
            )
        }));
    }
    let nameless = without_a_row(connection)?;
    if !nameless.is_empty() {
        let more = nameless.len().saturating_sub(NAMED);
        let named = nameless.into_iter().take(NAMED).collect::<Vec<_>>();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        told.push(Damage::of_rows(
            "sessions",
            format!(
                "events tell of sessions whose own row cannot be read: {}{more}",
                named.join(", ")
            ),
        ));
    }
    Ok(())
}

/// Puts the rows of a small table there that can be read; says what is damaged, nothing where nothing is.
fn put_rows(connection: &Connection, table: &str) -> rusqlite::Result<Option<Damage>> {
    if !is_there(connection, table)? || is_whole(connection, table) && has_texts(connection, table)
    {
        return Ok(None);
    }
    let columns = columns(connection, table, "name")?;
    // Of the description of the file alone: what it describes may not be readable at all.
    let described = self::columns(connection, table, "name || ' ' || type")?.join(", ");
    connection.execute_batch(&format!("CREATE TEMP TABLE {table} ({described});"))?;
    let copied = copy(connection, table, table, &columns, i64::MAX - 1)?;
    for key in KEYS
        .iter()
        .filter(|key| columns.iter().any(|is| is == *key))
    {
        connection.execute_batch(&format!(
            "CREATE INDEX temp.{table}_by_{key} ON {table} ({key});"
        ))?;
    }
    Ok(Some(
        if copied.is_short || are_more_named(connection, table)? {
            Damage::of_rows(table, format!("some rows of {table} cannot be read"))
        } else if copied.has_other_texts {
            Damage::of_some_row(format!("some texts of {table} are damaged"))
        } else if !keys(connection, table)?.is_empty() || is_any_led_otherwise(connection, table)? {
            Damage::of_some_row(format!(
                "rows of {table}, or what leads to them, are damaged, and no row is known to be lost"
            ))
        } else {
            Damage::without_loss(format!(
                "what leads to the rows of {table} is damaged, and no row is known to be lost"
            ))
        },
    ))
}

/// An earlier version has not all of them, and what stands in for those is here already.
fn is_there(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1)
         AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = ?1)",
        [table],
        |row| row.get(0),
    )
}

/// Something of every column of a table.
fn columns(connection: &Connection, table: &str, what: &str) -> rusqlite::Result<Vec<String>> {
    super::reading::rows(
        connection,
        &format!("SELECT {what} FROM pragma_table_info(?1, 'main') ORDER BY cid"),
        [table],
        |row| row.get(0),
    )
}

/// Sessions of which events tell and that have no row.
fn without_a_row(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let found = super::reading::rows(
        connection,
        "SELECT DISTINCT session_id FROM events WHERE session_id IS NOT NULL AND session_id NOT IN (SELECT id FROM sessions) ORDER BY 1",
        [],
        |row| super::reading::text(row, 0),
    );
    match found {
        // Events that cannot be read are told of by whoever reads them.
        Err(error) if is_of_pages(&error) => Ok(Vec::new()),
        found => found,
    }
}

#[cfg(test)]
mod tests;

//! The chain of events: each row carries a hash over the one before and itself, and the record keeps the last, so that a changed, a
//! missing, an added and a cut-off row are found.
//!
//! It finds mistakes and quiet edits. It cannot keep out somebody who computes the whole chain anew: that needs a copy elsewhere.

use std::fmt;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};

use super::reading::{may_be_text, text};

/// A hash of the chain.
pub(crate) type Hash = [u8; 32];

/// A hash as people and programs read it: 64 hexadecimal digits.
pub(crate) struct Hex<'a>(pub(crate) &'a Hash);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An event as it stands in its row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct EventRow {
    pub(crate) session: Option<String>,
    pub(crate) bout: Option<i64>,
    pub(crate) run: i64,
    pub(crate) at_us: i64,
    pub(crate) wall_us: i64,
    pub(crate) t_s: Option<i64>,
    pub(crate) kind: String,
    pub(crate) rule: Option<String>,
    pub(crate) priority: Option<String>,
    pub(crate) act: Option<String>,
    pub(crate) value: Option<f64>,
    pub(crate) limit: Option<f64>,
    pub(crate) text: String,
    pub(crate) detail: Option<String>,
}

/// The columns of an event that are its content, in the order of [`EventRow::read`].
const CONTENT: &str = "session_id, bout_id, run_id, at_us, wall_us, t_s, kind, rule, priority, act, value, limit_value, text, detail";

impl EventRow {
    /// The columns that [`Self::read`] expects, first to last.
    pub(crate) const fn columns() -> &'static str {
        CONTENT
    }

    /// Reads a row that begins with [`Self::columns`]. A text that a disk has damaged is read as far as it goes: its hash is another then.
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            session: may_be_text(row, 0)?,
            bout: row.get(1)?,
            run: row.get(2)?,
            at_us: row.get(3)?,
            wall_us: row.get(4)?,
            t_s: row.get(5)?,
            kind: text(row, 6)?,
            rule: may_be_text(row, 7)?,
            priority: may_be_text(row, 8)?,
            act: may_be_text(row, 9)?,
            value: row.get(10)?,
            limit: row.get(11)?,
            text: text(row, 12)?,
            detail: may_be_text(row, 13)?,
        })
    }

    /// The hash that this row carries, at its place and after the one before.
    pub(crate) fn hash(&self, id: i64, previous: &Hash) -> Hash {
        let mut sum = Sum::default();
        sum.0.update(previous);
        sum.whole(Some(id));
        sum.text(self.session.as_deref());
        sum.whole(self.bout);
        sum.whole(Some(self.run));
        sum.whole(Some(self.at_us));
        sum.whole(Some(self.wall_us));
        sum.whole(self.t_s);
        sum.text(Some(&self.kind));
        sum.text(self.rule.as_deref());
        sum.text(self.priority.as_deref());
        sum.text(self.act.as_deref());
        sum.whole(self.value.map(|value| value.to_bits().cast_signed()));
        sum.whole(self.limit.map(|value| value.to_bits().cast_signed()));
        sum.text(Some(&self.text));
        sum.text(self.detail.as_deref());
        sum.finish()
    }

    /// Adds the row at the end of the chain; its number. Where another program may write too, to be called within a transaction that has the
    /// right to write from its beginning.
    pub(crate) fn append(&self, connection: &Connection) -> rusqlite::Result<i64> {
        let (last, previous): (i64, Hash) = connection
            .prepare_cached("SELECT last_event, last_hash FROM record")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let id = last.saturating_add(1);
        let hash = self.hash(id, &previous);
        connection
            .prepare_cached(
                "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .execute(params![
                id,
                self.session,
                self.bout,
                self.run,
                self.at_us,
                self.wall_us,
                self.t_s,
                self.kind,
                self.rule,
                self.priority,
                self.act,
                self.value,
                self.limit,
                self.text,
                self.detail,
                previous,
                hash
            ])?;
        connection
            .prepare_cached("UPDATE record SET last_event = ?1, last_hash = ?2")?
            .execute(params![id, hash])?;
        Ok(id)
    }
}

/// A hash over fields, each marked as there or not and with its length, so that no two rows read the same.
#[derive(Debug, Default)]
pub(crate) struct Sum(Sha256);

impl Sum {
    pub(crate) fn text(&mut self, text: Option<&str>) {
        match text {
            None => self.0.update([0]),
            Some(text) => {
                self.0.update([1]);
                self.0
                    .update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
                self.0.update(text);
            }
        }
    }

    pub(crate) fn whole(&mut self, number: Option<i64>) {
        match number {
            None => self.0.update([0]),
            Some(number) => {
                self.0.update([2]);
                self.0.update(number.to_le_bytes());
            }
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update([3]);
        self.0
            .update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn real(&mut self, number: f64) {
        self.0.update([4]);
        self.0.update(number.to_bits().to_le_bytes());
    }

    /// Every column of a row, as the file has it.
    pub(crate) fn row(&mut self, row: &Row<'_>, columns: usize) -> rusqlite::Result<()> {
        self.text(Some("row"));
        for column in 0..columns {
            match row.get_ref(column)? {
                ValueRef::Null => self.whole(None),
                ValueRef::Integer(number) => self.whole(Some(number)),
                ValueRef::Real(number) => self.real(number),
                ValueRef::Text(text) | ValueRef::Blob(text) => self.bytes(text),
            }
        }
        Ok(())
    }

    /// The hash over everything so far.
    pub(crate) fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

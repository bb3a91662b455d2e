//! Blocks in the file: which seconds are to be packed, a block packed, the blocks of a bout.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::super::checksum;
use super::super::damaged::{are_seconds_in_place, each_row, is_all_done};
use super::super::reading::{damaged_page, is_of_pages, rows};
use super::super::samples::{self, SampleRow};
use super::{BlockError, SECONDS, SampleBlock, inflated};

/// A block as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Stored {
    pub(in super::super) block: SampleBlock,
    /// Its rows, or what is wrong with it.
    pub(in super::super) rows: Result<Vec<SampleRow>, BlockError>,
}

/// The SQLite shell's function of that name, so that the views that every shell can read can be read here too.
pub(in super::super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_scalar_function(
        "sqlar_uncompress",
        2,
        FunctionFlags::SQLITE_UTF8
            | FunctionFlags::SQLITE_DETERMINISTIC
            | FunctionFlags::SQLITE_INNOCUOUS,
        |context| {
            let ValueRef::Blob(data) = context.get_raw(0) else {
                return Err(rusqlite::Error::InvalidFunctionParameterType(
                    0,
                    context.get_raw(0).data_type(),
                ));
            };
            inflated(data, context.get(1)?)
                .map_err(|error| rusqlite::Error::UserFunctionError(Box::new(error)))
        },
    )
}

/// The bouts of sessions that are over and whose seconds still stand as plain rows.
pub(in super::super) fn bouts_to_pack(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare(
            "SELECT bouts.id FROM bouts JOIN sessions ON sessions.id = session_id WHERE state <> 'open'
             AND EXISTS (SELECT 1 FROM samples WHERE bout_id = bouts.id) ORDER BY bouts.id",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Packs the first seconds of a bout that still stand as plain rows, one block, in one transaction: what is in the block is compared with the
/// rows before they go. Says whether there are more.
pub(in super::super) fn pack_next(
    connection: &mut Connection,
    bout: i64,
) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let more = pack_block(&transaction, bout)?;
    transaction.commit()?;
    Ok(more)
}

/// The same within a transaction of the caller's, which is undone where it fails.
pub(in super::super) fn pack_block(connection: &Connection, bout: i64) -> rusqlite::Result<bool> {
    let rows = samples::plain(connection, bout, SECONDS)?;
    if rows.is_empty() {
        return Ok(false);
    }
    let refused = |error: BlockError| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    let block = SampleBlock::of(&rows).map_err(refused)?;
    if block.rows().map_err(refused)? != rows {
        return Err(refused(BlockError::Rows));
    }
    connection
        .prepare_cached(
            "INSERT INTO sample_blocks (bout_id, first_us, last_us, first_s, last_s, samples, size, data, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            bout,
            block.first_us,
            block.last_us,
            block.first_s,
            block.last_s,
            block.samples,
            block.size,
            block.data,
            block.checksum(bout)
        ])?;
    let gone = connection
        .prepare_cached("DELETE FROM samples WHERE bout_id = ?1 AND at_us BETWEEN ?2 AND ?3")?
        .execute(params![bout, block.first_us, block.last_us])?;
    if gone != rows.len() {
        return Err(refused(BlockError::Rows));
    }
    Ok(rows.len() == SECONDS)
}

/// The blocks of a bout that can be found, in order, each with its rows or what is wrong with it; and whether there may have been others, on pages
/// that are damaged.
pub(in super::super) fn of_bout(
    connection: &Connection,
    bout: i64,
) -> rusqlite::Result<(Vec<Stored>, bool)> {
    let (extents, is_short) = extents(connection, bout)?;
    let read = |(id, extent)| stored(connection, bout, id, extent);
    let blocks: rusqlite::Result<Vec<Stored>> = extents.into_iter().map(read).collect();
    Ok((blocks?, is_short))
}

/// How many seconds the blocks of a bout say they have, and how many blocks are not what their checksum says. Nothing is unpacked.
pub(in super::super) fn checked(
    connection: &Connection,
    bout: i64,
) -> rusqlite::Result<(i64, i64)> {
    let (mut seconds, mut damaged) = (0, 0);
    for (id, extent) in extents(connection, bout)?.0 {
        seconds += extent.samples;
        let (data, sum) = bytes(connection, id)?;
        let block = SampleBlock { data, ..extent };
        damaged += i64::from(checksum::fault(Some(&sum), block.checksum(bout)).is_some());
    }
    Ok((seconds, damaged))
}

/// The blocks of a bout with their numbers, and whether pages on which there may have been others are damaged.
fn extents(
    connection: &Connection,
    bout: i64,
) -> rusqlite::Result<(Vec<(i64, SampleBlock)>, bool)> {
    if are_seconds_in_place(connection)? {
        return around(connection, bout);
    }
    let read = |how: &str| {
        rows(
            connection,
            &format!(
                "SELECT id, first_us, last_us, first_s, last_s, samples, size FROM sample_blocks {how} WHERE bout_id = ?1 ORDER BY first_us"
            ),
            [bout],
            |row| Ok((row.get(0)?, extent(row)?)),
        )
    };
    let whole = match read("") {
        // It may be the index alone that is damaged.
        Err(error) if is_of_pages(&error) => read("NOT INDEXED"),
        read => read,
    };
    match whole {
        Err(error) if is_of_pages(&error) && is_all_done(connection) => around(connection, bout),
        whole => whole.map(|extents| (extents, false)),
    }
}

/// The blocks of a bout that stand around damaged pages.
fn around(connection: &Connection, bout: i64) -> rusqlite::Result<(Vec<(i64, SampleBlock)>, bool)> {
    let mut found = Vec::new();
    let is_short = each_row(
        connection,
        "sample_blocks",
        "id, first_us, last_us, first_s, last_s, samples, size, bout_id",
        |row| {
            if row.get::<_, i64>(7)? == bout {
                found.push((row.get(0)?, extent(row)?));
            }
            Ok(())
        },
    )?;
    found.sort_by_key(|(_, extent)| extent.first_us);
    Ok((found, is_short))
}

fn extent(row: &Row<'_>) -> rusqlite::Result<SampleBlock> {
    Ok(SampleBlock {
        first_us: row.get(1)?,
        last_us: row.get(2)?,
        first_s: row.get(3)?,
        last_s: row.get(4)?,
        samples: row.get(5)?,
        size: row.get(6)?,
        data: Vec::new(),
    })
}

/// What is packed, and the checksum beside it.
fn bytes(connection: &Connection, id: i64) -> rusqlite::Result<(Vec<u8>, Vec<u8>)> {
    connection
        .prepare_cached("SELECT data, checksum FROM sample_blocks WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        // Who walks over it passes it, and who looks for its number does not find it.
        .ok_or_else(damaged_page)
}

fn stored(
    connection: &Connection,
    bout: i64,
    id: i64,
    extent: SampleBlock,
) -> rusqlite::Result<Stored> {
    let (data, sum) = match bytes(connection, id) {
        Ok(read) => read,
        // A page of it is damaged: the others may be whole.
        Err(error) if is_of_pages(&error) => {
            return Ok(Stored {
                block: extent,
                rows: Err(BlockError::Bytes(error.to_string())),
            });
        }
        Err(error) => return Err(error),
    };
    let block = SampleBlock { data, ..extent };
    let rows = match checksum::fault(Some(&sum), block.checksum(bout)) {
        Some(fault) => Err(BlockError::Checksum(fault)),
        None => block.rows(),
    };
    Ok(Stored { block, rows })
}

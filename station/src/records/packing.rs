//! Compression of states. A core's state is much like its state a minute before, so a checkpoint is kept as what differs from the
//! last; every tenth stands by itself, so that any of them is at most ten steps away.

use std::io::{Read, Write};

use rusqlite::{Connection, params};

use super::checksum::{self, Checksum};
use super::entry::CoreState;
use super::reading::unreadable;

/// So many checkpoints in a row rest on the one before.
pub(super) const LONGEST_CHAIN: u32 = 9;

const LEVEL: i32 = 9;

/// Compresses a state, against another where there is one.
///
/// # Errors
/// Where the compressor fails.
pub(super) fn pack(state: &CoreState, base: Option<&CoreState>) -> std::io::Result<Vec<u8>> {
    let dictionary = base.map(CoreState::as_bytes).unwrap_or_default();
    let mut encoder = zstd::stream::write::Encoder::with_dictionary(Vec::new(), LEVEL, dictionary)?;
    encoder.write_all(state.as_bytes())?;
    encoder.finish()
}

fn unpack(bytes: &[u8], base: Option<&CoreState>) -> std::io::Result<CoreState> {
    let dictionary = base.map(CoreState::as_bytes).unwrap_or_default();
    let mut state = Vec::new();
    zstd::stream::read::Decoder::with_dictionary(bytes, dictionary)?.read_to_end(&mut state)?;
    Ok(CoreState::from_bytes(state))
}

/// The sum that stands beside a checkpoint: of which bout, which block, when, whether it replaces, what it rests on.
pub(super) fn checksum(
    bout: i64,
    block: u32,
    (at_us, replaces): (i64, bool),
    base_block: Option<u32>,
    packed: &[u8],
) -> Checksum {
    let base = base_block.map_or(i64::MIN, i64::from);
    checksum::of(
        &[bout, i64::from(block), at_us, i64::from(replaces), base],
        packed,
    )
}

/// A checkpoint whose sum does not fit.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Faulty(&'static str);

/// The state of a bout's checkpoint, by way of those that it rests on.
pub(super) fn read_state(
    connection: &Connection,
    bout: i64,
    block: u32,
) -> rusqlite::Result<CoreState> {
    let mut statement = connection.prepare_cached(
        "SELECT state_zstd, base_block, at_us, replaces, checksum FROM checkpoints WHERE bout_id = ?1 AND block = ?2",
    )?;
    let mut chain: Vec<Vec<u8>> = Vec::new();
    let mut next = Some(block);
    while let Some(block) = next {
        let (bytes, base) = statement.query_row(params![bout, block], |row| {
            let (bytes, base): (Vec<u8>, Option<u32>) = (row.get(0)?, row.get(1)?);
            let sum = checksum(bout, block, (row.get(2)?, row.get(3)?), base, &bytes);
            let stored: Option<Vec<u8>> = row.get(4)?;
            match checksum::fault(stored.as_deref(), sum) {
                None => Ok((bytes, base)),
                Some(fault) => Err(unreadable(4, rusqlite::types::Type::Blob, Faulty(fault))),
            }
        })?;
        chain.push(bytes);
        // A base stands before what rests on it; anything else would go round for ever.
        next = base.filter(|base| *base < block);
    }
    let mut state = None;
    for bytes in chain.iter().rev() {
        state = Some(
            unpack(bytes, state.as_ref())
                .map_err(|error| unreadable(0, rusqlite::types::Type::Blob, error))?,
        );
    }
    state.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_against_another_is_small_and_comes_back_whole() {
        let noise: Vec<u8> = (0_u32..8_000)
            .map(|byte| byte.wrapping_mul(2_654_435_761).to_le_bytes()[3])
            .collect();
        let mut later = noise.clone();
        later[100..140].fill(7);
        let (base, state) = (CoreState::from_bytes(noise), CoreState::from_bytes(later));
        let alone = pack(&state, None).unwrap();
        let against = pack(&state, Some(&base)).unwrap();
        assert!(
            against.len() * 4 < alone.len(),
            "{} {}",
            against.len(),
            alone.len()
        );
        assert_eq!(unpack(&against, Some(&base)).unwrap(), state);
        assert_eq!(unpack(&alone, None).unwrap(), state);
    }
}

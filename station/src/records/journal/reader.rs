//! Blocks back to turns.

use super::fields::Columns;
use super::turns::{self, Memory};
use super::{JournalError, JournalTurn, Piece};

/// The turns of one block, from its whole row or from the pieces that it has so far, in order.
///
/// # Errors
/// Where the bytes make no turns. What could be read before stands beside the error.
pub fn decode_block(
    pieces: &[Piece],
) -> Result<Vec<JournalTurn>, (Vec<JournalTurn>, JournalError)> {
    let mut columns = Columns::default();
    let mut damage = None;
    for piece in pieces {
        if let Err(error) = columns.extend(&piece.data, piece.whole) {
            damage = Some(error);
            break;
        }
    }
    let mut source = columns.source();
    let mut memory = Memory::new();
    let mut found = Vec::new();
    while !source.is_empty() {
        match turns::read(&mut source, &mut memory) {
            Ok(turn) => found.push(turn),
            Err(error) => return Err((found, error)),
        }
    }
    match damage {
        None => Ok(found),
        Some(error) => Err((found, error)),
    }
}

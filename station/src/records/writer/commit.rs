//! What is staged goes into the file: every row or none; and seconds are packed between two commits.

use rusqlite::{ErrorCode, TransactionBehavior};

use super::super::blocks;
use super::super::chain::EventRow;
use super::super::codes::word;
use super::super::entry::EventKind;
use super::rows::Row;
use super::waveform::WaveformWriter;
use super::{Writer, us};

impl Writer {
    /// Writes everything staged, or nothing.
    ///
    /// # Errors
    /// What the store said; everything is still staged.
    pub(in crate::records) fn commit(&mut self) -> rusqlite::Result<()> {
        for bout in self.bouts.values_mut() {
            if let Some(piece) = bout.journal.take_piece() {
                self.rows.push(Row::Piece {
                    bout: bout.row,
                    piece,
                });
            }
            for (device, wire) in &mut bout.wires {
                if let Some(piece) = wire.take_piece() {
                    self.rows.push(Row::Wire {
                        bout: bout.row,
                        device: *device,
                        piece,
                    });
                }
            }
        }
        for (session, open) in &mut self.sessions {
            let piece = open.waveform.as_mut().and_then(WaveformWriter::take_piece);
            if let Some(piece) = piece {
                self.rows.push(Row::Waveform {
                    session: session.to_string(),
                    run: self.run,
                    piece,
                });
            }
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        match self.write_rows() {
            Err(error)
                if matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch)
                ) =>
            {
                self.write_rows_but_the_bad()?;
            }
            other => other?,
        }
        self.rows.clear();
        self.to_pack.extend(self.ending.drain(..));
        Ok(())
    }

    /// Bouts that an earlier gym left as plain rows are packed too.
    pub(in crate::records) fn pack_too(&mut self, bouts: Vec<i64>) {
        self.to_pack.extend(bouts);
    }

    /// Packs one block of the seconds of a session that is over, and says whether there was something to pack. What cannot be packed stays as it
    /// is, and the next gym tries again.
    pub(in crate::records) fn pack_one(&mut self) -> bool {
        let Some(&bout) = self.to_pack.front() else {
            return false;
        };
        match blocks::pack_next(&mut self.store.connection, bout) {
            Ok(true) => {}
            Ok(false) => {
                self.to_pack.pop_front();
            }
            Err(error) => {
                self.to_pack.pop_front();
                let text = format!("the seconds of a bout stay as they are, not packed: {error}");
                self.say(None, self.up_to, EventKind::Notice, text);
            }
        }
        true
    }

    /// The run has ended, and everything of it is written.
    ///
    /// # Errors
    /// What the store said.
    pub(in crate::records) fn end_run(&self, wall_us: i64) -> rusqlite::Result<()> {
        self.store
            .connection
            .execute(
                "UPDATE runs SET ended_wall_us = ?2 WHERE id = ?1",
                [self.run, wall_us],
            )
            .map(|_| ())
    }

    fn write_rows(&mut self) -> rusqlite::Result<()> {
        let transaction = self
            .store
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &self.rows {
            row.write(&transaction)?;
        }
        transaction.commit()
    }

    /// One row that the store will never take must not keep the others out: it becomes a gap.
    fn write_rows_but_the_bad(&mut self) -> rusqlite::Result<()> {
        let wall_us = self.wall_us(None, self.up_to);
        let mut transaction = self
            .store
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &self.rows {
            let savepoint = transaction.savepoint()?;
            match row.write(&savepoint) {
                Ok(()) => savepoint.commit()?,
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    drop(savepoint);
                    let gap = row.as_refused(self.run, us(self.up_to), &error);
                    gap.write(&transaction)?;
                    if let Some((at_us, text)) = gap.told() {
                        EventRow {
                            run: self.run,
                            at_us,
                            wall_us,
                            kind: word(&EventKind::Gap),
                            text,
                            ..EventRow::default()
                        }
                        .append(&transaction)?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        transaction.commit()
    }
}

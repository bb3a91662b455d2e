//! One session, block by block.

use super::super::archive::{Archive, BoutRow, seconds};
use super::super::journal::{self, decode_block};
use super::super::samples::Seconds;
use super::super::session::SessionClock;
use super::super::{waveform, wire};
use super::Damage;

/// Two seconds of a bout further apart than this have something missing between them, in microseconds.
const HOLE_US: i64 = 2_500_000;
/// A journal of more than this without a single second beside it lacks them, in microseconds.
const SOME_US: i64 = 3_000_000;

/// A bout on its way through its blocks.
struct Look<'a> {
    archive: &'a Archive,
    session: &'a str,
    bout: &'a BoutRow,
    /// The session's beginning on the bout's clock.
    origin_us: i64,
    found: Vec<Damage>,
}

/// How many seconds of the session could be read, and what is wrong with it.
pub(super) fn look_at(archive: &Archive, session: &str) -> (u64, Vec<Damage>) {
    let mut found = Vec::new();
    let mut read = 0;
    let bouts = match archive.bouts(session) {
        Ok(bouts) => bouts,
        Err(error) => {
            let of_file = Damage::of_file("session", error.to_string());
            return (
                0,
                vec![Damage {
                    session: Some(session.to_owned()),
                    ..of_file
                }],
            );
        }
    };
    for bout in &bouts {
        let mut look = Look {
            archive,
            session,
            bout,
            origin_us: bout.began_us,
            found: Vec::new(),
        };
        read += look.bout();
        found.append(&mut look.found);
    }
    found.extend(waveforms(archive, session));
    (read, found)
}

impl Look<'_> {
    fn bout(&mut self) -> u64 {
        let seconds = self.archive.seconds_of(self.bout.row);
        if let Some(first) = seconds
            .as_ref()
            .ok()
            .and_then(|seconds| seconds.rows.first())
        {
            self.origin_us = first
                .at_us
                .saturating_sub(first.t_s.saturating_mul(1_000_000));
        }
        if let Err(error) = self.archive.check_header(self.bout.row) {
            self.add("header", None, error.to_string(), None);
        }
        let journal = self.journal();
        self.wires();
        match seconds {
            Ok(seconds) => {
                self.seconds(&seconds, journal);
                u64::try_from(seconds.rows.len()).unwrap_or_default()
            }
            Err(error) => {
                self.add("samples", None, error.to_string(), None);
                0
            }
        }
    }

    fn add(
        &mut self,
        what: &'static str,
        between_us: Option<(i64, i64)>,
        because: String,
        whole: Option<String>,
    ) {
        let (from_s, to_s) = between_us
            .map(|(from, to)| (seconds(from - self.origin_us), seconds(to - self.origin_us)))
            .unzip();
        self.found.push(Damage {
            session: Some(self.session.to_owned()),
            bout: Some(self.bout.number),
            what,
            from_s,
            to_s,
            because,
            whole,
        });
    }

    /// The seconds: damaged blocks, and holes that no row tells of.
    fn seconds(&mut self, seconds: &Seconds, journal: Option<(i64, i64)>) {
        let lost: i64 = seconds.damaged.iter().map(|damaged| damaged.lost).sum();
        let read = i64::try_from(seconds.rows.len()).unwrap_or(i64::MAX);
        for damaged in &seconds.damaged {
            self.add(
                "samples",
                Some((damaged.from_us, damaged.to_us)),
                damaged.because.clone(),
                Some(format!(
                    "{read} of {} seconds of this bout",
                    read.saturating_add(lost)
                )),
            );
        }
        let explained = self.explained(seconds);
        for pair in seconds.rows.windows(2) {
            let [before, after] = pair else { continue };
            let hole = (before.at_us, after.at_us);
            if after.at_us.saturating_sub(before.at_us) > HOLE_US
                && !explained.iter().any(|known| meet(*known, hole))
            {
                self.add(
                    "samples",
                    Some(hole),
                    "seconds are missing, and no gap tells why".to_owned(),
                    None,
                );
            }
        }
        if let Some((from, to)) = journal
            && to.saturating_sub(from) > SOME_US
            && seconds.rows.is_empty()
            && seconds.damaged.is_empty()
            && !explained.iter().any(|known| meet(*known, (from, to)))
        {
            self.add(
                "samples",
                Some((from, to)),
                "the journal has turns, but not a second was recorded".to_owned(),
                None,
            );
        }
    }

    /// What is known to be missing or damaged, from when to when.
    fn explained(&self, seconds: &Seconds) -> Vec<(i64, i64)> {
        let mut known: Vec<(i64, i64)> = seconds
            .damaged
            .iter()
            .map(|damaged| (damaged.from_us, damaged.to_us))
            .collect();
        // Where the gaps cannot be read, that stands among the findings about the file.
        known.extend(
            self.archive
                .query(
                    "SELECT from_us, to_us FROM gaps JOIN bouts ON bouts.id = ?1
                     WHERE gaps.run_id = bouts.run_id AND (gaps.session_id IS NULL OR gaps.session_id = bouts.session_id)",
                    [self.bout.row],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .unwrap_or_default(),
        );
        known
    }

    /// The journal and its checkpoints; from when to when its turns are.
    fn journal(&mut self) -> Option<(i64, i64)> {
        let numbers = match self.archive.block_numbers(self.bout.row) {
            Ok(numbers) => numbers,
            Err(error) => {
                self.add("journal", None, error.to_string(), None);
                return None;
            }
        };
        let whole = Some(format!(
            "what the other {} blocks of this bout have",
            numbers.len().saturating_sub(1)
        ));
        let mut extent: Option<(i64, i64)> = None;
        let mut expected = 0;
        for number in numbers {
            if number != expected {
                self.add(
                    "journal",
                    extent.map(|(_, last)| (last, last)),
                    format!("blocks {expected} to {} are missing", number - 1),
                    whole.clone(),
                );
            }
            expected = number.saturating_add(1);
            let covers = self.block(number, whole.as_ref());
            extent = match (extent, covers) {
                (Some((first, _)), Some((_, last))) => Some((first, last)),
                (extent, covers) => extent.or(covers),
            };
        }
        extent
    }

    fn block(&mut self, number: u32, whole: Option<&String>) -> Option<(i64, i64)> {
        let block = match self.archive.block(self.bout.row, number) {
            Ok(block) => block,
            Err(error) => {
                self.add("journal", None, error.to_string(), whole.cloned());
                return None;
            }
        };
        if let Some(checkpoint) = &block.checkpoint
            && let Err(because) = &checkpoint.state
        {
            let at = (checkpoint.at_us, checkpoint.at_us);
            self.add(
                "checkpoint",
                Some(at),
                format!("block {number}: {because}"),
                whole.cloned(),
            );
        }
        let column = |micros: u64| i64::try_from(micros).unwrap_or(i64::MAX);
        let covers = block
            .pieces
            .first()
            .zip(block.pieces.last())
            .map(|(first, last)| (column(first.first_us), column(last.last_us)));
        let fault = block.fault.map(str::to_owned).or_else(|| {
            // Another version's journal is judged by its sums alone.
            (self.bout.journal_format == journal::FORMAT)
                .then(|| decode_block(&block.pieces))
                .and_then(|decoded| match decoded {
                    Ok(turns) => {
                        let told: u64 = block.pieces.iter().map(|piece| piece.turns).sum();
                        (u64::try_from(turns.len()) != Ok(told))
                            .then(|| format!("it has {} turns of {told}", turns.len()))
                    }
                    Err((_, error)) => Some(error.to_string()),
                })
        });
        if let Some(fault) = fault {
            self.add(
                "journal",
                covers,
                format!("block {number}: {fault}"),
                whole.cloned(),
            );
        }
        covers
    }

    /// What went over the bout's wires.
    fn wires(&mut self) {
        let stored = self.archive.query(
            &format!(
                "SELECT {} FROM wire_blocks WHERE bout_id = ?1 ORDER BY device, block, piece",
                wire::Stored::COLUMNS
            ),
            [self.bout.row],
            wire::Stored::read,
        );
        match stored {
            Err(error) => self.add("wire", None, error.to_string(), None),
            Ok(stored) => {
                for block in stored {
                    if let Err(fault) = block.checked(self.bout.row) {
                        self.add(
                            "wire",
                            Some((block.first_us, block.last_us)),
                            format!("block {} of the {}: {fault}", block.block, block.device),
                            None,
                        );
                    }
                }
            }
        }
    }
}

/// Whether two stretches of time have an instant in common.
const fn meet(one: (i64, i64), other: (i64, i64)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

/// The session's waveforms.
fn waveforms(archive: &Archive, session: &str) -> Vec<Damage> {
    let of_session = |because: String, between_s: Option<(f64, f64)>| Damage {
        session: Some(session.to_owned()),
        from_s: between_s.map(|(from, _)| from),
        to_s: between_s.map(|(_, to)| to),
        ..Damage::of_file("plethysmogram", because)
    };
    let blocks = archive.query(
        "SELECT run_id, block, piece, whole, first_us, rate_hz, samples, data, checksum FROM waveform_blocks
         WHERE session_id = ?1 ORDER BY run_id, block, piece",
        [session],
        waveform::Stored::read,
    );
    let clock = archive
        .find(session)
        .and_then(|line| SessionClock::of(archive, &line));
    match blocks.and_then(|blocks| Ok((blocks, clock?))) {
        Err(error) => vec![of_session(error.to_string(), None)],
        Ok((blocks, clock)) => blocks
            .iter()
            .filter_map(|stored| {
                let fault = stored.fault()?;
                let from = clock.place(stored.run, stored.first_us);
                Some(of_session(
                    format!("block {}: {fault}", stored.block),
                    Some((seconds(from), seconds(from + stored.length_us()))),
                ))
            })
            .collect(),
    }
}

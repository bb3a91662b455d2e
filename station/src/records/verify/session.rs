//! One session, block by block.

use std::collections::{BTreeMap, BTreeSet};

use super::super::archive::{Archive, BoutRow, seconds};
use super::super::journal::{self, decode_block};
use super::super::proof::{self, Wrong, meet};
use super::super::reading::of_detail;
use super::super::samples::Seconds;
use super::super::session::SessionClock;
use super::super::sums::ToldSums;
use super::super::{told, waveform, wire};
use super::Damage;

/// A journal that ends longer before its bout than this has lost its last blocks, in microseconds.
const HOLE_US: i64 = 2_500_000;

/// A bout on its way through its blocks.
struct Look<'a> {
    archive: &'a Archive,
    session: &'a str,
    bout: &'a BoutRow,
    told: &'a ToldSums,
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
    // Where these cannot be read, that stands among the findings about the events.
    let told = archive
        .read(|connection| ToldSums::of(connection, session))
        .unwrap_or_default();
    for bout in &bouts {
        let mut look = Look {
            told: &told,
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
        self.journal();
        self.wires();
        match seconds {
            Ok(seconds) => {
                self.seconds(&seconds);
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

    /// The seconds: what is damaged, missing or changed.
    fn seconds(&mut self, seconds: &Seconds) {
        let lost: i64 = seconds.damaged.iter().map(|damaged| damaged.lost).sum();
        let read = i64::try_from(seconds.rows.len()).unwrap_or(i64::MAX);
        let faults = self
            .archive
            .read(|connection| proof::of_bout(connection, self.bout, seconds, self.told));
        let faults = match faults {
            Ok(faults) => faults,
            Err(error) => return self.add("samples", None, error.to_string(), None),
        };
        for fault in faults {
            let whole = (fault.wrong == Wrong::Damaged).then(|| {
                format!(
                    "{read} of {} seconds of this bout",
                    read.saturating_add(lost)
                )
            });
            self.add("samples", fault.between_us, fault.because, whole);
        }
    }

    /// What of the journal's end is missing, where it is too long and nothing is known of it.
    fn hole(&mut self, hole: (i64, i64), known: &[(i64, i64)], because: &str) {
        let is_long = hole.1.saturating_sub(hole.0) > HOLE_US;
        if is_long && !known.iter().any(|known| meet(*known, hole)) {
            self.add("journal", Some(hole), because.to_owned(), None);
        }
    }

    /// What the record says is missing, from when to when.
    fn gaps(&self) -> Vec<(i64, i64)> {
        // Where the gaps cannot be read, that stands among the findings about the file.
        self.archive
            .query(
                "SELECT from_us, to_us FROM gaps JOIN bouts ON bouts.id = ?1
                 WHERE gaps.run_id = bouts.run_id AND (gaps.session_id IS NULL OR gaps.session_id = bouts.session_id)",
                [self.bout.row],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap_or_default()
    }

    /// The journal and its checkpoints.
    fn journal(&mut self) {
        let numbers = match self.archive.block_numbers(self.bout.row) {
            Ok(numbers) => numbers,
            Err(error) => {
                self.add("journal", None, error.to_string(), None);
                return;
            }
        };
        let whole = Some(format!(
            "what the other {} blocks of this bout have",
            numbers.len().saturating_sub(1)
        ));
        let known = self.gaps();
        let mut extent: Option<(i64, i64)> = None;
        let mut empty: Option<(u32, i64)> = None;
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
            let (checkpoint, covers) = self.block(number, whole.as_ref());
            let begins = checkpoint.or(covers.map(|(first, _)| first));
            if let (Some((before, at)), Some(begins)) = (empty, begins) {
                let because = format!(
                    "block {before} is missing: its checkpoint is there, and no turn of it"
                );
                self.hole((at, begins), &known, &because);
            }
            empty = checkpoint
                .filter(|_| covers.is_none())
                .map(|at| (number, at));
            extent = match (extent, covers) {
                (Some((first, _)), Some((_, last))) => Some((first, last)),
                (extent, covers) => extent.or(covers),
            };
        }
        if let Some(end) = self.bout.ended_us {
            let last = extent.map_or(self.bout.began_us, |(_, last)| last);
            let because = "the last blocks are missing: the bout goes on after them";
            self.hole((last, end), &known, because);
        }
    }

    /// When its checkpoint was, and from when to when it has turns.
    fn block(&mut self, number: u32, whole: Option<&String>) -> (Option<i64>, Option<(i64, i64)>) {
        let block = match self.archive.block(self.bout.row, number) {
            Ok(block) => block,
            Err(error) => {
                self.add("journal", None, error.to_string(), whole.cloned());
                return (None, None);
            }
        };
        let begins = block.checkpoint.as_ref().map(|checkpoint| checkpoint.at_us);
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
        (begins, covers)
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
        Ok((blocks, clock)) => {
            let damaged = blocks.iter().filter_map(|stored| {
                let fault = stored.fault()?;
                let from = clock.place(stored.run, stored.first_us);
                Some(of_session(
                    format!("block {}: {fault}", stored.block),
                    Some((seconds(from), seconds(from + stored.length_us()))),
                ))
            });
            let missing = missing_waveforms(archive, session, &blocks).into_iter();
            damaged
                .chain(missing.map(|because| of_session(because, None)))
                .collect()
        }
    }
}

/// Blocks that a gym wrote and that are not there: it counts them from 0, and says at the session's end how many they were.
fn missing_waveforms(archive: &Archive, session: &str, blocks: &[waveform::Stored]) -> Vec<String> {
    let mut there: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for stored in blocks {
        there.entry(stored.run).or_default().insert(stored.block);
    }
    // Where these cannot be read, that stands among the findings about the file.
    let counts = archive.query(
        &format!(
            "SELECT run_id, {} FROM events WHERE session_id = ?1 AND kind = 'session' AND detail IS NOT NULL",
            of_detail(told::PLETHYSMOGRAM)
        ),
        [session],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)),
    );
    for (run, count) in counts.unwrap_or_default() {
        // What would come after the last.
        there.entry(run).or_default().extend(count);
    }
    let refused = archive.query(
        "SELECT run_id FROM gaps WHERE what = 'plethysmogram'",
        [],
        |row| row.get::<_, i64>(0),
    );
    for run in refused.unwrap_or_default() {
        there.remove(&run);
    }
    let mut missing = Vec::new();
    for numbers in there.into_values() {
        let mut expected = 0;
        for number in numbers {
            if number > expected {
                missing.push(format!("blocks {expected} to {} are missing", number - 1));
            }
            expected = number.saturating_add(1);
        }
    }
    missing
}

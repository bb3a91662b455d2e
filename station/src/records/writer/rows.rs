//! Rows as they go into the file.

use control::input::Device;
use rusqlite::{Connection, params};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::super::chain::EventRow;
use super::super::codes::{reason, word};
use super::super::entry::{Anchor, BoutOpened, CoreState, Measurement, Sample, SessionOpened};
use super::super::journal::{self, Piece};
use super::super::learned::{self, LearnedBout};
use super::super::packing;
use super::super::sums::{self, Sums};
use super::super::told;
use super::super::wire::{self, WirePiece};
use super::us;
use super::waveform::WaveformPiece;

const LEVEL: i32 = 9;

/// One thing to write. Writing it twice in two transactions of which one was undone gives the same.
#[derive(Debug)]
pub(super) enum Row {
    Session {
        run: i64,
        software: String,
        opened: SessionOpened,
    },
    Resumed {
        session: String,
    },
    Bout {
        row: i64,
        run: i64,
        wall_us: i64,
        opened: Box<BoutOpened>,
    },
    Sample {
        bout: i64,
        t_s: i64,
        sample: Box<Sample>,
    },
    Event(Box<EventRow>),
    Measurement {
        bout: i64,
        t_s: i64,
        measurement: Box<Measurement>,
    },
    Learned {
        bout: i64,
        learned: Box<LearnedBout>,
    },
    Piece {
        bout: i64,
        piece: Piece,
    },
    Checkpoint {
        bout: i64,
        block: u32,
        at_us: i64,
        replaces: bool,
        state: CoreState,
        base: Option<(u32, CoreState)>,
    },
    Waveform {
        session: String,
        run: i64,
        piece: WaveformPiece,
    },
    Wire {
        bout: i64,
        device: Device,
        piece: WirePiece,
    },
    BoutClosed {
        bout: i64,
        at_us: i64,
    },
    /// The event of a session's end, which tells of its rows as they stand then.
    Ended {
        session: String,
        event: Box<EventRow>,
        detail: Map<String, Value>,
    },
    SessionClosed {
        session: String,
        at_us: i64,
        wall_us: i64,
        reason: String,
        rule: Option<String>,
    },
    Anchor {
        run: i64,
        anchor: Anchor,
    },
    Gap {
        session: Option<String>,
        bout: Option<i64>,
        run: i64,
        what: &'static str,
        from_us: i64,
        to_us: i64,
        lost: i64,
        reason: String,
    },
}

impl Row {
    /// What stands in for a row that the store does not take: that it is missing.
    pub(super) fn as_refused(&self, run: i64, at_us: i64, error: &rusqlite::Error) -> Self {
        let what = match self {
            Self::Session { .. } | Self::Resumed { .. } | Self::SessionClosed { .. } => "session",
            Self::Bout { .. } | Self::BoutClosed { .. } => "bout",
            Self::Sample { .. } => "sample",
            Self::Event(_) | Self::Ended { .. } => "event",
            Self::Measurement { .. } => "measurement",
            Self::Learned { .. } => "learned",
            Self::Piece { .. } | Self::Checkpoint { .. } => "journal",
            Self::Waveform { .. } => "plethysmogram",
            Self::Wire { .. } => "wire",
            Self::Anchor { .. } => "clock anchor",
            Self::Gap { .. } => "gap",
        };
        Self::Gap {
            session: None,
            bout: None,
            run,
            what,
            from_us: at_us,
            to_us: at_us,
            lost: 1,
            reason: format!("the store refused it: {error}"),
        }
    }

    /// What is told of a gap, and when it ended.
    pub(super) fn told(&self) -> Option<(i64, String)> {
        let Self::Gap {
            what,
            from_us,
            to_us,
            lost,
            reason,
            ..
        } = self
        else {
            return None;
        };
        let text = told::gap(what, *lost, to_us.saturating_sub(*from_us), reason);
        Some((*to_us, text))
    }

    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        match self {
            Self::Session {
                run,
                software,
                opened,
            } => write_session(connection, *run, software, opened),
            Self::Resumed { session } => execute(
                connection,
                "UPDATE sessions SET state = 'open', ended_us = NULL, ended_wall_us = NULL, end_reason = NULL WHERE id = ?1",
                params![session],
            ),
            Self::Bout {
                row,
                run,
                wall_us,
                opened,
            } => write_bout(connection, *row, *run, *wall_us, opened),
            Self::Sample { bout, t_s, sample } => write_sample(connection, *bout, *t_s, sample),
            Self::Event(event) => event.append(connection).map(|_| ()),
            Self::Measurement {
                bout,
                t_s,
                measurement,
            } => write_measurement(connection, *bout, *t_s, measurement),
            Self::Learned { bout, learned } => learned::write(connection, *bout, learned),
            Self::Piece { bout, piece } => write_piece(connection, *bout, piece),
            Self::Checkpoint { .. } => self.write_checkpoint(connection),
            Self::Waveform {
                session,
                run,
                piece,
            } => write_waveform(connection, session, *run, piece),
            Self::Wire {
                bout,
                device,
                piece,
            } => write_wire(connection, *bout, *device, piece),
            Self::BoutClosed { bout, at_us } => execute(
                connection,
                "UPDATE bouts SET ended_us = ?2 WHERE id = ?1 AND ended_us IS NULL",
                params![bout, at_us],
            ),
            Self::Ended {
                session,
                event,
                detail,
            } => write_end(connection, session, event, detail),
            Self::SessionClosed { .. } => self.close_session(connection),
            Self::Anchor { run, anchor } => execute(
                connection,
                "INSERT INTO clock_anchors VALUES (?1, ?2, ?3)",
                params![run, us(anchor.at), anchor.wall_micros],
            ),
            Self::Gap { .. } => self.write_gap(connection),
        }
    }

    fn write_checkpoint(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Self::Checkpoint {
            bout,
            block,
            at_us,
            replaces,
            state,
            base,
        } = self
        else {
            return Ok(());
        };
        let (base_block, base_state) = base.as_ref().map(|(block, state)| (block, state)).unzip();
        let packed = packing::pack(state, base_state)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        let sum = packing::checksum(
            *bout,
            *block,
            (*at_us, *replaces),
            base_block.copied(),
            &packed,
        );
        execute(
            connection,
            "INSERT INTO checkpoints VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![bout, block, at_us, replaces, base_block, packed, sum],
        )
    }

    fn close_session(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Self::SessionClosed {
            session,
            at_us,
            wall_us,
            reason,
            rule,
        } = self
        else {
            return Ok(());
        };
        execute(
            connection,
            "UPDATE sessions SET state = 'ended', ended_us = ?2, ended_wall_us = ?3, end_reason = ?4, end_rule = ?5 WHERE id = ?1",
            params![session, at_us, wall_us, reason, rule],
        )
    }

    fn write_gap(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Self::Gap {
            session,
            bout,
            run,
            what,
            from_us,
            to_us,
            lost,
            reason,
        } = self
        else {
            return Ok(());
        };
        execute(
            connection,
            "INSERT INTO gaps (session_id, bout_id, run_id, what, from_us, to_us, lost, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![session, bout, run, what, from_us, to_us, lost, reason],
        )
    }
}

fn execute(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(values).map(|_| ())
}

/// Bytes, compressed; a failing compressor is told as a value that cannot be stored.
fn packed(bytes: &[u8]) -> rusqlite::Result<Vec<u8>> {
    zstd::encode_all(bytes, LEVEL)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn write_end(
    connection: &Connection,
    session: &str,
    event: &EventRow,
    detail: &Map<String, Value>,
) -> rusqlite::Result<()> {
    let mut detail = detail.clone();
    detail.extend(
        Sums::detail(connection, session, event.run).map(|sums| (sums::SUMS.to_owned(), sums)),
    );
    EventRow {
        detail: Some(Value::Object(detail).to_string()),
        ..event.clone()
    }
    .append(connection)
    .map(|_| ())
}

fn write_session(
    connection: &Connection,
    run: i64,
    software: &str,
    opened: &SessionOpened,
) -> rusqlite::Result<()> {
    execute(
        connection,
        "INSERT OR IGNORE INTO patients VALUES (?1, ?2)",
        params![opened.patient, opened.wall_micros],
    )?;
    execute(
        connection,
        "INSERT INTO sessions (id, run_id, patient, kind, pre_rolled, clock_rate, software, began_us, began_wall_us, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open')",
        params![
            opened.session.as_str(),
            run,
            opened.patient,
            word(&opened.kind),
            opened.pre_rolled,
            opened.clock_rate,
            software,
            us(opened.at),
            opened.wall_micros
        ],
    )
}

fn write_bout(
    connection: &Connection,
    row: i64,
    run: i64,
    wall_us: i64,
    opened: &BoutOpened,
) -> rusqlite::Result<()> {
    let prescription = &opened.prescription;
    let sha256 = digest(&prescription.text);
    execute(
        connection,
        "INSERT OR IGNORE INTO prescriptions VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            prescription.id,
            prescription.version,
            sha256,
            prescription.text,
            wall_us
        ],
    )?;
    let mut header = opened.header.clone();
    let configuration = write_text(connection, "configuration", &header.configuration)?;
    let rules = write_text(connection, "rules", &header.rules)?;
    // Both stand in a table of their own, once.
    header.configuration.clear();
    header.rules.clear();
    let bytes = postcard::to_stdvec(&header)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    execute(
        connection,
        "INSERT INTO bouts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, ?12, ?13, ?14, ?15, ?16, ?17)",
        params![
            row,
            opened.bout.session.as_str(),
            opened.bout.number,
            run,
            opened.station,
            word(&header.machine()),
            opened.protocol,
            prescription.id,
            prescription.version,
            sha256,
            us(opened.at),
            journal::FORMAT,
            header.build,
            header.decisions,
            configuration,
            rules,
            packed(&bytes)?
        ],
    )
}

fn write_text(connection: &Connection, kind: &str, text: &str) -> rusqlite::Result<[u8; 32]> {
    let sha256 = digest(text);
    let there = connection
        .prepare_cached("SELECT 1 FROM texts WHERE sha256 = ?1")?
        .exists([sha256])?;
    if !there {
        execute(
            connection,
            "INSERT INTO texts VALUES (?1, ?2, ?3)",
            params![sha256, kind, packed(text.as_bytes())?],
        )?;
    }
    Ok(sha256)
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn write_sample(
    connection: &Connection,
    bout: i64,
    t_s: i64,
    sample: &Sample,
) -> rusqlite::Result<()> {
    let (lower, upper) = sample.zone_bpm.unzip();
    execute(
        connection,
        "INSERT OR REPLACE INTO samples VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
         ?20, ?21, ?22, ?23, ?24, ?25)",
        params![
            bout,
            us(sample.at),
            t_s,
            word(&sample.phase),
            sample.heart_rate_bpm,
            sample.heart_rate_source.as_ref().map(word),
            word(&sample.heart_rate_trust),
            sample.heart_rate_age_ms,
            sample.pulse_bpm,
            sample.spo2_percent,
            word(&sample.spo2_trust),
            sample.target_heart_rate_bpm,
            lower,
            upper,
            sample.proposed_met_milli,
            sample.granted_met_milli,
            reason(sample.reason),
            sample.by_hand,
            sample.told.power_w,
            sample.told.speed_mm_s,
            sample.told.grade_permille,
            sample.reported.power_w,
            sample.reported.speed_mm_s,
            sample.reported.grade_permille,
            sample.cadence_rpm
        ],
    )
}

fn write_measurement(
    connection: &Connection,
    bout: i64,
    t_s: i64,
    measurement: &Measurement,
) -> rusqlite::Result<()> {
    execute(
        connection,
        "INSERT INTO measurements (bout_id, at_us, t_s, phase, kind, value, second_value, unit, symptoms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            bout,
            us(measurement.at),
            t_s,
            word(&measurement.phase),
            word(&measurement.kind),
            measurement.value,
            measurement.second_value,
            measurement.kind.unit(),
            measurement.symptoms
        ],
    )
}

fn write_piece(connection: &Connection, bout: i64, piece: &Piece) -> rusqlite::Result<()> {
    if piece.whole {
        execute(
            connection,
            "DELETE FROM journal_blocks WHERE bout_id = ?1 AND block = ?2",
            params![bout, piece.block],
        )?;
    }
    execute(
        connection,
        "INSERT INTO journal_blocks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            bout,
            piece.block,
            piece.piece,
            piece.whole,
            column(piece.first_us),
            column(piece.last_us),
            column(piece.turns),
            piece.data,
            piece.checksum(bout)
        ],
    )
}

fn write_waveform(
    connection: &Connection,
    session: &str,
    run: i64,
    piece: &WaveformPiece,
) -> rusqlite::Result<()> {
    if piece.whole {
        execute(
            connection,
            "DELETE FROM waveform_blocks WHERE session_id = ?1 AND run_id = ?2 AND kind = 'plethysmogram' AND block = ?3",
            params![session, run, piece.block],
        )?;
    }
    execute(
        connection,
        "INSERT INTO waveform_blocks VALUES (?1, ?2, 'plethysmogram', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            session,
            run,
            piece.block,
            piece.piece,
            piece.whole,
            column(piece.first_us),
            piece.rate_hz,
            i64::try_from(piece.samples).unwrap_or(i64::MAX),
            piece.data,
            piece.checksum(run)
        ],
    )
}

fn write_wire(
    connection: &Connection,
    bout: i64,
    device: Device,
    piece: &WirePiece,
) -> rusqlite::Result<()> {
    let device = wire::word(device);
    if piece.whole {
        execute(
            connection,
            "DELETE FROM wire_blocks WHERE bout_id = ?1 AND device = ?2 AND block = ?3",
            params![bout, device, piece.block],
        )?;
    }
    execute(
        connection,
        "INSERT INTO wire_blocks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            bout,
            device,
            piece.block,
            piece.piece,
            piece.whole,
            piece.link.protocol,
            piece.link.settings,
            column(piece.first_us),
            column(piece.last_us),
            column(piece.records),
            piece.data,
            piece.checksum(bout)
        ],
    )
}

fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

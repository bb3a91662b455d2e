//! Sessions: their beginning, their going on after an interruption, their plethysmogram, and their end.

use protocols::vocabulary::Timestamp;
use serde_json::Value;

use super::super::SOFTWARE;
use super::super::chain::EventRow;
use super::super::codes::word;
use super::super::entry::{EndReason, EventKind, SessionOpened};
use super::super::identity::{BoutId, SessionId};
use super::super::told;
use super::rows::Row;
use super::waveform::WaveformWriter;
use super::{Writer, us};

/// What has to be known of a session to place its rows.
#[derive(Debug)]
pub(super) struct OpenSession {
    /// When the session began, in microseconds of this run's clock; before the run where it goes on from an earlier one.
    pub(super) origin_us: i64,
    /// Wall time then.
    pub(super) origin_wall_us: i64,
    /// Its time is not the wall's.
    pub(super) pre_rolled: bool,
    pub(super) waveform: Option<WaveformWriter>,
}

impl Writer {
    pub(super) fn open_session(&mut self, opened: SessionOpened) {
        let session = opened.session;
        self.sessions.insert(
            session,
            OpenSession {
                origin_us: us(opened.at),
                origin_wall_us: opened.wall_micros,
                pre_rolled: opened.pre_rolled,
                waveform: None,
            },
        );
        let at = opened.at;
        let sum = told::sum_of_beginning(
            [
                session.as_str(),
                &opened.patient,
                &word(&opened.kind),
                SOFTWARE,
            ],
            [
                i64::from(opened.pre_rolled),
                i64::from(opened.clock_rate),
                us(at),
                opened.wall_micros,
            ],
        );
        self.rows.push(Row::Session {
            run: self.run,
            software: SOFTWARE.to_owned(),
            opened,
        });
        let event = EventRow {
            detail: Some(Value::Object(told::detail(&sum)).to_string()),
            ..self.event_row(
                Some(session),
                None,
                at,
                EventKind::Session,
                told::BEGAN.to_owned(),
            )
        };
        self.rows.push(Row::Event(Box::new(event)));
    }

    pub(super) fn resume_session(&mut self, session: SessionId, at: Timestamp, wall_us: i64) {
        let began = self
            .store
            .connection
            .query_row(
                "SELECT began_wall_us FROM sessions WHERE id = ?1",
                [session.as_str()],
                |row| row.get::<_, i64>(0),
            )
            .unwrap_or(wall_us);
        let since = wall_us.saturating_sub(began).max(0);
        self.sessions.insert(
            session,
            OpenSession {
                origin_us: us(at).saturating_sub(since.saturating_mul(self.clock_rate)),
                origin_wall_us: began,
                pre_rolled: false,
                waveform: None,
            },
        );
        self.rows.push(Row::Resumed {
            session: session.to_string(),
        });
        let (since, until) = (us(self.began.at).min(us(at)), us(at));
        self.rows.push(Row::Gap {
            session: Some(session.to_string()),
            bout: None,
            run: self.run,
            what: "journal",
            from_us: since,
            to_us: until,
            lost: 0,
            reason: told::NOT_ON_YET.to_owned(),
        });
        let event = EventRow {
            detail: Some(serde_json::json!({ (told::SINCE): since }).to_string()),
            ..self.event_row(
                Some(session),
                None,
                at,
                EventKind::Session,
                told::GOES_ON.to_owned(),
            )
        };
        self.rows.push(Row::Event(Box::new(event)));
    }

    pub(super) fn plethysmogram(
        &mut self,
        session: SessionId,
        at: Timestamp,
        rate_hz: u16,
        samples: &[u16],
    ) {
        let run = self.run;
        let Some(open) = self.sessions.get_mut(&session) else {
            return;
        };
        let waveform = open
            .waveform
            .get_or_insert_with(|| WaveformWriter::new(rate_hz));
        for piece in waveform.push(at, rate_hz, samples) {
            self.rows.push(Row::Waveform {
                session: session.to_string(),
                run,
                piece,
            });
        }
    }

    pub(super) fn close_session(
        &mut self,
        session: SessionId,
        at: Timestamp,
        wall_us: i64,
        reason: EndReason,
    ) {
        let (word, rule) = match reason {
            EndReason::Rule(rule) => ("rule".to_owned(), Some(rule.name().to_owned())),
            EndReason::Completed | EndReason::Patient | EndReason::Staff | EndReason::GymClosed => {
                (word(&reason), None)
            }
        };
        let open: Vec<BoutId> = self
            .bouts
            .keys()
            .filter(|bout| bout.session == session)
            .copied()
            .collect();
        for bout in open {
            if let Some((row, _)) = self.finish_block(bout, at) {
                self.rows.push(Row::BoutClosed {
                    bout: row,
                    at_us: us(at),
                });
            }
            let closed = self.bouts.remove(&bout);
            self.ending.extend(closed.map(|closed| closed.row));
        }
        let mut detail = told::detail(&told::sum_of_end(us(at), wall_us));
        let event = self.event_row(
            Some(session),
            None,
            at,
            EventKind::Session,
            told::ended(&word, rule.as_deref()),
        );
        let waveform = self
            .sessions
            .remove(&session)
            .and_then(|open| open.waveform);
        if let Some(mut waveform) = waveform {
            if let Some(piece) = waveform.finish() {
                self.rows.push(Row::Waveform {
                    session: session.to_string(),
                    run: self.run,
                    piece,
                });
            }
            detail.insert(told::PLETHYSMOGRAM.to_owned(), waveform.blocks().into());
        }
        // It tells of all that was written before it.
        self.rows.push(Row::Ended {
            session: session.to_string(),
            event: Box::new(event),
            detail,
        });
        self.rows.push(Row::SessionClosed {
            session: session.to_string(),
            at_us: us(at),
            wall_us,
            reason: word,
            rule,
        });
    }
}

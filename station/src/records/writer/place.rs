//! Where and when something stands: the row of its bout, the second of its session, wall time by the last pair of clocks; and the events that
//! tell of it.

use protocols::vocabulary::Timestamp;

use super::super::chain::EventRow;
use super::super::codes::word;
use super::super::entry::{Anchor, Event, EventKind};
use super::super::identity::{BoutId, SessionId};
use super::rows::Row;
use super::{Writer, us};

/// The wall clock stepped where it is off by more, in microseconds.
const WALL_STEP_US: i64 = 1_000_000;

impl Writer {
    pub(super) fn anchor(&mut self, anchor: Anchor) {
        let off = anchor
            .wall_micros
            .saturating_sub(self.wall_us(None, anchor.at));
        if off.abs() > WALL_STEP_US {
            let seconds = off / 1_000_000;
            self.say(
                None,
                anchor.at,
                EventKind::Notice,
                format!("the wall clock stepped by about {seconds} s"),
            );
        }
        self.anchor = anchor;
        self.rows.push(Row::Anchor {
            run: self.run,
            anchor,
        });
    }

    pub(super) fn event(&mut self, event: Event) {
        let session = event.bout.map(|bout| bout.session);
        let row = event
            .bout
            .and_then(|bout| self.bouts.get(&bout))
            .map(|bout| bout.row);
        let stored = EventRow {
            rule: event.rule.map(|rule| rule.name().to_owned()),
            priority: event.priority.as_ref().map(word),
            act: event.act.as_ref().map(word),
            value: event.value,
            limit: event.limit,
            detail: event.detail.map(|detail| detail.to_string()),
            ..self.event_row(session, row, event.at, event.kind, event.text)
        };
        self.rows.push(Row::Event(Box::new(stored)));
    }

    /// The row of a bout, and the second of its session.
    pub(super) fn place(&mut self, bout: BoutId, at: Timestamp) -> Option<(i64, i64)> {
        let row = self.bouts.get(&bout).map(|open| open.row);
        if row.is_none() {
            self.stray(bout, at);
        }
        Some((row?, self.second(bout.session, at)?))
    }

    /// Whole seconds, to the nearest, since a session began.
    fn second(&self, session: SessionId, at: Timestamp) -> Option<i64> {
        let open = self.sessions.get(&session)?;
        Some(
            us(at)
                .saturating_sub(open.origin_us)
                .saturating_add(500_000)
                .div_euclid(1_000_000),
        )
    }

    /// Wall time, as well as the last pair of clocks tells it.
    pub(super) fn wall_us(&self, session: Option<SessionId>, at: Timestamp) -> i64 {
        let pre_rolled = session
            .and_then(|session| self.sessions.get(&session))
            .filter(|open| open.pre_rolled);
        match pre_rolled {
            Some(open) => open
                .origin_wall_us
                .saturating_add(us(at).saturating_sub(open.origin_us)),
            None => self
                .anchor
                .wall_micros
                .saturating_add(us(at).saturating_sub(us(self.anchor.at)) / self.clock_rate),
        }
    }

    pub(super) fn say(
        &mut self,
        session: Option<SessionId>,
        at: Timestamp,
        kind: EventKind,
        text: String,
    ) {
        let row = self.event_row(session, None, at, kind, text);
        self.rows.push(Row::Event(Box::new(row)));
    }

    pub(super) fn say_of_bout(&mut self, bout: BoutId, at: Timestamp, text: String) {
        let row = self.bouts.get(&bout).map(|open| open.row);
        let row = self.event_row(Some(bout.session), row, at, EventKind::Session, text);
        self.rows.push(Row::Event(Box::new(row)));
    }

    pub(super) fn event_row(
        &self,
        session: Option<SessionId>,
        bout: Option<i64>,
        at: Timestamp,
        kind: EventKind,
        text: String,
    ) -> EventRow {
        EventRow {
            session: session.map(|session| session.to_string()),
            bout,
            run: self.run,
            at_us: us(at),
            wall_us: self.wall_us(session, at),
            t_s: session.and_then(|session| self.second(session, at)),
            kind: word(&kind),
            text,
            ..EventRow::default()
        }
    }
}

//! The phases of a session's bouts, from its events: they tell to the tenth of a second what a row a second tells to the second, and also
//! where seconds are missing. Where events cannot be read its seconds tell.

use control::view::PhaseKind;

use super::super::codes;
use super::{BoutRecord, EventRecord, SessionRecord};

/// A phase of a bout, from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Which bout, from 1.
    pub bout: u16,
    /// The phase.
    pub phase: PhaseKind,
    /// From when, in microseconds after the session began.
    pub from_us: i64,
    /// To when.
    pub to_us: i64,
}

impl Span {
    /// How long, in microseconds.
    #[must_use]
    pub const fn length_us(&self) -> i64 {
        self.to_us.saturating_sub(self.from_us)
    }
}

impl SessionRecord {
    /// How much of a phase has no second, in microseconds.
    #[must_use]
    pub fn unrecorded_of(&self, span: &Span) -> i64 {
        self.bouts
            .iter()
            .filter(|bout| bout.number == span.bout)
            .flat_map(BoutRecord::missing)
            .map(|(from, to)| to.min(span.to_us).saturating_sub(from.max(span.from_us)))
            .filter(|length| *length > 0)
            .sum()
    }
}

pub(super) fn spans(session: &SessionRecord) -> Vec<Span> {
    session
        .bouts
        .iter()
        .flat_map(|bout| of_bout(session, bout))
        .collect()
}

fn of_bout(session: &SessionRecord, bout: &BoutRecord) -> Vec<Span> {
    let last = bout.seconds.last().map(|second| second.t_us);
    let end = bout.to_us.or(last).unwrap_or(bout.from_us);
    let changes: Vec<&EventRecord> = session
        .events
        .iter()
        .filter(|event| event.bout == Some(bout.number) && event.kind == "phase")
        .collect();
    let first = changes.first().copied();
    let (mut phase, mut since) = (began_in(session, bout, first), bout.from_us);
    let mut spans = Vec::new();
    for event in changes {
        push(&mut spans, session, bout, phase, since, event.t_us);
        since = event.t_us;
        // An event that does not say it as a code: the next second does.
        phase = told(event, "to")
            .or_else(|| {
                let next = bout.seconds.iter().find(|next| next.t_us >= event.t_us);
                next.map(|second| second.phase)
            })
            .unwrap_or(phase);
    }
    push(&mut spans, session, bout, phase, since, end);
    spans
}

/// The phase that a bout begins with. One that goes on after its gym was lost is in the phase that it was in, and no event says so.
fn began_in(session: &SessionRecord, bout: &BoutRecord, first: Option<&EventRecord>) -> PhaseKind {
    let left = first
        .filter(|event| !session.has_lost_events_within(bout.from_us, event.t_us))
        .and_then(|event| told(event, "from"));
    let second = bout.seconds.first().map(|second| second.phase);
    let later = first.and_then(|event| told(event, "from"));
    left.or(second).or(later).unwrap_or(PhaseKind::Idle)
}

/// The phase that an event says was left (`from`) or entered (`to`).
pub(super) fn told(event: &EventRecord, which: &str) -> Option<PhaseKind> {
    codes::read(event.detail.as_ref()?.get(which)?.as_str()?)
}

/// A stretch of a bout between two changes that events tell of, in the phase that it begins with. Where an event of another may be lost in it, each
/// of its seconds tells.
fn push(
    spans: &mut Vec<Span>,
    session: &SessionRecord,
    bout: &BoutRecord,
    phase: PhaseKind,
    from_us: i64,
    to_us: i64,
) {
    let mut span = Span {
        bout: bout.number,
        phase,
        from_us,
        to_us,
    };
    if session.has_lost_events_within(from_us, to_us) {
        let own = bout.seconds.iter();
        for second in own.filter(|second| second.t_us > from_us && second.t_us < to_us) {
            if second.phase != span.phase {
                let ended = Span {
                    to_us: second.t_us,
                    ..span
                };
                spans.extend(Some(ended).filter(|ended| ended.length_us() > 0));
                span = Span {
                    phase: second.phase,
                    from_us: second.t_us,
                    ..span
                };
            }
        }
    }
    spans.extend(Some(span).filter(|span| span.length_us() > 0));
}

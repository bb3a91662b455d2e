//! From turns to entries of the record: what happened, in the order in which it happened.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use control::input::{Device, Input};
use control::outputs::Outputs;
use control::prescription::BoutSetup;
use control::{DECISIONS, FORMAT};
use protocols::vocabulary::Timestamp;

use super::Circumstances;
use super::bay::Bay;
use super::visit::Visit;
use crate::clinic::earlier::Earlier;
use crate::config::BenchConfig;
use crate::records::observe::command_in_words;
use crate::records::wire::{LinkOf, WireEvent, WireRecord, WireStream};
use crate::records::{
    Anchor, BoutId, BoutObserver, BoutOpened, CoreState, EndReason, Entry, Event, EventKind,
    HOLE_US, JournalHeader, Kept, LearnedBout, PrescriptionText, SessionKind, SessionOpened, Turn,
};

const SECOND: Duration = Duration::from_secs(1);

/// A second that comes later than this after it was due leaves something missing before it: whoever reads the record judges it so.
const LATE: Duration = Duration::from_micros(HOLE_US.unsigned_abs()).saturating_sub(SECOND);

/// Entries wait here for the shell. The shell drains after every event, so that it never grows past a turn's worth.
pub(super) struct Chronicle {
    entries: VecDeque<Entry>,
    /// What of each bout's turns people are told.
    observers: BTreeMap<BoutId, BoutObserver>,
    /// What the last bouts of each patient taught.
    pub(super) earlier: Earlier,
    /// When each bout's next second is due.
    due: BTreeMap<BoutId, Timestamp>,
    /// What went over the wires of each bout since its last second; `None` where it is not kept.
    wires: Option<BTreeMap<(BoutId, Device), WireStream>>,
    is_virtual: bool,
    clock_rate: u32,
    pre_rolled: bool,
    anchor: Anchor,
    anchored: Timestamp,
}

impl Chronicle {
    pub(super) fn new(circumstances: Circumstances, is_virtual: bool, keep_wire: bool) -> Self {
        let anchor = Anchor {
            at: circumstances.now,
            wall_micros: circumstances.wall_micros,
        };
        let mut chronicle = Self {
            entries: VecDeque::with_capacity(64),
            observers: BTreeMap::new(),
            due: BTreeMap::new(),
            earlier: Earlier::NONE,
            wires: keep_wire.then(BTreeMap::new),
            is_virtual,
            clock_rate: circumstances.clock_rate.max(1),
            pre_rolled: circumstances.pre_rolled,
            anchor,
            anchored: circumstances.now,
        };
        chronicle.entries.push_back(Entry::Anchor(anchor));
        chronicle
    }

    pub(super) fn next(&mut self) -> Option<Entry> {
        self.entries.pop_front()
    }

    /// What was rolled before was on simulated time; from now on the wall clock goes along.
    pub(super) fn go_live(&mut self, now: Timestamp, wall_micros: i64) {
        self.pre_rolled = false;
        self.wall_shows(now, wall_micros);
    }

    /// The wall clock was read: each minute and after a step.
    pub(super) fn wall_shows(&mut self, now: Timestamp, wall_micros: i64) {
        self.anchor = Anchor {
            at: now,
            wall_micros,
        };
        self.anchored = now;
        self.entries.push_back(Entry::Anchor(self.anchor));
    }

    /// Wall time at an instant of the gym's time, by the last anchor.
    pub(super) fn wall_micros(&self, at: Timestamp) -> i64 {
        let passed = at.since(self.anchor.at).as_micros() / u128::from(self.clock_rate);
        self.anchor
            .wall_micros
            .saturating_add(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    /// An anchor each minute.
    pub(super) fn anchor(&mut self, now: Timestamp) {
        if now.since(self.anchored) >= Duration::from_mins(1) {
            let wall_micros = self.wall_micros(now);
            self.wall_shows(now, wall_micros);
        }
    }

    pub(super) fn session_began(&mut self, now: Timestamp, visit: &Visit) {
        self.entries
            .push_back(Entry::SessionOpened(Box::new(SessionOpened {
                session: visit.session,
                patient: visit.patient.pseudonym.clone(),
                kind: if self.is_virtual {
                    SessionKind::Virtual
                } else {
                    SessionKind::Real
                },
                clock_rate: self.clock_rate,
                pre_rolled: self.pre_rolled,
                at: now,
                wall_micros: self.wall_micros(now),
            })));
    }

    pub(super) fn session_resumed(&mut self, now: Timestamp, visit: &Visit) {
        let wall_micros = self.wall_micros(now);
        self.entries.push_back(Entry::SessionResumed {
            session: visit.session,
            at: now,
            wall_micros,
        });
    }

    /// The bay holds the visit whose bout begins; its core has not had its first turn.
    pub(super) fn bout_began(&mut self, now: Timestamp, bay: &Bay, setup: &BoutSetup) {
        let Some(visit) = bay.visit.as_ref() else {
            return;
        };
        let Some(state) = state_of(bay) else { return };
        self.due.insert(visit.bout_id(), now);
        let prescription = &visit.prescription;
        let header = JournalHeader {
            build: env!("CARGO_PKG_VERSION").to_owned(),
            decisions: DECISIONS,
            state_format: FORMAT,
            configuration: format!("station {} {} {}", bay.number, bay.name, bay.protocol.id()),
            rules: format!("rules of decisions {DECISIONS}"),
            capabilities: bay.capabilities,
            setup: *setup,
            anchor: Anchor {
                at: now,
                wall_micros: self.wall_micros(now),
            },
            state,
        };
        self.entries
            .push_back(Entry::BoutOpened(Box::new(BoutOpened {
                bout: visit.bout_id(),
                at: now,
                station: bay.number,
                protocol: bay.protocol.id().to_owned(),
                prescription: PrescriptionText {
                    id: prescription.id.clone(),
                    version: prescription.version,
                    text: prescription.text.clone(),
                },
                header,
            })));
    }

    pub(super) fn bout_ended(&mut self, now: Timestamp, bay: &mut Bay) {
        let closed = Anchor {
            at: now,
            wall_micros: self.wall_micros(now),
        };
        if let Some(visit) = bay.visit.as_mut()
            && visit.bout_closed.is_none()
        {
            visit.bout_closed = Some(closed);
            let wires = self.take_wires(visit.bout_id());
            self.entries.extend(wires);
            self.account_for_seconds(now, visit.bout_id());
            self.due.remove(&visit.bout_id());
            self.observers.remove(&visit.bout_id());
            if let Some(learned) = bay.core.view().learned {
                visit.found = None;
                visit.find(now, Some(&learned));
                let kept = Kept {
                    patient: visit.patient.pseudonym.clone(),
                    bout: visit.bout_id(),
                    machine: bay.capabilities.kind,
                    is_virtual: self.is_virtual,
                    learned,
                };
                self.earlier.keep(kept.clone());
                self.entries.push_back(Entry::Learned(Box::new(LearnedBout {
                    kept,
                    at: now,
                    judged: visit.judged(),
                })));
            }
            self.entries.push_back(Entry::BoutClosed {
                bout: visit.bout_id(),
                at: now,
            });
        }
    }

    pub(super) fn session_ended(&mut self, now: Timestamp, bay: &mut Bay, reason: EndReason) {
        self.bout_ended(now, bay);
        if let Some(visit) = bay.visit.as_ref() {
            self.session_closed(now, visit, reason);
        }
    }

    /// Nobody ended it: it was over when its last bout was.
    pub(super) fn session_ended_with_its_bout(
        &mut self,
        now: Timestamp,
        bay: &mut Bay,
        reason: EndReason,
    ) {
        self.bout_ended(now, bay);
        if let Some(visit) = bay.visit.as_ref()
            && let Some(over) = visit.bout_closed
        {
            self.entries.push_back(closed(visit, over, reason));
        }
    }

    pub(super) fn session_closed(&mut self, now: Timestamp, visit: &Visit, reason: EndReason) {
        let over = Anchor {
            at: now,
            wall_micros: self.wall_micros(now),
        };
        self.entries.push_back(closed(visit, over, reason));
    }

    /// One turn: the journal's entry, and what of it people and the chain of hashes are told.
    pub(super) fn turn(&mut self, now: Timestamp, bay: &Bay, input: &Input, outputs: &Outputs) {
        let Some(visit) = bay
            .visit
            .as_ref()
            .filter(|visit| visit.bout_closed.is_none())
        else {
            self.turn_without_patient(now, bay, outputs);
            return;
        };
        let bout = visit.bout_id();
        let turn = Turn {
            bout,
            now,
            input: input.clone(),
            outputs: outputs.clone(),
        };
        self.entries.push_back(Entry::Turn(Box::new(turn)));
        let rows = self
            .observer(bout, bay)
            .turn(now, input, outputs, &bay.core);
        self.entries.extend(rows);
    }

    fn observer(&mut self, bout: BoutId, bay: &Bay) -> &mut BoutObserver {
        self.observers.entry(bout).or_insert_with(|| {
            let observer = BoutObserver::new(bout);
            if bay.bench == BenchConfig::None {
                observer.without_relay()
            } else {
                observer
            }
        })
    }

    /// A command that leaves while nobody has a session has its entry too (I7).
    fn turn_without_patient(&mut self, now: Timestamp, bay: &Bay, outputs: &Outputs) {
        if let Some(told) = command_in_words(outputs) {
            self.notice(now, &format!("{}, no session: {told}", bay.name));
        }
    }

    pub(super) fn sample(&mut self, now: Timestamp, bay: &mut Bay) {
        let Some(visit) = bay
            .visit
            .as_mut()
            .filter(|visit| visit.bout_closed.is_none())
        else {
            return;
        };
        if visit.sampled == Some(now.as_secs()) {
            return;
        }
        visit.sampled = Some(now.as_secs());
        visit.find(now, bay.core.view().learned.as_ref());
        let bout = visit.bout_id();
        self.account_for_seconds(now, bout);
        self.due.insert(bout, now + SECOND);
        let sample = self.observer(bout, bay).sample(now, &bay.core);
        self.entries.push_back(sample);
        let wires = self.take_wires(bout);
        self.entries.extend(wires);
    }

    /// A gym that stood still has no seconds of that time, and nothing else in the record would tell why.
    fn account_for_seconds(&mut self, now: Timestamp, bout: BoutId) {
        let Some(due) = self.due.get(&bout).copied() else {
            return;
        };
        let late = now.since(due);
        if late > LATE {
            self.entries.push_back(Entry::StoodStill {
                bout,
                from: due,
                to: now,
                seconds: (late + SECOND / 2).as_secs(),
            });
        }
    }

    /// Something happened on the wire of a device that serves this bay. It is handed on with the bout's next second.
    pub(super) fn wire(
        &mut self,
        now: Timestamp,
        (bay, device): (&Bay, Device),
        link: &LinkOf,
        event: WireEvent,
    ) {
        let (Some(wires), Some(visit)) = (
            self.wires.as_mut(),
            bay.visit
                .as_ref()
                .filter(|visit| visit.bout_closed.is_none()),
        ) else {
            return;
        };
        let bout = visit.bout_id();
        let stream = wires.entry((bout, device)).or_insert_with(|| WireStream {
            bout,
            device,
            link: link.clone(),
            records: Vec::new(),
        });
        if stream.link != *link {
            // Another sensor in its place: what the first one said stands before it.
            let next = WireStream {
                link: link.clone(),
                records: Vec::new(),
                ..*stream
            };
            let done = std::mem::replace(stream, next);
            self.entries.push_back(Entry::Wire(Box::new(done)));
        }
        stream.records.push(WireRecord { at: now, event });
    }

    fn take_wires(&mut self, bout: BoutId) -> Vec<Entry> {
        let Some(wires) = self.wires.as_mut() else {
            return Vec::new();
        };
        [Device::Machine, Device::Strap, Device::Oximeter]
            .into_iter()
            .filter_map(|device| wires.remove(&(bout, device)))
            .filter(|stream| !stream.records.is_empty())
            .map(|stream| Entry::Wire(Box::new(stream)))
            .collect()
    }

    /// Writes the whole core down. `replaces`: the turns before do not lead here, as after a panic.
    pub(super) fn checkpoint(&mut self, now: Timestamp, bay: &Bay, replaces: bool) {
        if let Some(visit) = bay
            .visit
            .as_ref()
            .filter(|visit| visit.bout_closed.is_none())
            && let Some(state) = state_of(bay)
        {
            self.entries.push_back(Entry::Checkpoint {
                bout: visit.bout_id(),
                now,
                state,
                replaces,
            });
        }
    }

    pub(super) fn plethysmogram(&mut self, visit: &Visit, sent_at: Timestamp, samples: [u8; 25]) {
        if visit.bout_closed.is_none() {
            self.entries.push_back(Entry::Plethysmogram {
                session: visit.session,
                at: sent_at.before(Duration::from_millis(320)),
                rate_hz: 75,
                samples: samples.iter().map(|sample| u16::from(*sample)).collect(),
            });
        }
    }

    pub(super) fn words(&mut self, now: Timestamp, bay: &Bay, text: &str) {
        match bay.visit.as_ref() {
            Some(visit) => self.event(visit.bout_id(), now, EventKind::Notice, text.to_owned()),
            None => self.notice(now, text),
        }
    }

    pub(super) fn notice(&mut self, now: Timestamp, text: &str) {
        self.entries.push_back(Entry::Notice {
            at: now,
            text: text.to_owned(),
        });
    }

    fn event(&mut self, bout: BoutId, at: Timestamp, kind: EventKind, text: String) {
        self.entries
            .push_back(Entry::Event(Box::new(plain(bout, at, kind, text))));
    }
}

impl Visit {
    /// The bout's place in the record.
    pub(super) const fn bout_id(&self) -> BoutId {
        BoutId {
            session: self.session,
            number: self.bout,
        }
    }
}

fn closed(visit: &Visit, over: Anchor, reason: EndReason) -> Entry {
    Entry::SessionClosed {
        session: visit.session,
        at: over.at,
        wall_micros: over.wall_micros,
        reason,
    }
}

fn plain(bout: BoutId, at: Timestamp, kind: EventKind, text: String) -> Event {
    Event {
        bout: Some(bout),
        at,
        kind,
        rule: None,
        priority: None,
        act: None,
        value: None,
        limit: None,
        text,
        detail: None,
    }
}

fn state_of(bay: &Bay) -> Option<CoreState> {
    match CoreState::of(&bay.core) {
        Ok(state) => Some(state),
        Err(error) => {
            tracing::error!(%error, station = bay.number, "the core's state cannot be written down");
            None
        }
    }
}

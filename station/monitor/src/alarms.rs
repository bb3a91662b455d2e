//! **I8**: alarms.
//!
//! The one shown is one of the most urgent that stand. None leaves before it has stood for 5 s, before its raise is in the journal, or,
//! latched, before a person acknowledged it; and only a person's act acknowledges. What was raised in a gap of the record is in the
//! journal from the next whole state.

use protocols::vocabulary::Timestamp;

use crate::breach::{Invariant, Ledger};
use crate::call::{Act, AlarmChange, AlarmId, Priority, Seen};
use crate::scene::Turn;

/// The alarms that stand.
#[derive(Debug, Clone)]
pub(crate) struct Alarms {
    standing: Vec<Standing>,
    record_has_gap: bool,
    /// A wrong alarm is shown, and was told.
    told: bool,
}

#[derive(Debug, Clone, Copy)]
struct Standing {
    id: AlarmId,
    priority: Priority,
    since: Timestamp,
    latched: bool,
    acknowledged: bool,
    journaled: bool,
}

impl Alarms {
    /// Room for as many as there are rules; more is no harm.
    const ROOM: usize = 96;

    pub(crate) fn new() -> Self {
        Self {
            standing: Vec::with_capacity(Self::ROOM),
            record_has_gap: false,
            told: false,
        }
    }

    /// The priority of the most urgent alarm that stands, and whether all of that priority are acknowledged.
    pub(crate) fn most_urgent(&self) -> Option<(Priority, bool)> {
        let priority = self.standing.iter().map(|alarm| alarm.priority).max()?;
        let acknowledged = self
            .standing
            .iter()
            .filter(|alarm| alarm.priority == priority)
            .all(|alarm| alarm.acknowledged);
        Some((priority, acknowledged))
    }

    pub(crate) fn judge(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        if let Seen::Record { whole } = turn.call.input {
            self.record_has_gap = !whole;
            if whole {
                for alarm in &mut self.standing {
                    alarm.journaled = true;
                }
            }
        }
        for change in turn.call.left.alarms {
            match *change {
                AlarmChange::Raised {
                    id,
                    priority,
                    latched,
                } => self.raise(id, priority, latched, turn),
                AlarmChange::Acknowledged { id } => self.acknowledge(id, turn, ledger),
                AlarmChange::Cleared { id } => self.clear(id, turn, ledger),
            }
        }
        self.shown(turn, ledger);
    }

    fn raise(&mut self, id: AlarmId, priority: Priority, latched: bool, turn: &Turn<'_>) {
        let journaled =
            !self.record_has_gap && turn.call.left.entry.is_some_and(|entry| entry.alarms);
        if let Some(alarm) = self.standing.iter_mut().find(|alarm| alarm.id == id) {
            alarm.priority = priority;
            alarm.latched = latched;
        } else {
            self.standing.push(Standing {
                id,
                priority,
                since: turn.now,
                latched,
                acknowledged: false,
                journaled,
            });
        }
    }

    fn acknowledge(&mut self, id: AlarmId, turn: &Turn<'_>, ledger: &mut Ledger) {
        let input = turn.call.input;
        let by_a_person =
            input == Seen::Act(Act::Acknowledge(id)) || input == Seen::Act(Act::AcknowledgeAll);
        if !by_a_person || turn.call.left.refused {
            ledger.write(
                Invariant::I8,
                turn.now,
                format_args!("alarm {} counts as acknowledged, and by nobody", id.0),
            );
        }
        if let Some(alarm) = self.standing.iter_mut().find(|alarm| alarm.id == id) {
            alarm.acknowledged |= by_a_person;
        }
    }

    fn clear(&mut self, id: AlarmId, turn: &Turn<'_>, ledger: &mut Ledger) {
        let Some(place) = self.standing.iter().position(|alarm| alarm.id == id) else {
            return;
        };
        let alarm = self.standing.swap_remove(place);
        let stood = turn.now.since(alarm.since);
        let mut early = |why: core::fmt::Arguments<'_>| {
            ledger.write(
                Invariant::I8,
                turn.now,
                format_args!("alarm {} left {why}", id.0),
            );
        };
        if stood < turn.charter.times.alarm_stands {
            early(format_args!("after {:.1} s", stood.as_secs_f64()));
        }
        if alarm.latched && !alarm.acknowledged {
            early(format_args!("latched, and nobody acknowledged it"));
        }
        if !alarm.journaled {
            early(format_args!("and its raise is not in the journal"));
        }
    }

    fn shown(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        let most = self.standing.iter().map(|alarm| alarm.priority).max();
        let shown = turn.call.left.alarm_shown;
        let priority = shown.and_then(|id| {
            self.standing
                .iter()
                .find(|alarm| alarm.id == id)
                .map(|alarm| alarm.priority)
        });
        if priority == most && shown.is_some() == most.is_some() {
            self.told = false;
        } else if !self.told {
            self.told = true;
            ledger.write(
                Invariant::I8,
                turn.now,
                format_args!("shown is {shown:?} ({priority:?}), the most urgent is {most:?}"),
            );
        }
    }
}

//! The phases of a bout: one state machine, one transition function, every pair of phase and event named.
//!
//! ```text
//! idle ─► ready ─► (starting) ─► warm-up ─► conditioning ─► cool-down ─► recovery ─► finished ─► ready …
//!                      ▲             └──────────┬──────────────┘ ▲ back by a person      ▲
//!                      └── paused, stopped ◄────┘  (what was interrupted is kept) ───────┘
//! ```
//!
//! Promises: a bout that was interrupted knows how much of which phase was done; time spent waiting does not count; only a person
//! leads out of a stop, and a belt moves only after its warning.

mod exercise;

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

pub use exercise::{Back, Exercise, Suspended};

use crate::outputs::Refusal;
use crate::view::PhaseKind;

/// Where a bout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// No patient.
    Idle,
    /// A patient is there; the interlock is watched.
    Ready(Preparation),
    /// A belt's warning runs, then this goes on.
    Starting(Exercise),
    /// Warm-up, conditioning or cool-down.
    Exercise(Exercise),
    /// Load is off, signs are watched.
    Recovery,
    /// The bout is over.
    Finished,
    /// Load is at nothing, this waits.
    Paused {
        /// What goes on after it.
        interrupted: Exercise,
        /// Who made it wait.
        by: Waiting,
    },
    /// A stop rule fired.
    Stopped {
        /// What goes on once a person has acknowledged and resumed.
        interrupted: Suspended,
    },
}

/// What has been done in the ready phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preparation {
    /// The check at the door was done.
    pub door_checked: bool,
    /// When a person confirmed patient, machine and surroundings.
    pub confirmed: Option<Timestamp>,
    /// Every required signal has been good without a break since.
    pub steady_since: Option<Timestamp>,
}

/// Who made a bout wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// A person: a person ends it.
    Person,
    /// A rule: it ends with the rule.
    Rule,
}

/// What moves a bout from one phase to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A patient takes the station.
    Begin,
    /// The interlock is clear.
    InterlockClear,
    /// A belt's warning is over.
    WarningOver,
    /// The phase's time is over.
    TimeOver,
    /// A person interrupts.
    Pause,
    /// A person goes on.
    Resume,
    /// A person begins the cool-down.
    BeginCoolDown,
    /// A person ends the bout.
    Finish,
    /// A rule makes it a cool-down.
    RuleCoolDown,
    /// A rule makes it wait.
    RuleWait,
    /// The rule that made it wait has ended.
    RuleWaitOver,
    /// A stop rule fired.
    RuleStop,
    /// The gym closes: nobody goes on.
    GymCloses,
}

impl Event {
    /// Every event, in no order that matters.
    pub const ALL: [Self; 13] = [
        Self::Begin,
        Self::InterlockClear,
        Self::WarningOver,
        Self::TimeOver,
        Self::Pause,
        Self::Resume,
        Self::BeginCoolDown,
        Self::Finish,
        Self::RuleCoolDown,
        Self::RuleWait,
        Self::RuleWaitOver,
        Self::RuleStop,
        Self::GymCloses,
    ];
}

/// What a transition needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Time spent in the present stretch of the phase.
    pub stretch: Duration,
    /// The machine is a belt: it warns before it moves.
    pub belt: bool,
}

impl Phase {
    /// The phase without its data.
    #[must_use]
    pub const fn kind(&self) -> PhaseKind {
        match self {
            Self::Idle => PhaseKind::Idle,
            Self::Ready(_) => PhaseKind::Ready,
            Self::Starting(_) => PhaseKind::Starting,
            Self::Exercise(exercise) => exercise.kind(),
            Self::Recovery => PhaseKind::Recovery,
            Self::Finished => PhaseKind::Finished,
            Self::Paused { .. } => PhaseKind::Paused,
            Self::Stopped { .. } => PhaseKind::Stopped,
        }
    }

    /// The phase that a pause, a stop or a belt's warning stands before.
    #[must_use]
    pub const fn interrupted(&self) -> Option<PhaseKind> {
        match self {
            Self::Paused { interrupted, .. } | Self::Starting(interrupted) => {
                Some(interrupted.kind())
            }
            Self::Stopped { interrupted } => Some(match interrupted {
                Suspended::Exercise(exercise) => exercise.kind(),
                Suspended::Recovery => PhaseKind::Recovery,
            }),
            Self::Idle | Self::Ready(_) | Self::Exercise(_) | Self::Recovery | Self::Finished => {
                None
            }
        }
    }

    /// Whether exercise, or its pause, is under way.
    #[must_use]
    pub const fn is_exercising(&self) -> bool {
        match self {
            Self::Starting(_) | Self::Exercise(_) | Self::Paused { .. } => true,
            Self::Idle
            | Self::Ready(_)
            | Self::Recovery
            | Self::Finished
            | Self::Stopped { .. } => false,
        }
    }

    /// The phase after `event`.
    ///
    /// # Errors
    /// [`Refusal::NotNow`] where the event has no meaning in this phase; nothing changes then.
    pub const fn after(self, event: Event, passage: Passage) -> Result<Self, Refusal> {
        match self {
            Self::Idle | Self::Finished => self.between_bouts(event),
            Self::Ready(preparation) => preparation.after(event, passage),
            Self::Starting(exercise) => exercise.after_starting(event),
            Self::Exercise(exercise) => exercise.after(event, passage),
            Self::Recovery => Self::after_recovery(event),
            Self::Paused { interrupted, by } => interrupted.after_pause(by, event, passage),
            Self::Stopped { interrupted } => interrupted.after_stop(event, passage),
        }
    }

    const fn between_bouts(self, event: Event) -> Result<Self, Refusal> {
        match event {
            Event::Begin => Ok(Self::Ready(Preparation {
                door_checked: false,
                confirmed: None,
                steady_since: None,
            })),
            Event::RuleStop
            | Event::RuleCoolDown
            | Event::RuleWait
            | Event::RuleWaitOver
            | Event::GymCloses => Ok(self),
            Event::InterlockClear
            | Event::WarningOver
            | Event::TimeOver
            | Event::Pause
            | Event::Resume
            | Event::BeginCoolDown
            | Event::Finish => Err(Refusal::NotNow),
        }
    }

    const fn after_recovery(event: Event) -> Result<Self, Refusal> {
        match event {
            Event::TimeOver | Event::Finish | Event::GymCloses => Ok(Self::Finished),
            Event::RuleStop => Ok(Self::Stopped {
                interrupted: Suspended::Recovery,
            }),
            Event::RuleCoolDown | Event::RuleWait | Event::RuleWaitOver => Ok(Self::Recovery),
            Event::Begin
            | Event::InterlockClear
            | Event::WarningOver
            | Event::Pause
            | Event::Resume
            | Event::BeginCoolDown => Err(Refusal::NotNow),
        }
    }

    /// On to exercise: at once, or after a belt's warning.
    const fn on_to(exercise: Exercise, passage: Passage) -> Self {
        if passage.belt {
            Self::Starting(exercise)
        } else {
            Self::Exercise(exercise)
        }
    }
}

impl Preparation {
    const fn after(self, event: Event, passage: Passage) -> Result<Phase, Refusal> {
        match event {
            Event::InterlockClear => Ok(Phase::on_to(
                Exercise::WarmUp {
                    before: Duration::ZERO,
                },
                passage,
            )),
            Event::Finish | Event::GymCloses => Ok(Phase::Finished),
            // A stop takes back the confirmation: nothing may begin to move on a word that was given before it.
            Event::RuleStop => Ok(Phase::Ready(Self {
                confirmed: None,
                ..self
            })),
            Event::RuleCoolDown | Event::RuleWait | Event::RuleWaitOver => Ok(Phase::Ready(self)),
            Event::Begin
            | Event::WarningOver
            | Event::TimeOver
            | Event::Pause
            | Event::Resume
            | Event::BeginCoolDown => Err(Refusal::NotNow),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A_MINUTE: Duration = Duration::from_mins(1);

    fn exercises() -> [Exercise; 5] {
        let before = A_MINUTE;
        [
            Exercise::WarmUp { before },
            Exercise::Conditioning { before },
            Exercise::CoolDown { before, back: None },
            Exercise::CoolDown {
                before,
                back: Some(Back::WarmUp(before)),
            },
            Exercise::CoolDown {
                before,
                back: Some(Back::Conditioning(before)),
            },
        ]
    }

    fn phases() -> std::vec::Vec<Phase> {
        let mut phases = std::vec![
            Phase::Idle,
            Phase::Ready(Preparation {
                door_checked: true,
                confirmed: Some(Timestamp::ZERO),
                steady_since: None,
            }),
            Phase::Recovery,
            Phase::Finished,
            Phase::Stopped {
                interrupted: Suspended::Recovery,
            },
        ];
        for exercise in exercises() {
            phases.extend([
                Phase::Starting(exercise),
                Phase::Exercise(exercise),
                Phase::Paused {
                    interrupted: exercise,
                    by: Waiting::Person,
                },
                Phase::Paused {
                    interrupted: exercise,
                    by: Waiting::Rule,
                },
                Phase::Stopped {
                    interrupted: Suspended::Exercise(exercise),
                },
            ]);
        }
        phases
    }

    fn passages() -> [Passage; 2] {
        [false, true].map(|belt| Passage {
            stretch: A_MINUTE,
            belt,
        })
    }

    /// Every pair of phase and event, on both kinds of machine.
    fn every_pair() -> impl Iterator<Item = (Phase, Event, Passage)> {
        phases().into_iter().flat_map(|phase| {
            passages().into_iter().flat_map(move |passage| {
                Event::ALL
                    .into_iter()
                    .map(move |event| (phase, event, passage))
            })
        })
    }

    #[test]
    fn a_rule_is_never_refused() {
        for (phase, event, passage) in every_pair() {
            let by_rule = matches!(
                event,
                Event::RuleStop
                    | Event::RuleCoolDown
                    | Event::RuleWait
                    | Event::RuleWaitOver
                    | Event::GymCloses
            );
            if by_rule {
                assert!(phase.after(event, passage).is_ok(), "{phase:?} {event:?}");
            }
        }
    }

    #[test]
    fn a_gym_that_closes_leaves_nobody_in_a_bout() {
        for (phase, event, passage) in every_pair() {
            if event == Event::GymCloses {
                let after = phase.after(event, passage);
                let over = matches!(after, Ok(Phase::Idle | Phase::Finished));
                assert!(over, "{phase:?}: {after:?}");
            }
        }
    }

    #[test]
    fn a_stop_leaves_no_phase_with_load_and_only_a_person_leads_out_of_it() {
        for (phase, event, passage) in every_pair() {
            let after = phase.after(event, passage);
            if event == Event::RuleStop {
                assert!(!after.is_ok_and(|after| after.is_exercising()), "{phase:?}");
            }
            let leads_out = matches!(phase, Phase::Stopped { .. })
                && after.is_ok_and(|after| !matches!(after, Phase::Stopped { .. }));
            if leads_out {
                assert!(
                    matches!(event, Event::Resume | Event::Finish | Event::GymCloses),
                    "{event:?}"
                );
            }
        }
    }

    #[test]
    fn a_belt_that_stood_moves_only_after_its_warning() {
        for (phase, event, passage) in every_pair() {
            let stood = !matches!(phase, Phase::Exercise(_));
            let moves = matches!(phase.after(event, passage), Ok(Phase::Exercise(_)));
            if passage.belt && stood && moves {
                assert_eq!(event, Event::WarningOver, "{phase:?}");
            }
        }
    }

    #[test]
    fn nobody_exercises_without_a_start_that_was_confirmed() {
        for (phase, event, passage) in every_pair() {
            if matches!(phase, Phase::Idle | Phase::Finished | Phase::Ready(_)) {
                let after = phase.after(event, passage);
                let exercising = after.is_ok_and(|after| after.is_exercising());
                assert!(
                    !exercising || event == Event::InterlockClear,
                    "{phase:?} {event:?}"
                );
            }
        }
    }

    #[test]
    fn what_was_interrupted_goes_on_where_it_was() {
        let cycle = Passage {
            stretch: A_MINUTE,
            belt: false,
        };
        for exercise in exercises() {
            for event in [Event::Pause, Event::RuleStop] {
                let waits = Phase::Exercise(exercise)
                    .after(event, cycle)
                    .expect("it can");
                let goes_on = waits.after(Event::Resume, cycle).expect("it can");
                let Phase::Exercise(again) = goes_on else {
                    panic!("{goes_on:?}");
                };
                assert_eq!(again.kind(), exercise.kind());
                assert_eq!(again.before(), exercise.before() + A_MINUTE);
            }
        }
    }

    #[test]
    fn a_persons_pause_outlasts_a_rules() {
        let cycle = Passage {
            stretch: A_MINUTE,
            belt: false,
        };
        let conditioning = Exercise::Conditioning { before: A_MINUTE };
        let paused = Phase::Exercise(conditioning)
            .after(Event::RuleWait, cycle)
            .and_then(|phase| phase.after(Event::Pause, cycle))
            .expect("it can");
        let after = paused.after(Event::RuleWaitOver, cycle).expect("it can");
        assert_eq!(after, paused);
    }

    #[test]
    fn what_a_pause_a_stop_or_a_warning_stands_before_is_known() {
        for phase in phases() {
            let expected = match phase {
                Phase::Starting(exercise)
                | Phase::Paused {
                    interrupted: exercise,
                    ..
                }
                | Phase::Stopped {
                    interrupted: Suspended::Exercise(exercise),
                } => Some(exercise.kind()),
                Phase::Stopped {
                    interrupted: Suspended::Recovery,
                } => Some(PhaseKind::Recovery),
                Phase::Idle
                | Phase::Ready(_)
                | Phase::Exercise(_)
                | Phase::Recovery
                | Phase::Finished => None,
            };
            assert_eq!(phase.interrupted(), expected, "{phase:?}");
        }
    }

    #[test]
    fn a_stop_before_the_start_takes_back_the_word_and_nothing_else() {
        let ready = Preparation {
            door_checked: true,
            confirmed: Some(Timestamp::ZERO),
            steady_since: Some(Timestamp::ZERO),
        };
        for passage in passages() {
            let stopped = Phase::Ready(ready).after(Event::RuleStop, passage);
            assert_eq!(
                stopped,
                Ok(Phase::Ready(Preparation {
                    confirmed: None,
                    ..ready
                }))
            );
            let waits = Phase::Ready(ready).after(Event::RuleWait, passage);
            assert_eq!(waits, Ok(Phase::Ready(ready)));
        }
    }
}

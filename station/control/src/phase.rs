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

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// A person confirmed patient, machine and surroundings.
    pub confirmed: bool,
    /// Every required signal has been good without a break since.
    pub steady_since: Option<Timestamp>,
}

/// A phase in which load is on, with the time that was spent in it before the present stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exercise {
    /// Warm-up.
    WarmUp {
        /// Time spent in it before.
        before: Duration,
    },
    /// Conditioning.
    Conditioning {
        /// Time spent in it before.
        before: Duration,
    },
    /// Cool-down.
    CoolDown {
        /// Time spent in it before.
        before: Duration,
        /// Where a person may go back to; `None` where conditioning was done.
        back: Option<Back>,
    },
}

/// What a cool-down cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Back {
    /// Warm-up, so much of it done.
    WarmUp(Duration),
    /// Conditioning, so much of it done.
    Conditioning(Duration),
}

/// Who made a bout wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// A person: a person ends it.
    Person,
    /// A rule: it ends with the rule.
    Rule,
}

/// What a stop interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suspended {
    /// Exercise.
    Exercise(Exercise),
    /// The recovery watch.
    Recovery,
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
                confirmed: false,
                steady_since: None,
            })),
            Event::RuleStop | Event::RuleCoolDown | Event::RuleWait | Event::RuleWaitOver => {
                Ok(self)
            }
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
            Event::TimeOver | Event::Finish => Ok(Self::Finished),
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
            Event::Finish => Ok(Phase::Finished),
            // A stop takes back the confirmation: nothing may begin to move on a word that was given before it.
            Event::RuleStop => Ok(Phase::Ready(Self {
                confirmed: false,
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

impl Exercise {
    /// The phase without its data.
    #[must_use]
    pub const fn kind(&self) -> PhaseKind {
        match self {
            Self::WarmUp { .. } => PhaseKind::WarmUp,
            Self::Conditioning { .. } => PhaseKind::Conditioning,
            Self::CoolDown { .. } => PhaseKind::CoolDown,
        }
    }

    /// Time spent in it before the present stretch.
    #[must_use]
    pub const fn before(&self) -> Duration {
        match self {
            Self::WarmUp { before }
            | Self::Conditioning { before }
            | Self::CoolDown { before, .. } => *before,
        }
    }

    /// The same with the present stretch counted.
    const fn counted(self, stretch: Duration) -> Self {
        let before = self.before().saturating_add(stretch);
        match self {
            Self::WarmUp { .. } => Self::WarmUp { before },
            Self::Conditioning { .. } => Self::Conditioning { before },
            Self::CoolDown { back, .. } => Self::CoolDown { before, back },
        }
    }

    /// The cool-down that begins now; one that is under way goes on.
    const fn cooled_down(self) -> Self {
        let back = match self {
            Self::WarmUp { before } => Some(Back::WarmUp(before)),
            Self::Conditioning { before } => Some(Back::Conditioning(before)),
            Self::CoolDown { .. } => return self,
        };
        Self::CoolDown {
            before: Duration::ZERO,
            back,
        }
    }

    const fn after(self, event: Event, passage: Passage) -> Result<Phase, Refusal> {
        let counted = self.counted(passage.stretch);
        match event {
            Event::TimeOver => Ok(self.over()),
            Event::Pause => Ok(Phase::Paused {
                interrupted: counted,
                by: Waiting::Person,
            }),
            Event::RuleWait => Ok(Phase::Paused {
                interrupted: counted,
                by: Waiting::Rule,
            }),
            Event::RuleStop => Ok(Phase::Stopped {
                interrupted: Suspended::Exercise(counted),
            }),
            Event::RuleCoolDown => Ok(match self {
                Self::WarmUp { .. } | Self::Conditioning { .. } => {
                    Phase::Exercise(counted.cooled_down())
                }
                Self::CoolDown { .. } => Phase::Exercise(self),
            }),
            Event::RuleWaitOver => Ok(Phase::Exercise(self)),
            Event::BeginCoolDown => match self {
                Self::WarmUp { .. } | Self::Conditioning { .. } => {
                    Ok(Phase::Exercise(counted.cooled_down()))
                }
                Self::CoolDown { .. } => Err(Refusal::NotNow),
            },
            Event::Resume => self.back(),
            Event::Finish => match self {
                Self::CoolDown { .. } => Ok(Phase::Finished),
                Self::WarmUp { .. } | Self::Conditioning { .. } => Err(Refusal::NotNow),
            },
            Event::Begin | Event::InterlockClear | Event::WarningOver => Err(Refusal::NotNow),
        }
    }

    /// What follows when its time is over.
    const fn over(self) -> Phase {
        match self {
            Self::WarmUp { .. } => Phase::Exercise(Self::Conditioning {
                before: Duration::ZERO,
            }),
            Self::Conditioning { .. } => Phase::Exercise(Self::CoolDown {
                before: Duration::ZERO,
                back: None,
            }),
            Self::CoolDown { .. } => Phase::Recovery,
        }
    }

    /// Out of a cool-down that came early, back to what it cut short.
    const fn back(self) -> Result<Phase, Refusal> {
        match self {
            Self::CoolDown {
                back: Some(Back::WarmUp(before)),
                ..
            } => Ok(Phase::Exercise(Self::WarmUp { before })),
            Self::CoolDown {
                back: Some(Back::Conditioning(before)),
                ..
            } => Ok(Phase::Exercise(Self::Conditioning { before })),
            Self::CoolDown { back: None, .. } | Self::WarmUp { .. } | Self::Conditioning { .. } => {
                Err(Refusal::NotNow)
            }
        }
    }

    const fn after_starting(self, event: Event) -> Result<Phase, Refusal> {
        match event {
            Event::WarningOver => Ok(Phase::Exercise(self)),
            Event::Pause => Ok(Phase::Paused {
                interrupted: self,
                by: Waiting::Person,
            }),
            Event::RuleWait => Ok(Phase::Paused {
                interrupted: self,
                by: Waiting::Rule,
            }),
            Event::RuleStop => Ok(Phase::Stopped {
                interrupted: Suspended::Exercise(self),
            }),
            Event::RuleCoolDown => Ok(Phase::Starting(self.cooled_down())),
            Event::RuleWaitOver => Ok(Phase::Starting(self)),
            Event::Begin
            | Event::InterlockClear
            | Event::TimeOver
            | Event::Resume
            | Event::BeginCoolDown
            | Event::Finish => Err(Refusal::NotNow),
        }
    }

    const fn after_pause(
        self,
        by: Waiting,
        event: Event,
        passage: Passage,
    ) -> Result<Phase, Refusal> {
        let waits = Phase::Paused {
            interrupted: self,
            by,
        };
        match event {
            Event::Resume => Ok(Phase::on_to(self, passage)),
            // A person's pause outlasts a rule's, and a belt moves again only at a person's word.
            Event::RuleWaitOver => match by {
                Waiting::Rule if !passage.belt => Ok(Phase::Exercise(self)),
                Waiting::Rule | Waiting::Person => Ok(waits),
            },
            Event::Pause => Ok(Phase::Paused {
                interrupted: self,
                by: Waiting::Person,
            }),
            Event::RuleWait => Ok(waits),
            Event::RuleCoolDown => Ok(Phase::Paused {
                interrupted: self.cooled_down(),
                by,
            }),
            Event::RuleStop => Ok(Phase::Stopped {
                interrupted: Suspended::Exercise(self),
            }),
            Event::Finish => Ok(Phase::Finished),
            Event::BeginCoolDown => match self {
                Self::WarmUp { .. } | Self::Conditioning { .. } => Ok(Phase::Paused {
                    interrupted: self.cooled_down(),
                    by,
                }),
                Self::CoolDown { .. } => Err(Refusal::NotNow),
            },
            Event::Begin | Event::InterlockClear | Event::WarningOver | Event::TimeOver => {
                Err(Refusal::NotNow)
            }
        }
    }
}

impl Suspended {
    const fn after_stop(self, event: Event, passage: Passage) -> Result<Phase, Refusal> {
        let stays = Phase::Stopped { interrupted: self };
        match event {
            Event::Resume => Ok(match self {
                Self::Exercise(exercise) => Phase::on_to(exercise, passage),
                Self::Recovery => Phase::Recovery,
            }),
            Event::Finish => Ok(Phase::Finished),
            Event::BeginCoolDown => match self {
                Self::Exercise(exercise) => match exercise {
                    Exercise::WarmUp { .. } | Exercise::Conditioning { .. } => Ok(Phase::Stopped {
                        interrupted: Self::Exercise(exercise.cooled_down()),
                    }),
                    Exercise::CoolDown { .. } => Err(Refusal::NotNow),
                },
                Self::Recovery => Err(Refusal::NotNow),
            },
            Event::RuleStop | Event::RuleCoolDown | Event::RuleWait | Event::RuleWaitOver => {
                Ok(stays)
            }
            Event::Begin
            | Event::InterlockClear
            | Event::WarningOver
            | Event::TimeOver
            | Event::Pause => Err(Refusal::NotNow),
        }
    }
}

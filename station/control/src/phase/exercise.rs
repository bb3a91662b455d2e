//! The phases in which load is on, what follows them, and how a pause or a stop leads back to them.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Event, Passage, Phase, Waiting};
use crate::outputs::Refusal;
use crate::view::PhaseKind;

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

/// What a stop interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suspended {
    /// Exercise.
    Exercise(Exercise),
    /// The recovery watch.
    Recovery,
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

    pub(super) const fn after(self, event: Event, passage: Passage) -> Result<Phase, Refusal> {
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
            Event::GymCloses => Ok(Phase::Finished),
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

    pub(super) const fn after_starting(self, event: Event) -> Result<Phase, Refusal> {
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
            Event::GymCloses => Ok(Phase::Finished),
            Event::Begin
            | Event::InterlockClear
            | Event::TimeOver
            | Event::Resume
            | Event::BeginCoolDown
            | Event::Finish => Err(Refusal::NotNow),
        }
    }

    pub(super) const fn after_pause(
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
            Event::Finish | Event::GymCloses => Ok(Phase::Finished),
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
    pub(super) const fn after_stop(self, event: Event, passage: Passage) -> Result<Phase, Refusal> {
        let stays = Phase::Stopped { interrupted: self };
        match event {
            Event::Resume => Ok(match self {
                Self::Exercise(exercise) => Phase::on_to(exercise, passage),
                Self::Recovery => Phase::Recovery,
            }),
            Event::Finish | Event::GymCloses => Ok(Phase::Finished),
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

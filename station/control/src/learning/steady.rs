//! The steady part of conditioning: what heart rate went with what load, for comparing one visit with another.

use serde::{Deserialize, Serialize};

/// It begins with this second of conditioning: minute 5.
const FROM_S: u64 = 300;

/// So many seconds with a trusted heart rate make a mean worth comparing: 5 min (choice).
const ENOUGH_S: f64 = 300.0;

/// The load as the machine knows it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum OnMachine {
    /// An ergometer, in watts.
    Watts(f64),
    /// A belt.
    Belt {
        /// In metres a second.
        speed: f64,
        /// In per cent.
        grade: f64,
    },
    /// Nothing was told.
    Nothing,
}

/// Means over the steady part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Steady {
    /// Heart rate, in beats a minute.
    pub heart_rate: f64,
    /// Load, in net METs.
    pub load: f64,
    /// The same as the machine knows it.
    pub machine: OnMachine,
    /// The middle of it, in seconds of conditioning.
    pub middle_s: f64,
    /// How many seconds it is of.
    pub seconds: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SteadySums {
    count: f64,
    heart_rate: f64,
    load: f64,
    conditioned: f64,
    watts: f64,
    speed: f64,
    grade: f64,
    is_belt: bool,
}

impl SteadySums {
    pub(super) const NONE: Self = Self {
        count: 0.0,
        heart_rate: 0.0,
        load: 0.0,
        conditioned: 0.0,
        watts: 0.0,
        speed: 0.0,
        grade: 0.0,
        is_belt: false,
    };

    /// A second of conditioning, where it is of the steady part.
    pub(super) fn add(
        &mut self,
        conditioned: u64,
        heart_rate: f64,
        load: f64,
        machine: &OnMachine,
    ) {
        if conditioned < FROM_S {
            return;
        }
        match *machine {
            OnMachine::Watts(watts) => self.watts += watts,
            OnMachine::Belt { speed, grade } => {
                self.is_belt = true;
                self.speed += speed;
                self.grade += grade;
            }
            OnMachine::Nothing => return,
        }
        self.count += 1.0;
        self.heart_rate += heart_rate;
        self.load += load;
        self.conditioned += protocols::vocabulary::number::from_u64(conditioned);
    }

    pub(super) fn mean(&self) -> Option<Steady> {
        let of = |sum: f64| sum / self.count;
        (self.count >= ENOUGH_S).then(|| Steady {
            heart_rate: of(self.heart_rate),
            load: of(self.load),
            machine: if self.is_belt {
                OnMachine::Belt {
                    speed: of(self.speed),
                    grade: of(self.grade),
                }
            } else {
                OnMachine::Watts(of(self.watts))
            },
            middle_s: of(self.conditioned),
            seconds: self.count,
        })
    }
}

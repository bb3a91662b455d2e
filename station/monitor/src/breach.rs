//! What the monitor reports.

use core::fmt;

use protocols::vocabulary::Timestamp;

/// The promises of a station, by number, and one that stands beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// No command asks for more than the ceilings.
    I1,
    /// Load rises only on fresh, good signals.
    I2,
    /// Load rises by its ramp; a belt slows gently.
    I3,
    /// After a stop no load until a person acknowledged and resumed.
    I4,
    /// What is lost takes load away in time, and never adds.
    I5,
    /// A person's stop acts in its own call.
    I6,
    /// Every command has its entry in the journal.
    I7,
    /// The most urgent alarm is shown; none leaves early.
    I8,
    /// What is stale is never shown as live.
    I9,
    /// A replay gives the same.
    I10,
    /// A machine that does not follow is followed.
    I11,
    /// One patient a station; a second begin is refused.
    I12,
    /// Leave to have load ends by itself.
    I13,
    /// Less work never goes with a faster or steeper belt.
    I14,
    /// A limit that is broken is answered in the call that carries the breach, for as long as it lasts.
    Answer,
}

impl Invariant {
    /// All of them, in order.
    pub const ALL: [Self; 15] = [
        Self::I1,
        Self::I2,
        Self::I3,
        Self::I4,
        Self::I5,
        Self::I6,
        Self::I7,
        Self::I8,
        Self::I9,
        Self::I10,
        Self::I11,
        Self::I12,
        Self::I13,
        Self::I14,
        Self::Answer,
    ];

    /// Its name, as the documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::I1 => "I1",
            Self::I2 => "I2",
            Self::I3 => "I3",
            Self::I4 => "I4",
            Self::I5 => "I5",
            Self::I6 => "I6",
            Self::I7 => "I7",
            Self::I8 => "I8",
            Self::I9 => "I9",
            Self::I10 => "I10",
            Self::I11 => "I11",
            Self::I12 => "I12",
            Self::I13 => "I13",
            Self::I14 => "I14",
            Self::Answer => "answer",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One promise broken, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which promise.
    pub invariant: Invariant,
    /// The `now` of the call that broke it.
    pub at: Timestamp,
    /// What was seen, for a person.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.at.as_millis();
        write!(
            f,
            "{}.{:03} s  {}: {}",
            millis / 1_000,
            millis % 1_000,
            self.invariant,
            self.what
        )
    }
}

/// Where the judges write. A core that breaks a promise in every call must not fill the memory of the one who counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) kept: Vec<Breach>,
    pub(crate) dropped: u64,
}

impl Ledger {
    /// More than anybody reads of one session.
    pub(crate) const MOST: usize = 1_000;

    pub(crate) fn write(&mut self, invariant: Invariant, at: Timestamp, what: fmt::Arguments<'_>) {
        if self.kept.len() < Self::MOST {
            self.kept.push(Breach {
                invariant,
                at,
                what: what.to_string(),
            });
        } else {
            self.dropped += 1;
        }
    }
}

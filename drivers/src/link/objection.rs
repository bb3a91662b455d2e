//! What a machine itself says in refusing a command.

use core::fmt;

use protocols::vocabulary::Watts;

/// A machine's own words, as a person can be told them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// It answered with a word or a code of its protocol.
    Answered {
        /// The word, or the code as its sheet writes it.
        code: &'static str,
        /// What the sheet says that it means.
        means: &'static str,
    },
    /// It reads back so much after it was told something else.
    InForce(Watts),
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { code, means } => write!(f, "it answered {code}: {means}"),
            Self::InForce(watts) => write!(f, "it says that {watts} are in force"),
        }
    }
}

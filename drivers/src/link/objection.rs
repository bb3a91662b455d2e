//! What a machine itself says in refusing a command, and what a link has to say of a machine.

use core::fmt;

use protocols::vocabulary::Watts;

/// A machine's own words, or a link's of it, as a person can be told them.
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
    /// It is not in use: a load that it took now would come into force when somebody starts it at its own keys, so that it was told none.
    OutOfUse,
    /// It says that somebody works on it, and neither time nor distance nor cadence moves: its reports are not handed on meanwhile.
    Frozen,
    /// It says that its belt runs without the watchdog that every start of ours asks for: alone it does not stop.
    Unwatched,
}

impl Objection {
    /// Whether it says something by itself, and belongs to no refusal.
    #[must_use]
    pub const fn stands_alone(&self) -> bool {
        match self {
            Self::Answered { .. } | Self::InForce(_) | Self::OutOfUse => false,
            Self::Frozen | Self::Unwatched => true,
        }
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { code, means } => write!(f, "it answered {code}: {means}"),
            Self::Frozen => f.write_str(
                "it shows the same power and cadence while neither its time nor its distance moves: its values are not used",
            ),
            Self::Unwatched => f.write_str(
                "it says that it runs without its watchdog (status 33): it will not stop by itself when the line is lost",
            ),
            Self::OutOfUse => f.write_str("it is not in use, and was told nothing"),
            Self::InForce(watts) => write!(f, "it says that {watts} are in force"),
        }
    }
}

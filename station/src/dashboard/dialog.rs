//! What can stand over the wall: a question, a line to type into, a list to choose from, the help.

use std::time::Duration;

use crate::gym::messages::Ask;
use crate::records::MeasurementKind;

/// A question that nobody answers is answered No after this.
pub const TIMES_OUT_AFTER: Duration = Duration::from_secs(15);
/// The last question of a new session, where two identifiers are to be read aloud.
pub const IDENTIFIERS_TIME_OUT_AFTER: Duration = Duration::from_secs(30);

/// What stands over the wall or the station.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// The help, at this page, from 0; a page past the last is the first again.
    Help(u8),
    /// A question.
    Question(Question),
    /// A line to type into.
    Entry(EntryForm),
    /// A list to choose from.
    List(List),
}

impl Dialog {
    /// Whether letters are text now.
    #[must_use]
    pub const fn is_typing(&self) -> bool {
        match self {
            Self::Entry(_) => true,
            Self::List(list) => list.typing,
            Self::Help(_) | Self::Question(_) => false,
        }
    }

    /// Whether it is a question that nobody answered in time.
    #[must_use]
    pub fn has_timed_out(&self, now: u64) -> bool {
        match self {
            Self::Question(question) => question.left(now).is_zero(),
            Self::Help(_) | Self::Entry(_) | Self::List(_) => false,
        }
    }
}

/// Whom a dialog is about. When the session there is another one, the dialog's answer is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The station; 0 for the gym.
    pub station: u8,
    /// Its session when the dialog was opened.
    pub session: Option<String>,
}

/// A question; No unless a person says otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// About whom.
    pub about: Subject,
    /// What is asked, with station and patient.
    pub title: String,
    /// What the person has to read before answering: old and new value, both identifiers.
    pub lines: Vec<String>,
    /// What is asked of the gym after a Yes, each with its station.
    pub asks: Vec<(u8, Ask)>,
    /// That in a word, for the answer.
    pub what: String,
    /// The load on which the question rests, in net METs: when it has moved meanwhile, the question is put again.
    pub load: Option<f64>,
    /// A stop of the station takes the question away.
    pub adds_load: bool,
    /// Yes is marked.
    pub yes: bool,
    /// When it was put, in nanoseconds of `CLOCK_BOOTTIME`.
    pub since: u64,
    /// How long it waits.
    pub waits: Duration,
}

impl Question {
    /// How long it still waits.
    #[must_use]
    pub fn left(&self, now: u64) -> Duration {
        self.waits
            .saturating_sub(Duration::from_nanos(now.saturating_sub(self.since)))
    }
}

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Blood pressure.
    BloodPressure,
    /// Perceived exertion.
    Exertion,
    /// Dyspnoea.
    Dyspnoea,
    /// Angina's grade.
    Angina,
    /// Claudication's grade.
    Claudication,
    /// Breaths a minute.
    Breathing,
    /// Glucose.
    Glucose,
    /// Oxygen that flows.
    OxygenFlow,
}

impl Field {
    /// The field that takes such a measurement.
    #[must_use]
    pub const fn of(kind: MeasurementKind) -> Self {
        match kind {
            MeasurementKind::BloodPressure => Self::BloodPressure,
            MeasurementKind::PerceivedExertion => Self::Exertion,
            MeasurementKind::Dyspnoea => Self::Dyspnoea,
            MeasurementKind::Angina => Self::Angina,
            MeasurementKind::Claudication => Self::Claudication,
            MeasurementKind::Breathing => Self::Breathing,
            MeasurementKind::Glucose => Self::Glucose,
            MeasurementKind::OxygenFlow => Self::OxygenFlow,
        }
    }

    /// What it is.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::BloodPressure => "blood pressure",
            Self::Exertion => "perceived exertion (RPE)",
            Self::Dyspnoea => "dyspnoea",
            Self::Angina => "angina",
            Self::Claudication => "leg pain (claudication)",
            Self::Breathing => "breaths a minute",
            Self::Glucose => "glucose",
            Self::OxygenFlow => "oxygen flow",
        }
    }

    /// How it is typed.
    #[must_use]
    pub const fn how(self) -> &'static str {
        match self {
            Self::BloodPressure => "128/74, with symptoms 128/74 s",
            Self::Exertion => "6 to 20",
            Self::Dyspnoea => "0 to 10",
            Self::Angina | Self::Claudication => "0 to 4",
            Self::Breathing => "counted over a minute",
            Self::Glucose => "mg/dL as 100, mmol/L as 5.6",
            Self::OxygenFlow => "L/min, 0 to 15, as 1.5",
        }
    }
}

/// A line to type into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryForm {
    /// About whom.
    pub about: Subject,
    /// What is typed.
    pub field: Field,
    /// What has been typed.
    pub text: String,
    /// Why it could not be taken.
    pub wrong: Option<String>,
}

/// What is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// A patient for a new session.
    Patient,
    /// The prescription for a new session.
    Prescription {
        /// For whom.
        patient: String,
    },
    /// The sensors for a new session.
    Sensors {
        /// For whom.
        patient: String,
        /// By what.
        prescription: String,
        /// Names of the ticked ones.
        ticked: Vec<String>,
    },
    /// The station to which a session moves.
    Target,
    /// The prescription for the bout there.
    TargetPrescription {
        /// Where.
        station: u8,
    },
    /// A sensor to be bound or taken off.
    Bind,
    /// A sign that a person saw.
    Sign,
}

/// A list to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// About whom.
    pub about: Subject,
    /// What is chosen.
    pub choice: Choice,
    /// What the rows have to contain.
    pub filter: String,
    /// The filter is being typed.
    pub typing: bool,
    /// The marked row by name: rows that come and go never move the mark.
    pub marked: Option<String>,
}

//! What the gym hands to the recorder. Everything in it is plain data: the recorder asks nobody back.

use control::input::{HeartRateSource, Input};
use control::outputs::Outputs;
use control::prescription::BoutSetup;
use control::rules::{LoadAct, Priority, RuleId};
use control::view::{PhaseKind, Reason, Trust};
use protocols::vocabulary::{Capabilities, MachineKind, Timestamp};
use serde::{Deserialize, Serialize};

use super::identity::{BoutId, SessionId};
use super::learned::LearnedBout;
use super::wire::WireStream;

/// One thing to record.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A patient's visit begins. Where this is not taken, no session may start.
    SessionOpened(Box<SessionOpened>),
    /// A session that was found interrupted goes on; its next bout follows.
    SessionResumed {
        /// Which.
        session: SessionId,
        /// Now, in the gym's time.
        at: Timestamp,
        /// Wall time now, in microseconds since 1970, UTC.
        wall_micros: i64,
    },
    /// A bout begins at a station. Where this is not taken, no bout may start.
    BoutOpened(Box<BoutOpened>),
    /// One call of the core's `handle`, ticks included, in order.
    Turn(Box<Turn>),
    /// The core's whole state between two turns: each 60 s, and wherever [`super::RecorderStatus::needs_checkpoint`] names the bout.
    Checkpoint {
        /// Whose.
        bout: BoutId,
        /// Now.
        now: Timestamp,
        /// The state after the last turn.
        state: CoreState,
        /// The state was put in place of the one before: taken back or made anew after a panic. A replay goes on from it.
        replaces: bool,
    },
    /// What a second looked like.
    Sample(Box<Sample>),
    /// Seconds of a bout that are not there: the gym stood still, or could not keep up.
    StoodStill {
        /// Whose.
        bout: BoutId,
        /// When the first of them was due.
        from: Timestamp,
        /// When the gym went on.
        to: Timestamp,
        /// How many.
        seconds: u64,
    },
    /// Something happened: an alarm, a person's action, a decision, a change of phase or link.
    Event(Box<Event>),
    /// Something that a person measured or asked.
    Measurement(Box<Measurement>),
    /// A piece of an oximeter's waveform.
    Plethysmogram {
        /// Whose.
        session: SessionId,
        /// When the first of the samples was sent.
        at: Timestamp,
        /// Samples a second.
        rate_hz: u16,
        /// The samples, as the device counts them.
        samples: Vec<u16>,
    },
    /// What went over a device's wire in about a second.
    Wire(Box<WireStream>),
    /// What a bout taught of its patient; its end follows.
    Learned(Box<LearnedBout>),
    /// A bout is over.
    BoutClosed {
        /// Which.
        bout: BoutId,
        /// When.
        at: Timestamp,
    },
    /// A session is over.
    SessionClosed {
        /// Which.
        session: SessionId,
        /// When.
        at: Timestamp,
        /// Wall time then, in microseconds since 1970, UTC.
        wall_micros: i64,
        /// Why.
        reason: EndReason,
    },
    /// What the wall clock shows: each minute and after a step.
    Anchor(Anchor),
    /// Something of the gym itself: a sick port, a full disk, a late loop.
    Notice {
        /// When.
        at: Timestamp,
        /// In words.
        text: String,
    },
}

/// A patient's visit begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOpened {
    /// Its id, by [`super::SessionIds`].
    pub session: SessionId,
    /// The patient's pseudonym. The second identifier is confirmed by a person and never stored.
    pub patient: String,
    /// Real machines, or virtual ones.
    pub kind: SessionKind,
    /// How many times as fast as the wall clock the gym's time runs; 1 with real machines.
    pub clock_rate: u32,
    /// Run on simulated time before the gym opened (the demonstration).
    pub pre_rolled: bool,
    /// When it began, in the gym's time.
    pub at: Timestamp,
    /// Wall time then, in microseconds since 1970, UTC.
    pub wall_micros: i64,
}

/// Whether a session's machines are real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// A person on a machine.
    Real,
    /// A virtual patient on a virtual machine.
    Virtual,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// Every bout ran as prescribed.
    Completed,
    /// The patient wished to end.
    Patient,
    /// A person of the staff ended it.
    Staff,
    /// A rule ended it.
    Rule(RuleId),
    /// The gym was closed.
    GymClosed,
}

/// A bout begins at a station.
#[derive(Debug, Clone, PartialEq)]
pub struct BoutOpened {
    /// Which bout of which session.
    pub bout: BoutId,
    /// When.
    pub at: Timestamp,
    /// The station's number on the wall.
    pub station: u8,
    /// The machine's protocol, by its id.
    pub protocol: String,
    /// What was ordered.
    pub prescription: PrescriptionText,
    /// What a replay begins with.
    pub header: JournalHeader,
}

/// A prescription as it goes into the record. Its text must be free of whatever names the patient beside the pseudonym.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrescriptionText {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// The file's own text.
    pub text: String,
}

/// What the journal of a bout begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalHeader {
    /// The program's version and build.
    pub build: String,
    /// [`control::DECISIONS`]: journals replay only through a core of the same.
    pub decisions: u32,
    /// [`control::FORMAT`]: the written form of the states.
    pub state_format: u32,
    /// The configuration as resolved, as text.
    pub configuration: String,
    /// The rules in force, as text.
    pub rules: String,
    /// The machine, as the core knows it.
    pub capabilities: Capabilities,
    /// What the bout begins with: prescription, patient, sensors, tuning.
    pub setup: BoutSetup,
    /// What the wall clock showed.
    pub anchor: Anchor,
    /// The core before the bout's first turn.
    pub state: CoreState,
}

impl JournalHeader {
    /// Cycle or treadmill.
    #[must_use]
    pub const fn machine(&self) -> MachineKind {
        self.capabilities.kind
    }
}

/// A pair of clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The gym's time.
    pub at: Timestamp,
    /// Wall time then, in microseconds since 1970, UTC.
    pub wall_micros: i64,
}

/// A core's whole state, written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreState(Vec<u8>);

impl CoreState {
    /// Writes a state down.
    ///
    /// # Errors
    /// Where the state has a part that cannot be written down, which is a mistake in the state's type.
    pub fn of<Core: Serialize>(core: &Core) -> Result<Self, postcard::Error> {
        postcard::to_stdvec(core).map(Self)
    }

    /// Reads it back.
    ///
    /// # Errors
    /// Where the bytes are no such state: another version's, or damaged.
    pub fn restore<Core: serde::de::DeserializeOwned>(&self) -> Result<Core, postcard::Error> {
        postcard::from_bytes(&self.0)
    }

    /// A state from bytes of the record.
    pub(crate) const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes for the record.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// One call of the core's `handle`.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Whose.
    pub bout: BoutId,
    /// The time that `handle` was given: whole microseconds. What is finer is lost, and replay would differ.
    pub now: Timestamp,
    /// What it was told.
    pub input: Input,
    /// What it handed out.
    pub outputs: Outputs,
}

/// What a second of a bout looked like. What was not there is `None`, never a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Whose.
    pub bout: BoutId,
    /// When.
    pub at: Timestamp,
    /// The phase.
    pub phase: PhaseKind,
    /// The heart rate that counts, in beats a minute; only while it is live, as every value that a device said.
    pub heart_rate_bpm: Option<u16>,
    /// Whose it is.
    pub heart_rate_source: Option<HeartRateSource>,
    /// How far it can be relied on.
    pub heart_rate_trust: Trust,
    /// How old it is, in milliseconds; `None` where there is none.
    pub heart_rate_age_ms: Option<u32>,
    /// The oximeter's pulse, in beats a minute.
    pub pulse_bpm: Option<u16>,
    /// Saturation, in per cent.
    pub spo2_percent: Option<u8>,
    /// How far it can be relied on.
    pub spo2_trust: Trust,
    /// The heart rate asked for, in beats a minute.
    pub target_heart_rate_bpm: Option<u16>,
    /// Zone in heart rate, lower and upper end, in beats a minute.
    pub zone_bpm: Option<(u16, u16)>,
    /// What the phase or the controller asked for, in thousandths of a MET above rest.
    pub proposed_met_milli: u32,
    /// What was let through, in the same unit.
    pub granted_met_milli: u32,
    /// What decided it.
    pub reason: Reason,
    /// Whether the load is in a person's hand.
    pub by_hand: bool,
    /// What the machine was told last.
    pub told: MachineFigures,
    /// What it reports; nothing of it where it is silent.
    pub reported: MachineFigures,
    /// Cadence, in revolutions a minute.
    pub cadence_rpm: Option<u16>,
}

/// A machine's load in whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MachineFigures {
    /// Power, in watts.
    pub power_w: Option<u16>,
    /// Speed of the belt, in millimetres a second.
    pub speed_mm_s: Option<i32>,
    /// Grade of the belt, in thousandths.
    pub grade_permille: Option<i32>,
}

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Of which bout; `None` for the session's own and the gym's.
    pub bout: Option<BoutId>,
    /// When.
    pub at: Timestamp,
    /// What kind of thing.
    pub kind: EventKind,
    /// The rule that it speaks of.
    pub rule: Option<RuleId>,
    /// The alarm's priority.
    pub priority: Option<Priority>,
    /// What the rule does to the load.
    pub act: Option<LoadAct>,
    /// The value that made it, in the rule's own unit.
    pub value: Option<f64>,
    /// The limit that it broke, in the same unit.
    pub limit: Option<f64>,
    /// In words, for a person.
    pub text: String,
    /// In full, for a program.
    pub detail: Option<serde_json::Value>,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A session or bout began, resumed or ended.
    Session,
    /// One phase gave way to another.
    Phase,
    /// An alarm was raised.
    AlarmRaised,
    /// An alarm got a higher priority.
    AlarmEscalated,
    /// An alarm called again because nobody came.
    AlarmRepeated,
    /// A person acknowledged an alarm.
    AlarmAcknowledged,
    /// A person silenced an alarm.
    AlarmSilenced,
    /// An alarm has gone.
    AlarmCleared,
    /// A person did something.
    Operator,
    /// A person's action was not taken.
    Refused,
    /// Why load is what it is, where that changed.
    Decision,
    /// The machine was told something.
    Command,
    /// A device's link changed.
    Link,
    /// Something was not recorded.
    Gap,
    /// Something of the gym itself.
    Notice,
    /// A person took sessions away that had been kept long enough.
    Purge,
    /// A person looked at a session, or at more.
    Looked,
    /// A person took a session out as a file.
    Exported,
    /// A person wrote a note.
    Note,
    /// A person corrected a measurement.
    Correction,
    /// A person signed a session.
    Signature,
    /// Somebody wanted to sign and was not who he said.
    SignatureRefused,
    /// A member of the staff was added or retired.
    Staff,
    /// Who a pseudonym is was written down or forgotten.
    Identity,
}

impl EventKind {
    /// What is told of a session later, by who looks at it, adds to it and signs it: no part of its course.
    pub(super) const OF_THE_DESK: &str =
        "'looked', 'exported', 'note', 'correction', 'signature', 'signature-refused'";
    /// Those that tell of something that a person adds to a session.
    pub(super) const OF_ADDITIONS: &str = "'note', 'correction', 'signature'";
    /// Those that tell of reading alone: they belong to this record, not to the session.
    pub(super) const OF_READING: &str = "'looked', 'exported', 'signature-refused'";
}

/// Something that a person measured or asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurement {
    /// During which bout.
    pub bout: BoutId,
    /// When.
    pub at: Timestamp,
    /// In which phase.
    pub phase: PhaseKind,
    /// What it is.
    pub kind: MeasurementKind,
    /// The figure, in the kind's unit.
    pub value: u16,
    /// The second figure: diastolic pressure.
    pub second_value: Option<u16>,
    /// Symptoms were there beside it.
    pub symptoms: bool,
}

/// What can be measured or asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeasurementKind {
    /// Systolic and diastolic, in mmHg.
    BloodPressure,
    /// Perceived exertion, 6 to 20.
    PerceivedExertion,
    /// Dyspnoea, 0 to 10.
    Dyspnoea,
    /// Angina, 0 to 4.
    Angina,
    /// Claudication, 0 to 4.
    Claudication,
    /// Breaths a minute, counted.
    Breathing,
    /// Glucose of the capillary blood, in mg/dL.
    Glucose,
    /// Oxygen that flows to the patient, in mL/min.
    OxygenFlow,
}

impl MeasurementKind {
    /// A figure as people write it, with the unit that they write it in: oxygen in litres.
    #[must_use]
    pub fn written(unit: &str, value: i64) -> (String, &str) {
        if unit == Self::OxygenFlow.unit() {
            let tenths = value.div_euclid(100);
            (
                format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10)),
                "L/min",
            )
        } else {
            (value.to_string(), unit)
        }
    }

    /// In which unit its figures are kept.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::BloodPressure => "mmHg",
            Self::Breathing => "/min",
            Self::Glucose => "mg/dL",
            Self::OxygenFlow => "mL/min",
            Self::PerceivedExertion | Self::Dyspnoea | Self::Angina | Self::Claudication => "score",
        }
    }
}

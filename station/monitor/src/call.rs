//! One turn of a station as seen from outside: what went in, and all that came out.
//!
//! A call borrows its lists, so that whoever drives a station through thousands of hours can show each turn without a heap.

use protocols::vocabulary::{
    BeatsPerMinute, MachineCommand, MachineReport, OxygenSaturation, Reading, Timestamp,
};

/// One turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call<'a> {
    /// When it was, by the clock that the station was given.
    pub now: Timestamp,
    /// What went in.
    pub input: Seen,
    /// What came out of this same turn, and what a person could see after it.
    pub left: Left<'a>,
}

/// What went in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen {
    /// Time passed.
    Tick,
    /// A heart or pulse rate.
    HeartRate {
        /// Where it comes from.
        source: Pulse,
        /// What was said.
        reading: Reading<BeatsPerMinute>,
        /// When its bytes were sent.
        sent_at: Timestamp,
    },
    /// A saturation.
    Saturation {
        /// What was said.
        reading: Reading<OxygenSaturation>,
        /// When its bytes were sent.
        sent_at: Timestamp,
    },
    /// A valid answer of the machine. A heart rate in it counts as one of [`Pulse::Machine`].
    Machine {
        /// What was said.
        report: MachineReport,
        /// When its bytes were sent.
        sent_at: Timestamp,
    },
    /// The machine's link came or went.
    Link {
        /// Whether it is there now.
        up: bool,
    },
    /// A person did something.
    Act(Act),
    /// The stop circuit changed.
    StopCircuit {
        /// Whether it is open: pressed, or broken.
        open: bool,
    },
    /// Whether any dashboard is alive.
    Watched(bool),
    /// Whether all that happened is in the record.
    Record {
        /// `false` from a gap until the next whole state.
        whole: bool,
    },
    /// The control loop stood still: what is known is old until fresh bytes come.
    LoopGap,
    /// The station's own turn panicked or came too late.
    Fault,
    /// Anything that the invariants say nothing about.
    Other,
}

/// Where a heart rate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulse {
    /// A strap or electrodes.
    Strap,
    /// The pulse of the oximeter.
    Oximeter,
    /// The machine's own grips or receiver.
    Machine,
}

/// What a person does. The station may refuse it ([`Left::refused`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Takes the station for a patient.
    Begin,
    /// Confirms that the patient is ready to start.
    ConfirmStart,
    /// Interrupts.
    Pause,
    /// Goes on after a pause or a stop.
    Resume,
    /// Asks for more by hand.
    LoadUp,
    /// Asks for less by hand.
    LoadDown,
    /// Gives the load back to the controller.
    Automatic,
    /// Ends conditioning.
    CoolDown,
    /// Ends the bout.
    Finish,
    /// The stop key.
    Stop,
    /// The emergency stop.
    EmergencyStop,
    /// Acknowledges one alarm.
    Acknowledge(AlarmId),
    /// Acknowledges all alarms.
    AcknowledgeAll,
    /// Enters a measurement or a symptom.
    Entry(Entered),
    /// Changes the target.
    Target,
}

/// What a person measured, saw, or was told by the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// Perceived exertion, 6 to 20.
    Exertion(u8),
    /// Dyspnoea, 0 to 10.
    Dyspnoea(u8),
    /// Angina, 0 to 4.
    Angina(u8),
    /// Pain of walking, 0 to 4.
    Claudication(u8),
    /// Breaths a minute.
    Breathing(u8),
    /// A blood pressure, in mmHg.
    Pressure {
        /// Systolic.
        systolic: u16,
        /// Diastolic.
        diastolic: u16,
        /// With symptoms beside it.
        symptoms: bool,
    },
    /// More and more extra beats.
    Ectopy,
    /// A figure that no rule is about: glucose, oxygen.
    Figure,
    /// What ends exercise whatever is prescribed: the patient wants to stop, is poorly perfused, or has a new arrhythmia.
    Illness,
}

/// What came out of a turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Left<'a> {
    /// What goes to the machine.
    pub command: Option<MachineCommand>,
    /// How the relay is told to be; `None` where nothing is said: it stays as it was.
    pub relay: Option<Relay>,
    /// Until when load may be on.
    pub leave_until: Option<Timestamp>,
    /// What changed among the alarms, in order.
    pub alarms: &'a [AlarmChange],
    /// The alarm that the screen shows.
    pub alarm_shown: Option<AlarmId>,
    /// What was written in the journal for this turn.
    pub entry: Option<Entry>,
    /// Whether the person's act that went in was refused.
    pub refused: bool,
    /// The phase that the screen shows.
    pub phase: Phase,
    /// The values that the screen shows.
    pub shown: &'a [Shown],
}

impl Left<'_> {
    /// A turn out of which nothing came.
    #[must_use]
    pub const fn nothing(phase: Phase) -> Self {
        Self {
            command: None,
            relay: None,
            leave_until: None,
            alarms: &[],
            alarm_shown: None,
            entry: None,
            refused: false,
            phase,
            shown: &[],
        }
    }
}

/// The safety relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relay {
    /// The machine is cut off.
    Open,
    /// The machine may work.
    Closed,
}

/// The name of an alarm; what it means is its station's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlarmId(pub u16);

/// How urgent an alarm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// To be aware of.
    Low,
    /// Promptly.
    Medium,
    /// At once.
    High,
}

/// What happened to one alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmChange {
    /// It stands from now on; of one that stands already: its priority or latching changed.
    Raised {
        /// Which.
        id: AlarmId,
        /// How urgent.
        priority: Priority,
        /// Whether it also needs a person's acknowledgement before it may leave.
        latched: bool,
    },
    /// A person acknowledged it.
    Acknowledged {
        /// Which.
        id: AlarmId,
    },
    /// It left.
    Cleared {
        /// Which.
        id: AlarmId,
    },
}

/// What the journal got of a turn, as far as it proves something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The command that it tells of.
    pub command: Option<MachineCommand>,
    /// Who made the command.
    pub author: Option<Author>,
    /// Whether the values from which it was made are there.
    pub values: bool,
    /// Whether the changes of alarms of this turn are there.
    pub alarms: bool,
}

/// Who made a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A rule that holds load or takes it away. A load on its way up that a ramp or a ceiling made smaller is still the controller's.
    Rule,
    /// The controller, or the phase.
    Controller,
    /// A person's hand.
    Person,
}

/// The phase that a person is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nobody is here.
    Idle,
    /// A patient is here, nothing moves.
    Ready,
    /// Confirmed and about to begin.
    Starting,
    /// Warm-up.
    WarmUp,
    /// Conditioning.
    Conditioning,
    /// Cool-down.
    CoolDown,
    /// Watched after exercise.
    Recovery,
    /// Over.
    Finished,
    /// Interrupted, by a person or because it has to wait.
    Paused,
    /// Stopped: a person has to acknowledge and resume.
    Stopped,
}

/// Which value a screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Heart rate, from whichever source.
    HeartRate,
    /// Saturation.
    Saturation,
    /// What the machine reports.
    Machine,
}

/// One value as a screen shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub signal: Signal,
    /// When its bytes were sent, by the screen.
    pub sent_at: Timestamp,
    /// Whether it looks like a live value, trusted or doubted; not where it is dimmed or replaced as old.
    pub live: bool,
}

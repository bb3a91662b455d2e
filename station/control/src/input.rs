//! What the core is told: readings, link changes, a person's actions, and time.

use core::time::Duration;

use protocols::vocabulary::{
    BeatsPerMinute, MachineCommand, MachineReport, MillimetresOfMercury, OxygenSaturation, Reading,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::prescription::{BoundSensors, BoutSetup};
use crate::rules::RuleId;

/// One input of `Station::handle`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "the core has no heap; the one large input comes once a bout"
)]
pub enum Input {
    /// A tenth of a second has passed. Ticks advance timers, and nothing else.
    Tick,
    /// A heart or pulse rate.
    HeartRate {
        /// Which sensor says so.
        source: HeartRateSource,
        /// What it says.
        reading: Reading<BeatsPerMinute>,
        /// When its bytes were sent. Age counts from here.
        sent_at: Timestamp,
    },
    /// A saturation.
    Saturation {
        /// What the oximeter says.
        reading: Reading<OxygenSaturation>,
        /// When its bytes were sent.
        sent_at: Timestamp,
    },
    /// What the machine reports of itself.
    Machine {
        /// The report.
        report: MachineReport,
        /// When its bytes were sent.
        sent_at: Timestamp,
    },
    /// A device's link changed.
    Link {
        /// Whose.
        device: Device,
        /// Into what.
        state: LinkState,
    },
    /// The stop circuit was read: open means pressed, torn or broken.
    StopCircuit {
        /// Whether it is open.
        open: bool,
    },
    /// A person did something.
    Operator(Action),
    /// A dashboard came alive, or the last one has gone.
    Watched {
        /// Whether any dashboard is alive.
        by_anyone: bool,
    },
    /// The record keeps up, or has a gap. While it has one, load does not rise.
    Record {
        /// Whether everything is being recorded.
        whole: bool,
    },
    /// The control loop stood still for so long. More than 250 ms makes every signal stale until fresh bytes come.
    LoopGap {
        /// How long.
        lasted: Duration,
    },
    /// The station's own turn panicked; this value was made anew or taken back from before it.
    Fault,
    /// A person put a sensor on the patient, or took one off, in the middle of a bout. What is worn at its beginning stands in
    /// [`BoutSetup::sensors`].
    Sensors {
        /// Which are bound from now on. One exchanged for another of its kind is taken off first, and put on after.
        bound: BoundSensors,
    },
    /// The gym is being closed. First the machine is brought to rest, then the bout is over.
    GymCloses {
        /// The machine rests, or can be waited for no longer.
        over: bool,
    },
    /// The machine refused what it was told: its load counts as not changed.
    Refused {
        /// What it was told.
        command: MachineCommand,
    },
}

/// A sensor that gives a heart or pulse rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum HeartRateSource {
    /// Electrodes on the chest.
    Strap,
    /// The oximeter's pulse.
    Oximeter,
    /// The machine's own grips or receiver.
    Machine,
}

/// A device of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Device {
    /// Ergometer or treadmill.
    Machine,
    /// Heart-rate strap.
    Strap,
    /// Oximeter.
    Oximeter,
}

/// What a link says of its device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// It answers in its protocol.
    Up,
    /// The port is open and nothing valid comes.
    Silent,
    /// The port is gone.
    Gone,
}

/// What a person does. Each is a request that the core may refuse, but for the stops, which are always taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "the core has no heap; the one large action comes once a bout"
)]
pub enum Action {
    /// A patient takes the station: from idle to ready.
    Begin(BoutSetup),
    /// The check at the door was done and allows the session.
    DoorChecked,
    /// A person confirms that patient, machine and surroundings are ready: warm-up begins as soon as the interlock allows.
    ConfirmStart,
    /// Interrupt: load to nothing, the session waits.
    Pause,
    /// Go on after a pause, a stop or a latched rule, by the ramp.
    Resume,
    /// One step more load, by hand.
    LoadUp,
    /// One step less load, by hand. Stays as a ceiling until automatic control is given back.
    LoadDown,
    /// What conditioning asks for a step higher: two beats a minute, or a step of load. Within zone, limits and ceilings.
    TargetUp,
    /// The same a step lower.
    TargetDown,
    /// Give the load back to the controller.
    Automatic,
    /// From warm-up or conditioning to cool-down now.
    BeginCoolDown,
    /// End cool-down or recovery now: the bout is over.
    Finish,
    /// The stop key.
    Stop,
    /// The emergency stop: relay and the machine's fastest stop.
    EmergencyStop,
    /// Somebody has seen this alarm.
    Acknowledge(RuleId),
    /// Somebody has seen every alarm of this station.
    AcknowledgeAll,
    /// The alarms that sound now are silenced for so long (two minutes at most).
    Silence(Duration),
    /// Something that a person measured, asked or saw.
    Enter(Entry),
}

/// Something that a person measured, asked or saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// Rating of perceived exertion, 6 to 20.
    PerceivedExertion(u8),
    /// Blood pressure.
    BloodPressure {
        /// Systolic.
        systolic: MillimetresOfMercury,
        /// Diastolic.
        diastolic: MillimetresOfMercury,
        /// With symptoms beside it.
        symptoms: bool,
    },
    /// Dyspnoea, 0 to 10 (Borg CR10).
    Dyspnoea(u8),
    /// Angina, 0 to 4.
    Angina(u8),
    /// Claudication pain, 0 to 4.
    Claudication(u8),
    /// Breaths a minute, counted.
    Breathing(u8),
    /// Ataxia, dizziness, near-syncope, pallor, cyanosis or confusion.
    PoorPerfusion,
    /// Rising ectopy.
    Ectopy,
    /// New ventricular tachycardia, block of degree 2 or 3, new atrial fibrillation, or a defibrillator's shock.
    Arrhythmia,
    /// The symptom key, or the patient asks to stop.
    Symptom,
    /// Glucose of the capillary blood, in mg/dL, 20 to 600. Kept for people: no rule looks at it.
    Glucose(u16),
    /// Oxygen that flows to the patient, in mL/min, 0 to 15,000. Likewise.
    OxygenFlow(u16),
}

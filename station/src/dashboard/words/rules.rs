//! The rules of supervision in words: what each one saw, what kind of trouble it is, and what a person does about it.

use control::rules::RuleId;
use protocols::vocabulary::MachineKind;

/// What kind of trouble a rule tells of. Trouble of the equipment is worded and placed apart from trouble of the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// The patient's body, or what the patient says.
    Patient,
    /// A sensor, a machine, a link, this program.
    Equipment,
    /// Time, and people: something is due, somebody pressed a key.
    Session,
}

/// The quantity of a rule that looks at both figures of a blood pressure.
pub(super) const BLOOD_PRESSURE: &str = "BP";

/// A rule in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleWords {
    /// What kind of trouble it is.
    pub domain: Domain,
    /// The quantity that its value and limit measure: `HR`. Empty where it has none.
    pub quantity: &'static str,
    /// How value and limit stand to each other: `over limit`. Where the limit is not the figure that was named (a margin below a rate, above
    /// a target), it ends in `limit`, so that nobody takes the one for the other.
    pub relation: &'static str,
    /// The trouble without figures: `heart rate over its limit`. Trouble of the equipment begins with the equipment's name.
    pub plain: &'static str,
    /// What a person does about it; empty where acknowledging is all.
    pub advice: &'static str,
}

const fn patient(
    quantity: &'static str,
    relation: &'static str,
    plain: &'static str,
    advice: &'static str,
) -> RuleWords {
    RuleWords {
        domain: Domain::Patient,
        quantity,
        relation,
        plain,
        advice,
    }
}

const fn equipment(plain: &'static str, advice: &'static str) -> RuleWords {
    RuleWords {
        domain: Domain::Equipment,
        quantity: "",
        relation: "",
        plain,
        advice,
    }
}

const fn session(plain: &'static str, advice: &'static str) -> RuleWords {
    RuleWords {
        domain: Domain::Session,
        quantity: "",
        relation: "",
        plain,
        advice,
    }
}

const fn sign(plain: &'static str, advice: &'static str) -> RuleWords {
    patient("", "", plain, advice)
}

/// The rule in words.
#[must_use]
pub const fn of(rule: RuleId) -> RuleWords {
    match rule {
        RuleId::HrOverZone
        | RuleId::HrLimit
        | RuleId::HrStop
        | RuleId::HrIcd
        | RuleId::HrLow
        | RuleId::HrPlunge
        | RuleId::HrFall
        | RuleId::HrJump
        | RuleId::HrUnexplained
        | RuleId::HrNoRise
        | RuleId::HrNoRiseTold
        | RuleId::HrRecovery
        | RuleId::HrOverTargetAtMinimum
        | RuleId::HrUnderTargetAtCap => heart_rate(rule),
        RuleId::HrLost
        | RuleId::HrImplausible
        | RuleId::HrStep
        | RuleId::HrStill
        | RuleId::HrStuck
        | RuleId::HrStillLevel
        | RuleId::HrCadenceLock
        | RuleId::HrSourcesDiffer
        | RuleId::HrSourcesApart => heart_rate_signal(rule),
        RuleId::Spo2Floor
        | RuleId::Spo2Falling
        | RuleId::Spo2Critical
        | RuleId::Spo2Stop
        | RuleId::Spo2Fall
        | RuleId::Spo2Lost
        | RuleId::WeakPulse => saturation(rule),
        RuleId::MachineLost
        | RuleId::MachineBelowTarget
        | RuleId::MachineAboveTarget
        | RuleId::MachineRefused
        | RuleId::CadenceLow
        | RuleId::CadenceVeryLow
        | RuleId::CadenceStopped
        | RuleId::CadenceHigh => machine(rule),
        RuleId::SbpHigh
        | RuleId::SbpHighTraining
        | RuleId::SbpDrop
        | RuleId::SbpNoRise
        | RuleId::PulsePressure
        | RuleId::Breathing
        | RuleId::RpeHigh
        | RuleId::DyspnoeaHigh
        | RuleId::Angina
        | RuleId::Claudication
        | RuleId::PoorPerfusion
        | RuleId::Ectopy
        | RuleId::Arrhythmia
        | RuleId::Symptom => entry(rule),
        RuleId::OperatorStop
        | RuleId::EmergencyStop
        | RuleId::StopButton
        | RuleId::TimeOver
        | RuleId::BpDue
        | RuleId::Unacknowledged
        | RuleId::GymCloses
        | RuleId::NobodyWatches
        | RuleId::ControllerFault
        | RuleId::HostSilent => surroundings(rule),
    }
}

/// The unit of a rule's value and limit on that kind of machine; empty where it has neither.
#[must_use]
pub fn unit(rule: RuleId, machine: MachineKind) -> &'static str {
    match rule {
        RuleId::HrOverZone
        | RuleId::HrLimit
        | RuleId::HrStop
        | RuleId::HrIcd
        | RuleId::HrLow
        | RuleId::HrPlunge
        | RuleId::HrFall
        | RuleId::HrJump
        | RuleId::HrUnexplained
        | RuleId::HrNoRise
        | RuleId::HrNoRiseTold
        | RuleId::HrRecovery
        | RuleId::HrOverTargetAtMinimum
        | RuleId::HrUnderTargetAtCap
        | RuleId::HrLost
        | RuleId::HrImplausible
        | RuleId::HrStep
        | RuleId::HrStill
        | RuleId::HrStuck
        | RuleId::HrStillLevel
        | RuleId::HrCadenceLock
        | RuleId::HrSourcesDiffer
        | RuleId::HrSourcesApart
        | RuleId::CadenceLow
        | RuleId::CadenceVeryLow
        | RuleId::CadenceStopped
        | RuleId::CadenceHigh
        | RuleId::Breathing => "/min",
        RuleId::Spo2Floor
        | RuleId::Spo2Falling
        | RuleId::Spo2Critical
        | RuleId::Spo2Stop
        | RuleId::Spo2Fall
        | RuleId::Spo2Lost
        | RuleId::WeakPulse => "%",
        RuleId::MachineBelowTarget | RuleId::MachineAboveTarget => match machine {
            MachineKind::Cycle => "W",
            MachineKind::Treadmill => "m/s or %",
        },
        RuleId::SbpHigh
        | RuleId::SbpHighTraining
        | RuleId::SbpDrop
        | RuleId::SbpNoRise
        | RuleId::PulsePressure => "mm[Hg]",
        RuleId::RpeHigh | RuleId::DyspnoeaHigh | RuleId::Angina | RuleId::Claudication => "score",
        RuleId::MachineLost
        | RuleId::MachineRefused
        | RuleId::PoorPerfusion
        | RuleId::Ectopy
        | RuleId::Arrhythmia
        | RuleId::Symptom
        | RuleId::OperatorStop
        | RuleId::EmergencyStop
        | RuleId::StopButton
        | RuleId::TimeOver
        | RuleId::BpDue
        | RuleId::Unacknowledged
        | RuleId::GymCloses
        | RuleId::NobodyWatches
        | RuleId::ControllerFault
        | RuleId::HostSilent => "",
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`of` sends each rule to its group without a wildcard; a test walks every rule"
)]
const fn heart_rate(rule: RuleId) -> RuleWords {
    match rule {
        RuleId::HrOverZone => patient("HR", "over zone", "heart rate over its zone", ""),
        RuleId::HrLimit => patient("HR", "over limit", "heart rate over its limit", ""),
        RuleId::HrStop => patient(
            "HR",
            "over stop limit",
            "heart rate over its stop limit",
            "see the patient",
        ),
        RuleId::HrIcd => patient(
            "HR",
            "near defibrillator's rate, limit",
            "heart rate near the defibrillator's rate",
            "see the patient",
        ),
        RuleId::HrLow => patient(
            "HR",
            "under lower limit",
            "heart rate too low under load",
            "see the patient",
        ),
        RuleId::HrPlunge => sign("heart rate plunges under load", "see the patient"),
        RuleId::HrFall => sign("heart rate falls under load", "see the patient"),
        RuleId::HrJump => sign("heart rate jumped without more load", "check the rhythm"),
        RuleId::HrUnexplained => patient(
            "HR",
            "more than load explains, limit",
            "heart rate higher than the load explains",
            "",
        ),
        RuleId::HrNoRise => sign("heart rate does not rise with load", ""),
        RuleId::HrNoRiseTold => sign(
            "heart rate does not rise with load",
            "check the pulse by hand",
        ),
        RuleId::HrRecovery => sign(
            "heart rate recovers slowly",
            "let the cool-down run its time",
        ),
        RuleId::HrOverTargetAtMinimum => patient(
            "HR",
            "over target, limit",
            "over target at the least load",
            "",
        ),
        _ => patient(
            "HR",
            "under target, limit",
            "under target at the greatest permitted load",
            "",
        ),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`of` sends each rule to its group without a wildcard; a test walks every rule"
)]
const fn heart_rate_signal(rule: RuleId) -> RuleWords {
    match rule {
        RuleId::HrLost => equipment("sensor: no trusted heart rate", "check strap"),
        RuleId::HrImplausible => equipment("sensor: heart rate not believable", "check strap"),
        RuleId::HrStep => equipment("sensor: heart rate jumped", "check strap"),
        RuleId::HrStill => equipment("sensor: heart rate stands still", "check strap"),
        RuleId::HrStuck | RuleId::HrStillLevel => {
            equipment("sensor: heart rate stands still", "check the pulse by hand")
        }
        RuleId::HrCadenceLock => equipment("sensor: heart rate follows the pedals", "check strap"),
        RuleId::HrSourcesDiffer => {
            equipment("sensors: strap and oximeter differ", "check both sensors")
        }
        _ => equipment(
            "sensors: strap and oximeter far apart",
            "check both sensors",
        ),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`of` sends each rule to its group without a wildcard; a test walks every rule"
)]
const fn saturation(rule: RuleId) -> RuleWords {
    match rule {
        RuleId::Spo2Floor => patient("SpO2", "at floor", "saturation at its floor", ""),
        RuleId::Spo2Falling => patient("SpO2", "falling to floor, limit", "saturation falls", ""),
        RuleId::Spo2Critical => patient(
            "SpO2",
            "far under floor, limit",
            "saturation far under its floor",
            "see the patient",
        ),
        RuleId::Spo2Stop => patient(
            "SpO2",
            "under stop limit",
            "saturation under its stop limit",
            "see the patient",
        ),
        RuleId::Spo2Fall => patient(
            "SpO2",
            "well below rest, limit",
            "saturation well below rest",
            "",
        ),
        RuleId::Spo2Lost => equipment("sensor: no trusted saturation", "check finger"),
        _ => equipment("sensor: oximeter sees no good pulse", "check finger"),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`of` sends each rule to its group without a wildcard; a test walks every rule"
)]
const fn machine(rule: RuleId) -> RuleWords {
    match rule {
        RuleId::MachineLost => {
            equipment("machine does not answer", "use its own stop, check cable")
        }
        RuleId::MachineBelowTarget => equipment("machine gives less than it was told", ""),
        RuleId::MachineAboveTarget => {
            equipment("machine gives more than it was told", "use its own stop")
        }
        RuleId::MachineRefused => equipment("machine refuses what it was told", "see its display"),
        RuleId::CadenceLow => patient("cadence", "low, limit", "pedalling slow under load", ""),
        RuleId::CadenceVeryLow => patient(
            "cadence",
            "very low, limit",
            "pedalling very slow under load",
            "see the patient",
        ),
        RuleId::CadenceStopped => sign("patient stopped pedalling", "ask: all right?"),
        _ => patient("cadence", "high, limit", "pedalling fast", ""),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`of` sends each rule to its group without a wildcard; a test walks every rule"
)]
const fn entry(rule: RuleId) -> RuleWords {
    match rule {
        RuleId::SbpHigh => patient(
            BLOOD_PRESSURE,
            "over stop limit",
            "blood pressure over its stop limit",
            "see the patient",
        ),
        RuleId::SbpHighTraining => patient(
            BLOOD_PRESSURE,
            "high for training, limit",
            "blood pressure high for training",
            "repeat in 2 min: b",
        ),
        RuleId::SbpDrop => patient(
            "systolic",
            "dropped under load, limit",
            "systolic pressure dropped under load",
            "repeat at once: b",
        ),
        RuleId::SbpNoRise => sign("systolic pressure does not rise with load", ""),
        RuleId::PulsePressure => sign("pulse pressure falls with rising load", "repeat: b"),
        RuleId::Breathing => patient("breathing", "fast, limit", "breathing fast", ""),
        RuleId::RpeHigh => patient(
            "RPE",
            "over prescribed",
            "perceived exertion over the prescribed",
            "ask again: r",
        ),
        RuleId::DyspnoeaHigh => patient(
            "dyspnoea",
            "over prescribed",
            "dyspnoea over the prescribed",
            "ask again: y",
        ),
        RuleId::Angina => patient("angina", "of 4, limit", "angina", "see the patient"),
        RuleId::Claudication => patient(
            "leg pain",
            "of 4, limit",
            "claudication",
            "rest until 0, then X",
        ),
        RuleId::PoorPerfusion => sign(
            "dizzy, pale, blue, confused or unsteady",
            "stay with the patient",
        ),
        RuleId::Ectopy => sign("extra beats on the rise", "see the patient"),
        RuleId::Arrhythmia => sign("new arrhythmia or a shock", "stay with the patient"),
        _ => sign("symptom, or the patient asks to stop", "see the patient"),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`of` sends each rule to its group without a wildcard; a test walks every rule"
)]
const fn surroundings(rule: RuleId) -> RuleWords {
    match rule {
        RuleId::OperatorStop => session("stopped with the stop key", ""),
        RuleId::EmergencyStop => session("EMERGENCY STOP, relay open", "c twice goes on"),
        RuleId::StopButton => session("stop button pressed, or its wire open", "reset the button"),
        RuleId::TimeOver => session("conditioning over its time", ""),
        RuleId::BpDue => session("blood pressure is due", "b enter it"),
        RuleId::Unacknowledged => session("high alarm that nobody acknowledged", ""),
        RuleId::GymCloses => session("the gym is being closed", ""),
        RuleId::NobodyWatches => session("no dashboard was alive", ""),
        RuleId::ControllerFault => equipment(
            "control of this station failed",
            "use the machine's own stop",
        ),
        _ => equipment("control fell silent", "use the machine's own stop"),
    }
}

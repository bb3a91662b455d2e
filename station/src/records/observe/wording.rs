//! Codes of the core in words, for the text of an event.

use crate::records::MeasurementKind;
use control::input::{Action, Device, Entry, LinkState};
use control::outputs::Refusal;
use control::prescription::BoundSensors;
use control::rules::RuleId;
use control::view::{AlarmView, PhaseKind};
use protocols::vocabulary::MachineCommand;

use super::super::entry::EventKind;
use crate::dashboard::words;

pub(super) const fn phase(phase: PhaseKind) -> &'static str {
    match phase {
        PhaseKind::Idle => "idle",
        PhaseKind::Ready => "ready",
        PhaseKind::Starting => "starting",
        PhaseKind::WarmUp => "warm-up",
        PhaseKind::Conditioning => "conditioning",
        PhaseKind::CoolDown => "cool-down",
        PhaseKind::Recovery => "recovery",
        PhaseKind::Finished => "finished",
        PhaseKind::Paused => "a pause",
        PhaseKind::Stopped => "a stop",
    }
}

pub(super) const fn bound(bound: BoundSensors) -> &'static str {
    match (bound.strap, bound.oximeter) {
        (true, true) => "the patient wears strap and oximeter now",
        (true, false) => "the patient wears a strap alone now",
        (false, true) => "the patient wears an oximeter alone now",
        (false, false) => "the patient wears no sensor now",
    }
}

pub(super) fn action(action: &Action) -> String {
    let words = match action {
        Action::Begin(_) => "a patient takes the station",
        Action::DoorChecked => "the check at the door is done",
        Action::ConfirmStart => "the start is confirmed",
        Action::Pause => "pause",
        Action::Resume => "resume",
        Action::LoadUp => "load up by hand",
        Action::LoadDown => "load down by hand",
        Action::TargetUp => "target a step up",
        Action::TargetDown => "target a step down",
        Action::Automatic => "load back to the controller",
        Action::BeginCoolDown => "cool-down now",
        Action::Finish => "finish now",
        Action::Stop => "STOP",
        Action::EmergencyStop => "EMERGENCY STOP",
        Action::Acknowledge(rule) => return format!("acknowledges {rule}"),
        Action::AcknowledgeAll => "acknowledges every alarm",
        Action::Silence(time) => return format!("silences alarms for {} s", time.as_secs()),
        Action::Enter(entry) => return entered(*entry),
    };
    words.to_owned()
}

/// What a person entered.
pub(crate) fn entered(entry: Entry) -> String {
    let words = match entry {
        Entry::PerceivedExertion(score) => return format!("perceived exertion {score}"),
        Entry::BloodPressure {
            systolic,
            diastolic,
            symptoms,
        } => {
            let beside = if symptoms { ", with symptoms" } else { "" };
            return format!(
                "blood pressure {}/{} mmHg{beside}",
                systolic.get(),
                diastolic.get()
            );
        }
        Entry::Dyspnoea(score) => return format!("dyspnoea {score}"),
        Entry::Angina(score) => return format!("angina {score}"),
        Entry::Claudication(score) => return format!("claudication {score}"),
        Entry::Breathing(rate) => return format!("breathing {rate} /min"),
        Entry::Glucose(milligrams) => return format!("glucose {milligrams} mg/dL"),
        Entry::OxygenFlow(millilitres) => {
            let unit = MeasurementKind::OxygenFlow.unit();
            let (flow, unit) = MeasurementKind::written(unit, millilitres.into());
            return format!("oxygen {flow} {unit}");
        }
        Entry::PoorPerfusion => "signs of poor perfusion",
        Entry::Ectopy => "rising ectopy",
        Entry::Arrhythmia => "a new arrhythmia",
        Entry::Symptom => "a symptom",
    };
    words.to_owned()
}

/// Why the core did not take an action, as it stands in the record.
pub(crate) const fn refusal(action: &Action, refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::LimitReached if matches!(action, Action::LoadDown) => {
            "the load is at its least already"
        }
        Refusal::LimitReached if matches!(action, Action::TargetDown) => {
            "the target is at its least already"
        }
        Refusal::LimitReached if matches!(action, Action::TargetUp) => {
            "a higher target is not permitted now"
        }
        Refusal::NoTarget => "there is no target to move now",
        Refusal::NotNow if matches!(action, Action::Acknowledge(_)) => {
            "nothing of it waits to be acknowledged"
        }
        Refusal::NotNow => "not in this phase",
        Refusal::AcknowledgeFirst => "an alarm has to be acknowledged first",
        Refusal::ConditionHolds => "what stopped it still holds",
        Refusal::StopCircuitOpen => "the stop circuit is open",
        Refusal::SignalNotTrusted => "a required signal is not trusted",
        Refusal::MachineLost => "the machine does not answer",
        Refusal::LimitReached => "more load is not permitted now",
        Refusal::OutOfRange => "outside what can be entered",
        Refusal::CoolDownNeeded => "a rule asks for the whole cool-down",
        Refusal::WrongMachine => "the prescription does not fit this machine",
        Refusal::BrakeHoldsMore => {
            "this machine's brake cannot go as low as the prescription: use another machine"
        }
        Refusal::OrdersUnderItsLeast => {
            "this machine gives nothing at the load that is prescribed: use another machine, or prescribe more"
        }
        Refusal::PowerReturns => "the machine's power came back just then",
    }
}

pub(super) fn link(device: Device, state: LinkState) -> String {
    let device = match device {
        Device::Machine => "the machine",
        Device::Strap => "the strap",
        Device::Oximeter => "the oximeter",
    };
    let state = match state {
        LinkState::Up => "answers",
        LinkState::Silent => "is silent",
        LinkState::Gone => "is gone: its port is not there",
    };
    format!("{device} {state}")
}

pub(super) fn alarm(kind: EventKind, rule: RuleId, alarm: Option<&AlarmView>) -> String {
    let done = match kind {
        EventKind::AlarmRaised => "raised",
        EventKind::AlarmEscalated => "has a higher priority now",
        EventKind::AlarmRepeated => "calls again",
        EventKind::AlarmAcknowledged => "acknowledged",
        EventKind::AlarmSilenced => "silenced",
        EventKind::AlarmCleared => "cleared",
        EventKind::Session
        | EventKind::Phase
        | EventKind::Operator
        | EventKind::Refused
        | EventKind::Decision
        | EventKind::Command
        | EventKind::Link
        | EventKind::Gap
        | EventKind::Notice
        | EventKind::Purge
        | EventKind::Looked
        | EventKind::Exported
        | EventKind::Note
        | EventKind::Correction
        | EventKind::Signature
        | EventKind::SignatureRefused
        | EventKind::Staff
        | EventKind::Identity => "changed",
    };
    let saw = alarm.filter(|alarm| alarm.value.is_some() && alarm.limit.is_some());
    match (kind, saw) {
        (EventKind::AlarmRaised | EventKind::AlarmEscalated, Some(alarm)) => {
            let saw = words::alarm(rule, alarm.value, alarm.limit);
            format!("{rule} {done}: {saw}")
        }
        _ => format!("{rule} {done}"),
    }
}

pub(super) const fn gym_closes(over: bool) -> &'static str {
    if over {
        "the gym is being closed: the bout is over"
    } else {
        "the gym is being closed: the machine is brought to rest"
    }
}

pub(super) fn refused(command: &MachineCommand) -> String {
    match command {
        MachineCommand::Start(load) => format!("the machine refused to start with {load}"),
        MachineCommand::SetLoad(load) => format!("the machine refused {load}"),
        MachineCommand::Stop | MachineCommand::EmergencyStop => {
            "the machine refused the stop".to_owned()
        }
    }
}

pub(super) fn command(command: &MachineCommand) -> String {
    match command {
        MachineCommand::Start(load) => format!("the machine is told to start with {load}"),
        MachineCommand::SetLoad(load) => format!("the machine is told {load}"),
        MachineCommand::Stop => "the machine is told to stop".to_owned(),
        MachineCommand::EmergencyStop => "the machine is told its fastest stop".to_owned(),
    }
}

//! The rows of what a person measures, sees or does: they act in the call that carries it.

use super::{Escalation, Rule, Stage};
use crate::rules::{LoadAct, Priority, RuleId};

/// Entries and operator.
pub(super) const ROWS: [Rule; 17] = [
    Rule::new(RuleId::SbpHigh, "systolic > 250 or diastolic > 115, or the prescription's")
        .stages(&[Stage::after(0).load(LoadAct::CoolDown).tell(Priority::High)])
        .escalate(Escalation { when: "with symptoms", load: LoadAct::Stop, tell: Priority::High })
        .latched(),
    Rule::new(RuleId::SbpHighTraining, "systolic > 220 or diastolic > 105")
        .stages(&[Stage::after(0).load(LoadAct::Fall).tell(Priority::Medium).ask("repeat in 2 min")])
        .clear("the next entry is in range"),
    Rule::new(RuleId::SbpDrop, "systolic more than 10 below an earlier one of this bout at a lower load, load not lowered")
        .stages(&[Stage::after(0).load(LoadAct::CoolDown).tell(Priority::High).ask("repeat at once")])
        .escalate(Escalation { when: "with symptoms", load: LoadAct::Stop, tell: Priority::High })
        .latched(),
    Rule::new(RuleId::SbpNoRise, "systolic not above rest at 3 METs or more above it")
        .stages(&[Stage::after(0).load(LoadAct::Hold).tell(Priority::Medium)])
        .latched(),
    Rule::new(RuleId::PulsePressure, "pulse pressure 10 or more below an earlier one of this bout, load rising")
        .stages(&[Stage::after(0).load(LoadAct::Hold).tell(Priority::Medium).ask("repeat")])
        .latched(),
    Rule::new(RuleId::Breathing, "more than 40 breaths a minute, or 10 or more above the entry before")
        .stages(&[Stage::after(0).load(LoadAct::Fall).tell(Priority::Medium)])
        .latched(),
    Rule::new(RuleId::RpeHigh, "perceived exertion above the prescribed")
        .stages(&[Stage::after(0).load(LoadAct::Fall).tell(Priority::Medium)])
        .escalate(Escalation { when: "17 or more", load: LoadAct::CoolDown, tell: Priority::Medium })
        .clear("the next entry is in range"),
    Rule::new(RuleId::DyspnoeaHigh, "dyspnoea above the prescribed (default 6)")
        .stages(&[Stage::after(0).load(LoadAct::Fall).tell(Priority::Medium)])
        .escalate(Escalation { when: "8 or more", load: LoadAct::CoolDown, tell: Priority::Medium })
        .clear("the next entry is in range"),
    Rule::new(RuleId::Angina, "angina 1 of 4")
        .stages(&[Stage::after(0).load(LoadAct::Fall).tell(Priority::Medium)])
        .escalate(Escalation { when: "2 or more", load: LoadAct::Stop, tell: Priority::High })
        .latched(),
    Rule::new(RuleId::Claudication, "claudication at or above the prescribed (default 3 of 0-4)")
        .stages(&[Stage::after(0).load(LoadAct::ZeroWait).tell(Priority::Low)])
        .clear("pain 0 entered and a person resumes"),
    Rule::new(RuleId::PoorPerfusion, "ataxia, dizziness, near-syncope, pallor, cyanosis or confusion")
        .stages(&[Stage::after(0).load(LoadAct::Stop).tell(Priority::High)])
        .latched(),
    Rule::new(RuleId::Ectopy, "rising ectopy")
        .stages(&[Stage::after(0).load(LoadAct::Fall).tell(Priority::High)])
        .latched(),
    Rule::new(RuleId::Arrhythmia, "new ventricular tachycardia, block of degree 2 or 3, new atrial fibrillation, or a defibrillator shock")
        .stages(&[Stage::after(0).load(LoadAct::Stop).tell(Priority::High)])
        .latched(),
    Rule::new(RuleId::Symptom, "the symptom key, or the patient asks to stop")
        .stages(&[Stage::after(0).load(LoadAct::Stop).tell(Priority::High)])
        .latched(),
    Rule::new(RuleId::OperatorStop, "the stop key")
        .stages(&[Stage::after(0).load(LoadAct::Stop).tell(Priority::Medium)])
        .latched(),
    Rule::new(RuleId::EmergencyStop, "the emergency stop of a person")
        .stages(&[Stage::after(0).load(LoadAct::Stop).tell(Priority::High).relay_opens().note("the machine's fastest stop; the relay stays open until a person goes on")])
        .latched(),
    Rule::new(RuleId::StopButton, "the stop circuit is open")
        .stages(&[Stage::after(0).load(LoadAct::Stop).tell(Priority::High).relay_opens()])
        .latched(),
];

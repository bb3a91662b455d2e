//! What the core shows of itself, for dashboards and records. Codes and numbers: text is made outside.

use core::time::Duration;

use protocols::vocabulary::{Absence, MachineLoad, MachineReport, NetMets, Quality, Timestamp};
use serde::{Deserialize, Serialize};

use crate::controller::Target;
use crate::input::HeartRateSource;
use crate::learning::Learned;
use crate::rules::{LoadAct, Priority, RuleId};
use crate::signals::DOUBTED_AFTER;

/// How old what a device said may be and still be live: of what is older a wall shows the age, and a record has no value.
pub const LIVE_FOR: Duration = DOUBTED_AFTER;

/// The phase of a station, without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// No patient.
    Idle,
    /// A patient is there; the start interlock is watched.
    Ready,
    /// A belt's warning runs.
    Starting,
    /// Warm-up.
    WarmUp,
    /// Conditioning.
    Conditioning,
    /// Cool-down.
    CoolDown,
    /// Load is off; heart rate and saturation are watched.
    Recovery,
    /// The bout is over.
    Finished,
    /// A person interrupted it, or a rule waits for its end; load is at nothing.
    Paused,
    /// A stop rule fired; a person has to acknowledge and resume.
    Stopped,
}

impl PhaseKind {
    /// Every phase, in the order of a bout, and then what interrupts one.
    pub const ALL: [Self; 10] = [
        Self::Idle,
        Self::Ready,
        Self::Starting,
        Self::WarmUp,
        Self::Conditioning,
        Self::CoolDown,
        Self::Recovery,
        Self::Finished,
        Self::Paused,
        Self::Stopped,
    ];
}

/// Why the load is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing held it back: it is what the phase or the controller asked for.
    AsProposed,
    /// No load in this phase.
    Phase,
    /// A rule took part of it away or forbade a rise.
    Rule(RuleId, LoadAct),
    /// The prescription's ceiling.
    PrescribedCeiling,
    /// The machine's ceiling.
    MachineCeiling,
    /// A stop is latched and nobody has resumed.
    StopLatched,
    /// The heart rate foretold for 30 s ahead would pass its limit.
    Prediction,
    /// The load would be more than this patient's assessment explains.
    PlausibilityCap,
    /// A required signal is not trusted: no rise.
    SignalNotTrusted,
    /// The ramp of the phase.
    Ramp,
    /// A person's hand lowered it.
    Hand,
    /// The record has a gap: no rise.
    RecordGap,
    /// Saturation is near its floor: load gives way.
    SaturationNearFloor,
    /// The machine gives less than it was told: the grant follows.
    MachineFollows,
    /// Rounded down to what the machine can be told.
    Rounding,
}

/// How far a signal can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Load may rise on it.
    Trusted,
    /// It is shown with its doubt; load does not rise.
    Doubted,
    /// It is gone; load falls.
    Lost,
    /// No such sensor is bound.
    Absent,
}

/// One vital sign as the core knows it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VitalView {
    /// The latest value; `None` where there is none now. The viewer computes its age and never shows it past its limit.
    pub value: Option<f64>,
    /// When its bytes were sent.
    pub sent_at: Option<Timestamp>,
    /// How far it can be relied on.
    pub trust: Trust,
    /// The rule that doubts it, where one does.
    pub doubted_by: Option<RuleId>,
    /// What the device says of its last value, where that is not good.
    pub quality: Option<Quality>,
    /// The mean of the last 15 s, where the rhythm is irregular: what is shown instead of a value that jumps.
    pub mean_15_s: Option<f64>,
    /// Why there is no value.
    pub absence: Option<Absence>,
    /// Whose value it is, for a heart rate.
    pub source: Option<HeartRateSource>,
    /// Mean over 60 s before minus mean over the last 15 s, negated: positive rises. `None` where too little is trusted.
    pub trend_per_minute: Option<f64>,
    /// The mean that is foretold for 60 s ahead and half the width of its band (nine of ten were within it); `None` where the sign is
    /// not trusted, no load is due, its answer to load is not known, or too few errors were measured.
    pub ahead_60_s: Option<(f64, f64)>,
}

/// What still keeps a session from starting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a check list, each line by itself"
)]
pub struct Interlock {
    /// The machine does not answer.
    pub machine: bool,
    /// A required signal is not good and steady yet.
    pub signals: bool,
    /// Rest is not measured yet.
    pub rest: bool,
    /// The check at the door is not done.
    pub door_check: bool,
    /// No person has confirmed since the last stop: the word that it may begin is also what frees a stop.
    pub confirmation: bool,
    /// The stop circuit is open.
    pub stop_circuit: bool,
    /// A latched alarm is not acknowledged.
    pub alarms: bool,
    /// A rule would keep load away now, whether its alarm was seen or not.
    pub rules: bool,
}

impl Interlock {
    /// Whether nothing keeps it any more.
    #[must_use]
    pub const fn is_clear(&self) -> bool {
        !(self.machine
            || self.signals
            || self.rest
            || self.door_check
            || self.confirmation
            || self.stop_circuit
            || self.alarms
            || self.rules)
    }
}

/// One alarm that is raised now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AlarmView {
    /// Which rule.
    pub rule: RuleId,
    /// Its priority.
    pub priority: Priority,
    /// Since when.
    pub since: Timestamp,
    /// The worst value that its rule saw since it came, or came again after a person had seen it, in the rule's own unit.
    pub value: Option<f64>,
    /// The limit that this value broke, in the same unit.
    pub limit: Option<f64>,
    /// Whether its condition still holds.
    pub active: bool,
    /// Whether it stays until a person acknowledges.
    pub latched: bool,
    /// Whether a person has.
    pub acknowledged: bool,
    /// Its sound is off until then.
    pub silenced_until: Option<Timestamp>,
    /// What it does to the load now.
    pub act: Option<LoadAct>,
}

/// What a person should know of the control of load and of its signals, and no alarm says.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent remarks, each said by itself"
)]
pub struct Notes {
    /// What conditioning asks for now, where a person may move it.
    pub target: Option<Target>,
    /// What the prescription asks for now: another where a person moved it.
    pub target_ordered: Option<Target>,
    /// The gain that the warm-up showed, as a share of the assessed one.
    pub gain_of_assessed: Option<f64>,
    /// The two gains do not belong together: the one that asks for less load was taken (`supervision.md` U19).
    pub smaller_load: bool,
    /// A heart rate was to be held, and nothing gave a gain: the warm-up's load stays.
    pub without_gain: bool,
    /// The load swung: the law goes on with half its p (`supervision.md` U20).
    pub slowed: bool,
    /// The rhythm is irregular.
    pub irregular: Option<Irregular>,
    /// The oximeter's pulse stands in for the strap: limits in heart rate are 5 tighter.
    pub stands_in: bool,
    /// The rule that doubts the strap that is worn, whoever leads: a person has to know which sensor it is.
    pub strap_doubted_by: Option<RuleId>,
    /// How the sources of heart rate stand to each other.
    pub agreement: Agreement,
}

/// How it is known that a rhythm is irregular. Means are then of 15 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Irregular {
    /// Atrial fibrillation is on file.
    OnFile,
    /// The heart rate varies from second to second as it does in ectopy or atrial fibrillation.
    Seen,
}

/// How the sources of heart rate stand to each other, by their means of 10 s (30 s in an irregular rhythm).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Agreement {
    /// The strap's mean, where it is good and fresh.
    pub strap: Option<f64>,
    /// The oximeter's.
    pub oximeter: Option<f64>,
    /// The machine's.
    pub machine: Option<f64>,
    /// They have differed for 15 s and more.
    pub differ: bool,
    /// The one that differs from the two others, which agree.
    pub alone: Option<HeartRateSource>,
}

/// How old what an oximeter shows is, in seconds: blood takes so long to the finger, and the oximeter averages (`supervision.md`
/// section 4).
pub const OXIMETER_LAG_S: (u8, u8) = (15, 45);

/// All that a dashboard may show of a station's core.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StationView {
    /// The phase.
    pub phase: PhaseKind,
    /// In the phase since.
    pub phase_since: Timestamp,
    /// When the phase ends by itself.
    pub phase_until: Option<Timestamp>,
    /// The phase that a pause or a stop interrupted.
    pub interrupted: Option<PhaseKind>,
    /// In an interval: which one, from 1, and whether this is its work.
    pub interval: Option<(u16, bool)>,
    /// What keeps a session from starting, in ready.
    pub interlock: Interlock,
    /// The heart rate that counts.
    pub heart_rate: VitalView,
    /// The oximeter's pulse beside it.
    pub pulse: VitalView,
    /// The machine's own pulse beside them: never led by, weighed against the others.
    pub machine_pulse: VitalView,
    /// The saturation.
    pub saturation: VitalView,
    /// Resting heart rate of this bout.
    pub resting_heart_rate: Option<f64>,
    /// The heart rate asked for now.
    pub target_heart_rate: Option<f64>,
    /// The load that the phase or the controller asks for.
    pub proposed: NetMets,
    /// The load that is let through.
    pub granted: NetMets,
    /// The load that the machine was told last.
    pub told: Option<MachineLoad>,
    /// What the machine reported last, and when it was sent; however long ago that was ([`Self::reported`]).
    pub machine: Option<(MachineReport, Timestamp)>,
    /// Whether the load is in a person's hand.
    pub by_hand: bool,
    /// Why the load is what it is.
    pub reason: Reason,
    /// When the next blood pressure is due.
    pub blood_pressure_due: Option<Timestamp>,
    /// Whether the relay is open.
    pub relay_open: bool,
    /// How much longer the machine has its power back so that it may answer; `None` where nobody gave it back.
    pub power_back_for: Option<Duration>,
    /// What this bout has taught of the patient's heart; `None` while that would be a guess.
    pub learned: Option<Learned>,
    /// What a person should know, and no alarm says.
    pub notes: Notes,
}

impl StationView {
    /// What the machine reports now; `None` where it was last heard longer ago than [`LIVE_FOR`].
    #[must_use]
    pub fn reported(&self, now: Timestamp) -> Option<&MachineReport> {
        live(self.machine.as_ref(), now)
    }
}

fn live(heard: Option<&(MachineReport, Timestamp)>, now: Timestamp) -> Option<&MachineReport> {
    let (report, sent_at) = heard?;
    (now.since(*sent_at) <= LIVE_FOR).then_some(report)
}

impl VitalView {
    /// A sign that nobody measures.
    pub const ABSENT: Self = Self {
        value: None,
        sent_at: None,
        trust: Trust::Absent,
        doubted_by: None,
        quality: None,
        mean_15_s: None,
        absence: None,
        source: None,
        trend_per_minute: None,
        ahead_60_s: None,
    };

    /// The value, whatever the trust in it; `None` where it was sent longer ago than [`LIVE_FOR`].
    #[must_use]
    pub fn live(&self, now: Timestamp) -> Option<f64> {
        self.value
            .filter(|_| self.age(now).is_some_and(|age| age <= LIVE_FOR))
    }

    /// How old the last that its source said is, a value or that there is none.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        self.sent_at.map(|sent_at| now.since(sent_at))
    }
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::MachineState;

    use super::*;

    #[test]
    fn what_is_shown_as_it_is_now_was_heard_within_the_time_for_that() {
        let heard = Timestamp::from_secs(100);
        let just = Timestamp::from_micros(heard.as_micros() + micros(LIVE_FOR));
        let later = Timestamp::from_micros(just.as_micros() + 1);
        let vital = VitalView {
            value: Some(97.0),
            sent_at: Some(heard),
            ..VitalView::ABSENT
        };
        assert_eq!(vital.live(heard), Some(97.0));
        assert_eq!(vital.live(just), Some(97.0));
        assert_eq!(vital.live(later), None);
        let machine = Some((MachineReport::of(MachineState::Running), heard));
        assert_eq!(
            live(machine.as_ref(), just).map(|report| report.state),
            Some(MachineState::Running)
        );
        assert_eq!(live(machine.as_ref(), later), None);
        assert_eq!(live(None, just), None);
    }

    fn micros(time: Duration) -> u64 {
        u64::try_from(time.as_micros()).expect("short")
    }

    #[test]
    fn each_line_of_the_interlock_keeps_a_session_from_starting() {
        type Line = fn(&mut Interlock);
        let lines: [Line; 8] = [
            |interlock| interlock.machine = true,
            |interlock| interlock.signals = true,
            |interlock| interlock.rest = true,
            |interlock| interlock.door_check = true,
            |interlock| interlock.confirmation = true,
            |interlock| interlock.stop_circuit = true,
            |interlock| interlock.alarms = true,
            |interlock| interlock.rules = true,
        ];
        assert!(Interlock::default().is_clear());
        for line in lines {
            let mut interlock = Interlock::default();
            line(&mut interlock);
            assert!(!interlock.is_clear(), "{interlock:?}");
        }
    }

    #[test]
    fn a_value_is_as_old_as_its_bytes() {
        let now = Timestamp::from_secs(10);
        assert_eq!(VitalView::ABSENT.age(now), None);
        let measured = VitalView {
            sent_at: Some(Timestamp::from_secs(7)),
            ..VitalView::ABSENT
        };
        assert_eq!(measured.age(now), Some(Duration::from_secs(3)));
    }
}

//! What the machine is told, and when: it is claimed, loaded, unloaded and let go here, and nowhere else.
//!
//! Promises: a command that takes load away is never held back by a step or a beat; a belt changes in timed steps and rises only
//! while a rise is permitted; a stop is said again until the machine reports that it rests; a machine that fell out of use by itself is
//! asked for nothing until a person goes on, and then it is started.

use core::cmp::Ordering;
use core::time::Duration;

use protocols::vocabulary::{
    Capabilities, LoadControl, MachineCommand, MachineLoad, MachineReport, MachineState, NetMets,
    Timestamp, Watts,
};
use serde::{Deserialize, Serialize};

use crate::actuation::{Actuation, Belt, BeltSetting, Motion, Pace, Sent};
use crate::outputs::Outputs;

/// A stop that the machine has not followed is said again after so long.
const STOP_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The same where nobody exercises: the machine's own keys may keep it going, and nobody is harmed by the pause.
const REST_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// A belt that stands and was told to be level is as level as it gets below this, in per cent: what `machine-above-target` lets pass.
const LEVEL: f64 = 1.0;

/// A belt that was told its last grade has followed after so long, at half a per cent a second and with its report on the way.
const LEVELS_WITHIN: Duration = Duration::from_secs(5);

/// What the machine is wanted to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wanted {
    /// This load.
    Load {
        /// What was granted.
        granted: NetMets,
        /// Something other than the controller lowered it: told at once, however little it is.
        at_once: bool,
        /// How it compares with what was granted before this call: only a rise asks the machine for more (I14).
        moved: Ordering,
        /// Load may rise now.
        may_rise: bool,
        /// A new load is told when it differs from the last by this, in METs.
        step: f64,
    },
    /// No load, the bout waits: an ergometer stays claimed, a belt stands.
    Nothing,
    /// No load and out of use, because a stop says so.
    Stop,
    /// No load and out of use, because nobody exercises.
    Rest,
}

/// What moves this call, beside what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nudge {
    /// Nothing.
    None,
    /// A person stops it: the stop goes out whatever was told before.
    Stop,
    /// A person calls the emergency stop.
    Emergency,
    /// The machine answers again: what holds is told anew.
    BackOnLine,
}

/// The machine of a station, as far as it was told something.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Drive {
    control: LoadControl,
    /// The belt as a machine, without a prescription; `None` for an ergometer.
    belt: Option<Belt>,
    /// What turns load into commands for this patient.
    actuation: Option<Actuation>,
    /// The machine was started and not yet let go.
    claimed: bool,
    sent: Option<Sent>,
    /// What the machine was told before that, where that was less: it holds if the last is refused.
    before: Option<Sent>,
    motion: Option<Motion>,
    aim: BeltSetting,
    stop_said_at: Option<Timestamp>,
    emergency: bool,
    gait: Gait,
    again: Again,
}

/// Whether a belt that fell silent is told its load anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Again {
    /// It did not fall silent, or was told.
    No,
    /// It answers again, and may have stopped by itself: first it has to report that it runs.
    OnceItRuns,
    /// It runs.
    Now,
}

/// What the machine has reported since it was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Gait {
    /// No motion yet.
    Unseen,
    /// A belt runs, an ergometer is in use.
    Runs,
    /// It ran, and its last report says that it stands, or is out of use. One report may be wrong.
    Slips,
    /// It ran, and stands or is out of use although nobody here told it to: it was stopped at its own keys, by its own watchdog, or lost
    /// its power.
    Halted,
    /// It refused its start.
    Refused,
}

impl Drive {
    pub(crate) fn new(capabilities: &Capabilities) -> Self {
        Self {
            control: capabilities.control,
            belt: capabilities.belt.as_ref().and_then(Belt::of_machine),
            actuation: None,
            claimed: false,
            sent: None,
            before: None,
            motion: None,
            aim: BeltSetting::STANDING,
            stop_said_at: None,
            emergency: false,
            gait: Gait::Unseen,
            again: Again::No,
        }
    }

    /// A patient takes the machine.
    pub(crate) const fn take(&mut self, actuation: Actuation) {
        self.actuation = Some(actuation);
    }

    pub(crate) const fn actuation(&self) -> Option<&Actuation> {
        self.actuation.as_ref()
    }

    pub(crate) const fn is_belt(&self) -> bool {
        self.belt.is_some()
    }

    /// Whether the machine was started and not yet let go.
    pub(crate) const fn is_claimed(&self) -> bool {
        self.claimed
    }

    /// What the machine was told last.
    pub(crate) fn told(&self) -> Option<MachineLoad> {
        self.sent.map(|sent| sent.load)
    }

    /// What the machine was told last, and for which load.
    pub(crate) const fn sent(&self) -> Option<&Sent> {
        self.sent.as_ref()
    }

    /// The machine reported.
    pub(crate) fn hear(&mut self, report: &MachineReport) {
        if !self.claimed {
            return;
        }
        let stands = if self.is_belt() {
            report.speed.is_some_and(|speed| speed.get().abs() <= 0.0)
        } else {
            // Who pauses on an ergometer, or turns no crank, has not left it.
            report.state == MachineState::Standing
        };
        // An ergometer that fell out of use may brake by itself whoever pedals on: its state tells, not its power.
        let moves = if self.is_belt() {
            report.is_moving()
        } else {
            report.is_moving() && !stands
        };
        if moves {
            self.gait = Gait::Runs;
            if self.again == Again::OnceItRuns {
                self.again = Again::Now;
            }
        } else if stands {
            self.gait = match self.gait {
                Gait::Unseen => Gait::Unseen,
                Gait::Refused => Gait::Refused,
                Gait::Runs => Gait::Slips,
                Gait::Slips | Gait::Halted => Gait::Halted,
            };
        }
    }

    /// What a belt does that is still on its way up to its load; `None` where it is there, and for an ergometer.
    pub(crate) fn on_the_way_up(&self) -> Option<NetMets> {
        let on = self.motion?.told();
        let rises = on.speed < self.aim.speed || on.grade < self.aim.grade;
        (self.claimed && rises).then_some(self.actuation?.net_mets(&on.load()))
    }

    /// The machine refused `command`. Says what was in force before it, where that is less: it holds, and is what the machine was told.
    /// A reduction that was refused stays told, so that the machine is judged by it.
    pub(crate) fn refused(&mut self, now: Timestamp, command: &MachineCommand) -> Option<NetMets> {
        if !self.claimed {
            return None;
        }
        match command {
            MachineCommand::Start(_) => {
                if self.gait == Gait::Unseen {
                    self.gait = Gait::Refused;
                }
                None
            }
            MachineCommand::SetLoad(load) => {
                // An older one that was overtaken says nothing of the last.
                let before = self.before.filter(|_| self.told() == Some(*load))?;
                self.before = None;
                if let MachineLoad::Belt { speed, grade } = before.load {
                    let setting = BeltSetting {
                        speed: speed.get(),
                        grade: grade.get(),
                    };
                    self.motion = Some(Motion::at(now, setting));
                    self.aim = setting;
                }
                // A belt on its way up was asked for more than the step that it had reached.
                let costs = self.actuation?.net_mets(&before.load);
                let in_force = before.asked.min(costs);
                self.sent = Some(Sent {
                    asked: in_force,
                    ..before
                });
                Some(in_force)
            }
            MachineCommand::Stop | MachineCommand::EmergencyStop => None,
        }
    }

    /// Whether the machine stopped or fell out of use by itself, or refused its start: it waits for a person, and is asked for nothing
    /// meanwhile.
    pub(crate) const fn has_halted(&self) -> bool {
        self.claimed && matches!(self.gait, Gait::Halted | Gait::Refused)
    }

    /// Whether it stopped or fell out of use by itself, and was not started since.
    pub(crate) const fn stopped_by_itself(&self) -> bool {
        matches!(self.gait, Gait::Halted)
    }

    /// Whether a machine that takes commands is not started, or was let go since.
    pub(crate) const fn is_let_go(&self) -> bool {
        !self.claimed && self.control.is_commanded()
    }

    /// Whether the emergency stop was called and nobody has gone on since.
    pub(crate) const fn is_emergency(&self) -> bool {
        self.emergency
    }

    /// A person goes on after an emergency stop.
    pub(crate) const fn end_emergency(&mut self) {
        self.emergency = false;
    }

    /// Says to the machine what has to be said in this call.
    pub(crate) fn say(
        &mut self,
        now: Timestamp,
        wanted: Wanted,
        nudge: Nudge,
        report: Option<(MachineReport, Timestamp)>,
        outputs: &mut Outputs,
    ) {
        if nudge == Nudge::Emergency {
            self.emergency = true;
            self.release(now, MachineCommand::EmergencyStop, outputs);
            return;
        }
        // A machine that a person sets takes no commands: the relay and the alarms are what is left, and a stop is said all the same.
        if self.control == LoadControl::ByHand && nudge != Nudge::Stop {
            return;
        }
        match wanted {
            Wanted::Load { .. } => self.say_load(now, wanted, nudge, outputs),
            Wanted::Nothing => self.say_nothing(now, nudge, report, outputs),
            Wanted::Stop => self.say_end(now, STOP_AGAIN_AFTER, nudge, report, outputs),
            Wanted::Rest => self.say_rest(now, nudge, report, outputs),
        }
    }

    /// The way out where nothing else can be relied on: the machine's fastest stop, in place of whatever this call was to say.
    pub(crate) fn let_go(&mut self, now: Timestamp, outputs: &mut Outputs) {
        self.emergency = true;
        outputs.command = None;
        self.release(now, MachineCommand::EmergencyStop, outputs);
    }

    fn say_load(&mut self, now: Timestamp, wanted: Wanted, nudge: Nudge, outputs: &mut Outputs) {
        let Wanted::Load {
            granted,
            at_once,
            moved,
            may_rise,
            step,
        } = wanted
        else {
            return;
        };
        let Some(actuation) = self.actuation else {
            return;
        };
        if !self.control.is_commanded() {
            // It is told no load, so none is expected of it.
            self.sent = None;
            return;
        }
        let is_new = self.is_new(granted, at_once, moved, step);
        match actuation {
            Actuation::Cycle { .. } => {
                let load = actuation.load(granted, self.sent.as_ref());
                if !self.claimed {
                    self.start(granted, load, outputs);
                } else if is_new && self.told() != Some(load) {
                    self.set(granted, load, outputs);
                } else if nudge == Nudge::BackOnLine {
                    self.say_again(outputs);
                }
            }
            Actuation::Treadmill(belt) => {
                if !self.claimed {
                    // A belt that may not walk yet does not begin to move either.
                    if granted <= NetMets::ZERO {
                        return;
                    }
                    self.motion = Some(Motion::at(now, belt.start()));
                    self.aim = belt.start();
                    self.start(granted, belt.start().load(), outputs);
                    return;
                }
                if is_new {
                    let before = self.sent.map_or(NetMets::ZERO, |sent| sent.asked);
                    self.aim = belt.divided(granted, Some((before, self.setting())));
                    self.ask(granted);
                }
                // A load that went down by less than a command's step still holds back what was permitted before it. A belt that is
                // yet to begin waits at its slowest: it would jump to all that it was told meanwhile, and a stop would have to slow
                // it first.
                let rises = may_rise
                    && self.gait != Gait::Unseen
                    && moved != Ordering::Less
                    && self.sent.is_some_and(|sent| granted >= sent.asked);
                if nudge == Nudge::BackOnLine {
                    self.again = Again::OnceItRuns;
                }
                self.step_belt(now, self.aim, Pace::Ordinary, rises, outputs);
                if self.again == Again::Now {
                    self.again = Again::No;
                    self.say_again(outputs);
                }
            }
        }
    }

    /// Whether `granted` is to be told: it differs by the command's step, or something lowered it.
    fn is_new(&self, granted: NetMets, at_once: bool, moved: Ordering, step: f64) -> bool {
        self.sent.is_none_or(|sent| {
            let less = sent.asked.get() - granted.get();
            let taken_away = less > 0.0 && (at_once || less >= step);
            let added = less < 0.0 && -less >= step && moved == Ordering::Greater;
            taken_away || added
        })
    }

    /// The bout waits.
    fn say_nothing(
        &mut self,
        now: Timestamp,
        nudge: Nudge,
        report: Option<(MachineReport, Timestamp)>,
        outputs: &mut Outputs,
    ) {
        let nothing = MachineLoad::Power(Watts::ZERO);
        if self.belt.is_some() || !self.control.is_commanded() {
            self.say_end(now, STOP_AGAIN_AFTER, nudge, report, outputs);
        } else if self.has_halted() {
            // Whoever goes on starts it anew.
            self.release(now, self.ending(), outputs);
        } else if self.claimed && self.told() != Some(nothing) {
            self.set(NetMets::ZERO, nothing, outputs);
        } else if self.claimed && nudge == Nudge::BackOnLine {
            self.say_again(outputs);
        } else {
            self.ask(NetMets::ZERO);
        }
    }

    /// Nobody exercises: a machine that rests is left alone.
    fn say_rest(
        &mut self,
        now: Timestamp,
        nudge: Nudge,
        report: Option<(MachineReport, Timestamp)>,
        outputs: &mut Outputs,
    ) {
        let moves = report.is_some_and(|(report, _)| report.is_moving());
        let lets_go = self.claimed || self.setting().speed > 0.0 || self.setting().grade > 0.0;
        if moves || lets_go || nudge == Nudge::Stop || self.is_steep(now, report) {
            self.say_end(now, REST_AGAIN_AFTER, nudge, report, outputs);
        }
    }

    /// Brings it down and lets it go; then says so again until it rests.
    fn say_end(
        &mut self,
        now: Timestamp,
        again_after: Duration,
        nudge: Nudge,
        report: Option<(MachineReport, Timestamp)>,
        outputs: &mut Outputs,
    ) {
        let rests = self.rests(report);
        let due = self
            .stop_said_at
            .is_none_or(|said| now.since(said) >= again_after);
        let again = nudge == Nudge::BackOnLine || due && !rests;
        let first = self.claimed || nudge == Nudge::Stop;
        if self.belt.is_none() {
            if first || again {
                self.release(now, self.ending(), outputs);
            }
            return;
        }
        // After a stop nothing but the stop is said; a belt that moves although nobody exercises is slowed first.
        if again && !self.claimed && again_after == REST_AGAIN_AFTER && !self.emergency {
            self.found_moving(now, report);
        }
        if self.setting().speed > 0.0 {
            self.slow_down(now, nudge, outputs);
        } else if first || again {
            self.release(now, self.ending(), outputs);
        } else {
            if self.is_steep(now, report) {
                self.found_steep(now, report);
            }
            let level = BeltSetting::STANDING;
            self.step_belt(now, level, Pace::Stop, false, outputs);
        }
    }

    /// A belt's next step down to its slowest, and from there the stop.
    fn slow_down(&mut self, now: Timestamp, nudge: Nudge, outputs: &mut Outputs) {
        let slowest = self.belt.map_or(0.0, |belt| belt.start().speed);
        let on = self.setting();
        self.ask(NetMets::ZERO);
        if self.has_halted() {
            self.release(now, self.ending(), outputs);
        } else if on.speed <= slowest {
            if self.motion.is_none_or(|motion| motion.may_stop(now)) {
                self.release(now, self.ending(), outputs);
            }
        } else {
            let slower = BeltSetting {
                speed: slowest,
                grade: on.grade,
            };
            self.step_belt(now, slower, Pace::Stop, false, outputs);
        }
        if nudge != Nudge::None && outputs.command.is_none() {
            self.say_again(outputs);
        }
    }

    /// A belt that moves although it was told to stand, or was found moving, is brought down from the speed that it reports.
    fn found_moving(&mut self, now: Timestamp, report: Option<(MachineReport, Timestamp)>) {
        let speed = report.and_then(|(report, _)| report.speed);
        let grade = report.and_then(|(report, _)| report.grade);
        let slowest = self.belt.map_or(0.0, |belt| belt.start().speed);
        let setting = BeltSetting {
            speed: speed.map_or(0.0, |speed| speed.get().abs()),
            grade: grade.map_or(self.setting().grade, |grade| grade.get().max(0.0)),
        };
        if setting.speed > slowest {
            self.motion = Some(Motion::at(now, setting));
        }
    }

    /// A belt that lost its power, or did not hear, stands on the grade that it had: it was told to be level, and is not.
    fn is_steep(&self, now: Timestamp, report: Option<(MachineReport, Timestamp)>) -> bool {
        let told_level = self.setting().speed <= 0.0
            && self.setting().grade <= 0.0
            && self
                .motion
                .is_some_and(|motion| motion.grade_unchanged_for(now) >= LEVELS_WITHIN);
        self.belt.is_some()
            && !self.claimed
            && told_level
            && report.is_some_and(|(report, sent_at)| {
                !report.is_moving()
                    && now.since(sent_at) < LEVELS_WITHIN
                    && report.grade.is_some_and(|grade| grade.get() > LEVEL)
            })
    }

    /// It is levelled from the grade that it reports.
    fn found_steep(&mut self, now: Timestamp, report: Option<(MachineReport, Timestamp)>) {
        if let Some(grade) = report.and_then(|(report, _)| report.grade) {
            let setting = BeltSetting {
                speed: 0.0,
                grade: grade.get(),
            };
            self.motion = Some(Motion::at(now, setting));
        }
    }

    /// Whether the machine has reported, since it was told to stop, that it rests.
    fn rests(&self, report: Option<(MachineReport, Timestamp)>) -> bool {
        report.is_some_and(|(report, sent_at)| {
            !report.is_moving() && self.stop_said_at.is_none_or(|said| sent_at >= said)
        })
    }

    const fn ending(&self) -> MachineCommand {
        if self.emergency {
            MachineCommand::EmergencyStop
        } else {
            MachineCommand::Stop
        }
    }

    fn start(&mut self, granted: NetMets, load: MachineLoad, outputs: &mut Outputs) {
        self.claimed = true;
        self.gait = Gait::Unseen;
        self.again = Again::No;
        self.stop_said_at = None;
        self.before = None;
        self.sent = Some(Sent {
            asked: granted,
            load,
        });
        outputs.offer(MachineCommand::Start(load));
    }

    fn set(&mut self, granted: NetMets, load: MachineLoad, outputs: &mut Outputs) {
        self.before = self
            .sent
            .filter(|sent| sent.load.takes_away_from(&load) && !load.takes_away_from(&sent.load));
        self.sent = Some(Sent {
            asked: granted,
            load,
        });
        outputs.offer(MachineCommand::SetLoad(load));
    }

    fn say_again(&self, outputs: &mut Outputs) {
        if let Some(sent) = self.sent {
            outputs.offer(MachineCommand::SetLoad(sent.load));
        }
    }

    /// The load that the last command was for is this now, without a command.
    const fn ask(&mut self, granted: NetMets) {
        if let Some(sent) = self.sent.as_mut() {
            sent.asked = granted;
        }
    }

    fn release(&mut self, now: Timestamp, command: MachineCommand, outputs: &mut Outputs) {
        self.claimed = false;
        self.stop_said_at = Some(now);
        let load = if self.belt.is_some() {
            let stands = BeltSetting {
                speed: 0.0,
                grade: self.setting().grade,
            };
            self.motion = Some(Motion::at(now, stands));
            stands.load()
        } else {
            MachineLoad::Power(Watts::ZERO)
        };
        self.sent = Some(Sent {
            asked: NetMets::ZERO,
            load,
        });
        outputs.offer(command);
    }

    /// Speed and grade that the belt was told last.
    fn setting(&self) -> BeltSetting {
        self.motion
            .map_or(BeltSetting::STANDING, |motion| motion.told())
    }

    /// One step of the belt; says whether there was one.
    fn step_belt(
        &mut self,
        now: Timestamp,
        aim: BeltSetting,
        pace: Pace,
        may_rise: bool,
        outputs: &mut Outputs,
    ) -> bool {
        let (Some(belt), Some(motion)) = (self.belt, self.motion.as_mut()) else {
            return false;
        };
        let on = motion.told();
        let aim = if may_rise {
            aim
        } else {
            BeltSetting {
                speed: aim.speed.min(on.speed),
                grade: aim.grade.min(on.grade),
            }
        };
        let Some(told) = motion.step(now, aim, pace, &belt) else {
            return false;
        };
        let asked = self.sent.map_or(NetMets::ZERO, |sent| sent.asked);
        self.set(asked, told.load(), outputs);
        true
    }
}

#[cfg(test)]
mod tests;

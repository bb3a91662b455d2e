//! What the machine says, and what follows from it.

use std::time::Duration;

use protocols::trackmaster::{
    BeltSpeed, BeltStatus, Command, FourDigits, HostMessage, MachineMessage, Request,
};
use protocols::vocabulary::{
    MachineCommand, MachineReport, MachineState, MetresPerSecond, OnSilence, Timestamp,
};
use protocols::wire::WireErrorKind;

use super::dialect::{Dialect, Heard};
use super::wishes::{Intent, Start, StartStep};
use super::{Presence, ROUND_INTERVAL, Round, TrackmasterLink};
use crate::link::{LinkEvent, Objection};

/// From asking a machine of another dialect who it is until asking again.
const FOREIGN_INTERVAL: Duration = Duration::from_secs(2);
/// An actual speed this near to the set one, in tenths of the unit, is the set one: the report of the machine is inexact by so
/// much.
const SAME_SPEED_TENTHS: u16 = 2;

impl TrackmasterLink {
    pub(super) fn take_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]) {
        if self.line.is_out_of_step() && !bytes.is_empty() {
            self.line.lose_step(now);
        }
        let mut ears = self.ears.clone();
        let before = ears.skipped();
        ears.feed(bytes, &mut |found| match found.content {
            Ok(heard) => self.take_heard(now, sent_at, heard),
            Err(error) if error.kind == WireErrorKind::Framing => {
                self.counters.framing_errors += 1;
                self.counters.skipped_bytes += u64::from(error.skipped_bytes);
                self.lose_step(now);
            }
            Err(error) => self.take_refusal(now, error.kind),
        });
        self.counters.skipped_bytes += ears.skipped().saturating_sub(before);
        self.ears = ears;
    }

    fn take_heard(&mut self, now: Timestamp, sent_at: Timestamp, heard: Heard) {
        match heard {
            Heard::Message(message) => {
                if matches!(message, MachineMessage::ActualSpeed(_)) {
                    self.belt.runs_backwards = false;
                }
                self.take_message(now, sent_at, message);
            }
            Heard::Backwards(tenths) => {
                self.belt.runs_backwards = true;
                let unit = Some(self.settings.unit);
                let speed = MachineMessage::ActualSpeed(BeltSpeed { tenths, unit });
                self.take_message(now, sent_at, speed);
            }
            Heard::OtherDialect => {
                self.counters.messages += 1;
                let who = self.settings.dialect.who_are_you();
                if self.line.is_out_of_step() {
                    return;
                }
                if self.line.asked(who) {
                    self.settle(now);
                    self.take_foreigner(now);
                } else {
                    self.lose_step(now);
                }
            }
            Heard::TimerFired => {
                self.counters.messages += 1;
                self.fall_silent(now);
            }
        }
    }

    fn take_message(&mut self, now: Timestamp, sent_at: Timestamp, message: MachineMessage) {
        self.counters.messages += 1;
        // A copy says nothing that its acknowledgement did not say.
        if matches!(message, MachineMessage::Copy(_)) || self.line.is_out_of_step() {
            return;
        }
        match self.line.answered(message) {
            Some(HostMessage::Ask(request)) => {
                self.settle(now);
                self.take_answer(now, sent_at, request, message);
            }
            Some(HostMessage::Command(command)) => {
                self.settle(now);
                self.take_acknowledgement(now, command);
            }
            None => self.lose_step(now),
        }
    }

    /// An answer came: the machine is there.
    fn settle(&mut self, now: Timestamp) {
        self.unanswered_since = (!self.line.is_free()).then_some(now);
    }

    /// An answer that belongs to nothing, or half of one. A stop that it may have cost is repeated.
    fn lose_step(&mut self, now: Timestamp) {
        self.line.lose_step(now);
    }

    fn take_answer(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        request: Request,
        answer: MachineMessage,
    ) {
        let who = self.settings.dialect.who_are_you();
        self.round.oldest.get_or_insert(sent_at);
        match answer {
            MachineMessage::Status(status) => self.take_status(status),
            MachineMessage::ActualSpeed(speed) => self.belt.speed = Some(speed.tenths),
            MachineMessage::ActualElevation(tenths) => self.belt.elevation = Some(tenths),
            _ if request == who => {
                if self.presence != Presence::Up {
                    self.presence = Presence::Up;
                    self.strangers.forget();
                    self.tell(LinkEvent::Up);
                }
            }
            MachineMessage::SetElevation(_)
            | MachineMessage::SetSpeed(_)
            | MachineMessage::Unused { .. }
            | MachineMessage::Acknowledged(_)
            | MachineMessage::Copy(_) => {}
        }
        self.round.next = match request {
            Request::Status if self.presence != Presence::Up => who,
            Request::Status | Request::SetElevation | Request::SetSpeed => Request::ActualSpeed,
            Request::ActualSpeed => Request::ActualElevation,
            Request::ActualElevation
            | Request::LapTime
            | Request::TotalTime
            | Request::Distance
            | Request::Protocol
            | Request::Stage
            | Request::Weight
            | Request::Energy
            | Request::OxygenUptake
            | Request::Mets => {
                self.report();
                self.round = Round::at((self.round.due + ROUND_INTERVAL).max(now));
                return;
            }
        };
    }

    /// A belt that says that it runs without its watchdog goes on when we fall silent, until it says otherwise.
    fn learn_watchdog(&mut self, status: BeltStatus) {
        let on_silence = match status {
            // What a Woodway means by its state is not known.
            BeltStatus::RunningUnwatched if self.settings.dialect == Dialect::Trackmaster => {
                OnSilence::KeepsLoad
            }
            BeltStatus::Stopped
            | BeltStatus::RunningWatched
            | BeltStatus::RunningUnwatched
            | BeltStatus::Other(_) => self.settings.capabilities().on_silence,
        };
        let was = std::mem::replace(&mut self.capabilities.on_silence, on_silence);
        if was != on_silence && on_silence == OnSilence::KeepsLoad {
            self.tell(LinkEvent::Objected(Objection::Unwatched));
        }
    }

    fn take_status(&mut self, status: BeltStatus) {
        let ran = self.belt.runs();
        self.belt.status = Some(status);
        self.learn_watchdog(status);
        let waits_to_start = matches!(
            self.intent,
            Intent::Start(Start {
                step: StartStep::Level | StartStep::Slow,
                ..
            })
        );
        if status == BeltStatus::Stopped {
            if ran {
                // Its settings are the minimum again, and it may have lost power in between.
                self.told.forget_settings();
                self.sent = None;
                self.belt.readied_at = None;
                if let Some(wish) = self.load.take_if(|wish| wish.due.speed) {
                    self.tell(LinkEvent::Refused(wish.command));
                }
            }
            if matches!(self.intent, Intent::Stop(stop) if stop.acknowledged) {
                self.intent = Intent::Follow;
            }
        } else if waits_to_start {
            self.give_up_motion();
        }
    }

    fn take_acknowledgement(&mut self, now: Timestamp, command: Command) {
        match command {
            Command::SetSpeed(speed) => self.take_speed(now, speed.tenths),
            Command::SetElevation(elevation) => self.take_elevation(now, elevation),
            Command::StartWatched => self.take_start(now),
            Command::Stop | Command::AutoStop => self.take_stop(now, command),
            Command::StartUnwatched
            | Command::SetTime(_)
            | Command::SetProtocol(_)
            | Command::SetStage(_)
            | Command::ResetTotals
            | Command::SetWeight(_)
            | Command::CoolDown
            | Command::ToggleAcknowledgeData => {}
        }
    }

    fn take_speed(&mut self, now: Timestamp, speed: FourDigits) {
        self.told.acknowledge_speed(now, speed);
        if let Intent::Start(start) = &mut self.intent
            && start.step == StartStep::Slow
        {
            start.step = StartStep::Go;
        } else if let Some(wish) = &mut self.load
            && wish.setting.speed == speed
        {
            wish.due.speed = false;
        }
    }

    fn take_elevation(&mut self, now: Timestamp, elevation: FourDigits) {
        self.told.acknowledge_elevation(now, elevation);
        if let Intent::Start(start) = &mut self.intent
            && start.step == StartStep::Level
        {
            start.step = StartStep::Slow;
        } else if let Some(wish) = &mut self.load
            && wish.setting.elevation == elevation
        {
            wish.due.elevation = false;
        }
    }

    /// The belt runs: on to the newest load, or to the one of the start.
    fn take_start(&mut self, now: Timestamp) {
        let Intent::Start(start) = self.intent else {
            return;
        };
        self.intent = Intent::Follow;
        self.belt.status = Some(BeltStatus::RunningWatched);
        let command = MachineCommand::Start(start.load);
        self.tell(LinkEvent::Accepted(command));
        let newest = self
            .load
            .map(|wish| (wish.command, wish.setting))
            .or_else(|| Some((command, self.settings.setting_of(&start.load)?)));
        self.sent.get_or_insert(start.load);
        self.load =
            newest.map(|(command, setting)| self.told.wish(now, command, setting, false, true));
    }

    fn take_stop(&mut self, now: Timestamp, command: Command) {
        if command == Command::Stop && self.belt.stands() {
            self.belt.readied_at = Some(now);
        }
        if let Intent::Stop(stop) = &mut self.intent
            && !stop.acknowledged
        {
            stop.acknowledged = true;
            let command = stop.command;
            self.tell(LinkEvent::Accepted(command));
        }
    }

    fn take_refusal(&mut self, now: Timestamp, kind: WireErrorKind) {
        self.counters.refusals += 1;
        if self.line.is_out_of_step() {
            return;
        }
        let Some(message) = self.line.refused() else {
            self.lose_step(now);
            return;
        };
        self.settle(now);
        match message {
            HostMessage::Ask(request) => self.take_refused_question(now, request),
            HostMessage::Command(command) => self.take_refused_command(now, command, kind),
        }
    }

    fn take_refused_question(&mut self, now: Timestamp, request: Request) {
        // A Woodway's question is known to a Trackmaster too: who refuses that is neither, and is asked again.
        let is_neither = self.settings.dialect == Dialect::Woodway;
        if is_neither || request != self.settings.dialect.who_are_you() {
            self.round = Round::at(now + ROUND_INTERVAL);
            return;
        }
        self.take_foreigner(now);
    }

    /// It answers, and in the other dialect.
    fn take_foreigner(&mut self, now: Timestamp) {
        if self.presence != Presence::Foreign {
            self.presence = Presence::Foreign;
            let id = self.settings.dialect.other_id();
            self.tell(LinkEvent::OtherProtocol(id));
        }
        self.give_up_motion();
        self.round = Round::at(now + FOREIGN_INTERVAL);
    }

    fn take_refused_command(&mut self, now: Timestamp, command: Command, kind: WireErrorKind) {
        let (code, means) = if kind == WireErrorKind::OutOfRange {
            ("BE", "out of its range, and nothing was done")
        } else {
            ("BF", "not known, or not allowed now")
        };
        self.events.object(Objection::Answered { code, means });
        if let Intent::Start(start) = self.intent {
            self.take_refused_start(now, start, command);
            return;
        }
        match command {
            Command::SetSpeed(speed) => {
                if let Some(wish) = &mut self.load
                    && wish.setting.speed == speed.tenths
                {
                    wish.due.speed = false;
                    wish.refused = true;
                }
            }
            Command::SetElevation(elevation) => {
                if let Some(wish) = &mut self.load
                    && wish.setting.elevation == elevation
                {
                    wish.due.elevation = false;
                    wish.refused = true;
                }
            }
            Command::Stop | Command::AutoStop => self.take_refused_stop(now),
            Command::StartWatched
            | Command::StartUnwatched
            | Command::SetTime(_)
            | Command::SetProtocol(_)
            | Command::SetStage(_)
            | Command::ResetTotals
            | Command::SetWeight(_)
            | Command::CoolDown
            | Command::ToggleAcknowledgeData => {}
        }
    }

    /// A rejected start is tried once more, after another stop and its wait; everything else of it is not.
    fn take_refused_start(&mut self, now: Timestamp, start: Start, command: Command) {
        let rejected = command == Command::StartWatched;
        if rejected && !start.again {
            self.belt.readied_at = None;
            self.intent = Intent::Start(Start {
                step: StartStep::Level,
                again: true,
                ..start
            });
        } else if matches!(command, Command::Stop | Command::AutoStop) {
            self.take_refused_stop(now);
        } else {
            self.intent = Intent::Follow;
            self.load = None;
            self.belt.readied_at = None;
            self.tell(LinkEvent::Refused(MachineCommand::Start(start.load)));
        }
    }

    /// The core hears once of a stop that is refused, and it is repeated. A stop that only was to make ready for a start is not.
    fn take_refused_stop(&mut self, now: Timestamp) {
        if let Intent::Stop(stop) = &mut self.intent {
            if !stop.refused {
                stop.refused = true;
                let command = stop.command;
                self.tell(LinkEvent::Refused(command));
            }
        } else {
            self.belt.readied_at = Some(now);
        }
    }

    /// Puts the round's answers together and tells them.
    fn report(&mut self) {
        let (Some(status), Some(sent_at)) = (self.belt.status, self.round.oldest) else {
            return;
        };
        let moves = self
            .belt
            .speed
            .is_some_and(|speed| speed > FourDigits::ZERO);
        let state = match status {
            _ if self.belt.runs_backwards => MachineState::Fault,
            BeltStatus::Stopped if !moves => MachineState::Standing,
            BeltStatus::Stopped | BeltStatus::RunningWatched | BeltStatus::RunningUnwatched => {
                MachineState::Running
            }
            BeltStatus::Other(_) => MachineState::Fault,
        };
        let report = MachineReport {
            speed: self.reported_speed(),
            grade: self.belt.elevation.and_then(FourDigits::grade),
            ..MachineReport::of(state)
        };
        self.tell(LinkEvent::Machine { report, sent_at });
    }

    /// The set speed once the actual one is near it, else the actual one; below nothing backwards.
    fn reported_speed(&self) -> Option<MetresPerSecond> {
        let actual = self.belt.speed?;
        if self.belt.runs_backwards {
            return MetresPerSecond::new(-self.settings.speed(actual).get());
        }
        let follows = self.belt.runs() && matches!(self.intent, Intent::Follow);
        let set = self.told.speed().filter(|set| {
            follows
                && actual > FourDigits::ZERO
                && set.get().abs_diff(actual.get()) <= SAME_SPEED_TENTHS
        });
        Some(self.settings.speed(set.unwrap_or(actual)))
    }
}

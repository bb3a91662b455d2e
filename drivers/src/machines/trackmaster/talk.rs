//! What goes on the wire next.

use std::time::Duration;

use protocols::trackmaster::{Command, FourDigits, HostMessage};
use protocols::vocabulary::{MachineCommand, Timestamp};

use super::dialect::Dialect;
use super::wishes::{Intent, Start, StartStep, Stop, set_elevation, set_speed};
use super::{LEAVE_LOOK_INTERVAL, Presence, SILENT_AFTER, TrackmasterLink};

/// From a stop command until a start: after power-up or an emergency stop the machine rejects every start that comes within
/// 3 s, and then goes on rejecting until a stop (GE T2100-ST service manual; the Trackmaster manual begins alike).
const START_AFTER_STOP: Duration = Duration::from_secs(4);
/// Until a machine that took a stop and does not stand is told again (assumed).
const STOP_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Tenths of the unit above the slowest speed at which a belt still counts as slow enough to be stopped at once: what the
/// actual speed is known to be inexact by.
const INEXACT_TENTHS: u16 = 2;

impl TrackmasterLink {
    /// What must not wait: a stop that has to go out, or a load that takes away.
    pub(super) fn next_urgent(&mut self, now: Timestamp) -> Option<HostMessage> {
        match &mut self.intent {
            Intent::Stop(stop) if stop.sent_at.is_none() => {
                stop.sent_at = Some(now);
                let stop = *stop;
                Some(self.stop_message(&stop))
            }
            Intent::Stop(_) | Intent::Start(_) => None,
            Intent::Follow => {
                let wish = self.load.as_mut().filter(|wish| wish.urgent)?;
                wish.urgent = false;
                self.told.next_of(wish)
            }
        }
    }

    /// What goes out on a free line, if anything.
    pub(super) fn next_message(&mut self, now: Timestamp) -> Option<HostMessage> {
        let wanted = match &mut self.intent {
            Intent::Stop(stop) => {
                let again = stop
                    .sent_at
                    .is_some_and(|sent_at| now >= sent_at + STOP_AGAIN_AFTER);
                if again {
                    stop.sent_at = Some(now);
                    let stop = *stop;
                    Some(self.stop_message(&stop))
                } else {
                    None
                }
            }
            Intent::Start(start) => {
                let start = *start;
                self.step_of_start(now, &start).or_else(|| self.ready())
            }
            Intent::Follow => self
                .load
                .as_ref()
                .and_then(|wish| self.told.next_of(wish))
                .or_else(|| self.ready()),
        };
        wanted.or_else(|| (now >= self.round.due).then_some(HostMessage::Ask(self.round.next)))
    }

    pub(super) fn put_on_the_wire(&mut self, now: Timestamp, message: HostMessage) {
        self.outgoing = message.frame();
        self.line.send(now, message);
        self.unanswered_since.get_or_insert(now);
    }

    pub(super) fn wake_at(&self, now: Timestamp) -> Timestamp {
        if !self.open {
            return Timestamp::NEVER;
        }
        let Some(until) = self.leave.filter(|_| self.has_leave(now)) else {
            return now + LEAVE_LOOK_INTERVAL;
        };
        let silent = self
            .unanswered_since
            .map_or(Timestamp::NEVER, |since| since + SILENT_AFTER);
        let stop = match self.intent {
            Intent::Stop(stop) if self.line.is_free() => stop
                .sent_at
                .map_or(now, |sent_at| sent_at + STOP_AGAIN_AFTER),
            Intent::Stop(_) | Intent::Start(_) | Intent::Follow => Timestamp::NEVER,
        };
        let line = self.line.deadline().unwrap_or(self.round.due);
        until.min(silent).min(stop).min(line)
    }

    /// A belt that is slow enough is stopped; a faster one goes to its minimum first, and so does one of unknown speed.
    fn stop_message(&self, stop: &Stop) -> HostMessage {
        let slow_enough = match self.settings.dialect {
            Dialect::Trackmaster => self.settings.slowest.get().saturating_add(INEXACT_TENTHS),
            // Its stop lets the belt coast: only one that stands already is disengaged.
            Dialect::Woodway => 0,
        };
        let is_slow = self
            .belt
            .speed
            .is_some_and(|speed| speed.get() <= slow_enough);
        let fastest_first = stop.command == MachineCommand::EmergencyStop && !stop.acknowledged;
        HostMessage::Command(if is_slow && !fastest_first {
            Command::Stop
        } else {
            Command::AutoStop
        })
    }

    /// A machine that stands is told to stop once, so that it accepts a start later. One that moves is not disturbed.
    fn ready(&self) -> Option<HostMessage> {
        let is_due = self.settings.dialect == Dialect::Trackmaster
            && self.presence == Presence::Up
            && self.belt.stands()
            && self.belt.readied_at.is_none();
        is_due.then_some(HostMessage::Command(Command::Stop))
    }

    fn step_of_start(&self, now: Timestamp, start: &Start) -> Option<HostMessage> {
        if self.settings.dialect == Dialect::Trackmaster {
            let ready_at = self.belt.readied_at? + START_AFTER_STOP;
            if now < ready_at {
                return None;
            }
        }
        Some(match start.step {
            StartStep::Level => set_elevation(FourDigits::ZERO),
            StartStep::Slow => set_speed(self.starting_speed(start)),
            StartStep::Go => HostMessage::Command(Command::StartWatched),
        })
    }

    /// The load's speed or the machine's slowest, whichever is lower.
    pub(super) fn starting_speed(&self, start: &Start) -> FourDigits {
        self.settings
            .setting_of(&start.load)
            .map_or(FourDigits::ZERO, |setting| setting.speed)
            .min(self.settings.slowest)
    }
}

//! What the core wants of the machine: stops, starts, loads, and whether they were taken.

use std::time::Duration;

use protocols::vocabulary::{MachineCommand, MachineLoad, Timestamp, Watts};

use super::{Asked, AskedLink, Presence};
use crate::link::{LinkEvent, Objection};

/// Between two bursts to a machine that does not let go \[assumed\].
const DISOBEYED_PAUSE: Duration = Duration::from_secs(1);
/// So often in a row no load is read back of a brake that is out of use \[assumed\]: one that is ramped up shows some before.
const IDLE_MAX: u8 = 5;

/// A stop that the machine has not confirmed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) command: MachineCommand,
    /// Which of the stop's exchanges is next; a burst is the first of them.
    pub(super) step: usize,
    pub(super) due: Timestamp,
    /// What the machine said is in force, since the last burst.
    pub(super) heard: Option<u16>,
    /// A burst waits for `due`.
    burst: bool,
    bursts: u8,
    /// Whether the core knows that the machine does not obey.
    told: bool,
}

/// A start that is not through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// As the core said it.
    pub(super) asked: MachineLoad,
    pub(super) power: Watts,
    /// As the machine is told it.
    pub(super) watts: u16,
    pub(super) step: usize,
}

/// A load that is not through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) asked: MachineLoad,
    pub(super) power: Watts,
    pub(super) watts: u16,
    pub(super) step: usize,
    /// Tells it from the one before it.
    pub(super) serial: u32,
    /// It goes before everything else.
    pub(super) urgent: bool,
    /// It takes something away: it must not get lost.
    pub(super) reduces: bool,
}

/// A load that was told, and of which the machine is still to say that it took it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged {
    pub(super) command: MachineCommand,
    pub(super) power: Watts,
    pub(super) watts: u16,
    /// What it last said is in force, where that counts.
    pub(super) heard: Option<u16>,
    pub(super) reduces: bool,
}

/// What was told in one direction, and not taken, since the machine last had its time to follow: in a ramp each load would begin its time
/// anew, and a machine that follows none of them would never be found out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trail {
    least: u16,
    most: u16,
    /// When the machine has to hold something of it.
    pub(super) until: Timestamp,
    reduces: bool,
}

impl Stop {
    const fn new(command: MachineCommand, now: Timestamp) -> Self {
        Self {
            command,
            step: 0,
            due: now,
            heard: None,
            burst: true,
            bursts: 0,
            told: false,
        }
    }

    pub(super) const fn burst_at(&mut self, due: Timestamp) {
        self.due = due;
        self.burst = true;
    }

    pub(super) const fn waits_for_burst(&self) -> bool {
        self.burst
    }

    /// Whether a burst is due, which then counts as made.
    pub(super) fn bursts_now(&mut self, now: Timestamp) -> bool {
        if !self.burst || now < self.due {
            return false;
        }
        self.burst = false;
        self.bursts = self.bursts.saturating_add(1);
        true
    }
}

impl<P: Asked> AskedLink<P> {
    pub(super) fn stop(&mut self, now: Timestamp, command: MachineCommand) {
        self.wishes.start = None;
        self.wishes.load = None;
        self.wishes.later = None;
        self.wishes.judged = None;
        self.wishes.trail = None;
        self.wishes.again_at = None;
        match self.wishes.stop.as_mut() {
            // It is on its way, and goes out again by itself: begun anew each time that the core says it, it would never be through.
            Some(pending) if pending.command.rank() >= command.rank() => {
                if pending.burst {
                    pending.due = pending.due.min(now);
                }
            }
            Some(_) | None => self.wishes.stop = Some(Stop::new(command, now)),
        }
    }

    pub(super) fn start(&mut self, load: MachineLoad) {
        let command = MachineCommand::Start(load);
        let power = match load {
            MachineLoad::Power(power) => power,
            MachineLoad::Belt { .. } => return self.tell(LinkEvent::Refused(command)),
        };
        let watts = self.manners.watts_of(power);
        let can = self.is_up() && self.takes_load() && !self.leave.lapsed;
        // More than was asked for is not begun with. A stop of ours that is still on its way is no refusal: the start comes after it.
        let disobeys = self.wishes.stop.is_some_and(|stop| stop.told);
        if !can || watts > power.get() || disobeys {
            return self.tell(LinkEvent::Refused(command));
        }
        self.wishes.load = None;
        self.wishes.later = None;
        self.wishes.judged = None;
        self.wishes.trail = None;
        self.wishes.sent = Some(load);
        self.wishes.start = Some(Start {
            asked: load,
            power,
            watts,
            step: 0,
        });
    }

    pub(super) fn set_load(&mut self, now: Timestamp, load: MachineLoad) {
        let command = MachineCommand::SetLoad(load);
        let power = match load {
            MachineLoad::Power(power) => power,
            MachineLoad::Belt { .. } => return self.tell(LinkEvent::Refused(command)),
        };
        let watts = self.manners.watts_of(power);
        // A reduction that may have been lost is one until something as low was taken.
        let reduces = match self.wishes.sent {
            Some(before) => {
                load.takes_away_from(&before)
                    || self.wishes.may_hold.is_some_and(|held| watts < held)
            }
            None => power == Watts::ZERO,
        };
        let urgent = reduces || command.preempts(self.wishes.sent.as_ref());
        let stops = self.wishes.stop.is_some();
        let starts = self.wishes.start.is_some();
        let may_add = self.is_up() && !self.leave.lapsed && (starts || !stops);
        let may_add = may_add && (starts || !self.wishes.out_of_use);
        if !self.takes_load() || !(may_add || reduces) {
            return self.refuse(command);
        }
        if stops && !starts {
            // The stop under way takes more away than this does.
            return;
        }
        if self.manners.is_more_than(watts, power) && !reduces {
            return self.tell(LinkEvent::Refused(command));
        }
        // After a stop everything looks like more than before; the start that waits for it is the measure then.
        if (reduces || stops)
            && let Some(start) = self.wishes.start.as_mut()
        {
            start.watts = start.watts.min(watts);
            start.power = start.power.min(power);
        }
        self.wishes.sent = Some(load);
        self.wishes.serial = self.wishes.serial.wrapping_add(1);
        let wish = Wish {
            asked: load,
            power,
            watts,
            step: 0,
            serial: self.wishes.serial,
            // Nothing goes before a stop, and after it comes the start.
            urgent: urgent && !stops,
            // The stop takes away what the machine may hold: what is less than that adds to what the stop leaves.
            reduces: reduces && !stops,
        };
        if wish.reduces && self.is_leaving(now) {
            self.wishes.later = Some(wish);
        } else {
            self.wishes.later = None;
            self.wishes.judged = None;
            self.wishes.load = Some(wish);
        }
    }

    pub(super) fn takes_load(&self) -> bool {
        self.capabilities.control.is_commanded()
    }

    fn refuse(&mut self, command: MachineCommand) {
        if self.wishes.out_of_use {
            self.events.object(Objection::OutOfUse);
        }
        self.tell(LinkEvent::Refused(command));
    }

    /// A start that will not be, and the load that was to follow it: by itself that would add to what the start left.
    pub(super) fn give_up_start(&mut self) {
        let Some(start) = self.wishes.start.take() else {
            return;
        };
        self.tell(LinkEvent::Refused(MachineCommand::Start(start.asked)));
        if let Some(load) = self.wishes.load.take_if(|load| !load.reduces) {
            self.refuse(MachineCommand::SetLoad(load.asked));
        }
    }

    /// Drops a start or a load that adds: it would come too late to be right. One that takes away stays.
    pub(super) fn give_up_what_adds(&mut self) {
        self.give_up_start();
        self.wishes.leaving_until = Timestamp::ZERO;
        if let Some(later) = self.wishes.later.take() {
            self.wishes.load = Some(later);
        }
        self.wishes.trail = None;
        // What was told and is not confirmed may not have arrived.
        if let Some(judged) = self.wishes.judged.take() {
            match judged.command {
                MachineCommand::SetLoad(asked) if judged.reduces && self.wishes.load.is_none() => {
                    self.wishes.load = Some(Wish {
                        asked,
                        power: judged.power,
                        watts: judged.watts,
                        step: 0,
                        serial: self.wishes.serial,
                        urgent: true,
                        reduces: true,
                    });
                }
                MachineCommand::SetLoad(_)
                | MachineCommand::Start(_)
                | MachineCommand::Stop
                | MachineCommand::EmergencyStop => self.refuse(judged.command),
            }
        }
        let adds = |load: &Wish| self.wishes.out_of_use && load.watts > self.manners.nothing;
        let adds = self.wishes.load.as_ref().is_some_and(adds);
        match self.wishes.load.as_mut() {
            Some(load) if load.reduces && !adds => {
                load.urgent = true;
                load.step = 0;
            }
            Some(load) => {
                let command = MachineCommand::SetLoad(load.asked);
                self.wishes.load = None;
                self.refuse(command);
            }
            None => {}
        }
        // A machine that comes back may have been switched off meanwhile: nothing is told again without the core.
        self.wishes.again_at = None;
        self.wishes.told = None;
    }

    /// All of a start or a load was told: from now on the machine has to say that it took it.
    pub(super) fn judge_from(
        &mut self,
        now: Timestamp,
        command: MachineCommand,
        power: Watts,
        watts: u16,
        reduces: bool,
    ) {
        self.wishes.again_at = self.manners.repeat.map(|repeat| now + repeat);
        self.wishes.judged = Some(Judged {
            command,
            power,
            watts,
            heard: None,
            reduces,
        });
        let takes_time = !self.manners.judged_within.is_zero();
        match self.wishes.trail.as_mut() {
            Some(trail) if takes_time && trail.reduces == reduces => {
                trail.least = trail.least.min(watts);
                trail.most = trail.most.max(watts);
            }
            Some(_) | None => self.begin_trail(now, watts, reduces),
        }
    }

    fn begin_trail(&mut self, now: Timestamp, watts: u16, reduces: bool) {
        self.wishes.trail = Some(Trail {
            least: watts,
            most: watts,
            until: now + self.manners.judged_within,
            reduces,
        });
    }

    /// The machine says what is in force.
    pub(super) fn hear_in_force(&mut self, now: Timestamp, in_force: u16, counts: bool) {
        let Some(judged) = self.wishes.judged.as_mut() else {
            return;
        };
        if self.manners.fits(in_force, judged.watts, judged.power) {
            let command = judged.command;
            self.wishes.may_hold = Some(judged.watts);
            self.wishes.may_hold_least = Some(judged.watts);
            self.wishes.judged = None;
            self.wishes.trail = None;
            self.tell(LinkEvent::Accepted(command));
        } else if counts {
            judged.heard = Some(in_force);
            self.judge_late(now);
        }
    }

    /// Whether a machine that was begun, and told a load, reads none again and again while it is pedalled.
    pub(super) fn is_found_idle(&mut self, in_force: u16, counts: bool) -> bool {
        let nothing = self.manners.nothing;
        let is_idle = self.manners.is_idle_by_load
            && counts
            && in_force <= nothing
            && self.wishes.begun
            && self.wishes.stop.is_none()
            && self.wishes.told.is_some_and(|told| told > nothing);
        self.wishes.idle = if is_idle {
            self.wishes.idle.saturating_add(1)
        } else {
            0
        };
        self.wishes.idle >= IDLE_MAX
    }

    /// A load that was not read back in time was refused, unless the machine is on its way through those before it.
    pub(super) fn judge_late(&mut self, now: Timestamp) {
        let Some(trail) = self.wishes.trail.filter(|trail| now >= trail.until) else {
            return;
        };
        let tolerance = self.manners.tolerance;
        if let Some(judged) = self.wishes.judged
            && let Some(heard) = judged.heard
            && trail.least != trail.most
            && heard.saturating_add(tolerance) >= trail.least
            && heard <= trail.most.saturating_add(tolerance)
        {
            self.begin_trail(now, judged.watts, judged.reduces);
            return;
        }
        if let Some(judged) = self.wishes.judged.take_if(|judged| judged.heard.is_some()) {
            self.wishes.trail = None;
            self.wishes.may_hold = judged.heard;
            if let Some(watts) = judged.heard.and_then(Watts::new) {
                self.events.object(Objection::InForce(watts));
            }
            if !judged.reduces {
                // What was refused is not told again: it would come into force when nobody expects it.
                self.wishes.again_at = None;
                self.wishes.told = self.wishes.told.min(judged.heard);
            }
            self.tell(LinkEvent::Refused(judged.command));
        }
    }

    /// The last exchange of a stop is through.
    pub(super) fn judge_stop(&mut self, now: Timestamp) {
        let lets_go = self.manners.nothing.saturating_add(self.manners.tolerance);
        let takes = self.takes_load();
        let bursts_max = self.manners.bursts_max;
        let silent = self.presence == Presence::Silent;
        let Some(stop) = self.wishes.stop.as_mut() else {
            return;
        };
        let command = stop.command;
        if stop.heard.is_some_and(|in_force| in_force <= lets_go) {
            self.wishes.stop = None;
            self.wishes.begun = false;
            self.wishes.may_hold = Some(self.manners.nothing);
            self.wishes.may_hold_least = Some(self.manners.nothing);
            self.tell(LinkEvent::Accepted(command));
        } else if !takes {
            // It does not listen: only a person or the relay can help.
            self.wishes.stop = None;
            self.tell(LinkEvent::Refused(command));
            self.give_up_start();
        } else if stop.bursts < bursts_max && !silent {
            stop.burst_at(now);
        } else {
            stop.burst_at(now + DISOBEYED_PAUSE);
            let heard = stop.heard.and_then(Watts::new);
            if !std::mem::replace(&mut stop.told, true) {
                if let Some(watts) = heard {
                    self.events.object(Objection::InForce(watts));
                }
                self.tell(LinkEvent::Refused(command));
                self.give_up_start();
            }
        }
    }
}

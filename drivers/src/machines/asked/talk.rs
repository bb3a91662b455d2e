//! What goes out when: what is urgent in its turn, then the stop, then who it is, then loads, then questions.

use std::time::Duration;

use protocols::vocabulary::Timestamp;

use super::certainty::Doubt;
use super::exchange::{InFlight, Purpose};
use super::manners::{self, Expect};
use super::{Asked, AskedLink};

/// So long a load of several exchanges is not overtaken by a lower one \[assumed\]: a lost answer, and a little more.
const STEPS_WITHIN: Duration = Duration::from_millis(600);

impl<P: Asked> AskedLink<P> {
    /// What to say next that is not urgent, what for, and when at the earliest. Before what is answered it has to be certain whose the
    /// answer will be.
    pub(super) fn next(&self, now: Timestamp) -> Option<(P::Ask, Purpose, Timestamp)> {
        let (ask, purpose, due) = self.wanted(now)?;
        if self.doubt != Doubt::None
            && !matches!(self.protocol.expects(ask), Expect::Nothing(_))
            && let Some(naming) = self.protocol.naming()
        {
            return Some((naming, Purpose::Naming, due));
        }
        Some((ask, purpose, due))
    }

    fn wanted(&self, now: Timestamp) -> Option<(P::Ask, Purpose, Timestamp)> {
        let script = self.protocol.script();
        if let Some(stop) = self.wishes.stop.filter(|stop| !stop.waits_for_burst()) {
            let ask = script.stopping.get(stop.step).copied();
            return ask.map(|ask| (ask, Purpose::Stop, stop.due));
        }
        if let Some(ask) = script.opening.get(self.opening_at) {
            return Some((*ask, Purpose::Opening, self.round.due));
        }
        if let Some(start) = &self.wishes.start
            && let Some(ask) = script.starting.get(start.step)
        {
            return Some((*ask, Purpose::Start, now));
        }
        if let Some(load) = &self.wishes.load
            && let Some(ask) = script.loading.get(load.step)
        {
            return Some((*ask, Purpose::Load, now));
        }
        let again = self
            .wishes
            .again_at
            // Between rounds: where answers are slow, the questions would never come to their end.
            .filter(|_| !self.holds_loads && self.round.next == 0)
            .and_then(|at| script.loading.first().map(|ask| (*ask, Purpose::Again, at)));
        let question = script
            .round
            .get(self.round.next)
            .filter(|ask| !(self.holds_loads && self.protocol.tells_load(**ask)));
        let poll = question.map(|ask| {
            let once_more = self
                .given_up()
                .is_some_and(|flight| flight.purpose == Purpose::Poll);
            let due = if self.round.next == 0 && !once_more {
                self.round.due
            } else {
                now
            };
            (*ask, Purpose::Poll, due)
        });
        match (again, poll) {
            (Some(again), Some(poll)) if again.2 <= poll.2 => Some(again),
            (again, poll) => poll.or(again),
        }
    }

    /// Puts an exchange on the wire.
    pub(super) fn say(&mut self, now: Timestamp, ask: P::Ask, purpose: Purpose) {
        let watts = self.watts_for(purpose);
        self.protocol.write(ask, watts, &mut self.outgoing);
        let tries = self.count_tries(ask, purpose);
        match purpose {
            Purpose::Start | Purpose::Load => {
                self.wishes.told = Some(watts);
                self.wishes.may_hold = self.wishes.may_hold.max(Some(watts));
                let serial = self.wishes.load.as_ref().map(|load| load.serial);
                if serial != Some(self.wishes.leaving) {
                    self.wishes.leaving_until = Timestamp::ZERO;
                }
                let least = self.wishes.may_hold_least;
                self.wishes.may_hold_least = least.map(|least| least.min(watts));
                self.wishes.out_of_use &= purpose != Purpose::Start;
                self.wishes.begun |= watts > self.manners.nothing || purpose == Purpose::Start;
            }
            Purpose::Poll if self.round.next == 0 => {
                self.round.due = now + self.manners.poll_interval;
                self.round.oldest = None;
            }
            Purpose::Again => {
                self.wishes.again_at = self.manners.repeat.map(|repeat| now + repeat);
            }
            Purpose::Stop
            | Purpose::Opening
            | Purpose::Poll
            | Purpose::Naming
            | Purpose::Settling => {}
        }
        let sent = now + self.manners.on_the_wire(self.outgoing.len());
        let mut expects = self.protocol.expects(ask);
        if self.manners.nameless && matches!(expects, Expect::Nothing(_)) {
            // Whatever it says to this is not described, and would be taken for the answer to the next question.
            self.doubt_setting();
            self.deaf_until = self.deaf_until.max(sent + expects.within());
        } else if self.doubt != Doubt::None && purpose != Purpose::Naming {
            // It could not wait until it is certain whose answer comes: what is asked later has to tell.
            expects = Expect::Perhaps(expects.within());
        }
        let serial = self.wishes.load.as_ref().map_or(0, |load| load.serial);
        let needs_no_answer = matches!(expects, Expect::Nothing(_));
        self.in_flight = Some(InFlight {
            ask,
            purpose: if needs_no_answer {
                Purpose::Settling
            } else {
                purpose
            },
            serial,
            expects,
            deadline: sent + expects.within(),
            tries,
            is_over: false,
        });
        self.free_at = sent + self.manners.gap;
        if needs_no_answer {
            // Said once is through: some things must never be said twice.
            self.advance(now, purpose, serial, None, false);
        }
    }

    /// The load that goes along, where the exchange carries one.
    fn watts_for(&self, purpose: Purpose) -> u16 {
        match purpose {
            Purpose::Stop => self.manners.nothing,
            Purpose::Start => self
                .wishes
                .start
                .as_ref()
                .map_or(self.manners.nothing, |start| start.watts),
            Purpose::Load => self
                .wishes
                .load
                .as_ref()
                .map_or(self.manners.nothing, |load| load.watts),
            Purpose::Opening
            | Purpose::Poll
            | Purpose::Again
            | Purpose::Naming
            | Purpose::Settling => self.wishes.told.unwrap_or(self.manners.nothing),
        }
    }

    /// The same, in place of whatever is outstanding, whose answer may still come.
    fn say_at_once(&mut self, now: Timestamp, ask: P::Ask, purpose: Purpose) {
        // Where everything is answered, and nothing is outstanding, nothing can have been cut off.
        let all_arrived = self.in_flight.is_none() && self.manners.judged_within.is_zero();
        self.outgoing.clear();
        if purpose == Purpose::Stop || !all_arrived {
            self.outgoing.push(self.manners.cut_off);
        }
        let outstanding = self
            .in_flight
            .take()
            .filter(|flight| !flight.is_over && flight.purpose != Purpose::Settling);
        if let Some(flight) = outstanding {
            if self.manners.nameless {
                self.doubt_late(now, flight.purpose);
            } else if flight.ask == ask {
                self.stale = self.stale.saturating_add(1);
                self.stale_until = self.stale_until.max(flight.deadline);
            }
        }
        self.held = None;
        self.reply = &[];
        self.say(now, ask, purpose);
    }

    /// Makes ready what goes before everything else, if anything does.
    pub(super) fn preempt(&mut self, now: Timestamp) -> bool {
        let script = self.protocol.script();
        if let Some(stop) = self.wishes.stop.as_mut()
            && stop.bursts_now(now)
            && let Some(ask) = script.stopping.first()
        {
            stop.step = 0;
            stop.due = now;
            stop.heard = None;
            self.wishes.sent = Some(manners::NOTHING);
            self.wishes.told = Some(self.manners.nothing);
            self.say_at_once(now, *ask, Purpose::Stop);
            return true;
        }
        if self.wishes.later.is_some() && !self.is_leaving(now) {
            self.wishes.load = self.wishes.later.take();
            self.wishes.judged = None;
        }
        if let Some(load) = self.wishes.load.as_mut().filter(|load| load.urgent)
            && let Some(ask) = script.loading.first()
        {
            load.urgent = false;
            load.step = 0;
            let watts = load.watts;
            let serial = load.serial;
            let least = self.wishes.may_hold_least;
            self.say_at_once(now, *ask, Purpose::Load);
            let on_the_wire = self.manners.on_the_wire(self.outgoing.len());
            self.wishes.leaving = serial;
            self.wishes.leaving_until = if least.is_none_or(|least| watts > least) {
                // It may add to what is in force: a lower one does not wait for it.
                now
            } else if script.loading.len() > 1 {
                now + STEPS_WITHIN.max(on_the_wire)
            } else {
                now + on_the_wire
            };
            return true;
        }
        false
    }

    /// Whether a reduction is still on its way into force: on a slow line, or in several exchanges of which the last only looks.
    pub(super) fn is_leaving(&self, now: Timestamp) -> bool {
        let steps = self.protocol.script().loading.len();
        let is_under_way = steps <= 1
            || self
                .wishes
                .load
                .is_some_and(|load| load.serial == self.wishes.leaving && load.step + 1 < steps);
        is_under_way && now < self.wishes.leaving_until
    }

    pub(super) fn wake_at(&self, now: Timestamp) -> Timestamp {
        let mut wake = self.leave.release_at;
        if !self.open {
            return wake;
        }
        wake = wake.min(self.stream_due);
        if let Some((_, _, since)) = self.held {
            wake = wake.min(since + self.manners.quiet_after);
        }
        if self.wishes.later.is_some() {
            wake = wake.min(self.wishes.leaving_until);
        }
        if let Some(trail) = &self.wishes.trail
            && trail.until > now
        {
            wake = wake.min(trail.until);
        }
        if let Some(stop) = &self.wishes.stop
            && stop.waits_for_burst()
        {
            wake = wake.min(stop.due);
        }
        match self.in_flight.filter(|flight| !flight.is_over) {
            Some(flight) => wake.min(flight.deadline),
            None => self.next(now).map_or(wake, |(_, _, due)| {
                wake.min(due.max(self.free_at).max(self.deaf_until))
            }),
        }
    }
}

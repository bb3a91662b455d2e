//! What does not come, and a machine that is away or begins anew.

use protocols::vocabulary::Timestamp;

use super::exchange::{InFlight, Purpose, Readings};
use super::manners::{Expect, NOTHING};
use super::{Asked, AskedLink, Presence, Round};
use crate::link::LinkEvent;

impl<P: Asked> AskedLink<P> {
    /// Deals with what was not answered in time.
    pub(super) fn expire(&mut self, now: Timestamp) {
        if now >= self.stream_due {
            self.stream_due = self
                .manners
                .stream_time_out
                .map_or(Timestamp::NEVER, |time_out| now + time_out);
            self.miss(now);
        }
        let Some(flight) = self.outstanding().filter(|flight| flight.deadline <= now) else {
            return;
        };
        self.free_at = self.free_at.max(now);
        match flight.expects {
            Expect::Perhaps(_) if flight.purpose == Purpose::Naming => {
                self.not_named(now, flight);
            }
            Expect::Nothing(_) | Expect::Perhaps(_) => {
                self.in_flight = None;
                if matches!(flight.expects, Expect::Perhaps(_)) {
                    self.fall_quiet(now, flight.purpose);
                }
                self.advance(now, flight.purpose, flight.serial, None, false);
            }
            Expect::Answer(_) => {
                self.give_up(flight);
                self.fall_quiet(now, flight.purpose);
                self.not_answered(now, flight);
                self.miss(now);
            }
        }
    }

    /// What did not come in time is not to be taken for something else when it comes.
    pub(super) fn fall_quiet(&mut self, now: Timestamp, purpose: Purpose) {
        self.protocol.drop_unfinished();
        self.held = None;
        self.doubt_late(now, purpose);
    }

    pub(super) fn not_answered(&mut self, now: Timestamp, flight: InFlight<P::Ask>) {
        match flight.purpose {
            // What may not have arrived goes out again from its beginning.
            Purpose::Stop => self.judge_stop(now),
            Purpose::Naming => {
                if self.wishes.stop.is_some_and(|stop| !stop.waits_for_burst()) {
                    self.judge_stop(now);
                }
            }
            Purpose::Opening | Purpose::Poll if flight.tries > 0 => {
                self.in_flight = None;
                self.advance(now, flight.purpose, flight.serial, None, false);
            }
            Purpose::Load => {
                // Told once more as it is; what takes away goes before everything else again.
                if let Some(load) = self.wishes.load.as_mut() {
                    load.step = 0;
                    load.urgent = load.reduces;
                }
            }
            Purpose::Start
            | Purpose::Opening
            | Purpose::Poll
            | Purpose::Again
            | Purpose::Settling => {}
        }
    }

    /// It is made once more, and counted.
    pub(super) fn give_up(&mut self, flight: InFlight<P::Ask>) {
        self.in_flight = Some(InFlight {
            is_over: true,
            ..flight
        });
    }

    pub(super) fn miss(&mut self, now: Timestamp) {
        self.counters.time_outs += 1;
        self.missed = self.missed.saturating_add(1);
        if self.missed >= self.manners.missed_max && self.presence != Presence::Silent {
            self.lose(now);
        }
    }

    /// It began anew by itself in the middle of its use.
    pub(super) fn fall_out_of_use(&mut self, now: Timestamp) {
        self.protocol.fell_out_of_use();
        self.wishes.out_of_use = true;
        // It holds what it holds by itself: what is less than it held before adds to that.
        self.wishes.sent = Some(NOTHING);
        self.wishes.may_hold = Some(self.manners.nothing);
        self.wishes.may_hold_least = Some(self.manners.nothing);
        self.lose(now);
        self.wishes.begun = false;
        self.wishes.idle = 0;
    }

    /// It is away, or was: who it is and what it does has to be found anew, and the core to begin anew.
    pub(super) fn lose(&mut self, now: Timestamp) {
        self.presence = Presence::Silent;
        self.protocol.forget();
        self.capabilities.control = self.protocol.control();
        self.begin_anew(now + self.manners.poll_interval);
        // First that it is away: what it then does not take is no refusal of a machine that is there.
        self.tell(LinkEvent::Silent);
        self.give_up_what_adds();
    }

    /// Forgets what was asked, and begins to ask who it is.
    pub(super) fn begin_anew(&mut self, due: Timestamp) {
        self.in_flight = None;
        self.aside = None;
        self.doubt_setting();
        self.held = None;
        self.reply = &[];
        self.missed = 0;
        self.stale = 0;
        self.opening_at = 0;
        self.round = Round::at(due);
        self.readings = Readings::NONE;
        self.last_cadence = None;
        self.signs = None;
        self.standstill.forget();
    }
}

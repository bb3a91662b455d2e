//! Whose answer it is, where answers do not say.

use std::time::Duration;

use protocols::vocabulary::Timestamp;

use super::exchange::{InFlight, Purpose};
use super::{Asked, AskedLink};

/// Who it is comes within this after it was given up, or never \[assumed\].
const NAME_COMES_WITHIN: Duration = Duration::from_secs(3);
/// A line that is never quiet is asked all the same after this \[assumed\]: it has to be found that nobody answers.
const QUIET_MAX: Duration = Duration::from_secs(3);

/// Whether the next answer may be another question's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    None,
    /// What the machine says to a setting is not described.
    Setting,
    /// An answer did not come, and may yet: since then.
    Late(Timestamp),
}

/// Whether the machine says who it is, since the port was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Unknown,
    /// It did: from then on it has to.
    Yes,
    /// It was asked, and the line stayed quiet.
    No,
}

impl<P: Asked> AskedLink<P> {
    /// A setting was told whose answer is not described.
    pub(super) fn doubt_setting(&mut self) {
        // Of one that does not say who it is, what it says to a setting has come by the time that follows one.
        if self.manners.nameless && self.doubt == Doubt::None && self.named != Named::No {
            self.doubt = Doubt::Setting;
        }
    }

    /// An answer to this is outstanding and no longer waited for. Two such of who it is could not be told from each other: it is not
    /// asked again before the first one came, or will not.
    pub(super) fn doubt_late(&mut self, now: Timestamp, purpose: Purpose) {
        if !self.manners.nameless {
            return;
        }
        if !matches!(self.doubt, Doubt::Late(_)) {
            self.doubt = Doubt::Late(now);
        }
        self.owes_name |= purpose == Purpose::Naming;
        let quiet = if self.owes_name {
            NAME_COMES_WITHIN
        } else {
            self.manners.hush
        };
        self.deaf_until = self.deaf_until.max(now + quiet);
    }

    /// Who it is came after it was given up.
    pub(super) fn named_late(&mut self, now: Timestamp) {
        self.owes_name = false;
        self.named = Named::Yes;
        self.deaf_until = now + self.manners.hush;
    }

    /// Something came: the line has to be quiet from here on.
    pub(super) fn doubt_goes_on(&mut self, now: Timestamp) {
        if let Doubt::Late(since) = self.doubt
            && self.in_flight.is_none_or(|flight| flight.is_over)
        {
            let until = (now + self.manners.hush).min(since + QUIET_MAX);
            self.deaf_until = self.deaf_until.max(until);
        }
    }

    /// Whether what comes now can be the answer to this.
    pub(super) fn is_certain(&self, flight: &InFlight<P::Ask>) -> bool {
        self.doubt == Doubt::None || flight.purpose == Purpose::Naming
    }

    /// The machine said who it is: what it was asked before, it has answered before.
    pub(super) fn named(&mut self) {
        self.named = Named::Yes;
        self.be_certain();
    }

    /// It did not say who it is. Where it never did, a line that stayed quiet all the while is enough.
    pub(super) fn not_named(&mut self, now: Timestamp, flight: InFlight<P::Ask>) {
        let was_quiet = self.last_byte_at + flight.expects.within() < flight.deadline;
        self.give_up(flight);
        if was_quiet && self.named != Named::Yes {
            self.named = Named::No;
            self.be_certain();
            self.deaf_until = now + self.manners.hush;
            return;
        }
        self.fall_quiet(now, Purpose::Naming);
        self.not_answered(now, flight);
        self.miss(now);
    }

    fn be_certain(&mut self) {
        self.doubt = Doubt::None;
        self.in_flight = self.aside.take();
    }

    /// How often this was made before, in a row. What was given up is set aside while it is asked who it is.
    pub(super) fn count_tries(&mut self, ask: P::Ask, purpose: Purpose) -> u8 {
        if purpose == Purpose::Naming {
            self.owes_name = false;
            let given_up = self
                .in_flight
                .take_if(|flight| flight.purpose != Purpose::Naming);
            self.aside = given_up.or(self.aside);
        } else {
            self.aside = None;
        }
        match self.in_flight.take() {
            Some(flight) if flight.ask == ask && flight.is_over => flight.tries + 1,
            Some(_) | None => 0,
        }
    }

    /// What was asked last, as far as the count of tries goes.
    pub(super) fn given_up(&self) -> Option<InFlight<P::Ask>> {
        self.aside
            .or(self.in_flight)
            .filter(|flight| flight.is_over)
    }
}

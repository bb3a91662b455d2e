//! What comes from the machine means for what was asked and told.

use protocols::vocabulary::{MachineCommand, MachineReport, MachineState, Timestamp, Watts};
use protocols::wire::WireErrorKind;

use super::certainty::Doubt;
use super::exchange::{Answer, Heard, InFlight, Purpose, Readings, Said};
use super::{Asked, AskedLink, Presence};
use crate::link::{LinkEvent, Objection};
use crate::machines::standstill::Verdict;

/// So often is said again what a machine did not understand, as a public host does.
const AGAIN_MAX: u8 = 5;

impl<P: Asked> AskedLink<P> {
    pub(super) fn take_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]) {
        let quiet_after = self.manners.quiet_after;
        if !quiet_after.is_zero() && now.since(self.last_byte_at) >= quiet_after {
            self.protocol.drop_unfinished();
        }
        self.believe_what_is_held(now);
        if !bytes.is_empty() {
            self.last_byte_at = now;
            if self.held.take().is_some() {
                // Something follows at once: a byte was lost before, and the fields were shifted.
                self.counters.framing_errors += 1;
            }
        }
        if !bytes.is_empty() {
            self.doubt_goes_on(now);
        }
        let before = self.protocol.skipped();
        for byte in bytes {
            self.take_byte(now, sent_at, *byte);
        }
        self.counters.skipped_bytes += self.protocol.skipped() - before;
        if !self.is_up()
            && let Some(name) = self.strangers.listen(bytes)
        {
            self.tell(LinkEvent::OtherProtocol(name));
        }
    }

    fn take_byte(&mut self, now: Timestamp, sent_at: Timestamp, byte: u8) {
        let flight = self.outstanding().filter(|flight| self.is_certain(flight));
        let asked = match flight {
            Some(flight) => Some(flight.ask),
            None => self.protocol.naming().filter(|_| self.owes_name),
        };
        let told = self.wishes.told;
        self.protocol.hear(now, byte, asked, told, &mut self.found);
        let mut at = 0;
        while let Some(heard) = self.found.next(at) {
            at += 1;
            match heard {
                Heard::Message(said) => {
                    self.counters.messages += 1;
                    if said.ends_report && !self.manners.quiet_after.is_zero() {
                        self.held = Some((said, sent_at, now));
                    } else {
                        self.settle(now, sent_at, said, flight);
                    }
                }
                Heard::Error(error) => {
                    self.counters.skipped_bytes += u64::from(error.skipped_bytes);
                    if error.kind == WireErrorKind::Checksum {
                        self.counters.checksum_errors += 1;
                    } else {
                        self.counters.framing_errors += 1;
                    }
                }
            }
        }
    }

    pub(super) fn believe_what_is_held(&mut self, now: Timestamp) {
        let quiet_after = self.manners.quiet_after;
        if let Some((said, sent_at, _)) = self
            .held
            .take_if(|(_, _, since)| now >= *since + quiet_after)
        {
            self.settle(now, sent_at, said, self.outstanding());
        }
    }

    pub(super) fn outstanding(&self) -> Option<InFlight<P::Ask>> {
        self.in_flight.filter(|flight| !flight.is_over)
    }

    /// `flight` is what it can be the answer to.
    fn settle(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        said: Said,
        flight: Option<InFlight<P::Ask>>,
    ) {
        if self.doubt != Doubt::None && flight.is_none() {
            // It may be older than it looks.
            if self.owes_name && said.answer == Answer::Done {
                self.named_late(now);
            }
            return;
        }
        if said.is_proof {
            self.found_there(now, flight);
        }
        self.learn_control();
        if !said.reply.is_empty() {
            self.reply = said.reply;
        }
        self.take_readings(sent_at, &said);
        let mut in_force = said.in_force.filter(|_| self.is_up());
        let answer = if said.answer != Answer::None && self.is_overtaken(now, flight) {
            in_force = None;
            Answer::None
        } else {
            said.answer
        };
        match (answer, flight) {
            (Answer::Doubtful, Some(flight)) if flight.tries == 0 => {
                self.give_up(flight);
                in_force = None;
            }
            (Answer::Again, Some(flight)) if flight.tries < AGAIN_MAX => self.give_up(flight),
            (Answer::Done | Answer::Refused | Answer::Again, Some(flight))
                if flight.purpose == Purpose::Naming =>
            {
                self.free_at = self.free_at.max(now + self.manners.gap);
                self.named();
            }
            (Answer::Done | Answer::Doubtful, Some(flight)) => {
                self.in_flight = None;
                self.free_at = self.free_at.max(now + self.manners.gap);
                self.advance(now, flight.purpose, flight.serial, in_force, false);
            }
            (Answer::Refused, Some(flight))
                if said.has_restarted && flight.purpose == Purpose::Load =>
            {
                self.fall_out_of_use(now);
            }
            (Answer::Refused | Answer::Again, Some(flight)) => {
                self.in_flight = None;
                self.free_at = self.free_at.max(now + self.manners.gap);
                if let Some(objection) = said.objection {
                    self.events.object(objection);
                }
                self.advance(now, flight.purpose, flight.serial, None, true);
                // A stop is through with the last of its exchanges.
                if flight.purpose != Purpose::Stop {
                    self.events.forget_objection();
                }
            }
            (Answer::None, _) | (_, None) => {}
        }
        if let Some(in_force) = in_force
            && !self.take_in_force(now, in_force)
        {
            return;
        }
        if said.ends_report {
            self.report();
        }
    }

    /// What it says is in force. `false` where that shows that it is out of use.
    fn take_in_force(&mut self, now: Timestamp, in_force: u16) -> bool {
        let counts = self.manners.measured_from == 0
            || self
                .readings
                .cadence
                .or(self.last_cadence)
                .is_some_and(|cadence| cadence.get() >= self.manners.measured_from);
        if self.is_found_idle(in_force, counts) {
            self.fall_out_of_use(now);
            return false;
        }
        self.hear_in_force(now, in_force, counts);
        true
    }

    fn take_readings(&mut self, sent_at: Timestamp, said: &Said) {
        if self.is_up() && said.readings != Readings::NONE {
            self.readings = self.readings.with(said.readings);
            let oldest = self
                .round
                .oldest
                .map_or(sent_at, |oldest| oldest.min(sent_at));
            self.round.oldest = Some(oldest);
            self.signs = said.signs.or(self.signs);
        }
    }

    /// Whether an answer is to a load that a newer one overtook. If it never comes, a right one is passed over in its place, and is
    /// had by saying the load again.
    fn is_overtaken(&mut self, now: Timestamp, flight: Option<InFlight<P::Ask>>) -> bool {
        if now >= self.stale_until {
            self.stale = 0;
        }
        let overtaken = self.stale > 0
            && flight.is_some_and(|flight| matches!(flight.purpose, Purpose::Load | Purpose::Stop));
        if overtaken {
            self.stale -= 1;
        }
        overtaken
    }

    fn found_there(&mut self, now: Timestamp, flight: Option<InFlight<P::Ask>>) {
        self.missed = 0;
        self.stream_due = self
            .manners
            .stream_time_out
            .map_or(Timestamp::NEVER, |time_out| now + time_out);
        if self.is_up() {
            return;
        }
        self.presence = Presence::Up;
        self.strangers.forget();
        self.tell(LinkEvent::Up);
        if flight.is_none_or(|flight| flight.purpose != Purpose::Opening) {
            // It was missed while it was to say who it is.
            self.opening_at = 0;
        }
    }

    /// A machine that says that its load is set by hand is told none.
    fn learn_control(&mut self) {
        let control = self.protocol.control();
        if control == self.capabilities.control {
            return;
        }
        self.capabilities.control = control;
        if control.is_commanded() {
            return;
        }
        self.give_up_start();
        if let Some(load) = self.wishes.load.take() {
            self.tell(LinkEvent::Refused(MachineCommand::SetLoad(load.asked)));
        }
        self.wishes.later = None;
        self.wishes.judged = None;
        self.wishes.trail = None;
        self.wishes.again_at = None;
    }

    /// An exchange is through; `refused` where the machine would not.
    pub(super) fn advance(
        &mut self,
        now: Timestamp,
        purpose: Purpose,
        serial: u32,
        in_force: Option<u16>,
        refused: bool,
    ) {
        let script = self.protocol.script();
        match purpose {
            Purpose::Stop => {
                let Some(stop) = self.wishes.stop.as_mut() else {
                    return;
                };
                stop.heard = in_force.or(stop.heard);
                stop.step += 1;
                if stop.step >= script.stopping.len() {
                    self.judge_stop(now);
                }
            }
            Purpose::Opening => self.opening_at += 1,
            Purpose::Start => self.advance_start(now, script.starting.len(), refused),
            Purpose::Load => self.advance_load(now, script.loading.len(), serial, refused),
            Purpose::Poll => {
                self.round.next += 1;
                if self.round.next >= script.round.len() {
                    self.round.next = 0;
                    self.report();
                }
            }
            Purpose::Again | Purpose::Naming | Purpose::Settling => {}
        }
    }

    fn advance_start(&mut self, now: Timestamp, steps: usize, refused: bool) {
        let Some(start) = self.wishes.start.as_mut() else {
            return;
        };
        start.step += 1;
        let start = *start;
        if refused {
            self.give_up_start();
        } else if start.step >= steps {
            self.wishes.start = None;
            let command = MachineCommand::Start(start.asked);
            self.judge_from(now, command, start.power, start.watts, false);
        }
    }

    fn advance_load(&mut self, now: Timestamp, steps: usize, serial: u32, refused: bool) {
        // A newer one may have taken its place meanwhile.
        let Some(load) = self
            .wishes
            .load
            .as_mut()
            .filter(|load| load.serial == serial)
        else {
            return;
        };
        load.step += 1;
        let load = *load;
        let command = MachineCommand::SetLoad(load.asked);
        if refused {
            self.wishes.load = None;
            self.tell(LinkEvent::Refused(command));
        } else if load.step >= steps {
            self.wishes.load = None;
            self.judge_from(now, command, load.power, load.watts, load.reduces);
        }
    }

    /// Tells what was put together, if anything was.
    pub(super) fn report(&mut self) {
        let readings = std::mem::replace(&mut self.readings, Readings::NONE);
        self.last_cadence = readings.cadence;
        let Some(sent_at) = self.round.oldest.take() else {
            return;
        };
        let works = readings.power.is_some_and(|power| power > Watts::ZERO);
        // What fell out of use may brake all the same: it is not the session's until it is started anew.
        let state = if (self.wishes.begun || works) && !self.wishes.out_of_use {
            MachineState::Running
        } else {
            MachineState::Standing
        };
        if let Some(signs) = self.signs.take() {
            match self.standstill.judge(sent_at, signs, true) {
                Verdict::Live => {}
                Verdict::Frozen { first } => {
                    if first {
                        self.tell(LinkEvent::Objected(Objection::Frozen));
                    }
                    return;
                }
            }
        }
        let report = MachineReport {
            power: readings.power,
            cadence: readings.cadence,
            heart_rate: readings.heart_rate,
            ..MachineReport::of(state)
        };
        self.tell(LinkEvent::Machine { report, sent_at });
    }
}

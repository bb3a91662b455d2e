//! A virtual `WaterRower` monitor: it tells what a rower does, and nothing can be told to it but goals.
//!
//! Promises: before `USB` and after `EXIT` nothing is sent unasked, and every other line is answered `ERROR`; in between each line
//! gets one answer after 10 ms, `SS` and `SE` mark the strokes, and `PING` comes each second while there are none.
//!
//! All but the forms of its lines and its addresses is \[assumed\]: how strokes and power follow from the patient's cadence (as
//! with the virtual rower of CSAFE), when a value falls back to nothing, what a reset clears.
//!
//! Deliberately absent: `Pxx` and `AKx`, goals (taken, without effect).

mod memory;

use std::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp, Watts};
use protocols::waterrower::{HostDecoder, HostMessage, MachineMessage, Model};
use protocols::wire::WireError;

use self::memory::Memory;
use super::VirtualDevice;
use super::console::{Console, Machine};
use super::ergometer::{Works, whole};

/// From a line to its answer \[assumed\].
const ANSWER_DELAY: Duration = Duration::from_millis(10);
/// Between two `PING` \[recalled\].
const PING_EVERY: Duration = Duration::from_secs(1);
/// Without a stroke, until `PING` begins \[assumed\].
const IDLE_AFTER: Duration = Duration::from_secs(3);
/// Without a stroke, until the values are nothing \[assumed\].
const FORGETS_AFTER: Duration = Duration::from_secs(5);
/// Strokes for one turn of the patient's crank \[assumed\].
const STROKES_PER_TURN: f64 = 0.4;
/// Watts for each stroke a minute \[assumed\].
const WATTS_PER_STROKE: f64 = 4.0;

/// Which monitor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaterRowerModel {
    /// S4, firmware 2.10.
    S4,
    /// Keeps its last power when nobody rows.
    Holding,
    /// Sends the bytes of two-byte values the other way round.
    Swapped,
}

/// A virtual monitor, switched on now.
#[must_use]
pub fn virtual_waterrower(now: Timestamp, model: WaterRowerModel) -> impl VirtualDevice {
    let monitor = Monitor {
        model,
        talks: false,
        memory: Memory::new(now),
        last_stroke: now,
        next_stroke: Timestamp::NEVER,
        pull_ends: Timestamp::NEVER,
        next_ping: Timestamp::NEVER,
        forgets: Timestamp::NEVER,
    };
    Machine::new(now, monitor)
}

#[derive(Debug, Clone, Copy)]
struct Monitor {
    model: WaterRowerModel,
    /// Between `USB` and `EXIT`.
    talks: bool,
    memory: Memory,
    last_stroke: Timestamp,
    next_stroke: Timestamp,
    pull_ends: Timestamp,
    next_ping: Timestamp,
    forgets: Timestamp,
}

impl Monitor {
    fn answer(&mut self, now: Timestamp, message: HostMessage, works: &Works) -> MachineMessage {
        if !self.talks && message != HostMessage::Start {
            return MachineMessage::Refused;
        }
        match message {
            HostMessage::Start => {
                self.talks = true;
                self.next_ping = (self.last_stroke + IDLE_AFTER).max(now + PING_EVERY);
                MachineMessage::Hello
            }
            HostMessage::Exit => {
                self.talks = false;
                self.next_ping = Timestamp::NEVER;
                MachineMessage::Accepted
            }
            HostMessage::Reset => {
                self.memory.reset();
                MachineMessage::Accepted
            }
            HostMessage::Identify => {
                Model::new(4, 2, 10).map_or(MachineMessage::Refused, MachineMessage::Model)
            }
            HostMessage::Read { size, address } => {
                let is_swapped = self.model == WaterRowerModel::Swapped;
                let heart_rate = works.rider.heart_rate;
                self.memory
                    .read(size, address, heart_rate, is_swapped)
                    .map_or(MachineMessage::Refused, MachineMessage::Value)
            }
            HostMessage::SetDistance { .. } | HostMessage::SetTime(_) => MachineMessage::Accepted,
            HostMessage::Other(_) => MachineMessage::Refused,
        }
    }

    fn stroke(&mut self, now: Timestamp, works: &mut Works) {
        let rate = works.rider.cadence * STROKES_PER_TURN;
        if rate <= 0.0 {
            self.next_stroke = Timestamp::NEVER;
            return;
        }
        // Nobody rows faster than this, and a stroke of no time would never end.
        let period = Duration::from_secs_f64((60.0 / rate).clamp(0.5, 600.0));
        self.last_stroke = now;
        self.next_stroke = now + period;
        self.pull_ends = now + period / 3;
        self.forgets = now + FORGETS_AFTER;
        self.next_ping = if self.talks {
            now + IDLE_AFTER
        } else {
            Timestamp::NEVER
        };
        self.memory.stroke(rate, rate * WATTS_PER_STROKE, period);
        self.tell(now, MachineMessage::StrokeStart, works);
    }

    fn tell(&self, now: Timestamp, message: MachineMessage, works: &mut Works) {
        if self.talks {
            works.outbox.say(now, |buffer| message.encode(buffer));
        }
    }
}

impl Console for Monitor {
    type Ears = HostDecoder;

    fn ears(&self) -> HostDecoder {
        HostDecoder::new()
    }

    fn switch_on(&mut self, now: Timestamp, _works: &mut Works) {
        self.last_stroke = now;
        self.memory = Memory::new(now);
    }

    fn take(&mut self, now: Timestamp, found: Result<HostMessage, WireError>, works: &mut Works) {
        let Ok(message) = found else { return };
        let is_reset = self.talks && message == HostMessage::Reset;
        let answer = self.answer(now, message, works);
        let due = now + ANSWER_DELAY;
        works.outbox.say(due, |buffer| answer.encode(buffer));
        if is_reset {
            self.tell(due, MachineMessage::Ping, works);
        }
    }

    fn feel(&mut self, now: Timestamp, works: &mut Works) {
        if works.is_pedalled() && self.next_stroke == Timestamp::NEVER {
            self.next_stroke = now;
        }
    }

    fn due(&self) -> Timestamp {
        self.next_stroke
            .min(self.pull_ends)
            .min(self.next_ping)
            .min(self.forgets)
    }

    fn come_due(&mut self, now: Timestamp, works: &mut Works) {
        self.run_until(now);
        if now >= self.pull_ends {
            self.pull_ends = Timestamp::NEVER;
            self.tell(now, MachineMessage::StrokeEnd, works);
        }
        if now >= self.forgets {
            self.forgets = Timestamp::NEVER;
            self.memory.forget(self.model == WaterRowerModel::Holding);
        }
        if now >= self.next_stroke {
            self.stroke(now, works);
        }
        if now >= self.next_ping {
            self.next_ping = now + PING_EVERY;
            self.tell(now, MachineMessage::Ping, works);
        }
    }

    fn run_until(&mut self, now: Timestamp) {
        self.memory.run_until(now);
    }

    /// What the patient does to the water, while somebody listens: the monitor itself loads nobody.
    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad> {
        (powered && self.talks).then_some(())?;
        let watts = works.rider.cadence * STROKES_PER_TURN * WATTS_PER_STROKE;
        Some(MachineLoad::Power(Watts::new(whole(watts))?))
    }
}

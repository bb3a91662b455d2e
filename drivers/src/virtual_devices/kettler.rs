//! A virtual Kettler ergometer.
//!
//! Promises: every line that is understood is answered with one line, a reset after 1 s and all else after 20 ms; loads are taken
//! in PC mode alone, cut to 25..400 W and down to 5 W; the target stays when pedalling stops and when the host falls silent.
//!
//! What refuses a load, the values it starts with and the display's numbers are \[assumed\]; the range and the step are \[recalled\].
//!
//! Deliberately absent: goals (kept, they end nothing), other line speeds, the treadmills of a similar set.

use std::time::Duration;

use protocols::kettler::{
    Command, FieldNumber, HostDecoder, HostMessage, LetterCase, MachineMessage, StatusLine, Words,
};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::WireError;

use super::VirtualDevice;
use super::console::{Console, Machine};
use super::ergometer::{Brake, Done, Grip, Setting, Works, whole};

/// From the end of a line to its answer; the sheet allows 50 ms \[assumed\].
const ANSWER_DELAY: Duration = Duration::from_millis(20);
/// A reset takes its time; up to 5 s were seen \[assumed\].
const RESET_DELAY: Duration = Duration::from_secs(1);
/// From any load to any other \[assumed\].
const RAMP: Duration = Duration::from_secs(1);
/// Revolutions a minute that have to be passed for any load \[assumed\].
const HELD_ABOVE: f64 = 20.0;
/// Least and greatest load in watts, and its step \[recalled\].
const LEAST: u16 = 25;
const MOST: u16 = 400;
const STEP: u16 = 5;
/// Without pedalling, until a bike that pauses falls back to its least load \[assumed\].
const PAUSES_AFTER: Duration = Duration::from_mins(1);
/// Tenths of a kilometre an hour of the display for a revolution a minute \[assumed\].
const SPEED_TENTHS_PER_CADENCE: f64 = 2.9;
/// Metres of the display for a turn: 0.29 km/h are so many in a minute.
const METRES_PER_TURN: f64 = 290.0 / 60.0;

/// Which bike it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KettlerModel {
    /// Takes letters of either case.
    AnyCase,
    /// Old firmware: answers capitals with `ERROR`.
    SmallLetters,
    /// Falls back to 25 W when nobody pedals for a minute.
    Pausing,
}

/// A virtual bike, switched on now.
#[must_use]
pub fn virtual_kettler(now: Timestamp, model: KettlerModel) -> impl VirtualDevice {
    Machine::new(now, Bike::new(model))
}

#[derive(Debug, Clone, Copy)]
struct Bike {
    model: KettlerModel,
    pc_mode: bool,
    target: u16,
    pauses_at: Timestamp,
}

impl Bike {
    const fn new(model: KettlerModel) -> Self {
        Self {
            model,
            pc_mode: false,
            target: LEAST,
            pauses_at: Timestamp::NEVER,
        }
    }

    fn set_target(&mut self, watts: u16, works: &mut Works) {
        let within = watts.clamp(LEAST, MOST);
        self.target = within - within % STEP;
        let cadence = works.rider.cadence;
        works.brake.set(Setting::Power(self.target.into()), cadence);
    }

    fn obey(&mut self, command: Command, works: &mut Works) -> MachineMessage {
        match command {
            Command::EnterPcMode | Command::EnterPcModeByCd | Command::EnterPcModeByCp => {
                if std::mem::replace(&mut self.pc_mode, true) {
                    MachineMessage::Running
                } else {
                    MachineMessage::Acknowledged
                }
            }
            Command::Reset => {
                self.pc_mode = false;
                self.set_target(LEAST, works);
                works.done = Done::default();
                MachineMessage::Acknowledged
            }
            Command::Identify => words(b"SDFB3129"),
            Command::Version => words(b"131"),
            Command::Interface => words(b"SDJB\tE5"),
            Command::Calibration | Command::StartTraining => MachineMessage::Acknowledged,
            Command::Programs => words(b"0"),
            Command::Status => self.status(works),
            Command::SetPower(watts) if self.pc_mode => {
                self.set_target(watts.get(), works);
                self.status(works)
            }
            Command::SetDistance(_) | Command::SetTime(_) | Command::SetEnergy(_)
                if self.pc_mode =>
            {
                self.status(works)
            }
            Command::SetPower(_)
            | Command::SetDistance(_)
            | Command::SetTime(_)
            | Command::SetEnergy(_)
            | Command::SetBaudRate(_)
            | Command::Other(_) => MachineMessage::Refused,
        }
    }

    fn status(&self, works: &Works) -> MachineMessage {
        let field = |value: f64| FieldNumber::new(whole(value).into()).unwrap_or(FieldNumber::ZERO);
        let done = works.done;
        let seconds = done.time.as_secs();
        MachineMessage::Status(StatusLine {
            heart_rate: field(works.rider.heart_rate.into()),
            cadence: field(works.rider.cadence),
            speed_tenths: field(works.rider.cadence * SPEED_TENTHS_PER_CADENCE),
            distance_tenths: field(done.metres(METRES_PER_TURN) / 100.0),
            target_watts: field(self.target.into()),
            energy_kilojoules: field(done.kilojoules()),
            minutes: u16::try_from(seconds / 60).unwrap_or(999).min(999),
            seconds: u8::try_from(seconds % 60).unwrap_or(0),
            is_recovery: false,
            power_watts: field(works.power()),
        })
    }
}

impl Console for Bike {
    type Ears = HostDecoder;

    fn ears(&self) -> HostDecoder {
        HostDecoder::new()
    }

    fn switch_on(&mut self, _now: Timestamp, works: &mut Works) {
        works.brake = Brake::new(Grip::Above(HELD_ABOVE), RAMP, self.target.into());
    }

    fn take(&mut self, now: Timestamp, found: Result<HostMessage, WireError>, works: &mut Works) {
        let is_deaf = |case| self.model == KettlerModel::SmallLetters && case == LetterCase::Upper;
        let (answer, delay) = match found {
            Ok(message) if !is_deaf(message.letter_case) => {
                let delay = if message.command == Command::Reset {
                    RESET_DELAY
                } else {
                    ANSWER_DELAY
                };
                (self.obey(message.command, works), delay)
            }
            Ok(_) | Err(_) => (MachineMessage::Refused, ANSWER_DELAY),
        };
        works
            .outbox
            .say(now + delay, |buffer| answer.encode(buffer));
    }

    fn feel(&mut self, now: Timestamp, works: &mut Works) {
        if self.model != KettlerModel::Pausing {
            return;
        }
        if works.is_pedalled() {
            self.pauses_at = Timestamp::NEVER;
        } else if self.pauses_at == Timestamp::NEVER && self.target > LEAST {
            self.pauses_at = now + PAUSES_AFTER;
        }
    }

    fn due(&self) -> Timestamp {
        self.pauses_at
    }

    fn come_due(&mut self, _now: Timestamp, works: &mut Works) {
        self.pauses_at = Timestamp::NEVER;
        self.set_target(LEAST, works);
    }

    /// In PC mode it counts as in use: no state of its own says that a patient is at work.
    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad> {
        works.load(powered && self.pc_mode, LEAST)
    }
}

fn words(text: &[u8]) -> MachineMessage {
    Words::new(text).map_or(MachineMessage::Refused, MachineMessage::Words)
}

//! A virtual Trackmaster treadmill: the machine's end of the Trackmaster protocol.
//!
//! Promises: every whole command is answered at once and in order; the belt and the elevation ramp in between as the time that
//! the caller brings says, however seldom it is called; the belt stops by itself when it was started with its watchdog and the
//! host is silent for more than 0.5 s, at that instant and not at the next call.
//!
//! The ramps (0.5 mph/s, 0.5 %/s), the top speeds and what happens in the corners that the maker's manual leaves open are
//! choices (assumed), each said where it is made.
//!
//! An emergency-stop switch cuts the power of the control board: [`VirtualDevice::set_power`].

use std::time::Duration;

use protocols::trackmaster::{
    BeltSpeed, Command, Direction, FourDigits, FramedContent, Framer, HostMessage, ILLEGAL_COMMAND,
    MachineMessage, OUT_OF_RANGE, POWER_UP_BYTE, Request, SpeedUnit,
};
use protocols::vocabulary::{MachineLoad, PercentGrade, Timestamp};

use crate::virtual_devices::belt::{Belt, MINIMUM_SPEED, Rules};
use crate::virtual_devices::{Body, DeviceOutput, VirtualDevice};

/// Starts that come this soon after power-up are rejected.
const STARTS_REJECTED: Duration = Duration::from_secs(3);
/// So much silence ends the rejection that a start too soon began.
const REJECTION_ENDS: Duration = Duration::from_secs(20);
/// A command that pauses longer than this between its bytes is dropped.
const COMMAND_CUT_OFF: Duration = Duration::from_millis(500);
/// Between two looks at a belt that ramps.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Answers that wait for a caller that does not drain; what comes on top is lost, as on a real line.
const OUTBOX_BYTES_MAX: usize = 4_096;

/// A treadmill that is powered and stands.
#[derive(Debug)]
pub struct VirtualTrackmaster {
    unit: SpeedUnit,
    framer: Framer,
    belt: Belt,
    powered_at: Timestamp,
    powered: bool,
    /// A start came too soon: every further one is rejected until a stop or long silence.
    rejects_starts: bool,
    copies_commands: bool,
    last_byte_at: Timestamp,
    outbox: Vec<u8>,
    sending: Vec<u8>,
}

/// What is to be answered beside the copy of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Acknowledged,
    OutOfRange,
    Illegal,
}

impl VirtualTrackmaster {
    /// A treadmill that is set to a unit and powered up now.
    #[must_use]
    pub fn new(now: Timestamp, unit: SpeedUnit) -> Self {
        let mut machine = Self {
            unit,
            framer: Framer::new(Direction::Host),
            belt: Belt::new(now, rules(unit)),
            powered_at: now,
            powered: true,
            rejects_starts: false,
            copies_commands: false,
            last_byte_at: now,
            outbox: Vec::with_capacity(OUTBOX_BYTES_MAX),
            sending: Vec::with_capacity(OUTBOX_BYTES_MAX),
        };
        machine.say(&[POWER_UP_BYTE]);
        machine
    }

    /// The power comes back: everything is as in a new machine, the belt stands, and starts are rejected for 3 s.
    pub fn power_up(&mut self, now: Timestamp) {
        *self = Self::new(now, self.unit);
    }

    fn say(&mut self, bytes: &[u8]) {
        if self.outbox.len().saturating_add(bytes.len()) <= OUTBOX_BYTES_MAX {
            self.outbox.extend_from_slice(bytes);
        }
    }

    fn take(&mut self, now: Timestamp, content: FramedContent) {
        match content {
            FramedContent::Whole { opcode, number } => {
                match HostMessage::from_wire(opcode, number, Some(self.unit)) {
                    Some(HostMessage::Command(command)) => self.obey(now, command),
                    Some(HostMessage::Ask(request)) => {
                        let answer = self.answer(request);
                        self.say(answer.frame().as_bytes());
                    }
                    None => return,
                }
                self.belt.hear(now);
            }
            FramedContent::NotADigit { .. } => self.say(&[OUT_OF_RANGE]),
            FramedContent::UnknownOpcode(_) => self.say(&[ILLEGAL_COMMAND]),
            FramedContent::CutOff { .. } => {}
        }
    }

    fn obey(&mut self, now: Timestamp, command: Command) {
        match self.carry_out(now, command) {
            Answer::OutOfRange => self.say(&[OUT_OF_RANGE]),
            Answer::Illegal => self.say(&[ILLEGAL_COMMAND]),
            Answer::Acknowledged => {
                let acknowledgement = MachineMessage::Acknowledged(command.kind());
                self.say(acknowledgement.frame().as_bytes());
                if self.copies_commands {
                    self.say(command.frame().as_bytes());
                }
            }
        }
    }

    fn carry_out(&mut self, now: Timestamp, command: Command) -> Answer {
        match command {
            Command::StartWatched | Command::StartUnwatched => {
                self.rejects_starts |= now.since(self.powered_at) < STARTS_REJECTED;
                if self.rejects_starts {
                    return Answer::Illegal;
                }
                self.belt.start(command == Command::StartWatched);
            }
            Command::Stop => {
                self.rejects_starts = false;
                self.belt.stop();
            }
            Command::SetSpeed(speed) => {
                if !self.belt.set_speed(speed.tenths.get(), false) {
                    return Answer::OutOfRange;
                }
            }
            Command::SetElevation(tenths) => {
                if !self.belt.set_elevation(tenths) {
                    return Answer::OutOfRange;
                }
            }
            Command::AutoStop => self.belt.auto_stop(),
            Command::CoolDown => self.belt.cool_down(),
            Command::ToggleAcknowledgeData => self.copies_commands = !self.copies_commands,
            Command::SetTime(_)
            | Command::SetProtocol(_)
            | Command::SetStage(_)
            | Command::ResetTotals
            | Command::SetWeight(_) => {}
        }
        Answer::Acknowledged
    }

    fn answer(&self, request: Request) -> MachineMessage {
        let speed = |tenths| BeltSpeed {
            tenths,
            unit: Some(self.unit),
        };
        match request {
            Request::Status => MachineMessage::Status(self.belt.status()),
            Request::ActualSpeed => MachineMessage::ActualSpeed(speed(self.belt.speed())),
            Request::ActualElevation => MachineMessage::ActualElevation(self.belt.elevation()),
            Request::SetSpeed => MachineMessage::SetSpeed(speed(self.belt.speed_set())),
            Request::SetElevation => MachineMessage::SetElevation(self.belt.elevation_set()),
            Request::LapTime
            | Request::TotalTime
            | Request::Distance
            | Request::Protocol
            | Request::Stage
            | Request::Weight
            | Request::Energy
            | Request::OxygenUptake
            | Request::Mets => MachineMessage::Unused {
                request,
                number: FourDigits::ZERO,
            },
        }
    }
}

impl VirtualDevice for VirtualTrackmaster {
    fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]) {
        self.belt.move_on(now);
        if bytes.is_empty() || !self.powered {
            return;
        }
        let silence = now.since(self.last_byte_at);
        if silence > COMMAND_CUT_OFF {
            self.framer.reset();
        }
        if silence >= REJECTION_ENDS {
            self.rejects_starts = false;
        }
        self.last_byte_at = now;
        for byte in bytes {
            // At most two things: a message that was cut off, and what the byte itself is.
            let mut found = [None; 2];
            self.framer.take(*byte, &mut |framed| {
                if let Some(free) = found.iter_mut().find(|slot| slot.is_none()) {
                    *free = Some(framed.content);
                }
            });
            for content in found.into_iter().flatten() {
                self.take(now, content);
            }
        }
    }

    /// The belt drives the patient, not the patient the belt: only time counts.
    fn advance(&mut self, now: Timestamp, _body: &Body) {
        self.belt.move_on(now);
    }

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.belt.move_on(now);
        if self.outbox.is_empty() {
            return DeviceOutput::Wait(if self.belt.stands() {
                Timestamp::NEVER
            } else {
                now + LOOK_EVERY
            });
        }
        std::mem::swap(&mut self.outbox, &mut self.sending);
        self.outbox.clear();
        DeviceOutput::Transmit(&self.sending)
    }

    fn set_power(&mut self, now: Timestamp, on: bool) {
        self.belt.move_on(now);
        if on == self.powered {
            return;
        }
        if on {
            self.power_up(now);
        } else {
            self.powered = false;
            self.belt.lose_power();
            self.outbox.clear();
        }
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        if self.belt.stands() {
            return None;
        }
        Some(MachineLoad::Belt {
            speed: self.belt.actual_speed()?,
            grade: PercentGrade::new(self.belt.actual_elevation_percent())?,
        })
    }
}

/// What the makers' manuals and the sheet's choices say of a Trackmaster: the top speeds are assumed.
const fn rules(unit: SpeedUnit) -> Rules {
    Rules {
        unit,
        fastest: match unit {
            SpeedUnit::MilesPerHour => 120,
            SpeedUnit::KilometresPerHour => 200,
        },
        steepest: 250,
        elevation_step: 5,
        auto_stop_waits_at: MINIMUM_SPEED,
        silence_levels: true,
    }
}

//! The machine's end of a CSAFE wire: bikes and treadmills of two manners, and a Concept2 monitor.
//!
//! Promises: one answer at most for each good frame, 5 ms after it; toggle, fate and silence as the model's firmware does it;
//! nothing unasked unless the host switched it on. Belt and brake follow their own ramps and know when the patient stops.
//!
//! What the published texts leave open is settled here \[assumed\], and said where it is done.
//!
//! Deliberately absent: the states manual and off-line, text, makers' own commands beyond Concept2's common ones.

mod answers;
mod mechanics;
mod model;
mod orders;

use std::collections::VecDeque;
use std::time::Duration;

use protocols::csafe::{
    Addresses, Fate, HostDecoder, HostFrame, MAX_FRAME, MachineFrame, Status, code,
};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::{Decoded, Decoder};

pub use self::model::CsafeModel;

use self::mechanics::Mechanics;
use self::model::Manner;
use self::orders::Verdict;
use super::{Body, DeviceOutput, VirtualDevice};

/// From the end of a request to its answer \[assumed\].
const ANSWER_DELAY: Duration = Duration::from_millis(5);
/// A console answers a goal when its program has taken the value \[assumed for the time\].
const GOAL_ANSWER_DELAY: Duration = Duration::from_millis(100);
/// A frame without a stop flag is given up after this (firmware of Cyclops).
const UNFINISHED_TIME_OUT: Duration = Duration::from_millis(150);
/// How many answers can wait; more are dropped (firmware of Cyclops buffers five frames).
const ANSWERS_MAX: usize = 5;
/// Flag of `AUTOUPLOAD`: send the status unasked when it changes.
const AUTO_STATUS: u8 = 0x01;
/// Our own address, and the one that means everybody (Concept2's definition).
const DEFAULT_SECONDARY: u8 = 0xFD;
const EVERYBODY: u8 = 0xFF;
const HOST: u8 = 0x00;

/// A virtual CSAFE machine.
#[derive(Debug)]
pub struct VirtualCsafe {
    model: CsafeModel,
    decoder: HostDecoder,
    machine: Mechanics,
    toggle: bool,
    /// What the next empty frame, on a Concept2 the next frame, is told of the one before.
    fate: Fate,
    auto_upload: u8,
    powered: bool,
    last_byte: Timestamp,
    answers: VecDeque<Answer>,
    sending: Answer,
}

/// Bytes that go out at their time.
#[derive(Debug, Clone, Copy)]
struct Answer {
    due: Timestamp,
    bytes: [u8; MAX_FRAME],
    length: usize,
}

impl VirtualCsafe {
    /// A machine just powered up: ready, toggle 0, metric.
    #[must_use]
    pub fn new(model: CsafeModel) -> Self {
        Self {
            model,
            decoder: HostDecoder::new(),
            machine: Mechanics::new(model),
            toggle: false,
            fate: Fate::Accepted,
            auto_upload: 0,
            powered: true,
            last_byte: Timestamp::ZERO,
            answers: VecDeque::with_capacity(ANSWERS_MAX),
            sending: Answer {
                due: Timestamp::ZERO,
                bytes: [0; MAX_FRAME],
                length: 0,
            },
        }
    }

    /// Lets time pass for belt, brake and state.
    fn pass_time(&mut self, now: Timestamp) {
        if !self.powered {
            self.machine.run_until(now);
            return;
        }
        let unfinished = self.last_byte + UNFINISHED_TIME_OUT;
        if self.decoder.is_inside_frame() && now >= unfinished {
            self.decoder.reset();
            self.fate = Fate::Bad;
        }
        let before = self.machine.state();
        self.machine.run_until(now);
        if self.machine.state() != before && self.auto_upload & AUTO_STATUS != 0 {
            let frame = MachineFrame::new(self.status(Fate::Accepted));
            self.queue(now, &frame);
        }
    }

    fn handle_frame(&mut self, now: Timestamp, frame: &HostFrame) {
        let addressed = frame.addresses();
        let for_us = addressed
            .is_none_or(|to| to.destination == DEFAULT_SECONDARY || to.destination == EVERYBODY);
        if !for_us {
            return;
        }
        let mut answer = self.blank(addressed);
        let empty = frame.commands().next().is_none();
        let verdict = if empty {
            Verdict::Done
        } else {
            self.obey(frame, &mut answer)
        };
        if verdict == Verdict::Bad {
            self.fate = Fate::Bad;
            return;
        }
        let refused = verdict == Verdict::Refused;
        // A refused and an empty frame flip the toggle back (firmware of Cyclops).
        self.toggle ^= !refused && !empty;
        if frame.commands().any(|command| command.code == code::RESET) {
            self.toggle = false;
        }
        let own = if refused {
            Fate::Rejected
        } else {
            Fate::Accepted
        };
        let told = match self.model.manner() {
            Manner::Console | Manner::Controllable if empty => self.fate,
            Manner::Concept2 => self.fate,
            Manner::Console | Manner::Controllable => own,
        };
        self.fate = own;
        if refused && self.model.manner() == Manner::Console {
            return;
        }
        let delay = if self.answers_late(frame) {
            GOAL_ANSWER_DELAY
        } else {
            ANSWER_DELAY
        };
        let answer = self.with_status(&answer, told);
        self.queue(now + delay, &answer);
    }

    fn answers_late(&self, frame: &HostFrame) -> bool {
        self.model.manner() == Manner::Console
            && frame.commands().any(|command| model::is_goal(command.code))
    }

    /// An answer to be filled, with a status that is replaced when all is done.
    fn blank(&self, asked: Option<Addresses>) -> MachineFrame {
        let status = self.status(Fate::Accepted);
        match asked {
            None => MachineFrame::new(status),
            Some(_) => MachineFrame::addressed(
                Addresses {
                    destination: HOST,
                    source: DEFAULT_SECONDARY,
                },
                status,
            ),
        }
    }

    /// The same answers under the status as it is now.
    fn with_status(&self, filled: &MachineFrame, fate: Fate) -> MachineFrame {
        let status = self.status(fate);
        let mut answer = match filled.addresses() {
            None => MachineFrame::new(status),
            Some(addresses) => MachineFrame::addressed(addresses, status),
        };
        for item in filled.items() {
            // Each item fitted into a frame of the same size.
            let _fits = answer.push(item.code, item.data);
        }
        answer
    }

    fn status(&self, fate: Fate) -> Status {
        Status {
            toggle: self.toggle,
            fate,
            state: self.machine.state(),
        }
    }

    fn queue(&mut self, due: Timestamp, frame: &MachineFrame) {
        let mut answer = Answer {
            due,
            bytes: [0; MAX_FRAME],
            length: 0,
        };
        // A frame that stuffing makes too long cannot be sent by a real machine either.
        if let Ok(bytes) = frame.encode(&mut answer.bytes) {
            answer.length = bytes.len();
            if self.answers.len() < ANSWERS_MAX {
                self.answers.push_back(answer);
            }
        }
    }
}

impl VirtualDevice for VirtualCsafe {
    fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]) {
        self.pass_time(now);
        if !self.powered {
            return;
        }
        self.last_byte = now;
        for byte in bytes {
            let skipped = self.decoder.skipped();
            let mut found = None;
            self.decoder
                .feed(&[*byte], &mut |item: Decoded<HostFrame>| {
                    found = Some(item.content);
                });
            // A console takes a stray byte between frames for a bad frame.
            let stray = self.decoder.skipped() > skipped && self.model.manner() == Manner::Console;
            match found {
                Some(Ok(frame)) => self.handle_frame(now, &frame),
                Some(Err(_)) => self.fate = Fate::Bad,
                None if stray => self.fate = Fate::Bad,
                None => {}
            }
        }
    }

    fn advance(&mut self, now: Timestamp, body: &Body) {
        self.machine.feel(body);
        self.pass_time(now);
    }

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.pass_time(now);
        let due = self.answers.iter().map(|answer| answer.due).min();
        if due.is_some_and(|due| due <= now)
            && let Some(at) = self
                .answers
                .iter()
                .position(|answer| Some(answer.due) == due)
            && let Some(answer) = self.answers.remove(at)
        {
            self.sending = answer;
            let bytes = self.sending.bytes.get(..self.sending.length);
            return DeviceOutput::Transmit(bytes.unwrap_or_default());
        }
        let unfinished = if self.decoder.is_inside_frame() {
            self.last_byte + UNFINISHED_TIME_OUT
        } else {
            Timestamp::NEVER
        };
        DeviceOutput::Wait(due.unwrap_or(Timestamp::NEVER).min(unfinished))
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        self.machine.actual_load()
    }

    fn set_power(&mut self, now: Timestamp, on: bool) {
        self.pass_time(now);
        if on == self.powered {
            return;
        }
        self.powered = on;
        self.machine.set_power(on);
        self.decoder.reset();
        self.answers.clear();
        self.toggle = false;
        self.fate = Fate::Accepted;
        self.auto_upload = 0;
    }
}

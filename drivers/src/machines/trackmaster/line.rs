//! The wire as the link sees it: what is outstanding, in order, and whether both ends are in step.

use std::time::Duration;

use protocols::trackmaster::{HostMessage, MachineMessage, Request};
use protocols::vocabulary::Timestamp;

/// From the end of a message until it counts as unanswered (assumed; the maker's library waits 500 ms).
const ANSWER_TIME_OUT: Duration = Duration::from_millis(250);
/// One byte at 4800 baud, start and stop bit counted.
const BYTE_TIME: Duration = Duration::from_nanos(2_083_334);
/// Out of step: so much silence, and both ends are in step again.
const SILENCE_TO_STEP: Duration = Duration::from_millis(50);
/// A line that is never silent is asked again after this, because the belt stops on silence of ours (assumed).
const OUT_OF_STEP_MAX: Duration = Duration::from_millis(200);
/// A poll, a load, a newer load and a stop, each in place of the one before.
const OUTSTANDING_MAX: usize = 4;

/// A message that waits for its answer.
#[derive(Debug, Clone, Copy)]
struct Outstanding {
    message: HostMessage,
    deadline: Timestamp,
}

#[derive(Debug)]
pub(super) struct Line {
    /// Oldest first: the machine answers in order.
    outstanding: [Option<Outstanding>; OUTSTANDING_MAX],
    out_of_step: Option<OutOfStep>,
}

#[derive(Debug, Clone, Copy)]
struct OutOfStep {
    silent_at: Timestamp,
    at_the_latest: Timestamp,
}

impl Line {
    pub(super) const fn new() -> Self {
        Self {
            outstanding: [None; OUTSTANDING_MAX],
            out_of_step: None,
        }
    }

    /// Nothing is outstanding and both ends are in step.
    pub(super) fn is_free(&self) -> bool {
        self.out_of_step.is_none() && self.outstanding.iter().all(Option::is_none)
    }

    pub(super) const fn is_out_of_step(&self) -> bool {
        self.out_of_step.is_some()
    }

    pub(super) fn send(&mut self, now: Timestamp, message: HostMessage) {
        let bytes = u32::try_from(message.frame().as_bytes().len()).unwrap_or(u32::MAX);
        if self.outstanding.iter().all(Option::is_some) {
            self.drop_first(1);
        }
        if let Some(free) = self.outstanding.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(Outstanding {
                message,
                deadline: now + BYTE_TIME.saturating_mul(bytes) + ANSWER_TIME_OUT,
            });
        }
        self.out_of_step = None;
    }

    /// The message that this answers. What was sent before it never reached the machine.
    pub(super) fn answered(&mut self, answer: MachineMessage) -> Option<HostMessage> {
        self.take(|message| answers(answer, message))
    }

    /// Whether this was asked; it is answered now. What was sent before it never reached the machine.
    pub(super) fn asked(&mut self, request: Request) -> bool {
        self.take(|message| message == HostMessage::Ask(request))
            .is_some()
    }

    /// The message that was refused: the oldest command, as a question that the machine knows is never refused.
    pub(super) fn refused(&mut self) -> Option<HostMessage> {
        self.take(|message| matches!(message, HostMessage::Command(_)))
            .or_else(|| self.take(|_| true))
    }

    /// The newest message, once it is overdue, and with it everything before it is given up.
    pub(super) fn overdue(&mut self, now: Timestamp) -> Option<HostMessage> {
        let newest = self.newest().filter(|waiting| now >= waiting.deadline)?;
        self.outstanding = [None; OUTSTANDING_MAX];
        Some(newest.message)
    }

    /// What comes now cannot be told apart: wait for silence.
    pub(super) fn lose_step(&mut self, now: Timestamp) {
        self.outstanding = [None; OUTSTANDING_MAX];
        let at_the_latest = self
            .out_of_step
            .map_or(now + OUT_OF_STEP_MAX, |lost| lost.at_the_latest);
        self.out_of_step = Some(OutOfStep {
            silent_at: now + SILENCE_TO_STEP,
            at_the_latest,
        });
    }

    /// Whether the line has just come into step again.
    pub(super) fn finds_step(&mut self, now: Timestamp) -> bool {
        self.out_of_step
            .take_if(|lost| now >= lost.silent_at.min(lost.at_the_latest))
            .is_some()
    }

    pub(super) const fn clear(&mut self) {
        *self = Self::new();
    }

    /// When the line has to be looked at again.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.out_of_step
            .map(|lost| lost.silent_at.min(lost.at_the_latest))
            .or_else(|| self.newest().map(|waiting| waiting.deadline))
    }

    fn newest(&self) -> Option<Outstanding> {
        self.outstanding.iter().rev().flatten().next().copied()
    }

    /// Takes the oldest message that fits, and drops those before it.
    fn take(&mut self, fits: impl Fn(HostMessage) -> bool) -> Option<HostMessage> {
        let at = self
            .outstanding
            .iter()
            .position(|slot| slot.is_some_and(|waiting| fits(waiting.message)))?;
        let message = self.outstanding.get(at).copied().flatten()?.message;
        self.drop_first(at.saturating_add(1));
        Some(message)
    }

    fn drop_first(&mut self, count: usize) {
        for slot in self.outstanding.iter_mut().take(count) {
            *slot = None;
        }
        self.outstanding.rotate_left(count.min(OUTSTANDING_MAX));
    }
}

/// Whether this is the machine's answer to that message of the host.
fn answers(answer: MachineMessage, message: HostMessage) -> bool {
    match (answer, message) {
        (MachineMessage::Acknowledged(kind), HostMessage::Command(command)) => {
            kind == command.kind()
        }
        (MachineMessage::Status(_), HostMessage::Ask(Request::Status))
        | (MachineMessage::ActualSpeed(_), HostMessage::Ask(Request::ActualSpeed))
        | (MachineMessage::ActualElevation(_), HostMessage::Ask(Request::ActualElevation))
        | (MachineMessage::SetSpeed(_), HostMessage::Ask(Request::SetSpeed))
        | (MachineMessage::SetElevation(_), HostMessage::Ask(Request::SetElevation)) => true,
        (MachineMessage::Unused { request, .. }, HostMessage::Ask(asked)) => request == asked,
        _ => false,
    }
}

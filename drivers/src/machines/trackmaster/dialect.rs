//! What the two dialects of the line differ in, for a host: Trackmaster's own, and Woodway's.
//!
//! Everything that this link ever sends is the same bytes in both; a question of four digits in the one (`C3`, the set speed) is
//! that for the firmware in the other. What comes back is read by each dialect's own decoder and told in Trackmaster's words.

use protocols::trackmaster::{
    BeltSpeed, BeltStatus, Command, FourDigits, MachineDecoder, MachineMessage, Request, SpeedUnit,
};
use protocols::wire::{Decoded, Decoder};
use protocols::woodway;

/// Which table of opcodes a treadmill goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Full Vision's Trackmaster, and the machines with its board.
    Trackmaster,
    /// Woodway's "A0" command set.
    Woodway,
}

/// The decoder of a dialect.
#[derive(Debug, Clone)]
pub(super) enum Ears {
    Trackmaster(MachineDecoder),
    Woodway(woodway::MachineDecoder),
}

/// What a machine said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// A message in Trackmaster's words.
    Message(MachineMessage),
    /// A speed of a belt that runs backwards.
    Backwards(FourDigits),
    /// The answer to the question who it is, as a machine of the other dialect gives it.
    OtherDialect,
    /// Unasked: the belt has been stopped by its timer.
    TimerFired,
}

impl Dialect {
    /// The question by whose answer a machine of this dialect is known.
    pub(super) const fn who_are_you(self) -> Request {
        match self {
            // Woodway's dialect does not know the question for the set elevation (assumed).
            Self::Trackmaster => Request::SetElevation,
            // The firmware here, four digits of speed there.
            Self::Woodway => Request::SetSpeed,
        }
    }

    /// The id of the other one.
    pub(super) const fn other_id(self) -> &'static str {
        match self {
            Self::Trackmaster => "woodway",
            Self::Woodway => "trackmaster",
        }
    }
}

impl Ears {
    pub(super) const fn new(dialect: Dialect, unit: SpeedUnit) -> Self {
        match dialect {
            Dialect::Trackmaster => Self::Trackmaster(MachineDecoder::new(Some(unit))),
            Dialect::Woodway => Self::Woodway(woodway::MachineDecoder::new()),
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Heard>)) {
        match self {
            Self::Trackmaster(decoder) => {
                decoder.feed(bytes, &mut |found| sink(told(found, Heard::Message)));
            }
            Self::Woodway(decoder) => {
                decoder.feed(bytes, &mut |found| sink(told(found, of_woodway)));
            }
        }
    }

    pub(super) fn skipped(&self) -> u64 {
        match self {
            Self::Trackmaster(decoder) => decoder.skipped(),
            Self::Woodway(decoder) => decoder.skipped(),
        }
    }

    pub(super) fn reset(&mut self) {
        match self {
            Self::Trackmaster(decoder) => decoder.reset(),
            Self::Woodway(decoder) => decoder.reset(),
        }
    }
}

fn told<M>(found: Decoded<M>, heard: impl FnOnce(M) -> Heard) -> Decoded<Heard> {
    Decoded {
        offset: found.offset,
        content: found.content.map(heard),
    }
}

fn of_woodway(message: woodway::MachineMessage) -> Heard {
    let speed = |tenths| BeltSpeed {
        tenths,
        unit: Some(SpeedUnit::MilesPerHour),
    };
    let done = |command: Command| MachineMessage::Acknowledged(command.kind());
    Heard::Message(match message {
        woodway::MachineMessage::StartedWatched => done(Command::StartWatched),
        woodway::MachineMessage::StartedUnwatched => done(Command::StartUnwatched),
        woodway::MachineMessage::Disengaged => done(Command::Stop),
        woodway::MachineMessage::SpeedSet => done(Command::SetSpeed(speed(FourDigits::ZERO))),
        woodway::MachineMessage::ElevationSet => done(Command::SetElevation(FourDigits::ZERO)),
        woodway::MachineMessage::Stopping => done(Command::AutoStop),
        woodway::MachineMessage::TimerFired => return Heard::TimerFired,
        // The state's digits as Trackmaster has them \[assumed\]; any other byte is a state that nobody knows.
        woodway::MachineMessage::State(_) => {
            MachineMessage::Status(message.belt_status().unwrap_or(BeltStatus::Other(0)))
        }
        woodway::MachineMessage::Speed(velocity) => {
            let tenths = FourDigits::new(velocity.tenths()).unwrap_or(FourDigits::MAX);
            if velocity.is_reverse() && tenths > FourDigits::ZERO {
                return Heard::Backwards(tenths);
            }
            MachineMessage::ActualSpeed(speed(tenths))
        }
        woodway::MachineMessage::Elevation(tenths) => MachineMessage::ActualElevation(tenths),
        woodway::MachineMessage::Revision(revision) => {
            // No firmware's number is four ASCII digits (assumed): this is a Trackmaster's set speed.
            let is_speed = revision.to_be_bytes().iter().all(u8::is_ascii_digit);
            if is_speed {
                return Heard::OtherDialect;
            }
            MachineMessage::SetSpeed(speed(FourDigits::ZERO))
        }
    })
}

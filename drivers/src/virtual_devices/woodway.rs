//! A virtual Woodway treadmill with the "A0" command set, a dialect of Trackmaster's.
//!
//! Promises: every whole command is answered at once; a belt that was started with its timer ramps to a stand when the host is
//! silent for more than 0.5 s, and says `BD` once, unasked; the elevation stays then. Reverse is taken, as other hosts use it, and a
//! change of direction goes through a stand.
//!
//! The commands are those of a public library; nothing of the maker's was seen. How long the timer waits, the digits of the
//! state, the ramps, the start and what is refused are \[assumed\]; so is all that is as in a Trackmaster.
//!
//! Deliberately absent: split belts, the protocol of Woodway's medical treadmills, which is not public.

use std::time::Duration;

use protocols::trackmaster::{POWER_UP_BYTE, SpeedUnit};
use protocols::vocabulary::{MachineLoad, PercentGrade, Timestamp};
use protocols::wire::{NoRoom, WireError};
use protocols::woodway::{
    HostDecoder, HostMessage, ILLEGAL_COMMAND, LONGEST_MESSAGE, MachineMessage, OUT_OF_RANGE,
    Velocity,
};

use super::VirtualDevice;
use super::belt::{Belt, Rules};
use super::console::{Console, Machine};
use super::ergometer::Works;

/// A command that pauses longer than this between its bytes is dropped \[assumed\].
const COMMAND_CUT_OFF: Duration = Duration::from_millis(500);
/// The firmware's revision \[assumed\].
const REVISION: u32 = 0x0002_0104;
/// The library's bounds; what the machine does between them and its own is \[assumed\].
const RULES: Rules = Rules {
    unit: SpeedUnit::MilesPerHour,
    fastest: 299,
    steepest: 299,
    elevation_step: 1,
    auto_stop_waits_at: 0,
    silence_levels: false,
};

/// A virtual treadmill, switched on now.
#[must_use]
pub fn virtual_woodway(now: Timestamp) -> impl VirtualDevice {
    let treadmill = Treadmill {
        belt: Belt::new(now, RULES),
        last_byte: 0,
    };
    Machine::new(now, treadmill)
}

#[derive(Debug, Clone, Copy)]
struct Treadmill {
    belt: Belt,
    /// It tells a message that was cut off from one that was ended by a wrong byte.
    last_byte: u8,
}

impl Treadmill {
    /// `None` where the value is refused.
    fn obey(&mut self, message: HostMessage) -> Option<MachineMessage> {
        Some(match message {
            HostMessage::StartWatched => {
                self.belt.start(true);
                MachineMessage::StartedWatched
            }
            HostMessage::StartUnwatched => {
                self.belt.start(false);
                MachineMessage::StartedUnwatched
            }
            HostMessage::Disengage => {
                self.belt.stop();
                MachineMessage::Disengaged
            }
            HostMessage::SetSpeed(velocity) => {
                let (tenths, backwards) = (velocity.tenths(), velocity.is_reverse());
                self.belt.set_speed(tenths, backwards).then_some(())?;
                MachineMessage::SpeedSet
            }
            HostMessage::SetElevation(tenths) => {
                self.belt.set_elevation(tenths).then_some(())?;
                MachineMessage::ElevationSet
            }
            HostMessage::AutoStop => {
                self.belt.auto_stop();
                MachineMessage::Stopping
            }
            HostMessage::AskState => MachineMessage::State(b'0' + self.belt.status().digit()),
            HostMessage::AskSpeed => {
                let tenths = self.belt.speed().get();
                let velocity = Velocity::new(self.belt.runs_backwards(), tenths);
                MachineMessage::Speed(velocity.unwrap_or(Velocity::ZERO))
            }
            HostMessage::AskElevation => MachineMessage::Elevation(self.belt.elevation()),
            HostMessage::AskRevision => MachineMessage::Revision(REVISION),
        })
    }
}

impl Console for Treadmill {
    type Ears = HostDecoder;

    fn ears(&self) -> HostDecoder {
        HostDecoder::new()
    }

    fn switch_on(&mut self, now: Timestamp, works: &mut Works) {
        self.belt = Belt::new(now, RULES);
        say_byte(now, POWER_UP_BYTE, works);
    }

    fn intercept(&mut self, _now: Timestamp, byte: u8, _works: &mut Works) -> bool {
        self.last_byte = byte;
        false
    }

    fn take(&mut self, now: Timestamp, found: Result<HostMessage, WireError>, works: &mut Works) {
        match found {
            Ok(message) => {
                self.belt.hear(now);
                match self.obey(message) {
                    Some(answer) => works.outbox.say(now, |buffer| answer.encode(buffer)),
                    None => say_byte(now, OUT_OF_RANGE, works),
                }
            }
            // An opcode cut it off: no answer.
            Err(_) if self.last_byte >= 0x80 => {}
            Err(error) => {
                // A whole speed without a direction is a refused command, and feeds the timer as one.
                let is_whole = u32::try_from(LONGEST_MESSAGE) == Ok(error.skipped_bytes);
                if is_whole && self.last_byte.is_ascii_digit() {
                    self.belt.hear(now);
                }
                say_byte(now, OUT_OF_RANGE, works);
            }
        }
    }

    fn take_noise(&mut self, now: Timestamp, byte: u8, works: &mut Works) {
        if byte >= 0x80 {
            say_byte(now, ILLEGAL_COMMAND, works);
        }
    }

    fn cut_off(&self) -> Option<Duration> {
        Some(COMMAND_CUT_OFF)
    }

    fn due(&self) -> Timestamp {
        self.belt.fires_at()
    }

    fn come_due(&mut self, now: Timestamp, works: &mut Works) {
        self.belt.move_on(now);
        if self.belt.has_fired() {
            let message = MachineMessage::TimerFired;
            works.outbox.say(now, |buffer| message.encode(buffer));
        }
    }

    fn run_until(&mut self, now: Timestamp) {
        self.belt.move_on(now);
    }

    fn lose_power(&mut self) {
        self.belt.lose_power();
    }

    fn actual_load(&self, _works: &Works, _powered: bool) -> Option<MachineLoad> {
        if self.belt.stands() {
            return None;
        }
        Some(MachineLoad::Belt {
            speed: self.belt.actual_speed()?,
            grade: PercentGrade::new(self.belt.actual_elevation_percent())?,
        })
    }
}

fn say_byte(now: Timestamp, byte: u8, works: &mut Works) {
    works.outbox.say(now, |buffer| {
        let place = buffer.get_mut(..1).ok_or(NoRoom)?;
        place.fill(byte);
        Ok(place)
    });
}

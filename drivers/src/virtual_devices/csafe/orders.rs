//! What a virtual CSAFE machine does with the commands of a frame.

use std::time::Duration;

use protocols::csafe::{HostFrame, Item, MachineFrame, Quantity, State, code, unit};
use protocols::vocabulary::number::floor_to_u16;

use super::model::{CsafeModel, count_of};
use super::{VirtualCsafe, answers};

/// Fastest belt, in km/h \[assumed\].
const SPEED_MAX: f64 = 20.0;
/// Steepest grade, in per cent \[assumed\].
const GRADE_MAX: f64 = 15.0;
/// Least power above nothing, and greatest, in watts \[assumed\].
const POWER_MIN: u16 = 25;
const POWER_MAX: u16 = 400;
/// Watts in a kilopond metre a minute.
const WATTS_PER_KILOPOND_METRE: f64 = 0.163;
/// What a value may exceed its bound by and still be the bound in another unit.
const REPRESENTATION_SLACK: f64 = 1e-9;

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All of it is done, or skipped because nobody knows it.
    Done,
    /// The first refused command ended it; what stood before it is done.
    Refused,
    /// Its form is wrong: nothing of it is done.
    Bad,
}

impl VirtualCsafe {
    /// Does the commands of a frame in order, and collects the answers of the reads.
    pub(super) fn obey(&mut self, frame: &HostFrame, answer: &mut MachineFrame) -> Verdict {
        let wrong_count = |command: Item<'_>| {
            count_of(command.code).is_some_and(|count| count != command.data.len())
        };
        if frame.commands().any(wrong_count) {
            return Verdict::Bad;
        }
        for command in frame.commands() {
            if self.model == CsafeModel::Concept2 && command.code == code::SET_USER_CONFIGURATION_1
            {
                if !answers::wrapped(&self.machine, command.data, answer) {
                    return Verdict::Bad;
                }
                continue;
            }
            if self.model.leaves_out(command.code) {
                continue;
            }
            if !self.model.permits(command.code, self.machine.state()) || !self.write(command) {
                return Verdict::Refused;
            }
            answers::answer(self.model, &self.machine, command, answer);
        }
        Verdict::Done
    }

    /// Does one command; `false` where its value is refused, and the old one stands.
    fn write(&mut self, command: Item<'_>) -> bool {
        match command.code {
            code::RESET => {
                self.machine.reset();
                self.auto_upload = 0;
            }
            code::GO_IDLE | code::BAD_ID => self.machine.enter(State::Idle),
            code::GO_READY => self.machine.enter(State::Ready),
            code::GO_HAVE_ID => self.machine.enter(State::HaveId),
            code::GO_IN_USE => self.machine.enter(State::InUse),
            code::GO_FINISHED => self.machine.enter(State::Finished),
            code::AUTO_UPLOAD => self.auto_upload = first(command.data),
            code::SET_TIMEOUT => self
                .machine
                .set_id_time_out(Duration::from_secs(first(command.data).into())),
            code::ID_DIGITS => return (2..=5).contains(&first(command.data)),
            code::SET_SPEED | code::SET_GRADE | code::SET_POWER => {
                return self.set_load(command).is_some();
            }
            _ => {}
        }
        true
    }

    fn set_load(&mut self, command: Item<'_>) -> Option<()> {
        let quantity = Quantity::from_bytes(command.data)?;
        let belt = self.model.is_treadmill();
        match command.code {
            code::SET_SPEED if belt => {
                let speed = quantity.speed()?;
                let within = speed.kilometres_per_hour() <= SPEED_MAX + REPRESENTATION_SLACK;
                within.then_some(())?;
                self.machine.set.speed = Quantity::of_speed(speed)?.value;
            }
            code::SET_GRADE if belt => {
                let grade = quantity.grade()?;
                let within = (0.0..=GRADE_MAX + REPRESENTATION_SLACK).contains(&grade.get());
                within.then_some(())?;
                self.machine.set.grade = Quantity::of_grade(grade)?.value;
            }
            code::SET_POWER if !belt => {
                let watts = watts_of(quantity)?;
                let within = watts == 0 || (POWER_MIN..=POWER_MAX).contains(&watts);
                within.then_some(())?;
                self.machine.set.power = watts;
            }
            _ => return None,
        }
        Some(())
    }
}

/// Power in whole watts, rounded down; `None` in a unit that is none of power.
fn watts_of(quantity: Quantity) -> Option<u16> {
    match quantity.unit {
        unit::WATTS => Some(quantity.value),
        unit::KILOPOND_METRES_PER_MINUTE => {
            floor_to_u16(f64::from(quantity.value) * WATTS_PER_KILOPOND_METRE)
        }
        _ => None,
    }
}

fn first(data: &[u8]) -> u8 {
    data.first().copied().unwrap_or_default()
}

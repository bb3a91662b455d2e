//! A virtual Daum cockpit of the classic protocol, type 8008 TRS.
//!
//! Promises: every command to its address is answered after 20 ms with the command's own length; another address, unknown bytes
//! and a command that pauses for more than 50 ms are met with silence; the load stays when the host falls silent.
//!
//! The values it starts with, the display's speed and the ramp of 3 s are \[assumed\]. The wire tells the load that is set, never
//! the one that is made; byte 4 of the run data says whether any is.
//!
//! Deliberately absent: training programmes (a number is kept, the load is the host's), slope, the limits of a person.

use std::time::Duration;

use protocols::daum_classic::{
    Cockpit, HostDecoder, HostMessage, MachineMessage, Pedalling, PowerStep, RunData,
};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::WireError;

use super::VirtualDevice;
use super::console::{Console, Machine};
use super::ergometer::{Brake, Grip, Setting, Works, whole, whole_byte};

/// From a command to its answer: at most so long (the sheet's figure \[assumed\]).
const ANSWER_DELAY: Duration = Duration::from_millis(20);
/// A command that pauses so long between two bytes is dropped \[assumed\].
const CUT_OFF: Duration = Duration::from_millis(50);
/// An 8008 needs so much rest before each command (a public program's driver).
const REST: Duration = Duration::from_millis(50);
/// From any load to any other \[assumed\].
const RAMP: Duration = Duration::from_secs(3);
/// What many cockpits go to: 400 W.
const FOUR_HUNDRED: u8 = 80;
/// Type 8008 TRS.
const TYPE: u8 = 0x2A;
/// Last programme.
const PROGRAMS: u8 = 79;
/// At the start \[assumed\].
const FIRST_GEAR: u8 = 5;
/// Kilometres an hour of the display for a revolution a minute \[assumed\].
const SPEED_PER_CADENCE: f64 = 1.0 / 3.0;
/// Metres of the display for a turn: a revolution a minute is a third of a kilometre an hour.
const METRES_PER_TURN: f64 = 1_000.0 / 60.0 * SPEED_PER_CADENCE;

/// What a cockpit makes of power and haste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaumClassicModel {
    /// Up to 800 W.
    EightHundred,
    /// Up to 400 W, as many cockpits.
    FourHundred,
    /// An 8008 that loses a command within 50 ms of its last answer.
    Hasty,
}

/// A virtual cockpit at an address, switched on now.
#[must_use]
pub fn virtual_daum_classic(
    now: Timestamp,
    cockpit: Cockpit,
    model: DaumClassicModel,
) -> impl VirtualDevice {
    Machine::new(now, Classic::new(cockpit, model))
}

#[derive(Debug, Clone, Copy)]
struct Classic {
    cockpit: Cockpit,
    model: DaumClassicModel,
    program: u8,
    person: u8,
    gear: u8,
    power: PowerStep,
    running: bool,
    hearing: Hearing,
}

/// Where in a message the line is: the decoder gives back a command to another address byte by byte, and its bytes may look like
/// commands of their own.
#[derive(Debug, Clone, Copy)]
struct Hearing {
    last_byte: Timestamp,
    /// Bytes of the message so far.
    bytes: u8,
    /// It is for somebody else: nothing is heard until the line is silent.
    is_foreign: bool,
}

impl Classic {
    const fn new(cockpit: Cockpit, model: DaumClassicModel) -> Self {
        Self {
            cockpit,
            model,
            program: 0,
            person: 0,
            gear: FIRST_GEAR,
            power: PowerStep::LEAST,
            running: false,
            hearing: Hearing {
                last_byte: Timestamp::ZERO,
                bytes: 0,
                is_foreign: false,
            },
        }
    }

    fn set_power(&mut self, asked: PowerStep, works: &mut Works) {
        let most = match self.model {
            DaumClassicModel::FourHundred => FOUR_HUNDRED,
            DaumClassicModel::EightHundred | DaumClassicModel::Hasty => PowerStep::MOST.byte(),
        };
        let byte = asked.byte().clamp(PowerStep::LEAST.byte(), most);
        self.power = PowerStep::from_byte(byte);
        let watts = Setting::Power(self.power.watts().into());
        works.brake.set(watts, works.rider.cadence);
    }

    fn run_data(self, works: &Works) -> RunData {
        let rider = works.rider;
        RunData {
            program: self.program,
            person: self.person,
            pedalling: pedalling(works),
            power: self.power,
            cadence_raw: whole_byte(rider.cadence),
            speed_raw: whole_byte(rider.cadence * SPEED_PER_CADENCE),
            distance_raw: whole(works.done.metres(METRES_PER_TURN) / 100.0),
            seconds: whole(works.done.time.as_secs_f64()),
            // Unit and meaning are recalled: kilojoules of work.
            energy_raw: whole(works.done.kilojoules()),
            heart_rate_raw: whole_byte(rider.heart_rate.into()),
            pulse_state: 0,
            gear: self.gear,
            reserved: [0; 2],
        }
    }

    fn obey(&mut self, message: HostMessage, works: &mut Works) -> MachineMessage {
        match message {
            HostMessage::FindAddress => MachineMessage::Address(self.cockpit.address),
            HostMessage::CheckCockpit => MachineMessage::CockpitVersion(1),
            HostMessage::Reset => {
                // What a reset clears was not seen: all but address and type \[assumed\].
                *self = Self::new(self.cockpit, self.model);
                self.set_power(PowerStep::LEAST, works);
                works.done = super::ergometer::Done::default();
                MachineMessage::Reset
            }
            HostMessage::Start => {
                self.running = true;
                MachineMessage::Started(pedalling(works))
            }
            HostMessage::Stop => {
                self.running = false;
                MachineMessage::Stopped(pedalling(works))
            }
            HostMessage::SetProgram(number) => {
                if number <= PROGRAMS {
                    self.program = number;
                }
                MachineMessage::Program {
                    number: self.program,
                    pedalling: Some(pedalling(works)),
                }
            }
            HostMessage::SetPerson(person) => {
                let [number, ..] = person.0;
                self.person = number;
                MachineMessage::Person {
                    echo: person,
                    pedalling: pedalling(works),
                }
            }
            HostMessage::ReadAll => MachineMessage::Run {
                data: self.run_data(works),
                dialect: self.cockpit.dialect,
            },
            HostMessage::SetPower(step) => {
                self.set_power(step, works);
                MachineMessage::Power(self.power)
            }
            HostMessage::SetGear(gear) => {
                self.gear = gear.clamp(1, 28);
                MachineMessage::Gear(self.gear)
            }
            HostMessage::SetSlope(slope) => MachineMessage::Slope(slope),
            HostMessage::SetTime(_) => MachineMessage::TimeSet,
            HostMessage::SetDate(_) => MachineMessage::DateSet,
            HostMessage::SetBikeType([.., kind]) => MachineMessage::BikeType(kind),
            HostMessage::Version => MachineMessage::Version {
                serial_number: [0; 8],
                cockpit_type: TYPE,
            },
        }
    }
}

impl Console for Classic {
    type Ears = HostDecoder;

    fn ears(&self) -> HostDecoder {
        HostDecoder::new(self.cockpit)
    }

    fn switch_on(&mut self, _now: Timestamp, works: &mut Works) {
        works.brake = Brake::new(Grip::Any, RAMP, self.power.watts().into());
    }

    fn take(&mut self, now: Timestamp, found: Result<HostMessage, WireError>, works: &mut Works) {
        let is_begun = std::mem::replace(&mut self.hearing.bytes, 0) > 1;
        let Ok(message) = found else {
            // A known command whose second byte did not fit; a first byte that begins none is passed over.
            self.hearing.is_foreign |= is_begun;
            return;
        };
        if self.hearing.is_foreign {
            return;
        }
        let rests = self.model == DaumClassicModel::Hasty
            && works.outbox.last_due() > Timestamp::ZERO
            && now < works.outbox.last_due() + REST;
        if rests {
            return;
        }
        let answer = self.obey(message, works);
        let cockpit = self.cockpit;
        works
            .outbox
            .say(now + ANSWER_DELAY, |buffer| answer.encode(cockpit, buffer));
    }

    fn intercept(&mut self, now: Timestamp, _byte: u8, _works: &mut Works) -> bool {
        let hearing = &mut self.hearing;
        if now.since(hearing.last_byte) > CUT_OFF {
            hearing.bytes = 0;
            hearing.is_foreign = false;
        }
        hearing.last_byte = now;
        hearing.bytes = hearing.bytes.saturating_add(1);
        hearing.is_foreign
    }

    fn cut_off(&self) -> Option<Duration> {
        Some(CUT_OFF)
    }

    /// In use once a programme was started or more than the least load was told: no state of its own says that a patient is at
    /// work.
    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad> {
        let in_use = self.running || self.power > PowerStep::LEAST;
        works.load(powered && in_use, PowerStep::LEAST.watts())
    }
}

fn pedalling(works: &Works) -> Pedalling {
    if works.is_pedalled() {
        Pedalling::YES
    } else {
        Pedalling::NO
    }
}

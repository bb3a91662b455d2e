//! A virtual Daum machine of the premium protocol: an `ergo_bike` 8i, or an `ergo_run` that only reads.
//!
//! Promises: a frame whose sum holds is met with `06` at once and its answer 50 ms later, any other with `15`; an answer is
//! repeated when the host says `15`, five times at most, and waits 11 s for its `06`; a frame in place of `06` counts as one. The
//! load stays when the host falls silent.
//!
//! The values it starts with, the ramp of 3 s, what refuses `S23`, and the display's numbers are \[assumed\].
//!
//! Deliberately absent: what `M70` carries; a command of speed or slope for an `ergo_run`: none was seen in public.

use std::time::Duration;

use protocols::daum_premium::{Command, Decimal, FrameDecoder, Message, Payload, TrainingData};
use protocols::vocabulary::number::floor_to_u32;
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::WireError;

use super::VirtualDevice;
use super::console::{Console, Machine};
use super::ergometer::{Brake, Grip, Setting, Works, whole};

/// From the acknowledgement to the answer \[assumed\].
const ANSWER_DELAY: Duration = Duration::from_millis(50);
/// How long an answer waits for its acknowledgement (a public program's driver, for the other direction).
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(11);
/// How often an answer is said again.
const REPETITIONS: u8 = 5;
/// From any load to any other \[assumed\].
const RAMP: Duration = Duration::from_secs(3);
/// Revolutions a minute that have to be passed for any load \[assumed\].
const HELD_ABOVE: f64 = 20.0;
/// Least and greatest load in hundredths of a watt.
const LEAST: u32 = 2_500;
const MOST: u32 = 80_000;
/// At the start \[assumed\].
const FIRST_GEAR: u8 = 5;
const GEARS: u8 = 28;
/// Metres of the display for a turn, as on the classic machines \[assumed\].
const METRES_PER_TURN: f64 = 1_000.0 / 180.0;
/// Part of the patient's energy that reaches the crank \[assumed\].
const EFFICIENCY: f64 = 0.24;

/// Which machine it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaumPremiumModel {
    /// `ergo_bike` premium 8i.
    ErgoBike,
    /// `ergo_run` 8i: tells, and is not told.
    ErgoRun,
}

/// A virtual machine, switched on now.
#[must_use]
pub fn virtual_daum_premium(now: Timestamp, model: DaumPremiumModel) -> impl VirtualDevice {
    Machine::new(now, Dashboard::new(model))
}

#[derive(Debug, Clone, Copy)]
struct Dashboard {
    model: DaumPremiumModel,
    load_control: bool,
    /// Hundredths of a watt.
    power: u32,
    gear: u8,
    bike_type: u8,
    waiting: Option<Waiting>,
}

/// An answer that was said and not acknowledged.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    answer: Message,
    repetitions: u8,
    until: Timestamp,
}

impl Dashboard {
    const fn new(model: DaumPremiumModel) -> Self {
        Self {
            model,
            load_control: false,
            power: LEAST,
            gear: FIRST_GEAR,
            bike_type: 0,
            waiting: None,
        }
    }

    fn obey(&mut self, command: Command, told: Payload, works: &mut Works) -> Option<Payload> {
        let text = match told {
            Payload::Short(text) => Some(text),
            Payload::Empty | Payload::TrainingData(_) | Payload::Power(_) | Payload::NotKept(_) => {
                None
            }
        };
        let number = text.and_then(|text| std::str::from_utf8(text.as_bytes()).ok()?.parse().ok());
        match command {
            Command::PROTOCOL_VERSION => short(b"201"),
            Command::DASHBOARD_VERSION => short(b"100"),
            Command::DEVICE_TYPE => match self.model {
                DaumPremiumModel::ErgoBike => short(b"2"),
                DaumPremiumModel::ErgoRun => short(b"0"),
            },
            Command::BIKE_TYPE => {
                self.bike_type = number
                    .filter(|kind: &u8| *kind <= 2)
                    .unwrap_or(self.bike_type);
                short(self.bike_type.to_string().as_bytes())
            }
            Command::GEAR => {
                self.gear = number
                    .filter(|gear: &u8| (1..=GEARS).contains(gear))
                    .unwrap_or(self.gear);
                short(self.gear.to_string().as_bytes())
            }
            Command::LOAD_CONTROL => {
                let is_bike = self.model == DaumPremiumModel::ErgoBike;
                self.load_control = match number {
                    Some(0) => false,
                    Some(1) => is_bike,
                    Some(_) | None => self.load_control,
                };
                short(if self.load_control { b"1" } else { b"0" })
            }
            Command::POWER => {
                if let Payload::Power(watts) = told
                    && self.load_control
                {
                    self.set_power(watts, works);
                }
                Some(Payload::Power(Decimal::hundredths(self.power)))
            }
            Command::TRAINING_DATA => Some(Payload::TrainingData(self.training_data(works))),
            Command::BINARY => Some(Payload::Empty),
            _ => None,
        }
    }

    fn set_power(&mut self, watts: Decimal, works: &mut Works) {
        let hundredths = (watts.value() * 100.0 + 1e-6).clamp(0.0, MOST.into());
        self.power = floor_to_u32(hundredths).unwrap_or(LEAST).clamp(LEAST, MOST);
        let target = Setting::Power(f64::from(self.power) / 100.0);
        works.brake.set(target, works.rider.cadence);
    }

    fn training_data(&self, works: &Works) -> TrainingData {
        let cadence = match self.model {
            DaumPremiumModel::ErgoBike => works.rider.cadence,
            DaumPremiumModel::ErgoRun => 0.0,
        };
        let turning = cadence / 60.0 * std::f64::consts::TAU;
        let torque = if turning > 0.0 {
            works.power() / turning
        } else {
            0.0
        };
        let tenths = |value: f64| Decimal::tenths(whole(value * 10.0).into());
        let is_moving = cadence > 0.0;
        TrainingData {
            seconds: Some(Decimal::whole(whole(works.done.time.as_secs_f64()))),
            heart_rate: Decimal::whole(works.rider.heart_rate),
            speed: Decimal::hundredths(whole(cadence / 60.0 * METRES_PER_TURN * 100.0).into()),
            slope: Decimal::tenths(0),
            distance: Some(Decimal::whole(whole(works.done.metres(METRES_PER_TURN)))),
            cadence: tenths(cadence),
            power: Decimal::whole(works.whole_watts()),
            physical_energy: Some(Decimal::whole(whole(works.done.kilojoules()))),
            real_energy: Some(Decimal::whole(whole(works.done.kilojoules() / EFFICIENCY))),
            torque: Some(tenths(torque)),
            gear_and_one: Some(Decimal::whole(u16::from(self.gear) + 1)),
            state: Some(Decimal::whole(is_moving.into())),
            speed_status: Some(Decimal::whole(0)),
        }
    }

    fn repeat(&mut self, now: Timestamp, works: &mut Works) {
        if let Some(waiting) = &mut self.waiting
            && waiting.repetitions < REPETITIONS
        {
            waiting.repetitions += 1;
            waiting.until = now + ACKNOWLEDGED_WITHIN;
            say(now, waiting.answer, works);
        } else {
            self.waiting = None;
        }
    }
}

impl Console for Dashboard {
    type Ears = FrameDecoder;

    fn ears(&self) -> FrameDecoder {
        FrameDecoder::new()
    }

    fn switch_on(&mut self, _now: Timestamp, works: &mut Works) {
        let watts = match self.model {
            DaumPremiumModel::ErgoBike => f64::from(self.power) / 100.0,
            DaumPremiumModel::ErgoRun => 0.0,
        };
        works.brake = Brake::new(Grip::Above(HELD_ABOVE), RAMP, watts);
    }

    fn take(&mut self, now: Timestamp, found: Result<Message, WireError>, works: &mut Works) {
        match found {
            Err(_) => say(now, Message::Refused, works),
            Ok(Message::Accepted) => self.waiting = None,
            Ok(Message::Refused) => self.repeat(now, works),
            Ok(Message::Frame { command, payload }) => {
                self.waiting = None;
                say(now, Message::Accepted, works);
                let Some(payload) = self.obey(command, payload, works) else {
                    return;
                };
                let answer = Message::Frame { command, payload };
                say(now + ANSWER_DELAY, answer, works);
                self.waiting = Some(Waiting {
                    answer,
                    repetitions: 0,
                    until: now + ANSWER_DELAY + ACKNOWLEDGED_WITHIN,
                });
            }
        }
    }

    fn due(&self) -> Timestamp {
        self.waiting
            .map_or(Timestamp::NEVER, |waiting| waiting.until)
    }

    /// Nobody acknowledged: what it does then was not seen; it gives up \[assumed\].
    fn come_due(&mut self, _now: Timestamp, _works: &mut Works) {
        self.waiting = None;
    }

    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad> {
        works.load(
            powered && self.load_control,
            whole(f64::from(LEAST) / 100.0),
        )
    }
}

fn say(due: Timestamp, message: Message, works: &mut Works) {
    works.outbox.say(due, |buffer| message.encode(buffer));
}

fn short(text: &[u8]) -> Option<Payload> {
    protocols::ascii::Text::new(text).map(Payload::Short)
}

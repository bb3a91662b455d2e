//! What stands at the addresses of a virtual `WaterRower`.

use std::time::Duration;

use protocols::vocabulary::Timestamp;
use protocols::vocabulary::number::floor_to_u32;
use protocols::waterrower::{Address, Register, Size, address};

use super::super::ergometer::whole;

/// A unit of the stroke times \[recalled\].
const STROKE_TIME_UNIT: f64 = 0.025;
/// Volume of the tank \[assumed\].
const TANK_VOLUME: u32 = 0x10;
/// Watts of a boat at 1 m/s \[assumed\]: speed is the cube root of power over this.
const WATTS_AT_ONE_METRE_PER_SECOND: f64 = 2.8;
/// Joules in a calorie.
const JOULES_PER_CALORIE: f64 = 4.184;
/// Part of the patient's energy that reaches the water \[assumed\].
const EFFICIENCY: f64 = 0.24;

/// A workout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    now: Timestamp,
    /// What the last stroke was like; nothing when it is too long ago.
    rate: f64,
    watts: f64,
    speed: f64,
    period: Duration,
    /// Since the workout began.
    strokes: u16,
    rowed: Duration,
    metres: f64,
    joules: f64,
}

impl Memory {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self {
            now,
            rate: 0.0,
            watts: 0.0,
            speed: 0.0,
            period: Duration::ZERO,
            strokes: 0,
            rowed: Duration::ZERO,
            metres: 0.0,
            joules: 0.0,
        }
    }

    /// A new workout; the last stroke stays what it was.
    pub(super) const fn reset(&mut self) {
        self.strokes = 0;
        self.rowed = Duration::ZERO;
        self.metres = 0.0;
        self.joules = 0.0;
    }

    pub(super) fn stroke(&mut self, rate: f64, watts: f64, period: Duration) {
        self.rate = rate;
        self.watts = watts;
        self.speed = libm::cbrt(watts / WATTS_AT_ONE_METRE_PER_SECOND);
        self.period = period;
        self.strokes = self.strokes.saturating_add(1);
    }

    /// Nobody has rowed for long.
    pub(super) const fn forget(&mut self, keeps_power: bool) {
        self.rate = 0.0;
        self.speed = 0.0;
        if !keeps_power {
            self.watts = 0.0;
        }
    }

    pub(super) fn run_until(&mut self, now: Timestamp) {
        let passed = now.since(self.now);
        self.now = self.now.max(now);
        if self.speed > 0.0 {
            self.rowed += passed;
            self.metres += self.speed * passed.as_secs_f64();
            self.joules += self.watts * passed.as_secs_f64();
        }
    }

    /// What stands at an address, as much of it as the size holds; addresses that are not known read 0.
    pub(super) fn read(
        &self,
        size: Size,
        at: Address,
        heart_rate: u16,
        is_swapped: bool,
    ) -> Option<Register> {
        let value = self.value(at, heart_rate) & size.most();
        let [_, _, high, low] = value.to_be_bytes();
        let value = if is_swapped && size == Size::Double {
            u32::from_be_bytes([0, 0, low, high])
        } else {
            value
        };
        Register::new(size, at, value)
    }

    fn value(&self, at: Address, heart_rate: u16) -> u32 {
        let is_rowing = self.speed > 0.0;
        let seconds = self.rowed.as_secs();
        match at {
            address::DISTANCE => whole(self.metres).into(),
            address::POWER => whole(self.watts).into(),
            address::ENERGY => {
                floor_to_u32(self.joules / EFFICIENCY / JOULES_PER_CALORIE).unwrap_or(0)
            }
            address::TANK_VOLUME => TANK_VOLUME,
            address::STROKES => self.strokes.into(),
            address::STROKE_TIME => stroke_time(self.period),
            address::PULL_TIME => stroke_time(self.period / 3),
            address::TOTAL_SPEED => whole(self.speed * 100.0).into(),
            address::MEAN_SPEED if is_rowing => {
                let rowed = self.rowed.as_secs_f64();
                let mean = if rowed > 0.0 {
                    self.metres / rowed
                } else {
                    self.speed
                };
                whole(mean * 100.0).into()
            }
            address::HEART_RATE => heart_rate.into(),
            address::STROKE_RATE => whole(self.rate).min(u8::MAX.into()).into(),
            address::CLOCK_TENTHS => self.rowed.subsec_millis() / 100,
            address::CLOCK_SECONDS => as_digits(seconds % 60),
            address::CLOCK_MINUTES => as_digits(seconds / 60 % 60),
            address::CLOCK_HOURS => as_digits(seconds / 3_600 % 100),
            _ => 0,
        }
    }
}

fn stroke_time(time: Duration) -> u32 {
    whole(time.as_secs_f64() / STROKE_TIME_UNIT)
        .min(u8::MAX.into())
        .into()
}

/// Two decimal digits written as hexadecimal ones.
fn as_digits(number: u64) -> u32 {
    u32::try_from(number / 10 * 16 + number % 10).unwrap_or(0)
}

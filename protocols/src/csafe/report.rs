//! What a frame tells in the words of `station decode`.
//!
//! A unit that is not of the field's kind is never guessed at: the field is there, and missing. Codes inside a wrapper (1A)
//! mean something else and are not looked at.

use super::frame::{HostFrame, MachineFrame};
use super::{Quantity, code, unit};
use crate::vocabulary::{BeatsPerMinute, MetresPerSecond, RevolutionsPerMinute};
use crate::wire::{Field, Report};

/// Heart rate that some machines send for "none" \[recalled\]; 0 is "none" on all.
const NO_HEART_RATE: u8 = 255;

impl HostFrame {
    /// The set-points it carries; `None` where it carries none. An item given twice: the last counts \[assumed\].
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let mut report = Report::named("command");
        for command in self.commands() {
            let Some(quantity) = Quantity::from_bytes(command.data) else {
                continue;
            };
            match command.code {
                code::SET_POWER => report.power = field(quantity.power()),
                code::SET_SPEED => report.speed = field(quantity.speed()),
                code::SET_GRADE => report.grade = field(quantity.grade()),
                _ => {}
            }
        }
        carries_a_field(&report).then_some(report)
    }
}

impl MachineFrame {
    /// The readings it carries; `None` where it carries none. An item given twice: the last counts \[assumed\].
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let mut report = Report::named("answer");
        let mut cadence_by_speed = None;
        for item in self.items() {
            if let (code::GET_HEART_RATE, [rate]) = (item.code, item.data) {
                report.heart_rate = field(heart_rate(*rate));
            }
            let Some(quantity) = Quantity::from_bytes(item.data) else {
                continue;
            };
            match item.code {
                code::GET_POWER => report.power = field(quantity.power()),
                code::GET_GRADE => report.grade = field(quantity.grade()),
                code::GET_CADENCE => report.cadence = field(quantity.cadence()),
                code::GET_SPEED => {
                    (report.speed, cadence_by_speed) = speed_or_cadence(quantity);
                }
                _ => {}
            }
        }
        // Where both give a cadence, the one that was asked for as cadence is taken.
        if let (Some(cadence), Field::Absent | Field::Missing) = (cadence_by_speed, report.cadence)
        {
            report.cadence = Field::Present(cadence);
        }
        carries_a_field(&report).then_some(report)
    }
}

/// A cross-trainer answers the question for speed with its cadence (captured on a Life Fitness machine).
fn speed_or_cadence(quantity: Quantity) -> (Field<MetresPerSecond>, Option<RevolutionsPerMinute>) {
    match quantity.unit {
        unit::REVOLUTIONS_PER_MINUTE | unit::STROKES_PER_MINUTE => {
            (Field::Absent, quantity.cadence())
        }
        _ => (field(quantity.speed()), None),
    }
}

fn heart_rate(rate: u8) -> Option<BeatsPerMinute> {
    match rate {
        NO_HEART_RATE => None,
        rate => BeatsPerMinute::new(rate.into()),
    }
}

fn field<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}

fn carries_a_field(report: &Report<'_>) -> bool {
    *report != Report::named(report.message)
}

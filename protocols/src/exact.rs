//! Numbers of a message that the vocabulary's units cannot hold.
//!
//! A wire can carry a heart rate of 9999 or 75.5 W. The sheets want them told as sent where no range is checked; what is
//! controlled by them wants a unit, in which they are missing or rounded down. So a message has both: its report for every
//! use, and these for who shows what was on the wire.

/// Numbers that a report cannot carry: each is `Some` only where the report's own field is missing or rounded for that reason.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Exact {
    /// Heart rate in beats a minute.
    pub heart_rate_bpm: Option<f64>,
    /// Saturation in per cent.
    pub spo2_percent: Option<f64>,
    /// Power in watts.
    pub power_watts: Option<f64>,
    /// Cadence in revolutions a minute.
    pub cadence_rpm: Option<f64>,
}

impl Exact {
    /// Nothing that the report does not carry.
    pub const NONE: Self = Self {
        heart_rate_bpm: None,
        spo2_percent: None,
        power_watts: None,
        cadence_rpm: None,
    };
}

/// A number where the unit that should hold it does not hold it exactly.
pub(crate) fn unless_held(number: f64, held: Option<f64>) -> Option<f64> {
    let is_held = held.is_some_and(|held| held.total_cmp(&number).is_eq());
    (!is_held).then_some(number)
}

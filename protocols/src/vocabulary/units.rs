//! Units as types: a bare number lives in a codec or in a drawing, nowhere else.
//!
//! Whole numbers where no device resolves finer; doubles, checked to be finite and in range, where a wire's unit (tenths of
//! mph, tenths of km/h) is a fraction of ours.
//!
//! The ranges are what a wire can carry, not what a machine or a patient can do: a decoder reports what came, the machine's
//! [`super::Capabilities`] say what may be sent, and `control` judges what may be believed.

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! whole_unit {
    ($(#[$doc:meta])* $name:ident($repr:ty), $min:expr, $max:expr, $unit:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        pub struct $name($repr);

        impl $name {
            /// The smallest value that can be held.
            pub const MIN: Self = Self($min);
            /// The largest value that can be held.
            pub const MAX: Self = Self($max);

            #[doc = concat!("A value in ", $unit, "; `None` outside [`Self::MIN`] to [`Self::MAX`].")]
            #[must_use]
            pub fn new(value: $repr) -> Option<Self> {
                (Self::MIN.0..=Self::MAX.0).contains(&value).then_some(Self(value))
            }

            #[doc = concat!("The bare number, in ", $unit, ".")]
            #[must_use]
            pub const fn get(self) -> $repr {
                self.0
            }

            #[doc = concat!("The bare number as a double, in ", $unit, ".")]
            #[must_use]
            pub fn as_f64(self) -> f64 {
                f64::from(self.0)
            }
        }

        impl TryFrom<u16> for $name {
            type Error = OutOfRange;
            fn try_from(value: u16) -> Result<Self, OutOfRange> {
                <$repr>::try_from(value).ok().and_then(Self::new).ok_or(OutOfRange)
            }
        }

        impl From<$name> for u16 {
            fn from(value: $name) -> Self {
                value.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{} ", $unit), self.0)
            }
        }
    };
}

macro_rules! real_unit {
    ($(#[$doc:meta])* $name:ident, $min:expr, $max:expr, $unit:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0.0);
            /// The smallest value that can be held.
            pub const MIN: Self = Self($min);
            /// The largest value that can be held.
            pub const MAX: Self = Self($max);

            #[doc = concat!("A value in ", $unit, "; `None` where it is not finite or outside [`Self::MIN`] to [`Self::MAX`].")]
            #[must_use]
            pub const fn new(value: f64) -> Option<Self> {
                if value >= $min && value <= $max { Some(Self(value)) } else { None }
            }

            #[doc = concat!("The bare number, in ", $unit, ".")]
            #[must_use]
            pub const fn get(self) -> f64 {
                self.0
            }

            /// The smaller of both.
            #[must_use]
            pub const fn min(self, other: Self) -> Self {
                if other.0 < self.0 { other } else { self }
            }

            /// The larger of both.
            #[must_use]
            pub const fn max(self, other: Self) -> Self {
                if other.0 > self.0 { other } else { self }
            }
        }

        impl TryFrom<f64> for $name {
            type Error = OutOfRange;
            fn try_from(value: f64) -> Result<Self, OutOfRange> {
                Self::new(value).ok_or(OutOfRange)
            }
        }

        impl From<$name> for f64 {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{:.2} ", $unit), self.0)
            }
        }
    };
}

/// A number that its unit cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number is outside what its unit can hold")
    }
}

impl core::error::Error for OutOfRange {}

whole_unit! {
    /// Mechanical power at the crank. Whole watts: no supported device resolves finer.
    Watts(u16), 0, u16::MAX, "W"
}
whole_unit! {
    /// Heart or pulse rate. What a device marks as "none" (0, 255, 511) is never held: it is an [`crate::vocabulary::Absence`].
    BeatsPerMinute(u16), 1, 510, "/min"
}
whole_unit! {
    /// Arterial oxygen saturation by pulse oximetry.
    OxygenSaturation(u8), 0, 100, "%"
}
whole_unit! {
    /// Cadence of a crank.
    RevolutionsPerMinute(u16), 0, u16::MAX, "rev/min"
}
whole_unit! {
    /// Blood pressure.
    MillimetresOfMercury(u16), 0, 350, "mmHg"
}

real_unit! {
    /// Belt speed; negative where a machine reports reverse.
    MetresPerSecond, -30_000.0, 30_000.0, "m/s"
}
real_unit! {
    /// Belt grade; negative is downhill.
    PercentGrade, -33_000.0, 33_000.0, "%"
}
real_unit! {
    /// Load in metabolic equivalents above rest: the one quantity in which `control` thinks about load.
    NetMets, 0.0, 30.0, "MET"
}
real_unit! {
    /// Body mass.
    Kilograms, 20.0, 350.0, "kg"
}

impl Watts {
    /// No load.
    pub const ZERO: Self = Self(0);
}

impl MetresPerSecond {
    /// From kilometres an hour.
    #[must_use]
    pub fn from_kilometres_per_hour(value: f64) -> Option<Self> {
        Self::new(value / 3.6)
    }

    /// In kilometres an hour.
    #[must_use]
    pub fn kilometres_per_hour(self) -> f64 {
        self.0 * 3.6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_unit_cannot_hold_cannot_be_made() {
        assert_eq!(BeatsPerMinute::new(0), None);
        assert_eq!(BeatsPerMinute::new(511), None);
        assert_eq!(OxygenSaturation::new(101), None);
        assert_eq!(MetresPerSecond::new(f64::NAN), None);
        assert_eq!(PercentGrade::new(f64::INFINITY), None);
        assert_eq!(NetMets::new(-0.01), None);
    }

    #[test]
    fn a_file_cannot_bring_in_what_a_constructor_refuses() {
        assert!(serde_json::from_str::<OxygenSaturation>("101").is_err());
        assert!(serde_json::from_str::<NetMets>("-1.0").is_err());
        assert_eq!(serde_json::from_str::<Watts>("75").ok(), Watts::new(75));
    }

    #[test]
    fn speeds_convert_by_the_definition_of_the_hour() {
        let speed = MetresPerSecond::from_kilometres_per_hour(5.4).expect("in range");
        assert!((speed.get() - 1.5).abs() < 1e-12);
        assert!((speed.kilometres_per_hour() - 5.4).abs() < 1e-12);
    }
}

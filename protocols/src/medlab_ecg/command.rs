//! What the host says: a letter, with most of them a digit, no end. The board answers nothing.

use crate::wire::{NoRoom, Report};

/// Bytes of the longest command.
pub const LONGEST_COMMAND: usize = 2;

/// Samples a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleRate {
    /// `S0`.
    ThreeHundred,
    /// `S1`.
    Hundred,
    /// `S2`.
    Fifty,
}

/// Amplification: the manual's three steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gain {
    /// `A0`.
    Zero,
    /// `A1`.
    One,
    /// `A2`.
    Two,
}

/// Which lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// `G0`.
    Three,
    /// `G1`.
    Two,
    /// `G2`.
    One,
}

/// Which curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// `D0`.
    Ecg,
    /// `D1`.
    Respiration,
}

/// Which mains hum is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notch {
    /// `5`.
    FiftyHertz,
    /// `6`.
    SixtyHertz,
}

/// Delay of the trigger output: the manual's four choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerDelay {
    /// `T0`.
    Zero,
    /// `T1`.
    One,
    /// `T2`.
    Two,
    /// `T9`.
    Nine,
}

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `N`: measure. To be sent at every start: in simulation the board sends a rate that can be believed.
    Normal,
    /// `M`: simulate. Never in service.
    Simulate,
    /// `S0` to `S2`.
    SampleRate(SampleRate),
    /// `A0` to `A2`.
    Gain(Gain),
    /// `G0` to `G2`.
    Lead(Lead),
    /// `D0`, `D1`.
    Curve(Curve),
    /// `5`, `6`.
    Notch(Notch),
    /// `C`: give a calibration pulse.
    Calibrate,
    /// `T0`, `T1`, `T2`, `T9`.
    TriggerDelay(TriggerDelay),
    /// `P0`, `P1`: detect pacemaker pulses, or not.
    PacemakerDetection(bool),
}

impl Command {
    /// The letter that two bytes begin with, where it needs a digit.
    pub(super) const fn needs_digit(letter: u8) -> bool {
        matches!(letter, b'S' | b'A' | b'G' | b'D' | b'T' | b'P')
    }

    /// A command of one byte.
    pub(super) const fn of_one(byte: u8) -> Option<Self> {
        match byte {
            b'N' => Some(Self::Normal),
            b'M' => Some(Self::Simulate),
            b'5' => Some(Self::Notch(Notch::FiftyHertz)),
            b'6' => Some(Self::Notch(Notch::SixtyHertz)),
            b'C' => Some(Self::Calibrate),
            _ => None,
        }
    }

    /// A command of a letter and its digit.
    pub(super) const fn of_two(letter: u8, digit: u8) -> Option<Self> {
        match (letter, digit) {
            (b'S', b'0') => Some(Self::SampleRate(SampleRate::ThreeHundred)),
            (b'S', b'1') => Some(Self::SampleRate(SampleRate::Hundred)),
            (b'S', b'2') => Some(Self::SampleRate(SampleRate::Fifty)),
            (b'A', b'0') => Some(Self::Gain(Gain::Zero)),
            (b'A', b'1') => Some(Self::Gain(Gain::One)),
            (b'A', b'2') => Some(Self::Gain(Gain::Two)),
            (b'G', b'0') => Some(Self::Lead(Lead::Three)),
            (b'G', b'1') => Some(Self::Lead(Lead::Two)),
            (b'G', b'2') => Some(Self::Lead(Lead::One)),
            (b'D', b'0') => Some(Self::Curve(Curve::Ecg)),
            (b'D', b'1') => Some(Self::Curve(Curve::Respiration)),
            (b'T', b'0') => Some(Self::TriggerDelay(TriggerDelay::Zero)),
            (b'T', b'1') => Some(Self::TriggerDelay(TriggerDelay::One)),
            (b'T', b'2') => Some(Self::TriggerDelay(TriggerDelay::Two)),
            (b'T', b'9') => Some(Self::TriggerDelay(TriggerDelay::Nine)),
            (b'P', b'0') => Some(Self::PacemakerDetection(false)),
            (b'P', b'1') => Some(Self::PacemakerDetection(true)),
            _ => None,
        }
    }

    /// The command's bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'static [u8] {
        match self {
            Self::Normal => b"N",
            Self::Simulate => b"M",
            Self::SampleRate(SampleRate::ThreeHundred) => b"S0",
            Self::SampleRate(SampleRate::Hundred) => b"S1",
            Self::SampleRate(SampleRate::Fifty) => b"S2",
            Self::Gain(Gain::Zero) => b"A0",
            Self::Gain(Gain::One) => b"A1",
            Self::Gain(Gain::Two) => b"A2",
            Self::Lead(Lead::Three) => b"G0",
            Self::Lead(Lead::Two) => b"G1",
            Self::Lead(Lead::One) => b"G2",
            Self::Curve(Curve::Ecg) => b"D0",
            Self::Curve(Curve::Respiration) => b"D1",
            Self::Notch(Notch::FiftyHertz) => b"5",
            Self::Notch(Notch::SixtyHertz) => b"6",
            Self::Calibrate => b"C",
            Self::TriggerDelay(TriggerDelay::Zero) => b"T0",
            Self::TriggerDelay(TriggerDelay::One) => b"T1",
            Self::TriggerDelay(TriggerDelay::Two) => b"T2",
            Self::TriggerDelay(TriggerDelay::Nine) => b"T9",
            Self::PacemakerDetection(false) => b"P0",
            Self::PacemakerDetection(true) => b"P1",
        }
    }

    /// The command as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_COMMAND`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let bytes = self.bytes();
        let whole = buffer.get_mut(..bytes.len()).ok_or(NoRoom)?;
        whole.copy_from_slice(bytes);
        Ok(whole)
    }

    /// What the command tells in every protocol's terms: its name alone.
    #[must_use]
    pub const fn report(&self) -> Report<'static> {
        Report::named(match self {
            Self::Normal => "normal",
            Self::Simulate => "simulate",
            Self::SampleRate(_) => "set_sample_rate",
            Self::Gain(_) => "set_gain",
            Self::Lead(_) => "set_lead",
            Self::Curve(_) => "set_curve",
            Self::Notch(_) => "set_notch",
            Self::Calibrate => "calibrate",
            Self::TriggerDelay(_) => "set_trigger_delay",
            Self::PacemakerDetection(_) => "set_pacemaker_detection",
        })
    }
}

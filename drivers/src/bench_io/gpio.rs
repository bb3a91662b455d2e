//! Bench I/O on the lines of a Linux GPIO chip.

use std::path::{Path, PathBuf};

use embedded_hal::digital::PinState;
use gpiocdev_embedded_hal::{InputPin, OutputPin};
use thiserror::Error;

use super::{SafetyIo, SignalIo};

/// A line that could not be taken.
#[derive(Debug, Error)]
pub enum GpioError {
    /// The stop circuit's.
    #[error("line {offset} of {} cannot be taken as the input of the stop circuit", chip.display())]
    Stop {
        /// The chip's device file.
        chip: PathBuf,
        /// The line's offset on the chip.
        offset: u32,
        /// What the system says.
        #[source]
        source: gpiocdev_embedded_hal::Error,
    },
    /// A lamp's, the sounder's or the call button's.
    #[error("line {offset} of {} cannot be taken for stack light, sounder or call button", chip.display())]
    Signal {
        /// The chip's device file.
        chip: PathBuf,
        /// The line's offset on the chip.
        offset: u32,
        /// What the system says.
        #[source]
        source: gpiocdev_embedded_hal::Error,
    },
    /// The relay's.
    #[error("line {offset} of {} cannot be taken as the output of the safety relay", chip.display())]
    Relay {
        /// The chip's device file.
        chip: PathBuf,
        /// The line's offset on the chip.
        offset: u32,
        /// What the system says.
        #[source]
        source: gpiocdev_embedded_hal::Error,
    },
}

/// Lines of a chip on which a station shows and hears people; `None` where nothing is wired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignalLines {
    /// The red lamp's.
    pub red: Option<u32>,
    /// The yellow lamp's.
    pub yellow: Option<u32>,
    /// The sounder's.
    pub sounder: Option<u32>,
    /// The call button's.
    pub call: Option<u32>,
}

impl SignalLines {
    /// Whether anything is wired.
    #[must_use]
    pub fn is_wired(&self) -> bool {
        *self != Self::default()
    }
}

impl SignalIo<OutputPin, InputPin> {
    /// Takes the lines that are wired. Lamps and sounder start low: dark and still. The button's pull-up is the wiring's.
    ///
    /// # Errors
    /// Where the chip or a line is not there, not ours, or already taken.
    pub fn on_lines(chip: &Path, lines: &SignalLines) -> Result<Self, GpioError> {
        let refused = |offset| {
            move |source| GpioError::Signal {
                chip: chip.to_path_buf(),
                offset,
                source,
            }
        };
        let output = |line: Option<u32>| {
            line.map(|offset| OutputPin::new(chip, offset, PinState::Low).map_err(refused(offset)))
                .transpose()
        };
        let call = lines
            .call
            .map(|offset| InputPin::new(chip, offset).map_err(refused(offset)))
            .transpose()?;
        Ok(Self::new(
            output(lines.red)?,
            output(lines.yellow)?,
            output(lines.sounder)?,
            call,
        ))
    }
}

impl SafetyIo<InputPin, OutputPin> {
    /// Takes two lines of a chip (such as `/dev/gpiochip0`) by their offsets. The relay's line starts low: the relay is open.
    /// The pull-up of the stop circuit is the wiring's.
    ///
    /// # Errors
    /// Where the chip or a line is not there, not ours, or already taken.
    pub fn on_lines(chip: &Path, stop: u32, relay: u32) -> Result<Self, GpioError> {
        let stop_pin = InputPin::new(chip, stop).map_err(|source| GpioError::Stop {
            chip: chip.to_path_buf(),
            offset: stop,
            source,
        })?;
        let relay_pin =
            OutputPin::new(chip, relay, PinState::Low).map_err(|source| GpioError::Relay {
                chip: chip.to_path_buf(),
                offset: relay,
                source,
            })?;
        Ok(Self::new(stop_pin, relay_pin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_that_is_not_there_is_named() {
        let error = SafetyIo::on_lines(Path::new("/dev/no-such-chip"), 4, 17).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 4 of /dev/no-such-chip cannot be taken as the input of the stop circuit"
        );
    }
}

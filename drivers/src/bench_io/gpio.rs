//! Bench I/O on the lines of a Linux GPIO chip.

use std::path::{Path, PathBuf};

use embedded_hal::digital::PinState;
use gpiocdev_embedded_hal::{InputPin, OutputPin};
use thiserror::Error;

use super::SafetyIo;

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

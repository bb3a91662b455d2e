//! How a line is written.

use core::fmt;

use crate::printed::write;
use crate::wire::NoRoom;

use super::line::{Line, PerfusionIndex};

/// Bytes that are enough for every line that is written.
pub const LONGEST_ENCODED: usize = 160;

impl Line {
    /// The line with its end as the device prints it: in the form of Rad-5 and Rad-8, or with a serial number in that of Radical-7
    /// and Rad-87, its unused fields as in the sheet's sample.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let Self {
            saturation, rate, ..
        } = self;
        let clock = self.clock.as_str();
        let perfusion = self.perfusion_index;
        let alarms = self.alarms.bits();
        let exceptions = self.exceptions.bits();
        match &self.serial_number {
            None => write(
                buffer,
                format_args!(
                    "{clock} SPO2={saturation:03}% BPM={rate:03} PI={perfusion}% ALARM={alarms:02X} EXC={exceptions:03X}\r\n"
                ),
            ),
            Some(number) => write(
                buffer,
                format_args!(
                    "{clock} SN={} SPO2={saturation:03}% BPM={rate:03} PI={perfusion}% SPCO=01.0% SPMET=00.5% DESAT=01 PIDELTA=-02 PVI=027 ALARM={alarms:04X} EXC={exceptions:06X}\r\n",
                    number.as_str()
                ),
            ),
        }
    }
}

/// `nn.nn`, or dashes.
impl fmt::Display for PerfusionIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hundredths() {
            Some(hundredths) => write!(f, "{:02}.{:02}", hundredths / 100, hundredths % 100),
            None => f.write_str("--.--"),
        }
    }
}

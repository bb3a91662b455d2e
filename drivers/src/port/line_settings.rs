//! How a serial line is set.

use core::fmt;

use tokio_serial::SerialPort;

use serde::{Serialize, Serializer};

/// Rate and frame of a line. None of our protocols uses a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineSettings {
    /// In baud.
    pub baud: u32,
    /// Seven or eight bits.
    pub data_bits: DataBits,
    /// The check bit.
    pub parity: Parity,
    /// Two stop bits instead of one.
    pub two_stop_bits: bool,
}

/// Bits of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataBits {
    /// Seven.
    Seven,
    /// Eight.
    Eight,
}

/// The check bit of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parity {
    /// None is sent.
    None,
    /// The number of ones is even.
    Even,
    /// The number of ones is odd.
    Odd,
}

impl LineSettings {
    /// Eight bits, no parity, one stop bit.
    #[must_use]
    pub const fn plain(baud: u32) -> Self {
        Self {
            baud,
            data_bits: DataBits::Eight,
            parity: Parity::None,
            two_stop_bits: false,
        }
    }

    /// What opens a port that is set so.
    #[must_use]
    pub fn builder(&self, path: &str) -> tokio_serial::SerialPortBuilder {
        tokio_serial::new(path, self.baud)
            .data_bits(self.data_bits.into())
            .parity(self.parity.into())
            .stop_bits((*self).stop_bits())
    }

    /// Sets a port that is open already.
    ///
    /// # Errors
    /// What the system says where it cannot be set so.
    pub fn set(&self, port: &mut dyn SerialPort) -> tokio_serial::Result<()> {
        port.set_baud_rate(self.baud)?;
        port.set_data_bits(self.data_bits.into())?;
        port.set_parity(self.parity.into())?;
        port.set_stop_bits((*self).stop_bits())
    }

    const fn stop_bits(self) -> tokio_serial::StopBits {
        if self.two_stop_bits {
            tokio_serial::StopBits::Two
        } else {
            tokio_serial::StopBits::One
        }
    }

    /// Bits that a byte takes on the line, start and stop included.
    #[must_use]
    pub const fn bits_per_byte(&self) -> u32 {
        let data = match self.data_bits {
            DataBits::Seven => 7,
            DataBits::Eight => 8,
        };
        let parity = match self.parity {
            Parity::None => 0,
            Parity::Even | Parity::Odd => 1,
        };
        1 + data + parity + 1 + if self.two_stop_bits { 1 } else { 0 }
    }
}

impl From<DataBits> for tokio_serial::DataBits {
    fn from(bits: DataBits) -> Self {
        match bits {
            DataBits::Seven => Self::Seven,
            DataBits::Eight => Self::Eight,
        }
    }
}

impl From<Parity> for tokio_serial::Parity {
    fn from(parity: Parity) -> Self {
        match parity {
            Parity::None => Self::None,
            Parity::Even => Self::Even,
            Parity::Odd => Self::Odd,
        }
    }
}

impl fmt::Display for LineSettings {
    /// As people write it: `9600 8N1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = match self.data_bits {
            DataBits::Seven => 7,
            DataBits::Eight => 8,
        };
        let parity = match self.parity {
            Parity::None => 'N',
            Parity::Even => 'E',
            Parity::Odd => 'O',
        };
        let stop = if self.two_stop_bits { 2 } else { 1 };
        write!(f, "{} {data}{parity}{stop}", self.baud)
    }
}

impl Serialize for LineSettings {
    /// The same text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_as_people_write_it() {
        assert_eq!(LineSettings::plain(9_600).to_string(), "9600 8N1");
        let odd = LineSettings {
            data_bits: DataBits::Seven,
            parity: Parity::Odd,
            two_stop_bits: true,
            ..LineSettings::plain(1_200)
        };
        assert_eq!(odd.to_string(), "1200 7O2");
        assert_eq!(odd.bits_per_byte(), 11);
        assert_eq!(LineSettings::plain(9_600).bits_per_byte(), 10);
    }
}

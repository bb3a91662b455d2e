//! The device side's text: the nine lines of the public recording, with numbers that change.

use core::fmt::{self, Write};

use crate::wire::NoRoom;

use super::frame::{BloodPressure, Frame, LONGEST_TEXT, Waves};

/// The numbers of one second; a label and an alarm are as in the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers {
    /// Heart rate, the mean of 8 beats.
    pub heart_rate: Option<u16>,
    /// A lead is off: the alarm says so.
    pub lead_fault: bool,
    /// Respiration rate.
    pub respiration_rate: Option<u16>,
    /// Saturation.
    pub saturation: Option<u16>,
    /// The oximeter's pulse rate.
    pub pulse_rate: Option<u16>,
    /// The last cuff reading.
    pub blood_pressure: Option<BloodPressure>,
}

impl Numbers {
    /// A frame of these numbers.
    ///
    /// # Errors
    /// [`NoRoom`] is not to be feared: nine lines of the largest numbers are far below [`LONGEST_TEXT`].
    pub fn frame(&self, waves: Waves) -> Result<Frame, NoRoom> {
        let mut text = Text {
            bytes: [0; LONGEST_TEXT],
            length: 0,
        };
        self.write(&mut text).map_err(|_| NoRoom)?;
        let written = text.bytes.get(..text.length).ok_or(NoRoom)?;
        Frame::new(waves, written).ok_or(NoRoom)
    }

    fn write(&self, text: &mut Text) -> fmt::Result {
        let fault = if self.lead_fault { "LEAD FAULT" } else { "" };
        write!(
            text,
            "HR=1;{};ECG-II-DIAG;{fault}\r",
            Number(self.heart_rate)
        )?;
        match self.respiration_rate {
            Some(rate) => write!(text, "RR=1;{rate};APNEA: 20 SEC;\r")?,
            None => text.write_str("RR=1;;;\r")?,
        }
        text.write_str("ETCO2=1;;;\r")?;
        let [saturation, pulse] = [self.saturation, self.pulse_rate].map(Number);
        write!(text, "SPO2=1;{saturation};PR={pulse} ;\r")?;
        match &self.blood_pressure {
            Some(BloodPressure {
                systolic,
                diastolic,
                mean,
                pulse,
            }) => write!(text, "NIBP=4;{systolic};{diastolic};{mean};{pulse};;\r")?,
            None => text.write_str("NIBP=4;;;;;;\r")?,
        }
        text.write_str("P1=3;;;;NO TRANSDUCER;\rP2=3;;;;NO TRANSDUCER;\rT1=1;;;\rT2=1;;;\r")
    }
}

/// A number, or nothing.
struct Number(Option<u16>);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |number| number.fmt(f))
    }
}

struct Text {
    bytes: [u8; LONGEST_TEXT],
    length: usize,
}

impl Write for Text {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        for byte in piece.bytes() {
            *self.bytes.get_mut(self.length).ok_or(fmt::Error)? = byte;
            self.length += 1;
        }
        Ok(())
    }
}

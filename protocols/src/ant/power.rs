//! Pages of power meters (device type 11).

use super::data::PAGE_BYTES;
use super::page::{CommonPage, NONE, or_none, unless_none};

/// Page 16 (10 hexadecimal).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardPower {
    /// Count of events, modulo 256. The same with the same accumulated power for 3 s: standing still.
    pub event_count: u8,
    /// Balance of the pedals as sent: bit 7 says that the right one is known, bits 6 to 0 are per cent; `None` without.
    pub balance: Option<u8>,
    /// Cadence per minute; `None` without.
    pub cadence: Option<u8>,
    /// Power summed over the events, in watts, modulo 65 536.
    pub accumulated: u16,
    /// Power in watts.
    pub power: u16,
}

/// Pages 17 and 18: torque at the wheel or at the crank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Torque {
    /// Count of events, modulo 256.
    pub event_count: u8,
    /// Revolutions, modulo 256.
    pub revolutions: u8,
    /// Cadence per minute; `None` without.
    pub cadence: Option<u8>,
    /// Time summed, in 1/2048 s, modulo 65 536.
    pub period: u16,
    /// Torque summed, in 1/32 Nm, modulo 65 536.
    pub torque: u16,
}

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerPage {
    /// 1: calibration, bytes 1 to 7 as sent.
    Calibration([u8; PAGE_BYTES - 1]),
    /// 16.
    Standard(StandardPower),
    /// 17.
    WheelTorque(Torque),
    /// 18.
    CrankTorque(Torque),
    /// 19, in half per cents; `None` without.
    Pedalling {
        /// Count of events, modulo 256.
        event_count: u8,
        /// Torque effectiveness, left and right.
        effectiveness: [Option<u8>; 2],
        /// Smoothness, left and right.
        smoothness: [Option<u8>; 2],
    },
    /// 32: the one page with big-endian numbers.
    TorqueFrequency {
        /// Byte 1, as sent.
        event_count: u8,
        /// Slope.
        slope: u16,
        /// Time.
        time: u16,
        /// Ticks.
        ticks: u16,
    },
    /// 80 to 82.
    Common(CommonPage),
    /// Any other.
    Other([u8; PAGE_BYTES]),
}

const CALIBRATION: u8 = 0x01;
const STANDARD: u8 = 0x10;
const WHEEL_TORQUE: u8 = 0x11;
const CRANK_TORQUE: u8 = 0x12;
const PEDALLING: u8 = 0x13;
const TORQUE_FREQUENCY: u8 = 0x20;

impl PowerPage {
    /// Reads a page.
    #[must_use]
    pub const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [number, b1, b2, b3, b4, b5, b6, b7] = page;
        match number {
            CALIBRATION => Self::Calibration([b1, b2, b3, b4, b5, b6, b7]),
            STANDARD => Self::Standard(StandardPower {
                event_count: b1,
                balance: unless_none(b2),
                cadence: unless_none(b3),
                accumulated: u16::from_le_bytes([b4, b5]),
                power: u16::from_le_bytes([b6, b7]),
            }),
            WHEEL_TORQUE => Self::WheelTorque(Torque::from_bytes(page)),
            CRANK_TORQUE => Self::CrankTorque(Torque::from_bytes(page)),
            PEDALLING => Self::Pedalling {
                event_count: b1,
                effectiveness: [unless_none(b2), unless_none(b3)],
                smoothness: [unless_none(b4), unless_none(b5)],
            },
            TORQUE_FREQUENCY => Self::TorqueFrequency {
                event_count: b1,
                slope: u16::from_be_bytes([b2, b3]),
                time: u16::from_be_bytes([b4, b5]),
                ticks: u16::from_be_bytes([b6, b7]),
            },
            _ => match CommonPage::from_bytes(page) {
                Some(common) => Self::Common(common),
                None => Self::Other(page),
            },
        }
    }

    /// The page as it is sent; reserved bytes are FF.
    #[must_use]
    pub fn bytes(&self) -> [u8; PAGE_BYTES] {
        match *self {
            Self::Calibration([b1, b2, b3, b4, b5, b6, b7]) => {
                [CALIBRATION, b1, b2, b3, b4, b5, b6, b7]
            }
            Self::Standard(page) => {
                let [b4, b5] = page.accumulated.to_le_bytes();
                let [b6, b7] = page.power.to_le_bytes();
                let balance = or_none(page.balance);
                let cadence = or_none(page.cadence);
                [STANDARD, page.event_count, balance, cadence, b4, b5, b6, b7]
            }
            Self::WheelTorque(page) => page.bytes(WHEEL_TORQUE),
            Self::CrankTorque(page) => page.bytes(CRANK_TORQUE),
            Self::Pedalling {
                event_count,
                effectiveness,
                smoothness,
            } => {
                let [b2, b3] = effectiveness.map(or_none);
                let [b4, b5] = smoothness.map(or_none);
                [PEDALLING, event_count, b2, b3, b4, b5, NONE, NONE]
            }
            Self::TorqueFrequency {
                event_count,
                slope,
                time,
                ticks,
            } => {
                let [b2, b3] = slope.to_be_bytes();
                let [b4, b5] = time.to_be_bytes();
                let [b6, b7] = ticks.to_be_bytes();
                [TORQUE_FREQUENCY, event_count, b2, b3, b4, b5, b6, b7]
            }
            Self::Common(page) => page.bytes(),
            Self::Other(page) => page,
        }
    }
}

impl Torque {
    const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, b1, b2, b3, b4, b5, b6, b7] = page;
        Self {
            event_count: b1,
            revolutions: b2,
            cadence: unless_none(b3),
            period: u16::from_le_bytes([b4, b5]),
            torque: u16::from_le_bytes([b6, b7]),
        }
    }

    fn bytes(self, number: u8) -> [u8; PAGE_BYTES] {
        let [b4, b5] = self.period.to_le_bytes();
        let [b6, b7] = self.torque.to_le_bytes();
        let cadence = or_none(self.cadence);
        [
            number,
            self.event_count,
            self.revolutions,
            cadence,
            b4,
            b5,
            b6,
            b7,
        ]
    }

    /// The mean power since an earlier page, in watts: 128 π Δtorque / Δperiod; `None` where no time has passed between them.
    #[must_use]
    pub fn power_since(&self, before: &Self) -> Option<f64> {
        let period = self.period.wrapping_sub(before.period);
        let torque = self.torque.wrapping_sub(before.torque);
        (period > 0).then(|| 128.0 * core::f64::consts::PI * f64::from(torque) / f64::from(period))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_by_torque_is_that_of_the_turning_crank() {
        let before = Torque {
            event_count: 1,
            revolutions: 1,
            cadence: Some(60),
            period: 65_000,
            torque: 65_500,
        };
        // One revolution a second against 20 Nm: 2 π · 20 W.
        let later = Torque {
            period: before.period.wrapping_add(2_048),
            torque: before.torque.wrapping_add(640),
            ..before
        };
        let power = later.power_since(&before).unwrap();
        assert!((power - 40.0 * core::f64::consts::PI).abs() < 1e-9);
        assert_eq!(before.power_since(&before), None);
    }
}

//! What a monitor says it is.

/// The seven bytes with which a monitor answers `GETVERSION`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// 3, 4 or 5: PM3, PM4 or PM5.
    pub model: u8,
    /// Version of the hardware.
    pub hardware: u16,
    /// Version of the software.
    pub software: u16,
}

impl Version {
    /// Concept2's number among the makers.
    pub const MANUFACTURER: u8 = 22;
    /// The class of its monitors.
    pub const CLASS: u8 = 2;

    /// What an answer's data say; `None` of another maker, another class or another count.
    #[must_use]
    pub const fn from_data(data: &[u8]) -> Option<Self> {
        match *data {
            [
                Self::MANUFACTURER,
                Self::CLASS,
                model,
                hardware_low,
                hardware_high,
                software_low,
                software_high,
            ] => Some(Self {
                model,
                hardware: u16::from_le_bytes([hardware_low, hardware_high]),
                software: u16::from_le_bytes([software_low, software_high]),
            }),
            _ => None,
        }
    }

    /// The data of the answer.
    #[must_use]
    pub const fn to_data(self) -> [u8; 7] {
        let [hardware_low, hardware_high] = self.hardware.to_le_bytes();
        let [software_low, software_high] = self.software.to_le_bytes();
        [
            Self::MANUFACTURER,
            Self::CLASS,
            self.model,
            hardware_low,
            hardware_high,
            software_low,
            software_high,
        ]
    }
}

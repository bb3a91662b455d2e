//! Channels, and who is on them.

/// What a channel is used for in this project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Straps.
    HeartRate,
    /// Power meters.
    BikePower,
    /// Trainers and gym machines that speak FE-C.
    FitnessEquipment,
}

impl Profile {
    /// The channel on which this project has it: 0, 1, 2.
    #[must_use]
    pub const fn channel(self) -> u8 {
        match self {
            Self::HeartRate => 0,
            Self::BikePower => 1,
            Self::FitnessEquipment => 2,
        }
    }

    /// The profile that this project has on a channel.
    #[must_use]
    pub const fn of_channel(channel: u8) -> Option<Self> {
        match channel {
            0 => Some(Self::HeartRate),
            1 => Some(Self::BikePower),
            2 => Some(Self::FitnessEquipment),
            _ => None,
        }
    }

    /// Its device type.
    #[must_use]
    pub const fn device_type(self) -> u8 {
        match self {
            Self::HeartRate => 120,
            Self::BikePower => 11,
            Self::FitnessEquipment => 17,
        }
    }

    /// Its period in 1/32768 s: some four messages a second.
    #[must_use]
    pub const fn period(self) -> u16 {
        match self {
            Self::HeartRate => 8_070,
            Self::BikePower => 8_182,
            Self::FitnessEquipment => 8_192,
        }
    }
}

/// How a channel is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelKind(pub u8);

impl ChannelKind {
    /// Receives, and may send back.
    pub const RECEIVE: Self = Self(0x00);
    /// Transmits.
    pub const TRANSMIT: Self = Self(0x10);
    /// Receives alone.
    pub const RECEIVE_ONLY: Self = Self(0x40);
}

/// Who sends, or is to be listened to. 0 is "any" in each part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelId {
    /// The number printed on the sensor. In service it is never 0: with many straps about, "any" is somebody else's heart.
    pub device_number: u16,
    /// The device type; bit 7 asks for pairing.
    pub device_type: u8,
    /// The transmission type.
    pub transmission_type: u8,
}

impl ChannelId {
    pub(super) const fn bytes(self) -> [u8; 4] {
        let [low, high] = self.device_number.to_le_bytes();
        [low, high, self.device_type, self.transmission_type]
    }

    pub(super) const fn from_bytes(bytes: [u8; 4]) -> Self {
        let [low, high, device_type, transmission_type] = bytes;
        Self {
            device_number: u16::from_le_bytes([low, high]),
            device_type,
            transmission_type,
        }
    }
}

/// What a channel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelState {
    /// Nothing.
    Unassigned,
    /// It is assigned and not open.
    Assigned,
    /// It searches.
    Searching,
    /// It hears its sensor.
    Tracking,
}

impl ChannelState {
    pub(super) const fn bits(self) -> u8 {
        match self {
            Self::Unassigned => 0,
            Self::Assigned => 1,
            Self::Searching => 2,
            Self::Tracking => 3,
        }
    }

    pub(super) const fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::Unassigned,
            1 => Self::Assigned,
            2 => Self::Searching,
            _ => Self::Tracking,
        }
    }
}

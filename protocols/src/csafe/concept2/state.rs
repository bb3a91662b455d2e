//! What a workout and a stroke are at.

/// What a workout is at; the names are \[recalled\].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkoutState {
    /// 0: it waits for the first stroke.
    Waiting,
    /// 1: somebody rows.
    Rowing,
    /// 2 to 9: a state of an interval or of the rest between two.
    Interval(u8),
    /// 10: it has ended.
    Ended,
    /// 11: it was broken off.
    Terminated,
    /// 12: it is in the log.
    Logged,
    /// 13: it is made ready again.
    Rearmed,
    /// Another number.
    Unnamed(u8),
}

/// What a stroke is at; the names are \[recalled\].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StrokeState {
    /// 0: it waits for the wheel to reach its least speed.
    WaitingForSpeed,
    /// 1: it waits for the wheel to accelerate.
    WaitingForAcceleration,
    /// 2: the drive.
    Driving,
    /// 3: dwelling after the drive.
    Dwelling,
    /// 4: the recovery.
    Recovering,
    /// Another number.
    Unnamed(u8),
}

impl WorkoutState {
    /// The state of a number.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Waiting,
            1 => Self::Rowing,
            2..=9 => Self::Interval(byte),
            10 => Self::Ended,
            11 => Self::Terminated,
            12 => Self::Logged,
            13 => Self::Rearmed,
            _ => Self::Unnamed(byte),
        }
    }

    /// Its number.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        match self {
            Self::Waiting => 0,
            Self::Rowing => 1,
            Self::Ended => 10,
            Self::Terminated => 11,
            Self::Logged => 12,
            Self::Rearmed => 13,
            Self::Interval(byte) | Self::Unnamed(byte) => byte,
        }
    }
}

impl StrokeState {
    /// The state of a number.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::WaitingForSpeed,
            1 => Self::WaitingForAcceleration,
            2 => Self::Driving,
            3 => Self::Dwelling,
            4 => Self::Recovering,
            _ => Self::Unnamed(byte),
        }
    }

    /// Its number.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        match self {
            Self::WaitingForSpeed => 0,
            Self::WaitingForAcceleration => 1,
            Self::Driving => 2,
            Self::Dwelling => 3,
            Self::Recovering => 4,
            Self::Unnamed(byte) => byte,
        }
    }
}

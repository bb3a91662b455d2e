//! What a host asks inside the wrapper.

use super::{LONGEST_PLOT, code, put_counted};
use crate::csafe::frame::{Item, Items, wrapped};
use crate::csafe::{Direction, code::FIRST_SHORT};
use crate::wire::NoRoom;

/// One command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command<'a> {
    /// 89: the type of the workout.
    WorkoutType,
    /// 8D: what the workout is at.
    WorkoutState,
    /// 8E: the type of the interval.
    IntervalType,
    /// 9F: how many intervals.
    IntervalCount,
    /// A0: time of work.
    WorkTime,
    /// A3: distance of work.
    WorkDistance,
    /// BF: what the stroke is at.
    StrokeState,
    /// C1: the drag factor.
    DragFactor,
    /// C9: the number of an error.
    ErrorValue,
    /// CF: time of rest.
    RestTime,
    /// 05: after how much a split is counted. It sets what is shown, no load.
    SetSplit(Split),
    /// 6B: at most so many bytes of the force plot, up to [`LONGEST_PLOT`].
    ForcePlot(u8),
    /// 6C: at most so many bytes of heart-beat data, up to [`LONGEST_PLOT`].
    HeartBeats(u8),
    /// One that is not in the table, or has another form there.
    Other(Item<'a>),
}

/// After how much a split is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Hundredths of a second.
    Time(u32),
    /// Metres.
    Distance(u32),
}

/// The commands of a wrapper, in order.
#[derive(Debug, Clone)]
pub struct Commands<'a>(Items<'a>);

/// The commands that the data of a host's wrapper hold; `None` where one is cut short.
#[must_use]
pub fn commands(data: &[u8]) -> Option<Commands<'_>> {
    wrapped(data, Direction::Host).map(Commands)
}

impl<'a> Iterator for Commands<'a> {
    type Item = Command<'a>;

    fn next(&mut self) -> Option<Command<'a>> {
        self.0.next().map(Command::from_item)
    }
}

impl<'a> Command<'a> {
    fn from_item(item: Item<'a>) -> Self {
        match (item.code, item.data) {
            (code::WORKOUT_TYPE, []) => Self::WorkoutType,
            (code::WORKOUT_STATE, []) => Self::WorkoutState,
            (code::INTERVAL_TYPE, []) => Self::IntervalType,
            (code::INTERVAL_COUNT, []) => Self::IntervalCount,
            (code::WORK_TIME, []) => Self::WorkTime,
            (code::WORK_DISTANCE, []) => Self::WorkDistance,
            (code::STROKE_STATE, []) => Self::StrokeState,
            (code::DRAG_FACTOR, []) => Self::DragFactor,
            (code::ERROR_VALUE, []) => Self::ErrorValue,
            (code::REST_TIME, []) => Self::RestTime,
            (code::SET_SPLIT, &[Split::TIME, a, b, c, d]) => {
                Self::SetSplit(Split::Time(u32::from_le_bytes([a, b, c, d])))
            }
            (code::SET_SPLIT, &[Split::DISTANCE, a, b, c, d]) => {
                Self::SetSplit(Split::Distance(u32::from_le_bytes([a, b, c, d])))
            }
            (code::FORCE_PLOT, &[most @ ..=LONGEST_PLOT]) => Self::ForcePlot(most),
            (code::HEART_BEATS, &[most @ ..=LONGEST_PLOT]) => Self::HeartBeats(most),
            _ => Self::Other(item),
        }
    }

    /// Puts it into a wrapper: the bytes written stand at the beginning of `buffer`.
    ///
    /// # Errors
    /// [`NoRoom`] where the buffer is too small, a plot longer than [`LONGEST_PLOT`] is asked for, or another command has a short
    /// code and data.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], NoRoom> {
        match *self {
            Self::WorkoutType => put_short(code::WORKOUT_TYPE, buffer),
            Self::WorkoutState => put_short(code::WORKOUT_STATE, buffer),
            Self::IntervalType => put_short(code::INTERVAL_TYPE, buffer),
            Self::IntervalCount => put_short(code::INTERVAL_COUNT, buffer),
            Self::WorkTime => put_short(code::WORK_TIME, buffer),
            Self::WorkDistance => put_short(code::WORK_DISTANCE, buffer),
            Self::StrokeState => put_short(code::STROKE_STATE, buffer),
            Self::DragFactor => put_short(code::DRAG_FACTOR, buffer),
            Self::ErrorValue => put_short(code::ERROR_VALUE, buffer),
            Self::RestTime => put_short(code::REST_TIME, buffer),
            Self::SetSplit(split) => put_counted(code::SET_SPLIT, &split.to_data(), buffer),
            Self::ForcePlot(most) if most <= LONGEST_PLOT => {
                put_counted(code::FORCE_PLOT, &[most], buffer)
            }
            Self::HeartBeats(most) if most <= LONGEST_PLOT => {
                put_counted(code::HEART_BEATS, &[most], buffer)
            }
            Self::Other(item) if item.code < FIRST_SHORT => {
                put_counted(item.code, item.data, buffer)
            }
            Self::Other(item) if item.data.is_empty() => put_short(item.code, buffer),
            Self::ForcePlot(_) | Self::HeartBeats(_) | Self::Other(_) => Err(NoRoom),
        }
    }
}

impl Split {
    const TIME: u8 = 0x00;
    const DISTANCE: u8 = 0x80;

    const fn to_data(self) -> [u8; 5] {
        let (kind, amount) = match self {
            Self::Time(amount) => (Self::TIME, amount),
            Self::Distance(amount) => (Self::DISTANCE, amount),
        };
        let [a, b, c, d] = amount.to_le_bytes();
        [kind, a, b, c, d]
    }
}

fn put_short(code: u8, buffer: &mut [u8]) -> Result<&[u8], NoRoom> {
    let written = buffer.get_mut(..1).ok_or(NoRoom)?;
    written.copy_from_slice(&[code]);
    Ok(written)
}

//! What a monitor answers inside the wrapper.

use super::{LONGEST_PLOT, StrokeState, WorkoutState, code, put_counted};
use crate::csafe::Direction;
use crate::csafe::frame::{Item, Items, wrapped};
use crate::wire::NoRoom;

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'a> {
    /// 89: the type of the workout, as sent.
    WorkoutType(u8),
    /// 8D: what the workout is at.
    WorkoutState(WorkoutState),
    /// 8E: the type of the interval, as sent.
    IntervalType(u8),
    /// 9F: how many intervals.
    IntervalCount(u8),
    /// A0: time of work.
    WorkTime {
        /// Hundredths of a second.
        hundredths: u32,
        /// A fraction, as sent.
        fraction: u8,
    },
    /// A3: distance of work.
    WorkDistance {
        /// Tenths of a metre.
        tenths: u32,
        /// A fraction, as sent.
        fraction: u8,
    },
    /// BF: what the stroke is at.
    StrokeState(StrokeState),
    /// C1: the drag factor.
    DragFactor(u8),
    /// C9: the number of an error; 0 is not said to be none.
    ErrorValue(u16),
    /// CF: time of rest in seconds.
    RestTime(u16),
    /// 6B: some of the force plot.
    ForcePlot(Plot<'a>),
    /// 6C: some of the heart-beat data.
    HeartBeats(Plot<'a>),
    /// One that is not in the table, or has another count there.
    Other(Item<'a>),
}

/// Numbers of a plot, as many as were ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plot<'a> {
    /// How many bytes were read, and all bytes behind that; never fewer of them.
    data: &'a [u8],
}

/// The answers of a wrapper, in order.
#[derive(Debug, Clone)]
pub struct Answers<'a>(Items<'a>);

/// The answers that the data of a monitor's wrapper hold; `None` where one is cut short.
#[must_use]
pub fn answers(data: &[u8]) -> Option<Answers<'_>> {
    wrapped(data, Direction::Machine).map(Answers)
}

impl<'a> Iterator for Answers<'a> {
    type Item = Answer<'a>;

    fn next(&mut self) -> Option<Answer<'a>> {
        self.0.next().map(Answer::from_item)
    }
}

impl<'a> Answer<'a> {
    fn from_item(item: Item<'a>) -> Self {
        match (item.code, item.data) {
            (code::WORKOUT_TYPE, &[kind]) => Self::WorkoutType(kind),
            (code::WORKOUT_STATE, &[state]) => Self::WorkoutState(WorkoutState::from_byte(state)),
            (code::INTERVAL_TYPE, &[kind]) => Self::IntervalType(kind),
            (code::INTERVAL_COUNT, &[count]) => Self::IntervalCount(count),
            (code::WORK_TIME, &[a, b, c, d, fraction]) => Self::WorkTime {
                hundredths: u32::from_le_bytes([a, b, c, d]),
                fraction,
            },
            (code::WORK_DISTANCE, &[a, b, c, d, fraction]) => Self::WorkDistance {
                tenths: u32::from_le_bytes([a, b, c, d]),
                fraction,
            },
            (code::STROKE_STATE, &[state]) => Self::StrokeState(StrokeState::from_byte(state)),
            (code::DRAG_FACTOR, &[factor]) => Self::DragFactor(factor),
            (code::ERROR_VALUE, &[low, high]) => Self::ErrorValue(u16::from_le_bytes([low, high])),
            (code::REST_TIME, &[low, high]) => Self::RestTime(u16::from_le_bytes([low, high])),
            (code::FORCE_PLOT, data) => Plot::new(data).map_or(Self::Other(item), Self::ForcePlot),
            (code::HEART_BEATS, data) => {
                Plot::new(data).map_or(Self::Other(item), Self::HeartBeats)
            }
            _ => Self::Other(item),
        }
    }

    /// Puts it into a wrapper: the bytes written stand at the beginning of `buffer`.
    ///
    /// # Errors
    /// [`NoRoom`] where the buffer is too small.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], NoRoom> {
        let five = |amount: u32, fraction: u8| {
            let [a, b, c, d] = amount.to_le_bytes();
            [a, b, c, d, fraction]
        };
        match *self {
            Self::WorkoutType(kind) => put_counted(code::WORKOUT_TYPE, &[kind], buffer),
            Self::WorkoutState(state) => {
                put_counted(code::WORKOUT_STATE, &[state.to_byte()], buffer)
            }
            Self::IntervalType(kind) => put_counted(code::INTERVAL_TYPE, &[kind], buffer),
            Self::IntervalCount(count) => put_counted(code::INTERVAL_COUNT, &[count], buffer),
            Self::WorkTime {
                hundredths,
                fraction,
            } => put_counted(code::WORK_TIME, &five(hundredths, fraction), buffer),
            Self::WorkDistance { tenths, fraction } => {
                put_counted(code::WORK_DISTANCE, &five(tenths, fraction), buffer)
            }
            Self::StrokeState(state) => put_counted(code::STROKE_STATE, &[state.to_byte()], buffer),
            Self::DragFactor(factor) => put_counted(code::DRAG_FACTOR, &[factor], buffer),
            Self::ErrorValue(value) => put_counted(code::ERROR_VALUE, &value.to_le_bytes(), buffer),
            Self::RestTime(seconds) => put_counted(code::REST_TIME, &seconds.to_le_bytes(), buffer),
            Self::ForcePlot(plot) => put_counted(code::FORCE_PLOT, plot.data, buffer),
            Self::HeartBeats(plot) => put_counted(code::HEART_BEATS, plot.data, buffer),
            Self::Other(item) => put_counted(item.code, item.data, buffer),
        }
    }
}

impl<'a> Plot<'a> {
    /// A plot of an answer's data: how many bytes were read, then the bytes, two a number. `None` where fewer are there than were
    /// read, where their count is odd, or is above [`LONGEST_PLOT`].
    #[must_use]
    pub fn new(data: &'a [u8]) -> Option<Self> {
        let (read, bytes) = data.split_first()?;
        let fits = *read <= LONGEST_PLOT && read % 2 == 0 && bytes.len() >= usize::from(*read);
        fits.then_some(Self { data })
    }

    /// The numbers, in order; what stands behind those that were read is none \[assumed\].
    pub fn values(&self) -> impl Iterator<Item = u16> + '_ {
        let (read, bytes) = self
            .data
            .split_first()
            .map_or((0, self.data), |(read, bytes)| (usize::from(*read), bytes));
        let (pairs, _) = bytes.get(..read).unwrap_or_default().as_chunks::<2>();
        pairs.iter().copied().map(u16::from_le_bytes)
    }
}

//! Figures as FIT's whole numbers. What does not fit is its type's invalid value.

use protocols::vocabulary::number::{floor_to_u16, floor_to_u32};

/// A figure times a scale, to the nearest whole number.
pub(super) fn u32_of(figure: Option<f64>, scale: f64) -> u32 {
    figure
        .and_then(|figure| floor_to_u32(figure.mul_add(scale, 0.5)))
        .unwrap_or(u32::MAX)
}

/// The same in 16 bits.
pub(super) fn u16_of(figure: Option<f64>, scale: f64) -> u16 {
    figure
        .and_then(|figure| floor_to_u16(figure.mul_add(scale, 0.5)))
        .unwrap_or(u16::MAX)
}

/// The same in 16 bits with a sign.
pub(super) fn i16_of(figure: Option<f64>, scale: f64) -> i16 {
    let Some(figure) = figure else {
        return i16::MAX;
    };
    floor_to_u16(figure.abs().mul_add(scale, 0.5))
        .and_then(|size| i16::try_from(size).ok())
        .map_or(i16::MAX, |size| if figure < 0.0 { -size } else { size })
}

/// The same in 8 bits.
pub(super) fn u8_of(figure: Option<f64>) -> u8 {
    u8::try_from(u16_of(figure, 1.0)).unwrap_or(u8::MAX)
}

/// A whole number that has to fit, where it is there.
pub(super) fn fitting<Whole, Field>(value: Option<Whole>, invalid: Field) -> Field
where
    Field: TryFrom<Whole>,
{
    value
        .and_then(|value| Field::try_from(value).ok())
        .unwrap_or(invalid)
}

/// Microseconds as FIT's milliseconds.
pub(super) fn milliseconds(micros: i64) -> u32 {
    u32::try_from(micros / 1_000).unwrap_or(u32::MAX)
}

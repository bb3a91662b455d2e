//! The one home of conversions that Rust offers only as `as`: from a finite double to a whole number, down, never up.

/// The largest whole number not above `value`, if it fits 16 bits. `None` for a negative, too large or not finite value.
#[must_use]
pub fn floor_to_u16(value: f64) -> Option<u16> {
    let floor = libm::floor(value);
    if floor >= 0.0 && floor <= f64::from(u16::MAX) {
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked in the line above, and the standard library has no checked conversion"
        )]
        let whole = floor as u16;
        Some(whole)
    } else {
        None
    }
}

/// The largest whole number not above `value`, if it fits 32 bits. `None` for a negative, too large or not finite value.
#[must_use]
pub fn floor_to_u32(value: f64) -> Option<u32> {
    let floor = libm::floor(value);
    if floor >= 0.0 && floor <= f64::from(u32::MAX) {
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked in the line above, and the standard library has no checked conversion"
        )]
        let whole = floor as u32;
        Some(whole)
    } else {
        None
    }
}

/// A whole number up to 2^53 as a double, exactly; above it the nearest.
#[must_use]
pub fn from_u64(value: u64) -> f64 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "exact up to 2^53, which every count of ours stays below; the standard library has no other conversion"
    )]
    let double = value as f64;
    double
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_goes_down_and_refuses_what_does_not_fit() {
        assert_eq!(floor_to_u16(74.999), Some(74));
        assert_eq!(floor_to_u16(65_535.9), Some(65_535));
        assert_eq!(floor_to_u16(65_536.0), None);
        assert_eq!(floor_to_u16(-0.1), None);
        assert_eq!(floor_to_u16(f64::NAN), None);
        assert_eq!(floor_to_u32(f64::INFINITY), None);
        assert_eq!(floor_to_u32(4_294_967_295.5), Some(u32::MAX));
    }
}

//! Sixteen bits of decimal number.

/// A number of 4 bits of decimal exponent and 12 bits of mantissa, both signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sfloat(pub u16);

/// Powers of ten up to the greatest exponent, 8.
const POWERS: [f64; 9] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
const MANTISSA_BITS: u16 = 0x0FFF;
const MANTISSA_SIGN: u16 = 0x0800;

impl Sfloat {
    /// Not a number.
    pub const NAN: Self = Self(0x07FF);
    /// Not at this resolution.
    pub const NOT_AT_THIS_RESOLUTION: Self = Self(0x0800);
    /// More than can be said.
    pub const INFINITY: Self = Self(0x07FE);
    /// Less than can be said.
    pub const NEGATIVE_INFINITY: Self = Self(0x0802);
    /// Reserved.
    pub const RESERVED: Self = Self(0x0801);

    /// A number of this mantissa, -2045 to 2045, times ten to this exponent, -8 to 7; `None` for others, which have no code or
    /// that of something special.
    #[must_use]
    pub fn new(mantissa: i16, exponent: i8) -> Option<Self> {
        if !(-2_045..=2_045).contains(&mantissa) || !(-8..=7).contains(&exponent) {
            return None;
        }
        let exponent = u16::from(exponent.cast_unsigned() & 0x0F);
        Some(Self(
            (exponent << 12) | (mantissa.cast_unsigned() & MANTISSA_BITS),
        ))
    }

    /// The number; `None` for what is none.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        match self {
            Self::NAN
            | Self::NOT_AT_THIS_RESOLUTION
            | Self::INFINITY
            | Self::NEGATIVE_INFINITY
            | Self::RESERVED => return None,
            _ => {}
        }
        let bits = self.0 & MANTISSA_BITS;
        let below = if bits & MANTISSA_SIGN == 0 {
            0.0
        } else {
            4_096.0
        };
        let mantissa = f64::from(bits) - below;
        // One rounding: a division by a power of ten is exact to the last bit, a product with its inverse is not.
        let exponent = usize::from(self.0 >> 12);
        match exponent {
            0..8 => Some(mantissa * POWERS.get(exponent)?),
            _ => Some(mantissa / POWERS.get(16 - exponent)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_numbers_are_exact() {
        assert_eq!(Sfloat(98).value(), Some(98.0));
        assert_eq!(Sfloat(0xF3CF).value(), Some(97.5));
        assert_eq!(Sfloat(0xF2D3).value(), Some(72.3));
        assert_eq!(Sfloat(0x0FFF).value(), Some(-1.0));
        assert_eq!(Sfloat(0x1007).value(), Some(70.0));
        assert_eq!(Sfloat(0x7001).value(), Some(1e7));
        assert_eq!(Sfloat(0x8001).value(), Some(1e-8));
        assert_eq!(Sfloat(0xF7FF).value(), Some(204.7));
    }

    #[test]
    fn five_codes_are_no_number() {
        let none = (0..=u16::MAX).filter(|bits| Sfloat(*bits).value().is_none());
        assert!(none.eq([0x07FE, 0x07FF, 0x0800, 0x0801, 0x0802]));
    }

    #[test]
    fn what_can_be_said_is_said_exactly() {
        assert_eq!(Sfloat::new(975, -1), Some(Sfloat(0xF3CF)));
        assert_eq!(Sfloat::new(-1, 0), Some(Sfloat(0x0FFF)));
        assert_eq!(Sfloat::new(2_046, 0), None);
        assert_eq!(Sfloat::new(-2_046, 0), None);
        assert_eq!(Sfloat::new(1, 8), None);
        assert_eq!(Sfloat::new(1, -9), None);
        for mantissa in -2_045..=2_045 {
            let whole = Sfloat::new(mantissa, 0).and_then(Sfloat::value);
            assert_eq!(whole, Some(f64::from(mantissa)));
        }
    }
}

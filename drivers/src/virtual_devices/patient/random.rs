//! The random numbers of the virtual patient: `SplitMix64`, so that a seed means the same in every language.

use protocols::vocabulary::number::from_u64;

/// One stream of numbers. Streams of one seed are independent: 0 draws parameters, 1 is variability, 2 rhythm, 3 saturation;
/// the rig takes 4 and above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomStream(u64);

impl RandomStream {
    /// Stream `number` of `seed`.
    #[must_use]
    pub const fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_add(number.wrapping_mul(0xD1B5_4A32_D192_ED03)))
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = self.0;
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// The next number of [0, 1).
    pub fn uniform(&mut self) -> f64 {
        // 2^-53: exact, as is the product.
        from_u64(self.bits() >> 11) * (f64::EPSILON / 2.0)
    }

    /// The next number of mean 0 and standard deviation 1, between -6 and 6: the sum of twelve uniform ones, less 6.
    pub fn gaussian(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..12 {
            sum += self.uniform();
        }
        sum - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_numbers_are_the_published_ones_bit_for_bit() {
        let mut stream = RandomStream::new(42, 1);
        for expected in [
            0.843_690_626_080_250_5_f64,
            0.036_806_554_520_679_38,
            0.791_036_030_704_225_5,
        ] {
            assert_eq!(stream.uniform().to_bits(), expected.to_bits());
        }
    }

    #[test]
    fn gaussian_numbers_are_the_published_ones_bit_for_bit() {
        let mut stream = RandomStream::new(42, 1);
        for expected in [1.986_372_997_294_553_9_f64, -0.563_365_309_386_989] {
            assert_eq!(stream.gaussian().to_bits(), expected.to_bits());
        }
    }

    #[test]
    fn streams_of_one_seed_differ() {
        let first: Vec<u64> = (0..4).map(|k| RandomStream::new(7, k).bits()).collect();
        let mut unique = first.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), first.len());
    }
}

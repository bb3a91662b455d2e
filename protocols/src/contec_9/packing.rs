//! Data bytes on a wire on which bit 7 marks what is no packet's first byte: a byte before them carries theirs.

/// Bit 7.
const MARK: u8 = 0x80;
const SEVEN_BITS: u8 = 0x7F;

/// The high byte, and the data bytes with bit 7 set. Of more than seven, the eighth and later lose their own bit 7.
pub(super) fn packed<const LENGTH: usize>(data: [u8; LENGTH]) -> (u8, [u8; LENGTH]) {
    let high = data
        .iter()
        .take(7)
        .enumerate()
        .fold(MARK, |high, (place, byte)| {
            high | (byte & MARK) >> (7 - place)
        });
    (high, data.map(|byte| byte | MARK))
}

/// The data bytes as they were meant.
pub(super) fn unpacked<const LENGTH: usize>(high: u8, raw: [u8; LENGTH]) -> [u8; LENGTH] {
    let mut data = raw.map(|byte| byte & SEVEN_BITS);
    for (place, byte) in data.iter_mut().take(7).enumerate() {
        *byte |= high >> place << 7;
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_keeps_its_bit_7() {
        for high in 0..0x80_u8 {
            let data: [u8; 7] = core::array::from_fn(|place| (high >> place & 1) << 7 | 0x15);
            let (packed_high, raw) = packed(data);
            assert_eq!(packed_high, high | 0x80);
            assert_eq!(raw, [0x95; 7]);
            assert_eq!(unpacked(packed_high, raw), data);
        }
    }
}

//! The check sums of the wire formats, each once, with its source.

/// The sum of all bytes modulo 256: Nonin's frame and command check (read in the public readers of Pufferfish and mdpnp).
#[must_use]
pub fn sum(bytes: &[u8]) -> u8 {
    bytes
        .iter()
        .fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// The exclusive or of all bytes: ANT's frame check (read in `GoldenCheetah` and `FortiusANT`).
#[must_use]
pub fn exclusive_or(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |all, byte| all ^ byte)
}

/// CRC-8/MAXIM: polynomial 31 reflected (8C), start 0, no final exclusive or. Zephyr's packets carry it over their payload
/// (the maker's own routine, as public notes on the packet carry it); the catalogue's check value of "123456789" is A1.
#[must_use]
pub fn crc8_maxim(bytes: &[u8]) -> u8 {
    const POLYNOMIAL: u8 = 0x8C;
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc: u8, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ POLYNOMIAL
            } else {
                crc >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_wraps_at_256() {
        assert_eq!(sum(&[]), 0);
        assert_eq!(sum(&[0x01, 0x81, 0x64, 0x01]), 0xE7);
        assert_eq!(sum(&[0x01, 0x99, 0x7F, 0x03]), 0x1C);
        assert_eq!(sum(&[0x70, 0x04, 0x02, 0x07, 0x21]), 0x9E);
    }

    #[test]
    fn the_exclusive_or_of_a_frame_and_its_check_is_nothing() {
        assert_eq!(exclusive_or(&[]), 0);
        assert_eq!(exclusive_or(&[0xA4, 0x01, 0x4A, 0x00]), 0xEF);
        assert_eq!(exclusive_or(&[0xA4, 0x01, 0x4A, 0x00, 0xEF]), 0);
    }

    #[test]
    fn the_crc_gives_the_catalogues_check_value_and_the_worked_ones() {
        assert_eq!(crc8_maxim(b"123456789"), 0xA1);
        assert_eq!(crc8_maxim(&[]), 0x00);
        assert_eq!(crc8_maxim(&[0x00]), 0x00);
        assert_eq!(crc8_maxim(&[0x01]), 0x5E);
        assert_eq!(crc8_maxim(&[0x80]), 0x8C);
        assert_eq!(crc8_maxim(&[0x01, 0x02, 0x03]), 0xD8);
        assert_eq!(crc8_maxim(&[0xFF, 0xFF, 0xFF, 0xFF]), 0x8D);
    }

    #[test]
    fn any_single_flipped_bit_changes_the_crc() {
        let good = [0x1C, 0x25, 0x31, 0x69, 0x48];
        for byte in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good;
                bad[byte] ^= 1 << bit;
                assert_ne!(crc8_maxim(&bad), crc8_maxim(&good));
            }
        }
    }
}

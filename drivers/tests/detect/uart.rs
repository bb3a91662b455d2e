//! A serial line bit by bit: what a receiver makes of bytes that were sent at another setting.

use drivers::port::{DataBits, LineSettings, Parity};

/// Ticks a second: every rate of the table divides it, with 64 ticks in the shortest bit.
const TICKS: usize = 115_200 * 64;

/// What a receiver does that the line does not settle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Receiver {
    /// How its line is set.
    pub(crate) line: LineSettings,
    /// Where in a bit it samples, in eighths.
    pub(crate) sample_eighths: usize,
    /// Its clock against the sender's, in per cent.
    pub(crate) clock_percent: usize,
    /// After a stop bit that is none it takes that bit for the next start, as a 16550 does; else it waits for the line to rest.
    pub(crate) low_stop_is_a_start: bool,
    /// What it hands on of a byte with a wrong stop or check bit.
    pub(crate) on_error: OnError,
}

/// What becomes of a byte with a wrong stop or check bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnError {
    Deliver,
    Drop,
    Null,
}

/// The levels of the line, a cell a bit.
struct Wave {
    cells: Vec<bool>,
    ticks: usize,
}

impl Wave {
    /// `bytes` one after the other, `gap` bits of rest between them.
    fn of(bytes: &[u8], line: LineSettings, gap: usize) -> Self {
        let mut cells = vec![true; 4];
        for byte in bytes {
            cells.push(false);
            let bits = data_bits(line);
            cells.extend((0..bits).map(|bit| byte >> bit & 1 == 1));
            if let Some(check) = check_bit(*byte, line) {
                cells.push(check);
            }
            cells.push(true);
            if line.two_stop_bits {
                cells.push(true);
            }
            cells.extend(vec![true; gap]);
        }
        Self {
            cells,
            ticks: bit_ticks(line),
        }
    }

    fn is_high(&self, at: usize) -> bool {
        self.cells.get(at / self.ticks).copied().unwrap_or(true)
    }

    /// When the line next falls from rest, at `from` at the soonest.
    fn falls(&self, from: usize) -> Option<usize> {
        let first = from / self.ticks;
        let mut was_high = self.is_high(from);
        for cell in first + 1..self.cells.len() {
            let high = self.cells[cell];
            if was_high && !high {
                return Some(cell * self.ticks);
            }
            was_high = high;
        }
        None
    }
}

/// What `receiver` hands on of `bytes` that were sent at `line`.
pub(crate) fn received(
    bytes: &[u8],
    line: LineSettings,
    gap: usize,
    receiver: Receiver,
) -> Vec<u8> {
    let wave = Wave::of(bytes, line, gap);
    let bit = bit_ticks(receiver.line) * receiver.clock_percent / 100;
    let sample = bit * receiver.sample_eighths / 8;
    let mut heard = Vec::new();
    let mut start = wave.falls(0);
    while let Some(begin) = start {
        let at = |place: usize| wave.is_high(begin + place * bit + sample);
        if at(0) {
            start = wave.falls(begin + sample);
            continue;
        }
        let bits = data_bits(receiver.line);
        let byte = (0..bits).fold(0_u8, |byte, place| byte | u8::from(at(place + 1)) << place);
        let mut place = bits + 1;
        let mut is_wrong = false;
        if let Some(check) = check_bit(byte, receiver.line) {
            is_wrong |= at(place) != check;
            place += 1;
        }
        let has_stop = at(place);
        is_wrong |= !has_stop;
        match receiver.on_error {
            OnError::Drop if is_wrong => {}
            OnError::Null if is_wrong => heard.push(0),
            OnError::Deliver | OnError::Drop | OnError::Null => heard.push(byte),
        }
        let end = begin + place * bit + sample;
        start = if has_stop || !receiver.low_stop_is_a_start {
            wave.falls(end)
        } else {
            Some(begin + place * bit)
        };
    }
    heard
}

fn bit_ticks(line: LineSettings) -> usize {
    TICKS / usize::try_from(line.baud).expect("a small number")
}

fn data_bits(line: LineSettings) -> usize {
    match line.data_bits {
        DataBits::Seven => 7,
        DataBits::Eight => 8,
    }
}

fn check_bit(byte: u8, line: LineSettings) -> Option<bool> {
    let is_odd = byte.count_ones() % 2 == 1;
    match line.parity {
        Parity::None => None,
        Parity::Even => Some(is_odd),
        Parity::Odd => Some(!is_odd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(baud: u32) -> Receiver {
        Receiver {
            line: LineSettings::plain(baud),
            sample_eighths: 4,
            clock_percent: 100,
            low_stop_is_a_start: true,
            on_error: OnError::Deliver,
        }
    }

    #[test]
    fn at_the_same_setting_every_byte_arrives_whatever_the_clock() {
        let all: Vec<u8> = (0..=255).collect();
        for baud in [2_400, 9_600, 115_200] {
            for clock_percent in [98, 100, 102] {
                for sample_eighths in [3, 4, 5] {
                    let receiver = Receiver {
                        sample_eighths,
                        clock_percent,
                        ..plain(baud)
                    };
                    let line = LineSettings::plain(baud);
                    assert_eq!(received(&all, line, 0, receiver), all, "{receiver:?}");
                    assert_eq!(received(&all, line, 3, receiver), all, "{receiver:?}");
                }
            }
        }
    }

    #[test]
    fn a_check_bit_shows_a_setting_that_is_not_the_same() {
        let odd = LineSettings {
            parity: Parity::Odd,
            ..LineSettings::plain(9_600)
        };
        let even = LineSettings {
            parity: Parity::Even,
            ..odd
        };
        let dropping = Receiver {
            line: even,
            on_error: OnError::Drop,
            ..plain(9_600)
        };
        assert!(received(b"station", odd, 0, dropping).is_empty());
        assert_eq!(received(b"station", even, 0, dropping), b"station");
    }

    #[test]
    fn a_byte_of_nothing_but_zeros_is_two_at_twice_the_rate() {
        // Start and eight zeros take nine bits: eighteen at twice the rate, the tenth of which is a missing stop.
        let heard = received(&[0], LineSettings::plain(4_800), 2, plain(9_600));
        assert_eq!(heard.first(), Some(&0));
        assert_eq!(heard.len(), 2);
    }

    #[test]
    fn a_slower_receiver_hears_fewer_bytes() {
        let heard = received(b"UUUUUUUU", LineSettings::plain(9_600), 0, plain(4_800));
        assert!(heard.len() <= 4, "{heard:?}");
    }
}

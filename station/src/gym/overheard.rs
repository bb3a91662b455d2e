//! What comes over a line and is no word of its device's protocol: told once with its raw bytes, and as a wrong rate where nothing else comes.
//!
//! Promises: each is told once for each time that the port is opened, however often it comes. Nothing is allocated before it is told.

use std::fmt::Write;

use drivers::link::LinkCounters;

/// So many of the newest bytes are told: the longest frame of most families, or the end of a longer one.
const TAIL: usize = 48;

/// So many bytes without one valid message are no start in the middle of a frame, no echo of our own few questions, and no device of
/// another protocol that is about to be recognised: twice the longest packet, an oximeter's of 125 bytes, and a little more.
const NOISE: usize = 256;

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Overheard {
    /// A device that is understood said something that is not: the newest bytes as hexadecimal numbers.
    Misfit(String),
    /// Bytes come, and none of them makes sense.
    Noise(Looks),
}

/// What bytes of which none makes sense look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Nothing: likely another rate or parity, or a format whose messages no check proves.
    Garbled,
    /// Text: the rate is right, and what is said is in another form.
    Text,
}

/// Listens to one line.
#[derive(Debug, Clone)]
pub(super) struct Listener {
    tail: [u8; TAIL],
    length: usize,
    since_opened: usize,
    misfit_told: bool,
    noise_told: bool,
    /// All that came since the port was opened is text.
    is_text: bool,
}

impl Listener {
    pub(super) const fn new() -> Self {
        Self {
            tail: [0; TAIL],
            length: 0,
            since_opened: 0,
            misfit_told: false,
            noise_told: false,
            is_text: true,
        }
    }

    /// Bytes came, and the link made this of them; `understood`: the device has answered in its own protocol.
    pub(super) fn hear(
        &mut self,
        bytes: &[u8],
        before: &LinkCounters,
        after: &LinkCounters,
        understood: bool,
    ) -> Option<Overheard> {
        for byte in bytes {
            self.keep(*byte);
        }
        self.is_text = self.is_text && bytes.iter().all(|byte| is_text(*byte));
        self.since_opened = if after.messages == before.messages {
            self.since_opened.saturating_add(bytes.len())
        } else {
            0
        };
        let faults = |counters: &LinkCounters| {
            counters
                .framing_errors
                .saturating_add(counters.checksum_errors)
        };
        if understood && faults(after) > faults(before) && !self.misfit_told {
            self.misfit_told = true;
            return Some(Overheard::Misfit(self.in_hexadecimal()));
        }
        if !understood && after.messages == 0 && self.since_opened >= NOISE && !self.noise_told {
            self.noise_told = true;
            return Some(Overheard::Noise(self.looks()));
        }
        None
    }

    const fn looks(&self) -> Looks {
        if self.is_text {
            Looks::Text
        } else {
            Looks::Garbled
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.length == TAIL {
            self.tail.rotate_left(1);
            self.length -= 1;
        }
        if let Some(place) = self.tail.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    fn in_hexadecimal(&self) -> String {
        let mut text = String::with_capacity(TAIL * 3);
        for byte in self.tail.iter().take(self.length) {
            let gap = if text.is_empty() { "" } else { " " };
            // Writing to a text cannot fail.
            let _written = write!(text, "{gap}{byte:02X}");
        }
        text
    }
}

const fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: LinkCounters = LinkCounters {
        messages: 0,
        checksum_errors: 0,
        framing_errors: 0,
        time_outs: 0,
        refusals: 0,
        skipped_bytes: 0,
        dropped_events: 0,
    };

    #[test]
    fn what_does_not_fit_is_told_once_with_the_bytes_before_it() {
        let mut listener = Listener::new();
        let good = LinkCounters {
            messages: 1,
            ..NOTHING
        };
        assert_eq!(listener.hear(&[1, 2], &NOTHING, &good, true), None);
        let bad = LinkCounters {
            framing_errors: 1,
            ..good
        };
        assert_eq!(
            listener.hear(&[0xF1, 0x0A], &good, &bad, true),
            Some(Overheard::Misfit("01 02 F1 0A".to_owned()))
        );
        let worse = LinkCounters {
            framing_errors: 2,
            ..good
        };
        assert_eq!(listener.hear(&[0xF1], &bad, &worse, true), None);
    }

    #[test]
    fn only_the_newest_bytes_are_kept() {
        let mut listener = Listener::new();
        let many: Vec<u8> = (0..100).collect();
        assert_eq!(listener.hear(&many, &NOTHING, &NOTHING, true), None);
        let bad = LinkCounters {
            checksum_errors: 1,
            ..NOTHING
        };
        let told = listener.hear(&[0xFF], &NOTHING, &bad, true);
        let Some(Overheard::Misfit(text)) = told else {
            panic!("{told:?}");
        };
        let told: Vec<&str> = text.split(' ').collect();
        assert_eq!(told.len(), TAIL);
        assert_eq!((told.first(), told.last()), (Some(&"35"), Some(&"FF")));
    }

    #[test]
    fn noise_is_told_where_nothing_was_ever_understood() {
        let mut listener = Listener::new();
        assert_eq!(listener.hear(&[0x55; 255], &NOTHING, &NOTHING, false), None);
        assert_eq!(
            listener.hear(&[0x55], &NOTHING, &NOTHING, false),
            Some(Overheard::Noise(Looks::Text))
        );
        assert_eq!(listener.hear(&[0x55; 256], &NOTHING, &NOTHING, false), None);

        let mut known = Listener::new();
        let good = LinkCounters {
            messages: 1,
            ..NOTHING
        };
        assert_eq!(known.hear(&[1], &NOTHING, &good, true), None);
        // It fell silent, and something is on the line: that is a fault of the line, and not of its settings.
        assert_eq!(known.hear(&[0x55; 512], &good, &good, false), None);
    }

    #[test]
    fn only_what_is_no_text_is_taken_for_another_rate() {
        let told = |bytes: &[u8]| {
            let mut listener = Listener::new();
            let mut told = None;
            for _ in 0..NOISE {
                told = told.or_else(|| listener.hear(bytes, &NOTHING, &NOTHING, false));
            }
            told
        };
        let garbled = [0x18, 0x66, 0x80, 0xF8, 0x1E, 0x06, 0x98, 0x60];
        assert_eq!(told(&garbled), Some(Overheard::Noise(Looks::Garbled)));
        let text = b"1....\r\n";
        assert_eq!(told(text), Some(Overheard::Noise(Looks::Text)));
    }
}

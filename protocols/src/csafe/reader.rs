//! From bytes to the checked, unstuffed contents of one frame at a time.

use super::{EXTENDED_START, MAX_FRAME, STANDARD_START, STOP, STUFF};
use crate::csafe::frame::Addresses;
use crate::wire::{Decoded, WireError, WireErrorKind};

/// Where in the stream the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between frames.
    Outside,
    /// After a start flag.
    Inside,
    /// After an `F3` inside a frame.
    Stuffed,
}

/// Finds frames in a stream, unstuffs them and checks their sums. Holds at most one.
#[derive(Debug, Clone)]
pub(super) struct FrameReader {
    place: Place,
    extended: bool,
    /// Bytes ever fed.
    fed: u64,
    /// Bytes outside frames.
    skipped: u64,
    /// Where the running frame began.
    start: u64,
    /// Bytes of the running frame as received, its start flag counted.
    received: u32,
    /// Unstuffed bytes of it.
    length: usize,
    buffer: [u8; MAX_FRAME],
}

impl FrameReader {
    pub(super) const fn new() -> Self {
        Self {
            place: Place::Outside,
            extended: false,
            fed: 0,
            skipped: 0,
            start: 0,
            received: 0,
            length: 0,
            buffer: [0; MAX_FRAME],
        }
    }

    /// Takes one byte. `Ok` says that [`Self::frame`] now holds a frame with a right sum.
    pub(super) fn push(&mut self, byte: u8) -> Option<Decoded<()>> {
        let offset = self.fed;
        self.fed += 1;
        let flag = byte == STANDARD_START || byte == EXTENDED_START;
        match self.place {
            Place::Outside => {
                if flag {
                    self.begin(offset, byte);
                } else {
                    self.skipped += 1;
                }
                None
            }
            // A flag is never a data byte: the stop of the frame before was lost [assumed].
            Place::Inside | Place::Stuffed if flag => {
                let broken = self.found(Err(self.error(WireErrorKind::Framing)));
                self.begin(offset, byte);
                Some(broken)
            }
            Place::Inside | Place::Stuffed => {
                self.received += 1;
                self.push_inside(byte)
            }
        }
    }

    fn push_inside(&mut self, byte: u8) -> Option<Decoded<()>> {
        if usize::try_from(self.received).is_ok_and(|received| received > MAX_FRAME) {
            return Some(self.abandon());
        }
        match (self.place, byte) {
            (Place::Stuffed, 0..=3) => {
                self.keep(EXTENDED_START | byte);
                self.place = Place::Inside;
                None
            }
            (Place::Stuffed, _) => Some(self.abandon()),
            (_, STOP) => {
                self.place = Place::Outside;
                Some(self.check())
            }
            (_, STUFF) => {
                self.place = Place::Stuffed;
                None
            }
            _ => {
                self.keep(byte);
                None
            }
        }
    }

    /// The addresses and contents of the frame that was last found whole.
    pub(super) fn frame(&self) -> (Option<Addresses>, &[u8]) {
        let held = self.buffer.get(..self.length).unwrap_or_default();
        match held {
            [destination, source, contents @ .., _checksum] if self.extended => {
                let addresses = Addresses {
                    destination: *destination,
                    source: *source,
                };
                (Some(addresses), contents)
            }
            [contents @ .., _checksum] => (None, contents),
            [] => (None, &[]),
        }
    }

    /// The error that the frame last found whole turns out to be after all.
    pub(super) const fn error(&self, kind: WireErrorKind) -> WireError {
        WireError {
            kind,
            skipped_bytes: self.received,
        }
    }

    pub(super) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Whether a frame has begun and not ended.
    pub(super) fn is_inside(&self) -> bool {
        self.place != Place::Outside
    }

    pub(super) const fn reset(&mut self) {
        self.place = Place::Outside;
    }

    const fn begin(&mut self, offset: u64, flag: u8) {
        self.place = Place::Inside;
        self.extended = flag == EXTENDED_START;
        self.start = offset;
        self.received = 1;
        self.length = 0;
    }

    const fn abandon(&mut self) -> Decoded<()> {
        self.place = Place::Outside;
        self.found(Err(self.error(WireErrorKind::Framing)))
    }

    const fn found(&self, content: Result<(), WireError>) -> Decoded<()> {
        Decoded {
            offset: self.start,
            content,
        }
    }

    /// Keeps an unstuffed byte. There is always room: no frame as received is longer than the buffer.
    fn keep(&mut self, byte: u8) {
        if let Some(slot) = self.buffer.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    fn check(&self) -> Decoded<()> {
        let addresses = if self.extended { 2 } else { 0 };
        let summed = self.buffer.get(addresses..self.length).unwrap_or_default();
        if summed.is_empty() {
            return self.found(Err(self.error(WireErrorKind::Framing)));
        }
        // The sum of contents and checksum together is 0; the addresses are not in it [assumed for third parties].
        if summed.iter().fold(0, |sum, byte| sum ^ byte) != 0 {
            return self.found(Err(self.error(WireErrorKind::Checksum)));
        }
        self.found(Ok(()))
    }
}

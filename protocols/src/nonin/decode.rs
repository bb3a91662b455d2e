//! What the device sends, to packets.

use crate::checksum;
use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::packet::{FRAME_BYTES, FRAMES, Packet, Sample};
use super::status::Status;

/// The device's direction: slides byte by byte until a first frame holds, then takes frames of five.
///
/// An error's `offset` is that of the frame in which the rule broke. Its `skipped_bytes` are the frames of the packet that was
/// dropped, and the first byte of the broken frame; the other four are looked at again, and what of them starts no frame is
/// counted in [`Decoder::skipped`], as are replies between frames and everything passed over while hunting. So every byte fed
/// belongs to exactly one of: a packet, an error, [`Decoder::skipped`], or the unfinished end.
///
/// After any garbage the next whole packet is found where it stands free; where garbage ends in what looks like the begin of a
/// packet, the one after it: two packets, 0.7 s, at most. In format 7, whose first byte says less, a shifted window of a packet can
/// itself pass for a first frame and cost one packet more.
#[derive(Debug, Clone)]
pub struct PacketDecoder<S> {
    window: [u8; WINDOW],
    filled: usize,
    /// Offset of the window's first byte.
    offset: u64,
    locked: bool,
    assembly: Assembly<S>,
    skipped: u64,
}

/// The longest thing that has to be seen whole: a reply of [`LONGEST_REPLY_DATA`] bytes.
const WINDOW: usize = 4 + LONGEST_REPLY_DATA;
/// Data of the longest reply that is looked for (assumed).
const LONGEST_REPLY_DATA: usize = 16;

/// The frames of a packet that are in.
#[derive(Debug, Clone)]
struct Assembly<S> {
    offset: u64,
    frames: usize,
    status: [Status; FRAMES],
    samples: [S; FRAMES],
    data: [u8; FRAMES],
}

/// What the window's begin is, where a frame is due.
enum Due<S> {
    /// Not yet to be told.
    Unfinished,
    /// A reply of so many bytes.
    Reply(usize),
    /// A frame that breaks this rule.
    Broken(WireErrorKind),
    /// A frame whose header and check hold.
    Frame(Frame<S>),
}

/// One frame whose header and check hold.
#[derive(Clone, Copy)]
struct Frame<S> {
    status: Status,
    sample: S,
    data: u8,
}

impl<S: Sample> PacketDecoder<S> {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            window: [0; WINDOW],
            filled: 0,
            offset: 0,
            locked: false,
            assembly: Assembly::EMPTY,
            skipped: 0,
        }
    }

    /// Whether frames are being taken one after the other, rather than looked for.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.locked
    }

    /// Uses up what the window allows.
    fn work(&mut self, sink: &mut dyn FnMut(Decoded<Packet<S>>)) {
        while if self.locked {
            self.take_due(sink)
        } else {
            self.hunt()
        } {}
    }

    /// Looks at one place for a first frame. Whether there may be more to do.
    fn hunt(&mut self) -> bool {
        let Some(bytes) = self.frame_bytes() else {
            return false;
        };
        match read_frame::<S>(bytes) {
            Ok(frame) if frame.status.sync() => {
                self.locked = true;
                self.assembly.begin(self.offset, frame);
                self.consume(FRAME_BYTES);
            }
            Ok(_) | Err(_) => self.skip(1),
        }
        true
    }

    /// Takes what is due while locked. Whether there may be more to do.
    fn take_due(&mut self, sink: &mut dyn FnMut(Decoded<Packet<S>>)) -> bool {
        match self.due() {
            Due::Unfinished => return false,
            Due::Reply(length) => self.skip(length),
            Due::Broken(kind) => self.lose_lock(kind, sink),
            Due::Frame(frame) => self.take_frame(frame, sink),
        }
        true
    }

    fn take_frame(&mut self, frame: Frame<S>, sink: &mut dyn FnMut(Decoded<Packet<S>>)) {
        match (self.assembly.frames, frame.status.sync()) {
            (0, false) => return self.lose_lock(WireErrorKind::Framing, sink),
            (0, true) => self.assembly.begin(self.offset, frame),
            (_, true) => {
                let error = WireErrorKind::Framing;
                sink(self.error(error, self.assembly.bytes()));
                self.assembly.begin(self.offset, frame);
            }
            (_, false) => self.assembly.add(frame),
        }
        self.consume(FRAME_BYTES);
        if self.assembly.frames == FRAMES {
            sink(Decoded {
                offset: self.assembly.offset,
                content: Ok(self.assembly.packet()),
            });
            self.assembly.frames = 0;
        }
    }

    /// Drops the packet in assembly, and goes hunting from the second byte of the broken frame on.
    fn lose_lock(&mut self, kind: WireErrorKind, sink: &mut dyn FnMut(Decoded<Packet<S>>)) {
        sink(self.error(kind, self.assembly.bytes().saturating_add(1)));
        self.assembly.frames = 0;
        self.locked = false;
        self.consume(1);
    }

    const fn error(&self, kind: WireErrorKind, skipped_bytes: u32) -> Decoded<Packet<S>> {
        Decoded {
            offset: self.offset,
            content: Err(WireError {
                kind,
                skipped_bytes,
            }),
        }
    }

    fn due(&self) -> Due<S> {
        const DONE: u8 = 0x06;
        const REFUSED: u8 = 0x15;
        let Some(window) = self.window.get(..self.filled) else {
            return Due::Unfinished;
        };
        match window {
            [DONE | REFUSED, ..] => return Due::Reply(1),
            _ => match reply_length(window) {
                Some(length) if window.len() >= length => return Due::Reply(length),
                Some(_) => return Due::Unfinished,
                None => {}
            },
        }
        match self.frame_bytes().map(read_frame::<S>) {
            None => Due::Unfinished,
            Some(Ok(frame)) => Due::Frame(frame),
            Some(Err(kind)) => Due::Broken(kind),
        }
    }

    fn frame_bytes(&self) -> Option<[u8; FRAME_BYTES]> {
        self.window.get(..self.filled)?.first_chunk().copied()
    }

    fn skip(&mut self, count: usize) {
        self.skipped = self.skipped.saturating_add(wide(count));
        self.consume(count);
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.filled);
        self.window.copy_within(count..self.filled, 0);
        self.filled -= count;
        self.offset = self.offset.saturating_add(wide(count));
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.window.get_mut(self.filled) {
            *slot = byte;
            self.filled += 1;
        }
    }
}

impl<S: Sample> Default for PacketDecoder<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Sample> Decoder for PacketDecoder<S> {
    type Message = Packet<S>;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Packet<S>>)) {
        for byte in bytes {
            self.push(*byte);
            self.work(sink);
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.offset = self.offset.saturating_add(wide(self.filled));
        self.filled = 0;
        self.locked = false;
        self.assembly.frames = 0;
    }
}

impl<S: Sample> Assembly<S> {
    const EMPTY: Self = Self {
        offset: 0,
        frames: 0,
        status: [Status::QUIET; FRAMES],
        samples: [S::ZERO; FRAMES],
        data: [0; FRAMES],
    };

    fn begin(&mut self, offset: u64, frame: Frame<S>) {
        self.offset = offset;
        self.frames = 0;
        self.add(frame);
    }

    fn add(&mut self, frame: Frame<S>) {
        let slots = (
            self.status.get_mut(self.frames),
            self.samples.get_mut(self.frames),
            self.data.get_mut(self.frames),
        );
        if let (Some(status), Some(sample), Some(data)) = slots {
            *status = frame.status;
            *sample = frame.sample;
            *data = frame.data;
            self.frames += 1;
        }
    }

    /// How many bytes are in.
    fn bytes(&self) -> u32 {
        u32::try_from(self.frames * FRAME_BYTES).unwrap_or(u32::MAX)
    }

    fn packet(&self) -> Packet<S> {
        Packet::new(self.status, self.samples, self.data)
    }
}

/// A frame, or the first of its rules that it breaks.
fn read_frame<S: Sample>(bytes: [u8; FRAME_BYTES]) -> Result<Frame<S>, WireErrorKind> {
    let [first, second, third, data, check] = bytes;
    let head = [first, second, third];
    let (status, sample) = S::read(head).ok_or(WireErrorKind::Framing)?;
    if checksum::sum(&head).wrapping_add(data) != check {
        return Err(WireErrorKind::Checksum);
    }
    Ok(Frame {
        status,
        sample,
        data,
    })
}

/// How long the reply is that these bytes begin, as far as they tell; `None` where they begin none.
fn reply_length(bytes: &[u8]) -> Option<usize> {
    const START: u8 = 0x02;
    const END: u8 = 0x03;
    /// Start, opcode, length and end around no data.
    const SHORTEST_REPLY: usize = 4;
    let (START, rest) = bytes.split_first().map(|(first, rest)| (*first, rest))? else {
        return None;
    };
    match rest {
        [] | [0xF2..=0xF5] => Some(SHORTEST_REPLY),
        [0xF2..=0xF5, length, data @ ..] if usize::from(*length) <= LONGEST_REPLY_DATA => {
            let length = usize::from(*length);
            match data.get(length) {
                Some(&END) | None => Some(length + SHORTEST_REPLY),
                Some(_) => None,
            }
        }
        _ => None,
    }
}

/// A count as the stream's offsets have it.
fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_known_by_its_begin_its_length_and_its_end() {
        assert_eq!(
            reply_length(&[0x02, 0xF3, 0x03, 0x18, 0x05, 0x09, 0x03]),
            Some(7)
        );
        assert_eq!(reply_length(&[0x02, 0xF3, 0x03, 0x18]), Some(7));
        assert_eq!(reply_length(&[0x02, 0xF3, 0x00, 0x03]), Some(4));
        assert_eq!(reply_length(&[0x02, 0xF3, 0x00, 0x04]), None);
        assert_eq!(reply_length(&[0x02, 0xF3, 16]), Some(20));
        assert_eq!(reply_length(&[0x02, 0xF3, 17]), None);
        assert_eq!(reply_length(&[0x02, 0xF1]), None);
        assert_eq!(reply_length(&[0x02, 0xF6]), None);
        assert_eq!(reply_length(&[0x01]), None);
        assert_eq!(reply_length(&[]), None);
    }
}

//! Devices that speak unasked, and how their bytes are counted.

use core::time::Duration;

use protocols::gatt::BridgeDecoder;
use protocols::wire::Decoder;

use super::Certainty;
use super::lines::{B2400, B4800, B4800_EVEN, B9600, B19200, B19200_ODD, B57600, B115200};
use crate::catalogue::{FAMILIES, Family};
use crate::port::LineSettings;

/// Where to listen, likeliest first, and how long: twice the longest gap of who speaks there.
pub(super) const LISTENING: &[(LineSettings, Duration)] = &[
    (B9600, Duration::from_millis(2_600)),
    (B115200, Duration::from_millis(2_400)),
    (B19200_ODD, Duration::from_millis(700)),
    (B4800, Duration::from_millis(700)),
    (B4800_EVEN, Duration::from_millis(700)),
    (B57600, Duration::from_millis(700)),
    (B19200, Duration::from_millis(2_600)),
    (B2400, Duration::from_millis(2_600)),
];

/// Bytes that are kept of a stream, to be looked at by eye.
const SAMPLE: usize = 2_048;

/// Of so many lost bytes one may be lost: noise loses more, a plug that was just put in less.
const LOST_AT_MOST: u64 = 4;

/// What a message's form proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proof {
    /// A pattern of bits, which noise has among it.
    Pattern,
    /// Words and numbers in their places.
    Spelled,
    /// A check sum, or a mark that no chance makes.
    Checked,
}

/// How a device is known by what it says unasked.
#[derive(Debug, Clone, Copy)]
pub struct Ear {
    pub(crate) proof: Proof,
    /// So many messages make it likely, or sure where they have a check.
    pub(crate) enough: u64,
    /// With fewer messages nobody is named at another one's port: noise makes a frame as short as this one once in a long while (assumed).
    pub(crate) no_chance: u64,
    /// Protocols of the same pattern.
    pub(crate) twins: &'static [&'static str],
    /// Whether the bytes as a whole can be this; decoders pass over what they need not understand.
    pub(crate) can_be: fn(&[u8]) -> bool,
    /// What its bytes say that a person has to set otherwise before it serves.
    pub(crate) remedy: fn(&[u8]) -> Option<&'static str>,
    pub(crate) open: fn() -> Box<dyn Counting>,
}

impl Ear {
    pub(crate) const fn of(proof: Proof, enough: u64, open: fn() -> Box<dyn Counting>) -> Self {
        Self {
            proof,
            enough,
            no_chance: 1,
            twins: &[],
            can_be: |_| true,
            remedy: |_| None,
            open,
        }
    }

    /// What has to be set otherwise at the device before it serves, if these bytes of it say so.
    #[must_use]
    pub fn remedy(&self, bytes: &[u8]) -> Option<&'static str> {
        (self.remedy)(bytes)
    }

    /// A bridge's lines of one Bluetooth characteristic: its number is written on each.
    pub(crate) const fn bridged(open: fn() -> Box<dyn Counting>) -> Self {
        Self::of(Proof::Spelled, 2, open)
    }
}

#[derive(Debug)]
struct Bridged {
    decoder: BridgeDecoder,
    characteristic: u16,
    tally: Tally,
}

/// Counts a bridge's lines of one characteristic.
pub(crate) fn lines_of(characteristic: u16) -> Box<dyn Counting> {
    Box::new(Bridged {
        decoder: BridgeDecoder::new(),
        characteristic,
        tally: Tally::default(),
    })
}

impl Counting for Bridged {
    fn feed(&mut self, bytes: &[u8]) {
        let (tally, wanted) = (&mut self.tally, self.characteristic);
        self.decoder.feed(bytes, &mut |found| match found.content {
            Ok(line) if line.characteristic == wanted => {
                tally.good += 1;
                tally.begins.get_or_insert(found.offset);
            }
            // A bridge may hand on more than one: that is no error of this one.
            Ok(_) => {}
            Err(error) => {
                tally.errors += 1;
                tally.lost += u64::from(error.skipped_bytes);
            }
        });
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn forget(&mut self) {
        self.decoder.reset();
        self.tally = Tally::default();
    }
}

/// What one decoder made of the bytes so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) good: u64,
    errors: u64,
    lost: u64,
    /// Where the first good message began.
    begins: Option<u64>,
}

/// A decoder of which only is asked how much it understood.
pub(crate) trait Counting: core::fmt::Debug + Send {
    fn feed(&mut self, bytes: &[u8]);
    fn tally(&self) -> Tally;
    /// As if nothing had come.
    fn forget(&mut self);
}

#[derive(Debug)]
struct Counted<D> {
    decoder: D,
    tally: Tally,
}

/// Counts a decoder's messages.
pub(crate) fn counted<D: Decoder + core::fmt::Debug + Send + 'static>(
    decoder: D,
) -> Box<dyn Counting> {
    Box::new(Counted {
        decoder,
        tally: Tally::default(),
    })
}

impl<D: Decoder + core::fmt::Debug + Send> Counting for Counted<D> {
    fn feed(&mut self, bytes: &[u8]) {
        let tally = &mut self.tally;
        self.decoder.feed(bytes, &mut |found| match found.content {
            Ok(_) => {
                tally.good += 1;
                tally.begins.get_or_insert(found.offset);
            }
            Err(error) => {
                tally.errors += 1;
                tally.lost += u64::from(error.skipped_bytes);
            }
        });
    }

    fn tally(&self) -> Tally {
        Tally {
            lost: self.tally.lost.saturating_add(self.decoder.skipped()),
            ..self.tally
        }
    }

    fn forget(&mut self) {
        self.decoder.reset();
        self.tally = Tally::default();
    }
}

/// Listens for everybody who may speak.
#[derive(Debug)]
pub(crate) struct Listening {
    ears: Vec<Listener>,
    bytes: u64,
    sample: Vec<u8>,
}

#[derive(Debug)]
struct Listener {
    family: &'static Family,
    ear: Ear,
    decoder: Box<dyn Counting>,
}

/// Whom the bytes fit best.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Best {
    pub(crate) protocol: &'static str,
    pub(crate) certainty: Certainty,
    messages: u64,
    ear: Ear,
}

impl Best {
    /// Whether its messages are more than a pattern of bits.
    pub(crate) fn is_proof(&self) -> bool {
        self.ear.proof > Proof::Pattern
    }

    /// Whether noise would not have made so many of its messages.
    pub(crate) fn is_no_chance(&self) -> bool {
        self.messages >= self.ear.no_chance
    }
}

impl Listening {
    /// For all that may speak at this line setting.
    pub(super) fn at(line: LineSettings) -> Self {
        Self::to(|family| family.lines.contains(&line))
    }

    /// For these.
    pub(crate) fn to(who: impl Fn(&Family) -> bool) -> Self {
        let families = FAMILIES.iter().filter(|family| who(family));
        let ears = families.filter_map(|family| {
            let ear = family.ear?;
            let decoder = (ear.open)();
            Some(Listener {
                family,
                ear,
                decoder,
            })
        });
        Self {
            ears: ears.collect(),
            bytes: 0,
            sample: Vec::with_capacity(SAMPLE),
        }
    }

    /// As if nothing had come.
    pub(crate) fn forget(&mut self) {
        for listener in &mut self.ears {
            listener.decoder.forget();
        }
        self.bytes = 0;
        self.sample.clear();
    }

    /// Bytes came. Whether they complete a message that is proof of anybody but `own`.
    pub(crate) fn heard(&mut self, bytes: &[u8], own: &str) -> bool {
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(count);
        let room = SAMPLE.saturating_sub(self.sample.len());
        self.sample.extend(bytes.iter().take(room));
        let mut is_proof = false;
        for listener in &mut self.ears {
            let before = listener.decoder.tally().good;
            listener.decoder.feed(bytes);
            is_proof |= listener.ear.proof > Proof::Pattern
                && listener.family.id != own
                && listener.decoder.tally().good > before;
        }
        is_proof
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whom the bytes fit best by now.
    pub(crate) fn best(&self) -> Option<Best> {
        let fitting = self.ears.iter().rev().filter(|it| self.fits(it));
        let first = fitting.max_by_key(|it| (it.ear.proof, it.decoder.tally().good))?;
        let has_enough = first.decoder.tally().good >= first.ear.enough;
        let certainty = match (first.ear.proof, has_enough) {
            (Proof::Checked, true) => Certainty::Sure,
            (Proof::Checked, false) | (Proof::Spelled | Proof::Pattern, true) => Certainty::Likely,
            (Proof::Spelled | Proof::Pattern, false) => Certainty::Possible,
        };
        Some(Best {
            protocol: first.family.id,
            certainty,
            messages: first.decoder.tally().good,
            ear: first.ear,
        })
    }

    /// What has to be set otherwise at whom the bytes fit best.
    pub(super) fn remedy(&self, best: Best) -> Option<&'static str> {
        best.ear.remedy(&self.sample)
    }

    /// Who else it could be.
    pub(crate) fn others(&self, best: Best) -> impl Iterator<Item = &'static str> {
        let fitting = self.ears.iter().filter(move |it| {
            it.family.id != best.protocol
                && (best.certainty < Certainty::Sure || it.ear.proof == Proof::Checked)
                && !best.ear.twins.contains(&it.family.id)
                && self.fits(it)
        });
        fitting
            .map(|it| it.family.id)
            .chain(best.ear.twins.iter().copied())
    }

    fn fits(&self, listener: &Listener) -> bool {
        let tally = listener.decoder.tally();
        let Some(begins) = tally.begins else {
            return false;
        };
        let lost = tally.lost.saturating_sub(begins);
        let since = self.bytes.saturating_sub(begins);
        lost.saturating_mul(LOST_AT_MOST) <= since
            && tally.errors.saturating_mul(LOST_AT_MOST) <= tally.good.saturating_add(LOST_AT_MOST)
            && (listener.ear.can_be)(&self.sample)
    }
}

//! Whoever answers on a machine's port in a protocol of this project that is not the machine's own.
//!
//! Promises: a name is given where the bytes are proof, else none: a whole oximeter's or strap's packet with its check, or a Trackmaster's
//! "unknown command" for each byte that it must take for one, and nothing else, twice in a row. Once for each time that the machine is
//! missed.
//!
//! What the bytes cannot tell: a device at another rate is noise. A Woodway refuses as a Trackmaster does, and is called by that name.

use protocols::wire::Decoder;
use protocols::{nonin_df2, zephyr_hxm};

/// What a Trackmaster answers to an opcode that it does not know.
const UNKNOWN_COMMAND: u8 = 0xBF;

/// From here on every byte is an opcode to a Trackmaster.
const FIRST_OPCODE: u8 = 0x80;

/// So many questions in a row that were refused in this way are no chance (assumed).
const REFUSED_QUESTIONS: u8 = 2;

/// Listens while the machine itself is not heard.
#[derive(Debug)]
pub(super) struct Strangers {
    oximeter: nonin_df2::PacketDecoder,
    strap: zephyr_hxm::PacketDecoder,
    /// Refusals that the question on the wire has to bring from a Trackmaster; `None` where something else came, or nothing was asked.
    refusals_due: Option<usize>,
    refused_questions: u8,
    named: bool,
}

impl Strangers {
    pub(super) fn new() -> Self {
        Self {
            oximeter: nonin_df2::PacketDecoder::new(),
            strap: zephyr_hxm::PacketDecoder::new(),
            refusals_due: None,
            refused_questions: 0,
            named: false,
        }
    }

    /// A question goes out to whoever is there. The name of who refused the ones before, if it is known by that.
    pub(super) fn asked(&mut self, question: &[u8]) -> Option<&'static str> {
        self.refused_questions = if self.refusals_due == Some(0) {
            self.refused_questions.saturating_add(1)
        } else {
            0
        };
        self.refusals_due = Some(
            question
                .iter()
                .filter(|byte| **byte >= FIRST_OPCODE)
                .count(),
        );
        let known = self.refused_questions >= REFUSED_QUESTIONS;
        self.name(known.then_some("trackmaster"))
    }

    /// Bytes came. The name of who speaks, if it is known by them.
    pub(super) fn heard(&mut self, bytes: &[u8]) -> Option<&'static str> {
        let mut name = None;
        self.oximeter.feed(bytes, &mut |found| {
            if found.content.is_ok() {
                name = Some("nonin-df2");
            }
        });
        self.strap.feed(bytes, &mut |found| {
            if found.content.is_ok() {
                name = Some("zephyr-hxm");
            }
        });
        for byte in bytes {
            self.refusals_due = self
                .refusals_due
                .filter(|_| *byte == UNKNOWN_COMMAND)
                .and_then(|due| due.checked_sub(1));
        }
        self.name(name)
    }

    fn name(&mut self, name: Option<&'static str>) -> Option<&'static str> {
        let name = name.filter(|_| !self.named)?;
        self.named = true;
        Some(name)
    }
}

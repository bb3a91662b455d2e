//! Whoever is at a port in a protocol of this project that is not the one of the port's link.
//!
//! Promises: a name is given where messages have a check, or words in their places, a search would call it likely, and nobody else could
//! have said it (a pattern of bits is no proof: noise has it among it); and to a Trackmaster's "unknown command" for each byte that it must
//! take for one, and nothing else, twice in a row. Once from the port's opening, or from when the link's own device was last heard. Nothing
//! allocates once it is made.
//!
//! What the bytes cannot tell: a device at another rate is noise. A Woodway refuses as a Trackmaster does, and is called by that name. A
//! device that says nothing unasked and does not answer the link's own questions is silent: nobody else's questions are asked by a gym
//! that runs, as they are by a search (`detect`).

use crate::detect::Certainty;
use crate::detect::ears::Listening;

/// What a Trackmaster answers to an opcode that it does not know.
const UNKNOWN_COMMAND: u8 = 0xBF;

/// From here on every byte is an opcode to a Trackmaster.
const FIRST_OPCODE: u8 = 0x80;

/// So many questions in a row that were refused in this way are no chance (assumed).
const REFUSED_QUESTIONS: u8 = 2;

/// Listens while the link's own device is not heard.
#[derive(Debug)]
pub(crate) struct Strangers {
    /// The link's own protocol.
    own: &'static str,
    listening: Listening,
    /// Refusals that the question on the wire has to bring from a Trackmaster; `None` where something else came, or nothing was asked.
    refusals_due: Option<usize>,
    refused_questions: u8,
    named: bool,
}

impl Strangers {
    /// Everybody but the protocol of this id.
    pub(crate) fn to(own: &'static str) -> Self {
        Self {
            own,
            listening: Listening::to(|_| true),
            refusals_due: None,
            refused_questions: 0,
            named: false,
        }
    }

    /// Nobody was heard yet.
    pub(crate) fn forget(&mut self) {
        self.listening.forget();
        self.refusals_due = None;
        self.refused_questions = 0;
        self.named = false;
    }

    /// A question goes out to whoever is there. The name of who refused the ones before, if it is known by that.
    pub(crate) fn asked(&mut self, question: &[u8]) -> Option<&'static str> {
        self.refused_questions = if self.refusals_due == Some(0) {
            self.refused_questions.saturating_add(1)
        } else {
            0
        };
        let opcodes = question.iter().filter(|byte| **byte >= FIRST_OPCODE);
        self.refusals_due = Some(opcodes.count());
        if self.refused_questions < REFUSED_QUESTIONS {
            return None;
        }
        self.first("trackmaster")
    }

    /// Bytes came. Whether they complete a message that is proof of another protocol.
    pub(crate) fn heard(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            self.refusals_due = self
                .refusals_due
                .filter(|_| *byte == UNKNOWN_COMMAND)
                .and_then(|due| due.checked_sub(1));
        }
        self.listening.heard(bytes, self.own)
    }

    /// Bytes came. The name of who is known by now, once.
    pub(crate) fn listen(&mut self, bytes: &[u8]) -> Option<&'static str> {
        self.heard(bytes);
        self.known()
    }

    /// Who is known, once.
    pub(crate) fn known(&mut self) -> Option<&'static str> {
        if self.named {
            return None;
        }
        let best = self.listening.best()?;
        let is_known = best.protocol != self.own
            && best.is_proof()
            && best.certainty >= Certainty::Likely
            && best.is_no_chance()
            && self.listening.others(best).next().is_none();
        is_known.then(|| self.first(best.protocol)).flatten()
    }

    /// The same name, if nobody was named yet.
    pub(crate) fn first(&mut self, name: &'static str) -> Option<&'static str> {
        (!core::mem::replace(&mut self.named, true)).then_some(name)
    }
}

//! What the link can put on the wire, and how it looks there.

use protocols::csafe::{HostFrame, MAX_FRAME, MachineFrame, code};
use protocols::vocabulary::MachineLoad;

use super::CsafeProfile;

/// A question is dropped from the poll after so many answers in use without it.
const MISSES_MAX: u8 = 3;
/// Longest frame that any machine must take or can be made to send, until it says otherwise \[recalled\].
const FRAME_DEFAULT: usize = 32;
/// Start flag, status, checksum and stop flag of an answer, the checksum stuffed.
const ANSWER_FRAME: usize = 5;

/// One thing to send that is answered, or not, on its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Request {
    /// Is anybody there?
    Probe,
    /// Who is it?
    Version,
    /// How long may frames be, and how close?
    Limits,
    /// What does it measure?
    Poll,
    /// A write, whose fate is to be known.
    Write(Write),
    /// The empty frame: what became of that write?
    Fate(Write),
    /// The release, both its frames.
    StopBurst,
    /// Has it stopped?
    StopCheck,
}

/// One thing to tell a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Write {
    /// GOIDLE: the host claims the machine.
    Claim,
    /// AUTOUPLOAD 50: answer every frame, take load from the host.
    Extern,
    /// A load.
    Load(MachineLoad),
    /// The load to start with.
    StartLoad(MachineLoad),
    /// GOINUSE.
    Begin,
}

impl Request {
    /// Its bytes, for what is always the same. Empty for a poll and a load.
    pub(super) const fn ready_made(self) -> &'static [u8] {
        match self {
            Self::Probe | Self::StopCheck => &[0xF1, 0x80, 0x80, 0xF2],
            Self::Version => &[0xF1, 0x91, 0x91, 0xF2],
            Self::Limits => &[0xF1, 0x70, 0x01, 0x00, 0x71, 0xF2],
            Self::Fate(_) => &[0xF1, 0x00, 0xF2],
            Self::Write(Write::Claim) => &[0xF1, 0x82, 0x82, 0xF2],
            Self::Write(Write::Extern) => &[0xF1, 0x01, 0x01, 0x50, 0x50, 0xF2],
            Self::Write(Write::Begin) => &[0xF1, 0x85, 0x85, 0xF2],
            Self::Write(Write::Load(_) | Write::StartLoad(_)) | Self::Poll | Self::StopBurst => &[],
        }
    }
}

/// What the machine is asked in a poll: what it answers, as far as that is known, and no more than fits its answer.
#[derive(Debug)]
pub(super) struct Poll {
    questions: Box<[Question]>,
    answer_limit: usize,
}

#[derive(Debug)]
struct Question {
    code: u8,
    answer_bytes: usize,
    misses: u8,
}

impl Poll {
    pub(super) fn new(profile: CsafeProfile) -> Self {
        let questions = profile.questions().iter();
        Self {
            questions: questions
                .map(|&(code, answer_bytes)| Question {
                    code,
                    answer_bytes,
                    misses: 0,
                })
                .collect(),
            answer_limit: FRAME_DEFAULT,
        }
    }

    /// Nothing is known of the machine.
    pub(super) fn ask_everything(&mut self) {
        self.forget_misses();
        self.answer_limit = FRAME_DEFAULT;
    }

    /// What an answer left out once may be there another time.
    pub(super) fn forget_misses(&mut self) {
        for question in &mut self.questions {
            question.misses = 0;
        }
    }

    /// The longest frame that the machine says it sends.
    pub(super) fn limit_answer(&mut self, bytes: u8) {
        self.answer_limit = usize::from(bytes).min(MAX_FRAME);
    }

    /// Learns from an answer given in use what the machine measures.
    pub(super) fn learn(&mut self, answer: &MachineFrame) {
        let mut room = self.answer_limit.saturating_sub(ANSWER_FRAME);
        for question in &mut self.questions {
            let was_asked = question.fits(&mut room);
            if answer.answer(question.code).is_some() {
                question.misses = 0;
            } else if was_asked {
                question.misses = question.misses.saturating_add(1);
            }
        }
    }

    /// Whether all that the machine answers to a poll is its status.
    pub(super) fn asks_status_alone(&self) -> bool {
        self.questions
            .iter()
            .all(|question| question.misses >= MISSES_MAX)
    }

    /// The poll; a machine that measures nothing is asked for its status.
    pub(super) fn frame(&self) -> Option<HostFrame> {
        let mut frame = HostFrame::new();
        let mut room = self.answer_limit.saturating_sub(ANSWER_FRAME);
        for question in &self.questions {
            if question.fits(&mut room) {
                frame.push_short(question.code).ok()?;
            }
        }
        if frame.commands().next().is_none() {
            frame.push_short(code::GET_STATUS).ok()?;
        }
        Some(frame)
    }
}

impl Question {
    /// Whether it is asked, with so much room left in the answer, which it then takes.
    fn fits(&self, room: &mut usize) -> bool {
        let left = room.checked_sub(self.answer_bytes);
        match left.filter(|_| self.misses < MISSES_MAX) {
            Some(left) => {
                *room = left;
                true
            }
            None => false,
        }
    }
}

/// Bytes on their way out.
#[derive(Debug)]
pub(super) struct Outgoing {
    bytes: [u8; 2 * MAX_FRAME],
    length: usize,
}

impl Outgoing {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; 2 * MAX_FRAME],
            length: 0,
        }
    }

    pub(super) const fn clear(&mut self) {
        self.length = 0;
    }

    pub(super) fn replace(&mut self, with: &[u8]) {
        self.length = 0;
        if let Some(space) = self.bytes.get_mut(..with.len()) {
            space.copy_from_slice(with);
            self.length = with.len();
        }
    }

    /// Adds a frame behind what is there; nothing where there is none.
    pub(super) fn append_frame(&mut self, frame: Option<HostFrame>) {
        let space = self.bytes.get_mut(self.length..).unwrap_or_default();
        if let Some(Ok(written)) = frame.map(|frame| frame.encode(space).map(<[u8]>::len)) {
            self.length += written;
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.length
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use protocols::csafe::{HostDecoder, Status};
    use protocols::wire::Decoder;

    use super::*;

    fn codes(bytes: &[u8]) -> Vec<u8> {
        let mut codes = Vec::new();
        HostDecoder::new().feed(bytes, &mut |found| {
            let frame = found.content.expect("a good frame");
            codes.extend(frame.commands().map(|command| command.code));
        });
        codes
    }

    #[test]
    fn every_ready_made_frame_is_good_and_says_what_it_should() {
        let says = |request: Request| codes(request.ready_made());
        assert_eq!(says(Request::Probe), [code::GET_STATUS]);
        assert_eq!(says(Request::StopCheck), [code::GET_STATUS]);
        assert_eq!(says(Request::Version), [code::GET_VERSION]);
        assert_eq!(says(Request::Limits), [code::GET_CAPS]);
        assert_eq!(says(Request::Fate(Write::Begin)), [0_u8; 0]);
        assert_eq!(says(Request::Write(Write::Claim)), [code::GO_IDLE]);
        assert_eq!(says(Request::Write(Write::Extern)), [code::AUTO_UPLOAD]);
        assert_eq!(says(Request::Write(Write::Begin)), [code::GO_IN_USE]);
    }

    #[test]
    fn a_poll_asks_what_fits_the_answer_and_what_the_machine_measures() {
        let asked = |poll: &Poll| {
            let mut buffer = [0; 32];
            codes(
                poll.frame()
                    .expect("a frame")
                    .encode(&mut buffer)
                    .expect("room"),
            )
        };
        let mut poll = Poll::new(CsafeProfile::Bike);
        assert_eq!(asked(&poll), [0xB4, 0xA7, 0xB0, 0xA5, 0xA0]);
        poll.limit_answer(20);
        assert_eq!(asked(&poll), [0xB4, 0xA7, 0xB0]);
        poll.limit_answer(4);
        assert_eq!(asked(&poll), [code::GET_STATUS]);
        poll.ask_everything();
        let mut answer = MachineFrame::new(Status::from_byte(0x05));
        answer.push(code::GET_POWER, &[75, 0, 0x58]).expect("room");
        for _ in 1..MISSES_MAX {
            poll.learn(&answer);
        }
        assert_eq!(asked(&poll), [0xB4, 0xA7, 0xB0, 0xA5, 0xA0]);
        poll.learn(&answer);
        assert_eq!(asked(&poll), [0xB4, 0xA1], "what had no room is asked now");
        for _ in 0..MISSES_MAX {
            poll.learn(&answer);
        }
        assert_eq!(asked(&poll), [0xB4]);
    }
}

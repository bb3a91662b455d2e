//! One port's search, without I/O: where to listen, what to ask, when to go on.

use core::time::Duration;

use protocols::vocabulary::Timestamp;

use super::answers::Judgement;
use super::ears::{LISTENING, Listening};
use super::probes::{PROBES, Probe};
use super::{BYTE_GAP, Certainty, Outcome, Verdict};
use crate::port::LineSettings;

/// After so long without a byte an answer is whole: no machine of ours pauses longer within one.
const QUIET: Duration = Duration::from_millis(150);
/// From here on nothing new is begun, so that the search ends in its time.
const LAST_BEGINNING: Duration = Duration::from_secs(27);
/// What is kept of an answer: more than any has.
const LONGEST_ANSWER: usize = 1_024;

/// What the search wants done with the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Set the line so, and throw away what waits in it.
    Open(LineSettings),
    /// Write these bytes one by one, [`BYTE_GAP`] after the end of each.
    Send(&'static [u8]),
    /// Read; come back at this instant, or as soon as bytes came.
    Wait(Timestamp),
    /// The search has ended.
    Done,
}

/// One port's search. Bytes go in by [`Self::heard`]; after each call drain [`Self::poll`] until it says to wait or that it is done.
pub struct Search {
    began: Timestamp,
    stage: Stage,
    line: Option<LineSettings>,
    bytes: u64,
    echoed: bool,
    best: Option<Verdict>,
}

enum Stage {
    /// The line of this place in the table is to be opened.
    Tune(usize),
    Listen {
        place: usize,
        until: Timestamp,
        listening: Listening,
    },
    /// The question is to be asked, its line to be set before it where it is another.
    Ask(Talk),
    Hear {
        talk: Talk,
        /// When nothing more is waited for.
        until: Timestamp,
        /// How far bytes that go on coming put that off.
        at_most: Timestamp,
    },
    Done,
}

struct Talk {
    probe: usize,
    /// What was answered to each question so far; the last is being heard.
    answers: Vec<Vec<u8>>,
    judged: Option<Judgement>,
}

impl Talk {
    const fn begin(probe: usize) -> Self {
        Self {
            probe,
            answers: Vec::new(),
            judged: None,
        }
    }
}

impl core::fmt::Debug for Search {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Search")
            .field("line", &self.line)
            .field("bytes", &self.bytes)
            .field("best", &self.best)
            .finish_non_exhaustive()
    }
}

impl Search {
    /// Begins.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self {
            began: now,
            stage: Stage::Tune(0),
            line: None,
            bytes: 0,
            echoed: false,
            best: None,
        }
    }

    /// What is to be done now.
    pub fn poll(&mut self, now: Timestamp) -> Order {
        loop {
            match core::mem::replace(&mut self.stage, Stage::Done) {
                Stage::Tune(place) => match LISTENING.get(place) {
                    Some((line, lasts)) => {
                        self.stage = Stage::Listen {
                            place,
                            until: now + *lasts,
                            listening: Listening::at(*line),
                        };
                        self.line = Some(*line);
                        return Order::Open(*line);
                    }
                    None => self.stage = self.begin_asking(),
                },
                Stage::Listen {
                    place,
                    until,
                    listening,
                } => {
                    if now < until && !is_sure(self.heard_by(&listening).as_ref()) {
                        self.stage = Stage::Listen {
                            place,
                            until,
                            listening,
                        };
                        return Order::Wait(until);
                    }
                    self.stage = self.listened(place, &listening);
                }
                Stage::Ask(talk) => {
                    if let Some(order) = self.ask(now, talk) {
                        return order;
                    }
                }
                Stage::Hear {
                    talk,
                    until,
                    at_most,
                } => {
                    if now < until {
                        self.stage = Stage::Hear {
                            talk,
                            until,
                            at_most,
                        };
                        return Order::Wait(until);
                    }
                    self.stage = self.answered(talk);
                }
                Stage::Done => return Order::Done,
            }
        }
    }

    /// Bytes came.
    pub fn heard(&mut self, now: Timestamp, bytes: &[u8]) {
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(count);
        match &mut self.stage {
            Stage::Listen { listening, .. } => {
                listening.heard(bytes, "");
            }
            Stage::Hear {
                talk,
                until,
                at_most,
            } => {
                if let Some(answer) = talk.answers.last_mut() {
                    let room = LONGEST_ANSWER.saturating_sub(answer.len());
                    answer.extend(bytes.iter().take(room));
                    *until = (*at_most).min(now + QUIET);
                }
            }
            Stage::Tune(_) | Stage::Ask(_) | Stage::Done => {}
        }
    }

    /// What it came to; before the end, what it comes to by now.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (&self.best, self.bytes) {
            (Some(verdict), _) => Outcome::Found(verdict.clone()),
            (None, _) if self.echoed => Outcome::Echo,
            (None, 0) => Outcome::Silent,
            (None, bytes) => Outcome::Unknown { bytes },
        }
    }

    /// Who it is, as far as the bytes tell by now.
    fn heard_by(&self, listening: &Listening) -> Option<Verdict> {
        let best = listening.best()?;
        Some(Verdict {
            protocol: best.protocol,
            certainty: best.certainty,
            line: self.line?,
            identity: None,
            alternatives: listening.others(best).collect(),
        })
    }

    /// At a line everything that was to be heard has been. Where nothing at all came nobody speaks unasked, whatever the rate: a
    /// receiver at another rate hears something, if not what was said.
    fn listened(&mut self, place: usize, listening: &Listening) -> Stage {
        let verdict = self.heard_by(listening);
        let is_known = verdict
            .as_ref()
            .is_some_and(|verdict| verdict.certainty > Certainty::Possible);
        self.keep(verdict);
        if is_known {
            Stage::Done
        } else if place == 0 && listening.bytes() == 0 {
            Stage::Ask(Talk::begin(0))
        } else {
            Stage::Tune(place.saturating_add(1))
        }
    }

    /// Whoever speaks unasked and fits something is not asked: it would only garble its stream.
    const fn begin_asking(&self) -> Stage {
        match self.best {
            Some(_) => Stage::Done,
            None => Stage::Ask(Talk::begin(0)),
        }
    }

    fn ask(&mut self, now: Timestamp, mut talk: Talk) -> Option<Order> {
        let probe: &Probe = PROBES.get(talk.probe)?;
        if now.since(self.began) > LAST_BEGINNING {
            return None;
        }
        if self.line != Some(probe.line) {
            self.line = Some(probe.line);
            self.stage = Stage::Ask(talk);
            return Some(Order::Open(probe.line));
        }
        let Some(question) = probe.questions.get(talk.answers.len()) else {
            self.stage = self.settle(talk);
            return None;
        };
        talk.answers.push(Vec::new());
        let bytes = u32::try_from(question.len()).unwrap_or(u32::MAX);
        let until = now + BYTE_GAP.saturating_mul(bytes) + probe.wait;
        self.stage = Stage::Hear {
            talk,
            until,
            at_most: until,
        };
        Some(Order::Send(question))
    }

    /// A question has had its time: on to the next where the answers fit so far.
    fn answered(&mut self, mut talk: Talk) -> Stage {
        let Some(probe) = PROBES.get(talk.probe) else {
            return Stage::Done;
        };
        let asked = talk.answers.len().saturating_sub(1);
        let question = probe.questions.get(asked).copied().unwrap_or_default();
        let answer = talk.answers.last().map(Vec::as_slice).unwrap_or_default();
        // An acknowledgement of ours that nobody answers is no news.
        let is_acknowledgement = question == [0x06] && answer.is_empty();
        if answer == question && !answer.is_empty() {
            self.echoed = true;
            return self.settle(talk);
        }
        if !is_acknowledgement {
            match (probe.judge)(&talk.answers).filter(|_| !answer.is_empty()) {
                Some(judgement) => talk.judged = Some(judgement),
                None => return self.settle(talk),
            }
        }
        Stage::Ask(talk)
    }

    /// All that was to be asked of a probe has been.
    fn settle(&mut self, talk: Talk) -> Stage {
        let line = self.line.unwrap_or(LineSettings::plain(9_600));
        let verdict = talk.judged.map(|judgement| Verdict {
            protocol: judgement.protocol,
            certainty: judgement.certainty,
            line,
            identity: judgement.identity,
            alternatives: judgement.alternatives.to_vec(),
        });
        let is_known = verdict
            .as_ref()
            .is_some_and(|verdict| verdict.certainty > Certainty::Possible);
        self.keep(verdict);
        if is_known {
            Stage::Done
        } else {
            Stage::Ask(Talk::begin(talk.probe.saturating_add(1)))
        }
    }

    /// Keeps the surer of two verdicts, and of two alike the first: it comes from a likelier line.
    fn keep(&mut self, verdict: Option<Verdict>) {
        let Some(verdict) = verdict else { return };
        match &mut self.best {
            Some(best) if best.certainty >= verdict.certainty => {
                if best.protocol != verdict.protocol
                    && !best.alternatives.contains(&verdict.protocol)
                {
                    best.alternatives.push(verdict.protocol);
                }
            }
            Some(_) | None => self.best = Some(verdict),
        }
    }
}

fn is_sure(verdict: Option<&Verdict>) -> bool {
    verdict.is_some_and(|verdict| verdict.certainty == Certainty::Sure)
}

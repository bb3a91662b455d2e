//! One port's search, without I/O: where to listen, what to ask, when to go on.

use core::time::Duration;

use protocols::vocabulary::Timestamp;

use super::answers::Judgement;
use super::ears::{LISTENING, Listening};
use super::probes::PROBES;
use super::{BYTE_GAP, Certainty, Outcome, Verdict};
use crate::port::LineSettings;

/// After so long without a byte an answer is whole: no machine of ours pauses longer within one.
const QUIET: Duration = Duration::from_millis(150);
/// From here on nothing new is begun, so that the search ends in its time.
const LAST_BEGINNING: Duration = Duration::from_secs(27);
/// How much longer whoever speaks and proves little is listened to: ten packets of one a second, and one that is cut.
const SECOND_HEARING: Duration = Duration::from_secs(11);
/// Nothing goes on for longer.
const LATEST_END: Duration = Duration::from_secs(29);
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
    /// Who speaks while others are asked, at the line as it is set: a spot check comes once in seconds.
    meanwhile: Option<Listening>,
}

enum Stage {
    /// The line of this place in the table is to be opened.
    Tune(usize),
    Listen {
        place: usize,
        until: Timestamp,
        listening: Listening,
    },
    /// Whoever was heard and proved little is to be listened to again.
    TuneAgain(LineSettings),
    ListenAgain {
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
            meanwhile: None,
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
                    self.stage = self.listened(place, listening);
                }
                Stage::TuneAgain(line) => {
                    self.stage = Stage::ListenAgain {
                        until: (now + SECOND_HEARING).min(self.began + LATEST_END),
                        listening: Listening::at(line),
                    };
                    self.line = Some(line);
                    return Order::Open(line);
                }
                Stage::ListenAgain { until, listening } => {
                    let verdict = self.heard_again(&listening);
                    if now < until && !is_known(verdict.as_ref()) {
                        self.stage = Stage::ListenAgain { until, listening };
                        return Order::Wait(until);
                    }
                    self.keep(verdict);
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
            Stage::Listen { listening, .. } | Stage::ListenAgain { listening, .. } => {
                listening.heard(bytes, "");
            }
            Stage::Hear {
                talk,
                until,
                at_most,
            } => {
                if let Some(meanwhile) = &mut self.meanwhile {
                    meanwhile.heard(bytes, "");
                }
                if let Some(answer) = talk.answers.last_mut() {
                    let room = LONGEST_ANSWER.saturating_sub(answer.len());
                    answer.extend(bytes.iter().take(room));
                    *until = (*at_most).min(now + QUIET);
                }
            }
            Stage::Tune(_) | Stage::TuneAgain(_) | Stage::Ask(_) | Stage::Done => {}
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
            settings: Vec::new(),
            remedy: listening.remedy(best),
        })
    }

    /// At a line everything that was to be heard has been. Where nothing at all came nobody speaks unasked, whatever the rate: a
    /// receiver at another rate hears something, if not what was said.
    fn listened(&mut self, place: usize, listening: Listening) -> Stage {
        let verdict = self.heard_by(&listening);
        let is_known = is_known(verdict.as_ref());
        self.keep(verdict);
        if is_known {
            Stage::Done
        } else if place == 0 && listening.bytes() == 0 {
            self.meanwhile = Some(listening);
            Stage::Ask(Talk::begin(0))
        } else {
            Stage::Tune(place.saturating_add(1))
        }
    }

    /// Whoever speaks unasked and fits something is not asked: it would only garble its stream. It is listened to for longer.
    const fn begin_asking(&self) -> Stage {
        match &self.best {
            Some(verdict) => Stage::TuneAgain(verdict.line),
            None => Stage::Ask(Talk::begin(0)),
        }
    }

    fn ask(&mut self, now: Timestamp, mut talk: Talk) -> Option<Order> {
        let Some(probe) = PROBES.get(talk.probe) else {
            self.stage = self.asked_all();
            return None;
        };
        if now.since(self.began) > LAST_BEGINNING {
            return None;
        }
        if self.line != Some(probe.line) {
            self.line = Some(probe.line);
            self.meanwhile = Some(Listening::at(probe.line));
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

    /// Nobody has answered. Whoever spoke meanwhile, at another line than was set, is listened to where most speak.
    fn asked_all(&self) -> Stage {
        let first = LISTENING.first().map(|(line, _)| *line);
        match first.filter(|_| self.best.is_none() && self.bytes > 0 && !self.echoed) {
            Some(line) => Stage::TuneAgain(line),
            None => Stage::Done,
        }
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
        if answer == question && !answer.is_empty() && (self.echoed || !probe.repeats) {
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

    /// All that was to be asked of a probe has been. Where nobody answered to it, somebody may have spoken.
    fn settle(&mut self, talk: Talk) -> Stage {
        let line = self.line.unwrap_or(LineSettings::plain(9_600));
        let answered = talk.judged.map(|judgement| Verdict {
            protocol: judgement.protocol,
            certainty: judgement.certainty,
            line,
            identity: judgement.identity,
            alternatives: judgement.alternatives.to_vec(),
            settings: judgement.settings,
            remedy: judgement.remedy,
        });
        let verdict = answered.or_else(|| self.heard_meanwhile());
        let is_known = is_known(verdict.as_ref());
        self.keep(verdict);
        if is_known {
            Stage::Done
        } else {
            Stage::Ask(Talk::begin(talk.probe.saturating_add(1)))
        }
    }

    /// Who spoke while others were asked.
    fn heard_meanwhile(&self) -> Option<Verdict> {
        let listening = self.meanwhile.as_ref().filter(|_| !self.echoed)?;
        self.heard_again(listening)
            .filter(|verdict| is_known(Some(verdict)))
    }

    /// Who speaks, beyond the first time of listening: patterns are among what others answer, and in noise sooner or later, so that
    /// only a proof counts, or whoever fitted before.
    fn heard_again(&self, listening: &Listening) -> Option<Verdict> {
        let is_proof = listening.best().is_some_and(|best| best.is_proof());
        let before = self.best.as_ref().map(|verdict| verdict.protocol);
        self.heard_by(listening)
            .filter(|verdict| is_proof || before == Some(verdict.protocol))
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

fn is_known(verdict: Option<&Verdict>) -> bool {
    verdict.is_some_and(|verdict| verdict.certainty > Certainty::Possible)
}

fn is_sure(verdict: Option<&Verdict>) -> bool {
    verdict.is_some_and(|verdict| verdict.certainty == Certainty::Sure)
}

//! The trial of one machine, as a state machine without I/O: what comes of its link goes in, what to do comes out.

use std::fmt::Write as _;
use std::time::Duration;

use drivers::link::{LinkEvent, Objection};
use protocols::vocabulary::{
    Capabilities, LoadControl, MachineCommand, MachineKind, MachineLoad, MachineReport,
    MetresPerSecond, PercentGrade, Timestamp, Watts,
};

/// A machine answers within this, or nobody is there.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// A command is taken within this.
const TAKES_WITHIN: Duration = Duration::from_secs(15);
/// What was told is reported within this.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(30);
/// So long its host is silent.
const SILENT_FOR: Duration = Duration::from_secs(6);
/// A start that was refused is told again after this.
const TRIES_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// A machine that was stopped rests within this.
const STOPS_WITHIN: Duration = Duration::from_mins(1);
/// A brake that cannot do less than its least is still at it after this.
const LEAST_IS_LEFT_AFTER: Duration = Duration::from_secs(20);
/// A relay that opens takes load away within this: its monostable and the machine's own way down.
const RELAY_WITHIN: Duration = Duration::from_secs(10);
/// What was reported so late in the silence is what the machine does in it.
const AT_ITS_END: Duration = Duration::from_secs(2);
/// The lighter load of an ergometer, in watts, where its least is not more; and by how much the heavier one is over it. Of a belt in km/h.
const LIGHTER_WATTS: u16 = 25;
const MORE_WATTS: u16 = 25;
const LIGHTER_KILOMETRES_PER_HOUR: f64 = 1.0;
const MORE_KILOMETRES_PER_HOUR: f64 = 0.6;
/// Reported within this of what was told: the figures of `machine-below-target`.
const NEAR_WATTS: f64 = 10.0;
const NEAR_METRES_PER_SECOND: f64 = 0.3 / 3.6;

/// Of a machine that can be read by being told a load alone.
const UNSEEN: &str = "cannot be seen without setting its load";
/// What is written in place of loads of a machine that takes none.
pub const READS_ALONE: &str = "reads alone";

/// What is to be done now.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Tell the machine.
    Tell(MachineCommand),
    /// Say nothing to the machine, and listen all the same. With `false` its link may ask again; it tells no load before
    /// [`Self::TellLoads`].
    BeSilent(bool),
    /// The silence is judged: the link may tell the load again that it was told.
    TellLoads,
    /// Let the relay open; pulse it closed again with `false`.
    OpenRelay(bool),
    /// Tell the person.
    Say(String),
    /// It is over.
    Over(Outcome),
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It did all of it.
    Passed(Found),
    /// What it did not do, and what to look at.
    Failed(String),
}

/// What this machine does.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which loads it was told and reported.
    pub follows: String,
    /// What it does when its host falls silent.
    pub on_silence: String,
    /// Whether it had a load at the end of that; `None` where that was not seen.
    pub keeps_load: Option<bool>,
    /// How long it took to rest after a stop, in seconds.
    pub stops_in_s: Option<f64>,
    /// What its relay does.
    pub relay: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Answers,
    Takes(usize),
    Follows(usize),
    Silent,
    /// Whether the machine kept a load in the silence; `None` while that is not known.
    Returns(Option<bool>),
    StartsAgain(Then),
    Stops,
    Relay,
    RelayCloses,
    Over,
}

/// What a machine is started once more for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// A stop, of one that let go by itself.
    Stop,
    /// Its relay's turn.
    Relay,
}

/// One machine's trial.
#[derive(Debug)]
pub struct Trial {
    capabilities: Capabilities,
    has_relay: bool,
    step: Step,
    since: Timestamp,
    up: bool,
    /// What became of the last command; `None` while nothing was said of it.
    taken: Option<bool>,
    /// What the machine last said in refusing something.
    objection: Option<Objection>,
    report: Option<(MachineReport, Timestamp)>,
    /// When a start that was refused is told again.
    again_at: Timestamp,
    orders: Vec<Order>,
    found: Found,
}

impl Trial {
    /// A trial of a machine with these abilities that begins at `now`; `has_relay` where its relay is on pins.
    #[must_use]
    pub fn new(capabilities: Capabilities, has_relay: bool, now: Timestamp) -> Self {
        Self {
            capabilities,
            has_relay,
            step: Step::Answers,
            since: now,
            up: false,
            taken: None,
            objection: None,
            report: None,
            again_at: Timestamp::NEVER,
            orders: vec![Order::Say("waits for the machine to answer".to_owned())],
            found: Found {
                follows: String::new(),
                on_silence: String::new(),
                keeps_load: None,
                stops_in_s: None,
                relay: "not wired".to_owned(),
            },
        }
    }

    /// Something came of the link.
    pub fn see(&mut self, event: &LinkEvent) {
        match event {
            LinkEvent::Up => self.up = true,
            LinkEvent::Silent => self.up = false,
            LinkEvent::Accepted(_) => self.taken = Some(true),
            LinkEvent::Objected(objection) => self.objection = Some(*objection),
            LinkEvent::Refused(_) => self.taken = Some(false),
            LinkEvent::Machine { report, sent_at } => self.report = Some((*report, *sent_at)),
            LinkEvent::OtherProtocol(_)
            | LinkEvent::HeartRate { .. }
            | LinkEvent::PulseRate { .. }
            | LinkEvent::Saturation { .. }
            | LinkEvent::Plethysmogram { .. } => {}
        }
    }

    /// What is to be done, in order; to be asked again and again until [`Order::Over`].
    pub fn turn(&mut self, now: Timestamp) -> Vec<Order> {
        match self.step {
            Step::Answers => self.answers(now),
            Step::Takes(which) => self.takes(now, which),
            Step::Follows(which) => self.follows(now, which),
            Step::Silent => self.silent(now),
            Step::Returns(kept) => self.returns(now, kept),
            Step::Stops => self.stops(now),
            Step::StartsAgain(then) => self.starts_again(now, then),
            Step::Relay => self.relay(now),
            Step::RelayCloses => self.relay_closes(now),
            Step::Over => {}
        }
        core::mem::take(&mut self.orders)
    }

    fn answers(&mut self, now: Timestamp) {
        if self.fresh_report().is_none() || !self.up {
            self.late(
                now,
                ANSWERS_WITHIN,
                "does not answer: look at port, lead and protocol (`station devices`)",
            );
            return;
        }
        self.say("answers");
        if self.capabilities.control == LoadControl::ByHand {
            READS_ALONE.clone_into(&mut self.found.follows);
            "its load is set by hand".clone_into(&mut self.found.on_silence);
            self.say("takes no load: whether it answers is all that was tried");
            self.pass();
            return;
        }
        self.tell(now, 0);
    }

    fn tell(&mut self, now: Timestamp, which: usize) {
        let Some(load) = self.load(which) else {
            self.fail("has a range in which there is nothing light to try; look at its limits");
            return;
        };
        self.taken = None;
        self.orders.push(Order::Tell(if which == 0 {
            MachineCommand::Start(load)
        } else {
            MachineCommand::SetLoad(load)
        }));
        self.go(now, Step::Takes(which));
    }

    fn takes(&mut self, now: Timestamp, which: usize) {
        if self.taken == Some(false) {
            let words = self.objection.map(|objection| format!(" ({objection})"));
            let look = match self.capabilities.kind {
                MachineKind::Cycle => "or somebody has to pedal",
                MachineKind::Treadmill => "or its own stop is pressed",
            };
            self.fail(&format!(
                "refused {}{}: look whether its console has to be in another mode, {look}",
                self.words(which),
                words.unwrap_or_default()
            ));
        } else if self.taken == Some(true) || self.reports(which) {
            self.say(&format!("took {}", self.words(which)));
            self.raise(which);
            self.go(now, Step::Follows(which));
        } else {
            self.late(now, TAKES_WITHIN, "did not confirm a load");
        }
    }

    fn follows(&mut self, now: Timestamp, which: usize) {
        if !self.reports(which) {
            let what = format!("did not report {}", self.words(which));
            self.late(now, FOLLOWS_WITHIN, &what);
            return;
        }
        self.say(&format!("reports {}", self.words(which)));
        if which == 0 && self.load(1).is_some() {
            self.tell(now, 1);
            return;
        }
        self.found.follows = if which == 0 {
            let alone = "a second load was not tried, the limits leave none";
            self.say(alone);
            format!("{}; {alone}", self.words(0))
        } else {
            format!("{} and {}", self.words(0), self.words(1))
        };
        self.say(&format!("hears nothing for {} s", SILENT_FOR.as_secs()));
        self.orders.push(Order::BeSilent(true));
        self.go(now, Step::Silent);
    }

    /// A machine that reports unasked is judged by what it said in the silence, any other by its first answer after it.
    fn silent(&mut self, now: Timestamp) {
        if now.since(self.since) < SILENT_FOR {
            return;
        }
        let late = self
            .report
            .filter(|(_, sent_at)| *sent_at > self.since && now.since(*sent_at) <= AT_ITS_END);
        self.orders.push(Order::BeSilent(false));
        let kept = late.map(|(report, _)| self.judge_silence(&report));
        self.go(now, Step::Returns(kept));
    }

    /// Writes down what the machine does in a silence; whether it has a load in it. From here on it may be told loads again.
    fn judge_silence(&mut self, report: &MachineReport) -> bool {
        let loaded = is_loaded(report);
        let seconds = SILENT_FOR.as_secs();
        let last = usize::from(self.load(1).is_some());
        self.found.on_silence = if !loaded {
            format!("let go within {seconds} s")
        } else if self.is_near(report, last) {
            format!("keeps its load for {seconds} s and more")
        } else {
            format!(
                "has a load of its own after {seconds} s: {}",
                reported(report)
            )
        };
        self.found.keeps_load = Some(loaded);
        self.say(&format!("in the silence: {}", self.found.on_silence));
        self.orders.push(Order::TellLoads);
        loaded
    }

    fn returns(&mut self, now: Timestamp, kept: Option<bool>) {
        let since = self.since;
        let heard = self.report.filter(|(_, sent_at)| *sent_at > since);
        let heard = heard.filter(|_| self.up);
        let kept = match (kept, heard) {
            (Some(kept), Some(_)) => kept,
            (None, Some((report, _))) => self.judge_silence(&report),
            (None, None) => {
                if now.since(self.since) >= ANSWERS_WITHIN {
                    UNSEEN.clone_into(&mut self.found.on_silence);
                    self.say(&format!("in the silence: {UNSEEN}"));
                    self.orders.push(Order::TellLoads);
                    self.go(now, Step::Returns(Some(true)));
                }
                return;
            }
            (Some(_), None) => {
                self.late(
                    now,
                    ANSWERS_WITHIN,
                    "did not answer after a silence: the relay is the only way to it then",
                );
                return;
            }
        };
        if kept {
            self.stop(now);
        } else {
            self.start_again(now, Then::Stop);
        }
    }

    fn stop(&mut self, now: Timestamp) {
        self.orders.push(Order::Tell(MachineCommand::Stop));
        self.go(now, Step::Stops);
    }

    fn stops(&mut self, now: Timestamp) {
        let rests = self
            .report
            .is_some_and(|(report, sent_at)| sent_at > self.since && !is_loaded(&report));
        if !rests && now.since(self.since) >= LEAST_IS_LEFT_AFTER && self.is_at_its_least() {
            let least = self.capabilities.held_at_least().get();
            let _ = write!(self.found.on_silence, "; after a stop {least} W are left");
            self.say(&format!(
                "cannot take all load away: after a stop {least} W are left, its least; only a relay takes them"
            ));
            if self.has_relay {
                self.open_relay(now);
            } else {
                self.pass();
            }
            return;
        }
        if !rests {
            self.late(
                now,
                STOPS_WITHIN,
                "does not report that it rests after a stop: do not use it",
            );
            return;
        }
        let took = now.since(self.since).as_secs_f64();
        self.found.stops_in_s = Some(took);
        self.say(&format!("rests {took:.1} s after a stop"));
        if self.has_relay {
            self.start_again(now, Then::Relay);
        } else {
            self.pass();
        }
    }

    fn start_again(&mut self, now: Timestamp, then: Then) {
        self.taken = None;
        self.again_at = now;
        self.go(now, Step::StartsAgain(then));
    }

    fn starts_again(&mut self, now: Timestamp, then: Then) {
        if !self.reports(0) {
            self.press_on(now);
            self.late(now, FOLLOWS_WITHIN, "did not start once more");
            return;
        }
        match then {
            Then::Stop => self.stop(now),
            Then::Relay => self.open_relay(now),
        }
    }

    /// A start that was taken is followed by its load; one that was refused, as while a belt still comes to rest, is told again.
    fn press_on(&mut self, now: Timestamp) {
        match self.taken.take() {
            Some(true) => self.raise(0),
            Some(false) => self.again_at = now + TRIES_AGAIN_AFTER,
            None if now >= self.again_at => {
                self.again_at = Timestamp::NEVER;
                if let Some(load) = self.load(0) {
                    self.orders.push(Order::Tell(MachineCommand::Start(load)));
                }
            }
            None => {}
        }
    }

    /// A belt may begin at its slowest, whatever load a start named.
    fn raise(&mut self, which: usize) {
        if let Some(load) = self.load(which).filter(|_| which == 0) {
            self.orders.push(Order::Tell(MachineCommand::SetLoad(load)));
        }
    }

    fn open_relay(&mut self, now: Timestamp) {
        self.say("the relay opens");
        self.orders.push(Order::OpenRelay(true));
        self.go(now, Step::Relay);
    }

    fn relay(&mut self, now: Timestamp) {
        let rests = self
            .report
            .is_some_and(|(report, sent_at)| sent_at > self.since && !is_loaded(&report));
        if rests || !self.up {
            let took = now.since(self.since).as_secs_f64();
            self.found.relay = format!("load is gone {took:.1} s after it opens");
            self.say(&self.found.relay.clone());
            self.orders.push(Order::Tell(MachineCommand::Stop));
            self.orders.push(Order::OpenRelay(false));
            self.go(now, Step::RelayCloses);
        } else {
            self.late(
                now,
                RELAY_WITHIN,
                "keeps its load although the relay is open: look at the wiring, and do not use it",
            );
        }
    }

    fn relay_closes(&mut self, now: Timestamp) {
        let rests = self
            .fresh_report()
            .is_some_and(|report| !is_loaded(&report));
        if self.up && (rests || self.is_at_its_least()) {
            self.pass();
        } else {
            self.late(
                now,
                STOPS_WITHIN,
                "did not come back at rest when the relay closed",
            );
        }
    }

    /// Whether a brake that cannot let go reports no more than what it holds then.
    fn is_at_its_least(&self) -> bool {
        let held = self.capabilities.held_at_least();
        let power = self.fresh_report().and_then(|report| report.power);
        held > Watts::ZERO && power.is_some_and(|power| power <= held)
    }

    fn go(&mut self, now: Timestamp, step: Step) {
        self.step = step;
        self.since = now;
    }

    fn say(&mut self, what: &str) {
        self.orders.push(Order::Say(what.to_owned()));
    }

    fn late(&mut self, now: Timestamp, within: Duration, what: &str) {
        if now.since(self.since) >= within {
            self.fail(&format!("{what} (within {} s)", within.as_secs()));
        }
    }

    /// Whatever it did not do: it is stopped.
    fn fail(&mut self, what: &str) {
        self.orders.push(Order::Tell(MachineCommand::Stop));
        self.orders
            .push(Order::Over(Outcome::Failed(what.to_owned())));
        self.step = Step::Over;
    }

    fn pass(&mut self) {
        self.orders
            .push(Order::Over(Outcome::Passed(self.found.clone())));
        self.step = Step::Over;
    }

    fn fresh_report(&self) -> Option<MachineReport> {
        self.report.map(|(report, _)| report)
    }

    fn load(&self, which: usize) -> Option<MachineLoad> {
        load(&self.capabilities, which)
    }

    fn words(&self, which: usize) -> String {
        match self.load(which) {
            Some(MachineLoad::Power(watts)) => format!("{} W", watts.get()),
            Some(MachineLoad::Belt { speed, .. }) => format!("{:.1} km/h", speed.get() * 3.6),
            None => "nothing".to_owned(),
        }
    }

    /// Whether the machine reported, since it was told, about what it was told.
    fn reports(&self, which: usize) -> bool {
        let Some((report, sent_at)) = self.report else {
            return false;
        };
        sent_at > self.since && self.is_near(&report, which)
    }

    fn is_near(&self, report: &MachineReport, which: usize) -> bool {
        let near = |reported: f64, told: f64, slack: f64| (reported - told).abs() <= slack;
        match self.load(which) {
            Some(MachineLoad::Power(told)) => report
                .power
                .is_some_and(|power| near(power.as_f64(), told.as_f64(), NEAR_WATTS)),
            Some(MachineLoad::Belt { speed: told, .. }) => report
                .speed
                .is_some_and(|speed| near(speed.get(), told.get(), NEAR_METRES_PER_SECOND)),
            None => false,
        }
    }
}

/// The lighter (0) or the heavier (1) load that such a machine is tried with: both above nothing, within its range, and far enough apart
/// to be told from each other.
fn load(capabilities: &Capabilities, which: usize) -> Option<MachineLoad> {
    match capabilities.kind {
        MachineKind::Cycle => {
            let range = capabilities.power?;
            let lighter = LIGHTER_WATTS.max(range.min.get());
            let wanted = if which == 0 {
                lighter
            } else {
                lighter.saturating_add(MORE_WATTS)
            };
            let wanted = Watts::new(wanted)?;
            (wanted <= range.max).then_some(MachineLoad::Power(wanted))
        }
        MachineKind::Treadmill => {
            let range = capabilities.belt?;
            let lighter = MetresPerSecond::from_kilometres_per_hour(LIGHTER_KILOMETRES_PER_HOUR)?;
            let lighter = lighter.max(range.min_speed);
            let speed = if which == 0 {
                lighter
            } else {
                MetresPerSecond::from_kilometres_per_hour(
                    lighter.get() * 3.6 + MORE_KILOMETRES_PER_HOUR,
                )?
            };
            (speed <= range.max_speed).then_some(MachineLoad::Belt {
                speed,
                grade: PercentGrade::ZERO,
            })
        }
    }
}

/// The heaviest load that a trial tells such a machine; `None` where it is told none.
#[must_use]
pub fn heaviest(capabilities: &Capabilities) -> Option<MachineLoad> {
    if capabilities.control == LoadControl::ByHand {
        return None;
    }
    load(capabilities, 1).or_else(|| load(capabilities, 0))
}

fn reported(report: &MachineReport) -> String {
    match (report.power, report.speed) {
        (Some(power), _) => format!("{} W", power.get()),
        (None, Some(speed)) => format!("{:.1} km/h", speed.get() * 3.6),
        (None, None) => "nothing".to_owned(),
    }
}

/// Whether a machine says of itself that it loads somebody.
fn is_loaded(report: &MachineReport) -> bool {
    report.power.is_some_and(|power| power > Watts::ZERO)
        || report.speed.is_some_and(|speed| speed.get().abs() > 0.0)
}

//! Every machine that takes load through its whole trial, on time that is made up: its link, its virtual device and its relay.

use std::time::Duration;

use drivers::catalogue::{FAMILIES, Family, Settings};
use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::vocabulary::{
    Capabilities, MachineCommand, MachineKind, MachineLoad, MachineReport, MachineState, OnSilence,
    Timestamp, Watts,
};

use super::trial::{Found, Order, Outcome, Trial};

const BEGUN: Timestamp = Timestamp::from_secs(1);
const STEP: Duration = Duration::from_millis(5);
/// The sum of all that a trial may wait for is less.
const LONGEST: Duration = Duration::from_mins(6);
/// What a report may be old, beside the machine's own averaging and the pace at which it is asked.
const REPORTED_WITHIN: Duration = Duration::from_secs(2);

/// Under a tenth of a mile an hour a belt says that it stands, and still comes down for so long at the most.
const CRAWLS: Duration = Duration::from_millis(500);

/// One machine with whoever tries it, and what the machine itself did meanwhile.
struct Place {
    name: String,
    link: Box<dyn Link>,
    device: Box<dyn VirtualDevice>,
    capabilities: Capabilities,
    now: Timestamp,
    is_silent: bool,
    /// What loaded somebody when the host spoke again.
    after_silence: Option<MachineLoad>,
    /// The first stop, and when the machine rested after it.
    stopped: Option<(Timestamp, Option<Timestamp>)>,
    relay_opened: bool,
}

impl Place {
    fn of(family: &Family, kind: Option<&'static str>) -> Option<Self> {
        let told = family.settings.iter().filter(|setting| setting.required);
        let told = told.filter_map(|setting| {
            let chosen = kind.filter(|_| setting.key == "kind");
            let value = chosen.or(setting.values.first().copied())?;
            Some((setting.key, value.to_owned()))
        });
        let settings = Settings::new(told.collect());
        let link = (family.link)(&settings);
        let capabilities = *link.capabilities()?;
        let model = family.stand_in(&settings)?;
        capabilities.control.is_commanded().then(|| Self {
            name: model.id.to_owned(),
            link,
            device: (model.build)(BEGUN, &settings),
            capabilities,
            now: BEGUN,
            is_silent: false,
            after_silence: None,
            stopped: None,
            relay_opened: false,
        })
    }

    /// All that can be told a load, a machine of two kinds as both.
    fn all() -> Vec<Self> {
        let kinds = |family: &Family| {
            let setting = family.settings.iter().find(|setting| setting.key == "kind");
            setting.map_or(vec![None], |setting| {
                setting.values.iter().copied().map(Some).collect()
            })
        };
        FAMILIES
            .iter()
            .flat_map(|family| {
                kinds(family)
                    .into_iter()
                    .filter_map(|kind| Self::of(family, kind))
            })
            .collect()
    }

    /// A cycle is pedalled, and nobody stands on a belt.
    fn body(&self) -> Body {
        Body {
            heart_rate: 80.0,
            strap_heart_rate: 80,
            saturation: 97.0,
            cadence: match self.capabilities.kind {
                MachineKind::Cycle => 60.0,
                MachineKind::Treadmill => 0.0,
            },
            walking: false,
            strap_contact: true,
            finger_in: true,
            perfusion_good: true,
        }
    }

    /// What loads somebody really.
    fn loads(&self) -> Option<MachineLoad> {
        self.device.actual_load().filter(|load| match load {
            MachineLoad::Power(watts) => watts.get() > 0,
            MachineLoad::Belt { speed, .. } => speed.get() > 0.0,
        })
    }

    fn try_out(&mut self) -> (Outcome, Vec<String>) {
        let mut trial = Trial::new(self.capabilities, true, self.now);
        let mut said = Vec::new();
        self.link.handle_opened(self.now);
        while self.now < BEGUN + LONGEST {
            self.pass(&mut trial);
            for order in trial.turn(self.now) {
                match order {
                    Order::Say(what) => said.push(what),
                    Order::Over(outcome) => return (outcome, said),
                    Order::Tell(command) => self.tell(command),
                    Order::BeSilent(silent) => {
                        self.is_silent = silent;
                        self.link.hold_loads(true);
                        self.after_silence = self.loads();
                    }
                    Order::TellLoads => self.link.hold_loads(false),
                    Order::OpenRelay(open) => {
                        self.relay_opened |= open;
                        self.device.set_power(self.now, !open);
                    }
                }
            }
        }
        panic!("{}: no end after {said:?}", self.name);
    }

    fn tell(&mut self, command: MachineCommand) {
        if command == MachineCommand::Stop {
            self.stopped.get_or_insert((self.now, None));
        }
        self.link.handle_command(self.now, command);
    }

    fn pass(&mut self, trial: &mut Trial) {
        self.now = self.now + STEP;
        if self.now.as_millis().is_multiple_of(250) {
            let body = self.body();
            self.device.advance(self.now, &body);
        }
        let mut heard = false;
        while let DeviceOutput::Transmit(bytes) = self.device.poll_output(self.now) {
            heard = true;
            self.link.handle_bytes(self.now, self.now, bytes);
        }
        let rests = self.loads().is_none();
        if let Some((_, rested @ None)) = &mut self.stopped
            && rests
        {
            *rested = Some(self.now);
        }
        self.link.renew_leave(self.now + Duration::from_millis(400));
        if self.is_silent {
            // What its link would say is not said.
            while heard && let LinkOutput::Event(event) = self.link.poll_output(self.now) {
                trial.see(&event);
            }
            return;
        }
        loop {
            match self.link.poll_output(self.now) {
                LinkOutput::Transmit(bytes) | LinkOutput::Preempt(bytes) => {
                    self.device.handle_bytes(self.now, bytes);
                }
                LinkOutput::Event(event) => trial.see(&event),
                LinkOutput::Wait(_) => break,
            }
        }
    }

    /// What is written into the book against what the machine did.
    fn hold(&self, found: &Found) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut expect = |right: bool, what: &str| {
            if !right {
                wrong.push(format!("{}: {what}: {found:?}", self.name));
            }
        };
        let held = self.capabilities.held_at_least().get();
        let loads = found.follows.split_once(" and ");
        expect(loads.is_some_and(|(one, two)| one != two), "two loads");
        let keeps = found.on_silence.contains("keeps its load");
        expect(keeps == self.after_silence.is_some(), "its own silence");
        expect(found.keeps_load == Some(keeps), "whether it is guarded");
        // What a CompuTrainer falls back to is no state to rely on: it counts as keeping its load, and lets go here.
        let counts_as_kept = self.name == "computrainer";
        let should_keep = self.capabilities.on_silence == OnSilence::KeepsLoad;
        expect(
            keeps == (should_keep && !counts_as_kept),
            "the silence of its sheet",
        );
        let rested = self
            .stopped
            .and_then(|(told, rested)| rested.map(|rested| rested.since(told)));
        match found.stops_in_s.map(Duration::from_secs_f64) {
            Some(reported) => {
                let slack = self.capabilities.averaging.delay
                    + self.capabilities.poll_interval
                    + REPORTED_WITHIN;
                let is_right =
                    |rested: Duration| rested <= reported + CRAWLS && reported <= rested + slack;
                expect(rested.is_some_and(is_right), "the time of its stop");
                expect(held == 0, "it holds something");
            }
            None => expect(held > 0, "no time of its stop"),
        }
        let left = format!("after a stop {held} W are left");
        expect(
            found.on_silence.contains(&left) == (held > 0),
            "what a stop leaves",
        );
        expect(self.relay_opened, "the relay's turn");
        expect(found.relay.contains("after it opens"), "its relay");
        wrong
    }
}

#[test]
fn what_is_written_of_every_machine_is_what_it_did() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for mut place in Place::all() {
        tried += 1;
        match place.try_out() {
            (Outcome::Passed(found), _) => wrong.extend(place.hold(&found)),
            (failed @ Outcome::Failed(_), said) => {
                wrong.push(format!("{}: {failed:?} after {said:?}", place.name));
            }
        }
    }
    assert!(tried >= 10, "{tried}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_relay_that_takes_no_power_is_found_out_on_every_machine() {
    /// A machine whose relay is wired to nothing.
    struct Unwired(Box<dyn VirtualDevice>);

    impl VirtualDevice for Unwired {
        fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]) {
            self.0.handle_bytes(now, bytes);
        }

        fn advance(&mut self, now: Timestamp, body: &Body) {
            self.0.advance(now, body);
        }

        fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
            self.0.poll_output(now)
        }

        fn actual_load(&self) -> Option<MachineLoad> {
            self.0.actual_load()
        }
    }

    for mut place in Place::all() {
        place.device = Box::new(Unwired(place.device));
        let (outcome, said) = place.try_out();
        assert!(
            matches!(&outcome, Outcome::Failed(what) if what.contains("although the relay is open")),
            "{}: {outcome:?} after {said:?}",
            place.name
        );
    }
}

#[test]
fn a_machine_that_can_only_be_read_by_setting_it_is_said_to_be_so() {
    let now = |seconds| BEGUN + Duration::from_secs(seconds);
    let family = Family::by_id("computrainer").unwrap();
    let link = (family.link)(&Settings::default());
    let mut trial = Trial::new(*link.capabilities().unwrap(), false, BEGUN);
    let report = |trial: &mut Trial, watts, sent_at| {
        trial.see(&LinkEvent::Machine {
            report: MachineReport {
                power: Watts::new(watts),
                ..MachineReport::of(MachineState::Running)
            },
            sent_at,
        });
    };
    trial.see(&LinkEvent::Up);
    report(&mut trial, 0, now(0));
    trial.turn(now(1));
    for (watts, second) in [(50, 2), (75, 6)] {
        trial.turn(now(second));
        report(&mut trial, watts, now(second + 1));
        trial.turn(now(second + 1));
        report(&mut trial, watts, now(second + 2));
        trial.turn(now(second + 2));
    }
    assert!(trial.turn(now(14)).contains(&Order::BeSilent(false)));
    assert!(trial.turn(now(33)).is_empty(), "it may still answer");
    let told = trial.turn(now(34));
    assert!(told.contains(&Order::TellLoads), "{told:?}");
    report(&mut trial, 75, now(35));
    let told = trial.turn(now(35));
    assert!(told.contains(&Order::Tell(MachineCommand::Stop)));
    report(&mut trial, 0, now(36));
    let over = trial.turn(now(36));
    let Some(Order::Over(Outcome::Passed(found))) = over.last() else {
        panic!("it is through: {over:?}");
    };
    assert_eq!(found.on_silence, "cannot be seen without setting its load");
    assert_eq!(found.keeps_load, None);
}

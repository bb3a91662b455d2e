use std::time::Duration;

use control::input::{Action, Entry};
use control::prescription::{BoundSensors, Tuning};
use control::rules::RuleId;
use control::view::PhaseKind;
use protocols::vocabulary::Timestamp;

use super::super::demo;
use super::super::messages::Ask;
use super::super::simulated::SimulatedGym;
use super::super::snapshot::StationSnapshot;
use super::super::virtual_gym::VirtualGym;
use super::super::{Circumstances, Event, Gym};
use crate::config::Config;
use crate::records::{EndReason, Entry as Recorded, RecorderStatus, SessionIds};

const WALL: i64 = 1_795_444_267_000_000;

/// The demonstration's gym on simulated time, with nobody in it, and what it records.
struct House {
    config: Config,
    gym: SimulatedGym,
    recorded: Vec<Recorded>,
}

impl House {
    fn open() -> Self {
        let (config, people) = demo::gym();
        let now = Timestamp::from_secs(1);
        let circumstances = Circumstances {
            now,
            clock_rate: 1,
            wall_micros: WALL,
            day: crate::clock::day(),
            pre_rolled: false,
            session_ids: SessionIds::of_run(1),
        };
        let gym = Gym::new(&config, circumstances);
        let devices = VirtualGym::new(&config, now, people.bodies);
        let mut house = Self {
            gym: SimulatedGym::new(gym, devices, now, WALL),
            config,
            recorded: Vec::new(),
        };
        house.event(Event::Viewers(1));
        house.pass(3.0);
        house
    }

    fn event(&mut self, event: Event<'_>) {
        let recorded = &mut self.recorded;
        self.gym.handle(event, &mut |entry| recorded.push(entry));
    }

    fn pass(&mut self, seconds: f64) {
        let recorded = &mut self.recorded;
        let until = self.gym.now() + Duration::from_secs_f64(seconds);
        self.gym.run_until(until, &mut |entry| recorded.push(entry));
    }

    /// Asks for something; gives why it was refused, if it was.
    fn ask(&mut self, station: u8, ask: Ask) -> Option<String> {
        let before = self.gym.refusals().len();
        let recorded = &mut self.recorded;
        self.gym
            .ask(station, ask, &mut |entry| recorded.push(entry));
        self.gym.refusals().get(before).cloned()
    }

    fn at(&mut self, station: u8) -> StationSnapshot {
        let stations = self.gym.picture().stations;
        let there = stations.into_iter().find(|there| there.number == station);
        there.expect("a station")
    }

    fn sit_down(&mut self, station: u8) {
        let patient = self.config.patients[usize::from(station) - 1].clone();
        let refused = self.ask(
            station,
            Ask::Open {
                patient: patient.pseudonym,
                second_identifier: patient.second_identifier,
                prescription: patient.prescriptions[0].id.clone(),
                sensors: vec![format!("strap {station}"), format!("oximeter {station}")],
            },
        );
        assert_eq!(refused, None);
    }

    fn begin(&mut self, station: u8) {
        self.sit_down(station);
        assert_eq!(self.ask(station, Ask::Act(Action::DoorChecked)), None);
        for _ in 0..600 {
            self.pass(1.0);
            let phase = self.at(station).view.phase;
            if matches!(phase, PhaseKind::WarmUp | PhaseKind::Conditioning) {
                return;
            }
            drop(self.ask(station, Ask::Act(Action::ConfirmStart)));
        }
        panic!("it never began: {:?}", self.at(station).view);
    }
}

/// A journal begins with `Open`, and no load without a journal.
#[test]
fn a_bout_is_never_begun_past_the_record() {
    let mut house = House::open();
    let patient = house.config.patients[0].clone();
    let setup = patient.prescriptions[0].setup(
        patient.facts,
        BoundSensors {
            strap: true,
            oximeter: true,
        },
        Tuning::DEFAULT,
    );
    let refused = house.ask(1, Ask::Act(Action::Begin(setup)));
    assert!(refused.is_some());
    assert_eq!(house.at(1).view.phase, PhaseKind::Idle);
}

#[test]
fn an_entry_that_is_refused_is_not_shown_as_the_last_one() {
    let mut house = House::open();
    house.sit_down(1);
    let enter = |exertion| Ask::Act(Action::Enter(Entry::PerceivedExertion(exertion)));
    assert_eq!(house.ask(1, enter(13)), None);
    assert!(house.ask(1, enter(60)).is_some());
    let session = house.at(1).session.expect("a session");
    assert_eq!(session.entries.exertion.map(|(value, _)| value), Some(13));
}

#[test]
fn a_gym_that_ends_takes_no_request_that_brings_load() {
    let mut house = House::open();
    house.begin(1);
    house.pass(60.0);
    house.event(Event::End {
        because: "the test ends it",
    });
    house.ask(1, Ask::Act(Action::AcknowledgeAll));
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(house.ask(1, Ask::Act(Action::Resume)));
        house.pass(0.1);
    }
    assert!(answers.iter().all(Option::is_some), "{answers:?}");
}

/// A bout of its own begins there, and it needs its journal as the first one did.
#[test]
fn a_session_does_not_move_on_while_nothing_is_recorded() {
    let mut house = House::open();
    house.sit_down(1);
    house.event(Event::Record(RecorderStatus {
        failing: Some("the disk is full".to_owned()),
        ..RecorderStatus::default()
    }));
    let prescription = house.config.patients[0].prescriptions[0].id.clone();
    let move_on = Ask::MoveTo {
        station: 3,
        prescription,
    };
    assert!(house.ask(1, move_on.clone()).is_some());
    assert!(house.at(1).session.is_some());
    house.event(Event::Record(RecorderStatus::default()));
    assert_eq!(house.ask(1, move_on), None);
}

/// Leaves an alarm at a station that nobody has acknowledged, and nobody on it.
fn leave_an_alarm(house: &mut House, station: u8) {
    let now = house.gym.now();
    house.gym.gym.order_panic(station, now);
    house.pass(1.0);
    assert!(!house.at(station).alarms.is_empty());
}

fn sessions(house: &House) -> usize {
    let opened = |entry: &&Recorded| matches!(entry, Recorded::SessionOpened(_));
    house.recorded.iter().filter(opened).count()
}

#[test]
fn a_session_that_is_refused_leaves_nothing_in_the_record() {
    let mut house = House::open();
    leave_an_alarm(&mut house, 1);
    let before = sessions(&house);
    let patient = house.config.patients[0].clone();
    let refused = house.ask(
        1,
        Ask::Open {
            patient: patient.pseudonym,
            second_identifier: patient.second_identifier,
            prescription: patient.prescriptions[0].id.clone(),
            sensors: vec!["strap 1".to_owned()],
        },
    );
    assert_eq!(refused.as_deref(), Some("acknowledge the alarm first"));
    assert_eq!(sessions(&house), before);
    let sensors = house.gym.picture().sensors;
    assert!(sensors.iter().all(|sensor| sensor.at_station.is_none()));
}

#[test]
fn a_session_that_may_not_move_on_stays_where_it_is() {
    let mut house = House::open();
    leave_an_alarm(&mut house, 3);
    house.sit_down(1);
    let session = house.at(1).session.map(|session| session.id);
    let refused = house.ask(
        1,
        Ask::MoveTo {
            station: 3,
            prescription: house.config.patients[0].prescriptions[0].id.clone(),
        },
    );
    assert_eq!(refused.as_deref(), Some("acknowledge the alarm first"));
    assert_eq!(house.at(1).session.map(|session| session.id), session);
    assert_eq!(house.at(1).view.phase, PhaseKind::Ready);
    assert_eq!(house.at(1).sensors.len(), 2);
}

/// Why the session of a station ended that is led into its cool-down so, rests, and is closed.
fn ended_after(lead: impl FnOnce(&mut House)) -> EndReason {
    let mut house = House::open();
    house.begin(1);
    until(&mut house, PhaseKind::Conditioning);
    lead(&mut house);
    until(&mut house, PhaseKind::CoolDown);
    house.ask(1, Ask::Act(Action::AcknowledgeAll));
    until(&mut house, PhaseKind::Recovery);
    assert_eq!(house.ask(1, Ask::Close), None);
    closed(&house).0
}

/// Why and when the session of the house was closed.
fn closed(house: &House) -> (EndReason, Timestamp, i64) {
    let ended = house.recorded.iter().find_map(|entry| {
        let Recorded::SessionClosed {
            reason,
            at,
            wall_micros,
            ..
        } = entry
        else {
            return None;
        };
        Some((*reason, *at, *wall_micros))
    });
    ended.expect("the session is closed")
}

fn until(house: &mut House, phase: PhaseKind) {
    for _ in 0..3_600 {
        if house.at(1).view.phase == phase {
            return;
        }
        house.pass(1.0);
    }
    panic!("{phase:?} never came: {:?}", house.at(1).view);
}

#[test]
fn a_session_that_a_rule_or_a_person_took_to_cool_down_does_not_end_as_prescribed() {
    let by_rule = ended_after(|house| {
        let hard = Ask::Act(Action::Enter(Entry::PerceivedExertion(18)));
        assert_eq!(house.ask(1, hard), None);
        // It is not the last word before the end that counts, but what led to the cool-down.
        house.pass(1.0);
    });
    assert!(
        matches!(by_rule, EndReason::Rule(RuleId::RpeHigh)),
        "{by_rule:?}"
    );
    let by_hand = ended_after(|house| {
        assert_eq!(house.ask(1, Ask::Act(Action::BeginCoolDown)), None);
    });
    assert_eq!(by_hand, EndReason::Staff);
    assert_eq!(ended_after(|_| {}), EndReason::Completed);
}

/// The same session, led so far, whose gym closes without anybody pressing a key.
fn closed_by_the_gym(lead: impl FnOnce(&mut House)) -> (House, EndReason) {
    let mut house = House::open();
    house.begin(1);
    until(&mut house, PhaseKind::Conditioning);
    lead(&mut house);
    house.event(Event::End {
        because: "the test ends it",
    });
    house.pass(30.0);
    let (reason, ..) = closed(&house);
    (house, reason)
}

fn hard(house: &mut House) {
    let hard = Ask::Act(Action::Enter(Entry::PerceivedExertion(18)));
    assert_eq!(house.ask(1, hard), None);
    until(house, PhaseKind::CoolDown);
}

#[test]
fn a_session_whose_bout_was_over_did_not_end_by_the_closing_of_its_gym() {
    let finished = |lead: fn(&mut House)| {
        let (house, reason) = closed_by_the_gym(|house| {
            lead(house);
            until(house, PhaseKind::Finished);
            house.pass(1_000.0);
        });
        let over = house.recorded.iter().find_map(|entry| {
            let Recorded::BoutClosed { at, .. } = entry else {
                return None;
            };
            Some(*at)
        });
        let (_, at, wall_micros) = closed(&house);
        assert_eq!(Some(at), over);
        let since_beginning = i64::try_from(at.as_micros()).unwrap() - 1_000_000;
        assert!((wall_micros - WALL - since_beginning).abs() < 1_000_000);
        reason
    };
    let by_rule = finished(hard);
    assert_eq!(by_rule, EndReason::Rule(RuleId::RpeHigh));
    assert_eq!(finished(|_| {}), EndReason::Completed);
}

#[test]
fn what_a_rule_or_its_minutes_had_ended_stays_ended_by_them_when_the_gym_closes() {
    let reason = |lead: fn(&mut House)| closed_by_the_gym(lead).1;
    assert_eq!(reason(hard), EndReason::Rule(RuleId::RpeHigh));
    let stopped = reason(|house| {
        assert_eq!(house.ask(1, Ask::Stop), None);
        house.pass(1.0);
    });
    assert_eq!(stopped, EndReason::Rule(RuleId::OperatorStop));
    let recovers = reason(|house| until(house, PhaseKind::Recovery));
    assert_eq!(recovers, EndReason::Completed);
    let cut_short = reason(|house| until(house, PhaseKind::CoolDown));
    assert_eq!(cut_short, EndReason::GymClosed);
    assert_eq!(reason(|_| {}), EndReason::GymClosed);
}

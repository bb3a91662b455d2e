//! A prescription that ends while the gym runs: on made-up time, with the demonstration's gym and devices.

use std::time::Duration;

use control::input::Action;
use control::view::PhaseKind;
use jiff::civil::{Date, date};
use protocols::vocabulary::Timestamp;
use station::clinic::Validity;
use station::clock::Day;
use station::gym::messages::Ask;
use station::gym::simulated::SimulatedGym;
use station::gym::virtual_gym::VirtualGym;
use station::gym::{Circumstances, Event, Gym, demo};
use station::records::{Anchor, Recorder, RecorderOptions};

const LAST_DAY: Date = date(2026, 3, 1);
const NEXT_DAY: Date = date(2026, 3, 2);
const MINUTE: i64 = 60_000_000;

/// The demonstration's gym a quarter of an hour before the midnight at which everybody's prescription ends.
struct Evening {
    gym: SimulatedGym,
    patients: Vec<station::clinic::Patient>,
    _folder: tempfile::TempDir,
    _recorder: Recorder,
}

impl Evening {
    fn new() -> Self {
        let (mut config, people) = demo::gym();
        for patient in &mut config.patients {
            for ordered in &mut patient.prescriptions {
                ordered.validity = Validity {
                    from: date(2026, 2, 1),
                    until: LAST_DAY,
                };
            }
        }
        let now = Timestamp::from_secs(1_000);
        let wall_micros = 0;
        let folder = tempfile::tempdir().expect("a folder");
        let options = RecorderOptions {
            stations: config.stations.len(),
            clock_rate: 1,
            anchor: Anchor {
                at: now,
                wall_micros,
            },
        };
        let recorder =
            Recorder::open(&folder.path().join("record.sqlite"), &options).expect("a record");
        let circumstances = Circumstances {
            now,
            clock_rate: 1,
            wall_micros,
            day: Day {
                date: LAST_DAY,
                ends_micros: 15 * MINUTE,
            },
            pre_rolled: false,
            session_ids: recorder.ids(),
        };
        let gym = Gym::new(&config, circumstances);
        let devices = VirtualGym::new(&config, now, people.bodies);
        let mut evening = Self {
            gym: SimulatedGym::new(gym, devices, now, wall_micros),
            patients: config.patients,
            _folder: folder,
            _recorder: recorder,
        };
        evening.gym.handle(Event::Viewers(1), &mut drop);
        evening.pass(5);
        evening
    }

    fn pass(&mut self, seconds: u64) {
        let until = self.gym.now() + Duration::from_secs(seconds);
        self.gym.run_until(until, &mut drop);
    }

    /// What the wall clock shows is handed over, as the shell does each minute.
    fn wall_shows(&mut self, date: Date, minutes: i64) {
        let day = Day {
            date,
            ends_micros: (15 + 24 * 60) * MINUTE,
        };
        let micros = minutes * MINUTE;
        self.gym.handle(Event::Wall { micros, day }, &mut drop);
    }

    /// Asks, and gives why it was refused, if it was.
    fn ask(&mut self, station: u8, ask: Ask) -> Option<String> {
        let before = self.gym.refusals().len();
        self.gym.ask(station, ask, &mut drop);
        self.gym.refusals().get(before).cloned()
    }

    fn open(&mut self, station: u8) -> Option<String> {
        let patient = self.patients[usize::from(station) - 1].clone();
        let ask = Ask::Open {
            patient: patient.pseudonym,
            second_identifier: patient.second_identifier,
            prescription: patient.prescriptions[0].id.clone(),
            sensors: vec![format!("strap {station}"), format!("oximeter {station}")],
        };
        self.ask(station, ask)
    }

    fn start(&mut self, station: u8) {
        assert_eq!(self.ask(station, Ask::Act(Action::DoorChecked)), None);
        assert_eq!(self.ask(station, Ask::Act(Action::ConfirmStart)), None);
        while self.phase(station) == PhaseKind::Ready {
            self.pass(1);
        }
    }

    fn phase(&mut self, station: u8) -> PhaseKind {
        self.gym.picture().stations[usize::from(station) - 1]
            .view
            .phase
    }

    fn out_of_force(&mut self) -> Option<String> {
        self.gym.picture().patients[0].prescriptions[0]
            .out_of_force
            .clone()
    }
}

#[test]
fn nothing_begins_on_a_prescription_that_ended_while_the_gym_runs() {
    let mut evening = Evening::new();
    assert_eq!(evening.out_of_force(), None);
    assert_eq!(evening.open(1), None, "its last day is a day of it");
    evening.wall_shows(NEXT_DAY, 16);
    let why = evening.open(3).expect("it has ended");
    assert!(why.contains("ended on 2026-03-01"), "{why}");
    assert!(why.contains("have a new version signed"), "{why}");
    let shown = evening.out_of_force().expect("and the list says so");
    assert!(why.ends_with(&shown), "{why}, {shown}");
    // Who waits in ready since before does not start any more either.
    assert_eq!(evening.ask(1, Ask::Act(Action::DoorChecked)), None);
    let why = evening
        .ask(1, Ask::Act(Action::ConfirmStart))
        .expect("it has ended");
    assert!(why.contains("ended on 2026-03-01"), "{why}");
}

#[test]
fn midnight_is_noticed_between_two_looks_at_the_wall_clock() {
    let mut evening = Evening::new();
    let day = Day {
        date: LAST_DAY,
        ends_micros: MINUTE,
    };
    evening
        .gym
        .handle(Event::Wall { micros: 0, day }, &mut drop);
    evening.pass(59);
    assert_eq!(evening.out_of_force(), None);
    evening.pass(2);
    assert!(evening.out_of_force().is_some());
}

#[test]
fn a_bout_that_has_begun_goes_on_past_the_end_of_its_prescription() {
    let mut evening = Evening::new();
    assert_eq!(evening.open(1), None);
    evening.start(1);
    assert_eq!(evening.phase(1), PhaseKind::WarmUp);
    evening.wall_shows(NEXT_DAY, 16);
    evening.pass(10);
    assert_eq!(evening.phase(1), PhaseKind::WarmUp);
    assert_eq!(evening.ask(1, Ask::Act(Action::Pause)), None);
    assert_eq!(evening.ask(1, Ask::Act(Action::Resume)), None);
    assert_eq!(evening.phase(1), PhaseKind::WarmUp);
    // The next bout is a beginning again.
    assert_eq!(evening.ask(1, Ask::Act(Action::BeginCoolDown)), None);
    assert_eq!(evening.ask(1, Ask::Act(Action::Finish)), None);
    let next = Ask::MoveTo {
        station: 3,
        prescription: evening.patients[0].prescriptions[0].id.clone(),
    };
    let why = evening.ask(1, next).expect("it has ended");
    assert!(why.contains("ended on 2026-03-01"), "{why}");
}

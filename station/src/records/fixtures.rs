//! A visit for the tests of the records: the real core on a bicycle that follows, with a patient whose heart follows the load.

mod corrected;
mod lost;

use core::time::Duration;

use control::Station;
use control::input::{Action, Device, Entry as Entered, HeartRateSource, Input, LinkState};
use control::learning::{Learned, OnMachine, Steady};
use control::outputs::Outputs;
use control::prescription::{
    BoundSensors, BoutSetup, HeartRateLimits, Holding, Mode, PatientFacts, Prescription, Tuning,
};
use protocols::vocabulary::{
    Averaging, BeatsPerMinute, Capabilities, Kilograms, LoadControl, MachineCommand, MachineKind,
    MachineLoad, MachineReport, MachineState, MillimetresOfMercury, NetMets, OnSilence,
    OxygenSaturation, PowerRange, ReadBack, Reading, RevolutionsPerMinute, Slew, Timestamp, Watts,
};

pub(crate) use self::corrected::{
    archive_of_a_corrected_alarm, archive_of_an_alarm_against_a_corrected, correct, pressure,
};
pub(crate) use self::lost::{archive_of_a_visit_in_three_gyms, archive_of_lost_gyms};
use super::wire::{LinkOf, WireEvent, WireRecord, WireStream};
use super::*;

/// 2026-11-23 14:31:07 UTC.
pub(crate) const WALL: i64 = 1_795_444_267_000_000;

pub(crate) fn options() -> RecorderOptions {
    RecorderOptions {
        stations: 1,
        clock_rate: 1,
        anchor: Anchor {
            at: Timestamp::ZERO,
            wall_micros: WALL,
        },
    }
}

pub(crate) fn bicycle() -> Capabilities {
    Capabilities {
        kind: MachineKind::Cycle,
        control: LoadControl::Commanded,
        power: Some(PowerRange {
            min: Watts::new(5).unwrap(),
            max: Watts::new(400).unwrap(),
            step: 1,
        }),
        belt: None,
        slew: Slew {
            watts_per_second: 20.0,
            metres_per_second_squared: 0.1,
            grade_percent_per_second: 0.5,
        },
        averaging: Averaging {
            delay: Duration::ZERO,
        },
        poll_interval: Duration::from_millis(500),
        on_silence: OnSilence::KeepsLoad,
        reads: ReadBack {
            power: true,
            cadence: true,
            speed: false,
            grade: false,
        },
    }
}

fn setup() -> BoutSetup {
    let mets = |value: f64| NetMets::new(value).unwrap();
    BoutSetup {
        prescription: Prescription {
            mode: Mode::Constant { target: mets(3.5) },
            heart_rate: Some(HeartRateLimits {
                upper: 130.0,
                lower: 40.0,
                zone: Some((95.0, 115.0)),
                stop_margin: 10.0,
                icd_detection: None,
            }),
            saturation_floor: 88.0,
            heart_rate_required: true,
            saturation_required: true,
            warm_up_load: mets(1.8),
            ceiling: mets(6.0),
            ramp_up: 2.0,
            warm_up_ramp: 3.0,
            warm_up: Duration::from_mins(1),
            conditioning: Duration::from_mins(4),
            cool_down: Duration::from_mins(1),
            exertion_upper: 14,
            dyspnoea_upper: 6,
            claudication_stop: 3,
            systolic_stop: 250,
            diastolic_stop: 115,
            blood_pressure_interval: None,
            cadence_low: 40,
            belt: None,
            holding: Holding::default(),
        },
        patient: PatientFacts {
            mass: Kilograms::new(80.0).unwrap(),
            atrial_fibrillation: false,
            denervated: false,
            paced: false,
            chronotropic_incompetence: false,
            lung_disease: false,
        },
        sensors: BoundSensors {
            strap: true,
            oximeter: true,
        },
        tuning: Tuning::DEFAULT,
        earlier: None,
    }
}

/// One visit with one bout.
pub(crate) struct Visit {
    pub(crate) session: SessionId,
    pub(crate) bout: BoutId,
    pub(crate) station: Station,
    pub(crate) now: Timestamp,
    observer: BoutObserver,
    told_watts: u16,
    in_use: bool,
    /// The saturation that the oximeter says; `None`: it is silent.
    pub(crate) saturation: Option<u8>,
    /// The pulse that it says beside it.
    pub(crate) pulse: Option<u16>,
    /// Whether the machine says anything.
    pub(crate) machine_speaks: bool,
    /// Whether the strap does.
    pub(crate) strap_speaks: bool,
    entries: Vec<Entry>,
}

impl Visit {
    /// A visit that begins at that time; its entries come out of [`Self::take`].
    pub(crate) fn begin(session: SessionId, at: Timestamp) -> Self {
        let bout = BoutId { session, number: 1 };
        let mut visit = Self {
            session,
            bout,
            station: Station::new(bicycle()),
            now: at,
            observer: BoutObserver::new(bout),
            told_watts: 0,
            in_use: false,
            saturation: Some(97),
            pulse: None,
            machine_speaks: true,
            strap_speaks: true,
            entries: Vec::new(),
        };
        visit
            .entries
            .push(Entry::SessionOpened(Box::new(SessionOpened {
                session,
                patient: "K7PD2MXQ".to_owned(),
                kind: SessionKind::Virtual,
                clock_rate: 1,
                pre_rolled: false,
                at,
                wall_micros: WALL,
            })));
        visit.open_bout();
        visit.input(Input::Watched { by_anyone: true });
        for device in [Device::Machine, Device::Strap, Device::Oximeter] {
            visit.input(Input::Link {
                device,
                state: LinkState::Up,
            });
        }
        visit.act(Action::Begin(setup()));
        visit.act(Action::DoorChecked);
        visit
    }

    fn open_bout(&mut self) {
        self.entries.push(Entry::BoutOpened(Box::new(BoutOpened {
            bout: self.bout,
            at: self.now,
            station: 2,
            protocol: "csafe".to_owned(),
            prescription: PrescriptionText {
                id: "bike-steady".to_owned(),
                version: 3,
                text: "mode = \"constant\"\ntarget_met = 3.5\n".to_owned(),
            },
            header: JournalHeader {
                build: SOFTWARE.to_owned(),
                decisions: control::DECISIONS,
                state_format: control::FORMAT,
                configuration: "gym = \"Test\"\n".to_owned(),
                rules: "{}\n".to_owned(),
                capabilities: bicycle(),
                setup: setup(),
                anchor: Anchor {
                    at: self.now,
                    wall_micros: WALL,
                },
                state: CoreState::of(&self.station).unwrap(),
            },
        })));
    }

    /// What there is to record since the last time.
    pub(crate) fn take(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Nothing takes the power from its machine.
    pub(crate) fn without_relay(&mut self) {
        self.observer = BoutObserver::new(self.bout).without_relay();
    }

    pub(crate) fn act(&mut self, action: Action) {
        self.input(Input::Operator(action));
    }

    pub(crate) fn input(&mut self, input: Input) {
        let mut outputs = Outputs::default();
        self.station.handle(self.now, &input, &mut outputs);
        match outputs.command {
            Some(MachineCommand::Start(load) | MachineCommand::SetLoad(load)) => {
                if let MachineLoad::Power(watts) = load {
                    self.told_watts = watts.get();
                }
                self.in_use = true;
            }
            Some(MachineCommand::Stop | MachineCommand::EmergencyStop) => {
                self.told_watts = 0;
                self.in_use = false;
            }
            None => {}
        }
        let rows = self
            .observer
            .turn(self.now, &input, &outputs, &self.station);
        self.entries.push(Entry::Turn(Box::new(Turn {
            bout: self.bout,
            now: self.now,
            input,
            outputs,
        })));
        self.entries.extend(rows);
    }

    /// Lets time pass, with what the devices say each second.
    pub(crate) fn run(&mut self, seconds: u64) {
        for _ in 0..seconds {
            for tenth in 0..10 {
                self.now = self.now + Duration::from_millis(100);
                if tenth == 3 {
                    self.devices();
                }
                self.input(Input::Tick);
            }
            self.entries
                .push(self.observer.sample(self.now, &self.station));
            if self.now.as_secs().is_multiple_of(60) {
                self.checkpoint(false);
            }
        }
    }

    /// The gym stands still for so long, and then goes on as it does: with what its core knows of it, a second, and a state that was due.
    pub(crate) fn stand_still(&mut self, seconds: u64) {
        let lasted = Duration::from_secs(seconds);
        let from = self.now + Duration::from_secs(1);
        self.now = self.now + lasted;
        self.entries.push(Entry::StoodStill {
            bout: self.bout,
            from,
            to: self.now,
            seconds: seconds - 1,
        });
        self.input(Input::LoopGap { lasted });
        self.input(Input::Tick);
        self.entries
            .push(self.observer.sample(self.now, &self.station));
        if seconds >= 60 {
            self.checkpoint(false);
        }
    }

    fn devices(&mut self) {
        let sent_at = self.now.before(Duration::from_millis(20));
        let mut report = MachineReport::of(if self.in_use {
            MachineState::Running
        } else {
            MachineState::Standing
        });
        report.power = Watts::new(self.told_watts);
        report.cadence = RevolutionsPerMinute::new(60);
        if self.machine_speaks {
            self.input(Input::Machine { report, sent_at });
        }
        // Never twice the same in a row, as a heart is.
        let wobble = u16::try_from(self.now.as_secs() % 3).unwrap();
        let mut rates = Vec::new();
        if self.strap_speaks {
            let rate = 70 + self.told_watts / 3 + wobble;
            rates.push((HeartRateSource::Strap, rate));
        }
        if let Some(pulse) = self.pulse {
            rates.push((HeartRateSource::Oximeter, pulse + wobble));
        }
        for (source, rate) in rates {
            let reading = Reading::good(BeatsPerMinute::new(rate).unwrap());
            self.input(Input::HeartRate {
                source,
                reading,
                sent_at,
            });
        }
        if let Some(saturation) = self.saturation {
            let reading = Reading::good(OxygenSaturation::new(saturation).unwrap());
            self.input(Input::Saturation { reading, sent_at });
        }
    }

    pub(crate) fn checkpoint(&mut self, replaces: bool) {
        self.entries.push(Entry::Checkpoint {
            bout: self.bout,
            now: self.now,
            state: CoreState::of(&self.station).unwrap(),
            replaces,
        });
    }

    pub(crate) fn close(&mut self) {
        self.close_by(EndReason::Completed);
    }

    /// The session ends for that.
    pub(crate) fn close_by(&mut self, reason: EndReason) {
        self.entries.push(Entry::BoutClosed {
            bout: self.bout,
            at: self.now,
        });
        self.entries.push(Entry::SessionClosed {
            session: self.session,
            at: self.now,
            wall_micros: WALL + i64::try_from(self.now.as_micros()).unwrap(),
            reason,
        });
    }

    /// A little of what its strap's wire brought.
    pub(crate) fn wire(&mut self) {
        let received = |bytes: &[u8]| WireRecord {
            at: self.now,
            event: WireEvent::Received {
                age_nanos: 2_000_000,
                bytes: bytes.to_vec(),
            },
        };
        let records = vec![received(&[0x02, 0x26, 0x37]), received(&[0x1A, 0x00])];
        self.entries.push(Entry::Wire(Box::new(WireStream {
            bout: self.bout,
            device: Device::Strap,
            link: LinkOf {
                protocol: "zephyr-hxm".to_owned(),
                settings: String::new(),
            },
            records,
        })));
    }

    /// Three seconds of its oximeter's waveform from then on.
    pub(crate) fn plethysmogram(&mut self, at: Timestamp) {
        self.plethysmogram_of(at, (0..3 * 75).collect());
    }

    /// These samples of it.
    pub(crate) fn plethysmogram_of(&mut self, at: Timestamp, samples: Vec<u16>) {
        self.entries.push(Entry::Plethysmogram {
            session: self.session,
            at,
            rate_hz: 75,
            samples,
        });
    }

    /// What the bout is said to have taught, at this load.
    pub(crate) fn taught(&self, load: f64, compared: Vec<BoutId>) -> LearnedBout {
        LearnedBout {
            kept: Kept {
                patient: "K7PD2MXQ".to_owned(),
                bout: self.bout,
                machine: MachineKind::Cycle,
                is_virtual: true,
                learned: Learned {
                    gain: 10.5,
                    gain_sd: 0.9,
                    tau_s: 81.0,
                    tau_sd: 20.0,
                    drift: 0.125,
                    drift_sd: 0.1,
                    steady: Some(Steady {
                        heart_rate: 110.0,
                        load,
                        machine: OnMachine::Watts(63.5),
                        middle_s: 750.0,
                        seconds: 840.0,
                    }),
                },
            },
            at: self.now,
            judged: Judged {
                mass_kg: 80.0,
                irregular: false,
                assessed_gain: Some(9.0),
                compared,
            },
        }
    }

    /// A whole visit: rest, warm-up, conditioning with a fall of saturation and its recovery, cool-down, recovery, end.
    pub(crate) fn whole(&mut self) {
        self.run(75);
        self.wire();
        self.act(Action::ConfirmStart);
        self.run(150);
        self.act(Action::Enter(Entered::PerceivedExertion(12)));
        self.act(Action::Enter(Entered::BloodPressure {
            systolic: MillimetresOfMercury::new(142).unwrap(),
            diastolic: MillimetresOfMercury::new(78).unwrap(),
            symptoms: false,
        }));
        self.saturation = Some(86);
        self.run(30);
        self.act(Action::AcknowledgeAll);
        self.saturation = Some(96);
        self.run(180);
        self.act(Action::AcknowledgeAll);
        self.run(60);
        self.act(Action::Finish);
        self.run(5);
        let learned = self.taught(3.5, Vec::new());
        self.entries.push(Entry::Learned(Box::new(learned)));
        self.close();
    }
}

/// A record with one whole visit, open for reading, in a folder that lasts as long as it is held.
pub(crate) fn archive_of_a_visit() -> (tempfile::TempDir, Archive) {
    archive_of(Visit::whole)
}

/// The same of a visit that goes otherwise.
pub(crate) fn archive_of(goes: impl FnOnce(&mut Visit)) -> (tempfile::TempDir, Archive) {
    archive_of_all([goes])
}

/// A record of several visits to one station, one after the other.
pub(crate) fn archive_of_all(
    visits: impl IntoIterator<Item = impl FnOnce(&mut Visit)>,
) -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut ids = recorder.ids();
    let mut at = Timestamp::from_secs(1);
    for goes in visits {
        let mut visit = Visit::begin(ids.next(WALL), at);
        goes(&mut visit);
        for entry in visit.take() {
            assert!(handle.send(entry));
        }
        at = visit.now + Duration::from_mins(1);
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    let archive = Archive::open(&path).unwrap();
    (folder, archive)
}

/// A visit of somebody who breathes oxygen and whose glucose is looked at: 1.5 L/min and 101 mg/dL before exercise, 2 L/min in it, 90 mg/dL after it.
pub(crate) fn archive_of_oxygen_and_glucose() -> (tempfile::TempDir, Archive) {
    archive_of(|visit| {
        let enter = |visit: &mut Visit, entry| visit.act(Action::Enter(entry));
        visit.run(20);
        enter(visit, Entered::Glucose(101));
        enter(visit, Entered::OxygenFlow(1_500));
        visit.run(55);
        visit.act(Action::ConfirmStart);
        visit.run(200);
        enter(visit, Entered::OxygenFlow(2_000));
        visit.run(190);
        enter(visit, Entered::Glucose(90));
        visit.run(10);
        visit.act(Action::Finish);
        visit.run(5);
        visit.close();
    })
}

/// Two whole visits at once, whose entries alternate.
pub(crate) fn archive_of_two_at_once() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut ids = recorder.ids();
    let mut entries = [(); 2].map(|()| {
        let mut visit = Visit::begin(ids.next(WALL), Timestamp::from_secs(1));
        visit.whole();
        visit.take().into_iter()
    });
    loop {
        let next: Vec<Entry> = entries.iter_mut().filter_map(Iterator::next).collect();
        if next.is_empty() {
            break;
        }
        for entry in next {
            assert!(handle.send(entry));
        }
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    let archive = Archive::open(&path).unwrap();
    (folder, archive)
}

/// How many bytes a page of a record's file has.
pub(crate) fn page_size(path: &std::path::Path) -> usize {
    let size: u32 = rusqlite::Connection::open(path)
        .and_then(|connection| connection.pragma_query_value(None, "page_size", |row| row.get(0)))
        .unwrap();
    size.try_into().unwrap()
}

/// The file as somebody opens it who has it: no trigger, no key and no check keeps anything.
pub(crate) fn without_triggers(path: &std::path::Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut off = String::from("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;");
    let triggers: Vec<String> = connection
        .prepare("SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    off.extend(triggers);
    connection.execute_batch(&off).unwrap();
    connection
}

/// What is found wrong with the rows of a file; that its triggers are gone, as [`without_triggers`] leaves them, is another thing.
pub(crate) fn verified_rows(archive: &Archive) -> verify::Verified {
    let mut verified = verify::verify(archive, None).unwrap();
    verified.findings.retain(|damage| damage.what != "schema");
    verified
}

/// What everybody of the tests knows.
pub(crate) const SECRET: &str = "correct horse";

/// Adds a member to the staff list, by the first of it.
pub(crate) fn hire(archive: &Archive, id: &str, name: &str) {
    let first = desk::members(archive).unwrap().into_iter().next();
    let by = desk::By::of(first.as_ref().map(|first| first.id.as_str()));
    let new = desk::NewMember {
        id,
        name,
        role: "nurse",
        secret: SECRET,
    };
    desk::add_member(archive.path(), &by, Some(SECRET), new).unwrap();
}

/// The same visit with a staff of one, a note, a correction of the blood pressure, a signature, another note, and who the patient is.
pub(crate) fn archive_of_a_signed_visit() -> (tempfile::TempDir, Archive) {
    let (folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    let (path, anna) = (archive.path(), desk::By::of(Some("anna")));
    let session = archive.find("last").unwrap().id;
    desk::note(path, &anna, SECRET, &session, "Felt well.").unwrap();
    let taken = SessionRecord::read(&archive, &session)
        .unwrap()
        .measurements;
    let correction = desk::Correction {
        number: 2,
        value: Entered::BloodPressure {
            systolic: MillimetresOfMercury::new(124).unwrap(),
            diastolic: MillimetresOfMercury::new(78).unwrap(),
            symptoms: false,
        },
        why: "read from the wrong line",
    };
    desk::correct(path, &anna, SECRET, &session, &taken, &correction).unwrap();
    desk::sign(path, &anna, SECRET, &session, desk::Meaning::Review).unwrap();
    desk::note(
        path,
        &anna,
        SECRET,
        &session,
        "Called on the day after: well.",
    )
    .unwrap();
    let identity = desk::Identity {
        name: "Jane Doe".to_owned(),
        born: Some(jiff::civil::date(1950, 3, 2)),
        hospital_id: Some("H-4711".to_owned()),
    };
    desk::identify(path, &anna, SECRET, "K7PD2MXQ", &identity).unwrap();
    desk::looked(
        &archive,
        &anna,
        &[desk::Of::Session(&session)],
        "show",
        false,
    )
    .unwrap();
    (folder, archive)
}

/// Closes an archive; the file is whole by itself then.
pub(crate) fn closed(archive: Archive) -> std::path::PathBuf {
    let path = archive.path().to_owned();
    drop(archive);
    rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    path
}

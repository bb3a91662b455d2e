//! Pictures of a gym that never was, for the dashboard's tests: every station in another state.

use std::time::Duration;

use control::controller::Target;
use control::input::{Device, HeartRateSource};
use control::rules::{LoadAct, Priority, RuleId};
use control::view::{
    AlarmView, Interlock, Notes, PhaseKind, Reason, StationView, Trust, VitalView,
};
use protocols::vocabulary::{
    Absence, Averaging, BeltRange, Capabilities, LoadControl, MachineKind, MachineLoad,
    MachineReport, MachineState, MetresPerSecond, NetMets, OnSilence, PercentGrade, PowerRange,
    ReadBack, RevolutionsPerMinute, Slew, Timestamp, Watts,
};
use station::clock::GymClock;
use station::gym::snapshot::{
    BenchSnapshot, LastEntries, Limits, LineCount, LinkHealth, MachineSnapshot, Notice,
    PatientChoice, PrescriptionChoice, RecordHealth, SensorChoice, SensorSnapshot, SessionSnapshot,
    Snapshot, StationSnapshot, TrendPoint,
};

/// The gym's time of every picture: an hour after its start.
pub(crate) const AT: Timestamp = Timestamp::from_secs(3600);

/// So many seconds before the picture.
pub(crate) fn before(seconds: u64) -> Timestamp {
    AT.before(Duration::from_secs(seconds))
}

fn mets(value: f64) -> NetMets {
    NetMets::new(value).unwrap_or(NetMets::ZERO)
}

/// A load in watts.
pub(crate) fn watts(value: u16) -> MachineLoad {
    MachineLoad::Power(Watts::new(value).unwrap_or(Watts::ZERO))
}

/// A belt in kilometres an hour and per cent.
pub(crate) fn belt(speed: f64, grade: f64) -> MachineLoad {
    MachineLoad::Belt {
        speed: MetresPerSecond::from_kilometres_per_hour(speed).unwrap_or(MetresPerSecond::ZERO),
        grade: PercentGrade::new(grade).unwrap_or(PercentGrade::ZERO),
    }
}

/// A vital sign that is good and half a second old.
pub(crate) fn good(value: f64) -> VitalView {
    VitalView {
        value: Some(value),
        sent_at: Some(AT.before(Duration::from_millis(500))),
        trust: Trust::Trusted,
        trend_per_minute: Some(0.5),
        ..VitalView::ABSENT
    }
}

/// A vital sign that has been gone for so many seconds.
pub(crate) fn lost(seconds: u64, absence: Absence) -> VitalView {
    VitalView {
        sent_at: Some(before(seconds)),
        trust: Trust::Lost,
        absence: Some(absence),
        ..VitalView::ABSENT
    }
}

fn capabilities(kind: MachineKind) -> Capabilities {
    let cycle = kind == MachineKind::Cycle;
    Capabilities {
        kind,
        control: LoadControl::Commanded,
        power: cycle.then_some(PowerRange {
            min: Watts::new(20).unwrap_or(Watts::ZERO),
            max: Watts::new(400).unwrap_or(Watts::ZERO),
            step: 1,
        }),
        belt: (!cycle).then_some(BeltRange {
            min_speed: MetresPerSecond::new(0.2).unwrap_or(MetresPerSecond::ZERO),
            max_speed: MetresPerSecond::new(4.0).unwrap_or(MetresPerSecond::ZERO),
            max_grade: PercentGrade::new(15.0).unwrap_or(PercentGrade::ZERO),
            speed_step: 0.05,
            grade_step: 0.5,
        }),
        slew: Slew {
            watts_per_second: 10.0,
            metres_per_second_squared: 0.25,
            grade_percent_per_second: 0.5,
        },
        averaging: Averaging {
            delay: Duration::ZERO,
        },
        poll_interval: Duration::from_millis(500),
        on_silence: OnSilence::KeepsLoad,
        reads: ReadBack {
            power: cycle,
            cadence: cycle,
            speed: !cycle,
            grade: !cycle,
        },
    }
}

fn idle_view() -> StationView {
    StationView {
        phase: PhaseKind::Idle,
        phase_since: before(600),
        phase_until: None,
        interrupted: None,
        interval: None,
        interlock: Interlock::default(),
        heart_rate: VitalView::ABSENT,
        pulse: VitalView::ABSENT,
        machine_pulse: VitalView::ABSENT,
        saturation: VitalView::ABSENT,
        resting_heart_rate: None,
        target_heart_rate: None,
        proposed: NetMets::ZERO,
        granted: NetMets::ZERO,
        told: None,
        machine: Some((
            MachineReport::of(MachineState::Standing),
            AT.before(Duration::from_millis(300)),
        )),
        by_hand: false,
        reason: Reason::Phase,
        blood_pressure_due: None,
        relay_open: false,
        power_back_for: None,
        learned: None,
        notes: Notes::default(),
    }
}

/// A station without a patient.
pub(crate) fn free(number: u8, kind: MachineKind) -> StationSnapshot {
    let (name, protocol) = match kind {
        MachineKind::Cycle => (format!("Bike {number}"), "csafe"),
        MachineKind::Treadmill => (format!("Treadmill {number}"), "trackmaster"),
    };
    StationSnapshot {
        number,
        name,
        machine: MachineSnapshot {
            kind,
            protocol: protocol.to_owned(),
            port: format!("/dev/ttyUSB{number}"),
            capabilities: capabilities(kind),
            link: LinkHealth::Up,
            line: LineCount::default(),
        },
        sensors: Vec::new(),
        session: None,
        view: idle_view(),
        alarms: Vec::new(),
        bench: BenchSnapshot {
            stop_circuit: true,
            relay: true,
            unguarded: false,
        },
        stop: None,
        trend: Vec::new(),
    }
}

fn sensor(name: String, role: Device) -> SensorSnapshot {
    SensorSnapshot {
        name,
        role,
        link: LinkHealth::Up,
        line: LineCount::default(),
    }
}

/// A patient in conditioning, everything as it should be.
pub(crate) fn busy(number: u8, kind: MachineKind, patient: &str) -> StationSnapshot {
    let mut station = free(number, kind);
    station.sensors = vec![
        sensor(format!("strap-{number}"), Device::Strap),
        sensor(format!("oximeter-{number}"), Device::Oximeter),
    ];
    station.session = Some(SessionSnapshot {
        id: format!("2026-11-23-{number}"),
        patient: patient.to_owned(),
        prescription: "moderate v2".to_owned(),
        bout: (1, 2),
        since: before(1200),
        limits: Limits {
            zone: Some((96.0, 112.0)),
            heart_rate_upper: Some(122.0),
            heart_rate_lower: Some(40.0),
            saturation_floor: Some(88.0),
            ceiling_met: 4.5,
            hand_step_met: 0.25,
            exertion_upper: 14,
        },
        entries: LastEntries {
            blood_pressure: Some(((128, 74), before(540))),
            exertion: Some((12, before(300))),
            dyspnoea: None,
        },
        conditioning_s: 1200,
        was_interrupted: false,
        findings: Vec::new(),
    });
    let told = match kind {
        MachineKind::Cycle => watts(62),
        MachineKind::Treadmill => belt(3.4, 2.0),
    };
    station.view = StationView {
        phase: PhaseKind::Conditioning,
        phase_since: before(440),
        phase_until: Some(AT + Duration::from_secs(760)),
        heart_rate: VitalView {
            source: Some(HeartRateSource::Strap),
            ahead_60_s: Some((106.0, 5.0)),
            ..good(104.0)
        },
        pulse: good(105.0),
        saturation: VitalView {
            ahead_60_s: Some((95.6, 1.0)),
            ..good(96.0)
        },
        resting_heart_rate: Some(68.0),
        target_heart_rate: Some(104.0),
        proposed: mets(2.9),
        granted: mets(2.9),
        told: Some(told),
        machine: Some((report(&told), AT.before(Duration::from_millis(400)))),
        reason: Reason::AsProposed,
        notes: Notes {
            target: Some(Target::HeartRate(104.0)),
            target_ordered: Some(Target::HeartRate(104.0)),
            ..Notes::default()
        },
        ..idle_view()
    };
    station.trend = (0..60).map(point).collect();
    station
}

/// One point of the last ten minutes.
fn point(point: u64) -> TrendPoint {
    let small = |value: u64| f64::from(u32::try_from(value).unwrap_or(0));
    TrendPoint {
        at: before(600 - 10 * point),
        heart_rate: (point % 23 != 7).then(|| 84.0 + small(point) / 3.0),
        saturation: Some(if point.is_multiple_of(9) { 95.0 } else { 96.0 }),
        granted: small(point.min(40)) * 2.9 / 40.0,
    }
}

fn report(told: &MachineLoad) -> MachineReport {
    let mut report = MachineReport::of(MachineState::Running);
    match told {
        MachineLoad::Power(power) => {
            report.power = Some(*power);
            report.cadence = RevolutionsPerMinute::new(58);
        }
        MachineLoad::Belt { speed, grade } => {
            report.speed = Some(*speed);
            report.grade = Some(*grade);
        }
    }
    report
}

/// An alarm that holds and that nobody has seen.
pub(crate) fn alarm(
    rule: RuleId,
    priority: Priority,
    since: u64,
    figures: Option<(f64, f64)>,
    act: Option<LoadAct>,
) -> AlarmView {
    AlarmView {
        rule,
        priority,
        since: before(since),
        value: figures.map(|(value, _)| value),
        limit: figures.map(|(_, limit)| limit),
        active: true,
        latched: false,
        acknowledged: false,
        silenced_until: None,
        act,
    }
}

/// Heart rate over its limit for 14 s: a high alarm, load being taken away.
pub(crate) fn over_limit(number: u8) -> StationSnapshot {
    let mut station = busy(number, MachineKind::Cycle, "ZB40");
    station.view.heart_rate = VitalView {
        trend_per_minute: Some(9.0),
        ..good(131.0)
    };
    station.view.granted = mets(1.4);
    station.view.told = Some(watts(30));
    station.view.machine = Some((report(&watts(34)), before(0)));
    station.view.reason = Reason::Rule(RuleId::HrLimit, LoadAct::CoolDown);
    station.alarms = vec![AlarmView {
        latched: true,
        ..alarm(
            RuleId::HrLimit,
            Priority::High,
            14,
            Some((131.0, 122.0)),
            Some(LoadAct::CoolDown),
        )
    }];
    station
}

/// Saturation at its floor: a medium alarm, load falls.
pub(crate) fn low_saturation(number: u8) -> StationSnapshot {
    let mut station = busy(number, MachineKind::Treadmill, "M2QX");
    station.view.saturation = good(87.0);
    station.view.reason = Reason::Rule(RuleId::Spo2Floor, LoadAct::Fall);
    station.view.granted = mets(2.2);
    station.alarms = vec![alarm(
        RuleId::Spo2Floor,
        Priority::Medium,
        21,
        Some((87.0, 88.0)),
        Some(LoadAct::Fall),
    )];
    station
}

/// A strap that has dropped out: equipment.
pub(crate) fn strap_lost(number: u8) -> StationSnapshot {
    let mut station = busy(number, MachineKind::Cycle, "C9TR");
    station.view.heart_rate = lost(16, Absence::Stale);
    station.view.reason = Reason::Rule(RuleId::HrLost, LoadAct::Fall);
    if let Some(strap) = station.sensors.first_mut() {
        strap.link = LinkHealth::Silent;
    }
    station.alarms = vec![alarm(
        RuleId::HrLost,
        Priority::Medium,
        6,
        None,
        Some(LoadAct::Fall),
    )];
    station
}

/// A patient who waits for the start.
pub(crate) fn ready(number: u8) -> StationSnapshot {
    let mut station = busy(number, MachineKind::Cycle, "H3WN");
    station.view = StationView {
        phase: PhaseKind::Ready,
        phase_since: before(40),
        interlock: Interlock {
            rest: true,
            door_check: true,
            confirmation: true,
            ..Interlock::default()
        },
        heart_rate: good(71.0),
        saturation: good(97.0),
        ..idle_view()
    };
    station.trend.clear();
    if let Some(session) = &mut station.session {
        session.since = before(40);
        session.entries = LastEntries::default();
    }
    station
}

/// No load is on, and so nothing is foretold.
fn without_load(station: &mut StationSnapshot) {
    station.view.granted = NetMets::ZERO;
    station.view.heart_rate.ahead_60_s = None;
    station.view.saturation.ahead_60_s = None;
}

/// A station that a person stopped.
pub(crate) fn stopped(number: u8) -> StationSnapshot {
    let mut station = busy(number, MachineKind::Cycle, "T5LE");
    station.view.phase = PhaseKind::Stopped;
    station.view.phase_since = before(30);
    station.view.phase_until = None;
    station.view.interrupted = Some(PhaseKind::Conditioning);
    without_load(&mut station);
    station.view.told = Some(watts(0));
    station.view.machine = Some((MachineReport::of(MachineState::Standing), before(0)));
    station.view.reason = Reason::StopLatched;
    station.stop = Some(station::gym::snapshot::StopProgress {
        asked: before(30),
        sent: Some(before(30)),
        confirmed: Some(before(28)),
    });
    station.alarms = vec![AlarmView {
        latched: true,
        active: false,
        ..alarm(
            RuleId::OperatorStop,
            Priority::Medium,
            30,
            None,
            Some(LoadAct::Stop),
        )
    }];
    station
}

fn patient(pseudonym: &str, born: &str, at_station: Option<u8>) -> PatientChoice {
    PatientChoice {
        pseudonym: pseudonym.to_owned(),
        second_identifier: format!("born {born}"),
        at_station,
        prescriptions: vec![
            PrescriptionChoice {
                id: "moderate-2".to_owned(),
                summary: "HR 96-112, 20 min, to 4.5 MET".to_owned(),
                machines: vec![MachineKind::Cycle, MachineKind::Treadmill],
                out_of_force: None,
            },
            PrescriptionChoice {
                id: "walk-1".to_owned(),
                summary: "2.5 MET, 15 min".to_owned(),
                machines: vec![MachineKind::Treadmill],
                out_of_force: None,
            },
        ],
    }
}

/// The gym with these stations, live and quiet but for what they bring.
pub(crate) fn gym(stations: Vec<StationSnapshot>) -> Snapshot {
    let at_station = |name: &str| {
        stations
            .iter()
            .find(|station| {
                station
                    .session
                    .as_ref()
                    .is_some_and(|session| session.patient == name)
            })
            .map(|station| station.number)
    };
    let patients = [
        ("C9TR", "1949"),
        ("H3WN", "1951"),
        ("K7PD", "1958"),
        ("M2QX", "1944"),
        ("R8VA", "1962"),
        ("T5LE", "1939"),
        ("ZB40", "1955"),
    ];
    let patients = patients
        .iter()
        .map(|(name, born)| patient(name, born, at_station(name)))
        .collect();
    let sensors = stations
        .iter()
        .flat_map(|station| {
            let serves = station.session.is_some().then_some(station.number);
            [("strap", Device::Strap), ("oximeter", Device::Oximeter)].map(|(name, role)| {
                SensorChoice {
                    name: format!("{name}-{}", station.number),
                    role,
                    at_station: serves,
                    home: Some(station.number),
                    link: LinkHealth::Up,
                }
            })
        })
        .collect();
    Snapshot {
        number: 4711,
        at: AT,
        clock: GymClock {
            boot_nanos: 0,
            gym_nanos: 0,
            rate: 1,
        },
        wall_micros: 1_795_444_267_000_000,
        gym: "GYM NORTH".to_owned(),
        virtual_devices: false,
        stations,
        record: RecordHealth::Recording {
            committed: before(1),
        },
        patients,
        sensors,
        notices: Vec::new(),
        viewers: 1,
    }
}

/// Eight stations, each in another state.
pub(crate) fn eight() -> Snapshot {
    let mut recovering = busy(7, MachineKind::Treadmill, "R8VA");
    recovering.view.phase = PhaseKind::Recovery;
    without_load(&mut recovering);
    recovering.view.told = Some(belt(0.0, 0.0));
    recovering.view.machine = Some((MachineReport::of(MachineState::Standing), before(0)));
    recovering.view.reason = Reason::Phase;
    recovering.view.target_heart_rate = None;
    recovering.bench.unguarded = true;
    recovering.bench.relay = false;
    gym(vec![
        busy(1, MachineKind::Cycle, "K7PD"),
        low_saturation(2),
        over_limit(3),
        free(4, MachineKind::Cycle),
        strap_lost(5),
        ready(6),
        recovering,
        stopped(8),
    ])
}

/// Eight stations without a patient.
pub(crate) fn empty() -> Snapshot {
    gym((1..=8)
        .map(|number| {
            let kind = if number % 3 == 0 {
                MachineKind::Treadmill
            } else {
                MachineKind::Cycle
            };
            free(number, kind)
        })
        .collect())
}

/// Eight stations at work, nothing wrong.
pub(crate) fn quiet() -> Snapshot {
    let names = [
        "K7PD", "M2QX", "ZB40", "R8VA", "C9TR", "H3WN", "T5LE", "N1SD",
    ];
    gym((1..)
        .zip(names)
        .map(|(number, name)| {
            let kind = if number % 3 == 0 {
                MachineKind::Treadmill
            } else {
                MachineKind::Cycle
            };
            busy(number, kind, name)
        })
        .collect())
}

/// A notice that holds.
pub(crate) fn notice(text: &str) -> Notice {
    Notice {
        at: before(60),
        active: true,
        text: text.to_owned(),
    }
}

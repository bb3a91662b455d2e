use protocols::vocabulary::{MetresPerSecond, PercentGrade, Watts};

use super::*;
use crate::virtual_devices::patient::{PatientParameters, STEP_S, cycle_net_mets};

/// A device that sends one byte each 100 ms, its count, and echoes what it hears; a machine where it has a load.
struct Metronome {
    next: Timestamp,
    count: u8,
    load: Option<MachineLoad>,
    echo: Vec<u8>,
    sending: Vec<u8>,
}

impl Metronome {
    fn with_load(load: Option<MachineLoad>) -> Self {
        Self {
            next: Timestamp::from_millis(100),
            count: 0,
            load,
            echo: Vec::new(),
            sending: Vec::new(),
        }
    }
}

impl VirtualDevice for Metronome {
    fn handle_bytes(&mut self, _now: Timestamp, bytes: &[u8]) {
        self.echo.extend_from_slice(bytes);
        // A host that says "W" and a number orders so many watts, "R" ends.
        if let [b'W', watts] = bytes {
            self.load = Some(MachineLoad::Power(Watts::new((*watts).into()).unwrap()));
        }
        if bytes == b"R" {
            self.load = None;
        }
    }

    fn advance(&mut self, _now: Timestamp, _body: &Body) {}

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.sending.clear();
        self.sending.append(&mut self.echo);
        if self.sending.is_empty() && self.next <= now {
            self.sending.push(self.count);
            self.count = self.count.wrapping_add(1);
            self.next = self.next + Duration::from_millis(100);
        }
        if self.sending.is_empty() {
            DeviceOutput::Wait(self.next)
        } else {
            DeviceOutput::Transmit(&self.sending)
        }
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        self.load
    }
}

fn patient() -> VirtualPatient {
    let parameters: PatientParameters = crate::virtual_devices::patient::Condition::Cad
        .draw(2000)
        .parameters;
    VirtualPatient::new(parameters, 2000)
}

fn rig_with(load: Option<MachineLoad>) -> VirtualRig {
    let mut rig = VirtualRig::new(Timestamp::ZERO, 7, patient());
    rig.add_machine(Box::new(Metronome::with_load(load)));
    rig
}

fn watts(watts: u16) -> Option<MachineLoad> {
    Watts::new(watts).map(MachineLoad::Power)
}

/// What came out, and when, until `until`, called at exactly the instants that the rig asks for.
fn run(rig: &mut VirtualRig, from: Timestamp, until: Timestamp) -> Vec<(u64, String)> {
    let mut log = Vec::new();
    let mut now = from;
    while now <= until {
        loop {
            match rig.poll_output(now) {
                RigOutput::Transmit { device, bytes } => {
                    log.push((now.as_millis(), format!("{device}:{bytes:?}")));
                }
                RigOutput::Unplug { device } => log.push((now.as_millis(), format!("{device}-"))),
                RigOutput::PlugIn { device } => log.push((now.as_millis(), format!("{device}+"))),
                RigOutput::Wait(next) => {
                    assert!(next > now);
                    now = next;
                    break;
                }
            }
        }
    }
    log
}

fn wire_fault(at_s: f64, for_s: f64, fault: WireFault) -> FaultSchedule {
    let fault = Fault::Wire { device: 0, fault };
    [ScheduledFault::from_seconds(at_s, for_s, fault)]
        .into_iter()
        .collect()
}

fn patient_fault(at_s: f64, for_s: f64, kind: EventKind, value: f64) -> FaultSchedule {
    [ScheduledFault::from_seconds(
        at_s,
        for_s,
        Fault::Patient { kind, value },
    )]
    .into_iter()
    .collect()
}

#[test]
fn the_patient_of_a_rig_is_the_published_one_under_the_machines_load() {
    let mut rig = rig_with(watts(75));
    rig.advance(Timestamp::from_secs(300));
    let mut alone = patient();
    let net = cycle_net_mets(alone.parameters(), 75.0);
    while STEP_S * from_u64(alone.steps()) < 300.0 {
        alone.step(net, 1.0);
    }
    assert_eq!(
        rig.body().heart_rate.to_bits(),
        alone.heart_rate().to_bits()
    );
    assert_eq!(
        rig.patient().saturation().to_bits(),
        alone.saturation().to_bits()
    );
}

#[test]
fn how_often_a_rig_is_called_changes_nothing() {
    let mut often = rig_with(watts(60));
    let mut rarely = rig_with(watts(60));
    for millis in 0..20_000 {
        often.advance(Timestamp::from_millis(millis));
    }
    rarely.advance(Timestamp::from_millis(19_999));
    assert_eq!(often.body(), rarely.body());
    assert_eq!(often.patient().steps(), 79);
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let end = Timestamp::from_secs(20);
    let schedule = wire_fault(2.0, 9.0, WireFault::FlippedBits { per_thousand: 300 });
    let logs = [(), ()].map(|()| {
        let mut rig = rig_with(watts(60));
        rig.set_faults(schedule.clone());
        run(&mut rig, Timestamp::ZERO, end)
    });
    assert_eq!(logs[0], logs[1]);
    assert_ne!(logs[0], run(&mut rig_with(watts(60)), Timestamp::ZERO, end));
}

#[test]
fn a_host_moves_the_patient_through_the_machine() {
    let mut rig = rig_with(None);
    rig.advance(Timestamp::from_secs(60));
    let rest = rig.patient().mean_heart_rate();
    assert!(rig.body().cadence < 0.1);
    rig.handle_bytes(Timestamp::from_secs(60), 0, &[b'W', 90]);
    rig.advance(Timestamp::from_secs(240));
    assert!(rig.patient().mean_heart_rate() > rest + 20.0);
    assert!((50.0..70.0).contains(&rig.body().cadence));
    rig.handle_bytes(Timestamp::from_secs(240), 0, b"R");
    rig.advance(Timestamp::from_secs(250));
    assert!(rig.body().cadence < 0.1);
}

#[test]
fn the_patient_walks_while_the_belt_moves() {
    let belt = |speed| MachineLoad::Belt {
        speed: MetresPerSecond::new(speed).unwrap(),
        grade: PercentGrade::ZERO,
    };
    for (speed, walking) in [(0.0, false), (1.2, true)] {
        let mut rig = rig_with(Some(belt(speed)));
        rig.advance(Timestamp::from_secs(2));
        assert_eq!(rig.body().walking, walking);
        assert!(rig.body().cadence < 0.1);
    }
}

#[test]
fn who_stops_pedalling_pays_nothing_and_begins_again() {
    let mut rig = rig_with(watts(75));
    rig.set_faults(patient_fault(120.0, 60.0, EventKind::PedallingStops, 0.0));
    rig.advance(Timestamp::from_secs(119));
    assert!(rig.body().cadence > 50.0);
    rig.advance(Timestamp::from_secs(125));
    assert!(rig.body().cadence < 0.1);
    rig.advance(Timestamp::from_secs(179));
    let rested = rig.patient().systolic();
    rig.advance(Timestamp::from_secs(240));
    assert!(rig.body().cadence > 50.0);
    assert!(rig.patient().systolic() > rested + 5.0);
}

#[test]
fn sensor_faults_show_on_the_body_while_they_last() {
    type Shows = fn(&Body) -> bool;
    let cases: [(EventKind, f64, Shows); 5] = [
        (EventKind::StrapSilent, 0.0, |body| !body.strap_contact),
        (EventKind::OximeterOff, 0.0, |body| !body.finger_in),
        (EventKind::OximeterOffset, -20.0, |body| {
            body.saturation < 85.0
        }),
        (EventKind::StrapValue, 77.0, |body| {
            body.strap_heart_rate == 77
        }),
        (EventKind::StrapOffset, 40.0, |body| {
            f64::from(body.strap_heart_rate) > body.heart_rate + 25.0
        }),
    ];
    for (kind, value, shows) in cases {
        let mut rig = rig_with(None);
        rig.set_faults(patient_fault(10.0, 5.0, kind, value));
        rig.advance(Timestamp::from_secs(10));
        assert!(!shows(rig.body()), "{kind:?} too early");
        rig.advance(Timestamp::from_millis(14_900));
        assert!(shows(rig.body()), "{kind:?} does not show");
        rig.advance(Timestamp::from_millis(16_100));
        assert!(!shows(rig.body()), "{kind:?} stays");
    }
}

#[test]
fn low_perfusion_shows_on_the_body_while_it_lasts() {
    let mut rig = rig_with(None);
    let (at, lasts) = (Timestamp::from_secs(3), Duration::from_secs(2));
    rig.advance(at);
    rig.order_fault(at, lasts, Fault::LowPerfusion);
    rig.advance(Timestamp::from_millis(3_500));
    assert!(!rig.body().perfusion_good);
    rig.advance(Timestamp::from_secs(5));
    assert!(rig.body().perfusion_good);
}

#[test]
fn an_unplugged_port_vanishes_and_comes_back_and_nothing_passes_between() {
    let mut rig = rig_with(None);
    rig.set_faults(wire_fault(1.0, 2.0, WireFault::Unplugged));
    let log = run(&mut rig, Timestamp::ZERO, Timestamp::from_secs(4));
    let between: Vec<&(u64, String)> = log
        .iter()
        .filter(|(millis, _)| (1000..3000).contains(millis))
        .collect();
    assert_eq!(between, [&(1000, "0-".to_owned())]);
    assert!(log.contains(&(3000, "0+".to_owned())));
}

#[test]
fn a_cut_wire_hears_nothing_and_says_nothing() {
    let mut rig = rig_with(None);
    rig.set_faults(wire_fault(1.0, 2.0, WireFault::Silence));
    rig.handle_bytes(Timestamp::from_millis(1_500), 0, &[b'W', 50]);
    assert_eq!(rig.actual_load(), None);
    let log = run(
        &mut rig,
        Timestamp::from_millis(1_500),
        Timestamp::from_millis(2_950),
    );
    assert_eq!(log, []);
    rig.handle_bytes(Timestamp::from_millis(3_000), 0, &[b'W', 50]);
    assert_eq!(rig.actual_load(), watts(50));
}

#[test]
fn old_bytes_come_in_one_piece_when_the_buffer_is_read() {
    let mut rig = rig_with(None);
    rig.set_faults(wire_fault(0.0, 2.0, WireFault::OldBytes));
    let log = run(&mut rig, Timestamp::ZERO, Timestamp::from_millis(2_000));
    let first: Vec<u8> = (0..19).collect();
    assert_eq!(log[0], (2_000, format!("0:{first:?}")));
}

#[test]
fn devices_see_every_step_at_its_own_time() {
    struct Shared(std::sync::mpsc::SyncSender<u64>);
    impl VirtualDevice for Shared {
        fn handle_bytes(&mut self, _now: Timestamp, _bytes: &[u8]) {}
        fn advance(&mut self, now: Timestamp, _body: &Body) {
            self.0.send(now.as_millis()).unwrap();
        }
        fn poll_output(&mut self, _now: Timestamp) -> DeviceOutput<'_> {
            DeviceOutput::Wait(Timestamp::NEVER)
        }
        fn actual_load(&self) -> Option<MachineLoad> {
            None
        }
    }
    let (sender, receiver) = std::sync::mpsc::sync_channel(16);
    let mut rig = VirtualRig::new(Timestamp::from_millis(40), 1, patient());
    rig.add_monitor(Box::new(Shared(sender)));
    rig.advance(Timestamp::from_millis(1_100));
    let seen: Vec<u64> = receiver.try_iter().collect();
    assert_eq!(seen, [290, 540, 790, 1040]);
}

#[test]
fn another_patient_takes_over_rested() {
    let mut rig = rig_with(watts(100));
    rig.advance(Timestamp::from_secs(300));
    assert!(rig.patient().intensity() > 0.1);
    rig.reset_patient();
    assert!(rig.patient().intensity() < 1e-9);
    assert_eq!(rig.patient().steps(), 0);
    rig.advance(Timestamp::from_secs(301));
    assert_eq!(rig.patient().steps(), 4);
}

#[test]
fn the_end_of_time_does_not_keep_a_rig_for_ever() {
    let mut rig = VirtualRig::new(Timestamp::ZERO, 1, patient());
    rig.advance(Timestamp::NEVER);
    assert_eq!(rig.patient().steps(), CATCH_UP_STEPS_MAX);
}

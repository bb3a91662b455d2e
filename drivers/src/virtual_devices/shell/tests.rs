use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use protocols::vocabulary::MachineLoad;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::*;
use crate::bench_io::{Bench, VirtualBench};
use crate::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use crate::virtual_devices::patient::Condition;
use crate::virtual_devices::rig::WireFault;
use crate::virtual_devices::{Body, DeviceOutput, VirtualDevice};

/// Nothing that is waited for takes longer.
const AT_LAST: Duration = Duration::from_secs(10);

/// Answers every byte by the next one, and says `!` each second.
struct Echo {
    next: Timestamp,
    answers: Vec<u8>,
    sending: Vec<u8>,
}

impl VirtualDevice for Echo {
    fn handle_bytes(&mut self, _now: Timestamp, bytes: &[u8]) {
        self.answers
            .extend(bytes.iter().map(|byte| byte.wrapping_add(1)));
    }

    fn advance(&mut self, _now: Timestamp, _body: &Body) {}

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.sending.clear();
        self.sending.append(&mut self.answers);
        if self.sending.is_empty() && self.next <= now {
            self.next = now + Duration::from_secs(1);
            self.sending.push(b'!');
        }
        if self.sending.is_empty() {
            DeviceOutput::Wait(self.next)
        } else {
            DeviceOutput::Transmit(&self.sending)
        }
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        None
    }
}

fn rig() -> VirtualRig {
    let drawn = Condition::Healthy.draw(1);
    let patient = VirtualPatient::new(drawn.parameters, 1);
    let mut rig = VirtualRig::new(Timestamp::ZERO, 1, patient);
    rig.add_monitor(Box::new(Echo {
        next: Timestamp::ZERO,
        answers: Vec::new(),
        sending: Vec::new(),
    }));
    rig
}

/// A host that fails does not leave its devices running.
struct StopsAtTheEnd<'a>(&'a AtomicBool);

impl Drop for StopsAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Serves `rigs` while `host` runs, on a clock that goes on by 5 ms whenever somebody looks at it and that runs a thousand
/// times as fast as the day, so that nothing here waits.
fn served(
    mut rigs: Vec<VirtualRig>,
    mut ports: Vec<RigPort>,
    mut relays: Vec<RigRelay>,
    host: impl FnOnce(&SyncSender<(usize, RigOrder)>),
) -> Vec<VirtualRig> {
    let stop = AtomicBool::new(false);
    let (sender, orders) = sync_channel(8);
    thread::scope(|scope| {
        let stop = &stop;
        let server = scope.spawn(move || {
            let looks = AtomicU64::new(0);
            let clock = RigClock {
                now: &|| Timestamp::from_millis(5 * looks.fetch_add(1, Ordering::Relaxed)),
                rate: 1_000,
            };
            run_rigs(&mut rigs, &mut ports, &mut relays, &clock, &orders, stop).unwrap();
            rigs
        });
        let stops = StopsAtTheEnd(stop);
        host(&sender);
        drop(stops);
        server.join().unwrap()
    })
}

fn open(path: &Path) -> File {
    File::options().read(true).write(true).open(path).unwrap()
}

/// Reads until `wanted` was among what came.
fn read_until(host: &mut File, wanted: u8) -> Vec<u8> {
    let mut seen = Vec::new();
    loop {
        assert!(can_be_read(host, AT_LAST), "nothing came but {seen:?}");
        let mut buffer = [0; 64];
        let count = host.read(&mut buffer).unwrap();
        seen.extend_from_slice(&buffer[..count]);
        if seen.contains(&wanted) {
            return seen;
        }
    }
}

fn can_be_read(host: &File, limit: Duration) -> bool {
    let limit = Timespec {
        tv_sec: i64::try_from(limit.as_secs()).unwrap(),
        tv_nsec: i64::from(limit.subsec_nanos()),
    };
    let mut watched = [PollFd::from_borrowed_fd(host.as_fd(), PollFlags::IN)];
    poll(&mut watched, Some(&limit)).unwrap() > 0
}

fn terminal(rig: usize, link: Option<&Path>) -> RigPort {
    RigPort::on_pseudo_terminal(rig, 0, 9_600, link).unwrap()
}

#[test]
fn devices_speak_by_themselves_and_answer_each_on_its_own_port() {
    let ports = vec![terminal(0, None), terminal(1, None)];
    let paths: Vec<PathBuf> = ports
        .iter()
        .map(|port| port.path().unwrap().into())
        .collect();
    served(vec![rig(), rig()], ports, Vec::new(), |_orders| {
        for (path, byte) in paths.iter().zip([b'a', b'f']) {
            let mut host = open(path);
            host.write_all(&[byte]).unwrap();
            let seen = read_until(&mut host, byte + 1);
            assert!(seen.contains(&b'!'), "{seen:?}");
        }
    });
}

#[test]
fn a_wrong_rate_makes_garbage_both_ways_and_a_right_one_heals_it() {
    let ports = vec![terminal(0, None)];
    let path: PathBuf = ports[0].path().unwrap().into();
    let set_rate = |host: &File, rate| {
        let mut settings = tcgetattr(host).unwrap();
        settings.set_speed(rate).unwrap();
        tcsetattr(host, OptionalActions::Flush, &settings).unwrap();
    };
    served(vec![rig()], ports, Vec::new(), |_orders| {
        let mut host = open(&path);
        set_rate(&host, 19_200);
        let garbled = |byte| {
            let mut bytes = [byte];
            port::garble(&mut bytes);
            bytes[0]
        };
        read_until(&mut host, garbled(b'!'));
        host.write_all(b"k").unwrap();
        read_until(&mut host, garbled(garbled(b'k').wrapping_add(1)));
        set_rate(&host, 9_600);
        host.write_all(b"x").unwrap();
        read_until(&mut host, b'y');
    });
}

#[test]
fn a_pulled_plug_ends_the_port_and_its_return_opens_another_under_the_same_name() {
    let folder = std::env::temp_dir().join(format!("station-shell-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let link = folder.join("oximeter");
    let ports = vec![terminal(0, Some(&link))];
    served(vec![rig()], ports, Vec::new(), |orders| {
        let mut host = open(&link);
        read_until(&mut host, b'!');
        let fault = Fault::Wire {
            device: 0,
            fault: WireFault::Unplugged,
        };
        let lasts = Duration::from_secs(5);
        orders.send((0, RigOrder::Fault { fault, lasts })).unwrap();
        let mut buffer = [0; 64];
        while host.read(&mut buffer).is_ok_and(|count| count > 0) {}
        drop(host);
        let mut again = loop {
            if let Ok(file) = File::options().read(true).write(true).open(&link) {
                break file;
            }
            thread::yield_now();
        };
        again.write_all(b"p").unwrap();
        read_until(&mut again, b'q');
    });
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn orders_reach_the_rig_they_name() {
    let ports = vec![terminal(0, None), terminal(1, None)];
    let path: PathBuf = ports[1].path().unwrap().into();
    let other = Condition::Transplant.draw(5);
    let rigs = served(vec![rig(), rig()], ports, Vec::new(), |orders| {
        let patient = Box::new(VirtualPatient::new(other.parameters, 5));
        orders.send((1, RigOrder::SetPatient(patient))).unwrap();
        orders.send((9, RigOrder::ResetPatient)).unwrap();
        // Orders are looked at before bytes are answered: once there is an answer, they were carried out.
        let mut host = open(&path);
        host.write_all(b"m").unwrap();
        read_until(&mut host, b'n');
    });
    assert_eq!(rigs[1].patient().parameters(), &other.parameters);
    assert_ne!(rigs[0].patient().parameters(), &other.parameters);
}

#[test]
fn a_relay_takes_the_machines_power_and_gives_it_back() {
    let mut rig = rig();
    let bike = VirtualCsafe::new(CsafeModel::ControllableBike);
    let machine = rig.add_machine(Box::new(bike));
    let on_bike = RigPort::on_pseudo_terminal(0, machine, 9_600, None).unwrap();
    let ports = vec![on_bike, terminal(0, None)];
    let paths: Vec<PathBuf> = ports
        .iter()
        .map(|port| port.path().unwrap().into())
        .collect();
    let bench = VirtualBench::new();
    let mut io = bench.safety_io();
    let relay = VirtualRelay::closed_at(bench, Timestamp::ZERO, 20);
    served(
        vec![rig],
        ports,
        vec![RigRelay::closed(0, relay)],
        |_orders| {
            let mut bike = open(&paths[0]);
            let mut echo = open(&paths[1]);
            // A second of the clock lies between two exclamation marks: what the bike has not answered by then, it never will.
            let mut bike_answers = || {
                bike.write_all(&[0xF1, 0x80, 0x80, 0xF2]).unwrap();
                echo.write_all(b"m").unwrap();
                read_until(&mut echo, b'n');
                read_until(&mut echo, b'!');
                read_until(&mut echo, b'!');
                let answers = can_be_read(&bike, Duration::ZERO);
                if answers {
                    assert!(bike.read(&mut [0; 256]).unwrap() > 0);
                }
                answers
            };
            // Nobody pulses: it falls.
            while bike_answers() {}
            assert!(!bike_answers());
            let mut tries = 0..100;
            let came_back = tries.any(|_| {
                io.open().unwrap();
                io.pulse().unwrap();
                bike_answers()
            });
            assert!(came_back);
        },
    );
}

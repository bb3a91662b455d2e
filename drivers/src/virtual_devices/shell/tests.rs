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
use crate::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use crate::virtual_devices::patient::Condition;
use crate::virtual_devices::rig::WireFault;
use crate::virtual_devices::{Body, DeviceOutput, VirtualDevice};

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

/// Serves `rigs` while `host` runs, on a clock that goes on by 5 ms whenever somebody looks at it and that runs a thousand
/// times as fast as the day, so that nothing here waits.
fn served(
    mut rigs: Vec<VirtualRig>,
    mut ports: Vec<RigPort>,
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
            run_rigs(&mut rigs, &mut ports, &clock, &orders, stop).unwrap();
            rigs
        });
        host(&sender);
        stop.store(true, Ordering::Release);
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
        assert!(can_be_read(host), "nothing came but {seen:?}");
        let mut buffer = [0; 64];
        let count = host.read(&mut buffer).unwrap();
        seen.extend_from_slice(&buffer[..count]);
        if seen.contains(&wanted) {
            return seen;
        }
    }
}

fn can_be_read(host: &File) -> bool {
    let limit = Timespec {
        tv_sec: 10,
        tv_nsec: 0,
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
    served(vec![rig(), rig()], ports, |_orders| {
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
    served(vec![rig()], ports, |_orders| {
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
    served(vec![rig()], ports, |orders| {
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
    let rigs = served(vec![rig(), rig()], ports, |orders| {
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
fn an_order_takes_the_machines_power() {
    let mut rig = rig();
    let bike = VirtualCsafe::new(CsafeModel::ControllableBike);
    let machine = rig.add_machine(Box::new(bike));
    let ports = vec![terminal(0, None)];
    let path: PathBuf = ports[0].path().unwrap().into();
    let mut rigs = served(vec![rig], ports, |orders| {
        orders.send((0, RigOrder::MachinePower(false))).unwrap();
        let mut host = open(&path);
        host.write_all(b"m").unwrap();
        read_until(&mut host, b'n');
    });
    let later = Timestamp::from_secs(1_000_000);
    let answers = |rig: &mut VirtualRig, at: Timestamp| {
        rig.handle_bytes(at, machine, &[0xF1, 0x80, 0x80, 0xF2]);
        let soon = at + Duration::from_millis(10);
        loop {
            match rig.poll_output(soon) {
                RigOutput::Transmit { device, .. } if device == machine => break true,
                RigOutput::Wait(_) => break false,
                RigOutput::Transmit { .. }
                | RigOutput::Unplug { .. }
                | RigOutput::PlugIn { .. } => {}
            }
        }
    };
    assert!(!answers(&mut rigs[0], later));
    rigs[0].set_machine_power(later, true);
    assert!(answers(&mut rigs[0], later + Duration::from_secs(1)));
}

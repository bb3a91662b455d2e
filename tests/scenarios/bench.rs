//! Devices on pseudo-terminals of the test's own: they are there before a gym, and stay when it dies.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use drivers::pseudo_terminal::open_port;
use drivers::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use drivers::virtual_devices::kettler::{KettlerModel, virtual_kettler};
use drivers::virtual_devices::patient::{Condition, VirtualPatient};
use drivers::virtual_devices::rig::{RigOutput, VirtualRig};
use drivers::virtual_devices::shell::{RigClock, RigPort, run_rigs};
use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice, VirtualNoninDf2};
use protocols::csafe::{MachineDecoder, code};
use protocols::trackmaster::SpeedUnit;
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::Decoder;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use station::clock::boot_nanos;

const BAUD: u32 = 9_600;

fn now() -> Timestamp {
    Timestamp::from_nanos(boot_nanos())
}

/// One device with somebody on it, on the day's own time.
pub(crate) struct Bench {
    stop: Arc<AtomicBool>,
    served: Option<JoinHandle<()>>,
}

impl Bench {
    /// A bike that somebody pedals.
    pub(crate) fn bike(link: &Path) -> Self {
        Self::of(link, |rig| {
            rig.add_machine(Box::new(VirtualCsafe::new(CsafeModel::ControllableBike)))
        })
    }

    /// An ergometer that takes no load from its host: it answers ERROR where it is told one, as in the wrong mode.
    pub(crate) fn ergometer_that_refuses(link: &Path) -> Self {
        Self::of(link, |rig| {
            let kettler = virtual_kettler(now(), KettlerModel::AnyCase);
            rig.add_machine(Box::new(RefusesPower(kettler)))
        })
    }

    /// An oximeter on somebody's finger.
    pub(crate) fn oximeter(link: &Path) -> Self {
        Self::of(link, |rig| {
            rig.add_monitor(Box::new(VirtualNoninDf2::new(now())))
        })
    }

    /// A treadmill of Trackmaster's kind, at the rate of this port, as one maker's is.
    pub(crate) fn trackmaster(link: &Path) -> Self {
        let unit = SpeedUnit::MilesPerHour;
        Self::of(link, |rig| {
            rig.add_machine(Box::new(VirtualTrackmaster::new(now(), unit)))
        })
    }

    fn of(link: &Path, add: impl FnOnce(&mut VirtualRig) -> usize) -> Self {
        let mut rig = rig(now());
        let device = add(&mut rig);
        let mut ports = vec![
            RigPort::on_pseudo_terminal(0, device, BAUD, Some(link)).expect("a pseudo-terminal"),
        ];
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let served = thread::spawn(move || {
            let (_sender, orders) = sync_channel(1);
            let clock = RigClock { now: &now, rate: 1 };
            run_rigs(&mut [rig], &mut ports, &mut [], &clock, &orders, &told)
                .expect("served to the end");
        });
        Self {
            stop,
            served: Some(served),
        }
    }
}

/// A Kettler to which a power is no word that it knows.
struct RefusesPower<D>(D);

impl<D: VirtualDevice> VirtualDevice for RefusesPower<D> {
    fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]) {
        let heard: Vec<u8> = bytes
            .iter()
            .map(|byte| if *byte == b'W' { b'?' } else { *byte })
            .collect();
        self.0.handle_bytes(now, &heard);
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

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(served) = self.served.take() {
            let _failed_already = served.join();
        }
    }
}

fn rig(begun: Timestamp) -> VirtualRig {
    VirtualRig::new(
        begun,
        1,
        VirtualPatient::new(Condition::Cad.draw(1).parameters, 1),
    )
}

/// What an oximeter on somebody's finger sends in so many seconds.
pub(crate) fn oximeter_bytes(seconds: u64) -> Vec<u8> {
    let mut rig = rig(Timestamp::ZERO);
    let oximeter: Box<dyn VirtualDevice> = Box::new(VirtualNoninDf2::new(Timestamp::ZERO));
    rig.add_monitor(oximeter);
    let end = Timestamp::from_secs(seconds);
    let mut at = Timestamp::ZERO;
    let mut all = Vec::new();
    while at < end {
        match rig.poll_output(at) {
            RigOutput::Transmit { bytes, .. } => all.extend_from_slice(bytes),
            RigOutput::Wait(until) => at = until.max(at + Duration::from_millis(1)),
            RigOutput::Unplug { .. } | RigOutput::PlugIn { .. } => {}
        }
    }
    all
}

/// Asks the bike on a port, as another host would, what power it gives, in watts.
pub(crate) fn asked_power(path: &Path) -> u16 {
    let port = open_port(path, BAUD).expect("the port is there");
    let question = [0xF1, code::GET_POWER, code::GET_POWER, 0xF2];
    rustix::io::write(&port, &question).expect("written");
    let mut decoder = MachineDecoder::new();
    let mut power = None;
    while power.is_none() {
        let mut ready = [PollFd::new(&port, PollFlags::IN)];
        let limit = Timespec {
            tv_sec: 30,
            tv_nsec: 0,
        };
        assert!(
            poll(&mut ready, Some(&limit)).expect("waited") > 0,
            "the bike does not answer"
        );
        let mut buffer = [0; 256];
        let count = rustix::io::read(&port, &mut buffer).expect("read");
        decoder.feed(&buffer[..count], &mut |found| {
            // What the host before left unread may begin in the middle of a frame.
            if let Ok(frame) = &found.content
                && let Some([low, high, ..]) = frame.answer(code::GET_POWER)
            {
                power = Some(u16::from_le_bytes([*low, *high]));
            }
        });
    }
    power.expect("just read")
}

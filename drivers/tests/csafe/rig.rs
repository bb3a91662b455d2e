//! A link and a virtual machine on one wire, on a clock of whole milliseconds.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::machines::csafe::{CsafeLink, CsafeProfile};
use drivers::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use protocols::csafe::{HostDecoder, code};
use protocols::vocabulary::{
    MachineCommand, MachineLoad, MachineReport, MachineState, MetresPerSecond, PercentGrade,
    Timestamp, Watts,
};
use protocols::wire::Decoder;

/// What the host put on the wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) at: Timestamp,
    pub(crate) preempts: bool,
    pub(crate) bytes: Vec<u8>,
}

impl Sent {
    /// The codes of its commands, over all its frames.
    pub(crate) fn codes(&self) -> Vec<u8> {
        let mut codes = Vec::new();
        HostDecoder::new().feed(&self.bytes, &mut |found| {
            let frame = found.content.expect("a link sends good frames");
            codes.extend(frame.commands().map(|command| command.code));
        });
        codes
    }

    pub(crate) fn has(&self, code: u8) -> bool {
        self.codes().contains(&code)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    Open,
    Shut,
}

pub(crate) struct Rig {
    pub(crate) link: CsafeLink,
    pub(crate) device: VirtualCsafe,
    pub(crate) body: Body,
    pub(crate) now: Timestamp,
    pub(crate) sent: Vec<Sent>,
    pub(crate) events: Vec<(Timestamp, LinkEvent)>,
    /// Whether the wire carries nothing, in either direction.
    pub(crate) cut: bool,
    port: Port,
    /// Whether the core grants leave.
    pub(crate) deciding: bool,
    /// Whether the core goes on reading the machine but the machine does not answer.
    pub(crate) mute: bool,
}

impl Rig {
    /// A machine that has been powered, and a link without a port.
    pub(crate) fn new(profile: CsafeProfile, model: CsafeModel) -> Self {
        Self {
            link: CsafeLink::new(profile),
            device: VirtualCsafe::new(model),
            body: Body {
                heart_rate: 104.0,
                strap_heart_rate: 104,
                saturation: 97.0,
                cadence: 60.0,
                walking: true,
                strap_contact: true,
                finger_in: true,
                perfusion_good: true,
            },
            now: Timestamp::from_secs(1),
            sent: Vec::new(),
            events: Vec::new(),
            cut: false,
            port: Port::Shut,
            deciding: true,
            mute: false,
        }
    }

    pub(crate) fn bike() -> Self {
        Self::new(CsafeProfile::Bike, CsafeModel::ControllableBike).opened()
    }

    pub(crate) fn treadmill() -> Self {
        Self::new(CsafeProfile::Treadmill, CsafeModel::ControllableTreadmill).opened()
    }

    /// The port open, and the first seconds over.
    pub(crate) fn opened(mut self) -> Self {
        self.plug();
        self.pass(3_000);
        self
    }

    pub(crate) fn plug(&mut self) {
        if std::mem::replace(&mut self.port, Port::Open) == Port::Shut {
            self.link.handle_opened(self.now);
        }
    }

    pub(crate) fn unplug(&mut self) {
        if std::mem::replace(&mut self.port, Port::Shut) == Port::Open {
            self.link.handle_closed(self.now);
        }
    }

    pub(crate) fn command(&mut self, command: MachineCommand) {
        self.link.handle_command(self.now, command);
        self.turn();
    }

    /// Lets so many milliseconds pass.
    pub(crate) fn pass(&mut self, millis: u64) {
        for _ in 0..millis {
            self.turn();
            self.now = self.now + Duration::from_millis(1);
        }
        self.turn();
    }

    fn turn(&mut self) {
        if self.deciding && self.now.as_millis().is_multiple_of(100) {
            self.link.renew_leave(self.now + Duration::from_millis(400));
        }
        if self.now.as_millis().is_multiple_of(250) {
            self.device.advance(self.now, &self.body);
        }
        self.drain_link();
        loop {
            let bytes = match self.device.poll_output(self.now) {
                DeviceOutput::Transmit(bytes) => bytes.to_vec(),
                DeviceOutput::Wait(until) => {
                    assert!(until > self.now, "the device waits for the past");
                    break;
                }
            };
            if !self.cut && !self.mute {
                self.receive(&bytes);
            }
        }
    }

    /// Bytes reach the link.
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        self.link.handle_bytes(self.now, self.now, bytes);
        self.drain_link();
    }

    fn drain_link(&mut self) {
        for _ in 0..100 {
            let (bytes, preempts) = match self.link.poll_output(self.now) {
                LinkOutput::Transmit(bytes) => (bytes.to_vec(), false),
                LinkOutput::Preempt(bytes) => (bytes.to_vec(), true),
                LinkOutput::Event(event) => {
                    self.events.push((self.now, event));
                    continue;
                }
                LinkOutput::Wait(until) => {
                    assert!(until > self.now, "the link waits for the past");
                    return;
                }
            };
            assert!(preempts || bytes.len() <= 32, "{bytes:02X?}");
            if !self.cut {
                self.device.handle_bytes(self.now, &bytes);
            }
            self.sent.push(Sent {
                at: self.now,
                preempts,
                bytes,
            });
        }
        panic!("the link never waits");
    }

    /// Forgets what was sent and told so far.
    pub(crate) fn forget(&mut self) {
        self.sent.clear();
        self.events.clear();
    }

    pub(crate) fn told(&self, event: &LinkEvent) -> bool {
        self.events.iter().any(|(_, told)| told == event)
    }

    pub(crate) fn when(&self, event: &LinkEvent) -> Timestamp {
        let found = self.events.iter().find(|(_, told)| told == event);
        found.expect("told").0
    }

    pub(crate) fn reports(&self) -> Vec<MachineReport> {
        let report = |event: &(Timestamp, LinkEvent)| match event.1 {
            LinkEvent::Machine { report, .. } => Some(report),
            LinkEvent::Up
            | LinkEvent::Silent
            | LinkEvent::Accepted(_)
            | LinkEvent::Objected(_)
            | LinkEvent::Refused(_)
            | LinkEvent::OtherProtocol(_)
            | LinkEvent::HeartRate { .. }
            | LinkEvent::PulseRate { .. }
            | LinkEvent::Saturation { .. }
            | LinkEvent::Plethysmogram { .. } => None,
        };
        self.events.iter().filter_map(report).collect()
    }

    pub(crate) fn last_report(&self) -> MachineReport {
        *self.reports().last().expect("a report")
    }

    pub(crate) fn state(&self) -> MachineState {
        self.last_report().state
    }

    pub(crate) fn sent_with(&self, code: u8) -> Vec<&Sent> {
        self.sent.iter().filter(|sent| sent.has(code)).collect()
    }
}

pub(crate) fn power(watts: u16) -> MachineLoad {
    MachineLoad::Power(Watts::new(watts).expect("a power"))
}

/// A belt's load in km/h and per cent.
pub(crate) fn belt(speed: f64, grade: f64) -> MachineLoad {
    MachineLoad::Belt {
        speed: MetresPerSecond::from_kilometres_per_hour(speed).expect("in range"),
        grade: PercentGrade::new(grade).expect("in range"),
    }
}

/// What lets go of a bike: SETPOWER 0, then GOFINISHED.
pub(crate) fn is_release(codes: &[u8]) -> bool {
    codes == [code::SET_POWER, code::GO_FINISHED]
}

/// A bike in use at this power.
pub(crate) fn riding(watts: u16) -> Rig {
    let mut rig = Rig::bike();
    rig.command(MachineCommand::Start(power(25)));
    rig.pass(2_000);
    rig.command(MachineCommand::SetLoad(power(watts)));
    rig.pass(4_000);
    rig.forget();
    rig
}

/// A treadmill in use at this load.
pub(crate) fn walking(speed: f64, grade: f64) -> Rig {
    let mut rig = Rig::treadmill();
    rig.command(MachineCommand::Start(belt(speed, grade)));
    rig.pass(2_000);
    rig.command(MachineCommand::SetLoad(belt(speed, grade)));
    rig.pass(15_000);
    rig.forget();
    rig
}

//! A link and a virtual treadmill on one wire of 4800 baud, on a clock of whole milliseconds.

use std::collections::VecDeque;
use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::machines::trackmaster::{SpeedUnit, TrackmasterLink, TrackmasterSettings};
use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
use drivers::virtual_devices::woodway::virtual_woodway;
use drivers::virtual_devices::{DeviceOutput, VirtualDevice};
use protocols::vocabulary::{
    MachineCommand, MachineLoad, MachineReport, MachineState, MetresPerSecond, PercentGrade,
    Timestamp,
};

/// When a machine was switched on.
pub(crate) const BEGUN: Timestamp = Timestamp::from_secs(10);

/// What the host put on the wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) at: Timestamp,
    pub(crate) preempts: bool,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Rig {
    pub(crate) link: TrackmasterLink,
    pub(crate) device: Box<dyn VirtualDevice>,
    pub(crate) now: Timestamp,
    pub(crate) sent: Vec<Sent>,
    pub(crate) events: Vec<(Timestamp, LinkEvent)>,
    /// Whether the core decides, and so grants leave.
    pub(crate) deciding: bool,
    /// So many of the next answers get lost.
    pub(crate) lose_answers: usize,
    /// So many of the next messages of the host get lost.
    pub(crate) lose_requests: usize,
    /// What the machine was heard to say, with noise in between if a test adds some.
    to_host: VecDeque<(Timestamp, Vec<u8>)>,
    to_device: VecDeque<(Timestamp, Vec<u8>)>,
}

pub(crate) fn belt(tenths_of_mph: u32, grade: f64) -> MachineLoad {
    MachineLoad::Belt {
        speed: MetresPerSecond::new(f64::from(tenths_of_mph) * 0.044_704).expect("in range"),
        grade: PercentGrade::new(grade).expect("in range"),
    }
}

fn line_time(bytes: usize) -> Duration {
    Duration::from_millis(2) * u32::try_from(bytes).expect("short")
}

impl Rig {
    /// A treadmill that was powered up this long ago, and a link whose port has just been opened.
    pub(crate) fn powered_for(time: Duration) -> Self {
        let device = VirtualTrackmaster::new(BEGUN, SpeedUnit::MilesPerHour);
        Self::of(
            TrackmasterSettings::new(SpeedUnit::MilesPerHour),
            Box::new(device),
            time,
        )
    }

    /// The same of a Woodway.
    pub(crate) fn woodway_powered_for(time: Duration) -> Self {
        let device = virtual_woodway(BEGUN);
        Self::of(TrackmasterSettings::woodway(), Box::new(device), time)
    }

    /// A link to one machine, and at the other end whatever is there.
    pub(crate) fn of(
        settings: TrackmasterSettings,
        device: Box<dyn VirtualDevice>,
        time: Duration,
    ) -> Self {
        let begun = BEGUN;
        let mut rig = Self {
            link: TrackmasterLink::with_settings(settings),
            device,
            now: begun,
            sent: Vec::new(),
            events: Vec::new(),
            deciding: true,
            lose_answers: 0,
            lose_requests: 0,
            to_host: VecDeque::new(),
            to_device: VecDeque::new(),
        };
        rig.drain_device();
        rig.to_host.clear();
        rig.now = begun + time;
        rig.link.handle_opened(rig.now);
        rig
    }

    /// A link that knows its machine, which stands and would start at once.
    pub(crate) fn ready() -> Self {
        let mut rig = Self::powered_for(Duration::from_mins(1));
        rig.run(Duration::from_secs(5));
        assert!(rig.has(LinkEvent::Up), "{:?}", rig.events);
        rig
    }

    /// A link with a belt that runs with this load.
    pub(crate) fn running(load: MachineLoad) -> Self {
        Self::ready().brought_to(load)
    }

    /// The same of a Woodway.
    pub(crate) fn woodway_running(load: MachineLoad) -> Self {
        let mut rig = Self::woodway_powered_for(Duration::from_mins(1));
        rig.run(Duration::from_secs(1));
        rig.brought_to(load)
    }

    fn brought_to(self, load: MachineLoad) -> Self {
        let mut rig = self;
        rig.tell(MachineCommand::Start(belt(5, 0.0)));
        rig.run(Duration::from_secs(1));
        rig.tell(MachineCommand::SetLoad(load));
        rig.run(Duration::from_secs(30));
        assert_eq!(rig.device.actual_load(), Some(load));
        rig.sent.clear();
        rig.events.clear();
        rig
    }

    /// The core's command, and the turn that carries it.
    pub(crate) fn tell(&mut self, command: MachineCommand) {
        self.link.handle_command(self.now, command);
        self.drain();
    }

    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now = self.now + Duration::from_millis(1);
            if self.deciding && self.now.as_millis().is_multiple_of(100) {
                self.link.renew_leave(self.now + Duration::from_millis(400));
            }
            self.deliver();
            self.drain();
        }
    }

    /// Runs until the host has just sent one more of this opcode.
    pub(crate) fn run_until_sent(&mut self, opcode: u8) {
        let before = self.sent_of(opcode).len();
        for _ in 0..20_000 {
            if self.sent_of(opcode).len() > before {
                return;
            }
            self.run(Duration::from_millis(1));
        }
        panic!("{opcode:02X} was not sent within 20 s");
    }

    /// Bytes that the host hears now, whoever made them.
    pub(crate) fn disturb(&mut self, bytes: &[u8]) {
        self.link.handle_bytes(self.now, self.now, bytes);
        self.drain();
    }

    /// The mains go and come.
    pub(crate) fn power_cycle(&mut self) {
        self.device.set_power(self.now, false);
        self.device.set_power(self.now, true);
    }

    /// Bytes of another host.
    pub(crate) fn other_host(&mut self, bytes: &[u8]) {
        self.device.handle_bytes(self.now, bytes);
        let now = self.now;
        while let DeviceOutput::Transmit(_) = self.device.poll_output(now) {}
    }

    pub(crate) fn has(&self, event: LinkEvent) -> bool {
        self.events.iter().any(|(_, seen)| *seen == event)
    }

    pub(crate) fn count_of(&self, event: LinkEvent) -> usize {
        self.events
            .iter()
            .filter(|(_, seen)| *seen == event)
            .count()
    }

    pub(crate) fn last_report(&self) -> MachineReport {
        self.events
            .iter()
            .rev()
            .find_map(|(_, event)| {
                if let LinkEvent::Machine { report, .. } = event {
                    Some(*report)
                } else {
                    None
                }
            })
            .expect("a report")
    }

    pub(crate) fn reported_load(&self) -> MachineLoad {
        let report = self.last_report();
        MachineLoad::Belt {
            speed: report.speed.expect("speed"),
            grade: report.grade.expect("grade"),
        }
    }

    pub(crate) fn stands(&self) -> bool {
        self.device.actual_load().is_none() && self.last_report().state == MachineState::Standing
    }

    /// The opcodes that the host sent, polls left out.
    pub(crate) fn commands(&self) -> Vec<u8> {
        self.sent
            .iter()
            .map(|sent| sent.bytes[0])
            .filter(|opcode| *opcode < 0xC0)
            .collect()
    }

    pub(crate) fn sent_of(&self, opcode: u8) -> Vec<&Sent> {
        self.sent
            .iter()
            .filter(|sent| sent.bytes[0] == opcode)
            .collect()
    }

    fn deliver(&mut self) {
        while self
            .to_device
            .front()
            .is_some_and(|(at, _)| *at <= self.now)
        {
            let (_, bytes) = self.to_device.pop_front().expect("a message");
            self.device.handle_bytes(self.now, &bytes);
        }
        self.drain_device();
        while self.to_host.front().is_some_and(|(at, _)| *at <= self.now) {
            let (at, bytes) = self.to_host.pop_front().expect("an answer");
            self.link.handle_bytes(self.now, at, &bytes);
        }
    }

    fn drain_device(&mut self) {
        let now = self.now;
        while let DeviceOutput::Transmit(bytes) = self.device.poll_output(now) {
            if self.lose_answers > 0 {
                self.lose_answers -= 1;
            } else {
                self.to_host
                    .push_back((now + line_time(bytes.len()), bytes.to_vec()));
            }
        }
    }

    pub(crate) fn drain(&mut self) {
        for _ in 0..64 {
            let (preempts, bytes) = match self.link.poll_output(self.now) {
                LinkOutput::Transmit(bytes) => (false, bytes.to_vec()),
                LinkOutput::Preempt(bytes) => (true, bytes.to_vec()),
                LinkOutput::Event(event) => {
                    self.events.push((self.now, event));
                    continue;
                }
                LinkOutput::Wait(until) => {
                    assert!(until > self.now, "a link that spins");
                    return;
                }
            };
            if self.lose_requests > 0 {
                self.lose_requests -= 1;
            } else {
                self.to_device
                    .push_back((self.now + line_time(bytes.len()), bytes.clone()));
            }
            self.sent.push(Sent {
                at: self.now,
                preempts,
                bytes,
            });
        }
        panic!("a link that never waits");
    }
}

//! The gym: all stations, links and bouts as one value without I/O, and the shells around it.
//!
//! Promises: everything enters by [`Gym::handle`] with the time beside it, everything leaves by [`Gym::poll_output`]. A breach in a
//! reading leaves as bytes in the same call that brought the reading. One station's panic is that station's own.
//!
//! Deliberately absent: clocks, ports, sockets, files. They belong to the shells: [`runtime`] with real ones, [`simulated`] with
//! made-up ones.

pub mod address;
mod bay;
mod chronicle;
pub mod demo;
mod devices;
pub mod fault_order;
pub mod launch;
pub mod messages;
mod notices;
pub mod open_house;
mod overheard;
mod picture;
mod requests;
mod restart;
mod routing;
pub mod runtime;
pub mod simulated;
pub mod snapshot;
pub mod socket;
pub mod virtual_gym;
mod visit;
mod wire;

use std::collections::VecDeque;
use std::time::Duration;

use control::input::Input;
use control::outputs::Outputs;
use control::prescription::Tuning;
use drivers::link::LinkEvent;
use protocols::vocabulary::{OnSilence, Timestamp};

use self::bay::Bay;
use self::chronicle::Chronicle;
use self::messages::Request;
use self::snapshot::{Notice, RecordHealth};
pub use self::wire::{Frame, PortId};
use self::wire::{Owner, Sensor, Wire};
use crate::clinic::{Patient, ResolvedPrescription};
use crate::clock::{Day, GymClock};
use crate::config::{BenchConfig, Config, PortAddress};
use crate::records::{Entry, RecorderStatus, SessionIds};

/// How often every core is told that time has passed.
const TICK: Duration = Duration::from_millis(100);

/// A gap in the control loop from which on every signal is stale (design section 6).
pub(crate) const LOOP_GAP: Duration = Duration::from_millis(250);

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// A port was opened and flushed.
    PortOpened(PortId),
    /// A port could not be opened, or has gone.
    PortShut {
        /// Which.
        port: PortId,
        /// What the system said.
        because: String,
    },
    /// Bytes came.
    Bytes {
        /// On which port.
        port: PortId,
        /// When the last of them was sent.
        sent_at: Timestamp,
        /// They.
        bytes: &'a [u8],
    },
    /// The deadline of [`Gym::deadline`] has come.
    Due,
    /// A stop circuit was read.
    StopCircuit {
        /// The station's place.
        bay: usize,
        /// Open: pressed, torn or broken.
        open: bool,
    },
    /// A patient pressed the call button.
    Called {
        /// The station's place.
        bay: usize,
    },
    /// So many viewers are alive.
    Viewers(usize),
    /// A person asks for something.
    Asked {
        /// Who gets the answer.
        viewer: u64,
        /// What.
        request: Box<Request>,
    },
    /// What the wall clock shows.
    Wall {
        /// Microseconds since 1970, UTC.
        micros: i64,
        /// Of which day.
        day: Day,
    },
    /// How the record is doing.
    Record(RecorderStatus),
    /// The gym is to end: every session safely, then every machine let go.
    End {
        /// Why, for the record.
        because: &'static str,
    },
}

/// What the gym wants done.
#[derive(Debug)]
pub enum Output {
    /// Write these bytes; `preempt`: discard what has not left the kernel first.
    Transmit {
        /// Where.
        port: PortId,
        /// What.
        frame: Frame,
        /// A stop or a reduction.
        preempt: bool,
    },
    /// Open this port, off the control thread, and say how it went.
    Open {
        /// Which.
        port: PortId,
        /// Where it is.
        address: PortAddress,
    },
    /// Pulse this station's relay on, or let it open.
    Relay {
        /// The station's place.
        bay: usize,
        /// Open.
        open: bool,
    },
    /// Write this down.
    Record(Box<Entry>),
    /// Tell a viewer what became of its request.
    Answer {
        /// Whom.
        viewer: u64,
        /// Which request.
        request: u64,
        /// Why not, if not.
        refused: Option<String>,
    },
    /// A high alarm sounds: run the configured command.
    Sound,
    /// Every machine is at rest, every session closed.
    Ended,
}

/// The gym.
pub struct Gym {
    name: String,
    clock_rate: u32,
    virtual_devices: bool,
    bays: Vec<Bay>,
    wires: Vec<Wire>,
    sensors: Vec<Sensor>,
    patients: Vec<Patient>,
    tuning: Tuning,
    outputs: VecDeque<Output>,
    chronicle: Chronicle,
    record: RecordHealth,
    /// Nothing that was handed to the recorder waits for the disk.
    record_is_level: bool,
    notices: Vec<Notice>,
    viewers: usize,
    pictures: VecDeque<(u64, Timestamp)>,
    next_tick: Timestamp,
    last_tick: Timestamp,
    ending: Option<Ending>,
    session_ids: SessionIds,
    /// The day that it is: no bout begins on a prescription that is out of force. Nothing else in here asks for it.
    day: Day,
    /// The event brought bytes: where a turn of it has a command, the command leaves before anything is written down.
    bytes_first: bool,
    aftermath: Option<Aftermath>,
}

/// A turn whose bytes leave before it is written down.
struct Aftermath {
    now: Timestamp,
    bay: usize,
    input: Input,
    outputs: Box<Outputs>,
    /// What its machine's link said of the command. It is judged after this turn, and so stands after it in the journal.
    said: Vec<LinkEvent>,
    /// The port whose device has more to say.
    port: Option<PortId>,
}

/// How far the gym's end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ending {
    since: Timestamp,
    because: &'static str,
    told: bool,
}

impl std::fmt::Debug for Gym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gym")
            .field("name", &self.name)
            .field("bays", &self.bays.len())
            .finish_non_exhaustive()
    }
}

/// What a gym is told once, beside its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// Now, in the gym's time.
    pub now: Timestamp,
    /// How many times real time.
    pub clock_rate: u32,
    /// Wall time now, in microseconds since 1970, UTC.
    pub wall_micros: i64,
    /// The day that it is.
    pub day: Day,
    /// What happens before people watch: sessions rolled in advance.
    pub pre_rolled: bool,
    /// The ids of this run of the gym.
    pub session_ids: SessionIds,
}

impl Gym {
    /// A gym with nobody in it and every port shut.
    #[must_use]
    pub fn new(config: &Config, circumstances: Circumstances) -> Self {
        let now = circumstances.now;
        let mut wires = Vec::new();
        let mut bays = Vec::new();
        for (index, station) in config.stations.iter().enumerate() {
            let (link, capabilities) = devices::machine_link(station);
            wires.push(Wire::new(
                station.port.clone(),
                Owner::Machine { bay: index },
                (station.machine.protocol(), link),
                now,
            ));
            let mut bay = Bay::new(
                station.number,
                station.name.clone(),
                station.machine.clone(),
                capabilities,
                station.bench.clone(),
                wires.len() - 1,
            );
            bay.commissioned = config.is_commissioned(station);
            if config.breaks_its_promise(station) {
                bay.on_silence = OnSilence::KeepsLoad;
            }
            bays.push(bay);
        }
        let mut sensors = Vec::new();
        for (index, sensor) in config.sensors.iter().enumerate() {
            let link = sensor.protocol.protocol().link();
            wires.push(Wire::new(
                sensor.port.clone(),
                Owner::Sensor { sensor: index },
                (sensor.protocol.protocol(), link),
                now,
            ));
            sensors.push(Sensor {
                name: sensor.name.clone(),
                role: sensor.protocol.role(),
                home: sensor.home,
                wire: wires.len() - 1,
                bay: None,
            });
        }
        let virtual_devices = wires
            .iter()
            .any(|wire| wire.address == PortAddress::Virtual);
        Self {
            name: config.gym.clone(),
            clock_rate: circumstances.clock_rate.max(1),
            virtual_devices,
            bays,
            wires,
            sensors,
            patients: config.patients.clone(),
            tuning: config.tuning,
            outputs: VecDeque::with_capacity(256),
            chronicle: Chronicle::new(circumstances, virtual_devices, config.keep_wire),
            record: RecordHealth::Recording { committed: now },
            record_is_level: true,
            notices: Vec::new(),
            viewers: 0,
            pictures: VecDeque::with_capacity(128),
            next_tick: now,
            last_tick: now,
            ending: None,
            session_ids: circumstances.session_ids,
            day: circumstances.day,
            bytes_first: false,
            aftermath: None,
        }
    }

    /// Takes one event. Drain [`Self::poll_output`] after it.
    pub fn handle(&mut self, now: Timestamp, event: Event<'_>) {
        let now = now.rounded_to_micros();
        if let Some(aftermath) = self.aftermath.take() {
            self.finish(&aftermath);
        }
        if event != Event::Due
            && now.since(self.last_tick) > LOOP_GAP.saturating_mul(self.clock_rate)
        {
            // What comes after the loop stood still is judged by cores that know that it did.
            self.due(now);
        }
        match event {
            Event::PortOpened(port) => self.port_opened(now, port),
            Event::PortShut { port, because } => self.port_shut(now, port, because),
            Event::Bytes {
                port,
                sent_at,
                bytes,
            } => self.bytes(now, port, sent_at, bytes),
            Event::Due => self.due(now),
            Event::StopCircuit { bay, open } => self.turn(now, bay, &Input::StopCircuit { open }),
            Event::Called { bay } => self.called(now, bay),
            Event::Viewers(count) => self.viewers_changed(now, count),
            Event::Asked { viewer, request } => self.asked(now, viewer, &request),
            Event::Wall { micros, day } => {
                self.day = day;
                self.chronicle.wall_shows(now, micros);
                self.flush_chronicle();
            }
            Event::Record(status) => self.record_changed(now, &status),
            Event::End { because } => self.begin_end(now, because),
        }
    }

    /// The next thing to do. Drain until `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        if self.outputs.is_empty()
            && let Some(aftermath) = self.aftermath.take()
        {
            self.finish(&aftermath);
        }
        self.outputs.pop_front()
    }

    /// When [`Event::Due`] is wanted at the latest.
    #[must_use]
    pub fn deadline(&self) -> Timestamp {
        self.wires
            .iter()
            .map(Wire::deadline)
            .fold(self.next_tick, Ord::min)
    }

    /// How many ports there are; their ids count from 0.
    #[must_use]
    pub const fn port_count(&self) -> usize {
        self.wires.len()
    }

    /// Each station's bench I/O, in their order.
    pub fn benches(&self) -> impl Iterator<Item = &BenchConfig> {
        self.bays.iter().map(|bay| &bay.bench)
    }

    /// Bytes that make each machine let go, for a way out on which nothing can be computed any more.
    pub fn release_bytes(&self) -> impl Iterator<Item = (PortId, &'static [u8])> {
        self.bays.iter().filter_map(|bay| {
            let bytes = self.wires.get(bay.wire)?.link().release_bytes();
            (!bytes.is_empty()).then_some((PortId(bay.wire), bytes))
        })
    }

    /// What is spoken at a port, by its id.
    #[must_use]
    pub fn protocol_at(&self, port: PortId) -> Option<&str> {
        let wire = self.wires.get(port.0)?;
        Some(&wire.made_by.protocol)
    }

    /// Whether the devices are the gym's own virtual ones.
    #[must_use]
    pub const fn has_virtual_devices(&self) -> bool {
        self.virtual_devices
    }

    /// From now on the gym is live: what was rolled before was on simulated time. The wall clock is anchored anew.
    pub fn go_live(&mut self, now: Timestamp, wall_micros: i64, day: Day) {
        self.day = day;
        self.last_tick = now;
        self.next_tick = now + TICK;
        self.chronicle.go_live(now, wall_micros);
        self.flush_chronicle();
    }

    /// Whether the wall clock was set: it differs by more than a second from what the last anchor makes of the gym's time.
    #[must_use]
    pub fn wall_is_off(&self, now: Timestamp, micros: i64) -> bool {
        self.chronicle.wall_micros(now).abs_diff(micros) > 1_000_000
    }

    /// Lets one station's core panic at that instant, to show that the others do not notice.
    pub fn order_panic(&mut self, station: u8, at: Timestamp) {
        if let Some(bay) = self.bays.iter_mut().find(|bay| bay.number == station) {
            bay.panic_at(at);
        }
    }

    /// The whole gym as viewers see it.
    pub fn picture(
        &mut self,
        now: Timestamp,
        clock: GymClock,
        wall_micros: i64,
    ) -> snapshot::Snapshot {
        let number = self.pictures.back().map_or(1, |(number, _)| number + 1);
        if self.pictures.len() >= 128 {
            self.pictures.pop_front();
        }
        self.pictures.push_back((number, now));
        picture::of(self, number, now, clock, wall_micros)
    }

    /// Why a prescription may not begin a bout now: it is out of force.
    fn out_of_force(&self, now: Timestamp, ordered: &ResolvedPrescription) -> Option<String> {
        let today = self.day.date_at(self.chronicle.wall_micros(now));
        ordered.validity.why_not_on(today)
    }

    fn due(&mut self, now: Timestamp) {
        if now >= self.next_tick {
            let gap = now.since(self.last_tick);
            let gap_limit = LOOP_GAP.saturating_mul(self.clock_rate);
            for bay in 0..self.bays.len() {
                if gap > gap_limit {
                    self.turn(
                        now,
                        bay,
                        &Input::LoopGap {
                            lasted: gap / self.clock_rate,
                        },
                    );
                }
                self.turn(now, bay, &Input::Tick);
                self.each_tick(now, bay);
            }
            self.last_tick = now;
            self.next_tick = if gap > gap_limit {
                now + TICK
            } else {
                self.next_tick + TICK
            };
            if self.next_tick <= now {
                self.next_tick = now + TICK;
            }
            self.chronicle.anchor(now);
            self.go_on_ending(now);
        }
        self.poll_wires(now);
        self.flush_chronicle();
    }

    fn notice(&mut self, now: Timestamp, text: String) {
        if let Some(there) = self.notices.iter_mut().find(|notice| notice.text == text) {
            there.at = now;
            there.active = true;
            return;
        }
        if self.notices.len() >= 20 {
            self.notices.remove(0);
        }
        self.chronicle.notice(now, &text);
        self.notices.push(Notice {
            at: now,
            active: true,
            text,
        });
    }

    fn flush_chronicle(&mut self) {
        while let Some(entry) = self.chronicle.next() {
            self.record_is_level = false;
            self.outputs.push_back(Output::Record(Box::new(entry)));
        }
    }
}

//! The other end of every virtual port of a gym: one rig a station, with a patient of its own.

use drivers::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use drivers::virtual_devices::patient::{Condition, VirtualPatient};
use drivers::virtual_devices::rig::VirtualRig;
use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
use drivers::virtual_devices::{VirtualDevice, VirtualNoninDf2, VirtualZephyrHxm};
use protocols::trackmaster::SpeedUnit;
use protocols::vocabulary::Timestamp;

use super::wire::PortId;
use crate::config::{Config, MachineProtocol, PortAddress, SensorProtocol};

/// Where a virtual port leads: a device of a rig.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Socketed {
    /// The gym's port.
    pub port: PortId,
    /// The rig's place.
    pub rig: usize,
    /// The device's number in its rig.
    pub device: usize,
    /// The line's rate, in baud.
    pub baud: u32,
}

/// The rigs of a gym and which port leads to which of their devices.
pub struct VirtualGym {
    /// One rig a station, then one for each virtual sensor without a home.
    pub rigs: Vec<VirtualRig>,
    /// Which port leads where.
    pub sockets: Vec<Socketed>,
}

/// The rate of a machine's line, in baud.
#[must_use]
pub const fn machine_baud(protocol: MachineProtocol) -> u32 {
    match protocol {
        MachineProtocol::CsafeBike | MachineProtocol::CsafeTreadmill => 9_600,
        MachineProtocol::Trackmaster { .. } => 4_800,
    }
}

/// The rate of a sensor's line, in baud.
#[must_use]
pub const fn sensor_baud(protocol: SensorProtocol) -> u32 {
    match protocol {
        SensorProtocol::NoninDf2 => 9_600,
        SensorProtocol::ZephyrHxm => 115_200,
    }
}

/// The rate of each port's line, in the order of the ports.
#[must_use]
pub fn bauds(config: &Config) -> Vec<u32> {
    let machines = config
        .stations
        .iter()
        .map(|station| machine_baud(station.machine));
    machines
        .chain(
            config
                .sensors
                .iter()
                .map(|sensor| sensor_baud(sensor.protocol)),
        )
        .collect()
}

impl VirtualGym {
    /// The devices of every virtual port. `patients` stand at the stations in their order; a station beyond them gets one drawn by
    /// its number.
    #[must_use]
    pub fn new(config: &Config, now: Timestamp, patients: Vec<VirtualPatient>) -> Self {
        let mut patients = patients.into_iter();
        let mut gym = Self {
            rigs: Vec::new(),
            sockets: Vec::new(),
        };
        for (index, station) in config.stations.iter().enumerate() {
            let seed = u64::from(station.number);
            let patient = patients.next().unwrap_or_else(|| drawn(seed));
            let mut rig = VirtualRig::new(now, seed, patient);
            if station.port == PortAddress::Virtual {
                let device = rig.add_machine(machine(station.machine, now));
                let baud = machine_baud(station.machine);
                gym.sockets.push(Socketed {
                    port: PortId(index),
                    rig: index,
                    device,
                    baud,
                });
            }
            gym.rigs.push(rig);
        }
        for (index, sensor) in config.sensors.iter().enumerate() {
            if sensor.port != PortAddress::Virtual {
                continue;
            }
            let home = sensor.home.and_then(|home| {
                config
                    .stations
                    .iter()
                    .position(|station| station.number == home)
            });
            let rig = home.unwrap_or_else(|| {
                gym.rigs.push(VirtualRig::new(now, 1_000, drawn(1_000)));
                gym.rigs.len() - 1
            });
            if let Some(there) = gym.rigs.get_mut(rig) {
                let device = there.add_monitor(monitor(sensor.protocol, now));
                let port = PortId(config.stations.len() + index);
                gym.sockets.push(Socketed {
                    port,
                    rig,
                    device,
                    baud: sensor_baud(sensor.protocol),
                });
            }
        }
        gym
    }

    /// Where a port leads.
    #[must_use]
    pub fn behind(&self, port: PortId) -> Option<Socketed> {
        self.sockets
            .iter()
            .copied()
            .find(|socket| socket.port == port)
    }

    /// The port before a rig's device.
    #[must_use]
    pub fn port_of(&self, rig: usize, device: usize) -> Option<PortId> {
        self.sockets
            .iter()
            .find(|socket| socket.rig == rig && socket.device == device)
            .map(|socket| socket.port)
    }
}

/// A patient drawn by a station's number: somebody with coronary disease.
fn drawn(seed: u64) -> VirtualPatient {
    let drawn = Condition::Cad.draw(seed);
    VirtualPatient::new(drawn.parameters, seed)
}

fn machine(protocol: MachineProtocol, now: Timestamp) -> Box<dyn VirtualDevice> {
    match protocol {
        MachineProtocol::CsafeBike => Box::new(VirtualCsafe::new(CsafeModel::ControllableBike)),
        MachineProtocol::CsafeTreadmill => {
            Box::new(VirtualCsafe::new(CsafeModel::ControllableTreadmill))
        }
        MachineProtocol::Trackmaster { miles } => {
            Box::new(VirtualTrackmaster::new(now, speed_unit(miles)))
        }
    }
}

/// The unit in tenths of which a Trackmaster counts speed.
pub(super) const fn speed_unit(miles: bool) -> SpeedUnit {
    if miles {
        SpeedUnit::MilesPerHour
    } else {
        SpeedUnit::KilometresPerHour
    }
}

fn monitor(protocol: SensorProtocol, now: Timestamp) -> Box<dyn VirtualDevice> {
    match protocol {
        SensorProtocol::NoninDf2 => Box::new(VirtualNoninDf2::new(now)),
        SensorProtocol::ZephyrHxm => Box::new(VirtualZephyrHxm::new(now)),
    }
}

//! The other end of every virtual port of a gym: one rig a station, with a patient of its own.

use drivers::port::LineSettings;
use drivers::virtual_devices::patient::{Condition, VirtualPatient};
use drivers::virtual_devices::rig::VirtualRig;
use protocols::vocabulary::Timestamp;

use super::wire::PortId;
use crate::config::{Config, PortAddress, Protocol};

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

/// How each port's line is set, in the order of the ports.
#[must_use]
pub fn lines(config: &Config) -> Vec<LineSettings> {
    let machines = config
        .stations
        .iter()
        .map(|station| station.machine.protocol());
    machines
        .chain(
            config
                .sensors
                .iter()
                .map(|sensor| sensor.protocol.protocol()),
        )
        .map(Protocol::line)
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
                let protocol = station.machine.protocol();
                if let Some(machine) = protocol.virtual_device(now) {
                    let device = rig.add_machine(machine);
                    gym.sockets.push(Socketed {
                        port: PortId(index),
                        rig: index,
                        device,
                        baud: protocol.line().baud,
                    });
                }
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
            let protocol = sensor.protocol.protocol();
            if let Some(there) = gym.rigs.get_mut(rig)
                && let Some(monitor) = protocol.virtual_device(now)
            {
                let device = there.add_monitor(monitor);
                let port = PortId(config.stations.len() + index);
                gym.sockets.push(Socketed {
                    port,
                    rig,
                    device,
                    baud: protocol.line().baud,
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

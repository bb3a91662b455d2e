//! One virtual patient with the machine the patient is on and the monitors the patient wears: what joins body and wires.
//!
//! Promises: no I/O and no clock; one seed and one row of calls give the same bytes. The patient moves on an exact grid of
//! 0.25 s from the instant of making, however late or rarely the rig is called; work in one call is bounded.

mod fault;
mod legs;
mod wire;

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp, number::from_u64};

use super::patient::{
    EventKind, STEPS_PER_SECOND, Sensors, VirtualPatient, event::StepInfluence, net_mets,
};
use super::{Body, DeviceOutput, VirtualDevice};

pub use fault::{Fault, FaultSchedule, ScheduledFault, WireFault};

use fault::WireFaults;
use legs::Legs;
use wire::Wire;

/// The grid on which the patient moves.
pub const STEP: Duration = Duration::from_millis(250);
/// Steps that one call makes up for at most: a day. What lies before is left out.
const CATCH_UP_STEPS_MAX: u64 = 4 * 86_400;
/// A device that asks to be called again at once is called again after this: nobody may spin.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// A body before anybody looked at it.
const UNSEEN: Body = Body {
    heart_rate: 0.0,
    strap_heart_rate: 0,
    saturation: 0.0,
    cadence: 0.0,
    walking: false,
    strap_contact: false,
    finger_in: false,
    perfusion_good: false,
};

/// A patient, up to one machine, and any number of monitors. Devices are numbered in the order in which they were added.
pub struct VirtualRig {
    begun: Timestamp,
    steps: u64,
    seed: u64,
    patient: VirtualPatient,
    sensors: Sensors,
    legs: Legs,
    body: Body,
    machine: Option<usize>,
    devices: Vec<Attached>,
    schedule: FaultSchedule,
    outgoing: Vec<u8>,
}

/// One device and its wire.
struct Attached {
    device: Box<dyn VirtualDevice>,
    wire: Wire,
}

/// What a rig wants done. Drain until [`RigOutput::Wait`] after every call.
#[derive(Debug, PartialEq, Eq)]
pub enum RigOutput<'a> {
    /// Send these bytes on this device's wire.
    Transmit {
        /// The device's number.
        device: usize,
        /// What to send.
        bytes: &'a [u8],
    },
    /// The device's cable is pulled: its port must vanish.
    Unplug {
        /// The device's number.
        device: usize,
    },
    /// The cable is back: a port must appear under the same name.
    PlugIn {
        /// The device's number.
        device: usize,
    },
    /// Nothing to do before this instant, which is always in the future.
    Wait(Timestamp),
}

impl VirtualRig {
    /// A rig without devices whose clock begins at `begun`. `seed` is that of cadence and of the faults' chance, apart from
    /// the patient's own.
    #[must_use]
    pub fn new(begun: Timestamp, seed: u64, patient: VirtualPatient) -> Self {
        let sensors = Sensors::new(patient.parameters());
        let mut rig = Self {
            begun,
            steps: 0,
            seed,
            legs: Legs::new(seed),
            body: UNSEEN,
            patient,
            sensors,
            machine: None,
            devices: Vec::new(),
            schedule: FaultSchedule::default(),
            outgoing: Vec::new(),
        };
        rig.show_body();
        rig
    }

    /// Puts the patient on a machine, which replaces one that was there as the source of load, and gives its number.
    pub fn add_machine(&mut self, device: Box<dyn VirtualDevice>) -> usize {
        let number = self.add_monitor(device);
        self.machine = Some(number);
        number
    }

    /// Puts a monitor on the patient and gives its number.
    pub fn add_monitor(&mut self, device: Box<dyn VirtualDevice>) -> usize {
        let number = self.devices.len();
        self.devices.push(Attached {
            device,
            wire: Wire::new(self.seed, number),
        });
        number
    }

    /// How many devices there are.
    #[must_use]
    pub const fn device_count(&self) -> usize {
        self.devices.len()
    }

    /// Orders faults; they replace those ordered before. Their times count from the rig's beginning.
    pub fn set_faults(&mut self, schedule: FaultSchedule) {
        self.schedule = schedule;
    }

    /// Orders one more fault that begins at `now`.
    pub fn order_fault(&mut self, now: Timestamp, lasts: Duration, fault: Fault) {
        let at = now.since(self.begun);
        self.schedule.push(ScheduledFault { at, lasts, fault });
    }

    /// Another person takes the devices, rested.
    pub fn set_patient(&mut self, patient: VirtualPatient) {
        self.sensors = Sensors::new(patient.parameters());
        self.patient = patient;
        self.legs = Legs::new(self.seed);
        self.show_body();
    }

    /// The same person again, rested, as new. Devices, faults and the rig's clock go on.
    pub fn reset_patient(&mut self) {
        let mut patient = self.patient.clone();
        patient.reset();
        self.set_patient(patient);
    }

    /// The patient.
    #[must_use]
    pub const fn patient(&self) -> &VirtualPatient {
        &self.patient
    }

    /// What strap and oximeter say in the model of the trials, without a wire between.
    #[must_use]
    pub const fn sensors(&self) -> &Sensors {
        &self.sensors
    }

    /// What the body shows to the devices now.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// What the machine does to the patient now; `None` at rest or without a machine.
    #[must_use]
    pub fn actual_load(&self) -> Option<MachineLoad> {
        let machine = self.devices.get(self.machine?)?;
        machine.device.actual_load()
    }

    /// Gives the patient's machine power or takes it, as a safety relay does. Nothing happens without a machine, or where the
    /// power is as it was.
    pub fn set_machine_power(&mut self, now: Timestamp, on: bool) {
        self.advance(now);
        if let Some(machine) = self.machine.and_then(|number| self.devices.get_mut(number)) {
            machine.device.set_power(now, on);
        }
    }

    /// Makes every step that is due at `now`. The other calls do it by themselves.
    pub fn advance(&mut self, now: Timestamp) {
        let due = now.since(self.begun).as_nanos() / STEP.as_nanos();
        let due = u64::try_from(due).unwrap_or(u64::MAX);
        if due.saturating_sub(self.steps) > CATCH_UP_STEPS_MAX {
            self.steps = due - CATCH_UP_STEPS_MAX;
        }
        while self.steps < due {
            self.step();
        }
    }

    /// Bytes from the host of a device. Nothing of them arrives while its wire is cut.
    pub fn handle_bytes(&mut self, now: Timestamp, device: usize, bytes: &[u8]) {
        self.advance(now);
        let faults = self.schedule.on_wire(device, now.since(self.begun));
        if let Some(attached) = self.devices.get_mut(device)
            && !faults.is_cut()
        {
            attached.device.handle_bytes(now, bytes);
        }
    }

    /// What to do next.
    pub fn poll_output(&mut self, now: Timestamp) -> RigOutput<'_> {
        self.advance(now);
        let elapsed = now.since(self.begun);
        let mut wait = self.time_of_step(self.steps.saturating_add(1));
        if let Some(edge) = self.schedule.next_edge(elapsed) {
            wait = wait.min(self.begun + edge);
        }
        for (number, attached) in self.devices.iter_mut().enumerate() {
            let faults = self.schedule.on_wire(number, elapsed);
            match attached.wire.plug_change(faults) {
                Some(true) => return RigOutput::PlugIn { device: number },
                Some(false) => return RigOutput::Unplug { device: number },
                None => {}
            }
            let until = attached.drain(now, faults, &mut self.outgoing);
            let Some(until) = until else {
                return RigOutput::Transmit {
                    device: number,
                    bytes: &self.outgoing,
                };
            };
            wait = wait.min(until);
        }
        RigOutput::Wait(wait.max(now + SHORTEST_WAIT))
    }

    /// One step of 0.25 s, from the load that is on now to what body and machines show at its end.
    fn step(&mut self) {
        let second = from_u64(self.steps / STEPS_PER_SECOND);
        let influence = StepInfluence::of(self.schedule.patient_events(), second);
        let load = self.actual_load();
        let pedalling = self.legs.step(load, influence.pedalling_stopped);
        let net = net_mets(self.patient.parameters(), load, pedalling) + influence.extra_met;
        self.patient.step(net, influence.gain_factor);
        self.steps = self.steps.saturating_add(1);
        self.sensors
            .observe(&self.patient, self.steps, self.schedule.patient_events());
        self.show_body();
        let at = self.time_of_step(self.steps);
        for attached in &mut self.devices {
            attached.device.advance(at, &self.body);
        }
    }

    /// Puts together what the body shows after the last step.
    fn show_body(&mut self) {
        let second = from_u64(self.steps.saturating_sub(1) / STEPS_PER_SECOND);
        let belt_moves = matches!(
            self.actual_load(),
            Some(MachineLoad::Belt { speed, .. }) if speed.get() > 0.0
        );
        let mut body = Body {
            heart_rate: self.patient.heart_rate(),
            strap_heart_rate: self
                .sensors
                .readings()
                .strap
                .unwrap_or(self.body.strap_heart_rate),
            saturation: self.patient.saturation(),
            cadence: self.legs.cadence(),
            walking: belt_moves,
            strap_contact: true,
            finger_in: true,
            perfusion_good: !self
                .schedule
                .perfusion_is_low(self.time_of_step(self.steps).since(self.begun)),
        };
        let events = self.schedule.patient_events().iter();
        for event in events.filter(|event| event.is_active(second)) {
            match event.kind {
                EventKind::StrapSilent => body.strap_contact = false,
                EventKind::OximeterOff => body.finger_in = false,
                EventKind::OximeterOffset => {
                    body.saturation = (body.saturation + event.value).clamp(0.0, 100.0);
                }
                EventKind::StrapStuck
                | EventKind::StrapValue
                | EventKind::StrapOffset
                | EventKind::PedallingStops
                | EventKind::ExtraMet
                | EventKind::GainFactor => {}
            }
        }
        self.body = body;
    }

    /// When so many steps are done.
    fn time_of_step(&self, steps: u64) -> Timestamp {
        let millis = steps.saturating_mul(1000 / STEPS_PER_SECOND);
        self.begun + Duration::from_millis(millis)
    }
}

impl Attached {
    /// Takes what the device sends until something passes the wire, which is then in `outgoing`, or until there is nothing
    /// more: then when to ask again.
    fn drain(
        &mut self,
        now: Timestamp,
        faults: WireFaults,
        outgoing: &mut Vec<u8>,
    ) -> Option<Timestamp> {
        outgoing.clear();
        self.wire.release(faults, outgoing);
        while outgoing.is_empty() {
            match self.device.poll_output(now) {
                DeviceOutput::Transmit(bytes) => self.wire.carry(faults, bytes, outgoing),
                DeviceOutput::Wait(until) => return Some(until),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;

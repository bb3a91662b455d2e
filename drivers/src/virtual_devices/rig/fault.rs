//! Faults to order: what goes wrong with patient, sensors and wires, and when. Listed, never drawn, so that a run is repeatable.

use core::time::Duration;

use protocols::vocabulary::number::floor_to_u32;

use crate::virtual_devices::patient::{EventKind, PatientEvent};

/// The faults of one rig, in the order in which they act.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FaultSchedule {
    patient_events: Vec<PatientEvent>,
    others: Vec<ScheduledFault>,
}

/// One fault. Active from `at` up to, not including, `at + lasts`, both on the rig's own clock. What happens to the patient
/// begins and ends with a whole second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledFault {
    /// When it begins, from the rig's beginning.
    pub at: Duration,
    /// How long it lasts.
    pub lasts: Duration,
    /// What it is.
    pub fault: Fault,
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// Something with the patient or a sensor on the patient, as patients' files list it.
    Patient {
        /// What happens.
        kind: EventKind,
        /// By how much, in the unit of the kind; 0 where it has none.
        value: f64,
    },
    /// Too little blood in the finger for the oximeter.
    LowPerfusion,
    /// Something with the wire of one device.
    Wire {
        /// The device's number in the rig.
        device: usize,
        /// What happens.
        fault: WireFault,
    },
}

/// What can go wrong on any wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireFault {
    /// The cable is off at the device: nothing passes in either direction, the port stays.
    Silence,
    /// Some of the pieces that the device sends lose their second half.
    HalfFrames {
        /// How many of a thousand.
        per_thousand: u16,
    },
    /// Some bytes from the device arrive with one bit wrong.
    FlippedBits {
        /// How many of a thousand bytes.
        per_thousand: u16,
    },
    /// The adapter is pulled out of the host: the port vanishes, and comes back at the end.
    Unplugged,
    /// What the device sends is kept back in a buffer, and comes all at once at the end.
    OldBytes,
}

/// What is wrong with one wire at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct WireFaults {
    pub(super) silent: bool,
    pub(super) unplugged: bool,
    pub(super) held_back: bool,
    pub(super) halves_per_thousand: u16,
    pub(super) flips_per_thousand: u16,
}

impl WireFaults {
    /// Whether nothing passes in either direction.
    pub(super) const fn is_cut(self) -> bool {
        self.silent || self.unplugged
    }
}

impl ScheduledFault {
    /// A fault from seconds; negative ones and what is no number count as 0.
    #[must_use]
    pub fn from_seconds(at_s: f64, for_s: f64, fault: Fault) -> Self {
        Self {
            at: duration(at_s),
            lasts: duration(for_s),
            fault,
        }
    }

    fn is_active(&self, elapsed: Duration) -> bool {
        self.at <= elapsed && elapsed < self.end()
    }

    fn end(&self) -> Duration {
        self.at.saturating_add(self.lasts)
    }
}

impl FaultSchedule {
    /// The events of a patient's file.
    #[must_use]
    pub const fn of_patient(events: Vec<PatientEvent>) -> Self {
        Self {
            patient_events: events,
            others: Vec::new(),
        }
    }

    /// Adds one fault, which acts after those that are there.
    pub fn push(&mut self, fault: ScheduledFault) {
        match fault.fault {
            Fault::Patient { kind, value } => self.patient_events.push(PatientEvent {
                at_s: fault.at.as_secs_f64(),
                for_s: fault.lasts.as_secs_f64(),
                kind,
                value,
            }),
            Fault::LowPerfusion | Fault::Wire { .. } => self.others.push(fault),
        }
    }

    pub(super) fn patient_events(&self) -> &[PatientEvent] {
        &self.patient_events
    }

    pub(super) fn perfusion_is_low(&self, elapsed: Duration) -> bool {
        self.others
            .iter()
            .any(|one| one.fault == Fault::LowPerfusion && one.is_active(elapsed))
    }

    /// What is wrong with a device's wire now.
    pub(super) fn on_wire(&self, number: usize, elapsed: Duration) -> WireFaults {
        let mut faults = WireFaults::default();
        for one in self.others.iter().filter(|one| one.is_active(elapsed)) {
            let Fault::Wire { device, fault } = one.fault else {
                continue;
            };
            if device != number {
                continue;
            }
            match fault {
                WireFault::Silence => faults.silent = true,
                WireFault::HalfFrames { per_thousand } => faults.halves_per_thousand = per_thousand,
                WireFault::FlippedBits { per_thousand } => faults.flips_per_thousand = per_thousand,
                WireFault::Unplugged => faults.unplugged = true,
                WireFault::OldBytes => faults.held_back = true,
            }
        }
        faults
    }

    /// When next a fault of a wire begins or ends.
    pub(super) fn next_edge(&self, elapsed: Duration) -> Option<Duration> {
        self.others
            .iter()
            .flat_map(|one| [one.at, one.end()])
            .filter(|edge| *edge > elapsed)
            .min()
    }
}

impl FromIterator<ScheduledFault> for FaultSchedule {
    fn from_iter<I: IntoIterator<Item = ScheduledFault>>(faults: I) -> Self {
        let mut schedule = Self::default();
        for fault in faults {
            schedule.push(fault);
        }
        schedule
    }
}

/// Seconds to the millisecond; negative ones and what is no number count as nothing.
fn duration(seconds: f64) -> Duration {
    let millis = floor_to_u32((seconds * 1000.0 + 0.5).max(0.0)).unwrap_or(u32::MAX);
    Duration::from_millis(u64::from(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(at_s: f64, for_s: f64, device: usize, fault: WireFault) -> ScheduledFault {
        ScheduledFault::from_seconds(at_s, for_s, Fault::Wire { device, fault })
    }

    #[test]
    fn a_fault_acts_on_its_own_wire_while_it_lasts() {
        let schedule: FaultSchedule = [
            wire(1.0, 2.0, 0, WireFault::Silence),
            wire(2.0, 2.0, 1, WireFault::FlippedBits { per_thousand: 5 }),
        ]
        .into_iter()
        .collect();
        let silent = |millis| schedule.on_wire(0, Duration::from_millis(millis)).is_cut();
        assert_eq!(
            [999, 1000, 2999, 3000].map(silent),
            [false, true, true, false]
        );
        let other = schedule.on_wire(1, Duration::from_millis(2500));
        assert_eq!((other.is_cut(), other.flips_per_thousand), (false, 5));
    }

    #[test]
    fn every_beginning_and_end_is_an_edge() {
        let schedule: FaultSchedule = [
            wire(1.0, 2.0, 0, WireFault::Silence),
            wire(2.0, 2.0, 1, WireFault::Unplugged),
        ]
        .into_iter()
        .collect();
        let mut edges = Vec::new();
        let mut elapsed = Duration::ZERO;
        while let Some(edge) = schedule.next_edge(elapsed) {
            edges.push(edge.as_millis());
            elapsed = edge;
        }
        assert_eq!(edges, [1000, 2000, 3000, 4000]);
    }

    #[test]
    fn seconds_that_mean_nothing_are_none() {
        assert_eq!(duration(-1.0), Duration::ZERO);
        assert_eq!(duration(f64::NAN), Duration::ZERO);
        assert_eq!(duration(0.25), Duration::from_millis(250));
    }
}

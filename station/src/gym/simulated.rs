//! The gym on made-up time: clock, ports and devices from one seed, as fast as the machine can. The same gym, the same links, the same
//! bytes as on real ports, without the waiting.

use drivers::virtual_devices::rig::RigOutput;
use protocols::vocabulary::Timestamp;

use super::messages::{Ask, Request};
use super::snapshot::Snapshot;
use super::virtual_gym::VirtualGym;
use super::{Event, Gym, Output, PortId};
use crate::clock::GymClock;
use crate::config::BenchConfig;
use crate::records::Entry;

/// A gym with virtual devices behind every port, on simulated time.
pub struct SimulatedGym {
    /// The gym.
    pub gym: Gym,
    /// Its devices.
    pub devices: VirtualGym,
    now: Timestamp,
    wall_micros: i64,
    refusals: Vec<String>,
    ended: bool,
    /// Whose machine its relay has switched off.
    without_power: Vec<bool>,
}

impl SimulatedGym {
    /// A gym at `now`, which the wall clock calls `wall_micros`.
    #[must_use]
    pub fn new(gym: Gym, devices: VirtualGym, now: Timestamp, wall_micros: i64) -> Self {
        Self {
            without_power: gym.benches().map(|_| false).collect(),
            gym,
            devices,
            now,
            wall_micros,
            refusals: Vec::new(),
            ended: false,
        }
    }

    /// The simulated time.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Why requests were not taken, in order.
    #[must_use]
    pub fn refusals(&self) -> &[String] {
        &self.refusals
    }

    /// Whether the gym has ended.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.ended
    }

    /// The gym as a viewer would see it now.
    pub fn picture(&mut self) -> Snapshot {
        let clock = GymClock {
            boot_nanos: 0,
            gym_nanos: self.now.as_nanos(),
            rate: 1,
        };
        self.gym.picture(self.now, clock, self.wall_micros)
    }

    /// A person at a dashboard asks for something, having seen the latest picture.
    pub fn ask(&mut self, station: u8, ask: Ask, record: &mut dyn FnMut(Entry)) {
        let picture = self.picture();
        let session = picture
            .stations
            .iter()
            .find(|there| there.number == station)
            .and_then(|there| there.session.as_ref())
            .map(|session| session.id.clone());
        let request = Request {
            number: picture.number,
            snapshot: picture.number,
            station,
            session,
            ask,
        };
        self.handle(
            Event::Asked {
                viewer: 0,
                request: Box::new(request),
            },
            record,
        );
    }

    /// One event at the simulated time.
    pub fn handle(&mut self, event: Event<'_>, record: &mut dyn FnMut(Entry)) {
        self.gym.handle(self.now, event);
        self.carry_out(record);
    }

    /// Runs until `until`, handing what is to be recorded to `record`.
    pub fn run_until(&mut self, until: Timestamp, record: &mut dyn FnMut(Entry)) {
        while self.now < until {
            self.gym.handle(self.now, Event::Due);
            self.carry_out(record);
            let mut next = until.min(self.gym.deadline());
            for rig in 0..self.devices.rigs.len() {
                next = next.min(self.drain_rig(rig, record));
            }
            next = next.min(self.gym.deadline());
            self.now = next
                .max(self.now + core::time::Duration::from_micros(100))
                .min(until);
        }
    }

    /// Delivers what a rig has to send, and says when it wants to be asked again.
    fn drain_rig(&mut self, rig: usize, record: &mut dyn FnMut(Entry)) -> Timestamp {
        let mut bytes = Vec::new();
        loop {
            let Some(there) = self.devices.rigs.get_mut(rig) else {
                return Timestamp::NEVER;
            };
            let (device, event) = match there.poll_output(self.now) {
                RigOutput::Wait(until) => return until,
                RigOutput::Transmit {
                    device,
                    bytes: sent,
                } => {
                    bytes.clear();
                    bytes.extend_from_slice(sent);
                    (device, None)
                }
                RigOutput::Unplug { device } => (device, Some(false)),
                RigOutput::PlugIn { device } => (device, Some(true)),
            };
            let Some(port) = self.devices.port_of(rig, device) else {
                continue;
            };
            let event = match event {
                None => Event::Bytes {
                    port,
                    sent_at: self.now,
                    bytes: &bytes,
                },
                Some(false) => Event::PortShut {
                    port,
                    because: "unplugged".to_owned(),
                },
                Some(true) => continue,
            };
            self.gym.handle(self.now, event);
            self.carry_out(record);
        }
    }

    fn carry_out(&mut self, record: &mut dyn FnMut(Entry)) {
        while let Some(output) = self.gym.poll_output() {
            match output {
                Output::Transmit { port, frame, .. } => self.transmit(port, frame.as_slice()),
                Output::Open { port, .. } => self.gym.handle(self.now, Event::PortOpened(port)),
                Output::Record(entry) => record(*entry),
                Output::Answer {
                    refused: Some(words),
                    ..
                } => self.refusals.push(words),
                Output::Ended => self.ended = true,
                Output::Relay { bay, open } => self.relay(bay, open),
                Output::Answer { refused: None, .. } | Output::Sound => {}
            }
        }
    }

    /// A virtual relay gives the machine its power or takes it, at once: there is no monostable between.
    fn relay(&mut self, bay: usize, open: bool) {
        let is_virtual = self.gym.benches().nth(bay) == Some(&BenchConfig::Virtual);
        let Some(without_power) = self.without_power.get_mut(bay) else {
            return;
        };
        if is_virtual && *without_power != open {
            *without_power = open;
            if let Some(rig) = self.devices.rigs.get_mut(bay) {
                rig.set_machine_power(self.now, !open);
            }
        }
    }

    fn transmit(&mut self, port: PortId, bytes: &[u8]) {
        if let Some(socket) = self.devices.behind(port)
            && let Some(rig) = self.devices.rigs.get_mut(socket.rig)
        {
            rig.handle_bytes(self.now, socket.device, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use control::input::Action;
    use control::view::PhaseKind;
    use drivers::virtual_devices::rig::{Fault, WireFault};

    use super::super::demo;
    use super::super::snapshot::LinkHealth;
    use super::*;
    use crate::records::replay::replay;
    use crate::records::{Anchor, Archive, Recorder, RecorderOptions, SessionIds};

    #[test]
    fn a_relay_that_opens_silences_its_machine_alone() {
        let (config, people) = demo::gym();
        let mut record = |_entry| {};
        let ids = SessionIds::of_run(1);
        let mut gym = demo::roll(
            &config,
            people,
            Timestamp::from_secs(1),
            0,
            ids,
            &mut record,
        );
        let healths = |gym: &mut SimulatedGym| {
            let stations = gym.picture().stations;
            stations
                .iter()
                .map(|there| there.machine.link.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(healths(&mut gym), vec![LinkHealth::Up; 6]);
        gym.ask(1, Ask::EmergencyStop, &mut record);
        gym.run_until(gym.now() + Duration::from_secs(10), &mut record);
        let after = healths(&mut gym);
        assert_eq!(after[0], LinkHealth::Silent);
        assert_eq!(after[1..], vec![LinkHealth::Up; 5]);
        assert_eq!(gym.devices.rigs[0].actual_load(), None);
    }

    /// A line that stands still for longer than the belt's watchdog waits, as on a busy computer.
    #[test]
    fn a_belt_that_its_own_watchdog_stopped_is_told_in_words_and_asked_for_nothing() {
        let (config, people) = demo::gym();
        let mut record = |_entry| {};
        let ids = SessionIds::of_run(1);
        let begins = Timestamp::from_secs(1);
        let mut gym = demo::roll(&config, people, begins, 0, ids, &mut record);
        let now = gym.now();
        let fault = Fault::Wire {
            device: 0,
            fault: WireFault::Silence,
        };
        gym.devices.rigs[1].order_fault(now, Duration::from_millis(600), fault);
        gym.run_until(now + Duration::from_secs(6), &mut record);
        let picture = gym.picture();
        assert_eq!(picture.stations[1].view.phase, PhaseKind::Paused);
        let told = |picture: &Snapshot| {
            let active = picture.notices.iter().filter(|notice| notice.active);
            active.map(|notice| notice.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            told(&picture),
            [
                "treadmill 2: the belt stopped by itself or at its own keys; the session waits. Look after the patient, then resume."
            ]
        );
        gym.ask(2, Ask::Act(Action::Resume), &mut record);
        gym.run_until(now + Duration::from_mins(1), &mut record);
        let picture = gym.picture();
        assert_eq!(picture.stations[1].view.phase, PhaseKind::Conditioning);
        assert_eq!(
            told(&picture),
            [""; 0],
            "nothing was refused, and it goes on"
        );
    }

    /// A machine that falls silent under load refuses what the core then asks for, in the very turn that asks: the refusal is
    /// judged after that turn, and has to stand after it in the journal.
    #[test]
    fn a_refusal_stands_after_the_turn_whose_command_was_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let wall_micros = 1_795_444_267_000_000;
        let options = RecorderOptions {
            stations: 6,
            clock_rate: 1,
            anchor: Anchor {
                at: Timestamp::ZERO,
                wall_micros,
            },
        };
        let recorder = Recorder::open(&path, &options).unwrap();
        let handle = recorder.handle();
        let mut record = |entry| assert!(handle.send(entry));
        let (config, people) = demo::gym();
        let begins = Timestamp::from_secs(1);
        let mut gym = demo::roll(
            &config,
            people,
            begins,
            wall_micros,
            recorder.ids(),
            &mut record,
        );
        let now = gym.now();
        for rig in &mut gym.devices.rigs {
            let fault = Fault::Wire {
                device: 0,
                fault: WireFault::Silence,
            };
            rig.order_fault(now, Duration::from_secs(40), fault);
        }
        gym.run_until(now + Duration::from_mins(2), &mut record);
        recorder.close(Duration::from_mins(1)).unwrap();
        let archive = Archive::open(&path).unwrap();
        let sessions = archive.sessions().unwrap();
        assert_eq!(sessions.len(), 6);
        for session in sessions {
            let replayed = replay(&archive, &session.id).unwrap();
            assert!(replayed.identical, "{replayed:?}");
        }
    }
}

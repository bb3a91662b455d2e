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
    use std::collections::BTreeMap;

    use control::input::{Action, Entry as Entered};
    use control::view::PhaseKind;
    use drivers::catalogue;
    use drivers::virtual_devices::rig::{Fault, WireFault};
    use protocols::vocabulary::MachineLoad;

    use super::super::demo;
    use super::super::snapshot::{LinkHealth, StationSnapshot};
    use drivers::bench_io::Urgency;

    use super::*;
    use crate::config::{Config, MachineProtocol};
    use crate::records::replay::from_wire::replay_from_wire;
    use crate::records::replay::replay;
    use crate::records::verify::verify;
    use crate::records::{Anchor, Archive, Recorder, RecorderOptions, SessionIds};

    const WALL_MICROS: i64 = 1_795_444_267_000_000;

    fn recorder(folder: &std::path::Path) -> Recorder {
        let options = RecorderOptions {
            stations: 6,
            clock_rate: 1,
            anchor: Anchor {
                at: Timestamp::ZERO,
                wall_micros: WALL_MICROS,
            },
        };
        Recorder::open(&folder.join("record.sqlite"), &options).unwrap()
    }

    fn rolled(recorder: &Recorder, record: &mut dyn FnMut(Entry)) -> SimulatedGym {
        let (config, people) = demo::gym();
        let begins = Timestamp::from_secs(1);
        demo::roll(
            &config,
            people,
            begins,
            WALL_MICROS,
            crate::clock::day(),
            recorder.ids(),
            record,
        )
    }

    #[test]
    fn a_relay_that_opens_silences_its_machine_alone() {
        let mut record = |_entry| {};
        let mut gym = opened();
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
        let mut record = |_entry| {};
        let mut gym = opened();
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
                "treadmill 2: the machine stopped by itself or at its own keys; the session waits. Look after the patient, then resume."
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

    /// A plug that was pulled for half a second between two questions, on ergometers that have to be started and say so. (An ergoline is
    /// found idle by being pedalled, and nobody here turns a crank without load.)
    #[test]
    fn an_ergometer_that_lost_its_power_waits_for_a_person_who_brings_its_load_back() {
        for machine in [
            MachineProtocol::csafe_bike(),
            MachineProtocol::ergometer(&catalogue::kettler::FAMILY),
        ] {
            let (mut config, people) = demo::gym();
            let id = machine.id();
            config.stations[0].machine = machine;
            let mut gym = opened_as(&config, people);
            let mut record = |_entry| {};
            let now = gym.now();
            gym.run_until(now + Duration::from_millis(100), &mut record);
            let cut = gym.now();
            gym.devices.rigs[0].set_machine_power(cut, false);
            gym.run_until(now + Duration::from_millis(600), &mut record);
            let back = gym.now();
            gym.devices.rigs[0].set_machine_power(back, true);
            gym.run_until(now + Duration::from_secs(20), &mut record);
            let picture = gym.picture();
            let there = &picture.stations[0];
            assert_eq!(
                there.view.phase,
                PhaseKind::Paused,
                "{id}: {:?}",
                picture.notices
            );
            let halted = "bike 1: the machine stopped by itself or at its own keys; the session waits. Look after the patient, then resume.";
            let mut active = picture.notices.iter().filter(|notice| notice.active);
            assert!(
                active.any(|notice| notice.text == halted),
                "{id}: {:?}",
                picture.notices
            );
            gym.ask(1, Ask::Act(Action::AcknowledgeAll), &mut record);
            gym.ask(1, Ask::Act(Action::Resume), &mut record);
            gym.run_until(now + Duration::from_mins(2), &mut record);
            let picture = gym.picture();
            assert_eq!(
                picture.stations[0].view.phase,
                PhaseKind::Conditioning,
                "{id}"
            );
            let given = gym.devices.rigs[0].actual_load();
            assert!(
                matches!(given, Some(MachineLoad::Power(watts)) if watts.get() > 25),
                "{id}: {given:?}"
            );
            assert!(
                picture.notices.iter().all(|notice| !notice.active),
                "{id}: {:?}",
                picture.notices
            );
        }
    }

    /// Its wire is cut, so that nobody can know what it does: the last words of its session say that it was not at rest.
    #[test]
    fn a_gym_that_ends_says_which_machine_it_left_under_load() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(folder.path());
        let mut said = Vec::new();
        let mut record = |entry: Entry| {
            if let Entry::Event(event) = entry {
                said.push(event.text);
            }
        };
        let mut gym = rolled(&recorder, &mut record);
        let fault = Fault::Wire {
            device: 0,
            fault: WireFault::Silence,
        };
        let now = gym.now();
        gym.devices.rigs[0].order_fault(now, Duration::from_mins(1), fault);
        gym.ask(1, Ask::EndGym, &mut record);
        gym.run_until(now + Duration::from_secs(40), &mut record);
        assert!(gym.has_ended());
        let words = "the gym ends, and the machine is not known to be at rest";
        let left: Vec<_> = said.iter().filter(|text| text.contains(words)).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(left[0].starts_with("bike 1: "), "{left:?}");
    }

    /// A machine that falls silent under load refuses what the core then asks for, in the very turn that asks: the refusal is
    /// judged after that turn, and has to stand after it in the journal.
    #[test]
    fn a_refusal_stands_after_the_turn_whose_command_was_refused() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(folder.path());
        let handle = recorder.handle();
        let mut record = |entry| assert!(handle.send(entry));
        let mut gym = rolled(&recorder, &mut record);
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
        let archive = Archive::open(&folder.path().join("record.sqlite")).unwrap();
        let sessions = archive.sessions().unwrap();
        assert_eq!(sessions.len(), 6);
        for session in sessions {
            let replayed = replay(&archive, &session.id).unwrap();
            assert!(replayed.identical, "{replayed:?}");
        }
    }

    /// What is written last of a gym that is killed are turns whose bytes are not written yet.
    #[test]
    fn readings_whose_bytes_were_lost_with_the_gym_are_no_difference() {
        let folder = tempfile::tempdir().unwrap();
        let record = recorder(folder.path());
        let handle = record.handle();
        let mut entries = Vec::new();
        let mut gym = rolled(&record, &mut |entry| entries.push(entry));
        gym.run_until(gym.now() + Duration::from_secs(30), &mut |entry| {
            entries.push(entry);
        });
        let written = gym.now().before(Duration::from_millis(1_500));
        for mut entry in entries {
            if let Entry::Wire(stream) = &mut entry {
                stream.records.retain(|record| record.at <= written);
            }
            assert!(handle.send(entry));
        }
        record.close(Duration::from_mins(1)).unwrap();
        recorder(folder.path())
            .close(Duration::from_mins(1))
            .unwrap();
        let archive = Archive::open(&folder.path().join("record.sqlite")).unwrap();
        let mut lost = 0;
        for session in archive.sessions().unwrap() {
            let replayed = replay_from_wire(&archive, &session).unwrap().unwrap();
            assert!(replayed.identical, "{replayed:?}");
            let devices = replayed.bouts.iter().flat_map(|bout| &bout.devices);
            lost += devices.map(|device| device.lost).sum::<u64>();
        }
        assert!(lost > 6, "{lost}");
    }

    /// A process that was stopped, or a host that gave it no time. The record says so, and is not held to be forged.
    #[test]
    fn a_gym_that_stood_still_has_it_in_its_record_and_is_whole_all_the_same() {
        // Longer than a block of the journal: a state is due at once after it.
        for seconds in [15, 100] {
            let folder = tempfile::tempdir().unwrap();
            let recorder = recorder(folder.path());
            let handle = recorder.handle();
            let mut record = |entry| assert!(handle.send(entry));
            let mut gym = rolled(&recorder, &mut record);
            gym.now = gym.now + Duration::from_secs(seconds);
            let until = gym.now + Duration::from_mins(3);
            gym.run_until(until, &mut record);
            recorder.close(Duration::from_mins(1)).unwrap();
            let archive = Archive::open(&folder.path().join("record.sqlite")).unwrap();
            let verified = verify(&archive, None).unwrap();
            assert_eq!(verified.findings, [], "{seconds} s");
            let stood: Vec<_> = verified
                .gaps
                .iter()
                .filter(|gap| gap.reason == "the gym stood still")
                .collect();
            assert_eq!(stood.len(), 6, "{:?}", verified.gaps);
            for gap in stood {
                let lost = u64::try_from(gap.lost).unwrap();
                assert!((seconds - 1..=seconds + 1).contains(&lost), "{gap:?}");
            }
            for session in archive.sessions().unwrap() {
                let replayed = replay(&archive, &session.id).unwrap();
                assert!(replayed.identical, "{seconds} s: {replayed:?}");
            }
        }
    }

    /// Takes the events of two minutes one by one, and counts those where a sensor's bytes led to bytes for a machine: for none of
    /// them the work of writing down was done before those bytes could leave.
    #[test]
    fn what_a_reading_leads_to_leaves_before_it_is_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(folder.path());
        let mut gym = rolled(&recorder, &mut |_| {});
        let until = gym.now() + Duration::from_mins(2);
        let mut commands = 0;
        while gym.now < until {
            gym.handle(Event::Due, &mut |_| {});
            let mut next = gym.gym.deadline();
            for rig in 0..gym.devices.rigs.len() {
                loop {
                    let (device, bytes) = match gym.devices.rigs[rig].poll_output(gym.now) {
                        RigOutput::Wait(at) => {
                            next = next.min(at);
                            break;
                        }
                        RigOutput::Transmit { device, bytes } => (device, bytes.to_vec()),
                        RigOutput::Unplug { .. } | RigOutput::PlugIn { .. } => {
                            panic!("no fault was ordered")
                        }
                    };
                    let port = gym.devices.port_of(rig, device).unwrap();
                    let event = Event::Bytes {
                        port,
                        sent_at: gym.now,
                        bytes: &bytes,
                    };
                    gym.gym.handle(gym.now, event);
                    commands += usize::from(left_first(&mut gym, port));
                }
            }
            gym.now = next.max(gym.now + Duration::from_micros(100));
        }
        assert!(commands > 5, "{commands}");
    }

    /// Carries out what the bytes of `from` led to. Whether there were bytes for another port among it: those wait for nothing.
    fn left_first(gym: &mut SimulatedGym, from: PortId) -> bool {
        let queue = &gym.gym.outputs;
        let is_command =
            |output: &Output| matches!(output, Output::Transmit { port, .. } if *port != from);
        let commands = queue.iter().any(is_command);
        let written = queue
            .iter()
            .any(|output| matches!(output, Output::Record(_)));
        assert!(!(commands && written), "written down before its bytes left");
        gym.carry_out(&mut |_| {});
        commands
    }

    /// The demonstration at the instant when people see it, without a record.
    fn opened() -> SimulatedGym {
        let (config, people) = demo::gym();
        opened_as(&config, people)
    }

    fn opened_as(config: &Config, people: demo::People) -> SimulatedGym {
        let ids = SessionIds::of_run(1);
        let begins = Timestamp::from_secs(1);
        demo::roll(
            config,
            people,
            begins,
            0,
            crate::clock::day(),
            ids,
            &mut |_| {},
        )
    }

    fn wait(gym: &mut SimulatedGym, seconds: u64) {
        let until = gym.now() + Duration::from_secs(seconds);
        gym.run_until(until, &mut |_| {});
    }

    /// The first station whose patient exercises.
    fn busy(gym: &mut SimulatedGym) -> u8 {
        let picture = gym.picture();
        let busy = picture
            .stations
            .iter()
            .find(|there| there.view.phase == PhaseKind::Conditioning);
        busy.expect("somebody exercises").number
    }

    fn there(gym: &mut SimulatedGym, number: u8) -> StationSnapshot {
        let picture = gym.picture();
        let found = picture
            .stations
            .into_iter()
            .find(|there| there.number == number);
        found.expect("it is there")
    }

    #[test]
    fn nobody_leaves_a_station_whose_bout_its_core_does_not_let_end() {
        let mut gym = opened();
        let number = busy(&mut gym);
        gym.ask(number, Ask::Stop, &mut |_| {});
        wait(&mut gym, 20);
        let refused = gym.refusals().len();
        gym.ask(number, Ask::Close, &mut |_| {});
        assert_eq!(gym.refusals()[refused..], ["acknowledge the alarm first"]);
        assert!(there(&mut gym, number).session.is_some());
        gym.ask(number, Ask::Act(Action::AcknowledgeAll), &mut |_| {});
        gym.ask(number, Ask::Close, &mut |_| {});
        let left = there(&mut gym, number);
        assert!(left.session.is_none());
        assert_eq!(left.view.phase, PhaseKind::Finished);
    }

    #[test]
    fn an_entry_that_was_refused_was_not_made() {
        let mut gym = opened();
        let number = busy(&mut gym);
        let enter = |rating| Ask::Act(Action::Enter(Entered::PerceivedExertion(rating)));
        gym.ask(number, enter(12), &mut |_| {});
        gym.ask(number, enter(21), &mut |_| {});
        let seen = there(&mut gym, number).session.expect("somebody");
        assert_eq!(seen.entries.exertion.map(|(rating, _)| rating), Some(12));
    }

    #[test]
    fn a_core_taken_back_from_before_knows_how_things_stand() {
        let mut gym = opened();
        let number = busy(&mut gym);
        let bay = usize::from(number) - 1;
        gym.handle(Event::StopCircuit { bay, open: true }, &mut |_| {});
        wait(&mut gym, 20);
        gym.ask(number, Ask::Act(Action::AcknowledgeAll), &mut |_| {});
        // What was kept last is from when the circuit was open; it closes, and then the core fails.
        wait(&mut gym, 70);
        gym.handle(Event::StopCircuit { bay, open: false }, &mut |_| {});
        gym.gym.order_panic(number, gym.now());
        wait(&mut gym, 2);
        gym.ask(number, Ask::Act(Action::AcknowledgeAll), &mut |_| {});
        wait(&mut gym, 15);
        // Its relay took the machine's power: the first resume gives it back, and the second resumes.
        gym.ask(number, Ask::Act(Action::Resume), &mut |_| {});
        wait(&mut gym, 15);
        let refused = gym.refusals().len();
        gym.ask(number, Ask::Act(Action::Resume), &mut |_| {});
        assert!(gym.refusals()[refused..].is_empty(), "{:?}", gym.refusals());
    }

    #[test]
    fn a_patient_who_calls_is_heard_until_somebody_does_something_there() {
        let mut gym = opened();
        let number = busy(&mut gym);
        let bay = usize::from(number) - 1;
        let before = gym.gym.attention(bay, gym.now());
        assert!(before.urgency < Urgency::Medium, "{before:?}");
        let load = there(&mut gym, number).view.granted;
        gym.handle(Event::Called { bay }, &mut |_| {});
        let called = gym.gym.attention(bay, gym.now());
        assert_eq!((called.urgency, called.audible), (Urgency::Medium, true));
        let calls = |gym: &mut SimulatedGym| {
            let picture = gym.picture();
            let mut notices = picture.notices.iter();
            notices.any(|notice| notice.active && notice.text.contains("the patient calls"))
        };
        assert!(calls(&mut gym));
        // A call is for a person: it changes nothing on the machine.
        assert_eq!(there(&mut gym, number).view.granted, load);
        gym.ask(number, Ask::Act(Action::AcknowledgeAll), &mut |_| {});
        assert!(!calls(&mut gym));
        assert_eq!(gym.gym.attention(bay, gym.now()), before);
    }

    /// A quarter of an hour in which nobody enters, acknowledges or moves anything. What is told then is what a person has to do
    /// (blood pressure) or to know (slow recovery, saturation under rest), each a few times at most; nothing waits latched.
    #[test]
    fn an_untouched_demonstration_calls_for_the_same_thing_a_few_times_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = recorder(folder.path());
        let mut gym = rolled(&recorder, &mut drop);
        let mut raised = BTreeMap::<_, u32>::new();
        gym.run_until(gym.now() + Duration::from_mins(15), &mut |entry| {
            if let Entry::Turn(turn) = entry {
                for rule in turn.outputs.alarms.raised.iter() {
                    *raised.entry((turn.bout, rule)).or_default() += 1;
                }
            }
        });
        assert!(raised.values().all(|times| *times <= 4), "{raised:?}");
        let waits = gym.picture().stations.into_iter().any(|station| {
            let mut alarms = station.alarms.iter();
            alarms.any(|alarm| alarm.latched && !alarm.acknowledged)
        });
        assert!(!waits, "{raised:?}");
    }
}

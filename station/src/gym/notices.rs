//! What the gym tells a person of a machine beside its alarms: in words, with what to do, and when it is over.

use core::cmp::Ordering;

use control::input::{Device, Input};
use control::rules::Priority;
use drivers::bench_io::{Attention, Urgency};
use drivers::link::Objection;
use protocols::vocabulary::{MachineCommand, OnSilence, Timestamp};

use super::Gym;
use super::overheard::{Looks, Overheard};
use super::wire::Owner;

/// What a notice is about; each kind of each station stands once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Refused,
    Said,
    Halted,
    OtherProtocol,
    Unintelligible,
    Called,
    NotCommissioned,
}

impl About {
    /// How its words go on after the station's name.
    const fn begins(self) -> &'static str {
        match self {
            Self::Refused => "the machine did not take",
            Self::Said => "about its machine:",
            Self::Halted => "the machine stopped by itself",
            Self::OtherProtocol => "what answers on the port of",
            Self::Unintelligible => "what comes over the port of",
            Self::Called => "the patient calls",
            Self::NotCommissioned => "this machine was never commissioned",
        }
    }
}

impl Gym {
    /// The machine's link said that a command was refused. It stands in the record in every case; where the core calls for a person
    /// because of it, the words beside its alarm say what was refused, what the machine itself said of it, and what to do.
    pub(super) fn refused(
        &mut self,
        now: Timestamp,
        index: usize,
        command: MachineCommand,
        said: Option<Objection>,
    ) {
        let Some(bay) = self.bays.get(index) else {
            return;
        };
        let text = refusal(&bay.name, &command, said);
        self.chronicle.words(now, bay, &text);
        self.turn(now, index, &Input::Refused { command });
        if let Some(bay) = self.bays.get_mut(index)
            && bay.calls_of_a_refusal()
        {
            bay.told_a_refusal = true;
            self.about(now, index, About::Refused, text);
        }
    }

    /// What a machine's link says of it, and what belongs to no refusal: at once, in the record and to a person.
    pub(super) fn machine_said(&mut self, now: Timestamp, index: usize, said: Objection) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        bay.said = Some(said);
        let bay = &*bay;
        let begins = About::Said.begins();
        let text = format!("{}: {begins} {said}. Stay near, and look at it.", bay.name);
        self.chronicle.words(now, bay, &text);
        self.about(now, index, About::Said, text);
    }

    /// A machine reports: its values count again, and a belt may be watched again.
    pub(super) fn machine_reports(&mut self, index: usize) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        let is_over = match bay.said {
            None
            | Some(Objection::Answered { .. } | Objection::InForce(_) | Objection::OutOfUse) => {
                false
            }
            Some(Objection::Frozen) => true,
            Some(Objection::Unwatched) => self
                .wires
                .get(bay.wire)
                .and_then(|wire| wire.link().capabilities())
                .is_some_and(|can| can.on_silence != OnSilence::KeepsLoad),
        };
        if is_over {
            bay.said = None;
            self.over(index, About::Said);
        }
    }

    /// Somebody has seen what the machine refused, and its alarm is over. That it took something else meanwhile, such as the stop of a
    /// session that waits, ends neither.
    pub(super) fn refusal_seen(&mut self, index: usize) {
        if let Some(bay) = self.bays.get_mut(index) {
            bay.told_a_refusal = false;
        }
        self.over(index, About::Refused);
    }

    /// The session waits because its machine stands or is out of use, and nobody here told it to.
    pub(super) fn halted(&mut self, now: Timestamp, index: usize) {
        let Some(bay) = self.bays.get(index) else {
            return;
        };
        let text = format!(
            "{}: {} or at its own keys; the session waits. Look after the patient, then resume.",
            bay.name,
            About::Halted.begins()
        );
        self.chronicle.words(now, bay, &text);
        self.about(now, index, About::Halted, text);
    }

    /// The stations whose machines were not at rest when they last said something.
    pub(super) fn not_at_rest(&self) -> Vec<String> {
        let bays = self.bays.iter().filter(|bay| !bay.at_its_least());
        bays.map(|bay| bay.name.clone()).collect()
    }

    /// The gym ends, and this machine did not come to rest in the time for it: nobody is left to say so afterwards.
    pub(super) fn left_under_load(&mut self, now: Timestamp, index: usize) {
        let Some(bay) = self.bays.get(index) else {
            return;
        };
        let text = format!(
            "{}: the gym ends, and the machine is not known to be at rest. Stop it at its own button, and help the patient off.",
            bay.name
        );
        tracing::error!("{text}");
        self.chronicle.words(now, bay, &text);
        self.notice(now, text);
    }

    /// The session goes on, or is over.
    pub(super) fn goes_on(&mut self, index: usize) {
        self.over(index, About::Halted);
    }

    /// What answers on a device's port speaks another protocol: it is told whether the device serves anybody or not.
    pub(super) fn other_protocol(&mut self, now: Timestamp, wire: usize, protocol: &str) {
        let Some((name, device)) = self.whose(wire) else {
            return;
        };
        let port = self.port_of(wire);
        tracing::warn!(%port, %name, protocol, "what answers on this port speaks another protocol than is configured");
        let text = format!(
            "{name}: {} the {device} speaks {protocol}, not what is configured. Check the cable, or the configuration.",
            About::OtherProtocol.begins(),
        );
        self.over_of(&name, About::Unintelligible);
        self.over_of(&name, About::OtherProtocol);
        self.notice(now, text);
    }

    /// Something came over a line that its link made nothing of. Bytes that a device may not say go into the log, and into the record
    /// of whoever it serves; a line of nothing but noise is told to whoever wires the ports.
    pub(super) fn overheard(&mut self, now: Timestamp, wire: usize, overheard: &Overheard) {
        let Some((name, device_name)) = self.whose(wire) else {
            return;
        };
        let port = self.port_of(wire);
        match overheard {
            Overheard::Misfit(bytes) => {
                tracing::warn!(
                    %port,
                    %bytes,
                    "a device said what its protocol does not describe; it is told once each time that the port is opened"
                );
                if let Some((index, kind)) = self.served_bay(wire)
                    && let Some(bay) = self.bays.get(index)
                {
                    let text = format!(
                        "{}: the {} said what its protocol does not describe: {bytes}",
                        bay.name,
                        device(kind)
                    );
                    self.chronicle.words(now, bay, &text);
                }
            }
            Overheard::Noise(looks) => {
                let likely = likely(*looks);
                tracing::warn!(%port, %name, "nothing that comes over this port makes sense: {likely}");
                let text = format!(
                    "{name}: {} the {device_name} makes no sense: {likely}. When the gym has ended, station devices --port {port} says what is there.",
                    About::Unintelligible.begins(),
                );
                self.over_of(&name, About::Unintelligible);
                self.notice(now, text);
            }
        }
    }

    /// A device answers in its own protocol.
    pub(super) fn answers(&mut self, wire: usize) {
        if let Some((name, _)) = self.whose(wire) {
            self.over_of(&name, About::OtherProtocol);
            self.over_of(&name, About::Unintelligible);
        }
    }

    /// By which name a person knows whose wire it is, and what hangs on it: a machine by its station, a sensor by its own name, as it
    /// need not serve anybody.
    fn whose(&self, wire: usize) -> Option<(String, &'static str)> {
        match self.wires.get(wire)?.owner {
            Owner::Machine { bay } => {
                let bay = self.bays.get(bay)?;
                Some((bay.name.clone(), device(Device::Machine)))
            }
            Owner::Sensor { sensor } => {
                let sensor = self.sensors.get(sensor)?;
                Some((sensor.name.clone(), device(sensor.role)))
            }
        }
    }

    fn port_of(&self, wire: usize) -> String {
        let wire = self.wires.get(wire);
        wire.map(|wire| wire.address.words()).unwrap_or_default()
    }

    /// A session begins on a machine that nobody has tried with a watch in hand: it stands in the record, and a person is told.
    pub(super) fn not_commissioned(&mut self, now: Timestamp, index: usize) {
        let Some(bay) = self.bays.get(index).filter(|bay| !bay.commissioned) else {
            return;
        };
        let text = format!(
            "{}: {}: nobody has tried what it does when it is told, left alone and stopped. Run station check GYM --live --station {}.",
            bay.name,
            About::NotCommissioned.begins(),
            bay.number
        );
        self.chronicle.words(now, bay, &text);
        self.about(now, index, About::NotCommissioned, text);
    }

    /// The patient pressed the call button: a person is told until somebody does something at that station.
    pub(super) fn called(&mut self, now: Timestamp, index: usize) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        bay.calls = true;
        let text = format!(
            "{}: {}. Go there; any key for this station ends the call.",
            bay.name,
            About::Called.begins()
        );
        self.chronicle.words(now, bay, &text);
        self.about(now, index, About::Called, text);
        self.outputs.push_back(super::Output::Sound);
    }

    /// Somebody does something at this station.
    pub(super) fn attended(&mut self, index: usize) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        if core::mem::take(&mut bay.calls) {
            self.over(index, About::Called);
        }
    }

    /// What a station says into the room.
    #[must_use]
    pub fn attention(&self, index: usize, now: Timestamp) -> Attention {
        let Some(bay) = self.bays.get(index) else {
            return Attention::default();
        };
        let called = Attention {
            urgency: if bay.calls {
                Urgency::Medium
            } else {
                Urgency::None
            },
            audible: bay.calls,
        };
        bay.core.alarms().fold(called, |attention, alarm| {
            let urgency = match alarm.priority {
                Priority::Low => Urgency::Low,
                Priority::Medium => Urgency::Medium,
                Priority::High => Urgency::High,
            };
            let silenced =
                alarm.acknowledged || alarm.silenced_until.is_some_and(|until| now < until);
            match urgency.cmp(&attention.urgency) {
                Ordering::Greater => Attention {
                    urgency,
                    audible: !silenced,
                },
                Ordering::Equal => Attention {
                    urgency,
                    audible: attention.audible || !silenced,
                },
                Ordering::Less => attention,
            }
        })
    }

    /// A newer notice of one kind and station takes the place of the one before.
    fn about(&mut self, now: Timestamp, index: usize, about: About, text: String) {
        self.over(index, about);
        self.notice(now, text);
    }

    fn over(&mut self, index: usize, about: About) {
        if let Some(name) = self.bays.get(index).map(|bay| bay.name.clone()) {
            self.over_of(&name, about);
        }
    }

    fn over_of(&mut self, name: &str, about: About) {
        let start = format!("{name}: {}", about.begins());
        for notice in &mut self.notices {
            notice.active &= !notice.text.starts_with(&start);
        }
    }
}

/// A device in words.
pub(super) const fn device(device: Device) -> &'static str {
    match device {
        Device::Machine => "machine",
        Device::Strap => "strap",
        Device::Oximeter => "oximeter",
    }
}

/// What is likely the matter with bytes that make no sense, as far as they tell.
const fn likely(looks: Looks) -> &'static str {
    match looks {
        Looks::Garbled => {
            "likely another rate or parity, or a format without a check that is not the one configured"
        }
        Looks::Text => {
            "it is text, so that the rate is right, and in another form than is described"
        }
    }
}

/// What a machine refused, and what to do about it.
fn refusal(name: &str, command: &MachineCommand, said: Option<Objection>) -> String {
    let begins = About::Refused.begins();
    let is_out_of_use = said == Some(Objection::OutOfUse);
    let said = said.map_or_else(String::new, |said| format!(" ({said})"));
    match command {
        MachineCommand::SetLoad(load) if is_out_of_use => {
            format!("{name}: {begins} {load}{said}. Look after the patient, then resume.")
        }
        // What a machine does not say of itself nobody knows; what is taken for it is said to be taken for it.
        MachineCommand::SetLoad(load) => format!(
            "{name}: {begins} {load}{said}; its load is taken as not changed. Read its own display, and stop it if that is not right."
        ),
        MachineCommand::Start(load) => format!(
            "{name}: {begins} the start with {load}{said}. See what its own display asks for; then resume."
        ),
        MachineCommand::Stop | MachineCommand::EmergencyStop => {
            format!(
                "{name}: {begins} the stop{said}. Stop it at its own button, and help the patient off."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::{MachineLoad, MetresPerSecond, PercentGrade, Watts};

    use super::*;

    #[test]
    fn a_refusal_says_what_was_refused_in_a_nurses_words_and_what_to_do() {
        let belt = MachineLoad::Belt {
            speed: MetresPerSecond::new(3.0 / 3.6).unwrap(),
            grade: PercentGrade::new(1.5).unwrap(),
        };
        assert_eq!(
            refusal("treadmill 2", &MachineCommand::SetLoad(belt), None),
            "treadmill 2: the machine did not take 3.0 km/h at 1.5 %; its load is taken as not changed. Read its own display, and stop it if that is not right."
        );
        let brake = MachineLoad::Power(Watts::new(60).unwrap());
        assert_eq!(
            refusal("bike 1", &MachineCommand::Start(brake), None),
            "bike 1: the machine did not take the start with 60 W. See what its own display asks for; then resume."
        );
        let error = Objection::Answered {
            code: "ERROR",
            means: "not known, or not allowed now",
        };
        assert_eq!(
            refusal("bike 1", &MachineCommand::SetLoad(brake), Some(error)),
            "bike 1: the machine did not take 60 W (it answered ERROR: not known, or not allowed now); its load is taken as not changed. Read its own display, and stop it if that is not right."
        );
        assert_eq!(
            refusal(
                "bike 1",
                &MachineCommand::SetLoad(brake),
                Some(Objection::OutOfUse)
            ),
            "bike 1: the machine did not take 60 W (it is not in use, and was told nothing). Look after the patient, then resume."
        );
        let in_force = Objection::InForce(Watts::new(80).unwrap());
        assert!(
            refusal("bike 1", &MachineCommand::Stop, Some(in_force))
                .contains("did not take the stop (it says that 80 W are in force). Stop it")
        );
        for stop in [MachineCommand::Stop, MachineCommand::EmergencyStop] {
            assert_eq!(
                refusal("bike 1", &stop, None),
                "bike 1: the machine did not take the stop. Stop it at its own button, and help the patient off."
            );
        }
    }
}

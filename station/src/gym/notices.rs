//! What the gym tells a person of a machine beside its alarms: in words, with what to do, and when it is over.

use core::cmp::Ordering;

use control::input::Device;
use control::rules::Priority;
use drivers::bench_io::{Attention, Urgency};
use protocols::vocabulary::{MachineCommand, Timestamp};

use super::Gym;
use super::bay::Bay;
use super::overheard::Overheard;
use super::snapshot::LinkHealth;

/// What a notice is about; each kind of each station stands once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Refused,
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
            Self::Halted => "the belt stopped by itself",
            Self::OtherProtocol => "what answers on the port of",
            Self::Unintelligible => "what comes over the port of",
            Self::Called => "the patient calls",
            Self::NotCommissioned => "this machine was never commissioned",
        }
    }
}

impl Gym {
    /// The machine's link said that a command was refused. It stands in the record in every case; a person is told where there is
    /// something to do: not of a load for a belt that stands, and not of one that is not there, which the alarms tell.
    pub(super) fn refused(&mut self, now: Timestamp, index: usize, command: MachineCommand) {
        let Some(bay) = self.bays.get(index) else {
            return;
        };
        let text = refusal(&bay.name, &command);
        let is_stop = matches!(
            command,
            MachineCommand::Stop | MachineCommand::EmergencyStop
        );
        let answers = self
            .wires
            .get(bay.wire)
            .is_some_and(|wire| wire.health == LinkHealth::Up);
        let sets_what_stands = matches!(command, MachineCommand::SetLoad(_)) && bay.at_rest();
        self.chronicle.words(now, bay, &text);
        if is_stop || answers && !sets_what_stands {
            self.about(now, index, About::Refused, text);
        }
    }

    /// The machine took a command: what it refused before is over.
    pub(super) fn accepted(&mut self, index: usize) {
        self.over(index, About::Refused);
    }

    /// The session waits because its belt stands, and nobody here told it to.
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

    /// The session goes on, or is over.
    pub(super) fn goes_on(&mut self, index: usize) {
        self.over(index, About::Halted);
    }

    /// What answers on the port of a device of this station speaks another protocol.
    pub(super) fn other_protocol(
        &mut self,
        now: Timestamp,
        index: usize,
        device: &str,
        protocol: &str,
    ) {
        let Some(bay) = self.bays.get(index) else {
            return;
        };
        let text = format!(
            "{}: {} the {device} speaks {protocol}, not what is configured. Check the cable, or the configuration.",
            bay.name,
            About::OtherProtocol.begins(),
        );
        self.over(index, About::Unintelligible);
        self.about(now, index, About::OtherProtocol, text);
    }

    /// Something came over a line that its link made nothing of. Bytes that a device may not say go into the log, and into the record
    /// of whoever it serves; a line of nothing but noise is told to whoever wires the ports.
    pub(super) fn overheard(&mut self, now: Timestamp, wire: usize, overheard: &Overheard) {
        let Some(there) = self.wires.get(wire) else {
            return;
        };
        let port = there.address.words();
        let served = self.served_bay(wire);
        match overheard {
            Overheard::Misfit(bytes) => {
                tracing::warn!(
                    %port,
                    %bytes,
                    "a device said what its protocol does not describe; it is told once each time that the port is opened"
                );
                if let Some((index, kind)) = served
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
            Overheard::Noise => {
                tracing::warn!(%port, "nothing that comes over this port makes sense: another rate or parity?");
                if let Some((index, kind)) = served
                    && let Some(bay) = self.bays.get(index)
                {
                    let text = format!(
                        "{}: {} the {} makes no sense: likely another rate or parity. station devices --port {port} finds the one that fits.",
                        bay.name,
                        About::Unintelligible.begins(),
                        device(kind)
                    );
                    self.about(now, index, About::Unintelligible, text);
                }
            }
        }
    }

    /// A device of this station answers in its own protocol.
    pub(super) fn answers(&mut self, index: usize) {
        self.over(index, About::OtherProtocol);
        self.over(index, About::Unintelligible);
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
        let Some(start) = self.bays.get(index).map(|bay| start(bay, about)) else {
            return;
        };
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

fn start(bay: &Bay, about: About) -> String {
    format!("{}: {}", bay.name, about.begins())
}

/// What a machine refused, and what to do about it.
fn refusal(name: &str, command: &MachineCommand) -> String {
    let begins = About::Refused.begins();
    match command {
        MachineCommand::SetLoad(load) => format!(
            "{name}: {begins} {load}; it goes on with what it had. Read its own display, and stop it if that is not right."
        ),
        MachineCommand::Start(load) => format!(
            "{name}: {begins} the start with {load}. See what its own display asks for; then pause and resume."
        ),
        MachineCommand::Stop | MachineCommand::EmergencyStop => {
            format!(
                "{name}: {begins} the stop. Stop it at its own button, and help the patient off."
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
            refusal("treadmill 2", &MachineCommand::SetLoad(belt)),
            "treadmill 2: the machine did not take 3.0 km/h at 1.5 %; it goes on with what it had. Read its own display, and stop it if that is not right."
        );
        let brake = MachineLoad::Power(Watts::new(60).unwrap());
        assert_eq!(
            refusal("bike 1", &MachineCommand::Start(brake)),
            "bike 1: the machine did not take the start with 60 W. See what its own display asks for; then pause and resume."
        );
        for stop in [MachineCommand::Stop, MachineCommand::EmergencyStop] {
            assert_eq!(
                refusal("bike 1", &stop),
                "bike 1: the machine did not take the stop. Stop it at its own button, and help the patient off."
            );
        }
    }
}

//! A virtual Monark bike.
//!
//! Promises: every line that is understood is answered after 30 ms; a setting and an unknown word with an empty line; the load
//! stays when the host falls silent, and is given only to somebody who pedals.
//!
//! What a setting is answered with, the ramp of 3 s and what each model does with a setting that it does not know are
//! \[assumed\]; the range is \[recalled\].
//!
//! Deliberately absent: the Ergoline manners of a NOVO (see the virtual Ergoline machines), a change of the line's speed, a hand
//! that sets the brake of a bike that is set by hand.

use std::time::Duration;

use protocols::ascii::ShortNumber;
use protocols::monark::{Force, HostDecoder, HostMessage, MachineMessage, Words};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::WireError;

use super::VirtualDevice;
use super::console::{Console, Machine};
use super::ergometer::{Brake, Grip, Setting, Works, short_number};

/// From the end of a line to its answer \[assumed\].
const ANSWER_DELAY: Duration = Duration::from_millis(30);
/// From any load to any other \[assumed\].
const RAMP: Duration = Duration::from_secs(3);
/// Greatest load in watts \[recalled\].
const MOST: u16 = 1_000;
/// Least load above nothing of LC and NOVO, in watts \[recalled\].
const LEAST: u16 = 20;

/// Which bike it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonarkModel {
    /// LC7.
    Lc,
    /// LC7 NOVO, controlled by its host.
    Novo,
    /// LC7 NOVO whose brake is set by hand: settings have no effect.
    NovoByHand,
    /// 839E, a mechanical brake with a motor.
    Mec839E,
    /// LT2: tells, and is not told.
    Lt2,
}

/// A virtual bike, switched on now.
#[must_use]
pub fn virtual_monark(now: Timestamp, model: MonarkModel) -> impl VirtualDevice {
    let bike = Bike {
        model,
        awake: false,
        target: Setting::Power(0.0),
    };
    Machine::new(now, bike)
}

#[derive(Debug, Clone, Copy)]
struct Bike {
    model: MonarkModel,
    /// A line came: the first one after opening is lost, unless it is empty.
    awake: bool,
    target: Setting,
}

impl Bike {
    const fn identification(self) -> &'static [u8] {
        match self.model {
            MonarkModel::Lc => b"LC7",
            MonarkModel::Novo | MonarkModel::NovoByHand => b"LC7 novo",
            MonarkModel::Mec839E => b"mec 839e",
            MonarkModel::Lt2 => b"lt2",
        }
    }

    fn set_power(&mut self, watts: u16, works: &mut Works) {
        let watts = match (self.model, watts.min(MOST)) {
            (MonarkModel::Lt2 | MonarkModel::NovoByHand, _) => return,
            (MonarkModel::Lc | MonarkModel::Novo, 1..LEAST) => LEAST,
            (MonarkModel::Lc | MonarkModel::Novo | MonarkModel::Mec839E, watts) => watts,
        };
        self.follow(Setting::Power(watts.into()), works);
    }

    fn set_force(&mut self, force: Force, works: &mut Works) {
        if self.model == MonarkModel::Novo {
            self.follow(Setting::Force(f64::from(force.tenths()) / 10.0), works);
        }
    }

    fn follow(&mut self, target: Setting, works: &mut Works) {
        self.target = target;
        works.brake.set(target, works.rider.cadence);
    }

    /// Power at the crank in watts: force times cadence has no bound of its own.
    fn power(works: &Works) -> f64 {
        works.power().min(MOST.into())
    }

    fn obey(&mut self, message: HostMessage, works: &mut Works) -> Option<MachineMessage> {
        let is_novo = matches!(self.model, MonarkModel::Novo | MonarkModel::NovoByHand);
        let number = |value: ShortNumber| MachineMessage::Power(value);
        Some(match message {
            HostMessage::Blank => return None,
            HostMessage::Identify => words(self.identification()),
            HostMessage::AskServo if is_novo => words(match self.model {
                MonarkModel::NovoByHand => b"manual",
                MonarkModel::Novo | MonarkModel::Lc | MonarkModel::Mec839E | MonarkModel::Lt2 => {
                    b"auto"
                }
            }),
            HostMessage::AskPower => number(short_number(Self::power(works))),
            HostMessage::AskCadence => MachineMessage::Cadence(short_number(works.rider.cadence)),
            HostMessage::AskHeartRate => {
                MachineMessage::HeartRate(short_number(works.rider.heart_rate.into()))
            }
            HostMessage::AskLoad if self.model != MonarkModel::Lt2 => {
                number(short_number(works.brake.target(works.rider.cadence)))
            }
            HostMessage::SetPower(watts) => {
                self.set_power(watts.get(), works);
                words(b"")
            }
            HostMessage::SetForce(force) => {
                self.set_force(force, works);
                words(b"")
            }
            HostMessage::AskServo | HostMessage::AskLoad | HostMessage::Other(_) => words(b""),
        })
    }
}

impl Console for Bike {
    type Ears = HostDecoder;

    fn ears(&self) -> HostDecoder {
        HostDecoder::new()
    }

    fn switch_on(&mut self, _now: Timestamp, works: &mut Works) {
        works.brake = Brake::new(Grip::Any, RAMP, 0.0);
    }

    fn take(&mut self, now: Timestamp, found: Result<HostMessage, WireError>, works: &mut Works) {
        if !std::mem::replace(&mut self.awake, true) {
            return;
        }
        let answer = match found {
            Ok(message) => self.obey(message, works),
            Err(_) => Some(words(b"")),
        };
        if let Some(answer) = answer {
            works
                .outbox
                .say(now + ANSWER_DELAY, |buffer| answer.encode(buffer));
        }
    }

    /// In use while it is set to any load: it has no start and no stop.
    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad> {
        let in_use = !matches!(self.target, Setting::Power(0.0) | Setting::Force(0.0));
        let load = works.load(powered && in_use, 0)?;
        Some(match load {
            MachineLoad::Power(watts) => {
                MachineLoad::Power(watts.min(protocols::vocabulary::Watts::new(MOST)?))
            }
            belt @ MachineLoad::Belt { .. } => belt,
        })
    }
}

fn words(text: &[u8]) -> MachineMessage {
    Words::new(text).map_or(
        MachineMessage::Power(ShortNumber::ZERO),
        MachineMessage::Words,
    )
}

//! The link to a `RacerMate` `CompuTrainer` in its ergometer mode.
//!
//! The whole set of eight messages goes out twice a second, whether anything changed or not: left alone, the trainer is said to fall
//! back to a load of its own \[recalled\], which is no state to rely on, so that it counts as keeping its load. It acknowledges nothing:
//! a load counts as taken when the power that is made comes near it, and a stop when that has fallen to the least.
//!
//! What the machine cannot: no load at all. 50 W is its least, and what a stop leaves; real unloading needs the rider to stop. Slope mode
//! and calibration are never sent.

use std::time::Duration;

use protocols::computrainer::{
    HostMessage, Load, MachineDecoder, MachineMessage, Tidings, ergometer_set,
};
use protocols::vocabulary::{ReadBack, Timestamp, Watts};
use protocols::wire::Decoder;

use super::asked::{
    Answer, Asked, AskedLink, Expect, Found, Manners, Outgoing, Said, Script, ergometer,
};
use crate::link::Link;

/// From set to set \[assumed\].
const SET_INTERVAL: Duration = Duration::from_millis(500);
/// For the answer to the greeting \[assumed\].
const GREETS_WITHIN: Duration = Duration::from_millis(500);
/// Of a stream that does not come.
const STREAM_TIME_OUT: Duration = Duration::from_secs(1);
/// The power that is made is near what was told within this \[assumed\].
const READ_BACK_WITHIN: Duration = Duration::from_secs(10);
/// Under this cadence the power that is made says nothing of the load, in 1/min \[assumed\].
const MEASURED_FROM: u16 = 30;
/// Made and told may differ by so many watts \[assumed\].
const TOLERANCE: u16 = 10;
/// A power this far from the one before it is confirmed by the next, in watts \[assumed\].
const JUMP: u16 = 100;
/// The set of 50 W.
const RELEASE: &[u8] = &[
    0x6D, 0, 0, 0x0A, 0x08, 0x00, 0xE0, //
    0x65, 0, 0, 0x0A, 0x10, 0x00, 0xE0, //
    0x00, 0, 0, 0x0A, 0x18, 0x5D, 0xC1, //
    0x33, 0, 0, 0x0A, 0x24, 0x1E, 0xE0, //
    0x6A, 0, 0, 0x0A, 0x2C, 0x5F, 0xE0, //
    0x41, 0, 0, 0x0A, 0x34, 0x00, 0xE0, //
    0x2D, 0, 0, 0x0A, 0x38, 0x10, 0xC2, //
    0x1C, 0, 0, 0x0A, 0x40, 0x19, 0xE0,
];

/// The link to a trainer.
#[must_use]
pub fn link() -> impl Link {
    let trainer = CompuTrainer {
        decoder: MachineDecoder::new(),
        last_power: None,
        doubted: None,
    };
    let reads = ReadBack {
        power: true,
        cadence: true,
        ..ReadBack::default()
    };
    let capabilities = ergometer(&trainer.manners(), reads);
    AskedLink::new(trainer, capabilities)
}

#[derive(Debug)]
struct CompuTrainer {
    decoder: MachineDecoder,
    last_power: Option<u16>,
    doubted: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Greet,
    Set,
    /// The set once more; answered by a power that has fallen to the least.
    SetAndSee,
}

impl Asked for CompuTrainer {
    type Ask = Ask;

    const ID: &'static str = "computrainer";

    fn manners(&self) -> Manners {
        Manners {
            poll_interval: SET_INTERVAL,
            bursts_max: 4,
            stream_time_out: Some(STREAM_TIME_OUT),
            judged_within: READ_BACK_WITHIN,
            measured_from: MEASURED_FROM,
            tolerance: TOLERANCE,
            nothing: Load::LEAST.watts(),
            min: Load::LEAST.watts(),
            max: Load::MOST.watts(),
            ..Manners::plain(protocols::computrainer::BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        Script {
            opening: &[Ask::Greet],
            round: &[Ask::Set],
            starting: &[Ask::Set],
            loading: &[Ask::Set],
            stopping: &[Ask::Set, Ask::SetAndSee],
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {
            // While it streams it does not answer.
            Ask::Greet => Expect::Perhaps(GREETS_WITHIN),
            Ask::Set => Expect::Nothing(Duration::ZERO),
            Ask::SetAndSee => Expect::Perhaps(SET_INTERVAL),
        }
    }

    fn write(&mut self, ask: Ask, watts: u16, outgoing: &mut Outgoing) {
        let load = Watts::new(watts).and_then(Load::new).unwrap_or(Load::LEAST);
        match ask {
            Ask::Greet => {
                outgoing.encode(|room| HostMessage::Greeting.encode(room).map(<[u8]>::len));
            }
            Ask::Set | Ask::SetAndSee => {
                for setting in ergometer_set(load) {
                    let message = HostMessage::Setting(setting);
                    outgoing.encode(|room| message.encode(room).map(<[u8]>::len));
                }
            }
        }
    }

    fn hear(
        &mut self,
        _now: Timestamp,
        byte: u8,
        asked: Option<Ask>,
        _told: Option<u16>,
        found: &mut Found,
    ) {
        self.decoder.feed(&[byte], &mut |heard| {
            found.take(heard.content, |message| {
                let MachineMessage::Telemetry(telemetry) = &message else {
                    return Said::answers(asked == Some(Ask::Greet));
                };
                match telemetry.tidings() {
                    Tidings::Power(watts) => {
                        let watts = watts.get();
                        let jumps = |from: Option<u16>| {
                            from.is_some_and(|from| from.abs_diff(watts) > JUMP)
                        };
                        if jumps(self.last_power)
                            && self.doubted.is_none_or(|_| jumps(self.doubted))
                        {
                            self.doubted = Some(watts);
                            return Said::NOTHING;
                        }
                        self.doubted = None;
                        self.last_power = Some(watts);
                        let lets_go = watts <= Load::LEAST.watts() + TOLERANCE;
                        Said {
                            answer: if asked == Some(Ask::SetAndSee) && lets_go {
                                Answer::Done
                            } else {
                                Answer::None
                            },
                            in_force: Some(watts),
                            ends_report: true,
                            ..Said::NOTHING
                        }
                        .with(message.report())
                    }
                    Tidings::Speed(_) | Tidings::HeartRate(_) | Tidings::Cadence(_) => {
                        Said::NOTHING.with(message.report())
                    }
                    // Of our own set nothing comes back that looks like these.
                    Tidings::RollingResistance(_) | Tidings::Sensors { .. } => Said::answers(false),
                    Tidings::Unknown => Said::NOTHING,
                }
            });
        });
    }

    fn tells_load(&self, ask: Ask) -> bool {
        match ask {
            Ask::Set | Ask::SetAndSee => true,
            Ask::Greet => false,
        }
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn forget(&mut self) {
        self.last_power = None;
        self.doubted = None;
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn release(&self) -> &'static [u8] {
        RELEASE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_the_set_of_the_least_load() {
        let mut bytes = Vec::new();
        for setting in ergometer_set(Load::LEAST) {
            let mut room = [0; 9];
            let message = HostMessage::Setting(setting);
            bytes.extend_from_slice(message.encode(&mut room).expect("room"));
        }
        assert_eq!(bytes, RELEASE);
    }
}

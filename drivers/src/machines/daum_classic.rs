//! The link to a Daum ergometer with a "classic" cockpit (8008, 8080 and kin).
//!
//! A command is echoed with what is in force. There is no check sum and no frame: an answer of the run data counts once nothing follows
//! it for 50 ms, as a lost byte shifts every field. A reset is not sent, as it would change the load of a patient who rides when a cable
//! is plugged in again; neither is a person, whose limits were seen to arrive garbled.
//!
//! What the machine cannot: no load at all. 25 W is its least, and what a stop leaves.

use std::time::Duration;

use protocols::daum_classic::{Cockpit, HostMessage, MachineDecoder, MachineMessage, PowerStep};
use protocols::vocabulary::{ReadBack, Timestamp, Watts};
use protocols::wire::Decoder;

use super::asked::{Asked, AskedLink, Expect, Found, Manners, Outgoing, Said, Script, ergometer};
use super::standstill::Signs;
use crate::link::Link;

/// For an answer.
const TIME_OUT: Duration = Duration::from_secs(1);
/// Before each command: some cockpits lose one that comes within 50 ms, and the start wants 100 ms.
const GAP: Duration = Duration::from_millis(100);
/// Silence that ends a message \[assumed\].
const QUIET: Duration = Duration::from_millis(50);
/// Completes a message that a stop, or a load that takes away, cut off, as 25 W if it was a power, and begins none where none was cut off: without it the cockpit
/// would read its first byte, 51, as 405 W. That stray bytes are passed over is \[assumed\].
const CUT_OFF: [u8; 2] = [0x05, 0x05];
/// 25 W, as it is on the wire.
const LEAST: u8 = PowerStep::LEAST.byte();

/// Bytes of a release: what was cut off, 25 W, the program's stop.
const RELEASE_BYTES: usize = 7;

/// The release for each address.
static RELEASES: [[u8; RELEASE_BYTES]; 256] = releases();

const fn releases() -> [[u8; RELEASE_BYTES]; 256] {
    let [a, b] = CUT_OFF;
    let mut table = [[0; RELEASE_BYTES]; 256];
    let mut rest: &mut [[u8; RELEASE_BYTES]] = &mut table;
    let mut address = 0_u8;
    while let [first, others @ ..] = rest {
        *first = [a, b, 0x51, address, LEAST, 0x22, address];
        address = address.wrapping_add(1);
        rest = others;
    }
    table
}

/// The link to the cockpit of this address and dialect.
#[must_use]
pub fn link(cockpit: Cockpit) -> impl Link {
    let daum = DaumClassic {
        cockpit,
        decoder: MachineDecoder::new(cockpit),
    };
    let reads = ReadBack {
        power: true,
        cadence: true,
        ..ReadBack::default()
    };
    let capabilities = ergometer(&daum.manners(), reads);
    AskedLink::new(daum, capabilities)
}

#[derive(Debug)]
struct DaumClassic {
    cockpit: Cockpit,
    decoder: MachineDecoder,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    FindAddress,
    Version,
    Program,
    Begin,
    SetPower,
    RunData,
    End,
}

impl Asked for DaumClassic {
    type Ask = Ask;

    const ID: &'static str = "daum-classic";

    fn manners(&self) -> Manners {
        Manners {
            gap: GAP,
            cut_off: &CUT_OFF,
            quiet_after: QUIET,
            nothing: 25,
            min: 25,
            // Many cockpits cut there; 800 W is on the wire.
            max: 400,
            step: 5,
            ..Manners::plain(protocols::daum_classic::BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        Script {
            opening: &[Ask::FindAddress, Ask::Version],
            round: &[Ask::RunData],
            starting: &[Ask::Program, Ask::Begin, Ask::SetPower],
            loading: &[Ask::SetPower],
            stopping: &[Ask::SetPower, Ask::End, Ask::SetPower],
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {
            // Who it is matters less than that it answers.
            Ask::FindAddress | Ask::Version => Expect::Perhaps(TIME_OUT),
            Ask::Program | Ask::Begin | Ask::SetPower | Ask::RunData | Ask::End => {
                Expect::Answer(TIME_OUT)
            }
        }
    }

    fn write(&mut self, ask: Ask, watts: u16, outgoing: &mut Outgoing) {
        let step = PowerStep::not_above(Watts::new(watts).unwrap_or(Watts::ZERO));
        let message = match ask {
            Ask::FindAddress => HostMessage::FindAddress,
            Ask::Version => HostMessage::Version,
            Ask::Program => HostMessage::SetProgram(0),
            Ask::Begin => HostMessage::Start,
            Ask::SetPower => HostMessage::SetPower(step),
            Ask::RunData => HostMessage::ReadAll,
            Ask::End => HostMessage::Stop,
        };
        let cockpit = self.cockpit;
        outgoing.encode(|room| message.encode(cockpit, room).map(<[u8]>::len));
    }

    fn hear(
        &mut self,
        _now: Timestamp,
        byte: u8,
        asked: Option<Ask>,
        _told: Option<u16>,
        found: &mut Found,
    ) {
        let address = self.cockpit.address;
        self.decoder.feed(&[byte], &mut |heard| {
            found.take(heard.content, |message| said(&message, asked, address));
        });
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn release(&self) -> &'static [u8] {
        RELEASES
            .get(usize::from(self.cockpit.address))
            .map_or(&[], |release| release.as_slice())
    }
}

fn said(message: &MachineMessage, asked: Option<Ask>, address: u8) -> Said {
    let answers = |ask| asked == Some(ask);
    // Without a check sum a few bytes of anything look like an answer: nothing unasked proves anything.
    let proves = |ask| Said {
        is_proof: answers(ask),
        ..Said::answers(answers(ask))
    };
    match message {
        // Our own questions, come back by a loop in the cable, look like these.
        MachineMessage::Address(found) => Said {
            is_proof: false,
            ..Said::answers(answers(Ask::FindAddress) && *found == address)
        },
        MachineMessage::Power(step) => Said {
            is_proof: false,
            in_force: answers(Ask::SetPower).then_some(step.watts()),
            ..Said::answers(answers(Ask::SetPower))
        },
        MachineMessage::Started(_) => proves(Ask::Begin),
        MachineMessage::Stopped(_) => proves(Ask::End),
        MachineMessage::Program { number: 0, .. } => proves(Ask::Program),
        MachineMessage::Version { .. } => proves(Ask::Version),
        MachineMessage::Run { data, .. } => Said {
            ends_report: true,
            signs: Some(Signs {
                time: Some(data.seconds.into()),
                distance: Some(data.distance_raw.into()),
                cadence: Some(data.cadence_raw.into()),
                power: Some(data.power.watts()),
                heart_rate: None,
            }),
            ..proves(Ask::RunData)
        }
        .with(message.report()),
        MachineMessage::CockpitVersion(_)
        | MachineMessage::Reset
        | MachineMessage::BehindReset(_)
        | MachineMessage::Program { .. }
        | MachineMessage::Person { .. }
        | MachineMessage::Gear(_)
        | MachineMessage::Slope(_)
        | MachineMessage::TimeSet
        | MachineMessage::DateSet
        | MachineMessage::BikeType(_) => Said::NOTHING,
    }
}

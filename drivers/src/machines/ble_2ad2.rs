//! The link to a Bluetooth indoor bike behind a serial bridge that hands on its values: reads alone.
//!
//! Whatever the bike was last told by somebody else it keeps. How a bridge writes values is \[assumed\], and real ones differ. Fields
//! may go over several values, of which the one with the speed is the last.

use std::time::Duration;

use protocols::ble_2ad2::{BikeData, CHARACTERISTIC};
use protocols::gatt::{BridgeDecoder, BridgeLine, Value};
use protocols::vocabulary::{LoadControl, OnSilence, ReadBack, Timestamp};
use protocols::wire::{Decoder, WireError};

use super::asked::{Asked, AskedLink, Expect, Found, Manners, Outgoing, Said, Script, watched};
use crate::link::Link;

/// The rate of the bridge's line \[assumed\].
pub const BAUD: u32 = 115_200;

/// Values come each second; twice this without one is a lost link \[assumed\].
const STREAM_TIME_OUT: Duration = Duration::from_millis(1_500);

/// The link to a bridge.
#[must_use]
pub fn link() -> impl Link {
    let bike = Bike {
        decoder: BridgeDecoder::new(),
    };
    let reads = ReadBack {
        power: true,
        cadence: true,
        ..ReadBack::default()
    };
    let capabilities = watched(&bike.manners(), reads, OnSilence::KeepsLoad);
    AskedLink::new(bike, capabilities)
}

#[derive(Debug)]
struct Bike {
    decoder: BridgeDecoder,
}

/// Nothing is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {}

impl Asked for Bike {
    type Ask = Ask;

    const ID: &'static str = "ble-2ad2";

    fn manners(&self) -> Manners {
        Manners {
            stream_time_out: Some(STREAM_TIME_OUT),
            ..Manners::plain(BAUD)
        }
    }

    fn script(&self) -> Script<Ask> {
        Script {
            opening: &[],
            round: &[],
            starting: &[],
            loading: &[],
            stopping: &[],
        }
    }

    fn expects(&self, ask: Ask) -> Expect {
        match ask {}
    }

    fn write(&mut self, ask: Ask, _watts: u16, _outgoing: &mut Outgoing) {
        match ask {}
    }

    fn hear(
        &mut self,
        _now: Timestamp,
        byte: u8,
        _asked: Option<Ask>,
        _told: Option<u16>,
        found: &mut Found,
    ) {
        self.decoder.feed(&[byte], &mut |heard| {
            let data = heard.content.and_then(|line| bike_data(&line));
            found.take(data, |data| match data {
                Some(data) => Said {
                    ends_report: data.speed_raw.is_some(),
                    ..Said::answers(false)
                }
                .with(data.report()),
                None => Said::NOTHING,
            });
        });
    }

    fn drop_unfinished(&mut self) {
        self.decoder.reset();
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }

    fn control(&self) -> LoadControl {
        LoadControl::ByHand
    }

    fn release(&self) -> &'static [u8] {
        &[]
    }
}

/// The data of a line; `None` for another characteristic's.
fn bike_data(line: &BridgeLine) -> Result<Option<BikeData>, WireError> {
    if line.characteristic != CHARACTERISTIC {
        return Ok(None);
    }
    let read = BikeData::from_value(line.value());
    read.map(Some).map_err(|kind| WireError {
        kind,
        skipped_bytes: u32::try_from(line.value().len()).unwrap_or(u32::MAX),
    })
}

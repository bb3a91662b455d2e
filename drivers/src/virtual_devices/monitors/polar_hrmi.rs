//! The board that counts a Polar strap's beats: it says nothing unasked.

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::polar_hrmi::{
    Algorithm, Answer, Command, HISTORY, HostDecoder, Status, encode_version, encode_without_rates,
};
use protocols::vocabulary::Timestamp;
use protocols::wire::Decoder;

use crate::virtual_devices::beats::{Sensor, Site};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// Beats of an average.
const AVERAGED: usize = 8;
/// Without a strap for so long there is no valid signal.
const NO_SIGNAL: Duration = Duration::from_secs(3);
/// What it takes for a heart rate, beats a minute.
const RATES: RangeInclusive<u16> = 30..=240;
const VERSION: u8 = 11;

/// What firmware answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firmware {
    /// Heart rates.
    Rates,
    /// Periods between beats in milliseconds: the second firmware.
    Periods,
}

/// The board.
#[derive(Debug)]
pub struct PolarHrmi {
    firmware: Firmware,
    sensor: Sensor,
    decoder: HostDecoder,
    averaged: bool,
    no_signal: bool,
    count: u8,
    /// A rate a second, newest first; 0 where there is none.
    history: [u8; HISTORY],
}

impl PolarHrmi {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, firmware: Firmware) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                firmware,
                sensor: Sensor::new(Site::Chest, start),
                decoder: HostDecoder::new(),
                averaged: true,
                no_signal: false,
                count: 0,
                history: [0; HISTORY],
            },
        )
    }

    /// The rate now. A strap that is lost leaves the last one standing until the signal counts as lost.
    fn rate(&self) -> u8 {
        let beats = if self.averaged { AVERAGED } else { 1 };
        let rate = self.sensor.rate(beats).filter(|rate| RATES.contains(rate));
        match rate.and_then(|rate| u8::try_from(rate).ok()) {
            Some(rate) => rate,
            None if self.no_signal || self.sensor.seen() > 0 => 0,
            None => self.history.first().copied().unwrap_or(0),
        }
    }

    fn has_no_signal(&self, now: Timestamp) -> bool {
        if let Some(time) = self.sensor.off_for(now) {
            return time >= NO_SIGNAL;
        }
        let last = self.sensor.last().map(|last| now.since(last));
        self.sensor.seen() == 0 && last.is_none_or(|time| time >= NO_SIGNAL)
    }

    fn answer(&self, command: Command, out: &mut Outbox) {
        let status = Status::new(self.averaged, self.no_signal);
        match command {
            Command::HeartRates(0) => {
                out.add(|buffer| encode_without_rates(status, self.count, buffer));
            }
            Command::HeartRates(count) => {
                let rates = self.history.get(..count.into()).unwrap_or(&self.history);
                if self.firmware == Firmware::Periods {
                    out.add_bytes(periods(status, self.count, rates).as_bytes());
                } else if let Some(answer) = Answer::new(status, self.count, rates) {
                    out.add(|buffer| answer.encode(buffer));
                }
            }
            Command::Version => out.add(|buffer| encode_version(VERSION, buffer)),
            Command::SetAlgorithm(_)
            | Command::AnalogueInput(_)
            | Command::PortDirection(_)
            | Command::PortIn
            | Command::Mode
            | Command::PortOut(_) => {}
        }
    }
}

impl Speaker for PolarHrmi {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::seconds(1))
    }

    fn sense(&mut self, moment: &Moment) {
        self.sensor.sense(moment);
        self.no_signal = self.has_no_signal(moment.at);
    }

    /// A second goes by: another entry of the history, and nothing to say.
    fn tick(&mut self, moment: &Moment, _out: &mut Outbox) {
        self.count = u8::try_from(moment.number % 256).unwrap_or(0);
        let rate = self.rate();
        self.history.rotate_right(1);
        if let Some(newest) = self.history.first_mut() {
            *newest = rate;
        }
    }

    fn hear(&mut self, _moment: &Moment, bytes: &[u8], out: &mut Outbox) {
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |item| match item.content {
            Ok(Command::SetAlgorithm(algorithm)) => {
                self.averaged = algorithm == Algorithm::Averaged;
            }
            Ok(command) => self.answer(command, out),
            Err(_) => {}
        });
        self.decoder = decoder;
    }
}

/// The answer of the second firmware.
fn periods(status: Status, count: u8, rates: &[u8]) -> String {
    const MILLIS_A_MINUTE: u32 = 60_000;
    let mut line = format!("{} {count}", status.0);
    for rate in rates {
        let period = MILLIS_A_MINUTE.checked_div(u32::from(*rate)).unwrap_or(0);
        line.push(' ');
        line.push_str(&period.to_string());
    }
    line.push('\r');
    line
}

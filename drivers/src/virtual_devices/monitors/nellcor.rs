//! A Nellcor bench oximeter with its data port set to ASCII: a line each 2 s, headings over each page of 25, and a menu.

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::nellcor::{
    COLUMNS, Clock, Heading, HostDecoder, HostMessage, Limits, Line, Name, Number, Shown, Status,
    StatusCodes, Text,
};
use protocols::vocabulary::Timestamp;
use protocols::wire::Decoder;

use super::wall_clock::WallClock;
use crate::virtual_devices::beats::{Sensor, Site};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// How long it searches once the sensor is on: within the sheet's 6 to 10 s.
const SEARCH: Duration = Duration::from_secs(8);
/// Over how long it averages.
const AVERAGED: Duration = Duration::from_secs(6);
/// How long a pulse counts as lost before the sensor counts as off.
const LOST: Duration = Duration::from_mins(1);
/// Lines of a page.
const PAGE: u32 = 25;
/// The rates that it measures, beats a minute.
const RATES: RangeInclusive<u16> = 20..=250;
/// Its alarm limits, as its heading says them.
const SATURATIONS_WITHIN: [u16; 2] = [85, 100];
const RATES_WITHIN: [u16; 2] = [40, 170];
/// Pulse amplitude of a good and of a weak pulse.
const GOOD_AMPLITUDE: u16 = 50;
const WEAK_AMPLITUDE: u16 = 10;
/// The menu: its text but for `Command?` is free.
const MENU: &[u8] = b"\r\n0 RETURN TO DATA\r\n1 INSTRUMENT INFORMATION\r\nCommand?";

/// The oximeter.
#[derive(Debug)]
pub struct Nellcor {
    start: Timestamp,
    sensor: Sensor,
    decoder: HostDecoder,
    /// Lines on this page.
    lines: u32,
    in_menu: bool,
}

/// What a line says.
struct Readings {
    saturation: Number,
    rate: Number,
    amplitude: Number,
    status: Option<Status>,
}

impl Nellcor {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                start,
                sensor: Sensor::new(Site::Finger, start),
                decoder: HostDecoder::new(),
                lines: 0,
                in_menu: false,
            },
        )
    }

    fn readings(&self, moment: &Moment) -> Readings {
        let all = |number, status| Readings {
            saturation: number,
            rate: number,
            amplitude: number,
            status: Some(status),
        };
        if moment.faults.unplugged {
            return all(Number::DASHES, Status::SENSOR_DISCONNECTED);
        }
        let Some(touched) = self.sensor.touched_for(moment.at) else {
            return all(Number::DASHES, Status::SENSOR_OFF);
        };
        let beats = self.sensor.within(moment.at, AVERAGED);
        let rate = self.sensor.rate(beats).filter(|rate| RATES.contains(rate));
        let saturation = self.sensor.saturation(beats).filter(|percent| *percent > 0);
        let had_pulse = self.sensor.last().map(|last| moment.at.since(last));
        let had_pulse = had_pulse.filter(|since| *since < touched);
        match (rate, saturation, had_pulse) {
            _ if touched < SEARCH => return all(Number::DASHES, Status::PULSE_SEARCH),
            (None, None, None) => return all(Number::DASHES, Status::PULSE_SEARCH),
            (None, None, Some(since)) if self.sensor.seen() == 0 => {
                return if since < LOST {
                    all(number(Some(0)), Status::LOSS_OF_PULSE)
                } else {
                    all(Number::DASHES, Status::SENSOR_OFF)
                };
            }
            _ => {}
        }
        let is_good = moment.body.is_some_and(|body| body.perfusion_good);
        Readings {
            saturation: number(saturation.map(u16::from)),
            rate: number(rate),
            amplitude: number(Some(if is_good {
                GOOD_AMPLITUDE
            } else {
                WEAK_AMPLITUDE
            })),
            status: moment.faults.motion.then_some(Status::MOTION),
        }
    }

    fn line(&self, moment: &Moment) -> Option<Line> {
        let text = WallClock::after(moment.at.since(self.start)).with_month_name();
        let clock = Clock::new(text.as_bytes().try_into().ok()?)?;
        let readings = self.readings(moment);
        let mut codes = StatusCodes::NONE;
        if let Some(status) = readings.status {
            codes = codes.with(status)?;
        }
        let beyond = [
            (
                beyond(readings.rate, RATES_WITHIN),
                Status::RATE_LOW,
                Status::RATE_HIGH,
            ),
            (
                beyond(readings.saturation, SATURATIONS_WITHIN),
                Status::SATURATION_LOW,
                Status::SATURATION_HIGH,
            ),
        ];
        let [rate_is_out, saturation_is_out] = beyond.map(|(side, ..)| side != Side::Within);
        for (side, low, high) in beyond {
            codes = match side {
                Side::Within => codes,
                Side::Below => codes.with(low)?,
                Side::Above => codes.with(high)?,
            };
        }
        let shown = |number, is_outside_limit| Shown {
            number,
            is_outside_limit,
        };
        Some(Line::new(
            clock,
            shown(readings.saturation, saturation_is_out),
            shown(readings.rate, rate_is_out),
            Shown::within(readings.amplitude),
            codes,
        ))
    }

    fn answer(&mut self, message: HostMessage, out: &mut Outbox) {
        match message {
            HostMessage::EnterMenu => {
                self.in_menu = true;
                out.add_bytes(MENU);
            }
            HostMessage::InstrumentInformation if self.in_menu => {
                add_heading(out);
                out.add_bytes(MENU);
            }
            HostMessage::LeaveMenu if self.in_menu => {
                self.in_menu = false;
                out.add_bytes(b"\r\n");
            }
            HostMessage::InstrumentInformation | HostMessage::LeaveMenu => {}
        }
    }
}

impl Speaker for Nellcor {
    fn rhythm(&self) -> Option<Rhythm> {
        (!self.in_menu).then_some(Rhythm::seconds(2))
    }

    fn sense(&mut self, moment: &Moment) {
        self.sensor.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        if self.lines == 0 {
            add_heading(out);
            out.add_bytes(COLUMNS.as_bytes());
            out.add_bytes(b"\r\n");
        }
        self.lines = (self.lines + 1) % PAGE;
        if let Some(line) = self.line(moment) {
            out.add(|buffer| line.encode(buffer));
        }
    }

    fn hear(&mut self, _moment: &Moment, bytes: &[u8], out: &mut Outbox) {
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |item| {
            if let Ok(message) = item.content {
                self.answer(message, out);
            }
        });
        self.decoder = decoder;
    }
}

/// Who it is, and its limits: the sheet's sample, with a check of no meaning.
fn add_heading(out: &mut Outbox) {
    let heading = || {
        Some(Heading {
            model: Name::word(b"N-595")?,
            version: Name::word(b"1.0.0.0")?,
            firmware_check: Text::word(b"0000")?,
            limits: Limits {
                saturation: SATURATIONS_WITHIN,
                rate: RATES_WITHIN,
            },
        })
    };
    if let Some(heading) = heading() {
        out.add(|buffer| heading.encode(buffer));
    }
}

/// On which side of its limits a number lies. No number, and the 0 of a lost pulse, lie within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Within,
    Below,
    Above,
}

const fn beyond(number: Number, [least, greatest]: [u16; 2]) -> Side {
    match number.get() {
        Some(value) if value > 0 && value < least => Side::Below,
        Some(value) if value > greatest => Side::Above,
        _ => Side::Within,
    }
}

fn number(value: Option<u16>) -> Number {
    value.and_then(Number::new).unwrap_or_default()
}

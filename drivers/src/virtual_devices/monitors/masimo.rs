//! A Masimo oximeter whose output is set to ASCII 1, and one whose is not. They hear nothing.

use core::time::Duration;

use protocols::masimo::{Alarms, Clock, Exceptions, Line, Number, PerfusionIndex, SerialNumber};
use protocols::vocabulary::Timestamp;

use super::wall_clock::WallClock;
use crate::virtual_devices::beats::{Sensor, Site};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// How long it searches once the sensor is on: within the sheet's 5 to 8 s.
const SEARCH: Duration = Duration::from_secs(6);
/// Over how long it averages (recalled: 2 to 16 s by menu).
const AVERAGED: Duration = Duration::from_secs(8);
/// The rates that it measures, beats a minute.
const RATES: core::ops::RangeInclusive<u16> = 25..=240;
/// Its own alarm limits.
const LEAST_SATURATION: u8 = 90;
const LEAST_RATE: u16 = 50;
const GREATEST_RATE: u16 = 140;
/// The perfusion index of a good and of a weak pulse, in hundredths of a per cent.
const GOOD_INDEX: u16 = 240;
const WEAK_INDEX: u16 = 20;

/// What it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The line of Rad-5 and Rad-8, each second.
    Rad8,
    /// The line of Radical-7 and Rad-87, each second.
    Radical7,
    /// ASCII 2, the printer's form, each 2 s: an output that was set wrong.
    Ascii2,
}

/// The oximeter.
#[derive(Debug)]
pub struct Masimo {
    form: Form,
    start: Timestamp,
    sensor: Sensor,
}

/// What a line says.
struct Shown {
    saturation: Option<u8>,
    rate: Option<u16>,
    index: PerfusionIndex,
    exceptions: Exceptions,
}

impl Masimo {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, form: Form) -> Stream<Self> {
        let sensor = Sensor::new(Site::Finger, start);
        Stream::new(
            start,
            Self {
                form,
                start,
                sensor,
            },
        )
    }

    fn shown(&self, moment: &Moment) -> Shown {
        let none = |exceptions| Shown {
            saturation: None,
            rate: None,
            index: PerfusionIndex::DASHES,
            exceptions,
        };
        let running = Exceptions::RUNNING;
        if moment.faults.unplugged {
            return none(Exceptions::NO_SENSOR);
        }
        let Some(touched) = self.sensor.touched_for(moment.at) else {
            return none(running.with(Exceptions::SENSOR_OFF));
        };
        let beats = self.sensor.within(moment.at, AVERAGED);
        let rate = self.sensor.rate(beats).filter(|rate| RATES.contains(rate));
        let saturation = self.sensor.saturation(beats).filter(|percent| *percent > 0);
        if touched < SEARCH || (rate.is_none() && saturation.is_none()) {
            return none(running.with(Exceptions::PULSE_SEARCH));
        }
        let is_weak = moment.body.is_some_and(|body| !body.perfusion_good);
        let mut exceptions = running;
        if is_weak {
            exceptions = exceptions
                .with(Exceptions::LOW_SIGNAL_QUALITY)
                .with(Exceptions::LOW_PERFUSION);
        }
        if moment.faults.motion {
            exceptions = exceptions.with(Exceptions::INTERFERENCE);
        }
        let index = if is_weak { WEAK_INDEX } else { GOOD_INDEX };
        Shown {
            saturation,
            rate,
            index: PerfusionIndex::from_hundredths(index).unwrap_or_default(),
            exceptions,
        }
    }

    fn line(&self, moment: &Moment, shown: &Shown) -> Option<Line> {
        let text = WallClock::after(moment.at.since(self.start)).american();
        let clock = Clock::new(text.as_bytes().try_into().ok()?)?;
        let line = Line::new(
            clock,
            number(shown.saturation.map(u16::from)),
            number(shown.rate),
            shown.exceptions,
        )
        .with_perfusion_index(shown.index)
        .with_alarms(alarms(shown));
        match self.form {
            Form::Radical7 => {
                SerialNumber::new(*b"0123456789").map(|number| line.with_serial_number(number))
            }
            Form::Rad8 | Form::Ascii2 => Some(line),
        }
    }
}

impl Speaker for Masimo {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(match self.form {
            Form::Rad8 | Form::Radical7 => Rhythm::seconds(1),
            Form::Ascii2 => Rhythm::seconds(2),
        })
    }

    fn sense(&mut self, moment: &Moment) {
        self.sensor.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        let shown = self.shown(moment);
        if self.form == Form::Ascii2 {
            out.add_bytes(printer_form(&shown).as_bytes());
        } else if let Some(line) = self.line(moment, &shown) {
            out.add(|buffer| line.encode(buffer));
        }
    }
}

/// The line of ASCII 2 as the Rad-8's manual shows it; dashes for "none" are assumed.
fn printer_form(shown: &Shown) -> String {
    let saturation = number(shown.saturation.map(u16::from));
    let rate = number(shown.rate);
    let exceptions = shown.exceptions.bits();
    let words = if shown.exceptions == Exceptions::RUNNING {
        ":SET"
    } else {
        ""
    };
    format!(
        "SpO2={saturation:03} PR={rate:03} PI={} EXC={exceptions:03X}{words}\r\n",
        shown.index
    )
}

fn alarms(shown: &Shown) -> Alarms {
    let limits = [
        (
            Alarms::SATURATION_LOW,
            shown
                .saturation
                .is_some_and(|percent| percent < LEAST_SATURATION),
        ),
        (
            Alarms::RATE_HIGH,
            shown.rate.is_some_and(|rate| rate > GREATEST_RATE),
        ),
        (
            Alarms::RATE_LOW,
            shown.rate.is_some_and(|rate| rate < LEAST_RATE),
        ),
    ];
    let broken = limits.iter().filter(|(_, is_broken)| *is_broken);
    broken.fold(Alarms::NONE, |all, (alarm, _)| {
        all.with(*alarm).with(Alarms::ACTIVE)
    })
}

fn number(value: Option<u16>) -> Number {
    value.and_then(Number::new).unwrap_or_default()
}

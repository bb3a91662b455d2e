//! A Nonin monitor that prints a line each second. It hears nothing.

use protocols::nonin_ascii::{Clock, Line, Marks, Number};
use protocols::vocabulary::Timestamp;

use super::wall_clock::WallClock;
use crate::virtual_devices::oximeter::Oximeter;
use crate::virtual_devices::pulse::Pulse;
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// A breath is marked each so many lines (assumed: fifteen breaths a minute).
const LINES_A_BREATH: u64 = 4;

/// Which monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printer {
    /// Avant 4000 and 9600, 8500: the numbers alone.
    Avant,
    /// 8600: the time of day before them.
    Model8600,
    /// 9847: the time of day before them, and a breath behind.
    Model9847,
}

/// The monitor.
#[derive(Debug)]
pub struct NoninAscii {
    printer: Printer,
    start: Timestamp,
    pulse: Pulse,
    oximeter: Oximeter,
}

impl NoninAscii {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, printer: Printer) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                printer,
                start,
                pulse: Pulse::new(start),
                oximeter: Oximeter::default(),
            },
        )
    }

    fn line(&mut self, moment: &Moment) -> Line {
        let (rates, saturations) = self.oximeter.packet_values();
        let clock = || {
            let text = WallClock::after(moment.at.since(self.start)).time();
            Clock::new(text.as_bytes().try_into().ok()?)
        };
        Line {
            clock: match self.printer {
                Printer::Avant => None,
                Printer::Model8600 | Printer::Model9847 => clock(),
            },
            saturation_printed: Number::of_saturation(
                saturations.recording.filter(|percent| percent.get() > 0),
            ),
            rate_printed: Number::of_rate(rates.recording),
            marks: Marks {
                breath: self.printer == Printer::Model9847
                    && moment.number.is_multiple_of(LINES_A_BREATH),
                ..Marks::default()
            },
        }
    }
}

impl Speaker for NoninAscii {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::seconds(1))
    }

    fn sense(&mut self, moment: &Moment) {
        feel(&mut self.oximeter, &mut self.pulse, moment);
        self.oximeter.pass_frame(moment.at);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        let line = self.line(moment);
        out.add(|buffer| line.encode(buffer));
    }
}

/// Lets the heart beat up to this moment, and an oximeter of Nonin's see it.
pub(super) fn feel(oximeter: &mut Oximeter, pulse: &mut Pulse, moment: &Moment) {
    let Some(body) = moment.body else {
        return;
    };
    let contact = has_contact(moment);
    if !contact {
        oximeter.lose_contact();
    }
    pulse.advance(moment.at, body.heart_rate, &mut |at| {
        if contact {
            oximeter.beat(at, body.saturation, moment.faults.motion);
        }
    });
}

/// Whether a finger is in a sensor that is plugged in.
pub(super) fn has_contact(moment: &Moment) -> bool {
    moment.body.is_some_and(|body| body.finger_in) && !moment.faults.unplugged
}

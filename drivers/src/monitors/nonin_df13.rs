//! Nonin's spot check, data format 13: one measurement at a time, with its date. No stream, so no supervision of an exercise.
//!
//! A measurement is told once, as of when it was sent; the device sends it again each 4 s until it is answered \[assumed\], and what
//! comes again is no new reading. One from the device's memory is none. The answer `06` and that the device waits for it are
//! \[recalled\]; nothing depends on it. The sheet has no limit of silence: 10 s, two repetitions and a half, is \[assumed\].

use core::time::Duration;

use protocols::nonin_df13::{
    DataFormat, HostMessage, Measured, Outcome, SpotCheck, SpotCheckDecoder, Taken,
};
use protocols::vocabulary::Timestamp;

use super::format_choice::FormatChoice;
use super::pace::share;
use super::stream::{Heard, Readings, Request, Stream, StreamLink};
use super::trust::{judge, reading, saturation};

/// A Nonin oximeter for spot checks at one port.
pub type NoninDf13Link = StreamLink<NoninDf13>;

/// Option bits of the long choice of format: spot-check mode, and Bluetooth on at power-on so that the device stays in reach; the
/// device waits for answers \[the bits are read in a public program, their choice is assumed\].
const SPOT_CHECKS: u8 = 0x60;

/// The format is chosen twice, short and long: between measurements silence is no fault.
const CHOICES: u8 = 2;

/// The spot check.
#[derive(Debug)]
pub struct NoninDf13 {
    choice: FormatChoice,
    choices_left: u8,
    /// The last measurement that was told. Kept when the port is opened anew, as the device sends it again then too.
    last: Option<(Taken, Outcome, Measured)>,
    /// A frame waits for its answer.
    unanswered: bool,
    answer: [u8; 1],
}

impl Default for NoninDf13 {
    fn default() -> Self {
        Self {
            choice: FormatChoice::of(DataFormat::Df13, SPOT_CHECKS),
            choices_left: 0,
            last: None,
            unanswered: false,
            answer: [0],
        }
    }
}

impl Stream for NoninDf13 {
    type Decoder = SpotCheckDecoder;

    const ID: &'static str = "nonin-df13";
    const SILENCE: Duration = Duration::from_secs(10);
    /// A frame of 22 bytes each 4 s at the most \[assumed\].
    const PER_BYTE: Duration = share(Duration::from_secs(4), 22);

    fn opened(&mut self, now: Timestamp) {
        self.choice.opened(now);
        self.choices_left = CHOICES;
        self.unanswered = false;
    }

    fn take(&mut self, _sent_at: Timestamp, check: &SpotCheck) -> Heard {
        self.choice.answered();
        self.choices_left = 0;
        self.unanswered = true;
        let measured = Measured {
            pulse_rate: check.pulse_rate().ok(),
            saturation: check.saturation().ok(),
        };
        let all = (check.taken(), check.outcome(), measured);
        if self.last.replace(all) == Some(all) {
            return Heard::Live(Readings::NONE);
        }
        let words = check.outcome().words();
        let judged = judge(words.as_slice());
        Heard::Live(Readings::of_oximeter(
            saturation(judged, check.saturation()),
            reading(judged, check.pulse_rate()),
        ))
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        if self.unanswered {
            Timestamp::ZERO
        } else if self.choices_left > 0 {
            self.choice.at(is_up)
        } else {
            Timestamp::NEVER
        }
    }

    fn ask(&mut self, now: Timestamp, _is_up: bool) -> Request<'_> {
        if core::mem::take(&mut self.unanswered) {
            return Request {
                bytes: HostMessage::Accepted
                    .encode(&mut self.answer)
                    .unwrap_or_default(),
                last_unanswered: false,
            };
        }
        self.choices_left = self.choices_left.saturating_sub(1);
        self.choice.request(now)
    }
}

//! A Medlab EG01010 board with protocol 1: samples from power-up on, and the rate at each R wave. It answers nothing.

use core::time::Duration;

use protocols::medlab_ecg::{
    Command, HIGHEST_DATA, HostDecoder, LEAD_OFF, Message, SampleRate, WAVEFORM,
};
use protocols::vocabulary::Timestamp;
use protocols::wire::Decoder;

use super::ivy_450c::ecg;
use crate::virtual_devices::beats::{Sensor, Site, rounded};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// Intervals of the averaged rate.
const AVERAGED: usize = 8;
/// The rate comes with this beat for the first time (assumed).
const FIRST_BEAT: usize = 3;
/// The middle line, and how far a beat goes from it.
const MIDDLE: f64 = 128.0;
const DEFLECTION: f64 = 60.0;
/// What simulation sends (assumed).
const SIMULATED_RATE: u8 = 60;
/// What the board for respiration sends (assumed: a body tells no breaths).
const RESPIRATION_RATE: u8 = 15;
const SECOND: Duration = Duration::from_secs(1);

/// Whether the board for respiration is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Respiration {
    /// It is not.
    Absent,
    /// It is: a rate each second.
    Fitted,
}

/// The board. Its leads are on while the body's strap has contact.
#[derive(Debug)]
pub struct MedlabEcg {
    respiration: Respiration,
    leads: Sensor,
    decoder: HostDecoder,
    rate: SampleRate,
    simulates: bool,
    /// The last thing sent was a sample, so that the next needs no marker.
    in_samples: bool,
    next_second: Timestamp,
}

impl MedlabEcg {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, respiration: Respiration) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                respiration,
                leads: Sensor::new(Site::Chest, start),
                decoder: HostDecoder::new(),
                rate: SampleRate::Hundred,
                simulates: false,
                in_samples: false,
                next_second: start + SECOND,
            },
        )
    }

    fn say(&mut self, message: Message, out: &mut Outbox) {
        out.add(|buffer| message.encode(buffer));
        self.in_samples = false;
    }

    fn say_each_second(&mut self, leads_off: bool, out: &mut Outbox) {
        if self.respiration == Respiration::Fitted {
            self.say(Message::RespirationRate(RESPIRATION_RATE), out);
        }
        if self.simulates {
            self.say(Message::PulseRate(SIMULATED_RATE), out);
        } else if leads_off {
            self.say(Message::Information(LEAD_OFF), out);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Normal => self.simulates = false,
            Command::Simulate => self.simulates = true,
            Command::SampleRate(rate) => self.rate = rate,
            Command::Gain(_)
            | Command::Lead(_)
            | Command::Curve(_)
            | Command::Notch(_)
            | Command::Calibrate
            | Command::TriggerDelay(_)
            | Command::PacemakerDetection(_) => {}
        }
    }

    fn sample(&self, now: Timestamp) -> u8 {
        let has_beats = self.leads.touched_for(now).is_some() && self.leads.seen() > 0;
        let deflection = if has_beats {
            ecg(self.leads.phase())
        } else {
            0.0
        };
        rounded(MIDDLE + DEFLECTION * deflection)
            .and_then(|value| u8::try_from(value).ok())
            .map_or(HIGHEST_DATA, |value| value.min(HIGHEST_DATA))
    }
}

impl Speaker for MedlabEcg {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::hertz(match self.rate {
            SampleRate::ThreeHundred => 300,
            SampleRate::Hundred => 100,
            SampleRate::Fifty => 50,
        }))
    }

    fn sense(&mut self, moment: &Moment) {
        self.leads.sense(moment);
    }

    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        if self.leads.take_beat() && !self.simulates && self.leads.seen() >= FIRST_BEAT {
            let rate = self.leads.rate(AVERAGED).unwrap_or(0);
            let rate = u8::try_from(rate).map_or(HIGHEST_DATA, |rate| rate.min(HIGHEST_DATA));
            self.say(Message::PulseRate(rate), out);
        }
        if moment.at >= self.next_second {
            self.next_second = self.next_second.max(moment.at.before(SECOND)) + SECOND;
            self.say_each_second(self.leads.off_for(moment.at).is_some(), out);
        }
        if !self.in_samples {
            out.add_bytes(&[WAVEFORM]);
            self.in_samples = true;
        }
        let sample = Message::Sample(self.sample(moment.at));
        out.add(|buffer| sample.encode(buffer));
    }

    fn hear(&mut self, _moment: &Moment, bytes: &[u8], _out: &mut Outbox) {
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |item| {
            if let Ok(command) = item.content {
                self.obey(command);
            }
        });
        self.decoder = decoder;
    }
}

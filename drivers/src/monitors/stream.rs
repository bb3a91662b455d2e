//! The one link of all monitors, and of machines that only tell: whoever streams unasked, or answers when asked.
//!
//! Promises: what a protocol's own file has to say is its id, its silence, its pace, what it asks and when, and what a message
//! tells. Opening, ageing, silence, counting, the queue of events, the naming of strangers and the belief in a pace are here, once, the
//! same for all.
//! Nothing allocates once a link is made.
//!
//! Deliberately absent: what a value is worth beside other signals.

use core::time::Duration;

use protocols::vocabulary::{
    BeatsPerMinute, Capabilities, MachineCommand, MachineReport, OxygenSaturation, Reading,
    Timestamp,
};
use protocols::wire::{Decoder, WireError};

use super::intake::Intake;
use super::liveness::sent_before;
use super::pace::Pace;
use crate::link::{Link, LinkCounters, LinkOutput};
use crate::strangers::Strangers;

/// A protocol of a monitor, as far as it differs from the others.
pub trait Stream: core::fmt::Debug + Send {
    /// The device's direction.
    type Decoder: Decoder + Default + core::fmt::Debug + Send;

    /// The id of the wire's protocol.
    const ID: &'static str;

    /// Without a message of whoever measures for longer than this the device is silent: the sheet's limit.
    const SILENCE: Duration;

    /// The device's pace: what one byte takes in the mean, pauses between messages included. A message is this much older for each
    /// byte that came behind it in the same read.
    const PER_BYTE: Duration;

    /// The pace by which a stream is believed whose messages' form is no proof that they are messages: formats of a few bytes without a
    /// check. There whoever else is heard takes the readings with him, and so does a pace that does not fit. `None` where form is proof.
    const PACE: Option<Pace> = None;

    /// What a machine that only tells can do; `None` for a monitor.
    fn capabilities(&self) -> Option<&Capabilities> {
        None
    }

    /// The port was opened: forget what was, and begin to ask where the protocol asks.
    fn opened(&mut self, now: Timestamp);

    /// Bytes came, whatever they are.
    fn bytes_came(&mut self, _now: Timestamp) {}

    /// A valid message came whose last byte was sent at `sent_at`.
    fn take(&mut self, sent_at: Timestamp, message: &<Self::Decoder as Decoder>::Message) -> Heard;

    /// When to ask next; never for a device that is told nothing. Not asked for on a closed port. `is_up`: its messages come, believed or
    /// not yet.
    fn ask_at(&self, _is_up: bool) -> Timestamp {
        Timestamp::NEVER
    }

    /// The request that is due. Authors: at least one byte, and [`Self::ask_at`] has to lie behind `now` once all is said that is
    /// due.
    fn ask(&mut self, _now: Timestamp, _is_up: bool) -> Request<'_> {
        Request {
            bytes: &[],
            last_unanswered: false,
        }
    }
}

/// A request to the device.
#[derive(Debug)]
pub struct Request<'a> {
    /// What to send.
    pub bytes: &'a [u8],
    /// Nobody answered the one before in time.
    pub last_unanswered: bool,
}

/// What a message is to its link.
#[derive(Debug, Clone, Copy)]
pub enum Heard {
    /// Whoever measures speaks, and tells this.
    Live(Readings),
    /// Valid, and no sign of whoever measures: an answer of a radio, the notice of an end.
    Said(Readings),
    /// Not meant for us.
    Ignored,
    /// Not what it has to be.
    Broken(WireError),
    /// Valid in another protocol, of this id.
    Other(&'static str),
}

/// What one message tells; all absent where it tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Readings {
    /// A saturation.
    pub saturation: Option<Reading<OxygenSaturation>>,
    /// An oximeter's pulse rate.
    pub pulse_rate: Option<Reading<BeatsPerMinute>>,
    /// A third of a second of plethysmogram, 25 samples of 8 bits.
    pub plethysmogram: Option<[u8; 25]>,
    /// The heart's own rate.
    pub heart_rate: Option<Reading<BeatsPerMinute>>,
    /// What a machine reports that is told nothing.
    pub machine: Option<MachineReport>,
}

impl Readings {
    /// Nothing.
    pub const NONE: Self = Self {
        saturation: None,
        pulse_rate: None,
        plethysmogram: None,
        heart_rate: None,
        machine: None,
    };

    /// What an oximeter tells without its plethysmogram.
    #[must_use]
    pub const fn of_oximeter(
        saturation: Reading<OxygenSaturation>,
        pulse_rate: Reading<BeatsPerMinute>,
    ) -> Self {
        Self {
            saturation: Some(saturation),
            pulse_rate: Some(pulse_rate),
            ..Self::NONE
        }
    }

    /// What a strap or an ECG tells.
    #[must_use]
    pub const fn of_heart(rate: Reading<BeatsPerMinute>) -> Self {
        Self {
            heart_rate: Some(rate),
            ..Self::NONE
        }
    }
}

/// A monitor at one port.
#[derive(Debug)]
pub struct StreamLink<P: Stream> {
    protocol: P,
    decoder: P::Decoder,
    heard: Intake,
    strangers: Strangers,
}

impl<P: Stream + Default> StreamLink<P> {
    /// A link whose port is not open yet.
    #[must_use]
    pub fn new() -> Self {
        Self::of(P::default())
    }
}

impl<P: Stream + Default> Default for StreamLink<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Stream> StreamLink<P> {
    /// A link of a protocol that has settings.
    #[must_use]
    pub fn of(protocol: P) -> Self {
        Self {
            protocol,
            decoder: P::Decoder::default(),
            heard: Intake::new(P::SILENCE, P::PACE),
            strangers: Strangers::to(P::ID),
        }
    }

    fn ask_at(&self) -> Timestamp {
        if self.heard.liveness.is_open() {
            self.protocol.ask_at(self.heard.liveness.is_heard())
        } else {
            Timestamp::NEVER
        }
    }
}

impl<P: Stream> Link for StreamLink<P> {
    fn handle_opened(&mut self, now: Timestamp) {
        self.decoder.reset();
        self.strangers.forget();
        self.heard.opened(now);
        self.protocol.opened(now);
    }

    fn handle_closed(&mut self, _now: Timestamp) {
        self.decoder.reset();
        self.heard.closed();
    }

    fn handle_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]) {
        if !self.heard.liveness.is_open() || bytes.is_empty() {
            return;
        }
        let Self {
            protocol,
            decoder,
            heard,
            strangers,
        } = self;
        protocol.bytes_came(now);
        let mut fits = heard.hear(now, bytes.len());
        let is_up = heard.liveness.is_up();
        if !(P::PACE.is_none() && is_up) {
            let is_proof = strangers.heard(bytes);
            if is_proof && P::PACE.is_some() {
                heard.disproved(now + P::SILENCE);
                fits = false;
            }
            if is_proof || !is_up {
                heard.name(strangers.known());
            }
        }
        let mut other = None;
        // One byte at a time, so that each message is known to be as old as the bytes behind it make it.
        for (index, byte) in bytes.iter().enumerate() {
            let sent_at = sent_before(sent_at, bytes.len() - 1 - index, P::PER_BYTE);
            decoder.feed(core::slice::from_ref(byte), &mut |item| {
                let what = match item.content {
                    Ok(message) if fits => protocol.take(sent_at, &message),
                    // It only looks like a message: no sign of life.
                    Ok(_) => Heard::Ignored,
                    Err(error) => Heard::Broken(error),
                };
                other = heard.take(now, sent_at, what).or(other);
            });
        }
        if !heard.liveness.is_up() {
            heard.name(other.and_then(|id| strangers.first(id)));
        }
    }

    /// A monitor ignores it. The load of a machine that only tells is a person's.
    fn handle_command(&mut self, _now: Timestamp, command: MachineCommand) {
        if self.capabilities().is_some() {
            self.heard.refuse(command);
        }
    }

    fn renew_leave(&mut self, _until: Timestamp) {}

    fn poll_output(&mut self, now: Timestamp) -> LinkOutput<'_> {
        if let Some(event) = self.heard.next_event(now) {
            return LinkOutput::Event(event);
        }
        let ask_at = self.ask_at();
        if now < ask_at {
            return LinkOutput::Wait(self.heard.deadline().min(ask_at));
        }
        let request = self.protocol.ask(now, self.heard.liveness.is_heard());
        if request.last_unanswered {
            self.heard.count_time_out();
        }
        LinkOutput::Transmit(request.bytes)
    }

    fn release_bytes(&self) -> &'static [u8] {
        &[]
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        self.protocol.capabilities()
    }

    fn counters(&self) -> LinkCounters {
        let counters = self.heard.counters();
        LinkCounters {
            skipped_bytes: counters
                .skipped_bytes
                .saturating_add(self.decoder.skipped()),
            ..counters
        }
    }
}

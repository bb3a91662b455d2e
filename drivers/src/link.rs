//! The contract of a link: one device at the other end of one port, as a state machine without I/O.
//!
//! After every `handle_*` call the caller drains [`Link::poll_output`] until it says [`LinkOutput::Wait`], and calls it again
//! at that instant at the latest.

mod objection;

use protocols::vocabulary::{
    BeatsPerMinute, Capabilities, MachineCommand, MachineReport, OxygenSaturation, Reading,
    Timestamp,
};

pub use objection::Objection;

/// One device family's state machine: identify, poll, command with confirmation, silence and time-out.
pub trait Link: Send {
    /// The port is open and was flushed: begin to identify.
    fn handle_opened(&mut self, now: Timestamp);

    /// The port is gone. Nothing may be sent until it is opened again; a stop that could not be sent goes out first then.
    fn handle_closed(&mut self, now: Timestamp);

    /// Bytes came. `sent_at` is when the last of them was sent, as well as the port can know.
    fn handle_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]);

    /// The core wants this of the machine. The newest load replaces one that waits; a stop or a load that takes away goes
    /// before everything else on the wire. A monitor ignores it.
    fn handle_command(&mut self, now: Timestamp, command: MachineCommand);

    /// Leave to have load until then (I13). Past it a link to a machine with a watchdog sends nothing; any other sends its
    /// release 2 s past it. Does not need a drain of its own: the deadline shows in the next [`LinkOutput::Wait`].
    fn renew_leave(&mut self, until: Timestamp);

    /// While it is held, nothing goes out by which a machine is told a load but what [`Self::handle_command`] brings: what a link says again and
    /// again is left out, questions are not. For whoever looks what a machine does by itself. A link that tells each load once has nothing to hold.
    fn hold_loads(&mut self, _held: bool) {}

    /// What to do next. Drain until [`LinkOutput::Wait`].
    fn poll_output(&mut self, now: Timestamp) -> LinkOutput<'_>;

    /// Ready-made bytes that make the machine let go, for a way out on which nothing can be computed any more. Empty for a
    /// monitor.
    fn release_bytes(&self) -> &'static [u8];

    /// What the machine can do; `None` for a monitor.
    fn capabilities(&self) -> Option<&Capabilities>;

    /// What was counted on this link since it was made.
    fn counters(&self) -> LinkCounters;
}

/// What a link wants done.
#[derive(Debug, PartialEq)]
pub enum LinkOutput<'a> {
    /// Write these bytes.
    Transmit(&'a [u8]),
    /// Discard what has not left the kernel, then write these bytes: a stop or a reduction.
    Preempt(&'a [u8]),
    /// The core, the record or a person must know this.
    Event(LinkEvent),
    /// Nothing to do before this instant.
    Wait(Timestamp),
}

/// What happened on a link. `sent_at` is when the value's bytes were sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LinkEvent {
    /// The device answers in its protocol.
    Up,
    /// Nothing valid came for the sheet's time.
    Silent,
    /// The machine was told something and its own answer says it took it.
    Accepted(MachineCommand),
    /// What the machine itself said in refusing what the next event names. Without it a refusal is the link's own: nothing was sent, or
    /// nothing came back. One that [`Objection::stands_alone`] goes before no refusal: a person has to be told it as it comes.
    Objected(Objection),
    /// The machine was told something and refused it, or could not be told it: the load counts as not changed.
    Refused(MachineCommand),
    /// What came is valid in another protocol, named here by its id, and in none of ours.
    OtherProtocol(&'static str),
    /// A heart rate from the device's own electrodes.
    HeartRate {
        /// The value, or why there is none.
        reading: Reading<BeatsPerMinute>,
        /// When it was sent.
        sent_at: Timestamp,
    },
    /// A pulse rate from an oximeter.
    PulseRate {
        /// The value, or why there is none.
        reading: Reading<BeatsPerMinute>,
        /// When it was sent.
        sent_at: Timestamp,
    },
    /// A saturation.
    Saturation {
        /// The value, or why there is none.
        reading: Reading<OxygenSaturation>,
        /// When it was sent.
        sent_at: Timestamp,
    },
    /// A third of a second of plethysmogram, 25 samples of 8 bits.
    Plethysmogram {
        /// The samples in the order of the wire.
        samples: [u8; 25],
        /// When the last was sent.
        sent_at: Timestamp,
    },
    /// What the machine reports of itself.
    Machine {
        /// The report.
        report: MachineReport,
        /// When it was sent.
        sent_at: Timestamp,
    },
}

/// Counts since a link was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkCounters {
    /// Valid messages.
    pub messages: u64,
    /// Frames with a wrong check.
    pub checksum_errors: u64,
    /// Frames of a wrong form.
    pub framing_errors: u64,
    /// Requests that nobody answered in time.
    pub time_outs: u64,
    /// Commands that the machine refused.
    pub refusals: u64,
    /// Bytes of noise.
    pub skipped_bytes: u64,
    /// Events that found the queue full and were dropped.
    pub dropped_events: u64,
}

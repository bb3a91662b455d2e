//! The link to a Zephyr `HxM` strap: it speaks unasked, once a second, and is told nothing.

mod beats;

use core::time::Duration;

use protocols::nonin_df2;
use protocols::vocabulary::{Capabilities, MachineCommand, Timestamp};
use protocols::wire::Decoder;
use protocols::zephyr_hxm::{Packet, PacketDecoder};

use super::event_queue::{self, EventQueue};
use super::liveness::{Liveness, sent_before};
use crate::link::{Link, LinkCounters, LinkEvent, LinkOutput};
use beats::Beats;

/// The protocol's id.
pub(super) const ID: &str = "zephyr-hxm";

/// Without a packet for longer than this the strap is silent. Bluetooth may bunch two packets and then pause.
const SILENCE: Duration = Duration::from_secs(3);

/// The strap's pace: 60 bytes a second.
const PER_BYTE: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// A strap at one port.
#[derive(Debug)]
pub struct ZephyrHxmLink {
    decoder: PacketDecoder,
    other: Option<nonin_df2::PacketDecoder>,
    liveness: Liveness,
    beats: Beats,
    queue: EventQueue,
    counters: LinkCounters,
}

impl ZephyrHxmLink {
    /// A link whose port is not open yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            decoder: PacketDecoder::new(),
            other: None,
            liveness: Liveness::new(SILENCE),
            beats: Beats::default(),
            queue: EventQueue::new(),
            counters: LinkCounters::default(),
        }
    }

    fn take(&mut self, now: Timestamp, sent_at: Timestamp, packet: &Packet) {
        self.counters.messages = self.counters.messages.saturating_add(1);
        if let Some(up) = self.liveness.heard(now, sent_at) {
            self.queue.push(up);
        }
        let reading = self.beats.judge(sent_at, packet);
        self.queue.push(LinkEvent::HeartRate { reading, sent_at });
    }

    /// Listens for an oximeter while the strap is not heard; names it once in the life of an open port.
    fn listen_for_others(&mut self, bytes: &[u8]) {
        if self.liveness.is_up() {
            return;
        }
        let Some(other) = self.other.as_mut() else {
            return;
        };
        let mut found = false;
        other.feed(bytes, &mut |item| found |= item.content.is_ok());
        if found {
            self.queue
                .push(LinkEvent::OtherProtocol(super::nonin_df2::ID));
            self.other = None;
        }
    }
}

impl Default for ZephyrHxmLink {
    fn default() -> Self {
        Self::new()
    }
}

impl Link for ZephyrHxmLink {
    fn handle_opened(&mut self, now: Timestamp) {
        self.decoder.reset();
        self.other = Some(nonin_df2::PacketDecoder::new());
        self.liveness.opened(now);
        self.beats = Beats::default();
    }

    fn handle_closed(&mut self, _now: Timestamp) {
        self.decoder.reset();
        self.liveness.closed();
    }

    fn handle_bytes(&mut self, now: Timestamp, sent_at: Timestamp, bytes: &[u8]) {
        if !self.liveness.is_open() {
            return;
        }
        // One byte at a time, so that each packet is known to be as old as the bytes behind it make it.
        for (index, byte) in bytes.iter().enumerate() {
            let mut packet = None;
            let counters = &mut self.counters;
            self.decoder.feed(
                core::slice::from_ref(byte),
                &mut |item| match item.content {
                    Ok(content) => packet = Some(content),
                    Err(error) => event_queue::count(counters, error),
                },
            );
            if let Some(packet) = packet {
                let sent_at = sent_before(sent_at, bytes.len() - 1 - index, PER_BYTE);
                self.take(now, sent_at, &packet);
            }
        }
        self.listen_for_others(bytes);
    }

    fn handle_command(&mut self, _now: Timestamp, _command: MachineCommand) {}

    fn renew_leave(&mut self, _until: Timestamp) {}

    fn poll_output(&mut self, now: Timestamp) -> LinkOutput<'_> {
        if let Some(silent) = self.liveness.check(now) {
            self.queue.push(silent);
        }
        match self.queue.pop() {
            Some(event) => LinkOutput::Event(event),
            None => LinkOutput::Wait(self.liveness.deadline()),
        }
    }

    fn release_bytes(&self) -> &'static [u8] {
        &[]
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        None
    }

    fn counters(&self) -> LinkCounters {
        LinkCounters {
            skipped_bytes: self
                .counters
                .skipped_bytes
                .saturating_add(self.decoder.skipped()),
            dropped_events: self.queue.dropped(),
            ..self.counters
        }
    }
}

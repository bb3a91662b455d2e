//! The link to a Nonin oximeter in data format 2.
//!
//! A packet takes a third of a second: its saturation lies in frame 3, its last frame comes 0.29 s later. Readings leave when
//! the last frame is in, not at frame 3. The flags of all 25 frames decide whether the value may be believed (a finger that
//! leaves in frame 10, an artefact in frame 20), one broken frame drops the packet whole, and what a 4-beat average of blood
//! that left the lung 15 to 45 s ago says does not age in 0.29 s by what a rule of whole seconds could see. Leaving early would
//! mean to hand out, three times a second, values that the same packet may take back.

use core::time::Duration;

use protocols::nonin_df2::{
    DataFormat, FRAME_BYTES, HostCommand, LONGEST_COMMAND, Packet, PacketDecoder,
};
use protocols::vocabulary::{
    Absence, BeatsPerMinute, Capabilities, MachineCommand, OxygenSaturation, Quality, Reading,
    Timestamp,
};
use protocols::wire::Decoder;
use protocols::zephyr_hxm;

use super::event_queue::{self, EventQueue};
use super::liveness::{Liveness, sent_before};
use crate::link::{Link, LinkCounters, LinkEvent, LinkOutput};

/// Without a whole packet for longer than this the device is silent.
const SILENCE: Duration = Duration::from_secs(1);

/// While no packet comes the choice of format is repeated so often (the interval of a public reader, mdpnp).
const SELECT_AGAIN: Duration = Duration::from_secs(5);

/// Option bits of the long choice of format for a continuous stream, as mdpnp sends them.
const CONTINUOUS: u8 = 0x21;

/// The device's pace: 75 frames a second, so a byte each 2.67 ms in the mean.
const PER_BYTE: Duration = Duration::from_nanos(1_000_000_000 / (75 * FRAME_BYTES_U64));
const FRAME_BYTES_U64: u64 = 5;
const _: () = assert!(FRAME_BYTES == 5);

/// A Nonin oximeter at one port.
///
/// On open it is asked once for format 2 by the short command of the older devices; while no packet comes, again each 5 s, the
/// long command of 3150 and 9560 and the short one in turns. No answer is waited for: OEM III and Xpod may ignore it (recalled),
/// and what arrives decides.
#[derive(Debug)]
pub struct NoninDf2Link {
    decoder: PacketDecoder,
    other: Option<zephyr_hxm::PacketDecoder>,
    liveness: Liveness,
    queue: EventQueue,
    counters: LinkCounters,
    select: Select,
    command: [u8; LONGEST_COMMAND],
}

/// The choice of format: when next, in which form, and whether the last one brought a packet.
#[derive(Debug)]
struct Select {
    at: Timestamp,
    long: bool,
    unanswered: bool,
}

impl NoninDf2Link {
    /// A link whose port is not open yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            decoder: PacketDecoder::new(),
            other: None,
            liveness: Liveness::new(SILENCE),
            queue: EventQueue::new(),
            counters: LinkCounters::default(),
            select: Select {
                at: Timestamp::NEVER,
                long: false,
                unanswered: false,
            },
            command: [0; LONGEST_COMMAND],
        }
    }

    fn take(&mut self, now: Timestamp, sent_at: Timestamp, packet: &Packet) {
        self.counters.messages = self.counters.messages.saturating_add(1);
        self.select.unanswered = false;
        if let Some(up) = self.liveness.heard(now, sent_at) {
            self.queue.push(up);
        }
        self.queue.push(LinkEvent::Saturation {
            reading: saturation(packet),
            sent_at,
        });
        self.queue.push(LinkEvent::PulseRate {
            reading: pulse_rate(packet),
            sent_at,
        });
        self.queue.push(LinkEvent::Plethysmogram {
            samples: packet.plethysmogram(),
            sent_at,
        });
    }

    /// Listens for a strap while the oximeter is not heard; names it once in the life of an open port.
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
                .push(LinkEvent::OtherProtocol(super::zephyr_hxm::ID));
            self.other = None;
        }
    }

    /// When the format has to be chosen next.
    fn select_at(&self) -> Timestamp {
        if self.liveness.is_open() && !self.liveness.is_up() {
            self.select.at
        } else {
            Timestamp::NEVER
        }
    }

    /// The next choice of format, as bytes.
    fn choose_format(&mut self, now: Timestamp) -> &[u8] {
        if self.select.unanswered {
            self.counters.time_outs = self.counters.time_outs.saturating_add(1);
        }
        let command = HostCommand::SelectFormat {
            format: DataFormat::Df2,
            options: self.select.long.then_some(CONTINUOUS),
        };
        self.select = Select {
            at: now + SELECT_AGAIN,
            long: !self.select.long,
            unanswered: true,
        };
        command.encode(&mut self.command).unwrap_or_default()
    }
}

/// The protocol's id.
pub(super) const ID: &str = "nonin-df2";

impl Default for NoninDf2Link {
    fn default() -> Self {
        Self::new()
    }
}

impl Link for NoninDf2Link {
    fn handle_opened(&mut self, now: Timestamp) {
        self.decoder.reset();
        self.other = Some(zephyr_hxm::PacketDecoder::new());
        self.liveness.opened(now);
        self.select = Select {
            at: now,
            long: false,
            unanswered: false,
        };
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
        if let Some(event) = self.queue.pop() {
            return LinkOutput::Event(event);
        }
        let select_at = self.select_at();
        if now >= select_at {
            return LinkOutput::Transmit(self.choose_format(now));
        }
        LinkOutput::Wait(self.liveness.deadline().min(select_at))
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

/// Without a finger or a sensor there is no value, whatever the data bytes say.
fn contact(packet: &Packet) -> Result<(), Absence> {
    let lost = packet
        .status()
        .iter()
        .any(|status| status.sensor_disconnected() || status.sensor_alarm());
    if lost {
        Err(Absence::NoContact)
    } else {
        Ok(())
    }
}

/// The worst that any of the packet's 25 frames says.
fn quality(packet: &Packet) -> Quality {
    let words = packet.quality();
    [
        ("out_of_track", Quality::OutOfTrack),
        ("artefact", Quality::Artefact),
        ("low_perfusion", Quality::LowPerfusion),
        ("marginal_perfusion", Quality::MarginalPerfusion),
    ]
    .into_iter()
    .find_map(|(word, quality)| words.has(word).then_some(quality))
    .unwrap_or(Quality::Good)
}

/// The 4-beat average for recording. A saturation of 0 is a number of this format and never a patient's: no pulse of living
/// tissue gives it. The rules count it as a weak pulse, so it is none, for want of perfusion; as a number it would stop a machine
/// for a finger clip that looks at nothing.
fn saturation(packet: &Packet) -> Reading<OxygenSaturation> {
    let value = contact(packet)
        .and_then(|()| packet.saturation())
        .and_then(|value| {
            if value == OxygenSaturation::MIN {
                Err(Absence::LowPerfusion)
            } else {
                Ok(value)
            }
        });
    reading(packet, value)
}

/// The 4-beat average for recording.
fn pulse_rate(packet: &Packet) -> Reading<BeatsPerMinute> {
    let value = contact(packet).and_then(|()| packet.pulse_rate());
    reading(packet, value)
}

fn reading<T>(packet: &Packet, value: Result<T, Absence>) -> Reading<T> {
    match value {
        Ok(value) => Reading::Value {
            value,
            quality: quality(packet),
        },
        Err(absence) => Reading::Missing(absence),
    }
}

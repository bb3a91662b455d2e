//! A Nonin oximeter in data format 2, as the device's side of the sheet says.

use core::time::Duration;

use protocols::nonin_df2::{
    ClockTime, DataFormat, FRAME_BYTES, FRAMES, HostCommand, HostDecoder, LONGEST_REPLY, Packet,
    PacketValues, Perfusion, Reply, Status,
};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::{Decoder, WireErrorKind};

use super::oximeter::{self, Oximeter};
use super::pulse::Pulse;
use super::{Body, DeviceOutput, VirtualDevice};

/// Frames of a packet.
const PACKET_FRAMES: u64 = 25;
const _: () = assert!(FRAMES == 25);

/// A host that polls later than this finds the frames of the last second alone; what is older is lost, as on a line whose
/// receiver overran. (What a pseudo-terminal holds is the pseudo-terminal's; this is the device's own clock catching up.)
const BACKLOG_FRAMES: u64 = 75;

/// The perfusion bits stand on so many frames from the pulse's upstroke on.
const PULSE_FRAMES: u32 = 5;

/// Firmware revision, of no meaning.
const REVISION: u8 = 0x20;

/// An oximeter that shows its wearer's body. It streams format 2 alone: a command to another format is refused. Its clock keeps
/// what it was set to and does not run.
#[derive(Debug)]
pub struct VirtualNoninDf2 {
    start: Timestamp,
    /// Frames since the start; the next one to send.
    frame: u64,
    body: Option<Body>,
    pulse: Pulse,
    oximeter: Oximeter,
    faults: Faults,
    data: [u8; FRAMES],
    bytes: [u8; FRAME_BYTES],
    decoder: HostDecoder,
    replies: Replies,
    clock: ClockTime,
}

/// What a person can do to the sensor.
#[derive(Debug, Clone, Copy, Default)]
struct Faults {
    unplugged: bool,
    motion: bool,
}

/// Replies that wait for the gap between two frames. More than fit were never answered: a device has one ear.
#[derive(Debug)]
struct Replies {
    bytes: [u8; 4 * LONGEST_REPLY],
    filled: usize,
}

impl VirtualNoninDf2 {
    /// A device switched on at `start`: its first frame is due then, and each next one exactly a seventy-fifth of a second
    /// later, without drift. Until it is told of a body there is no finger in it.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self {
            start,
            frame: 0,
            body: None,
            pulse: Pulse::new(start),
            oximeter: Oximeter::default(),
            faults: Faults::default(),
            data: [0; FRAMES],
            bytes: [0; FRAME_BYTES],
            decoder: HostDecoder::new(),
            replies: Replies {
                bytes: [0; 4 * LONGEST_REPLY],
                filled: 0,
            },
            clock: ClockTime {
                year: 0,
                month: 1,
                day: 1,
                hour: 0,
                minute: 0,
                second: 0,
            },
        }
    }

    /// Pulls the sensor's cable, or plugs it in again.
    pub const fn set_unplugged(&mut self, unplugged: bool) {
        self.faults.unplugged = unplugged;
    }

    /// Shakes the hand: every pulse is bad while it lasts, and after three of them the device loses track.
    pub const fn set_motion(&mut self, motion: bool) {
        self.faults.motion = motion;
    }

    fn due(&self, frame: u64) -> Timestamp {
        // 40 000 000 / 3 nanoseconds are a seventy-fifth of a second.
        self.start + Duration::from_nanos(frame.saturating_mul(40_000_000) / 3)
    }

    /// Leaves out what is older than the backlog, up to the begin of a packet.
    fn catch_up(&mut self, now: Timestamp) {
        let nanos = now.since(self.start).as_nanos();
        let current = u64::try_from(nanos * 3 / 40_000_000).unwrap_or(u64::MAX);
        if current.saturating_sub(self.frame) > BACKLOG_FRAMES {
            let oldest = current - BACKLOG_FRAMES;
            self.frame = oldest.div_ceil(PACKET_FRAMES) * PACKET_FRAMES;
        }
    }

    fn make_frame(&mut self, due: Timestamp) -> [u8; FRAME_BYTES] {
        self.sense(due);
        let place = self.frame % PACKET_FRAMES;
        if place == 0 {
            self.data = self.packet_values().data();
        }
        let data = usize::try_from(place)
            .ok()
            .and_then(|place| self.data.get(place))
            .copied()
            .unwrap_or(0);
        let status = self.status().with_sync(place == 0);
        let frame = Packet::frame(status, self.sample(), data);
        self.frame += 1;
        frame
    }

    /// Lets the heart beat up to this frame, and the oximeter see it.
    fn sense(&mut self, due: Timestamp) {
        let Some(body) = self.body else {
            return;
        };
        if !self.has_contact() {
            self.oximeter.lose_contact();
        }
        let contact = self.has_contact();
        let motion = self.faults.motion;
        let oximeter = &mut self.oximeter;
        oximeter.pass_frame(due);
        self.pulse.advance(due, body.heart_rate, &mut |at| {
            if contact {
                oximeter.beat(at, body.saturation, motion);
            }
        });
    }

    fn has_contact(&self) -> bool {
        self.body.is_some_and(|body| body.finger_in) && !self.faults.unplugged
    }

    fn packet_values(&mut self) -> PacketValues {
        let (rates, saturations) = self.oximeter.packet_values();
        PacketValues {
            rates,
            saturations,
            revision: REVISION,
            timer: u16::try_from(self.frame / PACKET_FRAMES % 16_384).unwrap_or(0),
            status_2: 0,
        }
    }

    fn status(&self) -> Status {
        let contact = self.has_contact();
        let perfusion = match self.body {
            Some(body) if contact && self.oximeter.frames_since_beat() < PULSE_FRAMES => {
                if body.perfusion_good {
                    Perfusion::Good
                } else {
                    Perfusion::Low
                }
            }
            _ => Perfusion::None,
        };
        Status::QUIET
            .with_sensor_disconnected(self.faults.unplugged)
            .with_sensor_alarm(!contact)
            .with_out_of_track(!self.oximeter.is_tracking())
            .with_artefact(contact && self.oximeter.is_pulse_bad())
            .with_perfusion(perfusion)
    }

    /// The waveform: around 128 by 40, a quarter of it with a weak pulse; flat without a finger.
    fn sample(&self) -> u8 {
        const MIDDLE: f64 = 128.0;
        let amplitude = match self.body {
            Some(body) if self.has_contact() && body.perfusion_good => 40.0,
            Some(_) if self.has_contact() => 10.0,
            _ => 0.0,
        };
        let value = MIDDLE + amplitude * oximeter::waveform(self.pulse.phase());
        protocols::vocabulary::number::floor_to_u16(value + 0.5)
            .and_then(|value| u8::try_from(value).ok())
            .unwrap_or(u8::MAX)
    }

    fn answer(&mut self, content: Result<HostCommand, WireErrorKind>) {
        let reply = match content {
            Ok(HostCommand::SelectFormat {
                format: DataFormat::Df2,
                ..
            }) => Reply::Done,
            Ok(HostCommand::GetClock) => Reply::Clock(self.clock),
            Ok(HostCommand::SetClock(time)) => {
                self.clock = time;
                Reply::Done
            }
            Ok(HostCommand::DeviceType) => Reply::WRIST_OX2,
            Ok(HostCommand::SerialNumber) => Reply::SerialNumber(*b"000000001"),
            Ok(HostCommand::BluetoothTimeout { .. }) => Reply::BluetoothTimeoutSet,
            Err(WireErrorKind::Framing) => return,
            Ok(HostCommand::SelectFormat {
                format: DataFormat::Df7 | DataFormat::Df8 | DataFormat::Df13,
                ..
            })
            | Err(
                WireErrorKind::Checksum | WireErrorKind::OutOfRange | WireErrorKind::IllegalCommand,
            ) => Reply::Refused,
        };
        self.replies.add(reply);
    }
}

impl VirtualDevice for VirtualNoninDf2 {
    fn handle_bytes(&mut self, _now: Timestamp, bytes: &[u8]) {
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |item| {
            self.answer(item.content.map_err(|error| error.kind));
        });
        self.decoder = decoder;
    }

    fn advance(&mut self, _now: Timestamp, body: &Body) {
        self.body = Some(*body);
    }

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        if self.replies.filled > 0 {
            return DeviceOutput::Transmit(self.replies.take());
        }
        self.catch_up(now);
        let due = self.due(self.frame);
        if now < due {
            return DeviceOutput::Wait(due);
        }
        self.bytes = self.make_frame(due);
        DeviceOutput::Transmit(&self.bytes)
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        None
    }
}

impl Replies {
    fn add(&mut self, reply: Reply) {
        if let Some(free) = self.bytes.get_mut(self.filled..)
            && let Ok(written) = reply.encode(free)
        {
            self.filled += written.len();
        }
    }

    fn take(&mut self) -> &[u8] {
        let filled = core::mem::take(&mut self.filled);
        self.bytes.get(..filled).unwrap_or_default()
    }
}

//! A Zephyr `HxM` strap, as the device's side of the sheet says.

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp, number};
use protocols::zephyr_hxm::{BEAT_TIMES, PACKET_BYTES, Packet};

use super::pulse::Pulse;
use super::{Body, DeviceOutput, VirtualDevice};

/// A host that polls later than this many packets finds the newest alone, as Bluetooth drops what its buffer cannot hold.
const BACKLOG_PACKETS: u64 = 3;
/// How long the last rate is held once contact is lost.
const HOLD: Duration = Duration::from_secs(5);
/// The strap sleeps after so long without contact: its link closes, here by silence.
const SLEEP: Duration = Duration::from_mins(10);
/// The rate is of so many intervals between beats.
const AVERAGED: usize = 4;
/// A percent of battery lasts so long (assumed: a day to empty).
const BATTERY_PERCENT_LASTS: Duration = Duration::from_mins(15);
/// Strides a second of a walking patient, and their speed in km/h (assumed).
const STRIDES_A_SECOND: u64 = 2;
const WALKING_KILOMETRES_PER_HOUR: f64 = 5.0;

/// A strap on a patient's chest. Its rate is of the last four intervals between beats, as the sheet has it; the beats come at
/// [`Body::strap_heart_rate`], so that what goes wrong with a strap (stuck, a false value, an offset) is on the wire, and at
/// the heart's own rate where the body has none to give.
#[derive(Debug)]
pub struct VirtualZephyrHxm {
    start: Timestamp,
    /// Packets since the start; the next one to send.
    next: u64,
    body: Option<Body>,
    pulse: Pulse,
    /// Since when there is no contact.
    lost_at: Option<Timestamp>,
    beats: Beats,
    rate: u8,
    seconds_walked: u64,
    bytes: [u8; PACKET_BYTES],
}

/// The beats that the strap has seen.
#[derive(Debug, Default)]
struct Beats {
    number: u8,
    times: [u16; BEAT_TIMES],
    last: Option<Timestamp>,
    /// Microseconds between beats since contact, newest first.
    intervals: [u32; AVERAGED],
    known: usize,
}

impl VirtualZephyrHxm {
    /// A strap switched on at `start`: its first packet is due then, and one each second from then on. Until it is told of a
    /// body it has no contact.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self {
            start,
            next: 0,
            body: None,
            pulse: Pulse::new(start),
            lost_at: Some(start),
            beats: Beats::default(),
            rate: 0,
            seconds_walked: 0,
            bytes: [0; PACKET_BYTES],
        }
    }

    fn due(&self) -> Timestamp {
        self.start + Duration::from_secs(self.next)
    }

    fn catch_up(&mut self, now: Timestamp) {
        let current = now.since(self.start).as_secs();
        if current.saturating_sub(self.next) >= BACKLOG_PACKETS {
            self.next = current + 1 - BACKLOG_PACKETS;
        }
    }

    /// Lets the heart beat up to `to`, and the strap see it while it has contact.
    fn sense(&mut self, to: Timestamp) {
        let Some(body) = self.body else {
            return;
        };
        let (start, beats) = (self.start, &mut self.beats);
        let contact = self.lost_at.is_none();
        self.pulse.advance(to, felt_rate(&body), &mut |at| {
            if contact {
                beats.add(start, at);
            }
        });
    }

    fn is_asleep(&self, at: Timestamp) -> bool {
        self.lost_at.is_some_and(|lost| at.since(lost) >= SLEEP)
    }

    fn packet(&mut self, at: Timestamp) -> Packet {
        match self.lost_at {
            Some(lost) if at.since(lost) >= HOLD => self.rate = 0,
            Some(_) => {}
            None => self.rate = self.beats.rate().unwrap_or(self.rate),
        }
        let walking = self.body.is_some_and(|body| body.walking);
        if walking {
            self.seconds_walked += 1;
        }
        let used = at.since(self.start).as_secs() / BATTERY_PERCENT_LASTS.as_secs();
        Packet {
            firmware: 9_500,
            firmware_version: *b"1i",
            hardware: 9_800,
            hardware_version: *b"1v",
            battery_raw: u8::try_from(100_u64.saturating_sub(used)).unwrap_or(0),
            heart_rate_raw: self.rate,
            beat_number: self.beats.number,
            beat_times: self.beats.times,
            distance_raw: self.distance(),
            speed_raw: if walking { speed() } else { 0 },
            strides: u8::try_from(self.seconds_walked * STRIDES_A_SECOND % 128).unwrap_or(0),
        }
    }

    /// Sixteenths of a metre, wrapping every 256 m.
    fn distance(&self) -> u16 {
        let metres = number::from_u64(self.seconds_walked) * WALKING_KILOMETRES_PER_HOUR / 3.6;
        number::floor_to_u32(metres * 16.0)
            .and_then(|sixteenths| u16::try_from(sixteenths % 4_096).ok())
            .unwrap_or(0)
    }
}

/// What the strap takes for the heart's rate, in beats a minute.
fn felt_rate(body: &Body) -> f64 {
    match body.strap_heart_rate {
        0 => body.heart_rate,
        rate => f64::from(rate),
    }
}

/// The walking speed in 1/256 m/s.
fn speed() -> u16 {
    number::floor_to_u16(WALKING_KILOMETRES_PER_HOUR / 3.6 * 256.0 + 0.5).unwrap_or(0)
}

impl Beats {
    fn add(&mut self, start: Timestamp, at: Timestamp) {
        self.number = self.number.wrapping_add(1);
        self.times.rotate_right(1);
        let millis = at.since(start).as_millis() % 65_536;
        if let Some(newest) = self.times.first_mut() {
            *newest = u16::try_from(millis).unwrap_or(0);
        }
        let interval = self.last.map(|last| at.since(last).as_micros());
        self.last = Some(at);
        if let Some(interval) = interval.and_then(|it| u32::try_from(it).ok()) {
            self.intervals.rotate_right(1);
            if let Some(newest) = self.intervals.first_mut() {
                *newest = interval;
            }
            self.known = (self.known + 1).min(AVERAGED);
        }
    }

    /// The gap until the next beat is no interval.
    const fn lose_contact(&mut self) {
        self.last = None;
        self.known = 0;
    }

    /// 60 000 over the mean of the last intervals in milliseconds, rounded; 0 where the strap cannot mean it; `None` before the
    /// second beat.
    fn rate(&self) -> Option<u8> {
        const MICROS_A_MINUTE: f64 = 60_000_000.0;
        let used = self.intervals.iter().take(self.known);
        let count = f64::from(u32::try_from(used.len()).ok()?);
        let sum: f64 = used.map(|interval| f64::from(*interval)).sum();
        if self.known == 0 {
            return None;
        }
        let rate = number::floor_to_u16(MICROS_A_MINUTE * count / sum + 0.5);
        Some(match rate.map(u8::try_from) {
            Some(Ok(rate @ 30..=240)) => rate,
            _ => 0,
        })
    }
}

impl VirtualDevice for VirtualZephyrHxm {
    fn handle_bytes(&mut self, _now: Timestamp, _bytes: &[u8]) {}

    fn advance(&mut self, now: Timestamp, body: &Body) {
        self.sense(now);
        match (self.lost_at, body.strap_contact) {
            (None, false) => {
                self.lost_at = Some(now);
                self.beats.lose_contact();
            }
            (Some(_), true) => self.lost_at = None,
            (None, true) | (Some(_), false) => {}
        }
        self.body = Some(*body);
    }

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.catch_up(now);
        while now >= self.due() {
            let due = self.due();
            self.sense(due);
            self.next += 1;
            if self.is_asleep(due) {
                continue;
            }
            let packet = self.packet(due);
            return DeviceOutput::Transmit(packet.encode(&mut self.bytes).unwrap_or_default());
        }
        DeviceOutput::Wait(self.due())
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        None
    }
}

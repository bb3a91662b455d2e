//! All oximeters, 75 frames a second each, on one thread; where breaches are wanted, the last frame of one packet in two or more
//! comes at random, and the packet says 91 %. The same thread sends the echo's bytes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::Ordering;

use drivers::pseudo_terminal::PseudoTerminal;
use protocols::nonin_df2::{Packet, PacketValues, Perfusion, PulseRates, Saturations, Status};
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation};
use rustix::event::{Timespec, poll};
use station::clock;

use super::watch::{ECHO, GYM, Shared};

/// From frame to frame, in nanoseconds.
const FRAME: u64 = 40_000_000 / 3;
/// Frames of a packet.
const FRAMES: usize = 25;
/// A breaching packet's last frame comes up to so much later than the pace would have it: its phase is random.
const RANDOM_PHASE: u64 = 10_000_000;
/// Under this a bike has too little left to be taken away, in watts: its load comes back first.
const ENOUGH: u32 = 60;
/// The echo's bytes leave 2 to 10 ms after one another.
const ECHO_GAP: (u64, u64) = (2_000_000, 8_000_000);
/// As healthy a saturation as the patients have, and one that is a breach, in per cent.
const HEALTHY: u8 = 97;
const BREACH: u8 = 91;

/// One oximeter.
struct Oximeter<'a> {
    terminal: &'a PseudoTerminal,
    /// When the next frame is due by the device's own pace.
    pace: u64,
    frame: usize,
    data: [u8; FRAMES],
    packets: u16,
    /// The packet that is being sent is a breach.
    breaches: bool,
    /// The packet before was.
    breached: bool,
}

/// Sends until the end. `terminals` are in the stations' order.
///
/// # Errors
/// Where a terminal is gone.
pub(crate) fn send(
    shared: &Shared,
    terminals: &[&PseudoTerminal],
    echo: &PseudoTerminal,
) -> std::io::Result<()> {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let began = clock::boot_nanos();
    let mut oximeters: Vec<Oximeter<'_>> = Vec::new();
    let mut due = BinaryHeap::new();
    for (place, terminal) in terminals.iter().enumerate() {
        let pace = began + chance.below(FRAME * 25);
        due.push(Reverse((pace, place)));
        oximeters.push(Oximeter {
            terminal,
            pace,
            frame: 0,
            data: [0; FRAMES],
            packets: 0,
            breaches: false,
            breached: false,
        });
    }
    let the_echo = oximeters.len();
    due.push(Reverse((began, the_echo)));
    while !shared.is_over() {
        let Some(Reverse((at, place))) = due.pop() else {
            break;
        };
        wait_until(at);
        let next = if let Some(oximeter) = oximeters.get_mut(place) {
            oximeter.send(shared, place, at, &mut chance)?
        } else {
            send_echo(shared, echo)?;
            at.max(clock::boot_nanos()) + ECHO_GAP.0 + chance.below(ECHO_GAP.1)
        };
        due.push(Reverse((next, place)));
    }
    Ok(())
}

fn send_echo(shared: &Shared, echo: &PseudoTerminal) -> std::io::Result<()> {
    let is_asked = shared.mode.load(Ordering::Acquire) == ECHO;
    if is_asked && shared.echo_left.load(Ordering::Acquire) == 0 {
        shared
            .echo_left
            .store(clock::boot_nanos(), Ordering::Release);
        echo.write(&[0x55])?;
    }
    Ok(())
}

impl Oximeter<'_> {
    /// Sends the frame that is due, and says when the next one is.
    fn send(
        &mut self,
        shared: &Shared,
        place: usize,
        planned: u64,
        chance: &mut Chance,
    ) -> std::io::Result<u64> {
        if self.frame == 0 {
            self.begin_packet(shared, place, chance);
        }
        let status = Status::QUIET
            .with_perfusion(Perfusion::Good)
            .with_sync(self.frame == 0);
        let data = self.data.get(self.frame).copied().unwrap_or(0);
        let bytes = Packet::frame(status, 128, data);
        let last = self.frame + 1 == FRAMES;
        if last && self.breaches {
            let now = clock::boot_nanos();
            if let Some(station) = shared.stations.get(place) {
                station.breached.store(now, Ordering::Release);
            }
            self.terminal.write(&bytes)?;
            shared.found().late.push(now.saturating_sub(planned));
        } else {
            self.terminal.write(&bytes)?;
        }
        self.frame = if last { 0 } else { self.frame + 1 };
        self.pace += FRAME;
        let at_random = self.breaches && self.frame + 1 == FRAMES;
        Ok(if at_random {
            self.pace + chance.below(RANDOM_PHASE)
        } else {
            self.pace
        })
    }

    /// Decides what the next packet says.
    fn begin_packet(&mut self, shared: &Shared, place: usize, chance: &mut Chance) {
        let Some(station) = shared.stations.get(place) else {
            return;
        };
        let unanswered = station.breached.swap(0, Ordering::AcqRel) > 0;
        if unanswered && self.breaches {
            shared.found().without_command += 1;
        }
        self.breached = self.breaches;
        self.breaches = shared.mode.load(Ordering::Acquire) == GYM
            && !self.breached
            && station.watts.load(Ordering::Acquire) >= ENOUGH
            && chance.below(8) > 0;
        let saturation = if self.breaches { BREACH } else { HEALTHY };
        let saturation = OxygenSaturation::new(saturation);
        let rate = u16::try_from(station.heart_rate.load(Ordering::Acquire)).unwrap_or(0);
        let rate = BeatsPerMinute::new(rate);
        self.packets = (self.packets + 1) % 16_384;
        self.data = PacketValues {
            rates: PulseRates {
                recording: rate,
                extended: rate,
                display: rate,
                extended_display: rate,
            },
            saturations: Saturations {
                recording: saturation,
                display: saturation,
                fast: saturation,
                beat_to_beat: saturation,
                extended: saturation,
                extended_display: saturation,
            },
            revision: 0x20,
            timer: self.packets,
            status_2: 0,
        }
        .data();
    }
}

/// Waits for an instant of `CLOCK_BOOTTIME`.
pub(crate) fn wait_until(at: u64) {
    let wait = at.saturating_sub(clock::boot_nanos());
    if wait > 0 {
        let limit = Timespec {
            tv_sec: i64::try_from(wait / 1_000_000_000).unwrap_or(0),
            tv_nsec: i64::try_from(wait % 1_000_000_000).unwrap_or(0),
        };
        // A signal that ends the wait early makes a device early by as much, and shows in no figure.
        let _waited = poll(&mut [], Some(&limit));
    }
}

/// xorshift64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

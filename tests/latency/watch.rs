//! The thread at the far end of the bikes' wires, and of the echo's: it wakes, looks at the clock, and only then at the bytes.

use std::os::fd::OwnedFd;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use drivers::pseudo_terminal::PseudoTerminal;
use protocols::csafe::{HostDecoder, HostFrame, code};
use protocols::wire::{Decoded, Decoder};
use rustix::event::{Timespec, epoll};
use station::clock;

/// Nothing is measured.
pub(crate) const REST: u8 = 0;
/// Breaches.
pub(crate) const GYM: u8 = 1;
/// The echo.
pub(crate) const ECHO: u8 = 2;

/// What the threads of the bench share.
pub(crate) struct Shared {
    /// One a station.
    pub(crate) stations: Vec<Place>,
    /// When the echo's byte left, in `CLOCK_BOOTTIME` nanoseconds; 0: none is under way.
    pub(crate) echo_left: AtomicU64,
    /// [`REST`], [`GYM`] or [`ECHO`].
    pub(crate) mode: AtomicU8,
    /// All threads end.
    pub(crate) stop: AtomicBool,
    /// What was found.
    pub(crate) found: Mutex<super::figures::Measured>,
}

/// One station, as the bench's threads know it.
#[derive(Default)]
pub(crate) struct Place {
    /// When the last frame of a breach left; 0: none is under way.
    pub(crate) breached: AtomicU64,
    /// What the bike was told last, in watts.
    pub(crate) watts: AtomicU32,
    /// What the heart does, in beats a minute: strap and oximeter agree.
    pub(crate) heart_rate: AtomicU32,
    /// The bike owes an answer.
    pub(crate) owes_answer: AtomicBool,
}

/// Bytes that came for a bike.
pub(crate) struct ForBike {
    /// The station's place.
    pub(crate) place: usize,
    /// They.
    pub(crate) bytes: Vec<u8>,
}

impl Shared {
    pub(crate) fn new(stations: usize) -> Self {
        Self {
            stations: (0..stations).map(|_| Place::default()).collect(),
            echo_left: AtomicU64::new(0),
            mode: AtomicU8::new(REST),
            stop: AtomicBool::new(false),
            found: Mutex::new(super::figures::Measured::default()),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// What was found, whoever panicked.
    pub(crate) fn found(&self) -> std::sync::MutexGuard<'_, super::figures::Measured> {
        self.found
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Watches until the end. `bikes` are in the stations' order; `echo` is the end at which the echo's bytes come out.
///
/// # Errors
/// Where the system does not wait or read.
pub(crate) fn watch(
    shared: &Shared,
    bikes: &[&PseudoTerminal],
    echo: &PseudoTerminal,
    forward: &SyncSender<ForBike>,
) -> std::io::Result<()> {
    let waiting = wait_for_all(bikes, echo)?;
    let mut decoders: Vec<HostDecoder> = bikes.iter().map(|_| HostDecoder::new()).collect();
    let mut events = Vec::with_capacity(bikes.len() + 1);
    let limit = Timespec {
        tv_sec: 0,
        tv_nsec: 50_000_000,
    };
    let mut buffer = [0_u8; 512];
    while !shared.is_over() {
        events.clear();
        epoll::wait(
            &waiting,
            rustix::buffer::spare_capacity(&mut events),
            Some(&limit),
        )?;
        let mut came = clock::boot_nanos();
        for event in &events {
            let event: &epoll::Event = event;
            let place = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
            if let (Some(bike), Some(decoder)) = (bikes.get(place), decoders.get_mut(place)) {
                let count = bike.read(&mut buffer)?;
                let bytes = buffer.get(..count).unwrap_or_default();
                take(shared, place, decoder, bytes, came);
                // The devices' thread is never so far behind that this would wait.
                let _devices_ended = forward.send(ForBike {
                    place,
                    bytes: bytes.to_vec(),
                });
            } else if echo.read(&mut buffer)? > 0 {
                let left = shared.echo_left.swap(0, Ordering::AcqRel);
                if left > 0 {
                    shared.found().echo.push(came.saturating_sub(left));
                }
            }
            came = clock::boot_nanos();
        }
    }
    Ok(())
}

fn wait_for_all(bikes: &[&PseudoTerminal], echo: &PseudoTerminal) -> std::io::Result<OwnedFd> {
    let waiting = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let all = bikes.iter().copied().chain([echo]);
    for (place, terminal) in (0_u64..).zip(all) {
        let data = epoll::EventData::new_u64(place);
        epoll::add(&waiting, terminal, data, epoll::EventFlags::IN)?;
    }
    Ok(waiting)
}

/// Looks for a command that takes load away among what came.
fn take(shared: &Shared, place: usize, decoder: &mut HostDecoder, bytes: &[u8], came: u64) {
    let Some(station) = shared.stations.get(place) else {
        return;
    };
    let owed = station.owes_answer.swap(true, Ordering::AcqRel);
    let mut takes_away = false;
    decoder.feed(bytes, &mut |item: Decoded<HostFrame>| {
        let Ok(frame) = item.content else { return };
        for command in frame.commands() {
            let watts = match (command.code, command.data) {
                (code::SET_POWER, [low, high, ..]) => u32::from(u16::from_le_bytes([*low, *high])),
                (code::GO_FINISHED, _) => 0,
                _ => continue,
            };
            takes_away |= watts < station.watts.swap(watts, Ordering::AcqRel);
        }
    });
    if takes_away {
        let left = station.breached.swap(0, Ordering::AcqRel);
        if left > 0 {
            let took = came.saturating_sub(left);
            let mut found = shared.found();
            found.gym.push(took);
            if owed {
                found.polls_outstanding.push(took);
            }
        }
    }
}

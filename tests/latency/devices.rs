//! Bikes and straps: the virtual devices of the sessions as they were rolled, at the pace of their lines.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use drivers::pseudo_terminal::PseudoTerminal;
use drivers::virtual_devices::rig::RigOutput;
use protocols::vocabulary::{Timestamp, number};
use station::clock::GymClock;
use station::gym::virtual_gym::VirtualGym;

use super::watch::{ForBike, Shared};

/// One byte at 9600 baud, in nanoseconds.
const BYTE_TIME: u64 = 1_041_667;
/// How often the end is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Serves until the end. `bikes` and `straps` are in the stations' order.
///
/// # Errors
/// Where a terminal is gone.
pub(crate) fn serve(
    shared: &Shared,
    mut devices: VirtualGym,
    clock: GymClock,
    bikes: &[&PseudoTerminal],
    straps: &[&PseudoTerminal],
    orders: &Receiver<ForBike>,
) -> std::io::Result<()> {
    let mut on_line: BinaryHeap<Reverse<(Timestamp, usize, Vec<u8>)>> = BinaryHeap::new();
    let mut waits = vec![Timestamp::ZERO; bikes.len()];
    while !shared.is_over() {
        let now = clock.now();
        while on_line.peek().is_some_and(|Reverse((at, ..))| *at <= now) {
            let Some(Reverse((_, place, bytes))) = on_line.pop() else {
                break;
            };
            let Some(bike) = bikes.get(place) else {
                continue;
            };
            bike.write(&bytes)?;
            if let Some(station) = shared.stations.get(place) {
                station.owes_answer.store(false, Ordering::Release);
            }
        }
        for (place, wait) in waits.iter_mut().enumerate() {
            if *wait <= now {
                *wait = drain(&mut devices, place, now, shared, straps, &mut on_line)?;
            }
        }
        let answers = on_line.peek().map(|Reverse((at, ..))| *at);
        let next = waits.iter().copied().chain(answers).min();
        let wait = next.map_or(LOOK, |next| clock.until(next).min(LOOK));
        match orders.recv_timeout(wait) {
            Ok(ForBike { place, bytes }) => {
                // The machine has heard it when the line has carried it.
                let length = u64::try_from(bytes.len()).unwrap_or(0);
                let heard = clock.now() + Duration::from_nanos(length * BYTE_TIME);
                if let Some(rig) = devices.rigs.get_mut(place) {
                    rig.handle_bytes(heard, 0, &bytes);
                }
                if let Some(wait) = waits.get_mut(place) {
                    *wait = Timestamp::ZERO;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok(())
}

/// Takes what one rig has to send: an answer goes on its line, a strap's packet to its port, an oximeter's frame nowhere, because
/// another thread plays the oximeters.
fn drain(
    devices: &mut VirtualGym,
    place: usize,
    now: Timestamp,
    shared: &Shared,
    straps: &[&PseudoTerminal],
    on_line: &mut BinaryHeap<Reverse<(Timestamp, usize, Vec<u8>)>>,
) -> std::io::Result<Timestamp> {
    let Some(rig) = devices.rigs.get_mut(place) else {
        return Ok(Timestamp::NEVER);
    };
    loop {
        match rig.poll_output(now) {
            RigOutput::Transmit { device: 0, bytes } => {
                let length = u64::try_from(bytes.len()).unwrap_or(0);
                let at = now + Duration::from_nanos(length * BYTE_TIME);
                on_line.push(Reverse((at, place, bytes.to_vec())));
            }
            RigOutput::Transmit { device: 1, bytes } => {
                if let Some(strap) = straps.get(place) {
                    strap.write(bytes)?;
                }
            }
            RigOutput::Transmit { .. } | RigOutput::Unplug { .. } | RigOutput::PlugIn { .. } => {}
            RigOutput::Wait(until) => {
                let rate = number::floor_to_u32(rig.body().heart_rate).unwrap_or(0);
                if let Some(station) = shared.stations.get(place) {
                    station.heart_rate.store(rate, Ordering::Release);
                }
                return Ok(until);
            }
        }
    }
}

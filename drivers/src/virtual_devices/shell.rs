//! Serves any number of rigs on pseudo-terminals or ports, on one thread.
//!
//! Promises: waits in `poll` alone, up to the next deadline of any rig; reads no clock but the one it is handed. A rate that
//! the host set wrong makes every byte garbage in both directions, as on a line. A pulled plug closes the pseudo-terminal, one
//! put back opens another under the same link. A relay that falls takes the power of its machine, one that closes gives it back.

mod port;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use thiserror::Error;

use super::patient::VirtualPatient;
use super::rig::{Fault, FaultSchedule, RigOutput, VirtualRig};
use crate::bench_io::virtual_bench::VirtualRelay;
use crate::pseudo_terminal::PseudoTerminalError;

pub use port::RigPort;

/// How long at most until the stop flag and the orders are looked at, of the day's time.
const LONGEST_WAIT: Duration = Duration::from_millis(50);
/// What is read from a port at once, in bytes.
const READ_SIZE: usize = 1_024;

/// The clock by which rigs live.
pub struct RigClock<'a> {
    /// The time now.
    pub now: &'a dyn Fn() -> Timestamp,
    /// How many times as fast as the day it runs; 0 counts as 1.
    pub rate: u32,
}

/// What can be told to a rig while it is being served.
#[derive(Debug, Clone)]
pub enum RigOrder {
    /// Another person takes the devices, rested.
    SetPatient(Box<VirtualPatient>),
    /// The same person, rested, as new.
    ResetPatient,
    /// A fault that begins now.
    Fault {
        /// What it is.
        fault: Fault,
        /// How long it lasts.
        lasts: Duration,
    },
    /// All faults, in place of those ordered before.
    SetFaults(FaultSchedule),
}

/// The safety relay that a rig's machine has its power through. It is looked at from the machine's side alone: nothing is handed over
/// by whoever pulses it, and it falls by itself where the pulses end, whatever became of their sender.
#[derive(Debug)]
pub struct RigRelay {
    rig: usize,
    relay: VirtualRelay,
    closed: bool,
}

impl RigRelay {
    /// The relay before a rig's machine, which has power.
    #[must_use]
    pub const fn closed(rig: usize, relay: VirtualRelay) -> Self {
        Self {
            rig,
            relay,
            closed: true,
        }
    }

    /// Whether the power has come (true) or gone (false) since this was last asked.
    fn change(&mut self, now: Timestamp) -> Option<bool> {
        let closed = self.relay.is_closed(now);
        let changed = closed != self.closed;
        self.closed = closed;
        changed.then_some(closed)
    }
}

/// Why rigs are served no longer.
#[derive(Debug, Error)]
pub enum ShellError {
    /// A plug was put back and there is no port for it.
    #[error("a virtual device cannot be plugged in again")]
    PlugIn(#[source] PseudoTerminalError),
    /// A port broke.
    #[error("the port {path} of a virtual device is gone")]
    Port {
        /// Where it was.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The system does not wait.
    #[error("the ports of the virtual devices cannot be watched")]
    Poll(#[source] io::Error),
}

/// Serves until `stop` is set. `orders` and `relays` name a rig by its place in `rigs`; when the orders' sender is gone, nothing more is
/// ordered. A machine without a relay keeps its power.
///
/// # Errors
/// [`ShellError`]; the rigs are whole and can be served again.
pub fn run_rigs(
    rigs: &mut [VirtualRig],
    ports: &mut [RigPort],
    relays: &mut [RigRelay],
    clock: &RigClock<'_>,
    orders: &Receiver<(usize, RigOrder)>,
    stop: &AtomicBool,
) -> Result<(), ShellError> {
    let mut waits = vec![Timestamp::ZERO; rigs.len()];
    let mut ready = Vec::with_capacity(ports.len());
    while !stop.load(Ordering::Acquire) {
        for (rig, order) in orders.try_iter() {
            carry_out(rigs, rig, order, (clock.now)());
            due_now(&mut waits, rig);
        }
        for relay in relays.iter_mut() {
            let now = (clock.now)();
            if let Some(on) = relay.change(now)
                && let Some(rig) = rigs.get_mut(relay.rig)
            {
                rig.set_machine_power(now, on);
                due_now(&mut waits, relay.rig);
            }
        }
        for ((index, rig), wait) in rigs.iter_mut().enumerate().zip(&mut waits) {
            let now = (clock.now)();
            if *wait <= now {
                *wait = drain(rig, index, ports, now)?;
            }
        }
        let next = waits.iter().min().copied().unwrap_or(Timestamp::NEVER);
        wait_for_bytes(ports, time_out(next, clock), &mut ready)?;
        for index in ready.drain(..) {
            if let Some(port) = ports.get_mut(index) {
                listen(rigs, port, clock)?;
                due_now(&mut waits, port.rig());
            }
        }
    }
    Ok(())
}

/// Makes a rig be asked at once what it has to send.
fn due_now(waits: &mut [Timestamp], rig: usize) {
    if let Some(wait) = waits.get_mut(rig) {
        *wait = Timestamp::ZERO;
    }
}

fn carry_out(rigs: &mut [VirtualRig], rig: usize, order: RigOrder, now: Timestamp) {
    let Some(rig) = rigs.get_mut(rig) else {
        return;
    };
    rig.advance(now);
    match order {
        RigOrder::SetPatient(patient) => rig.set_patient(*patient),
        RigOrder::ResetPatient => rig.reset_patient(),
        RigOrder::Fault { fault, lasts } => rig.order_fault(now, lasts, fault),
        RigOrder::SetFaults(schedule) => rig.set_faults(schedule),
    }
}

/// Sends all that a rig has to send, and gives the instant at which it wants to be asked again.
fn drain(
    rig: &mut VirtualRig,
    index: usize,
    ports: &mut [RigPort],
    now: Timestamp,
) -> Result<Timestamp, ShellError> {
    loop {
        let (device, output) = match rig.poll_output(now) {
            RigOutput::Wait(until) => return Ok(until),
            RigOutput::Transmit { device, bytes } => (device, Some(bytes)),
            RigOutput::Unplug { device } => {
                for port in ports_of(ports, index, device) {
                    port.unplug();
                }
                continue;
            }
            RigOutput::PlugIn { device } => {
                for port in ports_of(ports, index, device) {
                    port.plug_in().map_err(ShellError::PlugIn)?;
                }
                continue;
            }
        };
        for port in ports_of(ports, index, device) {
            port.send(output.unwrap_or_default())?;
        }
    }
}

fn ports_of(
    ports: &mut [RigPort],
    rig: usize,
    device: usize,
) -> impl Iterator<Item = &mut RigPort> {
    ports
        .iter_mut()
        .filter(move |port| port.rig() == rig && port.device() == device)
}

/// Hands a device what its host has sent.
fn listen(
    rigs: &mut [VirtualRig],
    port: &mut RigPort,
    clock: &RigClock<'_>,
) -> Result<(), ShellError> {
    let mut buffer = [0; READ_SIZE];
    let heard = port.receive(&mut buffer)?;
    if let Some(rig) = rigs.get_mut(port.rig())
        && !heard.is_empty()
    {
        rig.handle_bytes((clock.now)(), port.device(), heard);
    }
    Ok(())
}

/// Waits until a port has bytes or the time is over, and says which ports have.
fn wait_for_bytes(
    ports: &[RigPort],
    limit: Duration,
    ready: &mut Vec<usize>,
) -> Result<(), ShellError> {
    let open = ports.iter().enumerate();
    let open = open.filter_map(|(index, port)| port.descriptor().map(|open| (index, open)));
    let (indices, mut watched): (Vec<usize>, Vec<PollFd<'_>>) = open
        .map(|(index, open)| (index, PollFd::from_borrowed_fd(open, PollFlags::IN)))
        .unzip();
    let limit = Timespec {
        tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(limit.subsec_nanos()),
    };
    match poll(&mut watched, Some(&limit)) {
        Ok(_) => {}
        Err(Errno::INTR) => return Ok(()),
        Err(errno) => return Err(ShellError::Poll(errno.into())),
    }
    let found = indices.into_iter().zip(&watched);
    ready.extend(found.filter_map(|(index, one)| (!one.revents().is_empty()).then_some(index)));
    Ok(())
}

/// How long to wait for `next`, of the day's time.
fn time_out(next: Timestamp, clock: &RigClock<'_>) -> Duration {
    let rest = next.since((clock.now)()) / clock.rate.max(1);
    rest.min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests;

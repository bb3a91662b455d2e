//! One port's search with a real port under it.

use std::path::Path;

use drivers::detect::{BYTE_GAP, Order, Outcome, Search};
use drivers::port::LineSettings;
use protocols::vocabulary::Timestamp;

use crate::clock::GymClock;
use crate::commands::serial_port::{OpenPort, PortError};

/// Where a search begins; it sets the line itself at once.
const FIRST_LINE: LineSettings = LineSettings::plain(9_600);

/// Listens and asks until it is known who is there, or that nobody is.
pub(super) fn settle(path: &Path, clock: &GymClock) -> Result<Outcome, PortError> {
    let mut port = OpenPort::open(path, FIRST_LINE)?;
    let mut search = Search::new(clock.now());
    loop {
        match search.poll(clock.now()) {
            Order::Open(line) => port.set(line)?,
            Order::Send(bytes) => {
                for byte in bytes {
                    port.write(&[*byte])?;
                    let rests_until = clock.now() + port.byte_time() + BYTE_GAP;
                    while clock.now() < rests_until {
                        hear(&mut port, &mut search, clock, rests_until)?;
                    }
                }
            }
            Order::Wait(until) => hear(&mut port, &mut search, clock, until)?,
            Order::Done => return Ok(search.outcome()),
        }
    }
}

fn hear(
    port: &mut OpenPort,
    search: &mut Search,
    clock: &GymClock,
    until: Timestamp,
) -> Result<(), PortError> {
    let bytes = port.read(clock, until)?;
    if !bytes.is_empty() {
        search.heard(clock.now(), bytes);
    }
    Ok(())
}

//! Tells the service manager that the gym is alive, from inside completed decisions alone: systemd's `WatchdogSec`.
//!
//! Deliberately absent: a timer. A control thread that goes round and decides nothing is as dead as one that stands still.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use protocols::vocabulary::Timestamp;

/// How often the manager is told, by the gym's time: well within any `WatchdogSec` of a second or more.
const EVERY: Duration = Duration::from_millis(250);

/// The service manager's socket, where there is one.
#[derive(Debug)]
pub(super) struct Watchdog {
    socket: Option<(UnixDatagram, SocketAddr)>,
    told: Option<Timestamp>,
    every: Duration,
}

impl Watchdog {
    /// As `NOTIFY_SOCKET` says; without it nobody is told.
    pub(super) fn from_environment(clock_rate: u32) -> Self {
        let socket = std::env::var_os("NOTIFY_SOCKET").and_then(|name| {
            let name = name.as_bytes();
            let address = match name.strip_prefix(b"@") {
                Some(name) => SocketAddr::from_abstract_name(name).ok()?,
                None => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(name)).ok()?,
            };
            let socket = UnixDatagram::unbound().ok()?;
            socket.set_nonblocking(true).ok()?;
            Some((socket, address))
        });
        let mut watchdog = Self {
            socket,
            told: None,
            every: EVERY.saturating_mul(clock_rate.max(1)),
        };
        watchdog.say(b"READY=1");
        watchdog
    }

    /// A decision was completed.
    pub(super) fn decided(&mut self, now: Timestamp) {
        if self.told.is_none_or(|told| now.since(told) >= self.every) {
            self.told = Some(now);
            self.say(b"WATCHDOG=1");
        }
    }

    fn say(&mut self, words: &[u8]) {
        if let Some((socket, address)) = self.socket.as_ref() {
            // A manager that does not listen restarts the gym, which is its business.
            let _unheard = socket.send_to_addr(words, address);
        }
    }
}

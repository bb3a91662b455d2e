//! A bench without hardware, for demonstrations and tests: the same code on pins that are flags in memory.

use core::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use core::time::Duration;

use embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use protocols::vocabulary::Timestamp;

use super::SafetyIo;

/// How long the monostable of the virtual relay holds after a rising edge.
pub const MONOSTABLE: Duration = Duration::from_secs(1);

/// What stands outside the station: somebody's hand on the stop button, and the relay as seen by the machine.
///
/// Clones share one bench.
#[derive(Debug, Clone, Default)]
pub struct VirtualBench {
    flags: Arc<Flags>,
}

#[derive(Debug, Default)]
struct Flags {
    stop_open: AtomicBool,
    relay_high: AtomicBool,
    rising_edges: AtomicU64,
}

impl VirtualBench {
    /// A bench whose stop circuit is closed and whose relay has had no pulse.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The station's side: its two pins, as bench I/O.
    #[must_use]
    pub fn safety_io(&self) -> SafetyIo<VirtualStopPin, VirtualRelayPin> {
        SafetyIo::new(
            VirtualStopPin(Arc::clone(&self.flags)),
            VirtualRelayPin(Arc::clone(&self.flags)),
        )
    }

    /// Presses the stop button, or pulls its plug.
    pub fn press_stop(&self) {
        self.flags.stop_open.store(true, Ordering::SeqCst);
    }

    /// Turns the stop button back.
    pub fn release_stop(&self) {
        self.flags.stop_open.store(false, Ordering::SeqCst);
    }

    /// Rising edges that the relay's pin has made.
    #[must_use]
    pub fn rising_edges(&self) -> u64 {
        self.flags.rising_edges.load(Ordering::SeqCst)
    }
}

/// The relay as the machine sees it: closed as long as rising edges come.
#[derive(Debug, Clone)]
pub struct VirtualRelay {
    bench: VirtualBench,
    holds: Duration,
    edges_seen: u64,
    falls_at: Timestamp,
}

impl VirtualRelay {
    /// The relay of a bench, open.
    #[must_use]
    pub const fn new(bench: VirtualBench) -> Self {
        Self {
            bench,
            holds: MONOSTABLE,
            edges_seen: 0,
            falls_at: Timestamp::ZERO,
        }
    }

    /// The relay of a bench, closed as by an edge at `now`, of a gym that runs `rate` times as fast as the day: its pulses come as
    /// often as any other's, so the monostable holds as long by the day's clock.
    #[must_use]
    pub fn closed_at(bench: VirtualBench, now: Timestamp, rate: u32) -> Self {
        let holds = MONOSTABLE.saturating_mul(rate.max(1));
        Self {
            edges_seen: bench.rising_edges(),
            bench,
            holds,
            falls_at: now + holds,
        }
    }

    /// Whether the relay is closed at `now`. An edge counts from the look that first finds it.
    pub fn is_closed(&mut self, now: Timestamp) -> bool {
        let edges = self.bench.rising_edges();
        if edges != self.edges_seen {
            self.edges_seen = edges;
            self.falls_at = now + self.holds;
        }
        now < self.falls_at
    }
}

/// The input of a virtual stop circuit: high while it is open.
#[derive(Debug)]
pub struct VirtualStopPin(Arc<Flags>);

impl ErrorType for VirtualStopPin {
    type Error = Infallible;
}

impl InputPin for VirtualStopPin {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(self.0.stop_open.load(Ordering::SeqCst))
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        self.is_high().map(|high| !high)
    }
}

/// The output of a virtual relay, which counts its rising edges.
#[derive(Debug)]
pub struct VirtualRelayPin(Arc<Flags>);

impl VirtualRelayPin {
    fn set(&self, high: bool) {
        let was_high = self.0.relay_high.swap(high, Ordering::SeqCst);
        if high && !was_high {
            self.0.rising_edges.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl ErrorType for VirtualRelayPin {
    type Error = Infallible;
}

impl OutputPin for VirtualRelayPin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.set(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.set(true);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bench, StopCircuit};
    use super::*;

    #[test]
    fn the_button_is_seen_until_it_is_turned_back() {
        let bench = VirtualBench::new();
        let mut io = bench.safety_io();
        assert_eq!(io.stop_circuit(), StopCircuit::Closed);
        bench.press_stop();
        assert_eq!(io.stop_circuit(), StopCircuit::Open);
        bench.release_stop();
        assert_eq!(io.stop_circuit(), StopCircuit::Closed);
    }

    #[test]
    fn the_relay_holds_as_long_as_pulses_come_and_falls_a_second_later() {
        let bench = VirtualBench::new();
        let mut io = bench.safety_io();
        let mut relay = VirtualRelay::new(bench);
        assert!(!relay.is_closed(Timestamp::ZERO));
        for tick in 0..50 {
            io.pulse().unwrap();
            assert!(relay.is_closed(Timestamp::from_millis(tick * 100)));
        }
        // Of fifty pulses the last rising edge was the 49th, at 4.8 s.
        assert!(relay.is_closed(Timestamp::from_millis(5_799)));
        assert!(!relay.is_closed(Timestamp::from_millis(5_800)));
        io.pulse().unwrap();
        assert!(relay.is_closed(Timestamp::from_millis(6_000)));
        // To open it is no rising edge: nothing is prolonged.
        io.open().unwrap();
        assert!(!relay.is_closed(Timestamp::from_millis(7_000)));
    }

    #[test]
    fn a_relay_that_begins_closed_falls_without_pulses_by_the_days_clock() {
        let bench = VirtualBench::new();
        let mut io = bench.safety_io();
        let begins = Timestamp::from_secs(100);
        let mut relay = VirtualRelay::closed_at(bench, begins, 8);
        assert!(relay.is_closed(Timestamp::from_millis(107_999)));
        assert!(!relay.is_closed(Timestamp::from_secs(108)));
        io.pulse().unwrap();
        assert!(relay.is_closed(Timestamp::from_secs(200)));
        assert!(relay.is_closed(Timestamp::from_millis(207_999)));
        assert!(!relay.is_closed(Timestamp::from_secs(208)));
    }

    #[test]
    fn an_open_relay_without_pulses_stays_open() {
        let bench = VirtualBench::new();
        let mut io = bench.safety_io();
        io.open().unwrap();
        io.open().unwrap();
        assert_eq!(bench.rising_edges(), 0);
    }
}

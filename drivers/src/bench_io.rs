//! Bench I/O of one station: the stop circuit that a patient or nurse breaks, and the safety relay that takes load away.
//!
//! Wiring, fail-safe in every part:
//!
//! ```text
//!  3.3 V ──[pull-up]──┬── stop input          closed circuit: low, fine
//!                     └──[stop, normally      open circuit, cut wire, no plug: high, pressed
//!                         closed]── ground
//!
//!  relay output ──[retriggerable monostable, rising edge, at most 1 s]──[relay coil]
//!                  the relay's working contact carries the machine's *enable*
//! ```
//!
//! The monostable hears rising edges and no level: a pin that stands still, high or low, lets the relay fall within a second,
//! whether host, program or wire died. Two pulses make one rising edge, so that pulses come twice in its time at the least. An unpowered relay means an unloaded machine. Whether a belt's maker wants *enable* or
//! mains cut is measured once a model and written into its file: mains taken from a belt at speed can stop it dead.
//!
//! Promises: constructors touch no pin; nothing here pulses the relay by itself.

#[cfg(target_os = "linux")]
pub mod gpio;
pub mod signals;
pub mod virtual_bench;

use embedded_hal::digital::{InputPin, OutputPin, PinState};
use thiserror::Error;

pub use signals::{Attention, SignalIo, Signals, Urgency};
pub use virtual_bench::VirtualBench;

/// What a station needs of its bench, whatever the pins are.
pub trait Bench: Send {
    /// Looks at the stop circuit.
    fn stop_circuit(&mut self) -> StopCircuit;

    /// One edge for the relay: every second one keeps it closed for as long as its monostable holds. Called from inside a completed decision alone.
    ///
    /// # Errors
    /// [`RelayError`] where the pin could not be set: the relay falls by itself.
    fn pulse(&mut self) -> Result<(), RelayError>;

    /// Lets the relay fall: the pin goes low, which is no rising edge, and stays until the next [`Self::pulse`]. The relay
    /// itself opens when its monostable has run out.
    ///
    /// # Errors
    /// [`RelayError`] where the pin could not be set. It stands still then as well, and the relay falls all the same.
    fn open(&mut self) -> Result<(), RelayError>;
}

/// The stop circuit as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopCircuit {
    /// Closed: nobody pressed.
    Closed,
    /// Open: pressed, cut or unplugged.
    Open,
    /// The pin could not be read.
    Unreadable,
}

impl StopCircuit {
    /// Whether this counts as pressed: everything but a circuit that was seen closed.
    #[must_use]
    pub const fn is_pressed(self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// The relay's pin could not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the pin of the safety relay could not be set")]
pub struct RelayError;

/// Stop circuit and safety relay on two pins, wired as the module says.
#[derive(Debug)]
pub struct SafetyIo<Stop, Relay> {
    stop: Stop,
    relay: Relay,
    level: PinState,
}

impl<Stop: InputPin, Relay: OutputPin> SafetyIo<Stop, Relay> {
    /// Takes the pins; does not touch them. The relay's pin is taken to be low.
    pub const fn new(stop: Stop, relay: Relay) -> Self {
        Self {
            stop,
            relay,
            level: PinState::Low,
        }
    }

    /// Gives the pins back as they are.
    pub fn destroy(self) -> (Stop, Relay) {
        (self.stop, self.relay)
    }

    /// Sets the relay's pin and remembers the level only where that worked, so that the next pulse tries the same edge again.
    fn set(&mut self, level: PinState) -> Result<(), RelayError> {
        self.relay
            .set_state(level)
            .map_err(|_pin_error| RelayError)?;
        self.level = level;
        Ok(())
    }
}

impl<Stop: InputPin + Send, Relay: OutputPin + Send> Bench for SafetyIo<Stop, Relay> {
    fn stop_circuit(&mut self) -> StopCircuit {
        match self.stop.is_low() {
            Ok(true) => StopCircuit::Closed,
            Ok(false) => StopCircuit::Open,
            Err(_pin_error) => StopCircuit::Unreadable,
        }
    }

    fn pulse(&mut self) -> Result<(), RelayError> {
        self.set(!self.level)
    }

    fn open(&mut self) -> Result<(), RelayError> {
        self.set(PinState::Low)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use embedded_hal_mock::eh1::MockError;
    use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};

    use super::*;

    fn bench(stop: &[Transaction], relay: &[Transaction]) -> SafetyIo<Mock, Mock> {
        SafetyIo::new(Mock::new(stop), Mock::new(relay))
    }

    fn done(bench: SafetyIo<Mock, Mock>) {
        let (mut stop, mut relay) = bench.destroy();
        stop.done();
        relay.done();
    }

    fn broken() -> MockError {
        MockError::Io(ErrorKind::NotConnected)
    }

    #[test]
    fn making_a_bench_touches_no_pin() {
        done(bench(&[], &[]));
    }

    #[test]
    fn a_closed_circuit_is_fine_and_an_open_one_is_pressed() {
        let mut bench = bench(
            &[Transaction::get(State::Low), Transaction::get(State::High)],
            &[],
        );
        assert_eq!(bench.stop_circuit(), StopCircuit::Closed);
        assert_eq!(bench.stop_circuit(), StopCircuit::Open);
        done(bench);
    }

    #[test]
    fn a_pin_that_cannot_be_read_counts_as_pressed() {
        let mut bench = bench(&[Transaction::get(State::Low).with_error(broken())], &[]);
        let circuit = bench.stop_circuit();
        assert_eq!(circuit, StopCircuit::Unreadable);
        assert!(circuit.is_pressed());
        assert!(StopCircuit::Open.is_pressed());
        assert!(!StopCircuit::Closed.is_pressed());
        done(bench);
    }

    #[test]
    fn every_pulse_is_an_edge() {
        let mut bench = bench(
            &[],
            &[State::High, State::Low, State::High].map(Transaction::set),
        );
        for _ in 0..3 {
            assert_eq!(bench.pulse(), Ok(()));
        }
        done(bench);
    }

    #[test]
    fn opening_makes_the_pin_low_whatever_it_was() {
        let mut bench = bench(
            &[],
            &[State::Low, State::High, State::Low, State::High].map(Transaction::set),
        );
        assert_eq!(bench.open(), Ok(()));
        assert_eq!(bench.pulse(), Ok(()));
        assert_eq!(bench.open(), Ok(()));
        assert_eq!(bench.pulse(), Ok(()));
        done(bench);
    }

    #[test]
    fn a_pulse_that_failed_is_tried_again_at_the_same_edge() {
        let mut bench = bench(
            &[],
            &[
                Transaction::set(State::High).with_error(broken()),
                Transaction::set(State::High),
                Transaction::set(State::Low).with_error(broken()),
            ],
        );
        assert_eq!(bench.pulse(), Err(RelayError));
        assert_eq!(bench.pulse(), Ok(()));
        assert_eq!(bench.open(), Err(RelayError));
        done(bench);
    }
}

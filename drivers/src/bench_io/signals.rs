//! What a station says into the room, and how a patient calls: stack light, sounder and call button.
//!
//! Red and yellow are on pins. Green is not: it hangs on the second contact of the safety relay, so that it goes out with a host, a program or a
//! wire that died, and a lamp that stands still never says that all is well. The call button is normally open to ground, with a pull-up:
//! pressed is low. A button that cannot be read counts as pressed, once: somebody has to look.
//!
//! Patterns are those of IEC 60601-1-8 \[recalled\]: high flashes red at 1.4 to 2.8 Hz and sounds in fives, medium flashes yellow at 0.4 to
//! 0.8 Hz and sounds in threes, low is steady yellow and makes no sound here. The pins know on and off alone, so that rhythm is all that they
//! take of the standard's melodies.
//!
//! Promises: constructors touch no pin; a pin is set where it changes, and tried again where it failed.

use embedded_hal::digital::{InputPin, OutputPin, PinState};
use protocols::vocabulary::Timestamp;
use thiserror::Error;

/// Half a flash of red: 2 Hz.
const RED_HALF_MS: u64 = 250;
/// Half a flash of yellow: 0.5 Hz.
const YELLOW_HALF_MS: u64 = 1_000;
/// A beep, and the pause behind it.
const BEEP_MS: u64 = 200;
/// Five beeps, again after 5 s.
const HIGH_BEEPS: u64 = 5;
const HIGH_AGAIN_MS: u64 = 5_000;
/// Three beeps, again after 10 s.
const MEDIUM_BEEPS: u64 = 3;
const MEDIUM_AGAIN_MS: u64 = 10_000;

/// How urgently a station calls for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Urgency {
    /// It does not.
    #[default]
    None,
    /// Low.
    Low,
    /// Medium; also a patient who called.
    Medium,
    /// High.
    High,
}

/// What a station says into the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attention {
    /// How urgently it calls.
    pub urgency: Urgency,
    /// Whether it may be heard: silenced and acknowledged alarms are seen alone.
    pub audible: bool,
}

/// The pins at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lit {
    /// The red lamp.
    pub red: bool,
    /// The yellow lamp.
    pub yellow: bool,
    /// The sounder.
    pub sounder: bool,
}

impl Attention {
    /// What the pins show at `now`. All stations flash and sound together, as they look at one clock.
    #[must_use]
    pub fn lit(self, now: Timestamp) -> Lit {
        let millis = now.as_millis();
        let flash = |half: u64| (millis / half).is_multiple_of(2);
        let beeps = |count: u64, again: u64| {
            let into = millis % again;
            self.audible && into < count * 2 * BEEP_MS && (into / BEEP_MS).is_multiple_of(2)
        };
        match self.urgency {
            Urgency::None => Lit::default(),
            Urgency::Low => Lit {
                yellow: true,
                ..Lit::default()
            },
            Urgency::Medium => Lit {
                yellow: flash(YELLOW_HALF_MS),
                sounder: beeps(MEDIUM_BEEPS, MEDIUM_AGAIN_MS),
                ..Lit::default()
            },
            Urgency::High => Lit {
                red: flash(RED_HALF_MS),
                sounder: beeps(HIGH_BEEPS, HIGH_AGAIN_MS),
                ..Lit::default()
            },
        }
    }
}

/// What a station needs of its light, sounder and button, whatever the pins are.
pub trait Signals: Send {
    /// Sets the pins.
    ///
    /// # Errors
    /// [`SignalError`] where a pin could not be set; the others are set all the same.
    fn show(&mut self, lit: Lit) -> Result<(), SignalError>;

    /// Whether the patient presses the button, or it cannot be read; `None` where there is none.
    fn is_calling(&mut self) -> Option<bool>;
}

/// A lamp or the sounder could not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a pin of the stack light or the sounder could not be set")]
pub struct SignalError;

/// Lamps, sounder and button on pins, each where it is wired.
#[derive(Debug)]
pub struct SignalIo<Output, Input> {
    red: Option<Lamp<Output>>,
    yellow: Option<Lamp<Output>>,
    sounder: Option<Lamp<Output>>,
    call: Option<Input>,
}

#[derive(Debug)]
struct Lamp<Pin> {
    pin: Pin,
    /// What it was set to last; `None` before the first time and after a failure.
    level: Option<PinState>,
}

impl<Output: OutputPin, Input: InputPin> SignalIo<Output, Input> {
    /// Takes the pins that are wired; does not touch them.
    #[must_use]
    pub fn new(
        red: Option<Output>,
        yellow: Option<Output>,
        sounder: Option<Output>,
        call: Option<Input>,
    ) -> Self {
        let lamp = |pin| Lamp { pin, level: None };
        Self {
            red: red.map(lamp),
            yellow: yellow.map(lamp),
            sounder: sounder.map(lamp),
            call,
        }
    }
}

impl<Pin: OutputPin> Lamp<Pin> {
    fn set(&mut self, on: bool) -> Result<(), SignalError> {
        let level = PinState::from(on);
        if self.level == Some(level) {
            return Ok(());
        }
        self.level = None;
        self.pin.set_state(level).map_err(|_pin| SignalError)?;
        self.level = Some(level);
        Ok(())
    }
}

impl<Output: OutputPin + Send, Input: InputPin + Send> Signals for SignalIo<Output, Input> {
    fn show(&mut self, lit: Lit) -> Result<(), SignalError> {
        let set =
            |lamp: &mut Option<Lamp<Output>>, on| lamp.as_mut().map_or(Ok(()), |lamp| lamp.set(on));
        let done = [
            set(&mut self.red, lit.red),
            set(&mut self.yellow, lit.yellow),
            set(&mut self.sounder, lit.sounder),
        ];
        done.into_iter().collect()
    }

    fn is_calling(&mut self) -> Option<bool> {
        let call = self.call.as_mut()?;
        Some(call.is_low().unwrap_or(true))
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use embedded_hal_mock::eh1::MockError;
    use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};

    use super::*;

    const HIGH: Attention = Attention {
        urgency: Urgency::High,
        audible: true,
    };

    fn flashes(attention: Attention, of: fn(Lit) -> bool, seconds: u64) -> usize {
        let lit: Vec<bool> = (0..seconds * 100)
            .map(|hundredth| of(attention.lit(Timestamp::from_millis(hundredth * 10))))
            .collect();
        lit.windows(2).filter(|pair| !pair[0] && pair[1]).count()
    }

    #[test]
    fn red_flashes_and_yellow_flashes_as_the_standard_has_it() {
        let red = flashes(HIGH, |lit| lit.red, 100);
        assert!((140..=280).contains(&red), "{red} in 100 s");
        let medium = Attention {
            urgency: Urgency::Medium,
            audible: true,
        };
        let yellow = flashes(medium, |lit| lit.yellow, 100);
        assert!((40..=80).contains(&yellow), "{yellow} in 100 s");
        assert_eq!(flashes(medium, |lit| lit.red, 100), 0);
        assert!(flashes(HIGH, |lit| lit.sounder, 100) > flashes(medium, |lit| lit.sounder, 100));
    }

    #[test]
    fn what_is_silenced_is_seen_and_not_heard() {
        let silenced = Attention {
            audible: false,
            ..HIGH
        };
        assert_eq!(flashes(silenced, |lit| lit.sounder, 60), 0);
        assert!(flashes(silenced, |lit| lit.red, 60) > 0);
        assert_eq!(
            Attention::default().lit(Timestamp::from_secs(7)),
            Lit::default()
        );
    }

    #[test]
    fn a_pin_is_set_where_it_changes_and_again_where_that_failed() {
        let broken = MockError::Io(ErrorKind::NotConnected);
        let mut red = Mock::new(&[
            Transaction::set(State::High).with_error(broken),
            Transaction::set(State::High),
            Transaction::set(State::Low),
        ]);
        let mut io: SignalIo<Mock, Mock> = SignalIo::new(Some(red.clone()), None, None, None);
        let on = Lit {
            red: true,
            ..Lit::default()
        };
        assert_eq!(io.show(on), Err(SignalError));
        assert_eq!(io.show(on), Ok(()));
        assert_eq!(io.show(on), Ok(()), "it is on already");
        assert_eq!(io.show(Lit::default()), Ok(()));
        assert_eq!(io.is_calling(), None, "no button is wired");
        red.done();
    }

    #[test]
    fn one_broken_lamp_does_not_keep_the_others_dark() {
        let broken = MockError::Io(ErrorKind::NotConnected);
        let mut red = Mock::new(&[Transaction::set(State::Low).with_error(broken)]);
        let mut yellow = Mock::new(&[Transaction::set(State::High)]);
        let mut io: SignalIo<Mock, Mock> =
            SignalIo::new(Some(red.clone()), Some(yellow.clone()), None, None);
        let lit = Lit {
            yellow: true,
            ..Lit::default()
        };
        assert_eq!(io.show(lit), Err(SignalError));
        red.done();
        yellow.done();
    }

    #[test]
    fn a_button_that_cannot_be_read_calls() {
        let broken = MockError::Io(ErrorKind::NotConnected);
        let mut call = Mock::new(&[
            Transaction::get(State::High),
            Transaction::get(State::Low),
            Transaction::get(State::High).with_error(broken),
        ]);
        let mut io: SignalIo<Mock, Mock> = SignalIo::new(None, None, None, Some(call.clone()));
        assert_eq!(io.is_calling(), Some(false));
        assert_eq!(io.is_calling(), Some(true));
        assert_eq!(io.is_calling(), Some(true));
        call.done();
    }
}

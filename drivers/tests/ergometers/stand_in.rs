//! Stand-ins for the machines: each answers as its sheet says, at once and from a steady rider.

use drivers::link::Link;
use drivers::machines::{computrainer, daum_classic, daum_premium, ergoline, kettler, monark};
use protocols::daum_classic::Cockpit;
use protocols::ergoline::Variant;

use super::binary::{Classic, Premium, Trainer};
use super::text::{Ergoline, Kettler, Monark};

/// What a machine's clock does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    Goes,
    Stands,
}

/// How a machine is made to misbehave, and what its rider does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mood {
    /// It hears, and says nothing.
    pub(crate) mute: bool,
    /// It does not take loads, and says so where its protocol can.
    pub(crate) stubborn: bool,
    /// It does not end.
    pub(crate) endless: bool,
    /// Of the exercise, as it shows it.
    pub(crate) time: Time,
    pub(crate) cadence: u16,
    pub(crate) heart_rate: u16,
}

pub(crate) trait StandIn {
    /// Bytes of the host; what is answered goes to `out`.
    fn hear(&mut self, bytes: &[u8], mood: Mood, out: &mut Vec<u8>);

    /// Once every 100 ms, for those that speak unasked.
    fn speak(&mut self, _mood: Mood, _out: &mut Vec<u8>) {}

    /// The load that it would hold, in watts.
    fn load(&self) -> u16;
}

/// All that take loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    P10,
    P3,
    Classic,
    Premium,
    Kettler,
    Monark,
    Trainer,
}

pub(crate) const KINDS: [Kind; 7] = [
    Kind::P10,
    Kind::P3,
    Kind::Classic,
    Kind::Premium,
    Kind::Kettler,
    Kind::Monark,
    Kind::Trainer,
];

impl Kind {
    pub(crate) fn link(self) -> Box<dyn Link> {
        match self {
            Self::P10 => Box::new(ergoline::link(Variant::P10)),
            Self::P3 => Box::new(ergoline::link(Variant::P3)),
            Self::Classic => Box::new(daum_classic::link(Cockpit::default())),
            Self::Premium => Box::new(daum_premium::link()),
            Self::Kettler => Box::new(kettler::link()),
            Self::Monark => Box::new(monark::link()),
            Self::Trainer => Box::new(computrainer::link()),
        }
    }

    pub(crate) fn stand_in(self) -> Box<dyn StandIn> {
        match self {
            Self::P10 => Box::new(Ergoline::new(Variant::P10)),
            Self::P3 => Box::new(Ergoline::new(Variant::P3)),
            Self::Classic => Box::new(Classic::new()),
            Self::Premium => Box::new(Premium::new()),
            Self::Kettler => Box::new(Kettler::new()),
            Self::Monark => Box::new(Monark::new("LC7 novo")),
            Self::Trainer => Box::new(Trainer::new()),
        }
    }

    pub(crate) fn baud(self) -> u32 {
        match self {
            Self::P10 | Self::P3 | Self::Monark => 4_800,
            Self::Classic | Self::Premium | Self::Kettler => 9_600,
            Self::Trainer => 2_400,
        }
    }

    /// What is left when it has let go.
    pub(crate) fn nothing(self) -> u16 {
        match self {
            Self::P10 | Self::P3 | Self::Monark => 0,
            Self::Classic | Self::Premium | Self::Kettler => 25,
            Self::Trainer => 50,
        }
    }
}

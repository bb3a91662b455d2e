//! A second pair of eyes: looks at one station from outside and reports each breach of its promises, I1 to I14.
//!
//! It is written from the invariants alone. It sees what a machine was sent, what machine and sensors said, what people did, what
//! the screen showed and the journal got, and the clock; of the rest it knows nothing. It has its own arithmetic of load, its own
//! idea of a trustworthy value and its own reckoning of ramps, so that a mistake made there is not made here again.
//!
//! ```
//! use monitor::{Call, Charter, Left, Monitor, Phase, Seen};
//! use protocols::vocabulary::Timestamp;
//!
//! # fn charter() -> Option<Charter> {
//! #     use core::time::Duration;
//! #     use protocols::vocabulary::*;
//! #     let machine = Capabilities {
//! #         kind: MachineKind::Cycle,
//! #         control: LoadControl::Commanded,
//! #         power: Some(PowerRange { min: Watts::new(20)?, max: Watts::new(250)?, step: 1 }),
//! #         belt: None,
//! #         slew: Slew { watts_per_second: 20.0, metres_per_second_squared: 0.0, grade_percent_per_second: 0.0 },
//! #         averaging: Averaging { delay: Duration::ZERO },
//! #         poll_interval: Duration::from_millis(500),
//! #         on_silence: OnSilence::KeepsLoad,
//! #         reads: ReadBack::default(),
//! #     };
//! #     let ramp = monitor::Ramp::per_minute(1.0)?;
//! #     Some(Charter::new(machine, Kilograms::new(80.0)?, NetMets::new(5.0)?, ramp))
//! # }
//! # fn main() -> Result<(), &'static str> {
//! let mut monitor = Monitor::new(charter().ok_or("out of range")?);
//! let call = Call {
//!     now: Timestamp::from_millis(100),
//!     input: Seen::Tick,
//!     left: Left::nothing(Phase::Idle),
//! };
//! assert!(monitor.watch(&call).is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Promises
//!
//! - It shares no code with what it watches: it depends on the vocabulary of `protocols` and on nothing else of ours, and the
//!   compiler sees to that.
//! - It does not cry wolf. Where an invariant leaves room, what a sound station may do is allowed for, by a named allowance in
//!   [`Allowances`] or [`Times`]; a station that is stricter than the invariants is never in breach.
//! - A breach bears the time of the call that broke the promise, or of the call by which a duty should have been done. What lasts is
//!   told once, when it begins.
//! - A call without a breach allocates nothing and takes bounded work.
//!
//! # What it deliberately does not know
//!
//! - **Why.** No controller, no rule, no target, no prediction: a load that is too low, or foolish, is no breach.
//! - **What is on the wire.** Bytes, retries and lost frames belong to the links; a command that left the core counts as sent.
//! - **Trust beyond the plain.** Values that stand still, follow the pedals or contradict each other are the station's to doubt. Here a
//!   value in the range of people, that its device does not doubt, counts.
//! - **Whether it is the right patient.** It sees one station: that a sensor serves no other is judged where all are seen. Of I12 it
//!   judges that a station in use is not taken again.
//! - **Whether a replay is the same.** Somebody else replays, and tells ([`Monitor::replayed`]).
//! - **What one entry says beside an earlier one.** A pressure that fell, or did not rise, with load is the station's to find, and so is a
//!   heart rate that falls: only limits are judged here.
//! - **Which alarm a stop raised.** That a person acknowledged one after the stop counts.
//! - **Whether somebody could go on.** A station that never lets anybody resume breaks no promise of safety.
//! - **Limits of signals that are not required.** A station may doubt those for good, and then nothing follows from them.
//!
//! # Reading order
//!
//! `charter` (what was settled before), `call` (what is seen), `breach` (what is reported); `work` (the arithmetic) and `scene`
//! (before and after of a turn); then the judges: `commands` (I1, I14), `ramp` (I3), `signals` (I2, answers), `falls` (I5, answers),
//! `entries` (answers), `losses` (I5), `stops` (I4, I6), `follow` (I11), `alarms` (I8), `screen` (I9), `house` (I7, I12, I13, answers).
#![forbid(unsafe_code)]

mod alarms;
mod breach;
mod call;
mod charter;
mod commands;
mod entries;
mod falls;
mod follow;
mod house;
mod losses;
mod ramp;
mod scene;
mod screen;
mod signals;
mod stops;
mod work;

pub use breach::{Breach, Invariant};
pub use call::{
    Act, AlarmChange, AlarmId, Author, Call, Entered, Entry, Left, Phase, Priority, Pulse, Relay,
    Seen, Shown, Signal,
};
pub use charter::{Allowances, Charter, EntryLimits, Ramp, Times};

use protocols::vocabulary::Timestamp;

use alarms::Alarms;
use breach::Ledger;
use entries::Entries;
use falls::Falls;
use follow::Follow;
use house::House;
use losses::Losses;
use ramp::Pace;
use scene::Scene;
use screen::Screen;
use signals::Signals;
use stops::Stops;

/// Watches one station through one bout or many, turn by turn.
#[derive(Debug, Clone)]
pub struct Monitor {
    charter: Charter,
    ledger: Ledger,
    scene: Scene,
    signals: Signals,
    pace: Pace,
    falls: Falls,
    entries: Entries,
    losses: Losses,
    stops: Stops,
    follow: Follow,
    alarms: Alarms,
    screen: Screen,
    house: House,
}

impl Monitor {
    /// Watches a station that is held to `charter`, from before its first turn.
    #[must_use]
    pub fn new(charter: Charter) -> Self {
        Self {
            charter,
            ledger: Ledger::default(),
            scene: Scene::default(),
            signals: Signals::default(),
            pace: Pace::default(),
            falls: Falls::default(),
            entries: Entries::default(),
            losses: Losses::default(),
            stops: Stops::default(),
            follow: Follow::default(),
            alarms: Alarms::new(),
            screen: Screen::default(),
            house: House::default(),
        }
    }

    /// Looks at one turn and returns the breaches found in it. Turns come in the order of `handle`, each once, none left out.
    pub fn watch(&mut self, call: &Call<'_>) -> &[Breach] {
        let known = self.ledger.kept.len();
        let turn = self.scene.turn(&self.charter, call);
        let ledger = &mut self.ledger;
        self.signals.hear(&turn);
        self.alarms.judge(&turn, ledger);
        commands::judge(&turn, ledger);
        self.pace.judge(&turn, ledger);
        self.signals.judge(&turn, ledger);
        self.falls.judge(&self.signals, &turn, ledger);
        self.entries.judge(&turn, ledger);
        self.losses
            .judge((&self.signals, &self.alarms), &turn, ledger);
        self.stops.judge(&turn, ledger);
        self.follow.judge(&turn, ledger);
        self.screen.judge(&self.signals, &turn, ledger);
        self.house.judge(&self.stops, &turn, ledger);
        self.ledger.kept.get(known..).unwrap_or_default()
    }

    /// I10: tells whether the replay of a journal up to `at` gave the same outputs.
    pub fn replayed(&mut self, at: Timestamp, same: bool) {
        if !same {
            self.ledger.write(
                Invariant::I10,
                at,
                format_args!("a replay gave other outputs"),
            );
        }
    }

    /// From now on the station is held to another charter: a prescription that a person changed.
    pub fn amend(&mut self, charter: Charter) {
        self.charter = charter;
    }

    /// What the station is held to.
    #[must_use]
    pub const fn charter(&self) -> &Charter {
        &self.charter
    }

    /// All breaches kept so far, in order of time.
    #[must_use]
    pub fn breaches(&self) -> &[Breach] {
        &self.ledger.kept
    }

    /// How many breaches were found beyond those kept.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.ledger.dropped
    }
}

//! A virtual ergometer of the Ergoline protocol: P10 in the manners of three machines, P3 and P4.
//!
//! Promises: answers leave 20 ms after the line's end, P3's echo of digits at once; the load stays when the host falls silent, and
//! ends by itself six minutes after pedalling stopped; unknown lines are met with silence.
//!
//! Its ramp of 3 s, the range 25 to 400 W, and what the makers' manuals leave open are \[assumed\].
//!
//! Deliberately absent: the ergometer's own pulse-steady-state training (`L` and `P` are taken without effect), P4's analogue side:
//! nothing sets its load.

mod preset;

use std::time::Duration;

use protocols::ascii::ShortNumber;
use protocols::ergoline::{
    HostDecoder, HostMessage, MachineMessage, PressureRecord, Style, ThreeDigits, Variant, Words,
};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::WireError;

use self::preset::Preset;
use super::VirtualDevice;
use super::console::{Console, Machine};
use super::ergometer::{Brake, Grip, Setting, Works, short_number, whole};

/// From the end of a line to its answer \[assumed\].
const ANSWER_DELAY: Duration = Duration::from_millis(20);
/// From any load to any other \[assumed\].
const RAMP: Duration = Duration::from_secs(3);
/// Least load above nothing, in watts \[recalled\].
const LEAST: u16 = 25;
/// Greatest load, in watts \[assumed\].
const MOST: u16 = 400;
/// The initial load until `A` sets another, in watts \[assumed\].
const INITIAL: u16 = 25;
/// Revolutions a minute below which the load falls in proportion \[assumed\].
const HELD_FROM: f64 = 30.0;
/// How long a blood pressure measurement takes \[assumed\].
const MEASUREMENT: Duration = Duration::from_secs(30);
/// Without pedalling, until the exercise ends (er900, the maker's manual).
const ENDS_AFTER: Duration = Duration::from_mins(6);
/// A patient's pressures in mmHg, where nobody says otherwise \[assumed\].
const SYSTOLIC: u16 = 120;
const DIASTOLIC: u16 = 80;

/// Which ergometer it is, and what its menu is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErgolineModel {
    /// er900, P10.
    Er900,
    /// The same, with a space between letter and digits.
    Er900Spaced,
    /// GE eBike, P10: tells the load it was set to, and no heart rate.
    EBike,
    /// er800S, P10: every second start stops; no blood pressure.
    Er800S,
    /// P3: load in steps that an ECG confirms.
    P3,
    /// P4: blood pressure alone; the load is analogue.
    P4,
}

/// A virtual ergometer, switched on now.
#[must_use]
pub fn virtual_ergoline(now: Timestamp, model: ErgolineModel) -> impl VirtualDevice {
    Machine::new(now, Cockpit::new(model))
}

#[derive(Debug, Clone, Copy)]
struct Cockpit {
    model: ErgolineModel,
    phase: Phase,
    /// Until when somebody has to pedal.
    pedal_until: Timestamp,
    initial: u16,
    /// What was told while it was idle, or was preset; `None` where nothing was.
    waiting: Option<u16>,
    preset: Preset,
    measured: u16,
}

/// What it is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    /// The cuff is at work until then; the load that a running exercise has stays \[recalled\].
    Measuring {
        until: Timestamp,
        was_running: bool,
    },
    Running,
    /// P3: the load has ended, and the patient pedals on without one.
    Recovering,
}

impl ErgolineModel {
    const fn variant(self) -> Variant {
        match self {
            Self::Er900 | Self::Er900Spaced | Self::EBike | Self::Er800S => Variant::P10,
            Self::P3 => Variant::P3,
            Self::P4 => Variant::P4,
        }
    }

    const fn identification(self) -> &'static [u8] {
        match self {
            Self::Er900 | Self::Er900Spaced | Self::P4 => b"0900P10V243",
            Self::EBike => b"er900P10VV243",
            Self::Er800S => b"V.3.3",
            Self::P3 => b"0900P03V243",
        }
    }
}

impl Cockpit {
    const fn new(model: ErgolineModel) -> Self {
        Self {
            model,
            phase: Phase::Idle,
            pedal_until: Timestamp::NEVER,
            initial: INITIAL,
            waiting: None,
            preset: Preset::None,
            measured: 0,
        }
    }

    fn say(&self, due: Timestamp, message: MachineMessage, works: &mut Works) {
        let style = Style {
            variant: self.model.variant(),
            is_spaced: self.model == ErgolineModel::Er900Spaced,
        };
        works
            .outbox
            .say(due, |buffer| message.encode(style, buffer));
    }

    fn answer(&self, now: Timestamp, message: MachineMessage, works: &mut Works) {
        self.say(now + ANSWER_DELAY, message, works);
    }

    fn is_in_use(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Recovering)
    }

    fn set_load(&mut self, watts: u16, works: &mut Works) {
        let watts = in_range(watts);
        if self.phase == Phase::Running {
            brake_to(watts, works);
        } else {
            self.waiting = Some(watts);
        }
    }

    /// `S` and `s`, whatever the variant. P3 confirms each step with one; in P10 one more does nothing, or stops an er800S.
    fn start(&mut self, now: Timestamp, with_pressure: bool, works: &mut Works) {
        let was_running = self.phase == Phase::Running;
        match (self.phase, self.model) {
            (Phase::Running, ErgolineModel::Er800S) => self.end(works),
            (Phase::Measuring { .. }, _) => {}
            (Phase::Running, _) if self.model.variant() == Variant::P10 => {}
            _ if with_pressure && self.model != ErgolineModel::Er800S => {
                self.phase = Phase::Measuring {
                    until: now + MEASUREMENT,
                    was_running,
                };
            }
            _ => self.run(now, was_running, works),
        }
    }

    /// Goes to what was told before, else to the initial load; a step that was not preset changes nothing.
    fn run(&mut self, now: Timestamp, was_running: bool, works: &mut Works) {
        self.phase = Phase::Running;
        self.pedal_until = now + ENDS_AFTER;
        let initial = (!was_running).then_some(self.initial);
        if let Some(watts) = self.waiting.take().or(initial) {
            brake_to(watts, works);
        }
    }

    /// An ended exercise gives no load from this moment on; the next one begins without what was told for this one \[assumed\].
    fn end(&mut self, works: &mut Works) {
        self.phase = Phase::Idle;
        self.waiting = None;
        self.pedal_until = Timestamp::NEVER;
        works.brake.let_go();
    }

    fn take_end(&mut self, works: &mut Works) {
        let recovers = self.model == ErgolineModel::P3 && self.phase == Phase::Running;
        if recovers {
            self.phase = Phase::Recovering;
            brake_to(0, works);
        } else {
            self.end(works);
        }
    }

    fn load_told(&self, works: &Works) -> ShortNumber {
        if self.model == ErgolineModel::EBike {
            short_number(works.brake.target(works.rider.cadence))
        } else {
            short_number(works.power())
        }
    }

    /// What the last measurement found, or 0 where there was none.
    const fn pressure(&self, found: u16) -> u16 {
        if self.measured > 0 { found } else { 0 }
    }

    fn record(&self, works: &Works) -> MachineMessage {
        let number = |value| ShortNumber::new(value).unwrap_or(ShortNumber::MAX);
        MachineMessage::Record(PressureRecord {
            number: number(self.measured % 100),
            systolic: number(self.pressure(SYSTOLIC)),
            diastolic: number(self.pressure(DIASTOLIC)),
            pulse: number(works.rider.heart_rate),
        })
    }

    fn reply(&self, message: HostMessage, works: &Works) -> Option<MachineMessage> {
        let has_pressure = self.model != ErgolineModel::Er800S;
        let number = |value| ShortNumber::new(value).unwrap_or(ShortNumber::MAX);
        Some(match message {
            HostMessage::AskLoad => MachineMessage::Load(self.load_told(works)),
            HostMessage::AskPedalSpeed => {
                MachineMessage::PedalSpeed(short_number(works.rider.cadence))
            }
            HostMessage::AskHeartRate if self.model != ErgolineModel::EBike => {
                MachineMessage::HeartRate(number(works.rider.heart_rate))
            }
            HostMessage::AskSystolic if has_pressure => {
                MachineMessage::Systolic(number(self.pressure(SYSTOLIC)))
            }
            HostMessage::AskDiastolic if has_pressure => {
                MachineMessage::Diastolic(number(self.pressure(DIASTOLIC)))
            }
            HostMessage::AskAppliedLoad => MachineMessage::Digits {
                number: ThreeDigits::new(whole(works.power()))?,
                asked: None,
            },
            HostMessage::AskRecord => self.record(works),
            HostMessage::Identify | HostMessage::IdentifyByY => {
                MachineMessage::Other(Words::new(self.model.identification())?)
            }
            HostMessage::AskHeartRate
            | HostMessage::AskSystolic
            | HostMessage::AskDiastolic
            | HostMessage::SetLoad(_)
            | HostMessage::SetIncrement(_)
            | HostMessage::SetInitialLoad(_)
            | HostMessage::SetPulseLimit(_)
            | HostMessage::StartWithPressure
            | HostMessage::Start
            | HostMessage::End
            | HostMessage::AnnouncePreset
            | HostMessage::Preset(_)
            | HostMessage::Other(_) => return None,
        })
    }
}

impl Console for Cockpit {
    type Ears = HostDecoder;

    fn ears(&self) -> HostDecoder {
        HostDecoder::new(self.model.variant())
    }

    fn switch_on(&mut self, _now: Timestamp, works: &mut Works) {
        works.brake = Brake::new(Grip::InProportionBelow(HELD_FROM), RAMP, 0.0);
    }

    fn take(&mut self, now: Timestamp, found: Result<HostMessage, WireError>, works: &mut Works) {
        // A broken line is met with silence, as an unknown one.
        let Ok(message) = found else { return };
        match message {
            HostMessage::SetLoad(watts) => self.set_load(watts.get(), works),
            HostMessage::SetInitialLoad(watts) => self.initial = in_range(watts.get()),
            HostMessage::Start => self.start(now, false, works),
            HostMessage::StartWithPressure => self.start(now, true, works),
            HostMessage::End => self.take_end(works),
            HostMessage::AnnouncePreset => self.preset = Preset::announced(now),
            HostMessage::AskLoad
            | HostMessage::AskPedalSpeed
            | HostMessage::AskHeartRate
            | HostMessage::AskSystolic
            | HostMessage::AskDiastolic
            | HostMessage::AskAppliedLoad
            | HostMessage::AskRecord
            | HostMessage::Identify
            | HostMessage::IdentifyByY => {
                if let Some(answer) = self.reply(message, works) {
                    self.answer(now, answer, works);
                }
            }
            HostMessage::SetIncrement(_)
            | HostMessage::SetPulseLimit(_)
            | HostMessage::Preset(_)
            | HostMessage::Other(_) => {}
        }
    }

    fn intercept(&mut self, now: Timestamp, byte: u8, works: &mut Works) -> bool {
        let heard = self.preset.hear(now, byte);
        if let Some(watts) = heard.taken {
            self.waiting = Some(in_range(watts));
        }
        if !heard.echo.is_empty() {
            works.outbox.say(now, |buffer| {
                let place = buffer
                    .get_mut(..heard.echo.len())
                    .ok_or(protocols::wire::NoRoom)?;
                place.copy_from_slice(heard.echo);
                Ok(place)
            });
        }
        heard.is_used
    }

    fn feel(&mut self, now: Timestamp, works: &mut Works) {
        if self.is_in_use() && works.is_pedalled() {
            self.pedal_until = now + ENDS_AFTER;
        }
    }

    fn due(&self) -> Timestamp {
        match self.phase {
            Phase::Idle => Timestamp::NEVER,
            Phase::Measuring { until, .. } => until,
            Phase::Running | Phase::Recovering => self.pedal_until,
        }
    }

    fn come_due(&mut self, now: Timestamp, works: &mut Works) {
        let Phase::Measuring { was_running, .. } = self.phase else {
            self.end(works);
            return;
        };
        self.measured = self.measured.saturating_add(1);
        if self.model == ErgolineModel::P4 {
            self.phase = Phase::Idle;
            self.say(now, self.record(works), works);
        } else {
            self.run(now, was_running, works);
        }
    }

    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad> {
        works.load(powered && self.is_in_use(), 0)
    }
}

/// A load as the machine takes it: nothing, or within its range.
const fn in_range(watts: u16) -> u16 {
    match watts {
        0 => 0,
        1..LEAST => LEAST,
        LEAST..=MOST => watts,
        _ => MOST,
    }
}

fn brake_to(watts: u16, works: &mut Works) {
    let cadence = works.rider.cadence;
    works.brake.set(Setting::Power(watts.into()), cadence);
}

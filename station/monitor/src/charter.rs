//! What was settled before the patient came: written down by people, taken from no part of the station.

use core::time::Duration;

use protocols::vocabulary::{
    BeatsPerMinute, Capabilities, Kilograms, MetresPerSecond, NetMets, OxygenSaturation,
    PercentGrade,
};

/// What a station is held to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Charter {
    /// The machine.
    pub machine: Capabilities,
    /// The patient's body mass.
    pub mass: Kilograms,
    /// The most work that the prescription allows.
    pub ceiling: NetMets,
    /// The fastest belt that the prescription allows, where it says.
    pub fastest: Option<MetresPerSecond>,
    /// The steepest belt that the prescription allows, where it says.
    pub steepest: Option<PercentGrade>,
    /// How fast load may rise while starting and in warm-up.
    pub warm_up: Ramp,
    /// How fast load may rise in every other phase.
    pub conditioning: Ramp,
    /// The load at which exercise may begin at once; the machine's least load where this is lower.
    pub start_load: NetMets,
    /// The load from which a rule need take nothing further away. A quarter of the most that was asked for counts beside it, and the
    /// machine's least load.
    pub cool_down_load: NetMets,
    /// Heart rate is required for load to rise.
    pub requires_heart_rate: bool,
    /// Saturation is required for load to rise.
    pub requires_saturation: bool,
    /// H: the upper limit of heart rate.
    pub heart_rate_limit: Option<BeatsPerMinute>,
    /// S: the limit of heart rate that ends conditioning.
    pub heart_rate_stop: Option<BeatsPerMinute>,
    /// F: the floor of saturation.
    pub saturation_floor: Option<OxygenSaturation>,
    /// Saturation below which everything stops.
    pub saturation_stop: OxygenSaturation,
    /// L: heart rate below which load comes down.
    pub heart_rate_low: Option<BeatsPerMinute>,
    /// What may be entered without taking load away.
    pub entries: EntryLimits,
    /// A relay can cut the machine off.
    pub has_relay: bool,
    /// The times. One that is to bind nobody is [`Duration::MAX`].
    pub times: Times,
    /// What a sound station may differ by.
    pub allowances: Allowances,
}

impl Charter {
    /// A prescription of a ceiling and one ramp, without required signals or limits, on a bench without a relay; everything else
    /// as a clinic has it by default.
    #[must_use]
    pub fn new(machine: Capabilities, mass: Kilograms, ceiling: NetMets, ramp: Ramp) -> Self {
        Self {
            machine,
            mass,
            ceiling,
            fastest: None,
            steepest: None,
            warm_up: ramp,
            conditioning: ramp,
            start_load: NetMets::ZERO,
            cool_down_load: NetMets::ZERO,
            requires_heart_rate: false,
            requires_saturation: false,
            heart_rate_limit: None,
            heart_rate_stop: None,
            saturation_floor: None,
            saturation_stop: eighty(),
            heart_rate_low: None,
            entries: EntryLimits::default(),
            has_relay: false,
            times: Times::default(),
            allowances: Allowances::default(),
        }
    }
}

/// The most that may be entered without an answer; pain of walking is answered from its figure on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryLimits {
    /// Perceived exertion.
    pub exertion: u8,
    /// Dyspnoea.
    pub dyspnoea: u8,
    /// Pain of walking at which the machine has to let go.
    pub claudication: u8,
    /// Systolic pressure, in mmHg, where it is stricter than what ends exercise anyway.
    pub systolic_stop: u16,
    /// Diastolic pressure, in mmHg, likewise.
    pub diastolic_stop: u16,
}

impl Default for EntryLimits {
    /// What a clinic has where nothing is prescribed.
    fn default() -> Self {
        Self {
            exertion: 16,
            dyspnoea: 6,
            claudication: 3,
            systolic_stop: u16::MAX,
            diastolic_stop: u16::MAX,
        }
    }
}

/// 80 %, the figure of the rule that stops.
fn eighty() -> OxygenSaturation {
    OxygenSaturation::new(80).unwrap_or(OxygenSaturation::MAX)
}

/// How fast load may rise.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Ramp(f64);

impl Ramp {
    /// So many net METs a minute; `None` where that is not a finite number above nothing.
    #[must_use]
    pub fn per_minute(net_mets: f64) -> Option<Self> {
        (net_mets.is_finite() && net_mets > 0.0).then_some(Self(net_mets / 60.0))
    }

    pub(crate) const fn per_second(self) -> f64 {
        self.0
    }

    pub(crate) const fn max(self, other: Self) -> Self {
        if other.0 > self.0 { other } else { self }
    }
}

/// The times of the invariants, by default those of the supervision rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// A required signal older than this lets nothing rise.
    pub no_rise_after: Duration,
    /// A required heart rate that is lost for so long takes load away.
    pub heart_rate_falls_after: Duration,
    /// A required saturation that is lost for so long takes load away.
    pub saturation_falls_after: Duration,
    /// A machine silent for so long lets nothing rise.
    pub machine_no_rise_after: Duration,
    /// A machine silent for so long is stopped or cut off.
    pub machine_lost_after: Duration,
    /// Where nothing can take load away, a person is called, and so long after that again, urgently, unless somebody acknowledged.
    pub call_escalates_after: Duration,
    /// Heart rates count as so long a mean against their upper limit (15 s with atrial fibrillation).
    pub heart_rate_mean: Duration,
    /// And as so long a mean against the limit that ends conditioning (15 s with atrial fibrillation).
    pub heart_rate_stop_mean: Duration,
    /// A signal that was in doubt may take so long to be trusted again; until then it lets nothing rise, and its limits wait.
    pub trust_returns: Duration,
    /// A heart rate that never once came below its limit takes load away within so long: the mean, the rule's five seconds, and
    /// the ten for which its trust may be in doubt (30 s with atrial fibrillation).
    pub heart_rate_answered_within: Duration,
    /// A saturation at its floor for so long takes load away: the rule's six seconds, and the ten of doubt.
    pub saturation_answered_within: Duration,
    /// A saturation below its stop for so long stops: the rule's five seconds, and the ten of doubt.
    pub saturation_stops_within: Duration,
    /// A machine that gives less than it is asked for so long is asked for no more.
    pub below_target_holds_after: Duration,
    /// A machine that gives more than it is asked for so long is stopped.
    pub above_target_stops_after: Duration,
    /// With nobody watching for so long nothing rises.
    pub unwatched_holds_after: Duration,
    /// An alarm stands at least so long.
    pub alarm_stands: Duration,
    /// A value older than this is not shown as live.
    pub live: Duration,
    /// Leave to have load lasts so long.
    pub leave: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            no_rise_after: Duration::from_secs(3),
            heart_rate_falls_after: Duration::from_secs(10),
            saturation_falls_after: Duration::from_secs(30),
            machine_no_rise_after: Duration::from_secs(3),
            machine_lost_after: Duration::from_secs(5),
            call_escalates_after: Duration::from_secs(30),
            heart_rate_mean: Duration::from_secs(5),
            heart_rate_stop_mean: Duration::from_secs(3),
            trust_returns: Duration::from_secs(10),
            heart_rate_answered_within: Duration::from_secs(20),
            saturation_answered_within: Duration::from_secs(16),
            saturation_stops_within: Duration::from_secs(15),
            below_target_holds_after: Duration::from_secs(30),
            above_target_stops_after: Duration::from_secs(5),
            unwatched_holds_after: Duration::from_secs(5),
            alarm_stands: Duration::from_secs(5),
            live: Duration::from_secs(3),
            leave: Duration::from_millis(400),
        }
    }
}

impl Times {
    /// The same with the ages of bytes that a clock `rate` times as fast makes longer: those of signals, machine and screen.
    #[must_use]
    pub fn at_clock_rate(self, rate: u32) -> Self {
        Self {
            no_rise_after: self.no_rise_after.saturating_mul(rate),
            heart_rate_falls_after: self.heart_rate_falls_after.saturating_mul(rate),
            saturation_falls_after: self.saturation_falls_after.saturating_mul(rate),
            machine_no_rise_after: self.machine_no_rise_after.saturating_mul(rate),
            machine_lost_after: self.machine_lost_after.saturating_mul(rate),
            live: self.live.saturating_mul(rate),
            leave: self.leave.saturating_mul(rate),
            ..self
        }
    }
}

/// What a sound station may differ by: how often it acts, how finely it asks, how long a rule's second is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowances {
    /// Age beyond a limit that is not yet counted: one tick.
    pub grace: Duration,
    /// How late a rule's act may show: its one-second values, a tick, and the send.
    pub react: Duration,
    /// How often the controller proposes: a rise of so long may come at once.
    pub beat: Duration,
    /// A change of load smaller than this need not be sent, in net METs.
    pub deadband: f64,
    /// How fast a rule takes load away, in net METs a second.
    pub fall_per_second: f64,
    /// How fast a belt may slow, in m/s².
    pub belt_slows: f64,
    /// In steps no further apart than this.
    pub belt_step: Duration,
    /// How long a machine may take to follow beyond its slew.
    pub settle: Duration,
}

impl Default for Allowances {
    fn default() -> Self {
        Self {
            grace: Duration::from_millis(100),
            react: Duration::from_secs(3),
            beat: Duration::from_secs(5),
            deadband: 0.05,
            fall_per_second: 0.05,
            belt_slows: 0.25,
            belt_step: Duration::from_secs(1),
            settle: Duration::from_secs(5),
        }
    }
}

//! A trial's machine: it follows what it is told at its slew, reports once a second, and fails as it is ordered to.
//!
//! The wire is left out: the protocols' own virtual devices stand behind real bytes in `gym`. What a link does stands here in
//! short: leave that ran out takes load away, a machine that says nothing is silent after two seconds.

use std::time::Duration;

use control::input::LinkState;
use drivers::virtual_devices::patient::{
    Exercise, PatientParameters, STEP_S, cycle_net_mets, treadmill_net_mets,
};
use protocols::vocabulary::number::floor_to_u16;
use protocols::vocabulary::{
    Capabilities, MachineCommand, MachineLoad, MachineReport, MachineState, MetresPerSecond,
    OnSilence, PercentGrade, RevolutionsPerMinute, Timestamp, Watts,
};

use super::fault::{Fault, FaultKind};

/// A machine that has said nothing for so long is called silent by its link.
const SILENT_AFTER: Duration = Duration::from_secs(2);
/// A link to a machine without a watchdog sends its release so long past leave (I13).
const RELEASE_AFTER: Duration = Duration::from_secs(2);
/// How fast a belt comes down that lost its power or its host, in m/s².
const RUN_DOWN: f64 = 0.5;
/// How fast a belt follows a slower speed, in m/s²: what it may slow at (design section 4).
const SLOWS_AT: f64 = 0.25;
/// Cadence of who pedals well.
const CADENCE: f64 = 60.0;

/// What is wrong with the machine now.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent faults that may come together, not a state"
)]
pub struct MachineFaults {
    silent: bool,
    gone: bool,
    deaf: bool,
    refuses: bool,
    share: f64,
    keys: f64,
    cadence: f64,
    pedalling: bool,
}

impl MachineFaults {
    /// What `faults` do to the machine in second `second`.
    #[must_use]
    pub fn of(faults: &[Fault], second: f64) -> Self {
        let mut now = Self {
            silent: false,
            gone: false,
            deaf: false,
            refuses: false,
            share: 1.0,
            keys: 0.0,
            cadence: CADENCE,
            pedalling: true,
        };
        for fault in faults.iter().filter(|fault| fault.is_active(second)) {
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "what is no fault of a machine is nothing here"
            )]
            match fault.kind {
                FaultKind::MachineSilent => now.silent = true,
                FaultKind::MachineGone => now.gone = true,
                FaultKind::MachineDeaf => now.deaf = true,
                FaultKind::MachineRefuses => now.refuses = true,
                FaultKind::MachineWeak => now.share = now.share.min(fault.value),
                FaultKind::MachineKeys => now.keys += fault.value,
                FaultKind::Cadence => now.cadence = fault.value,
                FaultKind::PedallingStops => now.pedalling = false,
                _ => {}
            }
        }
        now
    }

    const fn cut_off(&self) -> bool {
        self.silent || self.gone
    }
}

/// The machine and the link to it.
#[derive(Debug, Clone)]
pub struct Machine {
    capabilities: Capabilities,
    told: Told,
    watts: f64,
    speed: f64,
    grade: f64,
    powered: bool,
    told_to_pedal: bool,
    faults: MachineFaults,
    leave_until: Timestamp,
    heard: Timestamp,
    link: LinkState,
}

/// What it was told last.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told {
    Nothing,
    Load(MachineLoad),
}

impl Machine {
    /// A machine that stands.
    #[must_use]
    pub fn new(capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            told: Told::Nothing,
            watts: 0.0,
            speed: 0.0,
            grade: 0.0,
            powered: true,
            told_to_pedal: false,
            faults: MachineFaults::of(&[], 0.0),
            leave_until: Timestamp::ZERO,
            heard: Timestamp::ZERO,
            link: LinkState::Up,
        }
    }

    /// What is wrong with it from now on.
    pub const fn suffer(&mut self, faults: MachineFaults) {
        self.faults = faults;
    }

    /// Takes a command; `false` where the machine says that it refuses it. What is lost on the way is not refused.
    pub fn hear(&mut self, command: MachineCommand) -> bool {
        if self.faults.cut_off() || self.faults.deaf || !self.powered {
            return true;
        }
        match command {
            MachineCommand::Start(_) | MachineCommand::SetLoad(_) if self.faults.refuses => {
                return false;
            }
            MachineCommand::Start(load) | MachineCommand::SetLoad(load) => {
                self.told = Told::Load(load);
            }
            MachineCommand::Stop | MachineCommand::EmergencyStop => self.told = Told::Nothing,
        }
        true
    }

    /// Whether the patient has been told to pedal though it is out of use. An ergometer tells the cadence of whoever pedals, and gives no load.
    pub const fn be_pedalled(&mut self, out_of_use: bool) {
        self.told_to_pedal = out_of_use;
    }

    /// Leave to have load until then (I13).
    pub const fn permit(&mut self, until: Timestamp) {
        self.leave_until = until;
    }

    /// The relay gives it its power, or takes it: then it forgets what it was told.
    pub const fn power(&mut self, on: bool) {
        if !on {
            self.told = Told::Nothing;
        }
        self.powered = on;
    }

    /// A quarter of a second passes: leave may run out, and load follows what it was told.
    pub fn step(&mut self, now: Timestamp) {
        self.let_go(now);
        let towards = |is: f64, goal: f64, up: f64, down: f64| {
            is + (goal - is).clamp(-down * STEP_S, up * STEP_S)
        };
        let slew = self.capabilities.slew;
        let share = self.faults.share;
        let (watts, speed, grade) = match self.told {
            Told::Load(MachineLoad::Power(watts)) => {
                (watts.as_f64() * share + self.faults.keys, 0.0, 0.0)
            }
            Told::Load(MachineLoad::Belt { speed, grade }) => (
                0.0,
                speed.get() * share + self.faults.keys / 100.0,
                grade.get(),
            ),
            Told::Nothing => (0.0, 0.0, self.grade),
        };
        let per_second = slew.watts_per_second;
        if self.powered {
            self.watts = towards(self.watts, watts.max(0.0), per_second, per_second);
            let slows_at = if self.told == Told::Nothing {
                RUN_DOWN
            } else {
                SLOWS_AT
            };
            let gains = slew.metres_per_second_squared;
            self.speed = towards(self.speed, speed.max(0.0), gains, slows_at);
            let tilts = slew.grade_percent_per_second;
            self.grade = towards(self.grade, grade, tilts, tilts);
        } else {
            self.watts = 0.0;
            self.speed = towards(self.speed, 0.0, 0.0, RUN_DOWN);
        }
    }

    /// What it costs the body now, in net METs.
    #[must_use]
    pub fn net_mets(&self, parameters: &PatientParameters) -> f64 {
        match self.exercise() {
            Exercise::Cycle if self.is_pedalled() => cycle_net_mets(parameters, self.braked()),
            Exercise::Cycle => 0.0,
            Exercise::Treadmill => treadmill_net_mets(parameters, self.speed, self.grade / 100.0),
        }
    }

    /// Its report, when one falls due; `None` where nothing comes.
    pub fn report(&mut self, now: Timestamp) -> Option<MachineReport> {
        if self.faults.cut_off() || !self.powered {
            return None;
        }
        self.heard = now;
        let moving = self.watts > 0.0 || self.speed > 0.0;
        let mut report = MachineReport::of(if moving || self.is_in_use() {
            MachineState::Running
        } else {
            MachineState::Standing
        });
        match self.exercise() {
            Exercise::Cycle => {
                let pedals = self.is_pedalled();
                let watts = if pedals { self.braked() } else { 0.0 };
                let cadence = if pedals { self.faults.cadence } else { 0.0 };
                report.power = floor_to_u16(watts).and_then(Watts::new);
                report.cadence = floor_to_u16(cadence).and_then(RevolutionsPerMinute::new);
            }
            Exercise::Treadmill => {
                report.speed = MetresPerSecond::new(self.speed);
                report.grade = PercentGrade::new(self.grade);
            }
        }
        Some(report)
    }

    /// What its link says, where that has changed.
    pub fn link(&mut self, now: Timestamp) -> Option<LinkState> {
        let state = if self.faults.gone {
            LinkState::Gone
        } else if now.since(self.heard) >= SILENT_AFTER {
            LinkState::Silent
        } else {
            LinkState::Up
        };
        (state != self.link).then(|| {
            self.link = state;
            state
        })
    }

    /// The load that is on: watts, or speed in m/s and grade in per cent.
    #[must_use]
    pub const fn load(&self) -> (f64, f64, f64) {
        (self.watts, self.speed, self.grade)
    }

    const fn is_in_use(&self) -> bool {
        matches!(self.told, Told::Load(_)) && self.powered
    }

    /// Watts that who pedals has to give.
    const fn braked(&self) -> f64 {
        if self.is_in_use() { self.watts } else { 0.0 }
    }

    /// Who is not told to pedal sits still on a machine that is out of use.
    const fn is_pedalled(&self) -> bool {
        self.faults.pedalling && (self.is_in_use() || self.told_to_pedal)
    }

    const fn exercise(&self) -> Exercise {
        match self.capabilities.kind {
            protocols::vocabulary::MachineKind::Cycle => Exercise::Cycle,
            protocols::vocabulary::MachineKind::Treadmill => Exercise::Treadmill,
        }
    }

    /// Leave that ran out: a machine with a watchdog hears nothing more and stops, any other is released by its link.
    fn let_go(&mut self, now: Timestamp) {
        let past_leave = now.since(self.leave_until);
        let cut_off = now.since(self.heard);
        let released = !self.faults.cut_off() && past_leave >= RELEASE_AFTER;
        let stops = match self.capabilities.on_silence {
            OnSilence::StopsAfter(after) => past_leave >= after || cut_off >= after + SILENT_AFTER,
            OnSilence::KeepsLoad | OnSilence::NoLoad => released,
        };
        if stops {
            self.told = Told::Nothing;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial;
    use super::*;

    fn told(watts: u16) -> MachineCommand {
        MachineCommand::SetLoad(MachineLoad::Power(Watts::new(watts).expect("in range")))
    }

    fn fault(kind: FaultKind, value: f64) -> MachineFaults {
        let fault = Fault {
            at_s: 0.0,
            for_s: 1.0,
            kind,
            value,
        };
        MachineFaults::of(&[fault], 0.0)
    }

    /// Runs so many quarters of a second with leave that never ends.
    fn run(machine: &mut Machine, from_ms: u64, quarters: u64) {
        for quarter in 1..=quarters {
            let now = Timestamp::from_millis(from_ms + 250 * quarter);
            machine.permit(now);
            machine.step(now);
        }
    }

    #[test]
    fn power_follows_at_its_slew_and_is_reported() {
        let mut machine = Machine::new(trial::machine(Exercise::Cycle));
        assert!(machine.hear(told(50)));
        run(&mut machine, 0, 4);
        let report = machine.report(Timestamp::from_secs(1)).expect("it speaks");
        assert_eq!(report.power.map(Watts::get), Some(20));
        run(&mut machine, 1_000, 10);
        assert_eq!(
            machine
                .report(Timestamp::from_secs(4))
                .and_then(|report| report.power)
                .map(Watts::get),
            Some(50)
        );
    }

    #[test]
    fn leave_that_ran_out_takes_the_load_away() {
        let mut machine = Machine::new(trial::machine(Exercise::Cycle));
        assert!(machine.hear(told(50)));
        run(&mut machine, 0, 20);
        for quarter in 1..=40_u64 {
            machine.step(Timestamp::from_millis(5_000 + 250 * quarter));
        }
        assert!(machine.load().0 <= 0.0, "{:?}", machine.load());
    }

    #[test]
    fn a_cut_off_machine_keeps_its_load_until_the_relay_opens() {
        let mut machine = Machine::new(trial::machine(Exercise::Cycle));
        assert!(machine.hear(told(50)));
        run(&mut machine, 0, 20);
        machine.suffer(fault(FaultKind::MachineGone, 0.0));
        assert!(
            machine.hear(MachineCommand::Stop),
            "it is lost, not refused"
        );
        run(&mut machine, 5_000, 20);
        assert!(machine.load().0 >= 50.0);
        assert_eq!(machine.report(Timestamp::from_secs(10)), None);
        assert_eq!(
            machine.link(Timestamp::from_secs(10)),
            Some(LinkState::Gone)
        );
        machine.power(false);
        run(&mut machine, 10_000, 1);
        assert!(machine.load().0 <= 0.0);
    }

    #[test]
    fn a_machine_that_refuses_says_so_and_still_stops() {
        let mut machine = Machine::new(trial::machine(Exercise::Cycle));
        machine.suffer(fault(FaultKind::MachineRefuses, 0.0));
        assert!(!machine.hear(told(50)));
        assert!(machine.hear(MachineCommand::Stop));
    }

    #[test]
    fn who_is_told_to_pedal_a_machine_out_of_use_has_a_cadence_and_no_load() {
        let mut machine = Machine::new(trial::machine(Exercise::Cycle));
        let reported = |machine: &mut Machine| {
            let report = machine.report(Timestamp::from_secs(1)).expect("it speaks");
            let cadence = report.cadence.map(RevolutionsPerMinute::get);
            (cadence, report.power.map(Watts::get), report.state)
        };
        let out_of_use = MachineState::Standing;
        assert_eq!(reported(&mut machine), (Some(0), Some(0), out_of_use));
        machine.be_pedalled(true);
        assert_eq!(reported(&mut machine), (Some(60), Some(0), out_of_use));
        machine.suffer(fault(FaultKind::PedallingStops, 0.0));
        assert_eq!(reported(&mut machine), (Some(0), Some(0), out_of_use));
    }
}

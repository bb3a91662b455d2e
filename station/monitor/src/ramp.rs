//! **I3**: how fast load may rise, and how fast a belt may slow.
//!
//! A rise is paid from a purse that fills at the ramp of the phase and never holds more than what lies between two commands of a
//! sound station: one step of the machine, one change too small to send, one beat of the controller. So a rise saved up by waiting
//! is a breach, a rise at the ramp never is. A belt that starts from standing lags behind by its own acceleration: until it has caught
//! up it may ask for what the ramp has allowed since its start. A belt's slowing is paid from a purse that fills at its safe deceleration and holds one
//! step of it. What the machine itself reports counts where its belt is slower than asked; an emergency stop, an open relay and a
//! machine that cannot be reached are exempt.

use protocols::vocabulary::{MachineCommand, Timestamp};

use crate::breach::{Invariant, Ledger};
use crate::call::{Phase, Seen};
use crate::charter::Ramp;
use crate::scene::Turn;
use crate::work::{Asked, EPSILON, rounding};

/// Clocks, masses and factors are not the same to the last digit.
const TOLERANCE: f64 = 1.01;

/// Both purses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    /// The most work that may be asked for, as reckoned at `reckoned`.
    most: Option<f64>,
    /// The slowest belt that may be asked for, as reckoned at `reckoned`.
    slowest: f64,
    reckoned: Timestamp,
    /// A belt's start from standing, until it has caught up with the ramp.
    start: Option<Start>,
}

/// A belt on its way up from standing.
#[derive(Debug, Clone, Copy)]
struct Start {
    at: Timestamp,
    /// The last command that asked for more.
    rose_at: Option<Timestamp>,
}

impl Pace {
    pub(crate) fn judge(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        let changed = turn.phase_before != Some(turn.call.left.phase);
        if turn.call.left.command.is_none() && !changed {
            return;
        }
        let seconds = turn.now.since(self.reckoned).as_secs_f64();
        self.reckoned = turn.now;
        self.follow_start(turn);
        let most = self.fill(turn, seconds);
        if turn.rose() && turn.after.work > most + EPSILON {
            let (from, to) = (turn.before.work, turn.after.work);
            ledger.write(
                Invariant::I3,
                turn.now,
                format_args!("from {from:.3} to {to:.3} net METs, by the ramp {most:.3} at most"),
            );
        }
        let held = most_held(turn, &turn.after, turn.call.left.phase);
        let held = held.max(self.line_of_start(turn).unwrap_or(held));
        self.most = Some(most.max(turn.after.work).min(held));
        if turn.is_belt() {
            self.slow(turn, seconds, ledger);
        }
    }

    /// A belt starts, rises, and has caught up once it asked for no more throughout a beat, or for less.
    fn follow_start(&mut self, turn: &Turn<'_>) {
        if turn.is_belt() && matches!(turn.call.left.command, Some(MachineCommand::Start(_))) {
            self.start = Some(Start {
                at: turn.now,
                rose_at: None,
            });
            return;
        }
        let beat = turn.charter.allowances.beat;
        let caught_up = |start: &Start| {
            turn.after.work < turn.before.work
                || start
                    .rose_at
                    .is_some_and(|rose_at| turn.now.since(rose_at) > beat + beat)
        };
        self.start = self
            .start
            .filter(|start| !caught_up(start))
            .map(|start| Start {
                rose_at: if turn.rose() {
                    Some(turn.now)
                } else {
                    start.rose_at
                },
                ..start
            });
    }

    /// What the ramp has allowed since a belt started.
    fn line_of_start(&self, turn: &Turn<'_>) -> Option<f64> {
        let start = self.start?;
        let phase = turn.phase_before.unwrap_or(turn.call.left.phase);
        let seconds = turn.now.since(start.at).as_secs_f64();
        let allowed = turn.charter.allowances;
        let step = rounding(&turn.charter.machine, turn.charter.mass, &turn.after);
        let per_second = ramp_in(turn, phase).per_second() * TOLERANCE;
        let beat = per_second * allowed.beat.as_secs_f64();
        Some(per_second.mul_add(seconds, turn.least_work()) + step + allowed.deadband + beat)
    }

    /// The purse of the rise after `seconds` in the phase before.
    fn fill(&self, turn: &Turn<'_>, seconds: f64) -> f64 {
        let phase = turn.phase_before.unwrap_or(turn.call.left.phase);
        let ramp = ramp_in(turn, phase);
        let held = most_held(turn, &turn.before, phase);
        let held = held.max(most_held(turn, &turn.before, turn.call.left.phase));
        let held = held.max(self.line_of_start(turn).unwrap_or(held));
        self.most.map_or(held, |most| {
            held.min(ramp.per_second().mul_add(seconds * TOLERANCE, most))
        })
    }

    fn slow(&mut self, turn: &Turn<'_>, seconds: f64, ledger: &mut Ledger) {
        let allowed = turn.charter.allowances;
        let rate = allowed.belt_slows * TOLERANCE;
        let step = rate * allowed.belt_step.as_secs_f64() + speed_step(turn);
        let held = turn.before.speed - step;
        let slowest = held.max(rate.mul_add(-seconds, self.slowest));
        if turn.after.speed < slowest - EPSILON
            && !is_exempt(turn)
            && !reported_near(turn, step)
            && !comes_to_a_stand(turn, slowest)
        {
            let (from, to) = (turn.before.speed, turn.after.speed);
            ledger.write(
                Invariant::I3,
                turn.now,
                format_args!("the belt from {from:.2} to {to:.2} m/s, not below {slowest:.2} yet"),
            );
        }
        self.slowest = slowest.min(turn.after.speed).max(turn.after.speed - step);
    }
}

/// The most that the purse of the rise holds while `asked` is on in `phase`.
fn most_held(turn: &Turn<'_>, asked: &Asked, phase: Phase) -> f64 {
    let allowed = turn.charter.allowances;
    let beat = ramp_in(turn, phase).per_second() * allowed.beat.as_secs_f64();
    let step = rounding(&turn.charter.machine, turn.charter.mass, asked);
    asked.work.max(turn.least_work()) + step + allowed.deadband + beat * TOLERANCE
}

fn ramp_in(turn: &Turn<'_>, phase: Phase) -> Ramp {
    match phase {
        Phase::Idle | Phase::Ready | Phase::Starting | Phase::WarmUp => turn.charter.warm_up,
        Phase::Conditioning
        | Phase::CoolDown
        | Phase::Recovery
        | Phase::Finished
        | Phase::Paused
        | Phase::Stopped => turn.charter.conditioning,
    }
}

fn speed_step(turn: &Turn<'_>) -> f64 {
    turn.charter
        .machine
        .belt
        .map_or(0.0, |belt| belt.speed_step)
}

fn is_exempt(turn: &Turn<'_>) -> bool {
    turn.call.left.command == Some(MachineCommand::EmergencyStop)
        || turn.call.input == Seen::Fault
        || !turn.reaches_the_machine()
        || turn.stands()
}

/// The belt itself is reported so slow already that what is asked for is one step away.
fn reported_near(turn: &Turn<'_>, step: f64) -> bool {
    turn.recent_report()
        .and_then(|report| report.speed)
        .is_some_and(|speed| turn.after.speed >= speed.get() - step - EPSILON)
}

/// Below its slowest speed a belt can only stand: that may come as soon as the purse allows the slowest speed.
fn comes_to_a_stand(turn: &Turn<'_>, slowest: f64) -> bool {
    turn.charter
        .machine
        .belt
        .is_some_and(|belt| turn.after.speed <= 0.0 && slowest <= belt.min_speed.get() + EPSILON)
}

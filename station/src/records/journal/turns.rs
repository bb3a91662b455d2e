//! What is foreseeable of a turn, and how a turn is told by what differs from it. Writer and reader keep the same memory.

use control::input::{HeartRateSource, Input};
use control::outputs::{AlarmChanges, Decision, Outputs};
use protocols::vocabulary::{BeatsPerMinute, MachineReport, OxygenSaturation, Reading, Timestamp};

use super::fields::{Columns, Source};
use super::{JournalError, JournalTurn};

/// A tick comes so many microseconds after the last.
const TICK_MICROS: i64 = 100_000;

/// The low bits of a turn's first byte: what came in. "Same" means: equal to the last of its kind in this block, but for its time.
const TICK: u8 = 0;
const HEART_RATE_SAME: u8 = 1;
const HEART_RATE: u8 = 2;
const SATURATION_SAME: u8 = 3;
const SATURATION: u8 = 4;
const MACHINE_SAME: u8 = 5;
const MACHINE: u8 = 6;
const OTHER: u8 = 7;
const INPUT_BITS: u8 = 0b0000_0111;

/// The time is written in nanoseconds, because it is not a whole number of microseconds.
const FINE_TIME: u8 = 0b0000_1000;
/// Outputs other than the leave differ from a quiet turn's; a byte says which.
const NOT_QUIET: u8 = 0b0001_0000;
/// The leave to have load ends as long after now as it did in the turn before.
const LEAVE_MOVES: u8 = 0b0010_0000;
/// The leave ends when it did in the turn before. Without either bit it is written out.
const LEAVE_STAYS: u8 = 0b0100_0000;
/// The relay is the other way round than in the turn before.
const RELAY_CHANGES: u8 = 0b1000_0000;

const HAS_COMMAND: u8 = 0b0000_0001;
const HAS_ALARMS: u8 = 0b0000_0010;
const HAS_DECISION: u8 = 0b0000_0100;
const HAS_PHASE: u8 = 0b0000_1000;
const HAS_REFUSAL: u8 = 0b0001_0000;

/// What both ends remember of the block so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Memory {
    turns: u64,
    /// The last turn's time, and the last tick's, in microseconds.
    last_micros: u64,
    last_tick_micros: u64,
    heart_rate: Option<(HeartRateSource, Reading<BeatsPerMinute>)>,
    saturation: Option<Reading<OxygenSaturation>>,
    machine: Option<MachineReport>,
    leave_until: Timestamp,
    leave_nanos: i128,
    relay_open: bool,
}

impl Memory {
    /// At the beginning of a block.
    pub(super) const fn new() -> Self {
        Self {
            turns: 0,
            last_micros: 0,
            last_tick_micros: 0,
            heart_rate: None,
            saturation: None,
            machine: None,
            leave_until: Timestamp::ZERO,
            leave_nanos: 0,
            relay_open: false,
        }
    }

    /// What a tick's time is expected to be, or any other turn's.
    fn expected_micros(&self, kind: u8) -> i64 {
        if kind == TICK {
            self.last_tick_micros
                .cast_signed()
                .wrapping_add(TICK_MICROS)
        } else {
            self.last_micros.cast_signed()
        }
    }

    fn remember(&mut self, turn: &JournalTurn) {
        self.turns = self.turns.saturating_add(1);
        self.last_micros = turn.now.as_micros();
        match &turn.input {
            Input::Tick => self.last_tick_micros = turn.now.as_micros(),
            Input::HeartRate {
                source, reading, ..
            } => self.heart_rate = Some((*source, *reading)),
            Input::Saturation { reading, .. } => self.saturation = Some(*reading),
            Input::Machine { report, .. } => self.machine = Some(*report),
            Input::Link { .. }
            | Input::StopCircuit { .. }
            | Input::Operator(_)
            | Input::Watched { .. }
            | Input::Record { .. }
            | Input::LoopGap { .. }
            | Input::Sensors { .. }
            | Input::Refused { .. }
            | Input::GymCloses { .. }
            | Input::Fault => {}
        }
        self.leave_until = turn.outputs.leave_until;
        self.leave_nanos = leave_nanos(turn.now, turn.outputs.leave_until);
        self.relay_open = turn.outputs.relay_open;
    }
}

/// How long after now the leave ends; before now it is negative.
fn leave_nanos(now: Timestamp, until: Timestamp) -> i128 {
    i128::from(until.as_nanos()) - i128::from(now.as_nanos())
}

/// Adds one turn.
///
/// # Errors
/// Where a value's type cannot be written down.
pub(super) fn write(
    columns: &mut Columns,
    memory: &mut Memory,
    turn: &JournalTurn,
) -> Result<(), postcard::Error> {
    let kind = kind_of(memory, &turn.input);
    let outputs = &turn.outputs;
    let present = present(outputs);
    let fine = turn.now.rounded_to_micros() != turn.now;
    let moves = leave_nanos(turn.now, outputs.leave_until) == memory.leave_nanos;
    let stays = outputs.leave_until == memory.leave_until;
    let mut first = kind;
    for (bit, set) in [
        (FINE_TIME, fine),
        (NOT_QUIET, present != 0),
        (LEAVE_MOVES, moves),
        (LEAVE_STAYS, stays && !moves),
        (RELAY_CHANGES, outputs.relay_open != memory.relay_open),
    ] {
        if set {
            first |= bit;
        }
    }
    columns.head(first);
    if fine {
        columns.age(turn.now.as_nanos());
    } else {
        columns.time(
            turn.now
                .as_micros()
                .cast_signed()
                .wrapping_sub(memory.expected_micros(kind)),
        );
    }
    write_input(columns, kind, turn.now, &turn.input)?;
    if !moves && !stays {
        columns.age(outputs.leave_until.as_nanos());
    }
    if present != 0 {
        columns.head(present);
        write_outputs(columns, outputs)?;
    }
    memory.remember(turn);
    Ok(())
}

fn kind_of(memory: &Memory, input: &Input) -> u8 {
    match input {
        Input::Tick => TICK,
        Input::HeartRate {
            source, reading, ..
        } if memory.heart_rate == Some((*source, *reading)) => HEART_RATE_SAME,
        Input::HeartRate { .. } => HEART_RATE,
        Input::Saturation { reading, .. } if memory.saturation == Some(*reading) => SATURATION_SAME,
        Input::Saturation { .. } => SATURATION,
        // Equal doubles need not have equal bits: a zero has two signs.
        Input::Machine { report, .. } if memory.machine.is_some_and(|last| same(&last, report)) => {
            MACHINE_SAME
        }
        Input::Machine { .. } => MACHINE,
        Input::Link { .. }
        | Input::StopCircuit { .. }
        | Input::Operator(_)
        | Input::Watched { .. }
        | Input::Record { .. }
        | Input::LoopGap { .. }
        | Input::Sensors { .. }
        | Input::Refused { .. }
        | Input::GymCloses { .. }
        | Input::Fault => OTHER,
    }
}

fn same(one: &MachineReport, other: &MachineReport) -> bool {
    let bits = |report: &MachineReport| {
        (
            report.speed.map(|speed| speed.get().to_bits()),
            report.grade.map(|grade| grade.get().to_bits()),
        )
    };
    one == other && bits(one) == bits(other)
}

fn present(outputs: &Outputs) -> u8 {
    [
        (HAS_COMMAND, outputs.command.is_some()),
        (HAS_ALARMS, outputs.alarms != AlarmChanges::default()),
        (HAS_DECISION, outputs.decision.is_some()),
        (HAS_PHASE, outputs.phase_change.is_some()),
        (HAS_REFUSAL, outputs.refused.is_some()),
    ]
    .iter()
    .filter(|(_, there)| *there)
    .fold(0, |bits, (bit, _)| bits | bit)
}

fn write_input(
    columns: &mut Columns,
    kind: u8,
    now: Timestamp,
    input: &Input,
) -> Result<(), postcard::Error> {
    match input {
        Input::Tick => {}
        Input::HeartRate {
            source,
            reading,
            sent_at,
        } => {
            write_sent_at(columns, now, *sent_at);
            if kind == HEART_RATE {
                columns.value(&(source, reading))?;
            }
        }
        Input::Saturation { reading, sent_at } => {
            write_sent_at(columns, now, *sent_at);
            if kind == SATURATION {
                columns.value(reading)?;
            }
        }
        Input::Machine { report, sent_at } => {
            write_sent_at(columns, now, *sent_at);
            if kind == MACHINE {
                columns.value(report)?;
            }
        }
        Input::Link { .. }
        | Input::StopCircuit { .. }
        | Input::Operator(_)
        | Input::Watched { .. }
        | Input::Record { .. }
        | Input::LoopGap { .. }
        | Input::Sensors { .. }
        | Input::Refused { .. }
        | Input::GymCloses { .. }
        | Input::Fault => columns.value(input)?,
    }
    Ok(())
}

/// Twice the microseconds since it was sent; odd where that is not exact, and then the nanoseconds follow.
fn write_sent_at(columns: &mut Columns, now: Timestamp, sent_at: Timestamp) {
    let age = now.as_nanos().checked_sub(sent_at.as_nanos());
    match age {
        Some(age) if age % 1_000 == 0 => columns.age(age / 1_000 * 2),
        Some(_) | None => {
            columns.age(1);
            columns.age(sent_at.as_nanos());
        }
    }
}

fn write_outputs(columns: &mut Columns, outputs: &Outputs) -> Result<(), postcard::Error> {
    if let Some(command) = &outputs.command {
        columns.value(command)?;
    }
    if outputs.alarms != AlarmChanges::default() {
        columns.value(&outputs.alarms)?;
    }
    if let Some(decision) = &outputs.decision {
        columns.value(decision)?;
    }
    if let Some(change) = &outputs.phase_change {
        columns.value(change)?;
    }
    if let Some(refusal) = &outputs.refused {
        columns.value(refusal)?;
    }
    Ok(())
}

/// Reads the next turn.
///
/// # Errors
/// Where the bytes are no turn, or end within one.
pub(super) fn read(
    source: &mut Source<'_>,
    memory: &mut Memory,
) -> Result<JournalTurn, JournalError> {
    let first = source.head()?;
    let kind = first & INPUT_BITS;
    let now = if first & FINE_TIME != 0 {
        Timestamp::from_nanos(source.age()?)
    } else {
        Timestamp::from_micros(
            memory
                .expected_micros(kind)
                .wrapping_add(source.time()?)
                .cast_unsigned(),
        )
    };
    let input = read_input(source, memory, kind, now)?;
    let leave_until = if first & LEAVE_MOVES != 0 {
        let nanos = i128::from(now.as_nanos()) + memory.leave_nanos;
        Timestamp::from_nanos(u64::try_from(nanos).map_err(|_| JournalError::Unreadable {
            turn: memory.turns,
            what: "the leave to have load",
        })?)
    } else if first & LEAVE_STAYS != 0 {
        memory.leave_until
    } else {
        Timestamp::from_nanos(source.age()?)
    };
    let mut outputs = Outputs {
        leave_until,
        relay_open: memory.relay_open ^ (first & RELAY_CHANGES != 0),
        ..Outputs::default()
    };
    if first & NOT_QUIET != 0 {
        read_outputs(source, memory.turns, &mut outputs)?;
    }
    let turn = JournalTurn {
        now,
        input,
        outputs,
    };
    memory.remember(&turn);
    Ok(turn)
}

fn read_input(
    source: &mut Source<'_>,
    memory: &Memory,
    kind: u8,
    now: Timestamp,
) -> Result<Input, JournalError> {
    let turn = memory.turns;
    let nothing_before = JournalError::Unreadable {
        turn,
        what: "a repeated reading with none before it",
    };
    Ok(match kind {
        TICK => Input::Tick,
        HEART_RATE | HEART_RATE_SAME => {
            let sent_at = read_sent_at(source, now)?;
            let (source, reading) = if kind == HEART_RATE {
                source.value(turn, "a heart rate")?
            } else {
                memory.heart_rate.ok_or(nothing_before)?
            };
            Input::HeartRate {
                source,
                reading,
                sent_at,
            }
        }
        SATURATION | SATURATION_SAME => {
            let sent_at = read_sent_at(source, now)?;
            let reading = if kind == SATURATION {
                source.value(turn, "a saturation")?
            } else {
                memory.saturation.ok_or(nothing_before)?
            };
            Input::Saturation { reading, sent_at }
        }
        MACHINE | MACHINE_SAME => {
            let sent_at = read_sent_at(source, now)?;
            let report = if kind == MACHINE {
                source.value(turn, "a machine's report")?
            } else {
                memory.machine.ok_or(nothing_before)?
            };
            Input::Machine { report, sent_at }
        }
        _ => source.value(turn, "an input")?,
    })
}

fn read_sent_at(source: &mut Source<'_>, now: Timestamp) -> Result<Timestamp, JournalError> {
    let age = source.age()?;
    if age == 1 {
        return Ok(Timestamp::from_nanos(source.age()?));
    }
    Ok(Timestamp::from_nanos(
        now.as_nanos().wrapping_sub((age / 2).wrapping_mul(1_000)),
    ))
}

fn read_outputs(
    source: &mut Source<'_>,
    turn: u64,
    outputs: &mut Outputs,
) -> Result<(), JournalError> {
    let present = source.head()?;
    if present & HAS_COMMAND != 0 {
        outputs.command = Some(source.value(turn, "a command")?);
    }
    if present & HAS_ALARMS != 0 {
        outputs.alarms = source.value(turn, "changes of alarms")?;
    }
    if present & HAS_DECISION != 0 {
        let decision: Decision = source.value(turn, "a decision")?;
        outputs.decision = Some(decision);
    }
    if present & HAS_PHASE != 0 {
        outputs.phase_change = Some(source.value(turn, "a change of phase")?);
    }
    if present & HAS_REFUSAL != 0 {
        outputs.refused = Some(source.value(turn, "a refusal")?);
    }
    Ok(())
}

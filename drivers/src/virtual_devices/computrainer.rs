//! A virtual `RacerMate` `CompuTrainer`.
//!
//! Promises: `RacerMate` is answered with `LinkUp` while it does not stream; after a whole set of eight messages it sends a value
//! every 30 ms, power, cadence, heart rate, speed and sensors in turn; a message whose sum does not hold changes nothing. When no load
//! came for 2 s the brake lets go, and 5 s later the stream ends.
//!
//! When it lets go and ends was not seen anywhere: it is known to fall back to a manual load \[recalled\], the times are
//! \[assumed\], as are the ramp of 3 s and what a set in another mode does.
//!
//! Deliberately absent: slope mode, calibration, buttons, the pedalling analysis, the manual load of a unit that stands alone.

use std::time::Duration;

use protocols::computrainer::{
    HostDecoder, HostMessage, Kind, Load, MachineMessage, Mode, SET_MESSAGES, Setting as Told,
    Telemetry, Value,
};
use protocols::vocabulary::{MachineLoad, Timestamp, Watts};
use protocols::wire::WireError;

use super::VirtualDevice;
use super::console::{Console, Machine};
use super::ergometer::{Brake, Grip, Setting, Works, whole, whole_byte};

/// From the greeting to its answer \[assumed\].
const GREETING_DELAY: Duration = Duration::from_millis(50);
/// From one value to the next: what seven bytes take at 2400 baud.
const BEAT: Duration = Duration::from_millis(30);
/// From any load to any other \[assumed\].
const RAMP: Duration = Duration::from_secs(3);
/// Without a load from the host, until the brake lets go \[assumed\].
const LETS_GO_AFTER: Duration = Duration::from_secs(2);
/// From there to the end of the stream \[assumed\].
const ENDS_AFTER: Duration = Duration::from_secs(5);
/// Metres a second for a revolution a minute \[assumed\].
const SPEED_PER_CADENCE: f64 = 0.1;
/// How long a wheel runs on that is not pedalled \[assumed\].
const RUNS_ON: f64 = 3.0;
/// A unit of the wire in metres a second.
const SPEED_UNIT: f64 = 0.009;
/// Sensor bits.
const CADENCE_SENSOR: u16 = 0x800;
const HEART_RATE_SENSOR: u16 = 0x400;
/// What is told in turn.
const TURN: [Kind; 5] = [
    Telemetry::POWER,
    Telemetry::CADENCE,
    Telemetry::HEART_RATE,
    Telemetry::SPEED,
    Telemetry::SENSORS,
];

/// A virtual trainer, switched on now.
#[must_use]
pub fn virtual_computrainer(now: Timestamp) -> impl VirtualDevice {
    let trainer = Trainer {
        of_the_set: 0,
        stream: None,
        wheel: 0.0,
        wheel_before: 0.0,
    };
    Machine::new(now, trainer)
}

#[derive(Debug, Clone, Copy)]
struct Trainer {
    /// How many messages of a set have come in their order.
    of_the_set: usize,
    stream: Option<Stream>,
    /// The wheel's speed in metres a second.
    wheel: f64,
    /// What it was when it was last pedalled.
    wheel_before: f64,
}

#[derive(Debug, Clone, Copy)]
struct Stream {
    next: Timestamp,
    turn: usize,
    /// When the last load came.
    held: Timestamp,
    /// Whether the brake has let go since.
    has_let_go: bool,
}

impl Trainer {
    fn take_setting(&mut self, now: Timestamp, told: Told, works: &mut Works) {
        let load = told.load();
        if let Some(stream) = &mut self.stream {
            if let Some(watts) = load {
                stream.held = now;
                stream.has_let_go = false;
                brake_to(watts, works);
            } else if told.mode != Mode::ERGOMETER {
                works.brake.let_go();
            }
            return;
        }
        let expected = self.of_the_set + 1;
        let kind = usize::from(told.kind.get());
        self.of_the_set = match kind {
            _ if told.mode != Mode::ERGOMETER => 0,
            kind if kind == expected => kind,
            1 => 1,
            _ => 0,
        };
        if self.of_the_set == SET_MESSAGES
            && let Some(watts) = load
        {
            self.of_the_set = 0;
            brake_to(watts, works);
            self.stream = Some(Stream {
                next: now + BEAT,
                turn: 0,
                held: now,
                has_let_go: false,
            });
        }
    }

    fn value(&self, kind: Kind, works: &Works) -> u16 {
        let rider = works.rider;
        match kind {
            Telemetry::POWER => works.whole_watts(),
            Telemetry::CADENCE => whole_byte(rider.cadence).into(),
            Telemetry::HEART_RATE => rider.heart_rate.min(u8::MAX.into()),
            Telemetry::SPEED => whole(self.wheel / SPEED_UNIT),
            _ if rider.heart_rate > 0 => CADENCE_SENSOR | HEART_RATE_SENSOR,
            _ => CADENCE_SENSOR,
        }
    }

    /// One beat of the stream: the wheel turns, and one value is told.
    fn beat(&mut self, now: Timestamp, mut stream: Stream, works: &mut Works) -> Stream {
        if works.is_pedalled() {
            self.wheel = works.rider.cadence * SPEED_PER_CADENCE;
            self.wheel_before = self.wheel;
        } else {
            let lost = self.wheel_before / RUNS_ON * BEAT.as_secs_f64();
            self.wheel = (self.wheel - lost).max(0.0);
        }
        let kind = TURN.get(stream.turn).copied().unwrap_or(Telemetry::POWER);
        let most = Value::new(0x0FFF);
        if let Some(value) = Value::new(self.value(kind, works)).or(most) {
            let message = MachineMessage::Telemetry(Telemetry::new(kind, value));
            works.outbox.say(now, |buffer| message.encode(buffer));
        }
        stream.turn = (stream.turn + 1) % TURN.len();
        stream.next = now + BEAT;
        stream
    }
}

impl Console for Trainer {
    type Ears = HostDecoder;

    fn ears(&self) -> HostDecoder {
        HostDecoder::new()
    }

    fn switch_on(&mut self, _now: Timestamp, works: &mut Works) {
        works.brake = Brake::new(Grip::Any, RAMP, 0.0);
    }

    fn take(&mut self, now: Timestamp, found: Result<HostMessage, WireError>, works: &mut Works) {
        match found {
            Ok(HostMessage::Setting(told)) => self.take_setting(now, told, works),
            Ok(HostMessage::Greeting) if self.stream.is_none() => {
                let answer = MachineMessage::Greeting;
                works
                    .outbox
                    .say(now + GREETING_DELAY, |buffer| answer.encode(buffer));
            }
            Ok(HostMessage::Greeting) => {}
            Err(_) => self.of_the_set = 0,
        }
    }

    fn due(&self) -> Timestamp {
        self.stream.map_or(Timestamp::NEVER, |stream| {
            let lets_go = if stream.has_let_go {
                Timestamp::NEVER
            } else {
                stream.held + LETS_GO_AFTER
            };
            stream.next.min(lets_go)
        })
    }

    fn come_due(&mut self, now: Timestamp, works: &mut Works) {
        let Some(mut stream) = self.stream else {
            return;
        };
        if !stream.has_let_go && now >= stream.held + LETS_GO_AFTER {
            stream.has_let_go = true;
            works.brake.let_go();
        }
        if now >= stream.held + LETS_GO_AFTER + ENDS_AFTER {
            self.stream = None;
            return;
        }
        if now >= stream.next {
            stream = self.beat(now, stream, works);
        }
        self.stream = Some(stream);
    }

    fn actual_load(&self, works: &Works, powered: bool) -> Option<MachineLoad> {
        works.load(powered && self.stream.is_some(), 0)
    }
}

fn brake_to(watts: Watts, works: &mut Works) {
    let load = watts.clamp(
        Watts::new(Load::LEAST.watts()).unwrap_or(watts),
        Watts::new(Load::MOST.watts()).unwrap_or(watts),
    );
    let cadence = works.rider.cadence;
    works.brake.set(Setting::Power(load.get().into()), cadence);
}

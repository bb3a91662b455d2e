//! What ergometers, a treadmill and a rower send while somebody trains on them.

use protocols::ascii::ShortNumber;
use protocols::computrainer::{self, Kind, Telemetry, Value};
use protocols::daum_classic::{self, Cockpit, Dialect, Pedalling, PowerStep, RunData};
use protocols::daum_premium::{self, Command, Decimal, Message, Payload, TrainingData};
use protocols::kettler::{self, FieldNumber, StatusLine};
use protocols::waterrower::{self, Register, Size, address};
use protocols::woodway::{FourDigits, Velocity};
use protocols::{ergoline, monark, woodway};

use super::{Numbers, filled};

fn short(numbers: &mut Numbers, end: u16) -> ShortNumber {
    ShortNumber::new(numbers.below(end)).unwrap_or(ShortNumber::ZERO)
}

/// State, speed and elevation of a treadmill that runs.
pub(crate) fn woodway(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; woodway::LONGEST_MESSAGE];
    filled(bytes, move |numbers, stream| {
        let speed = Velocity::new(false, numbers.below(120)).unwrap_or(Velocity::ZERO);
        let elevation = FourDigits::new(numbers.below(250)).unwrap_or(FourDigits::ZERO);
        for message in [
            woodway::MachineMessage::State(b'2'),
            woodway::MachineMessage::Speed(speed),
            woodway::MachineMessage::Elevation(elevation),
        ] {
            stream.extend_from_slice(message.encode(&mut buffer).unwrap_or_default());
        }
    })
}

/// Load, pedal speed and heart rate.
pub(crate) fn ergoline(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; ergoline::LONGEST_ENCODED];
    filled(bytes, move |numbers, stream| {
        for message in [
            ergoline::MachineMessage::Load(short(numbers, 400)),
            ergoline::MachineMessage::PedalSpeed(short(numbers, 120)),
            ergoline::MachineMessage::HeartRate(short(numbers, 200)),
        ] {
            let line = message.encode(ergoline::Style::default(), &mut buffer);
            stream.extend_from_slice(line.unwrap_or_default());
        }
    })
}

/// Run data.
pub(crate) fn daum_classic(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; daum_classic::LONGEST_MESSAGE];
    filled(bytes, move |numbers, stream| {
        let message = daum_classic::MachineMessage::Run {
            data: RunData {
                program: 0,
                person: 0,
                pedalling: Pedalling::YES,
                power: PowerStep::from_byte(numbers.byte_below(160)),
                cadence_raw: numbers.byte_below(120),
                speed_raw: numbers.byte_below(40),
                distance_raw: numbers.below(u16::MAX),
                seconds: numbers.below(u16::MAX),
                energy_raw: numbers.below(u16::MAX),
                heart_rate_raw: numbers.byte_below(200),
                pulse_state: 0,
                gear: 5,
                reserved: [0; 2],
            },
            dialect: Dialect::Current,
        };
        let run = message.encode(Cockpit::default(), &mut buffer);
        stream.extend_from_slice(run.unwrap_or_default());
    })
}

/// Training data behind their handshake.
pub(crate) fn daum_premium(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; daum_premium::LONGEST_ENCODED];
    filled(bytes, move |numbers, stream| {
        let mut whole = |end| Decimal::whole(numbers.below(end));
        let fields = TrainingData {
            seconds: Some(whole(3_600)),
            heart_rate: whole(200),
            power: whole(400),
            distance: Some(whole(30_000)),
            physical_energy: Some(whole(999)),
            real_energy: Some(whole(999)),
            torque: Some(whole(40)),
            gear_and_one: Some(whole(28)),
            state: Some(whole(2)),
            speed_status: Some(whole(3)),
            speed: Decimal::hundredths(numbers.below(1_200).into()),
            slope: Decimal::tenths(0),
            cadence: Decimal::tenths(numbers.below(1_200).into()),
        };
        let data = Message::Frame {
            command: Command::TRAINING_DATA,
            payload: Payload::TrainingData(fields),
        };
        for message in [Message::Accepted, data] {
            stream.extend_from_slice(message.encode(&mut buffer).unwrap_or_default());
        }
    })
}

/// Status lines.
pub(crate) fn kettler(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; kettler::LONGEST_ENCODED];
    filled(bytes, move |numbers, stream| {
        let mut field =
            |end| FieldNumber::new(numbers.below(end).into()).unwrap_or(FieldNumber::ZERO);
        let status = StatusLine {
            heart_rate: field(200),
            cadence: field(120),
            speed_tenths: field(500),
            distance_tenths: field(999),
            target_watts: field(400),
            energy_kilojoules: field(2_000),
            minutes: 12,
            seconds: 34,
            is_recovery: false,
            power_watts: field(400),
        };
        let message = kettler::MachineMessage::Status(status);
        stream.extend_from_slice(message.encode(&mut buffer).unwrap_or_default());
    })
}

/// Answers to one question.
pub(crate) fn monark(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; monark::LONGEST_ENCODED];
    filled(bytes, move |numbers, stream| {
        let message = monark::MachineMessage::Power(short(numbers, 400));
        stream.extend_from_slice(message.encode(&mut buffer).unwrap_or_default());
    })
}

/// Power, cadence, heart rate, speed and sensors in turn.
pub(crate) fn computrainer(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; computrainer::MESSAGE_BYTES];
    filled(bytes, move |numbers, stream| {
        let kinds: [(Kind, u16); 5] = [
            (Telemetry::POWER, 1_500),
            (Telemetry::CADENCE, 200),
            (Telemetry::HEART_RATE, 240),
            (Telemetry::SPEED, 1_600),
            (Telemetry::SENSORS, 0xFFF),
        ];
        for (kind, end) in kinds {
            let Some(value) = Value::new(numbers.below(end)) else {
                continue;
            };
            let telemetry = Telemetry::new(kind, value);
            let message = computrainer::MachineMessage::Telemetry(telemetry);
            stream.extend_from_slice(message.encode(&mut buffer).unwrap_or_default());
        }
    })
}

/// Power, heart rate, stroke rate and speed in turn.
pub(crate) fn waterrower(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; waterrower::LONGEST_ENCODED];
    filled(bytes, move |numbers, stream| {
        let values = [
            (Size::Double, address::POWER, numbers.below(400)),
            (Size::Double, address::HEART_RATE, numbers.below(200)),
            (Size::Single, address::STROKE_RATE, numbers.below(40)),
            (Size::Double, address::MEAN_SPEED, numbers.below(600)),
        ];
        for (size, address, value) in values {
            let Some(register) = Register::new(size, address, value.into()) else {
                continue;
            };
            let message = waterrower::MachineMessage::Value(register);
            stream.extend_from_slice(message.encode(&mut buffer).unwrap_or_default());
        }
    })
}

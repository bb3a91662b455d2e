//! Stand-ins that speak in bytes.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a stand-in knows a few things and passes over the rest"
)]

use protocols::computrainer::{
    HostMessage as Told, Kind, MachineMessage as Tells, Telemetry, Value,
};
use protocols::daum_classic::{
    Cockpit, Dialect, HostMessage, MachineMessage, Pedalling, PowerStep, RunData,
};
use protocols::daum_premium::{Command, Decimal, FrameDecoder, Message, Payload, TrainingData};
use protocols::wire::Decoder;

use super::stand_in::{Mood, StandIn, Time};

pub(crate) struct Classic {
    decoder: protocols::daum_classic::HostDecoder,
    target: PowerStep,
    tenths: u16,
}

impl Classic {
    pub(crate) fn new() -> Self {
        Self {
            decoder: protocols::daum_classic::HostDecoder::new(Cockpit::default()),
            target: PowerStep::LEAST,
            tenths: 0,
        }
    }

    fn answer(&mut self, message: HostMessage, mood: Mood) -> Option<MachineMessage> {
        let pedalling = if mood.cadence > 0 {
            Pedalling::YES
        } else {
            Pedalling::NO
        };
        Some(match message {
            HostMessage::FindAddress => MachineMessage::Address(0),
            HostMessage::Version => MachineMessage::Version {
                serial_number: [0; 8],
                cockpit_type: 0x2A,
            },
            HostMessage::SetProgram(number) => MachineMessage::Program {
                number,
                pedalling: Some(pedalling),
            },
            HostMessage::Start => MachineMessage::Started(pedalling),
            HostMessage::Stop => MachineMessage::Stopped(pedalling),
            HostMessage::SetPower(step) => {
                let ends = step == PowerStep::LEAST;
                let takes = if ends { !mood.endless } else { !mood.stubborn };
                if takes {
                    self.target = step.clamp(PowerStep::LEAST, PowerStep::MOST);
                }
                MachineMessage::Power(self.target)
            }
            HostMessage::ReadAll => MachineMessage::Run {
                data: RunData {
                    program: 0,
                    person: 0,
                    pedalling,
                    power: self.target,
                    cadence_raw: u8::try_from(mood.cadence).expect("a byte"),
                    speed_raw: 20,
                    distance_raw: 9,
                    seconds: self.tenths / 10,
                    energy_raw: 12,
                    heart_rate_raw: 108,
                    pulse_state: 0,
                    gear: 5,
                    reserved: [0; 2],
                },
                dialect: Dialect::Current,
            },
            _ => return None,
        })
    }
}

impl StandIn for Classic {
    fn hear(&mut self, bytes: &[u8], mood: Mood, out: &mut Vec<u8>) {
        let mut heard = Vec::new();
        self.decoder
            .feed(bytes, &mut |found| heard.extend(found.content));
        for message in heard {
            if let Some(answer) = self.answer(message, mood) {
                let mut room = [0; 20];
                let answer = answer.encode(Cockpit::default(), &mut room);
                out.extend_from_slice(answer.expect("room"));
            }
        }
    }

    fn speak(&mut self, mood: Mood, _out: &mut Vec<u8>) {
        self.tenths += u16::from(mood.time == Time::Goes);
    }

    fn load(&self) -> u16 {
        self.target.watts()
    }
}

pub(crate) struct Premium {
    decoder: FrameDecoder,
    target: u16,
    control: bool,
    tenths: u16,
}

impl Premium {
    pub(crate) fn new() -> Self {
        Self {
            decoder: FrameDecoder::new(),
            target: 25,
            control: false,
            tenths: 0,
        }
    }

    fn data(&self, mood: Mood) -> Payload {
        let whole = |number| Some(Decimal::whole(number));
        Payload::TrainingData(TrainingData {
            seconds: whole(self.tenths / 10),
            heart_rate: Decimal::whole(108),
            speed: Decimal::hundredths(750),
            slope: Decimal::tenths(0),
            distance: whole(900),
            cadence: Decimal::whole(mood.cadence),
            power: Decimal::whole(self.target),
            physical_energy: whole(18),
            real_energy: whole(70),
            torque: whole(11),
            gear_and_one: whole(5),
            state: whole(1),
            speed_status: whole(0),
        })
    }
}

impl StandIn for Premium {
    fn hear(&mut self, bytes: &[u8], mood: Mood, out: &mut Vec<u8>) {
        let mut heard = Vec::new();
        self.decoder
            .feed(bytes, &mut |found| heard.extend(found.content));
        for message in heard {
            let Message::Frame { command, payload } = message else {
                continue;
            };
            let text = |text: &[u8]| Message::text(command, text);
            let answer = match (command, payload) {
                (Command::PROTOCOL_VERSION, _) => text(b"201"),
                (Command::DEVICE_TYPE, _) => text(b"2"),
                (Command::LOAD_CONTROL, Payload::Short(state)) => {
                    self.control = state.as_bytes() == b"1";
                    text(state.as_bytes())
                }
                (Command::POWER, Payload::Power(power)) => {
                    let power = power.whole_part().expect("a power");
                    let ends = power == 25;
                    let takes = if ends { !mood.endless } else { !mood.stubborn };
                    if self.control && takes {
                        self.target = power.clamp(25, 800);
                    }
                    let held = protocols::vocabulary::Watts::new(self.target);
                    held.map(Message::power)
                }
                (Command::TRAINING_DATA, _) => Some(Message::Frame {
                    command,
                    payload: self.data(mood),
                }),
                _ => None,
            };
            out.push(0x06);
            if let Some(answer) = answer {
                let mut room = [0; 256];
                out.extend_from_slice(answer.encode(&mut room).expect("room"));
            }
        }
    }

    fn speak(&mut self, mood: Mood, _out: &mut Vec<u8>) {
        self.tenths += u16::from(mood.time == Time::Goes);
    }

    fn load(&self) -> u16 {
        self.target
    }
}

pub(crate) struct Trainer {
    decoder: protocols::computrainer::HostDecoder,
    streams: bool,
    target: u16,
    turn: usize,
}

impl Trainer {
    pub(crate) fn new() -> Self {
        Self {
            decoder: protocols::computrainer::HostDecoder::new(),
            streams: false,
            target: 0,
            turn: 0,
        }
    }

    fn telemetry(&self, mood: Mood, kind: Kind) -> Telemetry {
        let power = if mood.cadence > 0 { self.target } else { 0 };
        let value = match kind {
            Telemetry::POWER => power,
            Telemetry::CADENCE => mood.cadence,
            Telemetry::HEART_RATE => 118,
            Telemetry::SPEED => 400,
            _ => 0xC00,
        };
        Telemetry::new(kind, Value::new(value).expect("12 bits"))
    }
}

impl StandIn for Trainer {
    fn hear(&mut self, bytes: &[u8], mood: Mood, out: &mut Vec<u8>) {
        let mut heard = Vec::new();
        self.decoder
            .feed(bytes, &mut |found| heard.extend(found.content));
        for message in heard {
            match message {
                Told::Greeting if !self.streams => out.extend_from_slice(b"LinkUp"),
                Told::Greeting => {}
                Told::Setting(setting) => {
                    self.streams = true;
                    if let Some(load) = setting.load() {
                        let ends = load.get() == 50;
                        let takes = if ends { !mood.endless } else { !mood.stubborn };
                        if takes {
                            self.target = load.get();
                        }
                    }
                }
            }
        }
    }

    fn speak(&mut self, mood: Mood, out: &mut Vec<u8>) {
        if !self.streams {
            return;
        }
        let kinds = [
            Telemetry::POWER,
            Telemetry::CADENCE,
            Telemetry::HEART_RATE,
            Telemetry::SPEED,
            Telemetry::SENSORS,
        ];
        for _ in 0..3 {
            let telemetry = self.telemetry(mood, kinds[self.turn % kinds.len()]);
            self.turn += 1;
            let mut room = [0; 9];
            let message = Tells::Telemetry(telemetry);
            out.extend_from_slice(message.encode(&mut room).expect("room"));
        }
    }

    fn load(&self) -> u16 {
        self.target
    }
}
